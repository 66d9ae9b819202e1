"""Page furniture that stands among the article's sentences: forms, buttons, links, requests.

Told by words and by place: what holds words that only a form uses, what begins as a request and
names what is asked for, what holds nothing but labels, and what is set among sentences without a
mark. A sentence that reports what somebody said is never taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.boilerplate.kinds import ENGAGEMENT, NAVIGATION, PROMOTION
from credscore.extractors.boilerplate.lines import LEXICON, Lines
from credscore.lexicon import Matches
from credscore.tokenization import ALL_CAPS, CAPITALISED, NUMBER, PUNCT, WORD, Tokenization
from credscore.tokenization import characters as ch

__all__ = ["FURNITURE_GROUPS", "Ranges", "find_furniture", "mostly_furniture", "something_left"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

FURNITURE_GROUPS = (
    "engaging",
    "selling",
    "notice",
    "notice_opening",
    "notice_whole",
    "inline",
    "link_label",
    "link_label_weak",
    "call_opening",
    "follow_opening",
    "not_a_call",  # only hides the phrases that begin it
    "call_target",
    "follow_target",
    "buttons",
)
_ANYWHERE = "engaging", "selling", "notice", "inline"
_TELLING = FURNITURE_GROUPS[:10]  # the others tell something only beside these, or in a row
_REQUESTS = (
    ("follow_opening", "follow_target", NAVIGATION),  # of writers as often as of sites
    ("call_opening", "call_target", PROMOTION),
)
_LONGEST_SENTENCE = 60  # tokens, as for the phrases of ``passages.py``
_LONGEST_REQUEST = 40
_LEADING_MARKS = 4  # "[**>>>" before a label
_FEWEST_BUTTONS = 3
_LINK_WORDS = 25
_LINK_MARKS = 2  # sentence-ending marks in the title of another story
_BRACKETED = 40  # tokens in "(Related: ...)"
_WHOLE_BLOCK_WORDS = 150
_REST_WORDS = 12  # of a line that is furniture but for these
_NO_TITLE = 1  # a line that ends with a full stop is no title
_NOTHING = -1  # below all kinds


@dataclass(frozen=True, slots=True)
class Ranges:
    """Token ranges, end exclusive, and the kind of each. Sorted, disjoint."""

    first: IntArray
    end: IntArray
    kind: IntArray


_EMPTY = np.zeros(0, dtype=np.int64)
_NO_RANGES = Ranges(_EMPTY, _EMPTY, _EMPTY)
Spans = dict[int, tuple[int, int]]  # first token: end, kind


def _ranges(spans: Spans) -> Ranges:
    """The ranges in order, without those that begin in an earlier one."""
    if not spans:
        return _NO_RANGES
    kept: list[tuple[int, int, int]] = []
    for first in sorted(spans):
        if not kept or first >= kept[-1][1]:
            kept.append((first, *spans[first]))
    table = np.array(kept, dtype=np.int64).reshape(-1, 3)
    return Ranges(table[:, 0], table[:, 1], table[:, 2])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where each phrase stands: the bounds of its sentence, and whether it opens it."""

    first: IntArray
    end: IntArray
    opening: BoolArray


def _places(tokens: Tokenization, start: IntArray) -> _Place:
    sentence = tokens.sentence_of[start].astype(np.int64)
    first = tokens.sentence_first[sentence]
    end = np.append(tokens.sentence_first, len(tokens))[sentence + 1]
    gap = start - first
    opening = gap <= _LEADING_MARKS
    for step in range(1, _LEADING_MARKS + 1):
        opening &= (gap < step) | (tokens.kinds[np.maximum(start - step, 0)] == PUNCT)
    return _Place(first, end, opening)


def find_furniture(tokens: Tokenization, matches: Matches, lines: Lines) -> Ranges:
    """Ranges of furniture among the article's sentences.

    Args:
        matches: unquoted phrases of ``FURNITURE_GROUPS`` in lines of the article.
    """
    spans: Spans = {}
    _buttons(tokens, matches, spans)
    telling = _telling(tokens, matches)
    if len(telling):
        place = _places(tokens, telling.start)
        _inline(tokens, telling, place, spans)
        _labels(tokens, telling, place, lines, spans)
        _sentences(tokens, telling, place, lines, spans, matches)
        _whole(tokens, telling, place, spans)
    return _ranges(spans)


def _telling(tokens: Tokenization, matches: Matches) -> Matches:
    """Phrases that tell something where they stand."""
    gap = matches.start - tokens.sentence_first[tokens.sentence_of[matches.start]]
    keep = _holds(matches, *_TELLING) & (gap <= _LEADING_MARKS)
    return matches.only(keep | _holds(matches, *_ANYWHERE))


