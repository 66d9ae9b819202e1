"""What a page says of itself: JSON-LD first, then microdata, then meta tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from credscore.page import jsonld
from credscore.page.names import name_key
from credscore.page.places import Place

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["PageMetadata", "is_house", "read_metadata", "text_content"]


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """Structured metadata of one page; None or empty where the page says nothing."""

    title: str | None
    author_sources: tuple[tuple[str, ...], ...]
    author_places: tuple[Place, ...]  # the same and weaker ones, by kind
    calls_itself_article: bool
    published: str | None
    updated: str | None
    site_name: str | None
    language: str | None
    url: str | None


_AUTHOR_META = (
    "author", "article:author", "byl", "article:author_name", "article.author", "parsely-author",
    "sailthru.author", "dc.creator", "dcterms.creator", "dc.contributor", "cxenseparse:author",
    "citation_author", "authors", "og:author", "og:article:author", "dcsext.author", "vr:author",
    "shareaholic:article_author_name", "mediator_author", "book:author", "byline", "creator",
    "twitter:creator:name", "article_author", "article-author", "content_author", "rbauthors",
)  # fmt: skip
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "pubdate",
    "publish-date", "date", "cxenseparse:recs:publishtime", "publication_date", "citation_date",
    "article.published", "rnews:datepublished", "og:published_time", "dc.date.created",
)  # fmt: skip
_UPDATED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "last-modified", "lastmod",
    "dcterms.modified", "article.updated", "dc.date.modified", "revised",
)  # fmt: skip
_SITE_META = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher")
_TITLE_META = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title")
_ITEM = (  # microdata and RDFa; "itemprop" holds a list of names
    "//*[contains(concat(' ', normalize-space(@itemprop), ' '), ' {name} ') or @property='{name}']"
)
_WRITTEN_BY = re.compile(r"\b(?:written by|author|verfasst von|écrit par|escrito por|by)\b", re.I)


def read_metadata(tree: HtmlElement, *, url: str | None = None) -> PageMetadata:
    """Read a page's structured metadata.

    Args:
        tree: the parsed page.
        url: where it came from; resolves a relative canonical link.
    """
    found = jsonld.nodes(tree)
    article = jsonld.article_node(found) or {}
    meta = _meta(tree)
    site = _site_name(article, found, meta)
    title = _first(meta, _TITLE_META) or jsonld.text_of(article.get("headline"))
    return PageMetadata(
        title=_title(tree, title, site),
        author_sources=_author_sources(tree, article, found, meta),
        author_places=tuple(_author_places(article, found, meta)),
        calls_itself_article="article" in meta.get("og:type", ()) or jsonld.is_article(article),
        published=_date(article.get("datePublished"))
        or _first(meta, _PUBLISHED_META)
        or _itemprop_date(tree, "datePublished")
        or _time_element(tree),
        updated=_date(article.get("dateModified"))
        or _first(meta, _UPDATED_META)
        or _itemprop_date(tree, "dateModified"),
        site_name=site,
        language=_language(tree, article, meta),
        url=_canonical(tree, meta, url),
    )


def text_content(element: HtmlElement, *, limit: int = 400) -> str:
    """The text inside an element, up to about ``limit`` characters, without scripts."""
    pieces, size = [], 0
    for part in element.iter():
        for text, inside in ((part.text, True), (part.tail, False)):
            skipped = inside and (not isinstance(part.tag, str) or part.tag in _UNSEEN)
            if text and not skipped and not (part is element and not inside):
                pieces.append(text)
                size += len(text)
        if size > limit:
            break
    return " ".join(" ".join(pieces).split())


_UNSEEN = frozenset({"script", "style", "noscript", "svg", "template", "button", "time"})


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for tag in tree.iter("meta"):
        content = (tag.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            name = (tag.get(attribute) or "").strip().lower()
            if name and content:
                values.setdefault(name, []).append(content)
    return values


def _first(meta: dict[str, list[str]], names: Iterable[str]) -> str | None:
    return next((meta[name][0] for name in names if name in meta), None)


def _author_sources(
    tree: HtmlElement, article: jsonld.Node, found: list[jsonld.Node], meta: dict[str, list[str]]
) -> tuple[tuple[str, ...], ...]:
    """Author strings as given, one group for each place that gives any, best place first."""
    linked = jsonld.names_of(article.get("author") or article.get("creator"), found)
    groups = (
        [name for name, _ in linked],
        *(meta.get(name, []) for name in _AUTHOR_META),
        _parsely(meta),
        _labelled(meta),
        _itemprop_authors(tree),
    )
    return tuple(tuple(group) for group in groups if group)


_META_KINDS = {
    "author": "meta_author",
    "article:author": "meta_article",
    "dc.creator": "meta_dublin",
    "dcterms.creator": "meta_dublin",
    "dc.contributor": "meta_dublin",
}
_MAX_NODES, _MAX_NAMES = 60, 10  # of other JSON-LD objects, and of one meta name


def _author_places(
    article: jsonld.Node, found: list[jsonld.Node], meta: dict[str, list[str]]
) -> Iterator[Place]:
    """What the metadata say of authors, by kind of place."""
    linked = jsonld.names_of(article.get("author") or article.get("creator"), found)
    yield Place("jsonld", tuple(name for name, _ in linked))
    for node in found[:_MAX_NODES]:
        if node is article:
            continue
        others = jsonld.names_of(node.get("author"), found)
        yield Place("jsonld_other", tuple(name for name, _ in others))
        if node.get("@type") == "Person" and isinstance(name := node.get("name"), str):
            yield Place("jsonld_other", (name,))
    for tag in _AUTHOR_META:
        if tag in meta:
            yield Place(_META_KINDS.get(tag, "meta_other"), tuple(meta[tag][:_MAX_NAMES]))
    for names in (_parsely(meta), _labelled(meta)):
        yield Place("meta_other", tuple(names))


def is_house(name: str, site: str | None, url: str | None) -> bool:
    """Whether a name is the site's own: its name, a part of its host, or what that abbreviates."""
    key = _bare(name)
    host = (urlsplit(url).hostname or "") if url else ""
    labels = [_bare(label) for label in host.split(".")[:-1] if len(label) > 2]
    if key in (_bare(site or ""), _bare(host), *labels) or not key:
        return True
    initials = "".join(word[0] for word in name.lower().split())
    if len(initials) > 2 and initials in labels:
        return True
    # "Example News Desk" on example.org; but Helga Muster may well write on helga.example.
    return any(len(n) > 4 and n in key and len(n) > 0.6 * len(key) for n in labels)


