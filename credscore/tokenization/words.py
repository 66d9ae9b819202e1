"""Splits characters into tokens, and gives each token a 64-bit hash of its folded letters.

No Python runs per word: boundaries are places where the character class changes, and the hash of
``text[s:e]`` is a difference of two prefix sums, ``sum(c[i] * B**i for i < n)`` modulo 2**64, times
``B**-s`` (B is odd, so it has an inverse). Karp & Rabin 1987, doi 10.1147/rd.312.0249.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from credscore.tokenization import characters as ch

__all__ = ["ALL_CAPS", "CAPITALISED", "CLITIC", "MIXED_SCRIPT", "NUMBER", "PUNCT", "WORD", "Words",
           "split_words", "suffix_hashes"]  # fmt: skip

WORD, NUMBER, PUNCT = 1, 2, 3
# Flags of a token.
CAPITALISED, ALL_CAPS, CLITIC, MIXED_SCRIPT = 1, 2, 4, 8

_BASE = 0x9E3779B97F4A7C15  # odd: 2**64 over the golden ratio
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xFF51AFD7ED558CCD)  # finaliser of MurmurHash3


@dataclass(frozen=True, slots=True)
class Words:
    """Tokens of a text, in order. All arrays have shape (n_tokens,).

    Attributes:
        starts, ends: offsets, end exclusive, int64.
        kinds: ``WORD`` (has a letter first), ``NUMBER`` (begins with a digit) or ``PUNCT``, uint8.
        classes: class of the token's first character, uint8.
        flags: ``CAPITALISED | ALL_CAPS | CLITIC | MIXED_SCRIPT``, uint8.
        hashes: of the folded token, uint64.
        folds: the folded characters, uint16 (n_characters,).
        prefix: running sums that hashes are made of, uint64 (n_characters + 1,).
        hidden: offsets of characters that show as nothing, sorted, int64; mostly there are none.
        breaks: offsets of the line breaks, int64 (n_breaks,).
    """

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.uint8]
    classes: npt.NDArray[np.uint8]
    flags: npt.NDArray[np.uint8]
    hashes: npt.NDArray[np.uint64]
    folds: npt.NDArray[np.uint16]
    prefix: npt.NDArray[np.uint64]
    hidden: npt.NDArray[np.int64]
    breaks: npt.NDArray[np.int64]

    def apart(
        self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Whether anything visible, as a space is, stands between two tokens, given by position."""
        ends, starts = self.ends.take(left), self.starts.take(right)
        if self.hidden.size:
            ends, starts = _visible(ends, self.hidden), _visible(starts, self.hidden)
        gap: npt.NDArray[np.bool_] = starts > ends
        return gap


