"""Web pages in: text in blocks, title, authors, dates. All pages were written for these tests."""

from __future__ import annotations

import builtins

import pytest

from credscore import Document
from credscore.errors import InputError, MissingExtraError
from credscore.page import read_page

pytest.importorskip("lxml")
pytest.importorskip("trafilatura")

STORY = [
    (
        "The town council of Example voted on Tuesday to repair the old bridge across the river, "
        "which has been closed to lorries since the flood of last spring."
    ),
    (
        "The work will cost 2.4 million and take nine months, according to a report that the "
        "council's engineers published last week after a long inspection of the piers."
    ),
    (
        "Shopkeepers on the north bank said that the closure had cost them a third of their trade, "
        "and asked the council to keep one lane open while the work goes on."
    ),
]


def page(head: str = "", byline: str = "", body: str | None = None, lang: str = "en") -> str:
    story = body if body is not None else "".join(f"<p>{p}</p>" for p in STORY)
    return (
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'>"
        f"<title>Bridge to be repaired - Example Courier</title>"
        f"<meta property='og:site_name' content='Example Courier'>{head}</head><body>"
        f"<nav><a href='/'>Home</a><a href='/sport'>Sport</a></nav>"
        f"<article><h1>Bridge to be repaired</h1>{byline}{story}</article>"
        f"<footer>Copyright Example Courier</footer></body></html>"
    )


def jsonld(source: str) -> str:
    return f"<script type='application/ld+json'>{source}</script>"


def test_reads_text_title_site_language() -> None:
    doc = read_page(page(), url="https://courier.example/bridge")
    assert [block for block in doc.text.split("\n\n") if block in STORY] == STORY
    assert "Copyright" not in doc.text
    assert doc.title == "Bridge to be repaired"
    assert (doc.site_name, doc.language) == ("Example Courier", "en")
    assert doc.url == "https://courier.example/bridge"
    assert doc.authors == ()


def test_from_html_is_the_same() -> None:
    assert Document.from_html(page().encode()).text == read_page(page()).text


def test_keeps_headings_lists_quotes_captions_and_drops_tables() -> None:
    row = "<tr><td>Piers</td><td>4</td></tr>"
    body = (
        f"<p>{STORY[0]}</p><h2>What it costs</h2><p>{STORY[1]}</p>"
        "<ul><li>Four piers will be renewed in full</li><li>The deck gets a new surface</li></ul>"
        "<figure><img src='a.jpg'><figcaption>The bridge, seen from the north bank</figcaption>"
        f"</figure><table>{row * 3}</table>"
        "<blockquote><p>We cannot wait for another flood before we act.</p></blockquote>"
        f"<p>{STORY[2]}</p>"
    )
    doc = read_page(page(body=body))
    blocks = doc.text.split("\n\n")
    assert "What it costs" in blocks
    assert "• Four piers will be renewed in full" in blocks
    assert "• The deck gets a new surface" in blocks
    assert "We cannot wait for another flood before we act." in blocks
    caption = blocks.index("The bridge, seen from the north bank")
    assert blocks.index("• The deck gets a new surface") < caption < blocks.index(STORY[2])
    assert "Piers" not in doc.text
    assert doc.notes == ("1 table dropped",)


AUTHORS = [
    (jsonld('{"@type":"NewsArticle","author":{"@type":"Person","name":"Ada Muster"}}'),
     "<p>By Ada Muster</p>", ("Ada Muster",)),
    (jsonld('{"@graph":[{"@type":"WebPage"},{"@type":"Article","author":{"@id":"#a"}},'
            '{"@type":"Person","@id":"#a","name":"Ada Muster"}]}'),
     "<p>Ada Muster</p>", ("Ada Muster",)),
    (jsonld('[{"@type":["Thing","NewsArticle"],"author":["Ada Muster",{"name":"Bo Sample"}]}]'),
     "<p>Ada Muster and Bo Sample</p>", ("Ada Muster", "Bo Sample")),
    (jsonld('{"@type":"NewsArticle","author":{"name":["Ada Muster","Bo Sample"]},}'),
     "<p>Ada Muster, Bo Sample</p>", ("Ada Muster", "Bo Sample")),
    (jsonld("{broken") + "<meta name='author' content='Ada Muster'>",
     "<p>Ada Muster</p>", ("Ada Muster",)),
    ("<meta name='author' content='By Ada Muster, Staff Writer'>",
     "<p>By Ada Muster, Staff Writer</p>", ("Ada Muster",)),
    ("<meta property='article:author' content='https://social.example/ada'>",
     "<p>By Ada Muster</p>", ("Ada Muster",)),
    ("", ("<p itemprop='author creator' itemscope><a href='/x'><span itemprop='name'>Ada Muster"
     "</span></a></p>"), ("Ada Muster",)),
    ("", "<p class='byline'>By <a rel='author' href='/ada'>Ada Muster</a></p>", ("Ada Muster",)),
    ("", "<div><span>Von</span> <span>Ada Muster</span></div>", ("Ada Muster",)),
    # Signed by the outlet: annotators count it, and it is typed an organisation.
    ("<meta name='author' content='Example Courier'>", "<p>By Example Courier</p>",
     ("Example Courier",)),
    # The page names nobody: the editing system's user and a company are no byline.
    ("<meta name='author' content='Ada Muster'>", "", ()),
    ("<meta name='author' content='Muster GmbH'>", "<p>Muster GmbH</p>", ()),
    ("", "<p>By Tuesday the water had gone.</p>", ()),
    ("", "<p>By the numbers</p>", ()),
    # Metadata names one person, the byline both.
    (jsonld('{"@type":"NewsArticle","author":{"name":"Ada Muster"}}')
     + "<meta name='parsely-author' content='Ada Muster, Bo Sample'>",
     "<p class='byline'>By Ada Muster and Bo Sample</p>", ("Ada Muster", "Bo Sample")),
]  # fmt: skip


