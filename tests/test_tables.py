"""Tables of articles, whatever wrote them: one set of readers for comparisons and pipelines."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from credscore.cli import main
from credscore.comparison.reading import Unreadable, count, entries
from credscore.errors import InputError
from credscore.tables.files import walk
from credscore.tables.parquet import python_rows, to_bytes
from credscore.tables.readers import columns_of, records

ROWS = [
    {"text": "“Nothing,” she said.\nThe end…", "source": "a", "title": "Café, “open”"},
    {"text": "A tab\tand a comma, both.", "source": "b", "title": "Two"},
    {"text": "Line\u2028separator and \x85 next line.", "source": "a", "title": "Три"},
]
FIELDS = tuple(ROWS[0])


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, FIELDS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_lines(rows: list[dict[str, str]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def zstd(data: bytes) -> bytes:
    pa = pytest.importorskip("pyarrow")
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def written(name: str) -> bytes:
    """The rows as a file of that name would hold them; "utf-16" in it says how they are coded."""
    text = as_lines(ROWS) if ".jsonl" in name else as_csv(ROWS, "\t" if ".tsv" in name else ",")
    data = text.encode(next((c for c in ("utf-16", "utf-8-sig") if c in name), "utf-8"))
    if name.endswith(".gz"):
        return gzip.compress(data)
    return zstd(data) if name.endswith(".zst") else data


@pytest.mark.parametrize(
    "name",
    ["a.csv", "a.tsv", "a.jsonl", "a.csv.gz", "a.tsv.gz", "a.jsonl.gz", "a.csv.zst", "a.jsonl.zst",
     "utf-8-sig.csv", "utf-8-sig.jsonl.gz", "utf-16.csv", "utf-16.tsv.gz", "utf-16.jsonl",
     "utf-16.jsonl.gz", "utf-16.jsonl.zst"],
)  # fmt: skip
def test_every_form_holds_the_same_articles(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(written(name))
    assert list(records(path, frozenset(FIELDS))) == list(enumerate(ROWS, 1))
    found = list(entries(path, "source", None))
    assert [(e.document.text, e.group, e.document.title) for e in found] == [
        tuple(row[field] for field in FIELDS) for row in ROWS
    ]


def test_utf_16_of_the_other_order_and_broken(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xfe\xff" + as_csv(ROWS).encode("utf-16-be"))
    assert [row for _, row in records(path, frozenset(FIELDS))] == ROWS
    half = as_csv([{**ROWS[1], "text": "a\ud800b"}]).encode("utf-16-le", "surrogatepass")
    path.write_bytes(b"\xff\xfe" + half + b"x")  # half a character, and half of another at the end
    assert texts(path)[0]["text"] == "a\ufffdb"


def test_spreadsheets_of_older_windows(tmp_path: Path) -> None:
    """Typographic quotation marks were lost, and with them what people say."""
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv(ROWS[:1]).encode("cp1252") + b"\x81,b,c\r\n")
    first, second = texts(path)
    assert first == ROWS[0]
    assert second["text"] == "\ufffd"


def texts(path: Path) -> list[Any]:
    return [row for _, row in records(path, frozenset(FIELDS))]


def test_long_tables_are_recoded_in_pieces(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "title": str(number)} for number in range(5000)]
    path = tmp_path / "a.jsonl"
    path.write_bytes(as_lines(rows).encode("utf-16"))
    assert texts(path) == rows


def test_rows_that_are_no_articles(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,source\none,a\ntoo,many,fields\ntwo,b\n")
    found = list(entries(path, "source", None, "record"))
    assert [e.name for e in found if isinstance(e, Unreadable)] == [f"{path} row 2"]
    with pytest.raises(InputError, match=r"a\.csv row 2: the row has 3 fields"):
        list(entries(path, "source", None))
    path.write_text("body,source\none,a\n")
    with pytest.raises(InputError, match=r"no column 'text' or 'html'; it has 'body', 'source'"):
        list(entries(path, "source", None))
    path.write_text("text,text\none,two\n")
    with pytest.raises(InputError, match="several columns 'text'"):
        list(entries(path, "source", None))
    path.write_text("")
    with pytest.raises(InputError, match="the file is empty"):
        list(entries(path, "source", None))
    path.write_text('"' + "Once upon a time. \0" * 1000 + '",a\n')
    with pytest.raises(InputError, match="it has one of 19,000 characters, 'a'"):
        list(entries(path, "source", None))
    assert columns_of(path)[1] == "a"


def test_utf_32_and_lines_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(as_lines(ROWS).encode("utf-32"))
    assert texts(path) == ROWS
    assert count(path) is None
    path.write_text("\n".join(["x" * 3_000_000, "", "  ", "y", "z" * 1_048_576]))
    assert count(path) == 3


@pytest.mark.parametrize("name", ["gone.csv", "gone.jsonl", "gone.parquet", "gone.jsonl.gz"])
def test_files_that_are_not_there(tmp_path: Path, name: str) -> None:
    """They ended the whole run."""
    if "parquet" in name:
        pytest.importorskip("pyarrow")
    (tmp_path / "here.jsonl").write_text(as_lines(ROWS))
    paths = [tmp_path / name, tmp_path / "here.jsonl"]
    found = list(entries(paths, "source", None, "record"))
    assert [isinstance(e, Unreadable) for e in found] == [True, False, False, False]
    with pytest.raises(InputError, match="No such file"):
        list(entries(paths, "source", None))


def test_a_packed_table_that_breaks_off_gives_its_rows(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "title": str(number)} for number in range(500)]
    for encoding in ("utf-8", "utf-16"):
        path = tmp_path / f"{encoding}.csv.gz"
        path.write_bytes(gzip.compress(as_csv(rows).encode(encoding))[:-10])
        *whole, last = texts(path)
        assert len(whole) > 490
        assert "breaks off after" in str(last)
        assert path.name not in str(last)
    path.write_bytes(b"text,source\n")
    with pytest.raises(InputError, match="not packed as its name says"):
        list(entries(path, "source", None))


def test_dates_of_any_kind(tmp_path: Path) -> None:
    """Zones that nobody knows ended the run; years beyond 9999 were shown as Arrow writes them."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {
        "text": pa.array(["One.", "Two."]),
        "far": pa.array([0, 2**30], pa.date32()),
        "second": pa.array([0, 1_700_000_000], pa.timestamp("ns")),
        "zone": pa.array([0, 1_500_000]).cast(pa.timestamp("us", "Mars/Phobos")),
        "span": pa.array([1, None], pa.duration("s")),
    }
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table(columns), path)
    first, second = (row for _, row in records(path, frozenset(columns)))
    assert first["far"] == "1970-01-01"
    assert second["far"] is None
    assert first["second"] == "1970-01-01 00:00:00"
    assert second["second"] == "1970-01-01 00:00:01.700000000"
    assert first["zone"] == "1970-01-01 00:00:00Z"
    assert second["zone"] == "1970-01-01 00:00:01.500000Z"
    assert str(first["span"]) == "0:00:01"
    assert {e.group for e in entries(path, "second", None)} == {first["second"], second["second"]}


