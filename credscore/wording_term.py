"""Counts a model's wording patterns in a batch of articles, exactly and fast.

An article is a row of *symbols*: common words, and classes that stand for the rest. A pattern is
one to three neighbouring symbols. Weights are whole numbers, so an article's sum does not depend on
the batch that it came in, nor on the order of adding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.errors import ModelError
from credscore.model_format import Count, WordingTable

__all__ = ["PatternMatcher", "Wording", "WordingTerms", "count_steps"]

IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]

UNIT = 1024  # worth of a first occurrence where counts are damped
_LIMIT = 4096  # occurrences beyond this add nothing
_AT_ONCE = 1 << 16  # tokens looked up together
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio (Knuth, TAOCP 3, 6.4)


@dataclass(frozen=True, slots=True)
class Wording:
    """A batch of articles as wording symbols.

    Attributes:
        symbols: index into ``names`` for each token, int32, shape (n_tokens,).
        first: where each article begins, int64, shape (n_docs + 1,); the last entry is n_tokens.
        words: number of words of each article (the denominator), float64, shape (n_docs,).
        names: the symbols' names; none holds a space.
        zones: index into ``zone_names`` for each token, int8, or None where the text is one zone.
        zone_names: as in ``("title", "own", "quoted")``.
        places: for each token its position in the batch's tokens, -1 where it has none (a supplied
            title); None where both are aligned.
    """

    symbols: Int32Array
    first: IntArray
    words: npt.NDArray[np.float64]
    names: tuple[str, ...]
    zones: npt.NDArray[np.int8] | None = None
    zone_names: tuple[str, ...] = ()
    places: IntArray | None = None

    def rows(self, docs: IntArray) -> Wording:
        """Some of the articles, in the order given."""
        sizes = np.diff(self.first)[docs]
        first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        tokens = np.repeat(self.first[docs] - first[:-1], sizes) + np.arange(first[-1])
        return Wording(
            symbols=self.symbols[tokens],
            first=first,
            words=self.words[docs],
            names=self.names,
            zones=None if self.zones is None else self.zones[tokens],
            zone_names=self.zone_names,
        )

    @staticmethod
    def joined(parts: Sequence[Wording]) -> Wording:
        """Several batches as one; all from the same extractor."""
        sizes = np.concatenate([np.diff(part.first) for part in parts])
        zoned = all(part.zones is not None for part in parts)
        return Wording(
            symbols=np.concatenate([part.symbols for part in parts]),
            first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            words=np.concatenate([part.words for part in parts]),
            names=parts[0].names,
            zones=np.concatenate([part.zones for part in parts if part.zones is not None])
            if zoned
            else None,
            zone_names=parts[0].zone_names,
        )


def count_steps(count: Count) -> IntArray:
    """``steps[n]`` is what n occurrences in one article count for; int64, ``steps[0] == 0``.

    Whole numbers, so that sums stay exact. Beyond the table's end nothing is added.
    """
    each = range(1, _LIMIT + 1)
    if count == "each":
        return np.arange(_LIMIT + 1, dtype=np.int64)
    if count == "root":
        return np.array([0] + [round(UNIT * math.sqrt(n)) for n in each], dtype=np.int64)
    return np.array([0] + [round(UNIT * (1.0 + math.log(n))) for n in each], dtype=np.int64)


class PatternMatcher:
    """Some wording terms of one model that read the same zones and count alike, prepared for
    matching. A pattern belongs to one of them.

    Patterns of two and three symbols are found in two steps: a bucket table that says "no" for most
    neighbours in one look-up, then a comparison of the exact key for the few that remain.

    Attributes:
        patterns: of all terms, one after the other.
        weights: of these patterns, (n_outputs, n_patterns), int64.
    """

    __slots__ = (
        "_bounds", "_local", "_longer", "_names", "_single", "_steps", "_symbols", "_zones",
        "patterns", "weights",
    )  # fmt: skip

    def __init__(self, terms: Sequence[WordingTable]) -> None:
        self.patterns = tuple(pattern for term in terms for pattern in term.patterns)
        self.weights = np.concatenate([np.array(t.weights, dtype=np.int64) for t in terms], axis=1)
        self._bounds = np.cumsum([0, *(len(term.patterns) for term in terms)])
        self._names = tuple(term.name for term in terms)
        self._zones = terms[0].zones
        self._steps = count_steps(terms[0].count)
        self._local: dict[tuple[str, ...], Int32Array] = {}
        split = [tuple(pattern.split(" ")) for pattern in self.patterns]
        self._symbols = tuple(sorted({symbol for symbols in split for symbol in symbols}))
        number = {symbol: place + 1 for place, symbol in enumerate(self._symbols)}
        base = len(self._symbols) + 1
        self._single = np.full(base, -1, dtype=np.int32)
        keys: dict[int, list[tuple[int, int]]] = {2: [], 3: []}
        for place, symbols in enumerate(split):
            if len(symbols) == 1:
                self._single[number[symbols[0]]] = place
                continue
            key = 0
            for symbol in symbols:
                key = key * base + number[symbol]
            keys[len(symbols)].append((key, place))
        self._longer = tuple(_KeyTable.of(keys[length]) for length in (2, 3))

    def rows_of(self, term: str) -> slice:
        """Which of the patterns belong to a term; none if it is not among the terms."""
        if term not in self._names:
            return slice(0, 0)
        place = self._names.index(term)
        return slice(int(self._bounds[place]), int(self._bounds[place + 1]))

    @property
    def n_terms(self) -> int:
        return len(self._names)

    def term_of(self, pattern: IntArray) -> IntArray:
        """The number of each pattern's term among those of this matcher, below ``n_terms``."""
        numbers: IntArray = self._bounds.searchsorted(pattern, side="right") - 1
        return numbers

    def _localised(self, wording: Wording) -> IntArray:
        """Tokens as own numbers; 0 for symbols that no pattern holds, and outside the zones."""
        table = self._local.get(wording.names)
        if table is None:
            known = {symbol: place + 1 for place, symbol in enumerate(self._symbols)}
            table = np.array([known.get(name, 0) for name in wording.names], dtype=np.int32)
            self._local = {wording.names: table}
        local = table[wording.symbols]
        if self._zones:
            local[~self._in_zone(wording)] = 0
        return local.astype(np.int64)

    def _in_zone(self, wording: Wording) -> npt.NDArray[np.bool_]:
        if wording.zones is None or not set(self._zones) <= set(wording.zone_names):
            raise ModelError(
                f"wording term {self._names[0]!r} needs the zones {', '.join(self._zones)}; "
                f"the wording extractor gives {', '.join(wording.zone_names) or 'none'}"
            )
        wanted = np.array([name in self._zones for name in wording.zone_names], dtype=np.bool_)
        return wanted[wording.zones]

    def matches(self, wording: Wording) -> tuple[IntArray, IntArray, IntArray]:
        """Every occurrence of a pattern.

        Returns:
            first token, number of tokens, index into ``patterns``: int64 arrays of one length,
            ordered by the pattern's length, then by position.
        """
        found = self._found(wording)
        size = np.arange(1, 4, dtype=np.int64).repeat([len(places) for places, _ in found])
        token = np.concatenate([places for places, _ in found])
        return token, size, np.concatenate([patterns for _, patterns in found]).astype(np.int64)

    def _found(self, wording: Wording) -> list[tuple[IntArray, Int32Array]]:
        """Places and patterns, for patterns of one, two and three symbols."""
        local = self._localised(wording)
        single = self._single.take(local)
        places = np.flatnonzero(single >= 0)
        found = [(places, single[places])]
        inner = np.ones(len(local), dtype=np.bool_)  # no pattern reaches over an article's end
        for length, table in zip((2, 3), self._longer, strict=True):
            inner = inner[:-1].copy()
            ends = wording.first[1:-1] - length + 1
            inner[ends[(ends >= 0) & (ends < len(inner))]] = False
            places, patterns = self._look_up(local, length, table)
            kept = inner[places]
            found.append((places[kept], patterns[kept]))
        return found

    def _look_up(
        self, local: IntArray, length: int, table: _KeyTable
    ) -> tuple[IntArray, Int32Array]:
        """Where so many symbols on end are in a table, rising, and their values."""
        base, n_places = len(self._single), max(len(local) - length + 1, 0)
        found: list[tuple[IntArray, Int32Array]] = []
        for low in range(0, max(n_places, 1), _AT_ONCE):
            high = min(low + _AT_ONCE, n_places)
            keys = local[low:high]
            for step in range(1, length):
                keys = keys * base + local[low + step : high + step]
            places, values = table.find(keys)
            found.append((places + low, values))
        places, values = (np.concatenate(column) for column in zip(*found, strict=True))
        return places, values

    def sums(self, wording: Wording) -> IntArray:
        """Weighted counts of each term in each article, shape (n_terms, n_outputs, n_docs)."""
        n_docs, n_patterns = len(wording.first) - 1, len(self.patterns)
        n_keys = n_docs * n_patterns
        # Halving the width nearly halves the time of sorting, which is most of the work here.
        kind = np.int32 if n_keys < np.iinfo(np.int32).max else np.int64
        parts: list[npt.NDArray[np.int32 | np.int64]] = []
        for places, patterns in self._found(wording):
            keys = wording.first.searchsorted(places, side="right")
            keys -= 1
            keys *= n_patterns
            keys += patterns
            parts.append(keys.astype(kind))
        return self._added(*_tally(np.concatenate(parts)), n_docs)

    def _added(self, pair: IntArray, counts: IntArray, n_docs: int) -> IntArray:
        """The same from how often each pair of an article and a pattern occurs."""
        n_patterns = len(self.patterns)
        worth = self.weights[:, pair % n_patterns] * self._steps[np.minimum(counts, _LIMIT)]
        # Whole numbers: differences of running sums are exact.
        running = np.zeros((len(worth), len(pair) + 1), dtype=np.int64)
        np.cumsum(worth, axis=1, out=running[:, 1:])
        begins = np.arange(n_docs)[:, None] * n_patterns + self._bounds[:-1]
        ends = np.searchsorted(pair, np.append(begins.ravel(), n_docs * n_patterns))
        sums = np.diff(running[:, ends], axis=1).reshape(len(worth), n_docs, len(self._names))
        return np.ascontiguousarray(sums.transpose(2, 0, 1))


