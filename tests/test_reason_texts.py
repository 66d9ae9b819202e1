"""Sentences and passages as a reader sees them."""

from __future__ import annotations

import math

import pytest

import credscore
from credscore import advice
from credscore.genre import genre_of
from credscore.judgement import Evidence
from credscore.report_text import passages
from credscore.wording_reasons import say_wording


def _found(text: str, part: str) -> Evidence:
    start = text.index(part)
    return Evidence(start, start + len(part), part)


def test_a_mark_is_shown_with_the_words_before_it() -> None:
    text = "A line.\nDo wake up now, Brackenmoor!"
    assert passages([_found(text, "!")], text) == ["“wake up now, Brackenmoor!”"]
    assert passages([_found("! That is all.", "!")], "! That is all.") == ["“!”"]


def test_quotation_marks_within_passages_are_single() -> None:
    text = 'The "Partners" framework” holds.'
    assert passages([_found(text, '"Partners" framework”')], text) == ["“'Partners' framework’”"]


def test_wording_without_passages_claims_no_more_than_the_sum() -> None:
    assert say_wording("overall", "wording.joining", False, ()) == (
        "its joining words are less like those of trusted, professional reports "
        "than an average article’s"
    )


def test_wording_shows_kept_words_before_others() -> None:
    found = [Evidence(0, 11, "those bombs", 5.0), Evidence(20, 27, "I think", 1.0)]
    assert say_wording("credibility", "wording.common", True, found) == (
        "its everyday words are those of trusted news sources: “I think”, “those bombs”"
    )


def test_advice_is_given_only_where_models_declare_a_direction() -> None:
    """Else a negative contribution would not say on which side the article is."""
    from credscore.scorer import default_scorer

    scorer = default_scorer()
    known = {feature.name for feature in credscore.list_features()}
    assert set(advice._ADVICE) <= known
    for model in (scorer.credibility, scorer.quality):
        for table in model.spec.tables:
            if table.direction == "any":
                assert not advice.advice_for(table.feature)
            else:
                said = f"{table.feature}: say in credscore/advice.py what to do about it"
                assert advice.advice_for(table.feature), said


def _sentences(text: str, title: str | None = None) -> dict[str, str]:
    report = credscore.score(credscore.Document(text, title=title))
    return {name: found.sentence for name, found in report.measurements.items()}


def test_sentences_give_the_articles_own_counts() -> None:
    said = _sentences("You owe 40 crowns, the mayor said. " * 20, "The Mayor Wants Her Money Now")
    assert said["structure.title_capitalised_share"] == (
        "its title is in title case: every word of 4 or more letters begins with a capital"
    )
    assert said["structure.title_shouted_share"] == (
        "no word of its title is written in capitals, acronyms aside"
    )
    assert said["structure.number_share"] == "20 of its 140 words are numbers in digits"
    assert said["readability.distinct_word_share"].startswith(
        "its words repeat more than is usual: 7 of 50 in a row are different ones"
    )
    assert said["structure.second_person_per_100_words"] == (
        "20 words such as “you” and “your” in 140 words outside quotation marks"
    )
    assert said["specifics.vague_time_per_100_words"] == "no time is left vague in 140 words"


def test_titles_in_sentence_case_are_said_to_be() -> None:
    said = _sentences("The bridge is closed. " * 20, "Council votes to close the harbour bridge")
    assert said["structure.title_capitalised_share"] == (
        "its title is capitalised like a sentence: "
        "20 % of the words of 4 or more letters begin with a capital"
    )


@pytest.mark.parametrize(
    ("label", "chance", "opening"),
    [
        ("opinion", 0.9, "it reads like opinion"),
        ("opinion", 0.45, "it may be opinion"),
        ("press_release", 0.45, "it may be a press release"),
        ("satire", 0.7, "it may be satire"),
        ("satire", 0.9, "it reads like satire"),
    ],
)
def test_a_kind_that_is_not_sure_is_called_possible(
    label: str, chance: float, opening: str
) -> None:
    labels = (label, "report", "content_farm")
    rest = (1 - chance) / 2
    genre = genre_of(labels, [math.log(chance), math.log(rest), math.log(rest)])
    assert genre.label == label
    assert genre.note is not None
    assert genre.note.startswith(opening)
