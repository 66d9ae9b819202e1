"""Formulaic phrases in lines that are the article's own.

"Did you know?" opens a paragraph whose facts still are the article's, so the phrase alone is shown.
A sentence that asks the reader to subscribe is no part of the article, so the whole sentence is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.boilerplate.furniture import (
    Ranges,
    find_furniture,
    mostly_furniture,
    something_left,
)
from credscore.extractors.boilerplate.kinds import ARTICLE, KINDS, METADATA
from credscore.extractors.boilerplate.lines import LEXICON, Lines
from credscore.lexicon import Matches
from credscore.tokenization import NUMBER, Tokenization

__all__ = ["Passages", "find_passages"]

IntArray = npt.NDArray[np.int64]

_NAVIGATION, _ENGAGEMENT, _PROMOTION, _LEGAL, _TEMPLATE = map(
    KINDS.index, ("navigation", "engagement", "promotion", "legal", "template")
)
_SHOWN = LEXICON.bits("template", "template_heading", "hook")  # groups shown for themselves
_ABOUT_WORDS = 2, 6  # "About Example Storage Group"
_LONGEST_SENTENCE = 60  # tokens; a longer "sentence" is text whose full stops were lost
_HEADING_WORDS = 16
_FEWEST_QUESTIONS = 2  # question headings below a FAQ heading; one may be a headline
_QUESTION_LINES = 30  # a FAQ is not longer than this


@dataclass(frozen=True, slots=True)
class Passages:
    """Token ranges by kind, and those of them that are no part of the article."""

    first: IntArray
    end: IntArray
    kind: IntArray
    aside_first: IntArray
    aside_end: IntArray


_NOTHING = np.zeros(0, dtype=np.int64)
_NO_PASSAGES = Passages(_NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING)


def find_passages(
    tokens: Tokenization,
    matches: Matches,
    block: IntArray,
    lines: Lines,
    kinds: IntArray,
    others: Matches,
) -> Passages:
    """Phrases and sentences in article lines.

    Args:
        matches: unquoted phrases; ``block`` the line of each.
        kinds: each line's kind; only ``ARTICLE`` lines are searched.
        others: unquoted phrases of furniture.
    """
    line_end = np.append(tokens.block_first, len(tokens))
    comments, about = _comment_counts(tokens, kinds), _about(tokens, lines, kinds)
    inside = (kinds[block] == ARTICLE).nonzero()[0]
    others = others.only(kinds[tokens.block_of[others.start]] == ARTICLE)
    if not inside.size and not comments.size and not about.size and not len(others):
        return _NO_PASSAGES
    matches = Matches(matches.start[inside], matches.end[inside], matches.groups[inside])
    block = block[inside]
    found = find_furniture(tokens, others, lines)
    if found.first.size:
        own = np.bincount(lines.doc, lines.words * (kinds == ARTICLE), tokens.n_docs)
        found = something_left(tokens, found, own.astype(np.int64))
    sentence_first, sentence_end, sentence_kind = _asides(
        tokens, _sentences(tokens, matches), found, lines, line_end
    )
    first, end, kind = _phrases(tokens, matches, block, lines)
    lone = ~_within(first, sentence_first, sentence_end)
    questions = _questions(matches, block, lines, kinds)
    asked = np.union1d(questions, about) if questions.size else about
    if asked.size:
        asked = asked[~np.isin(asked, block[matches.groups & _SHOWN > 0])]
    return Passages(
        first=np.concatenate([sentence_first, first[lone], tokens.block_first[asked], comments]),
        end=np.concatenate([sentence_end, end[lone], line_end[asked + 1], comments + 2]),
        kind=np.concatenate(
            [
                sentence_kind,
                kind[lone],
                np.full(len(asked), _TEMPLATE),
                np.full(len(comments), _NAVIGATION),
            ]
        ),
        aside_first=sentence_first,
        aside_end=sentence_end,
    )


def _asides(
    tokens: Tokenization,
    sentences: tuple[IntArray, IntArray, IntArray],
    found: Ranges,
    lines: Lines,
    line_end: IntArray,
) -> tuple[IntArray, IntArray, IntArray]:
    """Sentences and furniture, joined to whole lines where these hold little else. Sorted."""
    first, end, kind = sentences
    if not first.size and not found.first.size:
        return sentences
    # A sentence with a phrase of ``_sentences`` keeps its kind, whatever label stands in it.
    own = ~(_within(found.first, first, end) | _within(found.end - 1, first, end))
    alone = ~_within(first, found.first[own], found.end[own])
    first = np.concatenate([first[alone], found.first[own]])
    end = np.concatenate([end[alone], found.end[own]])
    kind = np.concatenate([kind[alone], found.kind[own]])
    order = first.argsort(kind="stable")
    first, end, kind = first[order], end[order], kind[order]
    whole = mostly_furniture(tokens, lines, line_end, first, end)
    for line in whole.tolist():
        # What stands before a passage goes with it, what stands behind the last with the last.
        low, high = first.searchsorted([tokens.block_first[line], line_end[line + 1]])
        end[high - 1] = line_end[line + 1]
        first[low] = tokens.block_first[line]
        first[low + 1 : high] = end[low : high - 1]
    return first, end, kind


def _sentences(tokens: Tokenization, matches: Matches) -> tuple[IntArray, IntArray, IntArray]:
    """Sentences that call on the reader, sell, or are small print."""
    bits = LEXICON.bits("engagement", "promotion", "legal")
    strong = matches.only(matches.groups & bits > 0)
    if not len(strong):
        return _NOTHING, _NOTHING, _NOTHING
    sentence, at = np.unique(tokens.sentence_of[strong.start], return_index=True)
    first = tokens.sentence_first[sentence]
    end = np.append(tokens.sentence_first, len(tokens))[sentence + 1]
    groups = strong.groups[at]
    kind = np.full(len(at), _ENGAGEMENT)
    kind[groups & LEXICON.bits("promotion") > 0] = _PROMOTION
    kind[groups & LEXICON.bits("legal") > 0] = _LEGAL
    short = end - first <= _LONGEST_SENTENCE
    return first[short], end[short], kind[short]


def _phrases(
    tokens: Tokenization, matches: Matches, block: IntArray, lines: Lines
) -> tuple[IntArray, IntArray, IntArray]:
    """Hooks anywhere, scaffolding at the start of sentences or in headings."""
    groups = matches.groups
    hook = groups & LEXICON.bits("hook") > 0
    opening = matches.start - tokens.sentence_first[tokens.sentence_of[matches.start]] <= 1
    short = lines.words[block] <= _HEADING_WORDS
    heading = short & (lines.ending[block] != 1) & (lines.ending[block] != 4)
    scaffold = (groups & LEXICON.bits("template") > 0) & (opening | heading)
    scaffold |= (groups & LEXICON.bits("template_heading") > 0) & heading & opening
    keep = hook | scaffold
    kind = np.where(hook, _ENGAGEMENT, _TEMPLATE)
    return matches.start[keep], matches.end[keep], kind[keep]


def _within(at: IntArray, first: IntArray, end: IntArray) -> npt.NDArray[np.bool_]:
    """Which tokens stand in one of the sorted, disjoint ranges."""
    if not len(first):
        return np.zeros(len(at), dtype=np.bool_)
    row = np.maximum(np.searchsorted(first, at, side="right") - 1, 0)
    found: npt.NDArray[np.bool_] = (at >= first[row]) & (at < end[row])
    return found


def _questions(matches: Matches, block: IntArray, lines: Lines, kinds: IntArray) -> IntArray:
    """Lines that are questions below a heading that announces them."""
    announced = matches.groups & LEXICON.bits("faq") > 0
    if not announced.any():
        return _NOTHING
    head = np.unique(block[announced & (lines.words[block] <= _HEADING_WORDS)])
    if not head.size:
        return head
    question = (lines.ending == 2) & (lines.words <= _HEADING_WORDS) & (lines.marks == 1)
    question &= (kinds == ARTICLE) & (lines.quotes == 0) & (lines.words >= 2)
    row = np.flatnonzero(question)
    above = np.searchsorted(head, row, side="left") - 1
    below = (above >= 0) & (lines.doc[head[np.maximum(above, 0)]] == lines.doc[row])
    row = row[below & (row - head[np.maximum(above, 0)] <= _QUESTION_LINES)]
    per_doc = np.bincount(lines.doc[row], minlength=int(lines.doc[-1]) + 1)
    asked: IntArray = row[per_doc[lines.doc[row]] >= _FEWEST_QUESTIONS]
    return asked


def _about(tokens: Tokenization, lines: Lines, kinds: IntArray) -> IntArray:
    """Headings "About <Company>", above the company's praise of itself."""
    about = tokens.ids[tokens.block_first] == tokens.vocabulary.id_of("about")
    if not about.any():
        return _NOTHING
    low, high = _ABOUT_WORDS
    named = (lines.capitals == lines.words) & (lines.words >= low) & (lines.words <= high)
    headings: IntArray = (about & named & (lines.ending == 0) & (kinds == ARTICLE)).nonzero()[0]
    return headings


def _comment_counts(tokens: Tokenization, kinds: IntArray) -> IntArray:
    """Places of "148 Comments" in lines about the article."""
    if not (kinds == METADATA).any():
        return _NOTHING
    one, many = (tokens.vocabulary.id_of(word) for word in ("comment", "comments"))
    at = ((tokens.ids[1:] == one) | (tokens.ids[1:] == many)).nonzero()[0]
    at = at[tokens.kinds[at] == NUMBER]
    counted: IntArray = at[kinds[tokens.block_of[at]] == METADATA]
    return counted
