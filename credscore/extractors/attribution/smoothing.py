"""Mends labels that break a span: short holes in content are filled, crumbs of content dropped."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.columns import sentence_ends
from credscore.extractors.attribution.linking import CONTENT, CUE, NONE, ROLE, SOURCE, roles
from credscore.extractors.attribution.positions import inside_spans
from credscore.tokenization import PUNCT, Tokenization

__all__ = ["mended"]

# Tokens. On held-out folds: +.001 content F1, and spans that read as a person would mark them.
_HOLE = 4
_SOURCE_HOLE = 2
_CRUMB = 2  # at most two: a crumb's first and last token are all it has
_NO_ROLE = 9  # beyond the sentence
_NEARLY = 2, 3  # of a quotation's tokens
_CONTENT_AHEAD, _CONTENT_BEHIND = 5, 6  # labels
_REST = np.array([0, 2, 2, 0, 0, 9, 9])  # by label, tokens before the end of a stretch

Labels = npt.NDArray[np.uint8]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


class _Stretches:
    """Runs of one role inside one sentence, and the roles beside each."""

    def __init__(self, labels: Labels, opens: BoolArray) -> None:
        role = roles(labels)
        changes = opens.copy()
        changes[1:] |= role[1:] != role[:-1]
        self.first = changes.nonzero()[0]
        self.length = np.empty_like(self.first)
        np.subtract(self.first[1:], self.first[:-1], out=self.length[:-1])
        self.length[-1] = len(labels) - self.first[-1]
        self.role = role[self.first]
        edge = opens[self.first][1:]  # begins its sentence
        self.before, self.after = np.empty((2, len(self.first)), dtype=np.uint8)
        self.before[0] = self.after[-1] = _NO_ROLE
        self.before[1:] = self.role[:-1]
        self.before[1:][edge] = _NO_ROLE
        self.after[:-1] = self.role[1:]
        self.after[:-1][edge] = _NO_ROLE

    def painted(self, labels: Labels, chosen: IntArray, colour: Labels) -> Labels:
        """The labels with each chosen run in its colour."""
        at, run = inside_spans(self.first[chosen], self.first[chosen] + self.length[chosen])
        labels = labels.copy()
        labels[at] = colour[run]
        return labels


def _carried_on(labels: Labels, tokens: Tokenization) -> Labels:
    """Where a quotation goes on in the next paragraph, so does what it is: content."""
    quotes = tokens.quotes
    going_on = quotes.continued[:-1].nonzero()[0]
    if not going_on.size:
        return labels
    labels = labels.copy()
    for quote in going_on.tolist():  # in order: a long quotation is carried on again and again
        label = labels[quotes.last[quote] - 1]
        if ROLE[label] == CONTENT:
            labels[quotes.first[quote + 1] - 1 : quotes.last[quote + 1]] = label
    return labels


def _evened(labels: Labels, tokens: Tokenization) -> Labels:
    """Quotations that are nearly all content become content throughout, said on one side: nobody
    hands over three words in the middle of what somebody else says. Cues inside one part it.
    """
    quotes = tokens.quotes
    if not len(quotes.first):
        return labels
    at, owner = inside_spans(quotes.first, quotes.last)
    inside, n = labels[at], len(quotes.first)
    role = roles(inside)
    content = role == CONTENT
    held = np.bincount(owner[content], minlength=n)
    behind = np.bincount(owner[inside == _CONTENT_BEHIND], minlength=n)
    size = quotes.last - quotes.first
    cues = np.bincount(owner[role == CUE], minlength=n)
    even = (cues == 0) & (held * _NEARLY[1] >= size * _NEARLY[0])
    even &= (held < size) | ((behind > 0) & (behind < held))
    if not even.any():
        return labels
    colour = np.where(2 * behind >= held, _CONTENT_BEHIND, _CONTENT_AHEAD).astype(np.uint8)
    painted = even[owner]
    labels = labels.copy()
    labels[at[painted]] = colour[owner[painted]]
    return labels


def _completed(labels: Labels, runs: _Stretches, stops: BoolArray, tokens: Tokenization) -> Labels:
    """Sources and content that stop a word or a few before their stretch does run on to its end:
    "according to the city's own yearly [return]".
    """
    after = (runs.before == SOURCE) | (runs.before == CONTENT)
    ends = runs.first[after & (runs.role == NONE)]
    ends = ends[~stops[ends]]
    if not ends.size:
        return labels
    stop = _next(ends, stops.nonzero()[0], len(labels))
    taken = _next(ends, runs.first[runs.role != NONE], len(labels))
    np.minimum(stop, taken, out=stop)
    colour = labels[ends - 1]
    near = (stop - ends <= _REST.take(colour)) & stops.take(stop, mode="clip")
    sentence = tokens.sentence_of  # a line may end without a mark
    near &= sentence.take(stop, mode="clip") == sentence[ends]
    if not near.any():
        return labels
    at, owner = inside_spans(ends[near], stop[near])
    labels = labels.copy()
    labels[at] = colour[near][owner]
    return labels


def _next(places: IntArray, sorted_places: IntArray, n: int) -> IntArray:
    """The first of some sorted places from each place on, n where there is none."""
    following = np.empty(len(sorted_places) + 1, dtype=np.int64)
    following[:-1], following[-1] = sorted_places, n
    found: IntArray = following[sorted_places.searchsorted(places)]
    return found


def _handed_over(runs: _Stretches, tokens: Tokenization) -> BoolArray:
    """Sentences with a cue or a quotation."""
    quotes, sentence = tokens.quotes, tokens.sentence_of
    steps = np.zeros(len(tokens.sentence_first) + 1, dtype=np.int64)
    for edges, step in ((quotes.first, 1), (quotes.last, -1)):
        whole = edges[quotes.last > quotes.first]
        np.add.at(steps, sentence[whole - (step < 0)] + (step < 0), step)
    there: BoolArray = steps[:-1].cumsum() > 0
    there[sentence[runs.first[runs.role == CUE]]] = True
    return there


def _given_out(runs: _Stretches, tokens: Tokenization) -> BoolArray:
    """Runs of content to be dropped: those without a cue or a quotation in their sentence, two
    thirds of which are wrong on held-out folds, for nothing hands them over; and crumbs.
    """
    content = runs.role == CONTENT
    dropped: BoolArray = content & ~_handed_over(runs, tokens)[tokens.sentence_of[runs.first]]
    crumb = content & (runs.length <= _CRUMB)
    crumb &= (runs.before == NONE) | (runs.before == _NO_ROLE)
    crumb &= (runs.after == NONE) | (runs.after == _NO_ROLE)
    crumbs = crumb.nonzero()[0]  # of one or two tokens, none of them quoted
    first, end = runs.first[crumbs], runs.first[crumbs] + runs.length[crumbs]
    dropped[crumbs[~(tokens.quoted[first] | tokens.quoted[end - 1])]] = True
    return dropped


def mended(labels: Labels, tokens: Tokenization, marks: BoolArray) -> Labels:
    """Labels without the breaks that a reader would not make.

    Filled: holes of up to four tokens inside content and of two inside a source, be they unquoted
    content; what is left out of a quotation; the last words of a stretch. Dropped: content in a
    sentence with neither cue nor quotation, unquoted crumbs of content of up to two tokens with
    nothing attributed beside them.
    Quotations that go on in the next paragraph keep their label.

    Args:
        marks: that part one stretch from the next.
    """
    if not labels.any():
        return labels
    opens = np.zeros(len(labels), dtype=np.bool_)
    opens[tokens.sentence_first] = True
    runs = _Stretches(labels, opens)
    hole = (runs.length <= _HOLE) & (runs.before == CONTENT) & (runs.after == CONTENT)
    hole &= runs.role == NONE
    within = (runs.length <= _SOURCE_HOLE) & (runs.before == SOURCE) & (runs.after == SOURCE)
    within &= (runs.role == NONE) | ((runs.role == CONTENT) & ~tokens.quoted[runs.first])
    hole |= within
    old, holes = labels, hole.nonzero()[0]
    if holes.size:
        labels = runs.painted(labels, holes, labels[runs.first[holes] - 1])
    labels = _evened(_carried_on(labels, tokens), tokens)
    if labels is not old:
        old, runs = labels, _Stretches(labels, opens)
    last = sentence_ends(tokens) - 1
    stops = marks.copy()
    stops[last] |= tokens.kinds[last] == PUNCT
    labels = _completed(labels, runs, stops, tokens)
    if labels is not old:
        runs = _Stretches(labels, opens)
    dropped = _given_out(runs, tokens).nonzero()[0]
    if not dropped.size:
        return labels
    return runs.painted(labels, dropped, np.zeros(len(dropped), dtype=np.uint8))
