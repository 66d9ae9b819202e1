"""Files of articles: which kind each is, by its name, and the bytes in them, unpacked, as UTF-8."""

from __future__ import annotations

import codecs
import gzip
import io
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from credscore.errors import MissingExtraError

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["PACKED", "encoding_of", "kind_of", "opened", "walk"]

PACKED = (".gz", ".zst")
_MARKS = (  # the longer ones first: one begins like another
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ARTICLES = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".json")
_KINDS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    **dict.fromkeys(_ARTICLES, "article"),
}


def kind_of(path: Path) -> str | None:
    """What a file holds, by its name; None where that says nothing we can read."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if suffixes and suffixes[-1] in PACKED:
        inner = _KINDS.get(suffixes[-2]) if len(suffixes) == 2 else None
        return inner if inner in ("jsonl", "csv", "tsv") else None
    return _KINDS.get(suffixes[-1]) if suffixes else None


def walk(folder: Path) -> list[Path]:
    """Files below a folder; hidden ones and those of tools (``_SUCCESS``) are not articles."""
    files: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        files += [Path(root, name) for name in names if not name.startswith((".", "_"))]
    return sorted(files, key=lambda file: file.as_posix())


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    """The bytes of a file, unpacked, UTF-16 as UTF-8; and how far the file itself is read."""
    with path.open("rb") as raw, closing(_unpacked(raw, path.suffix.lower())) as stream:
        yield _in_utf8(stream), raw.tell if raw.seekable() else int


def _unpacked(raw: io.BufferedReader, suffix: str) -> io.BufferedReader:
    if suffix == ".gz":
        return cast(io.BufferedReader, gzip.GzipFile(fileobj=raw, mode="rb"))
    return _unpacked_zst(raw) if suffix == ".zst" else raw


def _unpacked_zst(raw: IO[bytes]) -> io.BufferedReader:
    try:
        import pyarrow
    except ImportError as error:
        raise MissingExtraError(".zst needs pyarrow: pip install 'credscore[arrow]'") from error
    stream = pyarrow.CompressedInputStream(pyarrow.PythonFile(raw, mode="r"), "zstd")
    return io.BufferedReader(stream, 1 << 16)  # a file that breaks off loses so much


def encoding_of(first: bytes) -> str | None:
    """What a byte-order mark other than that of UTF-8 says; None without one."""
    return next((name for mark, name in _MARKS if first.startswith(mark)), None)


def _in_utf8(stream: io.BufferedReader) -> io.BufferedReader:
    encoding = encoding_of(stream.peek(4))
    return stream if encoding is None else io.BufferedReader(_Recoded(stream, encoding), 1 << 20)


class _Recoded(io.RawIOBase):
    """A stream of UTF-16, which spreadsheets write as "Unicode text", or UTF-32, as UTF-8."""

    def __init__(self, stream: io.BufferedReader, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        more = True
        while not self._left and more:
            data = self._stream.read1(1 << 16)  # what came before a file breaks off
            more = bool(data)
            self._left = self._decoder.decode(data, final=not more).encode("utf-8")
        view = memoryview(buffer).cast("B")
        given, self._left = self._left[: len(view)], self._left[len(view) :]
        view[: len(given)] = given
        return len(given)
