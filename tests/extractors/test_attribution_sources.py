"""Where sources begin and end, and who they are: as linked from labels, and as tagged."""

from __future__ import annotations

import numpy as np
import pytest

from credscore.document import Document
from credscore.extractors.attribution import EXTRACTOR
from credscore.extractors.attribution.linking import link
from credscore.extractors.attribution.source_kinds import KINDS, type_sources
from credscore.registry import make_batch
from credscore.training.attribution_data import read_own, token_labels


def sources(text: str) -> list[tuple[str, str]]:
    """Each source as written, and its kind; "" where there is none."""
    batch = make_batch([Document(text)])
    batch.done[EXTRACTOR.name] = EXTRACTOR.extract(batch)
    return [
        (text[item.source.start : item.source.end] if item.source else "", item.source_kind)
        for item in EXTRACTOR.annotate(batch, "attributions", 0)
    ]


@pytest.mark.parametrize(
    ("text", "source", "kind"),
    [
        ("We’d guess that the bridge is not safe.", "We’d", "pronoun"),
        ("They’re convinced that the bridge is safe.", "They’re", "pronoun"),
        ("Secretary of State Jan Ekholm said the talks would go on.",
         "Secretary of State Jan Ekholm", "named"),
        ("Secretary of Defense Ann Lee said the talks would go on.",
         "Secretary of Defense Ann Lee", "named"),
        ("“The talks will go on,” said Minister of the Interior Jan Ek.",
         "Minister of the Interior Jan Ek", "named"),
        ("The head of the agency, Ann Lee, said that the talks would go on.",
         "The head of the agency, Ann Lee", "named"),
        ("The mayor of New York said on Monday that the talks would go on.",
         "The mayor of New York", "role"),
        ("The University of Leeds said on Monday that the talks would go on.",
         "The University of Leeds", "named"),
        ("HARRISBURG — The state Department of Corrections said on Monday that the gate is shut.",
         "The state Department of Corrections", "named"),
        ("LEEDS, Maine (AP) — The council said on Monday that the bridge is closed.",
         "The council", "role"),
        ("IBM — the company that built it — said on Monday that it was closed.",
         "IBM — the company that built it", "named"),
        ("Brandt, who says the bridge is safe, will vote against the repair.", "Brandt", "named"),
        ("A hard-line White House adviser said the deal was off.",
         "A hard-line White House adviser", "role"),
        ("“The bridge is safe,” Ann Lee (D-Leeds), a senator, said on Monday.",
         "Ann Lee (D-Leeds), a senator", "named"),
    ],
)  # fmt: skip
def test_sources_are_read_from_first_to_last_word(text: str, source: str, kind: str) -> None:
    assert sources(text)[0] == (source, kind)


@pytest.mark.parametrize(
    "text",
    [
        "Please see full terms of use for our site.",
        "LITTLE BRIDGE—Saying that it was time, the Town Council voted to create a committee.",
    ],
)
def test_openers_and_datelines_are_nobody(text: str) -> None:
    assert {source for source, _ in sources(text)} == {""}


def spans_of(*marked: str) -> list[tuple[str, str]]:
    """Sources as linked and typed from labels that a tagger might give. In each text ``[s ...]``,
    ``[c ...]`` and ``[x ...]`` are labelled, with the other half on the side it stands.
    """
    articles = read_own(marked)
    tokens = make_batch([Document(article.text) for article in articles]).tokens
    links = link(token_labels(articles, tokens).astype(np.uint8), tokens)
    there = links.source_first >= 0
    doc, low, high = tokens.char_span(links.source_first[there], links.source_end[there])
    kind = [KINDS[number] for number in type_sources(links, tokens).kind[there]]
    written = [articles[d].text[a:b] for d, a, b in zip(doc, low, high, strict=True)]
    return list(zip(written, kind, strict=True))


@pytest.mark.parametrize(
    ("marked", "source", "kind"),
    [
        ("It was [s Brandt’s] [c claim] [x that the pier is safe].", "Brandt", "named"),
        ("It is a plan [s that Brandt] [c called] [x a waste of money].", "Brandt", "named"),
        ("Ann Lee[s , 36, who has lived here for years], [c said] [x the pier is safe].",
         "36, who has lived here for years", "anonymous"),
        ("The gate (1911[s ) the department] [c said] [x was shut].", "the department", "role"),
        ("Late [s — the State Department] [c said] [x no].", "the State Department", "named"),
        ("With the [s Supreme] Court [c ruling] [x that it stands], all is said.",
         "the Supreme Court", "named"),
        ("They met a hard[s -line adviser who] [c said] [x no].", "a hard-line adviser", "role"),
        ("On Friday [s Ann Lee on Friday] [c said] [x it is shut].", "Ann Lee", "named"),
        ("Last year [s the mayor recently] [c said] [x it is shut].", "the mayor", "role"),
        ("So [s Mr.] Brandt [c said] [x it is shut].", "Mr. Brandt", "named"),
        ("In all, [s 2020’] [c said] [x it is shut].", "2020", "unknown"),
        ("[s White] [c said] [x it is shut]. They like White.", "White", "named"),
        ("[s Bread] [c said] [x it is shut]. They like bread.", "Bread", "unknown"),
        ("[s The council] [c said] [x it is shut].", "The council", "role"),
        ("[s Gov. [Jan Ek] [c said] [x it is shut].", "Gov. [Jan Ek", "named"),
    ],
)  # fmt: skip
def test_edges_of_sources(marked: str, source: str, kind: str) -> None:
    assert spans_of(marked) == [(source, kind)]


@pytest.mark.parametrize("alone", ["the", "A", "Please", "of the", "on Monday", "and"])
def test_words_that_name_nobody_are_no_source(alone: str) -> None:
    assert spans_of(f"And then, [s {alone}] gate [c said] [x it is shut].") == []


def test_who_stands_right_behind_the_cue_is_its_source() -> None:
    marked = (
        "The state plans to appeal [s1 Judge Krug’s] [x2 ruling], [c2 said] [s2 Emil Cant], a "
        "spokesman for the court."
    )
    articles = read_own([marked])
    tokens = make_batch([Document(articles[0].text)]).tokens
    labels = token_labels(articles, tokens).astype(np.uint8)
    links = link(labels, tokens)
    _, low, high = tokens.char_span(links.source_first, links.source_end)
    assert [articles[0].text[a:b] for a, b in zip(low, high, strict=True)] == ["Emil Cant"]


def test_a_cue_with_a_word_of_content_inside_is_one() -> None:
    text = "The agency released a plan for repairing the pier."
    tokens = make_batch([Document(text)]).tokens
    labels = np.array([1, 1, 3, 6, 3, 6, 6, 6, 6, 0], dtype=np.uint8)
    links = link(labels, tokens)
    assert len(links) == 1
    assert tokens.char_span(links.piece_first, links.piece_end)[1:] == (
        [text.index("for")], [text.index(".")],
    )  # fmt: skip
