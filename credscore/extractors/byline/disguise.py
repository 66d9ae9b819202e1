"""Lines without what hides their letters: characters seen as nothing, copies, look-alikes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from credscore.tokenization.characters import INVISIBLE, character_tables

__all__ = ["undisguised"]

# What may hide or replace a letter; a few ranges, since every line of a page is searched.
_SUSPECT = re.compile(
    "[\u00a0\u00ad\u034f\u0370-\u052f\u061c\u180e\u2000-\u200f\u202a-\u202f\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufffd\ud800-\udfff\uff01-\uff5e\U0001d400-\U0001d7ff]"
)
_WORD = re.compile(r"\w+")
_OTHER_SCRIPTS = range(0x370, 0x530)  # Greek and Cyrillic
_BLANKS = "\u00a0\u202f" + "".join(map(chr, range(0x2000, 0x200B)))
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_MATHEMATICAL = range(0x1D400, 0x1D800)


@cache
def _tables() -> tuple[frozenset[str], dict[str, str], dict[str, str]]:
    """What is seen as nothing; copies of letters; look-alikes."""
    classes, folds = character_tables()
    nothing = frozenset(chr(code) for code in (classes == INVISIBLE).nonzero()[0].tolist())
    copies = {chr(code): chr(code - 0xFEE0) for code in _FULL_WIDTH}
    copies |= dict.fromkeys(_BLANKS, " ")
    copies |= {chr(c): unicodedata.normalize("NFKC", chr(c))[:1] for c in _MATHEMATICAL}
    alike = {}
    for code in _OTHER_SCRIPTS:
        letter, folded = chr(code), chr(int(folds[code]))
        if folded.isascii():
            alike[letter] = folded.upper() if letter.isupper() else folded
    return nothing, copies, alike


def undisguised(text: str) -> tuple[str, tuple[int, ...] | None]:
    r"""The text as a reader sees it, and where each of its characters stood (None: unchanged).

    Look-alikes are replaced in words that hold Latin letters as well, and, where the line has any
    such letter, in words of nothing but look-alikes.

    >>> undisguised("B\u200by Ann")
    ('By Ann', (0, 2, 3, 4, 5, 6))
    """
    if text.isascii() or _SUSPECT.search(text) is None:
        return text, None
    nothing, copies, alike = _tables()
    places = tuple(place for place, character in enumerate(text) if character not in nothing)
    seen = "".join(copies.get(text[place], text[place]) for place in places)
    if seen.isascii() or not any(map(_is_latin, seen)):
        return seen, places
    return _WORD.sub(lambda word: _as_latin(word[0], alike), seen), places


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def _as_latin(word: str, alike: dict[str, str]) -> str:
    if word.isascii() or not (any(map(_is_latin, word)) or all(c in alike for c in word)):
        return word
    return "".join(alike.get(letter, letter) for letter in word)
