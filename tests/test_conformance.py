"""What every extractor must do, whatever it measures."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seed_findings import NAMES, read_article

from credscore.document import Document
from credscore.registry import Batch, Extractor, annotate_batch, discover

EXTRACTORS = discover()
ARTICLES = [read_article(name) for name in NAMES]
ODD = [
    "", " \n\t\n ", "word", "\U0001f600\U0001f600", ".", '"', "“", "'", "\u200b", "\ud83d",
    "1", "By", "By Ann Lee", "said", '"Yes," he said.', "http://example.org/a?b=c",
    "\u202e\u2066abc", "a\n" * 50, "• x\n" * 20, "A" * 5000, "1,0" * 2000, '"' * 3000,
]  # fmt: skip


def values_of(batch: Batch, extractor: Extractor) -> Mapping[str, np.ndarray]:
    return batch.done[extractor.name].values


def check(batch: Batch) -> None:
    """Ranges, reasons and evidence of a whole batch."""
    n_docs = len(batch.documents)
    for extractor in EXTRACTORS:
        extraction = batch.done[extractor.name]
        names = {feature.name for feature in extractor.features}
        assert set(extraction.values) == names
        assert set(extraction.reasons) <= names
        for feature in extractor.features:
            column = extraction.values[feature.name]
            assert column.dtype == np.float64
            assert column.shape == (n_docs,)
            measured = column[~np.isnan(column)]
            assert (measured >= feature.low).all(), (feature.name, measured.min())
            assert (measured <= feature.high).all(), (feature.name, measured.max())
            if np.isnan(column).any():
                assert extraction.reasons.get(feature.name), feature.name
        for findings in extraction.findings.values():
            lengths = np.array([len(document.text) for document in batch.documents])
            order = np.lexsort((findings.start, findings.doc))
            assert (order == np.arange(len(findings))).all()
            assert (findings.start >= 0).all()
            assert (findings.end > findings.start).all()
            assert (findings.end <= lengths[findings.doc]).all()
            assert (findings.kind < len(findings.kinds)).all()


def check_annotations(batch: Batch, doc: int) -> None:
    text = batch.documents[doc].text
    for extractor in EXTRACTORS:
        for field in extractor.annotations:
            items = extractor.annotate(batch, field, doc)
            assert list(items) == sorted(items, key=lambda item: (item.start, item.end)), field
            for item in items:
                assert 0 <= item.start <= item.end <= len(text)
                outside = getattr(item, "field", "text") == "authors"
                assert outside or item.start < item.end


@pytest.fixture(scope="module")
def articles() -> Batch:
    return annotate_batch([Document(text) for text in ARTICLES])


def test_values_reasons_and_evidence(articles: Batch) -> None:
    check(articles)
    for doc in range(len(ARTICLES)):
        check_annotations(articles, doc)


def test_odd_texts() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        batch = annotate_batch([Document(text) for text in ODD])
        check(batch)
        for doc in range(len(ODD)):
            check_annotations(batch, doc)
        check(annotate_batch([]))


@pytest.mark.parametrize("extractor", EXTRACTORS, ids=lambda e: e.name)
def test_scored_features_are_not_constant(articles: Batch, extractor: Extractor) -> None:
    constant = {
        feature.name
        for feature in extractor.features
        if feature.scored and len(set(map(str, values_of(articles, extractor)[feature.name]))) == 1
    }
    # Rare marks may be absent from ten articles; most features may not.
    assert len(constant) <= len(extractor.features) // 3, constant


@pytest.mark.parametrize("extractor", EXTRACTORS, ids=lambda e: e.name)
def test_non_zero_values_show_their_passages(articles: Batch, extractor: Extractor) -> None:
    extraction = articles.done[extractor.name]
    for feature in extractor.features:
        if feature.evidence is None:
            continue
        found = extraction.findings[feature.evidence]
        counts = np.bincount(found.doc, minlength=len(ARTICLES))
        values = extraction.values[feature.name]
        shown = counts[~np.isnan(values) & (values > 0)]
        if not feature.name.endswith("_share"):  # a share may be of what is not there
            assert (shown > 0).all(), feature.name


@pytest.mark.parametrize("extractor", EXTRACTORS, ids=lambda e: e.name)
def test_sentences_are_sentences(articles: Batch, extractor: Extractor) -> None:
    for doc in range(len(ARTICLES)):
        values = {
            name: float(column[doc])
            for extraction in articles.done.values()
            for name, column in extraction.values.items()
        }
        for feature in extractor.features:
            if math.isnan(values[feature.name]):
                continue
            sentence = feature.say(values)
            assert sentence
            assert feature.name not in sentence
            assert "nan" not in sentence.split()
            assert "{" not in sentence
            assert not sentence.endswith(".")


def test_the_batch_does_not_matter(articles: Batch) -> None:
    for doc, text in enumerate(ARTICLES):
        alone = annotate_batch([Document(text)])
        for extractor in EXTRACTORS:
            for name, column in values_of(articles, extractor).items():
                other = values_of(alone, extractor)[name]
                assert column[doc].tobytes() == other[0].tobytes(), name
            for field in extractor.annotations:
                assert extractor.annotate(articles, field, doc) == extractor.annotate(
                    alone, field, 0
                ), field


def test_url_and_source_are_never_read(articles: Batch) -> None:
    named = annotate_batch(
        [
            Document(text, url="https://news.example/x", source="news.example", site_name="News")
            for text in ARTICLES
        ]
    )
    for extractor in EXTRACTORS:
        for name, column in values_of(articles, extractor).items():
            assert column.tobytes() == values_of(named, extractor)[name].tobytes(), name


@settings(max_examples=60)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=3))
def test_any_text(texts: list[str]) -> None:
    batch = annotate_batch([Document(text) for text in texts])
    check(batch)
    for doc in range(len(texts)):
        check_annotations(batch, doc)


@settings(max_examples=40)
@given(st.data())
def test_any_cut_and_joined_article(data: st.DataObject) -> None:
    """Real text broken in odd places finds more than random characters do."""
    text = data.draw(st.sampled_from(ARTICLES))
    low = data.draw(st.integers(0, len(text)))
    high = data.draw(st.integers(low, min(len(text), low + 600)))
    joint = data.draw(st.sampled_from(["", "\n", '"', "”", " ", "\n\n", "'", "—"]))
    batch = annotate_batch([Document(joint + text[low:high] + joint + text[:high][-200:])])
    check(batch)
    check_annotations(batch, 0)
