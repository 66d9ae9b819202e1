"""Chooses the few lines of each article that may hold a byline or another mark of its making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from credscore.extractors.byline.names import LEXICON
from credscore.registry import Batch
from credscore.tokenization import CAPITALISED, NUMBER, PUNCT, WORD, Tokenization
from credscore.tokenization import characters as ch
from credscore.tokenization.blocks import BLOCK_KINDS

__all__ = ["Candidates", "find_candidates"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_CAPTION = BLOCK_KINDS.index("caption")
_PROSE_WORDS = 12
_LINE_WORDS = 60  # longer lines name no author ...
_SHORT = 25  # ... and date nothing
_FAR_ABOVE = 120  # lines above the first prose in which "By" still tells
_ABOVE, _BELOW = 60, 20  # lines above the first prose, and below the last
_INTO = 4  # lines of prose above which a summary, a byline and a date may stand in any order
_LABEL_WORDS = 4
_NEXT_TO = 3  # lines from the last prose to a signature
_NAME_WORDS = 8  # of a line that is names; "Ann Lee and Bo Ek EXAMPLE COURIER" has seven
_ROLE_WORDS = 6  # "Chief political correspondent, Example Courier"
_YEAR_LENGTH = 4
_DATE_LENGTH = 7  # characters of "1.11.23"
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


def _prose_bounds(tokens: Tokenization, prose: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """Number of the first and last line of prose of each line's article; its ends where none is.

    Returns:
        first, last: shape (n_lines,), and the line after each article's last, shape (n_docs,).
    """
    doc = tokens.block_doc
    bounds = doc.searchsorted(np.arange(tokens.n_docs + 1))
    first, last = bounds[:-1].copy(), bounds[1:] - 1
    line = prose.nonzero()[0]
    if line.size:
        owner = doc[line]
        opens, closes = np.ones(len(line), dtype=np.bool_), np.ones(len(line), dtype=np.bool_)
        np.not_equal(owner[1:], owner[:-1], out=opens[1:])
        closes[:-1] = opens[1:]
        first[owner[opens]] = line[opens]
        last[owner[closes]] = line[closes]
    return first[doc], last[doc], bounds[1:]


def find_candidates(batch: Batch) -> Candidates:
    """See the module's docstring."""
    tokens = batch.tokens
    if not len(tokens):
        nothing = np.zeros(0, dtype=np.int64)
        nowhere = np.zeros(tokens.n_docs, dtype=np.bool_)
        return Candidates(nothing, nothing, nothing, nothing, nothing, nothing, nowhere)
    zones = _zones(batch)
    flags = _flags(tokens, zones)
    chosen = flags.nonzero()[0]
    doc, start, end = tokens.char_span(tokens.block_first[chosen], zones.end[chosen])
    around, body = np.zeros(tokens.n_docs, dtype=np.bool_), batch.body
    if not body.all():
        around = tokens.per_doc(~body) > 0
    return Candidates(
        doc, start, end, zones.rank[chosen], zones.tail[chosen], flags[chosen], around
    )


@dataclass(frozen=True, slots=True)
class _Zones:
    """Words and capitalised words of each line, its end, its number from the first and the last
    line of prose, and whether it stands above the prose, about the byline, at the end, or among the
    first lines of prose.
    """

    end: IntArray
    rank: IntArray
    tail: IntArray
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
_STOPS = np.zeros(17, dtype=np.bool_)
_STOPS[[ch.DOT, ch.TERMINAL, ch.QUOTE]] = True
_MASK = np.int64((1 << 21) - 1)


def _zones(batch: Batch) -> _Zones:
    tokens, body = batch.tokens, batch.body
    first = tokens.block_first
    end = np.empty_like(first)
    end[:-1] = first[1:]
    end[-1] = len(tokens)
    last = end - 1
    shape = np.add.reduceat(_SHAPES[tokens.kinds * np.uint8(16) + tokens.flags], first)
    # Lines of dates are no prose: numbers are not counted. A line is furniture as a whole.
    spelled, capitals, words = shape & _MASK, shape >> 21 & _MASK, shape >> 42
    prose = (body[first] | body[last]) & (spelled >= _PROSE_WORDS) & _STOPS[tokens.classes[last]]
    prose &= batch.done["boilerplate"].tokens["stretch"][first].astype(np.bool_)
    first_prose, last_prose, article_end = _prose_bounds(tokens, prose)
    line = np.arange(len(words))
    rank, tail = line - first_prose, line - last_prose
    heads = (rank >= -_ABOVE) & (rank <= _INTO)
    tails = (tail >= 0) & (tail <= _BELOW)
    tails |= article_end[tokens.block_doc] - line <= _TAIL
    opens = (rank < _OPENING_LINES) & (rank > -_OPENING_LINES)
    above = (rank < 0) & (rank >= -_FAR_ABOVE)
    return _Zones(end, rank, tail, words, capitals, above, heads, tails, opens)


def _lines_with(tokens: Tokenization, at: IntArray) -> BoolArray:
    """Which lines hold one of these tokens."""
    found = np.zeros(len(tokens.block_first), dtype=np.bool_)
    found[tokens.block_of[at]] = True
    return found


