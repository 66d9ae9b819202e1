"""Broken articles, pages, files and models, made from whole ones; one state, one input."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from credscore.model_format import Interval, ModelSpec, Table, WordingTable, dump_model

__all__ = [
    "CHANGES",
    "broken_bytes",
    "broken_model",
    "broken_page",
    "broken_text",
    "file_bytes",
    "inserts",
    "model_bytes",
    "seeds",
]

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CREDSCORE_DATA", ROOT.parent / "shared" / "data"))
LONGEST = 6_000  # characters; long texts are the business of linear_time.py

NAUGHTY = (
    # quotation marks of all kinds, mostly unclosed
    '"', "'", "“", "”", "„", "«", "»", "‘", "’", "‚", "‹", "›", "「", "」", "＂", "″", "``", "''",
    '""""', "“““", "”“", "’“", "\"'\"'", 'He said "', "“Yes,” ", "“No.\n\n“And", "”, said",
    "'tis '",
    # seen as nothing
    "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", "\ufe0f",
    # direction marks
    "\u202e", "\u202d", "\u202a", "\u202c", "\u2066", "\u2067", "\u2069", "\u200f", "\u061c",
    # blanks and line ends
    "\r\n", "\r", "\n\r", "\r\r\n\n", "\n", "\n\n", "\n\n\n\n", "\t", "\v", "\f", "\x1c", "\x85",
    "\u2028", "\u2029", "\u00a0", "\u202f", "\u3000", "\u2003", " \n \r\n\t\n", "  ",
    # control characters
    "\0", "\0\0\0", "\x01", "\x07", "\x08", "\x1b[31m", "\x7f", "\x9f", "\x1a", "\ufffe", "\uffff",
    # surrogates on their own, in the wrong order, and outside the basic plane
    "\ud800", "\udfff", "\udc80", "\udc80\ud83d", "\U0010ffff", "\U0001d4d0", "\U00020000",
    # marks that combine
    "\u0301", "e\u0301", "\u0301" * 40, "Z\u0351\u036b\u0343\u036a", "\u20e3", "\u0338", "A\u030a",
    # emoji
    "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea",
    "1\ufe0f\u20e3",
    "\U0001f44d\U0001f3fd",
    # disguises
    "s\u0430id", "\u0405aid", "ｓａｉｄ", "\U0001d42c\U0001d41a\U0001d422\U0001d41d",
    "B\u200by Ann Lee",
    "ﬁ", "ß", "ẞ", "İ", "ı", "ǆ", "ŉ", "ΐ", "ﷺ", "K", "Å", "ª", "ⅷ", "①", "½", "²",
    # numbers
    "9" * 400, "1" + ",000" * 90, "1e999", "-1e999", "1.7976931348623157e309", "NaN", "Infinity",
    "0x7fffffffffffffff", "18446744073709551616", "-9223372036854775809", "0.0000000000001", "1/0",
    "١٢٣", "१२३", "１２３", "5 million billion trillion", "€-0", "$,.", "£1,2,3,4", "%", "100%%",
    "1.2.3.4.5", "00/00/0000", "31.02.2024", "February 30, 99999", "2024-13-45T99:99", "in 0 AD",
    "1 of 0", "between 10 and", "€5 to €", "twelve hundred and and", "one one one million",
    # bylines
    "By By By", "By By By\n", "By\n", "\nBy ", "\nBy by By BY bY\n", "By 12", "By @", "By ,,,",
    "BY",
    "\nBy Ann Lee and and Bo Ek,, Staff\n", "By: ", "Written by", "By A. B. C. D. E.", "by by by",
    "Updated: ", "Published", "Photo: ", "(AP) —", "PARIS (AP) —", "Correction:",
    "About the author",
    # attributions
    " said", " said.", "he said she said they said", " said said said", ", according to",
    "according to",
    "said: ", "— said Ann Lee", "told", "told told", "who said that who said",
    "it is reported that",
    "experts say", "He", "She she", "Mr. Mrs. Dr. Prof.", "Mr.", "the the the", "a spokesman for",
    # lines
    "\n- ", "\n• ", "\n1. ", "\n***\n", "\n===\n", "# ", "\n> ", "Read more", "\nShare\n", "Q:",
    "A:",
    "http://", "https://a.b/c?d=e&f=[g](h)", "www.", "a@b", "@", "#x", "....", "?!?!?!", "…", "—",
    "–",
    ". . . .", ".\n.\n.", "()", "((((", "]])", "{}", "{0}", "%s", "%n", "\\", "\\u0000", "${x}",
    "\\N{x}",
    # markup
    "<p>", "</p>", "<br", "<!--", "-->", "<![CDATA[", "]]>", "<script>alert(1)</script>", "<style>",
    "<a href='x", '"><img src=x onerror=y>', "&amp;", "&#0;", "&#xD800;", "&nbsp;", "&#x110000;",
    "&",
    "<meta name=author content=''>", "<title>", "<table><tr><td>", "<svg><p>", "<plaintext>",
    "<script type=application/ld+json>{\"author\":", "<time datetime='99999-99-99'>",
    "<b rel=author>",
    # very long words
    "a" * 3000, "A" * 3000, "Ab" * 1000, "a-" * 1000, "a'" * 1000, "A." * 500, "1," * 800,
    "é" * 800,
    "word\u200b" * 300, "\u0430" * 500, "x_" * 500, "Donaudampfschifffahrt" * 40,
)  # fmt: skip

