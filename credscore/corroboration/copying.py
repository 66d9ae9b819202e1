"""Finds near-verbatim copying: runs of eight words that two articles have in common.

Every run of eight words has a hash (Broder 1997, doi 10.1109/SEQUEN.1997.666900, without the
sampling: a story has few enough articles to compare all runs). Case, marks and line breaks do not
count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.corroboration.records import Copy
from credscore.lexicon import sequence_hashes
from credscore.tokenization import Tokenization

__all__ = ["Shingles", "find_copies", "find_families", "shingles_of"]

IntArray = npt.NDArray[np.int64]

RUN = 8  # words; shorter runs are names of offices and stock phrases
LEAST_SHARE = 0.05  # of the shorter article's words; below this a shared quotation explains it
FAMILY_SHARE = 0.5  # of the shorter article's words: one text, printed twice
_MOST_PASSAGES = 20
_MOST_DETAILED = 1000  # pairs
_CHUNK = 1 << 14  # hashes compared at a time, to bound memory


@dataclass(frozen=True, slots=True)
class Shingles:
    """One article's words and the hashes of its runs. ``hashes`` has RUN - 1 fewer entries."""

    starts: IntArray
    ends: IntArray
    hashes: npt.NDArray[np.uint64]


def shingles_of(tokens: Tokenization, doc: int) -> Shingles:
    """The runs of one article of a batch."""
    rows = slice(int(tokens.doc_first[doc]), int(tokens.doc_first[doc + 1]))
    words = np.flatnonzero(tokens.is_word[rows]) + rows.start
    offset = tokens.doc_offset[doc]
    at = np.arange(max(len(words) - RUN + 1, 0))
    hashes = sequence_hashes(tokens.hashes[words], at, RUN) if len(at) else np.zeros(0, np.uint64)
    return Shingles(tokens.starts[words] - offset, tokens.ends[words] - offset, hashes)


def _shared_counts(articles: list[Shingles]) -> IntArray:
    """Number of different runs that each pair of articles shares. Shape (n, n)."""
    hashes = np.concatenate([np.unique(article.hashes) for article in articles])
    owner = np.repeat(np.arange(len(articles)), [len(np.unique(a.hashes)) for a in articles])
    _, place, count = np.unique(hashes, return_inverse=True, return_counts=True)
    common = count[place] > 1
    place, owner = place[common], owner[common]
    if not len(place):
        return np.zeros((len(articles), len(articles)), dtype=np.int64)
    _, place = np.unique(place, return_inverse=True)
    total = np.zeros((len(articles), len(articles)), dtype=np.float32)
    order = np.argsort(place, kind="stable")
    place, owner = place[order], owner[order]
    for low in range(0, int(place[-1]) + 1, _CHUNK):
        rows = slice(*np.searchsorted(place, [low, low + _CHUNK]))
        table = np.zeros((len(articles), _CHUNK), dtype=np.float32)
        table[owner[rows], place[rows] - low] = 1.0
        total += table @ table.T
    return np.round(total).astype(np.int64)


def find_copies(articles: list[Shingles]) -> tuple[Copy, ...]:
    """Pairs that share passages, the most similar first.

    Among very many pairs only the one most similar to each article gets its passages.
    """
    if len(articles) < 2:
        return ()
    shared = _shared_counts(articles)
    sizes = np.array([max(len(np.unique(article.hashes)), 1) for article in articles])
    share = shared / np.minimum(sizes[:, None], sizes[None, :])
    left, right = np.nonzero(np.triu((share >= LEAST_SHARE) & (shared > 0), 1))
    detailed = _detailed(share, left, right)
    copies = [
        Copy(
            left=a,
            right=b,
            left_share=round(float(shared[a, b] / sizes[a]), 4),
            right_share=round(float(shared[a, b] / sizes[b]), 4),
            passages=_passages(articles[a], articles[b]) if told else (),
        )
        for a, b, told in zip(left.tolist(), right.tolist(), detailed.tolist(), strict=True)
    ]
    return tuple(sorted(copies, key=lambda c: (-max(c.left_share, c.right_share), c.left, c.right)))


def _detailed(
    share: npt.NDArray[np.float64], left: IntArray, right: IntArray
) -> npt.NDArray[np.bool_]:
    """The pairs whose passages are worked out."""
    if len(left) <= _MOST_DETAILED:
        return np.ones(len(left), dtype=np.bool_)
    best = np.argmax(np.where(np.eye(len(share), dtype=np.bool_), -1.0, share), axis=1)
    found: npt.NDArray[np.bool_] = (best[left] == right) | (best[right] == left)
    return found


def _passages(ours: Shingles, theirs: Shingles) -> tuple[tuple[int, int, int, int], ...]:
    """Runs joined where both sides go on word by word, the longest first."""
    order = np.argsort(theirs.hashes, kind="stable")
    place = np.minimum(np.searchsorted(theirs.hashes[order], ours.hashes), len(order) - 1)
    partner = np.where(theirs.hashes[order[place]] == ours.hashes, order[place], -1)
    at = np.flatnonzero(partner >= 0)
    breaks = np.flatnonzero((np.diff(at) != 1) | (np.diff(partner[at]) != 1)) + 1
    found = []
    for run in np.split(at, breaks):
        first, last = int(run[0]), int(run[-1]) + RUN - 1
        there, there_last = int(partner[first]), int(partner[first]) + last - first
        found.append((int(ours.starts[first]), int(ours.ends[last]),
                      int(theirs.starts[there]), int(theirs.ends[there_last])))  # fmt: skip
    found.sort(key=lambda passage: (passage[0] - passage[1], passage[0]))
    return tuple(found[:_MOST_PASSAGES])


def find_families(n_articles: int, copies: tuple[Copy, ...]) -> tuple[tuple[int, ...], ...]:
    """Articles grouped by copying most of the shorter one, directly or through others."""
    parent = list(range(n_articles))

    def root(article: int) -> int:
        while parent[article] != article:
            parent[article] = parent[parent[article]]
            article = parent[article]
        return article

    for copy in copies:
        if max(copy.left_share, copy.right_share) >= FAMILY_SHARE:
            left, right = sorted((root(copy.left), root(copy.right)))
            parent[right] = left
    families: dict[int, list[int]] = {}
    for article in range(n_articles):
        families.setdefault(root(article), []).append(article)
    return tuple(tuple(family) for family in families.values())
