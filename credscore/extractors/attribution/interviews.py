"""Turns of interviews and transcripts: "Q: ...", "Brandt: ...".

The annotated articles hold hardly any, so this is a rule: paragraphs or sentences that open with
who speaks and a colon, at least three in an article, one speaker at least twice, and a question
among them. What follows the colon, up to the next turn, is what the speaker said.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.positions import SmallArray
from credscore.tokenization import CAPITALISED, PUNCT, WORD, Tokenization

__all__ = ["with_turns"]

_LONGEST_NAME = 4  # tokens before the colon
_TURNS = 3  # fewer are a list or a chance
_QUESTIONS = 4  # at least one turn in so many asks; lists of "Pros:" and "Cons:" do not
_SOURCE, _CUE, _CONTENT = 1, 3, 6  # labels of a source, its cue and content that follow in order

Labels = npt.NDArray[np.uint8]
IntArray = npt.NDArray[np.int64]


def _speaks(tokens: Tokenization, known: SmallArray, first: int, colon: int) -> bool:
    """Whether the tokens before the colon are a name (not a frequent word), or Q or A."""
    kinds, flags = tokens.kinds[first:colon].tolist(), tokens.flags[first:colon].tolist()
    if colon - first == 1 and tokens.ends[first] - tokens.starts[first] == 1:
        return int(tokens.codes[tokens.starts[first]]) in (ord("Q"), ord("A"))
    if any(
        kind == WORD and not flag & CAPITALISED for kind, flag in zip(kinds, flags, strict=True)
    ):
        return False
    return not known[colon - 1]


def _turns(tokens: Tokenization, known: SmallArray, colons: IntArray) -> list[tuple[int, int]]:
    """First token and colon of every turn."""
    first = tokens.sentence_first[tokens.sentence_of[colons]]
    near = (colons > first) & (colons - first <= _LONGEST_NAME)
    near &= tokens.kinds[colons - 1] == WORD
    near &= tokens.flags[first] & CAPITALISED > 0
    pairs = zip(first[near].tolist(), colons[near].tolist(), strict=True)
    return [(low, at) for low, at in pairs if _speaks(tokens, known, low, at)]


def _ends(tokens: Tokenization, turns: list[tuple[int, int]], doc: int) -> list[int]:
    """The token after each turn: the next turn, or the end of the last one's paragraph."""
    ends = [low for low, _ in turns[1:]]
    behind = int(tokens.block_of[turns[-1][0]]) + 1
    stop = int(tokens.doc_first[doc + 1])
    if behind < len(tokens.block_first):
        stop = min(stop, int(tokens.block_first[behind]))
    return [*ends, stop]


def _is_interview(
    tokens: Tokenization, turns: list[tuple[int, int]], ends: list[int], question: IntArray
) -> bool:
    if len(turns) < _TURNS:
        return False
    speakers = tokens.hashes[[at - 1 for _, at in turns]].tolist()
    repeated = len(set(speakers)) < len(speakers) and len(set(speakers)) > 1
    low = question.searchsorted([first for first, _ in turns])
    asking = question.searchsorted(ends) > low
    return repeated and _QUESTIONS * int(asking.sum()) >= len(turns)


def with_turns(labels: Labels, tokens: Tokenization, known: SmallArray, colons: IntArray) -> Labels:
    """Labels with every turn of an interview as an attribution.

    Args:
        known: 0 for tokens that are no frequent word.
        colons: positions of all colons.
    """
    if len(colons) < _TURNS:
        return labels
    by_doc: dict[int, list[tuple[int, int]]] = {}
    for turn in _turns(tokens, known, colons):
        by_doc.setdefault(int(tokens.doc_of[turn[0]]), []).append(turn)
    labels = labels.copy()
    for doc, turns in by_doc.items():
        rows = np.arange(turns[0][0], tokens.doc_first[doc + 1])
        marks = (tokens.kinds[rows] == PUNCT) & (tokens.codes[tokens.starts[rows]] == ord("?"))
        ends = _ends(tokens, turns, doc)
        if not _is_interview(tokens, turns, ends, rows[marks]):
            continue
        for (low, at), end in zip(turns, ends, strict=True):
            labels[low:at], labels[at], labels[at + 1 : end] = _SOURCE, _CUE, _CONTENT
    return labels
