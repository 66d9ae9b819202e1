"""README's table of what was tried to break credscore states what was measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_readme_states_what_was_tried(root: Path) -> None:
    command = [sys.executable, str(root / "benchmarks" / "reliability.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
