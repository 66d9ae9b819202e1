"""F1 of classifiers of sentences, with its interval by bootstrap over groups of sentences."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from measured_with import versions_of

DRAWS = 1_000
FOLDS = 5


def f1(truth: np.ndarray, said: np.ndarray) -> float:
    return 2 * float((truth & said).sum()) / max(float(truth.sum() + said.sum()), 1.0)


def figure(truth: np.ndarray, said: np.ndarray, groups: np.ndarray) -> dict[str, float]:
    """F1 with precision, recall and the 95 % interval over groups, drawn with replacement."""
    _, groups = np.unique(groups, return_inverse=True)
    right = np.bincount(groups, truth & said)
    either = np.bincount(groups, truth.astype(int) + said)
    draws = np.random.default_rng(0).integers(0, len(right), (DRAWS, len(right)))
    values = 2 * right[draws].sum(axis=1) / np.maximum(either[draws].sum(axis=1), 1)
    low, high = np.quantile(values, [0.025, 0.975])
    both = float((truth & said).sum())
    return {
        "f1": round(f1(truth, said), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "precision": round(both / max(float(said.sum()), 1.0), 4),
        "recall": round(both / max(float(truth.sum()), 1.0), 4),
        "n": len(truth),
        "positive": int(truth.sum()),
    }


def folds(groups: np.ndarray, seed: int = 0) -> np.ndarray:
    """A fold for each sentence; groups stay together."""
    _, groups = np.unique(groups, return_inverse=True)
    return np.random.default_rng(seed).integers(0, FOLDS, groups.max() + 1)[groups]


def cross_validated(fold: np.ndarray, say: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """``say(train_rows)`` answers for all sentences; kept are those it was not fitted on."""
    said = np.zeros(len(fold), dtype=np.bool_)
    for held_out in range(FOLDS):
        said[fold == held_out] = say(fold != held_out)[fold == held_out]
    return said


def word_model(texts: Sequence[str], truth: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """TF-IDF of words and pairs with a logistic regression; its threshold is the training F1's."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    def say(rows: np.ndarray) -> np.ndarray:
        vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        vectors.fit([text for text, chosen in zip(texts, rows, strict=True) if chosen])
        table = vectors.transform(texts)
        # A third of the training rows choose the threshold: on its own rows a model is too sure.
        tuning = rows & (np.random.default_rng(0).random(len(rows)) < 1 / 3)
        model = LogisticRegression(C=3, max_iter=1000).fit(
            table[rows & ~tuning], truth[rows & ~tuning]
        )
        p = model.predict_proba(table)[:, 1]
        cut = max(np.linspace(0.1, 0.7, 25), key=lambda c: f1(truth[tuning], p[tuning] > c))
        return p > cut

    return say


def show(title: str, rows: dict[str, dict[str, float]]) -> None:
    print(f"\n{title}")
    print(f"{'':44}{'F1':>6}  {'95 %':^13}  {'prec':>5}  {'rec':>5}")
    for name, row in rows.items():
        print(
            f"{name:44}{row['f1']:6.3f}  {row['low']:.3f}-{row['high']:.3f}  "
            f"{row['precision']:5.3f}  {row['recall']:5.3f}"
        )


def write(path: Path, extractor: str, tables: dict[str, Any]) -> None:
    content = {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("credscore", "numpy", "scikit-learn")},
        "extractors": versions_of(extractor),
        "interval": f"95 %, bootstrap over groups of sentences, {DRAWS} draws",
        **tables,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"\nwrote {path}")
