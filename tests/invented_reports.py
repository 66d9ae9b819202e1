"""Reports with chosen numbers, for tests of what is made from reports. No model is needed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from credscore.document import Document
from credscore.features import Measurement
from credscore.judgement import Contribution, Evidence, Genre, Score, percent
from credscore.report import Report

TEXT = (
    "Harbour bridge to close for repairs\n\nBy Maren Holt\n\n"
    "The bridge will close on Monday, the city’s works department said. Experts believe that the "
    "repair could cost 4.2 million crowns.\n\nThis is a game-changer, said nobody in particular."
)
BASELINE = {"credibility": 0.2, "quality": -0.1}


def contribution(term: str, amount: float, slope: float, text: str = TEXT) -> Contribution:
    """One term; its evidence is every third word, so that passages of several terms overlap."""
    words = text.split()[len(term) % 3 :: 3][:4]
    found = sorted({(text.index(word), word) for word in words})
    return Contribution(
        term,
        amount,
        amount,
        amount * slope,
        "feature",
        lambda what, _: (
            tuple(Evidence(at, at + len(word), word) for at, word in found)
            if what == "evidence"
            else f"what {term.replace('.', ' ')} says"
        ),
    )


def score(name: str, parts: Mapping[str, float], baseline: float, text: str = TEXT) -> Score:
    log_odds = baseline + sum(parts.values())
    gap = log_odds - baseline
    slope = (percent(log_odds) - percent(baseline)) / gap if gap else 25.0
    made = tuple(
        contribution(term, parts[term], slope, text)
        for term in sorted(parts, key=lambda term: -abs(parts[term]))
        if parts[term]
    )
    ends = percent(log_odds - 0.8), percent(log_odds + 0.8)
    return Score(name, percent(log_odds), *ends, log_odds, baseline, lambda: made)


def report(
    credibility: Mapping[str, float] | None = None,
    quality: Mapping[str, float] | None = None,
    *,
    text: str = TEXT,
    abstains: str | None = None,
    **about: Any,
) -> Report:
    """A report whose terms add what they are said to add."""
    document = Document(text, **about)
    parts = {"credibility": dict(credibility or {}), "quality": dict(quality or {})}
    terms = sorted({*parts["credibility"], *parts["quality"]})
    overall = {
        t: (parts["credibility"].get(t, 0.0) + parts["quality"].get(t, 0.0)) / 2 for t in terms
    }
    scores = {
        "overall": score("overall", overall, sum(BASELINE.values()) / 2, text),
        **{name: score(name, parts[name], BASELINE[name], text) for name in parts},
    }
    if abstains:
        scores = {n: Score(n, None, None, None, None, None, lambda: ()) for n in scores}
    genre = Genre(None if abstains else "report", {} if abstains else {"report": 1.0})
    return Report(document, scores, genre, abstains, (), explainer(terms))  # type: ignore[arg-type]


def explainer(terms: Sequence[str]) -> SimpleNamespace:
    measured = {
        term: Measurement(term, 0.5, "share", f"{term} is a half") for term in terms if "." in term
    }
    measured["byline.named_author_present"] = Measurement(
        "byline.named_author_present",
        float("nan"),
        "present",
        "not supplied",
        "no authors were supplied",
    )
    return SimpleNamespace(annotations=None, measurements=lambda: measured)


def reports(source: str, n: int, level: float, seed: int = 1, spread: float = 0.5) -> list[Report]:
    """A source's articles, whose terms are spread around ``level``."""
    rng = random.Random(f"{source}{seed}")  # noqa: S311  not a secret
    return [
        report(
            {
                "attribution.named_share": rng.gauss(level, spread),
                "wording.style": rng.gauss(0, 0.3),
            },
            {"boilerplate.char_share": rng.gauss(level, spread)},
            source=source,
            title=f"{source} {number}",
            text=f"Article {number} of {source}, number {seed}.\n{TEXT[:40]}",
            published=f"20{20 + number % 3}-{1 + number % 12:02}-15",
        )
        for number in range(n)
    ]
