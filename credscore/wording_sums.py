"""The wording sums of several models at once, in one pass over the symbols of a batch.

What ``wording_term.PatternMatcher`` gives for each term on its own, and equal to it: sums of whole
numbers below 2**53 are exact in float64, in whatever order they are added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.lexicon import nested
from credscore.model_format import WordingTable
from credscore.wording_term import Wording, WordingTerms, count_steps

__all__ = ["SharedMatcher"]

Numbers = npt.NDArray[np.unsignedinteger[Any]]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_EXACT = 2**53
_MULTIPLIER = np.uint32(0x9E3779B1)  # 2**32 / golden ratio
_OTHER = np.uint32(0x85EBCA6B)  # MurmurHash3, so that a key has a second slot
_EMPTY = np.uint32(0xFFFFFFFF)


class SharedMatcher:
    """Wording terms of several models, counted together where they read and count alike.

    Args:
        models: each model's wording terms.
    """

    def __init__(self, models: Sequence[Sequence[WordingTable]]) -> None:
        self._together = _Together.of(models) if _alike(models) else None
        self._apart = [] if self._together else [WordingTerms(terms) for terms in models]

    def sums(self, wording: Wording) -> list[IntArray]:
        """For each model what its own matchers give: int64 (n_terms, n_outputs, n_docs)."""
        if self._together is None:
            return [terms.sums(wording) for terms in self._apart]
        return self._together.sums(wording)


def _alike(models: Sequence[Sequence[WordingTable]]) -> bool:
    """Whether one pass gives exact sums for all terms."""
    terms = [term for model in models for term in model]
    if not terms or any(term.zones for term in terms) or len({term.count for term in terms}) > 1:
        return False
    names: dict[str, str] = {}
    if any(names.setdefault(p, term.name) != term.name for term in terms for p in term.patterns):
        return False
    heaviest = max(sum(map(abs, weights)) for term in terms for weights in term.weights)
    symbols = {symbol for pattern in names for symbol in pattern.split()}
    keys = (len(symbols) + 1) * (1 + len(names))
    return heaviest * int(count_steps(terms[0].count)[-1]) < _EXACT and keys < int(_EMPTY)


@dataclass(frozen=True, slots=True)
class _Slots:
    """A set of uint32 keys, each in one of two slots, as in ``lexicon.HashTable``.

    ``keys[slot]`` is ``_EMPTY`` where none is; one spare slot at the end stands for all other keys.
    """

    keys: npt.NDArray[np.uint32]
    shift: np.uint32

    @classmethod
    def of(cls, given: Sequence[int]) -> _Slots:
        array = np.array(given, dtype=np.uint32)
        bits = max(8, (4 * len(given)).bit_length())
        while True:
            shift = np.uint32(32 - bits)
            slots = nested(
                _slot(array, shift).tolist(), _slot(array * _OTHER, shift).tolist(), 1 << bits
            )
            if slots is not None:
                return cls(np.append(array, _EMPTY)[[*slots, -1]], shift)
            bits += 1

    def column(self, given: Sequence[int], values: Sequence[int]) -> Numbers:
        """Values by slot, 0 where none is."""
        narrow = _narrow(values)
        column = np.zeros_like(narrow, shape=len(self.keys))
        column[self.find(np.array(given, dtype=np.uint32))] = narrow
        return column

    def find(self, keys: npt.NDArray[np.uint32]) -> npt.NDArray[np.intp]:
        """The slot of each key."""
        slots = _slot(keys, self.shift)
        elsewhere = (self.keys.take(slots) != keys).nonzero()[0]
        wanted = keys[elsewhere]
        second = _slot(wanted * _OTHER, self.shift)
        second[self.keys.take(second) != wanted] = len(self.keys) - 1
        slots[elsewhere] = second
        return slots


def _slot(keys: npt.NDArray[np.uint32], shift: np.uint32) -> npt.NDArray[np.intp]:
    return ((keys * _MULTIPLIER) >> shift).astype(np.intp)


@dataclass(slots=True)
class _Together:
    """The union of all models' patterns, with one column of weights for each output of each model.

    Rows of weights are numbered term by term, so that a term's are neighbours.

    Attributes:
        models: for each model which of the terms' names are its own, and which columns.
        symbols: number of each symbol that a pattern holds; 0 is any other.
        row_of_single: for each number the row of its weights, 0 where it is no pattern alone.
        pairs: keys ``first * base + second``; for each slot the row of its weights, 0 where it
            only begins triples, and its own number, 0 where it begins none.
        triples: keys ``pair * base + third``, and the row of each slot's weights.
        weights: of patterns, (n_rows, n_columns); row 0 is zero.
        first_worth: the same, times what a single occurrence counts for.
        row_bounds: where each term's rows begin, and the end of the last.
        steps: see ``count_steps``.
    """

    models: tuple[tuple[list[int], slice], ...]
    symbols: dict[str, int]
    row_of_single: Numbers
    pairs: _Slots
    row_of_pair: Numbers
    pair_number: Numbers
    triples: _Slots
    row_of_triple: Numbers
    weights: FloatArray
    first_worth: FloatArray
    row_bounds: IntArray
    steps: FloatArray
    numbers: tuple[tuple[str, ...], npt.NDArray[np.uint32]] | None = None

    @classmethod
    def of(cls, models: Sequence[Sequence[WordingTable]]) -> _Together:
        terms = [term for model in models for term in model]
        names = list(dict.fromkeys(term.name for term in terms))
        coded, symbols = _coded(terms, names)
        base = len(symbols) + 1
        own = [list(coded[name].values()) for name in names]
        rows = {parts: 1 + row for row, parts in enumerate(chain.from_iterable(own))}
        pairs = list(dict.fromkeys(parts[:2] for parts in rows if parts[1:]))
        triples = [parts for parts in rows if parts[2:]]
        begins = {pair: 1 + n for n, pair in enumerate(dict.fromkeys(p[:2] for p in triples))}
        pair_keys = [a * base + b for a, b in pairs]
        triple_keys = [begins[parts[:2]] * base + parts[2] for parts in triples]
        pair_slots, triple_slots = _Slots.of(pair_keys), _Slots.of(triple_keys)
        columns = _columns(models)
        places = [[names.index(term.name) for term in model] for model in models]
        weights, steps = _weights(models, columns, coded, rows), count_steps(terms[0].count)
        return cls(
            models=tuple(zip(places, columns, strict=True)),
            symbols=symbols,
            row_of_single=_narrow([rows.get((number,), 0) for number in range(base)]),
            pairs=pair_slots,
            row_of_pair=pair_slots.column(pair_keys, [rows.get(pair, 0) for pair in pairs]),
            pair_number=pair_slots.column(pair_keys, [begins.get(pair, 0) for pair in pairs]),
            triples=triple_slots,
            row_of_triple=triple_slots.column(triple_keys, [rows[parts] for parts in triples]),
            weights=weights,
            first_worth=weights * steps[1],
            row_bounds=np.cumsum([1, *map(len, own)]),
            steps=steps.astype(np.float64),
        )

    def sums(self, wording: Wording) -> list[IntArray]:
        """For each model, shape (n_terms, n_outputs, n_docs)."""
        total = self._added(*self._rows(self._localised(wording), wording.first))
        whole = total.transpose(1, 2, 0).astype(np.int64)
        return [whole[terms, columns] for terms, columns in self.models]

    def _added(self, rows: Numbers, bounds: IntArray) -> FloatArray:
        """What the patterns found add up to, shape (n_docs, n_terms, n_columns)."""
        n_docs, n_terms = len(bounds) - 1, len(self.row_bounds) - 1
        limits = bounds.tolist()
        for low, high in pairwise(limits):
            # Sixteen bits of an article at a time: far quicker than all at once.
            rows[low:high].sort(kind="stable")
        last = np.ones(len(rows), dtype=np.bool_)
        np.not_equal(rows[1:], rows[:-1], out=last[:-1])
        last[bounds[1:][bounds[1:] > 0] - 1] = True
        ends = last.nonzero()[0]
        different = rows[ends].astype(np.int64)
        worth = self.first_worth.take(different, axis=0)
        counts = np.diff(ends, prepend=-1)
        again = (counts > 1).nonzero()[0]
        steps = self.steps.take(counts[again], mode="clip")
        worth[again] = self.weights.take(different[again], axis=0) * steps[:, None]
        # Row numbers that rise from article to article as well, to cut at articles and at terms.
        per_doc = len(self.weights)
        doc = np.arange(n_docs).repeat(np.diff(ends.searchsorted(bounds)))
        cuts = np.arange(n_docs)[:, None] * per_doc + self.row_bounds[:-1]
        begin = (doc * per_doc + different).searchsorted(np.append(cuts.ravel(), n_docs * per_doc))
        total = np.zeros((n_docs * n_terms, worth.shape[1]))
        some = (np.diff(begin) > 0).nonzero()[0]
        if some.size:
            total[some] = np.add.reduceat(worth, begin[some], axis=0)
        return total.reshape(n_docs, n_terms, -1)

    def _localised(self, wording: Wording) -> npt.NDArray[np.uint32]:
        if self.numbers is None or self.numbers[0] is not wording.names:
            table = [self.symbols.get(name, 0) for name in wording.names]
            self.numbers = wording.names, np.array(table, dtype=np.uint32)
        return self.numbers[1].take(wording.symbols)

    def _rows(self, local: npt.NDArray[np.uint32], first: IntArray) -> tuple[Numbers, IntArray]:
        """Rows of ``weights`` of all patterns found, article by article, and where each article's
        begin.
        """
        base = np.uint32(len(self.row_of_single))
        second, third = np.zeros_like(local), np.zeros_like(local)
        second[:-1], third[:-2] = local[1:], local[2:]
        ends = first[1:][first[1:] >= 1]
        second[ends - 1] = third[ends - 1] = 0  # no pattern reaches over an article's end
        third[ends[ends >= 2] - 2] = 0
        slots = self.pairs.find(local * base + second)
        number = self.pair_number.take(slots)
        begun = (number != 0).nonzero()[0]
        triples = self.triples.find(number[begun].astype(np.uint32) * base + third[begun])
        found = (
            _there(self.row_of_single.take(local)),
            _there(self.row_of_pair.take(slots)),
            _there(self.row_of_triple.take(triples), begun),
        )
        limits = np.array([at.searchsorted(first) for _, at in found])
        parts = [
            rows[low:high]
            for article in zip(limits[:, :-1].T.tolist(), limits[:, 1:].T.tolist(), strict=True)
            for (rows, _), low, high in zip(found, *article, strict=True)
        ]
        return np.concatenate([found[0][0][:0], *parts]), limits.sum(axis=0)


def _narrow(values: Sequence[int]) -> Numbers:
    """As small as they can be, since they are sorted."""
    small = max(values, default=0) < 1 << 16
    return np.array(values, dtype=np.uint16 if small else np.uint32)


def _there(rows: Numbers, places: IntArray | None = None) -> tuple[Numbers, IntArray]:
    """Rows that are not 0, and their places."""
    some = (rows != 0).nonzero()[0]
    return rows[some], some if places is None else places[some]


def _columns(models: Sequence[Sequence[WordingTable]]) -> list[slice]:
    """Which columns of weights are each model's."""
    sizes = [len(model[0].weights) if model else 0 for model in models]
    return [slice(low, high) for low, high in pairwise(accumulate([0, *sizes]))]


