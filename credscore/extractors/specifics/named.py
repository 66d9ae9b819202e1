"""Finds studies, documents, programmes, laws and meetings cited as if one could look them up."""

from __future__ import annotations

from functools import cache

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
from credscore.tokenization import characters as ch

__all__ = ["find_cited", "find_dated_names", "find_titles"]

_TITLE_TOKENS = 2, 8  # shorter is a scare quote, longer is speech
_BACK = 7  # tokens between "a" and its noun: "a 2024 peer-reviewed industry study"
_NOUNS = ("study", "document", "meeting")
_TITLE_STEPS = np.arange(1, _TITLE_TOKENS[1] + 1)
_STEPS_BACK = np.arange(1, _BACK + 1)
_TITLE_NOUNS = ("study", "document", "programme", "law", "meeting")
_OWNERS = ("its", "their", "his", "her", "our", "my", "your")
_AHEAD = 10  # tokens after the noun that may name who made it: "a survey by Holt & Reyl"


def find_titles(view: View) -> Candidates:
    """Titles in quotation marks that stand for a programme, law, document, study or meeting."""
    quotes = view.tokens.quotes
    size = quotes.last - quotes.first
    short = quotes.closed & (size >= _TITLE_TOKENS[0]) & (size <= _TITLE_TOKENS[1])
    short[short] = view.tokens.flags[quotes.first[short]] & CAPITALISED > 0
    first, last = quotes.first[short], quotes.last[short]
    if not len(first):
        return _none()
    kind = _title_kind(view, view.place[first], view.place[last - 1])
    titled = _capitalised(view, first, last) & (kind >= 0)
    first, last, kind = first[titled], last[titled], kind[titled]
    noun = view.bits(view.place[last - 1] + 2) & _bit(*_TITLE_NOUNS) > 0
    return Candidates(first, last + 2 * noun, kind, np.zeros(len(first), dtype=np.bool_))


def find_dated_names(view: View) -> Candidates:
    """Names with a year in brackets: "Poland's Border Shield (2022-present)"."""
    tokens = view.tokens
    bracket = view.place[np.flatnonzero(tokens.classes == ch.OPEN)]
    year = (view.kinds(bracket + 1) == NUMBER) & (view.lengths(bracket + 1) == 4)
    end = bracket[year]
    if not len(end):
        return _none()
    capital = view.flags(end[:, None] - _TITLE_STEPS) & (CAPITALISED | CLITIC) == CAPITALISED
    start = end - np.logical_and.accumulate(capital, axis=1).sum(axis=1)
    noun = view.bits(end - 1) & _bit("programme", "law", "document") > 0
    owned = view.flags(start - 1) & CLITIC > 0
    found = (end - start >= _TITLE_TOKENS[0]) & (noun | owned)
    start, end = view.token[start[found]], view.token[end[found] - 1] + 1
    kind = np.full(len(start), KINDS.index("programme"), dtype=np.int64)
    return Candidates(start, end, kind, np.zeros(len(start), dtype=np.bool_))


@cache
def _bit(*groups: str) -> np.uint32:
    return LEXICON.bits(*groups)


def _none() -> Candidates:
    nothing = np.zeros(0, dtype=np.int64)
    return Candidates(nothing, nothing, nothing, nothing.astype(np.bool_))


def _title_kind(view: View, first: IntArray, final: IntArray) -> IntArray:
    """By the noun that ends the title or follows it; a year in brackets makes it a programme.

    Args:
        first, final: places of a title's first and last token.
    """
    kind = np.full(len(first), -1, dtype=np.int64)
    opened = view.codes(final + 2) == ord("(")
    kind[opened & (view.kinds(final + 3) == NUMBER)] = KINDS.index("programme")
    for place in (first - 2, final, final + 2):  # weakest first
        bits = view.bits(place)
        for name in _TITLE_NOUNS:
            kind[bits & _bit(name) > 0] = KINDS.index(name)
    return kind


