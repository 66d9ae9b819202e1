"""Chooses the few lines of each article that may hold a byline or another mark of its making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from credscore.extractors.byline.names import LEXICON
from credscore.registry import Batch
from credscore.tokenization import CAPITALISED, PUNCT, WORD, Tokenization
from credscore.tokenization import characters as ch
from credscore.tokenization.blocks import BLOCK_KINDS

__all__ = ["Candidates", "find_candidates"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_CAPTION = BLOCK_KINDS.index("caption")
_PROSE_WORDS = 12
_LINE_WORDS = 60  # longer lines name no author ...
_SHORT = 25  # ... and date nothing
_FAR_ABOVE = 60  # lines above the first prose in which "By" still tells
_ABOVE, _BELOW = 30, 9  # lines above the first prose, and below the last
_INTO = 4  # lines of prose above which a summary, a byline and a date may stand in any order
_LABEL_WORDS = 4
_TAIL = 12  # lines from the end of the text
_OPENING_LINES = 7  # paragraphs that may begin with a dateline
_ANCHOR_WITHIN = 14  # tokens from a line's start: "Published March 11, 2025, 6.40 pm by"
_OPENING_TOKENS = 14  # a dateline's dash comes before


@dataclass(frozen=True, slots=True)
class Candidates:
    """Lines worth reading. Arrays int64, shape (n,), sorted by article and place.

    Attributes:
        doc, start, end: article and offsets.
        rank, tail: lines from the first, from the last line of prose (negative above).
        flags: sum of the constants.
        around: for each article whether anything but the article was supplied, shape (n_docs,).
    """

    ANCHORED: ClassVar[int] = 1  # holds "by" before a possible name
    NAMED: ClassVar[int] = 512  # may be nothing but a name
    CONFIRMED: ClassVar[int] = (
        2048  # the same name stands after "by" or opens a biography elsewhere
    )
    BELOW: ClassVar[int] = 1024  # the line above is "By" or "Author:"
    TOLD: ClassVar[int] = 2  # may be a biography
    OPENS: ClassVar[int] = 4  # may begin with a dateline
    DATED: ClassVar[int] = 8  # stands about the byline and may hold a date
    LATE_DATE: ClassVar[int] = 16  # stands at the end and may say when it was published
    CAPTION: ClassVar[int] = 32
    CREDITED: ClassVar[int] = 64  # may end with a picture's credit
    PUT_RIGHT: ClassVar[int] = 128  # may be a correction
    ADDRESS: ClassVar[int] = 256  # holds an address, or says how to reach somebody

    doc: IntArray
    start: IntArray
    end: IntArray
    rank: IntArray
    tail: IntArray
    flags: IntArray
    around: BoolArray


def _prose_bounds(tokens: Tokenization, prose: BoolArray) -> tuple[IntArray, IntArray]:
    """Number of the first and last line of prose of each line's article; its ends where none is."""
    doc = tokens.block_doc
    n_lines = len(doc)
    line = np.flatnonzero(prose)
    first = np.searchsorted(doc, np.arange(tokens.n_docs)).astype(np.int64)
    last = np.append(first[1:], n_lines) - 1
    if line.size:
        owners, at = np.unique(doc[line], return_index=True)
        first[owners] = line[at]
        last[owners] = line[np.append(at[1:], len(line)) - 1]
    return first[doc], last[doc]


def find_candidates(batch: Batch) -> Candidates:
    """See the module's docstring."""
    tokens = batch.tokens
    if not len(tokens):
        nothing = np.zeros(0, dtype=np.int64)
        nowhere = np.zeros(tokens.n_docs, dtype=np.bool_)
        return Candidates(nothing, nothing, nothing, nothing, nothing, nothing, nowhere)
    zones, first_prose, last_prose = _zones(batch)
    flags = _flags(tokens, zones)
    chosen = np.flatnonzero(flags)
    next_first = np.append(tokens.block_first, len(tokens))[1:]
    doc, start, end = tokens.char_span(tokens.block_first[chosen], next_first[chosen])
    around = tokens.per_doc(~batch.body) > 0
    rank, tail = chosen - first_prose[chosen], chosen - last_prose[chosen]
    return Candidates(doc, start, end, rank, tail, flags[chosen], around)


@dataclass(frozen=True, slots=True)
class _Zones:
    """Words and capitalised words of each line, and whether it stands above the prose, about the
    byline, at the end, or among the first lines of prose.
    """

    words: IntArray
    capitals: IntArray
    above: BoolArray
    heads: BoolArray
    tails: BoolArray
    opens: BoolArray


def _shapes() -> IntArray:
    """By kind and flags: is it spelled, is it capitalised, is it more than a mark; packed."""
    table = np.zeros(4 * 16, dtype=np.int64)
    for kind in range(4):
        for flags in range(16):
            capital = bool(flags & CAPITALISED)
            table[kind * 16 + flags] = (kind == WORD) | capital << 21 | (kind != PUNCT) << 42
    return table


