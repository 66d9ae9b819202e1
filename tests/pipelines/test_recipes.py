"""The recipes of docs/pipelines.md run as they are printed, and give the scores they promise."""

from __future__ import annotations

import importlib.util
import json
import math
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from expected_rows import ARTICLES, SHORT

import credscore

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"<!-- run: (\w+) -->\n```python\n(.*?)```", PAGE, re.DOTALL))
TEXTS = [*list(ARTICLES.values())[:5], SHORT]


def overall(scored: Any) -> list[float | None]:
    """The scores, whatever table they stand in."""
    if isinstance(scored, list):
        return [row["overall"] for row in scored]
    if hasattr(scored, "sort_values"):
        scored = scored.sort_values("id")  # engines may change the order
    column = scored["overall"]
    ways = [getattr(column, way, None) for way in ("tolist", "to_list", "to_pylist")]
    values = next(filter(None, ways))()
    return [v if isinstance(v, float) and not math.isnan(v) else None for v in values]


@pytest.mark.parametrize("engine", sorted(RECIPES))
@pytest.mark.filterwarnings("ignore")
def test_recipe(engine: str) -> None:
    if importlib.util.find_spec(engine) is None:
        pytest.skip(f"the engine {engine} is not installed")
    names: dict[str, Any] = {"texts": list(TEXTS), "labels": [0, 1] * 3, "__name__": "recipe"}
    exec(RECIPES[engine], names)  # noqa: S102  our own page
    if engine == "ray":
        names["ray"].shutdown()
    expected = [credscore.score(text).overall.value for text in TEXTS]
    if engine == "sklearn":
        assert names["model"].predict(TEXTS).shape == (len(TEXTS),)
    elif engine == "spacy":
        assert names["doc"]._.credscore.overall.value == expected[0]
        assert "<mark" in names["html"] or "span" in names["html"]
    else:
        assert overall(names["scored"]) == expected


def test_every_engine_has_its_recipe() -> None:
    assert set(RECIPES) == {
        "dask", "datatrove", "pandas", "polars", "pyarrow", "ray", "sklearn", "spacy",
    }  # fmt: skip


def test_the_columns_are_those_of_the_schema() -> None:
    pytest.importorskip("pyarrow")
    from credscore.pipelines.arrow import SCHEMA_VERSION, output_schema

    for name in output_schema(spans=True).names:
        assert f"`{name}`" in PAGE or name.endswith(("_low", "_high"))
    assert f"(`credscore.schema`, now {SCHEMA_VERSION})" in PAGE


def test_the_sizing_table_is_computed_from_measured_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    results = ROOT / "benchmarks" / "results" / "pipelines.json"
    if not results.is_file():
        pytest.skip("nothing measured yet: python benchmarks/pipelines.py")
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.delitem(sys.modules, "pipelines", raising=False)
    import pipelines

    assert pipelines.sizing(json.loads(results.read_text(encoding="utf-8"))) in PAGE
