"""Tables and files of articles as numbered parts, the same ones on every run.

A part is what one worker scores at a time and what a resumed run skips. Where its edges lie depends
on the input alone. Rows travel raw (a line of JSON is not parsed here), so that reading stays far
faster than scoring and one bad row spoils nothing but itself.
"""

from __future__ import annotations

import glob
import hashlib
import itertools
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from credscore.errors import InputError
from credscore.pipelines.rows import Columns
from credscore.tables.files import kind_of, walk
from credscore.tables.parquet import open_parquet
from credscore.tables.readers import READERS, Raw, columns_of, known_columns

__all__ = ["Inputs", "Part", "find_inputs"]

PART_ROWS = 1024  # about a second of work: little is lost to a kill, and workers end together
PART_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """One input file; ``name`` is how results name it, ``kind`` a key of ``READERS``."""

    path: Path
    name: str
    kind: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Part:
    """Some neighbouring rows.

    Attributes:
        number: from 0.
        kind: how to read the rows.
        rows: raw: lines of JSON, mappings, Arrow bytes, or paths; or the error instead of one.
        first: number of the first row in its file.
        prefix: stands before row numbers that serve as ids.
        size: bytes of the input that it covers, packed as they are.
    """

    number: int
    kind: str
    rows: tuple[Raw, ...]
    first: int
    prefix: str
    size: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything to score, in order."""

    sources: tuple[Source, ...]
    ignored: Counter[str]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(source.size for source in self.sources)

    def digest(self) -> str:
        """Changes whenever a file comes, goes, is renamed, resized or written to."""
        lines = (f"{s.name}\0{s.kind}\0{s.size}\0{s.modified}\n" for s in self.sources)
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()

    def check(self, text: str) -> None:
        """Look into the first table, so that a wrong column name fails at once.

        Raises:
            InputError: it cannot be read or has no such column.
        """
        table = next((s for s in self.sources if s.kind in ("parquet", "csv", "tsv")), None)
        if table is not None:
            _check_table(table.path, table.kind, text)

    def parts(self, columns: frozenset[str], done: frozenset[int] = frozenset()) -> Iterator[Part]:
        """All parts but those in ``done``."""
        for number, part in enumerate(self._parts(columns)):
            if number not in done:
                yield replace(part, number=number)

    def _parts(self, columns: frozenset[str]) -> Iterator[Part]:
        for kind, group in itertools.groupby(self.sources, key=lambda source: source.kind):
            if kind == "article":
                yield from _article_parts(group)
                continue
            for source in group:
                prefix = "" if len(self.sources) == 1 else f"{source.name}:"
                yield from _table_parts(source, columns, prefix)


def _check_table(path: Path, kind: str, text: str) -> None:
    if kind == "parquet":
        from credscore.pipelines.arrow import check_columns

        try:
            check_columns(open_parquet(path).schema_arrow, Columns(text=text))
        except InputError as error:
            raise InputError(f"{path}: {error}") from error
    elif (found := (names := columns_of(path)).count(text)) != 1:
        count = "no column" if not found else f"{found} columns"
        raise InputError(f"{path}: {count} {text!r} in its first line; {known_columns(names)}")


def _article_parts(sources: Iterable[Source]) -> Iterator[Part]:
    articles: list[Source] = []
    for source in sources:
        articles.append(source)
        if len(articles) >= PART_ROWS:  # only their names travel, so bytes do not matter
            yield _article_part(articles)
            articles = []
    if articles:
        yield _article_part(articles)


def _article_part(articles: Sequence[Source]) -> Part:
    rows = tuple((source.name, str(source.path)) for source in articles)
    return Part(0, "article", rows, 0, "", sum(source.size for source in articles))


def _table_parts(source: Source, columns: frozenset[str], prefix: str) -> Iterator[Part]:
    rows: list[Raw] = []
    count = size = first = before = position = 0
    for raw in READERS[source.kind](source.path, columns):
        rows.append(raw.row)
        count += raw.count
        size += raw.size
        position = min(raw.position, source.size)
        if count >= PART_ROWS or size >= PART_BYTES:
            yield Part(0, source.kind, tuple(rows), first, prefix, position - before)
            rows, first, count, size, before = [], first + count, 0, 0, position
    if rows:
        yield Part(0, source.kind, tuple(rows), first, prefix, source.size - before)


def find_inputs(names: Sequence[str], leave_out: Iterable[Path] = ()) -> Inputs:
    """The files that some paths, folders and patterns stand for.

    Args:
        names: paths, folders, patterns.
        leave_out: files and folders that are no input wherever they lie.

    Raises:
        InputError: a path does not exist, a pattern or folder matches nothing readable, or a file
            named outright is of no known kind.
    """
    sources: dict[Path, Source] = {}
    ignored: Counter[str] = Counter()
    outside = {path.absolute() for path in leave_out}
    left_out = False
    for name in names:
        for path, shown, named in _expand(name):
            absolute = path.absolute()
            if absolute in outside or not outside.isdisjoint(absolute.parents):
                left_out = True
                continue
            kind = kind_of(path)
            if kind is None and named:
                raise InputError(
                    f"{path}: cannot tell what this file holds; give .parquet, .jsonl, .csv or "
                    ".tsv (the last three also as .gz or .zst), or a folder of .txt and .html"
                )
            if kind is None:
                ignored[path.suffix.lower() or "no suffix"] += 1
                continue
            source = _source(path, shown, kind, named)
            if source is None:
                ignored["no file"] += 1
            else:
                sources.setdefault(path, source)
    if not sources:
        why = ": what is there is the result's own" if left_out else ""
        raise InputError(f"nothing to score in {', '.join(names)}{why}")
    return Inputs(tuple(sources.values()), ignored)


def _source(path: Path, shown: str, kind: str, named: bool) -> Source | None:
    """None for what lies in a folder and is no file: a link to nowhere, a pipe nobody writes to.

    Raises:
        InputError: it was named outright.
    """
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            return Source(path, shown, kind, status.st_size, status.st_mtime_ns)
        why = "not a file"
    except OSError as error:
        why = error.strerror or str(error)
    if named:
        raise InputError(f"{path}: cannot be read: {why}")
    return None


def _expand(name: str) -> list[tuple[Path, str, bool]]:
    """(path, name in results, whether it was named outright) of every file, sorted."""
    if not name:
        raise InputError("an input has an empty name")
    path = Path(name)
    if path.is_dir():
        return [(file, file.relative_to(path).as_posix(), False) for file in walk(path)]
    if path.exists():
        return [(path, path.as_posix(), True)]
    if not glob.has_magic(name):
        raise InputError(f"{name}: no such file or folder")
    found: list[tuple[Path, str, bool]] = []
    for match in sorted(glob.glob(name, recursive=True)):  # noqa: PTH207  Path.glob is relative
        file = Path(match)
        if file.is_dir():
            found += [(inner, inner.as_posix(), False) for inner in walk(file)]
        else:
            found.append((file, file.as_posix(), False))
    return found
