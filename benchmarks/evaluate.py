"""Makes all evaluation tables in one command: ``python benchmarks/evaluate.py --cache DIR``.

Accuracy against the goals with baselines and slices (``accuracy.py``), then the five audits:
neutrality, gaming, stability, style pairs, faithfulness. Every article is judged by models that
never saw its source; fitting them takes a few minutes and is kept in ``--cache``. Left-out corpora,
genre and their baselines come from the models' ``metrics.json``, written in training on the same
data; ``--train`` makes those anew. ``--cards`` writes the fairness sections of the model cards.
Results: ``benchmarks/results/evaluation.json`` and one file an audit.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faithfulness
import gaming
import neutrality
import stability
import style_pairs
from accuracy import Panel, credibility_rows, health_rows, quality_rows, slices
from audit import Judges, Options, finish, plain
from cards import write_cards

from credscore.model_files import find_model
from credscore.model_format import TARGETS
from credscore.training.__main__ import train
from credscore.training.corpora import data_folder, file_hash
from credscore.training.metrics import Figure

AUDITS = {
    "neutrality": neutrality,
    "gaming": gaming,
    "stability": stability,
    "style_pairs": style_pairs,
    "faithfulness": faithfulness,
}
INPUTS = (
    "credibility_articles.parquet", "gold/health_releases_rated.parquet",
    "modern_reports.parquet", "quality_articles.parquet", "satire_articles.parquet",
    "style_pairs.parquet",
)  # fmt: skip
FARMS = "reports against farms"
# Row, column, goal; a negative goal is a ceiling.
GOALS = (
    ("rank correlation, sources with 5 or more articles", "credscore", 0.85),
    ("reliable or not, AUC", "credscore", 0.90),
    ("reliable or not, 300-900 words", "credscore", 0.90),
    ("fact-checked pages, all (stand-in)", "credscore", 0.87),
    ("modern reports against satire", "credscore", 0.95),
    ("modern reports against unreliable articles of 2018 and later (stand-in)", "credscore", 0.95),
    *((f"{FARMS}, {form}, {author}", "quality", 0.98)
      for form in ("formatted", "flat") for author in ("with author", "without author")),
    ("health releases, rank correlation with reviewers", "quality", 0.40),
    ("calibration, credibility", "ECE", -0.05),
    ("calibration, credibility", "Brier", -0.13),
    ("calibration, quality", "ECE", -0.05),
    ("calibration, quality", "Brier", -0.13),
)  # fmt: skip
COVERAGE = (0.88, 0.92)


@dataclass(frozen=True, slots=True)
class Given:
    """The command line."""

    audit: Options
    train: bool
    cards: bool
    black_box: bool


def given() -> Given:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cache", type=Path, required=True, help="keeps features and models")
    parser.add_argument("--jobs", type=int, default=2, help="processes for measuring (default 2)")
    parser.add_argument("--quick", action="store_true", help="quarter samples, not written")
    parser.add_argument("--train", action="store_true", help="train the shipped recipes anew first")
    parser.add_argument("--cards", action="store_true", help="write the cards' fairness sections")
    parser.add_argument("--no-black-box", action="store_true", help="leave out TF-IDF")
    found = parser.parse_args()
    options = Options(found.cache, found.quick, found.jobs)
    return Given(options, found.train, found.cards, not found.no_black_box)


def accuracy(judges: Judges, chosen: Given) -> dict[str, Any]:
    """All accuracy rows and slices."""
    panels = {
        target: Panel.of(judges.of(target), black_box=chosen.black_box)
        for target in ("credibility", "quality")
    }
    rows = credibility_rows(panels["credibility"])
    rows |= quality_rows(panels["quality"], judges, chosen.audit.jobs)
    rows |= health_rows(judges, chosen.audit.jobs)
    for target, panel in panels.items():
        rows[f"calibration, {target}"] = panel.calibration(panel.original)
    return {
        "rows": rows,
        "credibility by slice": slices(panels["credibility"], leaning=True),
        "quality by slice": slices(panels["quality"], leaning=False),
    }


def from_training() -> dict[str, Any]:
    """Left-out corpora and genre, as training measured them for the shipped models."""
    out: dict[str, Any] = {}
    for target in ("credibility", "quality", "genre"):
        tables = json.loads((find_model(target).parent / "metrics.json").read_text("utf-8"))
        for title, rows in tables["tables"].items():
            if title.startswith(("Corpora left out", "Unseen sites", "Trivial models")):
                out[f"{target}: {title}"] = rows
    return out


def against_goals(rows: dict[str, dict[str, Figure]], trained: dict[str, Any]) -> list[list[Any]]:
    """Goal, figure, whether it is met."""
    out: list[list[Any]] = []
    for row, column, goal in GOALS:
        found = rows[row][column]
        met = found.value <= -goal if goal < 0 else found.value >= goal
        out.append([f"{row}: {column}", abs(goal), found.content(), met])
    for target in ("credibility", "quality"):
        found = rows[f"calibration, {target}"]["coverage"]
        inside = COVERAGE[0] <= found.value <= COVERAGE[1]
        out.append([f"coverage, {target}", list(COVERAGE), found.content(), inside])
    left_out = trained.get("credibility: Corpora left out with all their sources", {})
    for corpus, figures in left_out.items():
        value = figures["auc"]
        out.append([f"{corpus} left out: AUC", 0.75, value, value["value"] >= 0.75])
    genre = trained.get("genre: Unseen sites", {}).get("all", {})
    measures = ("macro_f1", "satire recall at 2 % of reports")
    named = [(f"genre: {name}", genre[name]) for name in measures if name in genre]
    return [*out, *([name, 0.8, found, found["value"] >= 0.8] for name, found in named)]


def tell(result: dict[str, Any]) -> None:
    """Show goals and rows."""
    print("\nagainst the goals")
    for name, goal, found, met in result["goals"]:
        print(f"  {'met   ' if met else 'missed'} {name:74} goal {goal}: {found['value']:.3f} "
              f"({found['low']:.3f} to {found['high']:.3f}), n = {found['n']:,}")  # fmt: skip
    print("\nall rows")
    for name, figures in result["accuracy"]["rows"].items():
        cells = "; ".join(f"{k} {v['value']:.3f}" for k, v in figures.items())
        print(f"  {name:74} {cells}")


def main() -> int:
    """Measure, write, show."""
    chosen, started = given(), time.process_time()
    if chosen.train:
        for target in TARGETS:
            train(find_model(target).parent / "recipe.toml", chosen.audit.cache, 2, quick=False)
    judges = Judges.load(chosen.audit.cache, chosen.audit.jobs)
    found, trained = accuracy(judges, chosen), from_training()
    result = {
        "inputs": {name: file_hash(data_folder() / name) for name in INPUTS},
        "goals": against_goals(found["rows"], trained),
        "accuracy": plain(found),
        "from training": trained,
    }
    tell(result)
    finish("evaluation", result, chosen.audit, started)
    for name, audit in AUDITS.items():
        started = time.process_time()
        print(f"\n== {name}", flush=True)
        one = audit.measured(judges, chosen.audit)
        audit.tell(one)
        finish(name, one, chosen.audit, started)
    if chosen.cards and not chosen.audit.quick:
        write_cards()
    return 0


if __name__ == "__main__":
    sys.exit(main())
