"""Break articles in thousands of ways; nothing may crash, point outside the text, or not add up.

    python benchmarks/fuzz.py [--seconds 600] [--seed 1] [--target NAME ...]
    python benchmarks/fuzz.py --target text --seed 1 --only 1234        # one input again

The inputs are mutations of our own articles (``fuzz_inputs.py``); one seed gives the same inputs in
the same order. Per input: no exception but ``CredscoreError``, no numerical warning, offsets inside
the text with start <= end, scores within 0-100 or None where the report abstains, JSON without NaN
that can be written as UTF-8, contributions that add up to the log-odds within 1e-9, and at most 5
CPU seconds. Writes ``benchmarks/results/fuzz.json``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import dataclasses
import itertools
import json
import logging
import math
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import fuzz_inputs as inputs
from fuzz_tally import Tally

import credscore
from credscore.annotations import Annotations
from credscore.judgement import Score, percent
from credscore.model import AdditiveModel
from credscore.model_format import dump_model, read_model_text
from credscore.report import Report

RESULT = Path(__file__).resolve().parent / "results" / "fuzz.json"
TOLERANCE = 1e-9  # log-odds
SLOWEST = 5.0  # CPU seconds an input
KEPT = 50  # failures described in full


class BrokenError(Exception):
    """A promise that was not kept."""


def demand(kept: bool, *what: object) -> None:
    if not kept:
        raise BrokenError(" ".join(map(str, what)))


def check_span(start: int, end: int, text: str, what: object) -> None:
    demand(0 <= start <= end <= len(text), "offsets", start, end, "of", len(text), what)


def spans_in(item: object) -> Iterator[tuple[int, int]]:
    """Offsets of an annotation and of everything inside it."""
    if isinstance(item, tuple):
        for part in item:
            yield from spans_in(part)
    elif dataclasses.is_dataclass(item):
        yield getattr(item, "start", 0), getattr(item, "end", 0)
        for field in dataclasses.fields(item):
            yield from spans_in(getattr(item, field.name))


def check_annotations(found: Annotations, text: str) -> None:
    for field in found.fields:
        items = getattr(found, field)
        demand(list(items) == sorted(items, key=lambda i: (i.start, i.end)), field, "not sorted")
        for item in items:
            for start, end in spans_in(item):
                check_span(start, end, text, item)


def check_score(score: Score, report: Report) -> None:
    numbers = (score.value, score.low, score.high, score.log_odds, score.baseline)
    if report.abstained:
        demand(numbers == (None,) * 5 and not score.contributions, score.name, "beside abstention")
        return
    value, low, high, log_odds, baseline = (math.nan if n is None else n for n in numbers)
    demand(0.0 <= low <= value <= high <= 100.0, score.name, low, value, high)
    parts = score.contributions
    total = math.fsum((baseline, *(part.log_odds for part in parts)))
    demand(abs(total - log_odds) <= TOLERANCE, score.name, "adds up to", total, "not", log_odds)
    points = math.fsum((percent(baseline), *(part.points for part in parts)))
    demand(abs(points - value) <= 1e-6, score.name, "points add up to", points, "not", value)
    text = report.document.text
    for part in parts:
        demand(bool(part.sentence) and bool(part.summary), part.feature, "says nothing")
        for passage in part.evidence:
            check_span(passage.start, passage.end, text, part.feature)
            same = text[passage.start : passage.end] == passage.text
            demand(same, part.feature, "evidence is not the text")


def check_json(text: str) -> None:
    text.encode("utf-8")
    json.loads(text, parse_constant=lambda name: demand(False, name, "in the JSON"))


def check_report(report: Report) -> None:
    for score in report.scores:
        check_score(score, report)
    demand(report.abstained == bool(report.abstention_reason), "abstention without a reason")
    chances = report.genre.probabilities.values()
    demand(report.abstained or abs(sum(chances) - 1) < TOLERANCE, "genre", tuple(chances))
    for measured in report.measurements.values():
        demand(math.isnan(measured.value) == bool(measured.reason), measured.name, "reason")
        for start, end in measured.spans:
            check_span(start, end, report.document.text, measured.name)
    check_json(report.to_json())


def named(dice: random.Random, text: str) -> credscore.Document:
    """A document with naughty fields beside its text, as often as not."""
    word = dice.choice(inputs.inserts())
    return credscore.Document(
        text,
        title=dice.choice((None, word)),
        authors=dice.choice((None, (), word, (word, "Ann Lee"))),
        published=dice.choice((None, word)),
        source=word,
    )


def fuzz_text(dice: random.Random) -> None:
    document = named(dice, inputs.broken_text(dice))
    report = credscore.score(document)
    check_report(report)
    check_annotations(credscore.annotate(document), document.text)
    if dice.random() < 0.05:
        report.to_markdown()
        report.to_html().encode("utf-8")
    if dice.random() < 0.1:
        beside = credscore.Document(inputs.broken_text(dice))
        together = list(credscore.score_many([beside, document]))[1]
        demand(together.overall == report.overall, "another score in another batch")


def fuzz_corroborate(dice: random.Random) -> None:
    texts = [inputs.broken_text(dice) for _ in range(dice.choice((2, 2, 2, 3)))]
    documents = [named(dice, text) for text in texts]
    story = credscore.corroborate(documents)
    for claim in (*story.claims, *story.quotes, *story.names):
        for mention in claim.mentions:
            check_span(mention.start, mention.end, texts[mention.article], claim)
    for copy in story.copies:
        for a, b, c, d in copy.passages:
            check_span(a, b, texts[copy.left], copy)
            check_span(c, d, texts[copy.right], copy)
        demand(0 <= copy.left_share <= 1 and 0 <= copy.right_share <= 1, copy)
    check_json(story.to_json())
    story.table()
    if dice.random() < 0.2:
        story.to_html().encode("utf-8")


def fuzz_html(dice: random.Random) -> None:
    document = credscore.Document.from_html(inputs.broken_page(dice), url="https://example.org/a")
    demand(bool(document.text.strip()), "an empty text was read")
    if dice.random() < 0.3:
        check_report(credscore.score(document))


def fuzz_file(dice: random.Random) -> None:
    suffix, data = inputs.file_bytes(dice)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"article{suffix}"
        path.write_bytes(data)
        document = credscore.Document.from_file(path)
    if dice.random() < 0.3:
        check_report(credscore.score(document))


def fuzz_model(dice: random.Random) -> None:
    spec = read_model_text(inputs.broken_model(dice))
    AdditiveModel(spec)
    demand(read_model_text(dump_model(spec)) == spec, "a model changes when it is written")


def fuzz_compare(dice: random.Random) -> None:
    number = dice.randint(2, 6)
    documents = [named(dice, inputs.broken_text(dice)) for _ in range(number)]
    found = credscore.compare(documents, by=dice.choice(("source", "article")), min_articles=1)
    check_json(found.to_json())
    found.to_table()
    found.to_html().encode("utf-8")


TARGETS: dict[str, Callable[[random.Random], None]] = {
    "text": fuzz_text,
    "corroborate": fuzz_corroborate,
    "html": fuzz_html,
    "file": fuzz_file,
    "model": fuzz_model,
    "compare": fuzz_compare,
}
# How often each has its turn.
TURNS = {"text": 12, "corroborate": 4, "html": 4, "file": 6, "model": 40, "compare": 1}


def run_one(target: str, seed: int, number: int, tally: Tally) -> str | None:
    """Try one input. Returns the failure, if there is one."""
    dice = random.Random(f"{seed} {target} {number}")  # noqa: S311  repeatable, no secret
    start, failure = time.process_time(), None
    try:
        TARGETS[target](dice)
    except credscore.CredscoreError:
        tally.refused += 1
    except Exception:  # noqa: BLE001  any other exception is what we look for
        failure = traceback.format_exc()
    taken = time.process_time() - start
    if failure is None and taken > SLOWEST:
        failure = f"took {taken:.1f} s"
    tally.inputs += 1
    tally.failed += failure is not None
    tally.seconds += taken
    tally.slowest = max(tally.slowest, taken)
    return failure


def place_of(failure: str) -> str:
    """Error and innermost line in credscore: failures with the same one are counted as one."""
    lines = failure.strip().splitlines()
    ours = [line.strip() for line in lines if "/credscore/" in line and "File" in line]
    where = ours[-1].rpartition("/credscore/")[2] if ours else "benchmarks/fuzz.py"
    return f"{lines[-1][:160]} [{where}]"


def run(
    targets: Sequence[str], seed: int, seconds: float
) -> tuple[dict[str, Tally], list[dict[str, object]]]:
    tallies = {target: Tally() for target in targets}
    found: list[dict[str, object]] = []
    kinds: Counter[str] = Counter()
    turns = itertools.cycle([t for t in targets for _ in range(TURNS[t])])
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        target = next(turns)
        number = tallies[target].inputs
        failure = run_one(target, seed, number, tallies[target])
        if failure is None:
            continue
        kinds[place_of(failure)] += 1
        if kinds[place_of(failure)] <= 3 and len(found) < KEPT:
            found.append({"target": target, "number": number, "failure": place_of(failure)})
            print(f"FAILED {target} {number}: {failure}", flush=True)
    return tallies, found


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", choices=TARGETS, nargs="*", default=list(TARGETS))
    parser.add_argument(
        "--only", type=int, metavar="NUMBER", help="run this input alone; writes nothing"
    )
    parser.add_argument("--out", type=Path, default=RESULT)
    return parser.parse_args()


def main() -> int:
    options = arguments()
    warnings.simplefilter("error", RuntimeWarning)
    logging.disable(logging.CRITICAL)
    if options.only is not None:
        failures = [run_one(t, options.seed, options.only, Tally()) for t in options.target]
        print("\n".join(failure or "no failure" for failure in failures))
        return int(any(failures))
    tallies, found = run(options.target, options.seed, options.seconds)
    print(f"{'target':12} {'inputs':>8} {'refused':>8} {'failed':>7} {'slowest s':>10}")
    for target, tally in tallies.items():
        print(
            f"{target:12} {tally.inputs:8} {tally.refused:8} {tally.failed:7} {tally.slowest:10.2f}"
        )
    out = {
        "date": time.strftime("%Y-%m-%d"),
        "version": credscore.__version__,
        "seed": options.seed,
        "naughty_strings": len(inputs.inserts()),
        "inputs": sum(tally.inputs for tally in tallies.values()),
        "failed": sum(tally.failed for tally in tallies.values()),
        "targets": {target: dataclasses.asdict(tally) for target, tally in tallies.items()},
        "failures": found,
    }
    options.out.write_text(json.dumps(out, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    return int(out["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main())
