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

__all__ = ["name_words", "resolve"]

BoolArray = npt.NDArray[np.bool_]
_HE, _SHE = "he", "she"
_MOST_NAMES = 4  # tokens of a name
_MEMORY = 150  # tokens over which a pronoun still means who spoke last


def name_words(tokens: Tokenization) -> BoolArray:
    """Which tokens of a batch may be parts of a person's name."""
    groups = tokens.vocabulary.word_mask(LEXICON).take(tokens.ids)
    listed = groups & LEXICON.bits("titles", "pronouns", "determiners", "roles") > 0
    # "But Reed said": a known word that opens a sentence is no first name.
    opening = tokens.sentence_first
    listed[opening] |= tokens.ids[opening] > 0
    named: BoolArray = (tokens.flags & (CAPITALISED | ALL_CAPS) == CAPITALISED) & ~listed
    named &= tokens.kinds == WORD
    return named


class _Reader:
    """One article's tokens, as far as names are concerned."""

    def __init__(self, tokens: Tokenization, names: BoolArray, text: str, doc: int) -> None:
        self.tokens, self.text = tokens, text
        self.low, self.high = int(tokens.doc_first[doc]), int(tokens.doc_first[doc + 1])
        self.offset = int(tokens.doc_offset[doc])
        self.name = names[self.low : self.high].tolist()
        self.known: dict[int, tuple[int, set[str]]] = {}

    def written(self, first: int, end: int) -> str:
        """The text of a token range, on one line."""
        low = int(self.tokens.starts[first]) - self.offset
        high = int(self.tokens.ends[end - 1]) - self.offset
        return " ".join(self.text[low:high].split())

    def full_name(self, at: int) -> str | None:
        """The full name that ends with the surname at ``at``: the only one written before it."""
        key = int(self.tokens.hashes[at])
        reached, names = self.known.get(key, (self.low, set()))
        if at < reached - 1:  # sources nearly always come in order
            reached, names = self.low, set()
        if at >= reached:  # read on from where the last search ended
            found = self.tokens.hashes[reached : at + 1] == self.tokens.hashes[at]
            for place in (found.nonzero()[0] + (reached - self.low)).tolist():
                first = place
                while first > 0 and place - first < _MOST_NAMES and self.name[first - 1]:
                    first -= 1
                if first < place and self.name[place]:
                    names.add(self.written(self.low + first, self.low + place + 1))
            self.known[key] = at + 1, names
        return next(iter(names)) if len(names) == 1 else None


def resolve(
    tokens: Tokenization,
    names: BoolArray,
    text: str,
    doc: int,
    columns: Sequence[Sequence[int]],
) -> list[str | None]:
    """Whom each source of one article stands for, None where it needs no name or has no safe one.

    Args:
        names: of the batch's tokens, ``name_words``.
        columns: the attributions in order: first and end token of the source, its head's position
            (-1: none), and its kind.
    """
    reader = _Reader(tokens, names, text, doc)
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
