"""The article as it came in: immutable text plus whatever was supplied beside it.

Offsets everywhere in credscore are code points into ``Document.text``, ``end`` exclusive.
``None`` means "not supplied" and never counts as "not there".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from credscore.arguments import called, listed, path_of, positive, text, text_or_none, texts
from credscore.errors import InputError
from credscore.limits import MAX_CHARACTERS, read_whole

if TYPE_CHECKING:
    from datetime import date
    from os import PathLike

__all__ = ["MAX_CHARACTERS", "Document", "as_document", "markup_note", "several", "title_of"]

MAX_TITLE_SHOWN = 120  # characters
_LEAST_TITLE_WORDS = 4

# Closing tags near the beginning: an article on web pages may quote one or two.
_CLOSING_TAGS = ("</a>", "</body>", "</div>", "</li>", "</p>", "</span>", "</strong>", "</title>")
_MARKUP_WITHIN, _LEAST_TAGS = 20_000, 5

_HTML_SUFFIXES = (".html", ".htm", ".xhtml")
_TEXT_SUFFIXES = (".txt", ".md", ".text", ".markdown", "")
_RECORD_FIELDS = ("title", "authors", "url", "source", "published")


@dataclass(frozen=True, slots=True, init=False)
class Document:
    """One article.

    Args:
        text: the article's text, title line and page furniture included if that is how it came.
        title: its headline, where supplied apart from the text.
        authors: names as supplied beside the text: a string, or several; an empty sequence says
            "the page names none", None says "not supplied".
        url, source: kept for reports and grouping; never read by any feature.
        published, updated: dates as supplied: any text, or a date, kept as ISO 8601 ("2026-05-14");
            None where unknown.
        site_name, language: what the page says of itself (from HTML).
        notes: what was left out on the way in ("1 table dropped").

    Raises:
        InputError: the text is not a ``str``, or a field has the wrong type.
    """

    text: str
    title: str | None
    authors: tuple[str, ...] | None
    url: str | None
    source: str | None
    published: str | None
    updated: str | None
    site_name: str | None
    language: str | None
    notes: tuple[str, ...]

    def __init__(
        self,
        text: str,
        title: str | None = None,
        authors: str | Iterable[str] | None = None,
        url: str | None = None,
        source: str | None = None,
        published: str | date | None = None,
        *,
        updated: str | date | None = None,
        site_name: str | None = None,
        language: str | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        if not isinstance(text, str):
            raise InputError(_wrong_text(text))
        put = object.__setattr__
        put(self, "text", text)
        put(self, "title", text_or_none("title", title))
        put(self, "authors", _names(authors))
        put(self, "url", text_or_none("url", url))
        put(self, "source", text_or_none("source", source))
        put(self, "published", text_or_none("published", _iso(published)))
        put(self, "updated", text_or_none("updated", _iso(updated)))
        put(self, "site_name", text_or_none("site_name", site_name))
        put(self, "language", text_or_none("language", language))
        put(self, "notes", texts("notes", notes))

    def __repr__(self) -> str:
        shown = self.title or self.text[:40].replace("\n", " ")
        return f"<Document {len(self.text)} characters: {shown!r}>"

    @classmethod
    def from_html(cls, html: str | bytes, url: str | None = None) -> Document:
        """Read a web page: its article text in blocks, title, authors and dates.

        Needs the extra ``html`` (``pip install 'credscore[html]'``).

        Args:
            html: the page as text, or as bytes in any encoding that the page declares.
            url: where it came from; kept, and used to resolve the page's own links.

        Raises:
            InputError: the page is empty, too large, or holds no readable text.
            MissingExtraError: the extra is not installed.
        """
        from credscore.page import read_page

        page = read_page(html, url=text_or_none("url", url))
        return cls(**{name: getattr(page, name) for name in page.__slots__})

    @classmethod
    def from_url(cls, url: str, *, timeout: float = 20.0) -> Document:
        """Fetch a public http or https page and read it. Needs the extra ``html`` and a network.

        Args:
            url: the address; private and local addresses are refused.
            timeout: seconds allowed for the whole fetch.

        Raises:
            FetchError: offline, refused, too large, too slow, or not a page.
            InputError: the address is no text, or the timeout no number above 0.
        """
        from credscore.page.fetch import fetch

        address, body = fetch(text("url", url), timeout=positive("timeout", timeout))
        return cls.from_html(body, url=address)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Document:
        """Make a document from a mapping with ``text`` (or ``html``) and any of ``title``,
        ``authors`` (or ``author``), ``url``, ``source``, ``published`` (or ``date``).

        Raises:
            InputError: it is no mapping, or neither ``text`` nor ``html`` is there.
        """
        if not isinstance(record, Mapping):
            raise InputError(f"the record is {called(record)}; a mapping is needed")
        fields: dict[str, Any] = {name: record.get(name) for name in _RECORD_FIELDS}
        if fields["authors"] is None:
            fields["authors"] = record.get("author")
        if fields["published"] is None and record.get("date") is not None:
            fields["published"] = str(record["date"])
        if record.get("text") is not None:
            return cls(record["text"], **fields)
        if record.get("html") is not None:
            page = cls.from_html(record["html"], url=fields["url"])
            given = {name: value for name, value in fields.items() if value is not None}
            return _replaced(page, given)
        empty = next((repr(name) for name in ("text", "html") if name in record), None)
        if empty:
            raise InputError(f"a record needs 'text' or 'html'; the {empty} of this one is empty")
        known = listed(sorted(map(str, record)))
        raise InputError(f"a record needs 'text' or 'html'; this one has the fields: {known}")

    @classmethod
    def from_file(cls, path: str | PathLike[str]) -> Document:
        """Read an article from a ``.txt``, ``.md``, ``.html`` or ``.json`` file (one record).

        Raises:
            InputError: the file is missing, a directory, empty, or holds no text.
        """
        path = path_of("path", path)
        data = _read_bytes(path)
        suffix = path.suffix.lower()
        try:
            if suffix in _HTML_SUFFIXES:
                return cls.from_html(data)
            if suffix == ".json":
                return cls._from_json(data)
            if suffix in _TEXT_SUFFIXES:
                return cls(decode(data))
        except InputError as error:
            raise type(error)(f"{path}: {error}") from error
        raise InputError(
            f"{path}: cannot read a {suffix!r} file; give .txt, .md, .html or .json "
            "(tables, for 'credscore batch' and 'compare': .parquet, .jsonl, .csv, .tsv)"
        )

    @classmethod
    def _from_json(cls, data: bytes) -> Document:
        try:
            record = json.loads(decode(data))
        except (ValueError, RecursionError) as error:  # ValueError: numbers of too many digits
            raise InputError(f"not a JSON record: {error}") from error
        if not isinstance(record, dict):
            raise InputError(f"holds a JSON {type(record).__name__}; one object is expected")
        return cls.from_record(record)


def markup_note(text: str) -> str | None:
    """What to say of a text that is the source of a web page; None where it is not."""
    if "</" not in text:
        return None
    head = text[:_MARKUP_WITHIN].lower()
    if sum(map(head.count, _CLOSING_TAGS)) < _LEAST_TAGS:
        return None
    return "this looks like HTML, whose tags were read as words; use Document.from_html"


def title_of(document: Document, most: int = MAX_TITLE_SHOWN) -> str:
    """What to call an article: its headline, or the first line of its text that could be one (page
    furniture is shorter), in at most ``most`` characters.
    """
    lines = [" ".join(line.split()) for line in document.text.splitlines() if line.strip()]
    likely = next((line for line in lines if line.count(" ") >= _LEAST_TITLE_WORDS - 1), None)
    title = " ".join((document.title or likely or next(iter(lines), "An article")).split())
    return title if len(title) <= most else title[:most].rsplit(" ", 1)[0] + "…"


def decode(data: bytes) -> str:
    """Decode a text file: UTF-8 or UTF-16 with a byte-order mark, else UTF-8, else Windows-1252.

    Raises:
        InputError: the bytes are no text (control bytes as in images or archives).
    """
    encodings: tuple[str, ...] = ("utf-8-sig", "cp1252", "latin-1")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    controls = sum(data.count(bytes([code])) for code in (0, 1, 2, 3, 4, 5, 6))
    if encodings != ("utf-16",) and controls > len(data) // 200:
        raise InputError("these bytes are not text; is it an image, a PDF or an archive?")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("these bytes are not text in UTF-8 or UTF-16")


def as_document(item: object) -> Document:
    """Accept a Document, a string, a mapping, or a spaCy ``Doc``.

    Raises:
        InputError: anything else.
    """
    if isinstance(item, Document):
        return item
    if isinstance(item, str):
        return Document(item)
    if isinstance(item, Mapping):
        return Document.from_record(item)
    if type(item).__module__.startswith("spacy.") and hasattr(item, "text"):
        return Document(str(item.text))
    raise InputError(_wrong_text(item))


def several(items: Iterable[object]) -> Iterable[object]:
    """The same, if it is not one article given where several are expected.

    Raises:
        InputError: it is one; a string would be taken for an article a character.
    """
    if isinstance(items, str | bytes | Mapping | Document) or not isinstance(items, Iterable):
        raise InputError(f"several articles are needed, as in [article]; this is {called(items)}")
    return items


def _iso(value: object) -> object:
    """A date or datetime as text; everything else as it is."""
    # Not by type: importing datetime costs every start of the command line.
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if callable(isoformat) else value


def _wrong_text(item: object) -> str:
    if isinstance(item, bytes | bytearray):
        return "the text is bytes; decode it first, or use Document.from_html / Document.from_file"
    if isinstance(item, Path):
        return f"the text is {called(item)}; read a file with Document.from_file"
    return f"the text is {called(item)}; a str or a credscore.Document is needed"


def _names(authors: object) -> tuple[str, ...] | None:
    if authors is None:
        return None
    if isinstance(authors, str):
        return (authors,) if authors.strip() else ()
    if isinstance(authors, Iterable) and not isinstance(authors, bytes | Mapping):
        names = tuple(authors)
        if all(isinstance(name, str) for name in names):
            return tuple(name for name in names if name.strip())
    raise InputError(f"authors is {authors!r:.60}; a str, a sequence of str, or None is needed")


def _replaced(document: Document, given: Mapping[str, Any]) -> Document:
    names = ("title", "authors", "url", "source", "published")
    kept = {name: given.get(name, getattr(document, name)) for name in names}
    return Document(
        document.text,
        **kept,
        updated=document.updated,
        site_name=document.site_name,
        language=document.language,
        notes=document.notes,
    )


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{path} is a directory; name the files in it")
        with path.open("rb", buffering=0) as file:
            data = read_whole(file, str(path))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    if not data.strip():
        raise InputError(f"{path}: the file is empty")
    return data
