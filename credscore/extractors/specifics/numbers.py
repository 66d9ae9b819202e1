"""Finds numbers that claim something, and dates; leaves out the numbers that are mere names.

Not claims: list numbering, clock times, scores, ages, "Article 5", "COVID-19", "24/7", page
furniture ("2 min read"), and what ``frames.py`` tells apart.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.extractors.specifics.frames import (
    before_years,
    definite,
    dotted,
    in_fraction,
    lettered,
    of_a_law,
    past_tense,
    share,
    time_frame,
)
from credscore.extractors.specifics.words import (
    KINDS,
    LEXICON,
    BoolArray,
    Candidates,
    IntArray,
    View,
)
from credscore.tokenization import ALL_CAPS, CAPITALISED, NUMBER, WORD
from credscore.tokenization import characters as ch

__all__ = ["find_numbers"]


_THIN, _DASH, _CURRENCY, _STOPS, _CLOSES, _PRIME, _SCALES = 1, 2, 4, 8, 16, 32, 64
_MARKS = ch.sets_of(
    "\u00a0\u2009\u202f",  # spaces between groups of digits
    "-\u2010\u2011\u2012\u2013\u2014\u2212",
    "$\u00a2\u00a3\u00a5\u20ac\u20b4\u20b9\u20bd\u20a9\u20aa",
    ",.;\0",  # ends an apposition; 0 stands for a block's end
    ".)",
    "\u2032\u2033",
    "bmtlckBMTLCK",  # the first letter of bn, mn, tn, ln, km and the like
)
_NUMBER_, _MONEY, _PERCENT, _DURATION, _DATE = range(5)
assert KINDS[:5] == ("number", "money", "percent", "duration", "date")

_CODES = tuple(
    "aud cad chf cny czk dkk eur gbp huf idr inr jpy krw mxn nok pln rmb rs sek sgd uah usd zar"
    "".split()
)  # stand before an amount: "KRW 302.23 trillion"
_YEARS = 1500, 2100
_OLDEST = 115  # years; a larger number between commas after a name is no age
_LISTING_TOKENS = 9  # a line of this length with a price is an entry of a list


@cache
def _bit(*groups: str) -> np.uint32:
    return LEXICON.bits(*groups)


def _earlier(column: npt.NDArray[Any], first: int) -> npt.NDArray[Any]:
    """Each row's predecessor's value."""
    shifted = np.empty_like(column)
    shifted[1:] = column[:-1]
    shifted[:1] = first
    return shifted


def find_numbers(view: View) -> Candidates:
    """Numbers, amounts, percentages, durations and dates of a batch, sorted by position."""
    anchor = (view.tokens.kinds == NUMBER) | (view.mask[:-1] & _bit("number_word") > 0)
    anchors = view.place[anchor]
    if not len(anchors):
        nothing = np.zeros(0, dtype=np.int64)
        return Candidates(nothing, nothing, nothing, nothing.astype(np.bool_))
    reader = _Numbers(view, anchors)
    start, end, kind, keep = reader.start, reader.end, reader.kind, reader.keep
    return Candidates(start[keep], end[keep], kind[keep], reader.exact[keep])


class _Numbers:
    """One row for each written number, a range or grouped digits being one. All are places."""

    def __init__(self, view: View, anchors: IntArray) -> None:
        self.view = view
        goes_on, dashed = self._continues(anchors)
        first = (~goes_on).nonzero()[0]
        last = np.empty_like(first)
        last[:-1], last[-1] = first[1:] - 1, len(anchors) - 1
        self.at = anchors[first]
        self.last = anchors[last]
        self.parts = last - first + 1
        self.ranged = np.zeros(len(first), dtype=np.bool_)
        if dashed.any():
            self.ranged[(~goes_on).cumsum()[dashed] - 1] = True
        self.digits = view.kinds(self.at) == NUMBER
        self.length = view.lengths(self.at)
        self.before, self.before_code = view.bits(self.at - 1), view.codes(self.at - 1)
        self.next_code = view.codes(self.last + 1)
        self.touching, self.next_touches = view.touches(self.at), view.touches(self.last + 1)
        self._read_units()
        self._read_dates()
        self.keep = ~self._no_claim()
        self._spans()

    def _continues(self, at: IntArray) -> tuple[BoolArray, BoolArray]:
        """Which numbers continue the one before: "3 500" with a thin space, "25-30", "25 to 30"."""
        view = self.view
        gap = at - _earlier(at, -99)
        numeric = view.kinds(at) == NUMBER
        token = view.token[at]
        space = view.tokens.codes[view.starts[token] - 1]
        thin = (_MARKS[space] & _THIN > 0) & (view.starts[token] - view.ends[token - 1] == 1)
        grouped = (gap == 1) & thin & (view.lengths(at) == 3) & numeric
        out_of = (gap == 3) & view.says(at - 2, "out") & view.says(at - 1, "of")
        joined = view.touches(at) & view.touches(at - 1)
        dash = (_MARKS[view.codes(at - 1)] & _DASH > 0) & joined
        dashed = (gap == 2) & dash & numeric & _earlier(numeric, 0)
        ranging = (gap == 2) & view.says(at - 1, "to")
        four = (view.lengths(at - 2) == 4) & (view.kinds(at - 2) == NUMBER)  # "in 2013 to seven"
        ranging &= ~four | (numeric & (view.lengths(at) >= 4))
        return grouped | dashed | out_of | ranging, dashed

    def _after_hyphen(self, place: IntArray) -> IntArray:
        """The next word's place, past a hyphen that touches: "48-hour"."""
        view = self.view
        hyphen = (_MARKS[view.codes(place)] & _DASH > 0) & view.touches(place)
        return place + (hyphen & view.touches(place + 1))

    def _read_units(self) -> None:
        view = self.view
        self.next = self._after_hyphen(self.last + 1)
        points = view.bits(self.next + 1) & _bit("percent", "point") > 0
        between = (
            view.says(self.next, "full", "whole", "basis") & points
        )  # "10 full percentage points"
        basis = between & view.says(self.next, "basis")
        self.next = self.next + (between & ~basis)
        self.next_bits = view.bits(self.next)
        self.scaled = self.next_bits & _bit("scale") > 0
        after_scale = self._after_hyphen(self.next + 1)
        self.unit_at = np.where(self.scaled, after_scale, self.next)
        unit, second = view.bits(self.unit_at), view.bits(self.unit_at + 1)
        cent = view.says(self.unit_at, "per") & (second & _bit("currency") > 0)
        percent = (unit & _bit("percent") > 0) | basis
        self.percent = percent | cent
        self.two_word_unit = cent | (percent & (second & _bit("point") > 0))
        self.symbol_before = (_MARKS[self.before_code] & _CURRENCY > 0) & self.touching
        symbol_after = _MARKS[view.codes(self.unit_at)] & _CURRENCY > 0
        currency = (unit & _bit("currency") > 0) & ~cent
        heavy = (self.unit_at == self.last + 2) & view.says(self.unit_at, "pound")
        currency &= ~heavy  # "a 260-pound calf"
        capital = view.flags(self.at - 1) & CAPITALISED > 0
        self.code_before = view.says(self.at - 1, *_CODES) & capital & ~self.touching
        self.money = self.symbol_before | symbol_after | currency | self.code_before
        self.duration = unit & _bit("duration") > 0
        self.measure = unit & _bit("measure") > 0
        self.firm = self.percent | self.money | self.duration
        self.unit = self.firm | self.measure
        self.kind = np.full(len(self.at), _NUMBER_, dtype=np.int64)
        self.kind[self.duration] = _DURATION
        self.kind[self.percent] = _PERCENT
        self.kind[self.money] = _MONEY

    def _value(self) -> IntArray:
        """The number where it is of at most four plain digits, else -1."""
        view = self.view
        start = view.starts[view.token[self.at]][:, None] + np.arange(4)
        codes = view.tokens.codes[np.minimum(start, len(view.tokens.codes) - 1)]
        digit = codes.astype(np.int64) - ord("0")
        beyond = np.arange(4) >= self.length[:, None]
        plain = (beyond | ((digit >= 0) & (digit <= 9))).all(axis=1)
        plain &= self.digits & (self.length <= 4) & (self.parts == 1)
        powers = 10 ** np.maximum(self.length[:, None] - 1 - np.arange(4), 0)
        value = np.where(beyond, 0, digit * powers).sum(axis=1)
        return np.where(plain, value, -1)

    def _read_dates(self) -> None:
        view, at = self.view, self.at
        self.value = self._value()
        self.month_after = view.bits(self.last + 1) & _bit("month") > 0
        month_at = at - 1 - (self.before_code == ord("."))
        month_before = view.bits(month_at) & _bit("month") > 0
        month_before &= view.flags(month_at) & CAPITALISED > 0
        day = self.digits & ~self.unit & (self.value <= 31) & (self.value > 0)
        self.month_at = np.where(month_before, month_at, at)
        self.day = day & (month_before | self.month_after)
        free = (~self.unit | (month_before & ~self.firm)) & self.digits  # "an August 2022 vote"
        year = (self.value >= _YEARS[0]) & (self.value <= _YEARS[1])
        year &= self.before & _bit("numbered") == 0  # "PO Box 1520"
        self.year = year & free & ~self.scaled
        self.unit &= ~self.year
        years = self.ranged & (self.length == 4)  # 2022-2024
        years = (years | before_years(view, at, self.last)) & free & ~self.scaled
        self.exact = self.day | (month_before & self.year)
        self.kind[self.day | self.year | years] = _DATE
        # The year of a full date belongs to it: "May 14, 2025", "14 May 2025".
        comma = self.before_code == ord(",")
        gap = at - _earlier(self.last, -99)
        near = (gap == 1 + comma) | ((gap == 2) & month_before)
        self.tail_of_date = self.year & _earlier(self.day, 0) & near

    def _no_claim(self) -> BoolArray:
        date = self.kind == _DATE
        bare = ~self.unit & ~self.scaled & ~date
        code = self.before_code
        wrong = self._spelled_loosely() | self._clock()
        wrong |= self._ordinal() & ~self.day
        dash = _MARKS[self.before_code] & _DASH > 0  # "COVID-19", whatever follows
        dash &= self.touching & self.view.touches(self.at - 1)
        letters = self.view.flags(self.at - 2) & ALL_CAPS > 0
        wrong |= dash & (~self.firm | letters) & ~date
        alone = (self.before_code == 0) & (self.next_code == 0)  # a whole line
        wrong |= (self._named() | self.ranged | self._telephone() | alone) & bare
        slash = (self.next_code == ord("/")) & self.next_touches
        wrong |= ((code == ord("/")) & self.touching) | (slash & bare)
        wrong |= in_fraction(self.view, self.at, self.last) & ~self.symbol_before
        wrong |= time_frame(self.view, self.at, self.unit_at, self.duration)
        wrong |= definite(self.view, self.at, self.digits) & ~self.scaled
        wrong |= (self._compound() | of_a_law(self.view, self.at, self.last)) & bare
        wrong |= self.duration & ~self.digits & share(self.view, self.last, self.next)
        wrong |= self._coordinate()
        wrong |= self._age(bare)
        beside = self.view.says(self.at - 1, "and") & (self.at - _earlier(self.last, -99) == 2)
        wrong |= beside & _earlier(self.day, 0) & bare  # "between Sept. 12 and 18"
        wrong |= self._numbering() & ~self.firm
        wrong |= (code == ord("=")) & self.touching  # in an address
        wrong |= (code == ord("#")) | (code == ord("\u00a9")) | self.tail_of_date
        wrong |= self._in_brackets() & ~date & ~self.unit
        wrong |= self.view.says(self.unit_at + 1, "read", "reading") & self.duration
        if self.money.any():
            wrong |= self.money & self._listing()
        capital = self.view.flags(self.unit_at) & CAPITALISED > 0
        wrong |= self.duration & (self.unit_at == self.last + 2) & capital  # "7-Day Challenge"
        return wrong

    def _compound(self) -> BoolArray:
        """A hyphen joins a word that is no unit: "8-bit", "3-D"; or a count: "day 3 of 5"."""
        view = self.view
        hyphen = (_MARKS[self.next_code] & _DASH > 0) & self.next_touches
        word = hyphen & (self.next == self.last + 2) & (view.kinds(self.next) == WORD)
        counted = view.says(self.at - 1, "of") & (view.kinds(self.at - 2) == NUMBER)
        counted &= view.bits(self.at - 3) & _bit("numbered") > 0
        compound: BoolArray = word | counted
        return compound

    def _coordinate(self) -> BoolArray:
        """Degrees and minutes: "40°44′34″"."""
        degree = (self.next_code == ord("°")) & (self.view.kinds(self.last + 2) == NUMBER)
        parts: BoolArray = degree | (_MARKS[self.next_code] & _PRIME > 0)
        return parts

    def _clock(self) -> BoolArray:
        """Times of day: "7 p.m.", "5:40"."""
        colon = (self.next_code == ord(":")) & self.next_touches
        colon &= self.view.touches(self.last + 2)
        colon |= (self.before_code == ord(":")) & self.touching
        clock: BoolArray = colon | (self.next_bits & _bit("clock") > 0)
        return clock

    def _telephone(self) -> BoolArray:
        """Numbers side by side, after a plus sign, or with a leading zero."""
        view, at = self.view, self.at
        follows = at == _earlier(self.last, -99) + 1
        beside = follows.copy()
        beside[:-1] |= follows[1:]
        zero = (view.codes(at) == ord("0")) & (self.length > 1)
        zero |= dotted(view, at, self.length)
        starts = view.starts[view.token[at]]
        point = view.tokens.codes[np.minimum(starts + 1, len(view.tokens.codes) - 1)] == ord(".")
        found: BoolArray = beside | (self.before_code == ord("+")) | (zero & ~point)
        return found

    def _spelled_loosely(self) -> BoolArray:
        """A spelled number without unit or scale: "two of the girders", "third quarter"."""
        share = self.view.bits(self.at) & _bit("share_word") > 0
        of = self.view.says(self.last + 1, "of")
        counted = np.where(share, of, self.unit | self.scaled)
        loose: BoolArray = ~self.digits & ~counted
        return loose

    def _ordinal(self) -> BoolArray:
        """4th, 1990s, 8kun: a digit first and letters last."""
        view = self.view
        final = view.tokens.codes[view.ends[view.token[self.last]] - 1] | 0x20
        letter = (final >= ord("a")) & (final <= ord("z"))
        scale = (final == ord("m")) | (final == ord("n")) | (final == ord("k"))  # 5m, 3bn, 40k
        codes, end = view.tokens.codes, view.ends[view.token[self.last]]
        one = codes[end - 2] <= ord("9")
        two = (_MARKS[codes[end - 2]] & _SCALES > 0) & (codes[end - 3] <= ord("9"))
        scale &= one | two  # but "8kun"
        ordinal: BoolArray = self.digits & letter & ~scale
        # "3M" is a firm, "3M masks" and "$3M" are amounts.
        capital = view.tokens.codes[view.ends[view.token[self.last]] - 1] < ord("a")
        several = view.tokens.codes[view.ends[view.token[self.last + 1]] - 1] == ord("s")
        ordinal |= self.digits & letter & capital & ~self.money & ~several
        return ordinal

    def _named(self) -> BoolArray:
        """The number is a name's: "Article 5", "No. 7", "Boeing 737", "COVID-19"."""
        view, at = self.view, self.at
        capital = view.flags(at - 1) & CAPITALISED > 0
        word = view.kinds(at - 1) == WORD
        small = self.before & _bit("function", "lead_in") > 0
        named: BoolArray = (capital & word & ~small) | (self.before & _bit("numbered") > 0)
        dot = self.before_code == ord(".")
        named |= dot & (view.bits(at - 2) & _bit("numbered") > 0)
        listed = view.says(at - 1, "and", "or") | (self.before_code == ord(","))
        listed &= at - _earlier(self.last, -99) == 2
        for _ in range(2):  # "lines 3, 8 and 14"
            named |= listed & _earlier(named, 0)
        return named

    def _age(self, bare: BoolArray) -> BoolArray:
        """How old somebody is: "aged 75", "75 years old", "Kapatsii, 75,", "She is 58."."""
        view, at = self.view, self.at
        young = (self.value > 0) & (self.value < _OLDEST)
        aged = (self.before & _bit("age") > 0) & young
        old = view.bits(self._after_hyphen(self.unit_at + 1)) & _bit("age") > 0
        ends = _MARKS[self.next_code] & _STOPS > 0
        name = view.flags(at - 2) & CAPITALISED > 0
        apposed = (self.before_code == ord(",")) & name
        described = (self.before_code == ord(",")) & (view.kinds(at - 2) == WORD)
        apposed |= described & (self.next_code == ord(","))  # "the actor, 31, wore"
        stated = view.says(at - 1, "is", "was", "turns") & bare
        age: BoolArray = aged | (old & self.duration) | ((apposed | stated) & ends & young)
        person = view.says(at - 2, "he", "she", "who") & stated  # "when she was 14 and"
        return age | ((person | view.says(at - 1, "turns", "turned")) & young & bare)

    def _numbering(self) -> BoolArray:
        """A number that opens a line or a sentence: "3. Wake up", "9 simple habits"."""
        view, tokens = self.view, self.view.tokens
        token = view.token[self.at]
        sentence = tokens.sentence_of
        opens = tokens.sentence_first[sentence[token]] == token
        opens |= (self.before_code == 0) | (self.before_code == ord(":"))
        stop = (_MARKS[self.next_code] & _CLOSES > 0) & self.next_touches
        capital = view.flags(self.last + 1) & CAPITALISED > 0
        numbering: BoolArray = self.digits & opens & (stop | capital) & (self.length <= 3)
        return numbering

    def _in_brackets(self) -> BoolArray:
        opened = (self.before_code == ord("(")) | (self.before_code == ord("["))
        closed = (self.next_code == ord(")")) | (self.next_code == ord("]"))
        bracketed: BoolArray = opened & closed
        return bracketed

    def _listing(self) -> BoolArray:
        """A line of few words: a price list, not a sentence."""
        tokens = self.view.tokens
        bounds = np.append(tokens.block_first, len(tokens))
        block = tokens.block_of[self.view.token[self.at]]
        low, high = bounds[block], bounds[block + 1]
        final = tokens.classes[high - 1]
        doc = tokens.doc_of[low]
        whole = (tokens.doc_first[doc] == low) & (tokens.doc_first[doc + 1] == high)
        listing: BoolArray = (high - low <= _LISTING_TOKENS) & (final != ch.DOT) & ~whole
        return listing

    def _plural(self, place: IntArray) -> BoolArray:
        """Words in "s" but "ss" and "us", or of the measures: what was counted."""
        view = self.view
        end = view.ends[view.token[place]]
        final, before = view.tokens.codes[end - 1], view.tokens.codes[end - 2]
        plural = (final == ord("s")) & (before != ord("s")) & (before != ord("u"))
        counted: BoolArray = plural | (view.bits(place) & _bit("measure") > 0)
        return counted

    def _spans(self) -> None:
        """What a reader is shown: the number with its sign, scale, unit or noun."""
        view, at = self.view, self.at
        end = np.where(self.scaled, self.next, self.last) + 1
        unit = self.percent | (self.unit & ~self.symbol_before & ~self.code_before)
        end = np.where(unit, self.unit_at + 1 + self.two_word_unit, end)
        counted = (self.kind == _NUMBER_) & (~self.measure | self.symbol_before)
        bare = end
        for _ in range(2):  # "25 extra minutes", "14 000 low-cost sensors"
            counted &= view.classes(end) == ch.LOWER
            counted &= view.bits(end) & _bit("function") == 0
            past = self._after_hyphen(end + 1)
            end = np.where(counted, np.where(past > end + 1, past, end) + 1, end)
            counted &= ~self._plural(end - 1)  # "1,000 visitors | watched"
        end = np.where((end > bare) & past_tense(view, end - 1), bare, end)  # "100,000 | dropped"
        end = np.where(self.day & self.month_after, self.last + 2, end)
        signed = (self.symbol_before | self.code_before).astype(np.int64)
        signed += self.symbol_before & lettered(view, at)  # "US$245.4 billion"
        of_month = (self.day & ~self.month_after) | (self.year & self.exact)
        start = np.where(of_month, self.month_at, at - signed)
        # A full date ends with its year, which stands in the next row.
        dated = np.zeros(len(at), dtype=np.bool_)
        dated[:-1] = self.tail_of_date[1:]
        if dated.any():
            end[dated] = self.last[1:][dated[:-1]] + 1
        self.start, self.end = view.token[start], view.token[end - 1] + 1
