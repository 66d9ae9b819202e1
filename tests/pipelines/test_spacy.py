"""The spaCy component: by name alone, in several processes, drawn by displaCy."""

from __future__ import annotations

import subprocess
import sys

import pytest
import spacy
from expected_rows import ARTICLES, SHORT
from spacy import displacy
from spacy.tokens import Doc

import credscore
from credscore.pipelines import spacy as component  # noqa: F401  registers it in a bare checkout
from credscore.report import Report

TEXTS = [*ARTICLES.values(), SHORT]


@pytest.fixture(scope="module")
def nlp() -> spacy.Language:
    made = spacy.blank("en")
    made.add_pipe("credscore")
    return made


def same(report: Report, text: str) -> None:
    assert report.to_dict() == credscore.score(text).to_dict()


def test_equals_score_exactly(nlp: spacy.Language) -> None:
    for text, doc in zip(TEXTS, nlp.pipe(TEXTS), strict=True):
        same(doc._.credscore, text)
    same(nlp(TEXTS[0])._.credscore, TEXTS[0])


def test_two_processes(nlp: spacy.Language) -> None:
    docs = nlp.pipe(TEXTS, n_process=2, batch_size=3)
    for text, doc in zip(TEXTS, docs, strict=True):
        same(doc._.credscore, text)
        assert len(doc.spans["credscore"]) == len(nlp(text).spans["credscore"])


def test_a_doc_keeps_its_report_as_bytes(nlp: spacy.Language) -> None:
    doc = nlp(TEXTS[0])
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    same(again._.credscore, TEXTS[0])
    assert [span.label_ for span in again.spans["credscore"]] == [
        span.label_ for span in doc.spans["credscore"]
    ]


def test_spans_cover_what_was_found(nlp: spacy.Language) -> None:
    doc = nlp(TEXTS[0])
    found = credscore.annotate(TEXTS[0])
    spans = doc.spans["credscore"]
    hedges = [span for span in spans if span.label_.startswith("hedge: ")]
    assert len(hedges) == len(found.hedges)
    for span, hedge in zip(hedges, found.hedges, strict=True):
        assert span.start_char <= hedge.start < hedge.end <= span.end_char
    html = displacy.render(doc, style="span", options={"spans_key": "credscore"}, page=True)
    assert "attribution: named" in html


def test_no_spans_on_request_and_no_report_without() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("credscore", config={"spans_key": ""})
    assert not nlp(TEXTS[0]).spans
    assert spacy.blank("en")(TEXTS[0])._.credscore is None
    assert nlp("")._.credscore.abstained


def test_another_language_is_refused() -> None:
    with pytest.raises(credscore.InputError, match="reads English"):
        spacy.blank("de").add_pipe("credscore")


def test_by_name_alone() -> None:
    """Nothing of credscore is imported by the user: spaCy finds the entry point."""
    script = (
        "import spacy; nlp = spacy.blank('en'); nlp.add_pipe('credscore');"
        "print(nlp('Too short.')._.credscore.abstained)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout == "True\n", done.stderr