def _power_tables(length: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """B**i and B**-i modulo 2**64, for at least i < length."""
    return _powers_of_two_sizes(max(16, (length - 1).bit_length()))


@cache
def _powers_of_two_sizes(bits: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    tables = []
    for base in (_BASE, _INVERSE):
        table = np.full(1 << bits, base, dtype=np.uint64)
        table[0] = 1
        tables.append(np.cumprod(table, dtype=np.uint64))
    return tables[0], tables[1]


def _visible(at: npt.NDArray[np.int64], hidden: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many visible characters stand before each offset."""
    return at - hidden.searchsorted(at)


def _neighbours(
    at: npt.NDArray[np.int64], hidden: npt.NDArray[np.int64], step: int
) -> npt.NDArray[np.int64]:
    """Offsets of the visible characters ``step`` places on from visible ones."""
    if not hidden.size:
        return at + step
    place = np.maximum(_visible(at, hidden) + step, 0)
    # Before the visible character of this place stand the hidden ones with fewer visible before.
    return place + (hidden - np.arange(len(hidden))).searchsorted(place, side="right")


def _joiners(
    cls: npt.NDArray[np.uint8], folds: npt.NDArray[np.uint16], hidden: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Marks that hold a word together (don't, U.S, 3.2, 1,000), and apostrophes of a final 's.

    Neighbours are those that a reader sees. ``cls`` begins with one newline and ends with two, so
    they always exist.
    """
    at = np.flatnonzero((cls == ch.APOSTROPHE) | (cls == ch.DOT) | (cls == ch.COMMA))
    if not at.size:
        return at, at
    following = _neighbours(at, hidden, 1)
    kind, before, after = cls[at], cls[_neighbours(at, hidden, -1)], cls[following]
    second = cls[_neighbours(at, hidden, 2)]
    letters = (before >= ch.LOWER) & (after >= ch.LOWER)
    digits = (before == ch.DIGIT) & (after == ch.DIGIT)
    apostrophe, dot = kind == ch.APOSTROPHE, kind == ch.DOT
    clitic = apostrophe & letters & (folds[following] == ord("s")) & (second < ch.MARK)
    # "U.S.", "a.m.": single letters; "example.org": no space and a small letter next.
    initials = (cls[_neighbours(at, hidden, -2)] < ch.MARK) & (second < ch.MARK)
    dotted = dot & letters & (initials | (after == ch.LOWER))
    joined = (apostrophe & letters & ~clitic) | (digits & ~apostrophe) | dotted
    return at[joined], at[clitic]


def _show_invisible(inside: npt.NDArray[np.bool_], invisible: npt.NDArray[np.int64]) -> None:
    """Let characters that show as nothing belong to the word around them."""
    if not invisible.size:
        return
    begins = np.ones(len(invisible), dtype=np.bool_)
    begins[1:] = invisible[1:] != invisible[:-1] + 1
    first = begins.nonzero()[0]
    last = np.append(first[1:], len(invisible)) - 1
    around = inside[invisible[first] - 1] & inside[invisible[last] + 1]
    inside[invisible] = around.repeat(last - first + 1)


def split_words(codes: npt.NDArray[np.uint16]) -> Words:
    """Split a text into tokens.

    Args:
        codes: from ``code_points``, beginning with one newline and ending with two.
    """
    cls, folds, late = ch.classify(codes)
    of_late = cls.take(late)
    hidden = late[(of_late == ch.INVISIBLE) | (of_late == ch.MARK)]
    inside = cls >= ch.MARK
    joined, clitics = _joiners(cls, folds, hidden)
    inside[joined] = True
    inside[clitics] = True
    _show_invisible(inside, late[of_late == ch.INVISIBLE])
    single = (cls >= ch.SYMBOL) & ~inside
    begins, finishes = single | inside, single | inside
    begins[1:] &= single[1:] | ~inside[:-1]
    finishes[:-1] &= single[:-1] | ~inside[1:]
    _merge_runs(codes, cls, single, begins, finishes)
    begins[clitics] = True
    finishes[clitics - 1] = True
    starts, ends = begins.nonzero()[0], finishes.nonzero()[0] + 1
    prefix = _prefix(folds)
    return Words(
        starts=starts,
        ends=ends,
        kinds=_kinds(cls, starts, clitics),
        classes=cls.take(starts),
        flags=_flags(codes, late, cls, starts, ends, clitics),
        hashes=_hashes(folds, prefix, hidden, starts, ends),
        folds=folds,
        prefix=prefix,
        hidden=hidden,
        breaks=(cls == ch.NEWLINE).nonzero()[0],
    )


def _merge_runs(
    codes: npt.NDArray[np.uint16],
    cls: npt.NDArray[np.uint8],
    single: npt.NDArray[np.bool_],
    begins: npt.NDArray[np.bool_],
    finishes: npt.NDArray[np.bool_],
) -> None:
    """Make "..." and "-----" one token each; quotation marks stay apart."""
    at = single.nonzero()[0]
    code, kind = codes.take(at), cls.take(at)
    repeats = (at[1:] == at[:-1] + 1) & (code[1:] == code[:-1])
    repeats &= (kind[1:] != ch.QUOTE) & (kind[1:] != ch.APOSTROPHE)
    repeated = at[:-1][repeats]
    begins[repeated + 1] = False
    finishes[repeated] = False


def _prefix(folds: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint64]:
    prefix = np.empty(len(folds) + 1, dtype=np.uint64)
    prefix[0] = 0
    weighted = folds.astype(np.uint64)
    weighted *= _power_tables(len(prefix))[0][: len(folds)]
    np.cumsum(weighted, out=prefix[1:])
    return prefix


def _hashes(
    folds: npt.NDArray[np.uint16],
    prefix: npt.NDArray[np.uint64],
    hidden: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint64]:
    """Hashes of stretches of text, which do not overlap and are in order of position."""
    hashes = prefix.take(ends)
    hashes -= prefix.take(starts)
    hashes *= _power_tables(len(prefix))[1].take(starts)
    if hidden.size:
        around = np.unique(starts.searchsorted(hidden, side="right") - 1)
        around = around[around >= 0]
        hashes[around] = _visible_sums(folds, hidden, starts[around], ends[around])
    hashes ^= hashes >> np.uint64(33)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(29)
    return hashes


def _visible_sums(
    folds: npt.NDArray[np.uint16],
    hidden: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint64]:
    """The sums before mixing, of the characters that show; those around hidden ones need it."""
    sizes = ends - starts
    first = sizes.cumsum() - sizes
    at = np.arange(sizes.sum()) + (starts - first).repeat(sizes)
    place = _visible(at, hidden) - _visible(starts, hidden).repeat(sizes)
    worth = folds[at] * _power_tables(len(folds))[0][place]
    worth[hidden[np.minimum(hidden.searchsorted(at), len(hidden) - 1)] == at] = 0
    sums: npt.NDArray[np.uint64] = np.add.reduceat(worth, first) if len(first) else worth
    return sums


def suffix_hashes(words: Words, length: int) -> npt.NDArray[np.uint64]:
    """Hashes of each token's last ``length`` characters (of the whole token where shorter)."""
    starts = np.maximum(words.starts, words.ends - length)
    return _hashes(words.folds, words.prefix, words.hidden, starts, words.ends)


_KIND_OF_CLASS = np.full(17, PUNCT, dtype=np.uint8)
_KIND_OF_CLASS[[ch.MARK, ch.LOWER, ch.UPPER, ch.LETTER]] = WORD
_KIND_OF_CLASS[ch.DIGIT] = NUMBER


def _kinds(
    cls: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], clitics: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    kinds = _KIND_OF_CLASS.take(cls.take(starts))
    kinds[np.searchsorted(starts, clitics)] = WORD
    return kinds


def _flags(
    codes: npt.NDArray[np.uint16],
    late: npt.NDArray[np.int64],
    cls: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    clitics: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint8]:
    capital = cls.take(starts) == ch.UPPER
    flags: npt.NDArray[np.uint8] = capital.astype(np.uint8)
    at = capital.nonzero()[0]
    last = ends[at] - 1
    shouted = (cls.take(last) == ch.UPPER) & (last > starts[at])
    shouted &= cls.take(np.minimum(starts[at] + 1, last)) != ch.LOWER  # "ChatGPT" is no shout
    flags[at[shouted]] |= ALL_CAPS
    flags[np.searchsorted(starts, clitics)] |= CLITIC
    code = codes.take(late)
    foreign = late[(code >= 0x370) & (code < 0x590)]  # Greek to Armenian
    if foreign.size:
        flags[_mixed(cls, foreign, starts, ends)] |= MIXED_SCRIPT
    return flags


def _mixed(
    cls: npt.NDArray[np.uint8],
    foreign: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Tokens that mix Latin letters with look-alikes from another script, by their ``foreign``."""
    behind = starts.searchsorted(foreign, side="right")  # tokens that begin before each, or with it
    behind = behind[foreign < np.append(0, ends)[behind]]
    at, of_other = np.unique(behind - 1, return_counts=True)
    if not at.size:
        return at
    sizes = ends[at] - starts[at]
    first = sizes.cumsum() - sizes
    letters = cls[np.arange(sizes.sum()) + (starts[at] - first).repeat(sizes)] >= ch.LOWER
    in_word = np.add.reduceat(letters, first, dtype=np.int64)
    mixed: npt.NDArray[np.int64] = at[of_other < in_word]
    return mixed
