"""The line classifier's numbers: two additive tables of integers, read once and checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.errors import ModelError
from credscore.extractors.boilerplate.context import CONTEXT_SIZES
from credscore.extractors.boilerplate.lines import LOCAL_SIZES

__all__ = ["FORMAT_VERSION", "Weights", "read_weights", "weights_from"]

IntArray = npt.NDArray[np.int64]

FORMAT_VERSION = 1
PATH = Path(__file__).with_name("weights.json")
_KEYS = {"format", "changed", "own", "own_intercept", "placed", "placed_intercept", "threshold"}
_LARGEST = 1 << 24  # a weight beyond this is a slip of the exporter, and sums must stay exact


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of a line's looks alone (``own``, 1/64 log-odds) and of its looks and place
    (``placed``, 1/1024 log-odds). A line above ``threshold`` is furniture.
    """

    own: IntArray
    own_intercept: int
    placed: IntArray
    placed_intercept: int
    threshold: int

    def own_score(self, codes: IntArray) -> IntArray:
        """Sum of the weights of each line's local codes."""
        return _sum(self.own, _OWN_OFFSETS, codes) + self.own_intercept

    def placed_score(self, codes: IntArray) -> IntArray:
        """Sum of the weights of each line's local codes followed by its context codes."""
        return _sum(self.placed, _PLACED_OFFSETS, codes) + self.placed_intercept


def _offsets(sizes: tuple[int, ...]) -> IntArray:
    """Where each feature's weights begin in a table. Shape (n_features, 1)."""
    return np.cumsum((0, *sizes[:-1]), dtype=np.int64)[:, None]


_OWN_OFFSETS, _PLACED_OFFSETS = _offsets(LOCAL_SIZES), _offsets((*LOCAL_SIZES, *CONTEXT_SIZES))


def _sum(table: IntArray, offsets: IntArray, codes: IntArray) -> IntArray:
    total: IntArray = table.take(codes + offsets).sum(axis=0)
    return total


def read_weights(path: Path = PATH) -> Weights:
    """Read and check the weights.

    Raises:
        ModelError: names the key that is missing, unknown, of the wrong length, or no integer.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError(f"{path}: {error}") from error
    return weights_from(data, str(path))


def weights_from(data: object, path: str) -> Weights:
    """Check the contents of a weights file.

    Raises:
        ModelError: as above.
    """
    if not isinstance(data, dict) or set(data) != _KEYS:
        odd = sorted(set(map(str, data)) ^ _KEYS) if isinstance(data, dict) else type(data).__name__
        raise ModelError(f"{path}: missing or unknown keys: {odd}")
    if data["format"] != FORMAT_VERSION:
        raise ModelError(f"{path}: format {data['format']!r}; this version reads {FORMAT_VERSION}")
    placed_sizes = (*LOCAL_SIZES, *CONTEXT_SIZES)
    return Weights(
        own=_table(data["own"], LOCAL_SIZES, f"{path}: own"),
        own_intercept=_number(data["own_intercept"], f"{path}: own_intercept"),
        placed=_table(data["placed"], placed_sizes, f"{path}: placed"),
        placed_intercept=_number(data["placed_intercept"], f"{path}: placed_intercept"),
        threshold=_number(data["threshold"], f"{path}: threshold"),
    )


def _number(value: Any, where: str) -> int:
    if type(value) is not int or abs(value) > _LARGEST:
        raise ModelError(f"{where} is {value!r}; an integer within +-{_LARGEST} is expected")
    return value


def _table(rows: Any, sizes: tuple[int, ...], where: str) -> IntArray:
    if not isinstance(rows, list) or [len(row) for row in rows] != list(sizes):
        raise ModelError(
            f"{where}: rows of {len(sizes)} features with lengths {sizes} are expected"
        )
    flat = [_number(value, where) for row in rows for value in row]
    return np.array(flat, dtype=np.int64)
