"""``credscore batch``: every format in and out, odd rows, wrong use, progress."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from batch_runs import ROWS, many, quick, read_rows, write_rows
from deadly_scoring import fake
from expected_rows import SHORT, expected_row

from credscore.cli import main
from credscore.errors import InputError
from credscore.pipelines.batch import run
from credscore.pipelines.inputs import find_inputs
from credscore.pipelines.progress import Progress
from credscore.pipelines.rows import column_names
from credscore.tables.files import kind_of
from credscore.tables.readers import READERS


def test_equals_score_exactly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_rows(tmp_path / "in.parquet", ROWS)
    out = tmp_path / "out.parquet"
    assert main(["batch", str(source), str(out), "--features", "--jobs", "2"]) == 0
    said = capsys.readouterr().err
    assert f"scored {len(ROWS)} articles" in said
    assert "\r" not in said  # no progress line: this is no terminal
    for source_row, row in zip(ROWS, read_rows(out), strict=True):
        article = {"text": source_row["text"], "title": source_row["title"]}
        expected = expected_row(article, source_row["id"])
        assert {name: row[name] for name in expected} == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "in.parquet", "out.parquet", "out.parquet.plan.json",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["in.jsonl", "in.jsonl.gz", "in.jsonl.zst", "in.csv", "in.csv.gz", "in.tsv", "in.pq"]
)
def test_every_input(tmp_path: Path, name: str) -> None:
    if name.endswith(".pq"):
        source = write_rows(tmp_path / "in.parquet", ROWS).rename(tmp_path / name)
    else:
        source = write_rows(tmp_path / name, ROWS)
    summary, rows = quick(source, tmp_path / "out.jsonl")
    assert (summary.rows, summary.errors) == (len(ROWS), 0)
    assert [(row["id"], row["overall"]) for row in rows] == [
        (row["id"], len(row["text"])) for row in ROWS
    ]


@pytest.mark.parametrize(
    "name", ["out.parquet", "out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.csv", "out.csv.gz"]
)
def test_every_output(tmp_path: Path, name: str, small_parts: None) -> None:
    source = many(tmp_path / "in.jsonl", 100)
    _, rows = quick(source, tmp_path / name)
    assert [row["id"] for row in rows] == [f"r{n}" for n in range(100)]
    assert tuple(rows[0]) == column_names()
    assert [float(row["overall"]) for row in rows] == [len(f"text {n} " * 30) for n in range(100)]


def test_a_folder_of_parquet_files(tmp_path: Path, small_parts: None) -> None:
    _, rows = quick(many(tmp_path / "in.jsonl", 100), tmp_path / "out")
    assert [row["id"] for row in rows] == [f"r{n}" for n in range(100)]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "_plan.json", "part-000000.parquet", "part-000001.parquet", "part-000002.parquet",
    ]  # fmt: skip


def test_folders_and_patterns(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_rows(folder / "b" / "two.jsonl", ROWS[:2])
    write_rows(folder / "c.csv", [{"text": "no ids here"}])
    (folder / "a.txt").write_text("An article of its own.", encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / ".hidden.txt").write_text("hidden", encoding="utf-8")
    (folder / "page.html").write_text(
        f"<html><body><article><p>{'A page of text. ' * 40}</p></article></body></html>",
        encoding="utf-8",
    )
    summary, rows = quick(folder, tmp_path / "out.jsonl")
    assert [row["id"] for row in rows] == [
        "a.txt", "a0", "a1", "c.csv:0", "empty.txt", "page.html",
    ]  # fmt: skip
    assert [row["id"] for row in rows if row["error"]] == ["empty.txt"]
    assert "files of other kinds were left out (.jpg 1); 1 could not be scored" in str(summary)
    pattern = find_inputs([str(folder / "**" / "*.jsonl")])
    assert [source.path.name for source in pattern.sources] == ["two.jsonl"]
    # Output inside the input folder is no input the next time.
    run([str(folder)], folder / "scores.parquet", score=fake, jobs=1)
    again = run([str(folder)], folder / "scores.parquet", score=fake, jobs=1)
    assert again.resumed == again.rows == 6


@pytest.mark.parametrize(
    ("name", "kind"),
    [("x.jsonl.zst", "jsonl"), ("x.parquet.gz", None), ("x", None), ("x.TXT", "article"),
     ("v1.2.csv", "csv"), ("x.gz", None)],
)  # fmt: skip
def test_kinds(name: str, kind: str | None) -> None:
    assert kind_of(Path(name)) == kind


def test_bad_rows_are_recorded(tmp_path: Path) -> None:
    lines = [
        b'{"id": "fine", "text": "one"}',
        b"{not json",
        b"",
        b'["a", "list"]',
        b'{"text": null, "id": 5}',
        b'{"text": 5}',
        b'\xff\xfe{"text": "x"}',
        b'{"text": "lone \\ud800 surrogate", "id": "\\ud800"}',
        b"[" * 100_000,
        b'{"id": "last", "text": "two"}',
    ]
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines))
    summary = run([str(source)], tmp_path / "out.jsonl", jobs=1)
    rows = read_rows(tmp_path / "out.jsonl")
    assert [row["id"] for row in rows] == ["fine", "1", "2", "5", "4", "5", "?", "7", "last"]
    assert [row["error"] is None for row in rows] == [
        True, False, False, False, False, False, True, False, True,
    ]  # fmt: skip
    assert summary.errors == 6


def test_rows_of_csv_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A packed file of a megabyte may unpack to one row of a gigabyte."""
    monkeypatch.setattr("credscore.tables.readers.MAX_LINE", 1000)
    source = tmp_path / "in.csv"
    told = "not a row of CSV: it is longer than 1,000 characters"
    rows = ["a" * 5000, "a," * 5000, "a" * 999, '"a\na\n"', "last"]
    source.write_text("text\n" + "\n".join(rows) + "\n")
    _, scored = quick(source, tmp_path / "out.jsonl")
    assert [row["error"] for row in scored] == [told, told, None, None, None]
    source.write_text('text\n"' + "a\n" * 800)  # a quotation mark that is never closed
    _, scored = quick(source, tmp_path / "other.jsonl")
    assert scored[0]["error"] == told


