"""What a worker process does: parse raw rows, score them, and send them back encoded.

Before each handful of rows it says which ones; if it dies, the crew knows whom to suspect.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from credscore.document import MAX_CHARACTERS
from credscore.errors import CredscoreError
from credscore.pipelines.encoding import ENCODERS
from credscore.pipelines.inputs import Part
from credscore.pipelines.rows import Columns, clean, column_names, score_rows
from credscore.scorer import BATCH_ARTICLES, BATCH_CHARACTERS
from credscore.tables.readers import Raw, expand, parse

__all__ = ["Assignment", "Chunk", "Failed", "Finished", "Ready", "Starting", "Work", "serve"]

ScoreRows = Callable[..., list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Work:
    """What to do with every row; ``score`` is ``score_rows`` but in tests."""

    columns: Columns
    features: bool
    spans: bool
    encoding: str
    score: ScoreRows = score_rows


@dataclass(frozen=True, slots=True)
class Assignment:
    """A part to score from row ``start`` on.

    Attributes:
        suspects: rows in whose company a worker died; they go one by one.
        condemned: rows that are not touched again, and why.
    """

    part: Part
    start: int
    suspects: frozenset[int]
    condemned: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded everything."""


@dataclass(frozen=True, slots=True)
class Starting:
    """The worker turns to rows ``start`` to ``start + count``."""

    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next rows' results, encoded."""

    data: bytes
    rows: int
    errors: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The part is done."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Credscore itself is broken here; going on makes no sense."""

    message: str


def serve(connection: Connection, work: Work) -> None:
    """Run in a worker process until the other end hangs up."""
    # Ctrl-C goes to the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        work.score([])  # loads the models
        connection.send(Ready())
        while True:
            _do(connection, connection.recv(), work)
            connection.send(Finished())
    except (EOFError, BrokenPipeError, ConnectionResetError):
        # The parent has gone. Skip the interpreter's own goodbyes: nothing here is worth saving.
        os._exit(0)
    except (CredscoreError, ImportError) as error:  # a worker in its place would end as this one
        connection.send(Failed(str(error)))
        sys.exit(1)


def _do(connection: Connection, task: Assignment, work: Work) -> None:
    encode = ENCODERS[work.encoding]
    names = column_names(work.features, work.spans)
    raws = expand(task.part.kind, task.part.rows, work.columns.all_names)
    for start, count in _chunks(raws, task):
        connection.send(Starting(start, count))
        rows = _score(raws[start : start + count], start, task, work)
        errors = sum(row["error"] is not None for row in rows)
        connection.send(Chunk(encode(rows, names, work), count, errors))


def _chunks(raws: Sequence[Raw], task: Assignment) -> Iterator[tuple[int, int]]:
    """(start, count) of neighbouring rows that are scored together."""
    start, size = task.start, 0
    alone = task.suspects | task.condemned.keys()
    for row in range(task.start, len(raws)):
        grown = size + _length(raws[row])
        full = grown > BATCH_CHARACTERS or row - start >= BATCH_ARTICLES
        if row > start and (full or row in alone or row - 1 in alone):
            yield start, row - start
            start, grown = row, _length(raws[row])
        size = grown
    if start < len(raws):
        yield start, len(raws) - start


def _length(raw: Raw) -> int:
    """About how many characters a raw row holds."""
    if isinstance(raw, bytes):
        length = len(raw)
    elif isinstance(raw, dict):
        length = sum(len(value) for value in raw.values() if isinstance(value, str))
    else:
        length = BATCH_CHARACTERS // BATCH_ARTICLES  # a file not opened yet: take the average
    return min(length, MAX_CHARACTERS)


def _score(raws: Sequence[Raw], start: int, task: Assignment, work: Work) -> list[dict[str, Any]]:
    message = task.condemned.get(start)
    if message is not None:
        rows = [_condemned(raws[0], message, work)]
    else:
        rows = [parse(raw) for raw in raws]
    scored = work.score(
        rows,
        columns=work.columns,
        features=work.features,
        spans=work.spans,
        first_id=task.part.first + start,
        id_prefix=task.part.prefix,
    )
    if message is not None:
        scored[0]["error"] = message
    for raw, row in zip(raws, scored, strict=True):
        if isinstance(raw, tuple):
            row["id"] = clean(raw[0])
    return scored


def _condemned(raw: Raw, message: str, work: Work) -> object:
    """Only what names the row: its id. Parsing it is as harmless as it was when it was read."""
    row = parse(raw) if not isinstance(raw, tuple) else None
    identity = row.get(work.columns.id) if isinstance(row, dict) else None
    return {work.columns.id: identity, "error": message}
