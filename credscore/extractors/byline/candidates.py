"""Chooses the few lines of each article that may hold a byline or another mark of its making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from credscore.extractors.byline.names import LEXICON
from credscore.extractors.byline.zones import (
    LineWords,
    Zones,
    lines_with,
    next_in_article,
    read_zones,
)
from credscore.registry import Batch
from credscore.tokenization import CAPITALISED, NUMBER, Tokenization
from credscore.tokenization import characters as ch
from credscore.tokenization.blocks import BLOCK_KINDS

__all__ = ["Candidates", "find_candidates"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_CAPTION = BLOCK_KINDS.index("caption")
_LINE_WORDS = 60  # longer lines name no author ...
_SHORT = 25  # ... and date nothing
_LABEL_WORDS = 4
_NEXT_TO = 3  # lines from the last prose to a signature
_NAME_WORDS = 7  # of a line that is names; "Ann Lee and Bo Ek EXAMPLE COURIER" has seven
_ROLE_WORDS = 6  # "Chief political correspondent, Example Courier"
_YEAR_LENGTH = 4
_DATE_LENGTH = 7  # characters of "1.11.23"
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
    TITLED: ClassVar[int] = 4096  # the line below is a role: "Politics reporter"
    AFTER_DATE: ClassVar[int] = 8192  # a date stands one or two lines above
    TWICE: ClassVar[int] = 16384  # the next line begins with the same words
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


def find_candidates(batch: Batch) -> Candidates:
    """See the module's docstring."""
    tokens = batch.tokens
    if not len(tokens):
        nothing = np.zeros(0, dtype=np.int64)
        nowhere = np.zeros(tokens.n_docs, dtype=np.bool_)
        return Candidates(nothing, nothing, nothing, nothing, nothing, nothing, nowhere)
    zones = read_zones(batch)
    flags = _flags(tokens, zones)
    chosen = flags.nonzero()[0]
    doc, start, end = tokens.char_span(tokens.block_first[chosen], zones.end[chosen])
    around, body = np.zeros(tokens.n_docs, dtype=np.bool_), batch.body
    if not body.all():
        around = tokens.per_doc(~body) > 0
    return Candidates(
        doc, start, end, zones.rank[chosen], zones.tail[chosen], flags[chosen], around
    )


def _flags(tokens: Tokenization, zones: Zones) -> IntArray:
    held = LineWords(tokens)
    signs = tokens.first_code
    short = zones.words <= _LINE_WORDS
    dated = (held.lines("calendar") | _numbered_dates(tokens, signs)) & (zones.words <= _SHORT)
    near = zones.heads | zones.tails
    told = zones.tails & (zones.words >= 6) & held.lines("bio_roles")
    if told.any():
        told &= _told_of_somebody(tokens, held.at[held.rows("bio_verbs")])
    mail = lines_with(tokens, (signs == ord("@")).nonzero()[0])
    flags: IntArray = _signed(tokens, zones, held, short, near)
    flags |= _name_lines(tokens, zones, held, dated, near)
    confirmed = _confirmed(tokens, zones, held, told, mail)
    if confirmed.size:
        flags[confirmed] |= Candidates.NAMED | Candidates.CONFIRMED
    flags |= told * Candidates.TOLD
    flags |= (zones.opens & _dashed(tokens, signs)) * Candidates.OPENS
    if dated.any():
        flags |= (dated & zones.heads) * Candidates.DATED
        issued = held.lines("published", "updated")
        flags |= (dated & zones.tails & ~zones.heads & issued) * Candidates.LATE_DATE
    flags |= (tokens.block_kind == _CAPTION) * Candidates.CAPTION
    credited = held.lines("credit") & short & ~told
    slash = (signs == ord("/")).nonzero()[0]
    if slash.size:
        closed = tokens.classes[zones.end - 1] == ch.CLOSE
        credited |= lines_with(tokens, slash) & closed
    flags |= credited * Candidates.CREDITED
    flags[_put_right(tokens)] |= Candidates.PUT_RIGHT
    flags |= (mail | zones.tails & held.lines("contact")) * Candidates.ADDRESS
    return flags


