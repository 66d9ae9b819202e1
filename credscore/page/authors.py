"""Who wrote a page: structured metadata first, then trafilatura, then the page's classes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from credscore.page.metadata import PageMetadata, is_house, text_content
from credscore.page.names import is_generic, split_names

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["read_authors"]

MAX_ELEMENTS = 20_000  # trafilatura's metadata search is skipped on larger pages
_OUTSIDE = re.compile(
    r"comment|respond|sidebar|widget|related|footer|recommend|teaser|most-?read|popular|trending|"
    r"newsletter|promo|nav|menu|kommentar",
    re.IGNORECASE,
)
_GUESSES = (
    "//*[@rel='author']",
    "//*[contains(concat(' ',normalize-space(@class),' '),' byline-name ')]",
    "//*[contains(@class,'author-name') or contains(@class,'author_name') or "
    "contains(@class,'authorName') or contains(@class,'byline__name')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' author ')]"
    "//*[contains(concat(' ',normalize-space(@class),' '),' fn ')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' byline ')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' author ')]",
)
MAX_GUESS_CHARACTERS = 120


def read_authors(
    tree: HtmlElement, metadata: PageMetadata, *, url: str | None, elements: int
) -> tuple[str, ...]:
    """The page's authors; empty if it names none.

    Args:
        tree: the parsed page.
        metadata: its structured metadata.
        url: where it came from.
        elements: its number of elements.
    """
    if metadata.authors:
        return metadata.authors
    if elements > MAX_ELEMENTS:
        return guessed_authors(tree, metadata, url=url)
    return extracted_authors(tree, metadata, url=url) or guessed_authors(tree, metadata, url=url)


def extracted_authors(
    tree: HtmlElement, metadata: PageMetadata, *, url: str | None
) -> tuple[str, ...]:
    """Authors that trafilatura finds."""
    try:
        from trafilatura import extract_metadata
    except ImportError:
        return ()
    from copy import deepcopy

    try:
        found = extract_metadata(deepcopy(tree), default_url=url, extensive=False)
    except (RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return ()  # its own failure on odd trees
    raw = found.author if found else None
    return _kept(raw or "", metadata, url)


def guessed_authors(
    tree: HtmlElement, metadata: PageMetadata, *, url: str | None
) -> tuple[str, ...]:
    """Authors guessed from ``rel`` and class attributes, outside comments, teasers and menus."""
    for path in _GUESSES:
        for element in tree.xpath(path)[:20]:
            if _outside(element):
                continue
            raw = text_content(element)
            names = _kept(raw, metadata, url) if len(raw) <= MAX_GUESS_CHARACTERS else ()
            if names:
                return names
    return ()


def _kept(raw: str, metadata: PageMetadata, url: str | None) -> tuple[str, ...]:
    names = split_names(raw, site=metadata.site_name)
    return tuple(n for n in names if not is_generic(n) and not is_house(n, metadata.site_name, url))


def _outside(element: HtmlElement) -> bool:
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in ("aside", "footer", "nav"):
            return True
        if ancestor.tag in ("body", "html"):
            return False
        if _OUTSIDE.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False
