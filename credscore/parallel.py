"""Work in several processes, with joblib; order is kept and memory stays bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

__all__ = ["in_processes"]

Kept = TypeVar("Kept")
Sent = TypeVar("Sent")
Found = TypeVar("Found")


def in_processes(
    function: Callable[[Sent], Found], work: Iterable[tuple[Kept, Sent]], n_jobs: int
) -> Iterator[tuple[Kept, Found]]:
    """What a function makes of each piece of work, in the order of the work.

    Args:
        function: runs in the workers, so it must pickle.
        work: what is kept here for each piece, and what is sent to a worker; read as workers ask.
    """
    from joblib import Parallel, delayed

    waiting: deque[Kept] = deque()

    def tasks() -> Iterator[Any]:
        for kept, sent in work:
            waiting.append(kept)
            yield delayed(function)(sent)

    for found in Parallel(n_jobs=n_jobs, return_as="generator", batch_size=1)(tasks()):
        yield waiting.popleft(), found
