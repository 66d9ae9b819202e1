"""``credscore batch``: score files of any size, in parallel, so that any kill can be resumed.

The same input and options give the same bytes, whatever was killed on the way and however many
processes there were.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from credscore.errors import InputError
from credscore.pipelines.crew import Scored, work_through
from credscore.pipelines.encoding import encoding_of, write_part, write_whole
from credscore.pipelines.inputs import PART_BYTES, PART_ROWS, Inputs, find_inputs
from credscore.pipelines.plan import (
    Place,
    Tally,
    clear,
    differences,
    journal,
    load_plan,
    note,
    open_place,
    save_plan,
    software,
    sweep,
    whole_file,
)
from credscore.pipelines.progress import Progress, duration
from credscore.pipelines.rows import Columns, column_names, score_rows
from credscore.pipelines.work import ScoreRows, Work

__all__ = ["Options", "Summary", "run"]


@dataclass(frozen=True, slots=True)
class Options:
    """What to write.

    Attributes:
        columns: names of the input columns.
        features: every measured value.
        spans: what was found and where.
    """

    columns: Columns = field(default_factory=Columns)
    features: bool = False
    spans: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run went.

    Attributes:
        rows: articles in the output, ``errors`` of them with an error.
        resumed: how many of them an earlier run had scored.
        seconds: how long this run took.
        left_out: files of other kinds in the folders, by suffix.
    """

    rows: int
    errors: int
    resumed: int
    seconds: float
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        new = self.rows - self.resumed
        rate = f" ({new / self.seconds:,.0f}/s)" if new and self.seconds > 0 else ""
        articles = "article" if new == 1 else "articles"
        text = f"scored {new:,} {articles} in {duration(self.seconds)}{rate}"
        if self.resumed:
            text += f", {self.resumed:,} had been scored before"
        if self.left_out:
            kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.left_out.items()))
            text += f"; files of other kinds were left out ({kinds})"
        if self.errors:
            text += f"; {self.errors:,} could not be scored: see the column 'error'"
        return text


def run(
    inputs: Sequence[str],
    output: str | Path,
    options: Options | None = None,
    *,
    jobs: int | None = None,
    restart: bool = False,
    stream: TextIO | None = None,
    score: ScoreRows = score_rows,
) -> Summary:
    """Score all articles of some files into one table.

    Args:
        inputs: paths, folders and patterns: .parquet, .jsonl, .csv, .tsv (the last three also .gz
            and .zst), and in folders .txt, .md, .html and .json as one article each.
        output: .parquet, .jsonl (also .gz, .zst), .csv (also .gz), or a folder for a data set of
            Parquet files.
        options: what to write.
        jobs: worker processes; by default one for each core that this process may use.
        restart: begin anew where an earlier run with other input or options left something.
        stream: where progress goes if it is a terminal; by default standard error.
        score: replaces ``score_rows`` in tests.

    Raises:
        InputError: the input cannot be found or read, the output cannot be written, or an earlier
            run had another input or other options.
        CrewError: workers cannot start.
        MissingExtraError: the output takes pyarrow, which is not installed.
    """
    options = options or Options()
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs is {jobs}; at least one process is needed")
    place = open_place(Path(output))
    found = _look(inputs, place)
    content = _plan(found, inputs, options, place)
    work = Work(options.columns, options.features, options.spans, encoding_of(place.suffix), score)
    with _claimed(place), _ended_by_sigterm():
        earlier = _earlier(place, content, restart)
        if earlier is not None:
            return earlier
        return _run(found, place, content, work, jobs or _cores(), stream or sys.stderr)


