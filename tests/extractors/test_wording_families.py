"""Families of wording patterns: each symbol is known, each pattern has one family."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from credscore.advice import advice_for
from credscore.extractors.wording import families
from credscore.extractors.wording.families import family_of, labels
from credscore.extractors.wording.symbols import SYMBOL_NAMES

MODELS = Path(__file__).parents[2] / "models"
README = Path(families.__file__).with_name("README.md")
FILE = tomllib.loads(Path(families.__file__).with_name("families.toml").read_text("utf-8"))


def test_members_are_symbols_and_stand_once() -> None:
    members = Counter(
        symbol for family in FILE.values() for symbol in family["members"].split() if symbol != "T:"
    )
    assert set(members) <= set(SYMBOL_NAMES)
    assert [symbol for symbol, times in members.items() if times > 1] == []


@pytest.mark.parametrize(
    ("pattern", "family"),
    [
        ("said", "saying"),
        ("N said ,", "saying"),
        ("you said", "reader"),
        ("we said", "self"),
        ("T:said", "headline"),
        ("T:~x T:!", "headline"),
        ("D years ago", "numbers"),
        ("last ~day", "time"),
        ("a massive", "emphasis"),
        ("may be", "doubt"),
        ("his ~s", "people"),
        (". but", "joining"),
        ("N of ~x", "building"),
        (". the N", "building"),
        ('. "', "building"),
        ("carried out", "common"),
        ("N carried", "common"),
        ("of the ~x", "building"),
        (", ~x and", "building"),
        ("~ing ~ly", "building"),
    ],
)
def test_a_pattern_has_the_family_of_its_most_telling_symbol(pattern: str, family: str) -> None:
    assert family_of(pattern) == family


def test_every_family_can_be_said() -> None:
    assert all(label for label in labels().values())
    assert {family_of(symbol) for symbol in SYMBOL_NAMES} <= set(labels())


@pytest.mark.parametrize("target", ["credibility", "quality", "genre"])
def test_the_models_share_out_their_patterns_by_family(target: str) -> None:
    model = json.loads((MODELS / target / "1" / "model.json").read_text("utf-8"))
    assert {term["name"].partition(".")[2] for term in model["wording"]} <= set(labels())
    for term in model["wording"]:
        assert {f"wording.{family_of(pattern)}" for pattern in term["patterns"]} == {term["name"]}


def test_every_family_has_advice_of_its_own() -> None:
    advice = {advice_for(f"wording.{family}", "wording") for family in labels()}
    assert len(advice) == len(labels())
    assert advice_for("wording.style", "wording") not in advice


def test_the_readme_names_every_family_and_every_word_without_weight() -> None:
    text = README.read_text("utf-8")
    for family, label in labels().items():
        assert f"| `{family}` | {label}" in text
    for target in ("credibility", "quality"):
        recipe = tomllib.loads((MODELS / target / "1" / "recipe.toml").read_text("utf-8"))
        for word in recipe["wording"]["exclude"]:
            assert re.search(rf"[ `]{re.escape(word)}[,.`]", text.replace("\n", " ")), word
