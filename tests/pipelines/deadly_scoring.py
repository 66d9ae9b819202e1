"""Scoring functions for worker processes that misbehave on purpose; imported by the workers."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from credscore.pipelines.rows import Columns, column_names, read_row


def fake(rows: Sequence[Any], *, columns: Columns | None = None, **options: Any) -> list[Any]:
    """No models, no measuring: quick, and as repeatable as the real thing."""
    results = []
    columns = columns or Columns()
    names = column_names(options.get("features", False), options.get("spans", False))
    for number, row in enumerate(rows, options.get("first_id", 0)):
        result: dict[str, Any] = dict.fromkeys(names)
        given = row.get(columns.id) if isinstance(row, dict) else None
        result["id"] = f"{options['id_prefix']}{number}" if given is None else str(given)
        try:
            document = read_row(row, columns)
        except ValueError as error:
            result["error"] = str(error)
        else:
            result |= {"overall": float(len(document.text)), "reasons": [document.text[:20]]}
        results.append(result)
    return results


def deadly(rows: Sequence[Any], **options: Any) -> list[Any]:
    """Dies of every text that says so, and keeps count in the file that the text names."""
    for row in rows:
        text = row.get("text") if isinstance(row, dict) else None
        if isinstance(text, str) and text.startswith("deadly "):
            with Path(text.removeprefix("deadly ")).open("a") as log:
                log.write(f"{len(rows)}\n")
            os.kill(os.getpid(), signal.SIGKILL)
    return fake(rows, **options)


def dies_once(rows: Sequence[Any], **options: Any) -> list[Any]:
    """Dies of the first text that names a file which is not there yet."""
    for row in rows:
        text = row.get("text", "") if isinstance(row, dict) else ""
        if text.startswith("once ") and not (mark := Path(text.removeprefix("once "))).exists():
            mark.touch()
            os._exit(3)
    return fake(rows, **options)


def stillborn(rows: Sequence[Any], **options: Any) -> list[Any]:
    """Cannot even load."""
    os._exit(4)