def _weights(
    models: Sequence[Sequence[WordingTable]],
    columns: Sequence[slice],
    coded: Mapping[str, Mapping[str, tuple[int, ...]]],
    rows: Mapping[tuple[int, ...], int],
) -> FloatArray:
    """Weights of rows, and of row 0, which is none."""
    weights = np.zeros((len(rows) + 1, columns[-1].stop))
    for model, own in zip(models, columns, strict=True):
        for term in model:
            for pattern, *weighing in zip(term.patterns, *term.weights, strict=True):
                weights[rows[coded[term.name][pattern]], own] = weighing
    return weights


def _coded(
    terms: Sequence[WordingTable], names: Sequence[str]
) -> tuple[dict[str, dict[str, tuple[int, ...]]], dict[str, int]]:
    """Each term's patterns as numbers of symbols, and the symbols' numbers, from 1."""
    split: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in names}
    for term in terms:
        split[term.name].update({p: tuple(p.split(" ")) for p in term.patterns})
    known = {symbol for own in split.values() for parts in own.values() for symbol in parts}
    symbols = {symbol: place + 1 for place, symbol in enumerate(sorted(known))}
    coded = {
        name: {p: tuple([symbols[s] for s in parts]) for p, parts in own.items()}
        for name, own in split.items()
    }
    return coded, symbols
