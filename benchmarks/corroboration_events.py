"""Corroboration on events that several outlets covered: are shared facts put together?

    python benchmarks/corroboration_events.py [--part tune|report|all]

Test set: pairs of articles by different sources about one event, found by likeness of words and by
dates at most four days apart among ``credibility_articles`` and ``modern_reports``, copies left
out. In each pair, numbers, amounts and dates that have the same value in both articles, or that
the program puts together, were read one by one and marked as the same fact or not
(``labels/corroboration_events.jsonl``: identifiers of the articles, offsets, verdict; no text).
Background that both articles merely mention ("the 2016 election"), time stamps of embedded posts,
ages, telephone numbers and titles of works are left out. One reader marked them.

Counts such as "three arrests" are in the set although the specifics extractor passes over
spelled small numbers. Thresholds were looked at on the events of ``tune``; a hash of the pair tells
the halves apart. Quotations of at least six words that stand in both articles word for word are
looked for besides.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from corroboration_figures import keep, share, show

from credscore.corroboration import Corroboration, corroborate
from credscore.training.corpora import data_folder

HERE = Path(__file__).resolve().parent
LABELS = HERE / "labels" / "corroboration_events.jsonl"
RESULT = HERE / "results" / "corroboration_events.json"
READ = 7_000  # characters of each article that were read

Span = tuple[int, int]


def events(part: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The marked pairs of passages of each event."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        key = row["a"], row["b"]
        odd = hashlib.sha256("|".join(key).encode()).digest()[0] % 2
        if part in ("all", "tune" if odd else "report"):
            found[key].append(row)
    return found


def texts(wanted: set[str]) -> dict[str, str]:
    found = {}
    for name in ("credibility_articles", "modern_reports"):
        table = pq.read_table(data_folder() / f"{name}.parquet", columns=["id", "text"])
        for row in table.to_pylist():
            if row["id"] in wanted:
                found[row["id"]] = row["text"][:READ]
    return found


def joined(story: Corroboration) -> list[tuple[Span, Span]]:
    """Passages of the two articles that were put together with one value."""
    pairs = []
    for claim in story.claims:
        sides: tuple[list[Any], list[Any]] = ([], [])
        for mention in claim.mentions:
            sides[mention.article].append(mention)
        pairs += [
            ((one.start, one.end), (other.start, other.end))
            for one in sides[0]
            for other in sides[1]
            if one.value == other.value
        ]
    return pairs


def meets(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def quotations(story: Corroboration) -> tuple[int, int]:
    """Quotations that stand in both articles word for word, and how many were put together."""
    where: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for number, quote in enumerate(story.quotes):
        for mention in quote.mentions:
            words = " ".join(re.findall(r"\w+", story.text(mention).lower()))
            if len(words.split()) >= 6:
                where[mention.article].setdefault(words, number)
    both = where[0].keys() & where[1].keys()
    return len(both), sum(where[0][words] == where[1][words] for words in both)


def tally(found: Mapping[tuple[str, str], list[dict[str, Any]]]) -> Counter[str]:
    """What became of the marked pairs of passages and of the quotations."""
    read = texts({name for pair in found for name in pair})
    counts: Counter[str] = Counter()
    for (one, other), rows in found.items():
        story = corroborate([read[one], read[other]])
        pairs = joined(story)
        counts["conflicts"] += len(story.conflicts)
        both, together = quotations(story)
        counts["quotes"] += both
        counts["quotes_together"] += together
        marked = set()
        for row in rows:
            a, b = tuple(row["a_span"]), tuple(row["b_span"])
            hits = [n for n, (p, q) in enumerate(pairs) if meets(a, p) and meets(b, q)]
            marked.update(hits)
            counts["same" if row["same"] else "different"] += 1
            counts["right" if row["same"] else "wrong"] += bool(hits)
        counts["unmarked"] += len(pairs) - len(marked)
    return counts


def figures(counts: Counter[str]) -> dict[str, dict[str, float]]:
    """All shares with their intervals."""
    return {
        "facts shared by outlets: recall": share(counts["right"], counts["same"]),
        "facts put together: precision": share(counts["right"], counts["right"] + counts["wrong"]),
        "equal values that are different facts, put together": share(
            counts["wrong"], counts["different"]
        ),
        "quotations word for word: recall": share(counts["quotes_together"], counts["quotes"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("tune", "report", "all"), default="report")
    part = parser.parse_args().part
    found = events(part)
    counts = tally(found)
    rows, conflicts = figures(counts), counts["conflicts"] / len(found)
    print(f"{len(found)} events ({part})\n")
    show(rows)
    print(f"conflicts an event: {conflicts:.2f}")
    print(f"put together but not marked (left out above): {counts['unmarked']}")
    if part == "report":
        keep(
            RESULT,
            rows,
            events=len(found),
            conflicts_an_event=round(conflicts, 3),
            unmarked=counts["unmarked"],
        )


if __name__ == "__main__":
    main()
