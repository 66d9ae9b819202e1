"""Every regular expression was looked at: linear by recheck, or bounded for a stated reason."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks/results/regexes.json"
if not RESULT.is_file():
    pytest.skip("no benchmarks beside these tests", allow_module_level=True)
for package in ("lxml", "trafilatura", "sklearn", "pyarrow"):  # modules with patterns need them
    pytest.importorskip(package)
sys.path.insert(0, str(ROOT / "benchmarks"))
from regexes import patterns  # noqa: E402  the folder has to be known first

KNOWN = json.loads(RESULT.read_text(encoding="utf-8"))["patterns"]


def test_every_pattern_was_checked() -> None:
    found = [pattern for pattern in patterns() if pattern.source is not None]
    assert len(found) > 80
    new = [f"{p.module}:{p.line}: {p.source}" for p in found if p.digest not in KNOWN]
    assert new == [], "run python benchmarks/regexes.py (it says how to get recheck)"


def test_what_is_not_linear_is_bounded_for_a_reason() -> None:
    assert all(row["verdict"].startswith("safe") or row["bounded"] for row in KNOWN.values())


def test_few_patterns_are_made_at_run_time() -> None:
    """From names of our own corpora, and from a module's own lists of words."""
    made = {pattern.module for pattern in patterns() if pattern.source is None}
    assert made <= {"credscore.training.masking", "credscore.page.places"}
