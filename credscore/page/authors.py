"""Who wrote a page: structured metadata first, then trafilatura, then the page's own bylines.

A name counts only where the page shows it to its reader. Metadata often name whoever pressed the
button in the editing system; annotators who looked at the pages found no such name there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credscore.page.extracted import MAX_ELEMENTS, extracted_metadata
from credscore.page.metadata import PageMetadata, is_house, text_content
from credscore.page.names import is_company, is_generic, name_key, split_names

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["metadata_authors", "read_authors", "visible_text"]

MAX_GUESS_CHARACTERS = 120
MAX_AUTHORS = 8  # a longer list is a crew or a bibliography
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "title", "option"})
_OUTSIDE = re.compile(
    r"comment|respond|sidebar|widget|related|footer|recommend|teaser|most-?read|popular|trending|"
    r"newsletter|promo|\bnav|menu|kommentar|caption|gallery|copyright",
    re.IGNORECASE,
)
_NAME_CLASSES = ("author-name", "author_name", "authorName", "author__name")
_HAS_CLASS = "contains(concat(' ',normalize-space(@class),' '),' {} ')"
_GUESSES = (
    "//*[@rel='author']",
    "//*[contains(@class,'byline-name') or contains(@class,'byline__name')]",
    f"//*[{' or '.join(f'contains(@class,{name!r})' for name in _NAME_CLASSES)}]",
    f"//*[{_HAS_CLASS.format('author')}]//*[{_HAS_CLASS.format('fn')}]",
    f"//*[{_HAS_CLASS.format('byline')}]",
    f"//*[{_HAS_CLASS.format('author')}]",
)
_LEAD_WORDS = (
    r"(?:(?:written|posted|published|geschrieben|verfasst|eine?\s+\w+|publi[ée]|escrito)\s+)?"
    r"(?:by|von|par|por|di|door)|(?:text|autor(?:in|en)?|authors?|auteure?s?|verfasser)(?=\s*:)"
)
_LEAD = re.compile(
    rf"^\s*(?:{_LEAD_WORDS})\s*:?\s*$|^[^.]{{0,40}}\d[^.]{{0,40}}\s(?:by|von|par|por)\s*$",
    re.IGNORECASE,
)
_LED = re.compile(rf"^\s*(?:{_LEAD_WORDS})\s*:?\s+(?=[A-ZÀ-Þ])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Page:
    tree: HtmlElement
    metadata: PageMetadata
    url: str | None
    visible: str


def read_authors(
    tree: HtmlElement, metadata: PageMetadata, *, url: str | None, elements: int
) -> tuple[str, ...]:
    """The page's authors; empty if it names none.

    Where the metadata's places disagree, the one that agrees with the page's own byline is taken.

    Args:
        tree: the parsed page.
        metadata: its structured metadata.
        url: where it came from.
        elements: its number of elements; large pages are not given to trafilatura.
    """
    page = _Page(tree, metadata, url, visible_text(tree))
    byline = _guessed(page) or _led(page)
    return (
        _agreeing(page, byline)
        or _from_sources(page)
        or _completed(byline, _extracted(page) if elements <= MAX_ELEMENTS else ())
    )


def metadata_authors(
    tree: HtmlElement, metadata: PageMetadata, *, url: str | None
) -> tuple[str, ...]:
    """Authors by structured metadata alone; empty if it shows none."""
    return _from_sources(_Page(tree, metadata, url, visible_text(tree)))


def visible_text(tree: HtmlElement) -> str:
    """All text that a reader can see, in lower case, runs of blanks made one."""
    pieces = (text for _, text, _ in _text_nodes(tree))
    return " ".join(" ".join(pieces).split()).casefold()


def _text_nodes(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str, bool]]:
    """Text nodes in document order: the element, the text, whether it opens the element."""
    from lxml import etree

    body = tree.find(".//body")
    walker = etree.iterwalk(tree if body is None else body, events=("start", "end", "comment"))
    for event, element in walker:
        if event == "start":
            if element.tag in _UNSEEN:
                walker.skip_subtree()
            elif element.text:
                yield element, element.text, True
        elif element.tail:
            yield element, element.tail, False


def _from_sources(page: _Page) -> tuple[str, ...]:
    """The first place in the metadata whose names the page shows; a generic one comes last."""
    weak: tuple[str, ...] = ()
    for names in _shown_sources(page):
        if not all(map(is_generic, names)):
            return names
        weak = weak or names
    return weak


def _agreeing(page: _Page, byline: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the place in the metadata that shares one with the byline, the most of them."""
    keys = {name_key(name) for name in byline}
    best: tuple[str, ...] = ()
    for names in _shown_sources(page):
        if len(best) < len(names) <= MAX_AUTHORS and keys & set(map(name_key, names)):
            best = names
    if not best:  # "Ada" in the metadata, "Ada Example" on the page
        sources = [names for names in _shown_sources(page) if len(names) == 1]
        if any(name_key(full).startswith(name_key(n)) for (n,) in sources for full in byline):
            return byline
    return best


