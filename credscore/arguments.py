"""Checks of what callers hand in, so that a wrong argument is named where it comes in."""

from __future__ import annotations

import os
from collections.abc import Iterable
from math import inf
from pathlib import Path

from credscore.errors import InputError

__all__ = [
    "called",
    "choice",
    "function_or_none",
    "listed",
    "path_of",
    "positive",
    "text",
    "text_or_none",
    "texts",
    "whole_number",
]

_LONGEST_NAME = 40  # characters


def called(item: object) -> str:
    """The name of a value's type, with its article.

    >>> called(5), called("text")
    ('an int', 'a str')
    """
    name = type(item).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def listed(names: Iterable[object]) -> str:
    """Names of fields or columns, for an error. Where somebody wrote no names an article may stand,
    which no error shows.

    >>> listed(["body", "x" * 5000])
    "'body', one of 5,000 characters"
    """
    shown = [str(name) for name in names]
    told = [
        repr(one) if len(one) <= _LONGEST_NAME else f"one of {len(one):,} characters"
        for one in shown
    ]
    return f"{', '.join(told):.300}" or "none"


def text(name: str, value: object) -> str:
    """A ``str``."""
    if isinstance(value, str):
        return value
    raise InputError(f"{name} is {called(value)}; a str is needed")


def text_or_none(name: str, value: object) -> str | None:
    """A ``str`` or None."""
    if value is None or isinstance(value, str):
        return value
    raise InputError(f"{name} is {called(value)}; a str or None is needed")


def texts(name: str, value: object) -> tuple[str, ...]:
    """Several ``str``; a single one counts as one."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        found = tuple(value)
        if all(isinstance(one, str) for one in found):
            return found
    raise InputError(f"{name} is {value!r:.60}; a sequence of str is needed")


def path_of(name: str, value: object) -> Path:
    """A path, from a ``str`` or anything that is one."""
    if isinstance(value, str | os.PathLike):
        found = os.fspath(value)
        if isinstance(found, str):
            return Path(found)
    raise InputError(f"{name} is {called(value)}; a str or a Path is needed")


def whole_number(name: str, value: object, least: int = 0) -> int:
    """An ``int`` from ``least`` on."""
    if not isinstance(value, int):
        raise InputError(f"{name} is {called(value)}; a whole number is needed")
    if value < least:
        raise InputError(f"{name} is {value}; {least} or more is needed")
    return value


def positive(name: str, value: object) -> float:
    """A number above 0."""
    if isinstance(value, int | float) and 0 < value < inf:
        return value
    raise InputError(f"{name} is {value!r:.60}; a number above 0 is needed")


def choice(name: str, value: object, among: tuple[str, ...]) -> str:
    """One of some words."""
    if isinstance(value, str) and value in among:
        return value
    raise InputError(f"{name} is {value!r:.60}; use {' or '.join(map(repr, among))}")


def function_or_none(name: str, value: object) -> None:
    """Something that can be called, or None."""
    if value is not None and not callable(value):
        raise InputError(f"{name} is {called(value)}; a function or None is needed")
