"""The arithmetic behind a comparison: means that own up to their uncertainty. numpy only.

Everything happens on the log-odds scale, on which contributions add up, and is turned into points
at the very end. ``k`` is the number of groups (sources).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

__all__ = [
    "Estimates",
    "adjusted_p",
    "cluster_variance",
    "estimate",
    "median_interval",
    "points_per_log_odds",
    "scores_of",
    "superiority",
    "t_quantile",
    "two_sided_p",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEVEL = 0.90
_LEAST_EXCESS = (
    0.02  # spread of log-variances over chance: the prior counts for 100 articles at most
)
MIN_GROUPS_TO_SHRINK = 5  # the spread between fewer sources is a guess; Morris needs more than 3


@dataclass(frozen=True, slots=True)
class Estimates:
    """Means of ``k`` groups, all in log-odds, shape (k,) unless said otherwise.

    Attributes:
        mean: plain mean of the group's articles.
        value: best estimate: the mean drawn towards all groups' mean, more so where n is small.
        own: weight of the group's own mean in ``value``, 0 to 1; 1 = not drawn at all.
        centre: weighted mean of all groups, shape ().
        weights: each group's weight in ``centre``; they sum to 1.
        error: standard error of ``value``.
        mean_variance: sampling variance of ``mean``.
        freedom: degrees of freedom of both.
    """

    mean: FloatArray
    value: FloatArray
    own: FloatArray
    centre: float
    weights: FloatArray
    error: FloatArray
    mean_variance: FloatArray
    freedom: FloatArray

    def reach(self, level: float = LEVEL) -> FloatArray:
        """Half the width of the interval."""
        return t_quantile((1 + level) / 2, self.freedom) * self.error


def cluster_variance(values: FloatArray, clusters: IntArray) -> tuple[float, int]:
    """Variance of the values' mean where values of one cluster go together, times their number.

    Liang & Zeger (1986): the sum of squared cluster totals of residuals, with G / (G - 1).

    Returns:
        variance for one article (NaN with one cluster), number of clusters.
    """
    distinct, place = np.unique(clusters, return_inverse=True)
    n, groups = len(values), len(distinct)
    if groups < 2:
        return math.nan, groups
    totals = np.bincount(place, weights=values - values.mean(), minlength=groups)
    return float(totals @ totals) / n * groups / (groups - 1), groups


def estimate(mean: FloatArray, variance: FloatArray, n: IntArray, clusters: IntArray) -> Estimates:
    """Means with shrinkage towards their weighted mean (Morris 1983, doi 10.2307/2287098).

    Args:
        mean: plain mean of each group.
        variance: for one article, from ``cluster_variance``; NaN where not known.
        n, clusters: number of articles and of clusters of each group.
    """
    moderated, freedom = _moderated(variance, clusters)
    sampling = moderated / np.maximum(n, 1)
    k = len(mean)
    between = _between(mean, sampling) if k >= MIN_GROUPS_TO_SHRINK else math.inf
    if math.isinf(between):
        even = np.full(k, 1 / max(k, 1))
        own, centre, error = np.ones(k), float(even @ mean), np.sqrt(sampling)
        return Estimates(mean, mean, own, centre, even, error, sampling, freedom)
    weights = 1 / (sampling + between + 1e-12)
    weights /= weights.sum()
    centre = float(weights @ mean)
    # (k - 3) / (k - 1) makes up for the between-variance being estimated, as in James-Stein.
    drawn = (k - 3) / (k - 1) * sampling / (sampling + between + 1e-12)
    value = centre + (1 - drawn) * (mean - centre)
    spread = sampling * (1 - (1 - weights) * drawn) + 2 / (k - 3) * drawn**2 * (mean - centre) ** 2
    return Estimates(mean, value, 1 - drawn, centre, weights, np.sqrt(spread), sampling, freedom)


def _moderated(variance: FloatArray, clusters: IntArray) -> tuple[FloatArray, FloatArray]:
    """Each group's variance drawn towards a common one, with its degrees of freedom (Smyth 2004,
    doi 10.2202/1544-6115.1027).
    """
    known = ~np.isnan(variance)
    own = np.where(known, clusters - 1.0, 0.0)
    if not own.sum():
        return np.full(len(variance), math.nan), np.ones(len(variance))
    filled = np.where(known, variance, 0.0)
    common, prior = _common_variance(filled, own)
    # The prior stands for other groups' articles: with one group there are none.
    drawn = np.minimum(prior, own.sum() - own)
    total = own + drawn
    moderated = (own * filled + drawn * common) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, moderated, common), np.maximum(total, 1.0)


def _common_variance(variance: FloatArray, own: FloatArray) -> tuple[float, float]:
    """The variance that groups have in common, and for how many articles it stands.

    Sources differ in how even their articles are: the more they do, the less another source's
    variance says. Both come from the spread of the logarithms of the variances.
    """
    usable = (own >= 2) & (variance > 0)
    if usable.sum() < MIN_GROUPS_TO_SHRINK:
        return float(own @ variance / own.sum()), 0.0  # too few to lend: each speaks for itself
    half = own[usable] / 2
    logs = np.log(variance[usable]) - _digamma(half) + np.log(half)
    excess = float(logs.var(ddof=1) - _trigamma(half).mean())
    prior = 2 * _inverse_trigamma(max(excess, _LEAST_EXCESS))
    at = np.array([prior / 2])
    return math.exp(float(logs.mean() + _digamma(at)[0] - math.log(prior / 2))), prior


def _inverse_trigamma(value: float) -> float:
    low, high = 1e-3, 1e3
    for _ in range(80):
        middle = math.sqrt(low * high)
        falls = float(_trigamma(np.array([middle]))[0]) > value
        low, high = (middle, high) if falls else (low, middle)
    return low


def _digamma(x: FloatArray) -> FloatArray:
    """By recurrence up to 6, then the asymptotic series (Abramowitz & Stegun 6.3.18)."""
    result = np.zeros_like(x)
    for _ in range(6):
        result -= np.where(x < 6, 1 / x, 0.0)
        x = np.where(x < 6, x + 1, x)
    square = 1 / x**2
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)))
    return np.asarray(result + np.log(x) - 0.5 / x - series)


def _trigamma(x: FloatArray) -> FloatArray:
    """The same for its derivative (Abramowitz & Stegun 6.4.12)."""
    result = np.zeros_like(x)
    for _ in range(6):
        result += np.where(x < 6, 1 / x**2, 0.0)
        x = np.where(x < 6, x + 1, x)
    square = 1 / x**2
    series = 1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30))
    return np.asarray(result + 1 / x + square / 2 + square / x * series)


def _between(mean: FloatArray, sampling: FloatArray) -> float:
    """Variance between groups (Paule & Mandel 1982, doi 10.6028/jres.087.022), by bisection."""

    def excess(between: float) -> float:
        weights = 1 / (sampling + between + 1e-12)
        centre = weights @ mean / weights.sum()
        return float(weights @ (mean - centre) ** 2) - (len(mean) - 1)

    low, high = 0.0, float(np.var(mean)) * 4 + 1e-9
    if excess(low) <= 0:
        return 0.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def median_interval(values: FloatArray, variance: float) -> tuple[float, float]:
    """90 % interval of a median by ranks (Woodruff 1952, doi 10.2307/2280781), with clusters.

    Args:
        variance: for one article, from ``cluster_variance``: what clustering adds to the plain
            variance widens the interval.
    """
    n = len(values)
    if n < 2:
        return float(values[0]), float(values[0])
    plain = float(values.var(ddof=1))
    design = max(1.0, variance / plain) if plain > 0 and not math.isnan(variance) else 1.0
    reach = _t90(n - 1) * 0.5 * math.sqrt(design / n)
    low, high = np.quantile(values, [max(0.0, 0.5 - reach), min(1.0, 0.5 + reach)])
    return float(low), float(high)


def superiority(a: FloatArray, b: FloatArray) -> float:
    """Chance that an article of ``a`` scores above one of ``b``; ties count half."""
    ordered = np.sort(b)
    below = np.searchsorted(ordered, a, "left").sum()
    up_to = np.searchsorted(ordered, a, "right").sum()
    return float(below + up_to) / (2 * len(a) * len(b))


def adjusted_p(p: FloatArray) -> FloatArray:
    """p-values corrected for many comparisons: false discovery rate (Benjamini & Hochberg 1995)."""
    if not len(p):
        return p
    order = np.argsort(p, kind="stable")
    raised = p[order] * len(p) / np.arange(1, len(p) + 1)
    lowest = np.minimum.accumulate(raised[::-1])[::-1]
    result = np.empty_like(p)
    result[order] = np.minimum(lowest, 1.0)
    return result


def scores_of(log_odds: npt.ArrayLike) -> FloatArray:
    """Log-odds as scores from 0 to 100."""
    with np.errstate(over="ignore"):
        return 100.0 / (1.0 + np.exp(-np.asarray(log_odds, dtype=np.float64)))


def points_per_log_odds(a: float, b: float) -> float:
    """Mean slope of the score between two log-odds; positive."""
    if abs(a - b) < 1e-6:
        share = float(scores_of((a + b) / 2)) / 100
        return 100 * share * (1 - share)
    return float(scores_of(a) - scores_of(b)) / (a - b)


def two_sided_p(t: FloatArray, freedom: FloatArray) -> FloatArray:
    """Chance of a Student's t at least this far from 0: the incomplete beta function."""
    freedom = np.broadcast_to(np.asarray(freedom, dtype=np.float64), np.shape(t))
    x = freedom / (freedom + np.asarray(t, dtype=np.float64) ** 2)
    return np.asarray(_incomplete_beta(freedom / 2, 0.5, x))


