"""Author names in whole pages copied as plain text, and person-or-not on real byline strings.

    python benchmarks/byline_text.py [--part tune|report]

Pages: annotated pages that name authors or say that there are none (``bylines_trafilatura``, and
``bylines_pages`` of grade gold), turned into plain text line by line with navigation, teasers and
all. A gold name counts where it stands in that text. English pages (by their words) and others
apart. Rules were written on the half of the sites called ``tune``; the figures are of the other.

Strings: typed by one reader; some types are plainly wrong (companies and screen names typed as
persons). They are put right in ``labels/byline_string_types.jsonl`` by the hash of the string,
whether we got them right or not, and both figures are given. Half of the strings (by hash) were
looked at while writing the rules.

Baseline: every line that begins with "By", all of it after the "By", split at commas and "and".
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from lxml import etree
from lxml import html as lxml_html
from measured_with import versions_of

from credscore.document import Document
from credscore.extractors.byline import EXTRACTOR
from credscore.extractors.byline.names import split_names
from credscore.page.guard import decode
from credscore.registry import annotate_batch
from credscore.training.boilerplate_data import data_folder, read_rows

RESULT = Path(__file__).resolve().parent / "results/byline_text.json"
DRAWS = 1_000
_DROPPED = {
    "script",
    "style",
    "noscript",
    "head",
    "template",
    "svg",
    "iframe",
    "select",
    "textarea",
}
_BLOCKS = {
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "section", "article",
    "header", "footer", "nav", "aside", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "figure",
    "figcaption", "table", "form", "br", "hr", "main", "address", "option",
}  # fmt: skip
_COMMON = {"the", "of", "and", "to", "in", "a", "is", "that", "for"}
# Types put right by review; the id is the first ten digits of the string's SHA-256.
LABELS = Path(__file__).resolve().parent / "labels/byline_string_types.jsonl"


@dataclass(frozen=True, slots=True)
class Page:
    site: str
    text: str
    names: frozenset[str]
    english: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("tune", "report"), default="report")
    args = parser.parse_args()
    if not data_folder().is_dir():
        raise SystemExit(f"skipped: no data in {data_folder()}; set CREDSCORE_DATA")
    pages = [page for page in read_pages() if half(page.site) == args.part and page.text]
    result: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "part": args.part,
        "versions": {"credscore": version("credscore")},
        "extractors": versions_of("byline"),
        "interval": f"95 %, bootstrap over sites, {DRAWS} draws",
        "pages": {},
        "strings": strings(args.part),
    }
    for group, english in (("English", True), ("other languages", False)):
        chosen = [page for page in pages if page.english == english]
        result["pages"][group] = {
            "n": len(chosen),
            "sites": len({page.site for page in chosen}),
            "credscore": measured(chosen, found_names),
            "lines that begin with By": measured(chosen, by_lines),
        }
    if args.part == "report":
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


def half(key: str) -> str:
    return "tune" if int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2 == 0 else "report"


def read_pages() -> Iterator[Page]:
    for row in read_rows("gold/bylines_trafilatura.jsonl.zst"):
        if row.get("has_meta") and row.get("authors") is not None:
            yield page_of(row)
    for row in read_rows("gold/bylines_pages.jsonl.zst"):
        if row["grade"] == "gold" and row["authors"] is not None:
            yield page_of(row)


def page_of(row: dict[str, Any]) -> Page:
    with gzip.open(data_folder() / "gold" / row["html"]) as packed:
        text = plain_text(packed.read())
    words = text.lower().split()
    spoken = normal(text)
    names = {normal(name.name) for entry in row["authors"] for name in split_names(entry)
             if name.kind in ("person", "handle")}  # fmt: skip
    return Page(
        site=urlsplit(row["url"] or "").netloc,
        text=text,
        names=frozenset(name for name in names if name in spoken),
        english=sum(word in _COMMON for word in words) > 0.12 * len(words),
    )


def plain_text(raw: bytes) -> str:
    """A page's text, a line for each block, as a browser copies it."""
    try:
        # Decoded as a browser does it: lxml by itself reads UTF-8 without a declaration as Latin-1.
        parser = lxml_html.HTMLParser(encoding="utf-8")
        tree = lxml_html.fromstring(decode(raw).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return ""
    parts: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        dropped = not isinstance(element.tag, str) or element.tag in _DROPPED
        inside = any(a.tag in _DROPPED for a in element.iterancestors())
        block = element.tag in _BLOCKS
        if event == "start" and not dropped and not inside:
            parts += ["\n"] * block + [(element.text or "").replace("\n", " ")]
        if event != "start" and not inside:
            parts += ["\n"] * block + [(element.tail or "").replace("\n", " ")]
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def normal(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    letters = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return " ".join(re.sub(r"[^\w ]", " ", letters).split())


def found_names(text: str) -> set[str]:
    items = EXTRACTOR.annotate(annotate_batch([Document(text)]), "bylines", 0)
    return {normal(item.name) for item in items if item.kind in ("person", "handle")}


def by_lines(text: str) -> set[str]:
    lines = re.findall(r"^by:? (.+)$", text, re.IGNORECASE | re.MULTILINE)
    parts = (part for line in lines for part in re.split(r",| and ", line))
    return {name for part in parts if (name := normal(part))}


def measured(pages: list[Page], reader: Callable[[str], set[str]]) -> dict[str, list[float]]:
    """Precision and recall of names with their intervals: value, low, high."""
    sites = sorted({page.site for page in pages})
    table = np.zeros((len(sites), 3))
    for page in pages:
        found = reader(page.text)
        table[sites.index(page.site)] += [len(found & page.names), len(found), len(page.names)]
    draws = np.random.default_rng(0).integers(0, len(sites), (DRAWS, len(sites)))
    sums, total = table[draws].sum(axis=1), table.sum(axis=0)

    def share(bottom: int) -> list[float]:
        spread = np.quantile(sums[:, 0] / np.maximum(sums[:, bottom], 1), [0.025, 0.975])
        value = total[0] / max(total[bottom], 1)
        return [round(float(v), 3) for v in (value, *spread)]

    return {"precision": share(1), "recall": share(2)}


def strings(part: str) -> dict[str, float]:
    rows = [
        row for row in read_rows("gold/byline_strings.jsonl.zst") if half(row["byline"]) == part
    ]
    review = {row["id"]: row["type"] for row in map(json.loads, LABELS.open(encoding="utf-8"))}
    right = reviewed = 0
    for row in rows:
        text = row["byline"]
        person = any(name.kind == "person" for name in split_names(text))
        reread = review.get(hashlib.sha256(text.encode()).hexdigest()[:10], row["type"])
        right += person == (row["type"] == "person")
        reviewed += person == (reread == "person")
    share = sum(row["type"] == "person" for row in rows) / len(rows)
    return {
        "n": len(rows),
        "as typed": round(right / len(rows), 3),
        "after review": round(reviewed / len(rows), 3),
        "always person (baseline, as typed)": round(share, 3),
    }


if __name__ == "__main__":
    main()
