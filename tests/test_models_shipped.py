"""The models in the checkout: readable, unchanged by a round trip, and described truthfully."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from credscore.model import AdditiveModel
from credscore.model_format import TARGETS, dump_model, read_model
from credscore.registry import discover
from credscore.training.card import render_card
from credscore.training.recipe import read_recipe

ROOT = Path(__file__).parents[1] / "models"
MODELS = [path for target in TARGETS for path in sorted((ROOT / target).glob("*/model.json"))]
IDS = [f"{path.parent.parent.name}-{path.parent.name}" for path in MODELS]
models = pytest.mark.parametrize("path", MODELS, ids=IDS)


def test_there_is_a_model_of_every_target() -> None:
    assert {path.parent.parent.name for path in MODELS} == {"credibility", "quality", "genre"}


@models
def test_model_file_is_what_the_writer_writes(path: Path) -> None:
    spec = read_model(path)
    assert dump_model(spec) == path.read_bytes()
    assert (path.parent.parent.name, path.parent.name) == (spec.target, spec.version)


@models
def test_metrics_and_card_belong_to_the_model(path: Path) -> None:
    spec = read_model(path)
    metrics = json.loads((path.parent / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["inputs"] == spec.inputs
    assert (path.parent / "CARD.md").read_text(encoding="utf-8") == render_card(spec, metrics)


@models
def test_model_fits_the_installed_extractors_and_its_recipe(path: Path) -> None:
    model = AdditiveModel.load(path)
    model.check_extractors({extractor.name: extractor.version for extractor in discover()})
    scored = {f.name for e in discover() for f in e.features if f.scored}
    assert set(model.features) <= scored
    recipe = read_recipe(path.parent / "recipe.toml")
    assert not set(model.features) & set(recipe.shape.exclude)
    for table in model.spec.tables:
        if table.feature in recipe.shape.up + recipe.shape.down:
            assert table.direction != "any"
