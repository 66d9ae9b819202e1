"""What the attribution features are in reports, press releases and content farms.

Run: python -m benchmarks.attribution_grades   (writes benchmarks/results/attribution_grades.json)

At most six articles a site, at most 300 a grade, drawn with a fixed seed; medians.
Every article is read as it came.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from credscore.document import Document
from credscore.extractors.attribution import EXTRACTOR
from credscore.lexicon import Vocabulary
from credscore.registry import Batch
from credscore.tokenization import Tokenization
from credscore.tokenization.sentences import ABBREVIATIONS
from credscore.training.attribution_data import data_folder

GRADES = {2: "reports", 1: "press_releases_and_opinion", 0: "farms_and_machine_text"}
A_SITE, A_GRADE = 6, 300


def _sample() -> dict[int, list[str]]:
    columns = ["text", "grade", "site"]
    rows = pq.read_table(data_folder() / "quality_articles.parquet", columns=columns).to_pylist()
    order = np.random.default_rng(0).permutation(len(rows))
    chosen: dict[int, list[str]] = {grade: [] for grade in GRADES}
    per_site: dict[tuple[int, str], int] = {}
    for place in order.tolist():
        row = rows[place]
        grade, site = int(row["grade"]), str(row["site"])
        if per_site.get((grade, site), 0) < A_SITE and len(chosen[grade]) < A_GRADE:
            per_site[grade, site] = per_site.get((grade, site), 0) + 1
            chosen[grade].append(row["text"])
    return chosen


def _medians(texts: list[str]) -> dict[str, float]:
    vocabulary = Vocabulary([ABBREVIATIONS, *EXTRACTOR.lexicons])
    parts: dict[str, list[float]] = {}
    for low in range(0, len(texts), 64):
        chunk = texts[low : low + 64]
        tokens = Tokenization(chunk, vocabulary)
        empty = Tokenization([""] * len(chunk), vocabulary)
        found = EXTRACTOR.extract(Batch([Document(text) for text in chunk], tokens, empty))
        for name, column in found.values.items():
            parts.setdefault(name, []).extend(column.tolist())
    scored = [feature.name for feature in EXTRACTOR.features if feature.scored]
    return {name: round(float(np.nanmedian(parts[name])), 4) for name in scored}


def main() -> None:
    chosen = _sample()
    table = {GRADES[grade]: {"n": len(texts), **_medians(texts)} for grade, texts in chosen.items()}
    path = Path(__file__).resolve().parent / "results" / "attribution_grades.json"
    path.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    for name in next(iter(table.values())):
        print(f"{name:45s}" + "".join(f"{row[name]:12}" for row in table.values()))


if __name__ == "__main__":
    main()
