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

from credscore.model_format import WordingTable
from credscore.wording_term import Wording, WordingTerms, count_steps

__all__ = ["SharedMatcher"]

Numbers = npt.NDArray[np.unsignedinteger[Any]]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]

_EXACT = 2**53
_MULTIPLIER = np.uint32(0x9E3779B1)  # 2**32 / golden ratio
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
    """A set of uint32 keys, each in a slot of its own; open addressing, a quarter full at most.

    ``keys[slot]`` is ``_EMPTY`` where none is; one spare slot at the end stands for all other keys.
    """

    keys: npt.NDArray[np.uint32]
    shift: np.uint32

    @classmethod
    def of(cls, given: Sequence[int]) -> _Slots:
        bits = max(8, (4 * len(given)).bit_length())
        shift = np.uint32(32 - bits)
        keys = np.full((1 << bits) + 1, _EMPTY, dtype=np.uint32)
        array = np.array(given, dtype=np.uint32)
        taken: set[int] = set()
        for key, slot in zip(given, ((array * _MULTIPLIER) >> shift).tolist(), strict=True):
            while slot in taken:
                slot = (slot + 1) & ((1 << bits) - 1)  # noqa: PLW2901
            taken.add(slot)
            keys[slot] = key
        return cls(keys, shift)

    def column(self, given: Sequence[int], values: Sequence[int]) -> Numbers:
        """Values by slot, as small as they can be; 0 where none is."""
        small = max(values, default=0) < 1 << 16
        column: Numbers = np.zeros(len(self.keys), dtype=np.uint16 if small else np.uint32)
        column[self.find(np.array(given, dtype=np.uint32))] = values
        return column

    def find(self, keys: npt.NDArray[np.uint32]) -> npt.NDArray[np.intp]:
        """The slot of each key."""
        slots = ((keys * _MULTIPLIER) >> self.shift).astype(np.intp)
        found = self.keys.take(slots)
        wrong = (found != keys).nonzero()[0]
        at, wanted, found = slots[wrong], keys[wrong], found[wrong]
        slots[wrong] = len(self.keys) - 1
        while True:  # few, and fewer each time
            taken = (found != _EMPTY).nonzero()[0]
            if not taken.size:
                return slots
            at, wanted, wrong = (at[taken] + 1) & (len(self.keys) - 2), wanted[taken], wrong[taken]
            found = self.keys[at]
            same = found == wanted
            slots[wrong[same]] = at[same]
            found[same] = _EMPTY


