"""How far a comparison has come: one line on a terminal, wiped when the work is done."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import TextIO

from credscore.pipelines.progress import duration

__all__ = ["Progress", "progress"]

_SOON = 1.0  # seconds; before that, neither is a line worth showing nor the time left known


class Progress:
    """Told how many articles are done, says so and how long the rest will take."""

    def __init__(self, stream: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._start = clock()
        self._shown = 0

    def __call__(self, done: int, total: int | None) -> None:
        passed = self._clock() - self._start
        if done == total:
            self._show("")
        elif passed >= _SOON:
            self._show(_line(done, total, passed))

    def _show(self, line: str) -> None:
        # A line that breaks cannot be wiped.
        line = line[: max(shutil.get_terminal_size().columns - 1, 0)]
        # Blanks rather than an escape sequence: they wipe the line on every terminal.
        if line or self._shown:
            wiped = " " * max(self._shown - len(line), 0)
            end = "" if line else "\r"
            print(f"\r{line}{wiped}", end=end, file=self._stream, flush=True)
        self._shown = len(line)


def progress() -> Progress | None:
    """A line on standard error; None where that is no terminal."""
    return Progress(sys.stderr) if sys.stderr.isatty() else None


def _line(done: int, total: int | None, passed: float) -> str:
    """One line, in words.

    >>> _line(1200, 6000, 60.0), _line(50, None, 2.0)
    ('20 %  1,200 of 6,000 articles, 20 a second, 4 min 00 s left', '50 articles, 25 a second')
    """
    rate = done / passed
    speed = f"{rate:.0f} a second" if rate >= 1 else f"{60 * rate:.0f} a minute"
    if total is None or done > total:
        return f"{done:,} articles, {speed}"
    left = duration((total - done) / rate)
    return f"{100 * done // total} %  {done:,} of {total:,} articles, {speed}, {left} left"
