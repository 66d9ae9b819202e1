"""Places of a page where an author's name may stand: marked elements, and lines that name one.

One walk over the tree gives the page's lines and every short element whose class, ``rel``,
``itemprop`` or link says that it may hold an author; one pass over the lines gives those that open
with "By", "Von", "Text:", "Quelle:" and the like. Nothing is decided here. Time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from credscore.page.announcing import BY, LABEL, WRITTEN

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["BOUNDARY_TAGS", "LINE_KINDS", "MARKED_KINDS", "Line", "Place", "line_places", "walk"]

MAX_RAW = 160  # characters; a longer text holds more than names
MAX_BESIDE = 8  # places of one kind in neighbouring lines are read together up to this many
_NEIGHBOURS = 2  # lines between co-authors
_LARGEST_OUTSIDE = 0.5  # "has-sidebar" around the whole page puts nothing outside the article

_UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "head", "title", "option", "svg", "textarea")
)
BOUNDARY_TAGS = frozenset(
    """p div li h1 h2 h3 h4 h5 h6 tr td th section article header footer nav aside ul ol dl dt dd
    blockquote pre figure figcaption table form br hr main address""".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_OUTSIDE_TAGS = frozenset(("aside", "footer", "nav", "figure", "figcaption", "blockquote", "form"))
_OUTSIDE = re.compile(
    r"comment|respond|sidebar|widget|related|footer|recommend|teaser|most-?read|popular|trending|"
    r"newsletter|promo|\bnav|menu|kommentar|caption|gallery|copyright|breadcrumb|cookie",
    re.IGNORECASE,
)


def _words(*names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s_-])(?:{'|'.join(names)})(?:$|[\s_-])", re.IGNORECASE)


# Classes and ids, most telling first: an element is of the first kind that fits.
_CLASSES = (
    ("byline_name", re.compile(r"byline[-_]*(?:name|author|link)", re.I)),
    ("author_name", re.compile(r"author[-_]*(?:name|link|title)|"
     r"(?:article|post|entry|meta|news|story|content)[-_]{1,2}author\b", re.I)),
    ("byline", re.compile("byline", re.I)),
    ("author", _words("authors?")),
    ("author_any", re.compile("author", re.I)),
    ("autor", re.compile(r"autor|(?:^|[\s_-])(?:auteurs?|verfasser|redakteur|redaktor|firma|"
     r"signature|kuerzel|k[uü]rzel)(?:$|[\s_-])", re.I)),
    ("fn", re.compile(r"(?:^|\s)(?:fn|vcard|p-author|h-card|p-name|nickname|full-?name)(?:$|\s)",
     re.I)),
    ("writer", re.compile("writer|reporter|journalist|creator|contributor|posted-?by|written-?by|"
     "columnist|redaktion", re.I)),
    ("user", _words("user(?:name)?", "profile", "avatar", "account", "member", "poster", "person")),
    ("source", _words("source", "quelle", "agency", "agentur", "publisher", "credits?", "fuente")),
    ("info", _words("meta", "postmetadata", "entry-meta", "post-?info", "article-?info", "dateline",
     r"publish\w*", "date")),
)  # fmt: skip
_AUTHOR_LINK = re.compile(
    r"/(?:authors?|autor(?:en|in)?|auteurs?|people|staff|profile|users?|redaktion|by|contributors?|"
    r"journalist\w*|reporter|team|members?)/",
    re.IGNORECASE,
)
# The words in any case, what follows them in capitals.
_OPENINGS = (
    ("opens_by", re.compile(
        rf"^\s*(?i:(?:{WRITTEN}\s+)?{BY})\s*:?\s+(?=[^\s\da-z])")),
    ("opens_label", re.compile(
        rf"^\s*(?i:{LABEL})\s*[:：●/|]\s*(?=\S)|"
        r"^\s*(?i:autor(?:in|en)?|authors?|verfasser(?:in)?)\s+(?=[A-ZÀ-Þ])")),
    ("opens_source", re.compile(
        r"^\s*(?:quelle|source|fuente|fonte|bron|herausgeber|publisher)\s*[:：]\s*(?=\S)", re.I)),
    ("opens_copyright", re.compile(
        r"^\s*(?i:©|\(c\)|copyright)\s*(?:\d{4}(?:\s*[-–]\s*\d{4})?)?\s*(?i:by\s+)?"
        r"(?=[A-ZÀ-Þ])")),
)  # fmt: skip
_MIDDLE = re.compile(
    rf"(?<![A-Za-zÀ-ÿ])(?:{BY}|BY|VON|Von|By|Par|Por|"
    r"(?:Text|Autor(?:in|en)?|Author|Words|Redaktion)\s*:)\s+(?=[A-ZÀ-Þ@])"
)
_BARE = re.compile(rf"^\s*(?:{WRITTEN}\s+)?(?:{BY}|{LABEL})\s*[:：]?\s*$", re.IGNORECASE)
_ENDS_BY = re.compile(rf"(?:^|\s)(?:{BY}|autor(?:in)?:|author:)\s*$", re.IGNORECASE)
_AGENCY = re.compile(
    r"^[A-ZÀ-Þ][\w./ ,-]{1,40}\s?\(([A-Za-z]{2,6}(?:/[A-Za-z]{2,6})?)\)\s?[-–—.:]|"
    r"\((dpa(?:/\w{1,9})?|afp|epd|kna|apa|sid|ots|reuters|ap)\)\s*$",
    re.IGNORECASE,
)
# A biography: "Ada Muster is a reporter for ...".
_NAME_WORD = r"[A-ZÀ-Þ][\w'’.-]{0,30}"
_TOLD = re.compile(
    rf"^({_NAME_WORD}(?: {_NAME_WORD}){{1,3}}),? (?:is|was|writes|works|covers|joined|has|ist|war|"
    r"schreibt|arbeitet|studierte|est|écrit|es|escribe)\b[^.]{0,120}?\b(?i:\w{0,12}(?:reporter|"
    r"writer|editor|journalist|correspondent|columnist|author|contributor|redakteur|autor|"
    r"korrespondent|volontär|journaliste|periodista|redactor)(?:s|in|ist|a)?)\b"
)
_PARTICLES = frozenset(("von", "van", "de", "der", "di", "zu"))

MARKED_KINDS = ("property", "rel", "link", *(kind for kind, _ in _CLASSES), "address")
LINE_KINDS = (
    *(kind for kind, _ in _OPENINGS), "middle", "below", "alone", "after_by", "agency", "told"
)  # fmt: skip
_ALONE_KINDS = frozenset(("alone", "told", "middle", "agency", "info", "opens_copyright"))


@dataclass(slots=True)
class Line:
    """The text between two block boundaries, as pieces with inline elements between them."""

    pieces: list[str]
    heading: bool
    linked: bool
    outside: bool = False
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = " ".join("".join(self.pieces).split())


@dataclass(frozen=True, slots=True)
class Place:
    """Strings that may name authors; ``line`` is -1 for what the page does not show."""

    kind: str
    raws: tuple[str, ...]
    line: int = -1
    outside: bool = False


@dataclass(slots=True)
class _Open:
    """An element whose end is yet to come."""

    block: bool
    outside: bool
    kinds: tuple[str, ...]
    piece: int
    line: int


class _Walk:
    """State of one walk over a page."""

    __slots__ = ("headings", "lines", "links", "marked", "outside", "pieces", "waiting")

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.pieces: list[str] = []
        self.waiting: list[str] = []
        self.marked: list[tuple[str, int, int, int]] = []  # kind, first and last piece, line
        self.outside: list[tuple[int, int, int, int]] = []  # first and last line, and piece
        self.headings = self.links = 0

    def add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text)
            self.waiting.append(text)

    def end_line(self) -> None:
        if self.waiting and any(piece.strip() for piece in self.waiting):
            self.lines.append(Line(self.waiting, self.headings > 0, self.links > 0))
        self.waiting = []

    def open(self, element: HtmlElement) -> _Open:
        tag = element.tag
        block = tag in BOUNDARY_TAGS
        if block:
            self.end_line()
        label = f"{element.get('class') or ''} {element.get('id') or ''}"
        outside = tag in _OUTSIDE_TAGS or (tag not in ("body", "html") and _is_outside(label))
        self.headings += tag in _HEADINGS
        self.links += tag == "a"
        opened = _Open(
            block, outside, tuple(_kinds(element, label)), len(self.pieces), len(self.lines)
        )
        self.add(element.text)
        return opened

    def close(self, element: HtmlElement, opened: _Open) -> None:
        if opened.block:
            self.end_line()
        last = len(self.pieces)
        if opened.outside:
            until = len(self.lines) + bool(self.waiting)
            self.outside.append((opened.line, until, opened.piece, last))
        self.marked.extend((kind, opened.piece, last, opened.line) for kind in opened.kinds)
        self.headings -= element.tag in _HEADINGS
        self.links -= element.tag == "a"


def walk(tree: HtmlElement) -> tuple[list[Line], list[Place]]:
    """The page's lines in order, and its marked elements."""
    from lxml import etree

    body = tree.find(".//body")
    root = tree if body is None else body
    walker = etree.iterwalk(root, events=("start", "end"))
    state = _Walk()
    stack: list[_Open | None] = []
    for event, element in walker:
        if event == "start":
            skipped = not isinstance(element.tag, str) or element.tag in _UNSEEN
            if skipped:
                walker.skip_subtree()
            stack.append(None if skipped else state.open(element))
            continue
        if (opened := stack.pop()) is not None:
            state.close(element, opened)
        if element is not root:
            state.add(element.tail)
    state.end_line()
    return state.lines, _beside(_marked_places(state))


