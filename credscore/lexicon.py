"""Word lists as data, and the one pass in which all of them are matched.

A ``Lexicon`` is read from a ``lexicon.toml``. A ``Vocabulary`` compiles many lexicons into one
open-addressing table over 64-bit token hashes, so that a batch of tokens is looked up with a few
array operations whatever the number of lists.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from credscore.errors import ExtractorError

if TYPE_CHECKING:
    from credscore.tokenization import Tokenization

__all__ = ["HashTable", "Lexicon", "Matches", "Vocabulary", "nested", "sequence_hashes"]

# Order-sensitive combination of token hashes into a phrase hash.
_COMBINE = np.uint64(0xD6E8FEB86659FD93)
_PAIR_BITS = 16
_MOVES = 100  # of keys to their other slots, before a larger table is tried
_META = {"source", "changed", "note"}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Named groups of words and phrases, lower case.

    ``lexicon.toml`` has ``source`` (where the idea comes from), ``changed`` (a date), and one table
    a group with ``entries`` (sorted, unique, lower case) and optionally ``note`` and ``notes``
    (entry -> why it is there, for ambiguous ones). At most 32 groups.
    """

    name: str
    groups: Mapping[str, tuple[str, ...]]
    _bits: dict[tuple[str, ...], np.uint32] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def read(cls, path: Path, name: str | None = None) -> Lexicon:
        """Read and check a ``lexicon.toml``; the name defaults to its folder's.

        Raises:
            ExtractorError: names the file, the group and the entry that break the rules.
        """
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise ExtractorError(f"{path}: {error}") from error
        for needed in ("source", "changed"):
            if not data.get(needed):
                raise ExtractorError(f"{path}: says no {needed!r}")
        groups = {key: table for key, table in data.items() if key not in _META}
        return cls(
            name or path.parent.name,
            {group: _entries(table, f"{path}: [{group}]") for group, table in groups.items()},
        )

    def bits(self, *groups: str) -> np.uint32:
        """The mask of these groups (of all, where none is named)."""
        if groups not in self._bits:
            names = list(self.groups)
            self._bits[groups] = np.uint32(sum(1 << names.index(g) for g in groups or names))
        return self._bits[groups]


def _entries(table: Any, where: str) -> tuple[str, ...]:
    entries = table.get("entries") if isinstance(table, dict) else None
    if not isinstance(entries, list) or not entries:
        raise ExtractorError(f"{where} has no list 'entries'")
    for entry in entries:
        if not isinstance(entry, str) or entry != entry.lower().strip() or not entry:
            raise ExtractorError(f"{where}: {entry!r} is not lower-case text")
    if entries != sorted(set(entries)):
        wrong = next(
            e for e, s in zip([*entries, ""], [*sorted(set(entries)), ""], strict=False) if e != s
        )
        raise ExtractorError(f"{where}: entries are not sorted and unique, from {wrong!r} on")
    return tuple(entries)


