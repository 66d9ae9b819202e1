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


def plain_furniture(
    tokens: Tokenization, matches: Matches, block: IntArray, lines: Lines
) -> BoolArray:
    """Labels, link lists, notices, and single sentences that call on the reader."""
    told = phrases_of(lines, "engagement", "promotion", "legal") > 0
    one = (lines.marks <= 1) | (lines.words <= _NOTICE_WORDS)
    found = told & one & (lines.words <= _PASSAGE_WORDS)
    unmarked = lines.marks == 0
    linked = phrases_of(lines, "navigation") > 0
    found |= linked & unmarked & (lines.words <= _LABEL_WORDS)
    found |= _opens_with_link(tokens, matches, block) & unmarked & (lines.words <= _LINK_WORDS)
    listed = (lines.separators >= 2) & (lines.quotes == 0) & ~_table_rows(tokens)
    found |= listed & unmarked & (lines.words <= _LINK_WORDS)
    found |= (lines.labels == lines.words) & (lines.words >= 2) & unmarked
    found |= (phrases_of(lines, "legal_weak") > 0) & unmarked & (lines.words <= _LABEL_WORDS)
    gaps = (_wide_gaps(tokens) >= 2) & ~_table_rows(tokens) & (lines.words >= 2)
    found |= gaps & unmarked & (lines.words <= _LINK_WORDS)
    marks = _IS_TRAIL_MARK[tokens.codes[tokens.starts]]
    trail = np.zeros(len(found), dtype=np.bool_)
    trail[tokens.block_of[np.flatnonzero(marks)]] = True
    found |= trail & unmarked & (lines.words <= _TRAIL_WORDS)
    return found


def _table_rows(tokens: Tokenization) -> BoolArray:
    """Lines that begin with an upright: rows of a table written in plain text."""
    rows: BoolArray = tokens.codes[tokens.starts[tokens.block_first]] == ord("|")
    return rows


def _wide_gaps(tokens: Tokenization) -> IntArray:
    """Number of places in each line where two or more blanks part its words."""
    wide = np.append(False, tokens.starts[1:] - tokens.ends[:-1] >= 2)
    wide[tokens.block_first] = False
    return np.add.reduceat(wide.astype(np.int64), tokens.block_first)


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
    possible = (lines.words >= low) & (lines.words <= high) & (lines.ending != 1)
    possible &= (stretch.distance < 0) & (stretch.distance >= -12) & (lines.separators == 0)
    possible &= (lines.staff == 0) & (2 * (lines.clock + lines.numbers) < lines.words)
    possible &= (lines.phrases.sum(axis=0) == 0) & (lines.repeated != 1)
    line = np.flatnonzero(possible)
    last = np.append(lines.doc[line][1:] != lines.doc[line][:-1], True) if line.size else line
    return line[last]


def broken_teasers(tokens: Tokenization, lines: Lines, stretch: Stretch) -> BoolArray:
    """A headline and a text that breaks off in the middle of a sentence, after the article.

    Only where the article's own paragraphs end with a mark; headlines that follow are teasers too.
    """
    function = lines.function * 5 >= lines.words
    prose = (lines.words >= _TEASER_WORDS) & function
    whole = np.concatenate([[0], np.cumsum(prose & (lines.ending != 0) & (lines.ending != 4))])
    before = whole[:-1] - whole[stretch.low]
    rest = whole[stretch.high] - whole[1:]
    # Credits end with a bracket, list items with a capital, introductions with a colon.
    last = np.append(tokens.block_first[1:], len(tokens)) - 1
    broken = prose & (lines.ending == 0) & (tokens.classes[last] == ch.LOWER)
    broken &= (lines.opening == ch.UPPER) & (before >= _WHOLE_LINES) & (rest <= _LINES_BELOW)
    low, high = _HEADLINE_WORDS
    headline = (
        (lines.words >= low) & (lines.words <= high) & (lines.ending != 1) & (lines.ending != 3)
    )
    headline &= (tokens.flags[tokens.block_first] & CAPITALISED > 0) | (lines.opening < ch.MARK)
    above = np.append(False, headline[:-1]) & (stretch.low < np.arange(len(prose)))
    broken &= above & ~np.append(False, broken[:-1])
    found: BoolArray = broken | np.append(broken[1:], False)
    row = np.flatnonzero(broken)
    if row.size:
        for start in row.tolist():
            place = start + 1
            while place < stretch.high[start] and headline[place] and not prose[place]:
                found[place] = True
                place += 1
    return found
