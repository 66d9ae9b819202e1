"""Small array steps: distances, neighbours, runs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["bucket_table", "inside_spans", "last_before", "next_after", "next_at", "shifted"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def bucket_table(edges: tuple[int, ...], size: int = 64) -> IntArray:
    """Class of each distance below ``size``: how many of ``edges`` it reaches."""
    return np.searchsorted(np.array(edges), np.arange(size), side="right").astype(np.int64)


def next_at(mask: BoolArray) -> IntArray:
    """For each token the first position at or after it where ``mask`` holds; n where none does."""
    hits, n = np.flatnonzero(mask), len(mask)
    return np.repeat(np.append(hits, n), np.diff(hits, prepend=-1, append=n - 1))


def next_after(mask: BoolArray) -> IntArray:
    """For each token the first position after it where ``mask`` holds; n where none does."""
    hits, n = np.flatnonzero(mask), len(mask)
    return np.repeat(np.append(hits, n), np.diff(hits, prepend=0, append=n))


def last_before(mask: BoolArray) -> IntArray:
    """For each token the last position before it where ``mask`` holds; -1 where none does."""
    hits, n = np.flatnonzero(mask), len(mask)
    return np.repeat(np.append(-1, hits), np.diff(hits, prepend=-1, append=n - 1))


def shifted(column: IntArray, offset: int) -> IntArray:
    """The column as seen ``offset`` places to the right of each token, 0 beyond the ends."""
    moved = np.zeros_like(column)
    if offset > 0:
        moved[:-offset] = column[offset:]
    elif offset < 0:
        moved[-offset:] = column[:offset]
    else:
        moved[:] = column
    return moved


def inside_spans(first: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """All positions inside spans, and the span of each."""
    length = end - first
    owner = np.repeat(np.arange(len(first)), length)
    skipped = np.cumsum(length) - length
    return np.arange(int(length.sum())) - np.repeat(skipped - first, length), owner