def _signed(
    tokens: Tokenization, zones: Zones, held: LineWords, short: BoolArray, near: BoolArray
) -> IntArray:
    """Lines with "by" before a possible name, or below a line that is "By" alone."""
    flags = np.zeros(len(short), dtype=np.int64)
    anchors = held.rows("anchors")
    if not anchors.size and not held.present & int(LEXICON.bits("lone", "labels")):
        return flags
    wide = near | zones.above
    announced = held.lines("announced")
    anchored = _anchored(tokens, held, anchors) | _labelled(tokens, held)
    anchored &= short & (wide | announced)
    alone = wide & (zones.words == 1) & held.lines("anchors", "lone")
    alone |= wide & (zones.words == 2) & held.lines("anchors") & announced
    flags[anchored] = Candidates.ANCHORED
    if alone.any():  # "By" on a line of its own, the name on the next
        doc = tokens.block_doc
        followed = (zones.words[1:] <= 12) & (doc[1:] == doc[:-1])
        below = (alone[:-1] & ~alone[1:] & followed).nonzero()[0] + 1
        flags[below] |= Candidates.BELOW
    return flags


def _labelled(tokens: Tokenization, held: LineWords) -> BoolArray:
    """Lines that open with "Author:", "Text:" and the like."""
    found = np.zeros(held.n_lines, dtype=np.bool_)
    rows = held.rows("labels")
    place, block = held.at[rows], held.block[rows]
    opens = place == tokens.block_first[block]
    colon = tokens.first_code[next_in_article(tokens, place)] == ord(":")
    found[block[opens & colon]] = True
    return found


def _put_right(tokens: Tokenization) -> IntArray:
    """Lines that may be a correction."""
    amended = tokens.matches(LEXICON, "correction")
    if not len(amended):
        return np.zeros(0, dtype=np.int64)
    phrase = amended.end - amended.start > 1
    block = tokens.block_of[amended.start]
    opening = tokens.block_first[block] >= amended.start - 1
    return block[phrase | opening].astype(np.int64)


def _told_of_somebody(tokens: Tokenization, verbs: IntArray) -> BoolArray:
    """Lines that open with two capitals and go on with a verb of biographies."""
    first = tokens.block_first
    place = verbs - first[tokens.block_of[verbs]]
    second = np.minimum(first + 1, len(tokens) - 1)
    named: BoolArray = tokens.flags[first] & tokens.flags[second] & CAPITALISED > 0
    return lines_with(tokens, verbs[(place >= 2) & (place <= 6)]) & named


def _anchored(tokens: Tokenization, held: LineWords, rows: IntArray) -> BoolArray:
    """Lines in which "by" stands before a capital, a digit or a handle, or at the end."""
    found = np.zeros(held.n_lines, dtype=np.bool_)
    place, block = held.at[rows], held.block[rows]
    following = next_in_article(tokens, place)
    kind = tokens.classes[following]
    into = place - tokens.block_first[block]
    ends = np.append(tokens.block_first[1:], len(tokens))[block] == following + 1  # "by annlee"
    found[block[(into <= _ANCHOR_WITHIN) & ((kind != ch.LOWER) | (into == 0) | ends)]] = True
    return found


def _name_lines(
    tokens: Tokenization, zones: Zones, held: LineWords, dated: BoolArray, near: BoolArray
) -> IntArray:
    """Flags of short lines of capitals about a date, above a role, above a line that begins with
    the same words, or with a comma or a role.
    """
    capital = zones.capitals >= np.maximum(zones.words - 2, 2)
    possible = (capital | dated) & (zones.words >= 2) & (zones.words <= 12) & near
    line = possible.nonzero()[0]
    flags = np.zeros(len(possible), dtype=np.int64)
    if not line.size:
        return flags
    doc, few = tokens.block_doc, zones.words[line] <= _NAME_WORDS
    bounds = doc.searchsorted(doc[line]), doc.searchsorted(doc[line], side="right") - 1
    later = np.minimum(line + _NEXT_THREE, bounds[1])  # of the article: never in the next one
    earlier = np.maximum(line - _NEXT_THREE[:2], bounds[0])
    role = held.lines("roles") & (zones.words <= _ROLE_WORDS)
    same = _begin_alike(tokens, line, later)
    before = few & zones.heads[line] & (dated[earlier] & (earlier < line)).any(axis=0)
    titled = few & role[later[0]] & (later[0] > line)
    comma = lines_with(tokens, (tokens.classes == ch.COMMA).nonzero()[0])
    around = zones.heads[line] | (zones.tail[line] >= 0) & (zones.tail[line] <= _NEXT_TO)
    found = few & dated[later[:2]].any(axis=0) | dated[line] & around
    found |= same.any(axis=0) | comma[line] | before | titled | role[line] & zones.heads[line]
    flags[line] = (
        found * Candidates.NAMED
        | before * Candidates.AFTER_DATE
        | titled * Candidates.TITLED
        | (same[0] & few) * Candidates.TWICE
    )
    return flags