PIECE = re.compile(r"[^.!?\n]*[.!?]+[\"”’)]*\s*|[^.!?\n]*\n+|[^.!?\n]+")
PAGE = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>{title} | Example</title>"
    '<meta name="author" content="{author}"><meta property="og:title" content="{title}">'
    '<script type="application/ld+json">{record}</script></head><body><nav><a href=/>Home</a></nav>'
    '<article><h1>{title}</h1><p class="byline">By <a rel=author href="/a">{author}</a></p>'
    '<time datetime="2024-05-01">May 1</time>{body}<figure><figcaption>A pier</figcaption></figure>'
    "</article><ul><li>Share<li>Subscribe</ul><footer>© Example</footer></body></html>"
)


@cache
def seeds() -> tuple[str, ...]:
    """Own-written articles and texts that are none."""
    files = sorted((ROOT / "seeds/articles").glob("*.txt"))
    files += sorted((ROOT / "tests/texts").glob("*.txt"))
    return tuple(path.read_text(encoding="utf-8") for path in files)


@cache
def inserts() -> tuple[str, ...]:
    """The list above, and the Big List of Naughty Strings where the research data is at hand."""
    path = DATA / "hostile/blns/blns.json"
    lines = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return (*NAUGHTY, *filter(None, lines))


def _place(dice: random.Random, text: str) -> int:
    return dice.randint(0, len(text))


def _splice(dice: random.Random, text: str) -> str:
    other = dice.choice(seeds())
    low = _place(dice, other)
    return text[: _place(dice, text)] + other[low : low + dice.randint(1, 1500)]


def _cut(dice: random.Random, text: str) -> str:
    low, high = sorted((_place(dice, text), _place(dice, text)))
    return text[:low] + text[high:] if dice.random() < 0.5 else text[low:high]


def _drop(dice: random.Random, text: str) -> str:
    low = _place(dice, text)
    return text[:low] + text[low + dice.randint(1, 3) :]


def _repeat(dice: random.Random, text: str) -> str:
    low = _place(dice, text)
    high = min(len(text), low + dice.choice((1, 2, 5, 20, 100)))
    return text[:low] + text[low:high] * dice.choice((2, 3, 10, 50)) + text[high:]


