"""Score a great many articles and look at the memory of every process all along.

Two ways: ``credscore batch`` with two workers, and Spark with two local cores. What a run has
finished and seen is kept in a folder, so that the same command goes on after an interruption.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import fuzz_inputs

SIZES = (400, 900)  # characters of an article: a short report
TENTHS = 10
PARTS = 50  # of the input for Spark, each a task
HEAP = "1g"  # of the Java machine; it takes all of it at once, so what grows is ours
PAUSE = 1.0  # seconds between two looks
Sample = tuple[float, float, float]  # seconds, megabytes of Python's processes, of Java's


def write_articles(path: Path, count: int, sizes: tuple[int, int] = SIZES) -> None:
    """Pieces of our own articles, each with a number, so that no two are alike."""
    dice = random.Random(1)  # noqa: S311  repeatable, no secret
    texts = [text for text in fuzz_inputs.seeds() if len(text) > sizes[1]]
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        for number in range(count):
            text = dice.choice(texts)
            low = dice.randrange(len(text) - sizes[1] + 1)
            piece = f"{number}. {text[low : low + dice.randint(*sizes)]}"
            file.write(json.dumps({"id": str(number), "text": piece}) + "\n")
    partial.replace(path)


def children(pid: int) -> list[int]:
    """The processes that one has started, those of all its threads."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    return [pid, *(one for child in children(pid) for one in family(child))]


def memory_of(pid: int) -> tuple[float, float]:
    """Megabytes that Python's and Java's processes hold, shared pages counted once.

    Anonymous memory only: files that are mapped, such as libraries, count by how many other
    processes of the machine map them too.
    """
    python = java = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            size = sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:"))
            if Path(f"/proc/{one}/exe").readlink().name.startswith("java"):
                java += size
            else:
                python += size
    return python / 1024, java / 1024


def watch(process: subprocess.Popen[bytes], log: Path) -> list[Sample]:
    """Look at the memory until the end; earlier runs' looks come first."""
    lines = log.read_text().splitlines() if log.is_file() else []
    seen: list[Sample] = [tuple(json.loads(line)) for line in lines]
    before, start = seen[-1][0] if seen else 0.0, time.monotonic()
    with log.open("a") as file:
        while process.poll() is None:
            now = before + time.monotonic() - start
            seen.append((round(now, 1), *(round(size, 1) for size in memory_of(process.pid))))
            file.write(json.dumps(seen[-1]) + "\n")
            file.flush()
            time.sleep(PAUSE)
    return seen


def by_tenth(values: list[float]) -> list[float]:
    """The middle value of each tenth of a run."""
    cuts = [len(values) * n // TENTHS for n in range(TENTHS + 1)]
    return [round(median(values[a:b]), 1) for a, b in itertools.pairwise(cuts)]


def told(seen: list[Sample]) -> dict[str, object]:
    """How flat the memory was while models were loaded: looks at less than half of the most are
    left out, those after each start.
    """
    most = max(sample[1] for sample in seen)
    loaded = [sample for sample in seen if sample[1] >= most / 2]
    if len(loaded) < 2 * TENTHS:
        raise SystemExit(f"{len(loaded)} looks tell nothing; give it more articles")
    python = by_tenth([sample[1] for sample in loaded])
    steady = python[1:]
    found: dict[str, object] = {
        "seconds": round(seen[-1][0]),
        "looks": len(seen),
        "megabytes_by_tenth": python,
        "highest_over_lowest_after_the_first_tenth": round(max(steady) / min(steady) - 1, 3),
        "last_over_second_tenth": round(steady[-1] / steady[0] - 1, 3),
        "most_megabytes": most,
    }
    if max(sample[2] for sample in seen) > 0:
        found["java_megabytes_by_tenth"] = by_tenth([sample[2] for sample in loaded])
    return found


def finished(folder: Path, name: str, articles: int, command: list[str]) -> dict[str, object]:
    """Run a command to its end under watch; ended by SIGTERM, what was reached is told."""
    log, out = folder / f"{name}.samples.jsonl", folder / f"{name}.parquet"
    before = folder / f"{name}.before"
    if not log.is_file():
        before.write_text(str(_totals(folder, out)[0]))
    process = subprocess.Popen(command)
    seen = watch(process, log)
    if process.returncode not in (0, 128 + signal.SIGTERM, -signal.SIGTERM):
        raise SystemExit(f"{name} ended with {process.returncode}; the same command goes on")
    rows, errors, scored = _totals(folder, out)
    found = {"articles": articles, "characters": list(SIZES), "rows": rows}
    earlier = {"rows_before_looking": int(before.read_text())}
    return {**found, **earlier, "errors": errors, "scored": scored, **told(seen)}


def _totals(folder: Path, out: Path) -> list[int]:
    """Rows of all that is finished, those with an error, those with a score."""
    parts = [out] if out.is_file() else sorted(folder.glob(f"{out.name}*/**/part-*.parquet"))
    return list(map(sum, zip((0, 0, 0), *map(_counted, parts), strict=True)))


def _counted(part: Path) -> tuple[int, int, int]:
    """Of one file: rows, those with an error, those with a score."""
    from pyarrow import parquet

    table = parquet.ParquetFile(part).read(columns=["error", "overall"])
    filled = [table.num_rows - table[name].null_count for name in ("error", "overall")]
    return table.num_rows, filled[0], filled[1]


def run_batch(folder: Path, articles: int) -> dict[str, object]:
    """``credscore batch`` from JSON lines to Parquet, two workers."""
    source = _source(folder, articles)
    command = [sys.executable, "-m", "credscore.cli", "batch", str(source)]
    return finished(
        folder, "batch", articles, [*command, str(folder / "batch.parquet"), "--jobs", "2"]
    )


def _source(folder: Path, articles: int) -> Path:
    source = folder / f"articles-{articles}.jsonl"
    if not source.is_file():
        write_articles(source, articles)
    return source


def run_spark(folder: Path, articles: int) -> dict[str, object]:
    """The same articles through ``credscore.pipelines.spark`` in a local session.

    Spark itself begins a job anew, so its looks do too.
    """
    source = _source(folder, articles)
    (folder / "spark.samples.jsonl").unlink(missing_ok=True)
    command = [sys.executable, __file__, str(source), str(folder / "spark.parquet")]
    return finished(folder, "spark", articles, command)


def through_spark(source: str, out: str) -> None:
    """Score a file of JSON lines into a folder of Parquet files."""
    from pyspark.sql import SparkSession

    from credscore.pipelines import spark

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    session = (
        SparkSession.builder.master("local[2,4]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", HEAP)
        .config("spark.driver.extraJavaOptions", f"-Xms{HEAP} -XX:+AlwaysPreTouch")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    frame = session.read.schema("id string, text string").json(source).repartition(PARTS)
    spark.score(frame).write.mode("overwrite").parquet(out)
    session.stop()


if __name__ == "__main__":
    through_spark(*sys.argv[1:])
