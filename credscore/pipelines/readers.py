"""One reader for each kind of table: raw rows with their sizes, and how to make sense of one.

Readers run where the work is handed out, ``parse`` where it is done. A row that cannot be read is
an ``InputError`` in its place; a file that breaks off gives its rows and one such error.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from credscore.document import Document
from credscore.errors import InputError, MissingExtraError

__all__ = ["READERS", "Raw", "RawRow", "check_table", "expand", "kind_of", "parse"]

Raw = bytes | dict[str, Any] | tuple[str, str] | InputError

# One article is at most a million characters (MAX_CHARACTERS); a line beyond this is no row but a
# file of another kind, or an array on one line.
MAX_LINE = 64_000_000
_ARROW_ROWS = 256  # rows of Parquet decoded at a time
_ARROW_BYTES = 16_000_000  # and unpacked at a time, about
_KINDS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    **dict.fromkeys((".txt", ".text", ".md", ".html", ".htm", ".xhtml", ".json"), "article"),
}
_DAMAGED = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row, or several of them as Arrow bytes; ``position`` is the place in the file, in bytes."""

    row: Raw
    size: int
    position: int
    count: int = 1


def kind_of(path: Path) -> str | None:
    """What a file holds, by its name; None where that says nothing we can read."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if suffixes and suffixes[-1] in (".gz", ".zst"):
        inner = _KINDS.get(suffixes[-2]) if len(suffixes) == 2 else None
        return inner if inner in ("jsonl", "csv", "tsv") else None
    return _KINDS.get(suffixes[-1]) if suffixes else None


def check_table(path: Path, kind: str, text: str) -> None:
    """See that a table can be opened and has the column of texts.

    Raises:
        InputError: not so.
    """
    if kind == "parquet":
        from credscore.pipelines.arrow import check_columns
        from credscore.pipelines.rows import Columns

        check_columns(_open_parquet(path).schema_arrow, Columns(text=text))
        return
    try:
        with _open(path) as (stream, _), closing(_csv_records(stream, kind)) as records:
            header = next(records, [])
    except _DAMAGED as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    if isinstance(header, InputError) or text not in header:
        raise InputError(f"{path}: no column {text!r} in its first line: {header!r:.300}")


class _Opened:
    """A file and the stream of its unpacked bytes."""

    def __init__(self, path: Path) -> None:
        self._raw = path.open("rb")
        self._stream: IO[bytes] = self._raw
        if path.suffix.lower() == ".gz":
            self._stream = cast(IO[bytes], gzip.GzipFile(fileobj=self._raw, mode="rb"))
        elif path.suffix.lower() == ".zst":
            self._stream = _unpacked_zst(self._raw)

    def __enter__(self) -> tuple[IO[bytes], Callable[[], int]]:
        return self._stream, self._raw.tell

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._raw.close()


_open = _Opened


def _unpacked_zst(raw: IO[bytes]) -> IO[bytes]:
    try:
        import pyarrow
    except ImportError as error:
        raise MissingExtraError(".zst needs pyarrow: pip install 'credscore[arrow]'") from error
    stream = pyarrow.CompressedInputStream(pyarrow.PythonFile(raw, mode="r"), "zstd")
    unpacked: IO[bytes] = io.BufferedReader(stream, 1 << 20)
    return unpacked


def _read_jsonl(path: Path, _: frozenset[str]) -> Iterator[RawRow]:
    done = 0
    try:
        with _open(path) as (stream, tell):
            for line in _lines(stream):
                done += 1
                size = len(line) if isinstance(line, bytes) else 0
                yield RawRow(line, size, tell())
    except _DAMAGED as error:
        yield _broken(path, done, error)


def _lines(stream: IO[bytes]) -> Iterator[bytes | InputError]:
    """Lines that hold something, in bounded memory."""
    first = True
    while line := stream.readline(MAX_LINE):
        if first:
            line, first = line.removeprefix(b"\xef\xbb\xbf"), False
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield InputError(f"the line is longer than {MAX_LINE:,} bytes")
        elif line := line.strip():
            yield line


def _read_csv(path: Path, columns: frozenset[str]) -> Iterator[RawRow]:
    kind = kind_of(path) or "csv"
    done = 0
    try:
        with _open(path) as (stream, tell), closing(_csv_records(stream, kind)) as records:
            header = next(records, [])
            if isinstance(header, InputError):
                raise header
            for record in records:
                done += 1
                row = _csv_row(record, header, columns)
                size = 0 if isinstance(row, InputError) else sum(map(len, row.values()))
                yield RawRow(row, size, tell())
    except (*_DAMAGED, InputError) as error:
        yield _broken(path, done, error)


def _csv_records(stream: IO[bytes], kind: str) -> Generator[list[str] | InputError, None, None]:
    csv.field_size_limit(MAX_LINE)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    lines = _BoundedLines(text)
    records = csv.reader(lines, delimiter="\t" if kind == "tsv" else ",")
    try:
        while True:
            lines.left = MAX_LINE
            try:
                record = next(records)
            except StopIteration:
                return
            except csv.Error as error:
                yield InputError(f"not a row of CSV: {error}")
            else:
                if record:
                    yield record
    finally:
        text.detach()  # the stream belongs to the caller


class _BoundedLines:
    """Lines for the reader of CSV, which would take any number of them into one row."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.left = MAX_LINE  # characters that the row at hand may still have

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.left)
        if not line and self.left:
            raise StopIteration
        self.left -= len(line)
        if self.left == 0 and not line.endswith(("\n", "\r")):
            while (rest := self.text.readline(MAX_LINE)) and not rest.endswith(("\n", "\r")):
                pass
            raise csv.Error(f"it is longer than {MAX_LINE:,} characters")
        return line


