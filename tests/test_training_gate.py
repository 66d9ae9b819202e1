"""The gate notices a lower figure and a changed input, and never lowers a floor by itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import gate
from measured_with import versions_of

TEXT = """
[inputs]
"data.txt" = "{hash}"
[floors."auc"]
file = "metrics.json"
path = ["tables", "auc"]
floor = 0.8
slack = 0.01
[floors."error"]
file = "metrics.json"
path = ["tables", "error"]
ceiling = 0.2
slack = 0.01
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data.txt").write_text("one")
    write(tmp_path, 0.85, 0.1)
    return tmp_path


def write(root: Path, auc: float, error: float) -> None:
    content = {"tables": {"auc": {"value": auc, "n": 9}, "error": error}}
    (root / "metrics.json").write_text(json.dumps(content))


def text(root: Path) -> str:
    return TEXT.replace("{hash}", gate.digest(root / "data.txt"))


def test_all_well(root: Path) -> None:
    assert gate.check(*gate.read_floors(text(root)), root) == []


def test_a_lower_figure_and_a_higher_error_are_noticed(root: Path) -> None:
    floors = text(root)
    write(root, 0.79, 0.21)
    wrong = gate.check(*gate.read_floors(floors), root)
    assert [sentence.split(":")[0] for sentence in wrong] == ["auc", "error"]


def test_a_result_of_older_extractors_or_models_is_noticed(root: Path) -> None:
    floors = gate.read_floors(text(root))
    result = json.loads((root / "metrics.json").read_text())
    trained = root / "models" / "quality" / "1" / "metrics.json"
    trained.parent.mkdir(parents=True)
    trained.write_text(json.dumps({"inputs": "now"}))
    versions = versions_of("hedging")
    assert {"attribution", "boilerplate", "hedging"} <= set(versions)
    for extractors, inputs, wrong in (
        (versions, "now", []),
        (versions | {"hedging": 0}, "now", ["hedging 0"]),
        (versions | {"gone": 1}, "now", ["gone 1"]),
        (versions, "before", ["another quality model"]),
    ):
        result |= {"extractors": extractors, "models": {"quality": inputs}}
        (root / "metrics.json").write_text(json.dumps(result))
        said = gate.check(*floors, root)
        assert len(said) == len(wrong)
        assert all(part in sentence for part, sentence in zip(wrong, said, strict=True))


def test_a_changed_or_missing_input_is_noticed(root: Path) -> None:
    floors = text(root)
    (root / "data.txt").write_text("two")
    assert "changed" in gate.check(*gate.read_floors(floors), root)[0]
    (root / "data.txt").unlink()
    assert "missing" in gate.check(*gate.read_floors(floors), root)[0]


def test_an_update_raises_and_never_lowers(root: Path) -> None:
    raised = gate.updated(*gate.read_floors(text(root)), root)
    floors, _ = gate.read_floors(raised)
    assert (floors[0].floor, floors[1].ceiling) == (0.84, 0.11)
    write(root, 0.5, 0.5)
    again, _ = gate.read_floors(gate.updated(floors, {}, root))
    assert (again[0].floor, again[1].ceiling) == (0.84, 0.11)


def test_unknown_keys_are_refused(root: Path) -> None:
    with pytest.raises(SystemExit, match="auc"):
        gate.read_floors(text(root).replace("slack", "slak", 1))


def test_a_figure_that_is_gone_is_named(root: Path) -> None:
    floors = gate.read_floors(text(root).replace('"auc"]\n', '"area"]\n'))
    with pytest.raises(SystemExit, match="area"):
        gate.check(*floors, root)
