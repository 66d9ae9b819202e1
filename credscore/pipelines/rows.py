"""Rows in, rows out: the core below every table-shaped pipeline, without any table package.

A row is a mapping with a text and, where known, title, authors and so on. The result is a mapping
by the columns of ``arrow.output_schema``. A row that cannot be scored keeps its place, with
``error`` filled and everything else None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from credscore.annotations import Annotations
from credscore.document import MAX_CHARACTERS, Document
from credscore.errors import CredscoreError, ExtractorError, InputError, ModelError
from credscore.explain import Explainer, annotations_of
from credscore.judgement import TARGETS
from credscore.parts import overall_parts
from credscore.registry import annotate_batch, list_features
from credscore.report import Report
from credscore.scorer import (
    BATCH_ARTICLES,
    BATCH_CHARACTERS,
    Scored,
    Scorer,
    default_scorer,
    feature_names,
)

__all__ = ["REASONS", "SPAN_FIELDS", "Columns", "clean", "column_names", "read_row", "score_rows"]

REASONS = 5  # more than anybody reads in a table
SPAN_FIELDS = ("attributions", "boilerplate", "bylines", "hedges", "signals", "specifics")
# Names under which crawls and archives keep the same thing; as in ``Document.from_record``.
_OTHER_NAMES = {"authors": "author", "published": "date"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which input column holds what.

    A column that is not in the input counts as "not supplied". Where the name is the default,
    ``author`` and ``date`` are read as ``authors`` and ``published``, as ``Document.from_record``
    does.
    """

    text: str = "text"
    id: str = "id"
    title: str = "title"
    authors: str = "authors"
    url: str = "url"
    source: str = "source"
    published: str = "published"

    def value(self, row: Mapping[str, Any], field: str) -> Any:
        """A row's value for one field; None where it is not supplied."""
        name = getattr(self, field)
        value = row.get(name)
        if value is None and name == field and field in _OTHER_NAMES:
            value = row.get(_OTHER_NAMES[field])
        return None if _is_missing(value) else value

    @property
    def all_names(self) -> frozenset[str]:
        """Every input column that may be read."""
        return frozenset({getattr(self, f.name) for f in fields(self)} | {*_OTHER_NAMES.values()})


@cache
def column_names(features: bool = False, spans: bool = False) -> tuple[str, ...]:
    """The result's columns in order."""
    scores = [name + end for name in TARGETS for end in ("", "_low", "_high")]
    names = ["id", *scores, "genre", "abstained", "abstention_reason", "reasons", "error"]
    names += [feature.name for feature in list_features()] if features else []
    return (*names, "spans") if spans else tuple(names)


def read_row(row: object, columns: Columns) -> Document:
    """The article in a row.

    Raises:
        InputError: the row is not a mapping, its text is missing or no string, or another field
            has the wrong type.
    """
    if isinstance(row, Document):
        return row
    if isinstance(row, Exception):
        raise InputError(str(row)) from row
    if not isinstance(row, Mapping):
        raise InputError(f"the row is a {type(row).__name__}; named columns are needed")
    text = columns.value(row, "text")
    if text is None:
        known = "is null" if columns.text in row else "is missing"
        raise InputError(f"the text (column {columns.text!r}) {known}")
    if isinstance(text, Exception):
        raise InputError(f"the text cannot be read: {text}") from text
    published = columns.value(row, "published")
    return Document(
        text,
        title=columns.value(row, "title"),
        authors=_authors(columns.value(row, "authors")),
        url=columns.value(row, "url"),
        source=columns.value(row, "source"),
        published=None if published is None else str(published),
    )


def score_rows(
    rows: Sequence[object],
    *,
    columns: Columns | None = None,
    features: bool = False,
    spans: bool = False,
    first_id: int = 0,
    id_prefix: str = "",
    scorer: Scorer | None = None,
) -> list[dict[str, Any]]:
    """Score rows given as mappings.

    Args:
        rows: mappings or Documents; an exception in a row's place stands for a row that could not
            be read.
        columns: names of the input columns.
        features: add every measured value; NaN where it could not be measured.
        spans: add what was found and where.
        first_id: number of the first row, for rows without an id.
        id_prefix: stands before such a number.
        scorer: other models than the shipped ones.

    Returns:
        One mapping a row, in order, with the keys of ``column_names``.

    Raises:
        ModelError, ExtractorError: credscore itself is broken; nothing in a row raises.
    """
    columns = columns or Columns()
    scorer = scorer or default_scorer()
    empty = dict.fromkeys(column_names(features, spans))
    ids = _ids(rows, columns, first_id, id_prefix)
    results: list[dict[str, Any]] = [{**empty, "id": name} for name in ids]
    for places, documents in _chunks(rows, columns, results):
        filled = _score_chunk(documents, scorer, features, spans)
        for place, row in zip(places, filled, strict=True):
            results[place] |= row
    return results


