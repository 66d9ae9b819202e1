"""Structure: hand-worked examples, and what must not depend on layout or company."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credscore.document import Document
from credscore.extractors.structure import EXTRACTOR
from credscore.extractors.structure import extractor as module
from credscore.features import Extraction
from credscore.registry import annotate_batch

EXAMPLES = tomllib.loads(Path(module.__file__).with_name("examples.toml").read_text("utf-8"))
LAYOUT = (
    "structure.headings_per_100_words",
    "structure.list_items_per_100_words",
    "structure.paragraph_words",
)


def extract(*documents: Document) -> Extraction:
    return annotate_batch(documents).done[EXTRACTOR.name]


def passages(text: str, event: str) -> list[str]:
    spans = extract(Document(text)).findings[event].spans(0)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize("example", EXAMPLES["fires"], ids=lambda example: example["text"][:30])
def test_marks_are_found_and_shown(example: dict[str, object]) -> None:
    assert passages(str(example["text"]), str(example["event"])) == example["passages"]


@pytest.mark.parametrize("example", EXAMPLES["silent"], ids=lambda example: example["text"][:30])
def test_nothing_is_found_in_look_alikes(example: dict[str, str]) -> None:
    assert passages(example["text"], example["event"]) == []


@pytest.mark.parametrize("example", EXAMPLES["titles"], ids=lambda example: example["title"][:30])
def test_titles(example: dict[str, object]) -> None:
    title = str(example["title"])
    values = extract(Document("Some text follows here.", title=title)).values
    assert values["structure.title_teaser_index"][0] == example["teaser"]
    assert values["structure.title_question_present"][0] == example["question"]
    assert values["structure.title_words"][0] == len(title.split())


def test_a_title_line_counts_where_none_was_supplied() -> None:
    title = "9 Reasons You Will Never Guess What Happened Next"
    text = f"{title}\n\nThe bridge will close to cars on Monday, the city said. It needs repairs."
    found = extract(Document(text), Document("No title here, only this sentence of prose."))
    assert found.values["structure.title_teaser_index"][0] == 13
    assert math.isnan(found.values["structure.title_teaser_index"][1])
    assert "no title" in found.reasons["structure.title_teaser_index"]


def test_shouting_in_titles() -> None:
    found = extract(Document("Text.", title="THEY LIED about NATO"), Document("Text.", title="1"))
    # An acronym on its own is not shouting.
    assert found.values["structure.title_shouted_share"][0] == 2 / 4
    assert math.isnan(found.values["structure.title_shouted_share"][1])


def test_layout_is_not_measured_on_flattened_text(article: str) -> None:
    formatted, flat = Document(article), Document(" ".join(article.split()))
    found = extract(formatted, flat)
    for name in LAYOUT:
        assert not math.isnan(found.values[name][0]), name
        assert math.isnan(found.values[name][1]), name
        assert "line breaks" in found.reasons[name]


def test_sentence_spread_by_hand() -> None:
    # Sentences of 2 and 4 words: mean 3, deviation 1.
    found = extract(Document("It rained. Nobody saw it coming."))
    assert found.values["structure.sentence_spread_words"][0] == 1.0


@given(st.lists(st.text(max_size=200), max_size=5))
def test_an_article_counts_the_same_in_any_company(texts: list[str]) -> None:
    text = "Why? You and I saw 3 of the NAMELESS men — or Tom Reyl's dog... \n\nIt ran! And ran."
    first = Document(text, title="Is it so? 3,000 you")
    together = extract(first, *(Document(other, title=other[:20]) for other in texts))
    for name, column in extract(first).values.items():
        assert together.values[name][0].tobytes() == column[0].tobytes(), name
    for feature in EXTRACTOR.features:
        column = together.values[feature.name]
        known = column[~np.isnan(column)]
        assert ((known >= feature.low) & (known <= feature.high)).all(), feature.name
        assert known.size == column.size or together.reasons[feature.name]


def test_every_mark_has_a_place_and_a_sentence(article: str) -> None:
    found = extract(Document(article, title="A title"))
    values = {name: float(column[0]) for name, column in found.values.items()}
    for feature in EXTRACTOR.features:
        said = feature.say(values)
        assert said
        assert feature.name not in said
        if feature.evidence and values[feature.name] > 0:
            assert len(found.findings[feature.evidence])
