"""Counts and weighs wording patterns: ridge on counts, cross-fitted by source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.extractors.wording.families import family_of, labels
from credscore.training.recipe import WordingRecipe
from credscore.training.splits import grouped_folds
from credscore.wording_term import Wording, count_steps

__all__ = ["PatternCounts", "WordingFit", "count_patterns", "fit_wording", "out_of_fold_index"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
MAX_CANDIDATES = 25_000
MIN_CORPORA = 3  # a phrase that fewer corpora know is a template of theirs
NOT_COUNTED = "_"  # the wording extractor's symbol for boilerplate
FAMILIES = tuple(labels())
WEIGHT_LIMIT = 1_000_000  # the largest weight after rounding to whole numbers


@dataclass(frozen=True, slots=True)
class PatternCounts:
    """Occurrences of candidate patterns.

    Attributes:
        names: patterns, sorted.
        rates: damped counts over the denominator, sparse, shape (n_docs, n_patterns).
    """

    names: tuple[str, ...]
    rates: Any

    def rows(self, rows: IntArray) -> PatternCounts:
        """Some of the articles."""
        return PatternCounts(self.names, self.rates[rows])


def count_patterns(
    wording: Wording,
    groups: IntArray,
    flat: npt.NDArray[np.bool_],
    min_groups: int,
    recipe: WordingRecipe,
) -> PatternCounts:
    """Count every pattern of one to three symbols that occurs in enough groups.

    Flat copies are counted, but have no say in which patterns are chosen.
    """
    from scipy.sparse import csr_matrix

    docs, keys, counts = _counted(wording)
    mine = ~flat[docs]
    chosen = _chosen_keys(keys[mine], groups[docs[mine]], min_groups)
    names = [_name(key, wording.names) for key in chosen.tolist()]
    left_out = {NOT_COUNTED, *recipe.exclude, *(f"T:{symbol}" for symbol in recipe.exclude)}
    counted = [place for place, name in enumerate(names) if left_out.isdisjoint(name.split(" "))]
    by_name = sorted(counted, key=names.__getitem__)
    column_of = np.full(len(chosen) + 1, -1, dtype=np.int64)
    column_of[by_name] = np.arange(len(by_name))
    place = np.searchsorted(chosen, keys)
    place[chosen[np.minimum(place, len(chosen) - 1)] != keys] = len(chosen)
    column = column_of[place]
    kept = column >= 0
    shape = (len(wording.first) - 1, len(by_name))
    steps = count_steps(recipe.count)
    size = wording.words + recipe.shrink
    if recipe.denominator == "root_words":
        size = np.sqrt(size)
    damped = steps[np.minimum(counts[kept], len(steps) - 1)] / steps[1]
    matrix = csr_matrix((damped / size[docs[kept]], (docs[kept], column[kept])), shape=shape)
    return PatternCounts(tuple(names[row] for row in by_name), matrix)


def _chosen_keys(keys: IntArray, groups: IntArray, min_groups: int) -> IntArray:
    """The keys, rising, that occur in enough groups; of too many, those in most."""
    # Most keys are rare. Counting hashes first spares the sort of all but a few of them.
    hashed = ((keys.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(42)).view(
        np.int64
    )
    often = np.bincount(hashed, minlength=1 << 22)[hashed] >= min_groups
    unique, column = np.unique(keys[often], return_inverse=True)
    n_groups = int(groups.max()) + 1
    pairs = np.unique(column * n_groups + groups[often])
    spread = np.bincount(pairs // n_groups, minlength=len(unique))
    chosen = np.flatnonzero(spread >= min_groups)
    chosen = chosen[np.argsort(-spread[chosen], kind="stable")][:MAX_CANDIDATES]
    return np.sort(unique[chosen])


def _counted(wording: Wording) -> tuple[IntArray, IntArray, IntArray]:
    base = len(wording.names) + 1
    docs, keys, counts = [], [], []
    for doc, (first, last) in enumerate(
        zip(wording.first[:-1].tolist(), wording.first[1:].tolist(), strict=True)
    ):
        one = wording.symbols[first:last].astype(np.int64) + 1
        two = one[:-1] * base + one[1:]
        three = two[:-1] * base + one[2:]
        found, times = np.unique(np.concatenate([one, two, three]), return_counts=True)
        docs.append(np.full(len(found), doc))
        keys.append(found)
        counts.append(times)
    return np.concatenate(docs), np.concatenate(keys), np.concatenate(counts)


def _name(key: int, names: tuple[str, ...]) -> str:
    base = len(names) + 1
    symbols = []
    while key:
        key, symbol = divmod(key, base)
        symbols.append(names[symbol - 1])
    return " ".join(reversed(symbols))


@dataclass(frozen=True, slots=True)
class WordingFit:
    """Whole-number weights for chosen columns of the counts, and the index they give.

    For each family of patterns ``index = scale * (steps(counts) @ weights) / denominator - mean``,
    in the target's unit; zero is what an average training article gets.
    """

    columns: IntArray
    families: IntArray  # (n_columns,) into FAMILIES
    weights: IntArray  # (n_outputs, n_columns)
    scale: float
    mean: FloatArray  # (n_outputs, n_families)
    recipe: WordingRecipe

    def index(self, patterns: PatternCounts) -> FloatArray:
        """Shape (n_docs, n_outputs, n_families)."""
        # Rates are in first occurrences; the file's scale is for whole numbers of steps.
        unit = self.scale * count_steps(self.recipe.count)[1]
        rates = patterns.rates[:, self.columns]
        spread = np.stack([rates @ table.T for table in _by_family(self.weights, self.families)])
        result: FloatArray = spread.transpose(1, 2, 0) * unit - self.mean
        return result


def _by_family(weights: IntArray, families: IntArray) -> Iterator[IntArray]:
    """For each family the weights of its patterns, 0 for all others."""
    for family in range(len(FAMILIES)):
        yield np.where(families == family, weights, 0)


def fit_wording(
    patterns: PatternCounts,
    target: FloatArray,
    weight: FloatArray,
    groups: IntArray,
    corpora: IntArray,
    rows: IntArray,
    recipe: WordingRecipe,
) -> WordingFit:
    """Ridge of the target on pattern rates.

    Args:
        target: shape (n_docs, n_outputs).
        rows: rows to fit on; patterns are chosen by how many of their groups use them. A flat copy
            holds the same patterns as its article, so copies may be left out.
    """
    from scipy.sparse import diags, hstack
    from sklearn.linear_model import Ridge

    columns = _chosen_columns(patterns, groups, corpora, rows, recipe)
    rates = patterns.rates[rows][:, columns]
    mean_square = np.asarray(rates.multiply(rates).mean(axis=0)).ravel()
    mean = np.asarray(rates.mean(axis=0)).ravel()
    deviation = np.sqrt(np.maximum(mean_square - mean**2, 1e-12))
    # Half way between raw rates and standardised ones: rare patterns count, but not as much.
    spread = diags(deviation**-0.5)
    scaled = rates @ spread
    unit = float(scaled.multiply(scaled).sum() / len(rows))
    inputs = scaled
    if recipe.corpus_effect:
        inputs = hstack([scaled, _corpus_columns(corpora[rows], recipe.corpus_effect * unit**0.5)])
    ridge = Ridge(alpha=recipe.ridge * unit, solver="sparse_cg", tol=1e-4, max_iter=500)
    ridge.fit(inputs.tocsr(), target[rows], sample_weight=weight[rows] / weight[rows].mean())
    coefficients = np.atleast_2d(ridge.coef_)[:, : len(columns)] * deviation**-0.5
    names = [family_of(patterns.names[column]) for column in columns.tolist()]
    families = np.array([FAMILIES.index(name) for name in names], dtype=np.int64)
    return _rounded(coefficients, columns, families, rates, recipe)


def _corpus_columns(corpora: IntArray, size: float) -> Any:
    from scipy.sparse import csr_matrix

    shape = (len(corpora), int(corpora.max()) + 1)
    places = (np.arange(len(corpora)), corpora)
    return csr_matrix((np.full(len(corpora), size), places), shape=shape)


def _chosen_columns(
    patterns: PatternCounts,
    groups: IntArray,
    corpora: IntArray,
    rows: IntArray,
    recipe: WordingRecipe,
) -> IntArray:
    present = patterns.rates[rows].sign()
    by_group = _spread(present, groups[rows])
    by_corpus = _spread(present, corpora[rows])
    enough = (by_group >= recipe.min_groups) & (
        by_corpus >= min(MIN_CORPORA, len(np.unique(corpora[rows])))
    )
    allowed = np.flatnonzero(enough)
    ranked = allowed[np.argsort(-by_group[allowed], kind="stable")][: recipe.patterns]
    return np.sort(ranked)


def _spread(present: Any, codes: IntArray) -> IntArray:
    """In how many groups each pattern occurs."""
    members = _corpus_columns(codes, 1.0)
    table = (members.T @ present).tocsr()
    table.data = np.ones_like(table.data)
    return np.asarray(table.sum(axis=0)).ravel().astype(np.int64)


def _rounded(
    coefficients: FloatArray,
    columns: IntArray,
    families: IntArray,
    rates: Any,
    recipe: WordingRecipe,
) -> WordingFit:
    """Whole-number weights: sums of them are exact, so no batch can change a score."""
    unit = np.abs(coefficients).max() / WEIGHT_LIMIT or 1.0
    weights = np.rint(coefficients / unit).astype(np.int64)
    scale = float(unit / count_steps(recipe.count)[1])
    average = np.asarray(rates.mean(axis=0)).ravel()
    mean = np.stack([table @ average * unit for table in _by_family(weights, families)], axis=1)
    return WordingFit(columns, families, weights, scale, mean, recipe)


def out_of_fold_index(
    patterns: PatternCounts,
    target: FloatArray,
    weight: FloatArray,
    groups: IntArray,
    corpora: IntArray,
    rows: IntArray,
    flat: npt.NDArray[np.bool_],
    recipe: WordingRecipe,
) -> FloatArray:
    """The index of each training row from weights that never saw its group.

    Shape (len(rows), n_outputs, n_families).

    An index fitted on the same rows looks far better than it is; shapes fitted to it would trust it
    too much.
    """
    folds = grouped_folds([str(code) for code in groups[rows]], recipe.folds, "wording")
    result = np.empty((len(rows), target.shape[1], len(FAMILIES)))
    for fold in range(recipe.folds):
        held = folds == fold
        seen = rows[~held & ~flat[rows]]
        fitted = fit_wording(patterns, target, weight, groups, corpora, seen, recipe)
        result[held] = fitted.index(patterns.rows(rows[held]))
    return result
