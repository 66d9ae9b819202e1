"""Figures of a model on articles of sources, sites and corpora that it never saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.training.baselines import length_scores, majority_scores, tfidf_scores
from credscore.training.calibrate import (
    conformal_interval,
    fit_affine,
    reach,
)
from credscore.training.fit import fit, out_of_fold_scores
from credscore.training.metrics import (
    Figure,
    auc,
    brier,
    calibration_error,
    coverage,
    figure,
    sigmoid,
    source_rank_correlation,
    spearman,
)
from credscore.training.prepare import Prepared
from credscore.training.recipe import Recipe
from credscore.training.splits import leave_one_corpus_out

__all__ = [
    "Unseen",
    "corpus_figures",
    "score_figures",
    "trivial_figures",
    "unseen",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Figures = dict[str, Figure]
MIDDLE_LENGTH = (300, 900)  # words: where length alone says little


@dataclass(frozen=True, slots=True)
class Unseen:
    """Scores and calibrated log-odds of all articles, from models that never saw their source.

    Calibration and intervals of a fold come from the other folds' unseen scores.
    """

    scores: FloatArray
    folds: IntArray
    log_odds: FloatArray
    low: FloatArray
    high: FloatArray
    truth: FloatArray


def unseen(prepared: Prepared, recipe: Recipe) -> Unseen:
    """Cross-validate a model of one output by source."""
    scores, folds = out_of_fold_scores(prepared.data, recipe)
    score = scores[:, 0]
    log_odds, low, high, truth = (np.full(len(score), np.nan) for _ in range(4))
    for fold in range(recipe.folds):
        held, rest = folds == fold, folds != fold
        affine = fit_affine(score[rest], prepared.label[rest], prepared.data.weight[rest])
        log_odds[held] = affine(score[held])
        truth[held] = affine(prepared.rating[held])
        interval = conformal_interval(
            affine(score[rest]),
            affine(prepared.rating[rest]),
            prepared.wording.words[rest],
            prepared.data.weight[rest],
            recipe.coverage,
        )
        low[held], high[held] = reach(interval, log_odds[held], prepared.wording.words[held])
    return Unseen(scores, folds, log_odds, low, high, truth)


def score_figures(prepared: Prepared, result: Unseen) -> dict[str, Figures]:
    """Ranking, calibration and intervals: all articles, and by slice."""
    original = prepared.original
    slices = {"all": original, "flat": ~original}
    middle = (prepared.words >= MIDDLE_LENGTH[0]) & (prepared.words <= MIDDLE_LENGTH[1])
    slices["300-900 words"] = original & middle
    slices["under 300 words"] = original & (prepared.words < MIDDLE_LENGTH[0])
    for name in ("corpus", "leaning"):
        values = prepared.column(name)
        slices |= {f"{name} {v}": original & (values == v) for v in sorted(set(values)) if v}
    years = np.array([record.year for record in prepared.records])
    for first, last in ((1990, 2014), (2015, 2017), (2018, 2020), (2021, 2030)):
        slices[f"years {first}-{last}"] = original & (years >= first) & (years <= last)
    kept = {name: rows for name, rows in slices.items() if rows.sum() >= 30}
    return {name: _of_slice(prepared, result, rows) for name, rows in kept.items()}


def _of_slice(prepared: Prepared, result: Unseen, rows: npt.NDArray[np.bool_]) -> Figures:
    label, rating = prepared.label, prepared.rating
    groups = prepared.column("group").tolist()
    p = sigmoid(result.log_odds)
    codes = prepared.data.groups
    rated, labelled = rows & ~np.isnan(rating), rows & ~np.isnan(label)
    measures: dict[str, tuple[Callable[[IntArray], float], npt.NDArray[np.bool_]]] = {
        "source_rank_correlation": (
            lambda r: source_rank_correlation(p[r], rating[r], codes[r]), rated),
        "rank_correlation": (lambda r: spearman(p[r], rating[r]), rated),
        "auc": (lambda r: auc(p[r], label[r]), labelled),
        "calibration_error": (lambda r: calibration_error(p[r], label[r]), labelled),
        "brier": (lambda r: brier(p[r], label[r]), labelled),
        "coverage": (
            lambda r: coverage(result.low[r], result.high[r], result.truth[r]), rated),
    }  # fmt: skip
    found = {
        name: figure(measure, groups, rows=chosen)
        for name, (measure, chosen) in measures.items()
        if chosen.any()
    }
    return {name: item for name, item in found.items() if not np.isnan(item.value)}


def trivial_figures(
    prepared: Prepared, folds: IntArray, *, tfidf: bool = True
) -> dict[str, Figures]:
    """The same folds with length only, the training mean, and TF-IDF with ridge."""
    texts = [f"{record.title or ''}\n{record.text}" for record in prepared.records]
    target, weight = prepared.data.target[:, 0], prepared.data.weight
    original = prepared.original
    found: dict[str, FloatArray] = {
        name: np.full(len(texts), np.nan) for name in ("majority", "length only", "TF-IDF ridge")
    }
    for fold in range(int(folds.max()) + 1):
        train, test = (folds != fold) & original, (folds == fold) & original
        found["majority"][test] = majority_scores(target, train, test)
        found["length only"][test] = length_scores(prepared.words, target, train, test)
        if tfidf:
            found["TF-IDF ridge"][test] = tfidf_scores(texts, target, weight, train, test)
    middle = (prepared.words >= MIDDLE_LENGTH[0]) & (prepared.words <= MIDDLE_LENGTH[1])
    return {
        name: {**_ranking(prepared, score, original), **{
            f"{key} 300-900 words": item
            for key, item in _ranking(prepared, score, original & middle).items()
        }}
        for name, score in found.items() if not np.isnan(score[original]).any()
    }  # fmt: skip


def _ranking(prepared: Prepared, score: FloatArray, rows: npt.NDArray[np.bool_]) -> Figures:
    label, rating = prepared.label, prepared.rating
    groups, codes = prepared.column("group").tolist(), prepared.data.groups
    rated, labelled = rows & ~np.isnan(rating), rows & ~np.isnan(label)
    return {
        "source_rank_correlation": figure(
            lambda r: source_rank_correlation(score[r], rating[r], codes[r]), groups, rows=rated
        ),
        "auc": figure(lambda r: auc(score[r], label[r]), groups, rows=labelled),
    }


def corpus_figures(prepared: Prepared, recipe: Recipe, *, tfidf: bool = True) -> dict[str, Figures]:
    """Each corpus with both labels left out of training, with all its sources."""
    original = prepared.original
    label = np.where(original, prepared.label, np.nan)
    corpora = prepared.column("corpus").tolist()
    groups = prepared.column("group").tolist()
    texts = [f"{record.title or ''}\n{record.text}" for record in prepared.records]
    out: dict[str, Figures] = {}
    for name, train, test in leave_one_corpus_out(corpora, groups, label):
        test = test & original  # noqa: PLW2901  # flat copies are not counted
        fitted = fit(prepared.data, np.flatnonzero(train), recipe)
        rows = np.flatnonzero(test)
        score = np.full(len(label), np.nan)
        score[rows] = fitted.score(prepared.data, rows)[:, 0]
        known = test & ~np.isnan(label)
        out[name] = {"auc": _auc_figure(score, label, groups, known)}
        if tfidf:
            target = prepared.data.target[:, 0]
            black = np.full(len(label), np.nan)
            black[rows] = tfidf_scores(texts, target, prepared.data.weight, train & original, test)
            out[name]["auc TF-IDF ridge"] = _auc_figure(black, label, groups, known)
    return out


def _auc_figure(
    score: FloatArray, label: FloatArray, groups: list[str], rows: npt.NDArray[np.bool_]
) -> Figure:
    return figure(lambda r: auc(score[r], label[r]), groups, rows=rows)
