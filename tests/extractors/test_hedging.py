"""Hedging: hand-worked examples, the demonstration articles, and what edits must change."""

from __future__ import annotations

import json
import math
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from seed_findings import NAMES, locate, read_article, read_findings

from credscore.annotations import Hedge
from credscore.document import Document
from credscore.extractors.hedging import EXTRACTOR
from credscore.extractors.hedging import extractor as module
from credscore.features import Extraction
from credscore.registry import Batch, annotate_batch, make_batch

EXAMPLES = tomllib.loads(Path(module.__file__).with_name("examples.toml").read_text("utf-8"))


def alone(*texts: str) -> Batch:
    """These texts with no extractor before this one."""
    batch = make_batch([Document(text) for text in texts])
    batch.done[EXTRACTOR.name] = EXTRACTOR.extract(batch)
    return batch


def extract(*texts: str) -> Extraction:
    return alone(*texts).done[EXTRACTOR.name]


def hedges(text: str) -> tuple[Hedge, ...]:
    return EXTRACTOR.annotate(alone(text), "hedges", 0)


@pytest.mark.parametrize("example", EXAMPLES["fires"], ids=lambda example: example["text"][:30])
def test_cues_are_found_with_kind_and_speaker(example: dict[str, Any]) -> None:
    text = example["text"]
    found = [
        [text[item.start : item.end], item.kind, *(["quoted"] if item.quoted else [])]
        for item in hedges(text)
    ]
    assert found == example["passages"]


@pytest.mark.parametrize("example", EXAMPLES["silent"], ids=lambda example: example["text"][:30])
def test_nothing_is_found_in_look_alikes(example: dict[str, Any]) -> None:
    assert hedges(example["text"]) == ()


@pytest.mark.parametrize("name", NAMES)
def test_demonstration_articles(name: str) -> None:
    text, findings = read_article(name), read_findings(name)
    batch = annotate_batch([Document(text)])
    found = EXTRACTOR.annotate(batch, "hedges", 0)
    for item in findings.get("hedge", ()):
        start, end = locate(text, item, item["text"])
        kinds = {h.kind for h in found if h.start < end and start < h.end}
        assert kinds, f"missed: {item}"
        assert ("booster" in kinds) == (item.get("kind") == "booster"), item
    for item in findings.get("forbidden", ()):
        if item["field"] == "hedges":
            start, end = locate(text, item, item["text"])
            assert not [h for h in found if h.start < end and start < h.end], item


def test_own_words_only() -> None:
    """A quotation counts neither above nor below the line."""
    values = extract('The pump may stop. "It may, it may, it may," she said.').values
    assert values["hedging.hedges_count"][0] == 1
    assert values["hedging.own_words_count"][0] == 6
    assert values["hedging.hedges_per_100_words"][0] == pytest.approx(100 / 6)
    assert values["hedging.quoted_share"][0] == pytest.approx(0.75)


def test_a_hedge_more_raises_the_rate() -> None:
    plain, hedged = "The pump stops on Monday.", "The pump probably stops on Monday."
    values = extract(plain, hedged).values["hedging.hedges_per_100_words"]
    assert values[0] == 0.0 < values[1]


def test_nothing_to_look_at_is_not_zero() -> None:
    extraction = extract("", "...", '"Perhaps."')
    for name in ("hedges", "weasels", "boosters", "approximations"):
        feature = f"hedging.{name}_per_100_words"
        assert np.isnan(extraction.values[feature]).all()
        assert extraction.reasons[feature]


def test_every_sentence_reads_well() -> None:
    for text in ("The pump stops.", "The pump may stop.", '"Perhaps," she said. It may.'):
        values = {name: float(column[0]) for name, column in extract(text).values.items()}
        for feature in EXTRACTOR.features:
            if not math.isnan(values[feature.name]):
                sentence = feature.say(values)
                assert "hedging." not in sentence
                assert "nan" not in sentence


def test_company_changes_nothing() -> None:
    texts = [read_article(name) for name in NAMES]
    together = extract(*texts)
    for position, text in enumerate(texts):
        for name, column in extract(text).values.items():
            assert np.array_equal(column[0], together.values[name][position], equal_nan=True), name


def test_uncertain_sentences_are_shown() -> None:
    text = "Some say it was probably the wind. The bridge opened on Monday at noon in the rain."
    found = extract(text)
    assert found.values["hedging.uncertain_sentence_share"][0] == 0.5
    (span,) = found.findings["uncertain"].spans(0)
    assert text[slice(*span)] == "Some say it was probably the wind."


def test_figures_in_the_readme_are_measured(root: Path) -> None:
    readme = Path(module.__file__).with_name("README.md").read_text("utf-8")
    results = json.loads((root / "benchmarks/results/hedging.json").read_text("utf-8"))
    for table in ("cross_validated", "unseen_third"):
        for name, row in results[table].items():
            cells = f"{row['f1']:.3f} ({row['low']:.3f}-{row['high']:.3f})"
            assert re.search(rf"\| {re.escape(name)} \|.*{re.escape(cells)}", readme), (table, name)
    ways = json.loads((root / "benchmarks/results/hedging_ways.json").read_text("utf-8"))["ways"]
    for name, row in ways.items():
        cells = f"{row['f1']:.3f} ({row['low']:.3f}-{row['high']:.3f})"
        assert re.search(rf"\| {re.escape(name)} \|.*{re.escape(cells)}", readme), name
