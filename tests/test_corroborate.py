"""Corroboration: values in one form, conflicts, quotations, copies, and the page."""

from __future__ import annotations

import json
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seed_findings import read_article

from credscore.corroboration import Corroboration, corroborate
from credscore.corroboration.values import parse

REPORT = """\
KESSMARK, March 11 - The city closed the Lower Aldern bridge to all traffic on Tuesday.

"Nobody drives over this span until we know how deep those cracks go," said Martin Eskeby, the \
city engineer. The bridge carried an average of 17,400 vehicles a day last year, according to \
traffic counts by the Aldern Valley Transport Authority. The deputy mayor, Ingrid \
Falsterholt, said she would ask for €5 billion to pay for temporary supports.
"""
SECOND = """\
Drivers in Kessmark will have to go round. Some 17,400 vehicles a day cross the Lower Aldern, the \
transport authority says.

"Nobody drives over this span until we know how deep those cracks go," Martin Eskeby told radio. \
Falsterholt will ask for five billion euros to pay for the temporary supports, she said.
"""
THIRD = """\
The closing of the bridge is a wake-up call. Falsterholt, the deputy mayor, would ask for €50 \
billion to pay for temporary supports. A “Kessmark Resilience Fund” programme holds $88 billion.
"""


def story(*texts: str) -> Corroboration:
    return corroborate(texts)


def claim_with(found: Corroboration, words: str) -> object:
    matching = [c for c in found.claims if any(words in found.text(m) for m in c.mentions)]
    assert len(matching) == 1, [c.label for c in found.claims]
    return matching[0]


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("money", "€5 billion", "five billion euros"),
        ("money", "$3.2m", "3,200,000 dollars"),
        ("money", "50 cents", "$0.50"),
        ("money", "KRW 40 million", "40 million won"),
        ("percent", "40 %", "forty per cent"),
        ("percent", "3.2 percent", "3.20%"),
        ("duration", "48 hours", "two days"),
        ("number", "3\u202f500 crossings", "3,500 crossings"),
        ("number", "9 out of 10", "nine out of ten"),
        ("date", "14 May", "May 14, 2025"),
        ("date", "9 March 2021", "Mar 9, 2021"),
        ("programme", "“Bridge Watch” Initiative", "Bridge Watch initiative"),
    ],
)
def test_values_that_agree(kind: str, left: str, right: str) -> None:
    one, other = parse(kind, left), parse(kind, right)
    assert one is not None
    assert other is not None
    assert one.agrees(other), (one, other)


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("money", "€5 billion", "€50 billion"),
        ("money", "€5 billion", "$5 billion"),
        ("percent", "3.2 percent", "3.3 percent"),
        ("duration", "48 hours", "48 days"),
        ("date", "14 May 2024", "14 May 2025"),
        ("number", "1,000", "1.0"),
    ],
)
def test_values_that_differ(kind: str, left: str, right: str) -> None:
    one, other = parse(kind, left), parse(kind, right)
    assert one is not None
    assert other is not None
    assert not one.agrees(other)


@given(st.sampled_from(["number", "money", "percent", "duration", "date", "law"]), st.text())
def test_any_words_parse_or_are_left_out(kind: str, text: str) -> None:
    value = parse(kind, text)
    assert value is None or value.agrees(value) or value.dimension == "date"


@pytest.mark.parametrize("digits", ["9" * 400, "9" * 39 + " trillion", "1.2.3", "٣٤ million", "0"])
def test_odd_numbers_do_no_harm(digits: str) -> None:
    found = story(f"It cost ${digits} and more, {digits} people said.", f"It cost ${digits}.")
    assert found.to_json()
    assert found.to_html()


def test_one_value_in_two_forms_is_shared_and_another_is_a_conflict() -> None:
    two = story(REPORT, SECOND)
    fund = claim_with(two, "€5 billion")
    assert fund.carriers == (0, 1)
    assert not fund.conflict
    three = story(REPORT, SECOND, THIRD)
    fund = claim_with(three, "€50 billion")
    assert fund.conflict
    assert set(fund.carriers) == {0, 1, 2}
    assert fund in three.conflicts


def test_conflict_in_short_sentences() -> None:
    found = story(
        "The fund holds €5 billion, Ines Okafor said.",
        "The fund holds five billion euros.",
        "The fund holds €50 billion, she said.",
    )
    (claim,) = found.claims
    assert claim.conflict
    assert claim.values == ("5 billion euro", "50 billion euro")
    assert "in conflict" in found.to_html()


def test_shared_and_standing_alone() -> None:
    found = story(REPORT, SECOND, THIRD)
    vehicles = claim_with(found, "17,400")
    assert vehicles.carriers == (0, 1)
    assert not vehicles.alone
    alone = {claim.label for claim in found.alone(2)}
    assert "$88 billion" in alone
    assert not any("17,400" in label for label in alone)
    names = {name.label for name in found.names_alone(2)}
    assert any("Resilience Fund" in name for name in names)


