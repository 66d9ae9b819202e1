"""Which tokens stand inside quotation marks.

Where the double marks of a block simply open and close in turn, they are paired at once; the marks
of other blocks, a few dozen a text at most, are walked one by one. Curly marks say whether
they open or close, straight ones are judged by the white space beside them. A quotation left open
at a block's end runs on where the next block begins with an opening mark (newspapers repeat it);
otherwise it ends with its sentence, or with its block where it opened the block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.tokenization import characters as ch
from credscore.tokenization.words import NUMBER, PUNCT, Words

__all__ = ["Quotes", "find_quotes"]

_AT_ONCE = 1 << 14  # marks
_Around = tuple[int, ...]  # of a mark: end of its block, end of its sentence, first of its block


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotations in order of their opening marks. Shapes (n_quotes,).

    Attributes:
        first: position of the first token inside, int64.
        last: position after the last token inside (the closing mark, where there is one), int64.
        closed: whether a closing mark ends it.
        continued: whether it goes on in the next block.
    """

    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    closed: npt.NDArray[np.bool_]
    continued: npt.NDArray[np.bool_]


class _Reader:
    """Walks the marks of a batch and collects the quotations."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, bool, bool]] = []
        self.double = -1  # token of the open double mark
        self.single = -1

    def close_double(self, token: int) -> None:
        if token > self.double + 1:
            self.rows.append((self.double + 1, token, True, False))
        self.double = -1

    def abandon(self, around: _Around, continues: bool, before: int | None = None) -> None:
        """A double mark is still open at its block's end, or at the next opening (``before``)."""
        block_end, sentence_end, block_first = around
        opened, self.double = self.double, -1
        self.single = -1
        if opened < 0:
            return
        end = block_end if continues or opened == block_first else sentence_end
        end = end if before is None else min(end, before)  # quotations never overlap
        if end > opened + 1:
            self.rows.append((opened + 1, end, False, continues))

    def read_double(self, token: int, opens: bool, closes: bool) -> bool:
        """Take one double mark in; True where it became the open one."""
        if self.double >= 0 and not (opens and not closes):
            self.close_double(token)
            return False
        if opens:
            self.double = token
            return True
        return False

    def read_single(self, token: int, opens: bool, closes: bool) -> None:
        if self.single >= 0 and closes:
            if token > self.single + 1 and self.double < 0:
                self.rows.append((self.single + 1, token, True, False))
            self.single = -1
        elif opens and self.single < 0:
            self.single = token


def find_quotes(
    words: Words,
    codes: npt.NDArray[np.uint16],
    block_of: npt.NDArray[np.int32],
    block_first: npt.NDArray[np.int64],
    block_doc: npt.NDArray[np.int64],
    sentence_of: npt.NDArray[np.int32],
    sentence_first: npt.NDArray[np.int64],
) -> Quotes:
    """Find all quotations of a batch."""
    at = ((words.classes == ch.QUOTE) | (words.classes == ch.APOSTROPHE)).nonzero()[0]
    if not at.size:
        nothing = np.zeros(0, dtype=np.int64)
        return Quotes(nothing, nothing, nothing.astype(np.bool_), nothing.astype(np.bool_))
    marks = _read_marks(words, codes, at, block_of, block_first)
    in_turn = _in_turn(marks)
    pairs = marks.token[in_turn].reshape(-1, 2)
    pairs[:, 0] += 1
    pairs = pairs[pairs[:, 1] > pairs[:, 0]]
    n_tokens = len(words.starts)
    rest = marks.only(~in_turn)
    around = (
        np.append(block_first[1:], n_tokens)[rest.block],
        np.append(sentence_first[1:], n_tokens)[sentence_of[rest.token]],
        block_first[rest.block],
    )
    reader = _Reader()
    _walk(reader, rest, around, _continuations(codes, words, block_first, block_doc))
    walked = np.array(reader.rows, dtype=np.int64).reshape(-1, 4)
    rows = np.concatenate([np.insert(pairs, 2, ((1,), (0,)), axis=1), walked])
    rows = rows[rows[:, 0].argsort()]
    return Quotes(rows[:, 0], rows[:, 1], rows[:, 2] > 0, rows[:, 3] > 0)


