"""A tagger without a model: quotations and verbs of saying. The model must beat it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.wordlists import LEXICON
from credscore.tokenization import PUNCT, Tokenization
from credscore.tokenization import characters as ch

__all__ = ["tag_by_rules"]

BoolArray = npt.NDArray[np.bool_]

_SOURCE_AFTER, _SOURCE_BEFORE = 2, 1
_CUE_AFTER, _CUE_BEFORE = 3, 4
_CONTENT_BEFORE, _CONTENT_AFTER = 5, 6
_LONGEST_SOURCE = 14  # tokens; longer runs of words without a comma are clauses


def _edges(stops: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each token the last stop at or before it, and the first at or after it."""
    index = np.arange(len(stops))
    before = np.maximum.accumulate(np.where(stops, index, -1))
    after = np.minimum.accumulate(np.where(stops, index, len(stops))[::-1])[::-1]
    return before, after


def _inside(n: int, low: npt.NDArray[np.int64], high: npt.NDArray[np.int64]) -> BoolArray:
    """Tokens in any of these ranges."""
    steps = np.zeros(n + 1, dtype=np.int32)
    np.add.at(steps, low, 1)
    np.add.at(steps, high, -1)
    inside: BoolArray = np.cumsum(steps[:-1]) > 0
    return inside


def _before_cues(tokens: Tokenization, cues: npt.NDArray[np.int64]) -> BoolArray:
    """Tokens with none of these cues before them in their sentence, nor at them."""
    marked = np.zeros(len(tokens), dtype=np.int64)
    marked[cues] = 1
    passed = np.cumsum(marked)
    opening = tokens.sentence_first[tokens.sentence_of]
    before: BoolArray = passed == passed[opening] - marked[opening]
    return before


def tag_by_rules(tokens: Tokenization) -> npt.NDArray[np.uint8]:
    """Label each token (see ``linking.LABELS``): in every sentence with a verb of saying, the words
    up to the next mark beside it are its source, and the rest of the sentence its content.
    """
    n = len(tokens)
    labels = np.zeros(n, dtype=np.uint8)
    if not n:
        return labels
    groups = tokens.vocabulary.word_mask(LEXICON).take(tokens.ids)
    cue = (groups & LEXICON.bits("said_verbs") > 0) & ~tokens.quoted
    first = np.append(np.flatnonzero(cue), n)
    sentence = tokens.sentence_of
    of_sentence = first[np.searchsorted(first[:-1], tokens.sentence_first)]
    inside = of_sentence < np.append(tokens.sentence_first[1:], n)
    cues = of_sentence[inside]  # the first cue of each sentence that has one
    has_cue = inside[sentence]
    labels[tokens.quoted] = _CONTENT_AFTER
    labels[has_cue] = _CONTENT_AFTER
    stops = (tokens.kinds == PUNCT) & (tokens.classes != ch.SYMBOL)
    before, after = _edges(stops)
    starts = np.maximum(before[cues] + 1, tokens.sentence_first[sentence[cues]])
    ends = np.minimum(after[cues], np.append(tokens.sentence_first[1:], n)[sentence[cues]])
    ahead = (cues - starts > 0) & (cues - starts <= _LONGEST_SOURCE)
    behind = ~ahead & (ends - cues > 1)
    for label, low, high in (
        (_SOURCE_BEFORE, starts[ahead], cues[ahead]),
        (_SOURCE_AFTER, cues[behind] + 1, np.minimum(ends, cues + _LONGEST_SOURCE)[behind]),
    ):
        labels[_inside(n, low, high)] = label
    labels[cues] = np.where(behind, _CUE_BEFORE, _CUE_AFTER)
    turned = np.zeros(len(tokens.sentence_first), dtype=np.bool_)
    turned[sentence[cues[behind]]] = True
    ahead_of_cue = turned[sentence] & _before_cues(tokens, cues)
    labels[(labels == _CONTENT_AFTER) & ahead_of_cue] = _CONTENT_BEFORE
    return labels
