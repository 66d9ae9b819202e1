"""Finds cues in a batch and drops the look-alikes: "may" the month, "could" as past ability."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.lexicon import Lexicon, Matches, Vocabulary
from credscore.tokenization import ALL_CAPS, CAPITALISED, NUMBER, Tokenization
from credscore.tokenization import characters as ch

__all__ = ["KINDS", "LEXICON", "Cues", "find_cues"]

LEXICON = Lexicon.read(Path(__file__).with_name("lexicon.toml"))

# Of a cue in several groups the first kind counts.
KINDS = (
    "weasel", "booster", "first_person", "modal", "epistemic", "verb", "reported", "frequency",
    "approximator", "softener",
)  # fmt: skip
_GUARDS = ("permission", "fixed")
_BITS = np.array([LEXICON.bits(kind) for kind in KINDS], dtype=np.uint32)
_GUARD_BITS = LEXICON.bits(*_GUARDS)

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cues:
    """Cues kept, sorted by position. Shapes (n,).

    Attributes:
        start, end: token positions, end exclusive, int64.
        kind: index into ``KINDS``, int64.
    """

    start: IntArray
    end: IntArray
    kind: IntArray


@dataclass(frozen=True, slots=True)
class _Around:
    """Each match with the tokens beside it; ids are 0 across a block's edge."""

    first: npt.NDArray[np.int32]
    before: npt.NDArray[np.int32]
    after: npt.NDArray[np.int32]
    after_number: BoolArray
    opens: BoolArray
    groups_before: npt.NDArray[np.uint32]
    groups_after: npt.NDArray[np.uint32]


def find_cues(tokens: Tokenization) -> Cues:
    """All hedges, weasels, approximations and boosters of a batch."""
    found = tokens.matches(LEXICON, *KINDS, *_GUARDS)
    guarded = found.groups & _GUARD_BITS
    if guarded.any():
        found = found.only(guarded == 0)
    if not len(found):
        nothing = np.zeros(0, dtype=np.int64)
        return Cues(nothing, nothing, nothing)
    kind = (found.groups[:, None] & _BITS > 0).argmax(axis=1)
    around = _around(tokens, found)
    keep = ~_look_alike(tokens, found, kind, around)
    return Cues(found.start[keep], found.end[keep], kind[keep])


def _around(tokens: Tokenization, found: Matches) -> _Around:
    last = len(tokens) - 1
    block = tokens.block_of[found.start]
    before, after = np.maximum(found.start - 1, 0), np.minimum(found.end, last)
    opens = (found.start == 0) | (tokens.block_of[before] != block)
    closes = (found.end > last) | (tokens.block_of[after] != block)
    ids_before = np.where(opens, 0, tokens.ids[before])
    ids_after = np.where(closes, 0, tokens.ids[after])
    mask = tokens.vocabulary.word_mask(LEXICON)
    return _Around(
        first=tokens.ids[found.start],
        before=ids_before,
        after=ids_after,
        after_number=(tokens.kinds[after] == NUMBER) & ~closes,
        opens=opens | (tokens.sentence_of[before] != tokens.sentence_of[found.start]),
        groups_before=mask[ids_before],
        groups_after=mask[ids_after],
    )


def _ids(vocabulary: Vocabulary) -> dict[str, int]:
    words = ("may", "might", "could", "likely", "not", "positively", "clearly", "fairly", "kind",
             "sort", "suggested")  # fmt: skip
    return {word: vocabulary.id_of(word) for word in words}


def _look_alike(tokens: Tokenization, found: Matches, kind: IntArray, around: _Around) -> BoolArray:
    """Which matches only look like cues. Shape (n,)."""
    ids = tokens.vocabulary.cached("hedging.ids", _ids)
    single = found.end - found.start == 1
    here = set(around.first.tolist())
    wrong = np.zeros(len(found), dtype=np.bool_)
    if ids["may"] in here:
        wrong |= _month(tokens, found, around, ids)
    if ids["might"] in here:
        strength = around.groups_before & LEXICON.bits("might_before") > 0
        wrong |= (around.first == ids["might"]) & strength
    if ids["could"] in here:
        negated = around.after == ids["not"]
        wrong |= (around.first == ids["could"]) & _ability(tokens, found, around, negated)
    if ids["likely"] in here:
        after_term = around.groups_after & LEXICON.bits("voters") > 0
        wrong |= single & (around.first == ids["likely"]) & after_term
    if ids["kind"] in here or ids["sort"] in here:
        kind_of = (around.first == ids["kind"]) | (around.first == ids["sort"])
        wrong |= kind_of & (around.groups_before & LEXICON.bits("kind_before") > 0)
    manners = here & {ids["positively"], ids["clearly"], ids["fairly"]}
    if manners:
        manner = around.groups_before & LEXICON.bits("manner_before") > 0
        manner |= around.groups_after & LEXICON.bits("manner_after") > 0
        wrong |= single & np.isin(around.first, list(manners)) & manner
    if ids["suggested"] in here:
        proposal = around.groups_after & LEXICON.bits("proposal") > 0
        wrong |= single & (around.first == ids["suggested"]) & proposal
    about = kind == _APPROXIMATOR
    if about.any():
        wrong |= about & ~_before_number(tokens, found, around)
    return wrong


_APPROXIMATOR = KINDS.index("approximator")


def _month(tokens: Tokenization, found: Matches, around: _Around, ids: dict[str, int]) -> BoolArray:
    """The month or the name "May": a capital inside a sentence, or a number beside it."""
    is_may = around.first == ids["may"]
    flags = tokens.flags[found.start]
    capital = (flags & CAPITALISED > 0) & (flags & ALL_CAPS == 0)
    number_before = tokens.kinds[np.maximum(found.start - 1, 0)] == NUMBER
    verb_next = around.groups_after & LEXICON.bits("after_modal") > 0
    named = capital & ~verb_next & (found.end - found.start == 1)
    of_month = around.groups_before & LEXICON.bits("month_before") > 0
    month: BoolArray = is_may & (
        around.after_number | (capital & (number_before | of_month)) | named
    )
    return month


def _ability(
    tokens: Tokenization, found: Matches, around: _Around, negated: BoolArray
) -> BoolArray:
    """The past of "can": "could" negated, after "who", or before a verb of perceiving."""
    last = len(tokens) - 1
    second = tokens.ids[np.minimum(found.end + 1, last)]
    mask = tokens.vocabulary.word_mask(LEXICON)
    ruled_out = mask[second] & LEXICON.bits("ruling_out") > 0
    perceives = around.groups_after & LEXICON.bits("after_ability") > 0
    able = around.groups_before & LEXICON.bits("ability_before") > 0
    single = found.end - found.start == 1
    ability: BoolArray = single & ((negated & ~ruled_out) | perceives | able)
    return ability


def _before_number(tokens: Tokenization, found: Matches, around: _Around) -> BoolArray:
    """A number, number word or amount of money follows: "about 40", "over $3", "some two dozen"."""
    last = len(tokens) - 1
    after, second = np.minimum(found.end, last), np.minimum(found.end + 1, last)
    currency = (tokens.classes[after] == ch.SYMBOL) & (tokens.kinds[second] == NUMBER)
    word = around.groups_after & LEXICON.bits("number_word") > 0
    number: BoolArray = around.after_number | currency | word
    return number