class WordingTerms:
    """All wording terms of a model: those that are read alike share a matcher.

    Attributes:
        matchers: one for each way of reading.
    """

    __slots__ = ("_groups", "_shape", "matchers")

    def __init__(self, terms: Sequence[WordingTable]) -> None:
        alike: dict[object, list[int]] = {}
        for place, term in enumerate(terms):
            alike.setdefault((term.zones, term.count), []).append(place)
        self._groups = tuple(alike.values())
        self._shape = len(terms), len(terms[0].weights) if terms else 0
        self.matchers = tuple(PatternMatcher([terms[n] for n in group]) for group in self._groups)

    def sums(self, wording: Wording) -> IntArray:
        """Weighted counts of each term in each article, shape (n_terms, n_outputs, n_docs)."""
        out = np.empty((*self._shape, len(wording.first) - 1), dtype=np.int64)
        for group, matcher in zip(self._groups, self.matchers, strict=True):
            out[group] = matcher.sums(wording)
        return out


def _tally(keys: npt.NDArray[np.int32 | np.int64]) -> tuple[IntArray, IntArray]:
    """Different keys, rising, and how often each occurs; the keys are sorted where they are."""
    keys.sort()
    ends = np.flatnonzero(keys[1:] != keys[:-1])
    ends = np.concatenate([ends, np.arange(len(keys))[-1:]])
    return keys[ends].astype(np.int64), np.diff(ends, prepend=-1)


