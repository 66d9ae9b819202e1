"""Odd characters are told of: what, how many, where; ordinary ones are not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from seed_findings import read_article

import credscore
from credscore.report_text import terminal
from credscore.suspicious import suspicious_characters

ARTICLES = sorted((Path(__file__).parents[1] / "seeds/articles").glob("*.txt"))


@pytest.mark.parametrize(
    ("text", "kind", "count", "start", "word"),
    [
        ("The council sa\u200bid so.", "zero_width", 1, 14, "said"),
        ("acc\u2060ord\u200d\u200ding to", "zero_width", 3, 3, "according"),
        ("accor\u00adding to", "soft_hyphen", 1, 5, "according"),
        ("It was \u202egnp.exe\u202c", "direction", 2, 7, "gnp.exe"),
        ("he s\u0430id \u0455o", "look_alike", 2, 4, "s\u0430id"),
        ("he \uff53\uff41\uff49\uff44", "copy", 4, 3, "\uff53\uff41\uff49\uff44"),
        ("he \U0001d42c\U0001d41aid", "copy", 2, 3, "\U0001d42c\U0001d41aid"),
        ("caf\udcc3\udca9 Central", "broken", 2, 3, "caf\ufffd\ufffd"),
        ("the caf\ufffd", "broken", 1, 7, "caf\ufffd"),
        ("they donâ€™t", "mojibake", 1, 8, "donâ€™t"),
        ("the CafÃ©", "mojibake", 1, 7, "CafÃ©"),
        ("a bell\x07 rings", "control", 1, 6, "bell"),
    ],
)
def test_finds(text: str, kind: str, count: int, start: int, word: str) -> None:
    (found,) = suspicious_characters(text)
    assert (found.kind, found.count, found.spans[0].start, found.word) == (kind, count, start, word)
    assert f"first at character {start}" in found.sentence


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, “curly quotes” — and a café in Zürich for 5 €.",
        "The Greek letter μ, the Δt of physics, and Москва in Russian.",
        "A family: \U0001f468\u200d\U0001f469\u200d\U0001f467 and ❤\ufe0f.",
        "Persian: می\u200cخواهم, Hebrew: \u2067שלום\u2069.",
        "NÃO, São Paulo and Ângela; 5\u00a0000 km, 3\u202f%.",
        "Lines\r\nand\ttabs\x0band pages\x0c.",
    ],
)
def test_ordinary_characters_are_left_alone(text: str) -> None:
    assert suspicious_characters(text) == ()


def test_the_report_tells_the_reader() -> None:
    text = read_article("bridge-report").replace("said", "sa\u200bid").replace("by", "b\u0443")
    report = credscore.score(text)
    notes = " ".join(report.notes)
    assert f"{text.count(chr(0x200B))} zero-width characters inside words" in notes
    assert "from other alphabets in Latin words" in notes
    assert list(report.notes) == report.to_dict()["notes"]
    assert "zero-width characters inside words" in report.to_html()
    assert "zero-width characters inside words" in " ".join(
        terminal(report, "x", width=300).split()
    )


def test_our_own_articles_are_plain() -> None:
    kinds = {path.name: suspicious_characters(path.read_text("utf-8")) for path in ARTICLES}
    assert {name: found for name, found in kinds.items() if found} == {}


@pytest.mark.parametrize("unit", ["a\u200b", "\u200b", "а", "aа", "Ã©", "\x00", "\uff21", "\ufffd"])
def test_takes_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    suspicious_characters(text)
    assert time.process_time() - start < 5
