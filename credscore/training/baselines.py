"""What a trivial model reaches: no claim stands without one of these beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["length_scores", "majority_scores", "tfidf_class_scores", "tfidf_scores"]

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def majority_scores(target: FloatArray, train: Mask, test: Mask) -> FloatArray:
    """The training mean for everybody."""
    return np.full(int(test.sum()), float(np.nanmean(target[train])))


def length_scores(words: FloatArray, target: FloatArray, train: Mask, test: Mask) -> FloatArray:
    """The mean target of training articles of about the same length (ten bins)."""
    known = train & ~np.isnan(target)
    cuts = np.unique(np.quantile(words[known], np.linspace(0.1, 0.9, 9)))
    place = np.searchsorted(cuts, words)
    total = np.bincount(place[known], target[known], minlength=len(cuts) + 1)
    size = np.bincount(place[known], minlength=len(cuts) + 1)
    return (total / np.maximum(size, 1))[place[test]]


def tfidf_scores(
    texts: Sequence[str], target: FloatArray, weight: FloatArray, train: Mask, test: Mask
) -> FloatArray:
    """Ridge on TF-IDF of all words and pairs: the black box that reads names and topics, too."""
    from sklearn.linear_model import Ridge

    known = train & ~np.isnan(target)
    features, wanted = _tfidf(texts, known, test)
    model = Ridge(alpha=1.0, solver="sparse_cg", tol=1e-3, max_iter=200)
    model.fit(features, target[known], sample_weight=weight[known] / weight[known].mean())
    return np.asarray(model.predict(wanted), dtype=np.float64)


def tfidf_class_scores(
    texts: Sequence[str], truth: npt.NDArray[np.int64], weight: FloatArray, train: Mask, test: Mask
) -> FloatArray:
    """Log-odds of a logistic regression on the same columns, shape (test rows, classes)."""
    from sklearn.linear_model import LogisticRegression

    features, wanted = _tfidf(texts, train, test)
    model = LogisticRegression(C=10.0, max_iter=200)
    model.fit(features, truth[train], sample_weight=weight[train])
    return np.asarray(model.decision_function(wanted), dtype=np.float64)


def _tfidf(texts: Sequence[str], train: Mask, test: Mask) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), min_df=5, max_features=60_000, sublinear_tf=True, dtype=np.float32
    )
    known, wanted = (
        [texts[row][:20_000] for row in np.flatnonzero(rows).tolist()] for rows in (train, test)
    )
    return vectorizer.fit_transform(known), vectorizer.transform(wanted)
