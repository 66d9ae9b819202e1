"""Articles from wherever they are: objects, records, files, folders, tables."""

from __future__ import annotations

import codecs
import datetime
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal
from urllib.parse import urlsplit

from credscore.arguments import called
from credscore.document import Document, as_document
from credscore.errors import CredscoreError, InputError, MissingExtraError
from credscore.limits import MAX_FILE_BYTES
from credscore.report import Report

__all__ = ["Entry", "Unreadable", "count", "day_of", "entries"]

OnError = Literal["raise", "record"]

_ARTICLES = (".txt", ".md", ".html", ".htm", ".xhtml", ".json", ".text", ".markdown")
_TABLES = (".parquet", ".jsonl", ".ndjson")
_FIELDS = ("text", "html", "title", "authors", "author", "url", "source", "published", "date")
_ROWS = 256  # of a table in memory at a time
_DATE_FORMATS = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%m/%d/%Y", "%Y/%m/%d", "%Y%m%d")
_ISO_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article on its way into a comparison.

    Attributes:
        article: a document still to be scored, or a report.
        group: what it is grouped by; None where that is not given.
        cluster: articles of one name are not independent of each other; None: this one is.
        name: what to call it where it has no title.
    """

    article: Document | Report
    group: str | None
    cluster: str | None
    name: str

    @property
    def document(self) -> Document:
        return self.article.document if isinstance(self.article, Report) else self.article


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands where an article would, if errors are recorded."""

    name: str
    error: CredscoreError


def entries(
    items: object, by: str, cluster: str | None, on_error: OnError = "raise"
) -> Iterator[Entry | Unreadable]:
    """Walk through articles one at a time.

    Args:
        items: a path, or an iterable of reports, documents, mappings, texts and paths. A text that
            names a file or folder is read as such.
        by, cluster: fields of a mapping, a table or a document.
    """
    for number, item in enumerate(_several(items), 1):
        for name, folder, one in _opened(item, f"article {number}", on_error, (by, cluster)):
            if isinstance(one, Unreadable):
                yield one
                continue
            try:
                yield _entry(one, name, folder, by, cluster)
            except CredscoreError as error:
                if on_error == "raise":
                    raise
                yield Unreadable(name, error)


def _several(items: object) -> Iterable[Any]:
    if isinstance(items, str | Path | Document | Report | Mapping):
        return [items]
    if isinstance(items, Iterable):
        return items
    raise InputError(f"articles, or a path to them, are needed; this is {called(items)}")


def count(items: object) -> int | None:
    """How many articles ``entries`` will give, found without reading them; None where that cannot
    be known beforehand.
    """
    if isinstance(items, str | Path | Document | Report | Mapping):
        items = [items]
    if not isinstance(items, list | tuple):
        return None
    try:
        return sum(_count(path) if (path := _path_of(item)) else 1 for item in items)
    except (OSError, ValueError, ImportError):  # reading will say what is wrong, and where
        return None


def _count(path: Path) -> int:
    suffix = path.suffix.lower()
    if path.is_dir():
        return sum(_count(file) for file in _files(path))
    if suffix == ".parquet":
        from pyarrow import parquet

        return int(parquet.read_metadata(path).num_rows)
    if suffix in (".jsonl", ".ndjson"):
        with path.open("rb") as lines:
            return sum(not line.isspace() for line in lines)
    return 1


Opened = tuple[str, str | None, Any]  # name, folder, and the article in whatever form


def _opened(
    item: Any, name: str, on_error: OnError, wanted: tuple[str | None, ...]
) -> Iterator[Opened]:
    path = _path_of(item)
    if path is None:
        yield name, None, item
        return
    for file, folder in _files_of(path):
        try:
            yield from _from_file(file, folder, wanted)
        except InputError as error:
            if on_error == "raise":
                raise
            yield str(file), None, Unreadable(str(file), error)


def _path_of(item: Any) -> Path | None:
    if isinstance(item, Path):
        return item
    if isinstance(item, str) and len(item) < 4096 and "\n" not in item and "\0" not in item:
        path = Path(item)
        try:
            return path if path.exists() else None
        except OSError:  # a text longer than a file name may be
            return None
    return None


def _files_of(path: Path) -> Iterator[tuple[Path, str | None]]:
    """The files that a path stands for, each with the folder below it that it lies in."""
    if not path.is_dir():
        yield path, None
        return
    for file in _files(path):
        parts = file.relative_to(path).parts
        yield file, parts[0] if len(parts) > 1 else None


def _from_file(path: Path, folder: str | None, wanted: tuple[str | None, ...]) -> Iterator[Opened]:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        yield from _from_parquet(path, wanted)
    elif suffix in (".jsonl", ".ndjson"):
        yield from _from_lines(path)
    else:
        yield path.name, folder, path


