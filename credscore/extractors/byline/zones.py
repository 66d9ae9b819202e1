"""Where the lines of an article stand: from its first and last prose, and the words they hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.byline.names import LEXICON
from credscore.registry import Batch
from credscore.tokenization import CAPITALISED, PUNCT, WORD, Tokenization
from credscore.tokenization import characters as ch

__all__ = ["LineWords", "Zones", "lines_with", "next_in_article", "read_zones"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_PROSE_WORDS = 12
_FAR_ABOVE = 120  # lines above the first prose in which "By" still tells
_INTO = 4  # lines of prose above which a summary, a byline and a date may stand in any order
_TAIL = 12  # lines from the end of the text
_OPENING_LINES = 7  # paragraphs that may begin with a dateline
_ABOVE, _BELOW = 60, 20  # lines above the first prose, and below the last


@dataclass(frozen=True, slots=True)
class Zones:
    """Words and capitalised words of each line, its end, its number from the first and the last
    line of prose, and whether it stands above the prose, about the byline, at the end, or among the
    first lines of prose.
    """

    end: IntArray
    rank: IntArray
    tail: IntArray
    words: IntArray
    capitals: IntArray
    above: BoolArray
    heads: BoolArray
    tails: BoolArray
    opens: BoolArray


def _shapes() -> IntArray:
    """By kind and flags: is it spelled, is it capitalised, is it more than a mark; packed."""
    table = np.zeros(4 * 16, dtype=np.int64)
    for kind in range(4):
        for flags in range(16):
            capital = bool(flags & CAPITALISED)
            table[kind * 16 + flags] = (kind == WORD) | capital << 21 | (kind != PUNCT) << 42
    return table


_SHAPES = _shapes()
_STOPS = np.zeros(17, dtype=np.bool_)
_STOPS[[ch.DOT, ch.TERMINAL, ch.QUOTE]] = True
_MASK = np.int64((1 << 21) - 1)


def read_zones(batch: Batch) -> Zones:
    """Measure every line of the batch."""
    tokens, body = batch.tokens, batch.body
    first = tokens.block_first
    end = np.empty_like(first)
    end[:-1] = first[1:]
    end[-1] = len(tokens)
    last = end - 1
    shape = np.add.reduceat(_SHAPES[tokens.kinds * np.uint8(16) + tokens.flags], first)
    # Lines of dates are no prose: numbers are not counted. A line is furniture as a whole.
    spelled, capitals, words = shape & _MASK, shape >> 21 & _MASK, shape >> 42
    prose = (body[first] | body[last]) & (spelled >= _PROSE_WORDS) & _STOPS[tokens.classes[last]]
    prose &= batch.done["boilerplate"].tokens["stretch"][first].astype(np.bool_)
    first_prose, last_prose, article_end = _prose_bounds(tokens, prose)
    line = np.arange(len(words))
    rank, tail = line - first_prose, line - last_prose
    heads = (rank >= -_ABOVE) & (rank <= _INTO)
    tails = (tail >= 0) & (tail <= _BELOW)
    tails |= article_end[tokens.block_doc] - line <= _TAIL
    opens = (rank < _OPENING_LINES) & (rank > -_OPENING_LINES)
    above = (rank < 0) & (rank >= -_FAR_ABOVE)
    return Zones(end, rank, tail, words, capitals, above, heads, tails, opens)


def _prose_bounds(tokens: Tokenization, prose: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """Number of the first and last line of prose of each line's article; its ends where none is.

    Returns:
        first, last: shape (n_lines,), and the line after each article's last, shape (n_docs,).
    """
    doc = tokens.block_doc
    bounds = doc.searchsorted(np.arange(tokens.n_docs + 1))
    first, last = bounds[:-1].copy(), bounds[1:] - 1
    line = prose.nonzero()[0]
    if line.size:
        owner = doc[line]
        opens, closes = np.ones(len(line), dtype=np.bool_), np.ones(len(line), dtype=np.bool_)
        np.not_equal(owner[1:], owner[:-1], out=opens[1:])
        closes[:-1] = opens[1:]
        first[owner[opens]] = line[opens]
        last[owner[closes]] = line[closes]
    return first[doc], last[doc], bounds[1:]


def lines_with(tokens: Tokenization, at: IntArray) -> BoolArray:
    """Which lines hold one of these tokens."""
    found = np.zeros(len(tokens.block_first), dtype=np.bool_)
    found[tokens.block_of[at]] = True
    return found


class LineWords:
    """Words of the extractor's lexicon: their places, groups and lines."""

    __slots__ = ("at", "block", "groups", "n_lines", "present")

    def __init__(self, tokens: Tokenization) -> None:
        mask = tokens.vocabulary.word_mask(LEXICON).take(tokens.ids)
        self.at = mask.nonzero()[0]
        self.groups, self.block = mask[self.at], tokens.block_of[self.at]
        self.present = int(np.bitwise_or.reduce(self.groups)) if self.at.size else 0
        self.n_lines = len(tokens.block_first)

    def rows(self, *names: str) -> IntArray:
        """Which of the words belong to these groups."""
        bits = LEXICON.bits(*names)
        if not self.present & int(bits):
            return _NOTHING
        found: IntArray = (self.groups & bits).nonzero()[0]
        return found

    def lines(self, *names: str) -> BoolArray:
        """Which lines hold a word of these groups."""
        found = np.zeros(self.n_lines, dtype=np.bool_)
        rows = self.rows(*names)
        if rows.size:
            found[self.block[rows]] = True
        return found


_NOTHING = np.zeros(0, dtype=np.int64)


def next_in_article(tokens: Tokenization, place: IntArray) -> IntArray:
    """The token after each of these; the same one at its article's end."""
    following = np.minimum(place + 1, len(tokens) - 1)
    doc = tokens.doc_of
    within: IntArray = np.where(doc[following] == doc[place], following, place)
    return within
