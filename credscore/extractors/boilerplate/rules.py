"""Lines that need no weighing: what they are shows in their words or their shape alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.extractors.boilerplate.context import Stretch
from credscore.extractors.boilerplate.lines import LEXICON, PHRASE_GROUPS, Lines
from credscore.lexicon import Matches
from credscore.tokenization import CAPITALISED, Tokenization
from credscore.tokenization import characters as ch

__all__ = ["broken_teasers", "headlines", "phrases_of", "plain_furniture"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_PASSAGE_WORDS = 45  # longer lines are not furniture for one phrase
_NOTICE_WORDS = 16  # "(c) 2025 The Example. All rights reserved."
_LABEL_WORDS = 5  # "3 min read"
_LINK_WORDS = 14  # "You may also like: The Soup That ..."
_TRAIL_WORDS = 8  # "Home » Region » Tides"
_HEADLINE_WORDS = 5, 32
_TEASER_WORDS = 12  # a teaser's broken-off text is no shorter
_LINES_BELOW = 3  # a biography, another story's opening
_WHOLE_LINES = 4  # lines of prose that end with a mark, before a line that does not is odd
_IS_TRAIL_MARK = np.zeros(0x10000, dtype=np.bool_)
_IS_TRAIL_MARK[[ord(mark) for mark in "»›→▸×"]] = True


def phrases_of(lines: Lines, *groups: str) -> IntArray:
    """Number of phrases of these groups in each line."""
    first, *others = (lines.phrases[PHRASE_GROUPS.index(group)] for group in groups)
    total: IntArray = first
    for row in others:
        total = total + row
    return total


def _holds(lines: Lines, *groups: str) -> bool:
    """Whether any line of the batch holds a phrase of these groups."""
    return bool(lines.present & int(LEXICON.bits(*groups)))


def plain_furniture(
    tokens: Tokenization, matches: Matches, block: IntArray, lines: Lines
) -> BoolArray:
    """Labels, link lists, notices, and single sentences that call on the reader."""
    words = lines.words
    unmarked = lines.marks == 0
    found: BoolArray = (lines.labels == words) & (words >= 2) & unmarked
    if _holds(lines, "engagement", "promotion", "legal"):
        told = phrases_of(lines, "engagement", "promotion", "legal") > 0
        one = (lines.marks <= 1) | (words <= _NOTICE_WORDS)
        found |= told & one & (words <= _PASSAGE_WORDS)
    if _holds(lines, "navigation"):
        linked = phrases_of(lines, "navigation") > 0
        found |= linked & unmarked & (words <= _LABEL_WORDS)
        found |= _opens_with_link(tokens, matches, block) & unmarked & (words <= _LINK_WORDS)
    if _holds(lines, "legal_weak"):
        found |= (phrases_of(lines, "legal_weak") > 0) & unmarked & (words <= _LABEL_WORDS)
    gaps = _wide_gaps(tokens)
    if gaps is not None:
        parted = (gaps >= 2) & ~_table_rows(tokens) & (words >= 2)
        found |= parted & unmarked & (words <= _LINK_WORDS)
    if lines.separators.any():  # the marks of a trail are separators too
        listed = (lines.separators >= 2) & (lines.quotes == 0) & ~_table_rows(tokens)
        found |= listed & unmarked & (words <= _LINK_WORDS)
        trail = np.zeros(len(found), dtype=np.bool_)
        marks = _IS_TRAIL_MARK.take(tokens.first_code)
        trail[tokens.block_of[marks.nonzero()[0]]] = True
        found |= trail & unmarked & (words <= _TRAIL_WORDS)
    return found


def _table_rows(tokens: Tokenization) -> BoolArray:
    """Lines that begin with an upright: rows of a table written in plain text."""
    rows: BoolArray = tokens.codes[tokens.starts[tokens.block_first]] == ord("|")
    return rows


def _wide_gaps(tokens: Tokenization) -> IntArray | None:
    """Number of places in each line where two or more blanks part its words; None for nowhere."""
    at = (tokens.starts[1:] - tokens.ends[:-1] >= 2).nonzero()[0] + 1
    block = tokens.block_of[at]
    block = block[tokens.block_first[block] != at]  # a line break is no gap
    if not block.size:
        return None
    gaps: IntArray = np.bincount(block, minlength=len(tokens.block_first))
    return gaps


def _opens_with_link(tokens: Tokenization, matches: Matches, block: IntArray) -> BoolArray:
    """Lines that begin with a phrase of navigation ("Next post: ...", "Filed under: ...")."""
    opening = (matches.start == tokens.block_first[block]) & (
        matches.groups & LEXICON.bits("navigation") > 0
    )
    found = np.zeros(len(tokens.block_first), dtype=np.bool_)
    found[block[opening]] = True
    return found


def headlines(lines: Lines, stretch: Stretch) -> IntArray:
    """The last line above each article's stretch that could be its headline: never furniture."""
    low, high = _HEADLINE_WORDS
    line = ((stretch.distance < 0) & (stretch.distance >= -12)).nonzero()[0]
    if not line.size:
        return line
    words = lines.words[line]
    possible = (words >= low) & (words <= high) & (lines.ending[line] != 1)
    possible &= (lines.separators[line] == 0) & (lines.staff[line] == 0)
    possible &= 2 * (lines.clock[line] + lines.numbers[line]) < words
    possible &= lines.repeated[line] != 1
    if lines.present:
        possible &= ~lines.phrases[:, line].any(axis=0)
    line = line[possible]
    last = np.ones(len(line), dtype=np.bool_)
    last[:-1] = lines.doc[line[1:]] != lines.doc[line[:-1]]
    nearest: IntArray = line[last]
    return nearest


def broken_teasers(tokens: Tokenization, lines: Lines, stretch: Stretch) -> BoolArray | None:
    """A headline and a text that breaks off in the middle of a sentence, after the article.

    Only where the article's own paragraphs end with a mark; headlines that follow are teasers too.
    None where no line is one.
    """
    words = lines.words
    prose = (words >= _TEASER_WORDS) & (lines.function * 5 >= words)
    broken = prose & (lines.ending == 0) & (lines.opening == ch.UPPER)
    if not broken.any():
        return None
    whole = np.zeros(len(prose) + 1, dtype=np.int64)
    (prose & (lines.ending != 0) & (lines.ending != 4)).cumsum(out=whole[1:])
    before = whole[:-1] - whole[stretch.low]
    rest = whole[stretch.high] - whole[1:]
    broken &= (before >= _WHOLE_LINES) & (rest <= _LINES_BELOW)
    if not broken.any():
        return None
    # Credits end with a bracket, list items with a capital, introductions with a colon.
    last = np.append(tokens.block_first[1:], len(tokens)) - 1
    broken &= tokens.classes[last] == ch.LOWER
    low, high = _HEADLINE_WORDS
    headline = (words >= low) & (words <= high) & (lines.ending != 1) & (lines.ending != 3)
    headline &= (tokens.flags[tokens.block_first] & CAPITALISED > 0) | (lines.opening < ch.MARK)
    above = np.append(False, headline[:-1]) & (stretch.low < np.arange(len(prose)))
    broken &= above & ~np.append(False, broken[:-1])
    row = broken.nonzero()[0]
    if not row.size:
        return None
    found: BoolArray = broken | np.append(broken[1:], False)
    for start in row.tolist():
        place = start + 1
        while place < stretch.high[start] and headline[place] and not prose[place]:
            found[place] = True
            place += 1
    return found
