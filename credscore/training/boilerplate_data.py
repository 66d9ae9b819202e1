"""Labelled lines of real pages, for training and measuring the boilerplate extractor."""

from __future__ import annotations

import io
import json
import os
import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import numpy as np
import numpy.typing as npt

from credscore.tokenization import Tokenization

__all__ = ["BOILERPLATE", "CONTENT", "PARTIAL", "Page", "data_folder", "line_labels", "pages",
           "partial_copies", "read_rows", "reports"]  # fmt: skip

CONTENT, BOILERPLATE, PARTIAL = 0, 1, 2
_LABELS = {"content": CONTENT, "boilerplate": BOILERPLATE, "partial": PARTIAL}
_COMMON = frozenset({"the", "of", "and", "to", "in", "a", "is", "that", "for"})
_ENGLISH = 0.15  # share of the nine commonest words; pages in other languages stay below 0.03
_LONGEST_TAIL, _LONGEST_HEAD = 25, 6  # lines of furniture in a careless reader's copy


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a plain-text copy: its lines, each line's label, and where each stands
    (``before``, ``inside`` or ``after`` the article).
    """

    site: str
    lines: tuple[str, ...]
    labels: tuple[int, ...]
    places: tuple[str, ...]
    copy: str = "page"

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def part(self, keep: list[int], copy: str) -> Page:
        """Some of its lines."""
        return Page(
            self.site,
            tuple(self.lines[i] for i in keep),
            tuple(self.labels[i] for i in keep),
            tuple(self.places[i] for i in keep),
            copy,
        )


def data_folder() -> Path:
    """``CREDSCORE_DATA``, or the folder beside the checkout."""
    root = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("CREDSCORE_DATA", root.parent / "shared" / "data"))


def read_rows(name: str) -> Iterator[dict[str, Any]]:
    """Objects of a ``.jsonl.zst`` file in the data folder."""
    import zstandard

    with (data_folder() / name).open("rb") as packed:
        unpacked = zstandard.ZstdDecompressor().stream_reader(packed)
        for line in io.TextIOWrapper(unpacked, encoding="utf-8"):
            yield json.loads(line)


def site_of(url: str) -> str:
    """The registered part of a host name, for grouping only."""
    parts = urlparse(url).netloc.lower().split(".")
    short_second = len(parts) > 2 and len(parts[-2]) <= 3
    return ".".join(parts[-3:] if short_second else parts[-2:])


def _english(blocks: list[dict[str, Any]]) -> bool:
    words = " ".join(b["text"] for b in blocks if b["label"] == "content").lower().split()
    return len(words) >= 30 and sum(word in _COMMON for word in words) > _ENGLISH * len(words)


def pages() -> list[Page]:
    """The English pages of the labelled set."""
    found = []
    for row in read_rows("gold/boilerplate_lines.jsonl.zst"):
        blocks = [block for block in row["blocks"] if block["text"].strip()]
        if _english(blocks):
            lines = tuple(" ".join(block["text"].split()) for block in blocks)
            labels = tuple(_LABELS.get(block["label"], PARTIAL) for block in blocks)
            places = tuple(block["pos"] for block in blocks)
            found.append(Page(site_of(row["url"]), lines, labels, places))
    return found


def partial_copies(page: Page, seed: int) -> list[Page]:
    """The article alone, and the article with a little of what stood around it."""
    chance = random.Random(seed)  # noqa: S311  where a copy is cut, nothing secret
    inside = [i for i, place in enumerate(page.places) if place == "inside"]
    if not inside:
        return []
    start = max(0, inside[0] - chance.randint(0, _LONGEST_HEAD))
    end = min(len(page.lines), inside[-1] + 1 + chance.randint(0, _LONGEST_TAIL))
    alone = [i for i, label in enumerate(page.labels) if label != BOILERPLATE]
    return [page.part(alone, "alone"), page.part(list(range(start, end)), "part")]


def reports(each: int = 6) -> list[Page]:
    """Professional reports without page furniture, at most ``each`` a source."""
    import pandas as pd

    table = pd.read_parquet(data_folder() / "modern_reports.parquet")
    table = table.sample(frac=1, random_state=0).groupby("source").head(each)
    found = []
    for source, text in zip(table.source, table.text, strict=True):
        lines = tuple(" ".join(line.split()) for line in text.split("\n") if line.strip())
        if len(lines) >= 8:
            size = len(lines)
            found.append(
                Page(f"report:{source}", lines, (CONTENT,) * size, ("inside",) * size, "report")
            )
    return found


def line_labels(copies: list[Page], tokens: Tokenization) -> npt.NDArray[np.int64]:
    """For each block of the tokenization of ``copies`` the page's line it begins in."""
    starts = tokens.starts[tokens.block_first] - tokens.doc_offset[tokens.block_doc]
    offsets = []
    for page in copies:
        lengths = np.array([len(line) + 1 for line in page.lines])
        offsets.append([0, *np.cumsum(lengths)[:-1].tolist()])
    pairs = zip(tokens.block_doc.tolist(), starts.tolist(), strict=True)
    return np.array([bisect_right(offsets[doc], start) - 1 for doc, start in pairs])
