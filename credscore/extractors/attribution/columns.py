"""Describes each token for the tagger's first pass: its neighbours, quotation, sentence, verbs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.clauses import (
    Clauses,
    clause_columns,
    clauses,
    first_part,
    row_of,
    second_part,
)
from credscore.extractors.attribution.positions import (
    AnyColumn,
    Column,
    SmallArray,
    bucket_table,
    inside_spans,
    shifted,
)
from credscore.extractors.attribution.segments import Given, Segments, Shared, segments
from credscore.extractors.attribution.shapes import COMMA, shapes
from credscore.extractors.attribution.slots import PLAIN, REACH
from credscore.extractors.attribution.wordlists import LEXICON
from credscore.lexicon import Vocabulary
from credscore.tokenization import Tokenization

__all__ = [
    "Described",
    "describe",
    "every_base_column",
    "opening_blocks",
    "previous_next",
    "sentence_ends",
]

IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]
Padded = TypeVar("Padded", IntArray, SmallArray, npt.NDArray[np.uint32])

_FAR = 63
_EDGE = bucket_table((1, 2, 3, 5, 8, 12, 20, 35))
# One more than the distance; 0 for none, which lies nowhere near.
_TO_QUOTE = bucket_table((1, 2, 3, 4, 6, 9, 16), 65)
_TO_VERB = bucket_table((1, 2, 3, 5, 10, 18))
_LENGTH = bucket_table((3, 6, 11, 25))
_, _OPENS, _CLOSES, _INSIDE, _FIRST, _LAST = range(6)


@dataclass(slots=True)
class Described:
    """Columns by slot name, and what the second pass needs again.

    Attributes:
        columns: row numbers by slot; windowed ones lie in padded positions (see ``place``).
        shared: columns that all tokens of a segment share.
        index: of each token, int32 as the other positions that are compared with it.
        behind: padded position ``REACH`` places before each token: articles are so many places
            apart, so that no window sees another article.
        n_padded: number of padded positions.
        first_part: of the padded words, for pairs of a word and something else.
        sentence: of each token.
        coarse, symbol, middle: coarse class, word and middle class, 0 where unknown.
        state: where in a quotation the token stands.
        quote_of: the token's quotation, -1 outside.
        from_start, to_end: classes of the distance to the edges of the sentence.
        low, high: first token of the token's sentence, and the one after its last.
        shape: of each token: 0 to 6 words and numbers, from 7 on marks.
        clauses: stretches between marks.
    """

    columns: dict[str, AnyColumn]
    shared: Shared
    index: Int32Array
    behind: IntArray
    n_padded: int
    first_part: npt.NDArray[np.uint32]
    sentence: IntArray
    coarse: SmallArray
    symbol: SmallArray
    middle: SmallArray
    state: SmallArray
    quote_of: npt.NDArray[np.int32]
    from_start: SmallArray
    to_end: SmallArray
    low: Int32Array
    high: Int32Array
    shape: SmallArray
    clauses: Clauses

    def after_first_pass(self) -> Described:
        """Without the columns that the second pass does not read again: a long text's are large."""
        plain = {slot.name for slot in PLAIN}
        columns = {name: column for name, column in self.columns.items() if name in plain}
        return replace(self, columns=columns, shared=Shared({}, self.shared.group[:0]))

    def seen(self, padded: Padded, step: int) -> Padded:
        """A padded column as each token sees it ``step`` places to its right."""
        return padded[REACH + step :].take(self.behind)


@dataclass(slots=True)
class _Quoting:
    state: SmallArray
    quote_of: npt.NDArray[np.int32]
    look: SmallArray  # joint description of the token's quotation, 0 outside
    brief: SmallArray  # length and last mark of it, 0 outside
    opens: BoolArray
    closes: BoolArray
    any: bool  # whether there are quotations at all


