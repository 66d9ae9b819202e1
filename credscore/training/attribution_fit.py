"""Fits the tagger's weights: multinomial logistic regression over table rows.

AdaGrad over single tokens, template dropout, and averaging over all steps after the first epoch
(Polyak & Juditsky 1992, doi 10.1137/0330046). Needs numba, which nothing else in the project does.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.errors import MissingExtraError

__all__ = ["Settings", "fit", "scores"]

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to fit: see the recipe for the values used and why."""

    epochs: int
    rate: float
    dropout: float
    ridge: float
    seed: int


def _epoch(rows: Any, target: Any, order: Any, weights: Any, squares: Any, shift: Any,
           rate: float, ridge: float, dropout: float, step: int, seed: int) -> float:  # fmt: skip
    """One pass over the tokens in the given order; compiled. Returns the summed loss."""
    np.random.seed(seed)  # noqa: NPY002 - the compiler knows only the old generator
    width, n_labels = rows.shape[1], weights.shape[1]
    keep = np.ones(width, np.bool_)
    scale = 1.0 / (1.0 - dropout)
    chance = np.zeros(n_labels, np.float32)
    loss = 0.0
    for place in range(len(order)):
        token = order[place]
        step += 1
        chance[:] = 0
        for t in range(width):
            keep[t] = np.random.random() >= dropout  # noqa: NPY002
            if keep[t]:
                row = rows[token, t]
                for label in range(n_labels):
                    chance[label] += weights[row, label]
        top = chance.max() * scale
        total = 0.0
        for label in range(n_labels):
            chance[label] = np.exp(chance[label] * scale - top)
            total += chance[label]
        for label in range(n_labels):
            chance[label] /= total
        loss -= np.log(max(chance[target[token]], 1e-9))
        chance[target[token]] -= 1.0
        for t in range(width):
            if keep[t]:
                row = rows[token, t]
                for label in range(n_labels):
                    slope = chance[label] + ridge * weights[row, label]
                    squares[row, label] += slope * slope
                    change = rate * slope / (np.sqrt(squares[row, label]) + 1e-3)
                    weights[row, label] -= change
                    shift[row, label] += change * step
    return loss


def _sum_rows(rows: Any, weights: Any, out: Any) -> None:
    for token in range(len(rows)):
        for t in range(rows.shape[1]):
            row = rows[token, t]
            for label in range(weights.shape[1]):
                out[token, label] += weights[row, label]


@cache
def _compiled() -> tuple[Any, Any]:
    try:
        compile_ = importlib.import_module("numba").njit(fastmath=True)
    except ImportError as error:
        raise MissingExtraError(
            "fitting the attribution tagger needs numba: pip install numba"
        ) from error
    return compile_(_epoch), compile_(_sum_rows)


def fit(rows: Int32, target: Int32, at: npt.NDArray[np.int64], n_rows: int, n_labels: int,
        settings: Settings) -> Float32:  # fmt: skip
    """Averaged weights, shape (n_rows, n_labels).

    Args:
        rows: rows picked by each token, shape (n, width).
        target: label of each token.
        at: tokens to learn from.
    """
    run, _ = _compiled()
    weights = np.zeros((n_rows, n_labels), dtype=np.float32)
    squares = np.full((n_rows, n_labels), 0.1, dtype=np.float32)
    shift = np.zeros((n_rows, n_labels), dtype=np.float32)
    generator = np.random.default_rng(settings.seed)
    step = 0
    for epoch in range(settings.epochs):
        if epoch == 1:
            shift[:] = 0
            step = 0
        order = generator.permutation(at)
        run(rows, target, order, weights, squares, shift, settings.rate, settings.ridge,
            settings.dropout, step, settings.seed * 1000 + epoch)  # fmt: skip
        step += len(order)
    averaged: Float32 = weights + shift / np.float32(step)
    return averaged


def scores(rows: Int32, weights: Float32) -> Float32:
    """Sum of the picked rows, shape (n, n_labels)."""
    out = np.zeros((len(rows), weights.shape[1]), dtype=np.float32)
    _compiled()[1](rows, weights, out)
    return out
