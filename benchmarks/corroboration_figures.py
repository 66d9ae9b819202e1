"""How the figures of both corroboration benchmarks are worked out, shown and kept."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measured_with import versions_of

__all__ = ["keep", "share", "show"]

Row = Mapping[str, float]


def share(part: int, whole: int) -> dict[str, float]:
    """A share with its 95 % interval (Wilson)."""
    if not whole:
        return {"value": 0.0, "low": 0.0, "high": 1.0, "n": 0}
    p, z = part / whole, 1.96
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole**2)) / (1 + z * z / whole)
    figures = {"value": p, "low": middle - half, "high": middle + half}
    return {**{name: round(float(x), 4) for name, x in figures.items()}, "n": whole}


def show(rows: Mapping[str, Row]) -> None:
    """Print the figures with their intervals."""
    width = 4 + max(map(len, rows))
    for name, row in rows.items():
        value, low, high, n = (row[key] for key in ("value", "low", "high", "n"))
        print(f"{name:{width}}{value:6.3f}  {low:.3f}-{high:.3f}  n {n}")


def keep(path: Path, rows: Mapping[str, Row], **beside: Any) -> None:
    """Write the figures, and what is known beside them, as results."""
    content = {
        "date": datetime.now(UTC).date().isoformat(),
        "extractors": versions_of("attribution", "specifics"),
        "interval": "95 %, Wilson",
        "figures": rows,
        **beside,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
