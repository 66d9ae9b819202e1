"""Score a great many articles, and kill the run at random moments; memory stays, bytes are equal.

    python benchmarks/long_runs.py memory|spark [--articles 1000000] [--keep FOLDER]
    python benchmarks/long_runs.py kills [--times 100]
    python benchmarks/long_runs.py full

``memory`` and ``spark``: short articles through ``credscore batch`` or Spark, the memory of all
processes looked at every second (goal: flat within 10 %); with ``--keep`` a run goes on where an
earlier one was ended.
``kills``: SIGTERM and SIGKILL to the command and SIGKILL to one worker, each so many times, at
random moments from its start to its end, begun again until it is done; then the output is compared
with an undisturbed run's, byte for byte. ``full``: a disk without space (a limit on the size of
files, raised step by step) and a reader that has gone. Each writes its part of
``benchmarks/results/long_runs.json``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import contextlib
import hashlib
import json
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from long_memory import children, run_batch, run_spark, write_articles

import credscore

RESULT = Path(__file__).resolve().parent / "results" / "long_runs.json"
SHORT = (250, 450)  # characters of an article
MOST_KILLS_A_RUN = 12
DICE = random.Random(1)  # noqa: S311  repeatable, no secret


def batch(source: Path, out: Path, jobs: int, limit: int = 0) -> subprocess.Popen[bytes]:
    """Start the command; ``limit``: bytes that a file may hold, 0 for no limit."""

    def restrict() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    command = [sys.executable, "-m", "credscore.cli", "batch", str(source), str(out)]
    return subprocess.Popen(
        [*command, "--jobs", str(jobs)],
        stderr=subprocess.PIPE,
        preexec_fn=restrict,  # noqa: PLW1509  no threads here
    )


def kill_command(number: int) -> Callable[[int], None]:
    return lambda pid: os.kill(pid, number)


def kill_worker(pid: int) -> None:
    if workers := children(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(DICE.choice(workers), signal.SIGKILL)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def disturbed(source: Path, out: Path, kill: Callable[[int], None], span: float, most: int) -> int:
    """Run to the end, killed on the way; how many times."""
    kills = 0
    while True:
        process = batch(source, out, 2)
        stop = time.monotonic() + DICE.random() * span
        while kills < most and process.poll() is None and time.monotonic() < stop:
            time.sleep(0.005)
        if kills < most and process.poll() is None:
            kill(process.pid)
            kills += 1
        process.communicate(timeout=600)
        if process.returncode == 0:
            return kills


def run_kills(folder: Path, times: int) -> dict[str, object]:
    source, calm = folder / "in.jsonl", folder / "calm.jsonl"
    write_articles(source, 4_000, SHORT)
    start = time.monotonic()
    batch(source, calm, 2).communicate()
    span, wanted = time.monotonic() - start, digest(calm)
    found: dict[str, object] = {"articles": 4_000, "undisturbed_seconds": round(span, 1)}
    kinds = {
        "SIGTERM": kill_command(signal.SIGTERM),
        "SIGKILL": kill_command(signal.SIGKILL),
        "killed worker": kill_worker,
    }
    for name, kill in kinds.items():
        kills = runs = differ = 0
        while kills < times:
            out = folder / f"{name.replace(' ', '-')}-{runs}.jsonl"
            kills += disturbed(source, out, kill, span, min(MOST_KILLS_A_RUN, times - kills))
            runs += 1
            differ += digest(out) != wanted
            out.unlink()
        found[name] = {"kills": kills, "runs": runs, "outputs_that_differ": differ}
        print(name, found[name], flush=True)
    return found


def run_full(folder: Path) -> dict[str, object]:
    """No space left until the limit is high enough; then a pipe nobody reads."""
    source, calm, out = folder / "in.jsonl", folder / "calm.jsonl", folder / "out.jsonl"
    write_articles(source, 3_000, SHORT)
    batch(source, calm, 2).communicate()
    size, codes, said = calm.stat().st_size, [], ""
    for share in (0.001, 0.1, 0.3, 0.6, 0.9, 1.1):
        process = batch(source, out, 2, limit=int(size * share))
        said = process.communicate()[1].decode()
        codes.append(process.returncode)
        if "Traceback" in said:
            break
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
        "traceback": "Traceback" in said,
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
