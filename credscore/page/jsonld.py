"""JSON-LD of a page: the article's own node found among ``@graph``, arrays and references."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Node", "article_node", "is_article", "names_of", "nodes", "text_of"]

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Node: TypeAlias = Mapping[str, Json]

MAX_NODES = 5_000  # pages with a product list hold hundreds; a bound, not a budget
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "article", "subjectOf")
# Most telling first. WebPage comes last: some sites put the author there and nowhere else.
_TYPES = (
    re.compile(r"(?:News|Reportage|Opinion|Analysis|Background|Review|Advertiser|Satirical|"
               r"Scholarly|Tech|Medical\w*|Social\w*)?Article$|"
               r"^(?:Blog|LiveBlog|Social\w*)Posting$"),
    re.compile(r"^(?:Report|Review|Recipe|CreativeWork|VideoObject|PodcastEpisode|"
               r"DiscussionForumPosting|\w*Review|Book|HowTo|QAPage|Question)$"),
    re.compile(r"^\w*(?:Web|Item|Medical|Profile)?Page$"),
)  # fmt: skip
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
# What old pages put around a script. Both patterns are anchored, and the second reads the last
# hundred characters only: searched for, blanks before it would cost their number squared.
_OPENING = re.compile(r"(?://)?\s*+(?:<!--|<!\[CDATA\[|/\*\s*+<!\[CDATA\[\s*+\*/)")
_CLOSING = re.compile(r"(?://)?\s*+(?:-->|\]\]>|/\*\s*+\]\]>\s*+\*/)\Z")
_CLOSING_REACH = 100
_LONGEST_TYPE = 100  # characters


def nodes(tree: HtmlElement) -> list[Node]:
    """Every JSON-LD object of the page worth looking at, in document order, outer before inner."""
    found: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        for node in _walk(_loaded(script.text or "")):
            found.append(node)
            if len(found) >= MAX_NODES:
                return found
    return found


def article_node(found: list[Node]) -> Node | None:
    """The node that describes this page's article: by type, an author counting before order."""
    for pattern in _TYPES:
        matching = [node for node in found if any(pattern.search(t) for t in _types(node))]
        if matching:
            return next((node for node in matching if node.get("author")), matching[0])
    return None


def is_article(node: Node) -> bool:
    """Whether a node says that it is an article or a post."""
    return any(_TYPES[0].search(kind) for kind in _types(node))


def names_of(value: Json, found: list[Node]) -> list[tuple[str, bool]]:
    """Names in an ``author`` value, each with whether it is marked an organisation.

    Args:
        value: a string, an object, a reference by ``@id``, or an array of these.
        found: the page's nodes, to follow references.
    """
    if isinstance(value, str):
        return [(value, False)]
    if isinstance(value, list):
        return [name for item in value[:50] if not _is_list(item) for name in names_of(item, found)]
    if not isinstance(value, dict):
        return []
    name = value.get("name")
    if name is None and isinstance(value.get("@id"), str):
        value = _referred(value["@id"], found) or value
        name = value.get("name")
    organisation = any(t.endswith(("Organization", "Corporation")) for t in _types(value))
    if isinstance(name, str):
        return [(name, organisation)]
    if isinstance(name, list):
        return [(item, organisation) for item in name if isinstance(item, str)]
    parts = [value.get(key) for key in ("givenName", "familyName")]
    full = " ".join(part for part in parts if isinstance(part, str))
    return [(full, organisation)] if full else []


def text_of(value: Json) -> str | None:
    """The text of a property that should be a string: itself, its name, or the first of several."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id")
    return value.strip() or None if isinstance(value, str) else None


def _loaded(source: str) -> Json:
    source = source.strip()
    if opening := _OPENING.match(source):
        source = source[opening.end() :]
    if closing := _CLOSING.search(source, max(0, len(source) - _CLOSING_REACH)):
        source = source[: closing.start()]
    source = source.strip().rstrip(";")
    if not source.startswith(("{", "[")):
        return None
    for candidate in (source, _TRAILING_COMMA.sub(r"\1", source)):
        try:
            loaded: Json = json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
        return loaded
    return None


def _walk(root: Json) -> Iterator[Node]:
    queue: list[Json] = [root]
    for _ in range(MAX_NODES):
        if not queue:
            return
        item = queue.pop(0)
        if isinstance(item, list):
            queue[:0] = item[:MAX_NODES]
        elif isinstance(item, dict):
            yield item
            queue.extend(item[key] for key in _NESTED if key in item)


def _types(node: Node) -> list[str]:
    value = node.get("@type", node.get("type"))
    values = value if isinstance(value, list) else [value]
    return [v.rsplit("/", 1)[-1][:_LONGEST_TYPE] for v in values if isinstance(v, str)]


def _referred(identity: Json, found: list[Node]) -> dict[str, Json] | None:
    for node in found:
        if node.get("@id") == identity and "name" in node:
            return dict(node)
    return None


def _is_list(value: Json) -> bool:
    return isinstance(value, list)
