"""Arrow in, Arrow out: the core that every table-shaped pipeline shares.

    scored = score_batch(batch)            # pyarrow.RecordBatch -> pyarrow.RecordBatch

The columns are fixed and documented in ``output_schema``; a row that cannot be scored keeps its
place with ``error`` filled and everything else null. Needs the extra ``arrow``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from credscore.arguments import listed
from credscore.errors import InputError, MissingExtraError
from credscore.pipelines.rows import Columns, column_names, score_rows
from credscore.tables.parquet import python_rows

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "SCHEMA_VERSION",
    "Columns",
    "check_columns",
    "output_schema",
    "score_batch",
    "score_table",
    "to_batch",
]

# Rises whenever a column is added, removed, renamed or changes its type or meaning. Features come
# and go with the extractors and do not count: they are asked for by name.
SCHEMA_VERSION = "1"
_TABLE_ROWS = 1024  # rows scored at a time: their Python objects stay below some 20 MB


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise MissingExtraError("tables need pyarrow: pip install 'credscore[arrow]'") from error
    return pyarrow


@cache
def output_schema(features: bool = False, spans: bool = False) -> pa.Schema:
    """Columns of the result, in order. The schema's metadata names its version.

    ================== ============ =====================================================
    column             type         holds
    ================== ============ =====================================================
    id                 string       as in the input, or the row's number from 0
    overall            double       0 to 100
    overall_low        double       lower end of its 90 % interval
    overall_high       double       upper end
    credibility ...    double       as for overall, three columns
    quality ...        double       as for overall, three columns
    genre              string       what kind of text it reads like
    abstained          bool         True where the article cannot be judged
    abstention_reason  string       why; null where it was judged
    reasons            list<string> up to five sentences, strongest first
    error              string       why the row could not be scored; null where it was
    ================== ============ =====================================================

    With ``features``, one double column for each of ``credscore.list_features()``: NaN where the
    article holds nothing to measure it on. With ``spans``, a column ``spans`` of (kind, start,
    end): what was found, as "field.kind" of ``Annotations``, in code points of the text.

    Where an article abstains all scores and ``genre`` are null; where a row has an error
    everything but ``id`` and ``error`` is null.
    """
    pa = _pyarrow()
    span = pa.struct([("kind", pa.string()), ("start", pa.int64()), ("end", pa.int64())])
    types = {
        "abstained": pa.bool_(),
        "reasons": pa.list_(pa.string()),
        "spans": pa.list_(span),
        **dict.fromkeys(("id", "genre", "abstention_reason", "error"), pa.string()),
    }
    fields = [pa.field(n, types.get(n, pa.float64())) for n in column_names(features, spans)]
    return pa.schema(fields, metadata={"credscore.schema": SCHEMA_VERSION})


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
    columns = columns or Columns()
    check_columns(batch.schema, columns)
    rows = score_rows(
        python_rows(batch, columns.all_names),
        columns=columns,
        features=features,
        spans=spans,
        first_id=first_id,
    )
    return to_batch(rows, features, spans)


def score_table(
    table: pa.Table,
    *,
    columns: Columns | None = None,
    features: bool = False,
    spans: bool = False,
    first_id: int = 0,
) -> pa.Table:
    """Score a whole table; see ``score_batch``."""
    pa = _pyarrow()
    columns = columns or Columns()
    check_columns(table.schema, columns)
    parts = []
    for batch in table.to_batches(max_chunksize=_TABLE_ROWS):
        rows = python_rows(batch, columns.all_names)
        scored = score_rows(
            rows, columns=columns, features=features, spans=spans, first_id=first_id
        )
        parts.append(to_batch(scored, features, spans))
        first_id += batch.num_rows
    return pa.Table.from_batches(parts, schema=output_schema(features, spans))


def check_columns(schema: pa.Schema, columns: Columns) -> None:
    """See that there is one column of texts.

    Raises:
        InputError: there is none, there are two, or it holds something else.
    """
    pa = _pyarrow()
    places = schema.get_all_field_indices(columns.text)
    if len(places) != 1:
        known = listed(schema.names)
        found = "no column" if not places else f"{len(places)} columns"
        raise InputError(f"{found} {columns.text!r}; the table has: {known}")
    kind = schema.field(places[0]).type
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    allowed = [pa.types.is_string, pa.types.is_large_string, pa.types.is_null]
    allowed += [pa.types.is_string_view] if hasattr(pa.types, "is_string_view") else []
    if not any(is_one(value) for is_one in allowed):
        raise InputError(
            f"column {columns.text!r} holds {kind}; strings are needed (cast it first)"
        )


def to_batch(rows: list[dict[str, Any]], features: bool, spans: bool) -> pa.RecordBatch:
    """Scored rows as a record batch by ``output_schema``."""
    pa = _pyarrow()
    schema = output_schema(features, spans)
    arrays = [pa.array([row[f.name] for row in rows], f.type) for f in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
