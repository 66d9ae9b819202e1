"""What a trained model holds, as plain text for ``credscore model show``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from credscore.errors import ModelError
from credscore.model import AdditiveModel, load_model
from credscore.model_files import find_model
from credscore.model_format import Table, WordingTable

__all__ = ["describe", "summary"]

TARGETS = ("credibility", "quality", "genre")
_PATTERNS_SHOWN = 12
_SYMBOLS = (
    "patterns of wording: words and marks as they are; N a name, D a number, ~ing and the like",
    "another word by its ending, ~short one of up to four letters, ~x any other; T: in the title",
)


def _locate(name: str) -> Path:
    if name in TARGETS:
        return find_model(name)
    path = Path(name)
    if path.is_dir() or path.suffix == ".json":
        return path
    raise ModelError(f"no model {name!r}: name {', '.join(TARGETS)}, or a model.json file")


def summary(target: str) -> str:
    """A few lines: version, size, and where its card is."""
    folder = find_model(target)
    model = load_model(folder)
    spec = model.spec
    patterns = sum(len(term.patterns) for term in spec.wording)
    lines = [
        f"{target} {spec.version}: {len(spec.tables)} features, {patterns:,} wording patterns",
        f"  answers: {', '.join(spec.outputs)}",
        f"  trained with: {', '.join(f'{name} {version}' for name, version in spec.extractors)}",
    ]
    return "\n".join([*lines, *_measured(folder)])


def _measured(path: Path) -> list[str]:
    """The first row of the first table of figures, where metrics.json stands beside the model."""
    path = path.with_name("metrics.json")
    if not path.is_file():
        return []
    tables = json.loads(path.read_text(encoding="utf-8")).get("tables", {})
    for title, rows in tables.items():
        figures: dict[str, dict[str, float]] = next(iter(rows.values()), {})
        return [f"  {title}:", *(f"    {name}: {_figure(f)}" for name, f in figures.items())]
    return []


def _figure(figure: dict[str, float]) -> str:
    span = f"{figure['low']:.3f} to {figure['high']:.3f}"
    return (
        f"{figure['value']:.3f} ({span}), {figure['n']:,} articles, {figure['sources']:,} sources"
    )


def describe(name: str) -> str:
    """Every term of a model: how much it can move the log-odds, and which way.

    Raises:
        ModelError: there is no such model, or its file is broken.
    """
    model: AdditiveModel = load_model(_locate(name))
    spec = model.spec
    lines = [f"{spec.target} {spec.version}; log-odds of {', '.join(spec.outputs)}"]
    lines.append("baseline " + ", ".join(f"{value:+.3f}" for value in spec.baseline))
    tables = sorted(spec.tables, key=_span, reverse=True)
    lines += [_table_line(table) for table in tables]
    if spec.wording:
        lines += _SYMBOLS
    for term in spec.wording:
        lines += _wording_lines(term, spec.outputs)
    return "\n".join(lines)


def _span(table: Table) -> float:
    return max(max(values) - min(values) for values in table.values)


def _table_line(table: Table) -> str:
    values = max(table.values, key=lambda row: max(row) - min(row))
    low, high = values[0], values[-1]
    span = f"{min(values):+.2f} to {max(values):+.2f}"
    trend = "rising" if high > low else "falling" if high < low else "up and down"
    edges = f"from {table.at[0]:.3g} to {table.at[-1]:.3g}"
    return f"  {table.feature:<44} {span:>16}  {trend}, {edges}"


def _wording_lines(term: WordingTable, outputs: tuple[str, ...]) -> list[str]:
    lines = [
        f"  {term.name}: {len(term.patterns):,} patterns in {', '.join(term.zones) or 'all text'}"
    ]
    for output, weights in zip(outputs, term.weights, strict=True):
        order = np.argsort(np.array(weights), kind="stable")
        least = [term.patterns[row] for row in order[:_PATTERNS_SHOWN].tolist()]
        most = [term.patterns[row] for row in order[::-1][:_PATTERNS_SHOWN].tolist()]
        lines.append(f"    {output}, most for: " + " · ".join(most))
        lines.append(f"    {output}, most against: " + " · ".join(least))
    return lines
