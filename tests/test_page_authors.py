"""Places, candidates and the choice among them. Every page and name here is made up."""

from __future__ import annotations

import json
import time

import pytest

from credscore.errors import ModelError

pytest.importorskip("lxml")
pytest.importorskip("trafilatura")

from credscore.page import read_page
from credscore.page.authors import author_candidates
from credscore.page.candidates import FEATURES, MAX_CANDIDATES, Candidate
from credscore.page.guard import parse
from credscore.page.metadata import read_metadata
from credscore.page.places import line_places, walk
from credscore.page.scorer import PATH, AuthorWeights, read_weights, weights_from

PROSE = "<p>" + "The council put off its vote on the fish hall for the third time this year. " * 3
LED = [
    ("<p>By Ada Muster</p>", "opens_by", "Ada Muster"),
    ("<p>VON ADA MUSTER</p>", "opens_by", "ADA MUSTER"),
    ("<p>Autorinnen: Ada Muster und Bo Probe</p>", "opens_label", "Ada Muster und Bo Probe"),
    ("<p>Quelle: Musterdienst</p>", "opens_source", "Musterdienst"),
    ("<p>3. Mai 2021 | von Ada Muster</p>", "middle", "Ada Muster"),
    ("<p>Author</p><p>Ada Muster</p>", "below", "Ada Muster"),
    ("<p>Posted by <a href='/x'>Ada Muster</a> in News</p>", "after_by", "Ada Muster"),
    ("<p><b>By</b><b>by  Ada Muster</b></p>", "after_by", "by Ada Muster"),
    ("<p>Ada Muster is a reporter for the Example Courier.</p>", "told", "Ada Muster"),
    ("<p>Port Ellery (dpa/pe) - The vote was put off.</p>", "agency", "dpa/pe"),
]


@pytest.mark.parametrize(("html", "kind", "raw"), LED)
def test_lines_that_name_an_author(html: str, kind: str, raw: str) -> None:
    found = line_places(walk(parse(f"<html><body>{html}{PROSE}").tree)[0])
    assert (kind, raw) in [(place.kind, place.raws[0]) for place in found]


@pytest.mark.parametrize("text", ["bought by Ada Muster", "by and by they left", "Bypass closed"])
def test_lines_that_do_not_open_with_by(text: str) -> None:
    found = line_places(walk(parse(f"<html><body><p>{text}</p>").tree)[0])
    assert "opens_by" not in [place.kind for place in found]


def test_marks_and_what_stands_outside() -> None:
    html = (
        "<html><body class='has-sidebar'><div class='page sidebar-right'><h1>Vote put off</h1>"
        f"<a rel='author' href='/authors/ada'>Ada Muster</a>{PROSE * 3}</div>"
        "<div class='comments'><span class='author'>Cy Loud</span></div></body></html>"
    )
    found = {(p.kind, p.raws[0], p.outside) for p in walk(parse(html).tree)[1]}
    # A class around most of the page says nothing; one around the comments does.
    assert ("rel", "Ada Muster", False) in found
    assert ("link", "Ada Muster", False) in found
    assert ("author", "Cy Loud", True) in found


def test_co_authors_side_by_side_are_one_candidate() -> None:
    html = "<html><body><p><a rel='author'>Ada Muster</a> <a rel='author'>Bo Probe</a></p>" + PROSE
    tree = parse(html).tree
    found = author_candidates(tree, read_metadata(tree), url=None)
    assert ("Ada Muster", "Bo Probe") in [candidate.names for candidate in found]
    assert all(len(candidate.numbers) == len(FEATURES) for candidate in found)


SIGNED = "<p class='byline'>By Ada Muster, Bo Ek and Cy Probe</p>"
FIRST = '<script type=\'application/ld+json\'>{"@type":"NewsArticle","author":%s}</script>'
MANY = [
    # What the page states, what it shows, and whom it means.
    ("", SIGNED, ("Ada Muster", "Bo Ek", "Cy Probe")),
    (FIRST % '{"name":"Ada Muster"}', SIGNED, ("Ada Muster", "Bo Ek", "Cy Probe")),
    (FIRST % '[{"name":"Ada Muster"},{"name":"Bo Ek"}]', "<p>By Ada Muster</p>", ("Ada Muster",)),
    ("", "<p>By Ada Muster; additional reporting by Bo Ek</p>", ("Ada Muster", "Bo Ek")),
    ("", "<h2>By the numbers</h2>", ()),
    ("", "<p>By Tuesday, March 5</p>", ()),
]


