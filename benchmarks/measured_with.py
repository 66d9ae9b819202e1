"""Which state of the extractors a result was measured with; ``gate.py`` refuses what is older."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credscore.registry import discover

__all__ = ["older", "versions_of"]


def versions_of(*names: str) -> dict[str, int]:
    """The versions of these extractors and of all that run before them."""
    known = {extractor.name: extractor for extractor in discover()}
    found: dict[str, int] = {}
    left = list(names)
    while left:
        extractor = known[left.pop()]
        found[extractor.name] = extractor.version
        left += [name for name in extractor.after if name not in found]
    return dict(sorted(found.items()))


def older(result: Mapping[str, Any]) -> list[str]:
    """What a result says that it was measured with, where that has changed."""
    installed = {extractor.name: extractor.version for extractor in discover()}
    return [
        f"{name} {version}, installed is {installed.get(name)}"
        for name, version in result.get("extractors", {}).items()
        if installed.get(name) != version
    ]
