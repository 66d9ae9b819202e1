"""Worker processes under supervision: a killed one loses nothing and is replaced.

Results stream back while a part is worked on, so a death costs at most the few rows in hand; they
are handed out again. A row is suspected each time a worker dies over it. Suspects go one by one,
and one that was alone at its third death is left out, with the reason in its ``error``.
"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import connection as mp_connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from credscore.errors import CredscoreError
from credscore.pipelines.inputs import Part
from credscore.pipelines.work import (
    Assignment,
    Chunk,
    Failed,
    Finished,
    Ready,
    Starting,
    Work,
    serve,
)

__all__ = ["CrewError", "Scored", "work_through"]

DEATHS = 3  # of workers over one row before it is given up
# Numpy's and Arrow's own threads would fight the other workers for the same cores.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class CrewError(CredscoreError, RuntimeError):
    """Workers cannot start, or die without touching a row."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A part's results: encoded chunks in order."""

    part: Part
    chunks: tuple[bytes, ...]
    rows: int
    errors: int


@dataclass(slots=True)
class _Progress:
    """A part on its way: what has come back, and who is suspected of what."""

    part: Part
    chunks: list[bytes] = field(default_factory=list)
    rows: int = 0
    errors: int = 0
    current: Starting | None = None
    strikes: Counter[int] = field(default_factory=Counter)
    condemned: dict[int, str] = field(default_factory=dict)
    unexplained: int = 0

    def assignment(self) -> Assignment:
        return Assignment(self.part, self.rows, frozenset(self.strikes), dict(self.condemned))

    def add(self, chunk: Chunk) -> None:
        self.chunks.append(chunk.data)
        self.rows += chunk.rows
        self.errors += chunk.errors
        self.current = None

    def bury(self, exitcode: int | None) -> None:
        """Note that the worker died over this part.

        Raises:
            CrewError: workers keep dying before they have turned to any row.
        """
        current, self.current = self.current, None
        if current is None:
            self.unexplained += 1
            if self.unexplained >= DEATHS:
                raise CrewError(f"workers keep dying between rows ({_cause(exitcode)})")
            return
        rows = range(current.start, current.start + current.count)
        self.strikes.update(rows)
        if current.count == 1 and self.strikes[current.start] >= DEATHS:
            self.condemned[current.start] = (
                f"left out: its worker process died each of {DEATHS} times ({_cause(exitcode)})"
            )


class _Worker:
    """One process, the connection to it, and the part in its hands."""

    def __init__(self, work: Work) -> None:
        context = mp.get_context("spawn")  # a fork would copy locks and threads in any state
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=serve, args=(theirs, work), daemon=True)
        self.task: _Progress | None = None
        self.ready = False
        with _environment(), _undisturbed():
            try:
                self.process.start()
            except OSError as error:  # no memory, too many processes, no working folder
                raise CrewError(
                    f"a worker process cannot start: {error.strerror or error}"
                ) from error
        theirs.close()  # so that its death ends the connection

    def give(self, task: _Progress) -> None:
        self.task = task
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died: noticed soon
            self.connection.send(task.assignment())

    def stop(self) -> None:
        self.process.terminate()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.connection.close()


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    added = [name for name in _ONE_THREAD if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals wait until a process has started; half started, it would end in a traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    held = {number: handler for number, handler in before.items() if callable(handler)}
    for number in held:
        signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
        for late in came:
            signal.raise_signal(late)


class _Crew:
    def __init__(self, parts: Iterator[Part], work: Work, jobs: int) -> None:
        self._parts = parts
        self._work = work
        self._waiting: deque[_Progress] = deque()
        self._workers: list[_Worker] = []
        self._stillborn = 0
        self._jobs = jobs

    def run(self, tell: Callable[[int, int], None]) -> Iterator[Scored]:
        try:
            self._prefetch()
            while self._waiting or any(worker.task for worker in self._workers):
                self._staff()
                for worker in self._awaited():
                    yield from self._hear(worker, tell)
        finally:
            for worker in self._workers:
                worker.stop()

    def _staff(self) -> None:
        """Give every idle worker a part; hire while there is more to do than workers."""
        for worker in self._workers:
            if worker.ready and worker.task is None and self._waiting:
                worker.give(self._waiting.popleft())
                self._prefetch()
        loading = sum(not worker.ready for worker in self._workers)
        while len(self._workers) < self._jobs and loading < len(self._waiting):
            self._workers.append(_Worker(self._work))
            loading += 1

    def _prefetch(self) -> None:
        """Keep parts at hand so that no worker waits for reading."""
        while len(self._waiting) < self._jobs:
            part = next(self._parts, None)
            if part is None:
                return
            self._waiting.append(_Progress(part))

    def _awaited(self) -> list[_Worker]:
        by_connection = {worker.connection: worker for worker in self._workers}
        # A death closes the connection, so this hears of it too.
        ready = mp_connection.wait(list(by_connection))
        return [by_connection[c] for c in ready if isinstance(c, Connection)]

    def _hear(self, worker: _Worker, tell: Callable[[int, int], None]) -> Iterator[Scored]:
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            self._replace(worker)
            return
        task = worker.task
        if isinstance(message, Failed):
            raise CrewError(message.message)
        if isinstance(message, Ready):
            worker.ready, self._stillborn = True, 0
        elif task is not None and isinstance(message, Starting):
            task.current = message
        elif task is not None and isinstance(message, Chunk):
            task.add(message)
            tell(message.rows, message.errors)
        elif task is not None and isinstance(message, Finished):
            worker.task = None
            yield Scored(task.part, tuple(task.chunks), task.rows, task.errors)

    def _replace(self, worker: _Worker) -> None:
        """A worker died: its part goes back to the head of the queue; ``_staff`` hires anew.

        Raises:
            CrewError: new workers die before they are ready, so the next would too.
        """
        self._workers.remove(worker)
        worker.process.join(5)
        exitcode = worker.process.exitcode
        worker.stop()
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn >= DEATHS:
                raise CrewError(
                    f"worker processes end before they are ready ({_cause(exitcode)}); "
                    "what they said stands above"
                )
        if worker.task is not None:
            worker.task.bury(exitcode)
            self._waiting.appendleft(worker.task)


def work_through(
    parts: Iterator[Part], work: Work, jobs: int, tell: Callable[[int, int], None]
) -> Iterator[Scored]:
    """Score parts in worker processes; they come back as they are done, in any order.

    Args:
        parts: read as needed, a few ahead.
        work: what to do with them.
        jobs: how many processes.
        tell: called with the number of rows and errors of every few rows done.

    Raises:
        CrewError: workers cannot start, or say that credscore itself is broken.
    """
    return _Crew(parts, work, jobs).run(tell)


def _cause(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-exitcode).name}"
    return f"exit code {exitcode}"
