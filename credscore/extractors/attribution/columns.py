"""Describes each token for the tagger's first pass: its neighbours, quotation, sentence, verbs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.positions import (
    bucket_table,
    inside_spans,
    last_before,
    next_after,
    next_at,
    shifted,
)
from credscore.extractors.attribution.slots import REACH
from credscore.extractors.attribution.wordlists import LEXICON
from credscore.tokenization import ALL_CAPS, CAPITALISED, CLITIC, NUMBER, PUNCT, Tokenization
from credscore.tokenization import characters as ch

__all__ = ["Described", "describe"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_MARKS = ",.:;?!-()"
_FAR = 63
_EDGE = bucket_table((1, 2, 3, 5, 8, 12, 20, 35))
_TO_QUOTE = 1 + bucket_table((1, 2, 3, 5, 8, 15))
_TO_VERB = bucket_table((1, 2, 3, 5, 10, 18))
_LENGTH = bucket_table((3, 6, 11, 25))
_OUT, _OPENS, _CLOSES, _INSIDE, _FIRST, _LAST = range(6)


def _shape_table() -> IntArray:
    """Shape of a punctuation mark by its character code, 7 where it is none of those listed."""
    table = np.full(0x10000, 7, dtype=np.int64)
    for place, mark in enumerate(_MARKS):
        table[ord(mark)] = 8 + place
    for code in (0x2012, 0x2013, 0x2014, 0x2015):
        table[code] = 19
    return table


_SHAPE_OF_MARK = _shape_table()


@dataclass(slots=True)
class Described:
    """Columns by slot name, and what the second pass needs again.

    Attributes:
        columns: row numbers by slot; windowed ones lie in padded positions (see ``place``).
        place: padded position of each token: articles are ``REACH`` places apart, so that no
            window sees another article.
        n_padded: number of padded positions.
        symbol, middle: word and its class, 0 where unknown.
        state: where in a quotation the token stands.
        quote_of: the token's quotation, -1 outside.
        from_start, to_end: classes of the distance to the edges of the sentence.
        low, high: first token of the token's sentence, and the one after its last.
    """

    columns: dict[str, IntArray]
    place: IntArray
    n_padded: int
    symbol: IntArray
    middle: IntArray
    state: IntArray
    quote_of: IntArray
    from_start: IntArray
    to_end: IntArray
    low: IntArray
    high: IntArray


def _shapes(tokens: Tokenization) -> IntArray:
    flags = tokens.flags
    shape = np.ones(len(tokens), dtype=np.int64)
    shape += (flags & CAPITALISED > 0) + (flags & ALL_CAPS > 0)
    shape[flags & CLITIC > 0] = 6
    shape[tokens.kinds == NUMBER] = 4
    marks = np.flatnonzero(tokens.kinds == PUNCT)
    shape[marks] = _SHAPE_OF_MARK[tokens.codes[tokens.starts[marks]]]
    kind = tokens.classes[marks]
    shape[marks[kind == ch.QUOTE]] = 17
    shape[marks[kind == ch.APOSTROPHE]] = 18
    return shape


@dataclass(slots=True)
class _Quoting:
    state: IntArray
    quote_of: IntArray
    look: IntArray  # joint description of the token's quotation, 0 outside
    brief: IntArray  # length and last mark of it, 0 outside
    opens: BoolArray
    closes: BoolArray


def _quoting(tokens: Tokenization, shape: IntArray) -> _Quoting:
    n, quotes = len(tokens), tokens.quotes
    result = _Quoting(
        state=np.zeros(n, dtype=np.int64),
        quote_of=np.full(n, -1, dtype=np.int64),
        look=np.zeros(n, dtype=np.int64),
        brief=np.zeros(n, dtype=np.int64),
        opens=np.zeros(n, dtype=np.bool_),
        closes=np.zeros(n, dtype=np.bool_),
    )
    if not len(quotes.first):
        return result
    first, last = quotes.first, quotes.last
    opening = first - 1
    closing = last[quotes.closed]
    inside, owner = inside_spans(first, last)
    length = _LENGTH[np.minimum(last - first, _FAR)]
    final = shape[last - 1] - 7
    final = np.where((final > 0) & (final < 6), final, 0)
    begins = opening <= tokens.sentence_first[tokens.sentence_of[opening]]
    lead = np.where(begins, 0, shape[np.maximum(opening - 1, 0)])
    look = 1 + ((length * 7 + final) * 22 + lead) * 2 + quotes.closed
    brief = 1 + length * 7 + final
    for column, value in ((result.look, look), (result.brief, brief)):
        column[inside] = value[owner]
        column[opening] = value
        column[closing] = value[quotes.closed]
    result.quote_of[inside] = owner
    result.opens[opening] = True
    result.closes[closing] = True
    state = result.state
    state[closing] = _CLOSES
    state[opening] = _OPENS
    state[inside] = _INSIDE
    state[last - 1] = _LAST
    state[first] = _FIRST
    return result


def _previous_next(column: IntArray, doc: IntArray) -> tuple[IntArray, IntArray]:
    """A sentence column as seen from the next and from the previous sentence, 0 across articles."""
    same = doc[1:] == doc[:-1]
    before, after = np.zeros_like(column), np.zeros_like(column)
    before[1:] = np.where(same, column[:-1], 0)
    after[:-1] = np.where(same, column[1:], 0)
    return before, after


def _sentences(tokens: Tokenization, quoting: _Quoting, verbs: BoolArray) -> IntArray:
    first, doc = tokens.sentence_first, tokens.sentence_doc
    has_quote = (tokens.per_sentence(quoting.opens) > 0).astype(np.int64)
    quote_before, quote_after = _previous_next(has_quote, doc)
    opens_block = np.isin(first, tokens.block_first, assume_unique=True)
    goes_on = (quoting.quote_of[first] >= 0) & ~quoting.opens[first]
    opens_quote = (quoting.quote_of[first] >= 0) | quoting.opens[first]
    n_verbs = np.minimum(tokens.per_sentence(verbs & (quoting.quote_of < 0)), 2)
    before, after = _previous_next(n_verbs, doc)
    marks = has_quote + 2 * quote_before + 4 * quote_after + 8 * opens_block
    marks = marks + 16 * goes_on + 32 * opens_quote
    joint: IntArray = marks * 27 + n_verbs + 3 * before + 9 * after
    return joint


def describe(tokens: Tokenization, symbol: IntArray, classes: IntArray) -> Described:
    """Make the columns of ``slots.BASE``.

    Args:
        symbol: word number of each token in the model's vocabulary, 0 where it is not in it.
        classes: coarse (< 65) and middle (< 257) class of each word number, shape (2, n_words).
    """
    n = len(tokens)
    index = np.arange(n)
    sentence = tokens.sentence_of
    low = tokens.sentence_first[sentence]
    high = np.append(tokens.sentence_first[1:], n)[sentence]
    shape = _shapes(tokens)
    quoting = _quoting(tokens, shape)
    state = quoting.state
    coarse, middle = classes[0][symbol], classes[1][symbol]
    from_start = _EDGE[np.minimum(index - low, _FAR)]
    to_end = _EDGE[np.minimum(high - 1 - index, _FAR)]
    out = quoting.quote_of < 0

    mask = tokens.vocabulary.word_mask(LEXICON)[tokens.ids]
    verbs = mask & LEXICON.bits("said_verbs") > 0
    left, right = last_before(verbs), next_after(verbs)
    has_left, has_right = left >= low, right < high
    from_verb = np.where(has_left, _TO_VERB[np.minimum(index - left, _FAR)], 0)
    to_verb = np.where(has_right, _TO_VERB[np.minimum(right - index, _FAR)], 0)
    closed, opened = last_before(quoting.closes), next_at(quoting.opens)
    near_closed, near_opened = out & (closed >= low), out & (opened < high)
    after_quote = np.where(near_closed, _TO_QUOTE[np.minimum(index - closed, _FAR)], 0)
    before_quote = np.where(near_opened, _TO_QUOTE[np.minimum(opened - index, _FAR)], 0)
    opened = np.minimum(opened, n - 1)

    commas = np.cumsum(shape == 8)
    commas = np.minimum(commas - commas[low], 4)
    place = index + REACH * (tokens.doc_of.astype(np.int64) + 1)
    n_padded = n + REACH * (tokens.n_docs + 1)

    def padded(column: IntArray) -> IntArray:
        spread = np.zeros(n_padded, dtype=np.int64)
        spread[place] = column
        return spread

    shape_padded, coarse_padded = padded(shape), padded(coarse)
    columns = {
        "word": padded(symbol),
        "shape": padded(shape * 6 + state),
        "pair": coarse_padded * 65 + shifted(coarse_padded, 1),
        "shapes": (
            shape * 484 + shifted(shape_padded, 1)[place] * 22 + shifted(shape_padded, -1)[place]
        ),
        "quotation": quoting.look * 6 + state,
        "edges": (from_start * 9 + to_end) * 6 + state,
        "after_quote": after_quote * 36 + np.where(near_closed, quoting.brief[closed], 0),
        "before_quote": before_quote * 36 + np.where(near_opened, quoting.brief[opened], 0),
        "sentence": _sentences(tokens, quoting, verbs)[sentence] * 6 + state,
        "verbs": (((from_verb * 7 + to_verb) * 8 + after_quote) * 8 + before_quote) * 6 + state,
        "left_verb": np.where(has_left, symbol[left], 0),
        "right_verb": np.where(has_right, symbol[np.minimum(right, n - 1)], 0),
        "from_verb": from_verb * 65 + coarse,
        "to_verb": to_verb * 65 + coarse,
        "opening": symbol[low],
        "commas": (commas * 7 + from_verb) * 7 + to_verb,
    }
    return Described(
        columns, place, n_padded, symbol, middle, state, quoting.quote_of,
        from_start, to_end, low, high,
    )  # fmt: skip
