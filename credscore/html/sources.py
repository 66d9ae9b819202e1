"""What the page of a comparison shows, worked out from the comparison."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from credscore.comparison.records import Difference, SourceScore, SourceSummary, Trend
from credscore.comparison.statistics import points_per_log_odds
from credscore.comparison.terms import in_words, phrase
from credscore.html.article import (
    MOST_REASONS,
    SCORE_MEANINGS,
    ArticleView,
    ScoreView,
    waterfall,
)
from credscore.html.article import view as article_view
from credscore.html.environment import json_block, tenths
from credscore.html.families import Family, family_of
from credscore.judgement import percent
from credscore.opportunities import LEAST_POINTS, Opportunity

if TYPE_CHECKING:
    from credscore.comparison.result import Result

__all__ = ["PageView", "view"]

MOST_DETAILED = 50  # sources that have a section each; of more, some at the top and the bottom
DETAILED_OF_MORE = 30
MOST_LISTED = 2000  # rows of the overview
MOST_PAIRED = 600  # sources that can be chosen to stand side by side
TEXT_BUDGETS = (220_000, 90_000, 20_000)  # characters of article text on the page
MOST_TEXT, LEAST_TEXT = 12_000, 300
MOST_LISTING = 10  # articles whose smaller reasons are listed
MOST_CHANCES = 100  # sources of which any two are given the chance that one article beats another
_SCORE_REASONS = 6  # of credibility and quality, whose waterfalls are folded away
_EXAMPLE_REASONS = 6  # of an example article
_SURE = {
    True: "That is more than the likely ranges could explain.",
    False: "That is more than chance would do.",
}
_UNSURE = {True: "The likely ranges leave that open.", False: "That may well be chance."}
_ROLES = {
    "typical": "A typical article",
    "best": "The highest-scoring article",
    "worst": "The lowest-scoring article",
    "only": "The article",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the overview. ``places``: ranks that cannot be told apart from this one's."""

    number: int
    source: SourceSummary
    places: tuple[int, int] | None
    strip: str
    detailed: bool


