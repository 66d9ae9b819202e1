"""What the page of one article shows, worked out from its report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Self

from credscore.document import title_of
from credscore.html.families import Family, family_of
from credscore.html.marks import Passage, Piece, paragraphs
from credscore.judgement import TARGETS, Contribution, Evidence, Judgement, Score, percent
from credscore.opportunities import LEAST_POINTS, Opportunity, opportunities

if TYPE_CHECKING:
    from credscore.extractors.readability.panel import PanelRow

__all__ = [
    "ArticleView",
    "Bar",
    "Reason",
    "ScoreView",
    "add_up",
    "view",
    "waterfall",
]

MOST_REASONS = 10  # of one score; what is left is shown as one sum
MOST_REASONS_OF_A_PAGE = 16  # of one article that has the page to itself
LEAST_LISTED = 0.05  # of the smaller reasons, which are listed with one decimal
MOST_WORDING = 30  # passages of the wording term, which matches something in most sentences
MOST_CHARACTERS = 60_000  # of the text shown on the page of one article

SCORE_MEANINGS = {
    "overall": "credibility and quality together",
    "credibility": "how much it reads like sources that expert raters trust",
    "quality": "how much it reads like professional reporting",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a waterfall: where it begins and ends on a drawing 100 wide."""

    x: float
    width: float
    rises: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One row of a waterfall. ``shown`` is rounded so that the rows add up to the score shown."""

    number: int
    sentence: str
    points: float
    shown: int
    family: Family
    bar: Bar


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A score with its waterfall. All positions are on a drawing 100 wide.

    ``small``: points and sentences of reasons that have no row of their own, where they are listed.
    """

    name: str
    meaning: str
    value: float
    low: float
    high: float
    start: int
    start_bar: Bar
    reasons: tuple[Reason, ...]
    rest: Reason | None
    rest_count: int
    small: tuple[tuple[float, str], ...]
    end_bar: Bar
    whisker: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """Everything the templates need to show one article."""

    prefix: str
    title: str
    origin: str
    abstention: str | None
    genre: str | None
    genre_share: float
    notes: tuple[str, ...]
    scores: tuple[ScoreView, ...]
    opportunities: tuple[Opportunity, ...]
    lines: list[list[Piece]]
    families: tuple[Family, ...]
    cut: bool
    not_judged: tuple[str, ...]
    panel: tuple[PanelRow, ...]

    @property
    def overall(self) -> ScoreView:
        return self.scores[0]


def view(
    report: Judgement,
    prefix: str,
    most_characters: int = MOST_CHARACTERS,
    most_reasons: int = MOST_REASONS,
    most_scores: int = len(TARGETS),
    list_small: bool = False,
    panel: bool = False,
) -> ArticleView:
    """Work out what to show.

    Args:
        prefix: begins the names of the page's elements, so that several articles fit on one page.
        most_characters: how much of the text is shown.
        most_reasons: how many reasons of a score are shown, and marked in the text.
        most_scores: how many scores are shown, overall first.
        list_small: list the smaller reasons, of which the rows show only the sum.
        panel: add readability formulas, for which textstat is loaded.
    """
    text = report.document.text
    judged = () if report.abstained else report.scores[:most_scores]
    scores = tuple(_score(score, most_reasons, list_small) for score in judged)
    shown = main_contributions(report.overall, most_reasons) if scores else ()
    lines = paragraphs(text[:most_characters], _passages(shown, text))
    return ArticleView(
        prefix=prefix,
        title=title_of(report.document),
        origin=" · ".join(filter(None, (report.document.source, report.document.published))),
        abstention=report.abstention_reason,
        genre=(report.genre.label or "").replace("_", " ") or None,
        genre_share=report.genre.probabilities.get(report.genre.label or "", 0.0),
        notes=(*((report.genre.note,) if report.genre.note else ()), *report.notes),
        scores=scores,
        opportunities=opportunities(report.overall) if scores else (),
        lines=lines,
        families=_families(lines, scores),
        cut=len(text) > most_characters,
        not_judged=report.not_judged,
        panel=_panel(text) if panel else (),
    )


def _panel(text: str) -> tuple[PanelRow, ...]:
    from credscore.extractors.readability.panel import readability_panel

    return readability_panel(text[:MOST_CHARACTERS])


def main_contributions(score: Score, most: int = MOST_REASONS) -> tuple[Contribution, ...]:
    """The contributions that get a row of their own, strongest first."""
    worth = [part for part in score.contributions if abs(part.points) >= LEAST_POINTS]
    return tuple(worth[:most])


