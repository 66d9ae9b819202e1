"""From made-up articles to a model file: nothing is lost on the way, and bytes repeat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from credscore.model import AdditiveModel, Wording
from credscore.model_format import TARGETS, Interval, dump_model
from credscore.training.calibrate import Affine
from credscore.training.export import PARITY, assert_parity, to_spec
from credscore.training.fit import WORDING_TERMS, Training, fit, out_of_fold_scores
from credscore.training.metrics import auc
from credscore.training.patterns import count_patterns
from credscore.training.recipe import DataRecipe, Recipe, ShapeRecipe, WordingRecipe

NAMES = ("said", "you", "must", "N", "D", "_", "a", "b")
N_DOCS, N_GROUPS = 400, 40


def made_up(recipe: Recipe, n_outputs: int) -> tuple[Training, Wording]:
    """Reliable groups say "said" and "N said" more often; one feature helps, one is noise."""
    rng = np.random.default_rng(7)
    groups = np.arange(N_DOCS) % N_GROUPS
    quality = (groups % 2).astype(float)
    sizes = rng.integers(60, 120, N_DOCS)
    first = np.concatenate([[0], np.cumsum(sizes)])
    chance = {0: [1, 2, 2, 1, 1, 1, 2, 2], 1: [3, 1, 1, 3, 1, 1, 2, 2]}
    symbols = np.concatenate(
        [
            rng.choice(len(NAMES), size, p=np.array(chance[int(q)]) / sum(chance[int(q)]))
            for size, q in zip(sizes, quality, strict=True)
        ]
    ).astype(np.int32)
    wording = Wording(symbols, first.astype(np.int64), sizes.astype(float), NAMES)
    values = np.column_stack([quality + rng.normal(size=N_DOCS), rng.normal(size=N_DOCS)])
    values[::7, 0] = np.nan
    target = (
        np.eye(n_outputs)[(quality * (n_outputs - 1)).astype(int)] if n_outputs > 1 else quality
    )
    data = Training(
        names=("a.x_share", "b.y_share"),
        values=values,
        patterns=count_patterns(
            wording, groups, np.zeros(N_DOCS, dtype=np.bool_), 5, recipe.wording
        ),
        target=target.reshape(N_DOCS, n_outputs),
        weight=np.ones(N_DOCS),
        fit_weight=np.ones(N_DOCS),
        groups=groups,
        corpora=groups % 4,
        flat=np.zeros(N_DOCS, dtype=np.bool_),
    )
    return data, wording


def small_recipe(target: str, count: str = "log", denominator: str = "root_words") -> Recipe:
    return Recipe(
        target=target,
        version="1",
        data=DataRecipe(),
        wording=WordingRecipe(
            patterns=200, min_groups=5, count=count, denominator=denominator, folds=3  # type: ignore[arg-type]  # test input
        ),
        shape=ShapeRecipe(knots=4),
        folds=4,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("target", "count", "denominator"),
    [
        ("credibility", "log", "root_words"),
        ("credibility", "each", "words"),
        ("quality", "root", "words"),
        ("genre", "log", "root_words"),
    ],
)
def test_the_exported_model_is_the_fitted_one(target: str, count: str, denominator: str) -> None:
    recipe = small_recipe(target, count, denominator)
    outputs = TARGETS[target]
    data, wording = made_up(recipe, len(outputs))
    rows = np.arange(N_DOCS)
    affine = tuple(Affine(3.0 + k, -1.0) for k in range(len(outputs)))
    interval = Interval(0.9, (), (1.0,), (1.0,), (), (1.0,)) if len(outputs) == 1 else None

    def exported() -> bytes:
        fitted = fit(data, rows, recipe)
        spec = to_spec(
            fitted, affine, data.patterns, recipe, outputs=outputs, interval=interval,
            extractors={"a": 1, "b": 1, "wording": 1, "unused": 4}, inputs="x",
        )  # fmt: skip
        assert assert_parity(spec, fitted, affine, data, wording, rows) < PARITY
        model = AdditiveModel(spec)
        assert (
            {"wording.building"} <= set(model.terms) <= {"a.x_share", "b.y_share", *WORDING_TERMS}
        )
        assert dict(spec.extractors) == {"a": 1, "b": 1, "wording": 1}
        assert not any("_" in pattern.split() for t in spec.wording for pattern in t.patterns)
        return dump_model(spec)

    assert exported() == exported()


def test_unseen_sources_are_told_apart_and_contributions_are_centred() -> None:
    recipe = small_recipe("credibility")
    data, wording = made_up(recipe, 1)
    scores, folds = out_of_fold_scores(data, recipe)
    assert auc(scores[:, 0], data.target[:, 0]) > 0.9
    for group in range(N_GROUPS):
        assert len(set(folds[data.groups == group])) == 1
    fitted = fit(data, np.arange(N_DOCS), recipe)
    parts = fitted.shapes[0].parts(fitted.columns(data, np.arange(N_DOCS), 0))
    assert np.abs(parts[:, :2].mean(axis=0)).max() < 1e-9
    assert len(wording.first) == N_DOCS + 1


def test_rows_of_wording_are_those_of_its_articles() -> None:
    _, wording = made_up(small_recipe("credibility"), 1)
    picked = wording.rows(np.array([5, 2]))
    again = Wording.joined([wording.rows(np.array([5])), wording.rows(np.array([2]))])
    assert picked.symbols.tolist() == again.symbols.tolist()
    assert picked.first.tolist() == again.first.tolist()
    assert picked.words.tolist() == [wording.words[5], wording.words[2]]


def test_patterns_hold_no_symbol_that_the_recipe_leaves_out() -> None:
    recipe = small_recipe("credibility")
    recipe = replace(recipe, wording=replace(recipe.wording, exclude=("said",)))
    data, _ = made_up(recipe, 1)
    assert any("you" in name.split() for name in data.patterns.names)
    assert not any("said" in name.split() for name in data.patterns.names)
