"""Arrow in, Arrow out: the core that every table-shaped pipeline shares.

    scored = score_batch(batch)            # pyarrow.RecordBatch -> pyarrow.RecordBatch

The columns are fixed and documented in ``output_schema``; a row that cannot be scored keeps its
place with ``error`` filled and everything else null. Needs the extra ``arrow``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from credscore.document import Document
from credscore.errors import CredscoreError, InputError, MissingExtraError
from credscore.report import Report
from credscore.scorer import list_features, score_many

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SCHEMA_VERSION", "Columns", "output_schema", "score_batch", "score_rows", "score_table"]

# Rises whenever a column is added, removed, renamed or changes its type.
SCHEMA_VERSION = "1"
REASONS = 5
_SCORES = ("overall", "credibility", "quality")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which input column holds what; a name that is not in the input is read as "not supplied"."""

    text: str = "text"
    id: str = "id"
    title: str = "title"
    authors: str = "authors"
    url: str = "url"
    source: str = "source"
    published: str = "published"


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise MissingExtraError("tables need pyarrow: pip install 'credscore[arrow]'") from error
    return pyarrow


@cache
def output_schema(features: bool = False, spans: bool = False) -> pa.Schema:
    """Columns of the result.

    ``id`` (string, as in the input or the row number), then for each of overall, credibility and
    quality the score and its ``_low`` and ``_high`` (double, 0 to 100), ``genre`` (string),
    ``abstained`` (bool), ``abstention_reason`` (string), ``reasons`` (list of sentences, strongest
    first), ``error`` (string). With ``features`` one double column a feature; with ``spans`` a
    list of (kind, start, end) for what was found, in code points of the text.
    """
    pa = _pyarrow()
    fields = [pa.field("id", pa.string())]
    for name in _SCORES:
        fields += [pa.field(name + end, pa.float64()) for end in ("", "_low", "_high")]
    fields += [
        pa.field("genre", pa.string()),
        pa.field("abstained", pa.bool_()),
        pa.field("abstention_reason", pa.string()),
        pa.field("reasons", pa.list_(pa.string())),
        pa.field("error", pa.string()),
    ]
    if features:
        fields += [pa.field(feature.name, pa.float64()) for feature in list_features()]
    if spans:
        span = pa.struct([("kind", pa.string()), ("start", pa.int64()), ("end", pa.int64())])
        fields.append(pa.field("spans", pa.list_(span)))
    return pa.schema(fields, metadata={"credscore.schema": SCHEMA_VERSION})


def _document(row: Mapping[str, Any], columns: Columns) -> Document | None:
    """A row's document; None where its text is null."""
    text = row.get(columns.text)
    if text is None:
        return None
    names = ("title", "authors", "url", "source", "published")
    fields: dict[str, Any] = {name: row.get(getattr(columns, name)) for name in names}
    published = fields["published"]
    if published is not None and not isinstance(published, str):
        fields["published"] = str(published)
    return Document(text, **fields)


class _Failed:
    """Takes an unreadable row's place so that ``score_many`` records its error."""


def _items(
    rows: Iterable[Mapping[str, Any]], columns: Columns, errors: list[str | None]
) -> Iterator[object]:
    for row in rows:
        try:
            document = _document(row, columns)
        except CredscoreError as error:
            errors.append(str(error))
            yield _Failed()
            continue
        errors.append("the text is null" if document is None else None)
        yield _Failed() if document is None else document


def _result(report: object, error: str | None, spans: bool, features: bool) -> dict[str, Any]:
    if not isinstance(report, Report):
        return {"error": error or str(getattr(report, "error", report))}
    row: dict[str, Any] = {
        "genre": report.genre.label,
        "abstained": report.abstained,
        "abstention_reason": report.abstention_reason,
        "error": None,
    }
    for score in report.scores:
        row |= {
            score.name: score.value,
            f"{score.name}_low": score.low,
            f"{score.name}_high": score.high,
        }
    row["reasons"] = [part.summary for part in report.overall.contributions[:REASONS]]
    if features:
        row |= report.values
    if spans:
        row["spans"] = _spans(report)
    return row


def _spans(report: Report) -> list[dict[str, Any]]:
    found = report.annotations
    rows = []
    for field in ("attributions", "boilerplate", "bylines", "hedges", "signals", "specifics"):
        for item in getattr(found, field):
            if item.end > item.start:
                kind = getattr(item, "kind", "") or getattr(item, "source_kind", "")
                rows.append({"kind": f"{field}.{kind}", "start": item.start, "end": item.end})
    return rows


def score_rows(
    rows: Sequence[Mapping[str, Any]],
    *,
    columns: Columns | None = None,
    features: bool = False,
    spans: bool = False,
    first_id: int = 0,
) -> list[dict[str, Any]]:
    """Score rows given as mappings; results are mappings by ``output_schema``, in order."""
    columns = columns or Columns()
    errors: list[str | None] = []
    reports = score_many(_items(rows, columns, errors), on_error="record")
    results = []
    for number, (row, report) in enumerate(zip(rows, reports, strict=True)):
        identity = row.get(columns.id)
        name = str(first_id + number) if identity is None else str(identity)
        results.append({"id": name, **_result(report, errors[number], spans, features)})
    return results


def score_batch(
    batch: pa.RecordBatch,
    *,
    columns: Columns | None = None,
    features: bool = False,
    spans: bool = False,
    first_id: int = 0,
) -> pa.RecordBatch:
    """Score a record batch.

    Args:
        batch: with a text column of any string type (plain, large, view, dictionary), and any of
            the other columns of ``Columns``.
        columns: names of the columns.
        features: add one column a feature.
        spans: add what was found and where.
        first_id: number of the first row, where there is no id column.

    Returns:
        One row an input row, in order, by ``output_schema``.

    Raises:
        InputError: there is no text column, or it does not hold strings.
        MissingExtraError: pyarrow is not installed.
    """
    pa = _pyarrow()
    columns = columns or Columns()
    wanted = [name for name in batch.schema.names if name in _names(columns)]
    if columns.text not in wanted:
        raise InputError(
            f"no column {columns.text!r}; the table has {', '.join(batch.schema.names) or 'none'}"
        )
    kind = batch.schema.field(columns.text).type
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    strings = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_null,
    )
    if not any(is_one(value) for is_one in strings):
        raise InputError(f"column {columns.text!r} holds {kind}; text is needed")
    rows = batch.select(wanted).to_pylist()
    results = score_rows(rows, columns=columns, features=features, spans=spans, first_id=first_id)
    return pa.RecordBatch.from_pylist(results, schema=output_schema(features, spans))


def _names(columns: Columns) -> set[str]:
    return {getattr(columns, name) for name in columns.__dataclass_fields__}


def score_table(table: pa.Table, **options: Any) -> pa.Table:
    """Score a whole table batch by batch; see ``score_batch``."""
    pa = _pyarrow()
    parts, first = [], 0
    for batch in table.to_batches(max_chunksize=1024):
        parts.append(score_batch(batch, first_id=first, **options))
        first += batch.num_rows
    schema = output_schema(options.get("features", False), options.get("spans", False))
    return pa.Table.from_batches(parts, schema=schema)
