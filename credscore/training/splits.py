"""Splits that never separate a source: folds, leave-one-corpus-out, bootstrap over sources."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["bootstrap_rows", "group_codes", "grouped_folds", "leave_one_corpus_out"]

IntArray = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def group_codes(groups: Sequence[str]) -> IntArray:
    """Groups as numbers 0, 1, ... in alphabetical order."""
    _, codes = np.unique(np.array(groups, dtype=object).astype(str), return_inverse=True)
    return codes.astype(np.int64)


def grouped_folds(
    groups: Sequence[str], n_folds: int, seed: str = "", strata: Sequence[object] | None = None
) -> IntArray:
    """A fold for each row; all rows of a group share one.

    Groups go, largest first, to the fold where their stratum is thinnest, ties broken by size and
    by a hash of the group's name: the same groups always get the same folds, on any machine.

    Args:
        groups: source or site of each row.
        n_folds: number of folds.
        seed: another seed, another draw.
        strata: a class of each row to keep balanced over folds, e.g. kind or label.
    """
    codes = group_codes(groups)
    names = sorted(set(map(str, groups)))
    strata_codes = group_codes(list(map(str, strata or [""] * len(codes))))
    table = np.zeros((len(names), strata_codes.max() + 1))
    np.add.at(table, (codes, strata_codes), 1)
    tie = [hashlib.sha256(f"{seed}|{name}".encode()).hexdigest() for name in names]
    order = sorted(range(len(names)), key=lambda group: (-table[group].sum(), tie[group]))
    share = table.sum(axis=0)
    filled = np.zeros((n_folds, table.shape[1]))
    fold_of = np.zeros(len(names), dtype=np.int64)
    for group in order:
        load = (filled / share) @ table[group] / table[group].sum()
        total = filled.sum(axis=1)
        best = min(range(n_folds), key=lambda fold: (round(load[fold], 9), total[fold]))
        fold_of[group] = best
        filled[best] += table[group]
    return fold_of[codes]


def leave_one_corpus_out(
    corpora: Sequence[str], groups: Sequence[str], label: npt.NDArray[np.float64]
) -> Iterator[tuple[str, Mask, Mask]]:
    """For each corpus with both labels: its name, rows to train on, rows to test on.

    Sources of the left-out corpus leave training as well: its articles are unseen and so are their
    outlets. (The looser split keeps them; it flatters.)
    """
    names = np.array(corpora, dtype=object).astype(str)
    codes = group_codes(groups)
    for name in sorted(set(names.tolist())):
        test = names == name
        found = label[test]
        if min((found == 0).sum(), (found == 1).sum()) < 10:  # too few to rank
            continue
        train = ~test & ~np.isin(codes, codes[test])
        yield name, train, test


def bootstrap_rows(groups: Sequence[str], n_draws: int, seed: int = 0) -> Iterator[IntArray]:
    """Row numbers of each draw: sources drawn with replacement, all their rows taken along."""
    codes = group_codes(groups)
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(codes.max() + 2))
    rng = np.random.default_rng(seed)
    n_groups = codes.max() + 1
    for _ in range(n_draws):
        drawn = rng.integers(0, n_groups, n_groups)
        yield np.concatenate([order[bounds[group] : bounds[group + 1]] for group in drawn])
