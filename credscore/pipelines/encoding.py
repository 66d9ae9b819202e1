"""Scored rows as bytes, and bytes as files.

A file's bytes depend on its rows alone, not on how many came at a time: text is joined, Arrow
batches are merged before they are written.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Protocol

from credscore.errors import MissingExtraError

__all__ = ["ENCODERS", "FORMATS", "encoding_of", "write_part", "write_whole"]


class Shape(Protocol):
    """Which optional columns there are."""

    @property
    def features(self) -> bool: ...
    @property
    def spans(self) -> bool: ...


Rows = Sequence[dict[str, Any]]

# Suffix of the output -> encoding of its rows.
FORMATS = {
    ".parquet": "arrow",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".jsonl.zst": "jsonl",
    ".csv": "csv",
    ".csv.gz": "csv",
}


def encoding_of(suffix: str) -> str:
    """How rows travel on their way to a file with this suffix.

    Raises:
        MissingExtraError: it takes pyarrow, which is not installed.
    """
    if (suffix == ".parquet" or suffix.endswith(".zst")) and find_spec("pyarrow") is None:
        raise MissingExtraError(
            f"{suffix} needs pyarrow: pip install 'credscore[arrow]', or write .jsonl or .csv"
        )
    return FORMATS[suffix]


def _arrow(rows: Rows, _: Sequence[str], shape: Shape) -> bytes:
    import pyarrow as pa

    from credscore.pipelines.arrow import to_batch

    batch = to_batch(list(rows), shape.features, shape.spans)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _jsonl(rows: Rows, names: Sequence[str], _: Shape) -> bytes:
    lines = []
    for row in rows:
        plain = {name: _finite(row[name]) for name in names}
        lines.append(json.dumps(plain, ensure_ascii=False, allow_nan=False) + "\n")
    return "".join(lines).encode("utf-8")


def _csv(rows: Rows, names: Sequence[str], _: Shape) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_field(row[name]) for name in names] for row in rows)
    return text.getvalue().encode("utf-8")


def _finite(value: Any) -> Any:
    """JSON has no NaN; "could not be measured" becomes null."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _field(value: Any) -> Any:
    """Lists as JSON; null and NaN as an empty field."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return _finite(value)


ENCODERS: dict[str, Callable[[Rows, Sequence[str], Shape], bytes]] = {
    "arrow": _arrow,
    "jsonl": _jsonl,
    "csv": _csv,
}


def write_part(file: IO[bytes], chunks: Sequence[bytes], suffix: str, shape: Shape) -> None:
    """One part's rows as a file; text without a header line."""
    if suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        from credscore.pipelines.arrow import output_schema

        schema = output_schema(shape.features, shape.spans)
        batches = [batch for chunk in chunks for batch in pa.ipc.open_stream(chunk)]
        table = pa.Table.from_batches(batches, schema=schema).combine_chunks()
        pq.write_table(table, file, compression="zstd")
        return
    file.write(_packed(b"".join(chunks), suffix))


def write_whole(
    file: IO[bytes], parts: Sequence[Path], suffix: str, names: Sequence[str], shape: Shape
) -> None:
    """All parts in one file: row groups of Parquet, or text one after the other."""
    if suffix == ".parquet":
        import pyarrow.parquet as pq

        from credscore.pipelines.arrow import output_schema

        schema = output_schema(shape.features, shape.spans)
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for part in parts:
                writer.write_table(pq.read_table(part, schema=schema, use_threads=False))
        return
    if suffix.startswith(".csv"):
        header = io.StringIO()
        csv.writer(header, lineterminator="\n").writerow(names)
        file.write(_packed(header.getvalue().encode("utf-8"), suffix))
    for part in parts:  # members of gzip and frames of Zstandard may follow one another
        file.write(part.read_bytes())


def _packed(data: bytes, suffix: str) -> bytes:
    if suffix.endswith(".gz"):
        return gzip.compress(data, compresslevel=6, mtime=0)
    if suffix.endswith(".zst"):
        try:
            import pyarrow
        except ImportError as error:
            raise MissingExtraError(".zst needs pyarrow: pip install 'credscore[arrow]'") from error
        packed: bytes = pyarrow.compress(data, codec="zstd", asbytes=True)
        return packed
    return data
