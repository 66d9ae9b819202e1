"""The pictures that README.md shows are there, and small."""

from __future__ import annotations

import re
from pathlib import Path

LARGEST = 200_000  # bytes


def test_readme_pictures_exist_and_are_small(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"!\[([^\]]+)\]\(([^)]+\.png)\)", text)
    assert found
    for described, name in found:
        assert len(described.split()) > 3, f"{name}: say what it shows"
        assert 0 < (root / name).stat().st_size < LARGEST, name
