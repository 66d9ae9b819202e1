"""Ways of modelling credibility, compared: writes ``benchmarks/results/model_ways.json``.

Each way is a ridge in its dual form, so that one inverse of the Gram matrix gives the score that
every article has from a fit without its source, and without its corpus (Rifkin and Lippert 2007,
"Notes on regularized least squares"). At most 16 articles a source, as they came (no flat copies).
Compare rows with each other, not with the model card, whose model is fitted in two steps.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.training.metrics import auc, source_rank_correlation
from credscore.training.patterns import PatternCounts
from credscore.training.prepare import Prepared, prepare
from credscore.training.recipe import read_recipe
from credscore.training.shapes import choose_knots
from credscore.training.splits import grouped_folds, leave_one_corpus_out

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "benchmarks" / "results" / "model_ways.json"
PER_SOURCE = 16
N_FOLDS = 8
SEEDS = ("evaluation", "b")
CRAFT_WEIGHT = 0.05  # of the features' Gram matrix beside that of wording
LARGE = ("article_bias_prediction", "fakenewsnet_full", "recovery", "semeval2019_hyperpartisan")
HOUSE_STYLE = "structure.title_capitalised_share"

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Way:
    """A Gram matrix (n, n), a penalty in units of its mean diagonal, weights and targets (n,)."""

    gram: FloatArray
    ridge: float
    weight: FloatArray
    target: FloatArray


def gram(rows: Any) -> FloatArray:
    """Products of all pairs of rows of a sparse matrix; dense columns by dense algebra."""
    rows = rows.tocsc().astype(np.float32)
    dense = np.diff(rows.indptr) > 0.08 * rows.shape[0]
    block = rows[:, np.flatnonzero(dense)].toarray()
    rest = rows[:, np.flatnonzero(~dense)].tocsr()
    result: FloatArray = (block @ block.T + (rest @ rest.T).toarray()).astype(np.float64)
    return result


def wording_gram(patterns: PatternCounts, lengths: tuple[int, ...]) -> FloatArray:
    """Patterns of these numbers of symbols, scaled half way to unit spread, as in training."""
    from scipy.sparse import diags

    size = np.array([len(name.split(" ")) for name in patterns.names])
    rates = patterns.rates[:, np.flatnonzero(np.isin(size, lengths))]
    square = np.asarray(rates.multiply(rates).mean(axis=0)).ravel()
    mean = np.asarray(rates.mean(axis=0)).ravel()
    return gram(rates @ diags(np.maximum(square - mean**2, 1e-12) ** -0.25))


def craft_gram(values: FloatArray) -> FloatArray:
    """Piecewise linear functions of each feature, with the knots that training chooses."""
    parts = []
    for column in values.T:
        knots = choose_knots(column, 6)
        if len(knots) > 1:
            parts.append(np.clip((column[:, None] - knots[:-1]) / np.diff(knots), 0.0, 1.0))
    ramps = np.concatenate(parts, axis=1)
    ramps = np.where(np.isnan(ramps), 0.0, ramps - np.nanmean(ramps, axis=0))
    ramps = ramps / (ramps.std(axis=0) ** 0.5 + 1e-9)
    result: FloatArray = ramps @ ramps.T
    return result


def unit(matrix: FloatArray) -> FloatArray:
    """Centred, with a mean diagonal of 1."""
    mean = matrix.mean(axis=0)
    centred = matrix - mean[None] - mean[:, None] + matrix.mean()
    result: FloatArray = centred * (len(matrix) / np.trace(centred))
    return result


def curved(matrix: FloatArray) -> FloatArray:
    """A Gaussian kernel on the same distances: what a model that is not additive could reach."""
    size = np.diag(matrix)
    distance = size[:, None] + size[None] - 2 * matrix
    result: FloatArray = np.exp(-distance / np.median(distance))
    return result


def inverse(way: Way) -> FloatArray:
    """Of the Gram matrix, with an intercept, and the penalty over each article's weight."""
    from scipy.linalg import lapack

    matrix = (way.gram + 3.0).astype(np.float32)
    penalty = way.ridge * np.trace(way.gram) / len(matrix) * way.weight.mean() / way.weight
    matrix[np.diag_indices(len(matrix))] += penalty.astype(np.float32)
    factor, _ = lapack.spotrf(matrix, lower=1)
    lower, _ = lapack.spotri(factor, lower=1)
    result: FloatArray = np.tril(lower) + np.tril(lower, -1).T
    return result


def without(inverted: FloatArray, target: FloatArray, removed: Mask) -> FloatArray:
    """Scores of the removed rows from a fit on the others."""
    rows = np.flatnonzero(removed)
    block = inverted[np.ix_(rows, rows)].astype(np.float64)
    result: FloatArray = target[rows] - np.linalg.solve(block, (inverted @ target)[rows])
    return result


def figures(prepared: Prepared, way: Way) -> dict[str, float]:
    """Rank correlation by source and AUC, sources unseen; AUC of each large corpus left out."""
    inverted, target = inverse(way), way.target - way.target.mean()
    groups = prepared.column("group").tolist()
    found: dict[str, list[float]] = {"source_rank_correlation": [], "auc": []}
    for seed in SEEDS:
        folds = grouped_folds(groups, N_FOLDS, seed)
        score = np.empty(len(target))
        for fold in range(N_FOLDS):
            score[folds == fold] = without(inverted, target, folds == fold)
        for name, value in _ranking(prepared, score).items():
            found[name].append(value)
    result = {name: round(float(np.mean(values)), 4) for name, values in found.items()}
    corpora = prepared.column("corpus").tolist()
    for name, train, test in leave_one_corpus_out(corpora, groups, prepared.label):
        if name in LARGE:
            score = np.full(len(target), np.nan)
            score[~train] = without(inverted, target, ~train)
            result[f"auc {name} left out"] = round(auc(score[test], prepared.label[test]), 4)
    return result