def _holds(matches: Matches, *groups: str) -> BoolArray:
    found: BoolArray = matches.groups & LEXICON.bits(*groups) > 0
    return found


def _sentences(
    tokens: Tokenization,
    matches: Matches,
    place: _Place,
    lines: Lines,
    spans: Spans,
    targets: Matches,
) -> None:
    """Sentences of forms, and requests that name what is asked for."""
    kind = np.full(len(matches), _NOTHING)
    kind[_holds(matches, "notice") | (_holds(matches, "notice_opening") & place.opening)] = (
        NAVIGATION
    )
    for opening, target, what in _REQUESTS:
        opens = _holds(matches, opening) & place.opening
        if opens.any():
            named = targets.start[_holds(targets, target)]
            opens &= named.searchsorted(place.end) > named.searchsorted(matches.end)
            kind[opens & (place.end - place.first <= _LONGEST_REQUEST)] = what
    kind[_holds(matches, "selling")] = PROMOTION
    kind[_holds(matches, "engaging")] = ENGAGEMENT
    kind[place.end - place.first > _LONGEST_SENTENCE] = _NOTHING
    speech = tokens.vocabulary.word_mask(LEXICON)
    for row in (kind != _NOTHING).nonzero()[0].tolist():
        first, end = int(place.first[row]), int(place.end[row])
        said = lines.speech[tokens.block_of[first]] > 0
        if said and (speech[tokens.ids[first:end]] & LEXICON.bits("speech")).any():
            continue
        known = spans.get(first, (0, _NOTHING))[1]
        spans[first] = end, max(known, int(kind[row]))


def _whole(tokens: Tokenization, matches: Matches, place: _Place, spans: Spans) -> None:
    """Sentences that hold nothing but labels, buttons and error messages."""
    labels = _holds(matches, "notice_whole", "inline")
    opens = (labels & place.opening).nonzero()[0]
    for row in opens.tolist():
        first, end = int(place.first[row]), int(place.end[row])
        at = row
        words = np.count_nonzero(tokens.is_word[first:end])
        while at < len(labels) and labels[at] and matches.end[at] <= end:
            words -= np.count_nonzero(tokens.is_word[matches.start[at] : matches.end[at]])
            at += 1
        if not words:
            spans[first] = end, NAVIGATION


def _inline(tokens: Tokenization, matches: Matches, place: _Place, spans: Spans) -> None:
    """Labels among sentences: capitalised, with a capital, a mark or the line's end behind them."""
    function = tokens.vocabulary.word_mask(LEXICON)
    last = np.append(tokens.block_first, len(tokens))
    before = -1
    for row in _holds(matches, "inline").nonzero()[0].tolist():
        first, end = int(matches.start[row]), int(matches.end[row])
        one = end - first == 1
        capital = tokens.flags[first : first + 2] & CAPITALISED
        if not capital.any() or (one and not place.opening[row] and first != before):
            continue
        if end < last[tokens.block_of[first] + 1] and tokens.kinds[end] == WORD:
            joins = function[tokens.ids[end]] & LEXICON.bits("function") > 0
            if not tokens.flags[end] & CAPITALISED or (one and not joins):
                continue
        elif one and end < len(tokens) and tokens.classes[end] != ch.QUOTE:
            continue
        spans[first], before = (end, NAVIGATION), end


def _buttons(tokens: Tokenization, matches: Matches, spans: Spans) -> None:
    """Rows of share buttons, with the count before them."""
    row = _holds(matches, "buttons").nonzero()[0]
    row = row[tokens.flags[matches.start[row]] & CAPITALISED > 0]
    if row.size < _FEWEST_BUTTONS:
        return
    start, end = matches.start[row], matches.end[row]
    parted = np.append(True, start[1:] != end[:-1])
    opens = parted.nonzero()[0]
    closes = np.append(opens[1:], row.size)
    for low, high in zip(opens.tolist(), closes.tolist(), strict=True):
        if high - low >= _FEWEST_BUTTONS:
            first = int(start[low])
            sentence = tokens.sentence_first[tokens.sentence_of[first]]
            first -= int(first > sentence and tokens.kinds[first - 1] == NUMBER)
            spans[first] = int(end[high - 1]), NAVIGATION