@lru_cache(maxsize=4096)  # the elements of a list share their class
def _is_outside(label: str) -> bool:
    return _OUTSIDE.search(label) is not None


@lru_cache(maxsize=4096)
def _class_kind(label: str) -> str | None:
    if label.isspace():
        return None
    return next((kind for kind, pattern in _CLASSES if pattern.search(label)), None)


def _kinds(element: HtmlElement, label: str) -> Iterator[str]:
    given = (element.get("itemprop") or "", element.get("property") or "")
    test = f"{element.get('data-testid') or ''} {element.get('data-qa') or ''}"
    properties = f"{' '.join(given)} {test}".lower()
    if "author" in properties or "creator" in properties:
        yield "property"
    if "author" in (element.get("rel") or "").lower().split():
        yield "rel"
    if kind := _class_kind(f"{label} {test}"):
        yield kind
    if element.tag == "address":
        yield "address"
    if element.tag == "a" and _AUTHOR_LINK.search((element.get("href") or "")[:300]):
        yield "link"


def _marked_places(state: _Walk) -> list[Place]:
    """The marked elements' texts; tells for lines and places what stands outside the article."""
    size = [0, *accumulate(map(len, state.pieces))]
    line_depth = [0] * (len(state.lines) + 2)
    piece_depth = [0] * (len(state.pieces) + 2)
    for first_line, last_line, first, last in state.outside:
        if size[last] - size[first] <= _LARGEST_OUTSIDE * size[-1] and last > first:
            line_depth[first_line] += 1
            line_depth[min(last_line, len(state.lines))] -= 1
            piece_depth[first] += 1
            piece_depth[last] -= 1
    for line, depth in zip(state.lines, accumulate(line_depth), strict=False):
        line.outside = depth > 0
    outside = [depth > 0 for depth in accumulate(piece_depth)]
    places = []
    for kind, first, last, at in state.marked:
        if 0 < size[last] - size[first] <= MAX_RAW:
            raw = " ".join(" ".join(state.pieces[first:last]).split())
            if raw:
                places.append(Place(kind, (raw,), at, outside[first]))
    return places


