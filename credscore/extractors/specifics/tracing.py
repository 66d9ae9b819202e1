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
from credscore.tokenization import CAPITALISED, NUMBER, WORD

__all__ = ["LEAST_ATTRIBUTED", "TRACEABLE", "WHY", "trace"]


class _Why:
    """Those up to ``BY_TITLE`` make a specific traceable, the others say what is missing. Plain
    integers, which array operations take faster than an enumeration's members.
    """

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
    BY_TITLE = 10
    NOBODY = 11
    UNKNOWN = 12
    CROWD = 13
    ANONYMOUS = 14
    VAGUE_DOCUMENT = 15
    VAGUE_STUDY = 16
    UNPLACED = 17
    FUTURE = 18
    ALL = 19


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
    "it is named in full and can be looked up",
    "nobody is said to have said or counted it",
    "its source is not named",
    "the source is a nameless crowd",
    "the source is anonymous",
    "the document cited has no title, author or full date",
    "no author, publisher or place is given for it",
    "it is named, but not who announced it, when or where",
    "it lies in the future and nobody is said to expect it",
)
TRACEABLE = np.arange(len(WHY)) <= _Why.BY_TITLE
assert len(WHY) == _Why.ALL
_BY_SOURCE = {
    "named": _Why.BY_NAME,
    "role": _Why.BY_ROLE,
    "pronoun": _Why.BY_PRONOUN,
    "document": _Why.BY_DOCUMENT,
    "anonymous": _Why.ANONYMOUS,
    "unknown": _Why.UNKNOWN,
}
_CITED = np.isin(KINDS, ("study", "document", "meeting"))
_TITLED = np.isin(KINDS, ("programme", "law"))
_DATE, _QUOTED = KINDS.index("date"), KINDS.index("quote_of_document")
_DEFINITE = ("the", "its", "this", "their", "his", "her", "that")
_DOCUMENTS = LEXICON.bits("document", "study")
# Of a sentence's tokens: below this the attribution is of something by the way. PolNeAR's training
# articles say none to a seventh, its development articles .15 to .3 (benchmarks/specifics.py).
LEAST_ATTRIBUTED = 0.15
_LOOKED_AT = 8  # tokens of a source or a cue
_NONE = 99  # larger than any reason


def trace(batch: Batch, view: View, found: Candidates) -> IntArray:
    """The reason of each specific, an index into ``WHY``. Shape (n,)."""
    if not len(found):
        return np.zeros(0, dtype=np.int64)
    why = np.full(len(found), _Why.NOBODY, dtype=np.int64)
    cited, titled = _CITED[found.kind], _TITLED[found.kind]
    why[cited] = np.where(found.exact[cited], _Why.BY_DOCUMENT, _Why.VAGUE_STUDY)
    why[titled] = _Why.UNPLACED
    why[found.kind == _QUOTED] = _Why.VAGUE_DOCUMENT
    in_full = _in_full(view, found, cited)
    why[in_full] = _Why.BY_TITLE
    cited, titled = cited & ~in_full, titled & ~in_full
    told = view.sentences_of(view.listed("provenance"))
    by_source, inside = _sources(batch, view, found, told)
    # A title's own sentence is about it: only speech about it tells who vouches for it.
    is_source = _is_source(batch, found)
    source_decides = (by_source >= 0) & ~(cited & is_source) & (inside | ~titled)
    source_decides &= ~(titled & (by_source == _Why.BY_DOCUMENT)) & ~in_full
    why[source_decides] = by_source[source_decides]
    number = ~cited & ~titled & ~in_full
    # "A poll of everybody found that ...": whoever is named, the study is what vouches.
    from_study = view.sentences_of(found.start[cited & ~found.exact])
    lent = (why == _Why.BY_DOCUMENT) | (why == _Why.BY_ROLE) | (why == _Why.NOBODY)
    sentence = view.tokens.sentence_of[found.start]
    why[from_study[sentence] & lent & number] = _Why.VAGUE_DOCUMENT
    untraced = ~TRACEABLE[why]
    unclear = _unclear(view, found, by_source, cited & found.exact & is_source)
    unsourced = untraced & unclear & number & (found.kind != _QUOTED)
    _by_surroundings(view, found, why, cited, told, untraced, unsourced)
    date = found.kind == _DATE
    why[date] = _of_dates(view, found, by_source)[date]
    return why


