"""``credscore batch`` stopped, killed, without space or workers: it goes on to the same bytes."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from batch_runs import TEXTS, many, quick, read_rows, write_rows
from deadly_scoring import deadly, dies_once, fake, stillborn

from credscore.cli import main
from credscore.errors import InputError
from credscore.pipelines import batch as batch_module
from credscore.pipelines.batch import Options, run
from credscore.pipelines.crew import CrewError, _undisturbed
from credscore.pipelines.rows import Columns

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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_wait_until_a_worker_has_started(number: signal.Signals) -> None:
    """A worker whose parent left while it started ended in a traceback on the terminal."""

    def stop(*_: object) -> None:
        raise InterruptedError

    started = []

    def start() -> None:
        with _undisturbed():
            signal.raise_signal(number)
            started.append(number)

    before = signal.signal(number, stop)
    try:
        with pytest.raises(InterruptedError):
            start()
        assert signal.getsignal(number) is stop
    finally:
        signal.signal(number, before)
    assert started == [number]


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
    # Shells start what runs in their background deaf to SIGINT, and everything inherits that.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, heard)


def _at_work(source: Path, out: Path) -> subprocess.Popen[str]:
    """The command in the middle of its work: it has written one part more than there was."""
    parts = out.with_name(out.name + ".parts")
    before = len(list(parts.glob("part-*.jsonl")))
    process = _start(source, out)
    end = time.monotonic() + 300  # against hanging: where all cores are taken, a minute passes
    while len(list(parts.glob("part-*.jsonl"))) == before:
        assert process.poll() is None, "it ended before it wrote another part"
        assert time.monotonic() < end, "no other part in five minutes"
        time.sleep(0.01)
    return process


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc")
def test_the_command_survives_every_signal(tmp_path: Path) -> None:
    """SIGKILL, SIGTERM, SIGINT to the command, SIGKILL to its workers: the same bytes."""
    # Twelve parts, one text in eight long enough to judge: on a busy machine several parts may
    # be written before the signal arrives, and each signal must still meet work.
    rows = [
        {"id": f"r{n}", "text": f"{n}. {TEXTS[n % 5][: 100 if n % 8 else 700]}"}
        for n in range(12_000)
    ]
    source = write_rows(tmp_path / "in.jsonl", rows)
    out = tmp_path / "out.jsonl"
    codes = []
    for stop in [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]:
        process = _at_work(source, out)
        process.send_signal(stop)
        _, said = process.communicate(timeout=30)
        codes.append(process.returncode)
        assert not out.exists()
        if stop != signal.SIGKILL:
            assert "the same command goes on from here" in said
            assert "Traceback" not in said
    assert codes == [-signal.SIGKILL, 143, 130]
    process = _at_work(source, out)
    workers = [c for c in _children(process.pid) if "spawn_main" in _command_of(c)]
    assert workers
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
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert "part-000000.jsonl: cannot be written: File too large" in done.stderr
    assert not out.exists()
    assert not list(tmp_path.rglob("*.partial"))
    assert not list(tmp_path.rglob("part-*"))
    _, rows = quick(source, out)  # with space again, it goes on
    assert len(rows) == 300
