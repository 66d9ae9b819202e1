"""Figures with their number of articles and sources, and 90 % intervals from drawn sources."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.training.splits import bootstrap_rows, group_codes

__all__ = [
    "Figure",
    "auc",
    "brier",
    "calibration_error",
    "class_f1",
    "coverage",
    "figure",
    "macro_f1",
    "sigmoid",
    "source_rank_correlation",
    "spearman",
]

FloatArray = npt.NDArray[np.float64]
MIN_ARTICLES = 5  # a source's mean over fewer articles is mostly noise
N_DRAWS = 200


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` with its bootstrap interval; ``n`` articles of ``sources`` sources."""

    value: float
    low: float
    high: float
    n: int
    sources: int

    def content(self) -> dict[str, float | int]:
        """For ``metrics.json``, rounded to four places (the interval is far wider)."""
        rounded = {name: round(getattr(self, name), 4) for name in ("value", "low", "high")}
        return {**rounded, "n": self.n, "sources": self.sources}


def sigmoid(x: FloatArray) -> FloatArray:
    """The logistic function without overflow."""
    result: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * x))
    return result


def ranks(x: FloatArray) -> FloatArray:
    """Ranks from 0, ties sharing their mean rank."""
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: FloatArray = last - (counts + 1) / 2
    return mean[inverse]


def auc(score: FloatArray, label: FloatArray) -> float:
    """Chance that a random positive scores above a random negative; NaN labels are left out."""
    known = ~np.isnan(label)
    score, positive = score[known], label[known] == 1
    n_pos, n_neg = int(positive.sum()), int((~positive).sum())
    if not n_pos or not n_neg:
        return math.nan
    return float((ranks(score)[positive].sum() - n_pos * (n_pos - 1) / 2) / (n_pos * n_neg))


def spearman(x: FloatArray, y: FloatArray) -> float:
    """Rank correlation."""
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:  # two points always agree
        return math.nan
    return float(np.corrcoef(ranks(x), ranks(y))[0, 1])


def source_rank_correlation(
    score: FloatArray, rating: FloatArray, groups: npt.NDArray[np.int64]
) -> float:
    """Rank correlation of mean score and rating, over sources with 5 or more articles."""
    known = ~np.isnan(rating)
    size = np.bincount(groups[known], minlength=groups.max() + 1)
    many = size >= MIN_ARTICLES
    mean = [
        np.bincount(groups[known], values[known], minlength=len(size))[many] / size[many]
        for values in (score, rating)
    ]
    return spearman(mean[0], mean[1])


def brier(probability: FloatArray, label: FloatArray) -> float:
    """Mean squared distance of the probability from the label."""
    known = ~np.isnan(label)
    return float(np.mean((probability[known] - label[known]) ** 2))


def calibration_error(probability: FloatArray, label: FloatArray, n_bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    known = ~np.isnan(label)
    probability, label = probability[known], label[known]
    place = np.minimum((probability * n_bins).astype(np.int64), n_bins - 1)
    gap = np.bincount(place, probability - label, minlength=n_bins)
    return float(np.abs(gap).sum() / len(label))


def coverage(low: FloatArray, high: FloatArray, truth: FloatArray) -> float:
    """Share of truths that lie inside their interval."""
    known = ~np.isnan(truth)
    return float(np.mean((low[known] <= truth[known]) & (truth[known] <= high[known])))


def class_f1(found: npt.NDArray[np.int64], truth: npt.NDArray[np.int64], label: int) -> float:
    """F1 of one class; 0 where it is neither found nor there."""
    both = int(((found == label) & (truth == label)).sum())
    total = int((found == label).sum() + (truth == label).sum())
    return 2 * both / total if total else 0.0


def macro_f1(found: npt.NDArray[np.int64], truth: npt.NDArray[np.int64], n_classes: int) -> float:
    """Mean of the classes' F1."""
    return float(np.mean([class_f1(found, truth, label) for label in range(n_classes)]))


def figure(
    measure: Callable[[npt.NDArray[np.int64]], float],
    groups: Sequence[str],
    *,
    rows: npt.NDArray[np.bool_] | None = None,
    n_draws: int = N_DRAWS,
) -> Figure:
    """A measure with its interval.

    Args:
        measure: from row numbers to a value.
        groups: source of each row; drawn with replacement.
        rows: which rows count.
    """
    places = np.flatnonzero(np.ones(len(groups), dtype=np.bool_) if rows is None else rows)
    if not len(places):
        return Figure(math.nan, math.nan, math.nan, 0, 0)
    chosen = [groups[place] for place in places.tolist()]
    drawn = [measure(places[draw]) for draw in bootstrap_rows(chosen, n_draws)]
    kept = [value for value in drawn if not math.isnan(value)]
    low, high = np.quantile(kept, [0.05, 0.95]) if kept else (math.nan, math.nan)
    n_sources = int(group_codes(chosen).max()) + 1
    return Figure(measure(places), float(low), float(high), len(places), n_sources)