def _bare(name: str) -> str:
    return name_key(re.sub(r"^(?:the|die|der|das|le|la|el)\s+|^www\.", "", name.lower()))


def _parsely(meta: dict[str, list[str]]) -> list[str]:
    for value in meta.get("parsely-page", ()):
        try:
            page = json.loads(value)
        except (ValueError, RecursionError):
            continue
        if isinstance(page, dict):
            return [
                name for name, _ in jsonld.names_of(page.get("author") or page.get("authors"), [])
            ]
    return []


def _labelled(meta: dict[str, list[str]]) -> list[str]:
    for number in ("1", "2"):
        label = _first(meta, (f"twitter:label{number}",))
        if label and _WRITTEN_BY.search(label):
            return meta.get(f"twitter:data{number}", [])
    return []


def _itemprop_authors(tree: HtmlElement) -> list[str]:
    raws = []
    for element in tree.xpath(_ITEM.format(name="author"))[:50]:
        if element.tag == "meta" or _in_comment(element) or _in_citation(element):
            continue
        named = element.xpath("." + _ITEM.format(name="name"))
        target = named[0] if named else element
        raw = target.get("content") or text_content(target)
        if raw:
            raws.append(raw)
    return raws[:10]


def _in_comment(element: HtmlElement) -> bool:
    for ancestor in (element, *element.iterancestors()):
        label = " ".join(ancestor.get(name) or "" for name in ("class", "id", "itemtype"))
        if ancestor.tag == "body":
            return False
        if re.search(r"\b(?:comment|respond|Comment)", label):
            return True
    return False


