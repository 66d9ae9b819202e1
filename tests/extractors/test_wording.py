"""Wording: hand-worked examples, symbols, and a word list without topics."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credscore.document import Document
from credscore.extractors.wording import EXTRACTOR, wording
from credscore.extractors.wording import extractor as module
from credscore.extractors.wording.symbols import LEXICON, NOT_COUNTED, SYMBOL_NAMES
from credscore.features import Extraction
from credscore.registry import Batch, make_batch
from credscore.wording_term import Wording

EXAMPLES = tomllib.loads(Path(module.__file__).with_name("examples.toml").read_text("utf-8"))


def measured(*texts: str) -> Batch:
    batch = make_batch([Document(text) for text in texts])
    batch.done["wording"] = EXTRACTOR.extract(batch)
    return batch


def extract(*texts: str) -> Extraction:
    return measured(*texts).done["wording"]


def symbols(text: str) -> list[str]:
    found: Wording = wording(measured(text))
    return [found.names[number] for number in found.symbols]


@pytest.mark.parametrize("example", EXAMPLES["fires"], ids=lambda example: example["text"][:30])
def test_words_are_found_and_shown(example: dict[str, object]) -> None:
    text, group = str(example["text"]), str(example["group"])
    found = extract(text)
    spans = found.findings[group].spans(0)
    assert [text[start:end] for start, end in spans] == example["passages"]
    expected = 100 * len(spans) / found.values["wording.own_words"][0]
    assert found.values[f"wording.{group}_per_100_words"][0] == pytest.approx(expected)


@pytest.mark.parametrize("example", EXAMPLES["silent"], ids=lambda example: example["text"][:30])
def test_nothing_is_found_in_look_alikes(example: dict[str, str]) -> None:
    found = extract(example["text"])
    assert found.findings[example["group"]].spans(0) == ()
    assert not found.values[f"wording.{example['group']}_per_100_words"][0] > 0


@pytest.mark.parametrize("example", EXAMPLES["symbols"], ids=lambda example: example["text"][:30])
def test_symbols(example: dict[str, str]) -> None:
    assert symbols(example["text"]) == example["symbols"].split(" ")


def test_names_numbers_and_rare_words_leave_no_trace() -> None:
    one = "Senator Holt told the Ledger on 3 May that 40 ferries sank near Westerhaven."
    other = "Captain Reyl told the Gazette on 9 May that 77 turbines sank near Kessmark."
    assert symbols(one)[:8] == symbols(other)[:8]
    assert not {"holt", "ledger", "westerhaven", "3", "40"} & set(symbols(one))


def test_quoted_words_are_in_their_own_zone() -> None:
    found = wording(measured('He said: "We won." They left.'))
    zones = [found.zone_names[zone] for zone in found.zones]  # type: ignore[union-attr]
    assert zones == ["own"] * 4 + ["quoted"] * 3 + ["own"] * 4


@pytest.mark.parametrize("change", [str, str.lower, str.upper])
def test_titles_have_symbols_of_their_own_whatever_their_capitals(
    change: Callable[[str], str],
) -> None:
    title = change("Officials Say the Bridge Will Not Hold in 2")
    batch = make_batch([Document("They said so.", title=title), Document("Nobody came.")])
    batch.done["wording"] = EXTRACTOR.extract(batch)
    found = wording(batch)
    names = [found.names[number] for number in found.symbols]
    assert names[:9] == "T:officials T:say T:the T:~x T:will T:not T:hold T:in T:D".split()
    assert names[9:] == ["they", "said", "so", ".", "nobody", "came", "."]
    assert found.first.tolist() == [0, 13, 16]
    assert found.places is not None
    assert found.places.tolist() == [-1] * 9 + list(range(7))


def test_a_title_line_counts_once() -> None:
    title = "Officials say the bridge will not hold"
    text = f"{title}\n\nThey met Tom Reyl on Monday, the city said. Nobody else came to see it."
    alone = symbols(text)
    assert alone[:3] == ["T:officials", "T:say", "T:the"]
    batch = make_batch([Document(text, title=title)])
    batch.done["wording"] = EXTRACTOR.extract(batch)
    found = wording(batch)
    names = [found.names[number] for number in found.symbols]
    assert names[:7] == alone[:7]
    assert names[7:14] == ["_"] * 7


def test_a_flattened_text_has_the_same_symbols() -> None:
    lines = "Officials said so.\n\nThey met Tom Reyl on Monday.\n\nNobody else came."
    assert symbols(lines) == symbols(" ".join(lines.split()))


def test_symbol_names_fit_a_pattern_file() -> None:
    assert len(set(SYMBOL_NAMES)) == len(SYMBOL_NAMES)
    assert not any(" " in name or not name for name in SYMBOL_NAMES)
    assert SYMBOL_NAMES[NOT_COUNTED] == "_"


def test_kept_words_are_single_tokens() -> None:
    vocabulary = make_batch([]).tokens.vocabulary
    for group in ("kept", "days", "months", "always_capital"):
        lost = [word for word in LEXICON.groups[group] if not vocabulary.id_of(word)]
        assert not lost, group


def test_kept_words_hold_no_topic() -> None:
    """A floor, not a proof: the list is read by people whenever it grows."""
    topics = """abortion army border church climate conservative court democrat economy election
    god government guns immigrant islam jews liberal muslim police president race republican tax
    terrorist trump union vaccine war women""".split()
    assert not set(topics) & set(LEXICON.groups["kept"])


@given(st.lists(st.text(max_size=200), max_size=5))
def test_an_article_counts_the_same_in_any_company(texts: list[str]) -> None:
    text = 'The SO-CALLED plan, "a sham", is stunning. Tom Reyl\'s men said so on Monday.'
    alone, together = measured(text), measured(text, *texts)
    first, second = alone.done["wording"], together.done["wording"]
    for name, column in first.values.items():
        assert second.values[name][0].tobytes() == column[0].tobytes(), name
    n_tokens = len(alone.tokens)
    for name, marks in first.tokens.items():
        assert np.array_equal(second.tokens[name][:n_tokens], marks), name
    for feature in EXTRACTOR.features:
        column = second.values[feature.name]
        known = column[~np.isnan(column)]
        assert ((known >= feature.low) & (known <= feature.high)).all(), feature.name


def test_sentences(article: str) -> None:
    values = {name: float(column[0]) for name, column in extract(article).values.items()}
    for feature in EXTRACTOR.features:
        said = feature.say(values)
        assert said
        assert feature.name not in said
    assert math.isnan(extract("").values["wording.loaded_per_100_words"][0])
