"""What a comparison of sources found, as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from statistics import NormalDist
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from credscore.arguments import whole_number
from credscore.comparison import statistics
from credscore.comparison.differences import split
from credscore.comparison.ledger import Ledger
from credscore.comparison.records import Difference, SourceScore, SourceSummary
from credscore.comparison.summaries import SCORES, Columns, summarise
from credscore.json_text import json_text
from credscore.lazy import cached_property

__all__ = ["SCHEMA", "Result"]

SCHEMA = "credscore.comparison/1"
# At 0.05 the halves of one and the same source may be called different more than 5 % of the time
# (benchmarks/comparison.py, which chooses it on three folds and reports the others): scores have
# heavier tails than the test assumes.
ALPHA = 0.04
# Pairs grow with the square of the number of sources: 25 make 300.
ALL_PAIRS_UP_TO = 25
QUOTED_UP_TO = 50  # sources; to quote from three articles of each costs some 40 ms
_PAIRS_AT_A_TIME = 200_000

FloatArray = npt.NDArray[np.float64]

METHOD = {
    "mean": "mean log-odds of the articles, shown as a score; a source's articles are taken as a "
    "sample of what it publishes",
    "interval": "90 %, Student's t, from 5 sources on with variances drawn towards a common one "
    "(Smyth 2004); reprints count once, articles of one cluster go together (Liang & Zeger 1986)",
    "shrinkage": "from 5 sources on, empirical Bayes towards the mean of all (Morris 1983; "
    "Paule & Mandel 1982)",
    "median_interval": "90 %, by ranks (Woodruff 1952)",
    "difference": "of the two estimates; interval from theirs (Zou & Donner 2008); split by term "
    "exactly, in proportion to log-odds",
    "p_value": "Welch's t-test on the plain means, without shrinkage",
    "p_adjusted": "Benjamini-Hochberg over all pairs of one score; 'different' means at most 0.04",
    "trend": "least squares with errors clustered by month; Benjamini-Hochberg over sources",
    "single_articles": "where every group is one article: the article's own score and interval",
}


class Result:
    """Sources side by side.

    Attributes:
        by: the field that articles were grouped by.
        min_articles: how many independent articles a source needs for a number.
        sources: one summary each, best overall score first; those without a number come last.
        single: every group is one article; then numbers are the articles' own.
        unreadable, unreadable_names: articles that could not be read, and the first of them.
    """

    def __init__(
        self,
        by: str,
        min_articles: int,
        sources: tuple[SourceSummary, ...],
        rows: tuple[int, ...],
        columns: Columns,
        unreadable: tuple[int, tuple[str, ...]] = (0, ()),
    ) -> None:
        self.by = by
        self.min_articles = min_articles
        self.sources = sources
        self.single = columns.single
        self.unreadable, self.unreadable_names = unreadable
        self._columns = columns
        self._row = {source.name: row for source, row in zip(sources, rows, strict=True)}
        self._by_name = {source.name: source for source in sources}
        self._tests: dict[str, tuple[FloatArray, FloatArray]] = {}

    @classmethod
    def of(cls, ledger: Ledger, by: str, min_articles: int) -> Self:
        """Work out everything from a filled ledger."""
        _distinct_names(ledger)
        columns = Columns.of(ledger)
        sources, rows = summarise(ledger, columns, min_articles)
        missing = (ledger.unreadable, tuple(ledger.unreadable_names))
        return cls(by, min_articles, tuple(sources), tuple(rows), columns, missing)

    def __getitem__(self, name: str) -> SourceSummary:
        return self._by_name[name]

    def __len__(self) -> int:
        return len(self.sources)

    def __iter__(self) -> Iterator[SourceSummary]:
        return iter(self.sources)

    def __repr__(self) -> str:
        kind = type(self).__name__
        return f"<{kind} of {len(self)} by {self.by}, {self.n_articles} articles judged>"

    @property
    def n_articles(self) -> int:
        """Articles that were judged."""
        return sum(source.n for source in self.sources)

    @cached_property
    def ranked(self) -> tuple[SourceSummary, ...]:
        """The sources that have a number, best first."""
        return tuple(source for source in self.sources if source.enough)

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {source.name: place for place, source in enumerate(self.ranked)}

    def difference(self, a: str, b: str, score: str = "overall") -> Difference:
        """How far ``a`` is above ``b``, with what certainty and why.

        Raises:
            KeyError: there is no such source, or it has not enough articles.
        """
        left, right = self[a], self[b]
        for source in (left, right):
            if not source.enough:
                raise KeyError(f"{source.name}: {source.note}")
        points, low, high = _gap(left.scores[score], right.scores[score])
        p: float | None = None
        adjusted: float | None = None
        if self.single:
            different = low > 0 or high < 0
        else:
            places = self._place[a], self._place[b]
            p, adjusted = (float(matrix[places]) for matrix in self._p_values(score))
            different = adjusted <= ALPHA
        return Difference(
            a=a, b=b, score=score, points=points, low=low, high=high,
            log_odds=left.scores[score].log_odds - right.scores[score].log_odds,
            superiority=self.superiority(a, b, score),
            p_value=p, p_adjusted=adjusted, different=different,
            parts=split(left, right, score),
        )  # fmt: skip

    def superiority(self, a: str, b: str, score: str = "overall") -> float:
        """Chance that an article of ``a`` scores above one of ``b``, 0 to 1; for single articles,
        that ``a`` is truly above ``b``.
        """
        if self.single:
            return _chance(self[a].scores[score], self[b].scores[score])
        number = SCORES.index(score)
        rows = [self._columns.rows(self._row[name]) for name in (a, b)]
        return statistics.superiority(*(self._columns.log_odds[row, number] for row in rows))

    def _p_values(self, score: str) -> tuple[FloatArray, FloatArray]:
        """p-values of all ranked pairs and the same corrected, shape (k, k) each."""
        if score not in self._tests:
            self._tests[score] = self._test_pairs(SCORES.index(score))
        return self._tests[score]

    def _test_pairs(self, number: int) -> tuple[FloatArray, FloatArray]:
        assert self._columns.estimates is not None
        found = self._columns.estimates[number]
        rows = np.array([self._row[source.name] for source in self.ranked], dtype=np.int64)
        mean, variance, freedom = found.mean[rows], found.mean_variance[rows], found.freedom[rows]
        k = len(rows)
        i, j = np.triu_indices(k, 1)
        p = np.ones(len(i))
        for first in range(0, len(i), _PAIRS_AT_A_TIME):
            some = slice(first, first + _PAIRS_AT_A_TIME)
            a, b = i[some], j[some]
            error = np.sqrt(np.maximum(variance[a] + variance[b], 1e-18))
            welch = _welch(variance[a], variance[b], freedom[a], freedom[b])
            p[some] = statistics.two_sided_p((mean[a] - mean[b]) / error, welch)
        matrices = []
        for column in (p, statistics.adjusted_p(p)):
            matrix = np.ones((k, k))
            matrix[i, j] = matrix[j, i] = column
            matrices.append(matrix)
        return matrices[0], matrices[1]

    def certain_pairs(self, score: str = "overall") -> npt.NDArray[np.bool_]:
        """Which ranked sources differ, corrected for many comparisons; shape (k, k)."""
        if self.single:
            scores = [source.scores[score] for source in self.ranked]
            level = np.array([one.log_odds for one in scores])
            low, high = np.array([one.log_odds_ends for one in scores]).reshape(-1, 2).T
            gap = level[:, None] - level
            above = gap > np.hypot((level - low)[:, None], (high - level)[None, :])
            return np.asarray(above | above.T)
        return self._p_values(score)[1] <= ALPHA

    def differences(self, score: str = "overall") -> Iterator[Difference]:
        """Differences worth listing, the better source first: all pairs of up to 25 sources; of
        more, neighbours in rank, and the first and the last.
        """
        names = [source.name for source in self.ranked]
        if len(names) <= ALL_PAIRS_UP_TO:
            pairs = [(a, b) for place, a in enumerate(names) for b in names[place + 1 :]]
        else:
            pairs = [*pairwise(names), (names[0], names[-1])]
        return (self.difference(a, b, score) for a, b in pairs)

    def to_dict(self, parts: int = 8) -> dict[str, Any]:
        """As plain data, by the schema named in ``schema``.

        Args:
            parts: how many parts of each difference are listed; the others are summed as ``rest``.

        The reasons of example articles quote the articles' words where there are up to 50 sources.
        """
        whole_number("parts", parts)
        quoting = len(self) <= QUOTED_UP_TO
        return {
            "schema": SCHEMA,
            "by": self.by,
            "single_articles": self.single,
            "min_articles": self.min_articles,
            "n_articles": self.n_articles,
            "n_abstained": sum(source.n_abstained for source in self.sources),
            "n_unreadable": self.unreadable,
            "unreadable": list(self.unreadable_names),
            "method": METHOD,
            "sources": [source.to_dict(quoting=quoting) for source in self.sources],
            "differences": [
                found.to_dict(parts) for score in SCORES for found in self.differences(score)
            ],
            "differences_shown": "all" if len(self.ranked) <= ALL_PAIRS_UP_TO else "neighbours",
        }

    def to_json(self, indent: int | None = 2, parts: int = 8) -> str:
        """As JSON text (strict: no NaN)."""
        return json_text(self.to_dict(parts), indent)


def _gap(a: SourceScore, b: SourceScore) -> tuple[float, float, float]:
    """Difference in points and its interval, from the two intervals in log-odds, which need not be
    symmetric (Zou & Donner 2008, doi 10.1002/sim.3095).
    """
    _, low, high = _log_odds_gap(a, b)
    slope = statistics.points_per_log_odds(a.log_odds, b.log_odds)
    return a.value - b.value, max(slope * low, -100.0), min(slope * high, 100.0)


def _log_odds_gap(a: SourceScore, b: SourceScore) -> tuple[float, float, float]:
    (a_low, a_high), (b_low, b_high) = a.log_odds_ends, b.log_odds_ends
    gap = a.log_odds - b.log_odds
    below = math.hypot(a.log_odds - a_low, b_high - b.log_odds)
    above = math.hypot(a_high - a.log_odds, b.log_odds - b_low)
    return gap, gap - below, gap + above


def _chance(a: SourceScore, b: SourceScore) -> float:
    """Chance that ``a`` is truly above ``b``, from the gap's 90 % interval, taken as normal."""
    gap, low, high = _log_odds_gap(a, b)
    reach = gap - low if gap > 0 else high - gap
    if reach <= 0:
        return 0.5 + 0.5 * ((gap > 0) - (gap < 0))
    return NormalDist().cdf(1.6449 * gap / reach)


def _welch(va: FloatArray, vb: FloatArray, da: FloatArray, db: FloatArray) -> FloatArray:
    """Degrees of freedom of a difference (Welch 1947)."""
    below = va**2 / da + vb**2 / db
    return np.where(below > 0, (va + vb) ** 2 / np.where(below > 0, below, 1.0), da + db)


def _distinct_names(ledger: Ledger) -> None:
    """Articles without a source are called by their titles, which may be the same."""
    seen: dict[str, int] = {}
    for group in ledger.groups:
        seen[group.name] = seen.get(group.name, 0) + 1
        if seen[group.name] > 1:
            group.name = f"{group.name} ({seen[group.name]})"
