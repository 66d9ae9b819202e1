"""``credscore batch``: every format in and out, odd rows, kills of every kind."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from deadly_scoring import deadly, dies_once, fake, stillborn
from expected_rows import ARTICLES, SHORT, expected_row, plain

from credscore.cli import main
from credscore.errors import InputError
from credscore.pipelines import batch as batch_module
from credscore.pipelines import inputs as inputs_module
from credscore.pipelines.batch import Options, Summary, run
from credscore.pipelines.crew import CrewError
from credscore.pipelines.inputs import find_inputs
from credscore.pipelines.progress import Progress
from credscore.pipelines.readers import kind_of
from credscore.pipelines.rows import Columns, column_names

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402

TEXTS = [*ARTICLES.values(), SHORT]
ROWS = [{"id": f"a{n}", "text": text, "title": "A title"} for n, text in enumerate(TEXTS)]


def write_rows(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """A table in the format that its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(list(rows)), path, row_group_size=7)
        return path
    text = io.StringIO(newline="")
    if ".jsonl" in path.name:
        text.write("".join(json.dumps(row) + "\n" for row in rows))
    else:
        writer = csv.DictWriter(text, list(rows[0]), delimiter="\t" if ".tsv" in path.name else ",")
        writer.writeheader()
        writer.writerows(rows)
    data = text.getvalue().encode()
    if path.suffix == ".gz":
        # Two members in one file, as `cat a.gz b.gz` makes them.
        data = gzip.compress(data[:500]) + gzip.compress(data[500:])
    if path.suffix == ".zst":
        parts = data[:500], data[500:]
        data = b"".join(pa.compress(part, "zstd", asbytes=True) for part in parts)
    path.write_bytes(data)
    return path


def read_rows(path: Path) -> list[dict[str, Any]]:
    """A table as it was written, NaN and empty fields as None."""
    if path.is_dir() or path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
        return [plain(row) for row in rows]
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if path.suffix == ".zst":
        data = pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()
    if ".jsonl" in path.name:
        return [json.loads(line) for line in data.decode().splitlines()]
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def quick(
    source: Path, out: Path, score: Any = fake, jobs: int = 1, **options: Any
) -> tuple[Summary, list[dict[str, Any]]]:
    """A run without models."""
    summary = run([str(source)], out, jobs=jobs, score=score, **options)
    return summary, read_rows(out)


def many(path: Path, count: int = 300) -> Path:
    return write_rows(path, [{"id": f"r{n}", "text": f"text {n} " * 30} for n in range(count)])


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many parts from few rows."""
    monkeypatch.setattr(inputs_module, "PART_ROWS", 40)


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
    monkeypatch.setattr("credscore.pipelines.readers.MAX_LINE", 1000)
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
    assert "breaks off after" in errors[0]["error"]
    assert errors[0]["id"].startswith(f"{name}:")
    assert [row["id"] for row in rows[-2:]] == ["a0", "a1"]


def test_wrong_use_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_rows(tmp_path / "in.parquet", [{"body": SHORT}])
    for arguments, message in [
        ([str(source), "out.parquet"], "no column 'text'; the table has: body"),
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


# -- resuming ---------------------------------------------------------------------------------


def test_finished_changed_and_restarted(tmp_path: Path) -> None:
    source, out = many(tmp_path / "in.jsonl", 50), tmp_path / "out.parquet"
    quick(source, out)
    before = out.read_bytes()
    again, _ = quick(source, out, score=stillborn)  # no worker is needed
    assert (again.resumed, again.rows) == (50, 50)
    with pytest.raises(InputError, match=r"options.features was False, is True.*--restart"):
        quick(source, out, options=Options(features=True))
    with pytest.raises(InputError, match=r"options.columns.id was 'id', is 'key'"):
        quick(source, out, options=Options(Columns(id="key")))
    many(source, 51)
    with pytest.raises(InputError, match=r"input.bytes was"):
        quick(source, out)
    assert out.read_bytes() == before
    _, rows = quick(source, out, restart=True)
    assert len(rows) == 51
    (tmp_path / "out.parquet.plan.json").unlink()
    with pytest.raises(InputError, match="exists; --restart replaces it"):
        quick(source, out)


@pytest.mark.parametrize("name", ["out.parquet", "out"])
def test_stopped_after_any_part(
    tmp_path: Path, name: str, small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before and after each step of writing, it goes on and ends with the same bytes."""
    source, whole = many(tmp_path / "in.jsonl", 150), tmp_path / "whole" / name
    run([str(source)], whole, score=fake, jobs=1)
    expected = _bytes(whole)
    out = tmp_path / "resumed" / name
    stops = ["_write", "note", "_finish", "save_plan", "sweep"]
    resumed = []
    for stop in [*stops, None]:
        for when in ("before", "after"):
            with monkeypatch.context() as patch:
                if stop is not None:
                    patch.setattr(batch_module, stop, _stopping(getattr(batch_module, stop), when))
                try:
                    resumed.append(run([str(source)], out, score=fake, jobs=1).resumed)
                except KeyboardInterrupt:
                    continue
    assert resumed[-1] == 150
    assert _bytes(out) == expected
    assert {path.name for path in out.parent.iterdir()} == {
        path.name for path in whole.parent.iterdir()
    }


