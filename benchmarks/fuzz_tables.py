"""What the fuzzers try of ``credscore batch``: tables of articles, broken, through one worker."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fuzz
import fuzz_inputs as inputs
import pyarrow as pa
import pyarrow.parquet as pq

from credscore.judgement import TARGETS as SCORES
from credscore.pipelines.batch import PART_ROWS
from credscore.pipelines.encoding import write_part, write_whole
from credscore.pipelines.inputs import find_inputs
from credscore.pipelines.rows import Columns, column_names
from credscore.pipelines.work import Assignment, Chunk, Work, _do

__all__ = ["change_table", "seed_table", "try_table"]

# The first byte says how the rest is written down; ".made" stands for Parquet made of lines of
# JSON, since what breaks in Parquet's own reader is not ours.
KINDS = (".jsonl", ".csv", ".tsv", ".jsonl.gz", ".csv.gz", ".jsonl.zst", ".made", ".gz-as-it-is")
TYPES: tuple[Callable[[], pa.DataType], ...] = (
    pa.string,
    pa.large_string,
    lambda: pa.dictionary(pa.int32(), pa.string()),
    pa.binary,
    lambda: pa.list_(pa.string()),
    pa.int64,
    pa.null,
)
OUTPUTS = (".jsonl", ".csv", ".parquet", ".jsonl.gz")


class _Heard:
    """In place of the pipe to the parent."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []

    def send(self, message: object) -> None:
        if isinstance(message, Chunk):
            self.chunks.append(message)


def try_table(data: bytes, folder: Path) -> None:
    kind = KINDS[(data[0] if data else 0) % len(KINDS)]
    path = _written(kind, data[1:], folder)
    suffix = OUTPUTS[sum(data[:99]) % len(OUTPUTS)]
    shape = (sum(data) % 4 == 0, sum(data) % 8 < 2)
    encoding = {".jsonl.gz": "jsonl"}.get(suffix, suffix.removeprefix("."))
    work = Work(Columns(), *shape, {"parquet": "arrow"}.get(encoding, encoding))
    found = find_inputs([str(path)])
    found.check("text")
    parts = []
    for part in found.parts(work.columns.all_names):
        fuzz.demand(part.size >= 0 and part.number == len(parts), "part", part.number, part.size)
        heard = _Heard()
        _do(heard, Assignment(part, 0, frozenset(), {}), work)  # type: ignore[arg-type]  # above
        fuzz.demand(0 < sum(chunk.rows for chunk in heard.chunks) <= 2 * PART_ROWS, "rows")
        parts.append(folder / f"part-{len(parts)}{suffix}")
        with parts[-1].open("wb") as file:
            write_part(file, [chunk.data for chunk in heard.chunks], suffix, work)
    whole = folder / f"whole{suffix}"
    with whole.open("wb") as file:
        write_whole(file, parts, suffix, column_names(*shape), work)
    _check(whole, suffix, encoding)


def _written(kind: str, data: bytes, folder: Path) -> Path:
    """The table as a file of its kind."""
    if kind == ".made":
        path = folder / "table.parquet"
        pq.write_table(_made(data), path)
        return path
    if kind == ".gz-as-it-is":
        path = folder / "table.jsonl.gz"
    else:
        path = folder / f"table{kind}"
        if kind.endswith(".gz"):
            data = gzip.compress(data, 1)
        elif kind.endswith(".zst"):
            data = pa.compress(data, codec="zstd", asbytes=True)
    path.write_bytes(data)
    return path


def _made(data: bytes) -> pa.Table:
    """Lines as the texts of a column of some type; the lines before them as other columns."""
    lines = [line.decode("utf-8", "replace") for line in data.split(b"\n")][:40]
    kind = TYPES[len(data) % len(TYPES)]()
    columns: dict[str, Any] = {"text": pa.array([_value(kind, line) for line in lines], kind)}
    names = ("title", "authors", "published", "id", "source", "url", "extra")
    for shift, name in enumerate(names[: len(lines)], 1):
        other = TYPES[(len(data) + shift) % len(TYPES)]()
        values = [_value(other, line[:60]) for line in lines[shift:] + lines[:shift]]
        columns[name] = pa.array(values, other)
    return pa.table(columns)


def _value(kind: pa.DataType, line: str) -> object:
    if pa.types.is_null(kind) or line == "null":
        return None
    if pa.types.is_list(kind):
        return [part or None for part in line.split(",")]
    if pa.types.is_integer(kind):
        return len(line)
    return line.encode() if pa.types.is_binary(kind) else line


def _check(path: Path, suffix: str, encoding: str) -> None:
    """Whole files that a reader takes, with scores in range."""
    if encoding == "parquet":
        rows = pq.read_table(path).to_pylist()
    else:
        data = gzip.decompress(path.read_bytes()) if suffix.endswith(".gz") else path.read_bytes()
        text = data.decode("utf-8")
        if encoding == "csv":
            rows = list(csv.DictReader(io.StringIO(text)))
        else:
            rows = [json.loads(line, parse_constant=_no) for line in text.splitlines() if line]
    for row in rows:
        fuzz.demand(row["id"] is not None and None not in row, "a row has lost its shape")
        for name in SCORES:
            number = row[name]
            none = number in (None, "")
            fuzz.demand(none or 0 <= float(number) <= 100, name, number)
            broken = row["error"] not in (None, "") or str(row["abstained"]) == "True"
            fuzz.demand(none == broken, name, number, "beside", row["error"], row["abstained"])


def _no(name: str) -> None:
    fuzz.demand(False, name, "in the JSON")


def seed_table(dice: random.Random) -> bytes:
    """A table of three articles and their fields."""
    number = dice.randrange(len(KINDS))
    rows = [_row(dice) for _ in range(3)]
    kind = KINDS[number]
    if "csv" in kind or "tsv" in kind:
        text = io.StringIO()
        delimiter = "\t" if "tsv" in kind else ","
        names = sorted({name for row in rows for name in row})
        writer = csv.DictWriter(text, names, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
        data = text.getvalue().encode("utf-8", "replace")
    elif kind == ".made":
        data = b"\n".join(str(row["text"]).replace("\n", " ").encode() for row in rows)
    else:
        lines = (json.dumps(row, ensure_ascii=dice.random() < 0.5) for row in rows)
        data = "\n".join(lines).encode("utf-8", "surrogatepass")
        data = gzip.compress(data, 1, mtime=0) if kind == ".gz-as-it-is" else data
    return bytes([number]) + data


def _row(dice: random.Random) -> dict[str, object]:
    text = dice.choice(inputs.seeds())
    low = dice.randrange(len(text))
    word = dice.choice(inputs.inserts())[:60]
    fields = {"title": word, "authors": "Ann Lee", "published": "2024-05-01", "url": word}
    chosen = dict(dice.sample(sorted(fields.items()), 2))
    body = text[low : low + dice.randint(60, 600)].encode("utf-8", "replace").decode()
    return {"id": dice.randrange(99), "text": body, "source": "one", **chosen}


def change_table(data: bytes, dice: random.Random, mutate: Callable[[bytes, int], bytes]) -> bytes:
    """Other bytes; the first, which says what they are, seldom."""
    first, rest = data[:1] or b"\0", data[1:]
    if dice.random() < 0.1:
        return seed_table(dice)
    if dice.random() < 0.3:
        return first + mutate(rest, len(rest) + 200) if rest else first
    rest = inputs.broken_bytes(dice, rest)
    if dice.random() < 0.1:
        first = bytes([dice.randrange(len(KINDS))])
    return first + rest
