"""From a fit to a model file, with the proof that both give the same numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from credscore.errors import ModelError
from credscore.model import AdditiveModel
from credscore.model_format import Direction, Interval, ModelSpec, Table, WordingTable
from credscore.training.calibrate import Affine
from credscore.training.fit import WORDING_TERMS, Fitted, Training
from credscore.training.patterns import PatternCounts, WordingFit
from credscore.training.recipe import Recipe
from credscore.training.shapes import Shapes
from credscore.wording_term import Wording

__all__ = ["PARITY", "assert_parity", "to_spec"]

FloatArray = npt.NDArray[np.float64]
PARITY = 1e-9
NEGLIGIBLE = 1e-6  # a table that never moves log-odds by more is left out


def to_spec(
    fitted: Fitted,
    affine: Sequence[Affine],
    patterns: PatternCounts,
    recipe: Recipe,
    *,
    outputs: tuple[str, ...],
    interval: Interval | None,
    extractors: Mapping[str, int],
    inputs: str,
) -> ModelSpec:
    """Fold the calibration into the tables."""
    names = fitted.shapes[0].names
    tables = []
    for place, name in enumerate(names):
        if name in WORDING_TERMS:
            continue
        table = _table(name, place, fitted, affine, recipe)
        if table is not None:
            tables.append(table)
    used = {table.feature.partition(".")[0] for table in tables}
    wording: tuple[WordingTable, ...] = ()
    if fitted.wording is not None:
        wording = tuple(_wording(fitted, fitted.wording, affine, patterns))
        used.add("wording")
    return ModelSpec(
        target=recipe.target,
        version=recipe.version,
        inputs=inputs,
        extractors=tuple(sorted((n, v) for n, v in extractors.items() if n in used)),
        outputs=outputs,
        baseline=tuple(
            float(a(np.array(s.intercept))) for a, s in zip(affine, fitted.shapes, strict=True)
        ),
        tables=tuple(tables),
        wording=wording,
        interval=interval,
        calibration=tuple((a.slope, a.intercept) for a in affine),
    )


def _table(
    name: str, place: int, fitted: Fitted, affine: Sequence[Affine], recipe: Recipe
) -> Table | None:
    at = fitted.shapes[0].knots[place]
    if len(at) < 2:  # constant in training
        return None
    values = [
        tuple((a.slope * s.values[place]).tolist())
        for a, s in zip(affine, fitted.shapes, strict=True)
    ]
    if max(max(map(abs, row)) for row in values) < NEGLIGIBLE:
        return None
    direction: Direction = "any"
    if name in recipe.shape.up or name in recipe.shape.down:
        direction = "up" if name in recipe.shape.up else "down"
        # Flat stretches of a curve can miss its direction by the last bit.
        follow = np.maximum if direction == "up" else np.minimum
        values = [tuple(follow.accumulate(np.array(row)).tolist()) for row in values]
    return Table(
        feature=name,
        shape="lines",
        at=tuple(at.tolist()),
        values=tuple(values),
        missing=(0.0,) * len(affine),
        direction=direction,
    )


def _wording(
    fitted: Fitted, wording: WordingFit, affine: Sequence[Affine], patterns: PatternCounts
) -> Iterator[WordingTable]:
    """One term for each family of patterns."""
    first = len(fitted.shapes[0].names) - len(WORDING_TERMS)
    weighty = (wording.weights != 0).any(axis=0)
    for family, name in enumerate(WORDING_TERMS):
        used = np.flatnonzero(weighty & (wording.families == family))
        lines = [
            _wording_lines(shapes, first + family, float(mean), a.slope)
            for shapes, mean, a in zip(fitted.shapes, wording.mean[:, family], affine, strict=True)
        ]
        if not len(used) or not any(any(values) for _, values in lines):
            continue
        yield WordingTable(
            name=name,
            zones=(),
            patterns=tuple(patterns.names[column] for column in wording.columns[used]),
            weights=tuple(tuple(row) for row in wording.weights[:, used].tolist()),
            scale=wording.scale,
            count=wording.recipe.count,
            denominator=wording.recipe.denominator,
            shrink=wording.recipe.shrink,
            at=tuple(at for at, _ in lines),
            values=tuple(values for _, values in lines),
        )


def _wording_lines(
    shapes: Shapes, place: int, mean: float, slope: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Knots and log-odds of one output's index; flat where the index never moved in training."""
    if len(shapes.knots[place]) < 2:  # constant in training
        return (0.0, 1.0), (0.0, 0.0)
    at, values = shapes.knots[place] + mean, slope * shapes.values[place]
    return tuple(at.tolist()), tuple(values.tolist())


def assert_parity(
    spec: ModelSpec,
    fitted: Fitted,
    affine: Sequence[Affine],
    data: Training,
    wording: Wording,
    rows: npt.NDArray[np.int64],
) -> float:
    """Score rows both ways; the largest difference in log-odds.

    Raises:
        ModelError: they differ by more than ``PARITY``.
    """
    model = AdditiveModel(spec)
    scores = fitted.score(data, rows)
    expected = np.column_stack([a(scores[:, k]) for k, a in enumerate(affine)])
    found = model.predict(data.values[rows], data.names, wording.rows(rows))
    gap = float(np.abs(found.log_odds.reshape(expected.shape) - expected).max())
    total = found.baseline + found.contributions.sum(axis=1)
    gap = max(gap, float(np.abs(total - found.log_odds).max()))
    if gap > PARITY:
        raise ModelError(f"the exported model differs from the fit by {gap:.3g} log-odds")
    return gap
