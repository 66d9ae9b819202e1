"""Do lurid rewrites score below sober ones of the same story? ``python benchmarks/style_pairs.py``.

All versions are machine-written: a language model retold political stories in objective, neutral,
emotional and sensational words, so this tests wording alone, not reporting. No model was trained on
these texts. What the recipes give to judging and emotional words (``[shape.given]``) was chosen
with a fifth of the stories in view (``--quick`` measures it); they are not among the others, which
are what is reported. The goal: 90 % of the pairs in order. A story's true and false versions are
separate pairs; intervals are 90 %, drawn over stories. The version as published is shown beside
them.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from typing import Any

import numpy as np
from audit import SCORES, Judges, Options, finish, mean, options, show

from credscore.training.corpora import NAN, Record, _rows

GOAL = 0.9
STYLES = ("sensational", "emotional")
SOBER = ("neutral", "objective")


def style_of(label: str) -> tuple[str, str]:
    """Style and truth of ``label_raw``: "llm_emotionally_triggering_fake" is emotional, fake."""
    words = label.removeprefix("llm_").replace("emotionally_triggering", "emotional")
    style, _, truth = words.partition("_")
    return style, truth


def versions(*, quick: bool) -> tuple[list[Record], dict[tuple[str, str, str], int]]:
    """Texts, and where each story's, style's and truth's version stands.

    Args:
        quick: the stories that were in view when recipes were chosen, instead of the others.
    """
    rows = [
        row
        for row in _rows("style_pairs.parquet")
        if len(row["text"].split()) >= 50 and str(row["pair"]).endswith(("0", "5")) == quick
    ]
    records = [
        Record(row["id"], row["text"], None, None, f"story {row['pair']}", "style_pairs", "",
               NAN, NAN)
        for row in rows
    ]  # fmt: skip
    place = {
        (str(row["pair"]), *style_of(row["label_raw"])): number for number, row in enumerate(rows)
    }
    return records, place


def measured(judges: Judges, given: Options) -> dict[str, Any]:
    """Shares of pairs in order, differences, and the terms behind them."""
    records, place = versions(quick=given.quick)
    found = judges.score(records, given.jobs)
    length = np.array([float(record.words) for record in records])
    values = {**found.points, "length only": length}
    shares: dict[str, Any] = {name: {} for name in values}
    points: dict[str, Any] = {}
    terms: dict[str, Any] = {}
    for lurid in STYLES:
        for sober in SOBER:
            pairs = defaultdict(list)
            for (story, style, truth), low in place.items():
                high = place.get((story, sober, truth))
                if style == lurid and high is not None:
                    pairs["story"].append(story)
                    pairs["low"].append(low)
                    pairs["high"].append(high)
            low, high = np.array(pairs["low"]), np.array(pairs["high"])
            name = f"{lurid} below {sober}"
            for score, value in values.items():
                shares[score][name] = mean((value[low] < value[high]) * 1.0, pairs["story"])
            points[name] = {
                s: mean(found.points[s][high] - found.points[s][low], pairs["story"])
                for s in SCORES
            }
            terms[name] = {
                s: _terms(found.terms, found.contributions[s], low, high) for s in SCORES
            }
    return {
        "goal": GOAL,
        "note": "all versions are machine-written; wording alone is tested",
        "share in order": shares,
        "points between": points,
        "log-odds by term": terms,
        "goals met": {s: {n: f.value >= GOAL for n, f in shares[s].items()} for s in SCORES},
    }


def _terms(names: tuple[str, ...], parts: Any, low: Any, high: Any) -> dict[str, float]:
    """Which terms set the sober version above the lurid one (positive) or below (negative)."""
    change = (parts[high] - parts[low]).mean(axis=0)
    ranked = sorted(zip(names, change.tolist(), strict=True), key=lambda item: -abs(item[1]))
    return {name: round(value, 4) for name, value in ranked[:10]}


def tell(result: dict[str, Any]) -> None:
    """Show the tables."""
    show("share of pairs in order", result["share in order"], 3)
    show("points between", result["points between"])
    for name, found in result["log-odds by term"].items():
        for score in ("credibility", "quality"):
            print(f"  {name}, {score}: {found[score]}")


def main() -> int:
    """Measure, show, write."""
    given, started = options(__doc__), time.process_time()
    result = measured(Judges.load(given.cache, given.jobs), given)
    tell(result)
    finish("style_pairs", result, given, started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
