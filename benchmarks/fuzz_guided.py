"""Fuzz by coverage: what reaches new code is changed further, until a million inputs are tried.

    python benchmarks/fuzz_guided.py [--inputs 1000000] [--state out/fuzz] [--slices 4] [--again]

Needs the package ``atheris`` (libFuzzer for Python). The targets (``fuzz_targets.py``): score and
annotate, in batches and alone; web pages, files and model files; corroborate, compare and the
command line. Each runs in processes of its own, a slice at a time, and goes on where it was: the
corpus and the hashes of all inputs tried are kept in ``--state``, and an input counts only once.
Fails an input: an exception other than ``CredscoreError``, a numerical warning, an offset outside
the text, a score outside 0-100, a value outside its feature's range, NaN or infinity, another score
alone than in a batch, or more than 5 CPU seconds. Writes ``benchmarks/results/fuzz_guided.json``,
with ``--again`` ``fuzz_guided_again.json``: what a later state of the code does, from nothing.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import base64
import dataclasses
import faulthandler
import hashlib
import json
import logging
import random
import subprocess
import sys
import time
import traceback
import warnings
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np
from fuzz_ends import (
    LastInput,
    code_state,
    compare_without_leak,
    ends,
    note_end,
    peak_megabytes,
)
from fuzz_tally import Tally

RESULTS = Path(__file__).resolve().parent / "results"
SLOWEST = 5.0  # CPU seconds
FLUSH = 20.0  # seconds between notes of what was done
SEEDS = 40
LONGEST = 40_000  # bytes of an execution
KEPT = 3  # failures of one kind that are kept whole


@dataclasses.dataclass(slots=True)
class Guided(Tally):
    """The same, and how the fuzzer came by them.

    Attributes:
        executions: calls of the target; one may hold many inputs.
        corpus: inputs kept since they reached something new.
        kinds: how many failed in which way.
        code: how many inputs each state of the code had.
        most_megabytes: memory of a process at most; None: nobody looked.
    """

    executions: int = 0
    corpus: int = 0
    kinds: dict[str, int] = dataclasses.field(default_factory=dict)
    code: dict[str, int] = dataclasses.field(default_factory=dict)
    most_megabytes: float | None = None


class Runner:
    """Tries inputs of one target, counts them, and notes what fails."""

    def __init__(self, name: str, folder: Path, goal: int) -> None:
        from fuzz_targets import TARGETS

        self.target, self.name, self.folder, self.goal = TARGETS[name], name, folder, goal
        self.tally = read_tally(folder)
        self.seen = read_hashes(folder)
        self.kinds = Counter(self.tally.kinds)
        self.state = code_state()
        self.last = LastInput(folder / "last_input", LONGEST)
        self.flushed = time.monotonic()

    def __call__(self, data: bytes) -> None:
        from credscore import CredscoreError

        self.last.keep(data)
        before = len(self.seen)
        self.seen.update(map(digest, self.target.inputs(data)))
        self.tally.inputs += len(self.seen) - before
        self.tally.code[self.state] = self.tally.code.get(self.state, 0) + len(self.seen) - before
        self.tally.executions += 1
        start = time.process_time()
        try:
            self.target.run(data)
        except CredscoreError:
            self.tally.refused += 1
        except Exception:  # noqa: BLE001  any other exception is what we look for
            self.note(data, traceback.format_exc())
        taken = time.process_time() - start
        if taken > SLOWEST:
            self.note(data, f"took {taken:.0f} s")
        self.tally.seconds += taken
        self.tally.slowest = max(self.tally.slowest, taken)
        if self.tally.inputs >= self.goal or time.monotonic() - self.flushed > FLUSH:
            self.flush()
            if self.tally.inputs >= self.goal:
                os._exit(0)  # libFuzzer knows no other end from within

    def note(self, data: bytes, failure: str) -> None:
        from fuzz import place_of

        kind = place_of(failure)
        self.tally.failed += 1
        self.kinds[kind] += 1
        if self.kinds[kind] > KEPT:
            return
        line = {
            "target": self.name,
            "kind": kind,
            "failure": failure[-3000:],
            "input": base64.b64encode(data).decode(),
        }
        with (self.folder / "failures.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")

    def flush(self) -> None:
        self.flushed = time.monotonic()
        self.tally.kinds = dict(self.kinds)
        self.tally.most_megabytes = max(self.tally.most_megabytes or 0.0, peak_megabytes())
        self.tally.corpus = sum(1 for _ in (self.folder / "corpus").iterdir())
        hashes = np.fromiter(self.seen, dtype=np.uint64, count=len(self.seen))
        write_whole(self.folder / "seen.u64", hashes.tobytes())
        text = json.dumps(dataclasses.asdict(self.tally), indent=1)
        write_whole(self.folder / "tally.json", text.encode())


def digest(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def write_whole(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    partial.replace(path)


def read_tally(folder: Path) -> Guided:
    path = folder / "tally.json"
    return Guided(**json.loads(path.read_text())) if path.is_file() else Guided()


def read_hashes(folder: Path) -> set[int]:
    path = folder / "seen.u64"
    return set(np.fromfile(path, dtype=np.uint64).tolist()) if path.is_file() else set()


def fuzz_here(name: str, folder: Path, goal: int) -> None:
    """Fuzz in this process until the target has tried ``goal`` inputs in all; does not return."""
    import atheris

    faulthandler.enable()
    with atheris.instrument_imports(include=["credscore"]):
        import fuzz_targets

        import credscore.cli
        import credscore.comparison
        import credscore.corroboration
        import credscore.html
        import credscore.page

    fuzz_targets.FOLDER = folder / "files"
    fuzz_targets.FOLDER.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("error", RuntimeWarning)
    logging.disable(logging.CRITICAL)
    credscore.score("Broken models would only be counted as refused inputs.")
    target = fuzz_targets.TARGETS[name]
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        for number in range(SEEDS):
            data = target.seed(random.Random(number))  # noqa: S311  repeatable, no secret
            (corpus / f"seed{number:02}").write_bytes(data)

    def mutator(data: bytes, most: int, seed: int) -> bytes:
        dice = random.Random(seed)  # noqa: S311  repeatable, no secret
        return target.change(data, dice, atheris.Mutate)[:most]

    runner = Runner(name, folder, goal)

    def first_and_others(data: bytes) -> None:
        # Only now, since starting the fuzzer puts its own function there.
        if not hasattr(atheris._trace_cmp, "leaks_nothing"):
            atheris._trace_cmp = compare_without_leak(atheris._trace_cmp)
            atheris._trace_cmp.leaks_nothing = True
        runner(data)

    # Python says more of a fatal signal than libFuzzer does.
    quiet = [f"-handle_{signal}=0" for signal in ("segv", "bus", "abrt", "ill", "fpe", "xfsz")]
    limits = [f"-max_len={LONGEST}", "-len_control=0", "-timeout=1500", "-rss_limit_mb=1500"]
    command = [sys.argv[0], *limits, *quiet, "-verbosity=0", f"-artifact_prefix={folder}/"]
    atheris.Setup([*command, str(corpus)], first_and_others, custom_mutator=mutator)
    atheris.Fuzz()


def total(state: Path, names: list[str]) -> dict[str, Guided]:
    return {name: read_tally(state / name) for name in names}


def run_slices(state: Path, goal: int, slices: int, result: Path) -> None:
    """Bring every target to its share, a slice of each at a time."""
    from fuzz_targets import TARGETS

    for number in range(1, slices + 1):
        for name, target in TARGETS.items():
            share = -(-target.share * goal * number // (1_000_000 * slices))
            folder = state / name
            folder.mkdir(parents=True, exist_ok=True)
            for _ in range(5):  # a process that dies is noted, and followed by another
                if read_tally(folder).inputs >= share:
                    break
                command = [sys.executable, __file__, "--state", str(state)]
                command += ["--here", name, "--goal", str(share)]
                with (folder / "log.txt").open("w+b") as log:
                    code = subprocess.run(command, check=False, stderr=log).returncode
                    log.seek(0)
                    said = log.read().decode("utf-8", "replace")
                if code or read_tally(folder).inputs < share:
                    note_end(state, name, code, said)
        tallies = total(state, list(TARGETS))
        done, failed = (sum(getattr(t, f) for t in tallies.values()) for f in ("inputs", "failed"))
        print(f"slice {number}: {done:,} inputs, {failed} failed", flush=True)
        write_result(state, tallies, result)


def write_result(state: Path, tallies: dict[str, Guided], result: Path) -> None:
    import credscore

    code: Counter[str] = Counter()
    for tally in tallies.values():
        code.update(tally.code)
    ended = ends(state)
    out = {
        "date": time.strftime("%Y-%m-%d"),
        "version": credscore.__version__,
        "fuzzer": f"atheris {version('atheris')}",
        "inputs": sum(tally.inputs for tally in tallies.values()),
        "failed": sum(tally.failed for tally in tallies.values()),
        "code": dict(code),
        "processes_that_died": sum(ended.values()),
        "died_of": ended,
        "cpu_seconds": round(sum(tally.seconds for tally in tallies.values())),
        "targets": {name: dataclasses.asdict(tally) for name, tally in tallies.items()},
    }
    result.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--again", action="store_true", help="a record of its own, from nothing")
    parser.add_argument("--state", type=Path, help="default: out/fuzz or out/fuzz_again")
    parser.add_argument("--slices", type=int, default=4)
    parser.add_argument("--report", action="store_true", help="only write what was done so far")
    parser.add_argument("--here", metavar="TARGET", help=argparse.SUPPRESS)
    parser.add_argument("--goal", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    name = "fuzz_guided_again" if options.again else "fuzz_guided"
    result = RESULTS / f"{name}.json"
    options.state = options.state or Path("out/fuzz_again" if options.again else "out/fuzz")
    if options.here:
        fuzz_here(options.here, options.state / options.here, options.goal)
    elif options.report:
        from fuzz_targets import TARGETS

        write_result(options.state, total(options.state, list(TARGETS)), result)
    else:
        run_slices(options.state, options.inputs, options.slices, result)


if __name__ == "__main__":
    main()
