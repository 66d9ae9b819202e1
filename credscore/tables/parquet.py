"""Parquet: a stream of pages, in pieces that fit into memory, as rows of Python values."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from credscore.errors import InputError, MissingExtraError

__all__ = ["damages", "open_parquet", "pieces", "python_rows", "to_bytes"]

_ROWS = 256  # decoded at a time
_BYTES = 16_000_000  # and unpacked at a time, about


def open_parquet(path: Path) -> Any:
    """A ``pyarrow.parquet.ParquetFile``.

    Raises:
        InputError: it cannot be read; which file that is the caller says.
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("Parquet needs pyarrow: pip install 'credscore[arrow]'") from error
    try:
        # A buffered stream reads pages, not whole row groups, so that memory stays flat.
        file = pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
        _ = file.schema_arrow.names
    except (OSError, ValueError, pa.ArrowException) as error:  # ValueError: names that are no UTF-8
        raise InputError(f"not a Parquet file: {error}") from error
    return file


def damages() -> tuple[type[Exception], ...]:
    """What a broken file may raise beside errors of the system."""
    try:
        import pyarrow as pa
    except ImportError:
        return (ValueError,)
    return (ValueError, pa.ArrowException)


def pieces(file: Any, columns: Collection[str]) -> Iterator[Any]:
    """Record batches of some of the columns, small enough for memory."""
    for batch in file.iter_batches(_ROWS, columns=sorted(columns), use_threads=False):
        yield from _parts(batch)


def _parts(batch: Any) -> Iterator[Any]:
    """A batch in as many parts as memory asks for: a dictionary may hold one long text once and
    name it in every row.
    """
    size = sum(map(_unpacked_bytes, batch.columns))
    rows = max(1, batch.num_rows * _BYTES // max(size, _BYTES))
    for first in range(0, batch.num_rows, rows):
        yield batch.slice(first, rows)


def _unpacked_bytes(column: Any) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if not pa.types.is_dictionary(kind):
        return int(column.nbytes)
    if kind.value_type not in (pa.string(), pa.large_string(), pa.binary(), pa.large_binary()):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary).cast(pa.int64())
    return int(pc.sum(lengths.take(column.indices)).as_py() or 0)


def to_bytes(batch: Any) -> bytes:
    """A record batch as it travels to another process."""
    import pyarrow as pa

    # A column kept as a dictionary would send its whole dictionary with every few rows.
    columns = [
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for column in batch.columns
    ]
    batch = pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


_OUT_OF_RANGE = "<value out of range"  # what Arrow writes for years that it cannot count


def python_rows(batch: Any, columns: Collection[str]) -> list[dict[str, Any]]:
    """The rows as mappings of the columns that are read."""
    wanted = {n: p for p, n in enumerate(batch.schema.names) if n in columns}
    values = {name: _python_values(batch.column(place)) for name, place in wanted.items()}
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]


def _python_values(column: Any) -> list[Any]:
    """A column as Python values; one that cannot be read becomes its exception."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return _days(column)
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):  # no UTF-8
        return [_python_value(scalar) for scalar in column]
    return values


def _python_value(scalar: Any) -> Any:
    import pyarrow as pa

    try:
        return scalar.as_py()
    except (ValueError, OverflowError, pa.ArrowException) as error:
        return error


def _days(column: Any) -> list[str | None]:
    """Dates and times as text, for nanoseconds and the year 10000 have no Python type; in UTC where
    they have a zone, for the system may not know it.
    """
    import pyarrow as pa

    zoned = pa.types.is_timestamp(column.type) and _has_zone(column.type)
    if zoned:
        column = column.cast(pa.timestamp(column.type.unit))
    written: list[str | None] = column.cast(pa.string()).to_pylist()
    return [
        None if value is None or value.startswith(_OUT_OF_RANGE) else _whole(value) + "Z" * zoned
        for value in written
    ]


def _has_zone(kind: Any) -> bool:
    try:
        return kind.tz is not None
    except UnicodeDecodeError:  # a broken file's
        return True


def _whole(time: str) -> str:
    """Without a fraction of a second that is nothing."""
    whole, _, fraction = time.partition(".")
    return time if fraction.strip("0") else whole
