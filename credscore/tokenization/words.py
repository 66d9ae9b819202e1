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
        prefix: what hashes are made of, for ``suffix_hashes``.
        exponents: for each character the number of visible ones before it; None where all are.
        breaks: offsets of the line breaks, int64 (n_breaks,).
    """

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.uint8]
    classes: npt.NDArray[np.uint8]
    flags: npt.NDArray[np.uint8]
    hashes: npt.NDArray[np.uint64]
    prefix: npt.NDArray[np.uint64]
    exponents: npt.NDArray[np.int64] | None
    breaks: npt.NDArray[np.int64]

    def apart(
        self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Whether anything visible, as a space is, stands between two tokens, given by position."""
        ends, starts = self.ends[left], self.starts[right]
        if self.exponents is not None:
            ends, starts = self.exponents[ends], self.exponents[starts]
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


def _joiners(
    cls: npt.NDArray[np.uint8], fold: npt.NDArray[np.uint16]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Marks that hold a word together (don't, U.S, 3.2, 1,000), and apostrophes of a final 's.

    ``cls`` begins and ends with a newline, so the neighbours of a mark always exist.
    """
    at = np.flatnonzero((cls == ch.APOSTROPHE) | (cls == ch.DOT) | (cls == ch.COMMA))
    if not at.size:
        return at, at
    at = at[at < len(cls) - 2]
    kind, before, after, second = cls[at], cls[at - 1], cls[at + 1], cls[at + 2]
    letters = (before >= ch.LOWER) & (after >= ch.LOWER)
    digits = (before == ch.DIGIT) & (after == ch.DIGIT)
    apostrophe, dot = kind == ch.APOSTROPHE, kind == ch.DOT
    clitic = apostrophe & letters & (fold[at + 1] == ord("s")) & (second < ch.MARK)
    # "U.S.", "a.m.": single letters; "example.org": no space and a small letter next.
    initials = (cls[at - 2] < ch.MARK) & (second < ch.MARK)
    dotted = dot & letters & (initials | (after == ch.LOWER))
    joined = (apostrophe & letters & ~clitic) | (digits & ~apostrophe) | dotted
    return at[joined], at[clitic]


def _visible_joiners(
    cls: npt.NDArray[np.uint8], fold: npt.NDArray[np.uint16], nothing: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """``_joiners`` as a reader sees the text: nothing hidden stands between a mark and a letter."""
    seen = np.flatnonzero(~nothing)
    joined, clitics = _joiners(cls[seen], fold[seen])
    return seen[joined], seen[clitics]


def _show_invisible(
    cls: npt.NDArray[np.uint8], inside: npt.NDArray[np.bool_], nothing: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Let characters that show as nothing belong to the word around them.

    Returns:
        For each position the number of visible characters before it.
    """
    hidden = cls == ch.INVISIBLE
    if hidden.any():
        index = np.arange(len(cls))
        earlier = np.maximum.accumulate(np.where(hidden, 0, index))
        later = np.minimum.accumulate(np.where(hidden, len(cls) - 1, index)[::-1])[::-1]
        inside |= hidden & inside[earlier] & inside[later]
    visible = ~nothing
    exponents: npt.NDArray[np.int64] = np.cumsum(visible) - visible
    return exponents


def split_words(codes: npt.NDArray[np.uint16]) -> Words:
    """Split a text into tokens.

    Args:
        codes: from ``code_points``, beginning with one newline and ending with two.
    """
    cls, fold, late = ch.classify(codes)
    inside = cls >= ch.MARK
    nothing = (cls == ch.INVISIBLE) | (cls == ch.MARK)
    hides = bool(nothing.any())
    joined, clitics = _visible_joiners(cls, fold, nothing) if hides else _joiners(cls, fold)
    inside[joined] = True
    inside[clitics] = True
    exponents = _show_invisible(cls, inside, nothing) if hides else None
    single = (cls >= ch.SYMBOL) & ~inside
    begins, finishes = single | inside, single | inside
    begins[1:] &= single[1:] | ~inside[:-1]
    finishes[:-1] &= single[:-1] | ~inside[1:]
    _merge_runs(codes, cls, single, begins, finishes)
    begins[clitics] = True
    finishes[clitics - 1] = True
    starts, ends = begins.nonzero()[0], finishes.nonzero()[0] + 1
    prefix = _prefix(fold, cls, exponents)
    return Words(
        starts=starts,
        ends=ends,
        kinds=_kinds(cls, starts, clitics),
        classes=cls.take(starts),
        flags=_flags(codes, late, cls, starts, ends, clitics),
        hashes=_hashes(prefix, exponents, starts, ends),
        prefix=prefix,
        exponents=exponents,
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
    quotes = (cls == ch.QUOTE) | (cls == ch.APOSTROPHE)
    mergeable = single & ~quotes
    repeated = np.flatnonzero((codes[1:] == codes[:-1]) & mergeable[1:] & mergeable[:-1])
    begins[repeated + 1] = False
    finishes[repeated] = False


def _prefix(
    fold: npt.NDArray[np.uint16],
    cls: npt.NDArray[np.uint8],
    exponents: npt.NDArray[np.int64] | None,
) -> npt.NDArray[np.uint64]:
    powers = _power_tables(len(fold) + 1)[0]
    prefix = np.empty(len(fold) + 1, dtype=np.uint64)
    prefix[0] = 0
    if exponents is None:
        weighted = fold.astype(np.uint64)
        weighted *= powers[: len(fold)]
    else:
        nothing = (cls == ch.INVISIBLE) | (cls == ch.MARK)
        weighted = np.where(nothing, np.uint64(0), fold * powers[exponents])
    np.cumsum(weighted, out=prefix[1:])
    return prefix


def _hashes(
    prefix: npt.NDArray[np.uint64],
    exponents: npt.NDArray[np.int64] | None,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint64]:
    inverse = _power_tables(len(prefix))[1]
    at = starts if exponents is None else exponents[starts]
    hashes = prefix.take(ends)
    hashes -= prefix.take(starts)
    hashes *= inverse.take(at)
    hashes ^= hashes >> np.uint64(33)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(29)
    return hashes


def suffix_hashes(words: Words, length: int) -> npt.NDArray[np.uint64]:
    """Hashes of each token's last ``length`` characters (of the whole token where shorter)."""
    starts = np.maximum(words.starts, words.ends - length)
    return _hashes(words.prefix, words.exponents, starts, words.ends)


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
    if late.size and int(codes[late].max()) >= 0x370:
        foreign = (codes >= 0x370) & (codes < 0x590)  # Greek to Armenian
        if foreign.any():
            flags |= _mixed(cls, foreign, starts, ends)
    return flags


def _mixed(
    cls: npt.NDArray[np.uint8],
    foreign: npt.NDArray[np.bool_],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint8]:
    """Flag words that mix Latin letters with look-alikes from another script."""
    letters = np.concatenate([[0], np.cumsum(cls >= ch.LOWER)])
    others = np.concatenate([[0], np.cumsum(foreign)])
    in_word, of_other = letters[ends] - letters[starts], others[ends] - others[starts]
    mixed = (of_other > 0) & (of_other < in_word)
    flags: npt.NDArray[np.uint8] = np.where(mixed, np.uint8(MIXED_SCRIPT), np.uint8(0))
    return flags
