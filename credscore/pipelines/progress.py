"""How far a long run has come: articles, rate, time left; on a terminal only."""

from __future__ import annotations

import time
from typing import TextIO

__all__ = ["Progress", "duration"]

_INTERVAL = 0.5  # seconds between two lines: calm to look at
_SETTLING = 2.0  # seconds before a rate means something


class Progress:
    """One line that is rewritten in place.

    Args:
        stream: where to write; nothing is written if it is not a terminal.
        total: bytes of input.
        position: bytes that an earlier run has done.
        rows: articles that an earlier run has done.
    """

    def __init__(self, stream: TextIO, total: int, position: int = 0, rows: int = 0) -> None:
        self._stream = stream if stream.isatty() else None
        self._total = max(total, 1)
        self._before = self._position = position
        self._rows_before = self.rows = rows
        self.errors = 0
        self.started = time.monotonic()
        self._shown = 0.0
        self._width = 0

    def add(self, rows: int, errors: int) -> None:
        """Some rows are done."""
        self.rows += rows
        self.errors += errors
        self.show()

    def reach(self, size: int) -> None:
        """Some more bytes of the input are done."""
        self._position += size
        self.show()

    def show(self) -> None:
        now = time.monotonic()
        if self._stream is None or now - self._shown < _INTERVAL:
            return
        self._shown = now
        line = self.line(now - self.started)
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)

    def line(self, seconds: float) -> str:
        """What stands on the line after some seconds."""
        rate = (self.rows - self._rows_before) / max(seconds, 1e-9)
        parts = [f"{self.rows:,} articles", f"{rate:,.0f}/s"]
        share = self._position / self._total
        gained = (self._position - self._before) / self._total
        parts.append(f"{share:.0%}")
        if gained > 0 and seconds > _SETTLING:
            parts.append(f"{duration(seconds * (1 - share) / gained)} left")
        if self.errors:
            parts.append(f"{self.errors:,} with errors")
        return "  ".join(parts)

    def clear(self) -> None:
        """Leave the line empty for what is said next."""
        if self._stream is not None and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()


def duration(seconds: float) -> str:
    """Seconds in the two units that matter.

    >>> duration(8), duration(150), duration(7500)
    ('8 s', '2 min 30 s', '2 h 05 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