def _shown_sources(page: _Page) -> Iterator[tuple[str, ...]]:
    for source in page.metadata.author_sources:
        names = _kept(source, page)
        if names:
            yield names


def _extracted(page: _Page) -> tuple[str, ...]:
    """Authors that trafilatura finds."""
    found = extracted_metadata(page.tree, url=page.url)
    names = _kept((found.author,), page) if found and found.author else ()
    # It takes single words from anywhere in the page; full names and other scripts hold up better.
    return tuple(name for name in names if " " in name or not name.isascii())


def _completed(byline: tuple[str, ...], extracted: tuple[str, ...]) -> tuple[str, ...]:
    """The byline, or what trafilatura found where that holds the byline and a few more."""
    if not byline:
        return extracted
    keys = set(map(name_key, byline))
    complete = keys <= set(map(name_key, extracted)) and len(extracted) <= MAX_AUTHORS // 2
    return extracted if complete else byline


def _led(page: _Page) -> tuple[str, ...]:
    """Authors in a short block of its own that opens with "By" or "Author:"."""
    waiting = False
    for element, text, opening in _text_nodes(page.tree):
        if not text.strip():
            continue
        raw = text if waiting else _after_lead(element, text, opening=opening)
        waiting = opening and _LEAD.match(text) is not None and not _outside(element)
        if raw and len(raw) <= MAX_GUESS_CHARACTERS:
            names = _full_names(raw, page)
            whole = _full_names(_whole_byline(element), page) if names else ()
            if names:
                return whole if set(names) <= set(whole) else names
    return ()


def _full_names(raw: str, page: _Page) -> tuple[str, ...]:
    return tuple(n for n in _kept((" ".join(raw.split()),), page) if _full_name(n))


def _whole_byline(element: HtmlElement) -> str:
    """The widest short block around an element that opens with "By": co-authors stand beside."""
    whole = ""
    for ancestor in (element, *element.iterancestors()):
        text = text_content(ancestor, limit=2 * MAX_GUESS_CHARACTERS)
        if len(text) > MAX_GUESS_CHARACTERS or ancestor.tag in ("body", "html"):
            break
        whole = text if _LED.match(text) else whole
    return whole


def _after_lead(element: HtmlElement, text: str, *, opening: bool) -> str | None:
    match = _LED.match(text) if opening and len(text) <= MAX_GUESS_CHARACTERS else None
    if match is None or _outside(element):
        return None
    whole = text_content(element, limit=2 * MAX_GUESS_CHARACTERS)
    return text[match.end() :] if len(whole) <= MAX_GUESS_CHARACTERS else None


def _full_name(name: str) -> bool:
    words = name.split()
    return len(words) >= 2 and words[0][:1].isupper() and words[-1][:1].isupper()


def _guessed(page: _Page) -> tuple[str, ...]:
    """Authors guessed from ``rel`` and class attributes, outside comments, teasers and menus."""
    for path in _GUESSES:
        inside = [element for element in page.tree.xpath(path)[:20] if not _outside(element)]
        for position, element in enumerate(inside):
            raw = text_content(element)
            names = _kept((raw,), page) if len(raw) <= MAX_GUESS_CHARACTERS else ()
            if names:
                near = set(_near(element).iter())
                beside = [text_content(e) for e in inside[position + 1 :] if e in near]
                more = _kept((raw for raw in beside if len(raw) <= MAX_GUESS_CHARACTERS), page)
                return tuple(dict.fromkeys((*names, *more)))[:MAX_AUTHORS]
    return ()


def _near(element: HtmlElement) -> HtmlElement:
    """The element's ancestor two levels up, where co-authors stand."""
    for ancestor in list(element.iterancestors())[:2]:
        if ancestor.tag in ("body", "html", "main", "article"):
            break
        element = ancestor
    return element


def _kept(raws: Iterable[str], page: _Page) -> tuple[str, ...]:
    """Names in strings, without those of the house, of companies, and those not shown."""
    site, url = page.metadata.site_name, page.url or page.metadata.url
    own = [raw for raw in raws if not is_house(raw.partition(",")[0], site, url)]
    names = dict.fromkeys(name for raw in own for name in split_names(raw, site=site))
    return tuple(
        name
        for name in names
        if " ".join(name.split()).casefold() in page.visible
        and not is_house(name, site, url)
        and not is_company(name)
    )


def _outside(element: HtmlElement) -> bool:
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in ("aside", "footer", "nav", "figure", "figcaption", "blockquote"):
            return True
        if ancestor.tag in ("body", "html"):
            return False
        if _OUTSIDE.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False
