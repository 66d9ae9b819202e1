"""From score to calibrated log-odds (affine, so that additivity holds) and to intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.model_format import Interval
from credscore.training.metrics import sigmoid

__all__ = [
    "Affine",
    "conformal_interval",
    "fit_affine",
    "fit_class_affine",
    "reach",
    "without_false_alarms",
]

FloatArray = npt.NDArray[np.float64]
WORD_CUTS = (150.0, 300.0, 600.0, 1200.0)
N_BINS = 5  # of score; more would leave too few sources in each
MIN_EFFECTIVE = 20


@dataclass(frozen=True, slots=True)
class Affine:
    """``log_odds = slope * score + intercept``."""

    slope: float
    intercept: float

    def __call__(self, score: FloatArray) -> FloatArray:
        return self.slope * score + self.intercept


def fit_affine(score: FloatArray, label: FloatArray, weight: FloatArray) -> Affine:
    """Logistic regression of the label on one score (Platt 1999), by Newton steps.

    Args:
        score: out-of-fold scores.
        label: 1, 0 or NaN (left out).
        weight: of each row.
    """
    known = ~np.isnan(label)
    inputs = np.column_stack([score[known], np.ones(int(known.sum()))])
    scale = float(np.std(score[known]))
    beta = np.array([1.0 / scale, -float(np.mean(score[known])) / scale])
    for _ in range(50):
        p = sigmoid(inputs @ beta)
        gradient = inputs.T @ (weight[known] * (label[known] - p))
        hessian = (inputs * (weight[known] * p * (1 - p))[:, None]).T @ inputs
        step = np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-10:  # converged
            break
    return Affine(float(beta[0]), float(beta[1]))


def fit_class_affine(
    scores: FloatArray, truth: npt.NDArray[np.int64], weight: FloatArray
) -> tuple[Affine, ...]:
    """One slope and one intercept a class, by multinomial logistic regression with gradient steps.

    Args:
        scores: (n, n_classes), out of fold.
        truth: class of each row.
    """
    n_classes = scores.shape[1]
    hot = np.eye(n_classes)[truth]
    slope, intercept = np.full(n_classes, 4.0), np.zeros(n_classes)
    weight = weight / weight.sum()
    for _ in range(4000):
        z = scores * slope + intercept
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        residual = (hot - p) * weight[:, None]
        slope = slope + 4.0 * (residual * scores).sum(axis=0)
        intercept = intercept + 4.0 * residual.sum(axis=0)
    return tuple(Affine(float(a), float(b)) for a, b in zip(slope, intercept, strict=True))


def without_false_alarms(
    affine: Sequence[Affine],
    scores: FloatArray,
    truth: npt.NDArray[np.int64],
    alarm: int,
    quiet: int,
    share: float,
) -> tuple[Affine, ...]:
    """The same maps, with one class held back until few rows of another are mistaken for it.

    Args:
        scores: (n, n_classes), out of fold.
        truth: class of each row.
        alarm: the class to hold back; its intercept falls, and never rises.
        quiet: the class that must seldom be mistaken for it.
        share: of that class's rows at most.
    """
    rows = truth == quiet
    z = np.column_stack([a(scores[rows, k]) for k, a in enumerate(affine)])
    ahead = z[:, alarm] - np.delete(z, alarm, axis=1).max(axis=1)
    fall = max(0.0, float(np.quantile(ahead, 1.0 - share))) if rows.any() else 0.0
    held = Affine(affine[alarm].slope, affine[alarm].intercept - fall)
    return tuple(held if k == alarm else a for k, a in enumerate(affine))


def conformal_interval(
    log_odds: FloatArray,
    truth: FloatArray,
    words: FloatArray,
    weight: FloatArray,
    coverage: float,
) -> Interval:
    """Reach below and above the score that held the truth for the stated share of unseen sources.

    Quantiles of signed residuals by score bin (each tail half of the rest), times a factor by
    length: the quantile of absolute residuals there, relative to all.

    Args:
        log_odds: out-of-fold, calibrated.
        truth: where the rating lies on the same scale; NaN rows are left out.
    """
    known = ~np.isnan(truth)
    log_odds, truth, words, weight = log_odds[known], truth[known], words[known], weight[known]
    residual = truth - log_odds
    factors = _length_factors(np.abs(residual), words, weight, coverage)
    factor = factors[np.searchsorted(np.array(WORD_CUTS), words, side="left")]
    cuts = _score_cuts(log_odds)
    place = np.searchsorted(cuts, log_odds, side="left")
    tail = (1.0 - coverage) / 2
    below, above = [], []
    for part in range(len(cuts) + 1):
        mine = place == part
        scaled = residual[mine] / factor[mine]
        below.append(max(0.05, -quantile(scaled, weight[mine], tail)))
        above.append(max(0.05, quantile(scaled, weight[mine], 1.0 - tail)))
    return Interval(
        coverage=coverage,
        cuts=tuple(cuts.tolist()),
        below=tuple(below),
        above=tuple(above),
        words=WORD_CUTS,
        factors=tuple(factors.tolist()),
    )


def _score_cuts(log_odds: FloatArray) -> FloatArray:
    return np.unique(np.quantile(log_odds, np.linspace(0, 1, N_BINS + 1)[1:-1]))


def _length_factors(
    size: FloatArray, words: FloatArray, weight: FloatArray, coverage: float
) -> FloatArray:
    place = np.searchsorted(np.array(WORD_CUTS), words, side="left")
    overall = quantile(size, weight, coverage)
    factors = np.ones(len(WORD_CUTS) + 1)
    for part in range(len(factors)):
        mine = place == part
        if mine.sum() >= MIN_EFFECTIVE:
            factors[part] = quantile(size[mine], weight[mine], coverage) / overall
    return factors


def quantile(values: FloatArray, weight: FloatArray, level: float) -> float:
    """Weighted quantile."""
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weight[order])
    place = np.searchsorted(share, level * share[-1])
    return float(values[order][min(int(place), len(values) - 1)])


def reach(
    interval: Interval, log_odds: FloatArray, words: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Low and high ends, as the model will compute them."""
    place = np.searchsorted(np.array(interval.cuts), log_odds, side="left")
    factor = np.array(interval.factors)[
        np.searchsorted(np.array(interval.words), words, side="left")
    ]
    return (
        log_odds - np.array(interval.below)[place] * factor,
        log_odds + np.array(interval.above)[place] * factor,
    )
