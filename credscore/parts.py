"""What each term adds to a score of one article, and how two scores make the overall one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = ["Parts", "overall_parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """One article's share of a prediction."""

    terms: tuple[str, ...]
    baseline: float
    log_odds: float
    contributions: npt.NDArray[np.float64]
    low: float
    high: float


def overall_parts(credibility: Parts, quality: Parts) -> Parts:
    """The mean of two additive models is additive: half of each term, terms of one name merged.

    The interval is the mean of both intervals' ends: exact if the two errors go together, wider
    than needed where they do not.
    """
    terms, places = _merged(credibility.terms, quality.terms)
    halves = np.zeros(len(terms))
    for parts, place in zip((credibility, quality), places, strict=True):
        halves[place] += parts.contributions / 2
    return Parts(
        terms,
        (credibility.baseline + quality.baseline) / 2,
        (credibility.log_odds + quality.log_odds) / 2,
        halves,
        (credibility.low + quality.low) / 2,
        (credibility.high + quality.high) / 2,
    )


@cache
def _merged(
    first: tuple[str, ...], second: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """The terms of two models, each once, and where each model's terms stand among them."""
    terms = tuple(dict.fromkeys([*first, *second]))
    place = {term: row for row, term in enumerate(terms)}
    rows = [np.array([place[term] for term in some], dtype=np.int64) for some in (first, second)]
    return terms, (rows[0], rows[1])
