"""Left and right, small and large at equal rating: ``python benchmarks/neutrality.py --cache DIR``.

Sources' mean scores, each article judged by a model that never saw its source. Leaning is
Media Bias/Fact Check's, for this audit only. The goal: at equal expert rating left- and
right-leaning sources differ by at most 3 points. "Equal" in three ways: a regression on rating and
its square; the same with the corpora held equal too; pairs matched to within .05 of the rating.
Positive means that the right scores higher. Since the model is additive, the gap is shared out
over its terms exactly. Reliable sources taken for unreliable (score under 50) are counted by
leaning and by size: an outlet that has ten articles or more in the data, or is in two collections,
counts as large, for want of circulation figures. Intervals are 90 %, drawn over sources.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from audit import SCORES, Judges, Options, finish, options, sampled, show, told
from held_out import Scores
from slant import SURE, slanted

from credscore.training.corpora import Record
from credscore.training.measure import measure
from credscore.training.metrics import Figure, figure

GOAL = 3.0
LEANING = {"left": 0.0, "left-center": 0.0, "right": 1.0, "right-center": 1.0}
NEAR = 0.05  # of the rating, for matching
LISTED = 60  # slanted patterns written
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sources:
    """Means by source of the articles of leaning sources.

    ``others`` holds ones, rating and its square; ``corpora`` the share of each corpus.
    """

    names: tuple[str, ...]
    right: FloatArray
    rating: FloatArray
    weight: FloatArray
    corpora: FloatArray
    values: FloatArray  # (n_sources, n_columns)

    @property
    def others(self) -> FloatArray:
        return np.column_stack([np.ones(len(self.rating)), self.rating, self.rating**2])


def by_source(records: list[Record], values: FloatArray) -> Sources:
    """Means over each source's articles; sources without leaning or rating are left out."""
    kept = [
        row for row, record in enumerate(records)
        if record.leaning in LEANING and not np.isnan(record.rating)
    ]  # fmt: skip
    groups = np.array([records[row].group for row in kept])
    names, code = np.unique(groups, return_inverse=True)
    size = np.bincount(code)
    corpus_names, corpus = np.unique([records[row].corpus for row in kept], return_inverse=True)
    shares = np.zeros((len(names), len(corpus_names)))
    np.add.at(shares, (code, corpus), 1)

    def averaged(column: FloatArray) -> FloatArray:
        result: FloatArray = np.bincount(code, column) / size
        return result

    right = averaged(np.array([LEANING[records[row].leaning] for row in kept]))
    rating = averaged(np.array([records[row].rating for row in kept]))
    means = np.column_stack([averaged(values[kept, k]) for k in range(values.shape[1])])
    weight = np.minimum(size, 20).astype(np.float64)  # a mean of few articles is mostly noise
    return Sources(tuple(names.tolist()), right, rating, weight, shares / size[:, None], means)


def gap(sources: Sources, rows: IntArray, column: FloatArray, *, corpora: bool) -> float:
    """Right less left at equal rating, by weighted regression."""
    others = sources.others
    if corpora:
        others = np.hstack([others, sources.corpora[:, :-1]])
    root = np.sqrt(sources.weight[rows])
    design = np.column_stack([sources.right[rows], others[rows]]) * root[:, None]
    found = np.linalg.lstsq(design, column[rows] * root, rcond=None)[0]
    return float(found[0])


def matched_gap(sources: Sources, rows: IntArray, column: FloatArray) -> float:
    """Mean over right-leaning sources of the distance to left-leaning ones of like rating."""
    right = rows[sources.right[rows] == 1]
    left = rows[sources.right[rows] == 0]
    near = np.abs(sources.rating[right][:, None] - sources.rating[left][None]) <= NEAR
    weights = near * sources.weight[left][None]
    usable = weights.sum(axis=1) > 0
    twins = (weights[usable] @ column[left]) / weights[usable].sum(axis=1)
    own = sources.weight[right][usable]
    return float(np.average(column[right][usable] - twins, weights=own))


def gaps(sources: Sources, column: FloatArray) -> dict[str, Figure]:
    """All three ways, and the plain difference."""
    names = list(sources.names)

    def plain(rows: IntArray) -> float:
        is_right = sources.right[rows] == 1
        weight = sources.weight[rows]
        means = [np.average(column[rows][side], weights=weight[side])
                 for side in (is_right, ~is_right)]  # fmt: skip
        return float(means[0] - means[1])

    return {
        "regression on rating": figure(lambda r: gap(sources, r, column, corpora=False), names),
        "regression, corpora too": figure(lambda r: gap(sources, r, column, corpora=True), names),
        "matched by rating": figure(lambda r: matched_gap(sources, r, column), names),
        "not adjusted": figure(plain, names),
    }


def shared_out(sources: Sources, terms: tuple[str, ...], first: int) -> dict[str, Any]:
    """The regression's gap in log-odds by term: they add up to the whole gap."""
    found = {}
    for place, term in enumerate(terms):
        column = sources.values[:, first + place]
        if np.ptp(column) > 0:
            found[term] = figure(
                lambda r, c=column: gap(sources, r, c, corpora=False), sources.names
            )
    ranked = sorted(found.items(), key=lambda item: -abs(item[1].value))
    return dict(ranked[:15])


