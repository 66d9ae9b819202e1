"""Uncertain sentences: several ways of judging them, and what is attainable on so few sentences.

    python benchmarks/hedging_ways.py

The 1,823 Wikipedia sentences of ``benchmarks/hedging.py``, three times five folds over runs of 15
lines; each way's threshold is chosen on training sentences that a fit on the rest had not seen. The
interval is a bootstrap over runs of the mean F1 of the three repetitions. The ways that read the
sentences' own words (TF-IDF, characters, all together) stand for what is attainable: they may learn
topics and names, which the extractor must not, and their words are counted on all sentences at
once, without labels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import sentence_figures as figures
from hedging import with_cues
from scipy.sparse import csr_matrix, hstack
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from credscore.training.hedging import STRENGTH, hedge_sentences, lexicons
from credscore.training.sentence_model import Columns, fit

RESULT = Path(__file__).resolve().parent / "results" / "hedging_ways.json"
REPEATS, PARTS = 3, 3

Score = Callable[[np.ndarray], np.ndarray]  # rows to fit on -> a score for every sentence


def thresholded(score: Score, truth: np.ndarray, groups: np.ndarray) -> Score:
    """Answers instead of scores; the cut with the best F1 on rows held out inside the training."""

    def say(rows: np.ndarray) -> np.ndarray:
        inner = np.zeros(len(truth))
        for part in range(PARTS):
            held_out = groups % PARTS == part
            inner[held_out] = score(rows & ~held_out)[held_out]
        cuts = np.quantile(inner[rows], np.linspace(0.1, 0.9, 81))
        reached = np.array([figures.f1(truth[rows], inner[rows] > cut) for cut in cuts])
        smooth = np.convolve(np.pad(reached, 2, "edge"), np.full(5, 0.2), "valid")
        return np.asarray(score(rows) > cuts[smooth.argmax()])

    return say


def linear(texts: list[str], truth: np.ndarray, extra: Any, **options: Any) -> Score:
    """TF-IDF with a logistic regression, beside further columns."""
    table = TfidfVectorizer(sublinear_tf=True, **options).fit_transform(texts)
    table = table if extra is None else hstack([table, extra]).tocsr()

    def score(rows: np.ndarray) -> np.ndarray:
        model = LogisticRegression(C=3 if extra is None else 1, solver="liblinear")
        return np.asarray(model.fit(table[rows], truth[rows]).decision_function(table))

    return score


def boosted(table: np.ndarray, truth: np.ndarray) -> Score:
    def score(rows: np.ndarray) -> np.ndarray:
        model = HistGradientBoostingClassifier(
            max_iter=100, learning_rate=0.07, max_leaf_nodes=8, min_samples_leaf=8, random_state=0
        )
        return np.asarray(model.fit(table[rows], truth[rows]).decision_function(table))

    return score


def ours(columns: Columns, truth: np.ndarray) -> Score:
    def say(rows: np.ndarray) -> np.ndarray:
        fitted = fit(columns, truth, rows, STRENGTH)
        return fitted.scores(columns) > fitted.threshold

    return say


def only(columns: Columns, keep: list[bool], lists: bool = True) -> Columns:
    """Some of the pairs, with or without the word lists."""
    chosen = np.array(keep, dtype=np.bool_)
    names = tuple(name for name, kept in zip(columns.pairs, keep, strict=True) if kept)
    counts = columns.counts.copy()
    if not lists:
        counts[:, : len(columns.words) + len(columns.phrases)] = 0
    return replace(columns, pairs=names, pair_counts=columns.pair_counts[:, chosen], counts=counts)


def ways(texts: list[str], truth: np.ndarray, groups: np.ndarray) -> dict[str, Score]:
    columns = Columns.count(texts, lexicons())
    alone = [pair.startswith("* ") for pair in columns.pairs]
    none = [False] * len(alone)
    lists = csr_matrix(columns.counts) * 0.5
    entries = len(columns.words) + len(columns.phrases)
    grouped = np.hstack([columns.counts[:, :entries] @ columns.groups, columns.counts[:, entries:]])
    words = {"ngram_range": (1, 2), "min_df": 2}
    letters = {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 3}
    cued = with_cues(texts)
    shipped = ours(columns, truth)

    def tuned(score: Score) -> Score:
        return thresholded(score, truth, groups)

    return {
        "always uncertain": lambda _: np.ones(len(texts), dtype=np.bool_),
        "own word lists and shape": ours(only(columns, none), truth),
        "lists and single symbols": ours(only(columns, alone), truth),
        "lists and pairs of symbols (the extractor)": shipped,
        "the same, and a cue must be there": lambda rows: shipped(rows) & cued,
        "pairs of symbols without lists": ours(only(columns, [True] * len(alone), False), truth),
        "boosted trees on the lists' groups and shape": tuned(boosted(grouped, truth)),
        "TF-IDF of words and pairs": tuned(linear(texts, truth, None, **words)),
        "TF-IDF of two to five letters": tuned(linear(texts, truth, None, **letters)),
        "words, pairs and lists together": tuned(linear(texts, truth, lists, **words)),
    }


def figure(truth: np.ndarray, said: list[np.ndarray], groups: np.ndarray) -> dict[str, Any]:
    """Mean F1 over repetitions, with its interval over runs of sentences."""
    rows = [figures.figure(truth, answers, groups) for answers in said]
    right = np.array([np.bincount(groups, truth & answers) for answers in said])
    either = np.array([np.bincount(groups, truth.astype(int) + answers) for answers in said])
    draws = np.random.default_rng(0).integers(0, right.shape[1], (figures.DRAWS, right.shape[1]))
    values = (2 * right[:, draws].sum(axis=2) / np.maximum(either[:, draws].sum(axis=2), 1)).mean(
        axis=0
    )
    low, high = np.quantile(values, [0.025, 0.975])
    mean = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    return {
        **{name: round(mean[name], 4) for name in ("f1", "precision", "recall")},
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "repetitions": [row["f1"] for row in rows],
    }


def main() -> None:
    texts, truth, groups = hedge_sentences()
    rows = {}
    for name, say in ways(texts, truth, groups).items():
        said = [
            figures.cross_validated(figures.folds(groups, seed), say) for seed in range(REPEATS)
        ]
        rows[name] = figure(truth, said, groups)
        print(f"{name}: {rows[name]}", flush=True)
    figures.show("uncertain sentences, three times five folds", rows)
    figures.write(RESULT, "hedging", {"ways": rows})


if __name__ == "__main__":
    main()