def _chunks(
    rows: Sequence[object], columns: Columns, results: list[dict[str, Any]]
) -> Iterator[tuple[list[int], list[Document]]]:
    """Articles in batches that suit numpy; rows without one get their error at once."""
    places: list[int] = []
    documents: list[Document] = []
    size = 0
    for place, row in enumerate(rows):
        try:
            document = read_row(row, columns)
        except InputError as error:
            results[place]["error"] = clean(str(error))
            continue
        length = min(len(document.text), MAX_CHARACTERS)
        if places and (size + length > BATCH_CHARACTERS or len(places) >= BATCH_ARTICLES):
            yield places, documents
            places, documents, size = [], [], 0
        places.append(place)
        documents.append(document)
        size += length
    if places:
        yield places, documents


def _score_chunk(
    documents: list[Document], scorer: Scorer, features: bool, spans: bool
) -> list[dict[str, Any]]:
    """Score a batch; if it fails, article by article, so that only the culprit is lost."""
    try:
        batch = annotate_batch(documents)
        scored = scorer.measure(batch)
        rows = []
        for doc, document in enumerate(documents):
            report = scorer.report(document, scored[doc])
            row = _result(report, features)
            if not report.abstained:
                row["reasons"] = _reasons(document, scored[doc], scorer)
            if spans:
                row["spans"] = _spans(annotations_of(batch, doc))
            rows.append(row)
    except (ModelError, ExtractorError):
        raise
    except Exception as error:  # noqa: BLE001  a defect that one odd text shows must not cost a file
        if len(documents) == 1:
            return [{"error": clean(_said(error))}]
        return [_score_chunk([one], scorer, features, spans)[0] for one in documents]
    return rows


def _result(report: Report, features: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "genre": report.genre.label,
        "abstained": report.abstained,
        "abstention_reason": report.abstention_reason,
    }
    for score in report.scores:
        row[score.name] = score.value
        row[f"{score.name}_low"] = score.low
        row[f"{score.name}_high"] = score.high
    row["reasons"] = []
    if features:
        row |= report.values
    return row


def _reasons(document: Document, scored: Scored, scorer: Scorer) -> list[str]:
    """The summaries of ``report.overall.contributions[:REASONS]``, without making the others."""
    parts = overall_parts(scored.credibility, scored.quality)
    models = scorer.credibility, scorer.quality
    explainer = Explainer(document, feature_names(), scored.values, scored.missing, models, None)
    return [clean(part.summary) for part in explainer.contributions("overall", parts, REASONS)]


def _spans(found: Annotations) -> list[dict[str, Any]]:
    rows = []
    for field in SPAN_FIELDS:
        for item in getattr(found, field):
            if item.end > item.start:
                kind = getattr(item, "kind", "") or getattr(item, "source_kind", "")
                rows.append({"kind": f"{field}.{kind}", "start": item.start, "end": item.end})
    return rows


def _ids(rows: Iterable[object], columns: Columns, first: int, prefix: str) -> Iterator[str]:
    for number, row in enumerate(rows, first):
        identity = columns.value(row, "id") if isinstance(row, Mapping) else None
        yield clean(f"{prefix}{number}" if identity is None else str(identity))


def _authors(authors: object) -> Any:
    """Nulls in a list of authors name nobody."""
    if isinstance(authors, list | tuple):
        return [name for name in authors if name is not None]
    return authors


def _is_missing(value: object) -> bool:
    """Data frames write a missing value as a float NaN, or as an object of their own."""
    if isinstance(value, float):
        return math.isnan(value)
    return type(value).__name__ in ("NAType", "NaTType")


def clean(text: str) -> str:
    """Without lone surrogates, which JSON can hold and no file or Arrow column can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _said(error: Exception) -> str:
    if isinstance(error, CredscoreError):
        return str(error)
    return f"scoring failed: {type(error).__name__}: {error}"
