"""Says for each specific whether a reader could trace it, and why or why not."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from credscore.extractors.specifics.words import (
    KINDS,
    LEXICON,
    BoolArray,
    Candidates,
    IntArray,
    View,
)
from credscore.registry import Batch
from credscore.tokenization import CAPITALISED, WORD

__all__ = ["TRACEABLE", "WHY", "trace"]


class _Why(IntEnum):
    """Those up to ``PAST_YEAR`` make a specific traceable, the others say what is missing."""

    BY_NAME = 0
    BY_ROLE = 1
    BY_PRONOUN = 2
    BY_DOCUMENT = 3
    COUNTED = 4
    BY_LAW = 5
    LINKED = 6
    PLACED = 7
    DATED = 8
    PAST_YEAR = 9
    NOBODY = 10
    UNKNOWN = 11
    CROWD = 12
    ANONYMOUS = 13
    VAGUE_DOCUMENT = 14
    VAGUE_STUDY = 15
    UNPLACED = 16
    FUTURE = 17


WHY = (
    "its sentence names a source",
    "the source is a role that can be asked",
    "the source was named earlier",
    "the document cited can be found",
    "its sentence says who counted or calculated it",
    "its sentence names the law",
    "its sentence gives an address",
    "its sentence names a day, and who or where",
    "a date that can be looked up",
    "a year that can be looked up",
    "nobody is said to have said or counted it",
    "its source is not named",
    "the source is a nameless crowd",
    "the source is anonymous",
    "the document cited has no title, author or full date",
    "no author, publisher or place is given for it",
    "it is named, but not who announced it, when or where",
    "it lies in the future and nobody is said to expect it",
)
TRACEABLE = np.arange(len(WHY)) <= _Why.PAST_YEAR
assert len(WHY) == len(_Why)
_NONE = 99  # larger than any reason


def trace(batch: Batch, view: View, found: Candidates) -> IntArray:
    """The reason of each specific, an index into ``WHY``. Shape (n,)."""
    if not len(found):
        return np.zeros(0, dtype=np.int64)
    why = np.full(len(found), _Why.NOBODY, dtype=np.int64)
    kinds = {name: found.kind == KINDS.index(name) for name in KINDS}
    cited = kinds["study"] | kinds["document"] | kinds["meeting"]
    titled = kinds["programme"] | kinds["law"]
    why[cited] = np.where(found.exact[cited], _Why.BY_DOCUMENT, _Why.VAGUE_STUDY)
    why[titled] = _Why.UNPLACED
    by_source, inside = _sources(batch, view, found)
    # A title's own sentence is about it: only speech about it tells who vouches for it.
    source_decides = (by_source >= 0) & ~(cited & _is_source(batch, found)) & (inside | ~titled)
    source_decides &= ~(titled & (by_source == _Why.BY_DOCUMENT))
    why[source_decides] = by_source[source_decides]
    untraced = ~TRACEABLE[why]
    sentence = view.tokens.sentence_of[found.start]
    linked, placed = _linked(view)[sentence], _placed(view, found)[sentence]
    unsourced = untraced & (by_source < 0) & ~cited & ~titled
    why[unsourced & _counted(view)[sentence]] = _Why.COUNTED
    why[unsourced & _lawful(view)[sentence]] = _Why.BY_LAW
    why[untraced & placed] = _Why.PLACED
    why[untraced & linked] = _Why.LINKED
    date = kinds["date"]
    ahead = view.bits(found.start - 1, found.start) & LEXICON.bits("ahead") > 0
    ahead &= ~found.exact & (by_source < 0)
    why[date] = np.where(
        found.exact[date], _Why.DATED, np.where(ahead[date], _Why.FUTURE, _Why.PAST_YEAR)
    )
    return why


def _linked(view: View) -> BoolArray:
    """Sentences with an address."""
    links: BoolArray = view.tokens.per_sentence(view.mask & LEXICON.bits("link") > 0) > 0
    return links


def _counted(view: View) -> BoolArray:
    """Sentences with "according to" somebody in particular, or a name beside a counting word."""
    tokens = view.tokens
    at = np.flatnonzero(view.mask & LEXICON.bits("watched") > 0)
    at = at[view.says(at, at, "according") & view.says(at + 1, at, "to")]
    crowd = LEXICON.bits("crowd", "indefinite")
    clear = (view.bits(at + 2, at) & crowd == 0) & (view.bits(at + 3, at) & crowd == 0)
    clear |= _provenance(view, at)
    counting = np.flatnonzero(view.mask & LEXICON.bits("counting") > 0)
    sentence = tokens.sentence_of[counting]
    known = tokens.per_sentence(_names(view))[sentence] > 0
    known |= view.says(counting - 1, counting, "the") | view.says(counting - 2, counting, "the")
    counted = np.zeros(len(tokens.sentence_first), dtype=np.bool_)
    counted[sentence[known]] = True
    counted[tokens.sentence_of[at[clear]]] = True
    return counted


def _lawful(view: View) -> BoolArray:
    """Sentences that name a law: "under the Water Supply Act"."""
    tokens = view.tokens
    capital = tokens.flags & CAPITALISED > 0
    law = (view.mask & LEXICON.bits("law") > 0) & capital
    law[1:] &= capital[:-1] & (tokens.sentence_of[1:] == tokens.sentence_of[:-1])
    lawful: BoolArray = tokens.per_sentence(law) > 0
    return lawful


def _names(view: View) -> BoolArray:
    """Tokens with a capital that do not open a sentence and are no month."""
    tokens = view.tokens
    name: BoolArray = (tokens.flags & CAPITALISED > 0) & (tokens.kinds == WORD)
    name[tokens.sentence_first] = False
    name &= view.mask & LEXICON.bits("month") == 0
    return name


def _placed(view: View, found: Candidates) -> BoolArray:
    """Sentences with a full date and a name that does not open the sentence."""
    tokens = view.tokens
    dates = found.start[(found.kind == KINDS.index("date")) & found.exact]
    dated = np.zeros(len(tokens.sentence_first), dtype=np.bool_)
    dated[tokens.sentence_of[dates]] = True
    placed: BoolArray = dated & (tokens.per_sentence(_names(view)) > 0)
    return placed


def _is_source(batch: Batch, found: Candidates) -> BoolArray:
    """A study or document that is itself what the sentence attributes to."""
    attribution = batch.done.get("attribution")
    if attribution is None:
        return np.zeros(len(found), dtype=np.bool_)
    is_source: BoolArray = attribution.tokens["role"][found.end - 1] == 1
    return is_source


def _sources(batch: Batch, view: View, found: Candidates) -> tuple[IntArray, BoolArray]:
    """The reason that attributions give for each specific, -1 for none, and whether it stands
    inside attributed content.

    A specific inside attributed content takes that content's source, any other the strongest
    source of its sentence.
    """
    attribution = batch.done.get("attribution")
    if attribution is None or not len(attribution.findings["attributions"]):
        return np.full(len(found), -1, dtype=np.int64), np.zeros(len(found), dtype=np.bool_)
    reason = _reasons(batch, view)
    tokens = view.tokens
    pieces = attribution.findings["pieces"]
    offset = tokens.doc_offset
    first = np.searchsorted(tokens.starts, pieces.start + offset[pieces.doc])
    last = np.searchsorted(tokens.starts, pieces.end + offset[pieces.doc])
    title = (found.kind == KINDS.index("programme")) | (found.kind == KINDS.index("law"))
    own = _mere_titles(first, last, found.start[title], found.end[title])
    last = np.where(own, first, last)
    rank = np.full(len(tokens) + 1, _NONE, dtype=np.int64)
    best = np.full(len(tokens.sentence_first), _NONE, dtype=np.int64)
    sentence = tokens.sentence_of[np.minimum(first, view.last)]
    owner_reason = reason[pieces.extra["owner"]]
    np.minimum.at(best, sentence[~own], owner_reason[~own])
    covered = np.repeat(owner_reason, np.maximum(last - first, 0))
    places = _ranges(first, np.maximum(last - first, 0))
    np.minimum.at(rank, places, covered)
    inside = rank[found.start]
    whole = best[tokens.sentence_of[found.start]]
    chosen = np.where(inside < _NONE, inside, whole)
    return np.where(chosen < _NONE, chosen, -1), inside < _NONE


def _mere_titles(first: IntArray, last: IntArray, start: IntArray, end: IntArray) -> BoolArray:
    """Which attributed passages are only a title in quotation marks, and say nothing."""
    if not len(start):
        return np.zeros(len(first), dtype=np.bool_)
    place = np.clip(np.searchsorted(start, first + 1, side="right") - 1, 0, len(start) - 1)
    mere: BoolArray = (first >= start[place] - 1) & (last <= end[place] + 1)
    return mere


def _ranges(first: IntArray, length: IntArray) -> IntArray:
    """``first[i], first[i] + 1, ...`` for each row, ``length[i]`` of them."""
    total = int(length.sum())
    starts = np.repeat(first - np.cumsum(length) + length, length)
    found: IntArray = starts + np.arange(total)
    return found


def _reasons(batch: Batch, view: View) -> IntArray:
    """The reason that each attribution gives for what it covers."""
    table = batch.done["attribution"].findings["attributions"]
    by_kind = {"named": _Why.BY_NAME, "role": _Why.BY_ROLE, "pronoun": _Why.BY_PRONOUN,
               "document": _Why.BY_DOCUMENT, "anonymous": _Why.ANONYMOUS, "unknown": _Why.UNKNOWN}  # fmt: skip
    lookup = np.array([by_kind[kind] for kind in table.kinds], dtype=np.int64)
    reason = lookup[table.kind]
    weak = table.extra["weak"].astype(np.bool_)
    document = reason == _Why.BY_DOCUMENT
    reason[weak] = _Why.CROWD
    offset = view.tokens.doc_offset[table.doc]
    start = table.extra["source_start"].astype(np.int64) + offset
    first = np.searchsorted(view.tokens.starts, start).clip(0, view.last).astype(np.int64)
    indefinite = view.mask[first] & LEXICON.bits("indefinite") > 0
    reason[document & (indefinite | weak) & ~_provenance(view, first)] = _Why.VAGUE_DOCUMENT
    return reason


def _provenance(view: View, at: IntArray) -> BoolArray:
    """Sentences that say where a document can be had or who has seen it."""
    told = view.tokens.per_sentence(view.mask & LEXICON.bits("provenance") > 0) > 0
    known: BoolArray = told[view.tokens.sentence_of[at]]
    return known
