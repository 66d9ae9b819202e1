"""The parts of training, on small made-up numbers whose answers are known."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credscore.errors import InputError
from credscore.training.calibrate import (
    Affine,
    conformal_interval,
    fit_affine,
    quantile,
    reach,
    without_false_alarms,
)
from credscore.training.masking import flattened, is_refusal, mask, without_title
from credscore.training.metrics import (
    auc,
    calibration_error,
    coverage,
    figure,
    macro_f1,
    sigmoid,
    source_rank_correlation,
    spearman,
)
from credscore.training.recipe import ShapeRecipe, read_recipe
from credscore.training.shapes import choose_knots, fit_shapes
from credscore.training.splits import bootstrap_rows, grouped_folds, leave_one_corpus_out

groups = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=60)


@given(groups, st.integers(2, 5))
def test_folds_never_separate_a_group(names: list[str], n_folds: int) -> None:
    folds = grouped_folds(names, n_folds)
    assert len({(name, fold) for name, fold in zip(names, folds, strict=True)}) == len(set(names))
    assert folds.tolist() == grouped_folds(names, n_folds).tolist()
    assert 0 <= folds.min() <= folds.max() < n_folds


def test_folds_are_balanced() -> None:
    names = [f"source {number}" for number in range(100) for _ in range(number % 7 + 1)]
    sizes = np.bincount(grouped_folds(names, 5))
    assert sizes.max() - sizes.min() <= 7


@given(groups)
def test_bootstrap_takes_groups_whole(names: list[str]) -> None:
    for rows in bootstrap_rows(names, 3, seed=1):
        drawn = [names[row] for row in rows]
        for name in set(drawn):
            assert drawn.count(name) % names.count(name) == 0


def test_leaving_a_corpus_out_leaves_out_its_sources_everywhere() -> None:
    corpora = ["x"] * 20 + ["y"] * 20
    names = ["s1"] * 10 + ["s2"] * 10 + ["s1"] * 10 + ["s3"] * 10
    label = np.array([0.0, 1.0] * 20)
    splits = {
        name: (train, test) for name, train, test in leave_one_corpus_out(corpora, names, label)
    }
    train, test = splits["x"]
    assert test.tolist() == [True] * 20 + [False] * 20
    assert train.tolist() == [False] * 30 + [True] * 10


def test_auc_by_hand() -> None:
    score = np.array([0.1, 0.4, 0.35, 0.8, 0.5])
    label = np.array([0.0, 0.0, 1.0, 1.0, np.nan])
    assert auc(score, label) == 0.75
    assert auc(np.zeros(5), label) == 0.5
    assert math.isnan(auc(score, np.ones(5)))


def test_rank_correlations_by_hand() -> None:
    assert spearman(np.array([1.0, 2, 3, 4]), np.array([1.0, 4, 9, 16])) == pytest.approx(1.0)
    assert spearman(np.array([1.0, 2, 3]), np.array([3.0, 2, 1])) == pytest.approx(-1.0)
    # Three sources of five articles; one of four does not count.
    source = np.repeat([0, 1, 2, 3], [5, 5, 5, 4])
    rating = np.array([0.2, 0.5, 0.9, 0.0])[source]
    score = np.array([0.3, 0.4, 0.8, 1.0])[source]
    assert source_rank_correlation(score, rating, source) == pytest.approx(1.0)


def test_calibration_and_coverage_by_hand() -> None:
    assert calibration_error(np.array([0.25, 0.25, 0.25, 0.25]), np.array([0.0, 0, 0, 1])) == 0.0
    assert calibration_error(np.array([0.9, 0.9]), np.array([0.0, 0])) == pytest.approx(0.9)
    assert coverage(np.array([0.0, 0.0]), np.array([1.0, 1.0]), np.array([1.0, 1.1])) == 0.5
    assert macro_f1(np.array([0, 1, 1]), np.array([0, 1, 0]), 2) == pytest.approx(2 / 3)


def test_figures_carry_their_interval_and_counts() -> None:
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 200).astype(float)
    score = label + rng.normal(size=200)
    found = figure(lambda rows: auc(score[rows], label[rows]), [str(i // 4) for i in range(200)])
    assert found.low < found.value < found.high
    assert (found.n, found.sources) == (200, 50)


def test_knots_of_a_feature_that_is_mostly_zero() -> None:
    column = np.concatenate([np.zeros(800), np.linspace(0.5, 5, 200), [np.nan] * 50])
    knots = choose_knots(column, 6)
    assert knots[0] == 0.0
    assert (np.diff(knots) > 0).all()
    assert len(knots) <= 6
    assert choose_knots(np.full(9, np.nan), 6).size == 0
    assert choose_knots(np.zeros(900), 6).size < 2
    assert choose_knots(np.repeat([0.0, 1.0], 500), 6).tolist() == [0.0, 1.0]


def test_shapes_find_a_known_curve_and_leave_noise_flat() -> None:
    rng = np.random.default_rng(0)
    columns = rng.uniform(-1, 1, (4000, 2))
    columns[::10, 0] = np.nan
    target = np.where(np.isnan(columns[:, 0]), 0.0, np.abs(columns[:, 0]) - 0.5) + 3.0
    shapes = fit_shapes(
        ["a.x", "a.y"], columns, target, np.ones(4000), ShapeRecipe(knots=9, ridge=1e-4)
    )
    tests = np.array([[-0.8, 0.0], [0.0, 0.0], [0.7, 0.0], [np.nan, 0.0]])
    np.testing.assert_allclose(shapes.score(tests), [3.3, 2.5, 3.2, 3.0], atol=0.1)
    assert np.ptp(shapes.values[1]) < 0.02
    parts = shapes.parts(columns)
    assert parts[::10, 0].tolist() == [0.0] * 400
    assert abs(parts[:, 1].mean()) < 1e-9


def test_shapes_keep_a_promised_direction() -> None:
    rng = np.random.default_rng(0)
    columns = rng.uniform(0, 1, (2000, 1))
    target = np.sin(6 * columns[:, 0])
    weight = np.ones(2000)
    free = fit_shapes(["a.x"], columns, target, weight, ShapeRecipe(ridge=1e-4))
    assert (np.diff(free.values[0]) < 0).any()
    rising = fit_shapes(["a.x"], columns, target, weight, ShapeRecipe(ridge=1e-4, up=("a.x",)))
    assert (np.diff(rising.values[0]) >= 0).all()
    capped = fit_shapes(["a.x"], columns, target, weight, ShapeRecipe(ridge=1e-4, cap={"a.x": 0.1}))
    assert np.ptp(capped.values[0]) == pytest.approx(0.1)


def test_what_a_recipe_gives_is_not_learned() -> None:
    rng = np.random.default_rng(0)
    columns = rng.uniform(0, 1, (2000, 2))
    target = columns[:, 0] + 0.5 * columns[:, 1]  # the data say: up
    recipe = ShapeRecipe(ridge=1e-4, down=("a.x",), given={"a.x": 0.3})
    shapes = fit_shapes(["a.x", "a.y"], columns, target, np.ones(2000), recipe)
    straight = np.polyfit(shapes.knots[0], shapes.values[0], 1)
    np.testing.assert_allclose(np.polyval(straight, shapes.knots[0]), shapes.values[0])
    assert np.ptp(shapes.values[0]) == pytest.approx(0.3)
    assert straight[0] < 0
    assert abs(shapes.parts(columns)[:, 0].mean()) < 1e-9
    slope = np.polyfit(shapes.knots[1], shapes.values[1], 1)[0]
    assert slope == pytest.approx(0.5, abs=0.1)  # the rest is learned as before


def test_affine_calibration_finds_the_true_map() -> None:
    rng = np.random.default_rng(0)
    score = rng.normal(size=40_000)
    label = (rng.random(40_000) < sigmoid(2 * score - 1)).astype(float)
    label[:100] = np.nan
    found = fit_affine(score, label, np.ones(40_000))
    assert found.slope == pytest.approx(2, abs=0.1)
    assert found.intercept == pytest.approx(-1, abs=0.1)


def test_intervals_cover_what_they_promise_on_new_draws() -> None:
    rng = np.random.default_rng(0)

    def draw(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        score, words = rng.normal(size=n), rng.choice([100.0, 500.0, 2000.0], n)
        noise = np.where(words < 150, 2.0, 1.0) * rng.normal(size=n)
        return score, score + noise, words

    score, truth, words = draw(20_000)
    interval = conformal_interval(score, truth, words, np.ones(len(score)), 0.9)
    score, truth, words = draw(20_000)
    low, high = reach(interval, score, words)
    for mine in (words < 150, words > 150):
        assert coverage(low[mine], high[mine], truth[mine]) == pytest.approx(0.9, abs=0.02)


def test_weighted_quantile() -> None:
    assert quantile(np.array([3.0, 1.0, 2.0]), np.ones(3), 0.5) == 2.0
    assert quantile(np.array([3.0, 1.0, 2.0]), np.array([10.0, 1.0, 1.0]), 0.5) == 3.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RIVERTON, Ohio (AP) — The mill closed.", "The mill closed."),
        ("HARBOR CITY – The mayor resigned.", "The mayor resigned."),
        ("The mill closed (Reuters).", "The mill closed."),
        ("FOR IMMEDIATE RELEASE\nThe mill closed.", "The mill closed."),
        ("## Why\n**Bold** [link](https://a.example/x) here.", "Why\nBold link here."),
        ("It closed.\n[Read more](https://a.example)\n", "It closed."),
        ("Sure, here is a news article:\nThe mill closed.", "The mill closed."),
        ("A ~2*3 sum stays.", "A ~2*3 sum stays."),
        ("Rivers — and lakes — froze.", "Rivers — and lakes — froze."),
    ],
)  # fmt: skip
def test_marks_of_a_corpus_are_masked(text: str, expected: str) -> None:
    assert mask(text) == expected


def test_the_outlet_does_not_name_itself() -> None:
    text = "The Daily Lantern asked. A Daily Lantern poll. See dailylantern.example now."
    assert mask(text, "dailylantern.example") == (
        "the outlet asked. A the outlet poll. See the outlet now."
    )


def test_small_text_operations() -> None:
    assert flattened("a\n\nb  c") == "a b c"
    assert without_title("Mill closes\n\nIt closed.", "Mill closes") == "It closed."
    assert without_title("It closed.", None) == "It closed."
    assert is_refusal("As an AI language model, I must decline.")
    assert not is_refusal("The council refused to publish it.")


def test_recipes_refuse_unknown_keys(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text('target = "quality"\nversion = "1"\n[wording]\npaterns = 3\n')
    with pytest.raises(InputError, match=r"\[wording\]: unknown paterns"):
        read_recipe(path)
    path.write_text('target = "quality"\nversion = "1"\n[wording]\npatterns = 3\n')
    assert read_recipe(path).wording.patterns == 3
    with pytest.raises(InputError, match="not a readable recipe"):
        read_recipe(tmp_path / "none.toml")


def test_a_class_is_held_back_until_few_rows_of_another_are_mistaken_for_it() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, 2000)
    scores = np.column_stack([np.zeros(2000), truth + rng.normal(0, 1, 2000)])
    maps = (Affine(1.0, 0.0), Affine(1.0, 0.0))
    held = without_false_alarms(maps, scores, truth, alarm=1, quiet=0, share=0.02)
    assert held[0] == maps[0]
    alarmed = held[1](scores[:, 1]) > 0
    assert alarmed[truth == 0].mean() == pytest.approx(0.02, abs=0.001)
    assert alarmed[truth == 1].mean() > 0.1
    quiet_already = (Affine(1.0, 0.0), Affine(1.0, -9.0))
    assert without_false_alarms(quiet_already, scores, truth, 1, 0, 0.02) == quiet_already
