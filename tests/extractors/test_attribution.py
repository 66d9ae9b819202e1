"""Attribution: hand-worked examples, odd formats, broken model files, and invariants."""

from __future__ import annotations

import json
import math
import shutil
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seed_findings import NAMES, read_article, read_findings

from credscore.annotations import Attribution
from credscore.document import Document
from credscore.errors import ModelError
from credscore.extractors.attribution import EXTRACTOR, tables
from credscore.extractors.attribution import extractor as module
from credscore.extractors.attribution.columns import describe, every_base_column
from credscore.extractors.attribution.slots import BASE, PLAIN, SYMBOL
from credscore.model_files import MODELS_VARIABLE, find_model
from credscore.registry import Batch, annotate_batch, make_batch

EXAMPLES = tomllib.loads(Path(module.__file__).with_name("examples.toml").read_text("utf-8"))
ARTICLE = (
    "The harbour will close for a week, the port authority said on Tuesday.\n\n"
    "“We found rust where there should be none,” said Ilse Brandt, the harbour master.\n\n"
    "“It is not dangerous,” she said. “It is only expensive.”\n\n"
    "Work begins on Monday. Three cranes will be moved to the south pier."
)


def extracted(*texts: str) -> Batch:
    batch = make_batch([Document(text) for text in texts])
    batch.done[EXTRACTOR.name] = EXTRACTOR.extract(batch)
    return batch


def attributions(text: str) -> tuple[Attribution, ...]:
    return EXTRACTOR.annotate(extracted(text), "attributions", 0)


def words_of(text: str, item: Attribution) -> str:
    return " ".join(text[span.start : span.end] for span in item.content)


def value(text: str, name: str) -> float:
    return float(extracted(text).done["attribution"].values[f"attribution.{name}"][0])


@pytest.mark.parametrize("example", EXAMPLES["fires"], ids=lambda example: example["form"])
def test_attributions_are_found(example: dict[str, Any]) -> None:
    text = example["text"]
    found = attributions(text)
    for wanted in example["attributions"]:
        matching = [item for item in found if wanted["content"] in words_of(text, item)]
        assert matching, [words_of(text, item) for item in found]
        item = matching[0]
        assert item.source is not None
        assert item.cue is not None
        assert wanted["source"] in text[item.source.start : item.source.end]
        assert wanted["cue"] in text[item.cue.start : item.cue.end]
        assert item.source_kind == wanted["kind"]
        assert item.direct == wanted["direct"]
        assert item.weak == wanted.get("weak", item.weak)


def test_agentless_reports_are_weak() -> None:
    text = "It has been widely claimed that the pier was sold last winter."
    assert [(item.source, item.weak) for item in attributions(text)] == [(None, True)]


@pytest.mark.parametrize("example", EXAMPLES["silent"], ids=lambda example: example["text"][:30])
def test_look_alikes_are_not_attributed(example: dict[str, Any]) -> None:
    assert attributions(example["text"]) == ()


@pytest.mark.parametrize("example", EXAMPLES["edge"], ids=lambda example: example["form"])
def test_edge_cases(example: dict[str, Any]) -> None:
    assert attributions(example["text"]) == ()


def test_a_pronoun_stands_for_who_spoke_before() -> None:
    pronoun = [item for item in attributions(ARTICLE) if item.source_kind == "pronoun"]
    assert [item.resolved for item in pronoun] == ["Ilse Brandt"]


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "word", "“", '"', "said", "🙂", "a" * 5000, "“" * 300]
)
def test_odd_texts_give_values_or_reasons(text: str) -> None:
    extraction = extracted(text).done["attribution"]
    for feature in EXTRACTOR.features:
        number = extraction.values[feature.name][0]
        if math.isnan(number):
            assert extraction.reasons[feature.name]
        else:
            assert feature.low <= number <= feature.high