def _score(score: Score, most_reasons: int, listed: bool) -> ScoreView:
    assert score.value is not None
    assert score.log_odds is not None
    assert score.baseline is not None
    parts = main_contributions(score, most_reasons)
    small = _added(score.contributions[len(parts) :]) if listed else ()
    rest = math.fsum(part.points for part in score.contributions[len(parts) :])
    rest_count = len(score.contributions) - len(parts)
    amounts = [part.points for part in parts] + ([rest] if rest_count else [])
    return waterfall(
        score.name,
        (percent(score.baseline), score.value, score.low or 0.0, score.high or 0.0),
        amounts,
        [(part.sentence, family_of(part.feature)) for part in parts],
        rest_count,
        small,
    )


def _added(parts: Sequence[Contribution]) -> list[tuple[float, str]]:
    """Points and words of reasons; several that say the same become one."""
    sums: dict[str, float] = {}
    for part in parts:
        sums[part.summary] = sums.get(part.summary, 0.0) + part.points
    rows = ((points, words) for words, points in sums.items() if abs(points) >= LEAST_LISTED)
    return sorted(rows, key=lambda row: -abs(row[0]))


def waterfall(
    name: str,
    levels: tuple[float, float, float, float],
    amounts: Sequence[float],
    words: Sequence[tuple[str, Family]],
    rest_count: int,
    small: Sequence[tuple[float, str]] = (),
) -> ScoreView:
    """Lay out a waterfall.

    Args:
        levels: where it starts and ends, and the ends of the interval, in points.
        amounts: points of each row, the sum of the rest last where ``rest_count`` is not 0.
        words: sentence and family of each row but the rest.
        rest_count: how many reasons the rest sums up.
        small: points and sentences of those.
    """
    start, value, low, high = levels
    drawing = _Drawing.of(start, amounts)
    shown = add_up(amounts, round(value) - round(start))
    everything = [*words, ("", family_of("rest"))][: len(amounts)]
    rows = [
        Reason(number, sentence, amounts[number], shown[number], family, drawing.step(number))
        for number, (sentence, family) in enumerate(everything)
    ]
    return ScoreView(
        name=name,
        meaning=SCORE_MEANINGS.get(name, ""),
        value=value,
        low=low,
        high=high,
        start=round(start),
        start_bar=drawing.bar(0.0, start),
        reasons=tuple(rows[: len(words)]),
        rest=rows[-1] if rest_count else None,
        rest_count=rest_count,
        small=tuple(small),
        end_bar=drawing.bar(0.0, value),
        whisker=(drawing.place(low), drawing.place(high)),
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Points on a drawing 100 wide, which holds 0 to 100 and every step of a waterfall."""

    steps: tuple[float, ...]
    left: float
    right: float

    @classmethod
    def of(cls, start: float, amounts: Sequence[float]) -> Self:
        steps = tuple(accumulate(amounts, initial=start))
        return cls(steps, min(0.0, *steps), max(100.0, *steps))

    def place(self, point: float) -> float:
        return round(100 * (point - self.left) / (self.right - self.left), 2)

    def bar(self, a: float, b: float) -> Bar:
        x = self.place(min(a, b))
        return Bar(x, round(max(self.place(max(a, b)) - x, 0.4), 2), b >= a)

    def step(self, number: int) -> Bar:
        return self.bar(*self.steps[number : number + 2])


def add_up(amounts: Sequence[float], total: int) -> list[int]:
    """Round each amount so that the rounded ones add up to ``total`` (largest remainders).

    >>> add_up([1.4, 1.4, 0.2], 3)
    [2, 1, 0]
    """
    if not amounts:
        return []
    shown = [math.floor(amount) for amount in amounts]
    missing = total - sum(shown)
    order = sorted(range(len(amounts)), key=lambda i: shown[i] - amounts[i])
    for step in range(abs(missing)):
        place = order[step % len(order)] if missing > 0 else order[-1 - step % len(order)]
        shown[place] += 1 if missing > 0 else -1
    return shown


def _passages(parts: Sequence[Contribution], text: str) -> list[Passage]:
    passages = []
    for number, part in enumerate(parts):
        evidence = [found for found in part.evidence if found.end > found.start]
        if evidence and not math.isnan(evidence[0].weight):
            evidence = sorted(evidence, key=lambda found: -abs(found.weight))[:MOST_WORDING]
            passages += [_words_of(text, found, number) for found in evidence]
        else:
            passages += [Passage(found.start, found.end, number) for found in evidence]
    return passages


def _words_of(text: str, found: Evidence, reason: int) -> Passage:
    """A pattern's passage without the marks at its ends, which would puzzle a reader."""
    start, end = found.start, found.end
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return Passage(start, end, reason)


def _families(lines: list[list[Piece]], scores: Sequence[ScoreView]) -> tuple[Family, ...]:
    """The kinds of evidence that are marked in the text."""
    seen = {reason for line in lines for piece in line for reason in piece.reasons}
    found = {scores[0].reasons[number].family for number in seen} if scores else set()
    return tuple(sorted(found, key=lambda family: family.name))
