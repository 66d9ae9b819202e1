"""Counting several models' patterns together gives what each model's own matcher gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credscore.model_format import WordingTable
from credscore.wording_sums import SharedMatcher
from credscore.wording_term import PatternMatcher, Wording, WordingTerms

NAMES = ("a", "b", "c", "d", "_")
PATTERNS = ("a", "a b", "a b c", "b", "b a", "b b b", "c c", "d a b", "e e")


def term(
    patterns: tuple[str, ...], weights: tuple[tuple[int, ...], ...], name: str = "wording.style"
) -> WordingTable:
    knots = tuple((0.0, 1.0) for _ in weights)
    return WordingTable(
        name=name, zones=(), patterns=patterns, weights=weights, scale=1e-3, count="log",
        denominator="words", shrink=1.0, at=knots, values=knots,
    )  # fmt: skip


MODELS = (
    (term(PATTERNS[:6], ((3, -5, 7, 1_000_000, -2, 0),)),),
    (
        term(PATTERNS[2:5], ((1, 2, 4), (9, 9, 9))),
        term(PATTERNS[6:], ((8, 16, -32), (9, 0, 9)), "wording.other"),
    ),
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


def check(models: Sequence[Sequence[WordingTable]], text: Wording) -> None:
    found = SharedMatcher(models).sums(text)
    for sums, terms in zip(found, models, strict=True):
        assert sums.dtype == np.int64
        for own, each in zip(sums, terms, strict=True):
            assert own.tolist() == PatternMatcher([each]).sums(text)[0].tolist()
        assert sums.tolist() == WordingTerms(terms).sums(text).tolist()


@given(st.lists(symbols, min_size=1, max_size=6))
@settings(max_examples=60)
def test_together_as_apart(articles: list[list[int]]) -> None:
    check(MODELS, wording(articles))


@pytest.mark.parametrize(
    "odd",
    [
        replace(MODELS[0][0], count="each"),
        replace(MODELS[0][0], weights=((2**31 - 1,) * 6,), patterns=PATTERNS[:6]),
        replace(MODELS[0][0], name="wording.third"),
        term(("a",), ((5,),)),
    ],
)
def test_terms_that_count_otherwise(odd: WordingTable) -> None:
    check([[odd], MODELS[1]], wording([[0, 1, 2] * 9, [], [0]]))


def test_no_terms() -> None:
    assert SharedMatcher([]).sums(wording([[0]])) == []
    assert [sums.shape for sums in SharedMatcher([[], []]).sums(wording([[0]]))] == [(0, 0, 1)] * 2


def test_heavy_weights_stay_exact() -> None:
    heavy = term(("a", "a a"), ((2**31 - 1, 2**31 - 2),))
    patterns = tuple(f"a s{n}" for n in range(600))
    many = replace(heavy, patterns=patterns, weights=((2**31 - 1,) * 600,))
    check([[heavy], [many]], wording([[0] * 5000]))
