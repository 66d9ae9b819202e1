"""Where a line stands: in the article's own stretch of lines, before it, or after it.

The stretch is the run of consecutive lines with the largest sum of evidence for article text
(maximum subsequence; Pasternack & Roth 2009, doi 10.1145/1526709.1526840). Sums are of integers, so
nothing here depends on the rest of the batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.boilerplate.lines import PHRASE_GROUPS, Lines

__all__ = ["CONTEXT_SIZES", "SCALE", "Stretch", "context_codes", "find_stretch"]

IntArray = npt.NDArray[np.int64]

SCALE = 64  # a line's own score is in 1/64 of a log-odds unit
_OWN = np.array([-320, -224, -160, -112, -64, -32, 0, 32, 64, 112, 160, 224, 320, 448])
_NEAR = _OWN[::2]
_N_OWN, _N_NEAR = len(_OWN) + 1, len(_NEAR) + 1
_DISTANCE = np.array([-20, -8, -4, -2, -1, 0, 1, 2, 4, 8, 20])
_COUNT = np.array([1, 2, 3, 5, 9])
_RANK = np.array([1, 2, 3, 5, 8, 15, 40])
_EIGHTHS = np.arange(1, 9)
_LENGTH = np.array([5, 13])
_FAR = np.array([3, 10, 30])
_PAIRED = np.array([3, 5, 7, 9, 11, 13])

_OWN_RANGE, _NEAREST, _MOST_LINES = 512, 64, 512  # beyond these a line is as at the bound
_STRONGEST = 4 * SCALE  # one line's score is not trusted beyond this
_MOST_WORDS = 50
_PENALTY = 8  # how much a furniture line counts against a stretch; 2 to 12 tried
_RESET = np.int64(1 << 40)  # more than any article's sum: restarts running minima at each article
_MARKERS = [
    PHRASE_GROUPS.index(group)
    for group in ("navigation", "engagement", "promotion", "promotion_weak", "legal", "legal_weak")
]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The article's own lines. Arrays int64, shape (n_lines,).

    Attributes:
        low, high: first line of the same article, and one past its last.
        first, end: first line of the article's stretch, and one past its last.
        distance: 0 inside, -1, -2, ... before, 1, 2, ... after.
    """

    low: IntArray
    high: IntArray
    first: IntArray
    end: IntArray
    distance: IntArray


def find_stretch(lines: Lines, score: IntArray) -> Stretch:
    """The run of lines that looks most like an article.

    Args:
        score: each line's own score, positive for furniture, in 1/64 log-odds.
    """
    at = np.arange(len(score))
    opens = np.append(True, lines.doc[1:] != lines.doc[:-1])
    first_of = np.flatnonzero(opens)
    order = np.cumsum(opens) - 1
    low, high = first_of[order], np.append(first_of[1:], len(score))[order]
    evidence = np.minimum(-score, _STRONGEST) * np.minimum(lines.words, _MOST_WORDS) // 8
    value = np.where(score < 0, evidence, -_PENALTY * np.minimum(score, _STRONGEST))
    total = np.concatenate([[0], np.cumsum(value)])
    lowered = total[:-1] - _RESET * order
    least = np.minimum.accumulate(lowered)
    gain = total[1:] - least - _RESET * order
    best = np.maximum.reduceat(gain, first_of)
    candidates = np.flatnonzero(gain == best[order])
    last = candidates[np.searchsorted(candidates, first_of)]
    begins = np.maximum.accumulate(np.where(lowered == least, at, 0))[last]
    empty = best <= 0
    first = np.where(empty, first_of, begins)[order]
    end = np.where(empty, first_of, last + 1)[order]
    distance = np.where(at < first, at - first, np.where(at >= end, at - end + 1, 0))
    return Stretch(low, high, first, end, distance)


def _bins(values: IntArray, edges: npt.NDArray[np.int64]) -> IntArray:
    found: IntArray = np.searchsorted(edges, values, side="right")
    return found


