"""Do the passages shown cause the score? ``python benchmarks/faithfulness.py --cache DIR``.

For each article: the sentences that hold the passages behind its strongest negative contributions
are deleted, and on other copies as many other sentences at random. The score should rise more in
the first case; the goal is 90 % of articles. Each score has its own passages. Articles are judged
by models that never saw their source. Intervals are 90 %, drawn over sources.
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from audit import SCORES, Judges, Options, dice, finish, mean, options, sampled, show

from credscore.judgement import Contribution
from credscore.report import Report
from credscore.scorer import Scorer
from credscore.training.corpora import Record

GOAL = 0.9
STRONGEST = 3  # contributions whose passages are deleted: as many as a reader looks at
SHARE = 0.2  # of all sentences, at most
DRAWS = 8  # random deletions an article
LEAST = 8  # sentences: of fewer, too much would be deleted


@dataclass(frozen=True, slots=True)
class Deletions:
    """One article's copies for one score."""

    record: Record
    score: str
    blamed: Record
    random: tuple[Record, ...]
    deleted: int
    terms: tuple[str, ...]


def scorers(judges: Judges, records: Sequence[Record]) -> list[Scorer]:
    """For each article a scorer of models that never saw its source."""
    groups = [record.group for record in records]
    model = {}
    for target in ("credibility", "quality"):
        for one, rows in judges.models(target, groups):
            model.update({(target, row): one for row in rows.tolist()})
    made: dict[tuple[int, int], Scorer] = {}
    out = []
    for row in range(len(records)):
        pair = model["credibility", row], model["quality", row]
        key = id(pair[0]), id(pair[1])
        if key not in made:
            made[key] = Scorer(credibility=pair[0], quality=pair[1])
        out.append(made[key])
    return out


def blame(report: Report, score: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """How much each sentence is to blame, log-odds, and the terms behind it.

    A contribution is shared out over its passages by their weights, and over the sentences that a
    passage reaches into.
    """
    contributions: tuple[Contribution, ...] = getattr(report, score).contributions
    spans = report.annotations.sentences
    starts = np.array([span.start for span in spans])
    ends = np.array([span.end for span in spans])
    total = np.zeros(len(spans))
    chosen = []
    for part in contributions:
        if part.log_odds >= 0 or not part.evidence or len(chosen) == STRONGEST:
            continue
        chosen.append(part.feature)
        weights = np.array([_weight(found.weight) for found in part.evidence])
        for found, weight in zip(part.evidence, weights / weights.sum(), strict=True):
            reached = (starts < found.end) & (ends > found.start)
            if reached.any():
                total[reached] += -part.log_odds * weight / reached.sum()
    return total, tuple(chosen)


def _weight(given: float) -> float:
    """Passages of a feature carry no weight of their own: then all count alike."""
    return abs(given) if math.isfinite(given) and given else 1.0


def without(text: str, spans: Sequence[Any], rows: Sequence[int]) -> str:
    """The text without some sentences."""
    for row in sorted(rows, reverse=True):
        text = text[: spans[row].start] + text[spans[row].end :]
    return text


def deletions(record: Record, report: Report, score: str, rng: random.Random) -> Deletions | None:
    """Copies of an article; None where no passage is to blame or the text is too short."""
    if report.abstained:
        return None
    spans = report.annotations.sentences
    guilt, terms = blame(report, score)
    guilty = [row for row in np.argsort(-guilt, kind="stable").tolist() if guilt[row] > 0]
    guilty = guilty[: max(1, int(SHARE * len(spans)))]
    others = [row for row in range(len(spans)) if row not in set(guilty)]
    if len(spans) < LEAST or not guilty or len(others) < len(guilty):
        return None
    text = report.document.text
    draws = [sorted(rng.sample(others, len(guilty))) for _ in range(DRAWS)]
    return Deletions(
        record,
        score,
        replace(record, text=without(text, spans, guilty)),
        tuple(replace(record, text=without(text, spans, rows)) for rows in draws),
        len(guilty),
        terms,
    )


def samples(judges: Judges, *, quick: bool) -> dict[str, list[Record]]:
    """Articles of rated sources, and pages of content farms."""
    share = 4 if quick else 1
    rated = [r for r in judges.credibility.records if not r.flat]
    farms = [r for r in judges.quality.records if not r.flat and r.kind in ("farm", "press")]
    return {
        "articles of rated sources": sampled(rated, 1, 400 // share),
        "content farms and press releases": sampled(farms, 20, 200 // share),
    }


def judged(judges: Judges, records: list[Record], given: Options) -> dict[str, Any]:
    """Share of articles where blame was right, and by how many points."""
    found: list[Deletions] = []
    for record, scorer in zip(records, scorers(judges, records), strict=True):
        report = scorer.score(record.document())
        for score in SCORES:
            made = deletions(record, report, score, dice(record, score))
            if made is not None:
                found.append(made)
    flat = [copy for item in found for copy in (item.record, item.blamed, *item.random)]
    points = judges.score(flat, given.jobs).points
    out: dict[str, Any] = {}
    for score in SCORES:
        rows = [number for number, item in enumerate(found) if item.score == score]
        table = points[score].reshape(len(found), 2 + DRAWS)[rows]
        rise, chance = table[:, 1] - table[:, 0], table[:, 2:] - table[:, :1]
        groups = [found[row].record.group for row in rows]
        failed = rise <= chance.mean(axis=1)
        blamed = Counter(found[row].terms[0] for row in rows)
        wrong = Counter(found[row].terms[0] for row, bad in zip(rows, failed, strict=True) if bad)
        out[score] = {
            "share raised more than at random": mean((~failed) * 1.0, groups),
            "share raised at all": mean((rise > 0) * 1.0, groups),
            "points gained": mean(rise, groups),
            "points gained at random": mean(chance.mean(axis=1), groups),
            "share of random deletions beaten": mean((rise[:, None] > chance).mean(axis=1), groups),
            "sentences deleted, mean": round(float(np.mean([found[r].deleted for r in rows])), 2),
            "first term, articles and failures": {
                term: [count, wrong[term]] for term, count in blamed.most_common(10)
            },
        }
    return out


def measured(judges: Judges, given: Options) -> dict[str, Any]:
    """Both kinds of pages."""
    found = {
        name: judged(judges, records, given)
        for name, records in samples(judges, quick=given.quick).items()
    }
    first = "share raised more than at random"
    met = {n: {s: rows[s][first].value >= GOAL for s in SCORES} for n, rows in found.items()}
    return {"goal": GOAL, "pages": found, "goals met": met}


def tell(result: dict[str, Any]) -> None:
    """Show the tables."""
    for name, found in result["pages"].items():
        rows = {
            s: {k: v for k, v in found[s].items() if k.startswith(("share", "points"))}
            for s in SCORES
        }
        show(name, rows, 2)
        for score in SCORES:
            print(f"  {score}: {found[score]['first term, articles and failures']}")
    print("goals met:", result["goals met"])


def main() -> int:
    """Measure, show, write."""
    given, started = options(__doc__), time.process_time()
    result = measured(Judges.load(given.cache, given.jobs), given)
    tell(result)
    finish("faithfulness", result, given, started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
