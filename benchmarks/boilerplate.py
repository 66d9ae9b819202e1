"""Page furniture in plain-text copies of pages: credscore against a phrase list and line shape.

    python benchmarks/boilerplate.py [--show N]

Pages of the scrapinghub article extraction benchmark, joined line by line, English ones (by their
words). The line weights are learned anew for each fold of sites, and their threshold is chosen
inside the other folds, so that no page is judged by weights that saw its site. Lines of three words
or more; "content" lines are the article's own. Intervals: bootstrap over sites, 95 %.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from measured_with import versions_of
from sklearn.model_selection import GroupKFold

from credscore.document import Document
from credscore.extractors.boilerplate.extractor import EXTRACTOR, find
from credscore.extractors.boilerplate.weights import weights_from
from credscore.registry import make_batch
from credscore.training.boilerplate import SHORTEST, copies_of, learn
from credscore.training.boilerplate_data import (
    BOILERPLATE,
    CONTENT,
    Page,
    data_folder,
    line_labels,
    pages,
    reports,
)

RESULT = Path(__file__).resolve().parent / "results/boilerplate.json"
FOLDS = 5
DRAWS = 1_000
EACH, MOST = 12, 260  # articles a site, articles a kind
# The phrases that a first attempt at a filter holds.
PHRASES = (
    "read more", "min read", "you may also like", "share this", "subscribe", "newsletter",
    "sign up", "log in", "all rights reserved", "privacy policy", "terms of", "cookies",
    "advertisement", "related articles", "leave a comment", "follow us", "click here",
    "copyright", "most popular", "skip to",
)  # fmt: skip

BoolArray = npt.NDArray[np.bool_]
Flagger = Callable[[Page], BoolArray]


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines of one page: the article's own, flagged among them; furniture inside or after, and
    found among it; furniture before, and found among it."""

    site: str
    content: int
    wrong: int
    around: int
    found: int
    before: int
    found_before: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0, help="print this many lines flagged wrongly")
    args = parser.parse_args()
    if not data_folder().is_dir():
        raise SystemExit(f"skipped: no data in {data_folder()}; set CREDSCORE_DATA")
    found = pages()
    systems = {
        "credscore, weights of other sites": learned_flags(found),
        "20 phrases": [by_phrases(page) for page in found],
        "no closing mark and under 10 words": [by_shape(page) for page in found],
    }
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("credscore", "scikit-learn", "numpy")},
        "extractors": versions_of("boilerplate"),
        "pages": len(found),
        "sites": len({page.site for page in found}),
        "interval": f"95 %, bootstrap over sites, {DRAWS} draws",
        "systems": {
            name: summary([counted(page, flag) for page, flag in zip(found, flags, strict=True)])
            for name, flags in systems.items()
        },
        "professional reports": on_reports(),
        "passages per 100 words": rates(),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print_table(result)
    show(found, systems["credscore, weights of other sites"], args.show)


def learned_flags(found: list[Page]) -> list[BoolArray]:
    """Flags of each page's lines by weights that saw no page of its site."""
    groups = [page.site for page in found]
    flags: dict[int, BoolArray] = {}
    clean = reports()
    for train, test in GroupKFold(FOLDS).split(found, groups=groups):
        contents, _ = learn([*copies_of([found[i] for i in train]), *clean])
        weights = weights_from(contents, "benchmark")
        for i in test:
            flags[int(i)] = flagged(found[i], weights)
    return [flags[i] for i in range(len(found))]


def flagged(page: Page, weights: object) -> BoolArray:
    """Which of a page's lines hold no token of the article's body."""
    batch = make_batch([Document(page.text)])
    body = find(batch.tokens, batch.tokens.quoted, weights).body
    kept = batch.tokens.per_block(body) > 0
    line = line_labels([page], batch.tokens)
    flags = np.ones(len(page.lines), dtype=np.bool_)
    starts = np.append(line, len(page.lines))
    for row, keep in enumerate(kept.tolist()):
        flags[starts[row] : starts[row + 1]] = not keep
    return flags


def by_phrases(page: Page) -> BoolArray:
    return np.array([any(p in line.lower() for p in PHRASES) for line in page.lines])


