"""Says for each specific whether a reader could trace it, and why or why not."""

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
from credscore.registry import Batch
from credscore.tokenization import CAPITALISED, WORD

__all__ = ["TRACEABLE", "WHY", "trace"]

# The first reasons make a specific traceable, the others say what is missing.
_TRACED = (
    "its sentence names a source",
    "the source is a role that can be asked",
    "the source was named earlier",
    "the document cited can be found",
    "its sentence gives an address",
    "its sentence names a day, and who or where",
    "a date that can be looked up",
    "a past year that can be looked up",
)
_UNTRACED = (
    "nobody is said to have said or counted it",
    "its source is not named",
    "the source is a nameless crowd",
    "the source is anonymous",
    "the document cited has no title, author or full date",
    "no author, publisher or place is given for it",
    "it is named, but not who announced it, when or where",
    "it lies in the future and nobody is said to expect it",
)
WHY = _TRACED + _UNTRACED
TRACEABLE = np.arange(len(WHY)) < len(_TRACED)
(_BY_NAME, _BY_ROLE, _BY_PRONOUN, _BY_DOCUMENT, _LINKED, _PLACED, _DATED, _PAST) = range(8)
(_NOBODY, _UNKNOWN, _CROWD, _ANONYMOUS, _VAGUE_DOCUMENT, _VAGUE_STUDY, _UNPLACED, _FUTURE) = range(
    8, 16
)


def trace(batch: Batch, view: View, found: Candidates) -> IntArray:
    """The reason of each specific, an index into ``WHY``. Shape (n,)."""
    if not len(found):
        return np.zeros(0, dtype=np.int64)
    why = np.full(len(found), _NOBODY, dtype=np.int64)
    kinds = {name: found.kind == KINDS.index(name) for name in KINDS}
    cited = kinds["study"] | kinds["document"] | kinds["meeting"]
    titled = kinds["programme"] | kinds["law"]
    why[cited] = np.where(found.exact[cited], _BY_DOCUMENT, _VAGUE_STUDY)
    why[titled] = _UNPLACED
    by_source, inside = _sources(batch, view, found)
    # A title's own sentence is about it: only speech about it tells who vouches for it.
    source_decides = (by_source >= 0) & ~(cited & _is_source(batch, found)) & (inside | ~titled)
    source_decides &= ~(titled & (by_source == _BY_DOCUMENT))
    why[source_decides] = by_source[source_decides]
    untraced = ~TRACEABLE[why]
    sentence = view.tokens.sentence_of[found.start]
    linked, placed = _linked(view)[sentence], _placed(view, found)[sentence]
    why[untraced & placed] = _PLACED
    why[untraced & linked] = _LINKED
    date = kinds["date"]
    ahead = view.bits(found.start - 1, found.start) & LEXICON.bits("ahead") > 0
    ahead &= ~found.exact & (by_source < 0)
    why[date] = np.where(found.exact[date], _DATED, np.where(ahead[date], _FUTURE, _PAST))
    return why


def _linked(view: View) -> BoolArray:
    """Sentences with an address."""
    links: BoolArray = view.tokens.per_sentence(view.mask & LEXICON.bits("link") > 0) > 0
    return links


def _placed(view: View, found: Candidates) -> BoolArray:
    """Sentences with a full date and a name that does not open the sentence."""
    tokens = view.tokens
    dates = found.start[(found.kind == KINDS.index("date")) & found.exact]
    dated = np.zeros(len(tokens.sentence_first), dtype=np.bool_)
    dated[tokens.sentence_of[dates]] = True
    name = (tokens.flags & CAPITALISED > 0) & (tokens.kinds == WORD)
    name[tokens.sentence_first] = False
    name &= view.mask & LEXICON.bits("month") == 0
    placed: BoolArray = dated & (tokens.per_sentence(name) > 0)
    return placed


def _is_source(batch: Batch, found: Candidates) -> BoolArray:
    """A study or document that is itself what the sentence attributes to."""
    attribution = batch.done.get("attribution")
    if attribution is None:
        return np.zeros(len(found), dtype=np.bool_)
    is_source: BoolArray = attribution.tokens["role"][found.end - 1] == 1
    return is_source


def _sources(batch: Batch, view: View, found: Candidates) -> tuple[IntArray, BoolArray]:
    """What the attribution extractor says of each specific's source: a reason, or -1 for none; and
    whether the specific stands inside attributed content.

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
    rank = np.full(len(tokens) + 1, 99, dtype=np.int64)
    best = np.full(len(tokens.sentence_first), 99, dtype=np.int64)
    sentence = tokens.sentence_of[np.minimum(first, view.last)]
    owner_reason = reason[pieces.extra["owner"]]
    np.minimum.at(best, sentence[~own], owner_reason[~own])
    covered = np.repeat(owner_reason, np.maximum(last - first, 0))
    places = _ranges(first, np.maximum(last - first, 0))
    np.minimum.at(rank, places, covered)
    inside = rank[found.start]
    whole = best[tokens.sentence_of[found.start]]
    chosen = np.where(inside < 99, inside, whole)
    return np.where(chosen < 99, chosen, -1), inside < 99


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
    by_kind = {"named": _BY_NAME, "role": _BY_ROLE, "pronoun": _BY_PRONOUN, "document": _BY_DOCUMENT,
               "anonymous": _ANONYMOUS, "unknown": _UNKNOWN}  # fmt: skip
    lookup = np.array([by_kind[kind] for kind in table.kinds], dtype=np.int64)
    reason = lookup[table.kind]
    weak = table.extra["weak"].astype(np.bool_)
    document = reason == _BY_DOCUMENT
    reason[weak] = _CROWD
    offset = view.tokens.doc_offset[table.doc]
    first = np.searchsorted(view.tokens.starts, table.extra["source_start"] + offset)
    first = np.clip(first, 0, view.last)
    indefinite = view.mask[first] & LEXICON.bits("indefinite") > 0
    reason[document & (indefinite | weak) & ~_provenance(view, first)] = _VAGUE_DOCUMENT
    return reason


def _provenance(view: View, at: IntArray) -> BoolArray:
    """Sentences that say where a document can be had or who has seen it."""
    told = view.tokens.per_sentence(view.mask & LEXICON.bits("provenance") > 0) > 0
    known: BoolArray = told[view.tokens.sentence_of[at]]
    return known
