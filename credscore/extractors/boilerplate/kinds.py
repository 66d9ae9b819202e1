"""Which lines are furniture, and what each is for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.extractors.boilerplate.context import context_codes, find_stretch
from credscore.extractors.boilerplate.lines import LEXICON, PHRASE_GROUPS, Lines, local_codes
from credscore.extractors.boilerplate.weights import Weights
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
_TITLE = BLOCK_KINDS.index("title")
_FEWEST_LINES = 3  # a text without line breaks has no lines to judge
_LABEL_WORDS = 3  # "Subscribe now": a button, whatever it sells
_PASSAGE_WORDS = 45  # longer lines are not furniture for one phrase
_TEASER_WORDS = 5  # fewer words after the article are a link's label, not a headline
_BIOGRAPHY_WORDS = 8, 120
_BIOGRAPHY_TAIL = 12  # lines from the end, at most, or the last fifth of a page


def _count(lines: Lines, *groups: str) -> IntArray:
    rows = [PHRASE_GROUPS.index(group) for group in groups]
    total: IntArray = lines.phrases[rows].sum(axis=0)
    return total


def _biographies(tokens: Tokenization, lines: Lines, late: BoolArray) -> tuple[IntArray, IntArray]:
    """Lines "<Name> is a reporter ...", and the short lines just above that hold the same name.

    Returns:
        biographies, name lines: line numbers.
    """
    low, high = _BIOGRAPHY_WORDS
    possible = late & (lines.words >= low) & (lines.words <= high) & (lines.staff > 0)
    line = np.flatnonzero(possible)
    if not line.size:
        return line, line
    first = tokens.block_first[line]
    named = (tokens.flags[first] & tokens.flags[first + 1] & CAPITALISED > 0) & (
        tokens.kinds[first + 1] == WORD
    )
    verb = tokens.vocabulary.word_mask(LEXICON)[tokens.ids] & LEXICON.bits("biography") > 0
    spoken = np.zeros(len(line), dtype=np.bool_)
    for step in (2, 3, 4):
        spoken |= verb[first + step]
    line = line[named & spoken]
    names = []
    for above in range(1, 6):
        other = np.maximum(line - above, 0)
        here, there = tokens.block_first[line], tokens.block_first[other]
        same = (tokens.hashes[here] == tokens.hashes[there]) & (lines.words[other] <= 4)
        names.append(other[same & (lines.doc[other] == lines.doc[line])])
    return line, np.concatenate(names)


def _kind_of(lines: Lines, distance: IntArray) -> IntArray:
    """The kind of each line, were it furniture."""
    kinds = np.zeros(len(lines.doc), dtype=np.int64)
    navigation = _count(lines, "navigation") > 0
    kinds[(distance > 0) & (lines.words >= _TEASER_WORDS) & (lines.separators == 0)] = TEASER
    metadata = (lines.staff > 0) | (2 * (lines.clock + lines.numbers) >= lines.words)
    kinds[metadata & (lines.words > 1)] = METADATA
    kinds[navigation] = NAVIGATION
    strong = lines.words > _LABEL_WORDS
    kinds[(_count(lines, "template", "template_heading") > 0) & ~navigation] = TEMPLATE
    kinds[(_count(lines, "promotion", "promotion_weak") > 0) & strong] = PROMOTION
    kinds[_count(lines, "engagement", "engagement_weak", "hook") > 0] = ENGAGEMENT
    sells = _count(lines, "promotion") > _count(lines, "engagement")
    kinds[sells & strong] = PROMOTION
    law = _count(lines, "legal")
    kinds[(law > 0) | ((_count(lines, "legal_weak") > 0) & (kinds == NAVIGATION))] = LEGAL
    return kinds


def line_kinds(tokens: Tokenization, lines: Lines, weights: Weights) -> IntArray:
    """The kind of each line: an index into ``KINDS``, ``METADATA``, or ``ARTICLE``."""
    codes = local_codes(lines)
    own = weights.own_score(codes)
    stretch = find_stretch(lines, own)
    placed = weights.placed_score(np.concatenate([codes, context_codes(lines, own, stretch)]))
    furniture = placed > weights.threshold
    in_lines = stretch.high - stretch.low >= _FEWEST_LINES
    kinds = _kind_of(lines, stretch.distance)
    told = _count(lines, "engagement", "promotion", "legal") > 0
    furniture |= told & (lines.words <= _PASSAGE_WORDS) & (lines.marks <= 1)
    # A line that is nothing but a label: no article line reads "3 min read" or "Read more".
    label = (_count(lines, "navigation") > 0) & (lines.words <= 5) & (lines.marks == 0)
    furniture |= label
    furniture &= in_lines
    left = np.add.reduceat(np.where(furniture, 0, lines.words), np.unique(stretch.low))
    furniture &= (left > 0)[np.searchsorted(np.unique(stretch.low), stretch.low)]
    kinds = np.where(furniture, kinds, ARTICLE)
    block_kind = tokens.block_kind
    aside = (block_kind == _CAPTION) & (kinds != ARTICLE) & (kinds != LEGAL)
    kinds[aside] = METADATA
    kinds[(block_kind == _TITLE) & ~told] = ARTICLE
    left_over = stretch.high - np.arange(len(kinds))
    late = left_over <= np.maximum(_BIOGRAPHY_TAIL, (stretch.high - stretch.low) // 5)
    biography, names = _biographies(tokens, lines, late)
    kinds[biography] = METADATA
    kinds[names] = METADATA
    return kinds