class _Words:
    """Words of the extractor's lexicon: their places, groups and lines."""

    __slots__ = ("at", "block", "groups", "n_lines", "present")

    def __init__(self, tokens: Tokenization) -> None:
        mask = tokens.vocabulary.word_mask(LEXICON).take(tokens.ids)
        self.at = mask.nonzero()[0]
        self.groups, self.block = mask[self.at], tokens.block_of[self.at]
        self.present = int(np.bitwise_or.reduce(self.groups)) if self.at.size else 0
        self.n_lines = len(tokens.block_first)

    def rows(self, *names: str) -> IntArray:
        """Which of the words belong to these groups."""
        bits = LEXICON.bits(*names)
        if not self.present & int(bits):
            return _NOTHING
        found: IntArray = (self.groups & bits).nonzero()[0]
        return found

    def lines(self, *names: str) -> BoolArray:
        """Which lines hold a word of these groups."""
        found = np.zeros(self.n_lines, dtype=np.bool_)
        rows = self.rows(*names)
        if rows.size:
            found[self.block[rows]] = True
        return found


_NOTHING = np.zeros(0, dtype=np.int64)


def _flags(tokens: Tokenization, zones: _Zones) -> IntArray:
    held = _Words(tokens)
    signs = tokens.first_code
    short = zones.words <= _LINE_WORDS
    dated = (held.lines("calendar") | _numbered_dates(tokens, signs)) & (zones.words <= _SHORT)
    near = zones.heads | zones.tails
    told = zones.tails & (zones.words >= 6) & held.lines("bio_roles")
    if told.any():
        told &= _told_of_somebody(tokens, held.at[held.rows("bio_verbs")])
    mail = _lines_with(tokens, (signs == ord("@")).nonzero()[0])
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
        credited |= _lines_with(tokens, slash) & closed
    flags |= credited * Candidates.CREDITED
    flags[_put_right(tokens)] |= Candidates.PUT_RIGHT
    flags |= (mail | zones.tails & held.lines("contact")) * Candidates.ADDRESS
    return flags


def _signed(
    tokens: Tokenization, zones: _Zones, held: _Words, short: BoolArray, near: BoolArray
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


def _labelled(tokens: Tokenization, held: _Words) -> BoolArray:
    """Lines that open with "Author:", "Text:" and the like."""
    found = np.zeros(held.n_lines, dtype=np.bool_)
    rows = held.rows("labels")
    place, block = held.at[rows], held.block[rows]
    opens = place == tokens.block_first[block]
    colon = tokens.first_code[_next_in_article(tokens, place)] == ord(":")
    found[block[opens & colon]] = True
    return found


def _put_right(tokens: Tokenization) -> IntArray:
    """Lines that may be a correction."""
    amended = tokens.matches(LEXICON, "correction")
    if not len(amended):
        return _NOTHING
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
    return _lines_with(tokens, verbs[(place >= 2) & (place <= 6)]) & named


def _next_in_article(tokens: Tokenization, place: IntArray) -> IntArray:
    """The token after each of these; the same one at its article's end."""
    following = np.minimum(place + 1, len(tokens) - 1)
    doc = tokens.doc_of
    within: IntArray = np.where(doc[following] == doc[place], following, place)
    return within


def _anchored(tokens: Tokenization, held: _Words, rows: IntArray) -> BoolArray:
    """Lines in which "by" stands before a capital, a digit or a handle, or at the end."""
    found = np.zeros(held.n_lines, dtype=np.bool_)
    place, block = held.at[rows], held.block[rows]
    following = _next_in_article(tokens, place)
    kind = tokens.classes[following]
    into = place - tokens.block_first[block]
    ends = np.append(tokens.block_first[1:], len(tokens))[block] == following + 1  # "by annlee"
    found[block[(into <= _ANCHOR_WITHIN) & ((kind != ch.LOWER) | (into == 0) | ends)]] = True
    return found


def _name_lines(
    tokens: Tokenization, zones: _Zones, held: _Words, dated: BoolArray, near: BoolArray
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
    comma = _lines_with(tokens, (tokens.classes == ch.COMMA).nonzero()[0])
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
    second, next_word = _next_in_article(tokens, here), _next_in_article(tokens, other)
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
    return _lines_with(tokens, np.concatenate([mark, long]))


_DATE_MARKS = np.zeros(0x10000, dtype=np.bool_)
_DATE_MARKS[[ord(":"), ord("/"), ord("-")]] = True


def _confirmed(
    tokens: Tokenization, zones: _Zones, held: _Words, told: BoolArray, mail: BoolArray
) -> IntArray:
    """Lines above the prose that are a name which a biography or a "by" elsewhere repeats."""
    first, words = tokens.block_first, zones.words
    near = zones.heads | zones.above
    line = (near & (words >= 2) & (words <= 4) & (zones.capitals >= 2)).nonzero()[0]
    if not line.size:
        return line
    anchors = held.at[held.rows("anchors")]
    after = _next_in_article(tokens, anchors)
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
        second = _next_in_article(tokens, place)
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
    return _lines_with(tokens, early)


_DASHES = np.zeros(0x10000, dtype=np.bool_)
_DASHES[[ord("-"), 0x2013, 0x2014, ord("(")]] = True