def test_names_and_zones_that_are_no_text(tmp_path: Path) -> None:
    """They ended in a traceback."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    days = pa.array([0, 1]).cast(pa.timestamp("us", "Zone/Quux"))
    table = pa.table({"text": ["One.", "Two."], "quux": days})
    parquet.write_table(table, path)
    path.write_bytes(path.read_bytes().replace(b"quux", b"\xd0uux"))
    with pytest.raises(InputError, match="not a Parquet file"):
        list(entries(path, "source", None))
    (batch,) = table.to_batches()
    broken = to_bytes(batch).replace(b"Zone/Quux", b"\xd0one/Quux")
    (batch,) = pa.ipc.open_stream(broken)
    first, _ = python_rows(batch, {"text", "quux"})
    assert first == {"text": "One.", "quux": "1970-01-01 00:00:00Z"}


def test_rows_without_a_wanted_column_are_rows(tmp_path: Path) -> None:
    """They were lost without a word."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"text": ["x", "y"]}), tmp_path / "a.parquet")
    parquet.write_table(pa.table({"body": ["x", "y", "z"]}), tmp_path / "b.parquet")
    out = tmp_path / "out.jsonl"
    tables = [str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet")]
    assert main(["batch", "--jobs", "1", *tables, str(out)]) == 0
    scored = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert ["is missing" in (row["error"] or "") for row in scored] == [False] * 2 + [True] * 3


def test_a_table_of_something_else_among_articles_is_let_be(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One.")
    (tmp_path / "labels.csv").write_text("id,label\n1,2\n")
    assert len(list(entries(tmp_path, "source", None))) == 1
    (tmp_path / "a.txt").unlink()
    with pytest.raises(InputError, match="no column 'text' or 'html'; it has 'id', 'label'"):
        list(entries(tmp_path, "source", None))
    (found,) = entries(tmp_path, "source", None, "record")
    assert isinstance(found, Unreadable)


def test_an_empty_field_is_said_to_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text,source\n"",b\n')
    with pytest.raises(InputError, match=r"a\.csv.*the 'text' of this one is empty"):
        list(entries(path, "source", None))


def test_no_error_shows_an_article_that_stands_for_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({ROWS[0]["text"] * 50: 1, "source": "a"}) + "\n" + '{"text": "\x01')
    first, second = entries(path, "source", None, "record")
    assert isinstance(first, Unreadable)
    assert str(first.error).endswith("the fields: 'source', one of 1,450 characters")
    assert isinstance(second, Unreadable)
    assert "Invalid control character at character 11" in str(second.error)


def test_nulls_among_authors_name_nobody(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "One.", "authors": ["Ann Lee", null]}\nnull\n')
    first, second = entries(path, "source", None, "record")
    assert not isinstance(first, Unreadable)
    assert first.document.authors == ("Ann Lee",)
    assert isinstance(second, Unreadable)
    assert str(second.error) == "the row is null; named fields are needed"


def test_the_limit_of_others_is_not_lowered(tmp_path: Path) -> None:
    before = csv.field_size_limit(10**9)
    path = tmp_path / "a.csv"
    path.write_text("text\none\n")
    assert texts(path) == [{"text": "one"}]
    assert csv.field_size_limit(before) == 10**9


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_read_as_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(written("a.jsonl"),))
    writer.start()
    assert count(path) is None
    assert texts(path) == ROWS
    writer.join()


