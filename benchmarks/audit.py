"""What the fairness benchmarks share: options, samples, intervals, and how results are written."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from held_out import SCORES, Judges, Scores

import credscore
from credscore.model_files import find_model
from credscore.training.corpora import Record
from credscore.training.metrics import Figure, figure

RESULTS = Path(__file__).resolve().parent / "results"
MODELS = ("credibility", "quality")
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Options:
    """Of every fairness benchmark.

    Attributes:
        cache: where measured features and the folds' models are kept.
        quick: a sample a quarter as large; results are shown, and not written.
        jobs: processes for measuring.
    """

    cache: Path
    quick: bool
    jobs: int


def options(doc: str | None) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument("--cache", type=Path, required=True, help="keeps features and models")
    parser.add_argument("--quick", action="store_true", help="a quarter of the sample, not written")
    parser.add_argument("--jobs", type=int, default=2, help="processes for measuring (default 2)")
    found = parser.parse_args()
    return Options(found.cache, found.quick, found.jobs)


def sampled(records: Sequence[Record], per_group: int, most: int) -> list[Record]:
    """At most ``per_group`` articles a source and ``most`` in all, by a hash of their ids."""
    ranked = sorted(records, key=lambda r: hashlib.sha256(f"audit|{r.id}".encode()).hexdigest())
    taken: dict[str, int] = {}
    kept = []
    for record in ranked:
        if taken.get(record.group, 0) < per_group:
            taken[record.group] = taken.get(record.group, 0) + 1
            kept.append(record)
    return kept[:most]


def dice(record: Record, purpose: str) -> random.Random:
    """The same draws for the same article and purpose, on any machine."""
    return random.Random(f"{purpose}|{record.id}")  # noqa: S311  a seed, no secret


def mean(values: FloatArray, groups: Sequence[str]) -> Figure:
    """Mean with its interval, drawn over groups; NaN values are left out."""
    return figure(lambda rows: float(values[rows].mean()), groups, rows=~np.isnan(values))


def level(values: FloatArray, share: float, groups: Sequence[str]) -> Figure:
    """Quantile with its interval, drawn over groups."""
    return figure(lambda rows: float(np.quantile(values[rows], share)), groups)


def strongest_moves(before: Scores, after: Scores, score: str, n: int = 8) -> dict[str, float]:
    """Terms whose contributions changed most on average, log-odds; with sign, largest first."""
    change = -before.contributions[score].mean(axis=0)
    moved = dict(zip(before.terms, change.tolist(), strict=True))
    for term, value in zip(after.terms, after.contributions[score].mean(axis=0), strict=True):
        moved[term] = moved.get(term, 0.0) + float(value)
    ranked = sorted(moved.items(), key=lambda item: -abs(item[1]))[:n]
    return {term: round(value, 4) for term, value in ranked}


def strongest_swings(before: Scores, after: Scores, score: str, n: int = 8) -> dict[str, float]:
    """Terms that move most in either direction: mean absolute change of the contribution."""
    after_place = {term: column for column, term in enumerate(after.terms)}
    one, two = before.contributions[score], after.contributions[score]
    swing = {
        term: float(np.abs(two[:, after_place[term]] - one[:, column]).mean())
        for column, term in enumerate(before.terms)
        if term in after_place
    }
    ranked = sorted(swing.items(), key=lambda item: -item[1])[:n]
    return {term: round(value, 4) for term, value in ranked}


def plain(value: Any) -> Any:
    """Figures as plain objects, all the way down."""
    if isinstance(value, Figure):
        return value.content()
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def finish(name: str, result: Mapping[str, Any], given: Options, started: float) -> None:
    """Write ``results/NAME.json``, unless the run was a quick one."""
    content = {
        "command": f"python benchmarks/{name}.py --cache DIR",
        "date": datetime.now(UTC).date().isoformat(),
        "version": credscore.__version__,
        "models": {t: json.loads(_metrics(t).read_text("utf-8"))["inputs"] for t in MODELS},
        "cpu_seconds": round(time.process_time() - started),
        **plain(result),
    }
    if given.quick:
        print("(a quick run: not written)")
        return
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def _metrics(target: str) -> Path:
    return find_model(target).parent / "metrics.json"


def show(title: str, rows: Mapping[str, Mapping[str, Figure]], digits: int = 1) -> None:
    """A table of figures."""
    print(f"\n{title}")
    for row, figures in rows.items():
        cells = [f"{name} {told(item, digits)}" for name, item in figures.items()]
        n = next(iter(figures.values())).n if figures else 0
        print(f"  {row:34} {'; '.join(cells)}; n = {n:,}")


def told(item: Figure, digits: int = 1) -> str:
    return f"{item.value:.{digits}f} ({item.low:.{digits}f} to {item.high:.{digits}f})"


__all__ = [
    "MODELS", "RESULTS", "SCORES", "Judges", "Options", "dice", "finish", "level", "mean",
    "options", "plain", "sampled", "show", "strongest_moves", "strongest_swings", "told",
]  # fmt: skip
