"""Pages are self-contained, escaped and say the same as the report."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_reports import TEXT, report
from seed_findings import SEEDS

import credscore
from credscore.html.article import add_up, view
from credscore.html.marks import Passage, paragraphs
from credscore.judgement import percent
from credscore.opportunities import opportunities

HOSTILE = (
    '<script>alert("x")</script> "><img src=x onerror=alert(1)> \'"` onmouseover=alert(2) '
    "</style></title></textarea><!-- ]]> javascript:alert(3) &lt;b&gt; {{ 7 * 7 }} {% raw %} "
    "\u202e\u2028 \x00\x0b \ud800 https://example.com/x"
)
PARTS = {"attribution.named_share": 1.2, "specifics.traceable_share": -0.7, "wording.style": 0.4}


class Elements(HTMLParser):
    """Every start tag with its attributes, and ids that are pointed at."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def hostile_pages() -> list[str]:
    texts = [HOSTILE, HOSTILE + " second"]
    made = [
        report(PARTS, text=text, title=text, source=text, url="javascript:alert(1)", published=text)
        for text in texts
    ]
    rated = [report(PARTS, text=f"{HOSTILE} {n}", source=HOSTILE + str(n % 2)) for n in range(12)]
    return [
        made[0].to_html(),
        made[0]._repr_html_(),
        credscore.compare(made, by="article").to_html(),
        credscore.compare(rated).to_html(),
        credscore.compare(rated)._repr_html_(),
    ]


def test_nothing_in_an_article_becomes_markup() -> None:
    for page in hostile_pages():
        elements = Elements(page).tags
        allowed = {
            "script": (0, 2),
            "img": (0, 0),
            "style": (1, 1),
            "iframe": (0, 0),
            "link": (0, 0),
        }
        for tag, (least, most) in allowed.items():
            assert least <= sum(name == tag for name, _ in elements) <= most, tag
        for _, attributes in elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            assert all(
                not (attributes.get(n) or "").startswith("javascript") for n in ("href", "src")
            )
        page.encode("utf-8")
        assert "{{ 7 * 7 }}" in html.unescape(re.sub("<[^>]*>", "", page))


def test_a_page_needs_nothing_from_outside() -> None:
    for page in hostile_pages():
        for tag, attributes in Elements(page).tags:
            for name in ("src", "srcset", "action", "data", "poster", "background"):
                assert name not in attributes or tag == "input", (tag, name)
            target = attributes.get("href") or "#"
            assert target.startswith("#"), target
    assert "url(" not in re.search(r"<style>(.*?)</style>", hostile_pages()[0], re.S)[1]  # type: ignore[index]


def test_the_policy_allows_the_page_s_own_style_and_script_only() -> None:
    for page in (
        report(PARTS).to_html(),
        credscore.compare([report(title="a"), report()]).to_html(),
    ):
        policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])  # type: ignore[index]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for tag in ("style", "script"):
            inside = re.search(f"<{tag}>(.*?)</{tag}>", page, re.S)[1]  # type: ignore[index]
            digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in policy


def test_names_of_elements_are_unique_and_pointers_lead_somewhere() -> None:
    every = [
        report(PARTS, source=f"s{n % 3}", text=f"{TEXT} {n}", title=f"t{n}") for n in range(30)
    ]
    for page in (report(PARTS).to_html(), credscore.compare(every).to_html()):
        tags = Elements(page).tags
        ids = [a["id"] for _, a in tags if "id" in a]
        assert len(ids) == len(set(ids))
        pointed = [a.get("aria-describedby") or a.get("aria-labelledby") for _, a in tags]
        named = {name for value in pointed if value for name in value.split()}
        named |= {str(a["href"])[1:] for _, a in tags if str(a.get("href", "")).startswith("#")}
        assert named <= set(ids)


def test_waterfalls_shown_add_up() -> None:
    for parts in (PARTS, {f"family{n}.x_share": 0.3 - n * 0.07 for n in range(20)}):
        made = report(parts, parts)
        for score, shown in zip(made.scores, view(made, "a").scores, strict=True):
            rows = [row.shown for row in shown.reasons] + ([shown.rest.shown] if shown.rest else [])
            assert shown.start + sum(rows) == round(score.value)  # type: ignore[arg-type]


