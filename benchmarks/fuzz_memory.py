"""Measure why fuzzing processes died: memory over executions, with three ways of comparing.

    python benchmarks/fuzz_memory.py [--executions 300] [--here WAY]

Batches of texts are tried in a process each: with nothing traced; traced as ``atheris`` does it;
and with ``fuzz_ends.compare_without_leak``, which keeps arrays away from it. Writes
``benchmarks/results/fuzz_memory.json``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import random
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

RESULT = Path(__file__).resolve().parent / "results" / "fuzz_memory.json"
WAYS = {"untraced": "nothing", "traced": "all", "without_arrays": "all but arrays"}
TIMES = 4  # looks at the memory, the first when everything is loaded


def megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def measure(way: str, executions: int) -> None:
    """Print the memory after each part of the executions; does not return."""
    import atheris

    if way == "untraced":
        import fuzz_targets
    else:
        with atheris.instrument_imports(include=["credscore"]):
            import fuzz_targets
    from fuzz_ends import compare_without_leak

    target, found = fuzz_targets.TARGETS["text"], []

    def run(_: bytes) -> None:
        if way == "without_arrays":
            atheris._trace_cmp = compare_without_leak(atheris._trace_cmp)
        for number in range(executions + 1):
            dice = random.Random(number)  # noqa: S311  repeatable, no secret
            data = target.change(target.seed(dice), dice, lambda data, most: data[:most])
            target.run(data)
            if number % (executions // (TIMES - 1)) == 0:
                found.append(megabytes())
        print(json.dumps(found), flush=True)
        os._exit(0)  # libFuzzer knows no other end from within

    atheris.Setup([sys.argv[0], "-runs=1", "-verbosity=0", "-timeout=1500"], run)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--executions", type=int, default=300)
    parser.add_argument("--here", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        measure(options.here, options.executions)
    rows = {}
    for way, traced in WAYS.items():
        command = [sys.executable, __file__, "--here", way]
        command += ["--executions", str(options.executions)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        held = json.loads(done.stdout.splitlines()[-1])
        grows = round((held[-1] - held[0]) * 1e3 / options.executions, 1)
        rows[way] = {"traced": traced, "megabytes": held, "kilobytes_per_execution": grows}
        print(way, rows[way], flush=True)
    out = {
        "date": time.strftime("%Y-%m-%d"),
        "fuzzer": f"atheris {version('atheris')}",
        "executions": options.executions,
        "ways": rows,
    }
    RESULT.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
