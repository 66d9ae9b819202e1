"""Describes each token for the tagger's first pass: its neighbours, quotation, sentence, verbs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.clauses import (
    Clauses,
    clause_columns,
    clauses,
    joined,
)
from credscore.extractors.attribution.positions import (
    beside,
    bucket_table,
    inside_spans,
    last_before,
    next_at,
    shifted,
)
from credscore.extractors.attribution.slots import REACH
from credscore.extractors.attribution.wordlists import LEXICON
from credscore.lexicon import Vocabulary
from credscore.tokenization import ALL_CAPS, CAPITALISED, CLITIC, NUMBER, PUNCT, Tokenization
from credscore.tokenization import characters as ch

__all__ = ["COLON", "Described", "describe", "opening_blocks", "previous_next", "sentence_ends"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_MARKS = ",.:;?!-()"
_FAR = 63
_SHOUT = 4  # words in capitals in one sentence, and more than half of it
_EDGE = bucket_table((1, 2, 3, 5, 8, 12, 20, 35))
_TO_QUOTE = 1 + bucket_table((1, 2, 3, 5, 8, 15))
_TO_VERB = bucket_table((1, 2, 3, 5, 10, 18))
_LENGTH = bucket_table((3, 6, 11, 25))
_OUT, _OPENS, _CLOSES, _INSIDE, _FIRST, _LAST = range(6)
_NUMBER, COLON = 4, 10  # shapes of numbers and colons
_OTHER_MARK, _COMMA, _DASH, _DOUBLE, _SINGLE = 7, 8, 19, 17, 18  # shapes of marks
_JOINING = 20  # the shape of signs that stand inside what one writes, and part nothing
_OF_NUMBERS = "%‰$€£¥₹₽¢°±½¼¾′″№§"  # signs that belong to a number: of its shape, and no marks


def _shape_table() -> IntArray:
    """Shape of a punctuation mark by its character code."""
    table = np.full(0x10000, _OTHER_MARK, dtype=np.int64)
    for place, mark in enumerate(_MARKS):
        table[ord(mark)] = _COMMA + place
    for code in (0x2012, 0x2013, 0x2014, 0x2015):
        table[code] = _DASH
    for signs, shape in ((_OF_NUMBERS, _NUMBER), ("&/@#+=_~⁄", _JOINING)):
        table[[ord(sign) for sign in signs]] = shape
    return table


def _flag_table() -> IntArray:
    """Shape of a word by its flags."""
    flags = np.arange(256)
    capitals = (flags & CAPITALISED > 0).astype(np.int64) | (flags & ALL_CAPS > 0)
    return np.where(flags & CLITIC > 0, 6, 1 + capitals)


_SHAPE_OF_MARK = _shape_table()
_SHAPE_OF_FLAGS = _flag_table()


@dataclass(slots=True)
class Described:
    """Columns by slot name, and what the second pass needs again.

    Attributes:
        columns: row numbers by slot; windowed ones lie in padded positions (see ``place``).
        place: padded position of each token: articles are ``REACH`` places apart, so that no
            window sees another article.
        n_padded: number of padded positions.
        coarse, symbol, middle: coarse class, word and middle class, 0 where unknown.
        state: where in a quotation the token stands.
        quote_of: the token's quotation, -1 outside.
        from_start, to_end: classes of the distance to the edges of the sentence.
        low, high: first token of the token's sentence, and the one after its last.
        shape: of each token: 0 to 6 words and numbers, from 7 on marks.
        clauses: stretches between marks.
    """

    columns: dict[str, IntArray]
    place: IntArray
    n_padded: int
    coarse: IntArray
    symbol: IntArray
    middle: IntArray
    state: IntArray
    quote_of: IntArray
    from_start: IntArray
    to_end: IntArray
    low: IntArray
    high: IntArray
    shape: IntArray
    clauses: Clauses


def _shapes(tokens: Tokenization) -> IntArray:
    flags = tokens.flags
    shape = _SHAPE_OF_FLAGS.take(flags)
    shape[tokens.kinds == NUMBER] = _NUMBER
    marks = (tokens.kinds == PUNCT).nonzero()[0]
    of_mark = _SHAPE_OF_MARK[tokens.codes[tokens.starts[marks]]]
    kind = tokens.classes[marks]
    of_mark[kind == ch.QUOTE] = _DOUBLE
    of_mark[kind == ch.APOSTROPHE] = _SINGLE
    shape[marks] = of_mark
    return shape


def _uncapped(shape: IntArray, symbol: IntArray, tokens: Tokenization) -> None:
    """In sentences written in capitals, read frequent words as small and others as names."""
    capitals = tokens.flags & ALL_CAPS > 0
    first = tokens.sentence_first
    counts = np.add.reduceat(capitals, first, dtype=np.int64)
    shouted = counts >= _SHOUT
    if not shouted.any():
        return
    words = np.add.reduceat(tokens.is_word, first, dtype=np.int64)
    shouted &= 2 * counts > words
    at = (capitals & shouted.take(tokens.sentence_of)).nonzero()[0]
    shape[at] = np.where(symbol[at] > 0, 1, 2)


@dataclass(slots=True)
class _Quoting:
    state: IntArray
    quote_of: IntArray
    look: IntArray  # joint description of the token's quotation, 0 outside
    brief: IntArray  # length and last mark of it, 0 outside
    opens: BoolArray
    closes: BoolArray
    any: bool  # whether there are quotations at all


def _quoting(tokens: Tokenization, shape: IntArray) -> _Quoting:
    n, quotes = len(tokens), tokens.quotes
    state, look, brief = np.zeros((3, n), dtype=np.int64)
    opens, closes = np.zeros((2, n), dtype=np.bool_)
    quote_of = np.empty(n, dtype=np.int64)
    quote_of.fill(-1)
    result = _Quoting(state, quote_of, look, brief, opens, closes, len(quotes.first) > 0)
    if not result.any:
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
    looks = 1 + ((length * 7 + final) * 22 + lead) * 2 + quotes.closed
    briefs = 1 + length * 7 + final
    for column, value in ((look, looks), (brief, briefs)):
        column[inside] = value[owner]
        column[opening] = value
        column[closing] = value[quotes.closed]
    quote_of[inside] = owner
    opens[opening] = True
    closes[closing] = True
    state[closing] = _CLOSES
    state[opening] = _OPENS
    state[inside] = _INSIDE
    state[last - 1] = _LAST
    state[first] = _FIRST
    return result


def previous_next(column: IntArray, doc: IntArray) -> tuple[IntArray, IntArray]:
    """A sentence column as seen from the next and from the previous sentence, 0 across articles."""
    same = doc[1:] == doc[:-1]
    before, after = np.zeros((2, len(column)), dtype=np.int64)
    np.multiply(column[:-1], same, out=before[1:])
    np.multiply(column[1:], same, out=after[:-1])
    return before, after


def opening_blocks(tokens: Tokenization) -> BoolArray:
    """Which sentences open a block."""
    opens = np.zeros(len(tokens), dtype=np.bool_)
    opens[tokens.block_first] = True
    return opens[tokens.sentence_first]


def _sentences(tokens: Tokenization, quoting: _Quoting, verbs: BoolArray) -> IntArray:
    first, doc = tokens.sentence_first, tokens.sentence_doc
    n_verbs = np.minimum(np.add.reduceat(verbs & (quoting.quote_of < 0), first, dtype=np.int64), 2)
    before, after = previous_next(n_verbs, doc)
    joint: IntArray = n_verbs + 3 * before + 9 * after + (8 * 27) * opening_blocks(tokens)
    if not quoting.any:
        return joint
    has_quote = (np.add.reduceat(quoting.opens, first, dtype=np.int64) > 0).astype(np.int64)
    quote_before, quote_after = previous_next(has_quote, doc)
    inside, opens = quoting.quote_of[first] >= 0, quoting.opens[first]
    marks = has_quote + 2 * quote_before + 4 * quote_after
    marks += 16 * (inside & ~opens) + 32 * (inside | opens)
    return joint + marks * 27


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


def sentence_ends(tokens: Tokenization) -> IntArray:
    """The token after the last of each sentence."""
    ends = np.empty(len(tokens.sentence_first), dtype=np.int64)
    ends[:-1] = tokens.sentence_first[1:]
    ends[-1:] = len(tokens)
    return ends


def _frame(tokens: Tokenization) -> _Frame:
    n = len(tokens)
    index = np.arange(n)
    sentence = tokens.sentence_of
    return _Frame(
        index=index,
        low=tokens.sentence_first[sentence],
        high=sentence_ends(tokens)[sentence],
        place=index + REACH * (tokens.doc_of.astype(np.int64) + 1),
        n_padded=n + REACH * (tokens.n_docs + 1),
    )


def _near_verbs(
    frame: _Frame, verbs: BoolArray, symbol: IntArray, parts: Clauses
) -> dict[str, IntArray]:
    """The verbs of saying to either side in the sentence: how far, and which."""
    left, right = beside(verbs)
    has_left, has_right = left >= frame.low, right < frame.high
    to_left = _TO_VERB.take(frame.index - left, mode="clip")
    to_right = _TO_VERB.take(right - frame.index, mode="clip")
    to_left *= has_left
    to_right *= has_right
    left_verb = symbol.take(left, mode="clip")
    right_verb = symbol.take(right, mode="clip")
    left_verb *= has_left
    right_verb *= has_right
    left += 1
    following = symbol.take(left, mode="clip")
    following *= has_left
    left -= 1
    return {
        "from": to_left,
        "to": to_right,
        "left_verb": left_verb,
        "right_verb": right_verb,
        "verb_pair": joined(left_verb, following),
        "left_verb_away": joined(left_verb, parts.away(has_left, left)),
        "right_verb_away": joined(right_verb, parts.away(has_right, right)),
    }


def _near_quotes(frame: _Frame, quoting: _Quoting) -> dict[str, IntArray]:
    """For tokens outside quotations, those that end before and begin after them in the sentence."""
    if not quoting.any:
        nothing = np.zeros(len(frame.index), dtype=np.int64)
        return dict.fromkeys(("since", "until", "after_quote", "before_quote"), nothing)
    out = quoting.quote_of < 0
    closed, opened = last_before(quoting.closes), next_at(quoting.opens)
    near_closed, near_opened = out & (closed >= frame.low), out & (opened < frame.high)
    since = _TO_QUOTE.take(frame.index - closed, mode="clip")
    until = _TO_QUOTE.take(opened - frame.index, mode="clip")
    after = since * 36
    after += quoting.brief.take(closed, mode="clip")
    before = until * 36
    before += quoting.brief.take(opened, mode="clip")
    since *= near_closed
    until *= near_opened
    after *= near_closed
    before *= near_opened
    return {"since": since, "until": until, "after_quote": after, "before_quote": before}


def _windows(
    frame: _Frame, symbol: IntArray, coarse: IntArray, shape: IntArray, state: IntArray
) -> dict[str, IntArray]:
    """Columns that are read at neighbouring tokens."""
    shapes, words = frame.padded(shape), frame.padded(symbol)
    around = shifted(shapes, 1)
    around *= 22
    around[1:] += shapes[:-1]
    own = shape * (22 * 22)
    own += around[frame.place]
    pair = joined(words, shifted(words, 1))
    classes = frame.padded(coarse)
    class_pair = shifted(classes, 1)
    class_pair += classes * 65
    return {
        "word": words,
        "shape": frame.padded(shape * 6 + state),
        "class_pair": class_pair,
        "pair_before": pair[frame.place - 1],
        "pair_after": pair[frame.place],
        "shapes": own,
    }


def _said_verbs(vocabulary: Vocabulary) -> BoolArray:
    said: BoolArray = vocabulary.word_mask(LEXICON) & LEXICON.bits("said_verbs") > 0
    return said


def describe(tokens: Tokenization, symbol: IntArray, classes: IntArray) -> Described:
    """Make the columns of ``slots.BASE``.

    Args:
        symbol: word number of each token in the model's vocabulary, 0 where it is not in it.
        classes: coarse (< 65) and middle (< 257) class of each word number, shape (2, n_words).
    """
    frame, shape = _frame(tokens), _shapes(tokens)
    _uncapped(shape, symbol, tokens)
    quoting = _quoting(tokens, shape)
    state, coarse, middle = quoting.state, classes[0].take(symbol), classes[1].take(symbol)
    parts = clauses(shape, symbol, tokens.sentence_first, tokens.sentence_of)
    from_start = _EDGE.take(frame.index - frame.low, mode="clip")
    to_end = _EDGE.take(frame.high - 1 - frame.index, mode="clip")
    said = tokens.vocabulary.cached("attribution.said_verbs", _said_verbs)
    verbs = said.take(tokens.ids)
    verb, quote = _near_verbs(frame, verbs, symbol, parts), _near_quotes(frame, quoting)
    both = verb["from"] * 7 + verb["to"]
    commas = (shape == _COMMA).cumsum()
    commas -= commas[frame.low]
    np.minimum(commas, 4, out=commas)
    columns = {
        **_windows(frame, symbol, coarse, shape, state),
        **clause_columns(parts, middle),
        "quotation": quoting.look * 6 + state,
        "edges": (from_start * 9 + to_end) * 6 + state,
        "after_quote": quote["after_quote"],
        "before_quote": quote["before_quote"],
        "sentence": _sentences(tokens, quoting, verbs).take(tokens.sentence_of) * 6 + state,
        "verbs": ((both * 8 + quote["since"]) * 8 + quote["until"]) * 6 + state,
        "left_verb": verb["left_verb"],
        "right_verb": verb["right_verb"],
        "verb_pair": verb["verb_pair"],
        "left_verb_away": verb["left_verb_away"],
        "right_verb_away": verb["right_verb_away"],
        "from_verb": verb["from"] * 65 + coarse,
        "to_verb": verb["to"] * 65 + coarse,
        "opening": symbol[frame.low],
        "commas": commas * 49 + both,
    }
    return Described(
        columns=columns,
        coarse=coarse,
        place=frame.place,
        n_padded=frame.n_padded,
        symbol=symbol,
        middle=middle,
        state=state,
        quote_of=quoting.quote_of,
        from_start=from_start,
        to_end=to_end,
        low=frame.low,
        high=frame.high,
        shape=shape,
        clauses=parts,
    )
