"""Features to tables: piecewise linear shapes, fitted together by penalised least squares.

Each feature gets *ramps*: columns that rise from 0 to 1 between two neighbouring knots. A shape is
a weighted sum of its ramps, so a weight is the change from knot to knot, the penalty pulls shapes
flat, and a shape rises everywhere exactly if no weight is negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.training.recipe import ShapeRecipe

__all__ = ["Shapes", "choose_knots", "fit_shapes"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shapes:
    """Fitted shapes of some columns.

    ``score = intercept + sum of shapes``; each shape is centred on the training mean and 0 for NaN.

    Attributes:
        names: of the columns.
        knots: of each column, rising; fewer than two: the column is left out.
        values: of each column, its shape at its knots.
        intercept: the training mean.
    """

    names: tuple[str, ...]
    knots: tuple[FloatArray, ...]
    values: tuple[FloatArray, ...]
    intercept: float

    def parts(self, columns: FloatArray) -> FloatArray:
        """Each column's share of the score, shape (n_rows, n_columns)."""
        out = np.zeros(columns.shape)
        for place, (knots, values) in enumerate(zip(self.knots, self.values, strict=True)):
            if len(knots) < 2:  # constant in training
                continue
            known = ~np.isnan(columns[:, place])
            out[known, place] = np.interp(columns[known, place], knots, values)
        return out

    def score(self, columns: FloatArray) -> FloatArray:
        """Shape (n_rows,)."""
        result: FloatArray = self.intercept + self.parts(columns).sum(axis=1)
        return result


def choose_knots(column: FloatArray, most: int) -> FloatArray:
    """Knots at quantiles of the distinct mass: a feature that is mostly 0 gets one knot there."""
    known = column[~np.isnan(column)]
    if not len(known):
        return np.zeros(0)
    low, high = np.quantile(known, [0.01, 0.99])
    inner = known[(known > known.min()) & (known < known.max())]
    ends = [known.min() if np.mean(known == known.min()) > 0.05 else low, high]
    if len(inner) < 50:  # two values, or nearly
        return np.unique([known.min(), known.max()])
    middle = np.quantile(inner, np.linspace(0.05, 0.95, most - 2))
    return np.unique(np.clip([*ends, *middle], ends[0], max(high, ends[0])))


def _ramps(column: FloatArray, knots: FloatArray) -> FloatArray:
    steps = (column[:, None] - knots[:-1]) / np.diff(knots)
    return np.clip(steps, 0.0, 1.0)


def fit_shapes(
    names: Sequence[str],
    columns: FloatArray,
    target: FloatArray,
    weight: FloatArray,
    recipe: ShapeRecipe,
    *,
    levels: npt.NDArray[np.int64] | None = None,
) -> Shapes:
    """Fit all shapes together.

    Args:
        columns: shape (n_rows, n_columns), NaN = not measured.
        target: shape (n_rows,).
        weight: shape (n_rows,).
        levels: corpus of each row; with ``recipe.corpus_effect`` each corpus may have a level of
            its own while shapes are fitted, so that they need not explain it.
    """
    weight = weight / weight.mean()
    knots = [choose_knots(columns[:, place], recipe.knots) for place in range(len(names))]
    middle = float(weight @ target / weight.sum())
    given = _given(names, columns, knots, weight, recipe)
    rest = target - _only_given(names, knots, given, middle).score(columns)
    learned = [at[:0] if len(curve) else at for at, curve in zip(knots, given, strict=True)]
    blocks, owner = _design(columns, learned)
    shift = np.array([_weighted_mean(blocks[:, place], weight) for place in range(blocks.shape[1])])
    centred = np.where(np.isnan(blocks), 0.0, blocks - shift)
    penalty = np.full(len(owner), recipe.ridge * len(weight))
    if levels is not None and recipe.corpus_effect:
        centred, penalty = _with_levels(centred, penalty, levels, recipe.corpus_effect)
    sign = _signs(names, owner, len(penalty), recipe)
    beta = _solve(centred, rest, weight, penalty, sign)
    values = [
        curve if len(curve) else _learned(beta, shift, owner == place, recipe.cap.get(name))
        for place, (name, curve) in enumerate(zip(names, given, strict=True))
    ]
    return Shapes(tuple(names), tuple(knots), tuple(values), middle)