def test_an_article_is_measured_alike_in_any_batch() -> None:
    others = [example["text"] for example in EXAMPLES["fires"]]
    others += [": “We closed it,” Brandt said of the A", "LEEDS — Brandt —", "— The pier is shut."]
    alone = extracted(ARTICLE)
    among = extracted(*others, ARTICLE, *others[::-1])
    place = len(others)
    for name, column in alone.done["attribution"].values.items():
        assert np.array_equal(
            column[0], among.done["attribution"].values[name][place], equal_nan=True
        )
    assert EXTRACTOR.annotate(alone, "attributions", 0) == EXTRACTOR.annotate(
        among, "attributions", place
    )


def test_sentences_speak_plainly() -> None:
    for text in (ARTICLE, "Rain fell all night. The field was wet.", "Word"):
        values = {k: float(v[0]) for k, v in extracted(text).done["attribution"].values.items()}
        for feature in EXTRACTOR.features:
            if not math.isnan(values[feature.name]):
                sentence = feature.say(values)
                assert sentence
                assert "attribution." not in sentence
                assert "_" not in sentence


def test_evidence_lies_inside_the_text() -> None:
    findings = extracted(ARTICLE).done["attribution"].findings
    assert {f.evidence for f in EXTRACTOR.features if f.evidence} <= set(findings)
    for table in findings.values():
        assert (table.start >= 0).all()
        assert (table.start < table.end).all()
        assert (table.end <= len(ARTICLE)).all()
        assert (np.diff(table.start) >= 0).all()


def test_more_attribution_raises_the_share() -> None:
    more = ARTICLE + "\n\n“Nobody will lose work over it,” said Brandt."
    assert value(more, "word_share") > value(ARTICLE, "word_share")
    plain = ARTICLE + "\n\nThe north pier is 200 metres long. It was built of granite and timber."
    assert value(plain, "word_share") < value(ARTICLE, "word_share")


def test_lost_line_breaks_change_little() -> None:
    flat = ARTICLE.replace("\n\n", " ")
    assert abs(value(flat, "word_share") - value(ARTICLE, "word_share")) < 0.1


def test_demonstration_articles() -> None:
    """Most of what a careful reader marked is found, and with its source: a learned tagger misses
    some, and these are the shares it must keep."""
    expected = found = sourced = right = 0
    for name in NAMES:
        text = read_article(name)
        marked = EXTRACTOR.annotate(annotate_batch([Document(text)]), "attributions", 0)
        for item in read_findings(name).get("attribution", ()):
            low = text.index(item["within"])
            high = low + len(item["within"])
            near = [m for m in marked if m.start < high and m.end > low]
            expected += 1
            found += bool(near)
            if "source" in item:
                sourced += 1
                spans = [text[m.source.start : m.source.end] for m in near if m.source]
                right += any(item["source"] in span or span in item["source"] for span in spans)
    assert found >= 0.93 * expected
    assert right >= 0.88 * sourced


def test_the_readme_shows_the_measured_figures() -> None:
    root = Path(__file__).resolve().parents[2]
    result = json.loads((root / "benchmarks/results/attribution.json").read_text("utf-8"))
    text = Path(module.__file__).with_name("README.md").read_text("utf-8")
    lines = (
        ("content_f1", "| content F1 | .87 | .89 |"),
        ("source_f1", "| source F1 | .72 | .74 |"),
        ("cue_f1", "| cue F1 | .67 | .68 |"),
        ("density_r", "| density: Pearson r | .93 | |"),
        ("density_mae", "| density: mean absolute error | .05 | sd .044 |"),
    )
    for name, opening in lines:
        low, value, high = (f"{result['model'][name][k]:.3f}"[1:] for k in ("low", "value", "high"))
        rules = f"{result['rules'][name]:.3f}"[1:]
        flat = f"{result['model_without_line_breaks'][name]:.3f}"[1:]
        assert f"{opening} {value} ({low} to {high}) | {rules} | {flat} |" in text