_SHAPES = _shapes()
_MASK = np.int64((1 << 21) - 1)


def _zones(batch: Batch) -> tuple[_Zones, IntArray, IntArray]:
    """The zones, and for each line the first and last line of prose of its article."""
    tokens = batch.tokens
    first = tokens.block_first
    end = np.append(first, len(tokens))[1:]
    shape = np.add.reduceat(_SHAPES[tokens.kinds.astype(np.intp) * 16 + tokens.flags], first)
    # Lines of dates are no prose: numbers are not counted. A line is furniture as a whole.
    spelled, capitals, words = shape & _MASK, shape >> 21 & _MASK, shape >> 42
    closing = tokens.classes[end - 1]
    stops = (closing == ch.DOT) | (closing == ch.TERMINAL) | (closing == ch.QUOTE)
    prose = (batch.body[first] | batch.body[end - 1]) & (spelled >= _PROSE_WORDS) & stops
    prose &= batch.done["boilerplate"].tokens["stretch"][first].astype(np.bool_)
    first_prose, last_prose = _prose_bounds(tokens, prose)
    line = np.arange(len(words))
    rank, tail = line - first_prose, line - last_prose
    left = np.append(np.searchsorted(tokens.block_doc, np.arange(tokens.n_docs))[1:], len(line))
    heads = (rank >= -_ABOVE) & (rank <= _INTO)
    tails = ((tail >= 0) & (tail <= _BELOW)) | (left[tokens.block_doc] - line <= _TAIL)
    opens = np.abs(rank) < _OPENING_LINES
    above = (rank < 0) & (rank >= -_FAR_ABOVE)
    return _Zones(words, capitals, above, heads, tails, opens), first_prose, last_prose


def _lines_with(tokens: Tokenization, at: IntArray) -> BoolArray:
    """Which lines hold one of these tokens."""
    found = np.zeros(len(tokens.block_first), dtype=np.bool_)
    found[tokens.block_of[at]] = True
    return found


def _flags(tokens: Tokenization, zones: _Zones) -> IntArray:
    mask = tokens.vocabulary.word_mask(LEXICON)[tokens.ids]
    at = np.flatnonzero(mask)
    groups, block = mask[at], tokens.block_of[at]

    def holds(*names: str) -> BoolArray:
        found = np.zeros(len(zones.words), dtype=np.bool_)
        found[block[groups & LEXICON.bits(*names) > 0]] = True
        return found

    short = zones.words <= _LINE_WORDS
    dated = holds("calendar") & (zones.words <= _SHORT)
    issued = holds("published", "updated")
    near = zones.heads | zones.tails
    wide = near | zones.above
    told = zones.tails & (zones.words >= 6) & holds("bio_roles")
    if told.any():
        told &= _told_of_somebody(tokens, at[groups & LEXICON.bits("bio_verbs") > 0])
    anchored = _anchored(tokens, at, groups, block) & short & (wide | holds("announced"))
    alone = wide & (zones.words == 1) & holds("anchors", "lone")
    alone |= wide & (zones.words == 2) & holds("anchors") & holds("announced")
    below = np.append(False, alone[:-1])  # "By" on a line of its own, the name on the next
    signs = tokens.codes[tokens.starts]
    mail = _lines_with(tokens, np.flatnonzero(signs == ord("@")))
    slash = _lines_with(tokens, np.flatnonzero(signs == ord("/")))
    end = np.append(tokens.block_first, len(tokens))[1:]
    credited = slash & (tokens.classes[end - 1] == ch.CLOSE) | holds("credit") & short & ~told
    amended = tokens.matches(LEXICON, "correction")
    phrase = amended.end - amended.start > 1
    opening = tokens.block_first[tokens.block_of[amended.start]] >= amended.start - 1
    put_right = _lines_with(tokens, amended.start[phrase | opening])
    flags: IntArray = (
        anchored * Candidates.ANCHORED
        | (below & ~alone & (zones.words <= 12)) * Candidates.BELOW
        | _name_lines(tokens, zones, dated) * Candidates.NAMED
        | _confirmed(tokens, zones, at, groups, told, mail)
        * (Candidates.NAMED | Candidates.CONFIRMED)
        | told * Candidates.TOLD
        | (zones.opens & _dashed(tokens, signs)) * Candidates.OPENS
        | (dated & zones.heads) * Candidates.DATED
        | (dated & zones.tails & ~zones.heads & issued) * Candidates.LATE_DATE
        | (tokens.block_kind == _CAPTION) * Candidates.CAPTION
        | credited * Candidates.CREDITED
        | put_right * Candidates.PUT_RIGHT
        | (mail | zones.tails & holds("contact")) * Candidates.ADDRESS
    )
    return flags