_NEXT_THREE = np.array([[1], [2], [3]])


def _begin_alike(tokens: Tokenization, line: IntArray, later: IntArray) -> BoolArray:
    """Which of the later lines begin with the same two words as a line. Shape of ``later``."""
    keys = tokens.hashes
    here, other = tokens.block_first[line], tokens.block_first[later]
    second, next_word = next_in_article(tokens, here), next_in_article(tokens, other)
    same: BoolArray = (keys[other] == keys[here]) & (keys[next_word] == keys[second])
    return same & (other > here)


def _numbered_dates(tokens: Tokenization, signs: npt.NDArray[np.uint16]) -> BoolArray:
    """Lines with numbers about a colon, slash or dash, or a number as long as "15.12.2022"."""
    number = tokens.kinds == NUMBER
    mark = _DATE_MARKS[signs].nonzero()[0]
    mark = mark[(mark > 0) & (mark < len(signs) - 1)]
    mark = mark[number[mark - 1] & number[mark + 1]]
    year = (tokens.lengths == _YEAR_LENGTH) & ((signs == ord("1")) | (signs == ord("2")))
    long = (number & ((tokens.lengths >= _DATE_LENGTH) | year)).nonzero()[0]
    return lines_with(tokens, np.concatenate([mark, long]))


_DATE_MARKS = np.zeros(0x10000, dtype=np.bool_)
_DATE_MARKS[[ord(":"), ord("/"), ord("-")]] = True


def _confirmed(
    tokens: Tokenization, zones: Zones, held: LineWords, told: BoolArray, mail: BoolArray
) -> IntArray:
    """Lines above the prose that are a name which a biography or a "by" elsewhere repeats."""
    first, words = tokens.block_first, zones.words
    near = zones.heads | zones.above
    line = (near & (words >= 2) & (words <= 4) & (zones.capitals >= 2)).nonzero()[0]
    if not line.size:
        return line
    anchors = held.at[held.rows("anchors")]
    after = next_in_article(tokens, anchors)
    after = np.concatenate([after[after > anchors], first[told]])
    # "Ann Lee@annlee", and "Ann Lee" above "Twitter" or "Follow".
    label = np.zeros(len(first) + 1, dtype=np.bool_)
    opening = tokens.vocabulary.word_mask(LEXICON)[tokens.ids[first]]
    label[:-1] = (opening & LEXICON.bits("profile") > 0) & (words <= _LABEL_WORDS)
    doc = tokens.block_doc
    followed: BoolArray = doc[np.minimum(line + 1, len(doc) - 1)] == doc[line]
    found = (label[line + 1] & followed) | mail[line]
    if not after.size:
        return line[found]

    def pair(place: IntArray) -> npt.NDArray[np.uint64]:
        second = next_in_article(tokens, place)
        owner = tokens.doc_of[place].astype(np.uint64) << np.uint64(32)
        keys = tokens.hashes[place] ^ owner
        paired: npt.NDArray[np.uint64] = keys * np.uint64(3) + tokens.hashes[second]
        return paired

    # By sorting: numpy 2.0.0 looks for a range first, which overflows on hashes.
    return line[found | np.isin(pair(first[line]), pair(after), kind="sort")]


def _dashed(tokens: Tokenization, signs: npt.NDArray[np.uint16]) -> BoolArray:
    """Lines in which a dash or bracket stands soon after the start."""
    first = tokens.block_first
    mark = _DASHES[signs].nonzero()[0]
    early = mark[mark - first[tokens.block_of[mark]] < _OPENING_TOKENS]
    return lines_with(tokens, early)


_DASHES = np.zeros(0x10000, dtype=np.bool_)
_DASHES[[ord("-"), 0x2013, 0x2014, ord("(")]] = True
