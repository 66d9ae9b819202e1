"""Who wrote the article, and what else the page says of its making.

Bylines are read from the text and from the ``authors`` field. Absence in a text that was stripped
of its page is the stripper's doing: where nothing around the article was supplied, the byline is
not measured. Offsets are code points into ``Document.text``, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.annotations import Byline, BylineKind, Signal
from credscore.document import Document
from credscore.extractors.byline.candidates import Candidates, find_candidates
from credscore.extractors.byline.names import LEXICON, Name, split_names
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
    Candidates.ANCHORED | Candidates.BELOW | Candidates.NAMED | Candidates.TOLD | Candidates.DATED
)
_LONGEST_LINE = 600  # characters of a line that are looked at
# Signals that strippers remove together with the byline; the others stand in the article's text.
_OF_THE_PAGE = ("published", "updated", "contact", "biography")


# A finding: article, start, end, kind, and for bylines the name.
_Row = tuple[int, int, int, int, str]


_NOTHING = np.zeros(0, dtype=np.int64)
_NOTHING.flags.writeable = False
_NO_NAMES = {"name": np.zeros(0, dtype=object)}
_NO_NAMES["name"].flags.writeable = False
_EMPTY: dict[tuple[str, ...], Findings] = {
    kinds: Findings(_NOTHING, _NOTHING, _NOTHING, _NOTHING, kinds, _NO_NAMES)
    for kinds in (KINDS, SIGNALS)
}


def _table(rows: list[_Row], kinds: tuple[str, ...]) -> Findings:
    """Rows, sorted, as columns."""
    if not rows:
        return _EMPTY[kinds]
    columns = list(zip(*rows, strict=True))
    doc, start, end, kind = (np.array(column, dtype=np.int64) for column in columns[:4])
    names = np.array(columns[4], dtype=object)
    return Findings(doc, start, end, kind, kinds, {"name": names})


def _by_kind(table: Findings) -> dict[str, Findings]:
    """The rows of each kind."""
    seen = set(table.kind.tolist())
    tables = dict.fromkeys(table.kinds, _EMPTY[table.kinds])
    for kind in seen:
        keep = (table.kind == kind).nonzero()[0]
        names = {"name": table.extra["name"][keep]}
        columns = table.doc[keep], table.start[keep], table.end[keep], table.kind[keep]
        rows = table if len(seen) == 1 else Findings(*columns, table.kinds, names)
        tables[table.kinds[kind]] = rows
    return tables


def _lines(batch: Batch, found: Candidates) -> Iterator[tuple[int, list[Line]]]:
    """Candidate lines of each article that has any."""
    if not found.doc.size:
        return
    columns = (found.doc, found.rank, found.tail, found.start, found.end, found.flags)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for doc, group in groupby(rows, key=lambda row: row[0]):
        text = batch.documents[doc].text
        yield (
            doc,
            [
                Line(rank, tail, start, text[start : min(end, start + _LONGEST_LINE)], flags)
                for _, rank, tail, start, end, flags in group
            ],
        )


def _supplied(documents: Sequence[Document]) -> IntArray:
    """Number of names of each kind in the ``authors`` fields. Shape (n_docs, n_kinds)."""
    counts = np.zeros((len(documents), len(KINDS)), dtype=np.int64)
    for doc, document in enumerate(documents):
        for name in _entries(document):
            counts[doc, KINDS.index(name.kind)] += 1
    return counts


def _entries(document: Document) -> list[Name]:
    """The names in the ``authors`` field; one that is the page's own site is an organisation."""
    names = [name for entry in document.authors or () for name in split_names(entry)]
    site = (document.site_name or "").casefold()
    if not site or not names:
        return names
    return [
        replace(name, kind="organisation") if name.name.casefold() == site else name
        for name in names
    ]


def _read_lines(doc: int, lines: list[Line], bylines: list[_Row], signals: list[_Row]) -> None:
    lines = [line.undisguised() for line in lines]
    names = find_names([line for line in lines if line.flags & _FOR_NAMES])
    bylines += [(doc, n.start, n.end, KINDS.index(n.kind), n.name) for n in names]
    found = set()
    for line in lines:
        for start, end, kind in signals_in(line.text, line.flags):
            found.add((doc, *line.in_text(start, end), SIGNALS.index(kind), ""))
            if kind == "dateline" and (agency := _agency(line, end)):
                bylines.append((doc, *agency))
    signals += found


