"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import credscore

MODULES = sorted(m.name for m in pkgutil.walk_packages(credscore.__path__, "credscore."))


@pytest.mark.parametrize("name", ["credscore", *MODULES])
def test_examples(name: str) -> None:
    if name.endswith("__main__"):
        pytest.skip("running it is what it does")
    if name == "credscore.pipelines.spark":
        pytest.importorskip("pyspark")
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    assert doctest.testmod(importlib.import_module(name), optionflags=flags).failed == 0
