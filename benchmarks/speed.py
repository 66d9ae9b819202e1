"""How many articles a second one core reads, scores and annotates, beside spaCy's stock tokenizer.

    python benchmarks/speed.py [--articles 400] [--rounds 3] [--memory] [--processes]
                               [--peers [all]]

CPU time, one process, all in one run; each figure is the best of some rounds, taken in turn so that
a slow moment of the machine hits all alike. ``--memory`` streams 100,000 articles and samples the
resident memory; ``--processes`` compares two with one by the clock, which tells something on an
idle machine only; ``--peers`` times other libraries too (``peers.py``). Writes
``benchmarks/results/speed.json``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from samples import sample

import credscore
from credscore.document import Document
from credscore.extractors.wording import wording
from credscore.registry import discover, make_batch, vocabulary
from credscore.report import Report
from credscore.scorer import Scorer, default_scorer, feature_matrix

HERE = Path(__file__).resolve().parent
YARDSTICK = "spaCy tokenizer (blank 'en')"
SCORES = "credscore.score_many"


def cpu(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def best(tasks: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """CPU seconds of each task: the best of several rounds, the tasks taken in turn."""
    for run in tasks.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, run in tasks.items():
            times[name].append(cpu(run))
    return {name: min(taken) for name, taken in times.items()}


def with_contributions(reports: Iterator[object]) -> None:
    for report in reports:
        assert isinstance(report, Report)
        for score in report.scores:
            _ = score.value, score.contributions


def annotate_all(texts: Sequence[str], passages: bool = False) -> None:
    """Make every annotation; with ``passages`` also those of every contribution."""
    for report in credscore.score_many(texts):
        assert isinstance(report, Report)
        annotations = report.annotations
        for field in annotations.fields:
            getattr(annotations, field)
        if passages:
            for score in report.scores:
                for part in score.contributions:
                    _ = part.evidence


_WORD = re.compile(r"\w+|[^\w\s]")


def limits(texts: Sequence[str]) -> dict[str, Callable[[], object]]:
    """What nobody gets below: a pass over the text that finds words, or the words of our lists."""
    found: dict[str, Callable[[], object]] = {
        "limit: words with their places": lambda: [
            [match.span() for match in _WORD.finditer(text)] for text in texts
        ]
    }
    try:
        import ahocorasick
    except ImportError:  # an extension that nothing else here needs
        return found
    automaton = ahocorasick.Automaton()
    for lexicon in vocabulary().lexicons:
        for phrase in (entry for group in lexicon.groups.values() for entry in group):
            if " " in phrase:  # words stand inside other words, phrases hardly ever do
                automaton.add_word(phrase, phrase)
    automaton.make_automaton()
    lowered = [text.lower() for text in texts]
    found["limit: one Aho-Corasick pass"] = lambda: [
        deque(automaton.iter(text), maxlen=0) for text in lowered
    ]
    return found


def tasks(texts: Sequence[str]) -> dict[str, Callable[[], object]]:
    import spacy

    tokenizer = spacy.blank("en")
    return {
        YARDSTICK: lambda: [tokenizer.make_doc(text) for text in texts],
        "credscore.score, one by one": lambda: with_contributions(map(credscore.score, texts)),
        SCORES: lambda: with_contributions(credscore.score_many(texts)),
        "score_many and every annotation": lambda: annotate_all(texts),
        "and every passage of evidence": lambda: annotate_all(texts, passages=True),
        **limits(texts),
    }


def growth(texts: Sequence[str], rounds: int) -> dict[str, dict[str, float]]:
    """Microseconds for 1,000 characters as articles get more, and as they get longer."""
    some = texts[:96]
    more = {str(n): [some[i % len(some)] for i in range(n)] for n in (96, 192, 384, 768)}
    longer = {
        str(times): ["\n\n".join(some[i : i + times]) for i in range(0, len(some), times)]
        for times in (1, 4, 16, 48)
    }
    return {
        "by number of articles": _per_character(more, rounds),
        "by articles joined into one": _per_character(longer, rounds),
    }


def _per_character(samples: dict[str, list[str]], rounds: int) -> dict[str, float]:
    runs: dict[str, Callable[[], object]] = {
        name: lambda some=some: with_contributions(credscore.score_many(some))  # type: ignore[misc]
        for name, some in samples.items()
    }
    spent = best(runs, rounds)
    return {name: 1e9 * spent[name] / sum(map(len, some)) for name, some in samples.items()}


def processes(texts: Sequence[str], n: int = 4000, rounds: int = 3) -> dict[str, float]:
    """Articles a second by the clock with one and two processes, workers started beforehand; the
    best of some rounds each.
    """
    some = list(islice(cycle(texts), n))
    rates = dict.fromkeys(("1 processes", "2 processes"), 0.0)
    for _ in range(rounds):
        for jobs in (1, 2):
            for _ in credscore.score_many(some[:200], n_jobs=jobs):
                pass
            start = time.perf_counter()
            for _ in credscore.score_many(some, n_jobs=jobs):
                pass
            name = f"{jobs} processes"
            rates[name] = max(rates[name], n / (time.perf_counter() - start))
    return rates | {"two to one": rates["2 processes"] / rates["1 processes"]}


def stages(texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Microseconds an article for each stage, in batches of 64."""
    documents = [Document(text) for text in texts]
    batches = [documents[i : i + 64] for i in range(0, len(documents), 64)]
    totals: dict[str, list[float]] = {}
    scorer: Scorer = default_scorer()
    for _ in range(rounds):
        spent: dict[str, float] = {}

        def timed(name: str, run: Callable[[], object], spent: dict[str, float] = spent) -> object:
            start = time.process_time()
            result = run()
            spent[name] = spent.get(name, 0.0) + time.process_time() - start
            return result

        for some in batches:
            batch = make_batch(some)
            timed("tokenization", lambda some=some: make_batch(some))
            timed("sentences, blocks, quotes", lambda b=batch: _lazy_parts(b.tokens))
            for extractor in discover():
                batch.done[extractor.name] = timed(
                    extractor.name, lambda e=extractor, b=batch: e.extract(b)
                )
            values = timed("feature matrix", lambda b=batch: feature_matrix(b))
            symbols = timed("wording symbols", lambda b=batch: wording(b))
            timed("models", lambda v=values, s=symbols: scorer.predict(v, s))
            scored = scorer.measure(batch)
            reports = timed("reports", lambda s=some, n=scored: list(map(scorer.report, s, n)))
            timed("contributions", lambda r=reports: with_contributions(iter(r)))
        for name, seconds in spent.items():
            totals.setdefault(name, []).append(seconds)
    return {name: 1e6 * min(seconds) / len(texts) for name, seconds in totals.items()}