def t_quantile(level: float, freedom: FloatArray) -> FloatArray:
    """The value that Student's t stays below with the given chance (above one half).

    Newton's steps from the normal's quantile, which lies below: as the distribution function bends
    downwards there, each step falls short of the answer and none overshoots.
    """
    distinct, place = np.unique(np.asarray(freedom, dtype=np.float64), return_inverse=True)
    t = np.full(distinct.shape, NormalDist().inv_cdf(level))
    constant = _log_gamma((distinct + 1) / 2) - _log_gamma(distinct / 2)
    constant -= 0.5 * np.log(distinct * math.pi)
    for _ in range(100):
        density = np.exp(constant - (distinct + 1) / 2 * np.log1p(t**2 / distinct))
        step = (two_sided_p(t, distinct) / 2 - (1 - level)) / density
        t += step
        if np.all(np.abs(step) < 1e-12 * t):
            break
    return t[place]


@cache
def _t90(freedom: int) -> float:
    """Quantile of a 90 % interval for whole degrees of freedom."""
    return float(t_quantile((1 + LEVEL) / 2, np.array([float(freedom)]))[0])


_log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])


def _incomplete_beta(a: FloatArray, b: float, x: FloatArray) -> FloatArray:
    """Regularised incomplete beta by Lentz's continued fraction; where it converges slowly, by
    the mirror identity I_x(a, b) = 1 - I_(1-x)(b, a).
    """
    flip = x > (a + 1) / (a + b + 2)
    p, q = np.where(flip, b, a), np.where(flip, a, b)
    z = np.clip(np.where(flip, 1 - x, x), 0.0, 1.0)
    with np.errstate(divide="ignore"):
        front = np.exp(
            _log_gamma(p + q) - _log_gamma(p) - _log_gamma(q)
            + p * np.log(z) + q * np.log1p(-z)
        ) / p  # fmt: skip
    value = front * _continued_fraction(p, q, z)
    result: FloatArray = np.where(flip, 1 - value, value)
    return result


def _continued_fraction(a: FloatArray, b: FloatArray, x: FloatArray) -> FloatArray:
    tiny = 1e-300
    c = np.ones_like(x)
    d = 1 - (a + b) * x / (a + 1)
    d = 1 / np.where(np.abs(d) < tiny, tiny, d)
    fraction = d.copy()
    for m in range(1, 200):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 + step * d
            c = 1 + step / c
            d = 1 / np.where(np.abs(d) < tiny, tiny, d)
            c = np.where(np.abs(c) < tiny, tiny, c)
            fraction *= c * d
        if np.all(np.abs(c * d - 1) < 1e-13):
            break
    result: FloatArray = fraction
    return result
