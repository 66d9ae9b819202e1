"""Names that readers see for the extractors whose findings a score adds up."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Family", "family_of"]

_LABELS = {
    "attribution": "Who says so",
    "boilerplate": "Template and page text",
    "byline": "Who wrote it",
    "hedging": "Doubt and certainty",
    "readability": "Sentences and words",
    "specifics": "Specifics",
    "structure": "Structure",
    "subjectivity": "Fact and opinion",
    "wording": "Wording",
}


@dataclass(frozen=True, slots=True)
class Family:
    """An extractor: its name, used for colours, and what readers call it."""

    name: str
    label: str


def family_of(feature: str) -> Family:
    """The extractor that a feature or term belongs to.

    >>> family_of("byline.named_author").label
    'Who wrote it'
    """
    name = feature.partition(".")[0]
    return Family(name, _LABELS.get(name, name.replace("_", " ").capitalize()))
