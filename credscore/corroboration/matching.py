"""Puts the specifics of several articles together: the same value, or another for the same thing.

Two specifics are one claim where their values agree and their sentences share meaning-bearing
words; how many is asked depends on how telling the value is ("17,400" hardly needs any, "two
years" does). They are in conflict where the values differ but the sentences say nearly the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from credscore.corroboration.items import Item
from credscore.corroboration.reading import BUCKETS
from credscore.corroboration.values import Value

__all__ = ["group_items"]

FloatArray = npt.NDArray[np.float32]

# Cosine of two contexts from which equal values are one claim, by significant digits; a unit counts
# as one. Looked at on one half of the stories and of the events of benchmarks/corroboration*.py.
AGREE = {0: 0.35, 1: 0.25, 2: 0.12, 3: 0.03}
AGREE_YEAR = 0.2  # a bare year; a full date needs as little as three digits
AGREE_COUNT = 0.3  # a count by the way
CONFLICT = 0.3  # from which different values are a conflict
CONFLICT_WORDS = 4  # shared words that it takes besides: "60 miles" and "20 miles" share a unit
CONFLICT_DATE = 0.7  # a story tells many dates of one thing
_MOST_ITEMS = 4000  # of one dimension compared at once, to bound memory


class _Sets:
    """Union-find with path halving."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, item: int) -> int:
        parent = self.parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, left: int, right: int) -> None:
        low, high = sorted((self.root(left), self.root(right)))
        self.parent[high] = low


def _contexts(items: Sequence[Item], n_articles: int) -> FloatArray:
    """Unit vectors of context words, weighted down where every article has them."""
    articles_with = np.zeros(BUCKETS)
    for article_words in _words_by_article(items, n_articles):
        articles_with[list(article_words)] += 1
    # Softly: what every article has in its sentences is the story itself, and still tells.
    rarity = np.log(2 + n_articles / np.maximum(articles_with, 1))
    table = np.zeros((len(items), BUCKETS), dtype=np.float32)
    for row, item in enumerate(items):
        if item.words:
            buckets = list(item.words)
            table[row, buckets] = np.array(list(item.words.values())) * rarity[buckets]
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return table


def _words_by_article(items: Sequence[Item], n_articles: int) -> list[set[int]]:
    words: list[set[int]] = [set() for _ in range(n_articles)]
    for item in items:
        words[item.article].update(item.words)
    return words


def group_items(items: Sequence[Item], n_articles: int) -> list[list[list[int]]]:
    """Claims: each a list of groups of equal value, a group being positions in ``items``."""
    vectors = _contexts(items, n_articles)
    by_dimension: dict[str, list[int]] = {}
    for position, item in enumerate(items):
        by_dimension.setdefault(item.value.dimension, []).append(position)
    claims = []
    for dimension, rows in by_dimension.items():
        for low in range(0, len(rows), _MOST_ITEMS):
            part = rows[low : low + _MOST_ITEMS]
            alike = vectors[part] @ vectors[part].T
            groups = _equal([items[row] for row in part], alike)
            found = _conflicting([items[row] for row in part], groups, alike, dimension)
            claims += [[[part[row] for row in group] for group in claim] for claim in found]
    return claims


def _needed(value: Value) -> float:
    if value.dimension == "date":
        return AGREE[3] if value.amounts[2] else AGREE_YEAR
    unit = value.dimension not in ("number", "money")
    return AGREE[min(value.digits + unit, 3)]


def _blocks(value: Value) -> str:
    """Values that may agree share a block; a date without its year has its own day's."""
    if value.dimension == "date":
        year, month, day = value.amounts
        return f"{month}-{day}" if day else f"{year}"
    return value.key


def _equal(items: Sequence[Item], alike: FloatArray) -> list[list[int]]:
    """Groups of equal value with contexts alike, singletons included."""
    blocks: dict[str, list[int]] = {}
    for row, item in enumerate(items):
        blocks.setdefault(_blocks(item.value), []).append(row)
    groups = []
    for rows in blocks.values():
        close = alike[np.ix_(rows, rows)] >= _needed(items[rows[0]].value)
        loose = np.array([items[row].by_the_way for row in rows])
        if loose.any():
            close &= (alike[np.ix_(rows, rows)] >= AGREE_COUNT) | ~(loose[:, None] | loose[None, :])
        if items[rows[0]].value.dimension == "date":
            year = np.array([items[row].value.amounts[0] for row in rows])
            close &= (year[:, None] == year) | (year[:, None] == 0) | (year == 0)
        groups += [[rows[place] for place in component] for component in _components(close)]
    return groups


def _components(close: npt.NDArray[np.bool_]) -> list[list[int]]:
    """Rows that hang together, each component sorted."""
    free = np.ones(len(close), dtype=np.bool_)
    found = []
    while free.any():
        member = np.zeros(len(close), dtype=np.bool_)
        edge = np.zeros(len(close), dtype=np.bool_)
        edge[np.argmax(free)] = True
        while edge.any():
            member |= edge
            edge = close[edge].any(axis=0) & ~member & free
        free &= ~member
        found.append(np.flatnonzero(member).tolist())
    return found


def _conflicting(
    items: Sequence[Item], groups: list[list[int]], alike: FloatArray, dimension: str
) -> list[list[list[int]]]:
    """Join groups with different values where different articles say nearly the same sentence."""
    if items and items[0].value.words:
        return [[group] for group in groups]
    group_of = np.zeros(len(items), dtype=np.int64)
    for number, group in enumerate(groups):
        group_of[group] = number
    article = np.array([item.article for item in items])
    need = CONFLICT_DATE if dimension == "date" else CONFLICT
    wide = np.triu(alike >= need, 1) & (article[:, None] != article[None, :])
    wide &= group_of[:, None] != group_of[None, :]
    firm = np.array([not item.by_the_way for item in items])
    wide &= firm[:, None] & firm[None, :]
    pairs = np.argwhere(wide)
    pairs = pairs[np.argsort(-alike[pairs[:, 0], pairs[:, 1]], kind="stable")]
    ends = np.sort(group_of[pairs], axis=1)
    _, first = np.unique(ends[:, 0] * len(groups) + ends[:, 1], return_index=True)
    sets = _Sets(len(groups))
    articles = [{items[row].article for row in group} for group in groups]
    for left, right in pairs[np.sort(first)].tolist():  # the closest pair of each two groups
        a, b = sets.root(int(group_of[left])), sets.root(int(group_of[right]))
        if a != b and not articles[a] & articles[b] and _comparable(items[left], items[right]):
            sets.join(a, b)
            articles[min(a, b)] = articles[a] | articles[b]
    claims: dict[int, list[list[int]]] = {}
    for number, group in enumerate(groups):
        claims.setdefault(sets.root(number), []).append(group)
    return list(claims.values())


def _comparable(left: Item, right: Item) -> bool:
    """Values that cannot both be right: not a range and a number, nor a day and a whole year."""
    if left.value.agrees(right.value) or len(left.value.amounts) != len(right.value.amounts):
        return False
    shorter = min(len(left.words), len(right.words))
    if len(left.words.keys() & right.words.keys()) < min(CONFLICT_WORDS, max(shorter, 2)):
        return False
    known = [tuple(bool(amount) for amount in item.value.amounts) for item in (left, right)]
    return left.value.dimension != "date" or known[0][2] == known[1][2]
