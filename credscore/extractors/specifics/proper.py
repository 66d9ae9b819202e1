"""Finds programmes, laws, studies and meetings that are named in full: "the Clean Water Act"."""

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
from credscore.tokenization import CAPITALISED, CLITIC, NUMBER, WORD

__all__ = ["find_named"]

_LONGEST = 7  # tokens before the noun, and after it
_PROPER = LEXICON.bits("proper")
_LISTED = {name: LEXICON.bits(name) for name in ("programme", "study", "meeting", "law")}
_FUNCTION = LEXICON.bits("function")
_LINKS = ("of", "for", "on")
_STEPS = np.arange(1, _LONGEST + 1)
_LEAGUES = ("conference", "convention")  # "Eastern Conference": two words are often a league
_YEAR_DIGITS = 4


def find_named(view: View) -> Candidates:
    """Names in capitals that end in such a noun, or go on after it ("Treaty of the Danube").

    Only nouns that organisations seldom end in count: a fund, a bank or a network is somebody, and
    no claim.
    """
    noun = view.listed("proper")
    noun = noun[view.tokens.flags[noun] & CAPITALISED > 0]
    at = view.place[noun]
    at = at[~_name(view, at + 1)]  # "Act Now", "Summit Street"
    if not len(at):
        nothing = np.zeros(0, dtype=np.int64)
        return Candidates(nothing, nothing, nothing, nothing.astype(np.bool_))
    start, end = _start(view, at), _end(view, at)
    words = (at - start) + (end - at > 1)
    needed = 1 + view.says(at, *_LEAGUES)
    real = words >= needed
    start, end, at = start[real], end[real], at[real]
    kind = np.zeros(len(at), dtype=np.int64)
    bits = view.bits(at)
    for name, listed in _LISTED.items():  # the last that holds: a convention is a treaty first
        kind[bits & listed > 0] = KINDS.index(name)
    exact = kind == KINDS.index("law")
    return Candidates(view.token[start], view.token[end - 1] + 1, kind, exact)


def _name(view: View, place: IntArray) -> BoolArray:
    """Words with a capital that are no small words."""
    capital = (view.flags(place) & (CAPITALISED | CLITIC) == CAPITALISED) & (
        view.kinds(place) == WORD
    )
    name: BoolArray = capital & (view.bits(place) & _FUNCTION == 0)
    return name


def _start(view: View, at: IntArray) -> IntArray:
    """The first capitalised word before the noun, small linking words inside the name left in."""
    steps = at[:, None] - _STEPS
    name = _name(view, steps)
    open_ = np.logical_and.accumulate(name | view.says(steps, *_LINKS), axis=1)
    start: IntArray = at - ((name & open_) * _STEPS).max(axis=1)
    return start


def _end(view: View, at: IntArray) -> IntArray:
    """Past "of 2022", "of Westphalia"."""
    steps = at[:, None] + 1 + _STEPS
    year = (view.kinds(steps) == NUMBER) & (view.lengths(steps) == _YEAR_DIGITS)
    name = _name(view, steps) | year
    linked = view.says(steps, "the")
    linked[:, 1:] = False
    open_ = np.logical_and.accumulate(name | linked, axis=1)
    open_ &= view.says(at + 1, *_LINKS)[:, None]
    past = ((name & open_) * _STEPS).max(axis=1)
    end: IntArray = at + 1 + past + (past > 0)
    return end
