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
    if not len(words.starts):
        nothing = np.zeros(0, dtype=np.int64)
        return Lines(nothing, nothing, nothing)
    # Articles are joined by blank lines, so each one begins a line.
    position = np.searchsorted(words.starts, breaks)  # tokens before each break
    position = position[position < len(words.starts)]
    begins = np.ones(len(position), dtype=np.bool_)
    begins[1:] = position[1:] != position[:-1]
    first = position[begins]
    gap = np.diff(np.concatenate([np.flatnonzero(begins), [len(position)]]))
    doc = np.searchsorted(doc_first, first, side="right") - 1
    return Lines(first, gap, doc)


def join_wrapped(words: Words, lines: Lines, n_docs: int) -> npt.NDArray[np.int64]:
    """Positions of the tokens that begin a block: lines, joined where a text is hard-wrapped."""
    if len(lines.first) < _WRAP_LINES:
        return lines.first
    last = np.concatenate([lines.first[1:], [len(words.starts)]]) - 1
    width = words.ends[last] - words.starts[lines.first]
    # Another line of the same article follows without a blank one.
    continues = np.zeros(len(last), dtype=np.bool_)
    continues[:-1] = (lines.gap[1:] == 1) & (lines.doc[1:] == lines.doc[:-1])
    fits = continues & (width >= _WRAP_NARROW) & (width <= _WRAP_WIDE)
    final = (words.classes[last] == ch.DOT) | (words.classes[last] == ch.TERMINAL)
    count = np.bincount(lines.doc, continues, n_docs)
    fitting = np.bincount(lines.doc, fits, n_docs)
    ending = np.bincount(lines.doc, fits & final, n_docs)
    wrapped = (fitting >= _WRAP_LINES) & (fitting >= 0.8 * count) & (ending <= 0.4 * fitting)
    if not wrapped.any():
        return lines.first
    starts_block = np.ones(len(last), dtype=np.bool_)
    starts_block[1:] = ~(fits & wrapped[lines.doc])[:-1]
    return lines.first[starts_block]


def _is_bullet(
    words: Words,
    codes: npt.NDArray[np.uint16],
    first: npt.NDArray[np.int64],
    n_tokens: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    following = np.minimum(first + 1, len(words.starts) - 1)
    roles = ch.character_roles()
    mark = roles[codes[words.starts[first]]] & ch.BULLET > 0
    spaced = words.apart(first, following)
    stop = (roles[codes[words.starts[following]]] & ch.ENUMERATES > 0) & ~spaced
    short = words.ends[first] - words.starts[first] <= 2
    numbered = (words.kinds[first] == NUMBER) & short & stop
    bullet: npt.NDArray[np.bool_] = ((mark & spaced) | numbered) & (n_tokens > 1)
    return bullet


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
    end = np.concatenate([first[1:], [len(words.starts)]])
    running = np.zeros(len(words.starts) + 1, dtype=np.int64)
    np.cumsum(words.kinds != PUNCT, out=running[1:])
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
    leads = np.zeros(len(first), dtype=np.bool_)
    leads[:-1] = (doc[1:] == doc[:-1]) & prose[1:]
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
    doc_start = np.searchsorted(doc, doc)
    rank = np.arange(len(doc)) - doc_start
    low, high = _TITLE_WORDS
    fitting = (n_words >= low) & (n_words <= high) & ~stops
    prose = (kinds == PARAGRAPH) & ~fitting
    running = np.zeros(len(doc) + 1, dtype=np.int64)
    np.cumsum(prose, out=running[1:])
    no_prose_before = running[:-1] == running[doc_start]
    line = (kinds == SHORT_LINE) | (kinds == HEADING) | (kinds == PARAGRAPH)
    found = np.flatnonzero(fitting & line & (rank < _TITLE_WITHIN) & no_prose_before)
    # A whole article on one line is no title.
    found = found[np.bincount(doc)[doc[found]] > 1]
    first = np.ones(len(found), dtype=np.bool_)
    first[1:] = doc[found[1:]] != doc[found[:-1]]
    kinds[found[first]] = TITLE
