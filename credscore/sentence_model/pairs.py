"""Weights of neighbouring wording symbols: "some ~s", "is ~ed", "N said".

Symbols (see the wording extractor) keep common, topic-free words and put a class in the place of
any other, so no topic or name can carry weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.wording.symbols import SYMBOL_NAMES
from credscore.tokenization import Tokenization

__all__ = ["ALONE", "OPENING", "Pairs"]

ALONE = "*"  # in the place of the first symbol: the second one wherever it stands
OPENING = "^"  # a sentence begins before the second symbol
_LARGEST = 1 << 14  # of a weight: two of them are added as 16-bit integers

Int16Array = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Tables from symbols to weights.

    Attributes:
        place: of each symbol in ``table``, 0 for symbols in no pair.
        alone: weight of each symbol by itself.
        table: weight of a pair at ``size * place of the first + place of the second``.
        size: places, one of them for openings.
    """

    place: Int16Array
    alone: Int16Array
    table: Int16Array
    size: int

    @classmethod
    def of(cls, weights: Mapping[str, int]) -> Pairs:
        """Build the tables.

        Raises:
            ValueError: a pair is not two known symbols, or its weight is too large.
        """
        number = {name: position for position, name in enumerate(SYMBOL_NAMES)}
        number[OPENING] = len(number)
        place = np.zeros(len(number), dtype=np.int16)
        alone = np.zeros(len(SYMBOL_NAMES), dtype=np.int16)
        cells = []
        for pair, weight in weights.items():
            first, _, second = pair.partition(" ")
            known = second in number and second != OPENING and (first in number or first == ALONE)
            if not known or abs(weight) > _LARGEST:
                raise ValueError(f"{pair!r}: {weight} is no weight of two wording symbols")
            if first == ALONE:
                alone[number[second]] = weight
                continue
            cells.append((number[first], number[second], weight))
        taken = sorted({symbol for first, second, _ in cells for symbol in (first, second)})
        place[taken] = np.arange(1, len(taken) + 1)
        size = len(taken) + 1
        table = np.zeros(size * size, dtype=np.int16)
        for first_symbol, second_symbol, weight in cells:
            table[size * int(place[first_symbol]) + int(place[second_symbol])] = weight
        return cls(place, alone, table, size)

    def weigh(self, tokens: Tokenization, symbols: npt.NDArray[np.integer]) -> Int16Array:
        """Each token's weight by itself and with the token before it. Shape (n,)."""
        own = self.place.take(symbols)
        before = np.empty(len(own), dtype=np.int32)
        before[1:] = own[:-1]
        before[tokens.sentence_first] = self.place[-1]
        before *= self.size
        before += own
        weights: Int16Array = self.table.take(before)
        weights += self.alone.take(symbols)
        return weights
