"""Lines and paragraphs, and what each of them is.

A block is a line. In a hard-wrapped text (an e-mail, a book from an archive) the lines between two
blank lines are one block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.lexicon import Vocabulary
from credscore.tokenization import characters as ch
from credscore.tokenization.sentences import ABBREVIATIONS
from credscore.tokenization.words import CAPITALISED, NUMBER, PUNCT, Words

__all__ = ["BLOCK_KINDS", "Lines", "block_kinds", "find_lines", "join_wrapped"]

BLOCK_KINDS = ("title", "heading", "list_item", "paragraph", "caption", "short_line")
TITLE, HEADING, LIST_ITEM, PARAGRAPH, CAPTION, SHORT_LINE = range(6)

_WRAP_NARROW, _WRAP_WIDE = 45, 100  # characters: the widths at which mailers and archives wrap
_WRAP_LINES = 4  # fewer long lines than this are a list or an address, not a wrapped text
_HEADING_WORDS = 16  # longer than any of 1,000 headings looked at is safe; sentences start at 18
_TITLE_WORDS = 4, 32
_TITLE_WITHIN = 6  # blocks: navigation lines may stand before the title
_CAPTION_WORDS = 70
_CREDIT_WITHIN = 12  # tokens from the end
_BULLETS = "•◦▪‣●○■*·–—-»›"


@dataclass(frozen=True, slots=True)
class Lines:
    """Non-blank lines. Shapes (n_lines,).

    Attributes:
        first: position of the first token, int64.
        gap: line breaks before it (2 or more: a blank line between), int64.
        doc: article in the batch, int64.
    """

    first: npt.NDArray[np.int64]
    gap: npt.NDArray[np.int64]
    doc: npt.NDArray[np.int64]


def find_lines(
    words: Words, breaks: npt.NDArray[np.int64], doc_first: npt.NDArray[np.int64]
) -> Lines:
    """Split tokens into lines.

    Args:
        breaks: offsets of the line breaks, sorted.
        doc_first: position of each article's first token, and the number of tokens at the end.
    """
    line = np.searchsorted(breaks, words.starts)
    gap = np.diff(line, prepend=-2)
    first = np.union1d(np.flatnonzero(gap > 0), doc_first[:-1][np.diff(doc_first) > 0])
    doc = np.searchsorted(doc_first, first, side="right") - 1
    return Lines(first, np.where(np.isin(first, doc_first), 9, gap[first]), doc)


def join_wrapped(words: Words, lines: Lines, n_docs: int) -> npt.NDArray[np.int64]:
    """Positions of the tokens that begin a block: lines, joined where a text is hard-wrapped."""
    if len(lines.first) < _WRAP_LINES:
        return lines.first
    last = np.append(lines.first[1:], len(words.starts)) - 1
    width = words.ends[last] - words.starts[lines.first]
    continues = np.append(lines.gap[1:] == 1, False)  # another line follows without a blank one
    fits = continues & (width >= _WRAP_NARROW) & (width <= _WRAP_WIDE)
    final = (words.classes[last] == ch.DOT) | (words.classes[last] == ch.TERMINAL)
    count = np.bincount(lines.doc, continues, n_docs)
    fitting = np.bincount(lines.doc, fits, n_docs)
    ending = np.bincount(lines.doc, fits & final, n_docs)
    wrapped = (fitting >= _WRAP_LINES) & (fitting >= 0.8 * count) & (ending <= 0.4 * fitting)
    if not wrapped.any():
        return lines.first
    joined = np.append(False, (fits & wrapped[lines.doc])[:-1])
    return lines.first[~joined]


def _is_bullet(words: Words, codes: npt.NDArray[np.uint16], first: npt.NDArray[np.int64],
               n_tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:  # fmt: skip
    mark = np.isin(codes[words.starts[first]], [ord(character) for character in _BULLETS])
    following = np.minimum(first + 1, len(words.starts) - 1)
    spaced = words.starts[following] > words.ends[first]
    stop = np.isin(codes[words.starts[following]], [ord("."), ord(")")]) & ~spaced
    short = words.ends[first] - words.starts[first] <= 2
    numbered = (words.kinds[first] == NUMBER) & short & stop
    return ((mark & spaced) | numbered) & (n_tokens > 1)


def block_kinds(
    words: Words,
    ids: npt.NDArray[np.int32],
    codes: npt.NDArray[np.uint16],
    first: npt.NDArray[np.int64],
    doc: npt.NDArray[np.int64],
    vocabulary: Vocabulary,
) -> npt.NDArray[np.uint8]:
    """What each block is: an index into ``BLOCK_KINDS``. Shape (n_blocks,)."""
    if not len(first):
        return np.zeros(0, dtype=np.uint8)
    end = np.append(first[1:], len(words.starts))
    running = np.concatenate([[0], np.cumsum(words.kinds != PUNCT)])
    n_words = running[end] - running[first]
    final = _last_mark(words, first, end)
    stops = (final == ch.DOT) | (final == ch.COMMA)
    asks = final == ch.TERMINAL
    bullet = _is_bullet(words, codes, first, end - first)
    short = (n_words <= _HEADING_WORDS) & ~stops
    kinds = np.full(len(first), PARAGRAPH, dtype=np.uint8)
    kinds[short] = SHORT_LINE
    kinds[bullet] = LIST_ITEM
    prose = (kinds == PARAGRAPH) | (bullet & ~short)
    leads = np.append((doc[1:] == doc[:-1]) & prose[1:], False)
    opens = (words.flags[first] & CAPITALISED > 0) | (words.kinds[first] != 1)
    question_or_none = ~stops & (~asks | (n_words <= _HEADING_WORDS))
    heading = short & leads & opens & question_or_none & (n_words >= 2) & ~(bullet & stops)
    kinds[heading] = HEADING
    kinds[_captions(words, ids, first, end, n_words, vocabulary)] = CAPTION
    _mark_titles(kinds, doc, n_words, stops)
    return kinds


def _last_mark(
    words: Words, first: npt.NDArray[np.int64], end: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    """Class of each block's last token, closing quotation marks and brackets passed over."""
    last = end - 1
    for _ in range(2):
        kind = words.classes[last]
        closing = (kind == ch.QUOTE) | (kind == ch.APOSTROPHE) | (kind == ch.CLOSE)
        last = np.where(closing & (last > first), last - 1, last)
    return words.classes[last]