def _csv_row(
    record: list[str] | InputError, header: list[str], columns: frozenset[str]
) -> dict[str, Any] | InputError:
    """An empty field counts as not supplied."""
    if isinstance(record, InputError):
        return record
    if len(record) != len(header):
        return InputError(f"the row has {len(record)} fields, the first line {len(header)}")
    pairs = zip(header, record, strict=True)
    return {name: value for name, value in pairs if name in columns and value}


def _read_parquet(path: Path, columns: frozenset[str]) -> Iterator[RawRow]:
    import pyarrow as pa

    done = 0
    try:
        file = _open_parquet(path)
        total = max(file.metadata.num_rows, 1)
        wanted = [name for name in file.schema_arrow.names if name in columns]
        size = path.stat().st_size
        for batch in file.iter_batches(_ARROW_ROWS, columns=wanted, use_threads=False):
            for piece in _pieces(batch):
                done += piece.num_rows
                data = _arrow_bytes(piece)
                yield RawRow(data, len(data), size * done // total, piece.num_rows)
    except (*_DAMAGED, InputError, pa.ArrowException) as error:
        yield _broken(path, done, error)


def _open_parquet(path: Path) -> Any:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("Parquet needs pyarrow: pip install 'credscore[arrow]'") from error
    try:
        # A buffered stream reads pages, not whole row groups, so that memory stays flat.
        return pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path}: not a Parquet file that can be read: {error}") from error


def _pieces(batch: Any) -> Iterator[Any]:
    """A batch in as many parts as memory asks for: a dictionary may hold one long text once and
    name it in every row.
    """
    size = sum(map(_unpacked_bytes, batch.columns))
    rows = max(1, batch.num_rows * _ARROW_BYTES // max(size, _ARROW_BYTES))
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


def _arrow_bytes(batch: Any) -> bytes:
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


def _broken(path: Path, done: int, error: Exception) -> RawRow:
    message = f"{path.name} breaks off after {done} rows: {error}"
    return RawRow(InputError(message), 0, path.stat().st_size)


READERS: dict[str, Callable[[Path, frozenset[str]], Iterator[RawRow]]] = {
    "parquet": _read_parquet,
    "jsonl": _read_jsonl,
    "csv": _read_csv,
    "tsv": _read_csv,
}


def parse(raw: Raw) -> object:
    """A raw row as a mapping or a Document; an exception where it is neither.

    Raises:
        MissingExtraError: the extra ``html`` is needed.
    """
    try:
        if isinstance(raw, bytes):
            return json.loads(raw)
        if isinstance(raw, tuple):
            return Document.from_file(raw[1])
    except MissingExtraError:
        raise
    except (ValueError, RecursionError) as error:
        return InputError(_not_read(raw, error))
    return raw


def _not_read(raw: Raw, error: Exception) -> str:
    if isinstance(raw, bytes):
        return f"not a line of JSON: {error}"
    return str(error)


def expand(kind: str, rows: Sequence[Raw], columns: Any) -> list[Raw]:
    """Unpack Arrow bytes into rows; anything else is one row already."""
    if kind != "parquet":
        return list(rows)
    import pyarrow as pa

    from credscore.pipelines.arrow import python_rows

    unpacked: list[Raw] = []
    for row in rows:
        if isinstance(row, bytes):
            for batch in pa.ipc.open_stream(row):
                unpacked += python_rows(batch, columns)
        else:
            unpacked.append(row)
    return unpacked
