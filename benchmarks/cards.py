"""Puts audited figures into the model cards: ``python benchmarks/cards.py``.

Reads ``benchmarks/results/`` and adds a "fairness" part to each model's ``metrics.json``, from
which ``credscore.training.card`` writes ``CARD.md``. Results measured on another model than the one
beside the card are refused.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from audit import MODELS, RESULTS

from credscore.model_files import find_model
from credscore.model_format import read_model
from credscore.training.card import render_card

Rows = dict[str, dict[str, Any]]


def read(name: str, inputs: str, target: str) -> Any:
    """One result file, if it was measured on the model with these inputs; else None."""
    path = RESULTS / f"{name}.json"
    if not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if content["models"].get(target) == inputs else None


def of_neutrality(found: Any, target: str) -> dict[str, Rows]:
    """Gaps and mistaken reliable sources."""
    gap = {name: {"points": item} for name, item in found["points right less left"][target].items()}
    return {
        "Right-leaning less left-leaning sources at equal rating": gap,
        "Reliable sources' articles": found["reliable sources"][target],
    }


def of_gaming(found: Any, target: str) -> dict[str, Rows]:
    """Points gained by cheap edits."""
    pages = found["pages"]
    edits = [name for name, item in pages["content farms"].items() if "gain" in item]
    rows = {edit: {kind: pages[kind][edit]["gain"][target] for kind in pages} for edit in edits}
    return {"Points gained by cheap edits": rows}


def of_stability(found: Any, target: str) -> dict[str, Rows]:
    """Moves under changes that should not matter."""
    rows = {
        name: {part: item[part][target] for part in ("mean", "95th percentile")}
        for name, item in found["changes"].items()
    }
    return {
        "Points moved by changes that should not matter": rows,
        "Wire reports in several outlets: points apart": {"pairs": found["wire"][target]},
    }


def of_style_pairs(found: Any, target: str) -> dict[str, Rows]:
    """Lurid rewrites below sober ones."""
    rows = {name: {"share": item} for name, item in found["share in order"][target].items()}
    return {"Rewrites of one story in order (all machine-written)": rows}


def of_faithfulness(found: Any, target: str) -> dict[str, Rows]:
    """Deleting the passages shown, against deleting others."""
    rows = {
        kind: {name: item for name, item in scores[target].items() if isinstance(item, dict)
               and "value" in item}
        for kind, scores in found["pages"].items()
    }  # fmt: skip
    return {"Deleting the passages behind the strongest negative contributions": rows}


PARTS = {
    "neutrality": of_neutrality,
    "gaming": of_gaming,
    "stability": of_stability,
    "style_pairs": of_style_pairs,
    "faithfulness": of_faithfulness,
}


def fairness(target: str, inputs: str) -> dict[str, Rows]:
    """All tables of one model."""
    tables: dict[str, Rows] = {}
    for name, part in PARTS.items():
        found = read(name, inputs, target)
        if found is not None:
            tables |= part(found, target)
    return tables


def write_cards() -> None:
    """Rewrite ``metrics.json`` and ``CARD.md`` of the models with fairness figures."""
    for target in MODELS:
        path = find_model(target)
        write_card(path, target)


def write_card(path: Path, target: str) -> None:
    spec = read_model(path)
    where = path.parent / "metrics.json"
    metrics = json.loads(where.read_text(encoding="utf-8"))
    metrics["fairness"] = fairness(target, spec.inputs)
    if not metrics["fairness"]:
        print(f"{target}: no audit of this model in {RESULTS}", file=sys.stderr)
        return
    where.write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    (path.parent / "CARD.md").write_text(render_card(spec, metrics), encoding="utf-8")
    print(f"{target}: card written with {len(metrics['fairness'])} tables of audits")


if __name__ == "__main__":
    write_cards()
