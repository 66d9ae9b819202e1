"""Where a report finds its evidence: in the batch that it was scored in, as long as that is kept.

A batch holds everything that was found in its articles, as arrays; passages become objects when
somebody looks at them. The batches of the latest reports are kept, up to ``KEPT_CHARACTERS`` of
text, and only while somebody holds a report of theirs. A report that is looked at later has its
article annotated again, which gives the same passages.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from weakref import ReferenceType, ref

import numpy as np
import numpy.typing as npt

from credscore.document import Document
from credscore.forks import loading
from credscore.registry import Batch, annotate_batch

__all__ = ["KEPT_CHARACTERS", "ByArticle", "Source", "sources"]

KEPT_CHARACTERS = 300_000  # of all kept batches but the latest, which is always kept


class Source:
    """One article's place among the articles that were annotated together."""

    __slots__ = ("__weakref__", "_place", "_shared", "document")

    def __init__(self, document: Document, shared: _Shared, place: int) -> None:
        self.document = document
        self._shared = shared
        self._place = place

    def look(self) -> tuple[Batch, int]:
        """The batch that holds this article, and which of its articles it is."""
        batch, rows = self._shared.read(self._place)
        return batch, rows[self._place]


class _Shared:
    """An annotated batch, or the means to make it again."""

    __slots__ = ("__weakref__", "_asked", "_sources", "_state", "characters")

    def __init__(self, documents: Sequence[Document], batch: Batch | None) -> None:
        self.characters = sum(len(document.text) for document in documents)
        self._asked = 0
        self._state: tuple[Batch, Mapping[int, int]] | None = None
        if batch is not None:
            self._state = batch, {row: row for row in range(len(documents))}
        self._sources: tuple[ReferenceType[Source], ...] = ()

    def serve(self, documents: Sequence[Document]) -> list[Source]:
        """A source for each article. Nothing here keeps an article alive that nobody holds."""
        sources = [Source(document, self, row) for row, document in enumerate(documents)]
        self._sources = tuple(map(ref, sources))
        return sources

    def release(self) -> None:
        """Let go of the batch; it is made again if somebody looks."""
        self._state = None

    def read(self, place: int) -> tuple[Batch, Mapping[int, int]]:
        """The batch, and the row of each place; ``place`` is among them."""
        state = self._state  # another thread may release it at any time
        if state is None or place not in state[1]:
            state = self._state = self._again(place)
            _keep(self)
        return state

    def _again(self, place: int) -> tuple[Batch, dict[int, int]]:
        """Annotate one article; when a second one is asked for, all that are still held."""
        self._asked += 1
        held = {row: source for row, found in enumerate(self._sources) if (source := found())}
        rows = [place] if self._asked == 1 else sorted(held)
        batch = annotate_batch([held[row].document for row in rows])
        return batch, {row: number for number, row in enumerate(rows)}


_kept: deque[ReferenceType[_Shared]] = deque()


def _keep(shared: _Shared) -> None:
    """Keep a batch; release the oldest ones beyond the bound."""
    with loading:  # no fork in the middle of it
        others = [other for found in _kept if (other := found()) and other is not shared]
        total = sum(other.characters for other in others)
        while others and total > KEPT_CHARACTERS:
            oldest = others.pop(0)
            total -= oldest.characters
            oldest.release()
        _kept.clear()
        _kept.extend(map(ref, (*others, shared)))


def sources(documents: Sequence[Document], batch: Batch | None = None) -> list[Source]:
    """Where each article's evidence is found.

    Args:
        batch: these articles, annotated; without it they are annotated when somebody looks.
    """
    shared = _Shared(documents, batch)
    if batch is not None:
        _keep(shared)
    return shared.serve(documents)


class ByArticle:
    """Rows of columns that are sorted by article, as tuples, one article at a time."""

    __slots__ = ("_bounds", "_columns")

    def __init__(
        self,
        n_docs: int,
        doc: npt.NDArray[np.int64],
        *columns: npt.NDArray[np.generic] | list[Any],
    ) -> None:
        self._bounds: list[int] = doc.searchsorted(np.arange(n_docs + 1)).tolist()
        self._columns = [c if isinstance(c, list) else c.tolist() for c in columns]

    def columns(self, doc: int) -> list[list[Any]]:
        """One article's part of each column."""
        rows = slice(self._bounds[doc], self._bounds[doc + 1])
        return [column[rows] for column in self._columns]

    def __call__(self, doc: int) -> Iterator[tuple[Any, ...]]:
        """One article's rows."""
        return zip(*self.columns(doc), strict=True)
