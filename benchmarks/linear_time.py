"""How time grows with length, for texts made to be slow.

    python benchmarks/linear_time.py [--smallest 12500] [--largest 800000] [--times 2]

Each family is scored and fully annotated at lengths that double; the exponent of
``time ~ length**e`` is fitted over the larger half by least squares on logarithms. Goal: at most
1.1. The largest text is within ``MAX_CHARACTERS``; of what is longer, only that much is read, and
the report says so: ``seconds_at_10_mb`` shows what such a text costs. Web pages have families of
their own in ``tests/test_page_hostile.py``. Writes ``benchmarks/results/linear_time.json``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import math
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import credscore
from credscore.document import MAX_CHARACTERS

GOAL = 1.1  # exponent
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


def seconds(text: str, times: int) -> float:
    """CPU seconds to score and to make every annotation; the best of some tries."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        report = credscore.score(text)
        for field in report.annotations.fields:
            getattr(report.annotations, field)
        taken.append(time.process_time() - start)
    return min(taken)


def exponent(lengths: list[int], times: list[float]) -> float:
    """Slope of log time on log length over the larger half."""
    half = len(lengths) // 2
    xs = [math.log(value) for value in lengths[half:]]
    ys = [math.log(value) for value in times[half:]]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - mx) ** 2 for x in xs
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--smallest", type=int, default=12_500)
    parser.add_argument("--largest", type=int, default=800_000)
    parser.add_argument("--times", type=int, default=2, help="tries, of which the best counts")
    options = parser.parse_args()
    doublings = int(math.log2(options.largest / options.smallest))
    lengths = [options.largest >> shift for shift in range(doublings, -1, -1)]
    credscore.score(shuffled(4000))
    results: dict[str, dict[str, Any]] = {}
    print(f"{'family':30} {'exponent':>9} {'s at ' + format(options.largest, ','):>14}")
    for name, make in FAMILIES.items():
        times = [seconds(make(length), options.times) for length in lengths]
        results[name] = {"exponent": exponent(lengths, times), "seconds": times}
        print(f"{name:30} {results[name]['exponent']:9.2f} {times[-1]:14.2f}", flush=True)
    worst = max(results, key=lambda name: results[name]["exponent"])
    whole = {name: seconds(FAMILIES[name](10_000_000), 1) for name in ("prose in one line", worst)}
    print(f"worst: {worst}, {results[worst]['exponent']:.2f}; 10 MB: {whole}")
    out = {
        "date": time.strftime("%Y-%m-%d"),
        "version": credscore.__version__,
        "characters_read": MAX_CHARACTERS,
        "lengths": lengths,
        "worst_exponent": results[worst]["exponent"],
        "within_goal": sum(row["exponent"] <= GOAL for row in results.values()),
        "families": results,
        "seconds_at_10_mb": whole,
    }
    path = HERE / "results" / "linear_time.json"
    path.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