def _capitalised(view: View, first: IntArray, last: IntArray) -> BoolArray:
    """All words but the small ones begin with a capital."""
    tokens = view.tokens
    steps = first[:, None] + np.arange(_TITLE_TOKENS[1])
    inside = steps < last[:, None]
    steps = np.minimum(steps, len(tokens) - 1)
    word = inside & (tokens.kinds[steps] == WORD)
    capital = word & (tokens.flags[steps] & CAPITALISED > 0)
    small = word & ~capital & (view.mask[steps] & _bit("function") == 0)
    final = (tokens.classes[steps] == ch.TERMINAL) | (tokens.classes[steps] == ch.DOT)
    fits: BoolArray = (capital.sum(axis=1) >= 2) & ~(small | (inside & final)).any(axis=1)
    return fits


def find_cited(view: View) -> Candidates:
    """Studies, documents and meetings brought up with "a": "a 2023 joint statement"."""
    nouns = view.listed(*_NOUNS)
    at = view.place[nouns[view.tokens.flags[nouns] & CAPITALISED == 0]]
    if not len(at):
        return _none()
    steps = at[:, None] - _STEPS_BACK
    bits, code = view.bits(steps), view.codes(steps)
    indefinite = bits & _bit("indefinite") > 0
    capital, kinds = view.flags(steps) & CAPITALISED > 0, view.kinds(steps)
    told = capital | (kinds == NUMBER) | (bits & _bit("modifier") > 0)
    # Up to where the words belong to the noun.
    open_ = told | indefinite | (code == ord("-")) | (code == ord("\u2011"))
    np.logical_and.accumulate(open_, axis=1, out=open_)
    precise = (told & open_).any(axis=1)
    indefinite[:, 1:] &= open_[:, :-1]
    back = (indefinite * _STEPS_BACK).max(axis=1)
    start = np.where(back > 0, at - back, 0)
    study = view.bits(at) & _bit("study") > 0
    of_somebody = view.flags(start - 1) & CLITIC > 0  # "the mayor's recent letter"
    known = view.says(start - 1, "the", "this", "that", "these", "those", *_OWNERS)
    compound = view.says(at, "research") & (view.classes(at + 1) == ch.LOWER)  # "a research team"
    compound &= (view.bits(at + 1) & _bit("function") == 0) & view.says(start, "a", "an")
    found = (start > 0) & (study | precise) & ~of_somebody & ~known & ~compound
    name = capital & (kinds == WORD) & (bits & _bit("month", "function") == 0)
    two = name[:, 1:] & name[:, :-1] & (steps[:, 1:] > start[:, None])
    issued = two.any(axis=1)[found]  # "a Harbour Authority memo"
    at, start = at[found], start[found]
    kind = np.full(len(at), KINDS.index("document"), dtype=np.int64)
    for name in ("study", "meeting"):
        kind[view.bits(at) & _bit(name) > 0] = KINDS.index(name)
    return Candidates(
        view.token[start],
        view.token[at] + 1,
        kind,
        _identified(view, at) | issued | _apposed(view, start),
    )


def _identified(view: View, at: IntArray) -> BoolArray:
    """Close behind the noun somebody is named, and the text says by whom it is or where."""
    tokens = view.tokens
    steps = at[:, None] + np.arange(1, _AHEAD)
    there = view.real(steps)
    sentence = np.append(tokens.sentence_of, -1)
    there &= sentence[view.token[steps]] == sentence[view.token[at]][:, None]
    bits = view.bits(steps)
    name = (view.flags(steps) & CAPITALISED > 0) & (view.kinds(steps) == WORD)
    name &= bits & _bit("month") == 0
    shown = (there & (bits & _bit("provenance", "link") > 0)).any(axis=1)
    # "a study by", "a survey of", "a report from"
    linked = view.bits(at + 1) & _bit("issuer") > 0
    identified: BoolArray = (there & name).any(axis=1) & (shown | linked)
    return identified


def _apposed(view: View, start: IntArray) -> BoolArray:
    """Whose it is stands before: "the Harbour Authority, in a 2023 study"."""
    owner = start - 3
    apposed = view.says(start - 1, "in") & (view.codes(start - 2) == ord(","))
    name = (view.flags(owner) & CAPITALISED > 0) & (view.kinds(owner) == WORD)
    name &= view.bits(owner) & _bit("month") == 0
    issued: BoolArray = apposed & name
    return issued
