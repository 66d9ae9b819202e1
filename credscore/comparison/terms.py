"""What a model's terms are called, and their values in words."""

from __future__ import annotations

from credscore.extractors.wording.families import labels
from credscore.registry import features_by_name

__all__ = ["in_words", "is_feature", "phrase"]

_LIKE = {None: "how far they are those of", True: "more like those of", False: "less like those of"}


def phrase(term: str, more: bool | None = None) -> str:
    """What a term measures, in words.

    Args:
        more: for wording, whether there is more or less of what raises a score; None where that is
            not asked.
    """
    feature = features_by_name().get(term)
    if feature is not None:
        return feature.description
    extractor, _, family = term.partition(".")
    if extractor == "wording":
        return f"{labels().get(family, 'its words')}: {_LIKE[more]} trusted, professional reports"
    return term.replace(".", ": ").replace("_", " ")


def is_feature(term: str) -> bool:
    """Whether a term is a measured feature, and not one of the wording terms."""
    return term in features_by_name()


def in_words(term: str, value: float) -> str:
    """A mean value of a term's feature, with its unit."""
    return amount_in_words(value, _unit(term))


def amount_in_words(value: float, unit: str) -> str:
    """A mean value with its unit.

    >>> amount_in_words(0.412, "share"), amount_in_words(2.5, "per_100_words")
    ('41 %', '2.5')
    """
    if unit in ("share", "present"):
        percentage = 100 * value
        return (
            f"{percentage:.0f} %" if percentage >= 1 or percentage == 0 else f"{percentage:.1f} %"
        )
    return (
        f"{value:.0f}"
        if abs(value) >= 100
        else f"{value:.2g}"
        if abs(value) < 10
        else f"{value:.1f}"
    )


def _unit(term: str) -> str:
    feature = features_by_name().get(term)
    return feature.unit if feature is not None else ""
