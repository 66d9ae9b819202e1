"""How a fuzzing process ended, the last input it held, and what keeps it from filling memory."""

from __future__ import annotations

import base64
import hashlib
import json
import mmap
import operator
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["LastInput", "code_state", "compare_without_leak", "ends", "note_end", "peak_megabytes"]

ROOT = Path(__file__).resolve().parents[1]
LENGTH = 8  # bytes that say how long the last input is
LINES = 12  # of libFuzzer's last words
# What libFuzzer ends a process with.
WORDS = {70: "libFuzzer's time limit", 71: "libFuzzer's memory limit", 77: "libFuzzer: a crash"}
OPERATIONS = (
    operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge,
)  # fmt: skip
Compare = Callable[[object, object, int, int, bool], Any]


class LastInput:
    """A file that always holds the input at hand: it outlives any death of the process."""

    def __init__(self, path: Path, most: int) -> None:
        with path.open("w+b") as file:
            file.truncate(LENGTH + most)
            self.map = mmap.mmap(file.fileno(), LENGTH + most)

    def keep(self, data: bytes) -> None:
        self.map[: LENGTH + len(data)] = len(data).to_bytes(LENGTH, "little") + data


def last_input(path: Path) -> bytes:
    held = path.read_bytes() if path.is_file() else b""
    return held[LENGTH : LENGTH + int.from_bytes(held[:LENGTH], "little")]


def compare_without_leak(native: Compare) -> Compare:
    """The fuzzer's stand-in for ``==`` and its like, but for arrays Python's own.

    atheris 3.0.0 never lets go of what a traced comparison returns. A bool costs nothing, an array
    of bools is lost for good: 0.8 MB for each batch of texts, until the memory limit ends the
    process (``fuzz_memory.py``). It learns nothing from comparing arrays.
    """

    def compare(left: object, right: object, operation: int, place: int, constant: bool) -> Any:
        if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
            return OPERATIONS[operation](left, right)
        return native(left, right, operation, place, constant)

    return compare


def peak_megabytes() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, 1)


def code_state() -> str:
    """Names what is fuzzed: a digest of the package's code and of the models."""
    files = sorted([*(ROOT / "credscore").rglob("*.py"), *(ROOT / "models").rglob("model.json")])
    found = hashlib.sha256()
    for path in files:
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def word_of(code: int) -> str:
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return WORDS.get(code, f"exit code {code}")


def note_end(state: Path, name: str, code: int, log: str) -> None:
    """One line for a process that ended otherwise than by reaching its goal."""
    folder = state / name
    line = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%S"),
        "target": name,
        "code": code,
        "end": word_of(code),
        "said": [line for line in log.splitlines() if "Instrumenting" not in line][-LINES:],
        "artefacts": sorted(path.name for path in folder.glob("*-" + "[0-9a-f]" * 40)),
        "last_input": base64.b64encode(last_input(folder / "last_input")).decode(),
    }
    with (state / "deaths.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")


def ends(state: Path) -> dict[str, int]:
    """How many processes ended before their goal, by what ended them."""
    path = state / "deaths.jsonl"
    lines = path.read_text().splitlines() if path.is_file() else []
    return dict(Counter(word_of(json.loads(line)["code"]) for line in lines))