def _swap(dice: random.Random, text: str) -> str:
    parts = text.splitlines(keepends=True) if dice.random() < 0.5 else PIECE.findall(text)
    if len(parts) > 1:
        a, b = dice.sample(range(len(parts)), 2)
        parts[a], parts[b] = parts[b], parts[a]
    return "".join(parts)


def _insert(dice: random.Random, text: str) -> str:
    low = _place(dice, text)
    return text[:low] + dice.choice(inserts()) + text[low:]


def _insert_at_word(dice: random.Random, text: str) -> str:
    edges = [match.start() for match in re.finditer(r"\b", text)] or [0]
    low = dice.choice(edges)
    return text[:low] + dice.choice(inserts()) + text[low:]


def _replace_everywhere(dice: random.Random, text: str) -> str:
    old = dice.choice((" ", "\n", "\n\n", ".", ",", '"', "“", "”", "said", "By", "e", "a"))
    return text.replace(old, dice.choice(inserts())[:40], dice.choice((1, 5, -1)))


def _recase(dice: random.Random, text: str) -> str:
    low, high = sorted((_place(dice, text), _place(dice, text)))
    change: Callable[[str], str] = dice.choice((str.upper, str.lower, str.title, str.swapcase))
    return text[:low] + change(text[low:high]) + text[high:]