def _by_surroundings(
    view: View,
    found: Candidates,
    why: IntArray,
    cited: BoolArray,
    told: BoolArray,
    untraced: BoolArray,
    unsourced: BoolArray,
) -> None:
    """Write into ``why`` what else in a specific's sentence vouches for it: a document, a count, a
    law, a day and place, an address.
    """
    sentence = view.tokens.sentence_of[found.start]
    named = _named(view)
    by_study = view.sentences_of(found.start[cited & found.exact])[sentence]
    why[unsourced & by_study] = _Why.BY_DOCUMENT
    why[unsourced & _of_survey(view, found, cited)] = _Why.BY_DOCUMENT
    why[unsourced & _counted(view, named, told)[sentence]] = _Why.COUNTED
    why[unsourced & _lawful(view)[sentence]] = _Why.BY_LAW
    dated = view.sentences_of(found.start[(found.kind == _DATE) & found.exact])
    why[untraced & (dated & named)[sentence]] = _Why.PLACED
    why[untraced & view.sentences_of(view.listed("link"))[sentence]] = _Why.LINKED


def _unclear(view: View, found: Candidates, by_source: IntArray, told_of: BoolArray) -> BoolArray:
    """Which specifics no source, or none that is known, accounts for.

    A document that says whose it is vouches like any other: "A Harbour Authority memo lists".
    """
    clear = view.sentences_of(found.start[told_of])[view.tokens.sentence_of[found.start]]
    unclear: BoolArray = (by_source < 0) | (by_source == _Why.UNKNOWN)
    unclear |= by_source == _Why.CROWD
    unclear |= (by_source == _Why.VAGUE_DOCUMENT) & clear
    return unclear


def _of_dates(view: View, found: Candidates, by_source: IntArray) -> IntArray:
    """What each specific would be as a date: given in full, to come, or past."""
    ahead = view.bits(view.place[found.start] - 1) & LEXICON.bits("ahead") > 0
    ahead &= ~found.exact & (by_source < 0)
    return np.where(found.exact, _Why.DATED, np.where(ahead, _Why.FUTURE, _Why.PAST_YEAR))


def _of_survey(view: View, found: Candidates, cited: BoolArray) -> BoolArray:
    """What those asked by a survey said, where the article has said before whose survey it is."""
    known = found.start[cited & found.exact]
    if not known.size:
        return np.zeros(len(found), dtype=np.bool_)
    tokens = view.tokens
    asked = view.sentences_of(view.listed("polled", "study"))[tokens.sentence_of[found.start]]
    before = known.searchsorted(found.start) - 1
    named = known[np.maximum(before, 0)]
    here = (before >= 0) & (tokens.doc_of[named] == tokens.doc_of[found.start])
    asked &= here
    return asked


def _in_full(view: View, found: Candidates, cited: BoolArray) -> BoolArray:
    """Laws, studies and meetings with a name of their own, which is in capitals to its end."""
    in_full: BoolArray = found.exact & (found.kind == KINDS.index("law"))
    final = found.end[cited] - 1
    in_full[cited] = (view.tokens.flags[final] & CAPITALISED > 0) | (
        view.tokens.kinds[final] == NUMBER
    )
    return in_full


def _counted(view: View, named: BoolArray, told: BoolArray) -> BoolArray:
    """Sentences with "according to" somebody in particular, or a name beside a counting word."""
    sentence_of = view.tokens.sentence_of
    watched = view.listed("according")
    at = view.place[watched]
    crowd = LEXICON.bits("crowd", "indefinite")
    clear = (view.bits(at + 2) | view.bits(at + 3)) & crowd == 0
    clear |= told[sentence_of[watched]]
    clear &= view.says(at + 1, "to")
    counting = view.listed("counting")
    place = view.place[counting]
    known = named[sentence_of[counting]] | view.says(place - 1, "the") | view.says(place - 2, "the")
    return view.sentences_of(np.concatenate([counting[known], watched[clear]]))


def _lawful(view: View) -> BoolArray:
    """Sentences that name a law: "under the Water Supply Act"."""
    law = view.listed("law")
    place = view.place[law]
    capital = view.flags(place) & view.flags(place - 1) & CAPITALISED > 0
    return view.sentences_of(law[capital])


def _named(view: View) -> BoolArray:
    """Sentences with a capital that does not open them and is no month."""
    tokens = view.tokens
    name = (tokens.flags & CAPITALISED > 0) & (tokens.kinds == WORD)
    name[tokens.sentence_first] = False
    at = name.nonzero()[0]
    return view.sentences_of(at[view.mask[at] & LEXICON.bits("month") == 0])


def _is_source(batch: Batch, found: Candidates) -> BoolArray:
    """A study or document that is itself what the sentence attributes to."""
    attribution = batch.done.get("attribution")
    if attribution is None:
        return np.zeros(len(found), dtype=np.bool_)
    is_source: BoolArray = attribution.tokens["role"][found.end - 1] == 1
    return is_source