def _ranking(prepared: Prepared, score: FloatArray) -> dict[str, float]:
    rated, labelled = ~np.isnan(prepared.rating), ~np.isnan(prepared.label)
    codes = prepared.data.groups
    return {
        "source_rank_correlation": source_rank_correlation(
            score[rated], prepared.rating[rated], codes[rated]
        ),
        "auc": auc(score[labelled], prepared.label[labelled]),
    }


def learning_curve(prepared: Prepared, way: Way) -> dict[str, dict[str, float]]:
    """The same folds, trained on a share of the other folds' sources."""
    groups = prepared.data.groups
    folds = grouped_folds(prepared.column("group").tolist(), N_FOLDS, SEEDS[0])
    draw = np.random.default_rng(0).permutation(int(groups.max()) + 1) / (groups.max() + 1)
    result = {}
    for share in (0.125, 0.25, 0.5, 1.0):
        score = np.empty(len(groups))
        for fold in range(N_FOLDS):
            seen, held = (folds != fold) & (draw[groups] < share), folds == fold
            score[held] = _direct(way, np.flatnonzero(seen), np.flatnonzero(held))
        result[f"{share:.1%} of sources"] = {
            name: round(value, 4) for name, value in _ranking(prepared, score).items()
        }
    return result


def _direct(way: Way, seen: npt.NDArray[np.int64], held: npt.NDArray[np.int64]) -> FloatArray:
    matrix = way.gram[np.ix_(seen, seen)] + 3.0
    penalty = way.ridge * np.trace(way.gram) / len(way.gram) * way.weight.mean()
    matrix[np.diag_indices(len(seen))] += penalty / way.weight[seen]
    mean = way.target[seen].mean()
    dual = np.linalg.solve(matrix.astype(np.float32), way.target[seen] - mean)
    result: FloatArray = (way.gram[np.ix_(held, seen)] + 3.0) @ dual + mean
    return result


def black_box(prepared: Prepared) -> FloatArray:
    """All words and pairs, names and topics with them."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{record.title or ''}\n{record.text}"[:20_000] for record in prepared.records]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=5, sublinear_tf=True, dtype=np.float32)
    return unit(gram(vectorizer.fit_transform(texts)))


def ways(prepared: Prepared) -> dict[str, Way]:
    """Every way that is compared, by what it is called in the results."""
    data = prepared.data
    target, weight = data.target[:, 0], data.weight
    wording = {n: unit(wording_gram(data.patterns, n)) for n in ((1,), (1, 2), (1, 2, 3))}
    kept = [name != HOUSE_STYLE for name in data.names]
    craft = CRAFT_WEIGHT * unit(craft_gram(data.values[:, kept]))
    every = CRAFT_WEIGHT * unit(craft_gram(data.values))
    words, size = wording[1, 2, 3], np.bincount(data.corpora)[data.corpora]
    label = np.where(np.isnan(prepared.label), target, prepared.label)
    level = np.bincount(data.corpora, weight * target) / np.bincount(data.corpora, weight)
    black = black_box(prepared)
    base = Way(words, 1.0, weight, target)
    return {
        "wording": base,
        "wording, patterns of one symbol": replace(base, gram=wording[1,]),
        "wording, patterns of one and two symbols": replace(base, gram=wording[1, 2]),
        "wording, half the penalty": replace(base, ridge=0.5),
        "wording, three times the penalty": replace(base, ridge=3.0),
        "wording, each article alike": replace(base, weight=np.ones(len(weight))),
        "wording, each source alike": replace(base, weight=weight**2),
        "wording, corpora by the root of their size": replace(base, weight=weight / size**0.5),
        "wording, rating and label": replace(base, target=0.5 * (target + label)),
        "wording, rating less its corpus's mean": replace(
            base, target=target - level[data.corpora]
        ),
        "wording, not additive": replace(base, gram=unit(curved(words)), ridge=0.3),
        "craft features": replace(base, gram=craft, ridge=0.1),
        "wording and craft": replace(base, gram=words + craft),
        "wording and craft, titles' capitals uncapped": replace(base, gram=words + every),
        "all words and pairs": replace(base, gram=black),
        "all words and pairs, and wording": replace(base, gram=black + words, ridge=0.7),
    }


def main() -> int:
    """Measure every way and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder that keeps measured features")
    options = parser.parse_args()
    recipe = read_recipe(ROOT / "models" / "credibility" / "1" / "recipe.toml")
    data = replace(recipe.data, per_group=PER_SOURCE, flat=False)
    prepared = prepare(replace(recipe, data=data), options.cache, n_jobs=1)
    every = ways(prepared)
    found = {name: figures(prepared, way) for name, way in every.items()}
    content = {
        "command": "python benchmarks/model_ways.py",
        "inputs": prepared.inputs,
        "articles": len(prepared.records),
        "sources": int(prepared.data.groups.max()) + 1,
        "per_source": PER_SOURCE,
        "ways": found,
        "learning curve of wording and craft": learning_curve(prepared, every["wording and craft"]),
    }
    OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
