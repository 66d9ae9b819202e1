"""UTF-8 that was read as Windows-1252 (``donâ€™t``, ``CafÃ©``): read as it was meant.

Each character stays where it is: the first of a sequence becomes what was meant, the others turn
into zero-width spaces, so no offset moves.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = ["repaired"]

_NOTHING = 0x200B
_LETTERS, _SIGNS, _MARKS = 0xC3, 0xC2, 0xE2  # Ã, Â, â: how the sequences begin
_EURO = 0x20AC  # second of three, in those for quotation marks and dashes
_CURLY_CLOSE = 0x9D  # has no character in Windows-1252; readers keep the control or drop it


@cache
def _bytes_of() -> npt.NDArray[np.uint8]:
    """The byte 0x80 to 0xBF that a character stands for, 0 for others. Shape (65536,)."""
    table = np.zeros(0x10000, dtype=np.uint8)
    for byte in range(0x80, 0xC0):
        table[ord(bytes([byte]).decode("cp1252", "replace"))] = byte
        table[byte] = byte  # as Latin-1 shows it
    table[0xFFFD] = 0
    return table


def repaired(codes: npt.NDArray[np.uint16], late: npt.NDArray[np.intp]) -> npt.NDArray[np.uint16]:
    """The characters with such sequences replaced; the same array where there are none.

    Args:
        codes: one a character of a text.
        late: offsets of those beyond ASCII, which alone can begin a sequence.
    """
    lead, byte_of = codes.take(late), _bytes_of()
    pairs = late[(lead == _LETTERS) | (lead == _SIGNS)]
    pairs = pairs[byte_of.take(codes.take(pairs + 1, mode="clip")) > 0]
    marks = late[lead == _MARKS]
    marks = marks[marks < len(codes) - 2]
    marks = marks[(codes[marks + 1] == _EURO) & (byte_of[codes[marks + 2]] > 0)]
    if not pairs.size and not marks.size:
        return codes
    changed = codes.copy()
    base = np.where(codes[pairs] == _LETTERS, np.uint16(0x40), np.uint16(0))
    changed[pairs] = byte_of[codes[pairs + 1]] + base
    changed[pairs + 1] = _NOTHING
    changed[marks] = 0x2000 + (byte_of[codes[marks + 2]].astype(np.uint16) & 0x3F)
    changed[marks + 1] = _NOTHING
    changed[marks + 2] = _NOTHING
    return changed
