"""What cheap tricks buy a bad page, in points: ``python benchmarks/gaming.py --cache DIR``.

Pages of content farms and articles of unreliable sources, judged by models that never saw their
site. The goal is at most 5 points on average for each edit, 10 for all together. One to three
statements are changed, at random; "five of each" is a harder test without a goal. For comparison,
the same edits on reliable articles: an edit that helps both alike is no signal. Intervals are 90 %,
drawn over sites.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from attacks import ATTACKS, five_of_each, together
from audit import SCORES, Judges, Options, dice, finish, mean, options, sampled, show
from audit import strongest_moves as moves

from credscore.training.corpora import Record

GOALS = {**dict.fromkeys(ATTACKS, 5.0), "all together": 10.0}
EVERY = {**ATTACKS, "all together": together, "five of each": five_of_each}


def samples(judges: Judges, *, quick: bool) -> dict[str, list[Record]]:
    """Pages to attack, and reliable articles to compare with."""
    share = 4 if quick else 1
    graded = [r for r in judges.quality.records if not r.flat]
    rated = [r for r in judges.credibility.records if not r.flat]
    farms = [r for r in graded if r.kind == "farm"]
    bad = [r for r in rated if r.label == 0 and r.kind != "satire"]
    good = [r for r in rated if r.label == 1]
    return {
        "content farms": sampled(farms, 60 // share, 700 // share),
        "unreliable sources": sampled(bad, 4, 400 // share),
        "reliable sources": sampled(good, 2, 200 // share),
    }


def attacked(judges: Judges, records: list[Record], given: Options) -> dict[str, Any]:
    """Gains of every edit on every score, and the terms that pay for them."""
    before = judges.score(records, given.jobs)
    groups = [record.group for record in records]
    out: dict[str, Any] = {
        "mean score": {name: mean(before.points[name], groups) for name in SCORES}
    }
    for name, attack in EVERY.items():
        changed = [attack(record, dice(record, name)) for record in records]
        after = judges.score(changed, given.jobs)
        out[name] = {
            "goal": GOALS.get(name),
            "gain": {s: mean(after.points[s] - before.points[s], groups) for s in SCORES},
            "log-odds by term": {s: moves(before, after, s) for s in SCORES},
        }
    return out


def met(found: dict[str, Any]) -> dict[str, bool]:
    """Which goals content-farm pages meet, on every score."""
    pages = found["content farms"]
    return {
        name: all(pages[name]["gain"][score].value <= goal for score in SCORES)
        for name, goal in GOALS.items()
    }


def measured(judges: Judges, given: Options) -> dict[str, Any]:
    """All groups of pages."""
    found = {
        name: attacked(judges, records, given)
        for name, records in samples(judges, quick=given.quick).items()
    }
    return {"pages": found, "goals met": met(found)}


def tell(result: dict[str, Any]) -> None:
    """Show the tables."""
    for name, found in result["pages"].items():
        rows = {edit: found[edit]["gain"] for edit in EVERY}
        show(f"{name}: points gained", {"score before": found["mean score"], **rows})
    for edit in EVERY:
        found = result["pages"]["content farms"][edit]["log-odds by term"]["overall"]
        print(f"  pays on farms, {edit}: {found}")
    print("goals met:", result["goals met"])


def main() -> int:
    """Measure, show, write."""
    given, started = options(__doc__), time.process_time()
    result = measured(Judges.load(given.cache, given.jobs), given)
    tell(result)
    finish("gaming", result, given, started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