def test_quotations_are_matched_and_show_who_prints_them() -> None:
    found = story(REPORT, SECOND, THIRD)
    quote = found.quotes[0]
    assert quote.carriers == (0, 1)
    assert not quote.altered
    assert quote.label.startswith("Nobody drives")


def test_altered_quotation() -> None:
    changed = SECOND.replace("how deep those cracks go", "how deep the holes go")
    quote = story(REPORT, changed).quotes[0]
    assert quote.carriers == (0, 1)
    assert quote.altered


def test_copies_count_once() -> None:
    copy = REPORT.replace("Tuesday", "Tuesday evening").upper()
    found = story(REPORT, copy, THIRD)
    assert found.families == ((0, 1), (2,))
    (pair,) = found.copies
    assert (pair.left, pair.right) == (0, 1)
    assert pair.left_share > 0.8
    start, end, there, there_end = pair.passages[0]
    shared = REPORT[start:end]
    assert shared.upper() == copy[there:there_end]
    assert claim_with(found, "17,400").alone


def test_two_words_in_common_are_no_copy() -> None:
    assert story(REPORT, SECOND, THIRD).families == ((0,), (1,), (2,))


def test_report_and_its_farm_rewrite() -> None:
    """The demonstration pair: what the rewrite claims alone is what nobody else reports."""
    found = story(read_article("bridge-report"), read_article("bridge-farm"))
    alone = {claim.label for claim in found.alone(1)}
    assert {"€1.2\u202fbillion", "$88\u202fbillion"} <= alone
    assert any(name.label == "Lower Aldern" and not name.alone for name in found.names)
    assert found.copies == ()


def test_offsets_and_json_and_page() -> None:
    found = story(REPORT, SECOND, THIRD, '<script>alert("&")</script> It cost 5 million crowns.')
    data = json.loads(found.to_json())
    assert data["format"] == "credscore-corroboration/1"
    for key in ("claims", "quotes", "names"):
        for item in data[key]:
            for mention in item["mentions"]:
                text = found.documents[mention["article"]].text
                assert text[mention["start"] : mention["end"]] == mention["text"] != ""
    assert len(found.table()) == len(found.claims) + 1
    page = found.to_html()
    assert "<script>alert" not in page
    HTMLParser().feed(page)
    assert "€50 billion" in page


@pytest.mark.parametrize("texts", [(), ("",), ("", ""), ("One word", "")])
def test_nothing_to_compare(texts: tuple[str, ...]) -> None:
    found = corroborate(texts)
    assert found.shared == ()
    assert found.to_html()


def test_order_of_articles_only_renumbers() -> None:
    forward, backward = story(REPORT, SECOND, THIRD), story(THIRD, SECOND, REPORT)
    renumbered = {(c.values, tuple(sorted(2 - a for a in c.carriers))) for c in backward.claims}
    assert {(c.values, c.carriers) for c in forward.claims} == renumbered


def test_two_hundred_articles_take_seconds() -> None:
    texts = [f"{REPORT}\n{SECOND}\n{THIRD}".replace("17,400", f"{100 + n},000") for n in range(200)]
    started = time.process_time()
    found = corroborate([text * 3 for text in texts])
    assert time.process_time() - started < 40  # on a busy machine; the benchmark says 10
    assert len(found.families) == 1


def test_counts_that_two_articles_give_are_shared() -> None:
    found = story(
        "Police announced three arrests over the bridge on Friday.",
        "The three arrests over the bridge came late. Two turkeys watched.",
    )
    assert [(c.label, c.carriers) for c in found.claims] == [("three arrests", (0, 1))]


def test_a_law_named_in_a_quotation_leaves_the_quotation_whole() -> None:
    words = "“We were disappointed by the vote on the Clean Harbours Act,” Maren Holt said."
    found = story(words, words)
    assert [quote.carriers for quote in found.quotes] == [(0, 1)]


def test_what_a_document_says_word_for_word_is_compared_as_a_quotation() -> None:
    words = "“The 40 girders were never inspected after the flood,” the audit report said."
    found = story(words, "It is written: " + words)
    assert [quote.carriers for quote in found.quotes] == [(0, 1)]
    assert all(claim.kind != "quote_of_document" for claim in found.claims)


def test_time_over_the_number_of_quotations() -> None:
    """Each quotation looked through all attributions of its article."""
    saying = " \u201cWe will pay for all of the bridges here,\u201d Ann Lee said."
    story(saying, saying)  # loads what is loaded once

    def taken(times: int) -> float:
        start = time.process_time()
        story(saying * times, saying)
        return time.process_time() - start

    def least(times: int) -> float:
        """Other processes take the caches: the quickest of a few tells what the work costs."""
        return min(taken(times) for _ in range(4))

    assert least(4000) < 8 * max(least(1000), 0.05)


def test_each_quotation_keeps_its_own_speaker() -> None:
    told = (
        '"We will pay for all of the bridges here," Ann Lee said. '
        '"They shall not be paid for by us," Bo Ek told reporters on Monday.'
    )
    quotes = story(told, told).quotes
    assert [quote.speakers for quote in quotes] == [("Ann Lee",), ("Bo Ek",)]