def _running(values: npt.NDArray[np.generic]) -> IntArray:
    return np.concatenate([[0], np.cumsum(values, dtype=np.int64)])


# Number of codes of each feature of ``context_codes``.
CONTEXT_SIZES = (
    _N_OWN * 3,  # own score, and side of the stretch
    12 * 3,  # distance from the stretch, and length
    (_N_NEAR + 1) * 3,  # score of the line before
    (_N_NEAR + 1) * 3,  # of the line after
    _N_NEAR + 1,  # of the second before
    _N_NEAR + 1,  # of the second after
    (_N_OWN + 1) * 3,  # mean of four before
    (_N_OWN + 1) * 3,  # of four after
    _N_OWN + 1,  # mean of twelve before
    _N_OWN + 1,  # of twelve after
    36,  # lines of prose before and after
    8,  # lines from the start
    8,  # lines from the end
    27,  # share of the article's prose that is still to come, and length
    72,  # furniture phrases between this line and the stretch
    49,  # four before against four after
    2 * _OWN_RANGE,  # own score
    2 * _NEAREST,  # distance from the stretch
    _MOST_LINES,  # lines of the article
)


def context_codes(lines: Lines, score: IntArray, stretch: Stretch) -> IntArray:
    """One code a feature and line. Shape (n_features, n_lines); see ``CONTEXT_SIZES``."""
    n = len(score)
    at = np.arange(n)
    low, high = stretch.low, stretch.high
    side = np.sign(stretch.distance) + 1
    near, scores = _bins(score, _NEAR) + 1, _running(score)
    length = _bins(lines.words, _LENGTH)

    def neighbour(step: int) -> IntArray:
        there = (at + step >= low) & (at + step < high)
        return np.where(there, near[np.minimum(np.maximum(at + step, 0), n - 1)], 0)

    def mean(start: int, end: int) -> IntArray:
        left = np.minimum(np.maximum(at + start, low), high)
        right = np.minimum(np.maximum(at + end, low), high)
        total, count = scores[right] - scores[left], right - left
        return np.where(count > 0, _bins(total // np.maximum(count, 1), _OWN) + 1, 0)

    prose = _running((score < 0) & (lines.words >= 10))
    words = _running(np.where(score < 0, lines.words, 0))
    marks = _running((lines.phrases[_MARKERS].sum(axis=0) > 0) & (lines.words < 40))
    to_come = 8 * (words[high] - words[at + 1]) // np.maximum(words[high] - words[low], 1)
    after = marks[at + 1] - marks[np.minimum(stretch.end, at + 1)]
    before = marks[stretch.first] - marks[at]
    between = np.where(side == 2, after, np.where(side == 0, before, 0))
    earlier, later = mean(-4, 0), mean(1, 5)
    return np.stack(
        [
            _bins(score, _OWN) * 3 + side,
            _bins(stretch.distance, _DISTANCE) * 3 + length,
            neighbour(-1) * 3 + side,
            neighbour(1) * 3 + side,
            neighbour(-2),
            neighbour(2),
            earlier * 3 + side,
            later * 3 + side,
            mean(-12, 0),
            mean(1, 13),
            _bins(prose[high] - prose[at + 1], _COUNT) * 6 + _bins(prose[at] - prose[low], _COUNT),
            _bins(at - low, _RANK),
            _bins(high - 1 - at, _RANK),
            _bins(to_come, _EIGHTHS) * 3 + length,
            (_bins(between, _COUNT) * 3 + side) * 4 + _bins(np.abs(stretch.distance), _FAR),
            _bins(later, _PAIRED) * 7 + _bins(earlier, _PAIRED),
            np.clip(score, -_OWN_RANGE, _OWN_RANGE - 1) + _OWN_RANGE,
            np.clip(stretch.distance, -_NEAREST, _NEAREST - 1) + _NEAREST,
            np.minimum(high - low, _MOST_LINES - 1),
        ]
    )
