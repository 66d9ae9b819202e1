"""What speaks for and against each set of names found in a page: numbers for the author scorer.

A candidate is a set of names that some place of the page gives. Its numbers say which kinds of
place give it, where these stand (from the title, before the prose, at the end, outside the
article), how the names are shaped, and whether and where the page shows them to its reader.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from credscore.page.metadata import PageMetadata, is_house
from credscore.page.names import is_company, is_generic, name_key, split_names, without_house
from credscore.page.places import LINE_KINDS, MARKED_KINDS, Line, Place, line_places, walk

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["FEATURES", "STATED_KINDS", "Candidate", "find_candidates"]

STATED_KINDS = (
    "jsonld",
    "jsonld_other",
    "meta_author",
    "meta_article",
    "meta_dublin",
    "meta_other",
)
_SHOWN_KINDS = (*MARKED_KINDS, *LINE_KINDS)
_KINDS = (*STATED_KINDS, *_SHOWN_KINDS, "extracted")
_LED = frozenset(("opens_by", "middle", "after_by", "opens_label", "below"))
_TELLING = frozenset(MARKED_KINDS) - {"user", "source", "info", "address"}

MAX_NAMES = 8  # a longer list is a crew or a bibliography
MAX_RAWS = 12
MAX_CANDIDATES = 200  # of a page; the first ones found
MAX_SEEN = 40  # lines in which a name is looked at
_FAR = 99  # lines
_NEAR = 8  # lines below the title, in which a byline stands
_NEVER = 5.0  # in place of the logarithm of a distance, where there is none
_PROSE = 120  # characters of a line that is prose
_DATED = 100  # characters; a longer line with a date in it is no byline
_SECONDARY = 0.3  # what a place outside the article counts

_DATE = re.compile(
    r"\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}|\b(?:19|20)\d{2}\b|\d{1,2}:\d{2}|\b(?:ago|vor)\b", re.I
)
_ORGANISATION = re.compile(
    r"\b(?:redaktion|verband|bund|verein|stiftung|institut|gmbh|team|staff|news|magazin|zeitung|"
    r"presse|agentur|ministerium|amt|online|media|university|group|press|editor\w*|desk|service|"
    r"blog|verlag|gesellschaft|zentrum|center|radio|tv|club|international|association|foundation)"
    r"\b",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"foto|photo|bild|image|picture|illustration|grafik|copyright|©", re.I)
_SAYS = re.compile(
    r"^[\s:,]*(?:says|said|sagt|schrieb|schreibt|meint|hat|ist|is|was|war)", re.IGNORECASE
)
_FUNCTION_WORDS = frozenset(
    """the der die das und in of mit for für zur zum im am to le les des wie was mehr new""".split()
)
_BEFORE, _BEHIND = 40, 25  # characters looked at around a name


@dataclass(frozen=True, slots=True)
class Candidate:
    """Names that a page may mean as its authors, and its numbers in the order of ``FEATURES``."""

    names: tuple[str, ...]
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    names: tuple[str, ...]
    places: list[Place]


@dataclass(frozen=True, slots=True)
class _Context:
    """What all candidates of a page are measured against."""

    lines: list[Line]
    folded: list[str]
    title: str
    title_line: int
    first_prose: int
    last_prose: int
    dated: list[bool]
    site: str | None
    url: str | None
    host: str
    found: dict[frozenset[str], _Found]
    under_kind: dict[str, set[frozenset[str]]]
    lines_of_kind: dict[str, set[int]]
    told: dict[str, float]  # numbers of the page, the same for all its candidates


def find_candidates(
    tree: HtmlElement, metadata: PageMetadata, stated: list[Place], *, url: str | None
) -> list[Candidate]:
    """Every set of names that a place of the page gives, with its numbers.

    Args:
        tree: the parsed page.
        metadata: its structured metadata.
        stated: what metadata and other readers say; kinds of ``STATED_KINDS`` and "extracted".
        url: where it came from.
    """
    lines, marked = walk(tree)
    found: dict[frozenset[str], _Found] = {}
    under_kind: dict[str, set[frozenset[str]]] = {}
    for place in (*stated, *marked, *line_places(lines)):
        names = _names(place, metadata.site_name)
        key = frozenset(map(name_key, names))
        if not 0 < len(names) <= MAX_NAMES or "" in key:
            continue
        if key not in found and len(found) >= MAX_CANDIDATES:
            continue
        under_kind.setdefault(place.kind, set()).add(key)
        found.setdefault(key, _Found(names, [])).places.append(place)
    context = _context(lines, metadata, url, found, under_kind)
    return [
        Candidate(item.names, tuple(_numbers(key, item, context).values()))
        for key, item in found.items()
    ]


def _names(place: Place, site: str | None) -> tuple[str, ...]:
    raws = place.raws[:MAX_RAWS]
    names = dict.fromkeys(name for raw in raws for name in split_names(raw, site=site))
    return without_house(tuple(names), site)


def _context(
    lines: list[Line],
    metadata: PageMetadata,
    url: str | None,
    found: dict[frozenset[str], _Found],
    under_kind: dict[str, set[frozenset[str]]],
) -> _Context:
    title = name_key(metadata.title or "")
    at = _title_line(lines, title)
    prose = [
        number for number, line in enumerate(lines)
        if not line.outside and len(line.text) >= _PROSE and line.text[-1] in ".!?\"”“»)"
    ]  # fmt: skip
    after = bisect_left(prose, at)
    address = url or metadata.url
    return _Context(
        lines,
        [_folded(line.text) for line in lines],
        title,
        at,
        prose[after] if after < len(prose) else len(lines),
        prose[-1] if prose else len(lines),
        [len(line.text) < _DATED and _DATE.search(line.text) is not None for line in lines],
        metadata.site_name,
        address,
        name_key(_host(address)),
        found,
        under_kind,
        _lines_of_kind(found),
        _told(metadata),
    )


def _lines_of_kind(found: dict[frozenset[str], _Found]) -> dict[str, set[int]]:
    lines: dict[str, set[int]] = {}
    for item in found.values():
        for place in item.places:
            if place.line >= 0:
                lines.setdefault(place.kind, set()).add(place.line)
    return lines


def _told(metadata: PageMetadata | None) -> dict[str, float]:
    """What the metadata tell of the page: pages that call themselves articles name authors."""
    return {
        "page_article": float(metadata is not None and metadata.calls_itself_article),
        "page_dated": float(metadata is not None and metadata.published is not None),
        "page_updated": float(metadata is not None and metadata.updated is not None),
        "page_site": float(metadata is not None and metadata.site_name is not None),
        "page_english": float(metadata is not None and (metadata.language or "")[:2] == "en"),
    }


def _host(address: str | None) -> str:
    try:
        return urlsplit(address or "").hostname or ""
    except ValueError:
        return ""


def _title_line(lines: list[Line], title: str) -> int:
    """The line that is the title, a heading if one is; else the article's first heading."""
    same = []
    if len(title) > 8:
        near = (i for i, line in enumerate(lines) if len(line.text) <= 3 * len(title) + 20)
        same = [i for i in near if name_key(lines[i].text) == title]
    headings = [i for i in same if lines[i].heading]
    if headings or same:
        return (headings or same)[0]
    return next((i for i, line in enumerate(lines) if line.heading and not line.outside), 0)


