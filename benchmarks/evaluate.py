"""Makes the evaluation tables: ``python benchmarks/evaluate.py --cache DIR``.

Two parts. ``models/*/*/metrics.json`` come from cross-validation by source, leave-one-corpus-out
and the baselines (``python -m credscore.training RECIPE``); ``--train`` makes them anew. This file
adds what no model was trained on: expert reviews of health releases, style pairs, and scoring of
disturbed texts. Results go to ``benchmarks/results/evaluation.json``.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.model import AdditiveModel
from credscore.model_files import find_model
from credscore.model_format import TARGETS
from credscore.registry import discover
from credscore.training.__main__ import train
from credscore.training.corpora import (
    Record,
    _rows,
    data_folder,
    file_hash,
    health_records,
    quality_records,
)
from credscore.training.measure import measure
from credscore.training.metrics import Figure, figure, sigmoid, spearman

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "evaluation.json"
INPUTS = ("style_pairs.parquet", "gold/health_releases_rated.parquet", "quality_articles.parquet")
FloatArray = npt.NDArray[np.float64]


def scores(records: list[Record], cache: Path | None) -> dict[str, FloatArray]:
    """Credibility, quality and overall (0 to 100) of articles, by the shipped models."""
    measured = measure(records, cache)
    log_odds = {}
    for target in ("credibility", "quality"):
        model = AdditiveModel.load(find_model(target))
        model.check_extractors({item.name: item.version for item in discover()})
        log_odds[target] = model.predict(measured.values, measured.names, measured.wording).log_odds
    log_odds["overall"] = (log_odds["credibility"] + log_odds["quality"]) / 2
    return {name: 100 * sigmoid(value) for name, value in log_odds.items()}


def health(cache: Path | None) -> dict[str, Figure]:
    """Rank correlation with expert reviewers' ratings of health releases."""
    pairs = health_records()
    rating = np.array([rating for _, rating in pairs])
    records = [record for record, _ in pairs]
    found = {**scores(records, cache), "length only": np.array([float(r.words) for r in records])}
    groups = [record.id for record in records]
    return {
        name: figure(lambda rows, v=value: spearman(v[rows], rating[rows]), groups)
        for name, value in found.items()
    }


def style(cache: Path | None) -> dict[str, dict[str, Figure]]:
    """Share of stories whose sensational or emotional wording scores below the neutral one."""
    rows = [row for row in _rows("style_pairs.parquet") if row["label_raw"].startswith("llm_")]
    records = [plain(row["id"], row["text"]) for row in rows]
    found = scores(records, cache)
    place: dict[tuple[int, str], int] = {
        (row["pair"], row["label_raw"]): number for number, row in enumerate(rows)
    }
    out: dict[str, dict[str, Figure]] = {}
    for name, value in found.items():
        wins: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for (pair, label), number in place.items():
            _, style_name, truth = label.replace("emotionally_triggering", "emotional").split("_")
            neutral = place.get((pair, f"llm_neutral_{truth}"))
            if style_name in ("sensational", "emotional") and neutral is not None:
                wins[style_name].append((str(pair), float(value[number] < value[neutral])))
        out[name] = {
            style_name: _mean(np.array([win for _, win in pairs]), [pair for pair, _ in pairs])
            for style_name, pairs in wins.items()
        }
    return out


def _mean(values: FloatArray, groups: list[str]) -> Figure:
    return figure(lambda rows: float(values[rows].mean()), groups)


def plain(name: str, text: str) -> Record:
    return Record(name, text, None, None, name, "evaluation", "", float("nan"), float("nan"))


DISTURBANCES = {
    "curly quotes made straight": lambda text: text.translate(str.maketrans("“”‘’", "\"\"''")),
    "line ends as in Windows": lambda text: text.replace("\n", "\r\n"),
    "spaces doubled": lambda text: re.sub(r"(?<=[.!?]) ", "  ", text),
    "blank lines added": lambda text: text.replace("\n", "\n\n"),
    "last paragraph removed": lambda text: text.rsplit("\n", 1)[0],
    "flattened": lambda text: " ".join(text.split()),
}


def stability(cache: Path | None) -> dict[str, dict[str, Figure]]:
    """Mean move of the overall score, in points, under changes that should not matter."""
    every = [record for record in quality_records() if record.kind in ("report", "farm", "press")]
    records = [plain(record.id, record.text) for record in every[:: max(1, len(every) // 400)]]
    before = scores(records, cache)["overall"]
    out = {}
    for name, change in DISTURBANCES.items():
        after = scores([plain(f"{r.id}#{name}", change(r.text)) for r in records], None)["overall"]
        out[name] = {"mean move": _mean(np.abs(after - before), [r.id for r in records])}
    return out


def content(value: Any) -> Any:
    """Figures as plain objects, all the way down."""
    if isinstance(value, Figure):
        return value.content()
    return {name: content(item) for name, item in value.items()}


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", type=Path, help="folder that keeps measured features")
    parser.add_argument("--train", action="store_true", help="train and cross-validate anew first")
    options = parser.parse_args()
    if options.train:
        for target in TARGETS:
            for recipe in sorted((ROOT / "models" / target).glob("*/recipe.toml")):
                train(recipe, options.cache, 2, quick=False)
    tables = {
        "Expert reviews of health releases, rank correlation": {"all": health(options.cache)},
        "Style pairs: share scored below the neutral wording": style(options.cache),
        "Stability: points": stability(options.cache),
    }
    result = {
        "inputs": {name: file_hash(data_folder() / name) for name in INPUTS},
        "models": {
            target: json.loads((find_model(target).parent / "metrics.json").read_text())["inputs"]
            for target in ("credibility", "quality", "genre")
        },
        "tables": content(tables),
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for title, rows in result["tables"].items():
        print(f"\n{title}")
        for row, figures in rows.items():
            for name, item in figures.items():
                print(f"  {row:32} {name:14} {item['value']:.3f} "
                      f"({item['low']:.3f} to {item['high']:.3f}), n = {item['n']}")  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
