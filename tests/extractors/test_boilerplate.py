"""Boilerplate: hand-worked examples, the founding behaviours, and what edits must change."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from seed_findings import NAMES, locate, read_article, read_findings

from credscore.annotations import Boilerplate
from credscore.document import Document
from credscore.errors import ModelError
from credscore.extractors.boilerplate import EXTRACTOR
from credscore.extractors.boilerplate import extractor as module
from credscore.extractors.boilerplate.weights import PATH, read_weights
from credscore.registry import Batch, make_batch

EXAMPLES = tomllib.loads(Path(module.__file__).with_name("examples.toml").read_text("utf-8"))

REPORT = """The city closed the bridge to all traffic on Tuesday after inspectors found two cracks.

The longer of the two measures 31 centimetres, according to a report published on Tuesday.

"We hoped for the best, and that was wrong," Martin Eskeby, the city engineer, told reporters.

Most drivers will now have to use the upper bridge, four kilometres to the north.

The council will discuss the matter on Monday, and nobody expects it to agree quickly."""


def run(*texts: str) -> Batch:
    batch = make_batch([Document(text) for text in texts])
    batch.done[EXTRACTOR.name] = EXTRACTOR.extract(batch)
    return batch


def found(text: str) -> tuple[Boilerplate, ...]:
    return EXTRACTOR.annotate(run(text), "boilerplate", 0)


def value(text: str, name: str) -> float:
    return float(run(text).done["boilerplate"].values[f"boilerplate.{name}"][0])


def outside(text: str) -> list[str]:
    """Runs of tokens that are no part of the body, as text, cut at line ends."""
    batch = run(text)
    tokens, body = batch.tokens, batch.body
    spans = []
    for first, end in zip(tokens.starts[~body] - 1, tokens.ends[~body] - 1, strict=True):
        gap = text[spans[-1][1] : first] if spans else "\n"
        if spans and "\n" not in gap:
            spans[-1][1] = end
        else:
            spans.append([first, end])
    return [text[first:end] for first, end in spans]


@pytest.mark.parametrize("example", EXAMPLES["fires"], ids=lambda example: example["text"][:30])
def test_examples_fire(example: dict[str, Any]) -> None:
    text = example["text"].strip()
    assert [[text[i.start : i.end], i.kind] for i in found(text)] == example["passages"]
    assert outside(text) == example["outside"]


@pytest.mark.parametrize("example", EXAMPLES["silent"], ids=lambda example: example["text"][:30])
def test_look_alikes_stay_silent(example: dict[str, Any]) -> None:
    text = example["text"].strip()
    assert found(text) == ()
    assert outside(text) == []


@pytest.mark.parametrize("name", NAMES)
def test_demonstration_articles(name: str) -> None:
    text, findings = read_article(name), read_findings(name)
    items = found(text)
    for item in findings.get("boilerplate", ()):
        start, end = locate(text, item, item["text"])
        kinds = [i.kind for i in items if i.start < end and i.end > start]
        wanted = item["kind"] if isinstance(item["kind"], list) else [item["kind"]]
        assert set(kinds) & set(wanted), item
    for item in findings.get("forbidden", ()):
        if item["field"] == "boilerplate":
            start, end = locate(text, item, item["text"])
            assert not [i for i in items if i.start < end and i.end > start], item


def test_a_clean_report_stays_whole() -> None:
    assert found(REPORT) == ()
    assert value(REPORT, "outside_share") == 0


def test_teasers_below_the_article_are_not_the_article() -> None:
    teaser = (
        "Harbour board delays vote on fish hall\n"
        "Members disagreed over who should pay for the drains, which were left out of the first"
    )
    text = f"{REPORT}\n\n{teaser}\n\nRead more"
    assert [item.kind for item in found(text)] == ["teaser", "teaser", "navigation"]
    assert value(text, "body_words") == value(REPORT, "body_words")


def test_a_biography_is_neither_body_nor_boilerplate() -> None:
    told = "Helen Tamsworth is a reporter for the Kessmark Ledger and has covered roads since 2016."
    text = f"{REPORT}\n\nHelen Tamsworth\n\nCity Reporter\n\n{told}"
    assert found(text) == ()
    assert outside(text) == ["Helen Tamsworth", "City Reporter", told]


def test_navigation_changes_no_scored_feature() -> None:
    links = "News | Region | Business | Sport\n\nSkip to main content\n\n3 min read\n\n"
    plain, dressed = run(REPORT).done["boilerplate"], run(links + REPORT).done["boilerplate"]
    assert dressed.values["boilerplate.navigation_count"][0] == 3
    for feature in EXTRACTOR.features:
        if feature.scored:
            assert dressed.values[feature.name][0] == plain.values[feature.name][0], feature.name


@pytest.mark.parametrize("kind", ["engagement", "promotion", "template"])
def test_adding_a_passage_raises_its_rate(kind: str) -> None:
    added = {
        "engagement": "Tell us in the comments what you think.",
        "promotion": "Sign up for our free newsletter today.",
        "template": "In conclusion, a bridge is a bridge.",
    }[kind]
    text = f"{REPORT}\n\n{added}"
    assert value(text, f"{kind}_per_100_words") > value(REPORT, f"{kind}_per_100_words") == 0


def test_flattened_text_loses_only_sentences_that_sell_or_call() -> None:
    flat = REPORT.replace("\n\n", " ") + " Subscribe to our newsletter for more stories like this."
    assert outside(flat) == ["Subscribe to our newsletter for more stories like this."]


def test_facts_behind_a_hook_stay_countable() -> None:
    text = f"{REPORT}\n\nDid you know? The first span was opened in 1968 by 400 workers."
    assert outside(text) == []


def test_a_broken_weights_file_is_refused(tmp_path: Path) -> None:
    good = json.loads(PATH.read_text("utf-8"))
    for broken in (
        {**good, "extra": 1},
        {**good, "format": 99},
        {**good, "threshold": 1.5},
        {**good, "own": good["own"][:-1]},
        {**good, "own": [[str(w) for w in row] for row in good["own"]]},
    ):
        path = tmp_path / "weights.json"
        path.write_text(json.dumps(broken), "utf-8")
        with pytest.raises(ModelError, match=r"weights\.json"):
            read_weights(path)


def test_results_do_not_depend_on_the_batch() -> None:
    texts = [read_article(name) for name in NAMES]
    together = run(*texts)
    for doc, text in enumerate(texts):
        assert EXTRACTOR.annotate(together, "boilerplate", doc) == found(text)
    assert np.isnan(run("").done["boilerplate"].values["boilerplate.body_words"][0])


RESULT = json.loads(
    (Path(__file__).parents[2] / "benchmarks/results/boilerplate.json").read_text("utf-8")
)


def test_readme_quotes_the_benchmark() -> None:
    readme = Path(module.__file__).with_name("README.md").read_text("utf-8")
    for figures in RESULT["systems"].values():
        for value, low, high in figures.values():
            assert f"{100 * value:.1f} % ({100 * low:.1f} to {100 * high:.1f})" in readme


def test_floors() -> None:
    own, *baselines = RESULT["systems"].values()
    assert own["content flagged"][0] <= 0.01
    assert own["furniture inside and after found"][0] >= 0.6
    assert RESULT["professional reports"]["lines flagged"] <= 0.002
    for figures in baselines:
        worse = figures["content flagged"][0] > own["content flagged"][0]
        assert worse, "a baseline flags less of the articles; is it better?"
