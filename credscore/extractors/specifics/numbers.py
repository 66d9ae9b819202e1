"""Finds numbers that claim something, and dates; leaves out the numbers that are mere names.

Not claims: list numbering, clock times, scores, ages, "Article 5", "COVID-19", "24/7", page
furniture ("2 min read").
"""

from __future__ import annotations

import numpy as np

from credscore.extractors.specifics.words import (
    KINDS,
    LEXICON,
    BoolArray,
    Candidates,
    IntArray,
    View,
)
from credscore.tokenization import CAPITALISED, NUMBER, WORD
from credscore.tokenization import characters as ch

__all__ = ["find_numbers"]

_THIN = np.array([0x00A0, 0x2009, 0x202F])  # spaces between groups of digits
_DASHES = np.array([ord(c) for c in "-\u2010\u2011\u2012\u2013\u2014\u2212"])
_CURRENCIES = np.array([ord(c) for c in "$\u00a2\u00a3\u00a5\u20ac\u20b4\u20b9\u20bd\u20a9\u20aa"])
_NUMBER_, _MONEY, _PERCENT, _DURATION, _DATE = range(5)
assert KINDS[:5] == ("number", "money", "percent", "duration", "date")

_YEARS = 1500, 2100
_OLDEST = 115  # years; a larger number between commas after a name is no age
_LISTING_TOKENS = 9  # a line of this length with a price is an entry of a list


def _bit(*groups: str) -> np.uint32:
    return LEXICON.bits(*groups)


def find_numbers(view: View) -> Candidates:
    """Numbers, amounts, percentages, durations and dates of a batch, sorted by position."""
    reader = _Numbers(view)
    start, end, kind, keep = reader.start, reader.end, reader.kind, reader.keep
    return Candidates(start[keep], end[keep], kind[keep], reader.exact[keep])


