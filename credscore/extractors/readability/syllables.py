"""Counts syllables of all words of a batch at once, by groups of vowels.

No dictionary: a syllable is a run of vowels, a silent ending takes one away, and every word has at
least one. ``examples.toml`` shows words where that is wrong; the formulas need only sums over an
article.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from credscore.tokenization.characters import character_tables, look_up

__all__ = ["syllable_counts"]

_VOWEL, _SIBILANT, _DENTAL, _E, _S, _D, _L = 1, 2, 4, 8, 16, 32, 64


@cache
def _letter_classes() -> npt.NDArray[np.uint8]:
    """Bits for each character below U+10000, accents and case folded."""
    folded = character_tables()[1]
    plain = np.zeros(128, dtype=np.uint8)
    groups = ("aeiouy", _VOWEL), ("cgsxz", _SIBILANT), ("dt", _DENTAL), ("e", _E), ("s", _S)
    for letters, bit in (*groups, ("d", _D), ("l", _L)):
        for letter in letters:
            plain[ord(letter)] |= bit
    table = np.zeros(len(folded), dtype=np.uint8)
    ascii_only = folded < 128
    table[ascii_only] = plain[folded[ascii_only].astype(np.intp)]
    return table


def syllable_counts(
    codes: npt.NDArray[np.uint16], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Syllables of each word, at least 1. Shape (n_words,), int64.

    Args:
        codes: the batch's characters, beginning with two that belong to no word's end.
        starts: offset of each word's first character into ``codes``.
        ends: offset after its last character.
    """
    letters = look_up(codes, _letter_classes())
    vowel = letters & _VOWEL
    group_starts = vowel.copy()
    group_starts[1:] &= vowel[:-1] ^ 1
    running = np.zeros(len(codes) + 1, dtype=np.int32)
    group_starts.cumsum(dtype=np.int32, out=running[1:])
    count = (running.take(ends) - running.take(starts)).astype(np.int64)
    count -= _silent_endings(letters, starts, ends)
    return np.maximum(count, 1)


_BACK = np.array([[2], [3], [4]])


def _silent_endings(
    letters: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Words whose final e is not spoken: "make", "makes", "asked"; not "table", "wanted"."""
    length = ends - starts
    last = letters.take(ends - 1)
    second, third, fourth = letters.take(np.maximum(ends - _BACK, 0))
    consonant = third & _VOWEL == 0
    bare = (last & _E > 0) & (second & _VOWEL == 0)
    bare &= ~((second & _L > 0) & consonant)  # ta-ble
    before_ending = (second & _E > 0) & consonant & (length > 3)
    plural = before_ending & (last & _S > 0) & (third & _SIBILANT == 0)
    plural &= ~((third & _L > 0) & (fourth & _VOWEL == 0))  # ta-bles
    past = before_ending & (last & _D > 0) & (third & _DENTAL == 0)
    past &= ~((third & _L > 0) & (fourth & _VOWEL == 0))
    silent: npt.NDArray[np.bool_] = (bare & (length > 2)) | plural | past
    return silent