def test_pages_in_tables(tmp_path: Path) -> None:
    page = "<html><body><p>" + "Something happened on Monday. " * 20 + "</p></body></html>"
    path = tmp_path / "a.csv"
    path.write_text(f"html,source\n{page},a\n")
    (entry,) = entries(path, "source", None)
    assert not isinstance(entry, Unreadable)
    assert entry.document.text.startswith("Something happened")


def test_packed_tables_and_csv_are_not_counted_beforehand(tmp_path: Path) -> None:
    for name in ("a.csv", "a.jsonl.gz"):
        (tmp_path / name).write_bytes(written(name))
        assert count(tmp_path / name) is None
    assert count(tmp_path) is None


def test_hidden_files_are_no_articles(tmp_path: Path) -> None:
    for name in ("a.txt", ".hidden.txt", "_SUCCESS.txt", ".git/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("One.")
    assert [path.name for path in walk(tmp_path)] == ["a.txt"]
    assert len(list(entries(tmp_path, "source", None))) == 1


def test_compare_reads_a_spreadsheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {**one, "text": f"{one['text']} Number {number}.", "title": str(number)}
        for number, one in enumerate(ROWS * 4)
    ]
    outputs = []
    for name, data in (
        ("a.jsonl", as_lines(rows).encode()),
        ("a.csv", as_csv(rows).encode("utf-16")),
    ):
        (tmp_path / name).write_bytes(data)
        assert main(["compare", str(tmp_path / name)]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