def _in_citation(element: HtmlElement) -> bool:
    return any(a.get("itemprop") == "citation" for a in element.iterancestors())


def _date(value: jsonld.Json) -> str | None:
    text = jsonld.text_of(value)
    return text if text and re.search(r"\d{4}", text) else None


def _itemprop_date(tree: HtmlElement, name: str) -> str | None:
    for element in tree.xpath(_ITEM.format(name=name))[:5]:
        value = element.get("datetime") or element.get("content") or text_content(element, limit=60)
        if value and re.search(r"\d{4}", value):
            return str(value).strip()
    return None


def _time_element(tree: HtmlElement) -> str | None:
    """The date of a ``<time>`` marked as the publication's, or of the only one of an article."""
    for path in ("//time[@pubdate]", "//time[contains(@class,'publish')]", "//article//time"):
        dates = {str(e.get("datetime")).strip() for e in tree.xpath(path)[:20] if e.get("datetime")}
        if len(dates) == 1 and re.search(r"\d{4}", only := dates.pop()):
            return only
    return None


def _site_name(
    article: jsonld.Node, found: list[jsonld.Node], meta: dict[str, list[str]]
) -> str | None:
    named = _first(meta, _SITE_META) or jsonld.text_of(article.get("publisher"))
    if named and not named.startswith("http"):
        return named
    sites = (node for node in found if node.get("@type") == "WebSite")
    return next((name for node in sites if (name := jsonld.text_of(node.get("name")))), None)


def _title(tree: HtmlElement, stated: str | None, site: str | None) -> str | None:
    """The main heading where the stated title holds it, else the stated title without the site."""
    stated = stated or _title_tag(tree)
    headings = [text for h in list(tree.iter("h1"))[:10] if (text := text_content(h))]
    if not stated:
        return headings[0] if len(headings) == 1 else None
    key = name_key(stated)
    fitting = [h for h in headings if len(h.split()) > 2 and name_key(h) in key]
    return max(fitting, key=len, default=None) or _headline(stated, site)


def _title_tag(tree: HtmlElement) -> str | None:
    title = tree.find(".//title")
    return " ".join((title.text or "").split()) or None if title is not None else None


def _headline(title: str | None, site: str | None) -> str | None:
    """The title without the site's name behind a dash or bar."""
    if not title:
        return None
    title = " ".join(title.split())
    if site:
        for mark in ("|", " - ", " – ", " — ", " · ", " :: "):
            head, found, tail = title.rpartition(mark)
            if found and name_key(tail) == name_key(site) and head.strip():
                return head.strip()
    return title


def _language(tree: HtmlElement, article: jsonld.Node, meta: dict[str, list[str]]) -> str | None:
    root = tree.getroottree().getroot()
    value = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    value = value or root.get("xml:lang") or jsonld.text_of(article.get("inLanguage"))
    value = value or _first(meta, ("og:locale", "content-language", "language", "dc.language"))
    value = (value or "").strip().replace("_", "-")
    return value if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", value) else None


def _canonical(tree: HtmlElement, meta: dict[str, list[str]], url: str | None) -> str | None:
    links = tree.xpath("//link[@rel='canonical']/@href")
    for value in (*links[:1], *meta.get("og:url", ())[:1]):
        try:
            address: str = urljoin(url or "", value.strip())
            if urlsplit(address).scheme in ("http", "https") and urlsplit(address).hostname:
                return address
        except ValueError:
            continue
    return url
