"""Pages that break parsers: each gives a Document or a clear error, in linear time."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credscore.document import Document
from credscore.errors import CredscoreError, InputError
from credscore.page import read_page
from credscore.page.guard import MAX_ATTRIBUTES, MAX_BYTES, _cut_attributes, decode
from credscore.page.jsonld import _loaded

pytest.importorskip("lxml")
pytest.importorskip("trafilatura")

DATA = Path(os.environ.get("CREDSCORE_DATA", Path(__file__).parents[1] / "../shared/data"))
HTML5LIB = DATA / "hostile/html5lib-tests"
STORY = (
    "<p>" + "The council voted to repair the old bridge across the river this year. " * 8 + "</p>"
)


def read(html: str | bytes) -> Document | CredscoreError:
    try:
        return read_page(html)
    except CredscoreError as error:
        return error


def seconds(html: str | bytes) -> float:
    start = time.process_time()
    read(html)
    return time.process_time() - start


HOSTILE: dict[str, Callable[[int], str]] = {
    # How each page grows with n; n = 1 is about a hundred thousand characters.
    "attributes": lambda n: "<p " + " ".join(f"a{i}=1" for i in range(10_000 * n)) + ">" + STORY,
    "bare attributes": lambda n: "<p " + " ".join(f"a{i}" for i in range(10_000 * n)) + ">" + STORY,
    "quoted attributes": lambda n: "<p" + ' a=">"b' * 15_000 * n + ">" + STORY,
    "hidden in a quote": lambda n: '<p a=x" ' + "b " * 50_000 * n + '">' + STORY,
    "many wide tags": lambda n: ("<p " + "b " * 700 + ">x</p>") * 70 * n + STORY,
    "unclosed quotes": lambda n: "<a b=\" <a b=' " * 7_000 * n + STORY,
    "unclosed tags": lambda n: "<a b " * 20_000 * n + STORY,
    "unclosed comments": lambda n: STORY + "<!-- a " * 14_000 * n,
    "unclosed scripts": lambda n: STORY + "<script " * 12_000 * n,
    "less-than signs": lambda n: STORY + "<" * 100_000 * n,
    "blanks": lambda n: STORY + "<p" + " " * 100_000 * n + ">",
    "slashes": lambda n: STORY + "<p" + "/" * 100_000 * n + ">",
    "equals signs": lambda n: STORY + "<p " + "=" * 100_000 * n + ">",
    "ampersands": lambda n: STORY + "&" * 100_000 * n,
    "one long paragraph": lambda n: "<p>" + "word " * 20_000 * n,
    "one long word": lambda n: "<p>" + "w" * 100_000 * n,
    "many paragraphs": lambda n: "<p>The council voted.</p>" * 4_000 * n,
    "unclosed paragraphs": lambda n: "<p>a<b>" * 14_000 * n,
    "end tags": lambda n: "<div>" * 100 + "</p>" * 25_000 * n + STORY,
    "deep": lambda n: "<div>" * 20_000 * n + STORY,
    "deep, not too deep": lambda n: ("<div>" * 900 + "a" + "</div>" * 900) * 9 * n + STORY,
    "tables": lambda n: STORY + "<table>" + "<tr><td>1<td>2" * 7_000 * n + "</table>",
    "lists": lambda n: STORY + "<ul>" + "<li>item one" * 8_000 * n + "</ul>",
    "captions": lambda n: STORY * 2 + "<figcaption>c</figcaption>" * 4_000 * n + STORY,
    "authors": lambda n: STORY + "<a rel=author class=byline>Ada Muster</a>" * 2_500 * n,
    "leads": lambda n: STORY + "<i>By</i> " * 10_000 * n,
    "deep json": lambda n: f"<script type=application/ld+json>{'[' * 100_000 * n}</script>" + STORY,
    "wide json": lambda n: (
        f"<script type=application/ld+json>[{'{},' * 33_000 * n}{{}}]</script>" + STORY
    ),
    "many scripts": lambda n: "<script type=application/ld+json>{}</script>" * 2_200 * n + STORY,
    "long author": lambda n: f"<meta name=author content='{'reporter' * 12_000 * n}'>" + STORY,
    "blanks in json": lambda n: (
        f"<script type=application/ld+json>x{' ' * 100_000 * n}y</script>" + STORY
    ),
    "long type in json": lambda n: (
        f'<script type=application/ld+json>{{"@type":"{"Social" * 16_000 * n}"}}</script>' + STORY
    ),
    "long class": lambda n: f"<p class='{'author-' * 15_000 * n}'>By Ada Muster</p>" + STORY,
    "closed comments": lambda n: "<!-- a -->" * 10_000 * n + STORY,
    "comments below the story": lambda n: STORY + "<!-- a -->" * 10_000 * n,
    "comments in a sentence": lambda n: "<p>" + "The council voted. <!-- a -->" * 5_000 * n,
    "processing instructions": lambda n: STORY + "<?php a ?>" * 10_000 * n,
    "sections of data": lambda n: STORY + "<![CDATA[a]]>" * 8_000 * n,
    "unknown declarations": lambda n: STORY + "<!x></ x>" * 12_000 * n,
    "differing authors": lambda n: (
        "".join(f"<b class=author>Ada M{'u' * (i % 97)}</b>" for i in range(1_400 * n)) + STORY
    ),
    "names in one line": lambda n: f"<p>{'by <b>Ada Muster</b> ' * 5_000 * n}</p>" + STORY,
    "only scripts": lambda n: f"<body><script>{'draw();' * 14_000 * n}</script>",
    "metas": lambda n: "<meta name=author content='Ada Muster'>" * 2_500 * n + STORY,
    "long title": lambda n: f"<title>{'a - | ' * 16_000 * n}</title>" + STORY,
    "control characters": lambda n: "<p>" + "a\x00\x01\x0b" * 25_000 * n,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_pages_take_linear_time(name: str) -> None:
    make = HOSTILE[name]
    small, large = make(1), make(8)
    base = max(seconds(small), 0.05)
    # Eight times the page: twenty times is allowed for noise; quadratic growth is sixty-four.
    assert seconds(large) < 20 * base


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("<!--", "-->"), ("//<![CDATA[\n", "\n//]]>"), ("/* <![CDATA[ */", "/* ]]> */\n")],
)
def test_json_within_the_marks_of_old_pages_is_read(before: str, after: str) -> None:
    assert _loaded(f' {before}{{"author": "Ada Muster"}};{after} ') == {"author": "Ada Muster"}


@pytest.mark.parametrize("name", ["attributes", "bare attributes", "hidden in a quote"])
def test_cut_attributes_leave_the_story(name: str) -> None:
    doc = read_page(HOSTILE[name](10))  # 100,000 attributes
    assert "repair the old bridge" in doc.text
    assert doc.notes == (f"1 tag with over {MAX_ATTRIBUTES} attributes cut",)


def test_ordinary_attributes_are_left_alone() -> None:
    html = f'<p title="isn\'t > this" data-x=\'{{"a": "b > c"}}\' hidden>{STORY}' * 50
    assert _cut_attributes(html) == (html, 0)


def test_two_hundred_thousand_comments_leave_the_story() -> None:
    start = time.process_time()
    doc = read_page(STORY + "<!-- a -->" * 200_000 + STORY.replace("council", "mayor"))
    assert time.process_time() - start < 3
    assert "The council voted" in doc.text
    assert "The mayor voted" in doc.text
    assert "<!--" not in doc.text


def test_twenty_megabytes_are_read_in_seconds() -> None:
    html = "<article>" + STORY * (20_000_000 // len(STORY)) + "</article>"
    start = time.process_time()
    doc = read_page(html.encode())
    assert time.process_time() - start < 30
    assert 900_000 < len(doc.text) <= 1_000_000
    assert any("cut at" in note for note in doc.notes)


def test_twenty_megabytes_of_script_say_so() -> None:
    html = "<html><body><script>" + "draw();" * 2_850_000 + "</script></body></html>"
    start = time.process_time()
    with pytest.raises(InputError, match="only scripts"):
        read_page(html)
    assert time.process_time() - start < 10


def test_a_wrong_encoding_still_gives_the_story() -> None:
    story = "<p>" + "Die Brücke über den Fluss bleibt in diesem Jahr gesperrt. " * 20
    declared = "<html><head><meta charset=utf-8></head><body>" + story
    assert "Die Br" in read_page(declared.encode("cp1252")).text


def test_too_large_says_so() -> None:
    with pytest.raises(InputError, match="at most 25,000,000"):
        read_page(b"a" * (MAX_BYTES + 1))


def test_too_many_tags_says_so() -> None:
    with pytest.raises(InputError, match="tags"):
        read_page("<b>" * 3_000_000)


def test_too_deep_says_so() -> None:
    with pytest.raises(InputError, match="deep"):
        read_page("<div>" * 50_000 + STORY)


def _html5lib() -> Iterator[str]:
    for path in sorted(HTML5LIB.glob("tokenizer/*.test")):
        for test in json.loads(path.read_text("utf-8")).get("tests", [])[::25]:
            yield test["input"]
    for path in sorted(HTML5LIB.glob("tree-construction/*.dat")):
        for case in path.read_text("utf-8", errors="replace").split("#data\n")[1::25]:
            yield case.partition("\n#errors")[0]


def test_html5lib_inputs() -> None:
    if not HTML5LIB.is_dir():
        pytest.skip(f"no html5lib-tests in {HTML5LIB}; set CREDSCORE_DATA")
    inputs = list(_html5lib())
    assert len(inputs) > 50
    for html in inputs:
        read(html)
        read(html + STORY)


def test_html5lib_encodings() -> None:
    if not HTML5LIB.is_dir():
        pytest.skip(f"no html5lib-tests in {HTML5LIB}; set CREDSCORE_DATA")
    for path in sorted(HTML5LIB.glob("encoding/**/*.*")):
        data = path.read_bytes()
        read(data)
        for case in data.split(b"#data\n")[1:]:
            assert isinstance(decode(case.partition(b"\n#encoding")[0]), str)


PIECES = [
    "<p>", "</p>", "<div", ">", "<!--", "-->", "<script>", "</script>", "<![CDATA[", "]]>", "&#0;",
    "&#x110000;", "&amp", "\x00", "\ud800", "\ufeff", "<table><tr><td>", "<svg><p>", "<math>",
    "<meta charset=utf-16>", "<?xml version='1.0' encoding='utf-7'?>", "<title>", "<textarea>",
    "<template>", "<body lang=en>", "<html><html>", "<plaintext>", "<frameset>", "By Ada Muster",
    "<script type=application/ld+json>", '{"@type":"NewsArticle","author":', "}", '[[{"name":1}]]',
    "<li>", "<br>", "<figcaption>", " a='", '"', "é", "<p itemprop=author>", "<a rel=author>",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_mixture_of_markup(html: str) -> None:
    read(html)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    read(data)
    read(data + STORY.encode())
    read(STORY.encode() + data)


@pytest.mark.parametrize("odd", ["\x01", "&#1;", "\ufffe", "&#xd800;", "\x0b"])
def test_long_values_with_control_characters(odd: str) -> None:
    read(f'<meta name="author" content="{odd}{"Ada Muster, " * 200}">{STORY}')
