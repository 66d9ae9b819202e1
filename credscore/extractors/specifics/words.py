"""The word list of the specifics extractor, and a view of the tokens beside given positions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from credscore.lexicon import Lexicon
from credscore.tokenization import Tokenization

__all__ = ["KINDS", "LEXICON", "VAGUE", "BoolArray", "Candidates", "IntArray", "View"]

LEXICON = Lexicon.read(Path(__file__).with_name("lexicon.toml"))
VAGUE = Lexicon.read(Path(__file__).with_name("vague.toml"), "specifics_vague")
KINDS = ("number", "money", "percent", "duration", "date", "study", "document", "programme", "law",
         "meeting", "quote_of_document")  # fmt: skip

_Cell = TypeVar("_Cell", bound=np.generic)
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may be specifics. Shapes (n,).

    Attributes:
        start, end: token positions, end exclusive, int64.
        kind: index into ``KINDS``, int64.
        exact: for a date, that it names day and month; for a named thing, that it is identified.
    """

    start: IntArray
    end: IntArray
    kind: IntArray
    exact: BoolArray

    def __len__(self) -> int:
        return len(self.start)


# What is looked up by group: seldom words, so that one search through the text serves all.
_RARE = LEXICON.bits(
    "according",
    "counting",
    "document",
    "law",
    "link",
    "meeting",
    "polled",
    "proper",
    "provenance",
    "study",
)
_GAP = 12  # blank places between blocks; no rule looks further than this


class View:
    """Looks at tokens by place. Places count tokens with a gap of blanks around each block, so a
    rule may look a few places ahead or back without asking whether the block goes on.

    Attributes:
        place: of each token, int64 (n,).
        token: at each place, or n for a blank, int64.
        mask: the word-list groups of each token and, at the end, 0 for a blank.
    """

    def __init__(self, tokens: Tokenization) -> None:
        self.tokens = tokens
        count = len(tokens)
        self.blank = count
        index = np.arange(count)
        self.place: IntArray = tokens.block_of * np.int64(_GAP)
        self.place += index
        self.place += _GAP
        self.token = np.empty(count + (len(tokens.block_first) + 2) * _GAP, dtype=np.int64)
        self.token.fill(count)
        self.token[self.place] = index
        self.mask = np.zeros(count + 1, dtype=np.uint32)
        tokens.vocabulary.word_mask(LEXICON).take(tokens.ids, 0, self.mask[:-1], "clip")
        self._rare = (self.mask & _RARE).nonzero()[0]
        self._bits = self._placed(self.mask[:-1])
        self._ids = self._placed(tokens.ids)
        self._code = self._placed(tokens.first_code)
        self._flags = self._placed(tokens.flags)
        self._kinds = self._placed(tokens.kinds)
        self.starts, self.ends = np.empty((2, count + 1), dtype=np.int64)
        self.starts[:-1], self.starts[-1] = tokens.starts, -1
        self.ends[:-1], self.ends[-1] = tokens.ends, -2
        self._touches = np.zeros(len(self.token), dtype=np.bool_)
        joined = tokens.starts[1:] == tokens.ends[:-1]
        joined &= self.place[1:] - self.place[:-1] == 1
        self._touches[self.place[1:]] = joined

    def _placed(self, column: npt.NDArray[_Cell]) -> npt.NDArray[_Cell]:
        """A token column by place, 0 for blanks."""
        placed = np.zeros(len(self.token), dtype=column.dtype)
        placed[self.place] = column
        return placed

    def bits(self, place: IntArray) -> npt.NDArray[np.uint32]:
        """The word-list groups of the tokens there."""
        return self._bits[place]

    def codes(self, place: IntArray) -> npt.NDArray[np.uint16]:
        """The first characters of the tokens there, 0 for a blank."""
        return self._code[place]

    def flags(self, place: IntArray) -> npt.NDArray[np.uint8]:
        """The flags of the tokens there."""
        return self._flags[place]

    def kinds(self, place: IntArray) -> npt.NDArray[np.uint8]:
        """The kinds of the tokens there, 0 for a blank."""
        return self._kinds[place]

    def classes(self, place: IntArray) -> npt.NDArray[np.uint8]:
        """The character classes of the tokens there."""
        at = self.token[place]
        return self.tokens.classes[np.minimum(at, self.blank - 1)] * (at < self.blank)

    def lengths(self, place: IntArray) -> IntArray:
        """Characters of the tokens there, -1 or so for a blank."""
        at = self.token[place]
        length: IntArray = self.ends[at] - self.starts[at]
        return length

    def real(self, place: IntArray) -> BoolArray:
        """True where a token stands."""
        there: BoolArray = self.token[place] < self.blank
        return there

    def touches(self, place: IntArray) -> BoolArray:
        """True where no space stands between a token and the one before it."""
        return self._touches[place]

    def says(self, place: IntArray, *words: str) -> BoolArray:
        """True where the token is one of a few words of the list."""
        known: dict[tuple[str, ...], BoolArray] = self.tokens.vocabulary.cached(
            "specifics.says", lambda _: {}
        )
        if words not in known:
            identify = self.tokens.vocabulary.id_of
            known[words] = np.zeros(len(self.tokens.vocabulary), dtype=np.bool_)
            known[words][[identify(word) for word in words]] = True
            known[words][0] = False  # what no list holds
        return known[words][self._ids[place]]

    def listed(self, *groups: str) -> IntArray:
        """The tokens that stand in these groups, which must be among ``_RARE``."""
        found: IntArray = self._rare[self.mask[self._rare] & LEXICON.bits(*groups) > 0]
        return found

    def sentences_of(self, at: IntArray) -> BoolArray:
        """Sentences that hold one of these tokens. Shape (n_sentences,)."""
        marked = np.zeros(len(self.tokens.sentence_first), dtype=np.bool_)
        marked[self.tokens.sentence_of[at]] = True
        return marked
