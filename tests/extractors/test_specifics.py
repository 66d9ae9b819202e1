"""Specifics: hand-worked examples, the model cases, and what edits must change."""

from __future__ import annotations

import json
import math
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from seed_findings import NAMES, accepted, locate, read_article, read_findings

from credscore.annotations import Specific
from credscore.document import Document
from credscore.extractors.specifics import EXTRACTOR
from credscore.extractors.specifics import extractor as module
from credscore.features import Extraction
from credscore.registry import annotate_batch

EXAMPLES = tomllib.loads(Path(module.__file__).with_name("examples.toml").read_text("utf-8"))

# A page of the kind that this extractor is for; everything in it is made up.
FARM = """\
How Harbour Guarantees Are Changing

A 2023 Ostmark-Vellin joint statement highlighted a fund that can be mobilized within 48 hours.
Ostmark’s 2024 “Hybrid Harbour Strategy” underscores the importance of quays.
The “Ostmark Security Package” (valued at €5 billion in 2023) bundled aid with procurement.

  • Vellin’s Border Shield (2022‑present): a battalion stands at the frontier.
"""


def extract(*texts: str) -> Extraction:
    return annotate_batch([Document(text) for text in texts]).done[EXTRACTOR.name]


def specifics(text: str) -> tuple[Specific, ...]:
    return EXTRACTOR.annotate(annotate_batch([Document(text)]), "specifics", 0)


@pytest.mark.parametrize("example", EXAMPLES["fires"], ids=lambda example: example["text"][:30])
def test_specifics_are_found_typed_and_traced(example: dict[str, Any]) -> None:
    text = example["text"]
    found = [[text[s.start : s.end], s.kind, s.traceable] for s in specifics(text)]
    assert found == sorted(
        example["passages"] + example.get("also", []), key=lambda p: text.index(p[0])
    )


@pytest.mark.parametrize("example", EXAMPLES["silent"], ids=lambda example: example["text"][:30])
def test_nothing_is_found_in_look_alikes(example: dict[str, Any]) -> None:
    assert specifics(example["text"]) == ()


@pytest.mark.parametrize("name", NAMES)
def test_demonstration_articles(name: str) -> None:
    text, findings = read_article(name), read_findings(name)
    found = specifics(text)
    for item in findings.get("specific", ()):
        start, end = locate(text, item, item["text"])
        near = [s for s in found if s.start < end and start < s.end]
        assert near, f"missed: {item}"
        assert any(s.traceable == item["traceable"] for s in near), (item, near)
        if "kind" in item:
            assert {s.kind for s in near} & accepted(item["kind"]), (item, near)
    for item in findings.get("forbidden", ()):
        if item["field"] == "specifics":
            start, end = locate(text, item, item["text"])
            assert not [s for s in found if s.start < end and start < s.end], item


@pytest.mark.parametrize(
    ("passage", "kind"),
    [
        ("48 hours", "duration"),
        ("€5 billion", "money"),
        ("Border Shield", "programme"),
        ("Hybrid Harbour Strategy", "programme"),
        ("A 2023 Ostmark-Vellin joint statement", "document"),
    ],
)
def test_model_cases_cannot_be_traced(passage: str, kind: str) -> None:
    found = {FARM[s.start : s.end]: s for s in specifics(FARM)}
    assert found[passage].kind == kind
    assert not found[passage].traceable
    assert len(found[passage].why.split()) > 3


def test_evidence_of_untraced_is_the_untraced_only() -> None:
    text = "Output fell 3.2 percent, Reuters reported on 14 May. Prices rose 9 percent."
    found = extract(text).findings
    assert [text[start:end] for start, end in found["untraced"].spans(0)] == ["9 percent"]
    assert [text[start:end] for start, end in found["traced"].spans(0)] == ["3.2 percent"]
    assert len(found["claims"]) == 2


def test_a_source_makes_a_number_traceable() -> None:
    bare, sourced = "Output fell 3.2 percent.", "Output fell 3.2 percent, Maren Holt said."
    assert extract(bare, sourced).values["specifics.traced_share"].tolist() == [0.0, 1.0]


def test_a_percent_sign_and_the_word_are_one_claim_each() -> None:
    texts = "It fell 5%.", "It fell 5 %.", "It fell 5 per cent.", "It fell 5 percentage points."
    assert extract(*texts).values["specifics.claims_count"].tolist() == [1.0] * 4


def test_vague_times_and_amounts() -> None:
    text = "Recently, a growing number of people left. In recent years countless others came."
    values = extract(text).values
    assert values["specifics.vague_time_count"][0] == 2
    assert values["specifics.vague_quantity_count"][0] == 2


def test_nothing_to_look_at_is_not_zero() -> None:
    extraction = extract("", "...", "It rained.")
    rates, share = extraction.values["specifics.claims_per_100_words"], "specifics.traced_share"
    assert np.isnan(rates[:2]).all()
    assert rates[2] == 0.0
    assert np.isnan(extraction.values[share]).all()
    assert extraction.reasons[share]


def test_every_sentence_reads_well() -> None:
    for text in ("It rained.", "It fell 5%.", "It fell 5% and 6%.", "It fell 5%, Maren Holt said."):
        values = {name: float(column[0]) for name, column in extract(text).values.items()}
        for feature in EXTRACTOR.features:
            if not math.isnan(values[feature.name]):
                sentence = feature.say(values)
                assert "specifics." not in sentence
                assert "nan" not in sentence


def test_company_changes_nothing() -> None:
    texts = [read_article(name) for name in NAMES]
    together = extract(*texts)
    for position, text in enumerate(texts):
        for name, column in extract(text).values.items():
            assert np.array_equal(column[0], together.values[name][position], equal_nan=True), name


def test_figures_in_the_readme_are_measured(root: Path) -> None:
    readme = Path(module.__file__).with_name("README.md").read_text("utf-8")
    results = json.loads((root / "benchmarks/results/specifics.json").read_text("utf-8"))
    for table in ("checkworthy", "checkworthy_balanced", "unattributed"):
        for name, row in results[table].items():
            cells = f"{row['f1']:.3f} ({row['low']:.3f}-{row['high']:.3f})"
            assert re.search(rf"\| {re.escape(name)} \|.*{re.escape(cells)}", readme), (table, name)
    for name in ("average_precision", "digit_rule"):
        assert f"{results['other_debates'][name]:.3f}" in readme
    for name, row in results["digit_rules"].items():
        assert f"| {name} | {row['as_they_come']:.3f} | {row['balanced']:.3f} |" in readme
