"""Wrong arguments of the public functions are named where they come in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import credscore
from credscore import Document
from credscore.errors import CredscoreError

TEXT = "The council will close the bridge, the mayor said on Monday. " * 10
NOT_A_NUMBER = float("nan")

# What is called with a wrong value, the values, and what the error names.
WRONG: tuple[tuple[Callable[[Any], object], tuple[object, ...], str], ...] = (
    (credscore.score, (None, 5, b"x", [], Path("x")), "the text is"),
    (credscore.annotate, (None, 5, b"x"), "the text is"),
    (lambda value: credscore.annotate(TEXT, nlp=value), (5, "en", True), "nlp is"),
    (lambda value: list(credscore.score_many(value)), (None, 5, TEXT, b"x"), "several articles"),
    (lambda value: list(credscore.score_many([value])), (None, 5), "the text is"),
    (
        lambda value: list(credscore.score_many([TEXT], n_jobs=value)),
        (None, "2", 1.5, NOT_A_NUMBER, 0),
        "n_jobs is",
    ),
    (
        lambda value: list(credscore.score_many([TEXT], on_error=value)),
        (None, 5, "skip"),
        "on_error is",
    ),
    (credscore.compare, (None, 5, NOT_A_NUMBER), "articles, or a path to them"),
    (lambda value: credscore.compare([TEXT], by=value), (None, 5, []), "by is"),
    (lambda value: credscore.compare([TEXT], cluster=value), (5, []), "cluster is"),
    (
        lambda value: credscore.compare([TEXT], min_articles=value),
        (None, 0, "5", 2.5),
        "min_articles is",
    ),
    (lambda value: credscore.compare([TEXT], scorer=value), (5, "x", Document), "scorer is"),
    (lambda value: credscore.compare([TEXT], n_jobs=value), (None, "2", 0), "n_jobs is"),
    (lambda value: credscore.compare([TEXT], on_error=value), (None, "skip"), "on_error is"),
    (lambda value: credscore.compare([TEXT], progress=value), (5, "x"), "progress is"),
    (credscore.corroborate, (None, 5, TEXT), "several articles"),
    (lambda value: credscore.corroborate([value]), (None, 5), "the text is"),
    (credscore.load_model, (None, 5, b"x", []), "the path is"),
    (lambda value: credscore.Scorer(quality=value), (5, "x"), "is no model"),
    (Document, (None, 5, b"x"), "the text is"),
    (lambda value: Document(TEXT, notes=value), (None, 5, [5]), "notes is"),
    (Document.from_file, (None, 5, b"x", []), "path is"),
    (Document.from_record, (None, 5, "x", [TEXT]), "the record is"),
    (lambda value: Document.from_html("<p>x</p>", url=value), (5, b"x", []), "url is"),
    (Document.from_url, (None, 5, b"x"), "url is"),
    (
        lambda value: Document.from_url("http://localhost/", timeout=value),
        (None, "5", 0, NOT_A_NUMBER),
        "timeout is",
    ),
)


@pytest.mark.parametrize(
    ("function", "value", "named"),
    [(function, value, named) for function, values, named in WRONG for value in values],
)
def test_wrong_arguments_are_named(
    function: Callable[[Any], object], value: object, named: str
) -> None:
    with pytest.raises(CredscoreError, match=named):
        function(value)


@pytest.mark.parametrize("value", [None, "5", NOT_A_NUMBER, -1])
def test_wrong_lengths_of_reports_are_named(value: Any) -> None:
    report = credscore.score(TEXT)
    comparison = credscore.compare([report], by="article")
    for tell in (report.to_dict, report.to_markdown, comparison.to_table):
        with pytest.raises(CredscoreError, match="is"):
            tell(value)


def test_the_source_of_a_page_is_noted() -> None:
    page = "<html><body>" + "".join(f"<p>{line}.</p>\n" for line in TEXT.split(". ")) + "</body>"
    assert any("Document.from_html" in note for note in credscore.score(page).notes)
    quoting = TEXT + "A page ends with </body>, a paragraph with </p>."
    assert not any("HTML" in note for note in credscore.score(quoting).notes)