def _continuations(
    codes: npt.NDArray[np.uint16],
    words: Words,
    block_first: npt.NDArray[np.int64],
    block_doc: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """For each block, whether the next one of the same article begins with a double mark."""
    roles = ch.character_roles()[codes[words.starts[block_first]]]
    begins = (words.classes[block_first] == ch.QUOTE) & (roles & ch.CLOSES_DOUBLE == 0)
    continues = np.zeros(len(block_first), dtype=np.bool_)
    continues[:-1] = begins[1:] & (block_doc[1:] == block_doc[:-1])
    return continues


@dataclass(frozen=True, slots=True)
class _Marks:
    """Marks by position: token, whether it is double, may open, may close; block."""

    token: npt.NDArray[np.int64]
    double: npt.NDArray[np.bool_]
    opens: npt.NDArray[np.bool_]
    closes: npt.NDArray[np.bool_]
    block: npt.NDArray[np.int32]

    def only(self, keep: npt.NDArray[np.bool_]) -> _Marks:
        return _Marks(
            self.token[keep],
            self.double[keep],
            self.opens[keep],
            self.closes[keep],
            self.block[keep],
        )


def _in_turn(marks: _Marks) -> npt.NDArray[np.bool_]:
    """The marks of blocks in which double ones open and close in turn, and nothing else is."""
    block = marks.block
    begins = np.ones(len(block), dtype=np.bool_)
    begins[1:] = block[1:] != block[:-1]
    first = begins.nonzero()[0]
    if not first.size:
        return begins
    size = np.append(first[1:], len(block)) - first
    opening = (np.arange(len(block)) - first.repeat(size)) & 1 == 0
    fits = marks.double & np.where(opening, marks.opens, marks.closes | ~marks.opens)
    whole: npt.NDArray[np.bool_] = np.logical_and.reduceat(fits, first) & (size & 1 == 0)
    return whole.repeat(size)


def _read_marks(
    words: Words,
    codes: npt.NDArray[np.uint16],
    marks: npt.NDArray[np.int64],
    block_of: npt.NDArray[np.int32],
    block_first: npt.NDArray[np.int64],
) -> _Marks:
    n_tokens = len(words.starts)
    before, after = np.maximum(marks - 1, 0), np.minimum(marks + 1, n_tokens - 1)
    block = block_of[marks]
    space_before = words.apart(before, marks) | (marks == block_first[block])
    block_end = np.concatenate([block_first[1:], [n_tokens]])[block]
    space_after = words.apart(marks, after) | (after >= block_end)
    roles = ch.character_roles()[codes[words.starts[marks]]]
    double = words.classes[marks] == ch.QUOTE
    opening, closing = roles & ch.OPENS_DOUBLE > 0, roles & ch.CLOSES_DOUBLE > 0
    straight = double & ~opening & ~closing
    bracket_before = words.classes[before] == ch.OPEN
    punct_after = words.kinds[after] == PUNCT
    punct_before = (words.kinds[before] == PUNCT) & ~bracket_before
    # A straight mark between two spaces, or two letters, says nothing of itself.
    opens = opening | (straight & ~(space_after & ~space_before))
    closes = closing | (straight & ~((space_before | bracket_before) & ~space_after))
    single_open, plain = roles & ch.OPENS_SINGLE > 0, roles & ch.STRAIGHT_SINGLE > 0
    single_open |= plain & (space_before | bracket_before) & ~space_after
    single_open &= words.kinds[after] != NUMBER  # '90s
    single_close = roles & ch.CLOSES_SINGLE > 0
    single_close &= (space_after | punct_after) & (~space_before | punct_before)
    opens = np.where(double, opens, single_open)
    closes = np.where(double, closes, single_close)
    # A single mark says nothing in a block where none opens: mostly apostrophes.
    opened = np.zeros(len(block_first), dtype=np.bool_)
    opened[block[opens & ~double]] = True
    return _Marks(marks, double, opens, closes, block).only(double | opened[block])


def _one_by_one(
    marks: _Marks, around: Sequence[npt.NDArray[np.int64]]
) -> Iterator[tuple[int, bool, bool, bool, int, _Around]]:
    """The marks' columns, a few thousand at a time: as Python's objects they are large."""
    columns = marks.token, marks.double, marks.opens, marks.closes, marks.block
    for low in range(0, len(marks.token), _AT_ONCE):
        rows = slice(low, low + _AT_ONCE)
        ends = zip(*(column[rows].tolist() for column in around), strict=True)
        yield from zip(*(column[rows].tolist() for column in columns), ends, strict=True)


def _walk(
    reader: _Reader,
    marks: _Marks,
    around: Sequence[npt.NDArray[np.int64]],
    continues: npt.NDArray[np.bool_],
) -> None:
    opened_in: _Around | None = None  # what is around the mark that opened the quotation we are in
    current = -1
    for token, double, opens, closes, block, here in _one_by_one(marks, around):
        if block != current:
            if opened_in:
                reader.abandon(opened_in, bool(continues[current]))
            reader.single = -1
            opened_in, current = None, block
        if not double:
            reader.read_single(token, opens, closes)
        elif reader.double >= 0 and opens and not closes:
            # Opened again without a close: the earlier one was never closed.
            if opened_in:
                reader.abandon(opened_in, False, before=token)
            reader.double, opened_in = token, here
        elif reader.read_double(token, opens, closes):
            opened_in = here
        elif reader.double < 0:
            opened_in = None
    if opened_in:
        reader.abandon(opened_in, bool(continues[current]))