def by_shape(page: Page) -> BoolArray:
    return np.array([len(x.split()) < 10 and x[-1] not in ".!?\"”'’" for x in page.lines])


def counted(page: Page, flags: BoolArray) -> Counts:
    long = np.array([len(line.split()) >= SHORTEST for line in page.lines])
    label, place = np.array(page.labels), np.array(page.places)
    content = long & (label == CONTENT)
    furniture = long & (label == BOILERPLATE)
    around, before = furniture & (place != "before"), furniture & (place == "before")
    columns = content, content & flags, around, around & flags, before, before & flags
    return Counts(page.site, *(int(column.sum()) for column in columns))


def summary(counts: list[Counts]) -> dict[str, list[float]]:
    """Each share with its interval: value, low, high."""
    sites = sorted({count.site for count in counts})
    rows = np.array(
        [[c.content, c.wrong, c.around, c.found, c.before, c.found_before] for c in counts]
    )
    owner = np.array([sites.index(count.site) for count in counts])
    table = np.zeros((len(sites), rows.shape[1]))
    np.add.at(table, owner, rows)
    draws = np.random.default_rng(0).integers(0, len(sites), (DRAWS, len(sites)))
    sums = table[draws].sum(axis=1)
    total = table.sum(axis=0)
    names = {"content flagged": (1, 0), "furniture inside and after found": (3, 2),
             "furniture before found": (5, 4)}  # fmt: skip
    return {
        name: [
            round(float(total[top] / total[bottom]), 4),
            *np.round(np.quantile(sums[:, top] / sums[:, bottom], [0.025, 0.975]), 4).tolist(),
        ]
        for name, (top, bottom) in names.items()
    }


def on_reports() -> dict[str, float]:
    """Lines of clean reports by the shipped weights, which saw other articles of these outlets."""
    seen = {page.text for page in reports()}
    fresh = [page for page in reports(each=12) if page.text not in seen]
    from credscore.extractors.boilerplate.weights import read_weights

    weights = read_weights()
    lines = flags = 0
    for page in fresh:
        long = np.array([len(line.split()) >= SHORTEST for line in page.lines])
        lines += int(long.sum())
        flags += int((flagged(page, weights) & long).sum())
    return {"articles": len(fresh), "lines": lines, "lines flagged": round(flags / lines, 4)}


def rates() -> dict[str, dict[str, float]]:
    """Mean rates of each kind of passage by kind of text, at most EACH articles a site."""
    table = pd.read_parquet(data_folder() / "quality_articles.parquet")
    modern = pd.read_parquet(data_folder() / "modern_reports.parquet")
    table = pd.concat(
        [table, modern.rename(columns={"source": "site"}).assign(kind="modern report")]
    )
    table = table.sample(frac=1, random_state=0).groupby(["kind", "site"]).head(EACH)
    found: dict[str, dict[str, float]] = {}
    for kind, group in table.groupby("kind"):
        texts = group.text.tolist()[:MOST]
        batch = make_batch([Document(text) for text in texts])
        values = EXTRACTOR.extract(batch).values
        found[str(kind)] = {"articles": len(texts)} | {
            name: round(float(np.nanmean(values[f"boilerplate.{name}_per_100_words"])), 4)
            for name in ("engagement", "promotion", "template")
        }
    return found


def print_table(result: dict) -> None:
    print(f"{result['pages']} pages of {result['sites']} sites; {result['interval']}")
    for name, figures in result["systems"].items():
        print(name)
        for figure, (value, low, high) in figures.items():
            print(f"  {figure:34s} {100 * value:5.1f} % ({100 * low:.1f} to {100 * high:.1f})")
    print("professional reports", result["professional reports"])
    for kind, figures in result["passages per 100 words"].items():
        print(f"  {kind:14s}", figures)


def show(found: list[Page], flags: list[BoolArray], count: int) -> None:
    wrong = [
        (page.site, line)
        for page, flag in zip(found, flags, strict=True)
        for line, bad, label in zip(page.lines, flag, page.labels, strict=True)
        if bad and label == CONTENT and len(line.split()) >= SHORTEST
    ]
    for site, line in wrong[:count]:
        print(f"  {site:24s} {line[:110]}")


if __name__ == "__main__":
    main()