def _beside(places: list[Place]) -> list[Place]:
    """The places, and those of one kind in neighbouring lines read together: co-authors."""
    groups: dict[tuple[str, bool], list[Place]] = {}
    for place in places:
        groups.setdefault((place.kind, place.outside), []).append(place)
    together = []
    for (kind, outside), members in groups.items():
        if kind in _ALONE_KINDS:
            continue
        starts = [
            at for at, place in enumerate(members)
            if not at or place.line - members[at - 1].line > _NEIGHBOURS
        ]  # fmt: skip
        for first, last in zip(starts, [*starts[1:], len(members)], strict=True):
            run = members[first:last]
            if 1 < len(run) <= MAX_BESIDE:
                raws = tuple(raw for member in run for raw in member.raws)
                together.append(Place(kind, raws, run[0].line, outside))
    return places + together


def line_places(lines: list[Line]) -> list[Place]:
    """Places in lines that open with, hold or follow a word that announces an author."""
    return _beside([place for at, line in enumerate(lines) for place in _in_line(lines, at, line)])


def _in_line(lines: list[Line], at: int, line: Line) -> Iterator[Place]:
    text = line.text
    yield from _agencies(text, at, line.outside)
    if len(text) <= MAX_RAW:
        opening = _opening(text, at, line.outside)
        if opening is not None:
            yield opening
        elif (middle := _MIDDLE.search(text)) and middle.start():
            yield Place("middle", (text[middle.end() :],), at, line.outside)
        if _BARE.match(text) and at + 1 < len(lines) and len(lines[at + 1].text) <= MAX_RAW:
            yield Place("below", (lines[at + 1].text,), at + 1, line.outside)
        if opening is None and not line.heading and _only_capitals(text):
            yield Place("alone", (text,), at, line.outside)
    yield from _after_by(line, at)
    if told := _TOLD.match(text):
        yield Place("told", (told[1],), at, line.outside)


def _opening(text: str, at: int, outside: bool) -> Place | None:
    for kind, pattern in _OPENINGS:
        match = pattern.match(text)
        if match:
            return Place(kind, (text[match.end() :],), at, outside)
    return None


def _agencies(text: str, at: int, outside: bool) -> Iterator[Place]:
    match = _AGENCY.search(text[:90]) or (_AGENCY.search(text[-60:]) if len(text) > 90 else None)
    if match:
        yield Place("agency", (match[1] or match[2],), at, outside)


def _only_capitals(text: str) -> bool:
    words = text.split()
    return (
        2 <= len(words) <= 5
        and not text.endswith((".", "?", "!", ":"))
        and all(word[:1].isupper() or word in _PARTICLES for word in words)
    )


def _after_by(line: Line, at: int) -> Iterator[Place]:
    """The piece after a piece that ends in "by": the name's link."""
    pieces = line.pieces[:60]
    for number, piece in enumerate(pieces):
        if 0 < len(piece) <= MAX_RAW and _ENDS_BY.search(piece.rstrip()[-40:]):
            following = next((p for p in pieces[number + 1 : number + 4] if p.strip()), "")
            following = " ".join(following.split())
            if following and len(following) <= MAX_RAW // 2:
                yield Place("after_by", (following,), at, line.outside)
