"""Says which family a wording pattern belongs to: words for who said what, joining words, marks.

The families only share out a score's wording among reasons that a reader can follow
(``families.toml``); which patterns weigh, and how much, is learned.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

__all__ = ["family_of", "labels"]

_REST = {"common": "other common words", "building": "ways of building sentences"}
_TITLE = "T:"
_LEAST_COMMON = 4  # letters: shorter kept words build sentences


@cache
def _families() -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).with_name("families.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _rank_of() -> Mapping[str, int]:
    """Symbol -> place of its family in the file; the first family that names it."""
    ranks: dict[str, int] = {}
    for rank, family in enumerate(_families().values()):
        for symbol in family["members"].split():
            ranks.setdefault(symbol, rank)
    return ranks


def labels() -> Mapping[str, str]:
    """Family -> what it is called in a sentence, a plural, in order of precedence."""
    return {name: family["label"] for name, family in _families().items()} | _REST


def family_of(pattern: str) -> str:
    """The family of a pattern: symbols separated by single spaces.

    >>> family_of("N said ,"), family_of("T:said"), family_of(", and the")
    ('saying', 'headline', 'building')
    """
    symbols = pattern.split(" ")
    if any(symbol.startswith(_TITLE) for symbol in symbols):
        return next(iter(_families()))
    ranks = _rank_of()
    found = [ranks[symbol] for symbol in symbols if symbol in ranks]
    if found:
        return list(_families())[min(found)]
    common = any(symbol.isalpha() and len(symbol) >= _LEAST_COMMON for symbol in symbols)
    return "common" if common else "building"
