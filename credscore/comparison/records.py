"""What a comparison says of each source and of each pair of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from credscore.advice import advice_for
from credscore.comparison.terms import is_feature, phrase
from credscore.document import title_of
from credscore.opportunities import Opportunity, gains
from credscore.report import Report

__all__ = ["Difference", "Exemplar", "Part", "SourceScore", "SourceSummary", "Trend"]


@dataclass(frozen=True, slots=True)
class SourceScore:
    """One score of one source, 0 to 100 unless said otherwise.

    Attributes:
        value, low, high: best estimate of the source's mean with its 90 % interval. Means are
            taken in log-odds, where reasons add up, and drawn towards all sources' mean where
            articles are few. For a single article: its own score and interval.
        mean: the plain mean, likewise taken in log-odds.
        median, median_low, median_high: of the articles' scores, with its 90 % interval.
        deviation: standard deviation of the articles' scores, points; None for one article.
        quantiles: 10th, 25th, 75th and 90th hundredth of the articles' scores.
        histogram: number of articles in each 5 points from 0 to 100.
        own_weight: weight of the source's own mean in ``value``, 0 to 1.
        log_odds, error: ``value`` in log-odds and its standard error (None for one article).
        baseline: log-odds of an average training article.
        parts: what each term adds to ``log_odds`` over ``baseline``; they add up exactly.
    """

    value: float
    low: float
    high: float
    mean: float
    median: float
    median_low: float
    median_high: float
    deviation: float | None
    quantiles: tuple[float, float, float, float]
    histogram: tuple[int, ...]
    own_weight: float
    log_odds: float
    error: float | None
    baseline: float
    parts: Mapping[str, float]

    @property
    def log_odds_ends(self) -> tuple[float, float]:
        """``low`` and ``high`` on the log-odds scale."""
        low, high = (min(max(end / 100, 1e-12), 1 - 1e-12) for end in (self.low, self.high))
        return math.log(low / (1 - low)), math.log(high / (1 - high))

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        data = {name: getattr(self, name) for name in self.__slots__}
        return {
            **data,
            "quantiles": list(self.quantiles),
            "histogram": list(self.histogram),
            "parts": dict(self.parts),
        }


@dataclass(frozen=True, slots=True)
class Trend:
    """How a source's overall score moves with time.

    Attributes:
        points_per_year, low, high: slope with its 90 % interval.
        p_value, p_adjusted: against "no trend"; the second corrected for the number of sources.
        direction: ``rising``, ``falling`` or ``none`` (no clear trend at 5 %, corrected).
        periods: (first day as YYYY-MM-DD, number of articles, mean score) in order of time.
    """

    points_per_year: float
    low: float
    high: float
    p_value: float
    p_adjusted: float
    direction: str
    periods: tuple[tuple[str, int, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self) | {
            "periods": [{"from": day, "n": n, "mean": mean} for day, n, mean in self.periods]
        }


@dataclass(frozen=True, slots=True)
class Exemplar:
    """An article shown for a source. ``role``: ``typical``, ``best``, ``worst`` or ``only``."""

    role: str
    make: Callable[[], Report] = field(repr=False)

    @property
    def report(self) -> Report:
        """Made whenever it is asked for: one that was looked at holds on to its annotations, and
        those of a thousand sources' articles would fill the memory.
        """
        return self.make()

    def to_dict(self, reasons: int = 4, *, quoting: bool = True) -> dict[str, Any]:
        """As plain data: its scores and strongest reasons.

        Args:
            reasons: how many.
            quoting: quote the article's words in the reason that its wording gives, for which the
                article is read again.
        """
        report = self.report
        document = report.document
        return {
            "role": self.role,
            "title": title_of(document),
            "url": document.url,
            "published": document.published,
            "scores": {
                s.name: {"value": s.value, "low": s.low, "high": s.high} for s in report.scores
            },
            "reasons": [
                {
                    "feature": c.feature,
                    "points": c.points,
                    "sentence": c.sentence if quoting else c.summary,
                }
                for c in report.overall.contributions[:reasons]
            ],
        }


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A source (or whatever the articles were grouped by).

    Attributes:
        n: articles that were judged.
        abstentions: why the others were not, with how many.
        clusters: independent groups of articles among the ``n``; reprints count once.
        scores: by name; empty where there are too few articles, and then ``note`` says so.
        profile: points of the overall score that each extractor's features add together, over an
            average article.
        genres: share of articles by what they read like.
        values: mean of each feature that a score reads and half of the articles or more have.
    """

    name: str
    n: int
    clusters: int
    abstentions: Mapping[str, int]
    note: str | None
    scores: Mapping[str, SourceScore]
    profile: Mapping[str, float]
    genres: Mapping[str, float]
    values: Mapping[str, float]
    articles: tuple[Exemplar, ...]
    trend: Trend | None

    @property
    def enough(self) -> bool:
        return bool(self.scores)

    @property
    def n_abstained(self) -> int:
        return sum(self.abstentions.values())

    @property
    def abstention_share(self) -> float:
        """Share of articles that could not be judged, 0 to 1."""
        return self.n_abstained / max(self.n + self.n_abstained, 1)

    @property
    def opportunities(self) -> tuple[Opportunity, ...]:
        """What would raise the overall score most, if it were as in an average article."""
        score = self.scores.get("overall")
        if score is None:
            return ()
        return tuple(
            Opportunity(
                term,
                advice_for(term, "feature" if is_feature(term) else "wording"),
                phrase(term, more=False),
                points,
            )
            for term, points in gains(score.log_odds, score.parts)
        )

    def to_dict(self, *, quoting: bool = True) -> dict[str, Any]:
        """As plain data; ``quoting`` as for ``Exemplar.to_dict``."""
        return {
            "name": self.name,
            "n": self.n,
            "clusters": self.clusters,
            "n_abstained": self.n_abstained,
            "abstention_share": self.abstention_share,
            "abstentions": dict(self.abstentions),
            "note": self.note,
            "scores": {name: score.to_dict() for name, score in self.scores.items()},
            "profile": dict(self.profile),
            "genres": dict(self.genres),
            "values": dict(self.values),
            "opportunities": [chance.to_dict() for chance in self.opportunities],
            "articles": [article.to_dict(quoting=quoting) for article in self.articles],
            "trend": self.trend.to_dict() if self.trend else None,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One term's part in a difference; the parts' ``points`` add up to the difference's."""

    feature: str
    points: float
    log_odds: float
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Difference:
    """How far ``a`` is above ``b`` in one score (below: negative), in points.

    Attributes:
        points, low, high: difference of the two estimates with its 90 % interval.
        superiority: chance that an article of ``a`` scores above one of ``b``, 0 to 1; for single
            articles, that ``a`` is truly above ``b``.
        p_value: against "no difference" (Welch); None for single articles.
        p_adjusted: the same, corrected for all pairs compared.
        different: ``p_adjusted`` is at most 0.04; for single articles, the interval
            leaves out 0.
        parts: the exact split by term, strongest first.
    """

    a: str
    b: str
    score: str
    points: float
    low: float
    high: float
    log_odds: float
    superiority: float
    p_value: float | None
    p_adjusted: float | None
    different: bool
    parts: tuple[Part, ...] = field(repr=False)

    def to_dict(self, parts: int | None = None) -> dict[str, Any]:
        """As plain data, with at most ``parts`` parts; the others are summed up as ``rest``."""
        data = {name: getattr(self, name) for name in self.__slots__ if name != "parts"}
        shown = self.parts if parts is None else self.parts[:parts]
        data["parts"] = [part.to_dict() for part in shown]
        data["rest"] = self.points - sum(part.points for part in shown)
        return data
