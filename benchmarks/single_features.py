"""How much one feature says on its own about a source's rating: not a model, a look at the data.

    python benchmarks/single_features.py EXTRACTOR          # print and write benchmarks/results

For each feature of one extractor: share of articles where it was measured, rank correlation of a
source's mean with the experts' rating (sources with five or more articles), and AUC of reliable
against unreliable articles, pooled and as the mean over corpora (a feature that only tells corpora
apart has a pooled AUC far from .5 and a mean within corpora near .5). Below .5: higher values in
unreliable articles.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.registry import annotate_batch, discover
from credscore.training.corpora import Record, credibility_records
from credscore.training.metrics import auc, spearman

FloatArray = npt.NDArray[np.float64]
BATCH = 64
RESULTS = Path(__file__).with_name("results")
MIN_ARTICLES = 5  # of a source
MIN_CLASS = 20  # articles of each label in a corpus


def measure(records: Sequence[Record], extractor: str) -> dict[str, FloatArray]:
    """Every feature of one extractor for every article."""
    parts: dict[str, list[FloatArray]] = {}
    for first in range(0, len(records), BATCH):
        documents = [record.document() for record in records[first : first + BATCH]]
        for name, column in annotate_batch(documents).done[extractor].values.items():
            parts.setdefault(name, []).append(column)
    return {name: np.concatenate(columns) for name, columns in sorted(parts.items())}


def by_source(records: Sequence[Record], column: FloatArray) -> tuple[float, int]:
    """Rank correlation of source means with ratings, and the number of sources."""
    rows: dict[str, list[tuple[float, float]]] = {}
    for record, value in zip(records, column.tolist(), strict=True):
        if np.isfinite(value) and np.isfinite(record.rating):
            rows.setdefault(record.group, []).append((value, record.rating))
    means = np.array(
        [np.mean(found, axis=0) for found in rows.values() if len(found) >= MIN_ARTICLES]
    )
    return (spearman(means[:, 0], means[:, 1]), len(means)) if len(means) > 2 else (np.nan, 0)


def areas(records: Sequence[Record], column: FloatArray) -> tuple[float, float]:
    """AUC pooled, and its mean over corpora with both labels."""
    label = np.array([record.label for record in records])
    corpus = np.array([record.corpus for record in records], dtype=object)
    known = np.isfinite(column) & np.isfinite(label)
    within = []
    for name in sorted(set(corpus[known])):
        rows = known & (corpus == name)
        if min((label[rows] == 1).sum(), (label[rows] == 0).sum()) >= MIN_CLASS:
            within.append(auc(column[rows], label[rows]))
    return auc(column[known], label[known]), float(np.mean(within)) if within else np.nan


def main(arguments: Sequence[str]) -> int:
    """Print the table and write it."""
    versions = {extractor.name: extractor.version for extractor in discover()}
    if len(arguments) != 1 or arguments[0] not in versions:
        print(f"usage: python benchmarks/single_features.py {{{','.join(sorted(versions))}}}")
        return 2
    extractor = arguments[0]
    records = credibility_records()
    n_sources = len({record.group for record in records})
    print(f"{len(records):,} articles of {n_sources} sources")
    print(f"{'feature':50} {'measured':>8} {'mean':>8} {'rho':>6} {'AUC':>5} {'within':>6}")
    figures = {}
    for name, column in measure(records, extractor).items():
        rho, n_rated = by_source(records, column)
        pooled, within = areas(records, column)
        share, mean = np.isfinite(column).mean(), np.nanmean(column)
        print(f"{name:50} {share:8.2f} {mean:8.3f} {rho:6.2f} {pooled:5.2f} {within:6.2f}")
        row = {"measured": share, "mean": mean, "rho": rho, "auc": pooled, "within": within}
        kept = {key: round(float(value), 4) for key, value in row.items() if np.isfinite(value)}
        figures[name] = {**kept, "sources": n_rated}
    result = {
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "extractor": extractor,
        "version": versions[extractor],
        "articles": len(records),
        "sources": n_sources,
        "features": figures,
    }
    path = RESULTS / f"single_features_{extractor}.json"
    path.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
