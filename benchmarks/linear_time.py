"""How time grows with length, for texts made to be slow.

    python benchmarks/linear_time.py [--smallest 31250] [--rounds 8]

Each family, in a process of its own, is scored and fully annotated at lengths that double up to
``MAX_CHARACTERS``, in rounds, of which the least CPU time counts; the exponent of
``time ~ length**e`` is fitted over the larger half by least squares on logarithms. Goal: at most
1.1. Beside it stands the exponent of the user's share: the rest is the kernel's, which hands out
memory anew for every array above 32 MB, and slowly where other programs run. Of a text of 10 MB the
first ``MAX_CHARACTERS`` are read, and the report says so: ``at_10_mb`` is what it costs, in times
of a text of that length. Web pages have families of their own in ``tests/test_page_hostile.py``.
Writes ``benchmarks/results/linear_time.json``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import math
import multiprocessing
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import credscore
from credscore.document import MAX_CHARACTERS

GOAL = 1.1  # exponent
TEN_MB = 10_000_000
HERE = Path(__file__).resolve().parent
WORDS = (
    "the council said on monday that officials may have told reporters about 12 of 30 plans which "
    "experts believe could cost €5 million by 2027 while Ann Lee of the Harbour Trust denied it ."
).split()


def shuffled(n: int) -> str:
    chosen = random.Random(1).choices(WORDS, k=n // 5)  # noqa: S311  a fixed text, no secret
    return " ".join(chosen)[:n]


def repeated(unit: str) -> Callable[[int], str]:
    return lambda n: (unit * (n // len(unit) + 1))[:n]


FAMILIES: dict[str, Callable[[int], str]] = {
    "prose in one line": shuffled,
    "prose in lines": lambda n: shuffled(n).replace(" . ", ".\n"),
    "double quotes only": repeated('"'),
    "curly quotes, opening only": repeated("“"),
    "single quotes and letters": repeated("'a "),
    "quotes that open each line": repeated("“He said it.\n"),
    "digits only": repeated("1"),
    "numbers with commas": repeated("1,000 "),
    "one word": repeated("a"),
    "one letter words": repeated("a "),
    "capitals": repeated("A. "),
    "names": repeated("Ann Lee "),
    "he said": repeated("he said "),
    "brackets": repeated("("),
    "full stops": repeated(". "),
    "blank lines": repeated("\n"),
    "short lines": repeated("Read more\n"),
    "combining marks": repeated("e\u0301\u0301\u0301"),
    "zero-width characters": repeated("s\u200ba\u200bi\u200bd "),
    "emoji": repeated("\U0001f600 "),
    "by lines": repeated("By Ann Lee\n"),
    "list items": repeated("• 3 of 4 doctors say so\n"),
    "addresses": repeated("https://example.org/a?b=c "),
    "phrases that nearly match": repeated("according according to a according to "),
    "headings and questions": repeated("What is it?\nIt is that.\n"),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds in all, and those of them spent outside the kernel."""

    all: float
    user: float


def cost(text: str) -> Cost:
    """What it takes to score a text, to make every annotation and every note."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    report = credscore.score(text)
    for field in report.annotations.fields:
        getattr(report.annotations, field)
    report.to_json()
    after = resource.getrusage(resource.RUSAGE_SELF)
    user = after.ru_utime - before.ru_utime
    return Cost(user + after.ru_stime - before.ru_stime, user)


def least(costs: list[Cost]) -> Cost:
    return Cost(min(one.all for one in costs), min(one.user for one in costs))


def exponent(lengths: list[int], times: list[float]) -> float:
    """Slope of log time on log length over the larger half."""
    half = len(lengths) // 2
    xs = [math.log(value) for value in lengths[half:]]
    ys = [math.log(value) for value in times[half:]]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - mx) ** 2 for x in xs
    )


def measured(name: str, lengths: list[int], rounds: int) -> dict[str, Any]:
    """A family at all lengths, in turn, so that what disturbs one round disturbs them all."""
    make = FAMILIES[name]
    credscore.score(shuffled(4000))
    tries = [[cost(make(length)) for length in lengths] for _ in range(rounds)]
    found = [least(list(column)) for column in zip(*tries, strict=True)]
    return {
        "exponent": exponent(lengths, [one.all for one in found]),
        "exponent_of_user": exponent(lengths, [one.user for one in found]),
        "seconds": [round(one.all, 4) for one in found],
        "at_10_mb": round(cost(make(TEN_MB)).all / found[-1].all, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--smallest", type=int, default=MAX_CHARACTERS // 32)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--family", choices=tuple(FAMILIES), help="this one alone; writes nothing")
    options = parser.parse_args()
    doublings = int(math.log2(MAX_CHARACTERS / options.smallest))
    lengths = [MAX_CHARACTERS >> shift for shift in range(doublings, -1, -1)]
    # What one family leaves behind in memory is not the next one's cost.
    alone = multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1)
    results: dict[str, dict[str, Any]] = {}
    print(f"{'family':30} {'exponent':>9} {'of user':>9} {'s at ' + format(lengths[-1], ','):>14}")
    for name in [options.family] if options.family else FAMILIES:
        found = results[name] = alone.apply(measured, (name, lengths, options.rounds))
        shown = f"{found['exponent']:9.2f} {found['exponent_of_user']:9.2f}"
        print(f"{name:30} {shown} {found['seconds'][-1]:14.2f}", flush=True)
    if not options.family:
        write(lengths, results)


def write(lengths: list[int], results: dict[str, dict[str, Any]]) -> None:
    out = {
        "date": time.strftime("%Y-%m-%d"),
        "version": credscore.__version__,
        "characters_read": MAX_CHARACTERS,
        "lengths": lengths,
        "worst_exponent": max(row["exponent"] for row in results.values()),
        "worst_exponent_of_user": max(row["exponent_of_user"] for row in results.values()),
        "within_goal": sum(row["exponent"] <= GOAL for row in results.values()),
        "user_within_goal": sum(row["exponent_of_user"] <= GOAL for row in results.values()),
        "most_at_10_mb": max(row["at_10_mb"] for row in results.values()),
        "families": results,
    }
    path = HERE / "results" / "linear_time.json"
    path.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
