"""Who wrote the article, and what else the page says of its making.

Bylines are read from the text and from the ``authors`` field. Absence in a text that was stripped
of its page is the stripper's doing: where nothing around the article was supplied, the byline is
not measured. Offsets are code points into ``Document.text``, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.annotations import Byline, BylineKind, Signal
from credscore.document import Document
from credscore.extractors.byline.candidates import Candidates, find_candidates
from credscore.extractors.byline.names import LEXICON, split_names
from credscore.extractors.byline.passages import Line, find_names
from credscore.extractors.byline.sentences import FEATURES, NO_PAGE
from credscore.extractors.byline.signals import SIGNALS, signals_in
from credscore.features import Extraction, Findings
from credscore.registry import Batch

__all__ = ["EXTRACTOR", "KINDS", "BylineExtractor"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

KINDS: tuple[BylineKind, ...] = ("person", "organisation", "agency", "generic", "handle")
_FOR_NAMES = (
    Candidates.ANCHORED
    | Candidates.BELOW
    | Candidates.NAMED
    | Candidates.TOLD
    | Candidates.DATED
)
_LONGEST_LINE = 600  # characters of a line that are looked at
# Signals that strippers remove together with the byline; the others stand in the article's text.
_OF_THE_PAGE = ("published", "updated", "contact", "biography")


@dataclass(slots=True)
class _Rows:
    """Columns of a findings table while it grows."""

    doc: list[int]
    start: list[int]
    end: list[int]
    kind: list[int]
    name: list[str]

    def table(self, kinds: tuple[str, ...], only: frozenset[int] | None = None) -> Findings:
        """The rows of some kinds, or all."""
        keep = [row for row, kind in enumerate(self.kind)
                if only is None or kind in only]  # fmt: skip
        columns = ([column[row] for row in keep] for column in (self.doc, self.start, self.end, self.kind))
        doc, start, end, kind = (np.array(column, dtype=np.int64) for column in columns)
        names = np.array([self.name[row] for row in keep], dtype=object)
        return Findings(doc, start, end, kind, kinds, {"name": names})


def _empty() -> _Rows:
    return _Rows([], [], [], [], [])


def _lines(batch: Batch, found: Candidates) -> Iterator[tuple[int, list[Line]]]:
    """Candidate lines of each article that has any."""
    columns = (found.doc, found.rank, found.tail, found.start, found.end, found.flags)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for doc, group in groupby(rows, key=lambda row: row[0]):
        text = batch.documents[doc].text
        yield doc, [
            Line(rank, tail, start, text[start : min(end, start + _LONGEST_LINE)], flags)
            for _, rank, tail, start, end, flags in group
        ]


def _supplied(documents: Sequence[Document]) -> IntArray:
    """Number of names of each kind in the ``authors`` fields. Shape (n_docs, n_kinds)."""
    counts = np.zeros((len(documents), len(KINDS)), dtype=np.int64)
    for doc, document in enumerate(documents):
        for entry in document.authors or ():
            for name in split_names(entry):
                counts[doc, KINDS.index(name.kind)] += 1
    return counts


def _add(rows: _Rows, doc: int, start: int, end: int, kind: int, name: str = "") -> None:
    rows.doc.append(doc)
    rows.start.append(start)
    rows.end.append(end)
    rows.kind.append(kind)
    rows.name.append(name)


def _read_lines(doc: int, lines: list[Line], bylines: _Rows, signals: _Rows) -> None:
    for name in find_names([line for line in lines if line.flags & _FOR_NAMES]):
        _add(bylines, doc, name.start, name.end, KINDS.index(name.kind), name.name)
    found = set()
    for line in lines:
        for start, end, kind in signals_in(line.text, line.flags):
            found.add((line.start + start, line.start + end, SIGNALS.index(kind)))
            if kind == "dateline" and (agency := _agency(line, end)):
                _add(bylines, doc, *agency)
    for start, end, signal in sorted(found):
        _add(signals, doc, start, end, signal)


def _agency(line: Line, end: int) -> tuple[int, int, int, str] | None:
    """The wire agency that a dateline names in brackets."""
    opening = line.text.find("(", 0, end)
    closing = line.text.find(")", opening, end)
    if opening < 0 or closing < 0:
        return None
    for name in split_names(line.text[opening + 1 : closing]):
        if name.kind == "agency":
            at = line.start + opening + 1
            return at + name.start, at + name.end, KINDS.index("agency"), name.name
    return None


def _sorted(rows: _Rows) -> _Rows:
    order = sorted(range(len(rows.doc)), key=lambda row: (rows.doc[row], rows.start[row], rows.end[row]))
    return _Rows(*([column[row] for row in order] for column in (rows.doc, rows.start, rows.end, rows.kind)),
                 [rows.name[row] for row in order])  # fmt: skip


def _counts(table: Findings, n_docs: int) -> IntArray:
    """Number of rows of each article and kind."""
    n_kinds = len(table.kinds)
    pairs = np.bincount(table.doc * n_kinds + table.kind, minlength=n_docs * n_kinds)
    return pairs.reshape(n_docs, n_kinds)


def _values(batch: Batch, bylines: Findings, signals: Findings, around: npt.NDArray[np.bool_]) -> dict[str, FloatArray]:
    n_docs = len(batch.documents)
    in_text, marks = _counts(bylines, n_docs), _counts(signals, n_docs)
    # The same people usually stand in both places.
    names = np.maximum(in_text, _supplied(batch.documents))
    supplied = np.array([document.authors is not None for document in batch.documents], dtype=np.bool_)
    of_page = [SIGNALS.index(kind) for kind in _OF_THE_PAGE]
    looked = around | supplied | (names.sum(axis=1) > 0) | (marks[:, of_page].sum(axis=1) > 0)
    persons, generic = names[:, KINDS.index("person")], names[:, KINDS.index("generic")]
    columns = {
        "named_author": persons > 0,
        "generic_author": (generic > 0) & (persons == 0),
        "authors_count": persons,
        "organisations_count": names[:, KINDS.index("organisation")],
        "agencies_count": names[:, KINDS.index("agency")],
        "generic_count": generic,
        "handles_count": names[:, KINDS.index("handle")],
    }
    values = {f"byline.{name}": np.where(looked, column, np.nan) for name, column in columns.items()}
    for place, kind in enumerate(SIGNALS):
        present = (marks[:, place] > 0).astype(np.float64)
        values[f"byline.{kind}"] = np.where(looked, present, np.nan) if kind in _OF_THE_PAGE else present
    return values


class BylineExtractor:
    """See the module's docstring."""

    name = "byline"
    version = 1
    after: tuple[str, ...] = ("boilerplate",)
    features = FEATURES
    lexicons = (LEXICON,)
    annotations = ("bylines", "signals")

    def extract(self, batch: Batch) -> Extraction:
        """Measure every article of the batch."""
        bylines, signals = _empty(), _empty()
        found = find_candidates(batch)
        for doc, lines in _lines(batch, found):
            _read_lines(doc, lines, bylines, signals)
        bylines, signals = _sorted(bylines), _sorted(signals)
        names, marks = bylines.table(KINDS), signals.table(SIGNALS)
        values = _values(batch, names, marks, found.around)
        tables = {"bylines": names, "signals": marks}
        for place, kind in enumerate(KINDS):
            tables[kind] = bylines.table(KINDS, frozenset({place}))
        for place, kind in enumerate(SIGNALS):
            tables[kind] = signals.table(SIGNALS, frozenset({place}))
        return Extraction(values, dict.fromkeys(values, NO_PAGE), tables)

    def annotate(self, batch: Batch, field: str, doc: int) -> tuple[Any, ...]:
        """Bylines or signals of one article."""
        table = batch.done[self.name].findings[field]
        rows = table.rows(doc)
        columns = table.start[rows].tolist(), table.end[rows].tolist(), table.kind[rows].tolist()
        if field == "signals":
            return tuple(Signal(a, b, SIGNALS[k]) for a, b, k in zip(*columns, strict=True))
        names = table.extra["name"][rows].tolist()
        supplied = [
            Byline(0, 0, name.name, name.kind, "authors")
            for entry in batch.documents[doc].authors or ()
            for name in split_names(entry)
        ]
        return (
            *supplied,
            *(Byline(a, b, name, KINDS[k]) for a, b, k, name in zip(*columns, names, strict=True)),
        )


EXTRACTOR = BylineExtractor()
