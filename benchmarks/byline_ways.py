"""Ways tried for the authors of pages: settings of the scorer, and what it may look at.

    python benchmarks/byline_ways.py

Every way is fitted anew for each fold of sites and judged on sites it did not see (see
``bylines.py``). Given for each half of the sites: "tune", whose misses were read, and "report".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bylines import half, outcome, rates

from credscore.page.candidates import FEATURES, STATED_KINDS, Candidate
from credscore.training import page_authors
from credscore.training.boilerplate_data import data_folder
from credscore.training.page_authors import (
    SETS,
    AuthorPage,
    LabelledPage,
    cross_fitted,
    labelled,
    read_pages,
)

RESULT = Path(__file__).resolve().parent / "results/byline_ways.json"
_STATED = frozenset(f"kind_{kind}" for kind in STATED_KINDS)


def main() -> None:
    if not data_folder().is_dir():
        raise SystemExit(f"skipped: no data in {data_folder()}; set CREDSCORE_DATA")
    pages = [page for name in SETS for page in read_pages(name)]
    measured = [labelled(page) for page in pages]
    shipped = page_authors.THRESHOLD, page_authors.VARIANCE
    ways = {}
    for threshold in (0.5, 0.6, 0.7, 0.8):
        page_authors.THRESHOLD = threshold
        ways[f"threshold {threshold}"] = figures(pages, cross_fitted(measured))
    page_authors.THRESHOLD = shipped[0]
    for variance in (0.1, 1.0):
        page_authors.VARIANCE = variance
        ways[f"variance of the weights {variance}"] = figures(pages, cross_fitted(measured))
    page_authors.VARIANCE = shipped[1]
    for name, left_out in LEFT_OUT.items():
        ways[name] = figures(pages, cross_fitted(without(measured, left_out)))
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "pages": len(pages),
        "shipped": {"threshold": shipped[0], "variance": shipped[1]},
        "ways": ways,
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    for name, row in ways.items():
        print(f"{name:32}", row)


_PLACES = ("from_", "below_", "above_", "seen_", "between", "date_near")
_SHAPE = frozenset("words person organisation generic company upper lower one_word".split())
LEFT_OUT: dict[str, Callable[[str], bool]] = {
    "without metadata": lambda name: name in _STATED or "stated" in name,
    "without trafilatura": lambda name: name.endswith("_extracted"),
    "without where names stand": lambda name: name.startswith(_PLACES),
    "without the shape of names": lambda name: name in _SHAPE,
    "without the rest of the page": lambda name: name.startswith("page_"),
}


def without(pages: Sequence[LabelledPage], left_out: Callable[[str], bool]) -> list[LabelledPage]:
    """The pages with some numbers of their candidates set to 0."""
    kept = [not left_out(name) for name in FEATURES]

    def bare(candidate: Candidate) -> Candidate:
        numbers = (n if keep else 0.0 for n, keep in zip(candidate.numbers, kept, strict=True))
        return Candidate(candidate.names, tuple(numbers))

    return [
        LabelledPage(page.site, tuple(map(bare, page.candidates)), page.right, page.named)
        for page in pages
    ]


def figures(pages: list[AuthorPage], answers: list[tuple[str, ...]]) -> dict[str, list[float]]:
    """Presence precision, presence recall and exact names by set and half."""
    found = {}
    for name in SETS:
        for part in ("tune", "report"):
            chosen = [
                outcome(page, answer)
                for page, answer in zip(pages, answers, strict=True)
                if page.collection == name and half(page.site) == part
            ]
            found[f"{name}, {part}"] = [row["value"] for row in rates(chosen).values()]
    return found


if __name__ == "__main__":
    main()
