"""Author names from pages: credscore against trafilatura alone and metadata alone, one run.

    python benchmarks/bylines.py [--part tune|report] [--show N]

Measured on two sets of annotated pages (data README: ``bylines_trafilatura``, hand-annotated, where
``authors: []`` says that the page names none; ``bylines_pages``, grade gold). Rules were tuned on
one half of the sites (``--part tune``); the figures come from the other half. The halves are told
apart by a hash of the site. Intervals: bootstrap over sites, 95 %.

Presence: does the page name an author, yes or no. Exact: of the pages that name one, how many get
exactly the annotated set of names. Both sides are normalised in the same way (case, accents,
"By", splitting at commas and "and").
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CREDSCORE_DATA", ROOT / "../shared/data"))
RESULT = ROOT / "benchmarks/results/bylines.json"
DRAWS = 1_000

System = Callable[[bytes, str | None], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    site: str
    url: str | None
    html: bytes
    authors: tuple[str, ...]
    english: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    site: str
    named: bool
    found: bool
    exact: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("tune", "report"), default="report")
    parser.add_argument("--show", type=int, default=0, help="print this many misses (tune only)")
    args = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"skipped: no data in {DATA}; set CREDSCORE_DATA")
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "part": args.part,
        "versions": {name: version(name) for name in ("credscore", "trafilatura", "lxml")},
        "interval": f"95 %, bootstrap over sites, {DRAWS} draws",
        "sets": {},
    }
    for name in ("bylines_trafilatura", "bylines_pages"):
        pages = [page for page in read_pages(name) if half(page.site) == args.part]
        result["sets"][name] = measured(pages, show=args.show if args.part == "tune" else 0)
    if args.part == "report":
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print_table(result)


def read_pages(name: str) -> list[Page]:
    import zstandard

    packed = (DATA / f"gold/{name}.jsonl.zst").read_bytes()
    lines = zstandard.ZstdDecompressor().stream_reader(packed).read().decode().split("\n")
    rows = [json.loads(line) for line in lines if line.strip()]
    # A row without an author list was not annotated for authors; others' parser output is no gold.
    rows = [r for r in rows if r.get("authors") is not None and r.get("grade", "gold") == "gold"]
    return [_page(row) for row in rows if (DATA / "gold" / row["html"]).is_file()]


def _page(row: dict) -> Page:
    html = gzip.decompress((DATA / "gold" / row["html"]).read_bytes())
    if row["id"].startswith("postlight"):
        html = restored(html)
    host = urlsplit(row["url"] or "").hostname or row["id"]
    declared = re.search(rb"<html[^>]{0,400}?\slang\s*=\s*[\"']?([A-Za-z]{2})", html[:20_000], re.I)
    lang = declared[1].decode().lower() if declared else (row.get("lang_attr") or row.get("lang"))
    english = (lang or "unknown").lower().startswith("en")
    return Page(".".join(host.split(".")[-2:]), row["url"], html, tuple(row["authors"]), english)


def restored(html: bytes) -> bytes:
    """Undo what postlight's saved pages did to every meta tag (``content`` renamed ``value``,
    ``property`` renamed ``name``), for all systems alike; no live page looks like that.
    """

    def meta(match: re.Match[bytes]) -> bytes:
        tag = re.sub(rb"\svalue=", b" content=", match[0])
        return re.sub(rb"\sname=(?=[\"']?(?:og|article|fb):)", b" property=", tag)

    return re.sub(rb"<meta\s[^>]*>", meta, html)


def half(site: str) -> str:
    return ("tune", "report")[hashlib.sha256(site.encode()).digest()[0] % 2]


def credscore_authors(html: bytes, url: str | None) -> tuple[str, ...]:
    from credscore.page.authors import read_authors
    from credscore.page.guard import parse
    from credscore.page.metadata import read_metadata

    page = parse(html)
    metadata = read_metadata(page.tree, url=url)
    return read_authors(page.tree, metadata, url=url, elements=page.elements)


def metadata_authors(html: bytes, url: str | None) -> tuple[str, ...]:
    from credscore.page.authors import metadata_authors as shown_authors
    from credscore.page.guard import parse
    from credscore.page.metadata import read_metadata

    tree = parse(html).tree
    return shown_authors(tree, read_metadata(tree, url=url), url=url)


def trafilatura_authors(html: bytes, url: str | None) -> tuple[str, ...]:
    import trafilatura

    tree = trafilatura.load_html(html)
    found = trafilatura.extract_metadata(tree, default_url=url) if tree is not None else None
    return tuple(found.author.split("; ")) if found and found.author else ()


SYSTEMS: dict[str, System] = {
    "credscore": credscore_authors,
    "metadata alone": metadata_authors,
    "trafilatura alone": trafilatura_authors,
}


def name_set(names: tuple[str, ...]) -> frozenset[str]:
    """The names as a set: split, then letters and digits only, no case, no accents."""
    keys = set()
    for name in names:
        for part in re.split(r"[,;、，|]|\s(?:and|und|et|y|&)\s", name):
            plain = unicodedata.normalize(
                "NFKD", re.sub(r"^\s*(?:by|von)\s+", "", part, flags=re.I)
            )
            keys.add("".join(c for c in plain.casefold() if c.isalnum()))
    return frozenset(keys - {""})


def measured(pages: list[Page], *, show: int) -> dict:
    groups = {
        "all": pages,
        "english": [page for page in pages if page.english],
        "other": [page for page in pages if not page.english],
    }
    figures: dict = {"pages": {}, "systems": {}}
    figures["pages"] = {
        key: {"n": len(group), "with_author": sum(bool(p.authors) for p in group)}
        for key, group in groups.items()
    }
    for name, system in SYSTEMS.items():
        start = time.process_time()
        answers = {id(page): system(page.html, page.url) for page in pages}
        spent = (time.process_time() - start) / max(1, len(pages))
        if show and name == "credscore":
            print_misses(pages, answers, show)
        figures["systems"][name] = {
            key: rates([outcome(page, answers[id(page)]) for page in group])
            for key, group in groups.items()
        } | {"milliseconds_per_page": round(1_000 * spent, 1)}
    return figures


def outcome(page: Page, answer: tuple[str, ...]) -> Outcome:
    return Outcome(
        page.site,
        bool(page.authors),
        bool(answer),
        bool(page.authors) and name_set(page.authors) == name_set(answer),
    )


def rates(outcomes: list[Outcome]) -> dict:
    sites: dict[str, np.ndarray] = {}
    for o in outcomes:
        counts = np.array([o.named, o.found, o.named and o.found, o.exact], dtype=float)
        sites[o.site] = sites.get(o.site, 0) + counts
    table = np.array(list(sites.values())).reshape(-1, 4)
    generator = np.random.default_rng(0)
    draws = generator.multinomial(len(table), np.full(len(table), 1 / len(table)), DRAWS) @ table
    names = ("presence_precision", "presence_recall", "exact")
    points, samples = _rates(table.sum(axis=0)[None]), _rates(draws)
    return {
        name: {
            "value": round(float(points[i][0]), 3),
            "low": round(float(np.nanquantile(samples[i], 0.025)), 3),
            "high": round(float(np.nanquantile(samples[i], 0.975)), 3),
        }
        for i, name in enumerate(names)
    }


def _rates(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    named, found, both, exact = counts.T
    with np.errstate(invalid="ignore"):
        return both / found, both / named, exact / named


def print_misses(pages: list[Page], answers: dict[int, tuple[str, ...]], limit: int) -> None:
    for page in pages:
        answer = answers[id(page)]
        if name_set(answer) != name_set(page.authors) and limit > 0:
            limit -= 1
            print(f"{page.authors!r:.120} <- {answer!r:.120}  {str(page.url)[:80]}")


def print_table(result: dict) -> None:
    for name, figures in result["sets"].items():
        for group, pages in figures["pages"].items():
            print(f"\n{name}, {group}: {pages['n']} pages, {pages['with_author']} with an author")
            for system, values in figures["systems"].items():
                cells = (
                    f"{metric} {v['value']:.3f} ({v['low']:.2f}-{v['high']:.2f})"
                    for metric, v in values[group].items()
                )
                print(f"  {system:18}", "  ".join(cells), f"{values['milliseconds_per_page']} ms")


if __name__ == "__main__":
    main()
