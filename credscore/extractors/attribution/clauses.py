"""Stretches between marks, a cheap stand-in for clauses, and pairs of words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.positions import (
    AnyColumn,
    Column,
    SmallArray,
    bucket_table,
)

__all__ = ["FEW", "MARKS", "PAIRS", "Clauses", "clauses", "joined"]

IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint32]
BoolArray = npt.NDArray[np.bool_]

MARKS = np.ones(22, dtype=np.bool_)  # by shape: what parts one stretch from the next
MARKS[:7] = MARKS[[9, 14, 20, 21]] = False  # words, numbers and their signs, full
# stops (abbreviations), hyphens and joining signs do not
PAIRS = 1 << 13  # rows for pairs of words; 2**15 did not measure better
FEW = 9  # classes of "how many stretches away", the last one for "none"
_EDGE = bucket_table((1, 2, 3, 5, 8, 12, 20))
_FIRST, _SECOND = 40_503, 104_729  # odd and far apart, so that pairs fall into different rows


def first_part(column: AnyColumn) -> Hashes:
    """The share of the first number of a pair in its row (``row_of`` the sum of both shares)."""
    return np.multiply(column, _FIRST, dtype=np.uint32, casting="unsafe")


def second_part(column: AnyColumn) -> Hashes:
    """The share of the second number of a pair in its row."""
    return np.multiply(column, _SECOND, dtype=np.uint32, casting="unsafe")


def row_of(joint: Hashes) -> Hashes:
    """A row for each pair of numbers. Pairs that share a row are told apart by other columns."""
    joint ^= joint >> 11
    joint &= PAIRS - 1
    return joint


def joined(first: AnyColumn, second: AnyColumn) -> Hashes:
    """The row of each pair of numbers."""
    joint = first_part(first)
    joint += second_part(second)
    return row_of(joint)


@dataclass(slots=True)
class Clauses:
    """Attributes:
    marks: which tokens part one stretch from the next.
    first: first token of each stretch; marks are stretches of their own.
    size: tokens of each stretch.
    of: the stretch of each token.
    sentence: the sentence of each stretch.
    from_start, to_end: classes (below 8) of each token's distance to its stretch's edges.
    before, after: shape of the first token of the stretches beside each one, 0 across sentences.
    words: by slot, the first two words of each stretch and the first of those beside it.
    """

    marks: BoolArray
    first: IntArray
    size: IntArray
    of: IntArray
    sentence: IntArray
    from_start: SmallArray
    to_end: SmallArray
    before: SmallArray
    after: SmallArray
    words: dict[str, SmallArray]

    def away(self, there: BoolArray, at: Int32Array, here: IntArray) -> IntArray:
        """How many stretches lie between each of ``here`` and the one of the token ``at``, below
        ``FEW``; the last class where ``there`` does not hold.
        """
        far = self.of.take(at, mode="clip")
        far -= here
        np.abs(far, out=far)
        np.minimum(far, FEW - 2, out=far)
        far[~there] = FEW - 1
        return far

    def beside(self, column: SmallArray, step: int, none: int) -> SmallArray:
        """A stretch column as seen from ``step`` stretches earlier; ``none`` across sentences."""
        return _beside(column, self.sentence, step, none)


def _beside(column: Column, sentence: IntArray, step: int, none: int) -> Column:
    seen = np.full(len(column), none, dtype=column.dtype)
    here, there = slice(None, -step), slice(step, None)
    if step < 0:
        here, there = slice(-step, None), slice(None, step)
    seen[here] = np.where(sentence[here] == sentence[there], column[there], none)
    return seen


def _words(
    first: IntArray, size: IntArray, sentence: IntArray, symbol: SmallArray
) -> dict[str, SmallArray]:
    opening = symbol.take(first)
    second = symbol.take(first + 1, mode="clip")
    second *= size > 1
    return {
        "clause_opening": opening,
        "clause_second": second,
        "clause_next": _beside(opening, sentence, 2, 0),
        "clause_previous": _beside(opening, sentence, -2, 0),
    }


def clauses(
    shape: SmallArray,
    symbol: SmallArray,
    sentence_first: IntArray,
    sentence_of: npt.NDArray[np.int32],
) -> Clauses:
    """Part the tokens at marks and sentence ends."""
    marks = MARKS.take(shape)
    starts = marks.copy()
    starts[1:] |= marks[:-1]
    starts[sentence_first] = True
    first = starts.nonzero()[0]
    of = starts.cumsum()
    of -= 1
    size = np.empty_like(first)
    np.subtract(first[1:], first[:-1], out=size[:-1])
    size[-1] = len(shape) - first[-1]
    from_start = np.arange(len(shape))
    from_start -= first.take(of)
    to_end = (size - 1).take(of)
    to_end -= from_start
    sentence = sentence_of[first].astype(np.int64)
    opening = shape.take(first)
    return Clauses(
        marks=marks,
        first=first,
        size=size,
        of=of,
        sentence=sentence,
        from_start=_EDGE.take(from_start, mode="clip"),
        to_end=_EDGE.take(to_end, mode="clip"),
        before=_beside(opening, sentence, -1, 0),
        after=_beside(opening, sentence, 1, 0),
        words=_words(first, size, sentence, symbol),
    )


def clause_columns(found: Clauses, middle: SmallArray) -> dict[str, SmallArray]:
    """The class of each token's stretch's first word, and what the stretch lies between."""
    of = found.of
    here = found.from_start * 8
    here += found.to_end
    opened = (middle.take(found.first) * 8).take(of)
    opened += found.from_start
    between = ((found.before * 22 + found.after) * 64).take(of)
    between += here
    return {"clause_class": opened, "clause_marks": between}