class HashTable:
    """Maps 64-bit hashes to their position in ``keys``; -1 for any other hash.

    A key lies in one of two slots (Pagh & Rodler 2004, doi 10.1016/j.jalgor.2003.12.002), in the
    second one only if another key lies in the first: two look-ups answer for certain.
    """

    __slots__ = ("_keys", "_places", "_shift")

    def __init__(self, keys: npt.NDArray[np.uint64]) -> None:
        bits = max(8, int(len(keys) * 4).bit_length())
        places: list[int] | None = None
        while places is None:
            self._shift = np.uint64(64 - bits)
            first, second = self._first(keys).tolist(), self._second(keys).tolist()
            places = nested(first, second, 1 << bits)
            bits += 1
        self._places = np.array(places, dtype=np.int32)
        # One spare key at the end answers for empty slots; its place -1 reads it.
        self._keys = np.concatenate([keys, np.zeros(1, dtype=np.uint64)])

    def _first(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        return (hashes >> self._shift).view(np.int64)

    def _second(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        return ((hashes * _COMBINE) >> self._shift).view(np.int64)

    def find(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
        """Positions of these hashes among the keys, -1 where absent. Shape as given."""
        places = self._places.take(self._first(hashes))
        wrong = self._keys.take(places, mode="wrap") != hashes
        wrong &= places >= 0
        open_ = wrong.nonzero()[0]
        if open_.size:
            wanted = hashes[open_]
            second = self._places.take(self._second(wanted))
            second[self._keys.take(second, mode="wrap") != wanted] = -1
            places[open_] = second
        return places


def nested(first: Sequence[int], second: Sequence[int], size: int) -> list[int] | None:
    """For each slot the key that lies in it, -1 for none; None where the keys do not fit."""
    slots = [-1] * size
    for newcomer in range(len(first)):
        key, slot = newcomer, first[newcomer]
        for _ in range(_MOVES):
            slots[slot], key = key, slots[slot]
            if key < 0:
                break
            slot = second[key] if slot == first[key] else first[key]
        else:
            return None
    return slots


def sequence_hashes(
    hashes: npt.NDArray[np.uint64], at: npt.NDArray[np.int64], length: int
) -> npt.NDArray[np.uint64]:
    """Hash of the ``length`` tokens that begin at each of ``at``."""
    total = hashes[at].copy()
    for step in range(1, length):
        total = total * _COMBINE + hashes[at + step]
    return _finished(total)


def _finished(total: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    total ^= total >> np.uint64(31)
    return total * _COMBINE


@dataclass(frozen=True, slots=True)
class Matches:
    """Matches of a lexicon, sorted by start; of overlapping ones only the longest is kept.

    Attributes:
        start, end: token positions, end exclusive, int64.
        groups: mask of the lexicon's groups that hold the entry, uint32.
    """

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    groups: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.start)

    def only(self, keep: npt.NDArray[np.bool_]) -> Matches:
        """The matches for which ``keep`` is true."""
        return Matches(self.start[keep], self.end[keep], self.groups[keep])


class Vocabulary:
    """All words and phrases of several lexicons, compiled.

    A word's id is its place in ``words`` plus 1; id 0 is "not in the vocabulary".
    """

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        from credscore.tokenization import split_entries

        self.lexicons = tuple(lexicons)
        entries = sorted({e for lex in lexicons for group in lex.groups.values() for e in group})
        texts, hashes = split_entries(entries)
        unique: dict[int, str] = {}
        for tokens, keys in zip(texts, hashes, strict=True):
            unique.update(zip(keys, tokens, strict=True))
        ordered = sorted((word, key) for key, word in unique.items())
        self.words = tuple(word for word, _ in ordered)
        self._id_of_hash = {key: position + 1 for position, (_, key) in enumerate(ordered)}
        self._hash_of = dict(zip(entries, hashes, strict=True))
        self._table = HashTable(np.array([key for _, key in ordered], dtype=np.uint64))
        self._compile_phrases([tuple(keys) for keys in hashes if len(keys) > 1])
        self._word_masks = {lex.name: self._word_mask(lex) for lex in lexicons}
        self._phrase_masks = {lex.name: self._phrase_mask(lex) for lex in lexicons}
        self._tables: dict[str, Any] = {}
        self._held: dict[tuple[str, int], npt.NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        return len(self.words) + 1

    def ids(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
        """Ids of tokens, 0 where not in the vocabulary."""
        found = self._table.find(hashes)
        found += 1
        return found

    def id_of(self, word: str) -> int:
        """Id of one single-token word; 0 where it is not in the vocabulary."""
        keys = self._hash_of.get(word)
        return self._id_of_hash[keys[0]] if keys is not None and len(keys) == 1 else 0

    def cached(self, key: str, build: Callable[[Vocabulary], Any]) -> Any:
        """A table derived from this vocabulary, made once for each ``key``."""
        if key not in self._tables:
            self._tables[key] = build(self)
        return self._tables[key]

    def _compile_phrases(self, phrases: Iterable[tuple[int, ...]]) -> None:
        unique = sorted(set(phrases))
        self._phrase_place = {phrase: place for place, phrase in enumerate(unique)}
        keys = [
            sequence_hashes(
                np.array(phrase, dtype=np.uint64), np.zeros(1, dtype=np.int64), len(phrase)
            )[0]
            for phrase in unique
        ]
        self._phrases = HashTable(np.array(keys, dtype=np.uint64))
        self.phrase_lengths = tuple(sorted({len(phrase) for phrase in unique}, reverse=True))
        self._opens = np.zeros(len(self), dtype=np.bool_)  # a phrase begins with this word
        self._opens[[self._id_of_hash[phrase[0]] for phrase in unique]] = True
        # For a hash of two tokens, bit L: a phrase of L tokens may begin with them.
        self._pairs = np.zeros(1 << _PAIR_BITS, dtype=np.uint32)
        for phrase in unique:
            pair = (phrase[0] * int(_COMBINE) + phrase[1]) % 2**64 >> (64 - _PAIR_BITS)
            self._pairs[pair] |= np.uint32(1 << min(len(phrase), 31))

    def _word_mask(self, lexicon: Lexicon) -> npt.NDArray[np.uint32]:
        mask = np.zeros(len(self), dtype=np.uint32)
        for group, entries in lexicon.groups.items():
            for entry in entries:
                keys = self._hash_of[entry]
                if len(keys) == 1:
                    mask[self._id_of_hash[keys[0]]] |= lexicon.bits(group)
        return mask

    def _phrase_mask(self, lexicon: Lexicon) -> npt.NDArray[np.uint32]:
        mask = np.zeros(len(self._phrase_place) + 1, dtype=np.uint32)
        for group, entries in lexicon.groups.items():
            for entry in entries:
                keys = tuple(self._hash_of[entry])
                if len(keys) > 1:
                    mask[self._phrase_place[keys]] |= lexicon.bits(group)
        return mask

    def word_mask(self, lexicon: Lexicon) -> npt.NDArray[np.uint32]:
        """For each word id the mask of this lexicon's groups that hold it as a single word."""
        return self._word_masks[lexicon.name]

    def find_phrases(
        self,
        ids: npt.NDArray[np.int32],
        hashes: npt.NDArray[np.uint64],
        blocks: npt.NDArray[np.int32],
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Every phrase of every lexicon: token start, token end, place; within one block each."""
        candidates = self._opens.take(ids[:-1]).nonzero()[0]
        pairs = hashes.take(candidates)
        pairs *= _COMBINE
        pairs += hashes.take(candidates + 1)
        pairs >>= np.uint64(64 - _PAIR_BITS)
        opens = self._pairs.take(pairs.view(np.int64))
        likely = (opens != 0).nonzero()[0]
        starts, ends, keys = self._spelled(hashes, candidates[likely], opens[likely])
        within = (ends <= len(ids)).nonzero()[0]
        within = within[blocks[starts[within]] == blocks[ends[within] - 1]]
        places = self._phrases.find(keys[within])
        hit = (places >= 0).nonzero()[0]
        found = within[hit]
        order = np.argsort(starts[found], kind="stable")  # longest first among equal starts
        found = found[order]
        return starts[found], ends[found], places[hit[order]]

    def _spelled(
        self,
        hashes: npt.NDArray[np.uint64],
        at: npt.NDArray[np.int64],
        opens: npt.NDArray[np.uint32],
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
        """Start, end and hash of all runs of tokens that may be phrases, the longest first.

        Args:
            at: tokens that may begin one.
            opens: for each of them the lengths that it may have, as bits.
        """
        total = hashes.take(at)
        parts = [(at[:0], at[:0], total[:0])]
        for length in range(2, max(self.phrase_lengths, default=0) + 1):
            total *= _COMBINE
            total += hashes.take(at + (length - 1), mode="clip")
            chosen = (opens & np.uint32(1 << min(length, 31))).nonzero()[0]
            begin = at[chosen]
            parts.append((begin, begin + length, _finished(total[chosen])))
        starts, ends, keys = zip(*reversed(parts), strict=True)
        return np.concatenate(starts), np.concatenate(ends), np.concatenate(keys)

    def matches(self, tokens: Tokenization, lexicon: Lexicon, groups: tuple[str, ...]) -> Matches:
        """See ``Tokenization.matches``."""
        bits = lexicon.bits(*groups)
        single = self._holding(lexicon, bits).take(tokens.ids).nonzero()[0]
        mask = self._word_masks[lexicon.name].take(tokens.ids[single]) & bits
        starts, ends, places = tokens.phrases
        phrase_groups = self._phrase_masks[lexicon.name].take(places) & bits
        found = phrase_groups.nonzero()[0]
        if not found.size:
            return Matches(single, single + 1, mask)
        start = np.concatenate([starts[found], single])
        end = np.concatenate([ends[found], single + 1])
        mask = np.concatenate([phrase_groups[found], mask])
        order = np.lexsort((-end, start))
        return _longest(Matches(start[order], end[order], mask[order]))

    def _holding(self, lexicon: Lexicon, bits: np.uint32) -> npt.NDArray[np.bool_]:
        """For each word id whether groups of these bits hold it as a single word."""
        key = lexicon.name, int(bits)
        if key not in self._held:
            self._held[key] = self._word_masks[lexicon.name] & bits != 0
        return self._held[key]


def _longest(found: Matches) -> Matches:
    """Drop matches that begin inside an earlier, kept one (leftmost longest).

    A match is certainly kept where it begins at or after every earlier end; the few runs of
    overlapping matches are walked one by one.
    """
    if len(found) < 2:
        return found
    reach = np.maximum.accumulate(found.end)
    clashing = np.flatnonzero(found.start[1:] < reach[:-1]) + 1
    if not clashing.size:
        return found
    keep = np.ones(len(found), dtype=np.bool_)
    kept_end, previous = 0, -1
    starts, ends = found.start, found.end
    for row in clashing.tolist():
        if row - 1 != previous:  # a new run: its first match is kept
            kept_end = int(ends[row - 1])
        if starts[row] < kept_end:
            keep[row] = False
        else:
            kept_end = int(ends[row])
        previous = row
    return found.only(keep)
