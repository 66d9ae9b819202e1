"""Entities of a spaCy pipeline that the user lends, as finer types of what was found.

    found = credscore.annotate(text, nlp=nlp)
    found.attributions[0].entity      # "PERSON", "ORG", ... or None

Which passages are sources and specifics stays as credscore finds it: items only gain ``entity``,
and scores, which never see this module, cannot depend on what is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from credscore.annotations import Annotations, Attribution, Specific
from credscore.errors import InputError

__all__ = ["Pipeline", "with_entities"]

Pipeline = Callable[[str], Any]  # a spaCy Language, or whatever gives an object with ``ents``
Entity = tuple[int, int, str]  # start, end, label


def with_entities(found: Annotations, nlp: Pipeline) -> Annotations:
    """The same annotations, whose attributions and specifics know the entity they speak of.

    Args:
        nlp: reads the text when somebody first looks at either field.

    Raises:
        InputError: what ``nlp`` returns has no entities; raised at that first look.
    """
    known: list[Entity] = []
    read = False

    def entities() -> list[Entity]:
        nonlocal read
        if not read:
            known.extend(_entities(found.text, nlp))
            read = True
        return known

    builders: dict[str, Callable[[], tuple[Any, ...]]] = {
        name: lambda name=name: getattr(found, name)  # type: ignore[misc]
        for name in found.fields
    }
    builders["attributions"] = lambda: tuple(
        replace(item, entity=_of_source(item, found.text, entities()))
        for item in found.attributions
    )
    builders["specifics"] = lambda: tuple(
        replace(item, entity=_of_specific(item, entities())) for item in found.specifics
    )
    return Annotations(found.text, builders)


def _entities(text: str, nlp: Pipeline) -> Iterable[Entity]:
    """Sorted by place; spaCy refuses texts beyond ``max_length``, so the rest goes without."""
    doc = nlp(text[: getattr(nlp, "max_length", len(text))])
    if not hasattr(doc, "ents"):
        raise InputError(
            f"nlp returned a {type(doc).__name__} without entities; give a loaded spaCy pipeline"
        )
    return sorted((ent.start_char, ent.end_char, ent.label_) for ent in doc.ents)


def _of_source(item: Attribution, text: str, entities: list[Entity]) -> str | None:
    """The source's own entity; for a pronoun or a surname, that of whom it stands for."""
    own = _largest(item.source.start, item.source.end, entities) if item.source else None
    if own is None and item.resolved:
        names = ((text[start:end], label) for start, end, label in entities)
        own = next((label for name, label in names if name == item.resolved), None)
    return own


def _of_specific(item: Specific, entities: list[Entity]) -> str | None:
    return _largest(item.start, item.end, entities)


def _largest(start: int, end: int, entities: list[Entity]) -> str | None:
    """Label of the entity that shares most with a passage; of equal ones the first."""
    shared = [(min(end, last) - max(start, first), label) for first, last, label in entities]
    best = max(shared, key=lambda pair: pair[0], default=(0, ""))
    return best[1] if best[0] > 0 else None
