"""Articles from wherever they are: objects, records, files, folders, tables."""

from __future__ import annotations

import datetime
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from credscore.arguments import called
from credscore.document import Document, as_document
from credscore.errors import CredscoreError, InputError
from credscore.report import Report
from credscore.tables.files import PACKED, encoding_of, kind_of, walk
from credscore.tables.parquet import open_parquet
from credscore.tables.readers import READERS, columns_of, known_columns, records

__all__ = ["Entry", "Unreadable", "count", "day_of", "entries"]

OnError = Literal["raise", "record"]

_FIELDS = ("text", "html", "title", "authors", "author", "url", "source", "published", "date")
_PIECE = 1 << 20  # bytes of a line
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
                if on_error == "record":
                    yield Unreadable(name, error)
                elif isinstance(error, InputError) and not isinstance(one, Path):
                    raise InputError(f"{name}: {error}") from error  # a file's says which it is
                else:
                    raise


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
        return _total(_count(path) if (path := _path_of(item)) else 1 for item in items)
    except (OSError, ValueError, CredscoreError):  # reading will say what is wrong, and where
        return None


def _count(path: Path) -> int | None:
    if path.is_dir():
        return _total(map(_count, _files(path)))
    if not path.is_file():  # a pipe can be read once
        return None
    kind = kind_of(path)
    if kind == "parquet":
        return int(open_parquet(path).metadata.num_rows)
    if kind == "jsonl" and path.suffix.lower() not in PACKED:
        with path.open("rb") as stream:
            return _lines(stream)
    return None if kind in READERS else 1


def _lines(stream: io.BufferedReader) -> int | None:
    """Lines that hold something, in bounded memory."""
    if encoding_of(stream.peek(4)):
        return None
    count, opens = 0, True
    while piece := stream.readline(_PIECE):
        count += opens and not piece.isspace()
        opens = piece.endswith(b"\n")
    return count


def _total(counts: Iterable[int | None]) -> int | None:
    total = 0
    for number in counts:
        if number is None:
            return None
        total += number
    return total


Opened = tuple[str, str | None, Any]  # name, folder, and the article in whatever form


def _opened(
    item: Any, name: str, on_error: OnError, wanted: tuple[str | None, ...]
) -> Iterator[Opened]:
    path = _path_of(item)
    if path is None:
        yield name, None, item
        return
    files = [(file, folder, _lack(file)) for file, folder in _files_of(path)]
    # A table of something else that lies among articles is let be.
    for file, folder, lack in [one for one in files if not one[2]] or files:
        try:
            if lack:
                raise InputError(f"{file}: {lack}")
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


def _lack(path: Path) -> str | None:
    """What keeps a table from being one of articles; None for anything else, and where the table
    cannot be read: whoever does will say what is wrong.
    """
    kind = kind_of(path)
    if kind not in READERS or kind == "jsonl" or not path.is_file():  # a pipe can be read once
        return None
    try:
        names = columns_of(path)
    except InputError:
        return None
    known = known_columns(names)
    twice = next((name for name in ("text", "html") if names.count(name) > 1), None)
    if twice:
        return f"several columns {twice!r}; {known}"
    return None if {"text", "html"} & set(names) else f"no column 'text' or 'html'; {known}"


def _from_file(path: Path, folder: str | None, wanted: tuple[str | None, ...]) -> Iterator[Opened]:
    kind = kind_of(path)
    if kind not in READERS:
        yield path.name, folder, path
        return
    place = "line" if kind == "jsonl" else "row"
    columns = frozenset({*_FIELDS, *(name for name in wanted if name)})
    for number, row in records(path, columns):
        shown = path if isinstance(row, InputError) else path.name
        yield f"{shown} {place} {number}", None, row


def _files(folder: Path) -> list[Path]:
    """Articles and tables below a folder."""
    return [path for path in walk(folder) if kind_of(path) and path.is_file()]


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
    record = {key: None if _missing(value) else _present(value) for key, value in item.items()}
    for key in ("published", "date"):
        if key in record and not isinstance(record[key], str):
            record[key] = str(record[key])
    return record


def _present(value: Any) -> Any:
    """Nulls in a list of authors name nobody."""
    return [one for one in value if not _missing(one)] if isinstance(value, list) else value


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
