"""Numbers that frame or name and claim nothing: "the past ten years", "our two countries",
"8-bit", "40°44′", digits inside a web address.
"""

from __future__ import annotations

import numpy as np

from credscore.extractors.specifics.words import LEXICON, BoolArray, IntArray, View
from credscore.tokenization import ALL_CAPS, CAPITALISED, NUMBER

__all__ = [
    "before_years",
    "definite",
    "dotted",
    "in_address",
    "in_fraction",
    "lettered",
    "of_a_law",
    "past_tense",
    "share",
    "time_frame",
]

_LINK = LEXICON.bits("link")
_DEFINITE = ("the", "our", "both", "these", "those", "its", "their", "his", "her", "my", "your")
_SHARE = LEXICON.bits("share_word")
_DOTTED = 7, 20  # characters of an address of a machine or a telephone
_PAST = ("past", "last", "previous", "preceding", "recent", "first", "final")


def time_frame(view: View, at: IntArray, unit_at: IntArray, duration: BoolArray) -> BoolArray:
    """Durations that say when: "the past ten years", "three years later", "40 years ago"."""
    past = view.says(at - 1, *_PAST)
    after = view.says(unit_at + 1, "ago", "later", "earlier")
    frame: BoolArray = duration & (past | after)
    return frame


def definite(view: View, at: IntArray, digits: BoolArray) -> BoolArray:
    """Small counts of what is known already: "our two countries", "the two months since"."""
    known: BoolArray = ~digits & view.says(at - 1, *_DEFINITE)
    return known


def in_fraction(view: View, at: IntArray, last: IntArray) -> BoolArray:
    """The parts of "1 / 2" and of "2 and 1/2"."""
    slash = ord("/")
    over = (view.codes(last + 1) == slash) & (view.kinds(last + 2) == NUMBER)
    under = (view.codes(at - 1) == slash) & (view.kinds(at - 2) == NUMBER)
    fraction: BoolArray = over | under
    return fraction


def share(view: View, last: IntArray, following: IntArray) -> BoolArray:
    """A part of something, not a stretch of time: "three-quarters", "three quarters of"."""
    part: BoolArray = view.bits(following) & _SHARE > 0
    part &= (following == last + 2) | view.says(following + 1, "of")
    return part


def of_a_law(view: View, at: IntArray, last: IntArray) -> BoolArray:
    """The parts of "501(c)(3)" and "501(c)3"."""
    opens = (view.codes(last + 1) == ord("(")) & view.touches(last + 1)
    lettered = opens & (view.lengths(last + 2) == 1) & (view.codes(last + 3) == ord(")"))
    part: BoolArray = lettered | ((view.codes(at - 1) == ord(")")) & view.touches(at))
    return part


def before_years(view: View, at: IntArray, last: IntArray) -> BoolArray:
    """The first of two numbers joined by "to" has four digits, as has the last: "1943 to 1969"."""
    four = (view.lengths(at) == 4) & (view.lengths(last) == 4) & (last > at)
    ends = view.kinds(last) == NUMBER
    years: BoolArray = four & ends & (view.flags(last + 1) & CAPITALISED == 0)
    return years


def in_address(view: View, token: IntArray) -> BoolArray:
    """Whether tokens belong to a web address: since its "https" no white space has come."""
    links = view.listed("link")
    if not links.size:
        return np.zeros(len(token), dtype=np.bool_)
    tokens = view.tokens
    place = links.searchsorted(token, side="right") - 1
    link = links[np.maximum(place, 0)]
    joined = np.zeros(len(tokens) + 1, dtype=np.int64)
    (tokens.starts[1:] > tokens.ends[:-1]).astype(np.int64).cumsum(out=joined[1:-1])
    inside: BoolArray = (place >= 0) & (joined[token] == joined[link])
    return inside


def dotted(view: View, at: IntArray, length: IntArray) -> BoolArray:
    """Two dots or more in one number: "479.696.8000", "10.0.0.1", "12.05.2024"."""
    found = np.zeros(len(at), dtype=np.bool_)
    long = ((length >= _DOTTED[0]) & (length <= _DOTTED[1])).nonzero()[0]
    if long.size:
        start = view.starts[view.token[at[long]]][:, None]
        steps = np.arange(_DOTTED[1])
        codes = view.tokens.codes
        codes = codes[np.minimum(start + steps, len(codes) - 1)]
        dots = (codes == ord(".")) & (steps < length[long][:, None])
        found[long] = dots.sum(axis=1) > 1
    return found


def lettered(view: View, at: IntArray) -> BoolArray:
    """Two capitals touch the sign of a currency: "US$", "HK$"."""
    letters = view.touches(at - 1) & (view.flags(at - 2) & ALL_CAPS > 0)
    found: BoolArray = letters & (view.lengths(at - 2) == 2)
    return found


def past_tense(view: View, place: IntArray) -> BoolArray:
    """Words in "ed"."""
    end = view.ends[view.token[place]]
    past: BoolArray = view.tokens.codes[end - 1] == ord("d")
    past &= view.tokens.codes[end - 2] == ord("e")
    return past