def _mojibake(dice: random.Random, text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("cp1252", "replace")


def _surrogate_escapes(dice: random.Random, text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return data.decode(dice.choice(("ascii", "utf-8")), "surrogateescape")


CHANGES = (
    (_insert, 6), (_insert_at_word, 6), (_splice, 3), (_cut, 4), (_drop, 2), (_repeat, 2),
    (_swap, 3), (_replace_everywhere, 2), (_recase, 1), (_mojibake, 0.2), (_surrogate_escapes, 0.2),
)  # fmt: skip


def broken_text(dice: random.Random) -> str:
    """An article after one to twelve changes; now and then nothing but naughty strings."""
    if dice.random() < 0.1:
        return "".join(dice.choices(inserts(), k=dice.randint(0, 30)))[:LONGEST]
    text = dice.choice(seeds())
    if dice.random() < 0.5:  # short ones show more a second
        low = _place(dice, text)
        text = text[low : low + dice.randint(50, 1200)]
    changes, weights = zip(*CHANGES, strict=True)
    for change in dice.choices(changes, weights, k=dice.randint(1, 12)):
        text = change(dice, text)[:LONGEST]
    return text


def broken_bytes(dice: random.Random, data: bytes) -> bytes:
    """Bytes after one to eight changes: flipped, cut, repeated, moved, or with others put in."""
    for _ in range(dice.randint(1, 8)):
        low, high = sorted((dice.randint(0, len(data)), dice.randint(0, len(data))))
        match dice.randrange(6):
            case 0:
                data = data[:low] + bytes([dice.randrange(256)]) + data[low + 1 :]
            case 1:
                data = data[:low] + data[high:] if dice.random() < 0.3 else data[:high]
            case 2:
                data = data[:high] + data[low:high][:200] * dice.choice((1, 2, 9)) + data[high:]
            case 3:
                insert = dice.choice(inserts()).encode("utf-8", "surrogatepass")
                data = data[:low] + insert + data[low:]
            case 4:
                data = data[:low] + data[low + dice.randint(1, 4) :]
            case _:
                data = _changed_number(dice, data)
    return data


def _changed_number(dice: random.Random, data: bytes) -> bytes:
    """What JSON allows somewhere, put where something else stood."""
    tokens = list(re.finditer(rb'-?\d+(?:\.\d+)?|"[^"]*"|true|false|null|[\[\]{},:]', data))
    if not tokens:
        return data
    found = dice.choice(tokens)
    other = dice.choice(
        (b"NaN", b"-Infinity", b"1e400", b"-0.0", b"1e-320", b"9" * 5000, b"null", b"true", b'""',
        b"[]",
         b"{}", b"[[]]", b"0", b"-1", b"0.5", b"1.0", b"2147483648", b'"\\ud800"', b'"a\\u0000"',
         b"[" * 9000,
         dice.choice(tokens).group())
    )  # fmt: skip
    return data[: found.start()] + other + data[found.end() :]


def broken_page(dice: random.Random) -> str | bytes:
    """A web page around a broken article, itself broken more often than not."""
    text = broken_text(dice)
    title, author = dice.choice(inserts())[:200], dice.choice((*inserts(), "Ann Lee"))[:200]
    paragraphs = text.split("\n\n")
    body = "".join(
        f"<{t}>{p}</{t}>" for p in paragraphs for t in dice.choices(("p", "p", "div", "li", "td"))
    )
    record = {
        "@type": dice.choice(("NewsArticle", "Article", ["Article"], 1, None)),
        "headline": title,
        "author": dice.choice(
            (author, {"name": author}, [{"name": author}, author], None, 1, [[]])
        ),
        "datePublished": dice.choice(("2024-05-01", author, 5, None, ["2024"])),
    }
    page = PAGE.format(title=title, author=author, body=body, record=json.dumps(record))
    for _ in range(dice.choice((0, 0, 1, 2, 6))):
        page = dice.choice((_insert, _cut, _drop, _repeat, _swap))(dice, page)
    if dice.random() < 0.4:
        return page
    encoding = dice.choice(("utf-8", "utf-8", "utf-16", "cp1252", "latin-1", "utf-7", "shift_jis"))
    errors = "surrogatepass" if encoding.startswith("utf") and encoding != "utf-7" else "replace"
    data = page.encode(encoding, errors)
    return broken_bytes(dice, data) if dice.random() < 0.4 else data


def file_bytes(dice: random.Random) -> tuple[str, bytes]:
    """A file's ending and its bytes."""
    text = broken_text(dice)
    suffix = dice.choice((".txt", ".json", ".json", ".md"))
    if suffix == ".json":
        record = {
            "text": text,
            "title": dice.choice((dice.choice(inserts()), None)),
            "authors": dice.choice((["Ann Lee", dice.choice(inserts())], "Ann Lee", None, [], 3)),
            "published": dice.choice((dice.choice(inserts()), None, 2024)),
        }
        data = json.dumps(record, ensure_ascii=dice.random() < 0.7).encode("utf-8", "surrogatepass")
    else:
        encoding = dice.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"))
        data = text.encode(encoding, "surrogatepass")
    return suffix, broken_bytes(dice, data) if dice.random() < 0.6 else data


def broken_model(dice: random.Random) -> bytes:
    """A model file with a few other values, so that much of it can still be read; or worse."""
    data = model_bytes()
    if dice.random() < 0.2:
        return broken_bytes(dice, data)
    for _ in range(dice.choice((1, 1, 2))):
        data = _changed_number(dice, data)
    return data


@cache
def model_bytes() -> bytes:
    """A small model that can be read."""
    tables = (
        Table("a.x_share", "steps", (0.1, 0.5), ((-1.0, 0.25, 1.0),), (0.0,), "up"),
        Table("b.y_count", "lines", (0.0, 2.0), ((1.0, -1.0),), (0.1,), "down"),
    )
    wording = WordingTable(
        "wording.style", (), ("N said", "said", "you must N"), ((300, 100, -700),), 0.001, "each",
        "words", 50.0, ((-1.0, 0.0, 1.0),), ((-2.0, 0.0, 2.0),),
    )  # fmt: skip
    interval = Interval(0.9, (0.0,), (1.0, 2.0), (2.0, 1.0), (200.0,), (1.5, 1.0))
    return dump_model(
        ModelSpec(
            "credibility", "1", "0" * 64, (("a", 1), ("b", 2)), ("credible",), (0.125,), tables,
            (wording,), interval, ((1.0, 0.0),),
        )
    )  # fmt: skip
