"""Small array steps: distances, neighbours, runs."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

__all__ = [
    "AnyColumn",
    "Column",
    "SmallArray",
    "beside",
    "bucket_table",
    "inside_spans",
    "last_before",
    "next_at",
    "ranks_beside",
    "shifted",
]

IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
SmallArray = npt.NDArray[np.int16]  # a quarter of the memory, and so of the time
AnyColumn = IntArray | SmallArray | npt.NDArray[np.uint32]
Column = TypeVar("Column", IntArray, SmallArray)
Kind = TypeVar("Kind", np.int32, np.int64)
BoolArray = npt.NDArray[np.bool_]


def bucket_table(edges: tuple[int, ...], size: int = 64) -> SmallArray:
    """Class of each distance below ``size``: how many of ``edges`` it reaches."""
    return np.searchsorted(np.array(edges), np.arange(size), side="right").astype(np.int16)


# Plain slices and methods: np.diff and np.append cost a single article more than the sums do.


def _between(hits: IntArray, low: int, high: int, kind: type[Kind]) -> npt.NDArray[Kind]:
    """``low``, the hits, ``high``."""
    bounds = np.empty(len(hits) + 2, dtype=kind)
    bounds[0], bounds[-1] = low, high
    bounds[1:-1] = hits
    return bounds


def next_at(mask: BoolArray, size: int | None = None) -> IntArray:
    """For each token the first position at or after it where ``mask`` holds; n where none does.

    Args:
        size: of the answer, where more than the n tokens are asked about.
    """
    n = len(mask)
    bounds = _between(mask.nonzero()[0], -1, (n if size is None else size) - 1, np.int64)
    counts = bounds[1:] - bounds[:-1]
    bounds[-1] = n
    return bounds[1:].repeat(counts)


def last_before(mask: BoolArray) -> IntArray:
    """For each token the last position before it where ``mask`` holds; -1 where none does."""
    bounds = _between(mask.nonzero()[0], -1, len(mask) - 1, np.int64)
    return bounds[:-1].repeat(bounds[1:] - bounds[:-1])


def beside(mask: BoolArray) -> tuple[Int32Array, Int32Array]:
    """For each token the last position before it where ``mask`` holds, -1 where none does; and the
    first one after it, n where none does.
    """
    n = len(mask)
    bounds = _between(mask.nonzero()[0], -1, n - 1, np.int32)
    before = bounds[:-1].repeat(bounds[1:] - bounds[:-1])
    bounds[0], bounds[-1] = 0, n
    return before, bounds[1:].repeat(bounds[1:] - bounds[:-1])


def ranks_beside(hits: IntArray, n: int) -> tuple[Int32Array, Int32Array, IntArray, IntArray]:
    """``beside`` for the positions ``hits`` among n tokens, and which hit each one is: 1 for the
    first hit; 0 and ``len(hits) + 1`` where there is none.
    """
    bounds = _between(hits, -1, n - 1, np.int32)
    rank = np.arange(len(bounds))
    counts = bounds[1:] - bounds[:-1]
    before, rank_before = bounds[:-1].repeat(counts), rank[:-1].repeat(counts)
    bounds[0], bounds[-1] = 0, n
    counts = bounds[1:] - bounds[:-1]
    return before, bounds[1:].repeat(counts), rank_before, rank[1:].repeat(counts)


def shifted(column: Column, offset: int) -> Column:
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
    owner = np.arange(len(first)).repeat(length)
    behind = length.cumsum()
    at = np.arange(len(owner))
    at -= (behind - end)[owner]
    return at, owner
