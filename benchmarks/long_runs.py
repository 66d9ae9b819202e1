"""Score a great many articles, and disturb runs at random moments; memory stays, bytes are equal.

    python benchmarks/long_runs.py memory|spark [--articles 1000000] [--keep FOLDER]
    python benchmarks/long_runs.py kills [--times 100] [--keep FOLDER]
    python benchmarks/long_runs.py full

``memory`` and ``spark``: short articles through ``credscore batch`` or Spark, the memory of all
processes looked at every second (goal: flat within 10 %). ``kills``: SIGTERM and SIGKILL to the
command, SIGKILL to one worker, a disk that is full (a small file system, given more space step by
step; needs root) and a standard error that is full and that nobody reads, each so many times, at
random moments from start to end, begun again until all is done; then the output is compared with
an undisturbed run's, byte for byte. ``full``: a limit on the size of files, raised step by step,
and readers of the output that have gone. With ``--keep`` a run goes on where an earlier one was
ended. Each writes its part of ``benchmarks/results/long_runs.json``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import contextlib
import hashlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from disturbances import (
    DICE,
    Way,
    by_full_disk,
    by_full_pipe,
    by_signal,
    by_worker,
    limited,
    run,
    small_disk,
)
from long_memory import run_batch, run_spark, write_articles

import credscore

RESULT = Path(__file__).resolve().parent / "results" / "long_runs.json"
SHORT = (250, 450)  # characters of an article
FEW = 1_100  # articles: two parts
MOST_A_RUN = 12  # disturbances, after which a run is left alone
WAYS: dict[str, Way] = {
    "SIGTERM": by_signal(signal.SIGTERM),
    "SIGKILL": by_signal(signal.SIGKILL),
    "killed worker": by_worker,
    "full disk": by_full_disk,
    "full pipe": by_full_pipe,
}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def calm_run(folder: Path, articles: int) -> tuple[Path, Path, float]:
    """The input, an undisturbed run's output, and how long that took."""
    source, calm = folder / "in.jsonl", folder / "calm.jsonl"
    if not source.is_file():
        write_articles(source, articles, SHORT)
    calm.unlink(missing_ok=True)
    calm.with_name(f"{calm.name}.plan.json").unlink(missing_ok=True)
    start = time.monotonic()
    code, said = run(source, calm)
    if code:
        raise SystemExit(said)
    return source, calm, time.monotonic() - start


def disturbed(way: Way, source: Path, out: Path, span: float, most: int) -> int:
    """Begin again and again until it is done; how many times it was disturbed."""
    count = 0
    while count < most and not out.exists():
        count += way(source, out, span)
    if not out.exists():
        code, said = run(source, out)
        if code:
            raise SystemExit(said)
    return count


@contextlib.contextmanager
def place_for(way: Way, folder: Path, size: int) -> Iterator[tuple[Path, Way]]:
    """Where the output goes; a small disk grows a little before every try."""
    if way is not by_full_disk:
        yield folder / "out.jsonl", way
        return
    with small_disk(folder / "disk") as resize:
        space = [0]

        def grow_and_try(source: Path, out: Path, span: float) -> bool:
            space[0] += 1 + DICE.randrange(max(2, size // 1024 // 4))
            resize(space[0])
            full = way(source, out, span)
            resize(8 * size // 1024)  # for the run that is left alone
            return full

        yield folder / "disk" / "out.jsonl", grow_and_try


def run_kills(folder: Path, times: int) -> dict[str, object]:
    source, calm, span = calm_run(folder, FEW)
    wanted, log = digest(calm), folder / "ways.json"
    state: dict[str, dict[str, int]] = json.loads(log.read_text()) if log.is_file() else {}
    for name, way in WAYS.items():
        found = state.setdefault(name, {"times": 0, "runs": 0, "outputs_that_differ": 0})
        while found["times"] < times:
            with place_for(way, folder, calm.stat().st_size) as (out, one):
                left = min(MOST_A_RUN, times - found["times"])
                found["times"] += disturbed(one, source, out, span, left)
                found["runs"] += 1
                found["outputs_that_differ"] += digest(out) != wanted
                for file in out.parent.glob("out.jsonl*"):
                    file.unlink()
            log.write_text(json.dumps(state))
        print(name, found, flush=True)
    return {"articles": FEW, "undisturbed_seconds": round(span, 1), **state}


def run_full(folder: Path) -> dict[str, object]:
    """No space for large files until the limit is high enough; then pipes that nobody reads."""
    source, calm, _ = calm_run(folder, FEW)
    size, out = calm.stat().st_size, folder / "out.jsonl"
    tries = [limited(source, out, int(size * s)) for s in (0.001, 0.1, 0.3, 0.6, 0.9, 1.1)]
    codes = [code for code, _ in tries]
    command = [sys.executable, "-m", "credscore.cli", "features", "--json"]
    pipe = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert pipe.stdout is not None
    pipe.stdout.read(10)
    pipe.stdout.close()
    pipe_said = pipe.stderr.read().decode() if pipe.stderr is not None else ""
    with Path("/dev/full").open("w") as full:
        no_space = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    return {
        "exit_codes_as_the_limit_rises": codes,
        "equal_at_last": codes[-1] == 0 and digest(out) == digest(calm),
        "traceback": any("Traceback" in said for _, said in tries),
        "reader_gone": {"exit_code": pipe.wait(), "said": pipe_said},
        "dev_full": {
            "exit_code": no_space.returncode,
            "traceback": b"Traceback" in no_space.stderr,
        },
    }


RUNS: dict[str, Callable[[Path, argparse.Namespace], dict[str, object]]] = {
    "memory": lambda folder, options: run_batch(folder, options.articles),
    "spark": lambda folder, options: run_spark(folder, options.articles),
    "kills": lambda folder, options: run_kills(folder, options.times),
    "full": lambda folder, _: run_full(folder),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=tuple(RUNS))
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="folder for what is finished of a run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        found = RUNS[options.what](folder, options)
    print(json.dumps(found, indent=1))
    old = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    stamp = {"date": time.strftime("%Y-%m-%d"), "version": credscore.__version__}
    RESULT.write_text(json.dumps({**old, options.what: {**stamp, **found}}, indent=1) + "\n")


if __name__ == "__main__":
    main()