@dataclass(frozen=True, slots=True)
class TrendView:
    """A trend as a line on a drawing 100 by 30, with words."""

    trend: Trend
    line: str
    dots: tuple[tuple[float, float], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Section:
    """All about one source."""

    number: int
    source: SourceSummary
    scores: tuple[ScoreView, ...]
    profile: tuple[tuple[Family, float, float, float], ...]
    opportunities: tuple[Opportunity, ...]
    trend: TrendView | None
    articles: tuple[tuple[str, ArticleView], ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """Everything the template needs."""

    title: str
    comparison: Result
    noun: str
    rows: tuple[Row, ...]
    left_out: int
    sections: tuple[Section, ...]
    pair: Difference | None
    pair_score: ScoreView | None
    verdict: str
    pickable: bool
    data: Markup
    not_judged: tuple[str, ...]


def view(
    comparison: Result, text_budget: int = TEXT_BUDGETS[0], *, panel: bool = False
) -> PageView:
    """Work out what to show.

    Args:
        text_budget: characters of article text on the page.
        panel: add readability formulas to articles that stand each on their own.
    """
    noun = "article" if comparison.single else comparison.by.replace("_", " ")
    ranked = comparison.ranked
    chosen = _detailed(comparison.sources)
    sections = _sections(comparison, chosen, text_budget, panel=panel)
    pair = comparison.difference(ranked[0].name, ranked[-1].name) if len(ranked) > 1 else None
    return PageView(
        title=_title(comparison, noun),
        comparison=comparison,
        noun=noun,
        rows=_rows(comparison, set(chosen)),
        left_out=max(0, len(comparison.sources) - MOST_LISTED),
        sections=sections,
        pair=pair,
        verdict=(_SURE if pair and pair.different else _UNSURE)[comparison.single],
        pair_score=_pair_waterfall(comparison, pair) if pair else None,
        pickable=2 < len(ranked) <= MOST_PAIRED,
        data=json_block(_pair_data(comparison)),
        not_judged=tuple(
            dict.fromkeys(r for s in sections for _, a in s.articles for r in a.not_judged)
        ),
    )


def _title(comparison: Result, noun: str) -> str:
    if len(comparison) == 2:
        return " and ".join(source.name for source in comparison.sources)
    return f"{len(comparison):,} {noun}s compared"


def _detailed(sources: Sequence[SourceSummary]) -> list[int]:
    """Numbers of the sources that get a section: all, or the first and the last."""
    if len(sources) <= MOST_DETAILED:
        return list(range(len(sources)))
    ranked = [number for number, source in enumerate(sources) if source.enough]
    half = DETAILED_OF_MORE // 2
    return sorted({*ranked[:half], *ranked[-half:]})


def _rows(comparison: Result, detailed: set[int]) -> tuple[Row, ...]:
    few = 1 < len(comparison.ranked) <= MOST_LISTED
    certain = comparison.certain_pairs() if few else None
    rows = []
    for number, source in enumerate(comparison.sources[:MOST_LISTED]):
        places = None
        if source.enough and certain is not None:
            above = int(certain[number, :number].sum())
            below = int(certain[number, number + 1 :].sum())
            places = (1 + above, len(comparison.ranked) - below)
        strip = _strip(source.scores["overall"].histogram) if source.enough else ""
        rows.append(Row(number, source, places, strip, number in detailed))
    return tuple(rows)


def _strip(histogram: Sequence[int]) -> str:
    """Path of a small histogram, 100 wide and 20 high, standing on its lower edge."""
    tallest = max(*histogram, 1)
    width = 100 / len(histogram)
    steps = [f"V{20 - 19 * count / tallest:.3g}h{width:.3g}" for count in histogram]
    return "M0 20" + "".join(steps) + "V20z"


def _sections(
    comparison: Result, chosen: Sequence[int], text_budget: int, *, panel: bool
) -> tuple[Section, ...]:
    shown = sum(len(comparison.sources[number].articles) for number in chosen)
    budget = min(MOST_TEXT, max(LEAST_TEXT, text_budget // max(shown, 1)))
    everywhere = {} if comparison.single else _means(comparison.ranked)
    brief = shown > MOST_LISTING
    return tuple(
        _section(number, comparison.sources[number], budget, everywhere, brief=brief, panel=panel)
        for number in chosen
    )


def _section(
    number: int,
    source: SourceSummary,
    budget: int,
    everywhere: Mapping[str, float],
    *,
    brief: bool,
    panel: bool,
) -> Section:
    single = source.n == 1
    scores = () if single else tuple(
        _score(name, score, source, everywhere) for name, score in source.scores.items()
    )  # fmt: skip
    reasons = MOST_REASONS if single else _EXAMPLE_REASONS
    return Section(
        number=number,
        source=source,
        scores=scores,
        profile=_profile(source),
        opportunities=_opportunities(source, everywhere) if scores else (),
        trend=_trend(source.trend) if source.trend else None,
        articles=tuple(
            (
                _ROLES[article.role],
                article_view(
                    article.report,
                    f"s{number}{article.role}",
                    budget,
                    reasons,
                    most_scores=3 if single else 1,
                    list_small=single and not brief,
                    panel=single and panel,
                ),
            )
            for article in source.articles
        ),
    )


def _with_values(
    term: str, more: bool, source: SourceSummary, everywhere: Mapping[str, float]
) -> str:
    """What a term measures, with the source's mean and that of all sources."""
    if term not in source.values or term not in everywhere:
        return phrase(term, more)
    own, every = (in_words(term, values[term]) for values in (source.values, everywhere))
    return f"{phrase(term)}: {own} (all here: {every})"


def _means(sources: Sequence[SourceSummary]) -> dict[str, float]:
    """The mean of all sources' means, by feature."""
    found: dict[str, list[float]] = {}
    for source in sources:
        for name, value in source.values.items():
            found.setdefault(name, []).append(value)
    return {name: math.fsum(values) / len(values) for name, values in found.items()}


def _score(
    name: str, score: SourceScore, source: SourceSummary, everywhere: Mapping[str, float]
) -> ScoreView:
    slope = points_per_log_odds(score.log_odds, score.baseline)
    parts = sorted(score.parts.items(), key=lambda part: -abs(part[1]))
    most = MOST_REASONS if name == "overall" else _SCORE_REASONS
    shown = [part for part in parts[:most] if abs(part[1] * slope) >= LEAST_POINTS]
    rest = parts[len(shown) :]
    amounts = [amount * slope for _, amount in shown]
    if rest:
        amounts.append(math.fsum(amount for _, amount in rest) * slope)
    words = [
        (_with_values(term, amount > 0, source, everywhere), family_of(term))
        for term, amount in shown
    ]
    levels = (percent(score.baseline), score.value, score.low, score.high)
    return waterfall(name, levels, amounts, words, len(rest))


def _profile(source: SourceSummary) -> tuple[tuple[Family, float, float, float], ...]:
    """Each extractor's points with a bar on a drawing 100 wide, its zero in the middle."""
    widest = max((abs(points) for points in source.profile.values()), default=1.0) or 1.0
    rows = []
    for name, points in source.profile.items():
        length = round(50 * abs(points) / widest, 1)
        rows.append((family_of(name), points, 50 - length if points < 0 else 50.0, length))
    return tuple(rows)


def _opportunities(
    source: SourceSummary, everywhere: Mapping[str, float]
) -> tuple[Opportunity, ...]:
    return tuple(
        replace(chance, sentence=_with_values(chance.feature, False, source, everywhere))
        for chance in source.opportunities
    )


def _trend(found: Trend) -> TrendView:
    days = [datetime.date.fromisoformat(day).toordinal() for day, _, _ in found.periods]
    span = max(days[-1] - days[0], 1)
    dots = tuple(
        (round(2 + 96 * (day - days[0]) / span, 1), round(28 - 26 * mean / 100, 1))
        for day, (_, _, mean) in zip(days, found.periods, strict=True)
    )
    line = "M" + "L".join(f"{x} {y}" for x, y in dots)
    change = f"{abs(found.points_per_year):.1f} points a year"
    words = {
        "rising": f"rising by {change}",
        "falling": f"falling by {change}",
        "none": "no clear trend",
    }[found.direction]
    words += f" (likely {tenths(found.low)} to {tenths(found.high)} points a year"
    if found.direction == "none" and found.low * found.high > 0:
        words += ", which may be chance"
    words += ")"
    return TrendView(found, line, dots, words)


def _pair_waterfall(comparison: Result, pair: Difference) -> ScoreView:
    """From the lower source's score to the higher one's."""
    a, b = (comparison[name].scores["overall"] for name in (pair.a, pair.b))
    shown = [part for part in pair.parts[:MOST_REASONS] if abs(part.points) >= LEAST_POINTS]
    rest = pair.parts[len(shown) :]
    amounts = [part.points for part in shown]
    if rest:
        amounts.append(math.fsum(part.points for part in rest))
    words = [(part.sentence, family_of(part.feature)) for part in shown]
    levels = (b.value, a.value, a.low, a.high)
    return waterfall("overall", levels, amounts, words, len(rest))


def _pair_data(comparison: Result) -> dict[str, Any]:
    """What the page's script needs to set any two sources side by side."""
    ranked = comparison.ranked if len(comparison.ranked) <= MOST_PAIRED else ()
    terms = sorted({term for source in ranked for term in source.scores["overall"].parts})
    certain = comparison.certain_pairs() if 1 < len(ranked) <= MOST_PAIRED else np.zeros((0, 0))
    return {
        "single": comparison.single,
        "terms": [[phrase(term, True), phrase(term, False)] for term in terms],
        "sources": [
            {
                "name": source.name,
                "n": source.n,
                "scores": [
                    [round(x, 2) for x in (score.value, score.low, score.high)]
                    for score in source.scores.values()
                ],
                "level": [
                    round(x, 5)
                    for x in (
                        source.scores["overall"].log_odds,
                        *source.scores["overall"].log_odds_ends,
                    )
                ],
                "parts": [
                    round(source.scores["overall"].parts.get(term, 0.0), 5) for term in terms
                ],
                "says": _own_words(source, terms) if len(ranked) <= MOST_DETAILED else {},
            }
            for source in ranked
        ],
        "chances": _chances(comparison) if 1 < len(ranked) <= MOST_CHANCES else [],
        # Of each pair once: of the first with those that come after it.
        "certain": [
            "".join("1" if cell else "0" for cell in line[row + 1 :])
            for row, line in enumerate(certain.tolist())
        ],
        "sure": _SURE[comparison.single],
        "unsure": _UNSURE[comparison.single],
        "names": list(SCORE_MEANINGS),
    }


def _chances(comparison: Result) -> list[list[int]]:
    """In how many of 100 cases an article of one source scores above one of another."""
    names = [source.name for source in comparison.ranked]
    return [
        [0 if a == b else round(100 * comparison.superiority(a, b)) for b in names] for a in names
    ]


def _own_words(source: SourceSummary, terms: Sequence[str]) -> dict[str, str]:
    """What a single article's reasons say, by number of the term."""
    if source.n != 1 or not source.articles:
        return {}
    place = {term: number for number, term in enumerate(terms)}
    parts = source.articles[0].report.overall.contributions
    return {str(place[part.feature]): part.summary for part in parts if part.feature in place}