@pytest.mark.parametrize(("head", "byline", "expected"), AUTHORS)
def test_authors(head: str, byline: str, expected: tuple[str, ...]) -> None:
    assert read_page(page(head, byline)).authors == expected


def test_comments_and_teasers_are_no_byline() -> None:
    comments = "<div class='comments'><p class='author'>Cy Loud</p><p>By Cy Loud</p></div>"
    assert read_page(page(body="".join(f"<p>{p}</p>" for p in STORY) + comments)).authors == ()


def test_dates_and_canonical_url() -> None:
    head = (
        jsonld('{"@type":"NewsArticle","datePublished":"2024-05-01T08:00:00Z",'
               '"dateModified":"2024-05-02"}')
        + "<link rel='canonical' href='/bridge'>"
    )  # fmt: skip
    doc = read_page(page(head), url="https://courier.example/bridge?from=mail")
    assert (doc.published, doc.updated) == ("2024-05-01T08:00:00Z", "2024-05-02")
    assert doc.url == "https://courier.example/bridge"


def test_meta_dates() -> None:
    head = "<meta property='article:published_time' content='2024-05-01T08:00:00Z'>"
    doc = read_page(page(head))
    assert (doc.published, doc.updated) == ("2024-05-01T08:00:00Z", None)


def test_time_element_dates() -> None:
    doc = read_page(page(byline="<time pubdate datetime='2024-05-01'>1 May</time>"))
    assert doc.published == "2024-05-01"


def test_main_heading_beats_the_window_title() -> None:
    html = page().replace(
        "Bridge to be repaired - Example Courier", "Courier: Bridge to be repaired"
    )
    assert read_page(html).title == "Bridge to be repaired"


def test_break_marks_are_removed() -> None:
    body = "".join(f"<p>{p}</p>" for p in STORY).replace("council", "coun&shy;cil")
    body = body.replace("bridge", "brid\u00adge").replace("lorries", "lor&#173;ries")
    assert STORY[0] in read_page(page(body=body)).text


ACCENTS = "Die Brücke über den Fluß wird für längere Zeit gesperrt, sagte die Bürgermeisterin. " * 4


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "iso-8859-1"),  # the commonest wrong declaration
        ("cp1252", "iso-8859-1"),
        ("cp1252", "utf-8"),  # the other way round
        ("cp1252", "x-no-such-set"),
        ("cp1252", "hex"),  # a codec of Python's that is no character set
        ("utf-8-sig", "iso-8859-1"),
        ("utf-16", "utf-8"),
    ],
)
def test_encodings(encoding: str, declared: str) -> None:
    text = page(body=f"<p>{ACCENTS}</p>").replace("charset='utf-8'", f"charset='{declared}'")
    assert ACCENTS.strip() in read_page(text.encode(encoding)).text


def test_japanese_declared() -> None:
    story = "市議会は火曜日、古い橋を修理することを決めた。工事には九か月かかる見込みだ。" * 6
    text = page(body=f"<p>{story}</p>", lang="ja").replace("'utf-8'", "'shift_jis'")
    assert story in read_page(text.encode("cp932")).text


def test_script_only_page_says_so() -> None:
    html = "<html><head><script>draw()</script></head><body><div id='root'></div></body></html>"
    with pytest.raises(InputError, match="JavaScript"):
        read_page(html)


@pytest.mark.parametrize("html", ["", "   ", b"", b"\xef\xbb\xbf", "\x00\x01", "<!-- a -->"])
def test_nothing_to_read(html: str | bytes) -> None:
    with pytest.raises(InputError):
        read_page(html)


@pytest.mark.parametrize("html", [None, 7, ["<p>"]])
def test_wrong_type(html: object) -> None:
    with pytest.raises(InputError, match="str or bytes"):
        read_page(html)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("head", [b"%PDF-1.7 x", b"\x89PNG\r\n", b"PK\x03\x04zip", b"\x1f\x8bgz"])
def test_other_files(head: bytes) -> None:
    with pytest.raises(InputError, match="no web page"):
        read_page(head)


def test_missing_extra_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: object, **kwargs: object) -> object:
        if name.split(".", maxsplit=1)[0] == "lxml":
            raise ImportError(name)
        return real(name, *args, **kwargs)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtraError, match=r"credscore\[html\]"):
        read_page(page())


def test_same_page_same_document() -> None:
    first, second = read_page(page()), read_page(page())
    assert (first.text, first.authors, first.notes) == (second.text, second.authors, second.notes)
