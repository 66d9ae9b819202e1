"""One reader for each kind of table: raw rows with their sizes, and how to make sense of one.

Where one process does everything, ``records`` gives rows ready for use. Otherwise readers run where
the work is handed out, ``parse`` where it is done. A row that cannot be read is an ``InputError``
in its place; a file that breaks off gives its rows and one such error.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from credscore.arguments import listed
from credscore.document import Document
from credscore.errors import InputError, MissingExtraError
from credscore.tables.files import kind_of, opened
from credscore.tables.parquet import damages, open_parquet, pieces, python_rows, to_bytes

__all__ = ["READERS", "Raw", "RawRow", "columns_of", "expand", "known_columns", "parse", "records"]

Raw = bytes | dict[str, Any] | tuple[str, str] | InputError

# One article is at most a million characters (MAX_CHARACTERS); a line beyond this is no row but a
# file of another kind, or an array on one line.
MAX_LINE = 64_000_000
_DAMAGED = (OSError, EOFError, zlib.error)
_OLD_WINDOWS = "credscore.windows-1252"


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row, or several of them as Arrow bytes.

    Attributes:
        row: itself.
        size: characters or bytes in it.
        position: how far the file is read, in bytes.
        number: of its line (JSON) or row in the file, from 1.
        count: rows that it holds.
    """

    row: Raw
    size: int
    position: int
    number: int
    count: int = 1


def _read_jsonl(path: Path, _: frozenset[str]) -> Iterator[RawRow]:
    done = number = 0
    try:
        with opened(path) as (stream, tell):
            for number, line in _lines(stream):
                done += 1
                size = len(line) if isinstance(line, bytes) else 0
                yield RawRow(line, size, tell(), number)
    except _DAMAGED as error:
        yield _broken(path, done, error, number)


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | InputError]]:
    """Lines that hold something, numbered, in bounded memory."""
    number = 0
    while line := stream.readline(MAX_LINE):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, InputError(f"the line is longer than {MAX_LINE:,} bytes")
        elif line := line.strip():
            yield number, line


def _read_csv(path: Path, columns: frozenset[str]) -> Iterator[RawRow]:
    kind = kind_of(path) or "csv"
    done = 0
    try:
        with opened(path) as (stream, tell), closing(_csv_records(stream, kind)) as records:
            header = next(records, [])
            if isinstance(header, InputError):
                raise header
            for record in records:
                done += 1
                row = _csv_row(record, header, columns)
                fields = () if isinstance(row, InputError) else row.values()
                size = sum(len(value) for value in fields if value)
                yield RawRow(row, size, tell(), done)
    except (*_DAMAGED, InputError) as error:
        yield _broken(path, done, error)


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 as older spreadsheets mean them on Windows."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_OLD_WINDOWS, _windows_1252)


def _csv_records(stream: IO[bytes], kind: str) -> Generator[list[str] | InputError, None, None]:
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE))
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors=_OLD_WINDOWS, newline="")
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
    """An empty field is None: not supplied."""
    if isinstance(record, InputError):
        return record
    if len(record) != len(header):
        return InputError(f"the row has {len(record)} fields, the first line {len(header)}")
    pairs = zip(header, record, strict=True)
    return {name: value or None for name, value in pairs if name in columns}


def _read_parquet(path: Path, columns: frozenset[str]) -> Iterator[RawRow]:
    done = 0
    broken: tuple[type[Exception], ...] = (*_DAMAGED, InputError, *damages())
    try:
        file = open_parquet(path)
        total = max(file.metadata.num_rows, 1)
        size = path.stat().st_size
        wanted = columns.intersection(file.schema_arrow.names)
        if not wanted:  # rows of nothing, but rows
            yield from (RawRow({}, 0, size, row + 1) for row in range(file.metadata.num_rows))
            return
        for piece in pieces(file, wanted):
            first, done = done + 1, done + piece.num_rows
            data = to_bytes(piece)
            yield RawRow(data, len(data), size * done // total, first, piece.num_rows)
    except broken as error:
        yield _broken(path, done, error)


def _broken(path: Path, done: int, error: Exception, number: int | None = None) -> RawRow:
    """Where the line ``number``, or so many rows, were the last ones."""
    found = f"the file breaks off after {done} rows" if done else "the file cannot be read"
    after = 1 + (done if number is None else number)
    try:
        size = path.stat().st_size
    except OSError:  # it has gone
        size = 0
    return RawRow(InputError(f"{found}: {_why(error)}"), 0, size, after)


def _why(error: Exception) -> str:
    if isinstance(error, gzip.BadGzipFile):
        return "it is not packed as its name says"
    return (isinstance(error, OSError) and error.strerror) or str(error)


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
    if isinstance(error, json.JSONDecodeError):
        return f"not a line of JSON: {error.msg.removesuffix(' at')} at character {error.pos + 1}"
    if isinstance(raw, bytes):
        return f"not a line of JSON in UTF-8: {error}"
    return str(error)


def expand(kind: str, rows: Sequence[Raw], columns: Collection[str]) -> list[Raw]:
    """Unpack Arrow bytes into rows; anything else is one row already."""
    if kind != "parquet":
        return list(rows)
    import pyarrow as pa

    unpacked: list[Raw] = []
    for row in rows:
        if isinstance(row, bytes):
            for batch in pa.ipc.open_stream(row):
                unpacked += python_rows(batch, columns)
        else:
            unpacked.append(row)
    return unpacked


def columns_of(path: Path) -> tuple[str, ...]:
    """Names of the columns of a table of Parquet or CSV.

    Raises:
        InputError: it cannot be read.
    """
    kind = kind_of(path) or "csv"
    try:
        if kind == "parquet":
            return tuple(open_parquet(path).schema_arrow.names)
        with opened(path) as (stream, _), closing(_csv_records(stream, kind)) as lines:
            header = next(lines, [])
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    except _DAMAGED as error:
        raise InputError(f"{path}: cannot be read: {_why(error)}") from error
    if isinstance(header, InputError):
        raise InputError(f"{path}: {header}") from header
    return tuple(header)


def known_columns(names: Sequence[str]) -> str:
    """What to say of a table that lacks a column."""
    return f"it has {listed(names)}" if names else "the file is empty"


def records(path: Path, columns: frozenset[str]) -> Iterator[tuple[int, object]]:
    """The rows of a table with their numbers: mappings, or the InputError in place of one.

    Args:
        path: of a kind in ``READERS``.
        columns: that are wanted, where a table has columns.
    """
    kind = kind_of(path) or ""
    for raw in READERS[kind](path, columns):
        for number, row in enumerate(expand(kind, [raw.row], columns), raw.number):
            yield number, _mapping(parse(row))


_JSON = {list: "a list", str: "a text", bool: "true or false", type(None): "null",
         int: "a number", float: "a number"}  # fmt: skip


def _mapping(record: object) -> object:
    if isinstance(record, InputError):
        return record
    if not isinstance(record, Mapping):
        found = _JSON.get(type(record), "a value")
        return InputError(f"the row is {found}; named fields are needed")
    for name, value in record.items():
        if isinstance(value, Exception):
            return InputError(f"{name!r} cannot be read: {value}")
    return record
