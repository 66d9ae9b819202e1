"""Differences between sources, and their exact split by term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from credscore.comparison.records import Part, SourceSummary
from credscore.comparison.statistics import points_per_log_odds
from credscore.comparison.terms import in_words, is_feature, phrase

__all__ = ["split"]


def split(a: SourceSummary, b: SourceSummary, name: str) -> tuple[Part, ...]:
    """What each term adds to the difference of two estimates; the parts add up exactly.

    Estimates are weighted sums of contributions, drawn towards all sources' mean term by term with
    the same weight, so the difference of each term's part is its part in the difference. Points
    share out the difference in points in proportion to log-odds.
    """
    left, right = a.scores[name], b.scores[name]
    slope = points_per_log_odds(left.log_odds, right.log_odds)
    single = _own_sentences(a, name), _own_sentences(b, name)
    parts = []
    for term in dict.fromkeys([*left.parts, *right.parts]):
        amount = left.parts.get(term, 0.0) - right.parts.get(term, 0.0)
        if amount != 0.0:
            more = abs(left.parts.get(term, 0.0)) > abs(right.parts.get(term, 0.0))
            degree: Literal["more", "less"] = "more" if more else "less"
            sentence = _sentence(term, a, b, single, degree) or phrase(term, amount > 0)
            parts.append(Part(term, amount * slope, amount, sentence))
    return tuple(sorted(parts, key=lambda part: -abs(part.points)))


def _own_sentences(source: SourceSummary, name: str) -> Mapping[str, str] | None:
    """What the reasons of a single article say; None where there are several articles."""
    if source.n != 1 or not source.articles:
        return None
    score = getattr(source.articles[0].report, name)
    return {part.feature: part.summary for part in score.contributions}


def _sentence(
    term: str,
    a: SourceSummary,
    b: SourceSummary,
    single: Sequence[Mapping[str, str] | None],
    degree: Literal["more", "less"],
) -> str:
    """What both say of a term; empty where they say nothing."""
    left, right = single
    if left is not None and right is not None:
        first, second = left.get(term), right.get(term)
        if not (first and second):
            return first or second or ""
        if first == second and not is_feature(term):
            return f"{first}, {degree} so than the other’s"
        return _against(first, second)
    values = a.values.get(term), b.values.get(term)
    if values[0] is None or values[1] is None:
        return ""
    first, second = (in_words(term, value) for value in values if value is not None)
    return "" if first == second else f"{phrase(term)}: {first} against {second}"


def _against(first: str, second: str) -> str:
    """Two sentences in one; what both say at their end is said once.

    >>> _against("no hedges", "no hedges")
    'no hedges (both, to different degrees)'
    >>> _against("43 words differ (in reports, about 42)", "none (in reports, about 42)")
    '43 words differ; the other: none (in reports, about 42)'
    >>> _against("5 % of its words are long", "2 % of its words are long")
    '5 % of its words are long; the other: 2 %'
    >>> _against("3 hedges in 90 words", "no hedges in 80 words")
    '3 hedges in 90 words; the other: no hedges in 80 words'
    """
    if first == second:
        return f"{first} (both, to different degrees)"
    start, bracket, aside = first.rpartition(" (")
    aside = f" ({aside}" if bracket and aside.endswith(")") else ""
    if aside and second.endswith(aside):
        first, second = start, second.removesuffix(aside)
    else:
        aside = ""
    return f"{first}; the other: {_without_end_of(first, second)}{aside}"


def _without_end_of(first: str, second: str) -> str:
    """The second sentence, or its number alone where everything after it is the same."""
    left, right = first.split(), second.split()
    same = 0
    while same < min(len(left), len(right)) - 1 and left[-1 - same] == right[-1 - same]:
        same += 1
    while same and not right[-1 - same][-1].isdigit():
        same -= 1
    if same and right[-same] == "%":
        same -= 1
    left_over = right[: len(right) - same]
    # More than a number, and a sentence would seem to break off.
    alone = len(left_over) == 1 or left_over[1:] == ["%"]
    return " ".join(left_over) if alone else second