def _numbers(key: frozenset[str], item: _Found, page: _Context) -> dict[str, float]:
    shown = [place for place in item.places if place.line >= 0]
    inside = [place for place in shown if not place.outside]
    return {
        **_by_kind(item.places),
        **_counts(item.places, shown, inside, page),
        **_position(inside or shown, page),
        **_under_title(shown, page),
        **_relations(key, page),
        **_shape(item.names, page),
        **_sight(item.names, page),
        **page.told,
    }


def _by_kind(places: list[Place]) -> dict[str, float]:
    values = dict.fromkeys(_KINDS, 0.0)
    for place in places:
        values[place.kind] = max(values[place.kind], _SECONDARY if place.outside else 1.0)
    return {f"kind_{kind}": value for kind, value in values.items()}


def _counts(
    places: list[Place], shown: list[Place], inside: list[Place], page: _Context
) -> dict[str, float]:
    kinds = {place.kind for place in places}
    marked = {place.kind for place in inside} & set(MARKED_KINDS)
    rivals = min((len(page.under_kind[kind]) - 1 for kind in kinds), default=0)
    return {
        "places": float(min(len(shown), 6)),
        "places_inside": float(min(len(inside), 6)),
        "stated_kinds": float(len(kinds & set(STATED_KINDS))),
        "kinds": float(len(kinds)),
        "marked_kinds": float(len(marked)),
        "rivals": log1p(rivals),
        "page_led": float(not _LED.isdisjoint(page.under_kind)),
        "page_states": float(not set(STATED_KINDS).isdisjoint(page.under_kind)),
        "page_extracted": float("extracted" in page.under_kind),
    }


