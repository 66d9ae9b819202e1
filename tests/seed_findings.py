"""Read the demonstration articles and what is expected in them (format: seeds/README.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
NAMES = sorted(path.stem for path in (SEEDS / "articles").glob("*.txt"))

Item = dict[str, Any]


class LocationError(AssertionError):
    """A findings file names words that do not stand where it says."""


def read_article(name: str) -> str:
    """Bytes first, so that line ends stay as they are in the file."""
    return (SEEDS / "articles" / f"{name}.txt").read_bytes().decode("utf-8")


def read_findings(name: str) -> Item:
    return tomllib.loads((SEEDS / "expected" / f"{name}.toml").read_text(encoding="utf-8"))


def items(findings: Item, *tables: str) -> Iterator[tuple[str, Item]]:
    """Each finding of the named tables, or of all, with the name of its table."""
    for table in tables or findings:
        if table != "genre":
            for item in findings.get(table, ()):
                yield table, item


def accepted(kind: str | list[str]) -> set[str]:
    """The kinds that count as right."""
    return {kind} if isinstance(kind, str) else set(kind)


def locate(text: str, item: Item, words: str) -> tuple[int, int]:
    """Start and end of ``words`` in the article, in code points, end exclusive.

    Raises:
        LocationError: they do not stand there, or more than once with nothing to tell which.
    """
    if "within" in item:
        passage = item["within"]
        if text.count(passage) != 1:
            raise LocationError(f"stands {text.count(passage)} times: {passage!r}")
        spans = _whole_words(passage, words)
        offset = text.index(passage)
        wanted = 1
    else:
        spans = _whole_words(text, words)
        offset = 0
        if len(spans) > 1 and "occurrence" not in item:
            raise LocationError(f"stands {len(spans)} times, say which: {words!r}")
        wanted = item.get("occurrence", 1)
    if len(spans) < wanted:
        raise LocationError(f"stands {len(spans)} times, not {wanted}: {words!r}")
    start, end = spans[wanted - 1]
    return offset + start, offset + end


def _whole_words(text: str, words: str) -> list[tuple[int, int]]:
    """Where ``words`` stand and are no part of a longer word ("he" is not in "the")."""
    before = r"(?<!\w)" if words[:1].isalnum() else ""
    after = r"(?!\w)" if words[-1:].isalnum() else ""
    return [found.span() for found in re.finditer(before + re.escape(words) + after, text)]
