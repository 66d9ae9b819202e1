"""Readability: hand-worked examples, textstat as the oracle, and the panel without a network."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credscore.document import Document
from credscore.extractors.readability import EXTRACTOR
from credscore.extractors.readability import extractor as module
from credscore.extractors.readability.panel import readability_panel
from credscore.extractors.readability.syllables import syllable_counts
from credscore.features import Extraction
from credscore.registry import make_batch
from credscore.tokenization import characters

EXAMPLES = tomllib.loads(Path(module.__file__).with_name("examples.toml").read_text("utf-8"))
SEEDS = sorted(Path(__file__).parents[2].glob("seeds/articles/*.txt"))

# Sentences and words here are the same whoever splits them: no hyphens, abbreviations or numbers.
PLAIN = (
    "The bridge over the harbour will close on Monday. Inspectors found cracks in two bearings! "
    "Will it open again in spring? The department says that it hopes so. Shop owners fear for "
    "their trade and want the council to pay them. The council votes next week. Nobody knows how "
    "the vote will go. The mayor was not there to answer questions about the matter. Several "
    "members asked for more time to read the report about the construction."
)


def extract(*texts: str) -> Extraction:
    return EXTRACTOR.extract(make_batch([Document(text) for text in texts]))


def value(text: str, name: str) -> float:
    return float(extract(text).values[f"readability.{name}"][0])


@pytest.mark.parametrize("example", EXAMPLES["fires"], ids=lambda example: example["text"][:30])
def test_long_sentences_are_found_and_shown(example: dict[str, object]) -> None:
    text = str(example["text"])
    found = extract(text)
    spans = found.findings["long_sentences"].spans(0)
    assert [text[start:end] for start, end in spans] == example["passages"]
    assert found.values["readability.long_sentence_share"][0] > 0


@pytest.mark.parametrize("example", EXAMPLES["silent"], ids=lambda example: example["text"][:30])
def test_nothing_is_found_in_look_alikes(example: dict[str, str]) -> None:
    found = extract(example["text"])
    assert found.findings["long_sentences"].spans(0) == ()
    assert not found.values["readability.long_sentence_share"][0] > 0


@pytest.mark.parametrize(("word", "expected"), EXAMPLES["syllables"].items())
def test_syllables(word: str, expected: int) -> None:
    codes = characters.code_points(f"\n{word}\n\n")
    counted = syllable_counts(codes, np.array([1]), np.array([1 + len(word)]))
    assert counted.tolist() == [expected]


@pytest.mark.parametrize(
    ("metric", "name"), [("lix", "lix_index"), ("words_per_sentence", "sentence_words")]
)
def test_formulas_agree_with_textstat(metric: str, name: str) -> None:
    """Where words and sentences are beyond dispute the values differ by no more than rounding."""
    textstat = pytest.importorskip("textstat")
    function = getattr(textstat, metric, None) or textstat.avg_sentence_length
    assert value(PLAIN, name) == pytest.approx(function(PLAIN), abs=0.06)


def test_automated_readability_agrees_with_textstat() -> None:
    """textstat counts punctuation as letters; the formula's authors counted letters and digits."""
    textstat = pytest.importorskip("textstat")
    marks = sum(not letter.isalnum() for letter in PLAIN.replace(" ", ""))
    surplus = 4.71 * marks / textstat.lexicon_count(PLAIN)
    expected = textstat.automated_readability_index(PLAIN) - surplus
    assert value(PLAIN, "automated_readability_grade") == pytest.approx(expected, abs=0.06)


def test_coleman_liau_agrees_with_textstat() -> None:
    """textstat has 5.8 where Coleman & Liau have 5.88."""
    textstat = pytest.importorskip("textstat")
    letters = sum(map(str.isalpha, PLAIN)) / textstat.lexicon_count(PLAIN)
    expected = textstat.coleman_liau_index(PLAIN) + 0.08 * letters
    assert value(PLAIN, "coleman_liau_grade") == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_real_articles_stay_near_textstat(path: Path) -> None:
    """textstat counts hyphenated words as one: 2.5 grades apart at most."""
    textstat = pytest.importorskip("textstat")
    lines = path.read_text("utf-8").splitlines()
    prose = " ".join(line for line in lines if len(line) > 120)
    if len(prose) < 500:
        pytest.skip("this article has no long paragraphs")
    assert value(prose, "coleman_liau_grade") == pytest.approx(
        textstat.coleman_liau_index(prose), abs=2.5
    )


def test_panel_needs_no_network() -> None:
    """``conftest`` forbids sockets, so a metric that downloads would fail here."""
    pytest.importorskip("textstat")
    rows = readability_panel(PLAIN)
    assert [row.metric for row in rows] == [
        "automated_readability_index", "coleman_liau_index", "lix", "rix", "mcalpine_eflaw",
    ]  # fmt: skip
    assert all(math.isfinite(row.value) for row in rows)
    assert readability_panel("") == readability_panel(" 12 -- ") == ()


def test_flesch_kincaid_by_hand() -> None:
    # 8 words, 2 sentences, 9 syllables: 0.39 * 4 + 11.8 * 9 / 8 - 15.59
    assert value("The cat sat down. It ate the herring.", "flesch_kincaid_grade") == pytest.approx(
        0.39 * 4 + 11.8 * 9 / 8 - 15.59
    )


def test_variety_by_hand() -> None:
    same = "word " * 49 + "word."
    assert value(same, "distinct_word_share") == pytest.approx(1 / 50)
    different = " ".join(f"{letter}{end}" for letter in "bcdfg" for end in "abcdefghij") + "."
    assert value(different, "distinct_word_share") == 1.0
    assert value(f"{same} {different}", "distinct_word_share") == pytest.approx(51 / 100)
    found = extract("too short for it")
    assert math.isnan(found.values["readability.distinct_word_share"][0])
    assert "50 words" in found.reasons["readability.distinct_word_share"]


@given(st.lists(st.text(max_size=200), max_size=5))
def test_an_article_counts_the_same_in_any_company(texts: list[str]) -> None:
    together = extract(PLAIN, *texts)
    for name, column in extract(PLAIN).values.items():
        assert together.values[name][0].tobytes() == column[0].tobytes(), name
    for feature in EXTRACTOR.features:
        column = together.values[feature.name]
        known = column[~np.isnan(column)]
        assert ((known >= feature.low) & (known <= feature.high)).all(), feature.name


def test_sentences_are_sentences() -> None:
    found = extract(PLAIN)
    values = {name: float(column[0]) for name, column in found.values.items()}
    for feature in EXTRACTOR.features:
        said = feature.say(values)
        assert said
        assert feature.name not in said
