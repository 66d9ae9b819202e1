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
_LABELS = 7


@dataclass(frozen=True, slots=True)
class Settings:
    """How to fit: see the recipe for the values used and why."""

    epochs: int
    rate: float
    dropout: float
    ridge: float
    seed: int


def _epoch(rows: Any, target: Any, order: Any, state: Any, rate: Any, ridge: Any,
           scale: Any, dropped: Any, step: int, seed: Any) -> None:  # fmt: skip
    """One pass over the tokens in the given order; compiled.

    ``state`` holds weights, sums of squared slopes and weighted steps of a row side by side, eight
    lanes each: one place in memory a row, and loops of fixed length that the compiler unrolls.
    """
    width = rows.shape[1]
    kept = np.empty(width, np.int64)
    chance = np.zeros(8, np.float32)
    low = np.float32(1e-3)
    for place in range(len(order)):
        token = order[place]
        step += 1
        now = np.float32(step)
        chance[:] = 0
        n_kept = 0
        for t in range(width):
            seed ^= seed << np.uint64(13)  # xorshift (Marsaglia 2003, doi 10.18637/jss.v008.i14)
            seed ^= seed >> np.uint64(7)
            seed ^= seed << np.uint64(17)
            if seed >> np.uint64(48) >= dropped:
                row = rows[token, t]
                kept[n_kept] = row
                n_kept += 1
                for label in range(8):
                    chance[label] += state[row, 0, label]
        top = chance[0]
        for label in range(1, 7):
            top = max(top, chance[label])
        total = np.float32(0)
        for label in range(7):
            chance[label] = np.exp((chance[label] - top) * scale)
            total += chance[label]
        for label in range(7):
            chance[label] /= total
        chance[7] = 0
        chance[target[token]] -= np.float32(1)
        for t in range(n_kept):
            row = kept[t]
            for label in range(8):
                weight = state[row, 0, label]
                slope = chance[label] + ridge * weight
                square = state[row, 1, label] + slope * slope
                change = rate * slope / (np.sqrt(square) + low)
                state[row, 1, label] = square
                state[row, 0, label] = weight - change
                state[row, 2, label] += change * now


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
    assert n_labels == _LABELS
    run, _ = _compiled()
    state = np.zeros((n_rows, 3, _LABELS + 1), dtype=np.float32)
    state[:, 1] = 0.1
    generator = np.random.default_rng(settings.seed)
    scale = np.float32(1 / (1 - settings.dropout))
    dropped = np.uint64(settings.dropout * 65536)
    step = 0
    for epoch in range(settings.epochs):
        if epoch == 1:
            state[:, 2] = 0
            step = 0
        order = generator.permutation(at)
        run(rows, target, order, state, np.float32(settings.rate), np.float32(settings.ridge),
            scale, dropped, step, generator.integers(1, 2**63, dtype=np.uint64))  # fmt: skip
        step += len(order)
    averaged: Float32 = state[:, 0, :_LABELS] + state[:, 2, :_LABELS] / np.float32(step)
    return averaged


def scores(rows: Int32, weights: Float32) -> Float32:
    """Sum of the picked rows, shape (n, n_labels)."""
    out = np.zeros((len(rows), weights.shape[1]), dtype=np.float32)
    _compiled()[1](rows, weights, out)
    return out
