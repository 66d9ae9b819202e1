"""Splits a byline into names, and says of each whether it is a person.

Works on short strings: the value of an ``authors`` field, or the part of a line after "By".
Offsets are code points into the string given, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from credscore.annotations import BylineKind
from credscore.lexicon import Lexicon

__all__ = ["LEXICON", "Name", "kind_of", "split_names"]

LEXICON = Lexicon.read(Path(__file__).with_name("lexicon.toml"))
_GROUP = {name: frozenset(entries) for name, entries in LEXICON.groups.items()}

_LONGEST = 400  # characters; a longer "byline" is a paragraph
_MOST_WORDS = 5  # "Maria del Carmen de la Cruz" is rarer than a headline of six words
_SHORTEST = 2  # characters

# Everything that may stand between two names. Alternatives begin with different characters, so
# the time is linear.
_BETWEEN = re.compile(
    r"[,;|•·/\n\t＋+]|\s[-–—]\s|\s{2,}|\s&\s|\b(?:and|und|et|y|with|mit|avec|e)\b(?=\s)",
    re.IGNORECASE,
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_CUT = re.compile(
    r"\s(?:in|for|at|of|from|on|is|was|has|contributed|reports?|reported|illustrations?|photographs?|"
    rf"last|updated|published|posted|special to)\s|\s(?:{_MONTHS})[a-z]*\.?\s\d|"
    r"\s(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|"
    r"\s(?:zuletzt|stand|erstellt|aktualisiert|veröffentlicht|geändert|lesezeit|lesedauer)\b|"
    r"\s(?:am|um|le|el)\s\d|\s\d|[(\[<{:]|https?:",
    re.IGNORECASE,
)
# A role glued to the name when the page was copied: "Ann LeeStaff Writer".
_GLUED = re.compile(
    r"(?<=[a-z])(?=(?:Business|Columnist|Contribut|Editor|Education|Follow|Opinion|Politics|"
    r"Posted|Published|Reporter|Science|Senior|Special|Staff|Updated|View)\w*\b)|"
    r"(?<=[a-z])(?=(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)\b)"
)
_AWAY = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|@\w+|\(?\+?\d[\d\s().-]{5,}\d|"
    r"(?:e-?mail|twitter|follow)\b.*",
    re.IGNORECASE,
)
_EDGE = " \t\n\"'“”‘’*_.-–—:•|>#"
_OPENING = re.compile(
    r"\s*(?:(?:posted|written|published|reported|compiled|story|text|words|article|interview|review|"
    r"reporting|analysis|opinion|geschrieben|verfasst|erstellt|veröffentlicht|eingestellt|publié|"
    r"écrit|escrito|publicado)\s+)?(?:by|von|par|por)\b\s*:?\s*", re.IGNORECASE)  # fmt: skip
_PICTURES = re.compile(r"\s?\((?:photo|picture|illustration|video)", re.IGNORECASE)
_WORD = re.compile(r"[^\s.,]+\.?")
_HANDLE = re.compile(r"@\w+|u/\w+|https?://\S+|\S*[_\d]\S*")


@dataclass(frozen=True, slots=True)
class Name:
    """One name in a byline: ``text[start:end]``, tidied as ``name``."""

    start: int
    end: int
    name: str
    kind: BylineKind


def split_names(text: str) -> tuple[Name, ...]:
    """The names in a byline string, in order, each once; roles, dates and addresses left out.

    >>> [name.name for name in split_names("By Ann Lee, City Editor, and Bo Ek, ann@lee.example")]
    ['Ann Lee', 'Bo Ek']
    >>> [(name.name, name.kind) for name in split_names("Newsroom Staff")]
    [('Newsroom Staff', 'generic')]
    """
    return _split(text[:_LONGEST])


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[Name, ...]:
    opening = _OPENING.match(text)
    begin = opening.end() if opening else 0
    found: list[Name] = []
    described = False
    for start, end in _parts(text, begin):
        # "Ann Lee, Senior Editor, Example Law, Privacy": after a role the list goes on about her.
        described = described and text[:start].rstrip().endswith(",")
        part = None if described else _tidied(text, start, end)
        if part is None:
            continue
        described = bool(found) and _is_role(text[start:end])
        if described:
            continue
        kind = kind_of(part.name)
        if kind is None or any(part.name.lower() == other.name.lower() for other in found):
            continue
        found.append(Name(part.start, part.end, part.name, kind))
    return tuple(_without_roles(found))


def _is_role(part: str) -> bool:
    """Whether a part of a byline is a role: "Senior Staff Engineer", "Example science editor"; but
    "Bo Ek City Editor" begins with a name.
    """
    words = [_plain(word) for word in _OF.split(part.strip(), maxsplit=1)[0].split()]
    known = [word in _GROUP["roles"] for word in words]
    return len(words) > 1 and known[-1] and (any(known[:2]) or len(words) == 2)


_OF = re.compile(r"\s(?:at|for|in|of|on)\s")


def _parts(text: str, begin: int) -> Iterator[tuple[int, int]]:
    for match in _BETWEEN.finditer(text, begin):
        if match.start() > begin:
            yield begin, match.start()
        begin = match.end()
    if begin < len(text):
        yield begin, len(text)


def _tidied(text: str, start: int, end: int) -> Name | None:
    """Cut away what follows a name ("in Kabul", "(Reuters)", an address) and stray marks."""
    end = _before_other_matter(text, start, end)
    start, end = _trimmed(text, start, end)
    opening = _OPENING.match(text, start, end)
    if opening is not None:
        start = opening.end()
    start = _after_titles(text, start, end)
    if end - start < _SHORTEST:
        return None
    return _without_repeats(text, start, end)


def _before_other_matter(text: str, start: int, end: int) -> int:
    cut = _CUT.search(text, start, end)
    if cut is not None:
        end = cut.start()
    glued = _GLUED.search(text, start, end)
    if glued is not None:
        end = glued.start()
    away = _AWAY.search(text, start, end)
    if away is not None and away.start() > start + 1:
        end = away.start()
    return end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGE:
        start += 1
    if _PICTURES.match(text, end):
        return start, start  # "Bo Ek (photography)"
    stop = text[end - 1 : end]
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    last = text[start:end].rpartition(" ")[2].lower()
    if (
        stop == "."
        and text[end : end + 1] == "."
        and (last in _GROUP["suffixes"] or len(last) == 1)
    ):
        end += 1  # "Jr.", "Carlos M."
    return start, end


def _after_titles(text: str, start: int, end: int) -> int:
    while (first := _WORD.match(text, start, end)) and _plain(first[0]) in _GROUP["titles"]:
        start = first.end()
        while start < end and text[start] == " ":
            start += 1
    return start


def _plain(word: str) -> str:
    return word.lower().strip(".'’\"")


def _without_repeats(text: str, start: int, end: int) -> Name:
    """Cut a role or an outlet without a comma, and the second of two copies of a name."""
    words = text[start:end].split()
    if kept := _before_outlet(words):
        words = words[:kept]
        end = start + _size_of_words(text[start:end], kept)
    titled = (at for at, word in enumerate(words) if at >= 2 and word.lower() in _GROUP["roles"])
    role = next(titled, 0)
    if role and words[0].lower() not in _GROUP["agency"]:  # "Ann Lee Education editor"
        end = start + text[start:end].index(words[role], len(" ".join(words[:role])))
        end = start + len(text[start:end].rstrip())
        words = words[:role]
    half = len(words) // 2
    if half >= 2 and words[:half] == words[half:]:  # a link's text and its title: "Ann Lee Ann Lee"
        words = words[:half]
        end = start + text[start:end].index(words[-1]) + len(words[-1])
    name = " ".join(words)
    middle = len(name) // 2
    if len(name) % 2 == 0 and " " in name[:middle] and name[:middle] == name[middle:]:
        return Name(start, start + middle, name[:middle], "person")  # "Ann LeeAnn Lee"
    return Name(start, end, name, "person")


def _before_outlet(words: list[str]) -> int:
    """Words of a name that stands before its outlet's: "Ann Lee EXAMPLE NEWS", "Ann Lee Associated
    Press"; 0 where nothing is to be cut.
    """
    if len(words) < 3 or words[0].isupper() or words[0].lower() in _GROUP["agency"]:
        return 0
    shouted = [word.isupper() and len(word) > 2 for word in words]  # not "III", not "J."
    if not any(shouted[:2]) and shouted[-1] and words[-1].lower() not in _GROUP["suffixes"]:
        return max(shouted.index(True), 2)
    lower = [word.lower() for word in words]
    wire = " ".join(lower[-2:]) in _GROUP["agency"]
    if wire and len(words) > 3:
        return len(words) - 2
    if lower[-1] in _GROUP["no_names"] and lower[-2] not in _GROUP["particles"]:
        return len(words) - 1
    if len(words) > _MOST_WORDS and re.fullmatch(r"[A-Z]\.?", words[1]):
        return 3  # "Ann J. Lee Example Daily Courier"
    return 0


def _size_of_words(text: str, count: int) -> int:
    """Characters of the first words of a text."""
    ends = [word.end() for word in re.finditer(r"\S+", text)]
    return ends[count - 1]


def _without_roles(found: list[Name]) -> list[Name]:
    """After a person "Investigations Editor", an outlet or a handle only say more about them."""
    if not any(name.kind == "person" for name in found):
        return found
    kept = [name for name in found if name.kind in ("person", "agency")]
    # "By ANN LEE, FUTURES | Topic": after a full name a single word is an outlet or a label.
    full, small = " " in kept[0].name, not kept[0].name.isupper()
    return [
        name
        for name in kept
        if name.kind != "person"
        or not ((full and " " not in name.name) or (small and name.name.isupper()))
    ]


def kind_of(name: str) -> BylineKind | None:
    """Whether a name is a person's, a body's, an agency's, nobody's in particular, or a handle.

    Returns:
        None where the string is no name at all (a date, a place in a sentence, a headline).
    """
    lower = name.lower()
    words = [_plain(word) for word in lower.replace("-", " ").split()]
    whole = [_plain(word) for word in lower.split()]
    if not words or not any(character.isalpha() for character in name):
        return None
    if _is_agency(lower, whole):
        return "agency"
    if all(w in _GROUP["calendar"] or w[:1].isdigit() or w in _GROUP["no_names"] for w in whole):
        return None
    if any(word in _GROUP["generic"] for word in (*words, *whole)):
        return "generic"
    if any(word in _GROUP["things"] or word in _GROUP["updated"] for word in _common(whole)):
        return None
    return _named_kind(name, whole)


def _common(words: list[str]) -> list[str]:
    """The words that may be things: not the "page" of "Ann Page", but that of "Front Page"."""
    surname = len(words) == 2 and words[1] in _SURNAMES and words[0] not in _BEFORE_PAGE
    return words[:1] if surname else words


_SURNAMES = frozenset(("best", "book", "page", "sample"))
_BEFORE_PAGE = frozenset(
    """facebook fan first front full home information landing last main my next our
    previous see single start the this title top view web your""".split()
)


def _named_kind(name: str, words: list[str]) -> BylineKind | None:
    if _HANDLE.fullmatch(name):
        return "handle"
    if _is_body(name, words):
        return "organisation"
    return _person_or_handle(name, words)


def _is_agency(lower: str, words: list[str]) -> bool:
    if lower in _GROUP["agency"]:
        return True
    pairs = {" ".join(pair) for pair in pairwise(words)}
    known = pairs & _GROUP["agency"] or (len(words) <= 3 and set(words) & _GROUP["agency"])
    return bool(known) and not {"editor", "staff", "writer"} & set(words)


def _is_body(name: str, words: list[str]) -> bool:
    if any(word in _GROUP["organisation"] for word in words):
        return True
    if words[0] in ("the", "die", "der", "das", "le", "la", "les", "el", "il") and len(words) > 1:
        return not (words[0] in ("la", "le", "el") and len(words) == 2)
    dotted = "." in name.strip(".") and " " not in name and not re.fullmatch(r"(?:\w\.)+\w?", name)
    return dotted or (len(words) == 1 and name.isupper() and len(name) <= 5)


_QUOTES = "\"'“‘"  # a nickname


def _person_or_handle(name: str, words: list[str]) -> BylineKind | None:
    shown = name.split()
    if len(shown) == 1:
        letters = name.replace("-", "").replace("'", "").replace("’", "")
        if not letters.isalpha() or (not name[0].isupper() and name.isascii()):
            return "handle"
        inner = any(character.isupper() for character in name[1:]) and not name.isupper()
        return "handle" if inner and "-" not in name and not name.startswith("Mc") else "person"
    if len(shown) > _MOST_WORDS + (words[1] in _GROUP["particles"]):
        return None
    capital = [
        word.lstrip(_QUOTES)[:1].isupper() or not word[0].isascii() or lower in _GROUP["particles"]
        for word, lower in zip(shown, words, strict=True)
    ]
    if any(character.isdigit() for character in name):
        return "handle" if len(shown) == 1 else None
    if not all(capital) or words[0] in _GROUP["no_names"]:
        return None
    phrase = any(len(word) > 2 and word in _GROUP["no_names"] for word in words[1:-1])
    return None if phrase else "person"  # "Mind Your Manners"
