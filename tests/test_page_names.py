"""Names out of byline strings. Every name here is made up."""

from __future__ import annotations

import time

import pytest

from credscore.page.names import is_company, is_generic, split_names

CASES = [
    ("By Ada Muster", ("Ada Muster",)),
    ("by ADA MUSTER", ("ADA MUSTER",)),
    ("Von Ada Muster", ("Ada Muster",)),
    ("Par Ada Muster", ("Ada Muster",)),
    ("Autorin: Ada Muster", ("Ada Muster",)),
    ("Text: Ada Muster", ("Ada Muster",)),
    ("Written by Ada Muster", ("Ada Muster",)),
    ("Ada Muster, Bo Sample and Cy Probe", ("Ada Muster", "Bo Sample", "Cy Probe")),
    ("Ada Muster und Bo Sample", ("Ada Muster", "Bo Sample")),
    ("Ada Muster & Bo Sample", ("Ada Muster", "Bo Sample")),
    ("Ada Muster; Bo Sample", ("Ada Muster", "Bo Sample")),
    ("Ada Muster / Bo Sample", ("Ada Muster", "Bo Sample")),
    ("Ada Muster, Staff Writer", ("Ada Muster",)),
    ("Ada Muster, Chief Political Correspondent", ("Ada Muster",)),
    ("Ada Muster | ada@courier.example", ("Ada Muster",)),
    ("Ada Muster @adamuster", ("Ada Muster",)),
    ("Ada Muster https://courier.example/ada", ("Ada Muster",)),
    ("Ada Muster (Berlin)", ("Ada Muster",)),
    ("Ada Muster, 3 May 2021", ("Ada Muster",)),
    ("Ada Muster May 3, 2021 at 8:00", ("Ada Muster",)),
    ("Ada Muster - 03.05.2021", ("Ada Muster",)),
    ("Ada Muster, PhD, Bo Sample, MD", ("Ada Muster", "Bo Sample")),
    ("Muster, Ada", ("Ada Muster",)),
    ("Ada Muster, AFP", ("Ada Muster",)),
    ("Ada Muster, Example Courier", ("Ada Muster",)),
    ("Ada Muster, Ada Muster", ("Ada Muster",)),
    (
        "By Ada Muster and Bo Ek; additional reporting by Cy Probe; editing by Di Nemo",
        ("Ada Muster", "Bo Ek", "Cy Probe"),
    ),
    ("Von Ada Muster, dpa", ("Ada Muster",)),
    ("Par Ada Muster, publié le 3 mars 2024", ("Ada Muster",)),
    ("ADA MUSTER and", ("ADA MUSTER",)),
    ("Autor: Ada Muster", ("Ada Muster",)),
    ("Tekst: Ada Muster", ("Ada Muster",)),
    ("Автор: Анна Пример", ("Анна Пример",)),
    ("作者", ()),
    ("© Bild/Muster", ()),
    ("dpa/lno", ("dpa/lno",)),
    ("Ren&eacute; Muster", ("René Muster",)),
    ("Ada\u00a0Muster", ("Ada Muster",)),
    ("著者：山田太郎", ("山田太郎",)),
    ("https://social.example/ada", ()),
    ("Photo: Ada Muster/AFP", ()),
    ("Kategorie: Allgemein", ()),
    ("Read more", ()),
    ("3 May 2021", ()),
    ("Ada Muster says:", ()),
    ("", ()),
    ("   ", ()),
    ("!!!", ()),
    ("the water had gone before anyone saw what it had done to us all", ()),
]


@pytest.mark.parametrize(("raw", "expected"), CASES)
def test_split_names(raw: str, expected: tuple[str, ...]) -> None:
    assert split_names(raw, site="Example Courier") == expected


@pytest.mark.parametrize("name", ["Admin", "Staff", "Redaktion", "The Editors", "Super User"])
def test_generic(name: str) -> None:
    assert is_generic(name)


@pytest.mark.parametrize("name", ["Ada Muster", "Admira Muster", "dpa"])
def test_not_generic(name: str) -> None:
    assert not is_generic(name)


def test_company() -> None:
    assert is_company("Muster GmbH")
    assert is_company("Sport-Redaktion")
    assert not is_company("Ada Muster")


@pytest.mark.parametrize(
    "piece", ["Ada ", "By ", ", ", "(", "[", "a@", "and ", "1 ", " - ", "/ ", "am  "]
)
def test_long_strings_are_quick(piece: str) -> None:
    start = time.process_time()
    split_names(piece * (1_000 // len(piece)))
    split_names(piece * 100_000)
    assert time.process_time() - start < 0.5