def test_what_would_raise_the_score_is_its_exact_worth() -> None:
    made = report(PARTS, {"boilerplate.char_share": -1.0, "attribution.named_share": 0.1})
    found = {c.feature.partition(".")[0]: c.points for c in opportunities(made.overall)}
    level = made.overall.log_odds
    assert level is not None
    assert found == pytest.approx(
        {
            "boilerplate": percent(level + 0.5) - percent(level),
            "specifics": percent(level + 0.35) - percent(level),
        }
    )


def test_a_page_says_what_to_do_and_lists_the_smaller_reasons() -> None:
    parts = {f"structure.x{n}_share": -0.2 - n / 100 for n in range(20)}
    page = report({"byline.named_author": -1.0, **parts}).to_html()
    assert "<b>Name the author.</b> Now: " in page
    assert page.count('<ul class="minor">') == 2  # overall and credibility
    assert "not whether it is true" in page


def test_marks_of_wording_begin_and_end_with_words() -> None:
    made = credscore.score((SEEDS / "articles" / "bridge-farm.txt").read_text(encoding="utf-8"))
    marked = re.findall(r"<mark [^>]*f-wording[^>]*>([^<]+)</mark>", made.to_html())
    assert len(marked) > 5
    for words in map(html.unescape, marked):
        assert words.strip()[0].isalnum()


def test_an_abstention_has_no_number() -> None:
    made = report(abstains="too short: 12 words; 50 are needed")
    for page in (made.to_html(), made._repr_html_()):
        assert "Cannot tell" in page
        assert 'class="big"' not in page
    page = credscore.compare([made, report(title="b")]).to_html()
    assert "too short" in page


def test_a_page_of_fifty_sources_stays_under_two_megabytes() -> None:
    parts = {f"family{n % 8}.x{n}_share": (-1) ** n * (0.5 - n * 0.01) for n in range(40)}
    text = (TEXT + " ") * 20
    every = [
        report(
            parts,
            parts,
            text=f"{n} {text}",
            source=f"Source {n % 50}",
            published=f"2020-{1 + n // 50}-03",
        )
        for n in range(300)
    ]
    page = credscore.compare(every).to_html()
    assert len(page.encode()) < 2_000_000


def test_five_hundred_sources_make_a_page() -> None:
    every = [
        report({"wording.style": n / 1e3}, source=f"S{n % 500}", text=f"Text {n}")
        for n in range(2500)
    ]
    page = credscore.compare(every).to_html()
    assert page.count("<tr data-name") == 500
    assert page.count('<details class="source"') == 30
    assert len(page.encode()) < 2_000_000


@given(
    st.text(alphabet="ab \n", max_size=40),
    st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45), st.integers(0, 3)), max_size=8),
)
def test_marks_lose_no_letter_and_name_the_right_reasons(
    text: str, spans: list[tuple[int, int, int]]
) -> None:
    lines = paragraphs(text, [Passage(*span) for span in spans])
    assert ["".join(piece.text for piece in line) for line in lines] == [
        line for line in text.splitlines() if line.strip()
    ]
    covered = [
        {reason for start, end, reason in spans if start <= at < end}
        for at, letter in enumerate(text)
        if letter != "\n"
    ]
    blank = text.splitlines()
    kept = [at for at, line in enumerate(blank) if line.strip()]
    want: list[set[int]] = []
    at = 0
    for number, line in enumerate(blank):
        if number in kept:
            want += covered[at : at + len(line)]
        at += len(line)
    got = [set(piece.reasons) for line in lines for piece in line for _ in piece.text]
    assert got == want


@given(st.lists(st.floats(-40, 40), min_size=1, max_size=12))
def test_rounded_parts_add_up_and_stay_close(amounts: list[float]) -> None:
    total = round(sum(amounts))
    shown = add_up(amounts, total)
    assert sum(shown) == total
    assert all(abs(a - b) < 1.5 for a, b in zip(amounts, shown, strict=True))
