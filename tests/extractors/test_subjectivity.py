"""Subjectivity: written examples, whose words count, and what edits must change."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from seed_findings import read_article

from credscore.document import Document
from credscore.extractors.subjectivity import EXTRACTOR
from credscore.extractors.subjectivity import extractor as module
from credscore.features import Extraction
from credscore.registry import annotate_batch

EXAMPLES = tomllib.loads(Path(module.__file__).with_name("examples.toml").read_text("utf-8"))
SHARE, SENTENCES = "subjectivity.subjective_share", "subjectivity.sentences_count"


def extract(*texts: str) -> Extraction:
    batch = annotate_batch([Document(text) for text in texts])
    return batch.done[EXTRACTOR.name]


def passages(text: str) -> list[str]:
    return [text[start:end] for start, end in extract(text).findings["subjective"].spans(0)]


@pytest.mark.parametrize("example", EXAMPLES["fires"], ids=lambda example: example["text"][:30])
def test_opinion_is_shown(example: dict[str, Any]) -> None:
    assert passages(example["text"]) == example["passages"]


@pytest.mark.parametrize("example", EXAMPLES["silent"], ids=lambda example: example["text"][:30])
def test_facts_and_what_others_say_are_not(example: dict[str, Any]) -> None:
    assert passages(example["text"]) == []


def test_demonstration_articles_are_in_order() -> None:
    names = ("ferry-wire", "bridge-report", "library-column", "council-blog")
    share = extract(*map(read_article, names)).values[SHARE]
    assert max(share[:2]) < min(share[2:])


def test_titles_and_fragments_are_not_judged() -> None:
    found = extract("A truly shameful and disgusting betrayal of us all\n\nBy Ana Holt")
    assert found.values[SENTENCES][0] == 0
    assert np.isnan(found.values[SHARE][0])
    assert found.reasons[SHARE]
    values = {name: float(column[0]) for name, column in found.values.items()}
    assert EXTRACTOR.features[1].say(values) == "the article has no sentences of the writer’s own"


def test_lurid_words_raise_the_share() -> None:
    plain = "The council closed the pool on Monday. It will open again in June."
    lurid = "The council shamefully closed our beloved pool on Monday. It will open again in June."
    low, high = extract(plain, lurid).values[SHARE]
    assert low < high


def test_every_sentence_reads_well() -> None:
    one = "You should be furious about this shameful betrayal!"
    for text in (one, "The clerk opened the door at nine.", f"{one} {one} The shop shut at six."):
        values = {name: float(column[0]) for name, column in extract(text).values.items()}
        for feature in EXTRACTOR.features:
            assert re.search(r"reads? as opinion rather than fact to \d+ % ", feature.say(values))


def test_what_is_usual_is_measured(root: Path) -> None:
    path = root / "benchmarks/results/single_features_subjectivity.json"
    measured = json.loads(path.read_text("utf-8"))
    assert measured["version"] == EXTRACTOR.version
    share = f"{100 * measured['features'][SHARE]['mean']:.0f} %"
    assert f"(usual: {share})" in EXTRACTOR.features[0].say({SHARE: 0.5, SENTENCES: 9.0})


def test_company_changes_nothing() -> None:
    names = ("ferry-wire", "bridge-report", "library-column", "council-blog")
    texts = [read_article(name) for name in names]
    together = extract(*texts)
    for place, text in enumerate(texts):
        assert extract(text).values[SHARE][0] == together.values[SHARE][place]


def test_figures_in_the_readme_are_measured(root: Path) -> None:
    readme = Path(module.__file__).with_name("README.md").read_text("utf-8")
    results = json.loads((root / "benchmarks/results/subjectivity.json").read_text("utf-8"))
    for name, row in results["held_out"].items():
        for figure in ("auc", "macro_f1"):
            item = row[figure]
            cell = f"{item['value']:.3f} ({item['low']:.3f}-{item['high']:.3f})"
            assert re.search(rf"\| {re.escape(name)} \|.*{re.escape(cell)}", readme), name
