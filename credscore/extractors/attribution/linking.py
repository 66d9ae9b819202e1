"""Joins tagged tokens into attributions: which source and which cue belong to which content.

Labels carry a direction (a source "with its cue to the right", content "with its cue to the
left"), so joining is a search for the nearest cue on the side that the label names.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.extents import bounded
from credscore.tokenization import PUNCT, Tokenization

__all__ = ["LABELS", "ROLE", "Links", "link", "roles"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# A label is a role and the side on which the other half stands: for a source and for content the
# side of the cue, for a cue the side of the content.
LABELS = ("none", "source>", "<source", "cue>", "<cue", "content>", "<content")
NONE, SOURCE, CUE, CONTENT = range(4)
ROLE = np.array([NONE, SOURCE, SOURCE, CUE, CUE, CONTENT, CONTENT], dtype=np.uint8)
_TO_THE_LEFT = np.array([False, False, True, False, True, False, True])
_FAR = np.int64(1) << 40


def roles(labels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """``ROLE`` of each label, the quick way."""
    role = labels + np.uint8(1)
    role >>= 1
    return role


@dataclass(frozen=True, slots=True)
class Links:
    """Attributions of a batch, in order of their first token. Token positions, ends exclusive.

    Attributes (n attributions, m content pieces):
        first, end: everything that belongs to the attribution, (n,).
        source_first, source_end: (n,); -1 where no source is named.
        cue_first, cue_end: (n,); -1 where no word attributes.
        piece_first, piece_end: content pieces in order of position, (m,).
        piece_owner: the attribution of each piece, (m,).
    """

    first: IntArray
    end: IntArray
    source_first: IntArray
    source_end: IntArray
    cue_first: IntArray
    cue_end: IntArray
    piece_first: IntArray
    piece_end: IntArray
    piece_owner: IntArray

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, slots=True)
class _Runs:
    first: IntArray
    end: IntArray
    left: BoolArray

    def __len__(self) -> int:
        return len(self.first)

    def only(self, keep: BoolArray) -> _Runs:
        return _Runs(self.first[keep], self.end[keep], self.left[keep])


def _runs(
    labels: npt.NDArray[np.uint8], tokens: Tokenization
) -> tuple[_Runs, npt.NDArray[np.uint8]]:
    """Stretches of one label within one sentence, and their roles."""
    changes = np.empty(len(labels), dtype=np.bool_)
    changes[0] = True
    np.not_equal(labels[1:], labels[:-1], out=changes[1:])
    changes[tokens.sentence_first] = True
    found = changes.nonzero()[0]
    bounds = np.empty(len(found) + 1, dtype=np.int64)
    bounds[:-1], bounds[-1] = found, len(labels)
    label = labels[found]
    tagged = label.nonzero()[0]
    label = label[tagged]
    return _Runs(bounds[tagged], bounds[tagged + 1], _TO_THE_LEFT[label]), ROLE[label]


def _running(mask: BoolArray) -> npt.NDArray[np.int32]:
    """How often ``mask`` holds before each token, and in all."""
    running = np.zeros(len(mask) + 1, dtype=np.int32)
    mask.cumsum(dtype=np.int32, out=running[1:])
    return running


def _whole_cues(cues: _Runs, labels: npt.NDArray[np.uint8], tokens: Tokenization) -> _Runs:
    """Cues that touch, or have one word of content or none between them, are one: "released *a*
    plan", "said at a | news conference".
    """
    if len(cues) < 2:
        return cues
    between, follows = cues.end[:-1], cues.first[1:]
    one = (follows == between + 1) & (tokens.kinds.take(between) != PUNCT)
    one &= ROLE.take(labels.take(between)) != SOURCE
    parted = (follows > between) & ~one
    parted |= tokens.sentence_of.take(follows) > tokens.sentence_of.take(between - 1)
    opens, closes = np.ones((2, len(cues)), dtype=np.bool_)
    opens[1:] = closes[:-1] = parted
    return _Runs(cues.first[opens], cues.end[closes], cues.left[opens])


def _outside(pieces: _Runs, cues: _Runs) -> _Runs:
    """The pieces that no whole cue holds."""
    if not len(cues):
        return pieces
    cue = np.maximum(cues.first.searchsorted(pieces.first) - 1, 0)
    return pieces.only((pieces.first >= cues.end[cue]) | (pieces.first < cues.first[cue]))


def _nearest_cue(runs: _Runs, cues: _Runs, group_of: npt.NDArray[np.int32]) -> IntArray:
    """For each run the cue on the side it names, else the one on the other side; -1 where the
    same group (sentence, article) holds neither.
    """
    if not len(cues):
        return np.full(len(runs), -1, dtype=np.int64)
    after = cues.first.searchsorted(runs.first)
    before = after - 1
    group = group_of[runs.first]
    of_cue = np.empty(len(cues) + 1, dtype=np.int64)
    of_cue[:-1] = group_of[cues.first]
    of_cue[-1] = -1  # stands before the first cue and after the last one
    has_after, has_before = of_cue[after] == group, of_cue[before] == group
    take_before = has_before & (runs.left | ~has_after)
    return np.where(take_before, before, np.where(has_after, after, -1))


def _cut_off(pieces: _Runs, cues: _Runs, owner: IntArray, tokens: Tokenization) -> BoolArray:
    """Pieces between which and their cue a sentence stands that hands nothing over: in the
    annotated articles no half of a percent of what has its cue in another sentence.
    """
    empty = np.ones(len(tokens.sentence_first), dtype=np.bool_)
    here = tokens.sentence_of[pieces.first]
    empty[here] = False
    running = _running(empty)
    there = tokens.sentence_of[cues.first[np.maximum(owner, 0)]] if len(cues) else here
    low, high = np.minimum(here, there), np.maximum(here, there)
    cut: BoolArray = running[high] > running[np.minimum(low + 1, high)]
    return cut


def _owners(pieces: _Runs, cues: _Runs, tokens: Tokenization) -> tuple[IntArray, int]:
    """The attribution of each content piece, and how many there are: one a cue, then one for each
    stretch of consecutive pieces without any cue near enough in their article.
    """
    owner = _nearest_cue(pieces, cues, tokens.doc_of)
    lost = ((owner < 0) | _cut_off(pieces, cues, owner, tokens)).nonzero()[0]
    if lost.size:
        fresh = np.empty(lost.size, dtype=np.bool_)
        fresh[0] = True
        sentence, doc = tokens.sentence_of[pieces.first[lost]], tokens.doc_of[pieces.first[lost]]
        fresh[1:] = sentence[1:] - sentence[:-1] > 1
        fresh[1:] |= doc[1:] > doc[:-1]
        owner[lost] = len(cues) + np.cumsum(fresh) - 1
    return owner, int(owner.max(initial=len(cues) - 1)) + 1


def _sources_of_cues(
    sources: _Runs, cues: _Runs, content: npt.NDArray[np.int32], tokens: Tokenization
) -> IntArray:
    """For each cue its source among ``sources``, -1 where there is none: of several that point to
    it the nearest, else the last one before it in its sentence ("he said ... and added").
    """
    chosen = np.full(len(cues), -1, dtype=np.int64)
    if not len(sources) or not len(cues):
        return chosen
    cue = _nearest_cue(sources, cues, tokens.sentence_of)
    pointing = (cue >= 0).nonzero()[0]
    low = np.minimum(sources.end[pointing], cues.end[cue[pointing]])
    high = np.maximum(sources.first[pointing], cues.first[cue[pointing]])
    apart = content[high] > content[low]
    gap = np.where(apart, high - low, 0)
    # Written last, and so chosen: what no content stands between, the first of these.
    order = pointing[np.lexsort((-pointing, -gap, ~apart))]
    chosen[cue[order]] = order
    alone = (chosen < 0).nonzero()[0]
    if alone.size:
        at = cues.first[alone]
        before = sources.first.searchsorted(at) - 1
        near = (before >= 0) & (tokens.sentence_of[sources.first[before]] == tokens.sentence_of[at])
        chosen[alone[near]] = before[near]
    return chosen


def _joined(pieces: _Runs, owner: IntArray) -> tuple[_Runs, IntArray]:
    """Join pieces of one attribution that touch (a quotation of several sentences)."""
    if len(pieces) < 2:
        return pieces, owner
    apart = (pieces.first[1:] > pieces.end[:-1]) | (owner[1:] != owner[:-1])
    if apart.all():
        return pieces, owner
    opens, closes = np.ones((2, len(pieces)), dtype=np.bool_)
    opens[1:] = closes[:-1] = apart
    joined = _Runs(pieces.first[opens], pieces.end[closes], pieces.left[opens])
    return joined, owner[opens]


def link(labels: npt.NDArray[np.uint8], tokens: Tokenization) -> Links:
    """Join labelled tokens into attributions.

    Args:
        labels: index into ``LABELS`` for each token.
    """
    if not labels.any():
        nothing = np.zeros(0, dtype=np.int64)
        return Links(*(nothing for _ in range(9)))
    runs, role = _runs(labels, tokens)
    cues = _whole_cues(runs.only(role == CUE), labels, tokens)
    words = _running(tokens.kinds != PUNCT)
    worded = words[runs.end] > words[runs.first]  # the others hold nothing but marks
    sources = runs.only(worded & (role == SOURCE))
    first, end, named = bounded(sources.first, sources.end, labels, tokens)
    sources = _Runs(first, end, sources.left).only(named)
    pieces = _outside(runs.only(worded & (role == CONTENT)), cues)
    owner, n_links = _owners(pieces, cues, tokens)
    pieces, owner = _joined(pieces, owner)
    blank = np.empty((4, n_links), dtype=np.int64)
    blank.fill(-1)
    columns = dict(zip(("sf", "se", "cf", "ce"), blank, strict=True))
    columns["cf"][: len(cues)], columns["ce"][: len(cues)] = cues.first, cues.end
    chosen = _sources_of_cues(sources, cues, _running(roles(labels) == CONTENT), tokens)
    given = (chosen >= 0).nonzero()[0]
    columns["sf"][given] = sources.first[chosen[given]]
    columns["se"][given] = sources.end[chosen[given]]
    return _ordered(columns, pieces, owner, n_links)


def _ordered(columns: dict[str, IntArray], pieces: _Runs, owner: IntArray, n_links: int) -> Links:
    """Drop cues without content, sort by first token, and renumber the owners."""
    first = np.full(n_links, _FAR)
    end = np.zeros(n_links, dtype=np.int64)
    np.minimum.at(first, owner, pieces.first)
    np.maximum.at(end, owner, pieces.end)
    kept = first < _FAR
    for low, high in (("sf", "se"), ("cf", "ce")):
        begins = np.where(columns[low] >= 0, columns[low], _FAR)
        np.minimum(first, begins, out=first)
        np.maximum(end, columns[high], out=end)
    order = kept.nonzero()[0]
    order = order[np.lexsort((end[order], first[order]))]
    place = np.full(n_links, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    return Links(
        first=first[order],
        end=end[order],
        source_first=columns["sf"][order],
        source_end=columns["se"][order],
        cue_first=columns["cf"][order],
        cue_end=columns["ce"][order],
        piece_first=pieces.first,
        piece_end=pieces.end,
        piece_owner=place[owner],
    )
