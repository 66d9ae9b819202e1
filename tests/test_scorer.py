"""The public contract: scores, exact explanations, abstentions, batches, errors."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seed_findings import NAMES, read_article

import credscore
from credscore.abstention import MIN_WORDS
from credscore.errors import InputError, ModelError
from credscore.judgement import Score, percent
from credscore.report import Report
from credscore.scorer import BATCH_ARTICLES, ScoringError

TEXTS = Path(__file__).parent / "texts"
ARTICLES = {name: read_article(name) for name in NAMES}


def numbers(report: object) -> object:
    """Everything in a report that is a number."""
    assert isinstance(report, Report)
    return [
        (
            s.value,
            s.low,
            s.high,
            s.log_odds,
            s.baseline,
            [(c.feature, c.log_odds, c.points) for c in s.contributions],
        )
        for s in report.scores
    ], dict(report.genre.probabilities)


def check_score(score: Score) -> None:
    assert score.value is not None
    assert score.low is not None
    assert score.high is not None
    assert score.log_odds is not None
    assert score.baseline is not None
    assert 0 <= score.low <= score.value <= score.high <= 100
    total = score.baseline + math.fsum(c.log_odds for c in score.contributions)
    assert total == pytest.approx(score.log_odds, abs=1e-9)
    points = percent(score.baseline) + math.fsum(c.points for c in score.contributions)
    assert points == pytest.approx(score.value, abs=1e-6)
    sizes = [abs(c.log_odds) for c in score.contributions]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_additive_and_in_range(name: str) -> None:
    report = credscore.score(ARTICLES[name])
    for score in report.scores:
        check_score(score)
    assert report.overall.log_odds == pytest.approx(
        (report.credibility.log_odds + report.quality.log_odds) / 2, abs=1e-12
    )
    assert math.fsum(report.genre.probabilities.values()) == pytest.approx(1)
    assert set(report.genre.probabilities) == {
        "report", "opinion", "press_release", "satire", "content_farm",
    }  # fmt: skip
    assert report.genre.label == max(
        report.genre.probabilities, key=lambda kind: report.genre.probabilities[kind]
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_contribution_has_a_sentence_and_true_passages(name: str) -> None:
    text = ARTICLES[name]
    for score in credscore.score(text).scores:
        for part in score.contributions:
            assert part.sentence
            assert part.feature not in part.sentence
            for found in part.evidence:
                assert text[found.start : found.end] == found.text != ""


def test_measurements_and_annotations() -> None:
    text = ARTICLES[NAMES[0]]
    report = credscore.score(text)
    assert list(report.measurements) == sorted(f.name for f in credscore.list_features())
    for name, measurement in report.measurements.items():
        assert math.isnan(measurement.value) == (measurement.reason is not None), name
    again = credscore.annotate(text)
    for field in again.fields:
        assert getattr(report.annotations, field) == getattr(again, field)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no text"),
        (" \n\t", "no text"),
        ("Too short to judge.", "4 words; at least 50"),
        ("\x00\x01\x02" * 500, "no text"),
        ("aGVsbG8gd29ybGQgdGhpcyBpcyBiYXNlNjQ " * 60, "too long for text"),
        ("中文新闻" * 300, "not readable English"),
        ("the word is this and that " * 2000, "over and over"),
    ],
)
def test_abstains_with_a_reason(text: str, reason: str) -> None:
    report = credscore.score(text)
    assert report.abstained
    assert report.abstention_reason is not None
    assert reason in report.abstention_reason
    assert report.overall.value is None
    assert report.overall.contributions == ()
    assert report.genre.label is None
    assert json.loads(report.to_json())["scores"]["overall"]["value"] is None
    assert "Cannot tell" in report.to_markdown()


@pytest.mark.parametrize("name", ["links", "german", "snippet", "scores"])
def test_abstains_on_odd_pages(name: str) -> None:
    assert credscore.score((TEXTS / f"{name}.txt").read_text(encoding="utf-8")).abstained


def test_just_enough_words_is_judged() -> None:
    words = "The council said on Monday that it will repair the old wall in the harbour. ".split()
    text = " ".join((words * 10)[: MIN_WORDS + 6])
    assert not credscore.score(text).abstained
    assert credscore.score(" ".join(text.split()[: MIN_WORDS - 8])).abstained


def test_many_equals_one_by_one() -> None:
    texts = list(ARTICLES.values()) * 8
    assert len(texts) > BATCH_ARTICLES
    alone = [numbers(credscore.score(text)) for text in ARTICLES.values()] * 8
    assert [numbers(report) for report in credscore.score_many(texts)] == alone
    backwards = [numbers(report) for report in credscore.score_many(texts[::-1])]
    assert backwards[::-1] == alone


def test_processes_give_the_same_numbers() -> None:
    texts = list(ARTICLES.values()) * 7
    alone = [numbers(report) for report in credscore.score_many(texts)]
    assert [numbers(report) for report in credscore.score_many(texts, n_jobs=2)] == alone


def test_score_many_is_lazy_and_takes_records() -> None:
    def endless():  # type: ignore[no-untyped-def]
        while True:
            yield {"text": ARTICLES[NAMES[0]], "title": "A title"}

    reports = credscore.score_many(endless())
    assert isinstance(next(reports), Report)


def test_errors_are_raised_or_recorded() -> None:
    items = [ARTICLES[NAMES[0]], None, ARTICLES[NAMES[1]]]
    with pytest.raises(InputError, match="NoneType"):
        list(credscore.score_many(items))
    for n_jobs in (1, 2):
        first, error, last = credscore.score_many(items, on_error="record", n_jobs=n_jobs)
        assert isinstance(first, Report)
        assert isinstance(last, Report)
        assert isinstance(error, ScoringError)
        assert error.index == 1
    with pytest.raises(InputError, match="on_error"):
        list(credscore.score_many(items, on_error="ignore"))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="n_jobs"):
        list(credscore.score_many(items, n_jobs=0))
    with pytest.raises(InputError, match="several articles"):
        list(credscore.score_many(ARTICLES[NAMES[0]]))


def test_json_is_strict_and_complete() -> None:
    report = credscore.score(credscore.Document(ARTICLES[NAMES[0]], title="T", source="s"))
    data = json.loads(report.to_json())
    assert data["schema"] == "credscore.report/1"
    assert data["source"] == "s"
    assert data["scores"]["quality"]["value"] == report.quality.value
    assert set(data["measurements"]) == set(report.measurements)


def test_markdown_names_the_scores_and_reasons() -> None:
    report = credscore.score(ARTICLES[NAMES[0]])
    text = report.to_markdown()
    assert "| overall |" in text
    assert "not whether it is true" in text


def test_only_a_prefix_of_an_endless_text_is_read() -> None:
    from credscore.document import MAX_CHARACTERS

    base = ARTICLES[NAMES[0]] + "\n\n"
    text = base * (MAX_CHARACTERS // len(base) + 2)
    report = credscore.score(text)
    assert any("only the first" in note for note in report.notes)


def test_url_source_and_site_never_matter() -> None:
    text = ARTICLES[NAMES[0]]
    plain = numbers(credscore.score(credscore.Document(text)))
    named = credscore.Document(text, url="https://x.example/a", source="x.example", site_name="X")
    assert numbers(credscore.score(named)) == plain


def test_scoring_error_messages_name_the_way_out() -> None:
    with pytest.raises(InputError, match="decode it first"):
        credscore.score(b"bytes")


@settings(max_examples=80)
@given(st.text(max_size=800))
def test_any_text_gives_a_report(text: str) -> None:
    report = credscore.score(text)
    assert report.abstained or all(0 <= (s.value or 0) <= 100 for s in report.scores)
    json.loads(report.to_json())


def test_a_path_is_no_model() -> None:
    with pytest.raises(ModelError, match="load_model"):
        credscore.Scorer(credibility="models/credibility/1/model.json")  # type: ignore[arg-type]
