"""What is measured: feature declarations, measurements, and the columnar evidence behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = ["Extraction", "Feature", "Findings", "Measurement"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# A feature's name ends in its unit; a rate never hides its denominator.
UNITS = ("per_100_words", "share", "count", "days", "words", "grade", "present", "index")


@dataclass(frozen=True, slots=True)
class Feature:
    """One number about an article.

    Attributes:
        name: ``extractor.quantity_unit``.
        description: what is measured, in words a journalist understands, with its denominator.
        unit: one of ``UNITS``; ``present`` is 0 or 1, ``grade`` a US school grade.
        low, high: the range that values can take.
        say: makes one plain sentence about this article from all its measured values, without the
            feature's name ("8 of 14 sentences are attributed, to 5 named sources"). Called only
            where this feature was measured.
        evidence: name of the ``Findings`` table whose passages caused the value, or None where the
            whole text did (sentence length) or nothing could (an absence).
        scored: False for helper counts that sentences use and models must not.
    """

    name: str
    description: str
    unit: str
    low: float
    high: float
    say: Callable[[Mapping[str, float]], str]
    evidence: str | None = None
    scored: bool = True


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value of one article: NaN with a reason where it could not be measured."""

    name: str
    value: float
    unit: str
    sentence: str
    reason: str | None = None
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """Passages found in a batch of articles, as columns of equal length sorted by (doc, start).

    Attributes:
        doc: index of the article in the batch, shape (n,), int64.
        start, end: code points into that article's ``Document.text``, end exclusive, int64.
        kind: index into ``kinds``, int64.
        kinds: names of the kinds.
        extra: further columns of length n that ``annotate`` needs.
    """

    doc: IntArray
    start: IntArray
    end: IntArray
    kind: IntArray
    kinds: tuple[str, ...] = ("",)
    extra: Mapping[str, npt.NDArray[np.generic]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.doc)

    def rows(self, doc: int) -> slice:
        """The rows of one article, as a slice."""
        return slice(*self.doc.searchsorted((doc, doc + 1)).tolist())

    def spans(self, doc: int) -> tuple[tuple[int, int], ...]:
        """The passages of one article as (start, end) pairs."""
        rows = self.rows(doc)
        return tuple(zip(self.start[rows].tolist(), self.end[rows].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one extractor found in a batch of articles.

    Attributes:
        values: feature name -> one value an article, float64 (n_docs,); NaN = could not look.
        reasons: feature name -> why its NaNs are NaN.
        findings: evidence tables by name.
        tokens: named columns of length n_tokens for extractors that run later (e.g. the boilerplate
            extractor's ``body`` mask).
    """

    values: Mapping[str, FloatArray]
    reasons: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, Findings] = field(default_factory=dict)
    tokens: Mapping[str, npt.NDArray[np.generic]] = field(default_factory=dict)
