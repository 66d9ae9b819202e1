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
_OTHER_MARK, _COMMA, _DASH, _DOUBLE, _SINGLE = 7, 8, 19, 17, 18  # shapes of marks


def _shape_table() -> IntArray:
    """Shape of a punctuation mark by its character code."""
    table = np.full(0x10000, _OTHER_MARK, dtype=np.int64)
    for place, mark in enumerate(_MARKS):
        table[ord(mark)] = _COMMA + place
    for code in (0x2012, 0x2013, 0x2014, 0x2015):
        table[code] = _DASH
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
    shape[marks[kind == ch.QUOTE]] = _DOUBLE
    shape[marks[kind == ch.APOSTROPHE]] = _SINGLE
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


@dataclass(slots=True)
class _Frame:
    """Where tokens stand: positions, their sentences, and their places in the padded row."""

    index: IntArray
    low: IntArray
    high: IntArray
    place: IntArray
    n_padded: int

    def padded(self, column: IntArray) -> IntArray:
        """The column with ``REACH`` zeros around every article."""
        spread = np.zeros(self.n_padded, dtype=np.int64)
        spread[self.place] = column
        return spread


def _frame(tokens: Tokenization) -> _Frame:
    n = len(tokens)
    index = np.arange(n)
    sentence = tokens.sentence_of
    return _Frame(
        index=index,
        low=tokens.sentence_first[sentence],
        high=np.append(tokens.sentence_first[1:], n)[sentence],
        place=index + REACH * (tokens.doc_of.astype(np.int64) + 1),
        n_padded=n + REACH * (tokens.n_docs + 1),
    )


def _near_verbs(frame: _Frame, verbs: BoolArray, symbol: IntArray) -> dict[str, IntArray]:
    """The verbs of saying to either side in the sentence: how far, and which."""
    left, right = last_before(verbs), next_after(verbs)
    has_left, has_right = left >= frame.low, right < frame.high
    to_left = _TO_VERB[np.minimum(frame.index - left, _FAR)]
    to_right = _TO_VERB[np.minimum(right - frame.index, _FAR)]
    right = np.minimum(right, len(verbs) - 1)
    return {
        "from": np.where(has_left, to_left, 0),
        "to": np.where(has_right, to_right, 0),
        "left_verb": np.where(has_left, symbol[left], 0),
        "right_verb": np.where(has_right, symbol[right], 0),
    }


def _near_quotes(frame: _Frame, quoting: _Quoting) -> dict[str, IntArray]:
    """For tokens outside quotations, those that end before and begin after them in the sentence."""
    out = quoting.quote_of < 0
    closed, opened = last_before(quoting.closes), next_at(quoting.opens)
    near_closed, near_opened = out & (closed >= frame.low), out & (opened < frame.high)
    since = np.where(near_closed, _TO_QUOTE[np.minimum(frame.index - closed, _FAR)], 0)
    until = np.where(near_opened, _TO_QUOTE[np.minimum(opened - frame.index, _FAR)], 0)
    opened = np.minimum(opened, len(out) - 1)
    return {
        "since": since,
        "until": until,
        "after_quote": since * 36 + np.where(near_closed, quoting.brief[closed], 0),
        "before_quote": until * 36 + np.where(near_opened, quoting.brief[opened], 0),
    }


def _windows(
    frame: _Frame, symbol: IntArray, coarse: IntArray, shape: IntArray, state: IntArray
) -> dict[str, IntArray]:
    """Columns that are read at neighbouring tokens."""
    shapes, classes = frame.padded(shape), frame.padded(coarse)
    after, before = shifted(shapes, 1)[frame.place], shifted(shapes, -1)[frame.place]
    return {
        "word": frame.padded(symbol),
        "shape": frame.padded(shape * 6 + state),
        "pair": classes * 65 + shifted(classes, 1),
        "shapes": (shape * 22 + after) * 22 + before,
    }


def describe(tokens: Tokenization, symbol: IntArray, classes: IntArray) -> Described:
    """Make the columns of ``slots.BASE``.

    Args:
        symbol: word number of each token in the model's vocabulary, 0 where it is not in it.
        classes: coarse (< 65) and middle (< 257) class of each word number, shape (2, n_words).
    """
    frame, shape = _frame(tokens), _shapes(tokens)
    quoting = _quoting(tokens, shape)
    state, coarse = quoting.state, classes[0][symbol]
    from_start = _EDGE[np.minimum(frame.index - frame.low, _FAR)]
    to_end = _EDGE[np.minimum(frame.high - 1 - frame.index, _FAR)]
    mask = tokens.vocabulary.word_mask(LEXICON)[tokens.ids]
    verbs = mask & LEXICON.bits("said_verbs") > 0
    verb, quote = _near_verbs(frame, verbs, symbol), _near_quotes(frame, quoting)
    both = verb["from"] * 7 + verb["to"]
    commas = np.cumsum(shape == _COMMA)
    commas = np.minimum(commas - commas[frame.low], 4)
    columns = {
        **_windows(frame, symbol, coarse, shape, state),
        "quotation": quoting.look * 6 + state,
        "edges": (from_start * 9 + to_end) * 6 + state,
        "after_quote": quote["after_quote"],
        "before_quote": quote["before_quote"],
        "sentence": _sentences(tokens, quoting, verbs)[tokens.sentence_of] * 6 + state,
        "verbs": ((both * 8 + quote["since"]) * 8 + quote["until"]) * 6 + state,
        "left_verb": verb["left_verb"],
        "right_verb": verb["right_verb"],
        "from_verb": verb["from"] * 65 + coarse,
        "to_verb": verb["to"] * 65 + coarse,
        "opening": symbol[frame.low],
        "commas": commas * 49 + both,
    }
    return Described(
        columns=columns,
        place=frame.place,
        n_padded=frame.n_padded,
        symbol=symbol,
        middle=classes[1][symbol],
        state=state,
        quote_of=quoting.quote_of,
        from_start=from_start,
        to_end=to_end,
        low=frame.low,
        high=frame.high,
    )
