"""The wording sums of several models at once, in one pass over the symbols of a batch.

What ``wording_term.PatternMatcher`` gives for each term on its own, and equal to it: sums of whole
numbers below 2**53 are exact in float64, in whatever order they are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.model_format import WordingTable
from credscore.wording_term import PatternMatcher, Wording, count_steps

__all__ = ["SharedMatcher"]

Numbers = npt.NDArray[np.unsignedinteger[Any]]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]

_EXACT = 2**53
_MULTIPLIER = np.uint32(0x9E3779B1)  # 2**32 / golden ratio
_EMPTY = np.uint32(0xFFFFFFFF)


class SharedMatcher:
    """Wording terms of several models, counted together where they read and count alike."""

    def __init__(self, terms: Sequence[WordingTable]) -> None:
        self._terms = tuple(terms)
        self._together = _Together.of(terms) if _alike(terms) else None
        self._apart = [] if self._together else [PatternMatcher(term) for term in terms]

    def sums(self, wording: Wording) -> list[IntArray]:
        """For each term what its matcher's ``sums`` gives: int64 (n_outputs, n_docs)."""
        if self._together is None:
            return [matcher.sums(wording) for matcher in self._apart]
        rows = self._together.sums(wording)
        bounds = np.cumsum([0, *(len(term.weights) for term in self._terms)]).tolist()
        return [rows[low:high] for low, high in pairwise(bounds)]


def _alike(terms: Sequence[WordingTable]) -> bool:
    """Whether one pass gives exact sums for all terms."""
    if not terms or any(term.zones for term in terms) or len({term.count for term in terms}) > 1:
        return False
    heaviest = max(sum(map(abs, weights)) for term in terms for weights in term.weights)
    symbols = {symbol for term in terms for pattern in term.patterns for symbol in pattern.split()}
    keys = (len(symbols) + 1) * (1 + sum(len(term.patterns) for term in terms))
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
    """The union of some terms' patterns, with one column of weights for each output of each term.

    Attributes:
        symbols: number of each symbol that a pattern holds; 0 is any other.
        pairs: keys ``first * base + second``; for each slot the row of its weights, 0 where it
            only begins triples, and its own number, 0 where it begins none.
        triples: keys ``pair * base + third``, and the row of each slot's weights.
        singles: weights of single symbols, (base, n_outputs).
        weights: of pairs and triples, (n_rows, n_outputs); row 0 is zero.
        steps: see ``count_steps``.
    """

    symbols: dict[str, int]
    pairs: _Slots
    row_of_pair: Numbers
    pair_number: Numbers
    triples: _Slots
    row_of_triple: Numbers
    singles: FloatArray
    weights: FloatArray
    steps: FloatArray
    numbers: tuple[tuple[str, ...], Int32Array] | None = None

    @classmethod
    def of(cls, terms: Sequence[WordingTable]) -> _Together:
        coded, symbols = _coded(terms)
        base, n_outputs = len(symbols) + 1, sum(len(term.weights) for term in terms)
        rows = {parts: 1 + row for row, parts in enumerate(p for p in coded.values() if p[1:])}
        weights, singles = np.zeros((len(rows) + 1, n_outputs)), np.zeros((base, n_outputs))
        columns = [(term.patterns, weighing) for term in terms for weighing in term.weights]
        for column, (patterns, weighing) in enumerate(columns):
            for pattern, weight in zip(patterns, weighing, strict=True):
                parts = coded[pattern]
                table, row = (weights, rows[parts]) if parts[1:] else (singles, parts[0])
                table[row, column] = weight
        begins = {parts[:2]: 0 for parts in rows if parts[2:]}
        begins = {pair: 1 + number for number, pair in enumerate(begins)}
        pairs = [*{parts[:2]: 0 for parts in rows}]
        triples = [parts for parts in rows if parts[2:]]
        pair_keys = [a * base + b for a, b in pairs]
        triple_keys = [begins[parts[:2]] * base + parts[2] for parts in triples]
        pair_slots, triple_slots = _Slots.of(pair_keys), _Slots.of(triple_keys)
        return cls(
            symbols=symbols,
            pairs=pair_slots,
            row_of_pair=pair_slots.column(pair_keys, [rows.get(pair, 0) for pair in pairs]),
            pair_number=pair_slots.column(pair_keys, [begins.get(pair, 0) for pair in pairs]),
            triples=triple_slots,
            row_of_triple=triple_slots.column(triple_keys, [rows[parts] for parts in triples]),
            singles=singles,
            weights=weights,
            steps=count_steps(terms[0].count).astype(np.float64),
        )

    def sums(self, wording: Wording) -> IntArray:
        """Weighted counts of each article, all terms' outputs one below the other."""
        n_docs, base = len(wording.first) - 1, len(self.singles)
        local = self._localised(wording)
        doc = np.arange(n_docs).repeat(np.diff(wording.first))
        once = np.bincount(doc * base + local, minlength=n_docs * base)
        total = self._worth(once.reshape(n_docs, base)) @ self.singles
        rows, bounds = self._longer(local.astype(np.uint32), wording.first)
        last = np.ones(len(rows), dtype=np.bool_)
        limits = bounds.tolist()
        for low, high in pairwise(limits):
            rows[low:high].sort()  # an article at a time: far quicker than all at once
        np.not_equal(rows[1:], rows[:-1], out=last[:-1])
        last[bounds[1:][bounds[1:] > 0] - 1] = True
        ends = last.nonzero()[0]
        worth = self._worth(np.diff(ends, prepend=-1))
        weights = self.weights.take(rows[ends], axis=0)
        limits = ends.searchsorted(bounds).tolist()
        for number, (low, high) in enumerate(pairwise(limits)):
            total[number] += worth[low:high] @ weights[low:high]
        return total.T.astype(np.int64)

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


def _coded(
    terms: Sequence[WordingTable],
) -> tuple[dict[str, tuple[int, ...]], dict[str, int]]:
    """All patterns as numbers of symbols, and the symbols' numbers, from 1."""
    split = {p: tuple(p.split(" ")) for term in terms for p in term.patterns}
    known = sorted({symbol for parts in split.values() for symbol in parts})
    symbols = {symbol: place + 1 for place, symbol in enumerate(known)}
    return {p: tuple([symbols[s] for s in parts]) for p, parts in split.items()}, symbols
