"""Finds the lines that name authors, in text whose page furniture may still be there.

Only a handful of lines an article are looked at one by one: those that hold "by" with a capital
after it, and short lines of capitalised words, both near the article's first or last prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from credscore.extractors.byline.candidates import Candidates
from credscore.extractors.byline.disguise import undisguised
from credscore.extractors.byline.names import LEXICON, Name, split_names

__all__ = ["Line", "find_names", "is_biography", "is_date"]

_ANNOUNCED = frozenset(LEXICON.groups["announced"])
_NOT_AUTHORS = frozenset(LEXICON.groups["not_authors"])
_CALENDAR = frozenset(LEXICON.groups["calendar"])
_ROLES = frozenset(LEXICON.groups["roles"])
_TITLES = frozenset(LEXICON.groups["titles"])
_NO_NAMES = frozenset(LEXICON.groups["no_names"])
_BIO_VERBS = frozenset(LEXICON.groups["bio_verbs"])
_BIO_ROLES = frozenset(LEXICON.groups["bio_roles"])

_BY = re.compile(
    r"(?<![\w-])(?:by|von|par|por)\b\s*:?\s*|"
    r"^\s*(?:aut[eh]?o[ru]e?s?(?:in(?:nen)?|en)?|texte?o?|words|reda[ck]tion|interview|"
    r"verfasser(?:in)?)\s?:\s*",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_BYLINE_WORDS = 30  # a longer line that begins with "By" is a sentence
_LINE_BEFORE_HANDLE = 8  # words: "Posted on 21 July 2019 by"
_AFTER = 20  # lines from the last prose down
_BELOW_START = 8  # lines above that a line below the first prose must beat
_NEXT_TO = 3  # lines of one byline: "By A" / "Additional reporting by B"
_SIGN_OFF = re.compile(
    r"\b(?:additional |with )?(?:reporting|writing|words|text|interview) by\b", re.IGNORECASE
)
_AFTER_LONE_NAME = "|,-–—·•(0123456789"
_ACCOUNT = re.compile(r"@\w+")
_NAMED_MONTH = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+")  # "April Glaser", not "April 3"
_NAME_WORD = r"[^\W\d_a-z][\w'’.-]{0,30}"
_INTRODUCED = re.compile(
    rf"({_NAME_WORD}(?: {_NAME_WORD}){{1,3}})(?:, (?:an?|the|who)\b|"
    r" (?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d)"
)
_LABELS = re.compile(r"[|•·»›]")
_FURTHER = re.compile(r"[|·•]|\s[-–—]\s")  # what follows is about the page, not the author
_DATE_SHARE = 0.6  # of a line of dates: "Mon 20 Jan 2020 06.05 GMT Last modified on ..."
_OUTLET_WORDS = 5
_LINKING = frozenset(("and", "at", "for", "in", "of", "the"))
_ABOVE_PROSE = 12  # lines above the first prose in which a name beside a date is a byline
_MONTH_NAME = (
    r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|ene|abr|ago|dic|fév|avr|"
    r"aoû|déc)[a-zûé]{0,7}\.?"
)
_DATE_OPENS = re.compile(
    r"\s*(?:(?:[a-z]{2,10}day|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[.,]? )?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)? ?(?:de )?{_MONTH_NAME},? (?:de )?\d{{4}}|"
    rf"{_MONTH_NAME} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|"
    r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4})"
    r"(?:[ ,T]{1,2}\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[ap]m| uhr)?)?[\s,|/•·–—-]*",
    re.IGNORECASE,
)
_DATE_ENDS = re.compile(rf"{_MONTH_NAME} \d{{1,2}}, \d{{4}}\s*$", re.IGNORECASE)
_GLUED_DATE_WORDS = 6
_DATE_FOLLOWS = re.compile(
    r"(?:am|on|le|el|um|at|vor|erstellt|updated|published|aktualisiert)\b", re.IGNORECASE
)
_QUOTED_POST = re.compile(r"\(@\w+\)")  # "Ann Lee (@annlee) May 1, 2020" signs a quoted post
_MOST_SIGN_OFFS = 8  # "Reporting by ..." lines; a page of a hundred is no article
_SMALL_SHARE = 0.4  # more words in small letters than this: a sentence


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an article: its offset in the text, its words, and what it may hold.

    ``rank`` counts lines from the first line of prose (negative above it), ``tail`` from the last;
    ``flags`` are those of ``Candidates``. ``places`` says where each character of ``text`` stands
    in the article's line, where a disguise was taken off.
    """

    rank: int
    tail: int
    start: int
    text: str
    flags: int
    places: tuple[int, ...] | None = None

    def undisguised(self) -> Line:
        """The line as a reader sees it."""
        if self.places is not None:
            return self
        text, places = undisguised(self.text)
        return self if places is None else replace(self, text=text, places=places)

    def in_article(self, name: Name) -> Name:
        """A name with its offsets in the article."""
        return Name(*self.in_text(name.start, name.end), name.name, name.kind)

    def in_text(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the article of a passage of this line."""
        if self.places is not None and start < end:
            start, end = self.places[start], self.places[end - 1] + 1
        return self.start + start, self.start + end


@dataclass(frozen=True, slots=True)
class _Found:
    line: Line
    names: tuple[Name, ...]
    sign_off: bool = False


def find_names(lines: list[Line]) -> list[Name]:
    """Names in the byline nearest above the prose, else below it; offsets as in the article.

    Args:
        lines: undisguised.
    """
    found = [_read(line, lines, place) for place, line in enumerate(lines)]
    hits = [hit for hit in found if hit is not None and hit.names]
    head = [hit for hit in hits if hit.line.rank <= _NEXT_TO and not hit.sign_off]
    chosen: list[_Found] = []
    nearest = max(head, key=_trust, default=None)
    if nearest is not None and not nearest.line.flags & _TOLD:
        signed = (h for h in hits if h.line.flags & _TOLD and 0 <= h.line.tail <= _NEXT_TO)
        nearest = next(signed, nearest)
    if nearest is not None:
        chosen = [
            hit
            for hit in {id(hit): hit for hit in (*head, nearest)}.values()
            if hit is nearest
            or (0 < nearest.line.rank - hit.line.rank <= _NEXT_TO and _trust(hit)[0])
            or (0 < hit.line.rank - nearest.line.rank <= _NEXT_TO and _trust(hit)[0])
        ]
    chosen += [hit for hit in hits if hit.sign_off][:_MOST_SIGN_OFFS]
    if not chosen:
        tail = [hit for hit in hits if 0 <= hit.line.tail <= _AFTER]
        chosen = tail[:1]
    return _merged(chosen)


def _trust(hit: _Found) -> tuple[bool, bool, bool, int]:
    """A "By", a full name and a role below it count for more than being near; above the prose
    before below it.
    """
    full = any(name.kind == "person" and " " in name.name for name in hit.names)
    rank, flags = hit.line.rank, hit.line.flags
    near = -abs(rank) - (_BELOW_START if rank > 0 else 0)
    return bool(flags & _TOLD), full, bool(flags & Candidates.TITLED), near


_TOLD = Candidates.ANCHORED | Candidates.BELOW | Candidates.CONFIRMED | Candidates.TOLD


def _merged(chosen: list[_Found]) -> list[Name]:
    kept: list[Name] = []
    for hit in sorted(chosen, key=lambda hit: hit.line.start):
        for name in hit.names:
            if all(name.name.lower() != other.name.lower() for other in kept):
                kept.append(hit.line.in_article(name))
    if any(name.kind == "person" for name in kept):
        kept = [name for name in kept if name.kind in ("person", "agency")]
    return kept


def _read(line: Line, lines: list[Line], place: int) -> _Found | None:
    if line.flags & Candidates.ANCHORED:
        names, further = _anchored(line.text)
        if names or further:
            return _Found(line, names + further, sign_off=not names)
    if line.flags & Candidates.BELOW:
        names = _whole_line(line.text)
        if names:
            return _Found(line, names)
    if line.flags & Candidates.TOLD and is_biography(line.text):
        name = _opening_name(line.text)
        return _Found(line, (name,)) if name and -_AFTER <= line.tail <= _AFTER else None
    names = _name_line(line, lines, place) if line.flags & Candidates.NAMED else ()
    return _Found(line, names) if names else None


def _anchored(text: str) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
    """Names after a line's first "by" that has any, and those after "additional reporting by"."""
    sign_off = _SIGN_OFF.search(text)
    further = tuple(_signed(text)) if sign_off else ()
    head = text[: sign_off.start()].rstrip(" (;,") if sign_off and further else text
    found = (_after_anchor(head, anchor) for anchor in _BY.finditer(head))
    return next(filter(None, found), ()), further


def _signed(text: str) -> Iterator[Name]:
    """Names in "(Reporting by A in X and B; additional reporting by C; editing by D)"."""
    for segment in re.finditer(r"[^;]+", text):
        match = _SIGN_OFF.search(segment[0])
        if match is None:
            continue
        before = {word.lower() for word in _WORDS.findall(segment[0][: match.start()])}
        if before - _ANNOUNCED - {"with", "and"}:
            continue
        at = segment.start() + match.end()
        rest = text[at : segment.end()]
        stop = re.search(
            r"(?:,|\band\b)?\s*\b(?:with reporting|edit(?:ing|ed)|additional)\b",
            rest,
            re.IGNORECASE,
        )
        for name in split_names(rest[: stop.start()] if stop else rest):
            if name.kind == "person":
                yield Name(at + name.start, at + name.end, name.name, name.kind)


def _after_anchor(text: str, anchor: re.Match[str]) -> tuple[Name, ...]:
    ahead = _LABELS.split(text[: anchor.start()])[-1]  # "Home | By Ann Lee"
    before = [word.lower().strip(".") for word in _WORDS.findall(ahead)]
    rest = text[anchor.end() :]
    words = _WORDS.findall(rest)
    if not words or not _announces(before) or rest.rstrip().endswith(":"):
        return ()
    if len(words) + len(before) > _BYLINE_WORDS:
        # A byline that tells who the author is: "By Ann Lee, a deputy editor who ...".
        introduced = _INTRODUCED.match(rest) if not before else None
        if introduced is None:
            return ()
        rest = rest[: introduced.end(1)]
        words = _WORDS.findall(rest)
    elif not before and (introduced := _INTRODUCED.match(rest)):
        words = _WORDS.findall(rest[: introduced.end(1)])
        rest = rest[: introduced.end(1)] if rest[introduced.end(1)] == "," else rest
    alone = len(words) == 1 and len(before) <= _LINE_BEFORE_HANDLE
    names = split_names(rest)
    if not _opens_name(words[0], rest, alone and bool(before)) and not _is_desk(names, rest):
        return ()
    if not names or not _only_titles(rest[: names[0].start]):
        return ()
    lone = " " not in names[0].name and names[0].kind == "person" and len(names) == 1
    further = rest[names[0].end :].strip()
    if lone and not alone and not _may_follow(further):
        return ()
    at = anchor.end()
    return tuple(Name(at + n.start, at + n.end, n.name, n.kind) for n in names)


def _is_desk(names: tuple[Name, ...], rest: str) -> bool:
    """Whether a line says "by The Associated Press", "by the Editorial Board" or "by admin"."""
    if len(names) != 1 or names[0].start > 0 or _WORDS.search(rest, names[0].end):
        return False
    words = names[0].name.split()
    shown = any(word[0].isupper() for word in words[1:])
    return names[0].kind in ("agency", "generic") and (len(words) == 1 or shown)


def _only_titles(text: str) -> bool:
    """Whether nothing but titles ("Dr. ") stands here."""
    return all(word.lower() in _TITLES for word in _WORDS.findall(text))


def _may_follow(text: str) -> bool:
    """Whether this may stand behind a single name: nothing, a mark, or a date."""
    return text[:1] in _AFTER_LONE_NAME or _DATE_FOLLOWS.match(text) is not None


def _announces(before: list[str]) -> bool:
    """Whether only dates and words such as "posted" stand before the "by"."""
    if before and before[-1] in _NOT_AUTHORS:
        return False
    return all(_goes_before(word) for word in before)


def _opens_name(first: str, rest: str, may_be_small: bool) -> bool:
    if _is_sentence(_WORDS.findall(_FURTHER.split(rest, maxsplit=1)[0])):
        return False
    if first.lower() in _NO_NAMES or (first.lower() in _CALENDAR and not _NAMED_MONTH.match(rest)):
        return False
    handle = rest.startswith("@") or any(c.isdigit() or c == "_" for c in rest.split(maxsplit=1)[0])
    return first[0].isupper() or not first[0].isascii() or handle or may_be_small


def _goes_before(word: str) -> bool:
    return word in _ANNOUNCED or word in _CALENDAR or word[0].isdigit() or len(word) <= 3


def _is_sentence(words: list[str]) -> bool:
    small = sum(word[0].islower() and word.lower() not in _ROLES for word in words)
    return len(words) >= 5 and small > _SMALL_SHARE * len(words)


def _opening_name(text: str) -> Name | None:
    """The capitalised words that open a biography."""
    end = 0
    for count, word in enumerate(_WORDS.finditer(text)):
        if not word[0][0].isupper() or count >= 4 or text[end : word.start()].strip(' .,"“”'):
            break
        end = word.end()
    names = split_names(text[:end]) if end else ()
    return names[0] if names and names[0].kind == "person" and " " in names[0].name else None


def is_biography(text: str) -> bool:
    """Whether a line tells about a writer: "<Name> is a reporter for ...".

    >>> is_biography("Ann Lee is a reporter for the Daily Example.")
    True
    >>> is_biography("Ann Lee is tall, and was so as a child.")
    False
    """
    words = [word.lower() for word in _WORDS.findall(text[:300])]
    name = _WORDS.findall(text[:60])[:2]
    if len(words) < 6 or len(name) < 2 or not all(part[0].isupper() for part in name):
        return False
    if words[0] in _NO_NAMES:  # "As Port Radio reports, ..."
        return False
    verb = next((place for place, word in enumerate(words[2:6], 2) if word in _BIO_VERBS), None)
    return verb is not None and any(word in _BIO_ROLES for word in words[verb : verb + 10])


def _whole_line(text: str) -> tuple[Name, ...]:
    """A line that begins with a person's full name, or is a single name."""
    words = _WORDS.findall(text)
    if not words or text.rstrip()[-1:] in "?!:" or "©" in text or _is_sentence(words):
        return ()
    names = split_names(text)
    if not names or names[0].start > 2 or names[0].kind not in ("person", "handle"):
        return ()
    return names if " " in names[0].name or len(words) == 1 else ()


def _name_line(line: Line, lines: list[Line], place: int) -> tuple[Name, ...]:
    """Names like "Ann Lee" about a date, above a role or her biography; "Ann Lee, Staff Writer";
    "Ann Lee | 1 May"; "1 May - Ann Lee".
    """
    date = _DATE_OPENS.match(line.text)
    begin = date.end() if date else 0
    names = _whole_line(line.text[begin:])
    if not names or names[0].kind != "person" or " " not in names[0].name:
        return ()
    if _QUOTED_POST.search(line.text):
        return ()
    rest = _ACCOUNT.sub("", line.text[begin + names[-1].end :]).strip(" ,/|•·–—-")
    close = line.rank <= _NEXT_TO or 0 <= line.tail <= _NEXT_TO
    if date:
        names = tuple(replace(n, start=begin + n.start, end=begin + n.end) for n in names)
        return names if close and not any(map(str.isalpha, rest)) else ()
    role = [word.lower() for word in _WORDS.findall(rest)]
    if role and any(word in _ROLES for word in role) and close:
        return names
    if rest and not _is_outlet(rest):
        return names if close and (is_date(rest) or _DATE_OPENS.match(rest)) else ()
    return names if _confirmed(line, names, rest, lines, place) else ()


def _confirmed(
    line: Line, names: tuple[Name, ...], rest: str, lines: list[Line], place: int
) -> bool:
    """Whether what stands about a line says that it is a byline."""
    if line.flags & Candidates.CONFIRMED and not rest:
        return True
    if -_ABOVE_PROSE <= line.rank <= 0 and (
        line.flags & Candidates.TITLED
        or (line.flags & Candidates.TWICE and line.flags & Candidates.AFTER_DATE)
    ):
        return True
    following = [other for other in lines[place + 1 : place + 5] if other.start > line.start]
    if any(is_date(other.text) for other in following if other.rank - line.rank <= 2):
        return True
    first = names[0].name
    return any(is_biography(other.text) and other.text.startswith(first) for other in following)


def _is_outlet(rest: str) -> bool:
    """Whether what follows a name is an outlet or a place: "EXAMPLE COURIER", "in Port Ellery"."""
    words = _WORDS.findall(rest)
    shown = [word for word in words if word.lower() not in _LINKING]
    return len(shown) > 0 and len(words) <= _OUTLET_WORDS and all(w[0].isupper() for w in shown)


def is_date(text: str) -> bool:
    """Whether a line holds a date and little else."""
    words = [word.lower().strip(".") for word in _WORDS.findall(text)]
    if len(words) <= _GLUED_DATE_WORDS and _DATE_ENDS.search(text):
        return True  # "Example NewsMarch 3, 2024"
    known = sum(word in _CALENDAR or word in _ANNOUNCED or word[0].isdigit() for word in words)
    digits = any(word[0].isdigit() for word in words)
    return digits and 2 <= len(words) <= 20 and known >= _DATE_SHARE * len(words)
