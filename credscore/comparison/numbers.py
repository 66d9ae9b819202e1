"""One article as the numbers that a comparison keeps, from a report or fresh from a scorer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import numpy.typing as npt

from credscore.comparison.reading import Entry, Unreadable
from credscore.document import Document
from credscore.parallel import in_processes
from credscore.parts import Parts
from credscore.registry import list_features
from credscore.report import Report
from credscore.scorer import Scored, Scorer, default_scorer, grouped, measure_documents

__all__ = ["PAIR", "Measured", "Numbers", "measured"]

FloatArray = npt.NDArray[np.float64]
PAIR = ("credibility", "quality")  # overall is the mean of the two


@dataclass(frozen=True, slots=True)
class Numbers:
    """An article's scores in log-odds with what they are made of.

    Attributes:
        log_odds, low, high, baseline: of credibility and of quality.
        terms, contributions, values: likewise: names, what each adds, and the measured value behind
            it (NaN: none).
        genre: what it reads like.
    """

    log_odds: tuple[float, float]
    low: tuple[float, float]
    high: tuple[float, float]
    baseline: tuple[float, float]
    terms: tuple[tuple[str, ...], tuple[str, ...]]
    contributions: tuple[FloatArray, FloatArray]
    values: tuple[FloatArray, FloatArray]
    genre: str


@dataclass(frozen=True, slots=True)
class Measured:
    """An entry with its numbers, or the reason why it has none."""

    entry: Entry
    numbers: Numbers | None
    abstention: str | None
    report: Callable[[], Report]


def measured(
    entries: Iterable[Entry | Unreadable], scorer: Scorer | None, n_jobs: int
) -> Iterator[Measured | Unreadable]:
    """Score what is not scored yet, in batches; order is kept."""
    chunks = grouped(entries, _length)
    if n_jobs == 1:
        for chunk in chunks:
            yield from _dressed(chunk, measure_documents(_documents(chunk), scorer), scorer)
        return
    work = ((chunk, _documents(chunk)) for chunk in chunks)
    for chunk, scored in in_processes(partial(measure_documents, scorer=scorer), work, n_jobs):
        yield from _dressed(chunk, scored, scorer)


def _scorer(scorer: Scorer | None) -> Scorer:
    return scorer or default_scorer()


def _values(terms: tuple[str, ...], measured: FloatArray) -> FloatArray:
    return np.append(measured, math.nan)[_places(terms)]


@cache
def _places(terms: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Where each term's feature stands among all; the last place and one for wording terms."""
    place = {feature.name: number for number, feature in enumerate(list_features())}
    return np.array([place.get(term, len(place)) for term in terms], dtype=np.int64)


def _documents(chunk: Iterable[Entry | Unreadable]) -> list[Document]:
    return [e.document for e in chunk if isinstance(e, Entry) and not isinstance(e.article, Report)]


def _length(entry: Entry | Unreadable) -> int:
    return len(entry.document.text) if isinstance(entry, Entry) else 0


def _dressed(
    chunk: list[Entry | Unreadable], scored: list[Scored], scorer: Scorer | None
) -> Iterator[Measured | Unreadable]:
    rest = iter(scored)
    for entry in chunk:
        if isinstance(entry, Unreadable):
            yield entry
        elif isinstance(entry.article, Report):
            yield _from_report(entry, entry.article)
        else:
            yield _from_scored(entry, entry.article, next(rest), _scorer(scorer))


def _from_scored(entry: Entry, document: Document, scored: Scored, scorer: Scorer) -> Measured:
    def report() -> Report:
        return scorer.report(document, scored)

    if scored.reason:
        return Measured(entry, None, scored.reason, report)
    parts: tuple[Parts, Parts] = (scored.credibility, scored.quality)
    genre = scorer.genre.outputs[int(np.argmax(scored.genre))]
    numbers = Numbers(
        log_odds=(parts[0].log_odds, parts[1].log_odds),
        low=(parts[0].low, parts[1].low),
        high=(parts[0].high, parts[1].high),
        baseline=(parts[0].baseline, parts[1].baseline),
        terms=(parts[0].terms, parts[1].terms),
        contributions=(parts[0].contributions, parts[1].contributions),
        values=(_values(parts[0].terms, scored.values), _values(parts[1].terms, scored.values)),
        genre=genre,
    )
    return Measured(entry, numbers, None, report)


def _from_report(entry: Entry, report: Report) -> Measured:
    if report.abstained:
        return Measured(entry, None, report.abstention_reason, lambda: report)
    scores = (report.credibility, report.quality)
    made = [score.contributions for score in scores]
    numbers = Numbers(
        log_odds=_two(score.log_odds for score in scores),
        low=_two(_log_odds(score.low) for score in scores),
        high=_two(_log_odds(score.high) for score in scores),
        baseline=_two(score.baseline for score in scores),
        terms=(tuple(c.feature for c in made[0]), tuple(c.feature for c in made[1])),
        contributions=(
            np.array([c.log_odds for c in made[0]]),
            np.array([c.log_odds for c in made[1]]),
        ),
        values=(np.array([c.value for c in made[0]]), np.array([c.value for c in made[1]])),
        genre=report.genre.label or "",
    )
    return Measured(entry, numbers, None, lambda: report)


def _two(values: Iterable[float | None]) -> tuple[float, float]:
    first, second = (math.nan if value is None else value for value in values)
    return first, second


def _log_odds(score: float | None) -> float | None:
    if score is None:
        return None
    share = min(max(score / 100, 1e-9), 1 - 1e-9)
    return math.log(share / (1 - share))
