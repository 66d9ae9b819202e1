"""What fuzzing found (``benchmarks/fuzz.py``), cut down to the core; all inputs are our own."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from seed_findings import read_article

import credscore
from credscore.cli import main
from credscore.document import Document
from credscore.errors import ModelError
from credscore.extractors.wording import wording
from credscore.model_format import ModelSpec, Table, dump_model
from credscore.registry import annotate_batch

LONE = "\udc80"  # half of a pair, as wrong decoding leaves behind


@pytest.mark.parametrize(
    ("text", "following"),
    [
        # Lines below a name were looked for in the next article of the batch ...
        ("It cost the town more.\n\nTarn Lines Chief", "The price fell in May 2024."),
        ("It cost the town more.\n\nTarn Lines Chief", "Tarn Lines has paid.\nTarn Lines, too."),
        ("It cost the town more.\n\nTarn Chief", "Follow us\nThe price fell."),
        # ... and so was the name after a last "by".
        ("It cost the town more.\n\nBy", "Ann Lee said so."),
        ("It cost the town more than was paid by", "Ann Lee said so."),
    ],
)
def test_what_follows_in_the_batch_signs_nothing(text: str, following: str) -> None:
    alone, beside = Document(text), Document(following)
    one = annotate_batch([alone]).done["byline"].values
    two = annotate_batch([alone, beside]).done["byline"].values
    for name, column in one.items():
        assert np.array_equal(column, two[name][:1], equal_nan=True), name


def test_old_line_ends_of_one_article_do_not_break_lines_in_another() -> None:
    old, windows = (
        Document("By Ann Lee\rThe town paid."),
        Document("By Bo Ek\rThe town.\r\nIt paid."),
    )
    one = annotate_batch([windows])
    both = annotate_batch([windows, old])
    assert len(annotate_batch([old]).tokens.block_first) == 2
    mine = both.tokens.block_first < both.tokens.doc_first[1]
    assert both.tokens.block_first[mine].tolist() == one.tokens.block_first.tolist()


@pytest.fixture(scope="module")
def odd_article() -> Document:
    text = read_article("bridge-report")
    return Document(text.replace("said", f"said{LONE}"), title=f"Bridge{LONE}", source=LONE)


def test_a_name_before_does_not_make_a_name_run() -> None:
    """The last name of one article and the first of the next were taken for one long name."""
    alone = annotate_batch([Document("Ann asked the council.")])
    second = annotate_batch([Document("It was Bo"), Document("Ann asked the council.")])
    after = wording(second)
    assert after.symbols[after.first[1] :].tolist() == wording(alone).symbols.tolist()


def test_json_with_half_a_pair_can_be_written(odd_article: Document) -> None:
    report = credscore.score(odd_article)
    story = credscore.corroborate([odd_article, odd_article])
    comparison = credscore.compare([odd_article, odd_article], min_articles=1)
    for text in (report.to_json(), story.to_json(), comparison.to_json()):
        assert LONE in json.dumps(json.loads(text.encode()), ensure_ascii=False)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_any_text_can_be_printed(
    odd_article: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    """Where the terminal takes strict UTF-8, or far less than that."""
    path = tmp_path / "article.json"
    path.write_text(json.dumps({"text": odd_article.text, "title": odd_article.title}))
    for encoding in ("utf-8", "ascii"):
        out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict")
        monkeypatch.setattr(sys, "stdout", out)
        assert main(["score", str(path), *options]) == 0


def test_reprints_of_one_article_have_no_spread() -> None:
    """One independent article, asked to do: its interval was NaN, which JSON cannot hold."""
    article = Document(read_article("bridge-report"), source="one")
    found = credscore.compare([article, article], min_articles=1)
    json.loads(found.to_json())
    found.to_html()
    assert found["one"].scores == {}
    assert found["one"].note == (
        "not enough articles: 2, of which 1 independent of each other; 2 are needed"
    )


def test_knots_too_close_for_a_line_are_refused() -> None:
    """The slope between them was infinite, and the score NaN."""
    steep = Table("a.x_share", "lines", (0.0, 1e-320), ((1.0, -1.0),), (0.0,))
    spec = ModelSpec(
        "credibility", "1", "0" * 64, (("a", 1),), ("credible",), (0.0,), (steep,)
    )  # fmt: skip
    with pytest.raises(ModelError, match=r"tables\[0\]\.at.*too close"):
        dump_model(spec)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_in_one_line() -> None:
    """Printing to it ended with a traceback."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "credscore.cli", "features", "--json"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("credscore: the output cannot be written: ")
    assert len(done.stderr.splitlines()) == 1


def test_specifics_stand_in_order_where_a_quoted_document_begins_with_a_number() -> None:
    text = 'The report said: "40 percent of the bridges in the county are in poor condition today."'
    found = credscore.annotate(text).specifics
    assert len(found) > 1
    assert list(found) == sorted(found, key=lambda item: (item.start, item.end))
