"""Arrow in, Arrow out: every string type, odd rows, and the same numbers as one by one."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from expected_rows import (
    ARTICLES,
    SHORT,
    expected_features,
    expected_row,
    expected_spans,
    plain,
)

import credscore
from credscore.document import Document
from credscore.errors import InputError
from credscore.pipelines import rows as rows_module
from credscore.pipelines.rows import Columns, column_names, score_rows

pa = pytest.importorskip("pyarrow")

from credscore.pipelines.arrow import (  # noqa: E402
    SCHEMA_VERSION,
    output_schema,
    score_batch,
    score_table,
)

NAMES = list(ARTICLES)[:4]
TEXTS = [*(ARTICLES[name] for name in NAMES), SHORT]


def batch(texts: Any, **columns: Any) -> Any:
    return pa.record_batch({"text": texts, **columns})


def test_equals_score_exactly() -> None:
    scored = score_batch(batch(TEXTS, id=[*NAMES, "short"]), features=True, spans=True)
    assert scored.schema.equals(output_schema(features=True, spans=True), check_metadata=True)
    for text, row in zip(TEXTS, scored.to_pylist(), strict=True):
        expected = expected_row(text, row["id"])
        assert {name: row[name] for name in expected} == expected
        assert {k: v for k, v in plain(row).items() if "." in k} == plain(expected_features(text))
        assert row["spans"] == expected_spans(text)


def test_the_other_columns_are_read() -> None:
    title, authors = "Harbour bridge to close", ["Maren Holt", None]
    published = [datetime.datetime(2023, 10, 3, 12, 30, 0, 1)]
    one = batch(
        TEXTS[:1],
        title=[title],
        authors=[authors],
        published=pa.array(published, pa.timestamp("ns")),
        url=["https://example.org/1"],
    )
    document = Document(TEXTS[0], title=title, authors=["Maren Holt"], published="2023-10-03")
    row = score_batch(one, features=True).to_pylist()[0]
    assert plain({k: v for k, v in row.items() if "." in k}) == plain(expected_features(document))
    assert row["overall"] == credscore.score(document).overall.value
    # As in Document.from_record, crawls may say "author".
    other = score_batch(batch(TEXTS[:1], title=[title], author=["Maren Holt"]), features=True)
    assert plain(other.to_pylist()[0]) == plain(row)


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int32(), pa.string()),
        pa.dictionary(pa.int8(), pa.large_string()),
    ],
    ids=str,
)
def test_every_string_type(kind: Any) -> None:
    texts = [TEXTS[0], None, SHORT, TEXTS[0]]
    plain_texts = score_batch(batch(pa.array(texts, pa.string())))

    def made(some: list[str | None]) -> pa.Array:
        # Old versions can make views but not cast to them, and cast to dictionaries but not make.
        encoded = pa.types.is_dictionary(kind)
        return pa.array(some, pa.string()).cast(kind) if encoded else pa.array(some, kind)

    assert score_batch(batch(made(texts))).equals(plain_texts)
    chunked = pa.table({"text": pa.chunked_array(map(made, (texts[:1], [], texts[1:])), kind)})
    assert score_table(chunked).to_pylist() == plain_texts.to_pylist()
    sliced = batch(made(texts)).slice(1, 2)
    assert score_batch(sliced, first_id=1).equals(plain_texts.slice(1, 2))


def test_a_row_without_text_is_a_recorded_error() -> None:
    row = score_batch(batch([None, SHORT])).to_pylist()[0]
    assert row["error"] == "the text (column 'text') is null"
    assert row["id"] == "0"
    assert all(value is None for name, value in row.items() if name not in ("id", "error"))
    nothing = score_batch(batch(pa.nulls(2)))
    assert nothing["error"].null_count == 0


def test_no_rows() -> None:
    assert score_batch(batch(pa.array([], pa.string()))).num_rows == 0
    empty = score_table(pa.table({"text": pa.array([], pa.string())}))
    assert empty.schema.equals(output_schema())


def test_bytes_that_are_no_text() -> None:
    broken = pa.array([b"fine", b"\xff\xfe\xfa"], pa.binary()).view(pa.string())
    fine, error = score_batch(batch(broken)).to_pylist()
    assert fine["error"] is None
    assert "cannot be read" in error["error"]


def test_wrong_columns_are_named() -> None:
    with pytest.raises(InputError, match="no column 'text'; the table has: 'body'"):
        score_batch(pa.record_batch({"body": TEXTS}))
    with pytest.raises(InputError, match="holds int64"):
        score_batch(batch([1, 2]))
    twice = pa.RecordBatch.from_arrays([pa.array(TEXTS)] * 2, names=["text", "text"])
    with pytest.raises(InputError, match="2 columns 'text'"):
        score_batch(twice)
    named = pa.record_batch({"body": TEXTS[:1], "key": [7]})
    row = score_batch(named, columns=Columns(text="body", id="key")).to_pylist()[0]
    assert row == expected_row(TEXTS[0], "7")


def test_mixed_rows_never_raise() -> None:
    odd: list[Any] = [
        {"text": TEXTS[0]},
        {"text": 7},
        {"text": b"bytes"},
        {"text": float("nan")},
        {"text": TEXTS[0], "title": 3},
        {"text": TEXTS[0], "authors": {"name": "x"}},
        {},
        None,
        "text",
        ["text"],
        ValueError("broken"),
        {"text": "\ud800 " + TEXTS[0], "id": "\udfff"},
    ]
    scored = score_rows(odd, spans=True, features=True)
    assert [row["error"] is None for row in scored] == [True, *[False] * 10, True]
    assert all(tuple(row) == column_names(True, True) for row in scored)
    assert pa.array([row["id"] for row in scored])[-1].as_py() == "?"
    assert scored[0]["overall"] == credscore.score(TEXTS[0]).overall.value


def test_a_defect_costs_its_own_row(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows_module.annotate_batch

    def broken(documents: list[Document]) -> Any:
        if any("odd" in document.text for document in documents):
            raise IndexError("beyond the end")
        return whole(documents)

    monkeypatch.setattr(rows_module, "annotate_batch", broken)
    scored = score_rows([{"text": text} for text in (TEXTS[0], "an odd text", TEXTS[1])])
    assert [row["error"] for row in scored] == [
        None,
        "scoring failed: IndexError: beyond the end",
        None,
    ]
    assert scored[2] == expected_row(TEXTS[1], "2")


def test_a_list_of_bad_types_in_one_column() -> None:
    """Columns that Arrow can hold and a Document cannot."""
    scored = score_batch(batch(TEXTS[:2], title=[1, 2], authors=[["A"], ["B"]])).to_pylist()
    assert [row["error"] for row in scored] == ["title is an int; a str or None is needed"] * 2


def test_the_schema_is_versioned() -> None:
    """A change here is a change for everybody downstream: raise SCHEMA_VERSION with it."""
    assert output_schema().metadata == {b"credscore.schema": SCHEMA_VERSION.encode()}
    shown = "; ".join(f"{field.name} {field.type}" for field in output_schema(spans=True))
    assert SCHEMA_VERSION == "1"
    assert shown == (
        "id string; overall double; overall_low double; overall_high double; credibility double; "
        "credibility_low double; credibility_high double; quality double; quality_low double; "
        "quality_high double; genre string; abstained bool; abstention_reason string; "
        "reasons list<item: string>; error string; "
        "spans list<item: struct<kind: string, start: int64, end: int64>>"
    )
