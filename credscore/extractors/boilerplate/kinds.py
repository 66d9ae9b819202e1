"""Which lines are furniture, and what each is for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.extractors.boilerplate.context import Stretch, context_codes, find_stretch
from credscore.extractors.boilerplate.lines import LEXICON, Lines, local_codes
from credscore.extractors.boilerplate.rules import (
    broken_teasers,
    headlines,
    phrases_of,
    plain_furniture,
)
from credscore.extractors.boilerplate.weights import Weights
from credscore.lexicon import Matches
from credscore.tokenization import CAPITALISED, WORD, Tokenization
from credscore.tokenization.blocks import BLOCK_KINDS

__all__ = ["ARTICLE", "KINDS", "METADATA", "line_kinds"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Kinds of passages that readers are shown; METADATA lines (bylines, dates, biographies) are no part
# of the article's body either, but the byline extractor's to show.
KINDS = ("navigation", "engagement", "promotion", "legal", "template", "teaser")
NAVIGATION, ENGAGEMENT, PROMOTION, LEGAL, TEMPLATE, TEASER = range(6)
ARTICLE, METADATA = -1, 6

_CAPTION = BLOCK_KINDS.index("caption")
_FEWEST_LINES = 3  # a text without line breaks has no lines to judge
_LABEL_WORDS = 3  # "Subscribe now": a button, whatever it sells
_TEASER_WORDS = 5  # fewer words after the article are a link's label, not a headline
_BIOGRAPHY_WORDS = 8, 120
_THIRD_TO_FIFTH = np.array([[2], [3], [4]])
_BIOGRAPHY_TAIL = 12  # lines from the end, at most, or the last fifth of a page


def _biographies(tokens: Tokenization, lines: Lines, late: BoolArray) -> tuple[IntArray, IntArray]:
    """Lines "<Name> is a reporter ...", known by their words or by a line above with the same name.

    Returns:
        biographies, and the line above each that holds the name (-1 where none does).
    """
    low, high = _BIOGRAPHY_WORDS
    line = (late & (lines.words >= low) & (lines.words <= high)).nonzero()[0]
    first = tokens.block_first[line]
    surname = first + 1  # in bounds: a line of eight words has a second token
    named = (tokens.flags[first] & tokens.flags[surname] & CAPITALISED > 0) & (
        tokens.kinds[surname] == WORD
    )
    line, first = line[named], first[named]
    if not line.size:
        return line, line
    groups = tokens.vocabulary.word_mask(LEXICON)
    joins = groups[tokens.ids[first]] & LEXICON.bits("function") > 0
    # Three more: a line of eight words has so many tokens.
    near = np.bitwise_or.reduce(groups[tokens.ids[first + _THIRD_TO_FIFTH]], axis=0)
    line = line[~joins & (near & LEXICON.bits("biography") > 0)]
    if not line.size:
        return line, line
    names = []
    for above in range(1, 6):
        other = np.maximum(line - above, 0)
        here, there = tokens.block_first[line], tokens.block_first[other]
        same = (tokens.hashes[here] == tokens.hashes[there]) & (lines.words[other] <= 4)
        same &= tokens.hashes[here + 1] == tokens.hashes[np.minimum(there + 1, len(tokens) - 1)]
        names.append(np.where(same & (lines.doc[other] == lines.doc[line]), other, -1))
    headed = np.max(names, axis=0)
    certain = (headed >= 0) | (lines.staff[line] > 0)
    return line[certain], headed[certain]


def _kind_of(lines: Lines, distance: IntArray) -> IntArray:
    """The kind of each line, were it furniture."""
    words = lines.words
    kinds = np.zeros(len(lines.doc), dtype=np.int64)
    kinds[(distance > 0) & (words >= _TEASER_WORDS) & (lines.separators == 0)] = TEASER
    metadata = (lines.staff > 0) | (2 * (lines.clock + lines.numbers) >= words)
    kinds[metadata & (words > 1)] = METADATA
    if not lines.present:
        return kinds
    navigation = phrases_of(lines, "navigation") > 0
    kinds[navigation] = NAVIGATION
    strong = words > _LABEL_WORDS
    kinds[(phrases_of(lines, "template", "template_heading") > 0) & ~navigation] = TEMPLATE
    kinds[(phrases_of(lines, "promotion", "promotion_weak") > 0) & strong] = PROMOTION
    kinds[phrases_of(lines, "engagement", "engagement_weak", "hook") > 0] = ENGAGEMENT
    sells = phrases_of(lines, "promotion") > phrases_of(lines, "engagement")
    kinds[sells & strong] = PROMOTION
    law = phrases_of(lines, "legal")
    kinds[(law > 0) | ((phrases_of(lines, "legal_weak") > 0) & (kinds == NAVIGATION))] = LEGAL
    return kinds


def line_kinds(
    tokens: Tokenization, matches: Matches, block: IntArray, lines: Lines, weights: Weights
) -> tuple[IntArray, BoolArray]:
    """What each line is.

    Args:
        matches: unquoted phrases, and the line of each.

    Returns:
        kinds: index into ``KINDS``, ``METADATA``, or ``ARTICLE``.
        inside: whether the line stands in the article's own stretch of lines.
    """
    codes = local_codes(lines)
    own = weights.own_score(codes)
    stretch = find_stretch(lines, own)
    judged = stretch.high - stretch.low >= _FEWEST_LINES
    furniture, teasers = judged, None
    if judged.any():
        codes = np.concatenate([codes, context_codes(lines, own, stretch)])
        furniture = weights.placed_score(codes) > weights.threshold
        furniture |= plain_furniture(tokens, matches, block, lines)
        furniture[headlines(lines, stretch)] = False
        teasers = broken_teasers(tokens, lines, stretch)
        if teasers is not None:
            furniture |= teasers
        furniture &= judged
    if furniture.any():
        kinds = _kind_of(lines, stretch.distance)
        if teasers is not None:
            kinds[teasers] = TEASER
        kinds = np.where(furniture & _something_left(lines, stretch, furniture), kinds, ARTICLE)
        aside = (tokens.block_kind == _CAPTION) & (kinds != ARTICLE) & (kinds != LEGAL)
        kinds[aside] = METADATA
    else:
        kinds = np.full(len(own), ARTICLE, dtype=np.int64)
    _mark_biographies(tokens, lines, stretch, kinds)
    return kinds, stretch.distance == 0


def _something_left(lines: Lines, stretch: Stretch, furniture: BoolArray) -> BoolArray:
    """False for the lines of articles of which nothing would remain (poems, lists, link pages)."""
    left = np.add.reduceat(np.where(furniture, 0, lines.words), stretch.opens)
    kept: BoolArray = (left > 0)[stretch.article]
    return kept


def _mark_biographies(
    tokens: Tokenization, lines: Lines, stretch: Stretch, kinds: IntArray
) -> None:
    """Biographies, the lines that go with them, and what stands below a link after one."""
    place = np.arange(len(kinds))
    left = stretch.high - place
    late = left <= np.maximum(_BIOGRAPHY_TAIL, (stretch.high - stretch.low) // 5)
    biographies, names = _biographies(tokens, lines, late)
    if not biographies.size:
        return
    kinds[biographies] = METADATA
    for name, biography in zip(names.tolist(), biographies.tolist(), strict=True):
        if name < 0:
            continue
        kinds[name:biography] = METADATA
        if name > stretch.low[name] and lines.words[name - 1] == 1:
            kinds[name - 1] = METADATA  # "Avatar"
    link = (kinds == NAVIGATION) & (phrases_of(lines, "navigation") > 0)
    links = link.nonzero()[0]
    _, earliest = np.unique(lines.doc[biographies], return_index=True)
    for biography in biographies[earliest].tolist():
        after = links[(links > biography) & (links < stretch.high[biography])]
        if after.size:
            below = slice(int(after[0]) + 1, int(stretch.high[biography]))
            kinds[below] = np.where(kinds[below] == ARTICLE, TEASER, kinds[below])