def _lazy_parts(tokens: object) -> None:
    for name in ("doc_of", "block_of", "block_kind", "sentence_of", "quoted", "is_word", "phrases"):
        getattr(tokens, name)


def whole_process(arguments: Sequence[str], runs: int = 7) -> float:
    """Median wall seconds of a fresh process."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return median(taken)


def start_up(text: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "article.txt"
        path.write_text(text, encoding="utf-8")
        bare = whole_process(["-c", "pass"])
        return {
            "python -c pass, s": bare,
            "import credscore, s beyond that": whole_process(["-c", "import credscore"]) - bare,
            "credscore score FILE, s": whole_process(["-m", "credscore.cli", "score", str(path)]),
        }


def resident() -> float:
    """Resident memory now, MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def memory(texts: Sequence[str], n: int = 100_000) -> dict[str, float]:
    """Resident memory while ``n`` articles stream through a process that does nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.json"
        path.write_text(json.dumps(list(texts)), encoding="utf-8")
        command = [sys.executable, str(Path(__file__).resolve()), "--memory-of", str(path), str(n)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    seen: dict[str, float] = json.loads(done.stdout)
    return seen


def stream(path: str, n: int) -> None:
    """What the process of ``memory`` does."""
    texts = json.loads(Path(path).read_text(encoding="utf-8"))
    seen: list[float] = []
    for row, _ in enumerate(credscore.score_many(islice(cycle(texts), n))):
        if row % 5000 == 2000:
            seen.append(resident())
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    most = int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    found = {
        "articles": n,
        "after 2,000, MB": seen[0],
        "median, MB": median(seen),
        "most, MB": most,
    }
    print(json.dumps(found))


def rates(texts: Sequence[str], rounds: int) -> dict[str, object]:
    """Articles a second of each task, beside the tokenizer's."""
    seconds = best(tasks(texts), rounds)
    yardstick = next(iter(seconds.values()))
    found = {name: len(texts) / spent for name, spent in seconds.items()}
    for name, rate in found.items():
        share = seconds[name] / yardstick
        print(f"{name:34} {rate:8,.0f} articles/s   {share:5.2f} x spaCy's CPU")
    limits = [name for name in found if name.startswith("limit")]
    shares = {name: found[SCORES] / found[name] for name in limits}
    for name, part in shares.items():
        print(f"{SCORES} reaches {100 * part:.0f} % of {name}")
    return {
        "share_of_limit": shares,
        "articles_per_second": found,
        "cpu_relative_to_spacy": {name: s / yardstick for name, s in seconds.items()},
    }


def costs(texts: Sequence[str], rounds: int) -> dict[str, object]:
    """Time by stage, by length and number of articles, and to start."""
    print("\nstage, batches of 64                us an article")
    by_stage = stages(texts, rounds)
    for name, micros in by_stage.items():
        print(f"{name:34} {micros:8.1f}")
    by_size = growth(texts, rounds)
    for name, row in by_size.items():
        print(f"us for 1,000 characters {name}:", {k: round(v) for k, v in row.items()})
    starting = start_up(texts[0])
    for name, value in starting.items():
        print(f"{name:34} {value:8.2f}")
    return {
        "stage_microseconds": by_stage,
        "microseconds_per_1000_characters": by_size,
        "start_up": starting,
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--processes", action="store_true")
    parser.add_argument("--peers", nargs="?", const="some", choices=("some", "all"))
    parser.add_argument("--memory-of", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    if options.memory_of:
        stream(options.memory_of[0], int(options.memory_of[1]))
        return
    texts = sample(options.articles)
    size = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} articles of {size:,.0f} characters on average\n")
    results: dict[str, object] = {
        "date": time.strftime("%Y-%m-%d"),
        "version": credscore.__version__,
        "python": platform.python_version(),
        "articles": len(texts),
        "mean_characters": size,
        **rates(texts, options.rounds),
        **costs(texts, options.rounds),
    }
    if options.memory:
        results["memory"] = memory(texts)
        print(results["memory"])
    if options.processes:
        results["processes"] = processes(texts)
        print(results["processes"])
    if options.peers:
        from peers import time_peers

        with tempfile.TemporaryDirectory() as folder:
            results["peers"] = time_peers(list(texts), [], options.peers == "all", Path(folder))
    path = HERE / "results" / "speed.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
