"""From a ledger of articles to a summary of each source."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.comparison import statistics
from credscore.comparison.ledger import NO_DAY, Group, Ledger
from credscore.comparison.records import Exemplar, SourceScore, SourceSummary, Trend
from credscore.comparison.statistics import Estimates, points_per_log_odds, scores_of
from credscore.comparison.trends import corrected, trend

__all__ = ["SCORES", "Columns", "summarise"]

SCORES = ("overall", "credibility", "quality")
_QUANTILES = (0.10, 0.25, 0.75, 0.90)
_BINS = np.arange(0.0, 101.0, 5.0)

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Columns:
    """All articles, sorted by group.

    Attributes:
        log_odds: shape (n, 3), in the order of ``SCORES``.
        first: where each group begins, and the end, shape (k + 1,).
        estimates: by score; None where every group is a single article.
        reach: half the width of each group's interval, by score.
    """

    log_odds: FloatArray
    cluster: npt.NDArray[np.int64]
    day: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    baseline: FloatArray
    single: bool
    clusters: npt.NDArray[np.int64]
    variances: FloatArray
    estimates: tuple[Estimates, ...] | None
    reach: tuple[FloatArray, ...]

    def rows(self, group: int) -> slice:
        return slice(int(self.first[group]), int(self.first[group + 1]))

    @classmethod
    def of(cls, ledger: Ledger) -> Columns:
        """Sort the ledger's columns and estimate every group's means."""
        group = np.array(ledger.group, dtype=np.int64)
        order = np.argsort(group, kind="stable")
        pair = np.array(ledger.log_odds, dtype=np.float64).reshape(-1, 2)[order]
        log_odds = np.column_stack([pair.mean(axis=1), pair])
        first = np.searchsorted(group[order], np.arange(len(ledger.groups) + 1))
        cluster = np.array(ledger.cluster, dtype=np.int64)[order]
        n = np.diff(first)
        variances, clusters = _variances(log_odds, cluster, first)
        single = bool(len(n)) and int(n.max(initial=0)) <= 1
        baseline = np.array(ledger.baseline or (0.0, 0.0))
        made = None if single else _estimates(log_odds, first, variances, clusters)
        return cls(
            log_odds=log_odds,
            cluster=cluster,
            day=np.array(ledger.day, dtype=np.int64)[order],
            first=first,
            baseline=np.array([baseline.mean(), *baseline]),
            single=single,
            clusters=clusters,
            variances=variances,
            estimates=made,
            reach=tuple(found.reach() for found in made or ()),
        )


def _variances(
    log_odds: FloatArray, cluster: npt.NDArray[np.int64], first: npt.NDArray[np.int64]
) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    k = len(first) - 1
    variances, clusters = np.full((k, 3), np.nan), np.zeros(k, dtype=np.int64)
    for group in range(k):
        rows = slice(int(first[group]), int(first[group + 1]))
        if rows.start == rows.stop:
            continue
        for score in range(3):
            variances[group, score], clusters[group] = statistics.cluster_variance(
                log_odds[rows, score], cluster[rows]
            )
    return variances, clusters


def _estimates(
    log_odds: FloatArray,
    first: npt.NDArray[np.int64],
    variances: FloatArray,
    clusters: npt.NDArray[np.int64],
) -> tuple[Estimates, ...]:
    """Estimates for the groups that have articles; NaN-free by construction, zeros elsewhere."""
    n = np.diff(first)
    there = np.flatnonzero(n)
    made = []
    for score in range(3):
        sums = np.add.reduceat(log_odds[:, score], first[there]) if len(there) else np.zeros(0)
        found = statistics.estimate(
            sums / n[there], variances[there, score], n[there], clusters[there]
        )
        made.append(_spread_out(found, there, len(n)))
    return tuple(made)


def _spread_out(found: Estimates, there: npt.NDArray[np.int64], k: int) -> Estimates:
    def full(column: FloatArray, empty: float) -> FloatArray:
        wide = np.full(k, empty)
        wide[there] = column
        return wide

    return Estimates(
        mean=full(found.mean, 0.0),
        value=full(found.value, 0.0),
        own=full(found.own, 0.0),
        centre=found.centre,
        weights=full(found.weights, 0.0),
        error=full(found.error, np.inf),
        mean_variance=full(found.mean_variance, np.inf),
        freedom=full(found.freedom, 1.0),
    )


def summarise(
    ledger: Ledger, columns: Columns, min_articles: int
) -> tuple[list[SourceSummary], list[int]]:
    """Summaries ranked by overall estimate, with each one's row in the ledger; groups without a
    number come last.
    """
    means = _mean_parts(ledger, columns)
    trends = corrected([_trend(columns, row) for row in range(len(ledger.groups))])
    found = [
        _summary(ledger, columns, row, means, min_articles, trends[row])
        for row in range(len(ledger.groups))
    ]

    def rank(row: int) -> tuple[bool, float, str]:
        source = found[row]
        level = source.scores["overall"].log_odds if source.enough else 0.0
        return not source.enough, -level, source.name

    order = sorted(range(len(found)), key=rank)
    return [found[row] for row in order], order


def _trend(columns: Columns, row: int) -> Trend | None:
    rows = columns.rows(row)
    dated = columns.day[rows] != NO_DAY
    return trend(columns.day[rows][dated], columns.log_odds[rows, 0][dated])


def _mean_parts(ledger: Ledger, columns: Columns) -> FloatArray:
    """What each term adds in each group, shape (k, 3, terms), drawn towards the mean of all groups
    just as the groups' estimates are, so that the parts add up to them.
    """
    k, terms = len(ledger.groups), len(ledger.terms)
    parts = np.zeros((k, 3, terms))
    n = np.maximum(np.diff(columns.first), 1)
    for row, group in enumerate(ledger.groups):
        pair = group.sums / n[row]
        parts[row, 1:, : pair.shape[1]] = pair
    parts[:, 0] = parts[:, 1:].mean(axis=1)
    if columns.estimates is not None:
        for score, found in enumerate(columns.estimates):
            centre = found.weights @ parts[:, score]
            own = found.own[:, None]
            parts[:, score] = own * parts[:, score] + (1 - own) * centre
    return parts


def _summary(
    ledger: Ledger,
    columns: Columns,
    row: int,
    means: FloatArray,
    min_articles: int,
    trended: Trend | None,
) -> SourceSummary:
    group = ledger.groups[row]
    clusters = int(columns.clusters[row])
    if columns.estimates is not None and math.isnan(columns.estimates[0].error[row]):
        min_articles = max(min_articles, 2)  # no source shows how far two articles differ
    note = _note(group, clusters, columns.single, min_articles)
    scores = {} if note else {
        name: _score(ledger, columns, row, number, means[row, number])
        for number, name in enumerate(SCORES)
    }  # fmt: skip
    # A mean over the few articles where something could be measured would speak for the others.
    sums = zip(ledger.terms, group.values.tolist(), group.counted.tolist(), strict=False)
    known = {name: total / n for name, total, n in sums if n and 2 * n >= group.n}
    return SourceSummary(
        name=group.name,
        n=group.n,
        clusters=clusters,
        abstentions=dict(group.abstained.most_common()),
        note=note,
        scores=scores,
        profile=_families(scores["overall"]) if scores else {},
        genres={name: count / group.n for name, count in group.genres.most_common()},
        values=dict(sorted(known.items())),
        articles=_exemplars(group, columns, row),
        trend=trended,
    )


def _note(group: Group, clusters: int, single: bool, min_articles: int) -> str | None:
    if group.n and (single or clusters >= min_articles):
        return None
    if not group.n:
        return f"cannot tell: {next(iter(group.abstained), 'no articles')}"
    if clusters < group.n:
        return (
            f"not enough articles: {group.n}, of which {clusters} independent of each other; "
            f"{min_articles} are needed"
        )
    return f"not enough articles: {group.n}; {min_articles} are needed"


def _score(
    ledger: Ledger, columns: Columns, row: int, number: int, parts: FloatArray
) -> SourceScore:
    values = columns.log_odds[columns.rows(row), number]
    points = scores_of(values)
    low, high, value, mean, own, error = _interval(ledger, columns, row, number, values)
    middle = statistics.median_interval(values, float(columns.variances[row, number]))
    return SourceScore(
        value=float(scores_of(value)),
        low=float(scores_of(low)),
        high=float(scores_of(high)),
        mean=float(scores_of(mean)),
        median=float(scores_of(np.median(values))),
        median_low=float(scores_of(middle[0])),
        median_high=float(scores_of(middle[1])),
        deviation=float(points.std(ddof=1)) if len(points) > 1 else None,
        quantiles=tuple(np.quantile(points, _QUANTILES).tolist()),
        histogram=tuple(np.histogram(points, _BINS)[0].tolist()),
        own_weight=own,
        log_odds=value,
        error=error,
        baseline=float(columns.baseline[number]),
        parts={
            term: amount
            for term, amount in zip(ledger.terms, parts.tolist(), strict=True)
            if amount
        },
    )


def _interval(
    ledger: Ledger, columns: Columns, row: int, number: int, values: FloatArray
) -> tuple[float, float, float, float, float, float | None]:
    """Low, high, estimate, mean, own weight and standard error, in log-odds."""
    mean = float(values.mean())
    if columns.estimates is None:
        ends = ledger.groups[row].ends.reshape(2, 2)
        low, high = ends.mean(axis=1) if number == 0 else ends[:, number - 1]
        return float(low), float(high), mean, mean, 1.0, None
    found = columns.estimates[number]
    value, error = float(found.value[row]), float(found.error[row])
    reach = float(columns.reach[number][row])
    return value - reach, value + reach, value, mean, float(found.own[row]), error


def _exemplars(group: Group, columns: Columns, row: int) -> tuple[Exemplar, ...]:
    """The most typical article kept, the best and the worst."""
    if group.best is None or group.worst is None:
        return ()
    if group.n == 1:
        return (Exemplar("only", group.best[1]),)
    middle = float(np.median(columns.log_odds[columns.rows(row), 0]))
    ends = {id(group.best[1]), id(group.worst[1])}
    others = [kept for kept in group.kept if id(kept[2]) not in ends]
    typical = min(others, key=lambda kept: abs(kept[1] - middle), default=None)
    shown = (Exemplar("typical", typical[2]),) if typical else ()
    return (*shown, Exemplar("best", group.best[1]), Exemplar("worst", group.worst[1]))


def _families(score: SourceScore) -> dict[str, float]:
    """Points over an average article by extractor, strongest first; they add up."""
    slope = points_per_log_odds(score.log_odds, score.baseline)
    sums: dict[str, float] = {}
    for term, amount in score.parts.items():
        family = term.partition(".")[0]
        sums[family] = sums.get(family, 0.0) + amount * slope
    return dict(sorted(sums.items(), key=lambda item: -abs(item[1])))
