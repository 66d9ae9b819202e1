"""Write the tables of README.md from measured results, so that no figure is typed by hand.

    python benchmarks/figures.py            # rewrite
    python benchmarks/figures.py --check    # fail if README.md differs from the results

A table stands between ``<!-- figures:NAME -->`` and ``<!-- /figures -->``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PLACE = re.compile(r"(<!-- figures:(\w+) -->\n).*?(<!-- /figures -->)", re.DOTALL)


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def metrics(target: str) -> Any:
    versions = sorted((ROOT / "models" / target).glob("*/metrics.json"))
    return load(versions[-1])["tables"]


def shown(figure: dict[str, float]) -> str:
    """As ".87 (.85 to .89)"."""
    value, low, high = (
        f"{figure[key]:.2f}".replace("0.", ".", 1) for key in ("value", "low", "high")
    )
    return f"{value} ({low} to {high})"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


LABELS = {
    "source_rank_correlation": "rank correlation of a source's mean score with its rating",
    "rank_correlation": "rank correlation of an article's score with the rating",
    "auc": "AUC, reliable or professional against not",
    "calibration_error": "calibration error (ECE)",
    "brier": "Brier score",
    "coverage": "share of ratings inside the 90 % interval",
    "macro_f1": "macro-F1 over five genres",
    "satire recall at 2 % of reports": "satire found at 2 % of reports mistaken for it",
}


def accuracy() -> str:
    rows = []
    for target in ("credibility", "quality", "genre"):
        tables = metrics(target)
        for figures in (next(iter(next(iter(tables.values())).values())),):
            for name, label in LABELS.items():
                if name in figures:
                    one = figures[name]
                    counts = f"{one['n']:,} of {one['sources']:,}"
                    rows.append([target, label, shown(one), counts])
    text = table(
        ["model", "measured on unseen sources", "figure (90 % interval)", "articles of sources"],
        rows,
    )
    return (
        f"{text}\nTrivial models, TF-IDF on the same folds, corpora left out, lengths, leanings "
        "and years: see the cards in `models/`.\n"
    )


def extractors() -> str:
    parts = []
    for path in sorted(RESULTS.glob("*.json")):
        data = load(path)
        found = data.get("readme", ()) if isinstance(data, dict) else ()
        parts += [[str(cell) for cell in row] for row in found]
    return table(["what", "measured", "goal", "beside it"], parts) if parts else ""


def speed() -> str:
    data = load(RESULTS / "speed.json")
    rows = [
        [name, f"{rate:,.0f}", f"{data['cpu_relative_to_spacy'][name]:.2f}"]
        for name, rate in data["articles_per_second"].items()
    ]
    text = table(
        ["one core, CPU time", "articles a second", "times the spaCy tokenizer's CPU"], rows
    )
    start = data["start_up"]
    return (
        f"{text}\nArticles of {data['mean_characters']:,.0f} characters; {data['date']}, Python "
        f"{data['python']}. `import credscore` adds "
        f"{start['import credscore, s beyond that']:.2f} s to Python's start; "
        f"`credscore score FILE` takes "
        f"{start['credscore score FILE, s']:.2f} s as a whole process. "
        "Command: `python benchmarks/speed.py`.\n"
    )


TABLES: dict[str, Callable[[], str]] = {
    "accuracy": accuracy,
    "extractors": extractors,
    "speed": speed,
}


def rendered(text: str) -> str:
    return PLACE.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    path = ROOT / "README.md"
    before = path.read_text(encoding="utf-8")
    after = rendered(before)
    if options.check and after != before:
        print(
            "README.md differs from the results: run python benchmarks/figures.py", file=sys.stderr
        )
        return 1
    if not options.check:
        path.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
