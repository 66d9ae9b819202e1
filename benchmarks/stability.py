"""How far scores move where nothing that matters changed: ``python benchmarks/stability.py``.

Spaces, line ends, quote marks, composed or decomposed accents, a line of page furniture less, the
last paragraph less, line breaks lost: the goal is under 3 points on average for each. And reports
that went over the wire: texts that several outlets ran nearly alike should score alike, closer
than the same outlets' other pieces. Intervals are 90 %, drawn over sources.
"""

from __future__ import annotations

import random
import re
import sys
import time
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from audit import (
    SCORES,
    Judges,
    Options,
    dice,
    finish,
    level,
    mean,
    options,
    sampled,
    show,
    strongest_swings,
)

from credscore.document import Document
from credscore.explain import annotations_of
from credscore.registry import annotate_batch, make_batch
from credscore.training.corpora import Record

GOAL = 3.0
OVERLAP = 0.5  # shared five-word runs of the shorter text: the same report, cut or retouched
RUN = 5
_CURLY_OPEN = re.compile(r'(?:(?<=\s)|(?<=[(\[—-])|\A)"')
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_FURNITURE = (
    "Advertisement", "Share this article", "Sign up for our newsletter", "Read more",
    "Click here to subscribe to our newsletter.",
)  # fmt: skip
Change = Callable[[str, random.Random], str]


def _curly(text: str) -> str:
    """Typographic quote marks and apostrophes."""
    text = _CURLY_OPEN.sub("“", text.translate(_STRAIGHT)).replace('"', "”")
    return re.sub(r"(?<=\w)'|'(?=\d\ds)", "’", text)


def _without_last_paragraph(text: str) -> str:
    """Without the last paragraph; where line breaks are lost, without the last two sentences."""
    paragraphs = [part for part in re.split(r"\n\s*\n|\n", text) if part.strip()]
    if len(paragraphs) > 2:
        return text[: text.rindex(paragraphs[-1])].rstrip()
    tokens = make_batch([Document(text)]).tokens
    spans = tokens.spans(tokens.sentence_first, 0)
    return text[: spans[-2][1]].rstrip() if len(spans) > 6 else text


def _without_furniture_line(text: str, rng: random.Random) -> str:
    """Without one line of furniture; where there is none, nothing changes."""
    found = annotations_of(annotate_batch([Document(text)])).boilerplate
    if not found:
        return text
    one = rng.choice(found)
    return (text[: one.start] + text[one.end :]).strip()


def _with_furniture_line(text: str, rng: random.Random) -> str:
    """With one line of furniture more, at the end or between two paragraphs."""
    line = rng.choice(_FURNITURE)
    places = [found.start() for found in re.finditer(r"\n\n", text)]
    place = rng.choice([*places, len(text)])
    return f"{text[:place]}\n\n{line}{text[place:]}"


CHANGES: Mapping[str, Change] = {
    "spaces doubled after sentences": lambda t, _: re.sub(r"(?<=[.!?]) (?=\S)", "  ", t),
    "spaces at line ends": lambda t, _: "\n".join(f"{line}  " for line in t.split("\n")),
    "no-break spaces": lambda t, r: re.sub(" ", lambda _: r.choice(" " * 9 + "\u00a0"), t),
    "line ends as in Windows": lambda t, _: t.replace("\n", "\r\n"),
    "blank lines between paragraphs": lambda t, _: re.sub(r"\n+", "\n\n", t),
    "quote marks straight": lambda t, _: t.translate(_STRAIGHT),
    "quote marks curly": lambda t, _: _curly(t),
    "accents decomposed (NFD)": lambda t, _: unicodedata.normalize("NFD", t),
    "accents composed (NFC)": lambda t, _: unicodedata.normalize("NFC", t),
    "a line of furniture removed": _without_furniture_line,
    "a line of furniture added": _with_furniture_line,
    "last paragraph removed": lambda t, _: _without_last_paragraph(t),
    "line breaks lost": lambda t, _: " ".join(t.split()),
}