@pytest.mark.parametrize(("stated", "shown", "authors"), MANY)
def test_several_authors(stated: str, shown: str, authors: tuple[str, ...]) -> None:
    page = f"<html><head>{stated}</head><body><h1>Vote put off</h1>{shown}{PROSE * 3}</body></html>"
    assert read_page(page).authors == authors


def test_a_biography_at_the_end_names_the_author() -> None:
    told = "<p>Ada Muster is a reporter for the Example Courier and lives in Port Ellery.</p>"
    page = f"<html><body><article><h1>Vote put off</h1>{PROSE * 3}{told}</article></body></html>"
    assert read_page(page).authors == ("Ada Muster",)


def test_a_line_of_several_names_is_short() -> None:
    names = ("Ada Antonia Muster", "Bo Benedikt Example", "Cy Probe")
    html = f"<html><body><h1>Vote put off</h1><p>By {', '.join(names)}</p>{PROSE}"
    assert numbers_of(html, *names)["seen_in_short_line"] == 1


def numbers_of(html: str, *names: str) -> dict[str, float]:
    tree = parse(html).tree
    found = author_candidates(tree, read_metadata(tree), url=None)
    (numbers,) = [candidate.numbers for candidate in found if candidate.names == names]
    return dict(zip(FEATURES, numbers, strict=True))


def test_a_name_is_seen_however_its_initials_are_marked() -> None:
    head = "<head><meta name='author' content='Ada M Muster'></head>"
    html = f"<html>{head}<body><h1>Vote put off</h1><p>By Ada M. Muster</p>{PROSE}"
    assert numbers_of(html, "Ada M Muster")["visible"] == 1


def test_names_without_spaces_are_names_of_persons() -> None:
    found = numbers_of(
        f"<html><body><h1>Vote</h1><p class='author'>山田太郎</p>{PROSE}", "山田太郎"
    )
    assert (found["person"], found["one_word"], found["short"]) == (1, 0, 0)


def test_a_byline_under_the_title_counts_in_whatever_box_it_stands() -> None:
    box = "<div class='widget'><p class='author'>By Ada Muster</p></div>"
    html = f"<html><body><h1>Vote put off</h1>{box}{PROSE * 4}"
    found = numbers_of(html, "Ada Muster")
    assert found["under_title_led"] == found["under_title_marked"] == 1
    assert found["kind_author"] < 1
    below = numbers_of(f"<html><body><h1>Vote put off</h1>{PROSE * 4}{box}", "Ada Muster")
    assert below["under_title_marked"] == 0


def weights(**chosen: float) -> AuthorWeights:
    return AuthorWeights(tuple(chosen.get(name, 0.0) for name in FEATURES), -2.0, 0.5)


def candidate(*names: str, **chosen: float) -> Candidate:
    return Candidate(names, tuple(chosen.get(name, 0.0) for name in FEATURES))


def test_the_best_is_chosen_or_nobody() -> None:
    scale = weights(person=4.0, outside=-9.0)
    ada, cy = candidate("Ada Muster", person=1.0), candidate("cy")
    assert scale.choose([cy, ada])[0] == ("Ada Muster",)
    assert scale.choose([cy]) == ((), pytest.approx(0.1192, abs=1e-4))
    assert scale.choose([candidate("x", person=1e9)])[1] == pytest.approx(1.0)


def test_shipped_weights_are_whole() -> None:
    assert 0 < read_weights().threshold < 1


@pytest.mark.parametrize(
    "change",
    [{"format": 99}, {"weights": {}}, {"intercept": "much"}, {"threshold": float("nan")}, {"x": 1}],
)
def test_broken_weights_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="here"):
        weights_from(json.loads(PATH.read_text("utf-8")) | change, "here")


def test_many_names_stay_linear() -> None:
    many = "".join(f"<p class='author'>By Ada Muster{'x' * (i % 250)}</p>" for i in range(5_000))
    tree = parse(f"<html><body><h1>Vote put off</h1>{many}{PROSE}").tree
    start = time.process_time()
    found = author_candidates(tree, read_metadata(tree), url=None)
    assert len(found) <= MAX_CANDIDATES
    assert time.process_time() - start < 20  # seconds; quadratic would be minutes
