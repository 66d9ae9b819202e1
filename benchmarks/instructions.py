"""Counts the instructions that scoring takes, with valgrind's callgrind: a cost without noise.

    python benchmarks/instructions.py [--update]

Times vary with the machine and its load; instructions do not. Counting starts when models and
tables are loaded, so only the work itself is counted: a batch of demonstration articles scored with
all contributions, the same with every annotation and passage, and one article on its own. numpy is
held to the instructions of every x86-64 processor, hashing of strings to one seed. With
``--update`` the counts are stored in ``benchmarks/results/instructions.json``; a test compares
with them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "instructions.json"
WORK = ("scores", "evidence", "one")

_STEADY = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "PYTHONWARNINGS": "ignore",
}


def _articles() -> list[str]:
    files = sorted((HERE.parent / "seeds" / "articles").glob("*.txt"))
    return [path.read_text(encoding="utf-8") for path in files]


def _look_at(reports: object, passages: bool) -> None:
    for report in reports:  # type: ignore[attr-defined]
        for score in report.scores:
            for part in score.contributions:
                _ = part.evidence if passages else part.log_odds
        if passages:
            for field in report.annotations.fields:
                getattr(report.annotations, field)


def work(name: str) -> None:
    """Runs under valgrind: loads everything, then counts one piece of work."""
    import gc

    import credscore

    texts = _articles()

    def run() -> None:
        if name == "one":
            _look_at([credscore.score(texts[0])], False)
        else:
            _look_at(credscore.score_many(texts), name == "evidence")

    run()
    gc.collect()
    gc.disable()
    _count("on")
    run()
    _count("off")


def _count(switch: str) -> None:
    command = ["callgrind_control", "-i", switch, str(os.getpid())]
    subprocess.run(command, check=True, capture_output=True)


def available() -> bool:
    """Whether valgrind is installed and this is a machine whose counts can be compared."""
    tools = shutil.which("valgrind") and shutil.which("callgrind_control")
    return bool(tools) and platform.machine() == "x86_64" and sys.platform == "linux"


def count(name: str) -> int:
    """Instructions of one piece of work of ``WORK``."""
    command = [
        "valgrind", "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=/dev/null",
        sys.executable, str(Path(__file__).resolve()), "--work", name,
    ]  # fmt: skip
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=os.environ | _STEADY
    )
    collected = re.search(r"Collected : ([\d,]+)", done.stderr)
    assert collected is not None, done.stderr
    return int(collected[1].replace(",", ""))


def versions() -> dict[str, str]:
    """What the counts depend on besides our code."""
    import numpy as np

    return {"python": ".".join(platform.python_version_tuple()[:2]), "numpy": np.__version__}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--work", choices=WORK, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work)
        return
    found = {name: count(name) for name in WORK}
    for name, instructions in found.items():
        print(f"{name:10} {instructions:14,} instructions")
    if options.update:
        results = {"articles": len(_articles()), **versions(), "instructions": found}
        RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
