"""How many articles a second one core reads, scores and annotates, beside spaCy's stock tokenizer.

    python benchmarks/speed.py [--articles 400] [--rounds 3] [--memory]

CPU time, one process, all in one run; each figure is the best of some rounds, taken in turn so that
a slow moment of the machine hits all alike. With ``--memory`` 100,000 articles are streamed and the
resident memory is sampled. Writes ``benchmarks/results/speed.json``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import credscore
from credscore.document import Document
from credscore.extractors.wording import wording
from credscore.registry import discover, make_batch
from credscore.report import Report
from credscore.scorer import Scorer, default_scorer, feature_matrix

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("CREDSCORE_DATA", HERE.parent.parent / "shared" / "data"))
WANTED = 3_000, 5_500  # characters


def sample(n: int) -> list[str]:
    """Real articles of about 4 kB; without the data, the demonstration articles over and over."""
    path = DATA / "credibility_articles.parquet"
    if path.is_file():
        import pyarrow.parquet as pq

        texts = pq.read_table(path, columns=["text"]).column("text").to_pylist()
        texts = [text for text in texts if WANTED[0] <= len(text) <= WANTED[1]]
        return texts[:: max(1, len(texts) // n)][:n]
    files = sorted((HERE.parent / "seeds" / "articles").glob("*.txt"))
    return list(islice(cycle(path.read_text(encoding="utf-8") for path in files), n))


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


def annotate_all(texts: Sequence[str]) -> None:
    for report in credscore.score_many(texts):
        annotations = report.annotations
        for field in annotations.fields:
            getattr(annotations, field)


def tasks(texts: Sequence[str]) -> dict[str, Callable[[], object]]:
    import spacy

    tokenizer = spacy.blank("en")
    return {
        "spaCy tokenizer (blank 'en')": lambda: [tokenizer.make_doc(text) for text in texts],
        "credscore.score, one by one": lambda: with_contributions(map(credscore.score, texts)),
        "credscore.score_many": lambda: with_contributions(credscore.score_many(texts)),
        "score_many and every annotation": lambda: annotate_all(texts),
    }


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
            timed("models", lambda v=values, s=symbols: _predict(scorer, v, s))
        for name, seconds in spent.items():
            totals.setdefault(name, []).append(seconds)
    return {name: 1e6 * min(seconds) / len(texts) for name, seconds in totals.items()}


def _lazy_parts(tokens: object) -> None:
    for name in ("doc_of", "block_of", "block_kind", "sentence_of", "quoted", "is_word", "phrases"):
        getattr(tokens, name)


def _predict(scorer: Scorer, values: object, symbols: object) -> None:
    from credscore.scorer import _feature_names

    for model in (scorer.credibility, scorer.quality, scorer.genre):
        model.predict(values, _feature_names(), symbols)


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
    """Resident memory while ``n`` articles stream through."""
    seen: list[float] = []
    for row, _ in enumerate(credscore.score_many(islice(cycle(texts), n))):
        if row % 5000 == 2000:
            seen.append(resident())
    return {
        "articles": n,
        "after 2,000, MB": seen[0],
        "median, MB": median(seen),
        "most, MB": max(seen),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    texts = sample(options.articles)
    size = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} articles of {size:,.0f} characters on average\n")
    seconds = best(tasks(texts), options.rounds)
    yardstick = next(iter(seconds.values()))
    results: dict[str, object] = {
        "date": time.strftime("%Y-%m-%d"),
        "version": credscore.__version__,
        "python": platform.python_version(),
        "articles": len(texts),
        "mean_characters": size,
    }
    rates = {name: len(texts) / spent for name, spent in seconds.items()}
    for name, rate in rates.items():
        share = seconds[name] / yardstick
        print(f"{name:34} {rate:8,.0f} articles/s   {share:5.2f} x spaCy's CPU")
    results["articles_per_second"] = rates
    results["cpu_relative_to_spacy"] = {name: s / yardstick for name, s in seconds.items()}
    print("\nstage, batches of 64                us an article")
    results["stage_microseconds"] = stages(texts, options.rounds)
    for name, micros in results["stage_microseconds"].items():
        print(f"{name:34} {micros:8.1f}")
    results["start_up"] = start_up(texts[0])
    for name, value in results["start_up"].items():
        print(f"{name:34} {value:8.2f}")
    if options.memory:
        results["memory"] = memory(texts)
        print(results["memory"])
    path = HERE / "results" / "speed.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
