"""The demonstration articles and their expected findings fit each other.

Nothing is scored here: each passage that a findings file names must stand in its article, exactly
once as located, and each kind must be one that credscore knows.
"""

from __future__ import annotations

import unicodedata
from typing import get_args

import pytest
from seed_findings import (
    NAMES,
    SEEDS,
    LocationError,
    accepted,
    items,
    locate,
    read_article,
    read_findings,
)

from credscore.annotations import Annotations, BylineKind, SourceKind

GENRES = {"report", "opinion", "press_release", "satire", "content_farm"}
SCORES = {"overall", "credibility", "quality"}

# The kinds a findings file may name, by table. Hedges name boosters only (seeds/README.md).
KINDS: dict[str, set[str]] = {
    "byline": set(get_args(BylineKind)),
    "signal": {
        "dateline", "published", "updated", "correction", "photo_credit", "contact", "biography"
    },
    "specific": {"number", "money", "percent", "date", "study", "programme"},
    "hedge": {"booster"},
    "boilerplate": {"navigation", "engagement", "promotion", "legal", "template"},
}  # fmt: skip

# Keys by table: those that must be there, those that may.
PLACE = {"within", "occurrence"}
KEYS: dict[str, tuple[set[str], set[str]]] = {
    "byline": ({"name", "kind"}, PLACE),
    "signal": ({"text", "kind"}, PLACE),
    "attribution": (
        {"within", "source_kind", "direct", "content"},
        {"source", "weak", "resolved"},
    ),
    "specific": ({"text", "traceable"}, PLACE | {"kind"}),
    "hedge": ({"text"}, PLACE | {"kind"}),
    "boilerplate": ({"text", "kind"}, PLACE),
    "quote": ({"text"}, PLACE),
    "forbidden": ({"field", "text"}, PLACE | {"why"}),
    "above": ({"article"}, SCORES),
}

# The table whose findings a field of Annotations holds; an attribution has no text of its own.
FINDINGS_OF = {
    "bylines": "byline",
    "signals": "signal",
    "specifics": "specific",
    "hedges": "hedge",
    "boilerplate": "boilerplate",
    "quotes": "quote",
    "attributions": "none",
}


def test_every_article_has_findings_and_the_other_way_round() -> None:
    expected = sorted(path.stem for path in (SEEDS / "expected").glob("*.toml"))
    assert len(NAMES) >= 10
    assert expected == NAMES


def test_every_genre_has_an_article() -> None:
    assert {read_findings(name)["genre"] for name in NAMES} == GENRES


@pytest.mark.parametrize("name", NAMES)
def test_article_is_clean_text_of_a_usual_length(name: str) -> None:
    text = read_article(name)
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text
    assert text.endswith("\n")
    assert 250 <= len(text.split()) <= 1100


@pytest.mark.parametrize("name", NAMES)
def test_tables_and_keys_are_known(name: str) -> None:
    findings = read_findings(name)
    assert findings["genre"] in GENRES
    assert set(findings) <= {"genre", *KEYS}
    for table, item in items(findings):
        required, optional = KEYS[table]
        assert required <= set(item) <= required | optional, (table, item)
        assert not set(item) >= PLACE, f"one of 'within' and 'occurrence' is enough: {item}"


@pytest.mark.parametrize("name", NAMES)
def test_kinds_are_known(name: str) -> None:
    findings = read_findings(name)
    for table, item in items(findings, *KINDS):
        assert accepted(item.get("kind", [])) <= KINDS[table], item
    for _, item in items(findings, "attribution"):
        assert accepted(item["source_kind"]) <= set(get_args(SourceKind)), item
    for _, item in items(findings, "forbidden"):
        assert isinstance(getattr(Annotations, item["field"]), property), item


@pytest.mark.parametrize("name", NAMES)
def test_passages_stand_in_the_article(name: str) -> None:
    text = read_article(name)
    for table, item in items(read_findings(name)):
        if table == "above":
            continue
        if table == "attribution":
            wanted = [item["source"]] if "source" in item else []
            wanted += item["content"]
        else:
            wanted = [item["name" if table == "byline" else "text"]]
        for words in wanted:
            start, end = locate(text, item, words)
            assert text[start:end] == words


@pytest.mark.parametrize("name", NAMES)
def test_content_of_an_attribution_stands_apart_from_its_source(name: str) -> None:
    text = read_article(name)
    for _, item in items(read_findings(name), "attribution"):
        assert item["content"], item
        assert isinstance(item["direct"], bool), item
        if "source" in item:
            start, end = locate(text, item, item["source"])
            spans = [locate(text, item, words) for words in item["content"]]
            assert all(e <= start or s >= end for s, e in spans), item


@pytest.mark.parametrize("name", NAMES)
def test_resolved_names_stand_in_the_article(name: str) -> None:
    text = read_article(name)
    for _, item in items(read_findings(name), "attribution"):
        assert item.get("resolved", "") in text, item


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_both_expected_and_forbidden(name: str) -> None:
    text, findings = read_article(name), read_findings(name)
    for _, item in items(findings, "forbidden"):
        start, end = locate(text, item, item["text"])
        table = FINDINGS_OF[item["field"]]
        for _, wanted in items(findings, table):
            words = wanted["name" if table == "byline" else "text"]
            found = locate(text, wanted, words)
            assert found[1] <= start or found[0] >= end, (item, wanted)


@pytest.mark.parametrize("name", NAMES)
def test_order_names_other_articles_and_points(name: str) -> None:
    for _, item in items(read_findings(name), "above"):
        points = {key: value for key, value in item.items() if key in SCORES}
        assert item["article"] in NAMES
        assert item["article"] != name
        assert points, item
        assert all(0 < value <= 100 for value in points.values()), item


def test_farm_page_carries_the_characters_of_machine_written_pages() -> None:
    text = read_article("bridge-farm")
    assert text.count("\u202f") >= 8  # inside numbers
    assert text.count("\u2011") >= 8  # inside words


def test_words_are_located_whole_and_told_apart() -> None:
    text = "The head said he would. Then he left."
    assert locate(text, {"within": "The head said he would."}, "he") == (14, 16)
    assert locate(text, {"occurrence": 2}, "he") == (29, 31)
    with pytest.raises(LocationError, match="say which"):
        locate(text, {}, "he")
    with pytest.raises(LocationError, match="stands 0 times"):
        locate(text, {}, "hea")
