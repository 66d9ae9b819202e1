"""What was found in an article, and where.

Every item carries ``start`` and ``end``: offsets into ``Document.text`` in code points, ``end``
exclusive, so ``document.text[item.start:item.end]`` is what a reader is shown.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, fields
from itertools import repeat
from typing import Any, Literal, TypeVar

__all__ = [
    "Annotations",
    "Attribution",
    "Boilerplate",
    "Byline",
    "Hedge",
    "Signal",
    "Span",
    "Specific",
    "all_of",
]

BylineKind = Literal["person", "organisation", "agency", "generic", "handle"]
BylineField = Literal["text", "authors"]
SourceKind = Literal["named", "role", "anonymous", "pronoun", "document", "unknown"]
BlockKind = Literal["title", "heading", "list_item", "paragraph", "caption", "short_line"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A passage; ``kind`` is empty where the passage needs no type."""

    start: int
    end: int
    kind: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Byline:
    """Who is said to have written the article.

    ``field`` is ``"text"`` where the name stands in the text; for ``"authors"`` it was supplied
    beside the text, and ``start == end == 0``.
    """

    start: int
    end: int
    name: str
    kind: BylineKind
    field: BylineField = "text"


@dataclass(frozen=True, slots=True, order=True)
class Signal:
    """Another mark of a transparent page.

    ``kind``: ``dateline``, ``published``, ``updated``, ``correction``, ``photo_credit``,
    ``contact`` or ``biography``.
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, order=True)
class Attribution:
    """Something that the article says somebody said, wrote, believes or intends.

    ``start, end`` cover source, cue and content. ``resolved`` is the person or organisation that a
    pronoun or a bare surname stands for, where that is safe to say, else None. ``weak`` marks a
    source nobody could look up ("experts say", "many believe", "it is reported"). ``entity`` is the
    source's type by a lent spaCy pipeline (``annotate(..., nlp=nlp)``), as in "PERSON".
    """

    start: int
    end: int
    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    source_kind: SourceKind
    direct: bool
    weak: bool = False
    resolved: str | None = None
    entity: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, order=True)
class Hedge:
    """A word or phrase that withholds, or with kind ``booster`` asserts, full commitment."""

    start: int
    end: int
    cue: str
    kind: str
    quoted: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Specific:
    """A precise-looking claim; ``why`` says what makes it traceable, or what is missing.

    ``entity`` is its type by a lent spaCy pipeline (``annotate(..., nlp=nlp)``), as in "MONEY".
    """

    start: int
    end: int
    kind: str
    traceable: bool
    why: str
    entity: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, order=True)
class Boilerplate:
    """A line or passage that is not the article itself."""

    start: int
    end: int
    kind: str


_MANY = 10_000  # objects

Item = TypeVar("Item", Span, Boilerplate)


def all_of(kind: type[Item], count: int, *columns: Iterable[Any]) -> tuple[Item, ...]:
    """Items as ``map(kind, *columns)`` makes them, one column for every field.

    Nothing in Python runs for each: a text may hold half a million sentences.
    """
    with _no_collection() if count > _MANY else nullcontext():
        made = tuple(map(object.__new__, repeat(kind, count)))
        for each, column in zip(fields(kind), columns, strict=True):
            deque(map(getattr(kind, each.name).__set__, made, column), maxlen=0)
    return made


@contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing made here is garbage, but the collector would walk through all of it, many times."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Annotations:
    """Everything found in one article. Each field is built when it is first looked at.

    Fields are tuples sorted by position: ``bylines``, ``signals``, ``attributions``, ``hedges``,
    ``specifics``, ``boilerplate``, ``sentences``, ``blocks``, and ``quotes``.
    """

    __slots__ = ("_builders", "_built", "text")

    def __init__(self, text: str, builders: Mapping[str, Callable[[], tuple[Any, ...]]]) -> None:
        self.text = text
        self._builders = dict(builders)
        self._built: dict[str, tuple[Any, ...]] = {}

    def _field(self, name: str) -> tuple[Any, ...]:
        if name not in self._built:
            build = self._builders.get(name)
            self._built[name] = build() if build is not None else ()
        return self._built[name]

    @property
    def bylines(self) -> tuple[Byline, ...]:
        return self._field("bylines")

    @property
    def signals(self) -> tuple[Signal, ...]:
        return self._field("signals")

    @property
    def attributions(self) -> tuple[Attribution, ...]:
        return self._field("attributions")

    @property
    def hedges(self) -> tuple[Hedge, ...]:
        return self._field("hedges")

    @property
    def specifics(self) -> tuple[Specific, ...]:
        return self._field("specifics")

    @property
    def boilerplate(self) -> tuple[Boilerplate, ...]:
        return self._field("boilerplate")

    @property
    def sentences(self) -> tuple[Span, ...]:
        return self._field("sentences")

    @property
    def blocks(self) -> tuple[Span, ...]:
        return self._field("blocks")

    @property
    def quotes(self) -> tuple[Span, ...]:
        return self._field("quotes")

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that an extractor or the tokenization fills, sorted."""
        return tuple(sorted(self._builders))

    def __repr__(self) -> str:
        counts = ", ".join(f"{name}={len(self._field(name))}" for name in self.fields)
        return f"Annotations({counts})"