def _agency(line: Line, end: int) -> tuple[int, int, int, str] | None:
    """The wire agency that a dateline names in brackets."""
    opening = line.text.find("(", 0, end)
    closing = line.text.find(")", opening, end)
    if opening < 0 or closing < 0:
        return None
    for name in split_names(line.text[opening + 1 : closing]):
        if name.kind == "agency":
            start, end = line.in_text(opening + 1 + name.start, opening + 1 + name.end)
            return start, end, KINDS.index("agency"), name.name
    return None


def _counts(table: Findings, n_docs: int) -> IntArray:
    """Number of rows of each article and kind."""
    n_kinds = len(table.kinds)
    pairs = np.bincount(table.doc * n_kinds + table.kind, minlength=n_docs * n_kinds)
    return pairs.reshape(n_docs, n_kinds)


def _values(
    batch: Batch, bylines: Findings, signals: Findings, around: npt.NDArray[np.bool_]
) -> dict[str, FloatArray]:
    n_docs = len(batch.documents)
    in_text, marks = _counts(bylines, n_docs), _counts(signals, n_docs)
    # The same people usually stand in both places.
    names = np.maximum(in_text, _supplied(batch.documents))
    supplied = np.array(
        [document.authors is not None for document in batch.documents], dtype=np.bool_
    )
    looked = around | supplied | names.any(axis=1) | marks[:, _PAGE_ROWS].any(axis=1)
    count = dict(zip(KINDS, names.T, strict=True))
    marked = (marks > 0).T
    columns = {
        "named_author": count["person"] > 0,
        "generic_author": (count["generic"] > 0) & (count["person"] == 0),
        "authors_count": count["person"],
        "organisations_count": count["organisation"],
        "agencies_count": count["agency"],
        "generic_count": count["generic"],
        "handles_count": count["handle"],
        **{kind: marked[row] for kind, row in _PAGE_SIGNALS},
    }
    table = np.array(list(columns.values()), dtype=np.float64)
    table[:, ~looked] = np.nan
    values = dict(zip(_PAGE_NAMES, table, strict=True))
    values.update((name, marked[row].astype(np.float64)) for name, row in _TEXT_SIGNALS)
    return values


_PAGE_ROWS = [SIGNALS.index(kind) for kind in _OF_THE_PAGE]
_PAGE_SIGNALS = tuple(zip(_OF_THE_PAGE, _PAGE_ROWS, strict=True))
_PAGE_NAMES = tuple(
    f"byline.{name}"
    for name in (
        "named_author",
        "generic_author",
        "authors_count",
        "organisations_count",
        "agencies_count",
        "generic_count",
        "handles_count",
        *_OF_THE_PAGE,
    )
)
_TEXT_SIGNALS = tuple(
    (f"byline.{kind}", row) for row, kind in enumerate(SIGNALS) if kind not in _OF_THE_PAGE
)


class BylineExtractor:
    """See the module's docstring."""

    name = "byline"
    version = 4  # 4: "As Ann Lee reports" is no biography
    after: tuple[str, ...] = ("boilerplate",)
    features = FEATURES
    lexicons = (LEXICON,)
    annotations = ("bylines", "signals")

    def extract(self, batch: Batch) -> Extraction:
        """Measure every article of the batch."""
        bylines: list[_Row] = []
        signals: list[_Row] = []
        found = find_candidates(batch)
        for doc, lines in _lines(batch, found):
            _read_lines(doc, lines, bylines, signals)
        names, marks = _table(sorted(bylines), KINDS), _table(sorted(signals), SIGNALS)
        values = _values(batch, names, marks, found.around)
        tables = {"bylines": names, "signals": marks}
        tables |= _by_kind(names) | _by_kind(marks)
        return Extraction(values, dict.fromkeys(values, NO_PAGE), tables)

    def annotate(self, batch: Batch, field: str, doc: int) -> tuple[Any, ...]:
        """Bylines or signals of one article."""
        table = batch.done[self.name].findings[field]
        rows = table.rows(doc)
        columns = table.start[rows].tolist(), table.end[rows].tolist(), table.kind[rows].tolist()
        if field == "signals":
            return tuple(Signal(a, b, SIGNALS[k]) for a, b, k in zip(*columns, strict=True))
        written = table.extra["name"][rows].tolist()
        supplied = [
            Byline(0, 0, name.name, name.kind, "authors") for name in _entries(batch.documents[doc])
        ]
        return (
            *supplied,
            *(
                Byline(a, b, name, KINDS[k])
                for a, b, k, name in zip(*columns, written, strict=True)
            ),
        )


EXTRACTOR = BylineExtractor()