def _captions(
    words: Words,
    ids: npt.NDArray[np.int32],
    first: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    n_words: npt.NDArray[np.int64],
    vocabulary: Vocabulary,
) -> npt.NDArray[np.bool_]:
    """Blocks whose last or first words credit a picture."""
    bit = ABBREVIATIONS.bits("credits")
    credit = np.flatnonzero(vocabulary.word_mask(ABBREVIATIONS)[ids] & bit)
    found = np.zeros(len(first), dtype=np.bool_)
    if credit.size:
        block = np.searchsorted(first, credit, side="right") - 1
        late = end[block] - credit <= _CREDIT_WITHIN
        closing = words.classes[end[block] - 1] == ch.CLOSE
        early = credit - first[block] <= 1
        colon = words.kinds[np.minimum(credit + 1, len(words.kinds) - 1)] == PUNCT
        found[block[(late & closing) | (early & colon)]] = True
    return found & (n_words <= _CAPTION_WORDS)


def _mark_titles(
    kinds: npt.NDArray[np.uint8],
    doc: npt.NDArray[np.int64],
    n_words: npt.NDArray[np.int64],
    stops: npt.NDArray[np.bool_],
) -> None:
    """The first line of title length among an article's first lines, before any paragraph."""
    rank = np.arange(len(doc)) - np.searchsorted(doc, doc)
    low, high = _TITLE_WORDS
    line = (kinds == SHORT_LINE) | (kinds == HEADING)
    long_line = (kinds == PARAGRAPH) & (n_words <= high) & ~stops
    possible = (line | long_line) & (n_words >= low) & (n_words <= high) & (rank < _TITLE_WITHIN)
    body = np.cumsum((kinds == PARAGRAPH) & ~long_line)
    before = body - np.where(rank > 0, body[np.searchsorted(doc, doc)] , body)
    possible &= (before == 0) & ~((kinds == PARAGRAPH) & ~long_line)
    starts_prose = ((kinds == PARAGRAPH) & ~long_line)[np.searchsorted(doc, doc)]
    possible &= ~(starts_prose & (rank > 0))
    found = np.flatnonzero(possible)
    if found.size:
        _, first = np.unique(doc[found], return_index=True)
        kinds[found[first]] = TITLE
