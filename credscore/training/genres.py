"""Figures of the genre model on sites that it never saw, beside trivial ones in the same folds."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt

from credscore.training.baselines import tfidf_class_scores
from credscore.training.calibrate import Affine, fit_class_affine, without_false_alarms
from credscore.training.fit import out_of_fold_scores
from credscore.training.metrics import Figure, class_f1, figure, macro_f1
from credscore.training.prepare import Prepared
from credscore.training.recipe import Recipe

__all__ = ["genre_figures"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Figures = dict[str, Figure]
FALSE_SATIRE = 0.02  # of reports


def genre_figures(
    prepared: Prepared, recipe: Recipe, outputs: tuple[str, ...], *, tfidf: bool = True
) -> tuple[dict[str, dict[str, Figures]], tuple[Affine, ...]]:
    """Cross-validated genre: F1 by class, and satire at 2 % of reports mistaken for it.

    Returns:
        Tables, and the map of each class that ships.
    """
    scores, folds = out_of_fold_scores(prepared.data, recipe)
    weight, truth = prepared.data.weight, prepared.truth
    chances = np.empty_like(scores)
    for fold in range(recipe.folds):
        held, rest = folds == fold, folds != fold
        affine = _class_maps(scores[rest], truth[rest], weight[rest], outputs)
        chances[held] = np.column_stack([a(scores[held, k]) for k, a in enumerate(affine)])
    tables = {
        "Unseen sites": {"all": _by_class(prepared, _softmax(chances), outputs)},
        "Trivial models and TF-IDF, same folds": _trivial(prepared, folds, outputs, tfidf=tfidf),
    }
    return tables, _class_maps(scores, truth, weight, outputs)


def _trivial(
    prepared: Prepared, folds: IntArray, outputs: tuple[str, ...], *, tfidf: bool
) -> dict[str, Figures]:
    """Always a report; and a logistic regression that reads all words, names and topics too."""
    always = np.tile(np.eye(len(outputs))[outputs.index("report")], (len(folds), 1))
    found = {"always report": _by_class(prepared, always, outputs, satire=False)}
    if tfidf:
        texts = [f"{record.title or ''}\n{record.text}" for record in prepared.records]
        scores = np.empty((len(folds), len(outputs)))
        for fold in range(int(folds.max()) + 1):
            train, test = folds != fold, folds == fold
            scores[test] = tfidf_class_scores(
                texts, prepared.truth, prepared.data.weight, train, test
            )
        found["TF-IDF, logistic"] = _by_class(prepared, _softmax(scores), outputs)
    return found


def _by_class(
    prepared: Prepared, p: FloatArray, outputs: tuple[str, ...], *, satire: bool = True
) -> Figures:
    found, truth = p.argmax(axis=1), prepared.truth
    groups, original = prepared.column("group").tolist(), prepared.original
    n = len(outputs)
    figures = {"macro_f1": figure(lambda r: macro_f1(found[r], truth[r], n), groups, rows=original)}
    for place, name in enumerate(outputs):
        measure = partial(_class_f1, found, truth, place)
        figures[f"f1 {name}"] = figure(measure, groups, rows=original)
    if satire:
        joke, report = outputs.index("satire"), outputs.index("report")
        figures["satire recall at 2 % of reports"] = figure(
            lambda r: _recall_at(p[r, joke], truth[r] == joke, truth[r] == report),
            groups,
            rows=original,
        )
    return figures


def _softmax(z: FloatArray) -> FloatArray:
    p = np.exp(z - z.max(axis=1, keepdims=True))
    share: FloatArray = p / p.sum(axis=1, keepdims=True)
    return share


def _class_maps(
    scores: FloatArray, truth: IntArray, weight: FloatArray, outputs: tuple[str, ...]
) -> tuple[Affine, ...]:
    """Calibrated, and slow to call a report a joke."""
    affine = fit_class_affine(scores, truth, weight)
    satire, report = outputs.index("satire"), outputs.index("report")
    return without_false_alarms(affine, scores, truth, satire, report, FALSE_SATIRE)


def _class_f1(found: IntArray, truth: IntArray, label: int, rows: IntArray) -> float:
    return class_f1(found[rows], truth[rows], label)


def _recall_at(
    score: FloatArray, positive: npt.NDArray[np.bool_], negative: npt.NDArray[np.bool_]
) -> float:
    if not positive.any() or not negative.any():
        return float("nan")
    return float(np.mean(score[positive] > np.quantile(score[negative], 1 - FALSE_SATIRE)))
