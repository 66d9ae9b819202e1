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


class View:
    """Looks at tokens by position; a position outside its anchor's block reads as nothing."""

    def __init__(self, tokens: Tokenization) -> None:
        self.tokens = tokens
        self.mask = tokens.vocabulary.word_mask(LEXICON)[tokens.ids]
        self.last = len(tokens) - 1
        self.first_code = tokens.codes[tokens.starts]
        self.length = tokens.ends - tokens.starts

    def inside(self, at: IntArray, anchor: IntArray) -> BoolArray:
        """True where ``at`` exists and is in the same block as ``anchor``."""
        clipped = np.clip(at, 0, self.last)
        block = self.tokens.block_of
        same: BoolArray = (clipped == at) & (block[clipped] == block[anchor])
        return same

    def bits(self, at: IntArray, anchor: IntArray) -> npt.NDArray[np.uint32]:
        """The word-list groups of the tokens at ``at``."""
        clipped = np.clip(at, 0, self.last)
        return np.where(self.inside(at, anchor), self.mask[clipped], np.uint32(0))

    def codes(self, at: IntArray, anchor: IntArray) -> IntArray:
        """The first character of the tokens at ``at``, 0 for nothing."""
        clipped = np.clip(at, 0, self.last)
        found: IntArray = np.where(self.inside(at, anchor), self.first_code[clipped], 0).astype(
            np.int64
        )
        return found

    def touches(self, at: IntArray) -> BoolArray:
        """True where no space stands between the tokens ``at - 1`` and ``at``."""
        inside = (at > 0) & (at <= self.last)
        clipped = np.where(inside, at, 0)
        touching: BoolArray = inside & (
            self.tokens.starts[clipped] == self.tokens.ends[clipped - 1]
        )
        return touching

    def says(self, at: IntArray, anchor: IntArray, *words: str) -> BoolArray:
        """True where the token at ``at`` is one of a few words of the list."""
        ids = np.where(self.inside(at, anchor), self.tokens.ids[np.clip(at, 0, self.last)], 0)
        found = np.zeros(len(at), dtype=np.bool_)
        for word in words:
            found |= ids == self.tokens.vocabulary.id_of(word)
        return found