def _labels(
    tokens: Tokenization,
    matches: Matches,
    place: _Place,
    lines: Lines,
    spans: Spans,
) -> None:
    """Links to other stories: lines below a label, and labels in brackets."""
    labels = _holds(matches, "link_label", "link_label_weak")
    strong = _holds(matches, "link_label")
    last = np.append(tokens.block_first, len(tokens))
    for row in (labels & place.opening).nonzero()[0].tolist():
        first, end = int(place.first[row]), int(matches.end[row])
        block = int(tokens.block_of[first])
        close = int(last[block + 1])
        bracket = _bracketed(tokens, first, close)
        arrow = end < close and int(tokens.first_code[end]) in _ARROWS
        linked = bracket == close and int(tokens.first_code[close - 1]) == ord(")")
        if not arrow and not (strong[row] and linked and int(tokens.first_code[first]) != ord("(")):
            continue
        if not strong[row] and not _titled(tokens, lines, block, int(matches.start[row])):
            continue
        if first == tokens.block_first[block] and _link_line(lines, block, bracket == close):
            spans[first] = close, NAVIGATION
        elif bracket:
            spans[first] = bracket, NAVIGATION


_ARROWS = frozenset(map(ord, ":>»›→|"))
_OPEN, _CLOSE = frozenset(map(ord, "([")), frozenset(map(ord, ")]"))


def _link_line(lines: Lines, block: int, closed: bool) -> bool:
    """Whether a line is no longer than a link to another story."""
    short = lines.words[block] <= _LINK_WORDS and lines.marks[block] <= _LINK_MARKS
    return bool(short or closed)


def _titled(tokens: Tokenization, lines: Lines, block: int, start: int) -> bool:
    """Whether a label in capitals, or a line of capitalised words, is the title of something."""
    if tokens.flags[start] & ALL_CAPS:
        return True
    capitals = 2 * lines.capitals[block] >= lines.words[block]
    return bool(capitals and lines.ending[block] != _NO_TITLE)


def _bracketed(tokens: Tokenization, first: int, close: int) -> int:
    """End of the brackets, and of the address behind them, that open a range; 0 for none."""
    if int(tokens.first_code[first]) not in _OPEN:
        return 0
    depth = 0
    for at in range(first, min(close, first + _BRACKETED)):
        code = int(tokens.first_code[at])
        depth += (code in _OPEN) - (code in _CLOSE)
        if not depth and (at + 1 == close or int(tokens.first_code[at + 1]) not in _OPEN):
            return at + 1
    return 0


def counts_in(mask: BoolArray, first: IntArray, end: IntArray) -> IntArray:
    """Tokens of the mask in each of these ranges."""
    ranges = zip(first.tolist(), end.tolist(), strict=True)
    counts = [np.count_nonzero(mask[low:high]) for low, high in ranges]
    return np.array(counts, dtype=np.int64)


def something_left(tokens: Tokenization, found: Ranges, own: IntArray) -> Ranges:
    """The ranges, without those of articles of which nothing would remain.

    Args:
        own: words of each article's own lines. Shape (n_docs,).
    """
    doc = tokens.doc_of[found.first]
    most = np.zeros(len(own), dtype=np.int64)
    np.add.at(most, doc, found.end - found.first)
    if (most < own)[doc].all():  # tokens are no fewer than words
        return found
    taken = np.zeros(len(own), dtype=np.int64)
    np.add.at(taken, doc, counts_in(tokens.is_word, found.first, found.end))
    keep = (taken < own)[doc]
    return Ranges(found.first[keep], found.end[keep], found.kind[keep])


def mostly_furniture(
    tokens: Tokenization, lines: Lines, line_end: IntArray, first: IntArray, end: IntArray
) -> IntArray:
    """Lines at least two thirds of whose words stand in these ranges, and whose rest tells little.

    The rest reports nobody's words and holds no number: a claim among offers stays countable.

    Args:
        line_end: one past each line's last token.
        first, end: disjoint ranges, each within one line.
    """
    block = tokens.block_of[first].astype(np.int64)
    can = (lines.speech[block] == 0) & (lines.quotes[block] == 0)
    can &= lines.words[block] <= _WHOLE_BLOCK_WORDS
    can &= (first > tokens.block_first[block]) | (end < line_end[block + 1])
    if not can.any():
        return _EMPTY
    held = np.zeros(len(lines.words), dtype=np.int64)
    np.add.at(held, block, end - first)
    can &= 3 * held[block] >= 2 * lines.words[block]  # tokens are no fewer than words
    if not can.any():
        return _EMPTY
    block, first, end = block[can], first[can], end[can]
    held[:] = 0
    np.add.at(held, block, counts_in(tokens.is_word, first, end))
    whole = 3 * held[block] >= 2 * lines.words[block]
    whole &= lines.words[block] - held[block] <= _REST_WORDS
    held[:] = 0
    np.add.at(held, block, counts_in(tokens.kinds == NUMBER, first, end))
    found: IntArray = np.unique(block[whole & (held[block] >= lines.numbers[block])])
    return found