@dataclass(slots=True)
class _Together:
    """The union of all models' patterns, with one column of weights for each output of each model.

    Symbols and rows are numbered term by term, so that a term's are neighbours.

    Attributes:
        models: for each model which of the terms' names are its own, and which columns.
        symbols: number of each symbol that a pattern holds; 0 is any other.
        pairs: keys ``first * base + second``; for each slot the row of its weights, 0 where it
            only begins triples, and its own number, 0 where it begins none.
        triples: keys ``pair * base + third``, and the row of each slot's weights.
        singles: weights of single symbols, (base, n_columns).
        single_bounds: where each term's symbols begin, and the end of the last.
        weights: of pairs and triples, (n_rows, n_columns); row 0 is zero.
        row_bounds: where each term's rows begin, and the end of the last.
        steps: see ``count_steps``.
    """

    models: tuple[tuple[list[int], slice], ...]
    symbols: dict[str, int]
    pairs: _Slots
    row_of_pair: Numbers
    pair_number: Numbers
    triples: _Slots
    row_of_triple: Numbers
    singles: FloatArray
    single_bounds: IntArray
    weights: FloatArray
    row_bounds: IntArray
    steps: FloatArray
    numbers: tuple[tuple[str, ...], Int32Array] | None = None

    @classmethod
    def of(cls, models: Sequence[Sequence[WordingTable]]) -> _Together:
        terms = [term for model in models for term in model]
        names = list(dict.fromkeys(term.name for term in terms))
        coded, symbols, single_bounds = _coded(terms, names)
        base = len(symbols) + 1
        longer = [[p for p in coded[name].values() if p[1:]] for name in names]
        rows = {parts: 1 + row for row, parts in enumerate(chain.from_iterable(longer))}
        pairs = list(dict.fromkeys(parts[:2] for parts in rows))
        triples = [parts for parts in rows if parts[2:]]
        begins = {pair: 1 + n for n, pair in enumerate(dict.fromkeys(p[:2] for p in triples))}
        pair_keys = [a * base + b for a, b in pairs]
        triple_keys = [begins[parts[:2]] * base + parts[2] for parts in triples]
        pair_slots, triple_slots = _Slots.of(pair_keys), _Slots.of(triple_keys)
        columns = _columns(models)
        singles, weights = _weights(models, columns, coded, rows, base)
        own = [[names.index(term.name) for term in model] for model in models]
        return cls(
            models=tuple(zip(own, columns, strict=True)),
            symbols=symbols,
            pairs=pair_slots,
            row_of_pair=pair_slots.column(pair_keys, [rows.get(pair, 0) for pair in pairs]),
            pair_number=pair_slots.column(pair_keys, [begins.get(pair, 0) for pair in pairs]),
            triples=triple_slots,
            row_of_triple=triple_slots.column(triple_keys, [rows[parts] for parts in triples]),
            singles=singles,
            single_bounds=single_bounds,
            weights=weights,
            row_bounds=np.cumsum([1, *map(len, longer)]),
            steps=count_steps(terms[0].count).astype(np.float64),
        )

    def sums(self, wording: Wording) -> list[IntArray]:
        """For each model, shape (n_terms, n_outputs, n_docs)."""
        n_docs, base = len(wording.first) - 1, len(self.singles)
        local = self._localised(wording)
        doc = np.arange(n_docs).repeat(np.diff(wording.first))
        once = self._worth(
            np.bincount(doc * base + local, minlength=n_docs * base).reshape(n_docs, base)
        )
        total = self._of_longer(*self._longer(local.astype(np.uint32), wording.first))
        for term, (low, high) in enumerate(pairwise(self.single_bounds.tolist())):
            total[:, term] += once[:, low:high] @ self.singles[low:high]
        whole = total.transpose(1, 2, 0).astype(np.int64)
        return [whole[terms, columns] for terms, columns in self.models]

    def _of_longer(self, rows: Numbers, bounds: IntArray) -> FloatArray:
        """What pairs and triples add, shape (n_docs, n_terms, n_columns)."""
        n_docs, n_terms = len(bounds) - 1, len(self.row_bounds) - 1
        limits = bounds.tolist()
        for low, high in pairwise(limits):
            rows[low:high].sort()  # an article at a time: far quicker than all at once
        last = np.ones(len(rows), dtype=np.bool_)
        np.not_equal(rows[1:], rows[:-1], out=last[:-1])
        last[bounds[1:][bounds[1:] > 0] - 1] = True
        ends = last.nonzero()[0]
        different = rows[ends].astype(np.int64)
        worth = self.weights.take(different, axis=0)
        worth *= self._worth(np.diff(ends, prepend=-1))[:, None]
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

    def _worth(self, counts: IntArray) -> FloatArray:
        return self.steps.take(counts, mode="clip")

    def _localised(self, wording: Wording) -> Int32Array:
        if self.numbers is None or self.numbers[0] is not wording.names:
            table = [self.symbols.get(name, 0) for name in wording.names]
            self.numbers = wording.names, np.array(table, dtype=np.int32)
        return self.numbers[1].take(wording.symbols)

    def _longer(self, local: npt.NDArray[np.uint32], first: IntArray) -> tuple[Numbers, IntArray]:
        """Rows of ``weights`` of all pairs and triples found, article by article, and where each
        article's begin.
        """
        base = np.uint32(len(self.singles))
        second, third = np.zeros_like(local), np.zeros_like(local)
        second[:-1], third[:-2] = local[1:], local[2:]
        ends = first[1:][first[1:] >= 1]
        second[ends - 1] = third[ends - 1] = 0  # no pattern reaches over an article's end
        third[ends[ends >= 2] - 2] = 0
        slots = self.pairs.find(local * base + second)
        own = self.row_of_pair.take(slots)
        number = self.pair_number.take(slots)
        with_pair, begun = (own != 0).nonzero()[0], (number != 0).nonzero()[0]
        slots = self.triples.find(number[begun].astype(np.uint32) * base + third[begun])
        triple = self.row_of_triple.take(slots)
        found = (triple != 0).nonzero()[0]
        before, after = with_pair.searchsorted(first), begun[found].searchsorted(first)
        rows = np.empty(
            len(with_pair) + len(found), dtype=np.result_type(self.row_of_pair, self.row_of_triple)
        )
        rows[_moved(before, after)] = own[with_pair]
        rows[_moved(after, np.append(before[1:], before[-1]))] = triple[found]
        return rows, before + after


def _moved(bounds: IntArray, by: IntArray) -> IntArray:
    """Where the rows of each article come to stand if ``by`` others stand before its first."""
    return np.arange(bounds[-1]) + by[:-1].repeat(np.diff(bounds))


def _columns(models: Sequence[Sequence[WordingTable]]) -> list[slice]:
    """Which columns of weights are each model's."""
    sizes = [len(model[0].weights) if model else 0 for model in models]
    return [slice(low, high) for low, high in pairwise(accumulate([0, *sizes]))]


def _weights(
    models: Sequence[Sequence[WordingTable]],
    columns: Sequence[slice],
    coded: Mapping[str, Mapping[str, tuple[int, ...]]],
    rows: Mapping[tuple[int, ...], int],
    base: int,
) -> tuple[FloatArray, FloatArray]:
    """Weights of single symbols, and of rows."""
    width = columns[-1].stop
    singles, weights = np.zeros((base, width)), np.zeros((len(rows) + 1, width))
    for model, own in zip(models, columns, strict=True):
        for term in model:
            for pattern, *weighing in zip(term.patterns, *term.weights, strict=True):
                parts = coded[term.name][pattern]
                table, row = (weights, rows[parts]) if parts[1:] else (singles, parts[0])
                table[row, own] = weighing
    return singles, weights


def _coded(
    terms: Sequence[WordingTable], names: Sequence[str]
) -> tuple[dict[str, dict[str, tuple[int, ...]]], dict[str, int], IntArray]:
    """Each term's patterns as numbers of symbols, the symbols' numbers, from 1, and where those of
    each term's single symbols begin.
    """
    split: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in names}
    for term in terms:
        split[term.name].update({p: tuple(p.split(" ")) for p in term.patterns})
    alone = [sorted(p for p, parts in own.items() if not parts[1:]) for own in split.values()]
    known = {symbol for own in split.values() for parts in own.values() for symbol in parts}
    first = list(chain.from_iterable(alone))
    order = [*first, *sorted(known.difference(first))]
    symbols = {symbol: place + 1 for place, symbol in enumerate(order)}
    coded = {
        name: {p: tuple([symbols[s] for s in parts]) for p, parts in own.items()}
        for name, own in split.items()
    }
    return coded, symbols, np.cumsum([1, *map(len, alone)])
