"""Strings and files collected by others to break programs, and letters in disguise."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from seed_findings import read_article

import credscore
from credscore.document import Document
from credscore.errors import CredscoreError

ARTICLE = """\
By Maren Holt

The bridge over the old harbour will close to cars on Monday, the council said.

"We would rather close it for five months than for good," said Ines Okafor at a news conference.
The repair will cost 4.2 million crowns, according to a contract published on Thursday.
"""


@pytest.fixture(scope="module")
def hostile(data_folder: Path) -> Path:
    folder = data_folder / "hostile"
    if not folder.is_dir():
        pytest.skip("no hostile files in the folder of research data")
    return folder


def spans_of(document: Document) -> Iterator[tuple[int, int]]:
    found = credscore.annotate(document)
    for field in found.fields:
        for item in getattr(found, field):
            yield item.start, item.end
            for part in (getattr(item, "source", None), getattr(item, "cue", None)):
                if hasattr(part, "start"):
                    yield part.start, part.end
            for part in getattr(item, "content", ()):
                yield part.start, part.end


def check(document: Document) -> None:
    """Scored or abstained, explained, and pointing inside the text."""
    report = credscore.score(document)
    for score in report.scores:
        if score.value is not None:
            parts = sum(part.log_odds for part in score.contributions)
            assert 0 <= score.value <= 100
            assert score.baseline + parts == pytest.approx(score.log_odds, abs=1e-9)
        for part in score.contributions:
            for passage in part.evidence:
                assert document.text[passage.start : passage.end] == passage.text
    json.loads(report.to_json().encode())
    for start, end in spans_of(document):
        assert 0 <= start <= end <= len(document.text)


def test_naughty_strings(hostile: Path) -> None:
    """Each alone, and twenty at a time within an article."""
    strings = json.loads((hostile / "blns/blns.json").read_text(encoding="utf-8"))
    assert len(strings) > 400
    reports = list(credscore.score_many([Document(s, title=s, authors=s) for s in strings]))
    assert len(reports) == len(strings)
    article = read_article("bridge-report")
    for first in range(0, len(strings), 20):
        some = strings[first : first + 20]
        lines = article.split("\n")
        step = max(len(lines) // len(some), 1)
        for place, string in enumerate(some):
            lines.insert(place * (step + 1), string)
        check(Document("\n".join(lines), title=some[0], authors=some))


def test_html5lib_files(hostile: Path) -> None:
    """As pages, whole, in the bytes they come in."""
    files = sorted(p for p in (hostile / "html5lib-tests").rglob("*") if p.is_file())
    assert len(files) > 20
    for path in files:
        try:
            check(Document.from_html(path.read_bytes()[:100_000]))
        except CredscoreError:
            continue


def test_json_files(hostile: Path, tmp_path: Path) -> None:
    """As records: what is no JSON object with a text is refused."""
    files = sorted((hostile / "JSONTestSuite").rglob("*.json"))
    assert len(files) > 300
    for path in files:
        with pytest.raises(CredscoreError):
            Document.from_file(path)
        value = path.read_bytes()
        inside = tmp_path / "record.json"
        inside.write_bytes(b'{"text": "The council said so.", "title": ' + value + b"}")
        try:
            Document.from_file(inside)
        except CredscoreError:
            continue


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


DISGUISES = {
    "homoglyph in said": ("said", "s\u0430id"),
    "homoglyphs in said": ("said", "\u0455\u0430\u0456d"),
    "full-width said": ("said", full_width("said")),
    "mathematical said": ("said", "\U0001d42c\U0001d41a\U0001d422\U0001d41d"),
    "zero-width space in said": ("said", "sa\u200bid"),
    "word joiner in said": ("said", "sa\u2060id"),
    "soft hyphen in said": ("said", "sa\u00adid"),
    "direction mark before said": ("said", "\u200esaid"),
    "zero-width space in By": ("By ", "B\u200by "),
    "byte-order mark before By": ("By ", "\ufeffBy "),
    "homoglyph in By": ("By ", "\u0412y "),
    "full-width By": ("By ", full_width("By") + " "),
    "no-break space after By": ("By ", "By\u00a0"),
    "soft hyphen in the author": ("Maren Holt", "Ma\u00adren Holt"),
    "accents apart in the author": ("Maren Holt", unicodedata.normalize("NFD", "Marén Hólt")),
    "accents apart in the speaker": ("Ines Okafor", unicodedata.normalize("NFD", "Inés Okáfor")),
    "zero-width space in the speaker": ("Okafor", "Oka\u200bfor"),
    "homoglyph in according": ("according to", "\u0430ccording t\u043e"),
    "soft hyphen in according": ("according to", "accor\u00adding to"),
    "full-width quotation marks": ('"', "\uff02"),
}  # fmt: skip


class Disguised:
    """An article in disguise, and where its characters come from."""

    def __init__(self, old: str, new: str) -> None:
        self.text = ARTICLE.replace(old, new)
        self._starts = [0]
        position = 0
        while position < len(ARTICLE):
            hit = ARTICLE.startswith(old, position)
            plain, shown = (len(old), len(new)) if hit else (1, 1)
            # Inside what was replaced only the edges can be told.
            self._starts += [self._starts[-1]] * (plain - 1) + [self._starts[-1] + shown]
            position += plain

    def place(self, offset: int) -> int:
        return self._starts[offset]


def told(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    found = credscore.annotate(text)
    bylines = [(item.start, item.end) for item in found.bylines]
    return bylines, [(item.start, item.end) for item in found.attributions]


@pytest.mark.parametrize("name", DISGUISES)
def test_disguises_hide_nothing_and_shift_nothing(name: str) -> None:
    disguised = Disguised(*DISGUISES[name])
    assert disguised.text != ARTICLE
    assert disguised.place(len(ARTICLE)) == len(disguised.text)
    for plain, shown in zip(told(ARTICLE), told(disguised.text), strict=True):
        assert len(plain) > 0
        assert len(shown) == len(plain)
        for (start, end), (low, high) in zip(plain, shown, strict=True):
            inside = disguised.text[low:high]
            assert abs(low - disguised.place(start)) <= 1, inside
            assert abs(high - disguised.place(end)) <= 1, inside


def test_windows_line_ends_hide_nothing() -> None:
    plain, shown = told(ARTICLE), told(ARTICLE.replace("\n", "\r\n"))
    for before, after in zip(plain, shown, strict=True):
        moved = [(a + ARTICLE[:a].count("\n"), b + ARTICLE[:b].count("\n")) for a, b in before]
        assert after == moved