def _files(folder: Path) -> list[Path]:
    """Articles and tables below a folder."""
    known = (*_ARTICLES, *_TABLES)
    return [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in known and p.is_file()]


def _from_parquet(path: Path, wanted: tuple[str | None, ...]) -> Iterator[Opened]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError(
            f"{path}: reading parquet needs pyarrow: pip install 'credscore[arrow]'"
        ) from error
    try:
        table = parquet.ParquetFile(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(f"{path}: cannot be read as parquet: {error}") from error
    columns = [name for name in table.schema_arrow.names if name in {*_FIELDS, *wanted}]
    if not {"text", "html"} & set(columns):
        known = ", ".join(table.schema_arrow.names[:12])
        raise InputError(f"{path}: no column 'text' or 'html'; it has {known}")
    row = 0
    try:
        for batch in table.iter_batches(batch_size=_ROWS, columns=columns):
            for record in _records(batch):
                row += 1
                yield f"{path.name} row {row}", None, record
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path}: breaks off after {row} rows: {error}") from error


def _records(batch: Any) -> Iterator[Any]:
    """The rows; one with a value that Python cannot hold is the error in its place."""
    try:
        yield from batch.to_pylist()
        return
    except (ValueError, OverflowError):  # no UTF-8; a day beyond the year 9999
        pass
    for row in range(batch.num_rows):
        try:
            yield batch.slice(row, 1).to_pylist()[0]
        except (ValueError, OverflowError) as error:
            yield InputError(f"cannot be read: {error}")


def _from_lines(path: Path) -> Iterator[Opened]:
    """The records; one that cannot be read is the error in its place."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(_bounded(lines), 1):
                if line.strip():
                    where = f"{path}:{number}"
                    try:
                        record = _record(line, where)
                    except InputError as error:
                        record = error
                    yield f"{path.name} line {number}", None, record
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


def _bounded(lines: BinaryIO) -> Iterator[bytes]:
    """Lines; of one that is far too long, a beginning that is no JSON."""
    while line := lines.readline(MAX_FILE_BYTES):
        yield line
        while len(line) == MAX_FILE_BYTES and not line.endswith(b"\n"):
            line = lines.readline(MAX_FILE_BYTES)


def _record(line: bytes, where: str) -> Any:
    try:
        record = json.loads(line.removeprefix(codecs.BOM_UTF8))
    except (ValueError, RecursionError) as error:  # ValueError: numbers of too many digits
        raise InputError(f"{where}: not a JSON record: {error}") from error
    if not isinstance(record, dict):
        raise InputError(f"{where}: holds a JSON {type(record).__name__}; one object is expected")
    return record


def _entry(item: Any, name: str, folder: str | None, by: str, cluster: str | None) -> Entry:
    if isinstance(item, InputError):
        raise item
    if isinstance(item, Report):
        document = item.document
    elif isinstance(item, Path):
        document = Document.from_file(item)
    else:
        document = as_document(_with_plain_fields(item))
    article = item if isinstance(item, Report) else document
    group = _field(item, document, by)
    if group is None and by == "source":
        group = folder
    return Entry(article, group, _field(item, document, cluster) if cluster else None, name)


def _with_plain_fields(item: Any) -> Any:
    """Table columns hold dates and missing numbers where a document wants text."""
    if not isinstance(item, Mapping):
        return item
    record = {key: value for key, value in item.items() if not _missing(value)}
    for key in ("published", "date"):
        if key in record and not isinstance(record[key], str):
            record[key] = str(record[key])
    return record


def _missing(value: Any) -> bool:
    """None, or the NaN that data frames put where a text is missing."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _field(item: Any, document: Document, name: str) -> str | None:
    if name == "article":
        return None
    if name == "site":
        host = urlsplit(document.url or "").hostname
        return host.removeprefix("www.") if host else None
    value = item.get(name) if isinstance(item, Mapping) else None
    if value is None:
        value = getattr(document, name, None)
    if _missing(value) or value in ("", ()):
        return None
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def day_of(published: str | None) -> int | None:
    """Days since 1970 of a date as articles carry it; None where it is not clear.

    >>> day_of("1970-01-31T08:00:00Z"), day_of("January 31, 1970"), day_of("last week")
    (30, 30, None)
    """
    text = (published or "").strip()
    if _ISO_DATE.match(text):
        text = (
            text[:10]
            if len(text) >= 10 and text[7:8] == "-" and text[8:10].isdigit()
            else text[:7] + "-15"
        )
        formats: tuple[str, ...] = ("%Y-%m-%d",)
    else:
        text, formats = text[:30].strip(), _DATE_FORMATS
    for form in formats:
        try:
            date = datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
        return (date - datetime.date(1970, 1, 1)).days
    return None
