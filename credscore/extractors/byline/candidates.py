"""Chooses the few lines of each article that may hold a byline or another mark of its making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from credscore.extractors.byline.names import LEXICON
from credscore.registry import Batch
from credscore.tokenization import ALL_CAPS, CAPITALISED, PUNCT, WORD, Tokenization
from credscore.tokenization import characters as ch
from credscore.tokenization.blocks import BLOCK_KINDS

__all__ = ["Candidates", "find_candidates"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_CAPTION = BLOCK_KINDS.index("caption")
_PROSE_WORDS = 12
_LINE_WORDS = 60  # longer lines name no author ...
_SHORT = 25  # ... and date nothing
_ABOVE, _BELOW = 16, 9  # lines above the first prose, and below the last
_INTO = 4  # lines of prose above which a summary, a byline and a date may stand in any order
_TAIL = 12  # lines from the end of the text
_OPENING_LINES = 7  # paragraphs that may begin with a dateline
_OPENING_TOKENS = 14  # a dateline's dash comes before


@dataclass(frozen=True, slots=True)
class Candidates:
    """Lines worth reading. Arrays int64, shape (n,), sorted by article and place.

    Attributes:
        doc, start, end: article and offsets.
        rank, tail: lines from the first, from the last line of prose (negative above).
        flags: sum of the constants below.
        around: for each article whether anything but the article was supplied, shape (n_docs,).
    """

    NAMES: ClassVar[int] = 1
    OPENS: ClassVar[int] = 2
    HEADS: ClassVar[int] = 4
    TAILS: ClassVar[int] = 8
    CAPTION: ClassVar[int] = 16

    doc: IntArray
    start: IntArray
    end: IntArray
    rank: IntArray
    tail: IntArray
    flags: IntArray
    around: BoolArray


def _prose_bounds(tokens: Tokenization, prose: BoolArray) -> tuple[IntArray, IntArray]:
    """Number of the first and last line of prose of each line's article; its ends where none is."""
    doc = tokens.block_doc
    n_lines = len(doc)
    line = np.flatnonzero(prose)
    first = np.searchsorted(doc, np.arange(tokens.n_docs)).astype(np.int64)
    last = np.append(first[1:], n_lines) - 1
    if line.size:
        owners, at = np.unique(doc[line], return_index=True)
        first[owners] = line[at]
        last[owners] = line[np.append(at[1:], len(line)) - 1]
    return first[doc], last[doc]


def _has(tokens: Tokenization, mask: BoolArray) -> BoolArray:
    """Which lines hold a token of the mask."""
    found = np.zeros(len(tokens.block_first), dtype=np.bool_)
    found[tokens.block_of[np.flatnonzero(mask)]] = True
    return found


def find_candidates(batch: Batch) -> Candidates:
    """See the module's docstring."""
    tokens = batch.tokens
    if not len(tokens):
        nothing = np.zeros(0, dtype=np.int64)
        return Candidates(*[nothing] * 6, np.zeros(tokens.n_docs, dtype=np.bool_))
    words = tokens.per_block(tokens.kinds != PUNCT)
    spelled = tokens.per_block(tokens.kinds == WORD)  # lines of dates are no prose
    capitals = tokens.per_block(tokens.flags & CAPITALISED > 0)
    body = tokens.per_block(batch.body) > 0
    next_first = np.append(tokens.block_first, len(tokens))[1:]
    closing = tokens.classes[next_first - 1]
    stops = (closing == ch.DOT) | (closing == ch.TERMINAL) | (closing == ch.QUOTE)
    first, last = _prose_bounds(tokens, body & (spelled >= _PROSE_WORDS) & stops)
    line = np.arange(len(words))
    rank, tail = line - first, line - last
    left = np.append(np.searchsorted(tokens.block_doc, np.arange(tokens.n_docs))[1:], len(line))
    from_end = left[tokens.block_doc] - line
    heads = (rank >= -_ABOVE) & (rank <= _INTO)
    tails = ((tail >= 0) & (tail <= _BELOW)) | (from_end <= _TAIL)
    flags = _flags(tokens, words, capitals, heads, tails, rank)
    chosen = np.flatnonzero(flags)
    doc, start, end = tokens.char_span(tokens.block_first[chosen], next_first[chosen])
    around = tokens.per_doc(~batch.body) > 0
    return Candidates(doc, start, end, rank[chosen], tail[chosen], flags[chosen], around)


def _flags(tokens: Tokenization, words: IntArray, capitals: IntArray, heads: BoolArray,
           tails: BoolArray, rank: IntArray) -> IntArray:  # fmt: skip
    groups = tokens.vocabulary.word_mask(LEXICON)[tokens.ids]
    first = tokens.block_first
    anchored = _has(tokens, groups & LEXICON.bits("anchors") > 0) & (words <= _LINE_WORDS)
    named = (capitals >= np.maximum(words - 2, 2)) & (words >= 2) & (words <= 9)
    told = _has(tokens, groups & LEXICON.bits("bio_roles") > 0) & (tokens.flags[first] & CAPITALISED > 0)
    dated = _has(tokens, groups & LEXICON.bits("calendar") > 0) & (words <= _SHORT)
    names = (anchored & (heads | tails | (rank <= 3))) | (named & (heads | tails)) | (told & tails)
    opens = (rank >= 0) & (rank < _OPENING_LINES) & _dashed(tokens)
    put_right = _has(tokens, groups & LEXICON.bits("correction") > 0)
    amended = tokens.matches(LEXICON, "correction")
    put_right[tokens.block_of[amended.start]] = True
    addressed = _has(tokens, tokens.codes[tokens.starts] == ord("@"))
    slash = _has(tokens, tokens.codes[tokens.starts] == ord("/"))
    credited = slash & (tokens.classes[np.append(first, len(tokens))[1:] - 1] == ch.CLOSE)
    credited |= _has(tokens, groups & LEXICON.bits("credit") > 0) & (words <= _LINE_WORDS)
    caption = tokens.block_kind == _CAPTION
    flags = names * Candidates.NAMES | opens * Candidates.OPENS | caption * Candidates.CAPTION
    wanted = names | opens | caption | dated & (heads | tails) | put_right | addressed | credited
    flags = flags | heads * Candidates.HEADS | tails * Candidates.TAILS
    # A line that is wanted for a correction or an address alone still needs a flag to be chosen.
    flags = np.where(wanted, flags | 32, 0)
    return flags


def _dashed(tokens: Tokenization) -> BoolArray:
    """Lines that begin with a word in capitals, or with a dash or bracket soon after the start."""
    first = tokens.block_first
    capitals = tokens.flags[first] & ALL_CAPS > 0
    code = tokens.codes[tokens.starts]
    mark = np.flatnonzero((code == ord("-")) | (code == 0x2013) | (code == 0x2014) | (code == ord("(")))
    early = mark[mark - first[tokens.block_of[mark]] < _OPENING_TOKENS]
    found = np.zeros(len(first), dtype=np.bool_)
    found[tokens.block_of[early]] = True
    return found | capitals