def _learned(
    beta: FloatArray, shift: FloatArray, mine: npt.NDArray[np.bool_], cap: float | None
) -> FloatArray:
    """Values at the knots of one column, centred; none for a column without ramps."""
    ramps = np.flatnonzero(mine)
    curve = np.concatenate([[0.0], np.cumsum(beta[ramps])]) - beta[ramps] @ shift[ramps]
    return _capped(curve if len(ramps) else curve[:0], cap)


def _given(
    names: Sequence[str],
    columns: FloatArray,
    knots: Sequence[FloatArray],
    weight: FloatArray,
    recipe: ShapeRecipe,
) -> list[FloatArray]:
    """Values at the knots of what the recipe gives, centred; none for what is learned."""
    curves = []
    for place, (name, at) in enumerate(zip(names, knots, strict=True)):
        if name not in recipe.given or len(at) < 2:
            curves.append(at[:0])
            continue
        rising = (at - at[0]) / (at[-1] - at[0]) * recipe.given[name]
        curve = rising if name in recipe.up else -rising
        known = ~np.isnan(columns[:, place])
        level = np.interp(columns[known, place], at, curve)
        curves.append(curve - weight[known] @ level / weight[known].sum())
    return curves


def _only_given(
    names: Sequence[str], knots: Sequence[FloatArray], given: Sequence[FloatArray], middle: float
) -> Shapes:
    chosen = tuple(at[: len(curve)] for at, curve in zip(knots, given, strict=True))
    return Shapes(tuple(names), chosen, tuple(given), middle)


def _design(
    columns: FloatArray, knots: Sequence[FloatArray]
) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    parts = [
        _ramps(columns[:, place], at) if len(at) > 1 else np.zeros((len(columns), 0))
        for place, at in enumerate(knots)
    ]
    owner = np.repeat(np.arange(len(knots)), [part.shape[1] for part in parts])
    return np.concatenate(parts, axis=1), owner


def _weighted_mean(column: FloatArray, weight: FloatArray) -> float:
    known = ~np.isnan(column)
    return float(weight[known] @ column[known] / weight[known].sum()) if known.any() else 0.0


def _with_levels(
    design: FloatArray, penalty: FloatArray, levels: npt.NDArray[np.int64], effect: float
) -> tuple[FloatArray, FloatArray]:
    own = np.zeros((len(design), int(levels.max()) + 1))
    own[np.arange(len(design)), levels] = 1.0
    return np.hstack([design, own]), np.append(penalty, np.full(own.shape[1], penalty[0] / effect))


def _signs(
    names: Sequence[str], owner: npt.NDArray[np.int64], length: int, recipe: ShapeRecipe
) -> FloatArray:
    sign = np.zeros(length)
    for place, name in enumerate(names):
        sign[: len(owner)][owner == place] = (name in recipe.up) - (name in recipe.down)
    return sign


def _solve(
    design: FloatArray,
    target: FloatArray,
    weight: FloatArray,
    penalty: FloatArray,
    sign: FloatArray,
) -> FloatArray:
    """Weighted ridge; coefficients with a sign may not have the other."""
    weighted = design * weight[:, None]
    gram = weighted.T @ design + np.diag(penalty)
    right = weighted.T @ target
    if not sign.any():
        return np.asarray(np.linalg.solve(gram, right))
    from scipy.optimize import lsq_linear

    # With gram = L L^T the ridge objective is |L^T b - L^-1 right|^2 plus a constant.
    lower = np.linalg.cholesky(gram)
    bounds = (np.where(sign > 0, 0.0, -np.inf), np.where(sign < 0, 0.0, np.inf))
    found = lsq_linear(lower.T, np.linalg.solve(lower, right), bounds, method="bvls", tol=1e-12)
    return np.asarray(found.x)


def _capped(values: FloatArray, cap: float | None) -> FloatArray:
    if cap is None or not values.size:
        return values
    spread = float(np.ptp(values))
    return values if spread <= cap else values * (cap / spread)
