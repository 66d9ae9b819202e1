"""The additive promise, determinism, and the matching of wording patterns."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_model_format import small_spec

from credscore.errors import ModelError
from credscore.model import AdditiveModel, Wording
from credscore.model_format import Table, WordingTable
from credscore.wording_term import PatternMatcher, count_steps

NAMES = ("N", "said", "you", "must", "other")


def wording(*articles: str, zones: list[int] | None = None) -> Wording:
    rows = [[NAMES.index(symbol) for symbol in article.split()] for article in articles]
    sizes = [len(row) for row in rows]
    return Wording(
        symbols=np.array([symbol for row in rows for symbol in row], dtype=np.int32),
        first=np.cumsum([0, *sizes]),
        words=np.array(sizes, dtype=np.float64),
        names=NAMES,
        zones=None if zones is None else np.array(zones, dtype=np.int8),
        zone_names=() if zones is None else ("own", "quoted"),
    )


def test_a_small_article_by_hand() -> None:
    model = AdditiveModel(small_spec())
    values = np.array([[1.0, 0.3], [9.0, np.nan]])
    result = model.predict(
        values, ["b.y_count", "a.x_share"], wording("N said other", "you must N")
    )
    assert result.terms == ("a.x_share", "b.y_count", "wording.style")
    # One "N said" (300) and one "said" (100): 400 * 0.001 / (3 + 50), doubled by the knots.
    first = 2 * 0.4 / 53
    second = 2 * -0.7 / 53
    expected = [[0.25, 0.0, first], [0.0, -1.0, second]]
    np.testing.assert_allclose(result.contributions, expected, rtol=0, atol=1e-15)
    np.testing.assert_allclose(
        result.log_odds, [0.125 + 0.25 + first, 0.125 - 1.0 + second], rtol=0, atol=1e-15
    )
    assert result.low is not None
    assert result.high is not None
    # Above the cut at 0 reach is 2.0 down and 1.0 up, half as much again below 200 words.
    assert result.log_odds[0] - result.low[0] == pytest.approx(3.0)
    assert result.high[0] - result.log_odds[0] == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("x", "worth"),
    [
        (-1.0, -1.0),
        (0.1, -1.0),
        (0.11, 0.25),
        (0.5, 0.25),
        (0.6, 1.0),
        (np.inf, 1.0),
        (np.nan, 0.0),
    ],
)
def test_steps_a_value_equal_to_a_cut_lies_left_of_it(x: float, worth: float) -> None:
    model = AdditiveModel(replace(small_spec(), wording=()))
    result = model.predict(np.array([[x, 0.0]]), ["a.x_share", "b.y_count"])
    assert result.contributions[0, 0] == worth


@pytest.mark.parametrize(
    ("x", "worth"),
    [(-5.0, 1.0), (0.0, 1.0), (0.5, 0.5), (2.0, -1.0), (7.0, -1.0), (-np.inf, 1.0), (np.nan, 0.1)],
)
def test_lines_are_constant_outside_their_knots(x: float, worth: float) -> None:
    model = AdditiveModel(replace(small_spec(), wording=()))
    result = model.predict(np.array([[0.0, x]]), ["a.x_share", "b.y_count"])
    assert result.contributions[0, 1] == worth


numbers = st.floats(-3, 3, allow_nan=False) | st.just(math.nan)
articles = st.lists(
    st.tuples(numbers, numbers, st.lists(st.sampled_from(NAMES), max_size=12)),
    min_size=1,
    max_size=70,
)


@settings(deadline=None)
@given(
    articles, st.sampled_from(["credibility", "genre"]), st.sampled_from(["each", "log", "root"])
)
def test_additive_and_the_same_to_the_last_bit_in_any_batch(
    rows: list[tuple[float, float, list[str]]], target: str, count: str
) -> None:
    spec = small_spec(target)
    term = replace(spec.wording[0], count=count)  # type: ignore[arg-type]  # one of the two
    model = AdditiveModel(replace(spec, wording=(term,)))
    values = np.array([row[:2] for row in rows])
    texts = [" ".join(row[2]) for row in rows]
    names = ["a.x_share", "b.y_count"]
    together = model.predict(values, names, wording(*texts))
    total = together.baseline + together.contributions.sum(axis=1)
    np.testing.assert_allclose(total, together.log_odds, rtol=0, atol=1e-9)
    for place, text in enumerate(texts):
        alone = model.predict(values[place : place + 1], names, wording(text))
        assert (alone.log_odds[0] == together.log_odds[place]).all()
        assert (alone.contributions[0] == together.contributions[place]).all()


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(NAMES), max_size=15), min_size=1, max_size=8))
def test_matches_are_those_of_a_plain_search(rows: list[list[str]]) -> None:
    patterns = ("N", "N N", "N said", "must N", "must N N", "said N said", "you", "you must")
    term = replace(
        small_spec().wording[0], patterns=patterns, weights=(tuple(range(1, len(patterns) + 1)),)
    )
    matcher = PatternMatcher([term])
    text = wording(*(" ".join(row) for row in rows))
    token, size, pattern = matcher.matches(text)
    found = sorted(zip(token.tolist(), size.tolist(), pattern.tolist(), strict=True))
    expected = []
    for first, row in zip(text.first.tolist(), rows, strict=False):
        for start in range(len(row)):
            for length in (1, 2, 3):
                piece = " ".join(row[start : start + length])
                if start + length <= len(row) and piece in patterns:
                    expected.append((first + start, length, patterns.index(piece)))
    assert found == sorted(expected)
    sums = matcher.sums(text)[0, 0].tolist()
    by_hand = [0] * len(rows)
    for first, _, place in expected:
        by_hand[int(np.searchsorted(text.first, first, side="right")) - 1] += place + 1
    assert sums == by_hand


def test_patterns_do_not_reach_over_the_edge_of_a_zone() -> None:
    term = replace(small_spec().wording[0], zones=("own",))
    token, size, pattern = PatternMatcher([term]).matches(
        wording("N said other said", zones=[0, 1, 0, 0])
    )
    assert (token.tolist(), size.tolist(), pattern.tolist()) == ([3], [1], [1])


def test_unknown_zones_are_named() -> None:
    term = replace(small_spec().wording[0], zones=("own", "margin"))
    with pytest.raises(ModelError, match="margin"):
        PatternMatcher([term]).matches(wording("N", zones=[0]))


def test_repeating_a_phrase_gains_little_under_log_counts() -> None:
    term = replace(small_spec().wording[0], patterns=("said",), weights=((1,),), count="log")
    sums = PatternMatcher([term]).sums(wording("said", "said said said"))[0, 0]
    assert sums.tolist() == [1024, round(1024 * (1 + math.log(3)))]
    assert count_steps("log")[:3].tolist() == [0, 1024, round(1024 * (1 + math.log(2)))]


def test_many_patterns_collide_in_the_table_without_harm() -> None:
    rng = np.random.default_rng(1)
    symbols = tuple(f"s{number}" for number in range(60))
    pairs = sorted(f"{a} {b}" for a in symbols for b in symbols if rng.random() < 0.5)
    term = WordingTable(
        "w.x", (), tuple(pairs), (tuple(range(len(pairs))),), 1.0, "each", "words", 1.0,
        ((0.0, 1.0),), ((0.0, 1.0),),
    )  # fmt: skip
    ids = rng.integers(0, 60, 5000).astype(np.int32)
    text = Wording(ids, np.array([0, 5000]), np.array([5000.0]), symbols)
    token, _, pattern = PatternMatcher([term]).matches(text)
    wanted = {name: place for place, name in enumerate(pairs)}
    expected = [
        (place, wanted[f"s{a} s{b}"])
        for place, (a, b) in enumerate(itertools.pairwise(ids))
        if f"s{a} s{b}" in wanted
    ]
    assert list(zip(token.tolist(), pattern.tolist(), strict=True)) == expected


def test_what_is_missing_is_named() -> None:
    model = AdditiveModel(small_spec())
    with pytest.raises(ModelError, match=r"b\.y_count"):
        model.predict(np.zeros((1, 1)), ["a.x_share"])
    with pytest.raises(ModelError, match="wording of 1 articles"):
        model.predict(np.zeros((1, 2)), ["a.x_share", "b.y_count"])
    with pytest.raises(ModelError, match="do not fit"):
        model.predict(np.zeros((1, 2)), ["a.x_share"])


def test_extractor_versions_must_be_those_of_training() -> None:
    model = AdditiveModel(small_spec())
    model.check_extractors({"a": 1, "b": 2, "c": 9})
    with pytest.raises(ModelError, match="'b' version 2; installed is version 3"):
        model.check_extractors({"a": 1, "b": 3})
    with pytest.raises(ModelError, match="installed is none"):
        model.check_extractors({"a": 1})


def test_a_model_without_terms_gives_its_baseline() -> None:
    model = AdditiveModel(replace(small_spec(), tables=(), wording=()))
    result = model.predict(np.zeros((3, 0)), [])
    assert result.log_odds.tolist() == [0.125] * 3
    assert result.contributions.shape == (3, 0)


def test_declared_tables_of_one_cut() -> None:
    table = Table("a.x_share", "steps", (0.5,), ((0.0, 1.0),), (0.5,))
    model = AdditiveModel(replace(small_spec(), tables=(table,), wording=()))
    result = model.predict(np.array([[0.5], [0.6], [np.nan]]), ["a.x_share"])
    assert result.contributions[:, 0].tolist() == [0.0, 1.0, 0.5]
