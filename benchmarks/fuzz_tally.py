"""What both fuzzers count."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(slots=True)
class Tally:
    """What happened to the inputs of one target."""

    inputs: int = 0
    refused: int = 0
    failed: int = 0
    slowest: float = 0.0
    seconds: float = 0.0
