"""Finds studies, documents, programmes, laws and meetings cited as if one could look them up."""

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
from credscore.tokenization import characters as ch

__all__ = ["find_cited", "find_dated_names", "find_titles"]

_TITLE_TOKENS = 2, 8  # shorter is a scare quote, longer is speech
_BACK = 7  # tokens between "a" and its noun: "a 2024 peer-reviewed industry study"
_NOUNS = ("study", "document", "meeting")
_TITLE_NOUNS = ("study", "document", "programme", "law", "meeting")
_AHEAD = 10  # tokens after the noun that may name who made it: "a survey by Holt & Reyl"


def find_titles(view: View) -> Candidates:
    """Titles in quotation marks that stand for a programme, law, document, study or meeting."""
    quotes = view.tokens.quotes
    size = quotes.last - quotes.first
    short = quotes.closed & (size >= _TITLE_TOKENS[0]) & (size <= _TITLE_TOKENS[1])
    first, last = quotes.first[short], quotes.last[short]
    if not len(first):
        return _none()
    kind = _title_kind(view, first, last)
    titled = _capitalised(view, first, last) & (kind >= 0)
    first, last, kind = first[titled], last[titled], kind[titled]
    after = view.bits(last + 1, first)
    noun = after & LEXICON.bits(*_TITLE_NOUNS) > 0
    return Candidates(first, last + 2 * noun, kind, np.zeros(len(first), dtype=np.bool_))


def find_dated_names(view: View) -> Candidates:
    """Names with a year in brackets: "Poland's Border Shield (2022-present)"."""
    tokens = view.tokens
    year = (tokens.kinds == NUMBER) & (view.length == 4)
    at = np.flatnonzero((view.first_code == ord("(")) & np.append(year[1:], False)) - 1
    at = at[at >= 1]
    start = at + 1
    open_ = np.ones(len(at), dtype=np.bool_)
    for step in range(_TITLE_TOKENS[1]):
        position = at - step
        clipped = np.clip(position, 0, view.last)
        capital = tokens.flags[clipped] & (CAPITALISED | CLITIC) == CAPITALISED
        open_ &= capital & view.inside(position, at + 1)
        start = np.where(open_, position, start)
    noun = view.bits(at, at) & LEXICON.bits("programme", "law", "document") > 0
    owned = tokens.flags[np.maximum(start - 1, 0)] & CLITIC > 0
    found = (at + 1 - start >= _TITLE_TOKENS[0]) & (noun | owned)
    kind = np.full(len(at), KINDS.index("programme"), dtype=np.int64)
    end = at + 1
    return Candidates(start[found], end[found], kind[found], np.zeros(int(found.sum()), np.bool_))


def _none() -> Candidates:
    nothing = np.zeros(0, dtype=np.int64)
    return Candidates(nothing, nothing, nothing, nothing.astype(np.bool_))


def _title_kind(view: View, first: IntArray, last: IntArray) -> IntArray:
    """By the noun that ends the title or follows it; a year in brackets makes it a programme."""
    kind = np.full(len(first), -1, dtype=np.int64)
    opened = view.codes(last + 1, first) == ord("(")
    year_at = np.minimum(last + 2, view.last)
    dated = opened & (view.tokens.kinds[year_at] == NUMBER)
    kind[dated] = KINDS.index("programme")
    for at in (first - 2, last - 1, last + 1):  # weakest first
        bits = view.bits(at, first)
        for name in _TITLE_NOUNS:
            kind[bits & LEXICON.bits(name) > 0] = KINDS.index(name)
    return kind


def _capitalised(view: View, first: IntArray, last: IntArray) -> BoolArray:
    """All words but the small ones begin with a capital."""
    tokens = view.tokens
    words = tokens.kinds == WORD
    small = words & (tokens.classes == ch.LOWER) & (view.mask & LEXICON.bits("function") == 0)
    small |= (tokens.classes == ch.TERMINAL) | (tokens.classes == ch.DOT)
    lower = np.concatenate([[0], np.cumsum(small)])
    upper = np.concatenate([[0], np.cumsum(words & (tokens.flags & CAPITALISED > 0))])
    enough = (upper[last] - upper[first] >= 2) & (lower[last] == lower[first])
    opens: BoolArray = enough & (tokens.flags[first] & CAPITALISED > 0)
    return opens


def find_cited(view: View) -> Candidates:
    """Studies, documents and meetings brought up with "a": "a 2023 joint statement"."""
    tokens = view.tokens
    nouns = view.mask & LEXICON.bits(*_NOUNS) > 0
    at = np.flatnonzero(nouns & (tokens.flags & CAPITALISED == 0))
    start = np.full(len(at), -1, dtype=np.int64)
    open_ = np.ones(len(at), dtype=np.bool_)
    precise = np.zeros(len(at), dtype=np.bool_)
    for step in range(1, _BACK + 1):
        position = at - step
        inside = view.inside(position, at) & open_
        bits = view.bits(position, at)
        indefinite = inside & (bits & LEXICON.bits("indefinite") > 0)
        modifier = bits & LEXICON.bits("modifier") > 0
        start = np.where(indefinite, position, start)
        clipped = np.clip(position, 0, view.last)
        named = (tokens.flags[clipped] & CAPITALISED > 0) | (tokens.kinds[clipped] == NUMBER)
        hyphen = view.codes(position, at) == ord("-")
        open_ &= inside & (
            modifier | named | hyphen | (view.codes(position, at) == 0x2011) | indefinite
        )
        precise |= inside & (named | modifier) & open_
    study = view.mask[at] & LEXICON.bits("study") > 0
    of_somebody = tokens.flags[np.maximum(start - 1, 0)] & CLITIC > 0  # "the mayor's recent letter"
    found = (start >= 0) & (study | precise) & ~of_somebody
    at, start = at[found], start[found]
    kind = np.full(len(at), KINDS.index("document"), dtype=np.int64)
    for name in ("study", "meeting"):
        kind[view.mask[at] & LEXICON.bits(name) > 0] = KINDS.index(name)
    return Candidates(start, at + 1, kind, _identified(view, at))


def _identified(view: View, at: IntArray) -> BoolArray:
    """Somebody is named in the noun phrase or close behind it, or the text says where it is."""
    tokens = view.tokens
    name = (tokens.flags & CAPITALISED > 0) & (tokens.kinds == WORD)
    name &= view.mask & LEXICON.bits("month") == 0
    names = np.concatenate([[0], np.cumsum(name)])
    provenance = view.mask & LEXICON.bits("provenance", "link") > 0
    told = np.concatenate([[0], np.cumsum(provenance)])
    bounds = np.append(tokens.sentence_first, len(tokens))
    end = np.minimum(bounds[tokens.sentence_of[at] + 1], at + _AHEAD)
    by_name = names[end] > names[at + 1]
    shown: BoolArray = by_name & (told[end] > told[at + 1])
    found: BoolArray = shown | (_links_name(view, at) & by_name)
    return found


def _links_name(view: View, at: IntArray) -> BoolArray:
    """What follows may name who made it: "a study by", "a survey of", "a report from"."""
    bits = view.bits(at + 1, at)
    linking: BoolArray = bits & LEXICON.bits("issuer") > 0
    return linking
