"""How much one feature says on its own about a source's rating: not a model, a look at the data.

    python benchmarks/single_features.py EXTRACTOR [FEATURE-PREFIX]

For each feature of one extractor: share of articles where it was measured, rank correlation of a
source's mean with the experts' rating (sources with five or more articles), and AUC of reliable
against unreliable articles, pooled and as the mean over corpora (a feature that only tells corpora
apart has a pooled AUC far from .5 and a mean within corpora near .5). Below .5: higher values in
unreliable articles.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from credscore.registry import annotate_batch, discover
from credscore.training.corpora import Record, credibility_records
from credscore.training.metrics import auc, spearman

FloatArray = npt.NDArray[np.float64]
BATCH = 64
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
    """Print the table."""
    names = {extractor.name for extractor in discover()}
    if not arguments or arguments[0] not in names:
        print(f"usage: python benchmarks/single_features.py {{{','.join(sorted(names))}}} [PREFIX]")
        return 2
    prefix = arguments[1] if len(arguments) > 1 else ""
    records = credibility_records()
    print(f"{len(records):,} articles of {len({record.group for record in records})} sources")
    print(f"{'feature':50} {'measured':>8} {'mean':>8} {'rho':>6} {'AUC':>5} {'within':>6}")
    for name, column in measure(records, arguments[0]).items():
        if name.startswith(prefix):
            rho, _ = by_source(records, column)
            pooled, within = areas(records, column)
            mean = np.nanmean(column)
            share = np.isfinite(column).mean()
            print(f"{name:50} {share:8.2f} {mean:8.3f} {rho:6.2f} {pooled:5.2f} {within:6.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
