"""Author names from pages: credscore against other readers of pages, in one run.

    python benchmarks/bylines.py [--part tune] [--show N]

Measured on two sets of annotated pages (data README: ``bylines_trafilatura``, hand-annotated, where
``authors: []`` says that the page names none; ``bylines_pages``, grade gold). The scorer's weights
are learned anew for each fold of sites, so that no page is judged by weights that saw its site.
Which numbers it sees was worked out on the misses of one half of the sites ("tune", by a hash of
the site); the other half ("report") was only counted. Both and all are given. Intervals: bootstrap
over sites, 95 %.

News sites of today state their authors in JSON-LD; hardly any page of ``bylines_pages`` does (saved
in 2016 or with its metadata taken out). The group "metadata name a shown author" holds the pages
of either set that come nearest to them.

Presence: does the page name an author, yes or no. Exact: of the pages that name one, how many get
exactly the annotated set of names. All answers are normalised in the same way (case, accents,
"By", splitting at commas and "and").
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from credscore.training.boilerplate_data import data_folder
from credscore.training.page_authors import (
    SETS,
    AuthorPage,
    cross_fitted,
    labelled,
    name_set,
    read_pages,
)

RESULT = Path(__file__).resolve().parent / "results/bylines.json"
DRAWS = 1_000
PACKAGES = ("credscore", "trafilatura", "newspaper4k", "lxml", "numpy", "scipy")

System = Callable[[bytes, str | None], tuple[str, ...]]
Answers = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    site: str
    named: bool
    found: bool
    exact: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("tune", "all"), default="all")
    parser.add_argument("--show", type=int, default=0, help="print this many misses (tune only)")
    parser.add_argument(
        "--own", action="store_true", help="measure credscore; keep the other readers' figures"
    )
    args = parser.parse_args()
    if not data_folder().is_dir():
        raise SystemExit(f"skipped: no data in {data_folder()}; set CREDSCORE_DATA")
    pages = [page for name in SETS for page in read_pages(name)]
    answers, spent = answered(pages, OWN if args.own else tuple(SYSTEMS))
    if args.show:
        print_misses(pages, answers["credscore"], args.show)
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": versions(),
        "interval": f"95 %, bootstrap over sites, {DRAWS} draws",
        "milliseconds_per_page": spent,
        "sets": {
            name: {
                group: figures(pages, answers, chosen)
                for group, chosen in groups(pages, name, answers["metadata alone"]).items()
                if args.part == "all" or group == "tune"
            }
            for name in SETS
        },
    }
    if args.own:
        keep_others(result, json.loads(RESULT.read_text()))
    if args.part == "all":
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print_table(result)


def keep_others(result: dict, before: dict) -> None:
    """Copy the figures of readers that were not measured again."""
    result["milliseconds_per_page"] |= {
        name: spent
        for name, spent in before["milliseconds_per_page"].items()
        if name not in result["milliseconds_per_page"]
    }
    for name, sets in result["sets"].items():
        for group, values in sets.items():
            old = before["sets"][name].get(group, {"systems": {}})["systems"]
            values["systems"] |= {k: v for k, v in old.items() if k not in values["systems"]}


def versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def groups(pages: list[AuthorPage], name: str, stated: Answers) -> dict[str, list[int]]:
    mine = [i for i, page in enumerate(pages) if page.collection == name]
    return {
        "all": mine,
        "report": [i for i in mine if half(pages[i].site) == "report"],
        "tune": [i for i in mine if half(pages[i].site) == "tune"],
        "english": [i for i in mine if pages[i].english],
        "other languages": [i for i in mine if not pages[i].english],
        "metadata name a shown author": [i for i in mine if stated[i]],
    }


def answered(
    pages: list[AuthorPage], systems: tuple[str, ...]
) -> tuple[dict[str, Answers], dict[str, float]]:
    """Each system's answer to each page, and its processor time a page in milliseconds."""
    start = time.process_time()
    candidates = [labelled(page) for page in pages]
    spent = {"credscore": round(1_000 * (time.process_time() - start) / len(pages), 1)}
    answers: dict[str, Answers] = {"credscore": cross_fitted(candidates)}
    for name in systems:
        system = SYSTEMS[name]
        if find_spec(MODULES.get(name, "credscore")) is None:
            print(f"{name}: not installed, left out")
            continue
        start = time.process_time()
        answers[name] = [system(page.html, page.url) for page in pages]
        spent[name] = round(1_000 * (time.process_time() - start) / len(pages), 1)
    return answers, spent


def half(site: str) -> str:
    return ("tune", "report")[hashlib.sha256(site.encode()).digest()[0] % 2]


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


def newspaper_authors(html: bytes, url: str | None) -> tuple[str, ...]:
    from newspaper import Article
    from newspaper.exceptions import ArticleException

    from credscore.page.guard import decode

    article = Article(url or "https://page.example/", fetch_images=False)
    try:
        article.download(input_html=decode(html))
        article.parse()
    except (ArticleException, ValueError, TypeError, AttributeError, LookupError, ImportError):
        return ()  # an ImportError: some languages need a tokenizer of their own
    return tuple(article.authors)


MODULES = {"trafilatura": "trafilatura", "newspaper4k": "newspaper"}
OWN = ("metadata alone",)
SYSTEMS: dict[str, System] = {
    "metadata alone": metadata_authors,
    "trafilatura": trafilatura_authors,
    "newspaper4k": newspaper_authors,
}


def figures(pages: list[AuthorPage], answers: dict[str, Answers], chosen: list[int]) -> dict:
    return {
        "pages": len(chosen),
        "with_author": sum(bool(pages[i].authors) for i in chosen),
        "systems": {
            name: rates([outcome(pages[i], given[i]) for i in chosen])
            for name, given in answers.items()
        },
    }


def outcome(page: AuthorPage, answer: tuple[str, ...]) -> Outcome:
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


def print_misses(pages: list[AuthorPage], answers: Answers, limit: int) -> None:
    """Misses of the half that may be looked at."""
    for page, answer in zip(pages, answers, strict=True):
        wrong = name_set(answer) != name_set(page.authors)
        if wrong and limit > 0 and half(page.site) == "tune":
            limit -= 1
            print(f"{page.authors!r:.120} <- {answer!r:.120}  {str(page.url)[:80]}")


def print_table(result: dict) -> None:
    print(result["versions"], "; milliseconds a page:", result["milliseconds_per_page"])
    for name, sets in result["sets"].items():
        for group, values in sets.items():
            print(f"\n{name}, {group}: {values['pages']} pages, {values['with_author']} signed")
            for system, row in values["systems"].items():
                cells = (
                    f"{metric} {v['value']:.3f} ({v['low']:.2f}-{v['high']:.2f})"
                    for metric, v in row.items()
                )
                print(f"  {system:16}", "  ".join(cells))


if __name__ == "__main__":
    main()
