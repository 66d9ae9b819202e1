"""Scores a page's candidates for its authors: one weight a number, read from a file and checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, isfinite
from pathlib import Path
from typing import Any

from credscore.errors import ModelError
from credscore.page.candidates import FEATURES, Candidate

__all__ = ["FORMAT_VERSION", "PATH", "AuthorWeights", "read_weights", "weights_from"]

FORMAT_VERSION = 1
PATH = Path(__file__).with_name("author_weights.json")
_KEYS = {"format", "changed", "source", "intercept", "threshold", "weights"}


@dataclass(frozen=True, slots=True)
class AuthorWeights:
    """A choice among a page's candidates and "names nobody": a softmax of weighted sums, in which
    nobody scores 0.

    Attributes:
        weights: one for each of ``FEATURES``.
        intercept: added to each candidate's sum.
        threshold: the probability that the page names somebody, from which the best is taken.
    """

    weights: tuple[float, ...]
    intercept: float
    threshold: float

    def score(self, candidate: Candidate) -> float:
        """Log-odds of the candidate against nobody."""
        pairs = zip(self.weights, candidate.numbers, strict=True)
        return self.intercept + sum(weight * number for weight, number in pairs if number)

    def choose(self, candidates: Sequence[Candidate]) -> tuple[tuple[str, ...], float]:
        """The best candidate's names (empty: nobody), and the probability that somebody is named.

        >>> AuthorWeights((0.0,) * len(FEATURES), 0.0, 0.5).choose([])
        ((), 0.0)
        """
        scores = [min(self.score(candidate), 500.0) for candidate in candidates]
        total = sum(map(exp, scores))
        named = total / (1 + total)
        if not candidates or named < self.threshold:
            return (), named
        best = max(range(len(scores)), key=scores.__getitem__)
        return candidates[best].names, named


@cache
def read_weights() -> AuthorWeights:
    """The shipped weights."""
    return weights_from(json.loads(PATH.read_text("utf-8")), str(PATH))


def weights_from(contents: Any, where: str) -> AuthorWeights:
    """Weights out of a file's contents.

    Raises:
        ModelError: unknown or missing keys, another format, or a number that is none.
    """
    if not isinstance(contents, dict) or set(contents) != _KEYS:
        raise ModelError(f"{where}: its keys should be {', '.join(sorted(_KEYS))}")
    if contents["format"] != FORMAT_VERSION:
        raise ModelError(f"{where}: format {contents['format']!r}; this is {FORMAT_VERSION}")
    named = contents["weights"]
    if not isinstance(named, dict) or set(named) != set(FEATURES):
        raise ModelError(f"{where}: one weight is needed for each number of a candidate")
    weights = [named[name] for name in FEATURES]
    numbers = [*weights, contents["intercept"], contents["threshold"]]
    if not all(isinstance(n, int | float) and isfinite(n) for n in numbers):
        raise ModelError(f"{where}: a weight is no finite number")
    return AuthorWeights(
        tuple(map(float, weights)), float(contents["intercept"]), float(contents["threshold"])
    )