class _Numbers:
    """One row for each written number, a range or grouped digits being one."""

    def __init__(self, view: View) -> None:
        self.view, tokens = view, view.tokens
        self.numeric = tokens.kinds == NUMBER
        spelled = view.mask & _bit("number_word") > 0
        anchors = np.flatnonzero(self.numeric | spelled)
        goes_on, self.dashed = self._continues(anchors)
        first = np.flatnonzero(~goes_on)
        self.at = anchors[first]
        last = np.append(first[1:], len(anchors)) - 1
        self.parts = last - first + 1
        self.ranged = np.zeros(len(first), dtype=np.bool_)
        self.ranged[np.cumsum(~goes_on)[self.dashed] - 1] = True
        self.last = anchors[last] if len(first) else anchors
        self.digits = self.numeric[self.at]
        self._read_units()
        self._read_dates()
        self.keep = ~self._no_claim()
        self._spans()

    def _continues(self, at: IntArray) -> tuple[BoolArray, BoolArray]:
        """Which numbers continue the one before: "3 500" with a thin space, "25-30", "25 to 30"."""
        view, tokens = self.view, self.view.tokens
        before, second = np.maximum(at - 1, 0), np.maximum(at - 2, 0)
        follows = np.append(False, at[1:] - at[:-1] == 1)[: len(at)] & view.inside(at - 1, at)
        gap = tokens.starts[at] - tokens.ends[before]
        thin = np.isin(tokens.codes[tokens.ends[before]], _THIN) & (gap == 1)
        grouped = follows & thin & (view.length[at] == 3) & self.numeric[at]
        third = np.append(False, at[1:] - at[:-1] == 3)[: len(at)] & view.inside(at - 3, at)
        out_of = third & view.says(at - 2, at, "out") & view.says(at - 1, at, "of")
        follows_two = np.append(False, at[1:] - at[:-1] == 2)[: len(at)] & view.inside(at - 2, at)
        dash = np.isin(view.codes(at - 1, at), _DASHES) & view.touches(at) & view.touches(at - 1)
        to = (view.first_code[before] == ord("t")) & (view.length[before] == 2)
        dashed = follows_two & dash & self.numeric[second] & self.numeric[at]
        spelled = follows & dash
        return grouped | dashed | spelled | out_of | (follows_two & to), dashed

    def _after_hyphen(self, at: IntArray) -> IntArray:
        """The next word's position, past a hyphen that touches: "48-hour"."""
        hyphen = np.isin(self.view.codes(at, self.at), _DASHES) & self.view.touches(at)
        return at + (hyphen & self.view.touches(at + 1))

    def _read_units(self) -> None:
        view = self.view
        self.next = self._after_hyphen(self.last + 1)
        scale = view.bits(self.next, self.at) & _bit("scale") > 0
        self.scaled = scale
        self.unit_at = np.where(scale, self._after_hyphen(self.next + 1), self.next)
        unit = view.bits(self.unit_at, self.at)
        second = view.bits(self.unit_at + 1, self.at)
        cent = view.says(self.unit_at, self.at, "per") & (second & _bit("currency") > 0)
        self.percent = (unit & _bit("percent") > 0) | cent
        self.two_word_unit = cent | ((unit & _bit("percent") > 0) & (second & _bit("point") > 0))
        symbol = np.isin(view.codes(self.at - 1, self.at), _CURRENCIES) & view.touches(self.at)
        self.symbol_before = symbol
        self.symbol_after = np.isin(view.codes(self.unit_at, self.at), _CURRENCIES)
        self.money = symbol | self.symbol_after | (unit & _bit("currency") > 0) & ~cent
        self.duration = unit & _bit("duration") > 0
        self.measure = unit & _bit("measure") > 0
        self.unit = self.percent | self.money | self.duration | self.measure
        self.kind = np.select(
            [self.money, self.percent, self.duration], [_MONEY, _PERCENT, _DURATION], _NUMBER_
        ).astype(np.int64)

    def _value(self) -> IntArray:
        """The number where it is of at most four plain digits, else -1."""
        tokens, length = self.view.tokens, self.view.length[self.at]
        value = np.zeros(len(self.at), dtype=np.int64)
        plain = self.digits & (length <= 4) & (self.parts == 1)
        for place in range(4):
            at = np.minimum(tokens.starts[self.at] + place, len(tokens.codes) - 1)
            digit = tokens.codes[at].astype(np.int64) - ord("0")
            here = place < length
            plain &= ~here | ((digit >= 0) & (digit <= 9))
            value = np.where(here, value * 10 + digit, value)
        return np.where(plain, value, -1)

    def _read_dates(self) -> None:
        view, at = self.view, self.at
        self.value = self._value()
        month_after = view.bits(self.last + 1, at) & _bit("month") > 0
        dot = view.codes(at - 1, at) == ord(".")
        month_at = at - 1 - dot
        month_before = view.bits(month_at, at) & _bit("month") > 0
        month_before &= view.tokens.flags[np.maximum(month_at, 0)] & CAPITALISED > 0
        day = self.digits & ~self.unit & (self.value <= 31)
        self.month_at = np.where(month_before, month_at, at)
        self.day = day & (month_before | month_after) & (self.value != 0)
        year = (self.value >= _YEARS[0]) & (self.value <= _YEARS[1])
        self.year = year & ~self.unit & ~self.scaled & self.digits
        years = self.ranged & self.digits & (view.length[at] == 4) & ~self.unit  # 2022-2024
        month_year = (month_before & self.year) | (self.year & month_before)
        self.exact = self.day | month_year
        self.kind[self.day | self.year | years] = _DATE
        self.month_after = month_after
        # The year of a full date belongs to it: "May 14, 2025", "14 May 2025".
        comma = view.codes(at - 1, at) == ord(",")
        earlier = np.append(False, self.day[:-1])[: len(at)]
        gap = at - np.append(0, self.last[:-1])[: len(at)]
        near = (gap == 1 + comma) | ((gap == 2) & month_before)
        self.tail_of_date = self.year & earlier & near

    def _no_claim(self) -> BoolArray:
        view, at = self.view, self.at
        before, next_code = view.bits(at - 1, at), view.codes(self.last + 1, at)
        before_code = view.codes(at - 1, at)
        date = self.kind == _DATE
        bare = ~self.unit & ~self.scaled & ~date
        wrong = self._spelled_loosely()
        wrong |= view.bits(self.next, at) & _bit("clock") > 0
        colon = (next_code == ord(":")) & view.touches(self.last + 1) & view.touches(self.last + 2)
        wrong |= colon | ((before_code == ord(":")) & view.touches(at))
        wrong |= self._ordinal() & ~self.day
        wrong |= self._named(before, before_code) & bare
        wrong |= self.ranged & bare  # scores, telephone numbers
        slash = (before_code == ord("/")) & view.touches(at)
        wrong |= slash | ((next_code == ord("/")) & view.touches(self.last + 1) & bare)
        wrong |= self._age(before)
        wrong |= self._numbering(next_code) & ~(self.percent | self.money | self.duration)
        wrong |= (before_code == ord("#")) | (before_code == 0xA9) | self.tail_of_date
        wrong |= self._in_brackets(before_code, next_code) & ~date & ~self.unit
        reading = view.says(self.unit_at + 1, at, "read", "reading")
        wrong |= reading & self.duration
        wrong |= self.money & self._listing()
        wrong |= self._telephone(before_code) & bare
        wrong |= bare & ~view.inside(at - 1, at) & ~view.inside(self.last + 1, at)
        capital = view.tokens.flags[np.clip(self.unit_at, 0, view.last)] & CAPITALISED > 0
        wrong |= self.duration & (self.unit_at == self.last + 2) & capital  # "7-Day Challenge"
        ends = np.isin(next_code, [ord(","), ord("."), ord(";"), 0])
        is_aged = (
            view.says(at - 1, at, "is", "was", "turns")
            & ends
            & (self.value > 0)
            & (self.value < _OLDEST)
        )
        wrong |= is_aged & bare  # "She is 58."
        return wrong

    def _telephone(self, before_code: IntArray) -> BoolArray:
        """Numbers side by side, after a plus sign, or with a leading zero."""
        view, at = self.view, self.at
        before = np.append(False, at[1:] == self.last[:-1] + 1)[: len(at)]
        beside = before | np.append(before[1:], False)[: len(at)]
        zero = (view.codes(at, at) == ord("0")) & (view.length[at] > 1)
        point = view.tokens.codes[
            np.minimum(view.tokens.starts[at] + 1, len(view.tokens.codes) - 1)
        ]
        found: BoolArray = beside | (before_code == ord("+")) | (zero & (point != ord(".")))
        return found

    def _spelled_loosely(self) -> BoolArray:
        """A spelled number without unit or scale: "two of the girders", "third quarter"."""
        share = self.view.bits(self.at, self.at) & _bit("share_word") > 0
        of = self.view.says(self.last + 1, self.at, "of")
        counted = np.where(share, of, self.unit | self.scaled)
        found: BoolArray = ~self.digits & ~counted
        return found

    def _ordinal(self) -> BoolArray:
        """4th, 1990s: a digit first and letters last."""
        tokens = self.view.tokens
        final = tokens.codes[tokens.ends[self.last] - 1]
        letter = (final | 0x20 >= ord("a")) & (final | 0x20 <= ord("z"))
        scale = np.isin(final, [ord(c) for c in "mMnNkK"])  # 5m, 3bn, 40k
        found: BoolArray = self.digits & letter & ~scale
        return found

    def _named(self, before: np.typing.NDArray[np.uint32], before_code: IntArray) -> BoolArray:
        """The number is a name's: "Article 5", "No. 7", "Boeing 737", "COVID-19"."""
        view, at, tokens = self.view, self.at, self.view.tokens
        previous = np.maximum(at - 1, 0)
        capital = (tokens.flags[previous] & CAPITALISED > 0) & view.inside(at - 1, at)
        small = before & _bit("function", "lead_in") > 0
        numbered = before & _bit("numbered") > 0
        dotted = (before_code == ord(".")) & (view.bits(at - 2, at) & _bit("numbered") > 0)
        word = tokens.kinds[previous] == WORD
        hyphen = np.isin(before_code, _DASHES) & view.touches(at) & view.touches(at - 1)
        named: BoolArray = (capital & word & ~small) | numbered | dotted | hyphen
        listed = view.says(at - 1, at, "and", "or") | (before_code == ord(","))
        for _ in range(2):  # "lines 3, 8 and 14"
            earlier = np.append(False, named[:-1])[: len(named)]
            near = at - np.append(-9, self.last[:-1])[: len(at)] == 2
            named |= listed & earlier & near
        return named

    def _age(self, before: np.typing.NDArray[np.uint32]) -> BoolArray:
        view, at = self.view, self.at
        aged = before & _bit("age") > 0
        old = view.bits(self._after_hyphen(self.unit_at + 1), at) & _bit("age") > 0
        commas = (view.codes(at - 1, at) == ord(",")) & np.isin(
            view.codes(self.last + 1, at), [ord(","), ord(".")]
        )
        flags = view.tokens.flags[np.maximum(at - 2, 0)]
        apposed = commas & (flags & CAPITALISED > 0) & (self.value > 0) & (self.value < _OLDEST)
        found: BoolArray = (aged & (self.value < _OLDEST)) | (old & self.duration) | apposed
        return found

    def _numbering(self, next_code: IntArray) -> BoolArray:
        """A number that opens a line or a sentence: "3. Wake up", "9 simple habits"."""
        view, at, tokens = self.view, self.at, self.view.tokens
        before = np.maximum(at - 1, 0)
        sentence = tokens.sentence_of
        opens = (at == 0) | (sentence[before] != sentence[at]) | ~view.inside(at - 1, at)
        opens |= view.first_code[before] == ord(":")
        stop = np.isin(next_code, [ord("."), ord(")")]) & view.touches(self.last + 1)
        following = np.minimum(self.last + 1, view.last)
        capital = tokens.flags[following] & CAPITALISED > 0
        found: BoolArray = self.digits & opens & (stop | capital) & (view.length[at] <= 3)
        return found

    def _in_brackets(self, before_code: IntArray, next_code: IntArray) -> BoolArray:
        return np.isin(before_code, [ord("("), ord("[")]) & np.isin(next_code, [ord(")"), ord("]")])

    def _listing(self) -> BoolArray:
        """A line of few words: a price list, not a sentence."""
        tokens = self.view.tokens
        bounds = np.append(tokens.block_first, len(tokens))
        block = tokens.block_of[self.at]
        size = bounds[block + 1] - bounds[block]
        final = tokens.classes[np.maximum(bounds[block + 1] - 1, 0)]
        several = bounds[-2] > 0 if len(bounds) > 1 else False
        found: BoolArray = (size <= _LISTING_TOKENS) & (final != ch.DOT) & several
        return found

    def _spans(self) -> None:
        """What a reader is shown: the number with its sign, scale, unit or noun."""
        view, at = self.view, self.at
        end = np.where(self.scaled, self.next, self.last) + 1
        end = np.where(self.unit & ~self.symbol_before, self.unit_at + 1 + self.two_word_unit, end)
        end = np.where(self.percent, self.unit_at + 1 + self.two_word_unit, end)
        counted = (self.kind == _NUMBER_) & (~self.measure | self.symbol_before)
        for _ in range(2):  # "25 extra minutes", "14 000 low-cost sensors"
            noun = view.tokens.classes[np.clip(end, 0, view.last)] == ch.LOWER
            counted &= noun & view.inside(end, at) & (view.bits(end, at) & _bit("function") == 0)
            past = self._after_hyphen(end + 1)
            end = np.where(counted, np.where(past > end + 1, past, end) + 1, end)
        start = at - self.symbol_before
        end = np.where(self.day & self.month_after, self.last + 2, end)
        start = np.where(self.day & ~self.month_after, self.month_at, start)
        later = np.append(self.tail_of_date[1:], False)[: len(at)]
        following = np.append(self.last[1:], 0)[: len(at)]
        self.start = start
        self.end = np.where(later, following + 1, end)