def _quoting(tokens: Tokenization, shape: SmallArray) -> _Quoting:
    n, quotes = len(tokens), tokens.quotes
    state, look, brief = np.zeros((3, n), dtype=np.int16)
    opens, closes = np.zeros((2, n), dtype=np.bool_)
    quote_of = np.empty(n, dtype=np.int32)
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


def previous_next(column: AnyColumn, doc: IntArray) -> tuple[IntArray, IntArray]:
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


def _sentences(tokens: Tokenization, quoting: _Quoting, verbs: BoolArray) -> SmallArray:
    """What each sentence and those beside it hold, times the six states of a token."""
    first, doc = tokens.sentence_first, tokens.sentence_doc
    n_verbs = np.minimum(np.add.reduceat(verbs & (quoting.quote_of < 0), first, dtype=np.int64), 2)
    before, after = previous_next(n_verbs, doc)
    joint: IntArray = n_verbs + 3 * before + 9 * after + (8 * 27) * opening_blocks(tokens)
    if not quoting.any:
        return (joint * 6).astype(np.int16)
    has_quote = (np.add.reduceat(quoting.opens, first, dtype=np.int64) > 0).astype(np.int64)
    quote_before, quote_after = previous_next(has_quote, doc)
    inside, opens = quoting.quote_of[first] >= 0, quoting.opens[first]
    marks = has_quote + 2 * quote_before + 4 * quote_after
    marks += 16 * (inside & ~opens) + 32 * (inside | opens)
    joint += marks * 27
    return (joint * 6).astype(np.int16)


@dataclass(slots=True)
class _Frame:
    """Where tokens stand: positions, their sentences, and their places in the padded row."""

    index: Int32Array
    low: Int32Array
    high: Int32Array
    sentence: IntArray
    behind: IntArray
    n_padded: int

    def padded(self, column: Column) -> Column:
        """The column with ``REACH`` zeros around every article."""
        spread = np.zeros(self.n_padded, dtype=column.dtype)
        spread[REACH:][self.behind] = column
        return spread


def sentence_ends(tokens: Tokenization) -> IntArray:
    """The token after the last of each sentence."""
    ends = np.empty(len(tokens.sentence_first), dtype=np.int64)
    ends[:-1] = tokens.sentence_first[1:]
    ends[-1:] = len(tokens)
    return ends


def _frame(tokens: Tokenization) -> _Frame:
    n = len(tokens)
    sentence = tokens.sentence_of.astype(np.int64)
    behind = tokens.doc_of * np.int64(REACH)
    behind += np.arange(n)
    return _Frame(
        index=np.arange(n, dtype=np.int32),
        low=tokens.sentence_first.astype(np.int32).take(sentence),
        high=sentence_ends(tokens).astype(np.int32).take(sentence),
        sentence=sentence,
        behind=behind,
        n_padded=n + REACH * (tokens.n_docs + 1),
    )


def _windows(
    frame: _Frame, symbol: SmallArray, coarse: SmallArray, shape: SmallArray, state: SmallArray
) -> tuple[dict[str, AnyColumn], npt.NDArray[np.uint32]]:
    """Columns that are read at neighbouring tokens, and the words' share in pairs."""
    shapes, words = frame.padded(shape), frame.padded(symbol.astype(np.int64))
    around = shifted(shapes, 1)
    around *= 22
    around[1:] += shapes[:-1]
    own = shape * (22 * 22)
    own += around[REACH:].take(frame.behind)
    first = first_part(words)
    pair = first[:-1] + second_part(words)[1:]
    pair = row_of(pair)
    classes = frame.padded(coarse)
    class_pair = shifted(classes, 1)
    class_pair += classes * 65
    columns: dict[str, AnyColumn] = {
        "word": words,
        "shape": frame.padded(shape * 6 + state).astype(np.int64),  # read at many places
        "class_pair": class_pair.astype(np.int64),
        "pair_before": pair[REACH - 1 :].take(frame.behind),
        "pair_after": pair[REACH:].take(frame.behind),
        "shapes": own,
    }
    return columns, first


