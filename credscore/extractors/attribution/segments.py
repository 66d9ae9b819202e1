"""Segments: stretches, cut at verbs of saying and in quotations as well. Which verbs stand to
either side, which words open the sentence and the stretches around, and what the sentence and the
quotation hold, is the same throughout each, and looked up once for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.clauses import Clauses, joined
from credscore.extractors.attribution.positions import AnyColumn, SmallArray

__all__ = ["Given", "Segments", "Shared", "segments"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Int32Array = npt.NDArray[np.int32]

_NOWHERE = 1 << 30  # beyond all tokens
_MOST_COMMAS = 4
_OUTSIDE = np.array([True, True, True, False, False, False])  # by state: nowhere, marks


@dataclass(frozen=True, slots=True)
class Shared:
    """Columns that many tokens share: their rows are summed once for all of these.

    Attributes:
        rows: by slot, the row of each group of tokens.
        group: the group of each token.
    """

    rows: Mapping[str, AnyColumn]
    group: IntArray


@dataclass(frozen=True, slots=True)
class Given:
    """What segments are made of.

    Attributes:
        verbs: tokens that are verbs of saying.
        symbol: word of each token.
        commas: tokens that are commas.
        sentence_first, sentence_end: first token of each sentence, and the one after its last.
        held: description of each sentence.
        look, brief, state: of each token's quotation, and where in it the token stands.
        opens, closes: marks of quotations.
        parts: stretches.
    """

    verbs: BoolArray
    symbol: SmallArray
    commas: BoolArray
    sentence_first: IntArray
    sentence_end: IntArray
    held: SmallArray
    look: SmallArray
    brief: SmallArray
    state: SmallArray
    opens: BoolArray
    closes: BoolArray
    parts: Clauses


@dataclass(frozen=True, slots=True)
class Segments:
    """Attributes:
    shared: rows that all tokens of a segment share, by slot.
    left, right: of each token, the verbs of saying to either side in its sentence; far behind it
        and far before it where there is none, so that no distance is positive.
    closed, opened: likewise one place before the last mark that closed a quotation before the
        token, and one behind the next one that opens one, for tokens outside quotations.
    after, before: brief descriptions of these quotations, 0 where there is none.
    commas: how many stand in the sentence up to each token, at most four.
    """

    shared: Shared
    left: Int32Array
    right: Int32Array
    closed: Int32Array
    opened: Int32Array
    after: SmallArray
    before: SmallArray
    commas: SmallArray


def _starts(given: Given) -> IntArray:
    """The first token of each segment."""
    starts = given.verbs.copy()
    starts[1:] |= given.verbs[:-1]
    for column in (given.look, given.state):
        starts[1:] |= column[1:] != column[:-1]
    starts[given.parts.first] = True
    return starts.nonzero()[0]


class _Places:
    """Segments: where they begin and in which sentence and stretch they lie."""

    def __init__(self, given: Given) -> None:
        self.first = first = _starts(given)
        self.size = np.empty_like(first)
        np.subtract(first[1:], first[:-1], out=self.size[:-1])
        self.size[-1] = len(given.verbs) - first[-1]
        self.stretch = given.parts.of.take(first)
        self.sentence = given.parts.sentence.take(self.stretch)
        self.low = given.sentence_first.astype(np.int32).take(self.sentence)
        self.high = given.sentence_end.astype(np.int32).take(self.sentence)

    def beside(self, mask: BoolArray, *, inclusive: bool) -> tuple[Int32Array, Int32Array]:
        """The tokens of ``mask``, each a segment of its own, before each segment and after it, or
        from it on if ``inclusive``.
        """
        at, here = mask.nonzero()[0], mask.take(self.first)
        around = np.empty(len(at) + 2, dtype=np.int32)
        around[0], around[-1] = -1, _NOWHERE
        around[1:-1] = at
        before = here.cumsum()
        before -= here
        after = before + 1
        if not inclusive:
            after += here
        return around.take(before), around.take(after)

    def commas(self, mask: BoolArray) -> SmallArray:
        """Commas in the sentence up to each segment."""
        count = mask.take(self.first).cumsum()
        opens = np.ones(len(count), dtype=np.bool_)
        opens[1:] = self.sentence[1:] != self.sentence[:-1]
        count -= count[opens].take(self.sentence)
        few: SmallArray = np.minimum(count, _MOST_COMMAS).astype(np.int16)
        return few


def _words(given: Given, places: _Places, left: Int32Array, right: Int32Array, has_left: BoolArray,
           has_right: BoolArray) -> dict[str, AnyColumn]:  # fmt: skip
    symbol, parts, stretch = given.symbol, given.parts, places.stretch
    left_verb = symbol.take(left, mode="clip") * has_left
    right_verb = symbol.take(right, mode="clip") * has_right
    following = symbol.take(left + 1, mode="clip") * has_left
    return {
        "opening": symbol.take(places.low),
        "left_verb": left_verb,
        "right_verb": right_verb,
        "verb_pair": joined(left_verb, following),
        "left_verb_away": joined(left_verb, parts.away(has_left, left, stretch)),
        "right_verb_away": joined(right_verb, parts.away(has_right, right, stretch)),
        **{name: words.take(stretch) for name, words in parts.words.items()},
    }


def _spread(there: BoolArray, at: Int32Array, nowhere: int, size: IntArray) -> Int32Array:
    """For each token the place that its segment knows, ``nowhere`` where it knows none."""
    return np.where(there, at, np.int32(nowhere)).repeat(size)


def _closed(given: Given, places: _Places, out: BoolArray) -> tuple[Int32Array, SmallArray]:
    """``Segments.closed`` and ``after``."""
    closed, _ = places.beside(given.closes, inclusive=False)
    near = out & (closed >= places.low)
    after = given.brief.take(closed, mode="clip") * near
    return _spread(near, closed - 1, _NOWHERE, places.size), after.repeat(places.size)


def _opened(given: Given, places: _Places, out: BoolArray) -> tuple[Int32Array, SmallArray]:
    """``Segments.opened`` and ``before``."""
    _, opened = places.beside(given.opens, inclusive=True)
    near = out & (opened < places.high)
    before = given.brief.take(opened, mode="clip") * near
    return _spread(near, opened + 1, -_NOWHERE, places.size), before.repeat(places.size)


def segments(given: Given) -> Segments:
    """Cut the tokens into segments and look up what they share."""
    places = _Places(given)
    look, state = given.look.take(places.first), given.state.take(places.first)
    closed, after = _closed(given, places, _OUTSIDE.take(state))
    opened, before = _opened(given, places, _OUTSIDE.take(state))
    left, right = places.beside(given.verbs, inclusive=False)
    has_left, has_right = left >= places.low, right < places.high
    rows: dict[str, AnyColumn] = {
        "sentence": given.held.take(places.sentence) + state,
        "quotation": look * 6 + state,
        **_words(given, places, left, right, has_left, has_right),
    }
    size = places.size
    return Segments(
        shared=Shared(rows, np.arange(len(size)).repeat(size)),
        left=_spread(has_left, left, _NOWHERE, size),
        right=_spread(has_right, right, -_NOWHERE, size),
        closed=closed,
        opened=opened,
        after=after,
        before=before,
        commas=places.commas(given.commas).repeat(size),
    )