def _run(
    found: Inputs,
    place: Place,
    content: Mapping[str, Any],
    work: Work,
    jobs: int,
    stream: TextIO,
) -> Summary:
    found.check(work.columns.text)
    save_plan(place, {**content, "finished": None})
    done = journal(place)
    before = sum(tally.rows for tally in done.values())
    progress = Progress(stream, found.size, sum(tally.size for tally in done.values()), before)
    try:
        _score_parts(found, place, work, jobs, done, progress)
    finally:
        progress.clear()
    if _look(content["input"]["names"], place).digest() != content["input"]["digest"]:
        raise InputError("the input was changed while it was read; --restart begins anew")
    rows = sum(tally.rows for tally in done.values())
    errors = sum(tally.errors for tally in done.values())
    _finish(place, work, len(done))
    save_plan(place, {**content, "finished": {"rows": rows, "errors": errors}})
    sweep(place)
    return Summary(rows, errors, before, time.monotonic() - progress.started, found.ignored)


def _look(names: Sequence[str], place: Place) -> Inputs:
    return find_inputs(names, place.everything)


def _plan(found: Inputs, names: Sequence[str], options: Options, place: Place) -> dict[str, Any]:
    """All that the output's bytes depend on."""
    return {
        "input": {
            "names": list(names),
            "files": len(found.sources),
            "bytes": found.size,
            "digest": found.digest(),
        },
        "options": {**asdict(options), "format": place.suffix},
        "parts": {"rows": PART_ROWS, "bytes": PART_BYTES},
        "software": software(),
    }


def _earlier(place: Place, content: Mapping[str, Any], restart: bool) -> Summary | None:
    """See what an earlier run left: nothing, a finished table, or parts to go on from.

    Raises:
        InputError: something else is in the way.
    """
    if restart:
        clear(place)
        return None
    old = load_plan(place.plan)
    there = place.whole.exists() if place.whole else any(place.parts.glob("part-*"))
    if old is None:
        if there:
            raise InputError(f"{place.output} exists; --restart replaces it")
        return None
    finished = old.pop("finished", None)
    changes = differences({k: v for k, v in old.items() if k != "plan"}, content)
    if changes:
        raise InputError(
            f"{place.output} was begun otherwise: {'; '.join(changes)}. "
            "Give the same input and options to go on, or --restart to begin anew"
        )
    if finished is None or not there:
        return None
    sweep(place)
    return Summary(finished["rows"], finished["errors"], finished["rows"], 0.0)


def _score_parts(
    found: Inputs,
    place: Place,
    work: Work,
    jobs: int,
    done: dict[int, Tally],
    progress: Progress,
) -> None:
    """Score what is not done yet; ``done`` grows with it."""
    parts = found.parts(work.columns.all_names, frozenset(done))
    for scored in work_through(parts, work, jobs, progress.add):
        tally = Tally(scored.part.number, scored.rows, scored.errors, scored.part.size)
        _write(place, scored, work)
        note(place, tally)
        done[tally.part] = tally
        progress.reach(tally.size)


def _write(place: Place, scored: Scored, work: Work) -> None:
    with whole_file(place.part(scored.part.number)) as file:
        write_part(file, scored.chunks, place.suffix, work)


def _finish(place: Place, work: Work, count: int) -> None:
    """Put the parts together, where one file was asked for."""
    if place.whole is None:
        return
    names = column_names(work.features, work.spans)
    with whole_file(place.whole) as file:
        parts = [place.part(number) for number in range(count)]
        write_whole(file, parts, place.suffix, names, work)


@contextlib.contextmanager
def _claimed(place: Place) -> Iterator[None]:
    """Keep a second run away from the same output; a kill releases the claim.

    Raises:
        InputError: another run holds it, or the folder cannot be made.
    """
    try:
        place.parts.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{place.output}: cannot be written: {error.strerror}") from error
    try:
        with _locked(place):
            yield
    finally:
        if place.whole is not None:
            with contextlib.suppress(OSError):  # it holds parts to go on from
                place.parts.rmdir()


@contextlib.contextmanager
def _locked(place: Place) -> Iterator[None]:
    try:
        import fcntl
    except ImportError:  # not on Windows, where a folder cannot be locked
        yield
        return
    handle = os.open(place.parts, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise InputError(f"{place.output}: another run is writing it") from error
    try:
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Turn SIGTERM into an orderly exit: workers stop, nothing half-written stays."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's business
        return

    def stop(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
