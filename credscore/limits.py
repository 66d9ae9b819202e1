"""What is read of an article at most."""

from __future__ import annotations

from typing import BinaryIO

from credscore.errors import InputError

__all__ = ["MAX_CHARACTERS", "MAX_FILE_BYTES", "read_whole"]

# Longer than any novel. What lies beyond is not read, and the report says so: a bound on time and
# memory matters more than page 900 of a dump.
MAX_CHARACTERS = 1_000_000
# The longest page that is read (25 million characters), as a JSON string all of escapes.
MAX_FILE_BYTES = 150_000_000
_PIECE = 1 << 20


def read_whole(stream: BinaryIO, name: str) -> bytes:
    """The bytes of one article, from a file, a pipe, or a device that never ends.

    Raises:
        InputError: there are more than ``MAX_FILE_BYTES``.
    """
    pieces: list[bytes] = []
    left = MAX_FILE_BYTES
    while piece := stream.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise InputError(
                f"{name}: longer than {MAX_FILE_BYTES:,} bytes; an article is far shorter"
            )
        pieces.append(piece)
    return b"".join(pieces)
