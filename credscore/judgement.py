"""What is known of one article once it is scored: scores, reasons, evidence.

Numbers are made when an article is scored; sentences and passages only when somebody looks at them.
How it is told, as text, data or a page, is up to ``report`` and what stands above it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from credscore.annotations import Annotations
from credscore.document import Document, markup_note
from credscore.features import Measurement
from credscore.lazy import cached_property
from credscore.suspicious import suspicious_characters

__all__ = [
    "TARGETS",
    "Contribution",
    "Evidence",
    "Explanation",
    "Genre",
    "Judgement",
    "Score",
    "percent",
    "plain",
]

TARGETS = ("overall", "credibility", "quality")


def percent(log_odds: float) -> float:
    """Log-odds as a score from 0 to 100."""
    if log_odds >= 0:
        return 100.0 / (1.0 + math.exp(-log_odds))
    grown = math.exp(log_odds)
    return 100.0 * grown / (1.0 + grown)


class Evidence(NamedTuple):
    """A passage that caused a contribution: ``document.text[start:end] == text``.

    ``weight`` is its own share in log-odds where the term knows it (wording), else NaN.
    """

    start: int
    end: int
    text: str
    weight: float = math.nan


class Contribution(NamedTuple):
    """One feature's part in a score.

    Attributes:
        feature: name of the feature, or of the wording term.
        value: its measured value; NaN where it could not be measured.
        log_odds: what it adds; all contributions and the baseline add up to the score's log-odds.
        points: the same in points of the 0-100 scale; they add up to value minus baseline value.
        kind: ``"feature"``, or ``"wording"`` for the term that sums up words and short patterns;
            its passages are many and small, and its sentence quotes the weightiest.
        summary: what was found, in words, from the measured values alone (cheap).
        sentence: the same, with examples where the summary has none (wording).
        evidence: the passages, in order of the text; empty for absences and whole-text measures.

    ``tell`` finds sentences and passages, which are made when somebody looks.
    """

    feature: str
    value: float
    log_odds: float
    points: float
    kind: Literal["feature", "wording"]
    tell: Callable[[str, Contribution], Any]

    @property
    def summary(self) -> str:
        return str(self.tell("summary", self))

    @property
    def sentence(self) -> str:
        return str(self.tell("sentence", self))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(self.tell("evidence", self))

    def to_dict(self, passages: int = 5) -> dict[str, Any]:
        """As plain data, with at most ``passages`` passages."""
        return {
            "feature": self.feature,
            "value": plain(self.value),
            "log_odds": self.log_odds,
            "points": self.points,
            "sentence": self.sentence,
            "evidence": [
                {"start": found.start, "end": found.end, "text": found.text}
                for found in self.evidence[:passages]
            ],
        }


@dataclass(frozen=True, slots=True)
class Score:
    """A score from 0 to 100 with its 90 % interval and its exact explanation.

    All numbers are None where the report abstains.

    Attributes:
        value, low, high: 0 to 100.
        log_odds: the same on the scale on which contributions add up.
        baseline: log-odds of an average training article.
        contributions: strongest first.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    log_odds: float | None
    baseline: float | None
    _explain: Callable[[], tuple[Contribution, ...]] = field(repr=False, compare=False)

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        return self._explain()

    def to_dict(self, passages: int = 5) -> dict[str, Any]:
        """As plain data."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "log_odds": self.log_odds,
            "baseline": self.baseline,
            "contributions": [part.to_dict(passages) for part in self.contributions],
        }


@dataclass(frozen=True, slots=True)
class Genre:
    """What kind of text it reads like.

    ``label`` is the likeliest kind, None where the report abstains; ``note`` says what a score
    means for that kind, where that needs saying.
    """

    label: str | None
    probabilities: Mapping[str, float]
    note: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "label": self.label,
            "probabilities": dict(self.probabilities),
            "note": self.note,
        }


class Explanation(Protocol):
    """Where a judgement finds what is made only when somebody looks."""

    @property
    def annotations(self) -> Annotations:
        """What was found in the article, and where."""
        ...

    @property
    def values(self) -> Mapping[str, float]:
        """Every measured value by feature name."""
        ...

    def measurements(self) -> Mapping[str, Measurement]:
        """Every feature by name, sorted, with its sentence and its passages."""
        ...


class Judgement:
    """Scores of one article with their reasons.

    Attributes:
        document: the article.
        overall, credibility, quality: ``Score``.
        genre: ``Genre``.
        abstained: True where the article cannot be judged; then all scores are None.
        abstention_reason: why, or None.
        notes: what a reader should know about how the article was read.
    """

    def __init__(
        self,
        document: Document,
        scores: Mapping[str, Score],
        genre: Genre,
        abstention_reason: str | None,
        notes: tuple[str, ...],
        explanation: Explanation,
    ) -> None:
        self.document = document
        self.overall, self.credibility, self.quality = (scores[name] for name in TARGETS)
        self.genre = genre
        self.abstention_reason = abstention_reason
        self._notes = notes
        self._explainer = explanation

    @property
    def abstained(self) -> bool:
        return self.abstention_reason is not None

    @property
    def scores(self) -> tuple[Score, Score, Score]:
        """Overall, credibility and quality."""
        return self.overall, self.credibility, self.quality

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know about how the article was read, and what hides in its text."""
        found = suspicious_characters(self.document.text)
        markup = markup_note(self.document.text)
        said = (*self._notes, *((markup,) if markup else ()))
        return (*said, *(item.sentence for item in found))

    @property
    def annotations(self) -> Annotations:
        """What was found and where; the same as ``credscore.annotate(document)``."""
        return self._explainer.annotations

    @property
    def values(self) -> Mapping[str, float]:
        """Every measured value by feature name; NaN where it could not be measured."""
        return self._explainer.values

    @cached_property
    def measurements(self) -> Mapping[str, Measurement]:
        """Every feature by name, sorted."""
        return self._explainer.measurements()

    @property
    def not_judged(self) -> tuple[str, ...]:
        """What could not be looked at, and why: one sentence each."""
        reasons: dict[str, None] = {}
        for measurement in self.measurements.values():
            if measurement.reason:
                reasons[measurement.reason] = None
        return tuple(reasons)


def plain(value: float) -> float | None:
    """A number for JSON, which knows no NaN."""
    return None if math.isnan(value) else value
