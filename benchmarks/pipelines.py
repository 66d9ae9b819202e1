"""How fast ``credscore batch`` and Spark score, what that means for an archive, and memory use.

    python benchmarks/pipelines.py [--articles 20000] [--no-spark] [--quick]

Each run is a process of its own on the same articles of about 4 kB. CPU time counts the command and
all its workers, from start to end; wall time says how busy the machine was otherwise. Writes
``benchmarks/results/pipelines.json`` and the sizing table into ``docs/pipelines.md``; with
``--quick`` it takes few articles and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from samples import sample

import credscore

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "pipelines.json"
PAGE = HERE.parent / "docs" / "pipelines.md"
BEGIN, END = "<!-- sizing: begin -->\n", "<!-- sizing: end -->\n"
ARTICLES = (100_000, 1_000_000, 10_000_000, 100_000_000)
CORES = (2, 8, 32, 128)
TICK = os.sysconf("SC_CLK_TCK")
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


def write_inputs(folder: Path, count: int) -> dict[str, Path]:
    """The same articles as lines of JSON and as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = islice(cycle(sample(2000)), count)
    rows = [{"id": f"a{number}", "text": text} for number, text in enumerate(texts)]
    lines, table = folder / "in.jsonl", folder / "in.parquet"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(rows), table)
    return {"jsonl": lines, "parquet": table}


def family(process: int) -> list[int]:
    """A process and all below it."""
    members, waiting = [], [process]
    while waiting:
        member = waiting.pop()
        members.append(member)
        for thread in Path(f"/proc/{member}/task").glob("*/children"):
            try:
                waiting += map(int, thread.read_text().split())
            except OSError:
                continue
    return members


def memory(process: int) -> int:
    """Resident bytes; 0 once it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_SIZE
    except (OSError, IndexError):
        return 0


def timed(command: Sequence[str], count: int) -> dict[str, float]:
    """Run a command to its end: CPU time of all its processes, the most that one of them held."""
    start = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    parent = worker = 0
    while True:
        done, status, usage = os.wait4(process.pid, os.WNOHANG)
        if done:
            break
        own, *others = family(process.pid)
        parent = max(parent, memory(own))
        worker = max([worker, *map(memory, others)])
        time.sleep(0.1)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return {
        "cpu_seconds": round(cpu, 2),
        "wall_seconds": round(time.monotonic() - start, 2),
        "articles_per_cpu_second": round(count / cpu, 1),
        "parent_mb": round(parent / 1e6),
        "worker_mb": round(worker / 1e6),
    }


SPARK = """
import json, os, sys, time
sys.path.insert(0, {here!r})
from pyspark.sql import SparkSession
from credscore.pipelines import spark
from pipelines import tree_seconds
os.environ["PYSPARK_PYTHON"] = sys.executable
session = (SparkSession.builder.master("local[{cores},4]").config("spark.ui.enabled", "false")
    .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    .getOrCreate())
session.sparkContext.setLogLevel("OFF")
frame = session.read.parquet({table!r}).repartition(8).cache()
frame.count()
def run(frame):
    spark.score(frame).write.format("noop").mode("overwrite").save()
