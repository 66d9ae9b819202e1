"""Who a source is: a name, an office, somebody nobody could look up, a pronoun, a document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.annotations import SourceKind
from credscore.extractors.attribution.linking import Links
from credscore.extractors.attribution.positions import inside_spans, next_at
from credscore.extractors.attribution.wordlists import LEXICON
from credscore.tokenization import CAPITALISED, CLITIC, NUMBER, PUNCT, WORD, Tokenization

__all__ = ["KINDS", "Sources", "type_sources"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

KINDS: tuple[SourceKind, ...] = ("named", "role", "anonymous", "pronoun", "document", "unknown")
NAMED, ROLE_KIND, ANONYMOUS, PRONOUN, DOCUMENT, UNKNOWN = range(6)


@dataclass(frozen=True, slots=True)
class Sources:
    """What is known about the source of each attribution. Shapes (n,).

    Attributes:
        kind: index into ``KINDS``, int64.
        head: token position of the source's head word, -1 where there is no source.
        weak: nobody could look the source up.
    """

    kind: IntArray
    head: IntArray
    weak: BoolArray


def _heads(links: Links, tokens: Tokenization, groups: npt.NDArray[np.uint32]) -> IntArray:
    """The last word of each source before its first comma or modifier ("the *head* of ...")."""
    n = len(tokens)
    word = tokens.is_word
    ends = (tokens.kinds == PUNCT) | (groups & LEXICON.bits("post_modifiers") > 0)
    # Hyphens and full stops stand inside names ("Jean-Luc", "John F. Kelly").
    ends &= ~_inside_name(tokens)
    first_word = _next(word)[np.minimum(links.source_first, n - 1)]
    stop = _next(ends)[np.minimum(first_word + 1, n)]
    limit = np.minimum(np.maximum(stop, first_word + 1), links.source_end)
    last = _previous(word)[np.maximum(limit - 1, 0)]
    return np.where(links.source_first >= 0, np.maximum(last, links.source_first), -1)


def _inside_name(tokens: Tokenization) -> BoolArray:
    """Hyphens inside words ("vice-presidential"), and full stops ("John F. Kelly")."""
    n = len(tokens)
    inside = np.zeros(n, dtype=np.bool_)
    if n < 3:
        return inside
    code = tokens.codes[tokens.starts]
    touches = tokens.starts[1:] == tokens.ends[:-1]
    single = tokens.ends - tokens.starts == 1
    hyphen = (code == ord("-")) | (code == 0x2010) | (code == 0x2011)
    inside[1:-1] = hyphen[1:-1] & touches[:-1] & touches[1:]
    # No sentence ends inside a source, so a full stop there belongs to a name or abbreviation.
    inside |= (code == ord(".")) & single
    return inside


def _begins_with(mask: BoolArray, first: IntArray, end: IntArray) -> BoolArray:
    """Whether one of the first two tokens is in ``mask``."""
    found: BoolArray = mask[first] | mask[np.minimum(first + 1, end - 1)]
    return found


def _ends_in(tokens: Tokenization, at: IntArray, *endings: str) -> BoolArray:
    """Whether the tokens at these positions end in one of some lower-case endings."""
    found = np.zeros(len(at), dtype=np.bool_)
    for ending in endings:
        match = tokens.ends[at] - tokens.starts[at] >= len(ending)
        for back, letter in enumerate(reversed(ending), start=1):
            match &= tokens.codes[tokens.ends[at] - back] == ord(letter)
        found |= match
    return found


def _next(mask: BoolArray) -> IntArray:
    """For each token, and for the end, the first position at or after it where ``mask`` holds."""
    return np.append(next_at(mask), len(mask))


def _previous(mask: BoolArray) -> IntArray:
    """For each token the last position up to it where ``mask`` holds, -1 before the first."""
    return np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))


def _any(mask: BoolArray, first: IntArray, end: IntArray) -> BoolArray:
    running = np.concatenate([[0], np.cumsum(mask)])
    found: BoolArray = running[end] > running[first]
    return found


def _apposed(name: BoolArray, tokens: Tokenization, head: IntArray, end: IntArray) -> BoolArray:
    """Whether a name of two capitals follows right after the first comma behind the head."""
    n = len(tokens)
    comma = _next(tokens.codes[tokens.starts] == ord(","))[np.minimum(head + 1, n)]
    after = np.minimum(comma + 1, n - 1)
    nearby = np.minimum(end, comma + 7)
    follows = (comma < end) & (comma - head <= 8)
    found: BoolArray = follows & _any(name, after, np.maximum(nearby, after))
    return found


def _hearsay(links: Links, tokens: Tokenization, kind: IntArray) -> BoolArray:
    """Content that nobody stands for, handed over by words such as "it is reported"."""
    found = tokens.matches(LEXICON, "hearsay")
    heard = np.zeros(len(tokens), dtype=np.bool_)
    heard[inside_spans(found.start, found.end)[0]] = True
    nobody = (kind == UNKNOWN) | (kind == PRONOUN)
    first = np.maximum(links.cue_first, 0)
    found_cue: BoolArray = nobody & _any(heard, first, np.maximum(links.cue_end, first))
    return found_cue


def type_sources(links: Links, tokens: Tokenization) -> Sources:
    """Type the source of every attribution by its head word and by the names in it."""
    nothing = np.zeros(0, dtype=np.int64)
    if not len(links):
        return Sources(nothing, nothing, nothing.astype(np.bool_))
    groups = tokens.vocabulary.word_mask(LEXICON)[tokens.ids]
    there = links.source_first >= 0
    head = _heads(links, tokens, groups)
    at = np.maximum(head, 0)
    of_head = groups[at]
    first, end = np.maximum(links.source_first, 0), np.maximum(links.source_end, 0)
    capital = (
        (tokens.flags & CAPITALISED > 0) & (tokens.kinds == WORD) & (tokens.flags & CLITIC == 0)
    )
    # A capital at the start of a sentence says nothing about a word that the lists know.
    opening = np.zeros(len(tokens), dtype=np.bool_)
    opening[tokens.sentence_first] = True
    able = capital & ~(opening & (groups > 0)) & (groups & LEXICON.bits("pronouns") == 0)
    name = able & (groups & LEXICON.bits("titles") == 0)
    has_name = _any(name, first, end)
    kind = np.full(len(links), UNKNOWN)
    plural = _ends_in(tokens, at, "s") & ~_ends_in(tokens, at, "ss")
    kind[plural & (tokens.kinds[at] == WORD) & (tokens.flags[at] & CLITIC == 0)] = ANONYMOUS
    listed = (
        (ROLE_KIND, "organisations"), (ROLE_KIND, "roles"), (ANONYMOUS, "anonymous"),
        (DOCUMENT, "documents"),
    )  # fmt: skip
    for value, group in listed:
        kind[of_head & LEXICON.bits(group) > 0] = value
    kind[(of_head & LEXICON.bits("organisations") > 0) & has_name] = NAMED
    counted = (groups & LEXICON.bits("quantifiers") > 0) | (tokens.kinds == NUMBER)
    hyphen = tokens.codes[tokens.starts] == ord("-")
    counted[:-1] &= ~hyphen[1:]  # "a 52-count complaint" counts nothing
    counts = _begins_with(counted, first, end) & (kind != DOCUMENT)
    single = ~_any(capital, first, at)
    kind[name[at] | (able[at] & ~single)] = NAMED  # "Mr. King": a title that is a name
    # Capitalised plurals that name groups by their form.
    peoples = _ends_in(tokens, at, "cans", "rats", "ians", "eans") & capital[at]
    kind[peoples & single] = ANONYMOUS
    kind[counts] = ANONYMOUS
    apposed = (kind == ROLE_KIND) | (kind == UNKNOWN) | (kind == ANONYMOUS) & counts
    kind[apposed & _apposed(name, tokens, at, end)] = NAMED  # "the mayor, Ann Lee"
    kind[(of_head & LEXICON.bits("pronouns") > 0)] = PRONOUN
    kind[~there] = UNKNOWN
    weak = (kind == ANONYMOUS) | _hearsay(links, tokens, kind)
    return Sources(kind.astype(np.int64), head, weak)