def _nearest(distances: list[int]) -> float:
    return log1p(min(distances)) if distances else _NEVER


def _position(places: list[Place], page: _Context) -> dict[str, float]:
    title, prose, end = page.title_line, page.first_prose, page.last_prose
    at = [place.line for place in places]
    linked = [page.lines[line].linked for line in at if line < len(page.lines)]
    alike = [len(page.lines_of_kind[place.kind]) - 1 for place in places]
    return {
        "from_title": log1p(min((min(abs(line - title), _FAR) for line in at), default=_FAR)),
        "below_title": _nearest([line - title for line in at if line >= title]),
        "above_prose": _nearest([prose - line for line in at if line <= prose]),
        "between": float(any(title <= line <= prose + 1 for line in at)),
        "from_end": _nearest([abs(line - end) for line in at]),
        "date_near": float(any(any(page.dated[max(0, line - 2) : line + 3]) for line in at)),
        "listed": log1p(sum(alike) / len(alike)) if alike else 0.0,
        "linked": float(bool(linked) and all(linked)),
    }


def _under_title(shown: list[Place], page: _Context) -> dict[str, float]:
    """Places between title and prose, whatever the page calls the box they stand in."""
    title, last = page.title_line, min(page.title_line + _NEAR, page.first_prose + 1)
    kinds = {place.kind for place in shown if title <= place.line <= last}
    return {
        "under_title_led": float(not _LED.isdisjoint(kinds)),
        "under_title_marked": float(not _TELLING.isdisjoint(kinds)),
        "under_title_kinds": float(min(len(kinds), 6)),
    }


def _relations(key: frozenset[str], page: _Context) -> dict[str, float]:
    above = {p.kind for k, item in page.found.items() if key < k for p in item.places}
    below = {p.kind for k, item in page.found.items() if k < key for p in item.places}
    stated, marked = set(STATED_KINDS), set(MARKED_KINDS)
    return {
        "has_superset": float(bool(above)),
        "has_subset": float(bool(below)),
        "superset_stated": float(bool(above & stated)),
        "subset_stated": float(bool(below & stated)),
        "superset_marked": float(bool(above & marked)),
        "subset_marked": float(bool(below & marked)),
        "superset_kinds": float(len(above)),
        "subset_kinds": float(len(below)),
    }


