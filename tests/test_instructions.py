"""Scoring takes no more instructions than it did: a guard for speed that no busy machine upsets."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
TOLERANCE = 1.10  # versions of the C library and small changes of the articles


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("instructions", BENCHMARKS / "instructions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["instructions"] = module
    spec.loader.exec_module(module)
    return module


instructions = load()


@pytest.mark.skipif(not instructions.available(), reason="needs valgrind on x86-64 Linux")
@pytest.mark.parametrize("name", instructions.WORK)
def test_no_more_instructions_than_before(name: str) -> None:
    stored = json.loads(instructions.RESULTS.read_text(encoding="utf-8"))
    here = instructions.versions()
    if here != {key: stored[key] for key in here}:
        pytest.skip(f"counted with other versions than {here}")
    allowed = TOLERANCE * stored["instructions"][name]
    assert instructions.count(name) <= allowed, (
        "scoring became dearer; if that is worth it: python benchmarks/instructions.py --update"
    )
