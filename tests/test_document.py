"""Documents: what comes in, and clear errors for what cannot."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from credscore.document import Document, as_document, several
from credscore.errors import CredscoreError, InputError


def test_fields_and_defaults() -> None:
    document = Document("Text.", title="T", authors=["Ann Lee", " "], url="u", source="s")
    assert document.authors == ("Ann Lee",)
    assert Document("x").authors is None
    assert Document("x", authors=[]).authors == ()
    assert Document("x", authors="Ann Lee").authors == ("Ann Lee",)
    with pytest.raises(AttributeError):
        document.text = "other"  # type: ignore[misc]


@pytest.mark.parametrize("text", [None, 5, b"bytes", ["list"]])
def test_wrong_text_is_named(text: object) -> None:
    with pytest.raises(InputError, match="the text is"):
        Document(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["title", "url", "source", "published"])
def test_wrong_field_is_named(field: str) -> None:
    with pytest.raises(InputError, match=field):
        Document("x", **{field: 5})


@pytest.mark.parametrize("authors", [5, [1], {"a": 1}, b"x"])
def test_wrong_authors(authors: object) -> None:
    with pytest.raises(InputError, match="authors"):
        Document("x", authors=authors)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Grüße".encode(), "Grüße"),
        (b"\xef\xbb\xbfHello", "Hello"),
        ("Hello".encode("utf-16"), "Hello"),
        ("na\u00efve \u2019".encode("cp1252"), "na\u00efve \u2019"),
    ],
)
def test_text_files_in_several_encodings(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert Document.from_file(path).text == expected


def test_bad_files(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b" \n")
    (tmp_path / "image.txt").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "none.json").write_text('{"title": "x"}')
    (tmp_path / "long.json").write_text(f'{{"text": 1{"0" * 6000}}}')
    (tmp_path / "odd.docx").write_bytes(b"PK")
    names = ("empty.txt", "image.txt", "broken.json", "list.json", "deep.json", "none.json",
             "long.json", "odd.docx", "missing.txt", ".")  # fmt: skip
    for name in names:
        with pytest.raises(InputError, match=r".") as caught:
            Document.from_file(tmp_path / name)
        assert str(tmp_path) in str(caught.value)
        assert isinstance(caught.value, CredscoreError)


def test_json_record(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"text": "x", "title": "T", "author": "Ann Lee", "date": 2026}))
    document = Document.from_file(path)
    assert (document.title, document.authors, document.published) == ("T", ("Ann Lee",), "2026")


def test_dates_become_text() -> None:
    day = datetime.date(2026, 5, 14)
    document = Document("x", published=day, updated=datetime.datetime(2026, 5, 15, 8, 30))
    assert (document.published, document.updated) == ("2026-05-14", "2026-05-15T08:30:00")
    assert as_document({"text": "x", "published": day}).published == "2026-05-14"
    with pytest.raises(InputError, match="published is an int"):
        Document("x", published=2026)  # type: ignore[arg-type]


@pytest.mark.parametrize("one", ["a text", b"x", {"text": "x"}, Document("x"), 5])
def test_one_article_where_several_are_expected(one: object) -> None:
    with pytest.raises(InputError, match="several articles are needed"):
        several(one)  # type: ignore[arg-type]


def test_a_path_is_no_text() -> None:
    with pytest.raises(InputError, match=r"Document\.from_file"):
        as_document(Path("article.txt"))


def test_as_document() -> None:
    document = Document("x")
    assert as_document(document) is document
    assert as_document("x").text == "x"
    assert as_document({"text": "x"}).text == "x"
    for item in (None, 5, b"x", object()):
        with pytest.raises(InputError):
            as_document(item)
