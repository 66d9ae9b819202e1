"""What is compared between articles: a passage with its value and the words around it."""

from __future__ import annotations

from dataclasses import dataclass

from credscore.corroboration.values import Value

__all__ = ["Item"]


@dataclass(frozen=True, slots=True)
class Item:
    """A specific with its value and the words around it.

    Attributes:
        words: bucket of a context word -> its weight by nearness.
        by_the_way: a count that matters only where another article has it too.
    """

    article: int
    start: int
    end: int
    kind: str
    traceable: bool
    why: str
    value: Value
    words: dict[int, float]
    by_the_way: bool = False
