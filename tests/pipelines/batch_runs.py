"""Tables in every format, and quick runs over them; shared by the tests of ``credscore batch``."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from deadly_scoring import fake
from expected_rows import ARTICLES, SHORT, plain

from credscore.pipelines.batch import Summary, run

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