run(frame.limit(64).repartition({cores}))
cpu, wall = tree_seconds(os.getpid()), time.monotonic()
run(frame)
print(json.dumps([tree_seconds(os.getpid()) - cpu, time.monotonic() - wall]))
session.stop()
"""


def tree_seconds(process: int) -> float:
    """CPU seconds of a process, all below it, and those of their children that have ended."""
    ticks = 0
    for member in family(process):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / TICK


def spark_run(table: Path, count: int, cores: int) -> dict[str, float]:
    """Scoring alone: the session is up and its workers are warm, as in a long job."""
    script = SPARK.format(here=str(HERE), cores=cores, table=str(table))
    done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=True)  # fmt: skip
    cpu, wall = json.loads(done.stdout.splitlines()[-1])
    return {
        "cpu_seconds": round(cpu, 2),
        "wall_seconds": round(wall, 2),
        "articles_per_cpu_second": round(count / cpu, 1),
    }


# Input, processes, further options, and the share of the articles.
RUNS = (
    ("parquet", 2, "", 0.25),  # what starting up costs
    ("parquet", 1, "", 1.0),
    ("parquet", 2, "", 1.0),
    ("jsonl", 2, "", 1.0),
    ("parquet", 2, "--features", 0.25),
    ("parquet", 2, "--spans", 0.25),
)


def batch_run(folder: Path, run: tuple[str, int, str, float], count: int) -> dict[str, float]:
    """One run of ``credscore batch``."""
    kind, jobs, extra, share = run
    table = write_inputs(folder, round(count * share))[kind]
    command = [sys.executable, "-m", "credscore.cli", "batch", str(table)]
    command += [str(folder / f"out.{kind}"), "--restart", "--jobs", str(jobs), *extra.split()]
    return timed(command, round(count * share))


def label_of(run: tuple[str, int, str, float]) -> str:
    kind, jobs, extra, share = run
    parts = ["batch", kind, extra, f"jobs={jobs}"]
    return " ".join(filter(None, parts)) + ("" if share == 1 else ", a quarter of the articles")


def measure(count: int, with_spark: bool) -> dict[str, Any]:
    runs: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for run in RUNS:
            runs[label_of(run)] = batch_run(folder, run, count)
            print(label_of(run), runs[label_of(run)], flush=True)
        if with_spark:
            table = write_inputs(folder, count)["parquet"]
            runs["spark local[2]"] = spark_run(table, count, 2)
            print("spark", runs["spark local[2]"], flush=True)
    return {
        "date": time.strftime("%Y-%m-%d"),
        "credscore": credscore.__version__,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[1], 1),
        "articles": count,
        "runs": runs,
    }


def hours(rate: float, articles: int, cores: int) -> str:
    """Time as somebody would say it; ``rate`` is articles for each second of one core."""
    seconds = articles / (rate * cores)
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"


def sizing(results: Mapping[str, Any]) -> str:
    """The table of the documentation, from the measured rates alone."""
    runs = results["runs"]
    # What one more article costs: starting up is left to the smaller run.
    few, many = (
        runs["batch parquet jobs=2, a quarter of the articles"],
        runs["batch parquet jobs=2"],
    )
    more = results["articles"] - results["articles"] // 4
    batch = more / (many["cpu_seconds"] - few["cpu_seconds"])
    spark = runs.get("spark local[2]", {}).get("articles_per_cpu_second")
    rates = f"{batch:,.0f} articles for each second of a core with `credscore batch`"
    rates += f", {spark:,.0f} with Spark (above 32 cores)" if spark else ""
    lines = [
        f"Measured {results['date']} with version {results['credscore']} on",
        f"{results['articles']:,} articles of about 4 kB, all processes counted:",
        f"{rates}. From it, for cores that do nothing else:",
        "",
        "| articles | " + " | ".join(f"{cores} cores" for cores in CORES) + " |",
        "| ---: |" + " ---: |" * len(CORES),
    ]
    for articles in ARTICLES:
        # One machine up to 32 cores, a Spark cluster beyond.
        cells = [hours(batch if cores <= 32 or not spark else spark, articles, cores)
                 for cores in CORES]  # fmt: skip
        lines.append(f"| {articles:,} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def write_table(results: Mapping[str, Any]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(head + BEGIN + sizing(results) + END + tail, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--no-spark", action="store_true")
    parser.add_argument("--quick", action="store_true", help="2,000 articles; nothing is written")
    options = parser.parse_args()
    results = measure(2_000 if options.quick else options.articles, not options.no_spark)
    if options.quick:
        print(sizing(results))
        return
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    write_table(results)
    print(sizing(results))


if __name__ == "__main__":
    main()