def _sources(
    batch: Batch, view: View, found: Candidates, told: BoolArray
) -> tuple[IntArray, BoolArray]:
    """The reason that attributions give for each specific, -1 for none, and whether it stands
    inside attributed content.

    A specific inside attributed content takes that content's source, any other the strongest
    source of its sentence.
    """
    attribution = batch.done.get("attribution")
    if attribution is None or not len(attribution.findings["attributions"]):
        return np.full(len(found), -1, dtype=np.int64), np.zeros(len(found), dtype=np.bool_)
    tokens = view.tokens
    pieces = attribution.findings["pieces"]
    offset = tokens.doc_offset
    offset = offset[pieces.doc]
    first = tokens.starts.searchsorted(pieces.start + offset)
    last = tokens.starts.searchsorted(pieces.end + offset)
    title = _TITLED[found.kind]
    own = _mere_titles(first, last, found.start[title], found.end[title])
    last = np.where(own, first, last)
    best = np.full(len(tokens.sentence_first), _NONE, dtype=np.int64)
    sentence = tokens.sentence_of[np.minimum(first, len(tokens) - 1)]
    owner = pieces.extra["owner"].astype(np.int64)
    reason = np.full(len(attribution.findings["attributions"]), _NONE, dtype=np.int64)
    asks = np.zeros(len(reason), dtype=np.bool_)
    asks[owner[view.sentences_of(found.start)[sentence]]] = True
    asked = asks.nonzero()[0]
    reason[asked] = _reasons(batch, view, told, asked)
    owner_reason = reason[owner]
    np.minimum.at(best, sentence[~own], owner_reason[~own])
    inside = _inside(first, last, owner_reason, found.start)
    role = attribution.tokens["role"].astype(np.bool_)
    attributed = np.add.reduceat(role, tokens.sentence_first, dtype=np.int64)
    ends = np.append(tokens.sentence_first[1:], len(tokens))
    length = ends - tokens.sentence_first
    best[attributed < LEAST_ATTRIBUTED * length] = _NONE
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


def _inside(first: IntArray, last: IntArray, reason: IntArray, at: IntArray) -> IntArray:
    """The reason of the passage that holds each token, the last to begin where several do."""
    order = np.argsort(first, kind="stable")
    order = order[last[order] > first[order]]
    if not len(order):
        return np.full(len(at), _NONE, dtype=np.int64)
    place = np.searchsorted(first[order], at, side="right") - 1
    row = order[np.maximum(place, 0)]
    held = (place >= 0) & (at < last[row])
    return np.where(held, reason[row], _NONE)


def _reasons(batch: Batch, view: View, told: BoolArray, rows: IntArray) -> IntArray:
    """The reason that some attributions give for what they cover, ``_NONE`` where they give none.

    Wishes, beliefs and plans are attributed as well; only reports vouch for a number.
    """
    table = batch.done["attribution"].findings["attributions"]
    lookup = np.array([_BY_SOURCE[kind] for kind in table.kinds], dtype=np.int64)
    reason = lookup[table.kind[rows]]
    needed = ("cue_start", "cue_end", "source_start", "source_end")
    extra = {name: table.extra[name][rows].astype(np.int64, copy=False) for name in needed}
    reason[table.extra["weak"][rows].astype(np.bool_, copy=False)] = _Why.CROWD
    offset = view.tokens.doc_offset[table.doc[rows]]
    cue = _places(view, extra["cue_start"] + offset, extra["cue_end"] + offset)
    source = _places(view, extra["source_start"] + offset, extra["source_end"] + offset)
    first = source[:, 0]
    has_source = extra["source_start"] >= 0
    document = (view.bits(source) & LEXICON.bits("document", "study") > 0).any(axis=1) & has_source
    document |= reason == _Why.BY_DOCUMENT
    document &= (reason != _Why.BY_NAME) & (reason != _Why.ANONYMOUS)
    definite = view.says(first, *_DEFINITE) | view.says(first - 1, *_DEFINITE)
    definite |= (view.says(source, "the") & (view.bits(source + 1) & _DOCUMENTS > 0)).any(axis=1)
    known = definite | told[view.tokens.sentence_of[view.token[first]]]
    reason[document] = np.where(known[document], _Why.BY_DOCUMENT, _Why.VAGUE_DOCUMENT)
    nobody = (reason == _Why.BY_PRONOUN) & ~view.says(first, "he", "she", "who", "it")
    reports = (view.bits(cue) & LEXICON.bits("reporting") > 0).any(axis=1)
    reason[nobody | ~reports] = _NONE
    return reason


def _places(view: View, start: IntArray, end: IntArray) -> IntArray:
    """Places of the first tokens of each passage, the last one repeated. Shape (n, _LOOKED_AT)."""
    last_token = len(view.tokens) - 1
    first, last = np.searchsorted(view.tokens.starts, np.stack([start, end]))
    first = np.minimum(first, last_token)[:, None]
    steps = first + np.arange(_LOOKED_AT)
    final = np.maximum(np.minimum(last - 1, last_token)[:, None], first)
    places: IntArray = view.place[np.minimum(steps, final)]
    return places