def _shape(names: tuple[str, ...], page: _Context) -> dict[str, float]:
    first, words = names[0], names[0].split()
    unspaced = all(_UNSPACED.fullmatch(name) for name in names)
    keys = [name_key(name) for name in names]
    small = all(name == name.lower() and name != name.upper() for name in names)
    return {
        "names": float(len(names)),
        "words": float(min(len(words), 6)),
        "person": float(unspaced or all(map(_personal, names))),
        "organisation": float(any(_ORGANISATION.search(name) for name in names)),
        "generic": float(all(map(is_generic, names))),
        "house": float(any(is_house(name, page.site, page.url) for name in names)),
        "company": float(any(map(is_company, names))),
        "upper": float(all(name.isupper() for name in names)),
        "lower": float(small),
        "one_word": float(len(words) == 1 and not unspaced),
        "short": float(len(first) <= 4 and not unspaced),
        "digit": float(any(c.isdigit() for name in names for c in name)),
        "slash": float("/" in first),
        "in_title": float(any(key in page.title for key in keys)),
        "in_host": float(any(len(key) > 3 and key in page.host for key in keys)),
        "function_word": float(any(word.lower() in _FUNCTION_WORDS for word in words)),
    }


_UNSPACED = re.compile(r"[\u3005\u4e00-\u9fff]{2,5}|[\uac00-\ud7a3]{2,4}")  # names without spaces


def _personal(name: str) -> bool:
    words = name.split()
    capital = all(word[:1].isupper() or len(word) <= 3 for word in words)
    return 2 <= len(words) <= 4 and capital and _ORGANISATION.search(name) is None


def _folded(text: str) -> str:
    """Case and marks inside names removed: readers of pages write "A. B. Example" in many ways."""
    return " ".join(text.casefold().translate(_MARKS).split())


_MARKS = str.maketrans("._’'", "    ")


def _sight(names: tuple[str, ...], page: _Context) -> dict[str, float]:
    """Whether and where the page shows the names, in whatever place."""
    folded = [_folded(name) for name in names]
    seen = [[i for i, text in enumerate(page.folded) if name in text] for name in folded]
    visible = all(seen)
    lines = seen[0][:MAX_SEEN] if visible else []
    inside = [line for line in lines if not page.lines[line].outside]
    first = folded[0]
    shown = [page.folded[line] for line in inside]
    # A line that names all of several authors is as short as one that names one.
    rest = [len(text) - sum(len(name) for name in folded if name in text) for text in shown]
    before, behind = _around(first, [page.folded[line] for line in lines])
    title = [min(abs(line - page.title_line), _FAR) for line in lines]
    return {
        "visible": float(visible),
        "seen_under_title": float(any(0 <= line - page.title_line <= _NEAR for line in lines)),
        "times_seen": log1p(min(*map(len, seen), 20)),
        "seen_inside": float(bool(inside)),
        "seen_from_title": log1p(min(title, default=_FAR)),
        "seen_in_short_line": float(any(size < _BEFORE for size in rest)),
        "seen_alone": float(any(size < 6 for size in rest)),
        "seen_from_end": log1p(min((abs(line - page.last_prose) for line in inside), default=_FAR)),
        "seen_after_picture": float(any(_PICTURE.search(text) for text in before)),
        "seen_before_says": float(any(_SAYS.search(text) for text in behind)),
        "seen_by_date": float(any(any(page.dated[max(0, i - 1) : i + 2]) for i in inside)),
        "seen_in_prose": float(any(size > 180 for size in rest)),
    }


def _around(name: str, texts: list[str]) -> tuple[list[str], list[str]]:
    """What stands before and behind a name in lines that hold it."""
    at = [text.find(name) for text in texts]
    before = [text[max(0, i - _BEFORE) : i] for text, i in zip(texts, at, strict=True)]
    ends = [i + len(name) for i in at]
    behind = [text[i : i + _BEHIND] for text, i in zip(texts, ends, strict=True)]
    return before, behind


def _feature_names() -> tuple[str, ...]:
    empty = _Context([], [], "", 0, 0, 0, [], None, None, "", {}, {}, {}, _told(None))
    return tuple(_numbers(frozenset({"a"}), _Found(("A",), []), empty))


FEATURES = _feature_names()