@dataclass(frozen=True, slots=True)
class _KeyTable:
    """Exact look-up of int64 keys: ``first[hash]`` is where the keys begin, -1 if empty."""

    first: Int32Array
    keys: IntArray
    values: Int32Array
    shift: np.uint64
    longest: int

    @classmethod
    def of(cls, pairs: Sequence[tuple[int, int]]) -> _KeyTable:
        keys = np.array([key for key, _ in pairs], dtype=np.int64)
        values = np.array([value for _, value in pairs], dtype=np.int32)
        bits = max(8, (8 * len(pairs)).bit_length())  # one look-up in eight or more hits a bucket
        shift = np.uint64(64 - bits)
        bucket = _hashed(keys, shift)
        order = np.argsort(bucket, kind="stable")
        first = np.full(1 << bits, -1, dtype=np.int32)
        sizes = np.zeros(1, dtype=np.int64)
        if len(pairs):
            used, starts, sizes = np.unique(bucket[order], return_index=True, return_counts=True)
            first[used] = starts
        # Padding lets the last bucket be read `longest` entries far.
        longest = int(sizes.max())
        padded = np.concatenate([keys[order], np.full(longest, -1, dtype=np.int64)])
        return cls(
            first, padded, np.append(values[order], np.zeros(longest, np.int32)), shift, longest
        )

    def find(self, keys: IntArray) -> tuple[IntArray, Int32Array]:
        """Positions in ``keys`` that are in the table, rising, and their values."""
        start = self.first[_hashed(keys, self.shift)]
        places = np.flatnonzero(start >= 0)
        start, wanted = start[places], keys[places]
        hit = np.full(len(places), -1, dtype=np.int32)
        for step in range(self.longest):
            same = self.keys[start + step] == wanted
            hit[same] = start[same] + step
        found = hit >= 0
        return places[found], self.values[hit[found]]


def _hashed(keys: IntArray, shift: np.uint64) -> IntArray:
    mixed = keys.view(np.uint64) * _MULTIPLIER
    return (mixed >> shift).view(np.int64)
