"""Figures in each README.md are the measured ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_readmes_state_what_was_measured(root: Path) -> None:
    command = [sys.executable, str(root / "benchmarks" / "figures.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
