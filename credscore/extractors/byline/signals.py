"""Other marks of a transparent page: dateline, dates, corrections, credits, contacts, biographies.

Each function looks at one short line and gives spans into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from credscore.extractors.byline.candidates import Candidates
from credscore.extractors.byline.passages import is_biography

__all__ = ["SIGNALS", "signals_in"]

SIGNALS = (
    "dateline",
    "published",
    "updated",
    "correction",
    "photo_credit",
    "contact",
    "biography",
)

Found = tuple[int, int, str]

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"(?:\b{_MONTH} {_ORDINAL}(?:,? \d{{4}})?|\b{_ORDINAL} {_MONTH}(?:,? \d{{4}})?|"
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|"
    r"\b\d{1,3} (?:minute|hour|day|week|month)s? ago\b)"
    r"(?:(?:,| at|T)? ?\d{1,2}[:.]\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
_PRECISE = re.compile(r"\d{4}|\d[:.]\d{2}|ago$")
_DATE_ENDS = re.compile(r"[ap]\.m\.\s*$")
_CHANGED = re.compile(r"\b(?:last )?(?:updated?|modified|aktualisiert)\b", re.IGNORECASE)
_ISSUED = re.compile(r"\b(?:first )?(?:published|posted|veröffentlicht|publié)\b", re.IGNORECASE)
_NEAR = 24  # characters between "Updated" and its date: "Updated on Wednesday, "
_DATE_LINE = 25  # words; dates in longer lines belong to the story

_PLACE = (
    r"[A-Z][A-Z.'’\-]+(?: [A-Z][A-Z.'’\-]*){0,4}(?:, [^—–()\n]{2,40}?)?|"  # PORT ELLERY, Oct 3
    r"[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}(?:, [A-Z][^—–()\n]{1,30}?)?(?=\s?\()"  # Port Ellery (
)
_DATELINE = re.compile(
    rf"(?:{_PLACE})?\s?(?:\([A-Z][^()\n]{{1,40}}\)|/[A-Z][^/\n]{{1,40}}/)?\s?"
    r"(?:—|–|--?(?=[\s\"“])|:(?<=\):))"
)
_CORRECTION = re.compile(
    r"\s*[*(\[]?(?:corrections?|clarifications?|erratum|editor['’]s note|editors['’] note)\b\s?"
    r"(?:[:.,—–-]|\()",
    re.IGNORECASE,
)
_AMENDED = re.compile(
    r"\b(?:an earlier version of this|a previous version of this|"
    r"this (?:article|story|report|post) (?:was|has been) "
    r"(?:amended|corrected|updated to (?:correct|clarify|reflect)))\b",
    re.IGNORECASE,
)
_CREDIT_AT_END = re.compile(
    r"\([^()\n]{3,90}\)\s*$|"
    r"\b(?:photo(?:graph)?s?|pictures?|image|credit|illustration|courtesy)\b[^.\n]{2,90}\.?\s*$",
    re.IGNORECASE,
)
# "(Ann Lee/The Daily Example)": nothing but a picture is credited so.
_MAKER_AT_END = re.compile(
    r"\([A-Z][^()/\n]{3,40}/[A-Z][^()\n]{2,50}\)\s*$|"
    r"\b(?:Photo(?:graph)?s?|Pictures?|Image|Illustration)(?: ?:| by| credit:) [A-Z][^.:\n]{2,60}$|"
    r"(?:^|[.?!] )(?:Image )?Credit: [A-Z][^.:\n]{2,60}$"
)
_CREDIT_REACH = 160  # characters from the line's end
_MOST_ADDRESSES, _LONGEST_NAME, _LONGEST_HOST = 5, 64, 256
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_REACHED = re.compile(
    r"\b(?:can be reached (?:at|on|by)|"
    r"(?:contact|e-?mail|reach) (?:him|her|me|them|the (?:author|reporter|writer)) (?:at|on|by)|"
    r"follow (?:him|her|them|me) on)\b",
    re.IGNORECASE,
)


def signals_in(text: str, flags: int) -> Iterator[Found]:
    """Signals of one line: start, end, kind.

    Args:
        flags: what the line may hold, see ``Candidates``.
    """
    if flags & Candidates.OPENS:
        yield from _dateline(text)
    if flags & (Candidates.DATED | Candidates.LATE_DATE) and not flags & Candidates.CAPTION:
        yield from _dates(text, alone=bool(flags & Candidates.DATED))
    if flags & Candidates.PUT_RIGHT:
        yield from _corrections(text)
    if flags & (Candidates.CAPTION | Candidates.CREDITED):
        pattern = _CREDIT_AT_END if flags & Candidates.CAPTION else _MAKER_AT_END
        if credit := pattern.search(text, max(0, len(text) - _CREDIT_REACH)):
            yield credit.start(), credit.start() + len(credit[0].rstrip()), "photo_credit"
    if flags & Candidates.ADDRESS:
        yield from _contacts(text)
    if flags & Candidates.TOLD and is_biography(text):
        yield 0, len(text), "biography"


def _contacts(text: str) -> Iterator[Found]:
    end = 0
    for _ in range(_MOST_ADDRESSES):
        at = text.find("@", end)
        if at < 0:
            break
        address = _ADDRESS.search(text, max(end, at - _LONGEST_NAME), at + _LONGEST_HOST)
        if address is not None:
            yield address.start(), address.end(), "contact"
        end = address.end() if address is not None else at + 1
    if not end and (reached := _REACHED.search(text)):
        yield reached.start(), reached.end(), "contact"


def _dateline(text: str) -> Iterator[Found]:
    match = _DATELINE.match(text[:140])
    if match is None or _CORRECTION.match(text):
        return
    words = match[0].strip(" —–-:")
    if len(words) >= 3 and any(c.isalpha() for c in words):
        yield 0, len(match[0].rstrip()), "dateline"


def _dates(text: str, *, alone: bool) -> Iterator[Found]:
    """Dates after "Published" or "Updated"; about the byline also bare ones with a year or time."""
    if len(text.split()) > _DATE_LINE:
        return
    ends_sentence = text.rstrip().endswith((".", "?", "!")) and not _DATE_ENDS.search(text)
    for date in _DATE.finditer(text):
        before = text[max(0, date.start() - _NEAR) : date.start()]
        openers = [
            (found.start(), kind)
            for pattern, kind in ((_CHANGED, "updated"), (_ISSUED, "published"))
            for found in pattern.finditer(before)
        ]
        if openers:
            opener, kind = max(openers)
            yield date.start() - len(before) + opener, date.end(), kind
        elif alone and not ends_sentence and _PRECISE.search(date[0]):
            yield date.start(), date.end(), "published"


def _corrections(text: str) -> Iterator[Found]:
    if _CORRECTION.match(text):
        yield 0, len(text), "correction"
    elif amended := _AMENDED.search(text):
        yield amended.start(), amended.end(), "correction"