def _said_verbs(vocabulary: Vocabulary) -> BoolArray:
    said: BoolArray = vocabulary.word_mask(LEXICON) & LEXICON.bits("said_verbs") > 0
    return said


def _joint(column: SmallArray, *further: tuple[int, SmallArray]) -> SmallArray:
    """One number for several: each time multiplied, and the next one added."""
    joint = column
    for k, (scale, more) in enumerate(further):
        if k:
            joint *= scale
        else:
            joint = joint * scale
        joint += more
    return joint


def every_base_column(found: Described) -> dict[str, AnyColumn]:
    """The columns that are there before the first pass, token by token."""
    shared = {name: rows[found.shared.group] for name, rows in found.shared.rows.items()}
    commas = found.columns["commas"].astype(np.int64)
    verbs: dict[str, AnyColumn] = {
        "from_verb": commas // 7 % 7 * 65 + found.coarse,
        "to_verb": commas % 7 * 65 + found.coarse,
    }
    return {**found.columns, **shared, **verbs}


def _segments(
    tokens: Tokenization,
    symbol: SmallArray,
    shape: SmallArray,
    quoting: _Quoting,
    parts: Clauses,
) -> Segments:
    said = tokens.vocabulary.cached("attribution.said_verbs", _said_verbs)
    verbs = said.take(tokens.ids)
    return segments(
        Given(
            verbs, symbol, shape == COMMA, tokens.sentence_first, sentence_ends(tokens),
            _sentences(tokens, quoting, verbs), quoting.look, quoting.brief, quoting.state,
            quoting.opens, quoting.closes, parts,
        )
    )  # fmt: skip


def _edge_columns(
    frame: _Frame, near: Segments, state: SmallArray, from_start: SmallArray, to_end: SmallArray
) -> dict[str, AnyColumn]:
    """How far the sentence's ends, quotations and verbs of saying are."""
    to_left = _TO_VERB.take(frame.index - near.left, mode="clip")
    to_right = _TO_VERB.take(near.right - frame.index, mode="clip")
    since = _TO_QUOTE.take(frame.index - near.closed, mode="clip")
    until = _TO_QUOTE.take(near.opened - frame.index, mode="clip")
    return {
        "edges": _joint(from_start, (9, to_end), (6, state)),
        "after_quote": _joint(since, (36, near.after)),
        "before_quote": _joint(until, (36, near.before)),
        "verbs": _joint(to_left, (7, to_right), (8, since), (8, until), (6, state)),
        "commas": _joint(near.commas, (7, to_left), (7, to_right)),
    }


def describe(tokens: Tokenization, symbol: SmallArray, classes: SmallArray) -> Described:
    """Make the columns of ``slots.BASE``.

    Args:
        symbol: word number of each token in the model's vocabulary, 0 where it is not in it.
        classes: coarse (< 65) and middle (< 257) class of each word number, shape (2, n_words).
    """
    frame, shape = _frame(tokens), shapes(tokens, symbol)
    quoting = _quoting(tokens, shape)
    state, coarse, middle = quoting.state, classes[0].take(symbol), classes[1].take(symbol)
    parts = clauses(shape, symbol, tokens.sentence_first, tokens.sentence_of)
    from_start = _EDGE.take(frame.index - frame.low, mode="clip")
    to_end = _EDGE.take(frame.high - 1 - frame.index, mode="clip")
    near = _segments(tokens, symbol, shape, quoting, parts)
    windows, first = _windows(frame, symbol, coarse, shape, state)
    columns: dict[str, AnyColumn] = {
        **windows,
        **clause_columns(parts, middle),
        **_edge_columns(frame, near, state, from_start, to_end),
    }
    return Described(
        columns=columns,
        shared=near.shared,
        coarse=coarse,
        index=frame.index,
        behind=frame.behind,
        n_padded=frame.n_padded,
        first_part=first,
        sentence=frame.sentence,
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
