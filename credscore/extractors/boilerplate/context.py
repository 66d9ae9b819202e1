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
        opens: first line of each article that has any, shape (n_articles,).
        article: which of those articles a line belongs to.
    """

    low: IntArray
    high: IntArray
    first: IntArray
    end: IntArray
    distance: IntArray
    opens: IntArray
    article: IntArray


def find_stretch(lines: Lines, score: IntArray) -> Stretch:
    """The run of lines that looks most like an article.

    Args:
        score: each line's own score, positive for furniture, in 1/64 log-odds.
    """
    n = len(score)
    at = np.arange(n)
    opens = np.ones(n, dtype=np.bool_)
    np.not_equal(lines.doc[1:], lines.doc[:-1], out=opens[1:])
    first_of = opens.nonzero()[0]
    order = opens.cumsum() - 1
    high_of = np.empty_like(first_of)
    high_of[:-1] = first_of[1:]
    high_of[-1] = n
    evidence = np.minimum(-score, _STRONGEST) * np.minimum(lines.words, _MOST_WORDS) // 8
    value = np.where(score < 0, evidence, -_PENALTY * np.minimum(score, _STRONGEST))
    total = np.zeros(n + 1, dtype=np.int64)
    value.cumsum(out=total[1:])
    reset = _RESET * order
    lowered = total[:-1] - reset
    least = np.minimum.accumulate(lowered)
    gain = total[1:] - least - reset
    best = np.maximum.reduceat(gain, first_of)
    candidates = (gain == best[order]).nonzero()[0]
    last = candidates[candidates.searchsorted(first_of)]
    begins = np.maximum.accumulate(np.where(lowered == least, at, 0))[last]
    empty = best <= 0
    first = np.where(empty, first_of, begins)[order]
    end = np.where(empty, first_of, last + 1)[order]
    distance = np.minimum(at - first, 0) + np.maximum(at - end + 1, 0)
    return Stretch(first_of[order], high_of[order], first, end, distance, first_of, order)


def _bins(values: IntArray, edges: npt.NDArray[np.int64]) -> IntArray:
    found: IntArray = edges.searchsorted(values, side="right")
    return found


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


_STEPS = np.array([[-1], [1], [-2], [2]])
_MEAN_START = np.array([[-4], [1], [-12], [1]])
_MEAN_END = np.array([[0], [5], [0], [13]])


def _neighbours(score: IntArray, stretch: Stretch, at: IntArray) -> IntArray:
    """Binned scores of the lines beside each, 0 where none is. Shape (4, n_lines)."""
    near = _bins(score, _NEAR) + 1
    place = at + _STEPS
    there = (place >= stretch.low) & (place < stretch.high)
    codes: IntArray = near.take(place, mode="clip")
    codes *= there
    return codes


def _means(running: IntArray, stretch: Stretch, at: IntArray) -> IntArray:
    """Binned mean scores of stretches of lines beside each, 0 where none is. Shape (4, n_lines)."""
    left = np.minimum(np.maximum(at + _MEAN_START, stretch.low), stretch.high)
    right = np.minimum(np.maximum(at + _MEAN_END, stretch.low), stretch.high)
    count = right - left
    total = running[right] - running[left]
    codes = _bins(total // np.maximum(count, 1), _OWN) + 1
    codes *= count > 0
    return codes


def _around(
    lines: Lines, score: IntArray, stretch: Stretch, side: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Sums of the scores before each line, shape (n_lines + 1,); the eighth of its article's words
    that is still to come; and counts of long article lines after and before it and of markers
    between it and the article, shape (3, n_lines).
    """
    n, words = len(score), lines.words
    at, low, high = np.arange(n), stretch.low, stretch.high
    running = np.zeros((4, n + 1), dtype=np.int64)
    article = score < 0
    running[0, 1:] = score
    running[1, 1:] = article & (words >= 10)
    running[2, 1:] = words * article
    if lines.present:
        running[3, 1:] = lines.phrases[_MARKERS].any(axis=0) & (words < 40)
    running.cumsum(axis=1, out=running)
    _, prose, to_words, marks = running
    to_come = 8 * (to_words[high] - to_words[1:]) // np.maximum(to_words[high] - to_words[low], 1)
    counts = np.zeros((3, n), dtype=np.int64)
    np.subtract(prose[high], prose[1:], out=counts[0])
    np.subtract(prose[:-1], prose[low], out=counts[1])
    if lines.present:
        after = marks[1:] - marks[np.minimum(stretch.end, at + 1)]
        before = marks[stretch.first] - marks[:-1]
        counts[2] = np.where(side == 2, after, np.where(side == 0, before, 0))
    return running[0], to_come, counts


def context_codes(lines: Lines, score: IntArray, stretch: Stretch) -> IntArray:
    """One code a feature and line. Shape (n_features, n_lines); see ``CONTEXT_SIZES``."""
    n, words = len(score), lines.words
    at = np.arange(n)
    low, high, distance = stretch.low, stretch.high, stretch.distance
    side = np.sign(distance) + 1
    length = _bins(words, _LENGTH)
    scores, to_come, counts = _around(lines, score, stretch, side)
    ahead, behind, between = _bins(counts, _COUNT)
    beside, means = _neighbours(score, stretch, at), _means(scores, stretch, at)
    codes = np.empty((len(CONTEXT_SIZES), n), dtype=np.int64)
    codes[0] = _bins(score, _OWN) * 3 + side
    codes[1] = _bins(distance, _DISTANCE) * 3 + length
    codes[2:6] = beside
    codes[6:10] = means
    for rows in (slice(2, 4), slice(6, 8)):
        codes[rows] *= 3
        codes[rows] += side
    codes[10] = ahead * 6 + behind
    codes[11] = _bins(at - low, _RANK)
    codes[12] = _bins(high - 1 - at, _RANK)
    codes[13] = _bins(to_come, _EIGHTHS) * 3 + length
    codes[14] = (between * 3 + side) * 4 + _bins(np.abs(distance), _FAR)
    earlier, later = _bins(means[:2], _PAIRED)
    codes[15] = later * 7 + earlier
    codes[16] = np.minimum(np.maximum(score, -_OWN_RANGE), _OWN_RANGE - 1) + _OWN_RANGE
    codes[17] = np.minimum(np.maximum(distance, -_NEAREST), _NEAREST - 1) + _NEAREST
    np.minimum(high - low, _MOST_LINES - 1, out=codes[18])
    return codes
