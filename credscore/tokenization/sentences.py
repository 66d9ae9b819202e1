"""Where sentences end.

A sentence ends at a block's end, and at ``. ! ? …`` (with the quotation marks and brackets that
close right after it) where white space and then something other than a small letter follows. A
full stop after an abbreviation is judged by the kind of abbreviation and by what follows.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.lexicon import Lexicon, Vocabulary
from credscore.tokenization import characters as ch
from credscore.tokenization.words import CAPITALISED, NUMBER, WORD, Words

__all__ = ["ABBREVIATIONS", "sentence_starts"]

ABBREVIATIONS = Lexicon.read(Path(__file__).with_name("abbreviations.toml"), "tokenization")

_TITLES = ABBREVIATIONS.bits("titles")
_BEFORE_NUMBERS = ABBREVIATIONS.bits("before_numbers")
_GENERAL = ABBREVIATIONS.bits("general")
_OPENERS = ABBREVIATIONS.bits("openers")
_MOST_CLOSING_MARKS = 3  # as in: (He said "no.")


def _after_closing_marks(
    words: Words, at: npt.NDArray[np.int64], last: int
) -> npt.NDArray[np.int64]:
    """The token after each of ``at`` and after the closing marks that touch it."""
    following = at + 1
    for _ in range(_MOST_CLOSING_MARKS):
        here = np.minimum(following, last)
        kind = words.classes[here]
        closing = (kind == ch.QUOTE) | (kind == ch.APOSTROPHE) | (kind == ch.CLOSE)
        touches = ~words.apart(here - 1, here)
        move = (following <= last) & closing & touches
        if not move.any():
            break
        following = following + move
    return following


def sentence_starts(
    words: Words,
    ids: npt.NDArray[np.int32],
    block_starts: npt.NDArray[np.int64],
    vocabulary: Vocabulary,
) -> npt.NDArray[np.int64]:
    """Positions of the tokens that begin a sentence, sorted, int64.

    Args:
        block_starts: positions of the tokens that begin a block.
    """
    last = len(words.starts) - 1
    if last < 0:
        return block_starts
    ends = np.flatnonzero((words.classes == ch.DOT) | (words.classes == ch.TERMINAL))
    following = _after_closing_marks(words, ends, last)
    inside = following <= last
    ends, following = ends[inside], following[inside]
    spaced = words.apart(following - 1, following)
    small = words.classes[following] == ch.LOWER
    ends, following = ends[spaced & ~small], following[spaced & ~small]
    keep = ~_abbreviated(words, ids, ends, following, vocabulary.word_mask(ABBREVIATIONS))
    # "1." at the start of a list item or a heading belongs to what follows.
    keep &= ~((words.kinds[ends - 1] == NUMBER) & _in_sorted(block_starts, ends - 1))
    begins = np.zeros(last + 1, dtype=np.bool_)
    begins[block_starts] = True
    begins[following[keep]] = True
    return np.flatnonzero(begins)


def _in_sorted(
    values: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Which of ``wanted`` stand in the sorted, non-empty ``values``."""
    found: npt.NDArray[np.bool_] = values[np.searchsorted(values, wanted) % len(values)] == wanted
    return found


def _abbreviated(
    words: Words,
    ids: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int64],
    following: npt.NDArray[np.int64],
    mask: npt.NDArray[np.uint32],
) -> npt.NDArray[np.bool_]:
    """True where the full stop belongs to an abbreviation and ends no sentence."""
    before = np.maximum(ends - 1, 0)
    plain_stop = (words.classes[ends] == ch.DOT) & (words.ends[ends] - words.starts[ends] == 1)
    touches = (
        (words.ends[before] == words.starts[ends]) & (words.kinds[before] == WORD) & (ends > 0)
    )
    groups = np.where(plain_stop & touches & (following == ends + 1), mask[ids[before]], 0)
    opens = mask[ids[following]] & _OPENERS > 0
    # "No." and "Art." are abbreviations with a capital only at the start of a name or number.
    numbered = (groups & _BEFORE_NUMBERS > 0) & (words.kinds[following] == NUMBER)
    general = (groups & _GENERAL > 0) & ~opens & (words.kinds[following] != NUMBER)
    capital = words.flags[before] & CAPITALISED > 0
    single = words.ends[before] - words.starts[before] == 1
    initial = touches & plain_stop & capital & single & ~opens & (following == ends + 1)
    initial &= ~_is_pronoun_i(words, before)
    titled = (groups & _TITLES > 0) & (capital | (words.flags[following] & CAPITALISED == 0))
    abbreviated: npt.NDArray[np.bool_] = titled | numbered | general | initial
    return abbreviated


def _is_pronoun_i(words: Words, at: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """After a small word ("So do I. Nobody ...") the I is a word, not an initial."""
    earlier = np.maximum(at - 1, 0)
    lower_before = words.classes[earlier] == ch.LOWER
    word: npt.NDArray[np.bool_] = lower_before & (words.hashes[at] == _hash_of_i())
    return word


@cache
def _hash_of_i() -> np.uint64:
    from credscore.tokenization import split_entries

    return np.uint64(split_entries(["i"])[1][0][0])
