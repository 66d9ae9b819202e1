"""Fits one additive model: wording weights by cross-fitted ridge, then all shapes together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from credscore.training.patterns import (
    FAMILIES,
    PatternCounts,
    WordingFit,
    fit_wording,
    out_of_fold_index,
)
from credscore.training.recipe import Recipe
from credscore.training.shapes import Shapes, fit_shapes
from credscore.training.splits import grouped_folds

__all__ = ["WORDING_TERMS", "Fitted", "Training", "fit", "out_of_fold_scores"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
WORDING_TERMS = tuple(f"wording.{family}" for family in FAMILIES)


@dataclass(frozen=True, slots=True)
class Training:
    """Everything that fitting reads; one row an article (or its flat copy).

    Attributes:
        names, values: features; NaN = not measured, or not to be learned from in this corpus.
        patterns: candidate wording patterns.
        target: (n, n_outputs), NaN where a row is not fitted on.
        weight: (n,).
        fit_weight: (n,) weight in fitting; ``weight`` is for calibration and figures.
        groups, corpora: codes; a flat copy shares its article's group.
        flat: whether a row is a flat copy.
    """

    names: tuple[str, ...]
    values: FloatArray
    patterns: PatternCounts
    target: FloatArray
    weight: FloatArray
    fit_weight: FloatArray
    groups: IntArray
    corpora: IntArray
    flat: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fitted:
    """One additive score for each output."""

    wording: WordingFit | None
    shapes: tuple[Shapes, ...]

    def columns(self, data: Training, rows: IntArray, output: int) -> FloatArray:
        """What the shapes of an output read."""
        values = data.values[rows]
        if self.wording is None:
            return values
        index = self.wording.index(data.patterns.rows(rows))
        return np.column_stack([values, index[:, output]])

    def score(self, data: Training, rows: IntArray) -> FloatArray:
        """Shape (len(rows), n_outputs)."""
        return np.column_stack(
            [
                shapes.score(self.columns(data, rows, output))
                for output, shapes in enumerate(self.shapes)
            ]
        )


def fit(data: Training, rows: IntArray, recipe: Recipe) -> Fitted:
    """Fit on some rows (those with a target).

    The wording index that shapes are fitted to is out of fold: each row's comes from weights that
    never saw its source. The index that ships is fitted on all rows.
    """
    rows = rows[~np.isnan(data.target[rows, 0])]
    if not recipe.wording.patterns:
        return Fitted(None, _shapes(data, rows, recipe, data.values[rows], data.names))
    rest = _without_craft(data, rows, recipe)
    inputs = (data.patterns, rest, data.fit_weight, data.groups, data.corpora, rows)
    index = out_of_fold_index(*inputs, data.flat, recipe.wording)
    wording = fit_wording(*inputs[:-1], rows[~data.flat[rows]], recipe.wording)
    names = (*data.names, *WORDING_TERMS)
    return Fitted(wording, _shapes(data, rows, recipe, data.values[rows], names, index))


def _shapes(
    data: Training,
    rows: IntArray,
    recipe: Recipe,
    values: FloatArray,
    names: tuple[str, ...],
    index: FloatArray | None = None,
) -> tuple[Shapes, ...]:
    """Shapes of the features, and of the wording indices where there are any, for each output.

    An index is in the target's unit already: more of it may never count for less.
    """
    shape = replace(recipe.shape, up=(*recipe.shape.up, *WORDING_TERMS))
    return tuple(
        fit_shapes(
            names,
            values if index is None else np.column_stack([values, index[:, output]]),
            data.target[rows, output],
            data.fit_weight[rows],
            shape,
            levels=data.corpora[rows],
        )
        for output in range(data.target.shape[1])
    )


def _without_craft(data: Training, rows: IntArray, recipe: Recipe) -> FloatArray:
    """The target less a share of what the craft features alone make of it."""
    rest = data.target.copy()
    first = [name.partition(".")[0] in recipe.craft for name in data.names]
    if recipe.craft_share and any(first):
        values = data.values[rows][:, first]
        names = tuple(name for name, chosen in zip(data.names, first, strict=True) if chosen)
        for output, shapes in enumerate(_shapes(data, rows, recipe, values, names)):
            rest[rows, output] -= recipe.craft_share * shapes.score(values)
    return rest


def out_of_fold_scores(data: Training, recipe: Recipe) -> tuple[FloatArray, IntArray]:
    """Each row's score from a model that never saw its group, and its fold.

    Of several outputs (genres) every fold gets its share: one large site of a rare genre would
    otherwise leave a fold's model with too little of it.
    """
    strata = data.target.argmax(axis=1).tolist() if data.target.shape[1] > 1 else None
    groups = [str(code) for code in data.groups]
    folds = grouped_folds(groups, recipe.folds, "evaluation", strata)
    scores = np.empty((len(folds), data.target.shape[1]))
    for fold in range(recipe.folds):
        held = folds == fold
        fitted = fit(data, np.flatnonzero(~held), recipe)
        scores[held] = fitted.score(data, np.flatnonzero(held))
    return scores, folds
