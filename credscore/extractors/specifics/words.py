"""The word list of the specifics extractor, and a view of the tokens beside given positions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.lexicon import Lexicon
from credscore.tokenization import Tokenization

__all__ = ["KINDS", "LEXICON", "VAGUE", "BoolArray", "Candidates", "IntArray", "View"]

LEXICON = Lexicon.read(Path(__file__).with_name("lexicon.toml"))
VAGUE = Lexicon.read(Path(__file__).with_name("vague.toml"), "specifics_vague")
KINDS = ("number", "money", "percent", "duration", "date", "study", "document", "programme", "law",
         "meeting", "quote_of_document")  # fmt: skip

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
    "counting", "document", "law", "link", "meeting", "provenance", "study", "according"
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
        self.place: IntArray = np.arange(count) + (tokens.block_of.astype(np.int64) + 1) * _GAP
        self.token = np.full(count + (len(tokens.block_first) + 2) * _GAP, count, dtype=np.int64)
        self.token[self.place] = np.arange(count)
        self.ids = np.append(tokens.ids, np.int32(0))
        self.mask = tokens.vocabulary.word_mask(LEXICON)[self.ids]
        self._rare = np.flatnonzero(self.mask & _RARE)
        self._code = np.append(tokens.codes[tokens.starts], np.uint16(0))
        self._flags = np.append(tokens.flags, np.uint8(0))
        self._kinds = np.append(tokens.kinds, np.uint8(0))
        self._classes = np.append(tokens.classes, np.uint8(0))
        self.starts = np.append(tokens.starts, -1)
        self.ends = np.append(tokens.ends, -2)

    def bits(self, place: IntArray) -> npt.NDArray[np.uint32]:
        """The word-list groups of the tokens there."""
        return self.mask[self.token[place]]

    def codes(self, place: IntArray) -> npt.NDArray[np.uint16]:
        """The first characters of the tokens there, 0 for a blank."""
        return self._code[self.token[place]]

    def flags(self, place: IntArray) -> npt.NDArray[np.uint8]:
        """The flags of the tokens there."""
        return self._flags[self.token[place]]

    def kinds(self, place: IntArray) -> npt.NDArray[np.uint8]:
        """The kinds of the tokens there, 0 for a blank."""
        return self._kinds[self.token[place]]

    def classes(self, place: IntArray) -> npt.NDArray[np.uint8]:
        """The character classes of the tokens there."""
        return self._classes[self.token[place]]

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
        joined: BoolArray = self.starts[self.token[place]] == self.ends[self.token[place - 1]]
        return joined

    def says(self, place: IntArray, *words: str) -> BoolArray:
        """True where the token is one of a few words of the list."""
        ids = self.ids[self.token[place]]
        identify = self.tokens.vocabulary.id_of
        found: BoolArray = ids == identify(words[0])
        for word in words[1:]:
            found |= ids == identify(word)
        return found

    def listed(self, *groups: str) -> IntArray:
        """The tokens that stand in these groups, which must be among ``_RARE``."""
        found: IntArray = self._rare[self.mask[self._rare] & LEXICON.bits(*groups) > 0]
        return found

    def sentences_of(self, at: IntArray) -> BoolArray:
        """Sentences that hold one of these tokens. Shape (n_sentences,)."""
        marked = np.zeros(len(self.tokens.sentence_first), dtype=np.bool_)
        marked[self.tokens.sentence_of[at]] = True
        return marked
