"""The figures in these READMEs are those that the benchmark wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from credscore.registry import discover

_ROW = re.compile(r"(?m)^\| `(\w+)` \| (-?[\d.]+) \| ([\d.]+) \| ([\d.]+) \|$")


@pytest.mark.parametrize("name", ["readability", "structure", "wording"])
def test_readme_states_what_was_measured(root: Path, name: str) -> None:
    result = json.loads(
        (root / f"benchmarks/results/single_features_{name}.json").read_text("utf-8")
    )
    readme = (root / f"credscore/extractors/{name}/README.md").read_text("utf-8")
    rows = _ROW.findall(readme)
    assert len(rows) >= 5
    for feature, *shown in rows:
        measured = result["features"][f"{name}.{feature}"]
        expected = [f"{measured[key]:.2f}" for key in ("rho", "auc", "within")]
        assert shown == expected, feature
    versions = {extractor.name: extractor.version for extractor in discover()}
    assert result["version"] == versions[name], "run benchmarks/single_features.py again"
    assert f"version {result['version']}," in readme
