"""Bylines: hand-worked examples, the demonstration articles, and when absence means anything."""

from __future__ import annotations

import json
import math
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from seed_findings import NAMES, locate, read_article, read_findings

from credscore.annotations import Byline, Signal
from credscore.document import Document
from credscore.extractors.byline import EXTRACTOR
from credscore.extractors.byline import extractor as module
from credscore.extractors.byline.names import split_names
from credscore.registry import Batch, annotate_batch

EXAMPLES = tomllib.loads(Path(module.__file__).with_name("examples.toml").read_text("utf-8"))
BODY = (
    "The harbour board put off its vote on the fish hall on Monday, for the third time this year.\n"
    "The members disagreed over who should pay for the drains, which the plan had left out.\n"
    "The next meeting is in June, the clerk said, and the drains will be on the paper then."
)


def run(text: str, **fields: Any) -> Batch:
    return annotate_batch([Document(text, **fields)])


def bylines(text: str, **fields: Any) -> tuple[Byline, ...]:
    return EXTRACTOR.annotate(run(text, **fields), "bylines", 0)


def signals(text: str) -> tuple[Signal, ...]:
    return EXTRACTOR.annotate(run(text), "signals", 0)


def value(name: str, text: str, **fields: Any) -> float:
    return float(run(text, **fields).done["byline"].values[f"byline.{name}"][0])


@pytest.mark.parametrize("example", EXAMPLES["fires"], ids=lambda example: example["text"][1:30])
def test_examples_fire(example: dict[str, Any]) -> None:
    text = example["text"]
    found = bylines(text)
    assert [[item.name, item.kind] for item in found] == example["names"]
    assert all(text[item.start : item.end] == item.name for item in found)
    if "signals" in example:
        marks = [[text[item.start : item.end], item.kind] for item in signals(text)]
        assert marks == example["signals"]


@pytest.mark.parametrize("example", EXAMPLES["silent"], ids=lambda example: example["text"][:30])
def test_look_alikes_stay_silent(example: dict[str, Any]) -> None:
    assert bylines(example["text"]) == ()
    assert not [item for item in signals(example["text"]) if item.kind == "correction"]


@pytest.mark.parametrize("example", EXAMPLES["strings"], ids=lambda example: example["text"][:30])
def test_byline_strings(example: dict[str, Any]) -> None:
    assert [[name.name, name.kind] for name in split_names(example["text"])] == example["names"]


@pytest.mark.parametrize("name", NAMES)
def test_demonstration_articles(name: str) -> None:
    text, findings = read_article(name), read_findings(name)
    people, marks = bylines(text), signals(text)
    for item in findings.get("byline", ()):
        assert any(p.name == item["name"] and p.kind == item["kind"] for p in people), item
    for item in findings.get("signal", ()):
        start, end = locate(text, item, item["text"])
        kinds = {mark.kind for mark in marks if mark.start < end and mark.end > start}
        assert item["kind"] in kinds, item
    for item in findings.get("forbidden", ()):
        if item["field"] == "bylines":
            start, end = locate(text, item, item["text"])
            assert not [p for p in people if p.start < end and p.end > start], item


def test_absence_in_a_stripped_text_is_not_measured() -> None:
    assert math.isnan(value("named_author", BODY))
    assert value("dateline", BODY) == 0


def test_absence_on_a_page_is_measured() -> None:
    page = f"News | Sport | Tides\nBoard delays vote on fish hall\n{BODY}\nRead more"
    assert value("named_author", page) == 0
    assert value("named_author", BODY, authors=()) == 0


def test_supplied_authors_count_and_have_no_place_in_the_text() -> None:
    (found,) = bylines(BODY, authors=["Ann Lee"])
    assert (found.start, found.end, found.field) == (0, 0, "authors")
    assert value("named_author", BODY, authors="Ann Lee, Bo Ek") == 1
    assert value("authors_count", BODY, authors="Ann Lee, Bo Ek") == 2
    assert value("generic_author", BODY, authors="Staff") == 1
    assert value("named_author", BODY, authors="Staff") == 0


def test_the_same_author_in_both_places_counts_once() -> None:
    assert value("authors_count", f"Board delays vote\nBy Ann Lee\n{BODY}", authors="Ann Lee") == 1


@pytest.mark.parametrize("tail", [" and", ", A", "y" * 10, " By", "; "])
def test_long_byline_strings_take_linear_time(tail: str) -> None:
    began = time.perf_counter()
    split_names("By Ann" + tail * 50_000)
    bylines(f"Board delays vote\nBy Ann{tail * 20_000}\n{BODY}")
    assert time.perf_counter() - began < 2


RESULT = json.loads(
    (Path(__file__).parents[2] / "benchmarks/results/byline_text.json").read_text("utf-8")
)


def test_readme_quotes_the_benchmark() -> None:
    readme = Path(module.__file__).with_name("README.md").read_text("utf-8")
    for system in ("credscore", "lines that begin with By"):
        for value, low, high in RESULT["pages"]["English"][system].values():
            assert f"{value:.2f} ({low:.2f} to {high:.2f})" in readme
    for figure in ("as typed", "after review"):
        assert f"{RESULT['strings'][figure]:.3f}" in readme


def test_floors() -> None:
    english = RESULT["pages"]["English"]["credscore"]
    assert english["precision"][0] >= 0.8
    assert english["recall"][0] >= 0.65
    assert RESULT["strings"]["after review"] >= 0.95


def test_the_page_s_own_site_is_an_organisation() -> None:
    fields = {"authors": ["Example Courier"], "site_name": "Example Courier"}
    assert [item.kind for item in bylines(BODY, **fields)] == ["organisation"]
    assert value("named_author", BODY, **fields) == 0
    assert value("organisations_count", BODY, **fields) == 1


def test_a_surname_that_is_a_thing_too() -> None:
    (found,) = bylines(f"Board delays vote\nBy Ann Page, EXAMPLE TODAY\n{BODY}")
    assert (found.name, found.kind) == ("Ann Page", "person")
    assert split_names("Front Page") == ()


def test_a_credit_line_credits_a_picture() -> None:
    (found,) = signals(f"Board delays vote\nThe hall in March. Credit: Ann Lee / Example\n{BODY}")
    assert found.kind == "photo_credit"
    assert signals(f"Board delays vote\nThe clerk gave full credit: nobody else did.\n{BODY}") == ()
