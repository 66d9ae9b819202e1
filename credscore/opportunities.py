"""What would raise a score most, as a list of single changes with their worth in points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from credscore.advice import advice_for
from credscore.judgement import Contribution, Score, percent

__all__ = ["LEAST_POINTS", "MOST", "Opportunity", "gains", "opportunities"]

MOST = 5
LEAST_POINTS = 0.5  # reasons worth less round to nothing
_MOST_PARTS = 10  # of a score that are looked at, strongest first
_EXAMPLES, _EXAMPLE_CHARACTERS = 3, 80


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A reason that lowers a score, and what the score would gain at an average article's level.

    ``advice`` says what to do, empty where it cannot be said; ``sentence`` what was found;
    ``examples`` are passages.
    """

    feature: str
    advice: str
    sentence: str
    points: float
    examples: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "feature": self.feature,
            "advice": self.advice,
            "sentence": self.sentence,
            "points": self.points,
            "examples": list(self.examples),
        }


def opportunities(score: Score) -> tuple[Opportunity, ...]:
    """What would raise an article's score most, by what each would be worth; none where it
    abstains.
    """
    if score.log_odds is None:
        return ()
    parts = {part.feature: part for part in score.contributions[:_MOST_PARTS]}
    amounts = {
        name: part.log_odds for name, part in parts.items() if abs(part.points) >= LEAST_POINTS
    }
    return tuple(
        Opportunity(
            name,
            advice_for(name, parts[name].kind),
            parts[name].sentence,
            points,
            _examples(parts[name]),
        )
        for name, points in gains(score.log_odds, amounts)
    )


def gains(log_odds: float, parts: Mapping[str, float]) -> list[tuple[str, float]]:
    """Names and worth of the parts without which a score would be highest.

    A part is measured from an average article's level, so without it the log-odds are
    ``log_odds - part``: the worth in points is exact, for one change at a time.

    >>> [(name, round(points)) for name, points in gains(0.0, {"a": -1.0, "b": 0.5})]
    [('a', 23)]
    """
    level = percent(log_odds)
    found = [(name, percent(log_odds - part) - level) for name, part in parts.items()]
    worth = [pair for pair in found if pair[1] >= LEAST_POINTS]
    return sorted(worth, key=lambda pair: -pair[1])[:MOST]


def _examples(part: Contribution) -> tuple[str, ...]:
    if part.kind == "wording":  # whose sentence has its examples already
        return ()
    texts = (" ".join(found.text.split())[:_EXAMPLE_CHARACTERS] for found in part.evidence)
    return tuple(dict.fromkeys(filter(None, texts)))[:_EXAMPLES]