def samples(judges: Judges, *, quick: bool) -> list[Record]:
    """Articles of every kind and source alike."""
    share = 4 if quick else 1
    rated = [r for r in judges.credibility.records if not r.flat]
    graded = [
        r for r in judges.quality.records if not r.flat and r.kind in ("farm", "press", "opinion")
    ]
    return [*sampled(rated, 2, 450 // share), *sampled(graded, 40, 300 // share)]


def disturbed(judges: Judges, records: list[Record], given: Options) -> dict[str, Any]:
    """Mean and 95th percentile of the move, and the terms that move."""
    before = judges.score(records, given.jobs)
    groups = [record.group for record in records]
    out = {}
    for name, change in CHANGES.items():
        after_records = [replace(r, text=change(r.text, dice(r, name))) for r in records]
        after = judges.score(after_records, given.jobs)
        moved = {s: np.abs(after.points[s] - before.points[s]) for s in SCORES}
        out[name] = {
            "texts changed": sum(
                a.text != b.text for a, b in zip(records, after_records, strict=True)
            ),
            "mean": {s: mean(moved[s], groups) for s in SCORES},
            "95th percentile": {s: level(moved[s], 0.95, groups) for s in SCORES},
            "swing of log-odds by term": {s: strongest_swings(before, after, s) for s in SCORES},
        }
    return out


def runs(text: str) -> set[int]:
    """Hashes of all runs of five words."""
    words = re.findall(r"\w+", text.lower())
    return {zlib.crc32(" ".join(words[i : i + RUN]).encode()) for i in range(len(words) - RUN + 1)}


def wire_pairs(records: Sequence[Record]) -> list[tuple[int, int]]:
    """Pairs of articles of different sources that share more than half of their five-word runs."""
    every = [runs(record.text) for record in records]
    holders: dict[int, list[int]] = defaultdict(list)
    for place, found in enumerate(every):
        for run in found:
            if run % 16 == 0:  # a sample of runs finds candidates
                holders[run].append(place)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for places in holders.values():
        for i, first in enumerate(places[:30]):
            for second in places[i + 1 : 30]:
                shared[first, second] += 1
    return sorted(
        (a, b)
        for (a, b), n in shared.items()
        if n >= 3
        and records[a].group != records[b].group
        and len(every[a] & every[b]) > OVERLAP * min(len(every[a]), len(every[b]))
        and min(len(every[a]), len(every[b])) > OVERLAP * max(len(every[a]), len(every[b]))
    )


def wire(judges: Judges, given: Options) -> dict[str, Any]:
    """Differences of scores within pairs, against the same outlets' other pieces."""
    records = [r for r in judges.credibility.records if not r.flat]
    by_source: dict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        by_source[record.group].append(place)
    pairs = wire_pairs(records)
    rng = random.Random("wire")  # noqa: S311  a seed, no secret
    others = [
        (rng.choice(by_source[records[a].group]), rng.choice(by_source[records[b].group]))
        for a, b in pairs
        for _ in range(5)
    ]
    needed = sorted({place for pair in [*pairs, *others] for place in pair})
    row = {place: number for number, place in enumerate(needed)}
    found = judges.score([records[place] for place in needed], given.jobs).points
    out: dict[str, Any] = {"pairs": len(pairs)}
    for name in SCORES:
        value = found[name]
        near = np.array([abs(value[row[a]] - value[row[b]]) for a, b in pairs])
        far = np.array([abs(value[row[a]] - value[row[b]]) for a, b in others])
        outlets = [records[a].group for a, _ in pairs]
        closer = near < far.reshape(len(pairs), 5).mean(axis=1)
        out[name] = {
            "same report": mean(near, outlets),
            "the outlets' other pieces": mean(far, [records[a].group for a, _ in others]),
            "share closer": mean(closer.astype(np.float64), outlets),
        }
    return out


def measured(judges: Judges, given: Options) -> dict[str, Any]:
    """Both parts."""
    records = samples(judges, quick=given.quick)
    found = disturbed(judges, records, given)
    return {
        "goal": GOAL,
        "articles": len(records),
        "changes": found,
        "wire": wire(judges, given),
        "goals met": {
            name: all(item["mean"][score].value < GOAL for score in SCORES)
            for name, item in found.items()
        },
    }


def tell(result: dict[str, Any]) -> None:
    """Show the tables."""
    show("mean move, points", {name: row["mean"] for name, row in result["changes"].items()})
    show("95th percentile", {n: row["95th percentile"] for n, row in result["changes"].items()})
    for name, row in result["changes"].items():
        print(f"  moves, {name}: {row['swing of log-odds by term']['overall']}")
    wired = {name: result["wire"][name] for name in SCORES}
    show(f"wire: {result['wire']['pairs']} pairs", wired, 2)
    print("goals met:", result["goals met"])


def main() -> int:
    """Measure, show, write."""
    given, started = options(__doc__), time.process_time()
    result = measured(Judges.load(given.cache, given.jobs), given)
    tell(result)
    finish("stability", result, given, started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