def _told_of_somebody(tokens: Tokenization, verbs: IntArray) -> BoolArray:
    """Lines that open with two capitals and go on with a verb of biographies."""
    first = tokens.block_first
    capital = tokens.flags & CAPITALISED > 0
    place = verbs - first[tokens.block_of[verbs]]
    named = capital[first] & capital[np.minimum(first + 1, len(tokens) - 1)]
    return _lines_with(tokens, verbs[(place >= 2) & (place <= 6)]) & named


def _anchored(tokens: Tokenization, at: IntArray, groups: npt.NDArray[np.uint32],
              block: npt.NDArray[np.int32]) -> BoolArray:  # fmt: skip
    """Lines in which "by" stands before a capital, a digit or a handle, or at the end."""
    found = np.zeros(len(tokens.block_first), dtype=np.bool_)
    anchor = np.flatnonzero(groups & LEXICON.bits("anchors") > 0)
    place = at[anchor]
    following = np.minimum(place + 1, len(tokens) - 1)
    kind = tokens.classes[following]
    early = place - tokens.block_first[block[anchor]] <= _ANCHOR_WITHIN
    small = (kind == ch.LOWER) & (place != tokens.block_first[block[anchor]])
    found[block[anchor[early & ~small]]] = True
    return found


def _name_lines(tokens: Tokenization, zones: _Zones, dated: BoolArray) -> BoolArray:
    """Short lines of capitals above a date or above a line that begins with the same words, or
    with a comma and a role.
    """
    first = tokens.block_first
    capital = zones.capitals >= np.maximum(zones.words - 2, 2)
    possible = (capital | dated) & (zones.words >= 2) & (zones.words <= 12)
    possible &= zones.heads | zones.tails
    line = np.flatnonzero(possible)
    last = len(first) - 1
    soon = dated[np.minimum(line + 1, last)] | dated[np.minimum(line + 2, last)]
    above = soon & (zones.words[line] <= 6)
    above |= dated[line] & zones.heads[line]
    keys = tokens.hashes
    here = first[line]
    second = np.minimum(here + 1, len(tokens) - 1)
    for step in (1, 2, 3):
        other = first[np.minimum(line + step, last)]
        next_word = np.minimum(other + 1, len(tokens) - 1)
        above |= (keys[other] == keys[here]) & (keys[next_word] == keys[second]) & (other > here)
    comma = _lines_with(tokens, np.flatnonzero(tokens.classes == ch.COMMA))
    found = np.zeros(len(first), dtype=np.bool_)
    found[line[above | comma[line]]] = True
    return found


def _confirmed(tokens: Tokenization, zones: _Zones, at: IntArray, groups: npt.NDArray[np.uint32],
               told: BoolArray, mail: BoolArray) -> BoolArray:  # fmt: skip
    """Lines above the prose that are a name which a biography or a "by" elsewhere repeats."""
    first = tokens.block_first
    line = np.flatnonzero(
        zones.heads & (zones.words >= 2) & (zones.words <= 4) & (zones.capitals >= 2)
    )
    found = np.zeros(len(first), dtype=np.bool_)
    after = at[groups & LEXICON.bits("anchors") > 0] + 1
    after = np.concatenate([after[after < len(tokens)], first[told]])
    if not line.size:
        return found
    # "Ann Lee@annlee", and "Ann Lee" above "Twitter" or "Follow".
    opening = tokens.vocabulary.word_mask(LEXICON)[tokens.ids[first]]
    label = (opening & LEXICON.bits("profile") > 0) & (zones.words <= _LABEL_WORDS)
    found[line[np.append(label, False)[1:][line] | mail[line]]] = True
    if not after.size:
        return found

    def pair(place: IntArray) -> npt.NDArray[np.uint64]:
        second = np.minimum(place + 1, len(tokens) - 1)
        owner = tokens.doc_of[place].astype(np.uint64) << np.uint64(32)
        keys = tokens.hashes[place] ^ owner
        paired: npt.NDArray[np.uint64] = keys * np.uint64(3) + tokens.hashes[second]
        return paired

    found[line[np.isin(pair(first[line]), pair(after))]] = True
    return found


def _dashed(tokens: Tokenization, signs: npt.NDArray[np.uint16]) -> BoolArray:
    """Lines in which a dash or bracket stands soon after the start."""
    first = tokens.block_first
    mark = np.flatnonzero(_DASHES[signs])
    early = mark[mark - first[tokens.block_of[mark]] < _OPENING_TOKENS]
    return _lines_with(tokens, early)


_DASHES = np.zeros(0x10000, dtype=np.bool_)
_DASHES[[ord("-"), 0x2013, 0x2014, ord("(")]] = True
