"""Sentence models: a broken file stops loading, and a sentence is the sum of its weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from credscore.errors import ModelError
from credscore.extractors.wording import symbols as wording
from credscore.lexicon import Vocabulary
from credscore.sentence_model import SentenceModel
from credscore.sentence_model.weights import SHAPES
from credscore.tokenization import Tokenization
from credscore.tokenization.sentences import ABBREVIATIONS


def _model(**changes: Any) -> dict[str, Any]:
    shapes = {name: [0] * (len(bounds) + 1) for name, bounds in SHAPES.items()}
    data = {
        "format": 2,
        "changed": "2026-01-01",
        "unit": 64,
        "intercept": -10,
        "threshold": 0,
        "words": {"perhaps": 20},
        "phrases": {"-16": ["no doubt"]},
        "pairs": {"* is": 3, "is no": -5, "^ perhaps": 7},
        "shapes": shapes,
    }
    return {**data, **changes}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"format": 1}, "format 1"),
        ({"extra": 1}, "extra"),
        ({"words": {"Perhaps": 20}}, "lower-case"),
        ({"words": {"perhaps": 0.5}}, "an integer"),
        ({"words": {"perhaps": float("nan")}}, "an integer"),
        ({"phrases": {"high": ["no doubt"]}}, "must be an integer"),
        ({"phrases": {str(n): ["no doubt"] for n in range(40)}}, "at most"),
        ({"shapes": {}}, "shapes"),
        ({"pairs": []}, "pairs"),
        ({"pairs": {"is": 3}}, "wording symbols"),
        ({"pairs": {"is qwertz": 3}}, "wording symbols"),
        ({"pairs": {"^ is": 1 << 15}}, "wording symbols"),
        ({"threshold": True}, "an integer"),
    ],
)
def test_a_broken_model_stops_loading(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    path = tmp_path / "sentences.json"
    path.write_text(json.dumps(_model(**changes)), "utf-8")
    with pytest.raises(ModelError, match=says) as error:
        SentenceModel.read(path, "test")
    assert "sentences.json" in str(error.value)


def test_a_sentence_is_the_sum_of_its_weights(tmp_path: Path) -> None:
    path = tmp_path / "sentences.json"
    path.write_text(json.dumps(_model()), "utf-8")
    model = SentenceModel.read(path, "test")
    words = Vocabulary([ABBREVIATIONS, wording.LEXICON, *model.lexicons])
    tokens = Tokenization(["Perhaps, perhaps. There is no doubt. Stop."], words)
    per_sentence = tokens.per_sentence(tokens.is_word)
    symbols = wording.symbols_of(tokens)
    assert model.scores(tokens, symbols, per_sentence).tolist() == [37, -28, -10]
    assert model.holds(tokens, symbols, per_sentence).tolist() == [True, False, False]
