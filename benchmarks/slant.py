"""Which wording patterns tell left from right at equal rating: candidates to leave out.

A pattern carries slant, not craft, if left- and right-leaning sources with the same expert rating
use it differently. Each pattern of the shipped credibility model is measured by source: its mean
worth in points, regressed on the leaning with the rating, its square and the corpus held equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.model import AdditiveModel
from credscore.model_format import WordingTable
from credscore.wording_term import PatternMatcher, Wording, count_steps

FloatArray = npt.NDArray[np.float64]
SURE = 3.3  # |t|: about one in a thousand by chance


@dataclass(frozen=True, slots=True)
class Slanted:
    """One pattern: points that right-leaning sources get from it beyond left-leaning ones."""

    pattern: str
    points: float
    t: float
    sources: int

    def content(self) -> dict[str, float | int | str]:
        return {
            "pattern": self.pattern,
            "points right less left": round(self.points, 3),
            "t": round(self.t, 1),
            "sources": self.sources,
        }


def worth_by_article(model: AdditiveModel, wording: Wording) -> npt.NDArray[np.float64]:
    """Points near 50 that each pattern gives to each article, sparse (n_docs, n_patterns).

    Columns follow ``pattern_names``.
    """
    from scipy.sparse import hstack

    parts = [_worth(term, wording) * _points_per_index(term) for term in model.spec.wording]
    return hstack(parts).tocsr()


def pattern_names(model: AdditiveModel) -> tuple[str, ...]:
    """Patterns of all wording terms, one term after the other."""
    return tuple(pattern for term in model.spec.wording for pattern in term.patterns)


def _worth(term: WordingTable, wording: Wording) -> npt.NDArray[np.float64]:
    """What each pattern of a term adds to its index, sparse."""
    from scipy.sparse import csr_matrix

    token, _, pattern = PatternMatcher([term]).matches(wording)
    doc = np.searchsorted(wording.first, token, side="right") - 1
    keys, counts = np.unique(doc * len(term.patterns) + pattern, return_counts=True)
    doc, pattern = keys // len(term.patterns), keys % len(term.patterns)
    size = wording.words + term.shrink
    if term.denominator == "root_words":
        size = np.sqrt(size)
    steps = count_steps(term.count)
    weights = np.array(term.weights[0], dtype=np.float64)
    worth = weights[pattern] * steps[np.minimum(counts, len(steps) - 1)] * term.scale / size[doc]
    return csr_matrix((worth, (doc, pattern)), shape=(len(wording.words), len(term.patterns)))


def slanted(
    model: AdditiveModel,
    wording: Wording,
    sources: npt.NDArray[np.int64],
    right: FloatArray,
    others: FloatArray,
) -> list[Slanted]:
    """Patterns by how surely they tell right from left.

    Args:
        wording: of the articles of leaning sources.
        sources: code of each article's source.
        right: 1 for right-leaning, 0 for left-leaning, by source.
        others: what is held equal, by source, (n_sources, n_columns), with a column of ones.
    """
    from scipy.sparse import csr_matrix

    worth = worth_by_article(model, wording)
    size = np.bincount(sources, minlength=len(right))
    shares = (1 / size[sources], (sources, np.arange(len(sources))))
    by_source = (csr_matrix(shares, shape=(len(right), len(sources))) @ worth).toarray()
    used = np.asarray((by_source != 0).sum(axis=0)).ravel()
    weight = np.sqrt(np.minimum(size, 20))[:, None]  # means of few articles are noise
    basis, _ = np.linalg.qr(others * weight)
    x = (right[:, None] * weight)[:, 0]
    x = x - basis @ (basis.T @ x)
    y = by_source * weight
    y = y - basis @ (basis.T @ y)
    gap = x @ y / (x @ x)
    rest = y - np.outer(x, gap)
    freedom = len(right) - others.shape[1] - 1
    error = np.sqrt(np.maximum((rest**2).sum(axis=0) / freedom / (x @ x), 1e-18))
    names = pattern_names(model)
    found = [
        Slanted(names[k], float(gap[k]), float(gap[k] / error[k]), int(used[k]))
        for k in np.flatnonzero(used >= 20).tolist()
    ]
    return sorted(found, key=lambda item: -abs(item.t))


def _points_per_index(term: WordingTable) -> float:
    """Points of a score near 50 for one unit of the term's index."""
    at, values = np.array(term.at[0]), np.array(term.values[0])
    middle = slice(1, -1) if len(at) > 3 else slice(None)
    at, values = at[middle], values[middle]
    return float(25 * (values[-1] - values[0]) / (at[-1] - at[0]))
