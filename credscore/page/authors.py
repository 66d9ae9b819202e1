"""Who wrote a page: all that its metadata, its marks and its lines name, weighed against nobody.

Metadata often name whoever pressed the button in the editing system, and classes called "author"
stand in comments and teasers. So no place is trusted by itself: each set of names is scored by
the places that give it, where the page shows it, and how it is shaped (``candidates``, ``scorer``;
weights learned by ``credscore.training.page_authors``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from credscore.page.candidates import FEATURES, Candidate, find_candidates
from credscore.page.extracted import MAX_ELEMENTS, extracted_metadata
from credscore.page.metadata import PageMetadata, is_house
from credscore.page.names import is_company, is_generic, split_names
from credscore.page.places import Place, walk
from credscore.page.scorer import AuthorWeights, read_weights

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["author_candidates", "choose_authors", "metadata_authors", "read_authors"]


def read_authors(
    tree: HtmlElement,
    metadata: PageMetadata,
    *,
    url: str | None,
    elements: int,
    weights: AuthorWeights | None = None,
) -> tuple[str, ...]:
    """The page's authors; empty if it names none.

    Args:
        tree: the parsed page.
        metadata: its structured metadata.
        url: where it came from.
        elements: its number of elements; of large pages only the metadata are read.
        weights: others than the shipped ones.
    """
    if elements > MAX_ELEMENTS:
        return metadata_authors(tree, metadata, url=url)
    return choose_authors(author_candidates(tree, metadata, url=url), weights or read_weights())


def choose_authors(candidates: list[Candidate], weights: AuthorWeights) -> tuple[str, ...]:
    """The best candidate's names, with the co-authors that metadata name and the page shows.

    Where nobody wins, a person whom metadata name and a short line of the page shows.
    """
    best = weights.choose(candidates)[0]
    stated = filter(None, map(_stated_persons, candidates))
    if not best:
        return next(stated, ())
    signed = filter(None, map(_signed_persons, candidates))
    return next((names for names in (*stated, *signed) if set(best) < set(names)), best)


def _stated_persons(candidate: Candidate) -> tuple[str, ...]:
    number = dict(zip(FEATURES, candidate.numbers, strict=True))
    stated = any(number[kind] == 1 for kind in _TRUSTED)
    shown = number["person"] and number["visible"]
    strange = number["house"] or number["generic"] or number["company"]
    few = len(candidate.names) <= _FEW
    return candidate.names if stated and shown and few and not strange else ()


def _signed_persons(candidate: Candidate) -> tuple[str, ...]:
    """Persons whom a line under the title names after "By": all that wrote the article, where
    metadata often name the first.
    """
    number = dict(zip(FEATURES, candidate.numbers, strict=True))
    signed = number["kind_opens_by"] > 0 and number["under_title_led"] and number["person"]
    return candidate.names if signed and not number["house"] and not number["generic"] else ()


_FEW = 4  # more are the names of a list
_TRUSTED = ("kind_jsonld", "kind_meta_author", "kind_property")


def author_candidates(
    tree: HtmlElement, metadata: PageMetadata, *, url: str | None
) -> list[Candidate]:
    """Every set of names that the page may mean as its authors."""
    found = extracted_metadata(tree, url=url)
    names = tuple(found.author.split("; ")) if found and found.author else ()
    stated = [place for place in metadata.author_places if place.raws]
    return find_candidates(tree, metadata, [*stated, Place("extracted", names)], url=url)


def metadata_authors(
    tree: HtmlElement, metadata: PageMetadata, *, url: str | None
) -> tuple[str, ...]:
    """Authors by structured metadata alone: of the first place whose names the page shows.

    Generic ones ("Admin") come last; empty if none is shown.
    """
    visible = " ".join(line.text for line in walk(tree)[0]).casefold()
    weak: tuple[str, ...] = ()
    for source in metadata.author_sources:
        names = _kept(source, visible, metadata.site_name, url or metadata.url)
        if names and not all(map(is_generic, names)):
            return names
        weak = weak or names
    return weak


def _kept(raws: Iterable[str], visible: str, site: str | None, url: str | None) -> tuple[str, ...]:
    """Names in strings, without those of the house, of companies, and those not shown."""
    own = [raw for raw in raws if not is_house(raw.partition(",")[0], site, url)]
    names = dict.fromkeys(name for raw in own for name in split_names(raw, site=site))
    return tuple(
        name
        for name in names
        if " ".join(name.split()).casefold() in visible
        and not is_house(name, site, url)
        and not is_company(name)
    )
