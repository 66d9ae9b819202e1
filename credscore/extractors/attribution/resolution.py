"""Says whom a pronoun or a bare surname stands for, where that is safe.

A surname stands for the full name written earlier in the article, if only one first name goes with
it. "He" and "she" stand for the person who spoke just before, in this paragraph or the one before,
unless that person was called by the other pronoun. Everything else is left open.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.source_kinds import KINDS, NAMED, PRONOUN
from credscore.extractors.attribution.wordlists import LEXICON
from credscore.tokenization import ALL_CAPS, CAPITALISED, WORD, Tokenization

__all__ = ["resolve"]

IntArray = npt.NDArray[np.int64]
_HE, _SHE = "he", "she"
_MOST_NAMES = 4  # tokens of a name
_MEMORY = 150  # tokens over which a pronoun still means who spoke last


class _Reader:
    """One article's tokens, as far as names are concerned."""

    def __init__(self, tokens: Tokenization, text: str, doc: int) -> None:
        self.tokens, self.text = tokens, text
        self.low, self.high = int(tokens.doc_first[doc]), int(tokens.doc_first[doc + 1])
        self.offset = int(tokens.doc_offset[doc])
        rows = slice(self.low, self.high)
        groups = tokens.vocabulary.word_mask(LEXICON)[tokens.ids[rows]]
        listed = groups & LEXICON.bits("titles", "pronouns", "determiners", "roles") > 0
        capital = tokens.flags[rows] & CAPITALISED > 0
        index = np.arange(self.low, self.high)
        opening = index == tokens.sentence_first[tokens.sentence_of[rows]]
        # "But Reed said": a known word that opens a sentence is no first name.
        listed |= opening & (tokens.ids[rows] > 0)
        shouted = tokens.flags[rows] & ALL_CAPS > 0
        self.name = (capital & ~shouted & (tokens.kinds[rows] == WORD) & ~listed).tolist()

    def written(self, first: int, end: int) -> str:
        """The text of a token range, on one line."""
        low = int(self.tokens.starts[first]) - self.offset
        high = int(self.tokens.ends[end - 1]) - self.offset
        return " ".join(self.text[low:high].split())

    def full_name(self, at: int) -> str | None:
        """The full name that ends with the surname at ``at``: the only one written before it."""
        keys = self.tokens.hashes[self.low : at + 1]
        names = set()
        for place in np.flatnonzero(keys == self.tokens.hashes[at]).tolist():
            first = place
            while first > 0 and place - first < _MOST_NAMES and self.name[first - 1]:
                first -= 1
            if first < place and self.name[place]:
                names.add(self.written(self.low + first, self.low + place + 1))
        return names.pop() if len(names) == 1 else None


def resolve(
    tokens: Tokenization,
    text: str,
    doc: int,
    columns: Sequence[Sequence[int]],
) -> list[str | None]:
    """Whom each source of one article stands for, None where it needs no name or has no safe one.

    Args:
        columns: the attributions in order: first and end token of the source, its head's position
            (-1: none), and its kind.
    """
    reader = _Reader(tokens, text, doc)
    answers: list[str | None] = []
    speaker: str | None = None
    spoke_in, spoke_at = -9, 0
    called: dict[str, str] = {}
    for low, high, at, what in zip(*columns, strict=True):
        answer: str | None = None
        if what == NAMED and low >= 0:
            full = reader.full_name(at)
            answer = full if high - low == 1 else None
            speaker = full
            spoke_in, spoke_at = int(tokens.block_of[low]), low
        elif what == PRONOUN and low >= 0 and high - low == 1:
            word = reader.written(low, high).lower()
            near = int(tokens.block_of[low]) - spoke_in <= 1 and low - spoke_at <= _MEMORY
            if (
                word in (_HE, _SHE)
                and near
                and speaker
                and called.setdefault(speaker, word) == word
            ):
                answer = speaker
                spoke_in, spoke_at = int(tokens.block_of[low]), low
        elif low >= 0 and KINDS[what] != "document":
            speaker = None  # somebody else spoke
        answers.append(answer)
    return answers
