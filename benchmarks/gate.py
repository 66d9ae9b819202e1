"""Holds the floors: a figure that falls below its floor fails, and so does a changed input.

``python benchmarks/gate.py`` compares every floor in ``benchmarks/floors.toml`` with the figure it
names (in ``models/<target>/<version>/metrics.json`` or a file of ``benchmarks/results/``), and the
hashes of the inputs behind them. A result that says which extractors or models it was measured
with fails where these have changed since: its benchmark is to be run again. ``--update`` raises
floors to what is measured, less the stated slack, and records new hashes; it refuses to lower any.
Lowering one is a commit of its own, by hand, that says why.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measured_with import older

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ROOT / "benchmarks" / "floors.toml"


@dataclass(frozen=True, slots=True)
class Floor:
    """One figure and the least it may be; for ``ceiling`` the most."""

    name: str
    file: str
    path: tuple[str, ...]
    floor: float | None
    ceiling: float | None
    slack: float


def read_floors(text: str) -> tuple[list[Floor], dict[str, str]]:
    """Floors and input hashes; unknown keys are errors."""
    content = tomllib.loads(text)
    floors = [
        Floor(
            name=name,
            file=entry.pop("file"),
            path=tuple(entry.pop("path")),
            floor=entry.pop("floor", None),
            ceiling=entry.pop("ceiling", None),
            slack=entry.pop("slack", 0.01),
        )
        for name, entry in content.get("floors", {}).items()
        if not _complain(name, entry)
    ]
    return floors, dict(content.get("inputs", {}))


def _complain(name: str, entry: dict[str, Any]) -> bool:
    unknown = set(entry) - {"file", "path", "floor", "ceiling", "slack"}
    if unknown or ("floor" in entry) == ("ceiling" in entry):
        raise SystemExit(f"floors.toml: {name}: give file, path and one of floor and ceiling")
    return False


def measured(floor: Floor, root: Path) -> float:
    """The figure that a floor names: a number, an object with ``value``, or [value, low, high]."""
    node = json.loads((root / floor.file).read_text(encoding="utf-8"))
    for key in floor.path:
        if key not in node:
            raise SystemExit(f"{floor.file} has no {' / '.join(floor.path)}; is it out of date?")
        node = node[key]
    if isinstance(node, list):
        node = node[0]
    return float(node["value"] if isinstance(node, dict) else node)


def outdated(file: str, root: Path) -> list[str]:
    """What has changed since a result was measured, in sentences."""
    result = json.loads((root / file).read_text(encoding="utf-8"))
    wrong = [f"{file}: measured with {what}; run its benchmark again" for what in older(result)]
    for target, inputs in result.get("models", {}).items():
        trained = root / "models" / target / "1" / "metrics.json"
        if json.loads(trained.read_text(encoding="utf-8"))["inputs"] != inputs:
            wrong.append(f"{file}: measured with another {target} model; run its benchmark again")
    return wrong


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check(floors: list[Floor], inputs: dict[str, str], root: Path = ROOT) -> list[str]:
    """What is wrong, in sentences; empty if all is well."""
    wrong = []
    for floor in floors:
        value = measured(floor, root)
        if floor.floor is not None and not value >= floor.floor:
            wrong.append(f"{floor.name}: {value:.4f} is below its floor {floor.floor}")
        if floor.ceiling is not None and not value <= floor.ceiling:
            wrong.append(f"{floor.name}: {value:.4f} is above its ceiling {floor.ceiling}")
    for file in sorted({floor.file for floor in floors}):
        wrong += outdated(file, root)
    for name, expected in inputs.items():
        path = root / name
        if not path.is_file():
            wrong.append(f"{name}: missing")
        elif digest(path) != expected:
            wrong.append(f"{name}: changed since the figures were accepted")
    return wrong


def updated(floors: list[Floor], inputs: dict[str, str], root: Path = ROOT) -> str:
    """The text of ``floors.toml`` with floors raised to what is measured; never lowered."""
    lines = [
        "# Floors of measured figures; written by `python benchmarks/gate.py --update`, which only",
        "# raises them. To lower one, edit it in a commit of its own that says why.",
        "",
        "[inputs]",
        *(f'"{name}" = "{digest(root / name)}"' for name in sorted(inputs)),
    ]
    for floor in floors:
        value = measured(floor, root)
        lines += ["", f'[floors."{floor.name}"]', f'file = "{floor.file}"']
        lines.append(f"path = {json.dumps(list(floor.path), ensure_ascii=False)}")
        if floor.floor is not None:
            lines.append(f"floor = {max(floor.floor, round(value - floor.slack, 4))}")
        if floor.ceiling is not None:
            lines.append(f"ceiling = {min(floor.ceiling, round(value + floor.slack, 4))}")
        lines.append(f"slack = {floor.slack}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Exit code 0 if all floors hold, else 1."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--update", action="store_true", help="raise floors, record input hashes")
    options = parser.parse_args()
    floors, inputs = read_floors(FLOORS.read_text(encoding="utf-8"))
    only_floors = check(floors, {} if options.update else inputs)
    for sentence in only_floors:
        print(sentence, file=sys.stderr)
    if only_floors:
        return 1
    if options.update:
        FLOORS.write_text(updated(floors, inputs), encoding="utf-8")
    print(f"{len(floors)} floors hold")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