@given(st.text(alphabet="ab. ,:“”\"'’\nS(said)", max_size=120))
def test_columns_stay_inside_their_tables(text: str) -> None:
    tokens = extracted(text).tokens
    if not len(tokens):
        return
    classes = tables.load_tables().classes
    found = describe(tokens, np.zeros(len(tokens), dtype=np.int64), classes)
    columns = every_base_column(found)
    for slot in (*BASE, *PLAIN):
        column = columns[slot.name]
        assert column.min() >= 0
        assert slot.rows == SYMBOL or column.max() < slot.rows


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the model that a test may break."""
    folder = tmp_path / "attribution" / "1"
    shutil.copytree(find_model("attribution").parent, folder)
    (tmp_path / "current.toml").write_text('attribution = "1"\n')
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path))
    tables.read_header.cache_clear()
    tables.load_tables.cache_clear()
    yield folder
    tables.read_header.cache_clear()
    tables.load_tables.cache_clear()


def test_a_whole_model_loads(copied: Path) -> None:
    assert tables.load_tables().header.path == copied / "model.json"


def test_damaged_weights_are_refused(copied: Path) -> None:
    data = bytearray((copied / "weights.npz").read_bytes())
    data[len(data) // 2] ^= 255
    (copied / "weights.npz").write_bytes(data)
    with pytest.raises(ModelError, match="SHA-256"):
        tables.load_tables()


@pytest.mark.parametrize(
    ("field", "value"),
    [("format", "other"), ("labels", []), ("words", [""]), ("units_per_logit", 0),
     ("bonus", [[1], [2]]), ("weights", "../weights.npz"), ("direct_words", "many")],
)  # fmt: skip
def test_a_broken_header_is_refused(copied: Path, field: str, value: object) -> None:
    path = copied / "model.json"
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**data, field: value}), "utf-8")
    with pytest.raises(ModelError, match=r"model\.json|weights"):
        tables.load_tables()


def test_a_missing_file_is_an_error(copied: Path) -> None:
    (copied / "weights.npz").unlink()
    with pytest.raises(ModelError, match=r"weights\.npz"):
        tables.load_tables()


def spoken(text: str) -> list[tuple[str, str]]:
    """Who says what, by the extractor."""
    return [
        (text[item.source.start : item.source.end] if item.source else "", words_of(text, item))
        for item in attributions(text)
    ]


LABELLED = (
    "{q}Why did you close the pier?\n\n"
    "{a}The steel had rusted through. Nobody could have used it.\n\n"
    "{q}When will it open again?\n\n{a}In May, if the weather is kind."
)


@pytest.mark.parametrize(
    ("question", "answer"), [("Q: ", "A: "), ("Herald: ", "Brandt: "), ("HERALD: ", "Ms. Brandt: ")]
)
@pytest.mark.parametrize("flat", [False, True])
def test_turns_of_an_interview(question: str, answer: str, flat: bool) -> None:
    text = LABELLED.format(q=question, a=answer)
    text = text.replace("\n\n", " ") if flat else text
    turns = spoken(text)
    assert [source for source, _ in turns] == [question[:-2], answer[:-2]] * 2
    assert turns[1][1] == "The steel had rusted through. Nobody could have used it."
    assert turns[3][1] == "In May, if the weather is kind."


def test_q_and_a_are_nobody_to_look_up() -> None:
    found = attributions(LABELLED.format(q="Q: ", a="A: "))
    assert {item.source_kind for item in found} == {"unknown"}


@pytest.mark.parametrize(
    "text",
    [
        "Pros: light and cheap.\n\nCons: noisy.\n\nPros: strong.\n\nCons: heavy.",
        "Monday: rain.\n\nTuesday: sun.\n\nWednesday: rain and wind.",
        "Price: 40\n\nWeight: 2 kg\n\nColour: blue",
    ],
)
def test_lists_with_colons_are_no_interview(text: str) -> None:
    assert not [item for item in attributions(text) if len(item.content) and item.source is None]
    labels = EXTRACTOR.extract(make_batch([Document(text)])).tokens["role"]
    assert (labels == 3).mean() < 0.5


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (
            "“The bridge is safe and will stay open all winter,” said Anna Brandt.",
            True,
        ),
        ("“The bridge is safe and will stay open all winter,” some people say.", False),
        ("It was the “biggest show of the year” in every way and a “must” for all of us.", False),
    ],
)
def test_only_quotations_with_a_source_to_look_up_count_as_quoted(text: str, counts: bool) -> None:
    values = EXTRACTOR.extract(make_batch([Document(text)])).values
    assert (values["attribution.direct_quote_share"][0] > 0.3) == counts
