"""Sentences that judge: the subjectivity extractor against trivial baselines.

    python benchmarks/subjectivity.py

Data: news sentences of CheckThat 2025, task 1 (data README: ``subjectivity``). Fitted on the parts
"train" and "dev", measured on "dev_test", which its authors held out; the strength of the fit was
chosen on the first two. The sentences come without their articles, so intervals are over runs of
sentences. Macro-F1 is the task's own figure: the mean of both classes' F1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import sentence_figures as figures
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from credscore.training.metrics import auc
from credscore.training.sentence_model import Columns, fit
from credscore.training.subjectivity import STRENGTH, lexicons, news_sentences

RESULT = Path(__file__).resolve().parent / "results" / "subjectivity.json"
_RUN = 15  # sentences
_DRAWS = 1000


def tfidf(texts: list[str], truth: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Log-odds of a logistic regression on words and pairs."""
    vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    vectors.fit([text for text, chosen in zip(texts, rows, strict=True) if chosen])
    table = vectors.transform(texts)
    model = LogisticRegression(C=3, max_iter=1000, class_weight="balanced")
    score: np.ndarray = model.fit(table[rows], truth[rows]).decision_function(table)
    return score


def macro_f1(truth: np.ndarray, said: np.ndarray) -> float:
    return (figures.f1(truth, said) + figures.f1(~truth, ~said)) / 2


def figure(truth: np.ndarray, score: np.ndarray, cut: float) -> dict[str, Any]:
    """AUC and macro-F1 with 95 % intervals over runs of sentences."""
    run = np.arange(len(truth)) // _RUN
    dice = np.random.default_rng(0)
    drawn = []
    for _ in range(_DRAWS):
        chosen = dice.integers(0, run.max() + 1, run.max() + 1)
        rows = np.concatenate([np.flatnonzero(run == one) for one in chosen])
        drawn.append(
            (auc(score[rows], truth[rows] * 1.0), macro_f1(truth[rows], score[rows] > cut))
        )
    low, high = np.quantile(np.array(drawn), [0.025, 0.975], axis=0).round(4).tolist()
    values = auc(score, truth * 1.0), macro_f1(truth, score > cut)
    return {
        name: {"value": round(float(value), 4), "low": low[place], "high": high[place]}
        for place, (name, value) in enumerate(zip(("auc", "macro_f1"), values, strict=True))
    } | {"n": len(truth), "subjective": int(truth.sum())}


def main() -> None:
    texts, truth, part = news_sentences()
    test = part == "dev_test"
    columns = Columns.count(texts, lexicons())
    fitted = fit(columns, truth, ~test, STRENGTH)
    length = np.array([float(len(text.split())) for text in texts])
    systems = {
        "always objective": (np.zeros(len(texts)), 1.0),
        "the longer the more subjective": (length, float(np.median(length[~test]))),
        "TF-IDF of words and pairs, logistic": (tfidf(texts, truth, ~test), 0.0),
        "the extractor's sentence model": (fitted.scores(columns) * 1.0, fitted.threshold * 1.0),
    }
    rows = {name: figure(truth[test], score[test], cut) for name, (score, cut) in systems.items()}
    for name, row in rows.items():
        cells = [f"{row[k]['value']:.3f} ({row[k]['low']:.3f}-{row[k]['high']:.3f})"
                 for k in ("auc", "macro_f1")]  # fmt: skip
        print(f"{name:40}{cells[0]:24}{cells[1]}")
    figures.write(RESULT, "subjectivity", {"held_out": rows})


if __name__ == "__main__":
    main()
