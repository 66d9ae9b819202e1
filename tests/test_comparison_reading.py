"""Articles for a comparison from folders, tables, lines and objects; their dates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from invented_reports import reports

import credscore
from credscore.comparison.reading import Unreadable, count, day_of, entries
from credscore.errors import InputError


def test_reads_folders_tables_and_lines(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "post").mkdir()
    (tmp_path / "post" / "a.txt").write_text("One.")
    rows = [{"text": "Two.", "source": "b", "desk": "city", "published": None}]
    (tmp_path / "more.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    parquet.write_table(pa.Table.from_pylist(rows * 3), tmp_path / "t.parquet")
    found = list(entries(tmp_path, "source", None))
    assert sorted(e.group for e in found) == ["b", "b", "b", "b", "post"]
    assert {e.group for e in entries(str(tmp_path / "t.parquet"), "desk", None)} == {"city"}
    parquet.write_table(pa.Table.from_pylist([{"a": 1}]), tmp_path / "bad.parquet")
    with pytest.raises(InputError, match="no column 'text'"):
        list(entries(tmp_path / "bad.parquet", "source", None))
    (tmp_path / "bad.jsonl").write_text('{"text": "x"}\n[1]\n')
    with pytest.raises(InputError, match=r"bad\.jsonl line 2: the row is a list"):
        list(entries(tmp_path / "bad.jsonl", "source", None))


def test_unreadable_articles_are_recorded_on_request() -> None:
    found = credscore.compare([*reports("a", 6, 0.0), {"title": "no text"}, 3], on_error="record")
    assert found.unreadable == 2
    assert "needs 'text'" in found.unreadable_names[0]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1970-01-02", 1),
        ("1970-02", 45),
        ("1970-01-02T23:00:00+02:00", 1),
        ("Jan 3, 1970", 2),
        ("3 January 1970", 2),
        ("yesterday", None),
        ("", None),
        (None, None),
        ("2021-99-99", None),
    ],
)
def test_dates(text: str | None, day: int | None) -> None:
    assert day_of(text) == day


def test_articles_are_counted_without_reading_them(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"text": ["a"] * 7}), tmp_path / "t.parquet")
    (tmp_path / "more.jsonl").write_text('{"text": "x"}\n\n{"text": "y"}')
    (tmp_path / "one.txt").write_text("One.")
    (tmp_path / "photo.jpg").write_bytes(b"no article")
    assert count(tmp_path) == 7 + 2 + 1
    assert count(str(tmp_path / "more.jsonl")) == 2
    assert count([tmp_path / "one.txt", "a text", {"text": "x"}]) == 3
    assert count(iter([])) is None
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    assert count(tmp_path) is None


def test_what_cannot_be_read_costs_itself_alone(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    (tmp_path / "b.jsonl").write_text('{"text": "x"}\n{broken\n[1]\n{"text": 5}\n{"text": "y"}\n')
    (tmp_path / "c.txt").write_text("")
    (tmp_path / "d.txt").write_text("One.")
    found = list(entries(tmp_path, "source", None, "record"))
    assert [isinstance(e, Unreadable) for e in found] == [
        True, False, True, True, True, False, True, False,
    ]  # fmt: skip


def test_values_that_python_cannot_hold_cost_their_row_alone(tmp_path: Path) -> None:
    """They ended in a traceback; a byte-order mark cost the first row, bad bytes the whole file."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    bad = pa.array([b"\xff\xfe", b"One.", b"Two."])
    text = pa.Array.from_buffers(pa.string(), 3, bad.buffers())
    days = pa.array([0, 2**30, 0], pa.date32())
    parquet.write_table(pa.table({"text": text, "published": days}), tmp_path / "a.parquet")
    lines = b'\xef\xbb\xbf{"text": "x"}\n{"text": "\xff"}\n{"text": "y"}\n'
    (tmp_path / "b.jsonl").write_bytes(lines)
    found = list(entries(tmp_path, "source", None, "record"))
    assert [isinstance(e, Unreadable) for e in found] == [True, False, False, False, True, False]
    bad_ones = [e.name for e in found if isinstance(e, Unreadable)]
    assert bad_ones == [f"{tmp_path}/a.parquet row 1", f"{tmp_path}/b.jsonl line 2"]


def test_a_table_that_breaks_off_gives_its_rows(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    texts = [f"Number {number}." for number in range(2000)]
    options = {"row_group_size": 1000, "compression": "none", "use_dictionary": False}
    parquet.write_table(pa.table({"text": texts}), path, **options)
    second = parquet.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[second : second + 9] = b"\xff" * 9
    path.write_bytes(data)
    *rows, last = entries(path, "source", None, "record")
    assert isinstance(last, Unreadable)
    assert len(rows) >= 500
    assert "breaks off after" in str(last.error)
