"""Read a web page: its article's text in blocks, title, authors, dates.

Needs the extra ``html``. Structured metadata comes first (JSON-LD, microdata, meta tags), then
trafilatura, then a guess from the page's classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from credscore.errors import InputError
from credscore.limits import MAX_CHARACTERS
from credscore.page.authors import read_authors
from credscore.page.body import read_blocks
from credscore.page.extracted import MAX_ELEMENTS, extracted_date
from credscore.page.guard import parse
from credscore.page.metadata import read_metadata

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["PageArticle", "read_page"]

BLOCK_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class PageArticle:
    """A page's article and what the page says of it; fields as of ``credscore.Document``."""

    text: str
    title: str | None
    authors: tuple[str, ...]
    url: str | None
    published: str | None
    updated: str | None
    site_name: str | None
    language: str | None
    notes: tuple[str, ...]


def read_page(html: str | bytes, *, url: str | None = None) -> PageArticle:
    """Read a page's article.

    Args:
        html: the page as text, or as bytes in any encoding that the page declares.
        url: where it came from; resolves the canonical link.

    Returns:
        Text with one block a line and a blank line between blocks; title, authors (empty: the page
        names none), dates as the page gives them, site name, language, canonical URL, notes.

    Raises:
        InputError: the page is empty, beyond the bounds of ``guard``, or holds no readable text.
        MissingExtraError: the extra ``html`` is not installed.
    """
    page = parse(html)
    metadata = read_metadata(page.tree, url=url)
    authors = read_authors(page.tree, metadata, url=url, elements=page.elements)
    published = metadata.published
    if published is None and page.elements <= MAX_ELEMENTS:
        published = extracted_date(page.tree, url=url)
    blocks, notes = read_blocks(page.tree, elements=page.elements)
    if not blocks:
        raise InputError(_nothing_to_read(page.tree))
    text = BLOCK_BREAK.join(blocks)
    if len(text) > MAX_CHARACTERS:
        notes.append(f"text cut at {MAX_CHARACTERS:,} of {len(text):,} characters")
        text = text[:MAX_CHARACTERS].rpartition(BLOCK_BREAK)[0] or text[:MAX_CHARACTERS]
    return PageArticle(
        text,
        title=metadata.title,
        authors=authors,
        url=metadata.url,
        published=published,
        updated=metadata.updated,
        site_name=metadata.site_name,
        language=metadata.language,
        notes=(*page.notes, *notes),
    )


def _nothing_to_read(tree: HtmlElement) -> str:
    if next(tree.iter("script"), None) is not None:
        return (
            "the page holds no readable text, only scripts: it is drawn by JavaScript; "
            "save it from a browser, or give the article's text"
        )
    return "the page holds no readable text"