def test_parquet_that_unpacks_to_much_more(tmp_path: Path) -> None:
    """One long text, kept once, named by every row: 256 copies were held at a time."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "in.parquet"
    texts = pa.array(["a" * 1_000_000, None, "b"] * 100).dictionary_encode()
    parquet.write_table(pa.table({"text": texts, "id": list(range(300))}), path)
    assert path.stat().st_size < 1_000_000
    rows = list(READERS["parquet"](path, frozenset({"text", "id"})))
    assert sum(row.count for row in rows) == 300
    assert max(row.size for row in rows) < 20_000_000
    assert rows[-1].position == path.stat().st_size


def test_bad_rows_of_csv(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(
        b'text,id\n"a ""quoted"",\nmultiline text",1\ntoo,many,fields\nfew\n\xff\xfe,2\n\nlast,3\n'
    )
    _, rows = quick(source, tmp_path / "out.jsonl")
    assert [row["id"] for row in rows] == ["1", "1", "2", "2", "3"]
    assert [row["error"] for row in rows if row["error"]] == [
        "the row has 3 fields, the first line 2",
        "the row has 1 fields, the first line 2",
    ]


def test_a_line_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("credscore.tables.readers.MAX_LINE", 1000)
    source = tmp_path / "in.jsonl"
    source.write_bytes(b'{"text": "one"}\n' + b"x" * 12_345 + b'\n{"text": "two"}\n')
    _, rows = quick(source, tmp_path / "out.jsonl")
    assert [row["error"] for row in rows] == [None, "the line is longer than 1,000 bytes", None]


@pytest.mark.parametrize("name", ["in.jsonl.gz", "in.jsonl.zst", "in.csv.gz", "in.parquet"])
def test_a_file_that_breaks_off(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    broken = many(folder / name)
    data = broken.read_bytes()
    broken.write_bytes(data[: len(data) * 2 // 3])
    write_rows(folder / "sound.jsonl", ROWS[:2])
    source = folder
    if name == "in.parquet":
        with pytest.raises(InputError, match="not a Parquet file"):
            quick(source, tmp_path / "out.jsonl")
        (folder / "first.parquet").write_bytes(
            write_rows(tmp_path / "x.parquet", ROWS).read_bytes()
        )
    _, rows = quick(source, tmp_path / "out.jsonl", restart=True)
    errors = [row for row in rows if row["error"]]
    assert len(errors) == 1
    told = {"in.jsonl.zst": "cannot be read: Truncated", "in.parquet": "not a Parquet file"}
    assert told.get(name, "breaks off after") in errors[0]["error"]
    assert errors[0]["id"].startswith(f"{name}:")
    assert [row["id"] for row in rows[-2:]] == ["a0", "a1"]


def test_wrong_use_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_rows(tmp_path / "in.parquet", [{"body": SHORT}])
    for arguments, message in [
        ([str(source), "out.parquet"], "no column 'text'; the table has: 'body'"),
        ([str(tmp_path / "none.jsonl"), "out.parquet"], "no such file or folder"),
        ([str(tmp_path / "*.jsonl"), "out.parquet"], "nothing to score"),
        ([str(source), "out.xlsx"], "cannot write '.xlsx'"),
        ([str(source), "out.parquet", "--jobs", "0"], "at least one process"),
        ([str(source), "/proc/none/out.parquet"], "cannot be written"),
    ]:
        where = [arguments[0], str(tmp_path / arguments[1]), *arguments[2:]]
        assert main(["batch", *where]) == 1
        assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_other_column_names(tmp_path: Path) -> None:
    source = write_rows(tmp_path / "in.parquet", [{"body": SHORT, "key": 7}])
    out = tmp_path / "out.jsonl"
    assert main(["batch", str(source), str(out), "--text", "body", "--id", "key"]) == 0
    assert read_rows(out) == [expected_row(SHORT, "7")]


def test_all_rows_failing_is_a_failure(tmp_path: Path) -> None:
    source = write_rows(tmp_path / "in.jsonl", [{"body": SHORT}])
    assert main(["batch", str(source), str(tmp_path / "out.jsonl"), "--jobs", "1"]) == 1


# -- progress ---------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_only() -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        progress = Progress(stream, total=1000, position=200, rows=20)
        progress.add(10, 1)
        progress.clear()
    assert terminal.getvalue().startswith("\r30 articles  ")
    assert file.getvalue() == ""


def test_time_left_comes_from_this_run_alone() -> None:
    progress = Progress(io.StringIO(), total=1000, position=200, rows=20)
    progress.add(40, 0)
    progress.reach(400)
    assert progress.line(10.0) == "60 articles  4/s  60%  10 s left"


@pytest.mark.parametrize("output", ["out.parquet", "out.jsonl.zst", "folder/"])
def test_a_missing_pyarrow_is_said_before_anything_is_started(
    output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Workers ended one after the other without end."""
    (tmp_path / "one.txt").write_text("One.")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(["batch", str(tmp_path / "one.txt"), f"{tmp_path}/{output}"]) == 3
    assert "pip install 'credscore[arrow]'" in capsys.readouterr().err
