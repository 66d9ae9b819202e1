"""What several tests of pipelines ask for."""

from __future__ import annotations

import pytest

from credscore.pipelines import inputs as inputs_module


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many parts from few rows."""
    monkeypatch.setattr(inputs_module, "PART_ROWS", 40)
