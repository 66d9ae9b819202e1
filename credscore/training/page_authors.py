"""Learns the weights by which a page's author is chosen, and writes ``author_weights.json``.

    python -m credscore.training.page_authors

Pages of the hand-annotated set and of news sites whose authors are annotated (data README:
``bylines_trafilatura``, ``bylines_pages`` of grade gold). One softmax regression a page, over its
candidates and "nobody": the annotated names should win, nobody where the page names none, and
anybody where the annotated names are not among the candidates. Weights are drawn towards zero on
standardised numbers. (Boosted trees over single candidates, and a logistic regression over single
candidates, were no better on unseen sites: see the byline extractor's README.) Which names stand
for which page is compared by letters and digits alone.

``cross_fitted`` gives each page the choice of weights that saw no page of its site.
"""

from __future__ import annotations

import datetime
import gzip
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from credscore.page.authors import author_candidates, choose_authors
from credscore.page.candidates import FEATURES, Candidate
from credscore.page.guard import parse
from credscore.page.metadata import read_metadata
from credscore.page.scorer import FORMAT_VERSION, PATH, AuthorWeights, weights_from
from credscore.training.boilerplate_data import data_folder, read_rows

__all__ = [
    "AuthorPage",
    "LabelledPage",
    "cross_fitted",
    "fit",
    "labelled",
    "name_set",
    "read_pages",
]

FloatArray = npt.NDArray[np.float64]

SETS = ("bylines_trafilatura", "bylines_pages")
VARIANCE = 0.3  # of the prior of a weight; .01 to 1 differ by less than a point, by sites
THRESHOLD = 0.65  # better none than a wrong one; .6 to .7 differ by two points of recall
FOLDS = 10


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """A page and who wrote it; ``authors`` is empty where it names nobody."""

    collection: str
    site: str
    url: str | None
    html: bytes
    authors: tuple[str, ...]
    english: bool


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page's candidates, and which of them are its authors. ``named``: has it authors at all."""

    site: str
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]
    named: bool


def read_pages(name: str) -> list[AuthorPage]:
    """Pages of one collection that were annotated for authors."""
    # A row without an author list was not annotated; others' parser output is no gold.
    return [
        _page(name, row)
        for row in read_rows(f"gold/{name}.jsonl.zst")
        if row.get("authors") is not None
        and row.get("grade", "gold") == "gold"
        and (data_folder() / "gold" / row["html"]).is_file()
    ]


def _page(name: str, row: dict[str, Any]) -> AuthorPage:
    html = gzip.decompress((data_folder() / "gold" / row["html"]).read_bytes())
    if row["id"].startswith("postlight"):
        html = _restored(html)
    host = urlsplit(row["url"] or "").hostname or row["id"]
    declared = re.search(rb"<html[^>]{0,400}?\slang\s*=\s*[\"']?([A-Za-z]{2})", html[:20_000], re.I)
    lang = declared[1].decode().lower() if declared else (row.get("lang_attr") or row.get("lang"))
    english = (lang or "unknown").lower().startswith("en")
    site = ".".join(host.split(".")[-2:])
    return AuthorPage(name, site, row["url"], html, tuple(row["authors"]), english)


def _restored(html: bytes) -> bytes:
    """Undo what postlight's saved pages did to every meta tag (``content`` renamed ``value``,
    ``property`` renamed ``name``), for all systems alike; no live page looks like that.
    """

    def meta(match: re.Match[bytes]) -> bytes:
        tag = re.sub(rb"\svalue=", b" content=", match[0])
        return re.sub(rb"\sname=(?=[\"']?(?:og|article|fb):)", b" property=", tag)

    return re.sub(rb"<meta\s[^>]*>", meta, html)


def name_set(names: Sequence[str]) -> frozenset[str]:
    """The names as a set: split, then letters and digits only, no case, no accents."""
    keys = set()
    for name in names:
        for part in re.split(r"[,;、，|]|\s(?:and|und|et|y|&)\s", name):
            bare = re.sub(r"^\s*(?:by|von)\s+", "", part, flags=re.IGNORECASE)
            plain = unicodedata.normalize("NFKD", bare)
            keys.add("".join(c for c in plain.casefold() if c.isalnum()))
    return frozenset(keys - {""})


def labelled(page: AuthorPage) -> LabelledPage:
    """Read a page's candidates and compare them with its annotation."""
    tree = parse(page.html).tree
    metadata = read_metadata(tree, url=page.url)
    candidates = tuple(author_candidates(tree, metadata, url=page.url))
    gold = name_set(page.authors)
    right = tuple(bool(gold) and name_set(c.names) == gold for c in candidates)
    return LabelledPage(page.site, candidates, right, bool(page.authors))


