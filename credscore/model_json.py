"""Strict JSON for model files: every refusal names the place in the file."""

from __future__ import annotations

import itertools
import json
import math
import re
from typing import NoReturn

from credscore.errors import ModelError

__all__ = ["Node", "parse", "render"]

MAX_NUMBER = 1e12  # far beyond any feature; keeps differences of knots finite
MAX_DEPTH = 8
MAX_TEXT = 200

# Possessive, and content with a text that never closes: quotation marks without end would otherwise
# be read anew from each of them.
_TEXT_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\(?s:.))*+"?|[\[\]{}]')


class Node:
    """A value and its place, as in ``tables[3].values[0]``."""

    __slots__ = ("place", "value")

    def __init__(self, value: object, place: str = "") -> None:
        self.value = value
        self.place = place

    def fail(self, problem: str) -> NoReturn:
        """Raise a ``ModelError`` that names this place."""
        raise ModelError(f"{self.place or 'the file'}: {problem}")

    def _shown(self) -> str:
        return f"{self.value!r:.40}"

    def _object(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            self.fail(f"must be an object, not {self._shown()}")
        return self.value

    def keys(self, *expected: str) -> None:
        """Check that exactly these keys are there."""
        found = self._object()
        for name in sorted(found):
            if name not in expected:
                self.fail(f"unknown key {name!r:.60}; expected {', '.join(expected)}")
        for name in expected:
            if name not in found:
                self.fail(f"key {name!r} is missing")

    def __getitem__(self, key: str) -> Node:
        return Node(self._object()[key], f"{self.place}.{key}" if self.place else key)

    def peek(self, key: str) -> Node:
        """The node at a key whose presence has not been checked yet."""
        if key not in self._object():
            self.fail(f"key {key!r} is missing")
        return self[key]

    def pairs(self) -> tuple[tuple[str, Node], ...]:
        """Keys and nodes of an object with free keys, sorted."""
        return tuple((name, self[name]) for name in sorted(self._object()))

    def _list(self, low: int, high: int) -> list[object]:
        if not isinstance(self.value, list):
            self.fail(f"must be a list, not {self._shown()}")
        if not low <= len(self.value) <= high:
            wanted = str(low) if low == high else f"{low} to {high}"
            self.fail(f"has {len(self.value)} items; {wanted} expected")
        return self.value

    def items(self, low: int, high: int) -> list[Node]:
        """The items of a list with ``low`` to ``high`` items."""
        found = self._list(low, high)
        return [Node(item, f"{self.place}[{place}]") for place, item in enumerate(found)]

    def text(self) -> str:
        if not isinstance(self.value, str):
            self.fail(f"must be text, not {self._shown()}")
        if not 0 < len(self.value) <= MAX_TEXT:
            self.fail(f"has {len(self.value)} characters; 1 to {MAX_TEXT} expected")
        return self.value

    def choice(self, allowed: tuple[str, ...]) -> str:
        text = self.text()
        if text not in allowed:
            self.fail(f"is {text!r}; one of {', '.join(allowed)} expected")
        return text

    def whole(self, low: int, high: int) -> int:
        if type(self.value) is not int:
            self.fail(f"must be a whole number, not {self._shown()}")
        if not low <= self.value <= high:
            self.fail(f"is {self.value}; {low} to {high} expected")
        return self.value

    def number(self, low: float = -MAX_NUMBER, high: float = MAX_NUMBER) -> float:
        if type(self.value) is not int and type(self.value) is not float:
            self.fail(f"must be a number, not {self._shown()}")
        value = _as_float(self.value)
        if not math.isfinite(value):
            self.fail("is not finite")
        if not low <= value <= high:
            self.fail(f"is {value}; {low} to {high} expected")
        return value

    def numbers(self, least: int, most: int, low: float = -MAX_NUMBER) -> tuple[float, ...]:
        """Finite numbers, each at least ``low``."""
        return tuple(item.number(low) for item in self.items(least, most))

    def wholes(self, length: int, limit: int) -> tuple[int, ...]:
        """Whole numbers between ``-limit`` and ``limit``; checked in bulk, lists may be long."""
        found = self._list(length, length)
        if set(map(type, found)) <= {int} and all(-limit <= item <= limit for item in found):  # type: ignore[operator]  # just checked: all are int
            return tuple(found)  # type: ignore[arg-type]  # just checked: all are int
        return tuple(item.whole(-limit, limit) for item in self.items(length, length))

    def rising(self, least: int, most: int) -> tuple[float, ...]:
        """Strictly rising finite numbers."""
        found = self.numbers(least, most)
        for place, (left, right) in enumerate(itertools.pairwise(found)):
            if not left < right:
                self.fail(f"item {place + 1} ({right}) is not above item {place} ({left})")
        return found


def _as_float(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]  # the caller checked int or float
    except OverflowError:
        return math.inf


def parse(data: bytes | str) -> Node:
    """Parse a file's content.

    Raises:
        ModelError: not UTF-8 or not JSON, nested too deep, a key given twice, or NaN / Infinity.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        _check_depth(text)
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ModelError(f"not UTF-8 text: {error}") from error
    except RecursionError as error:
        raise ModelError("not a model file: nested too deep") from error
    except ModelError:  # it is a ValueError, too
        raise
    except ValueError as error:
        raise ModelError(f"not JSON: {error}") from error
    return Node(value)


def _check_depth(text: str) -> None:
    """Refuse deep nesting before the parser recurses."""
    depth = 0
    for piece in _TEXT_OR_BRACKET.findall(text):
        if piece[0] == '"':
            continue
        depth += 1 if piece in "[{" else -1
        if depth > MAX_DEPTH:
            raise ModelError(f"not a model file: nested deeper than {MAX_DEPTH} levels")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ModelError(f"key {repeated!r:.60} is given twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ModelError(f"holds {name}; only finite numbers are allowed")


def render(value: object, depth: int = 0) -> str:
    """JSON with objects on several lines and lists of plain values on one: short, easy to compare.

    Raises:
        ValueError: a number is not finite.
    """
    pad = " " * (depth + 1)
    if isinstance(value, dict) and value:
        rows = [f"{pad}{json.dumps(key)}: {render(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + " " * depth + "}" + ("" if depth else "\n")
    if isinstance(value, list) and any(isinstance(item, list | dict) for item in value):
        rows = [pad + render(item, depth + 1) for item in value]
        return "[\n" + ",\n".join(rows) + "\n" + " " * depth + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
