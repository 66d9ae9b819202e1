"""What trafilatura finds: the one place that calls it, so that its failures are handled once."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from credscore.errors import MissingExtraError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["MAX_ELEMENTS", "extracted_body", "extracted_date", "extracted_metadata"]

MAX_ELEMENTS = 20_000  # on larger pages it takes seconds; they are read by simpler rules
MAX_VALUE = 1_000  # characters of a value: longer than any title or list of authors

# What it has been seen to raise, or may, on odd trees; the plain reading then takes over.
_FAILURES = (RecursionError, ValueError, TypeError, AttributeError, LookupError)


def extracted_body(tree: HtmlElement) -> HtmlElement | None:
    """The element that holds the page's main text; None if it finds none."""
    trafilatura = _trafilatura()
    try:
        found = trafilatura.bare_extraction(
            deepcopy(tree), include_comments=False, include_tables=False, with_metadata=False
        )
    except _FAILURES:
        return None
    return None if found is None else found.body


def extracted_metadata(tree: HtmlElement, *, url: str | None) -> Any | None:
    """Its metadata of the page; None if it fails."""
    trafilatura = _trafilatura()
    short = _with_short_values(deepcopy(tree))
    try:
        return trafilatura.extract_metadata(short, default_url=url, extensive=False)
    except _FAILURES:
        return None


def _with_short_values(tree: HtmlElement) -> HtmlElement:
    """The tree with the values of its ``meta`` elements cut: some of trafilatura's patterns take
    minutes on a name of 25,000 characters.
    """
    for element in tree.iter("meta"):
        value = element.get("content") or ""
        if len(value) > MAX_VALUE:
            # Control characters, which a page may hold, cannot be written back.
            kept = (c if c.isprintable() else " " for c in value[:MAX_VALUE])
            element.set("content", "".join(kept))
    return tree


def extracted_date(tree: HtmlElement, *, url: str | None) -> str | None:
    """The publication day that it finds, as YYYY-MM-DD."""
    found = extracted_metadata(tree, url=url)
    date = found.date if found else None
    return date if isinstance(date, str) and date else None


def _trafilatura() -> Any:
    try:
        import trafilatura
    except ImportError as error:
        raise MissingExtraError(
            "reading HTML needs lxml and trafilatura: pip install 'credscore[html]'"
        ) from error
    return trafilatura