def mistaken(records: list[Record], points: FloatArray) -> dict[str, dict[str, Figure]]:
    """Reliable sources' articles with a score under 50, by leaning and by size."""
    sizes: dict[str, int] = {}
    corpora: dict[str, set[str]] = {}
    for record in records:
        sizes[record.group] = sizes.get(record.group, 0) + 1
        corpora.setdefault(record.group, set()).add(record.corpus)
    slices: dict[str, list[int]] = {}
    for row, record in enumerate(records):
        if record.label != 1 or record.kind == "satire":
            continue
        large = sizes[record.group] >= 10 or len(corpora[record.group]) > 1
        names = ["all", "large outlets" if large else "small outlets"]
        if record.leaning in (*LEANING, "center", "pro-science"):
            names.append(record.leaning)
        if record.leaning in LEANING:
            names.append("right side" if LEANING[record.leaning] else "left side")
        for name in names:
            slices.setdefault(name, []).append(row)
    return {
        name: {
            "articles under 50": _mean_of_sources(records, (points[rows] < 50) * 1.0, rows),
            "mean score": _mean_of_sources(records, points[rows], rows),
        }
        for name, rows in sorted(slices.items())
    }


def _mean_of_sources(records: list[Record], values: FloatArray, rows: list[int]) -> Figure:
    """Each source counts by at most 20 of its articles."""
    groups = [records[row].group for row in rows]
    _, code = np.unique(groups, return_inverse=True)
    size = np.bincount(code)
    weight = (np.minimum(size, 20) / size)[code]
    return figure(lambda r: float(np.average(values[r], weights=weight[r])), groups)


def wording_slant(judges: Judges, records: list[Record], given: Options) -> dict[str, Any]:
    """Patterns of the shipped models that tell right from left at equal rating."""
    known = [r for r in records if r.leaning in LEANING and not np.isnan(r.rating)]
    if given.quick:
        known = sampled(known, 10, 1500)
    wording = measure(known, given.cache, given.jobs).wording
    code = np.unique([r.group for r in known], return_inverse=True)[1]
    means = by_source(known, np.zeros((len(known), 1)))
    others = np.hstack([means.others, means.corpora[:, :-1]])
    out = {}
    for target, model in judges.shipped.items():
        found = slanted(model, wording, code, means.right, others)
        sure = [item for item in found if abs(item.t) >= SURE]
        ranked = sorted(sure, key=lambda item: -abs(item.points))
        out[target] = {
            "patterns looked at": len(found),
            f"patterns with |t| of {SURE} or more": len(sure),
            "by chance as many as": round(0.001 * len(found)),
            "their points in all": round(sum(item.points for item in sure), 2),
            "points of all patterns": round(sum(item.points for item in found), 2),
            "strongest": [item.content() for item in ranked[:LISTED]],
        }
    return out


def measured(judges: Judges, given: Options) -> dict[str, Any]:
    """Gaps, their terms, mistakes and slanted patterns."""
    records = [r for r in judges.credibility.records if not r.flat]
    if given.quick:
        records = sampled(records, 15, 3000)
    scores: Scores = judges.score(records, given.jobs)
    points, terms = scores.points, scores.terms
    values = np.column_stack(
        [*(points[s] for s in SCORES), *(scores.log_odds[s] for s in SCORES),
         *(scores.contributions[s] for s in SCORES)]
    )  # fmt: skip
    means = by_source(records, values)
    found = {name: gaps(means, means.values[:, k]) for k, name in enumerate(SCORES)}
    first = {s: 6 + k * len(terms) for k, s in enumerate(SCORES)}
    return {
        "goal": GOAL,
        "sources": {
            "left": int((means.right == 0).sum()),
            "right": int((means.right == 1).sum()),
        },
        "points right less left": found,
        "log-odds by term": {s: shared_out(means, terms, first[s]) for s in SCORES},
        "reliable sources": {s: mistaken(records, points[s]) for s in SCORES},
        "slanted patterns": wording_slant(judges, records, given),
        "goals met": {
            s: abs(found[s]["regression on rating"].value) <= GOAL for s in SCORES
        },
    }  # fmt: skip


def tell(result: dict[str, Any]) -> None:
    """Show the tables."""
    show(f"points, right less left at equal rating, {result['sources']}",
         result["points right less left"])  # fmt: skip
    for score, found in result["log-odds by term"].items():
        print(f"\n{score}: log-odds of the gap by term")
        for term, item in found.items():
            print(f"  {term:46} {told(item, 3)}")
    for score, rows in result["reliable sources"].items():
        show(f"{score}: articles of reliable sources", rows, 2)
    for target, found in result["slanted patterns"].items():
        print(f"\n{target}: patterns that tell right from left at equal rating")
        for name, item in found.items():
            print(f"  {name}: {item}")
    print("goals met:", result["goals met"])


def main() -> int:
    """Measure, show, write."""
    given, started = options(__doc__), time.process_time()
    result = measured(Judges.load(given.cache, given.jobs), given)
    tell(result)
    finish("neutrality", result, given, started)
    return 0


__all__ = ["by_source", "gap", "gaps", "main", "matched_gap", "measured", "mistaken"]

if __name__ == "__main__":
    sys.exit(main())