def _stopping(step: Any, when: str) -> Any:
    calls = 0

    def stopped(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if when == "before" and calls == 2:
            raise KeyboardInterrupt
        result = step(*arguments)
        if when == "after" and calls == 1:
            raise KeyboardInterrupt
        return result

    return stopped


def _bytes(out: Path) -> dict[str, str]:
    files = [out] if out.is_file() else sorted(out.glob("part-*"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_two_runs_do_not_meet(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    source, out = many(tmp_path / "in.jsonl", 5), tmp_path / "out.jsonl"
    parts = tmp_path / "out.jsonl.parts"
    parts.mkdir()
    handle = os.open(parts, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(InputError, match="another run is writing it"):
            quick(source, out)
    finally:
        os.close(handle)


def test_number_of_processes_changes_nothing(tmp_path: Path, small_parts: None) -> None:
    source = many(tmp_path / "in.jsonl")
    quick(source, tmp_path / "one.parquet", jobs=1)
    quick(source, tmp_path / "two.parquet", jobs=2)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


# -- killed workers ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["in.parquet", "in.jsonl"])
def test_a_deadly_row_costs_itself_in_three_kills(tmp_path: Path, name: str) -> None:
    rows = [{"id": f"r{n}", "text": f"text {n}"} for n in range(150)]
    logs = {77: tmp_path / "first.log", 78: tmp_path / "second.log", 149: tmp_path / "third.log"}
    for place, log in logs.items():
        rows[place]["text"] = f"deadly {log}"
    source = write_rows(tmp_path / name, rows)
    summary, scored = quick(source, tmp_path / "out.jsonl", deadly)
    assert [row["id"] for row in scored] == [f"r{n}" for n in range(150)]
    assert {n for n, row in enumerate(scored) if row["error"]} == set(logs)
    for place, log in logs.items():
        assert len(log.read_text().split()) <= 3
        assert scored[place]["error"] == (
            "left out: its worker process died each of 3 times (signal SIGKILL)"
        )
    assert summary.errors == 3


def test_a_worker_that_dies_once_loses_nothing(tmp_path: Path) -> None:
    rows = [{"id": f"r{n}", "text": f"text {n}"} for n in range(150)]
    for place in (3, 90, 149):
        rows[place]["text"] = f"once {tmp_path / str(place)}"
    source = write_rows(tmp_path / "in.jsonl", rows)
    summary, scored = quick(source, tmp_path / "out.jsonl", dies_once, jobs=2)
    assert [row["id"] for row in scored] == [f"r{n}" for n in range(150)]
    assert summary.errors == 0


def test_workers_that_cannot_start_end_the_run(tmp_path: Path) -> None:
    source = many(tmp_path / "in.jsonl", 5)
    with pytest.raises(CrewError, match=r"before they are ready \(exit code 4\)"):
        quick(source, tmp_path / "out.jsonl", stillborn)


def test_a_broken_model_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = many(tmp_path / "in.jsonl", 5)
    monkeypatch.setenv("CREDSCORE_MODELS", str(tmp_path / "none"))
    assert main(["batch", str(source), str(tmp_path / "out.jsonl")]) == 3


# -- the real command, killed -----------------------------------------------------------------


def _children(process: int) -> list[int]:
    folder = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in folder.read_text().split()] if folder.exists() else []


def _start(source: Path, out: Path) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-P",
        "-m",
        "credscore.cli",
        "batch",
        str(source),
        str(out),
        "--jobs",
        "2",
    ]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def _first_part(process: subprocess.Popen[str], out: Path, count: int) -> None:
    """Wait until some parts are written."""
    parts = out.with_name(out.name + ".parts")
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if len(list(parts.glob("part-*.jsonl"))) >= count:
            return
        time.sleep(0.01)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc")
def test_the_command_survives_every_signal(tmp_path: Path) -> None:
    """SIGKILL, SIGTERM, SIGINT to the command, SIGKILL to its workers: the same bytes."""
    rows = [{"id": f"r{n}", "text": f"{n}. {TEXTS[n % 5][:700]}"} for n in range(3300)]
    source = write_rows(tmp_path / "in.jsonl", rows)  # four parts
    out = tmp_path / "out.jsonl"
    codes = []
    for number, stop in enumerate([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]):
        process = _start(source, out)
        _first_part(process, out, number + 1)
        process.send_signal(stop)
        _, said = process.communicate(timeout=30)
        codes.append(process.returncode)
        assert not out.exists()
        if stop != signal.SIGKILL:
            assert "the same command goes on from here" in said
            assert "Traceback" not in said
    assert codes == [-signal.SIGKILL, 143, 130]
    process = _start(source, out)
    time.sleep(2)
    workers = [c for c in _children(process.pid) if "spawn_main" in _command_of(c)]
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "had been scored before" in said
    assert [row["id"] for row in read_rows(out)] == [row["id"] for row in rows]
    fresh = tmp_path / "fresh.jsonl"
    assert main(["batch", str(source), str(fresh)]) == 0
    assert out.read_bytes() == fresh.read_bytes()


FAKE_RUN = """
import sys
from credscore.pipelines import inputs
from credscore.pipelines.batch import run
from deadly_scoring import fake
inputs.PART_ROWS = 40
run([sys.argv[1]], sys.argv[2], jobs=2, score=fake)
"""


@pytest.mark.parametrize("name", ["out.parquet", "out.csv.gz", "out"])
def test_killed_at_moments_of_chance(tmp_path: Path, name: str) -> None:
    """SIGKILL whenever: while it starts, works, writes or tidies up. No step is special."""
    source = many(tmp_path / "in.jsonl", 1200)
    script = tmp_path / "run.py"
    script.write_text(f'if __name__ == "__main__":\n{textwrap.indent(FAKE_RUN, "    ")}')
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
    }
    rng = random.Random(name)  # noqa: S311  not a secret
    calm, out = tmp_path / "calm" / name, tmp_path / "killed" / name
    start = time.monotonic()
    subprocess.run([sys.executable, str(script), str(source), str(calm)], env=environment,
                   check=True)  # fmt: skip
    needed = time.monotonic() - start
    killed = 0
    for turn in range(12):
        process = subprocess.Popen([sys.executable, str(script), str(source), str(out)],
                                   env=environment)  # fmt: skip
        try:
            # Six times in all, from starting up to tidying up; then nobody disturbs it.
            code = process.wait((turn + rng.random()) / 6 * needed if turn < 6 else 120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
        else:
            assert code == 0
            break
    assert killed
    assert _bytes(out) == _bytes(calm)
    assert {p.name for p in out.parent.iterdir()} == {p.name for p in calm.parent.iterdir()}


def _command_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def test_a_full_disk(tmp_path: Path) -> None:
    """A limit on file size fails writes as a full disk does, without one."""
    source = many(tmp_path / "in.jsonl")
    out = tmp_path / "out.jsonl"
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        "from credscore.pipelines.batch import run; from deadly_scoring import fake;"
        f"run([{str(source)!r}], {str(out)!r}, jobs=1, score=fake)"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
        # Python 3.11 does not notice a short write of its own caches, and would leave them broken.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False
    )
    assert "part-000000.jsonl: cannot be written: File too large" in done.stderr
    assert not out.exists()
    assert not list(tmp_path.rglob("*.partial"))
    assert not list(tmp_path.rglob("part-*"))
    _, rows = quick(source, out)  # with space again, it goes on
    assert len(rows) == 300


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