def fit(pages: Sequence[LabelledPage]) -> AuthorWeights:
    """Fit the weights by maximum likelihood with a normal prior."""
    from scipy.optimize import minimize

    pages = [page for page in pages if page.candidates]
    numbers = np.array([c.numbers for page in pages for c in page.candidates])
    mean, spread = numbers.mean(axis=0), numbers.std(axis=0)
    spread[spread < 1e-9] = np.inf  # a number that never changes has no weight
    problem = _Problem(pages, (numbers - mean) / spread)
    found = minimize(
        problem.loss, np.zeros(len(mean) + 1), jac=True, method="L-BFGS-B",
        options={"maxiter": 400},
    )  # fmt: skip
    weights = found.x[:-1] / spread
    intercept = float(found.x[-1] - weights @ mean)
    return AuthorWeights(tuple(weights.tolist()), intercept, THRESHOLD)


class _Problem:
    """The likelihood of the annotations, and its gradient."""

    def __init__(self, pages: Sequence[LabelledPage], numbers: FloatArray) -> None:
        self.numbers = numbers
        self.page = np.repeat(np.arange(len(pages)), [len(page.candidates) for page in pages])
        self.right = np.array([flag for page in pages for flag in page.right], dtype=np.bool_)
        named = np.array([page.named for page in pages])
        among = np.bincount(self.page, weights=self.right, minlength=len(pages)) > 0
        self.known, self.nobody, self.missed = named & among, ~named, named & ~among

    def loss(self, weights: FloatArray) -> tuple[float, FloatArray]:
        scores = self.numbers @ weights[:-1] + weights[-1]
        n_pages, page = len(self.nobody), self.page
        highest = np.zeros(n_pages)
        np.maximum.at(highest, page, scores)
        exponent = np.exp(scores - highest[page])
        total = np.exp(-highest) + np.bincount(page, weights=exponent, minlength=n_pages)
        share, nobody = exponent / total[page], np.exp(-highest) / total
        gold = np.bincount(page, weights=share * self.right, minlength=n_pages) + _TINY
        somebody = 1 - nobody + _TINY
        value = -np.log(gold[self.known]).sum() - np.log(nobody[self.nobody] + _TINY).sum()
        value -= np.log(somebody[self.missed]).sum()
        slope = np.where(self.known[page], share - self.right * share / gold[page], share)
        missed = self.missed[page]
        slope[missed] = (-share * nobody[page] / somebody[page])[missed]
        penalty = weights[:-1] / VARIANCE
        gradient = np.append(self.numbers.T @ slope + penalty, slope.sum())
        return float(value + 0.5 * (weights[:-1] @ penalty)), gradient


_TINY = 1e-12


def cross_fitted(pages: Sequence[LabelledPage]) -> list[tuple[str, ...]]:
    """Each page's authors by weights of other sites."""
    from sklearn.model_selection import GroupKFold

    chosen: list[tuple[str, ...]] = [()] * len(pages)
    groups = [page.site for page in pages]
    for train, test in GroupKFold(FOLDS).split(np.zeros(len(pages)), groups=groups):
        weights = fit([pages[i] for i in train])
        for i in test:
            chosen[int(i)] = choose_authors(list(pages[i].candidates), weights)
    return chosen


def contents(weights: AuthorWeights, n_pages: int) -> dict[str, Any]:
    """The file's contents."""
    return {
        "format": FORMAT_VERSION,
        "changed": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "source": f"credscore.training.page_authors, {n_pages} annotated pages",
        "intercept": round(weights.intercept, 4),
        "threshold": weights.threshold,
        "weights": {
            name: round(weight, 4) for name, weight in zip(FEATURES, weights.weights, strict=True)
        },
    }


def main() -> None:
    if not data_folder().is_dir():
        raise SystemExit(f"skipped: no data in {data_folder()}; set CREDSCORE_DATA")
    pages = [labelled(page) for name in SETS for page in read_pages(name)]
    shipped = contents(fit(pages), len(pages))
    weights_from(shipped, str(PATH))
    PATH.write_text(json.dumps(shipped, indent=1) + "\n", "utf-8")
    print(f"{PATH}: {len(pages)} pages, {sum(len(p.candidates) for p in pages)} candidates")


if __name__ == "__main__":
    main()
