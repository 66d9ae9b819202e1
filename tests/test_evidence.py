"""Reports share the batch that they were scored in, and find the same evidence without it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from weakref import ref

import pytest
from seed_findings import NAMES, read_article

import credscore
from credscore import evidence
from credscore.document import Document
from credscore.registry import annotate_batch
from credscore.report import Report

DOCUMENTS = [Document(read_article(name)) for name in NAMES[:12]]


def everything(report: object) -> object:
    """All that a report can show, to the last bit."""
    assert isinstance(report, Report)
    found = report.annotations
    parts = [
        (part.feature, part.value.hex(), part.log_odds.hex(), part.sentence, repr(part.evidence))
        for score in report.scores
        for part in score.contributions
    ]
    spans = {name: measured.spans for name, measured in report.measurements.items()}
    return {field: getattr(found, field) for field in found.fields}, parts, spans


@pytest.fixture(scope="module")
def alone() -> list[object]:
    return [everything(credscore.score(document)) for document in DOCUMENTS]


def test_evidence_from_the_batch_is_that_of_the_article_alone(alone: list[object]) -> None:
    assert [everything(report) for report in credscore.score_many(DOCUMENTS)] == alone


def test_evidence_looked_at_late_is_the_same(
    alone: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    reports = list(credscore.score_many(DOCUMENTS))
    long = Document(DOCUMENTS[0].text * (evidence.KEPT_CHARACTERS // len(DOCUMENTS[0].text)))
    others = [credscore.score(long), credscore.score(long)]  # they take the place of the first

    def counted(documents: list[Document]) -> object:
        made.append(len(documents))
        return annotate_batch(documents)

    monkeypatch.setattr(evidence, "annotate_batch", counted)
    del reports[3]  # nobody holds it, so it is not annotated again
    assert [everything(report) for report in reports] == alone[:3] + alone[4:]
    assert made == [1, len(DOCUMENTS) - 1]
    del others


def test_batches_go_when_nobody_holds_their_reports() -> None:
    reports: Iterator[object] = credscore.score_many(DOCUMENTS[:2])
    report = next(reports)
    assert isinstance(report, Report)
    batch = ref(report._explainer.look()[0].tokens)
    annotations, contributions = report.annotations, report.overall.contributions
    assert batch() is not None
    del report, reports
    gc.collect()
    assert annotations.sentences
    assert contributions[0].sentence
    del annotations, contributions
    gc.collect()
    assert batch() is None
