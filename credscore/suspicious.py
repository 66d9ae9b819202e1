r"""Characters that a reader cannot see or would take for others: what, how many, and where.

Matching sees through them (``tokenization.characters``), so they hide nothing from us; but a reader
should know of them: they hide words from filters, or show that a text was copied carelessly.
Looked for only when a report's notes are asked for.

>>> for found in suspicious_characters("The council s\u0430id so, a\u200bccording to Ann."):
...     print(found.kind, found.count, found.spans[0].start, ascii(found.word))
look_alike 1 13 's\u0430id'
zero_width 1 22 'according'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from credscore.annotations import Span
from credscore.document import MAX_CHARACTERS

__all__ = ["Suspicion", "suspicious_characters"]

MOST_SPANS = 100  # a text of nothing else is told of as well by these
_WORD_SHOWN = 24  # characters of a word in a sentence

# Zero-width characters belong between the letters of some scripts, and in emoji; in Latin words
# they have no business. Runs of one class of characters: nothing here can backtrack.
_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_HIDDEN = re.compile(
    f"(?<=[{_LATIN}])[\u034f\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]+(?=[{_LATIN}])"
)
_SOFT_HYPHENS = re.compile(f"(?<=[{_LATIN}])\u00ad+(?=[{_LATIN}])")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FOREIGN = re.compile("[\u0370-\u052f]")
_WORD = re.compile(r"\w+")
_COPIES = re.compile("[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]")
_BROKEN = re.compile("[\ud800-\udfff\ufffd]")
_SECOND = "\u0080-\u00bfŠŒŽšœžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™"  # bytes 80 to BF as Windows-1252 shows them
_MOJIBAKE = re.compile(f"[ÃÂ][{_SECOND}]|â€[{_SECOND}]")
_CONTROLS = re.compile("[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")

_MEANINGS = {
    "zero_width": ("zero-width character inside words", "zero-width characters inside words"),
    "soft_hyphen": ("soft hyphen inside words", "soft hyphens inside words"),
    "direction": (
        "character that turns the writing direction",
        "characters that turn the writing direction",
    ),
    "look_alike": (
        "letter from another alphabet in Latin words",
        "letters from other alphabets in Latin words",
    ),
    "copy": ("full-width or mathematical letter", "full-width or mathematical letters"),
    "broken": ("character that decoding could not read", "characters that decoding could not read"),
    "mojibake": (
        "character read in the wrong encoding",
        "characters read in the wrong encoding",
    ),
    "control": ("control character", "control characters"),
}


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One kind of odd characters in a text.

    Attributes:
        kind: a key of the table of meanings, as ``zero_width`` or ``look_alike``.
        count: how many there are, in the part of the text that is read.
        spans: where the first hundred stand.
        word: the word around the first one, as a reader sees it; empty where none is.
    """

    kind: str
    count: int
    spans: tuple[Span, ...]
    word: str

    @property
    def sentence(self) -> str:
        """For readers; characters are counted from 0, as offsets are."""
        one, many = _MEANINGS[self.kind]
        told = f"{self.count:,} {one if self.count == 1 else many}"
        shown = f": “{self.word}”" if self.word else ""
        return f"{told}, first at character {self.spans[0].start:,}{shown}"


def suspicious_characters(text: str) -> tuple[Suspicion, ...]:
    """Every kind found, in the order of where it first stands."""
    text = text[:MAX_CHARACTERS]
    found = [_suspicion(text, "control", _CONTROLS.finditer(text))]
    if not text.isascii():
        found += [
            _suspicion(text, "zero_width", _HIDDEN.finditer(text)),
            _suspicion(text, "soft_hyphen", _SOFT_HYPHENS.finditer(text)),
            _suspicion(text, "copy", _COPIES.finditer(text)),
            _suspicion(text, "broken", _BROKEN.finditer(text)),
            _suspicion(text, "mojibake", _MOJIBAKE.finditer(text)),
            _suspicion(text, "look_alike", _look_alikes(text)),
        ]
        if not _RIGHT_TO_LEFT.search(text):
            found.append(_suspicion(text, "direction", _DIRECTIONS.finditer(text)))
    there = [item for item in found if item is not None]
    return tuple(sorted(there, key=lambda item: item.spans[0]))


def _look_alikes(text: str) -> Iterator[re.Match[str]]:
    """Greek and Cyrillic letters that pass for Latin ones, in words that hold Latin letters."""
    if not _FOREIGN.search(text):
        return
    from credscore.tokenization.characters import character_tables

    folds = character_tables()[1]
    for word in _WORD.finditer(text):
        if word[0].isascii() or not any(c.isascii() and c.isalpha() for c in word[0]):
            continue
        for letter in _FOREIGN.finditer(text, word.start(), word.end()):
            if int(folds[ord(letter[0])]) < 128:
                yield letter


def _suspicion(text: str, kind: str, matches: Iterator[re.Match[str]]) -> Suspicion | None:
    count = 0
    spans: list[Span] = []
    for match in matches:
        count += len(match[0]) if kind in ("zero_width", "soft_hyphen") else 1
        if len(spans) < MOST_SPANS:
            spans.append(Span(match.start(), match.end()))
    if not spans:
        return None
    return Suspicion(kind, count, tuple(spans), _word_around(text, spans[0]))


def _word_around(text: str, span: Span) -> str:
    """The word that holds a span, without what shows as nothing or cannot be shown."""
    low, high = span.start, span.end
    while low > 0 and span.start - low < _WORD_SHOWN and not text[low - 1].isspace():
        low -= 1
    while high < len(text) and high - span.end < _WORD_SHOWN and not text[high].isspace():
        high += 1
    seen = _CONTROLS.sub("", _BROKEN.sub("\ufffd", text[low:high]))
    seen = _DIRECTIONS.sub(
        "", re.sub("[\u00ad\u034f\u180e\u200b-\u200f\u2060-\u2064\ufeff]", "", seen)
    )
    return seen.strip(".,;:!?\"'“”‘’()")
