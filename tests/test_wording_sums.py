"""Counting several models' patterns together gives what each model's own matcher gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credscore.model_format import WordingTable
from credscore.wording_sums import SharedMatcher
from credscore.wording_term import PatternMatcher, Wording

NAMES = ("a", "b", "c", "d", "_")
PATTERNS = ("a", "a b", "a b c", "b", "b a", "b b b", "c c", "d a b", "e e")


def term(patterns: tuple[str, ...], weights: tuple[tuple[int, ...], ...]) -> WordingTable:
    knots = tuple((0.0, 1.0) for _ in weights)
    return WordingTable(
        name="wording.style", zones=(), patterns=patterns, weights=weights, scale=1e-3, count="log",
        denominator="words", shrink=1.0, at=knots, values=knots,
    )  # fmt: skip


TERMS = (
    term(PATTERNS[:6], ((3, -5, 7, 1_000_000, -2, 0),)),
    term(PATTERNS[2:], ((1, 2, 4, 8, 16, -32, 64), (9, 9, 9, -9, 0, 9, 9))),
)


def wording(articles: list[list[int]]) -> Wording:
    sizes = [len(symbols) for symbols in articles]
    return Wording(
        symbols=np.array([s for symbols in articles for s in symbols], dtype=np.int32),
        first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        words=np.array(sizes, dtype=np.float64),
        names=NAMES,
    )


symbols = st.lists(st.integers(0, len(NAMES) - 1), max_size=40)


@given(st.lists(symbols, min_size=1, max_size=6))
@settings(max_examples=60)
def test_together_as_apart(articles: list[list[int]]) -> None:
    text = wording(articles)
    for found, each in zip(SharedMatcher(TERMS).sums(text), TERMS, strict=True):
        expected = PatternMatcher(each).sums(text)
        assert found.dtype == expected.dtype
        assert found.tolist() == expected.tolist()


@pytest.mark.parametrize(
    "odd",
    [
        replace(TERMS[0], count="each"),
        replace(TERMS[0], weights=((2**31 - 1,) * 6,), patterns=PATTERNS[:6]),
        term(("a",), ((5,),)),
    ],
)
def test_terms_that_count_otherwise(odd: WordingTable) -> None:
    text = wording([[0, 1, 2] * 9, [], [0]])
    for found, each in zip(SharedMatcher([odd, TERMS[1]]).sums(text), (odd, TERMS[1]), strict=True):
        assert found.tolist() == PatternMatcher(each).sums(text).tolist()


def test_no_terms() -> None:
    assert SharedMatcher([]).sums(wording([[0]])) == []


def test_heavy_weights_stay_exact() -> None:
    heavy = term(("a", "a a"), ((2**31 - 1, 2**31 - 2),))
    many = replace(
        heavy, patterns=tuple(f"a s{n}" for n in range(600)), weights=((2**31 - 1,) * 600,)
    )
    text = wording([[0] * 5000])
    found = SharedMatcher([heavy, many]).sums(text)
    assert found[0].tolist() == PatternMatcher(heavy).sums(text).tolist()
