"""Scoring in several processes, with joblib; order is kept and memory stays bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from credscore.document import Document
from credscore.evidence import sources
from credscore.registry import annotate_batch

if TYPE_CHECKING:
    from credscore.report import Report
    from credscore.scorer import OnError, Scored, Scorer, ScoringError

__all__ = ["score_in_processes"]


def _measure(documents: list[Document], scorer: Scorer | None) -> list[Scored]:
    """Runs in a worker: only numbers travel back."""
    from credscore.scorer import default_scorer

    return (scorer or default_scorer()).measure(annotate_batch(documents)) if documents else []


def score_in_processes(
    scorer: Scorer, items: Iterable[object], n_jobs: int, on_error: OnError
) -> Iterator[Report | ScoringError]:
    """See ``Scorer.score_many``."""
    from joblib import Parallel, delayed

    from credscore.scorer import chunks, default_scorer

    # The shipped models are already in every worker; others are sent along.
    sent = None if scorer is default_scorer() else scorer
    waiting: deque[list[Any]] = deque()

    def tasks() -> Iterator[Any]:
        for chunk in chunks(items, on_error):
            waiting.append(chunk)
            yield delayed(_measure)([item for item in chunk if isinstance(item, Document)], sent)

    for numbers in Parallel(n_jobs=n_jobs, return_as="generator", batch_size=1)(tasks()):
        chunk = waiting.popleft()
        documents = [item for item in chunk if isinstance(item, Document)]
        yield from scorer.reports(chunk, numbers, sources(documents))
