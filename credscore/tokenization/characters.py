"""What each character is, and what it is folded to for matching.

Two tables over the Basic Multilingual Plane, made once: ``CLASS`` (uint8) and ``FOLD`` (uint64).
Folding lowers case, drops accents, makes full-width letters and typographic marks plain, and maps
Cyrillic and Greek letters that look Latin to the letters they imitate; it never moves an offset,
because it is applied character by character and only for matching.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

from credscore.tokenization.mojibake import repaired

__all__ = [
    "APOSTROPHE",
    "CLOSE",
    "COMMA",
    "DIGIT",
    "DOT",
    "INVISIBLE",
    "LETTER",
    "LOWER",
    "MARK",
    "NEWLINE",
    "OPEN",
    "PUNCTUATION",
    "QUOTE",
    "SPACE",
    "SYMBOL",
    "TERMINAL",
    "UPPER",
    "character_roles",
    "character_tables",
    "classify",
    "code_points",
    "look_up",
    "narrow_folds",
    "sets_of",
]

# Ordered so that one comparison tells spaces (<= NEWLINE), single-character tokens
# (SYMBOL..COMMA) and word characters (>= MARK) apart.
(
    SPACE,
    NEWLINE,
    INVISIBLE,
    SYMBOL,
    PUNCTUATION,
    OPEN,
    CLOSE,
    QUOTE,
    APOSTROPHE,
    TERMINAL,
    DOT,
    COMMA,
    MARK,
    DIGIT,
    LOWER,
    UPPER,
    LETTER,
) = range(17)

_NEWLINES = "\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02'
_APOSTROPHES = "'\u2018\u2019\u201a\u201b\u02bc\u2032\uff07"
_TERMINALS = "!?\u2026\u203c\u203d\u2047\u2048\u2049\u3002\uff01\uff1f"
_OPENING = "([{\uff08"
_CLOSING = ")]}\uff09"
# Soft hyphen, zero-width and direction marks, byte-order mark: shown as nothing.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f" + "".join(
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10))
)
_PLAIN = {
    **dict.fromkeys(_QUOTES, '"'),
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys("\u2010\u2011\u2212\u00ad", "-"),
    **dict.fromkeys("\u2012\u2013\u2014\u2015", "\u2014"),
    "\u3002": ".",
}
# Letters of other scripts that pass for Latin ones (after Unicode's confusables list).
_LOOKALIKES = dict(
    zip("аеорсухіѕјԁһӏԛԝАВЕКМНОРСТУХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
        "aeopcyxisjdhlqwabekmhopctyxisjabezhikmnoptyxo", strict=True)
)  # fmt: skip
_BY_CATEGORY = {"Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Nd": DIGIT, "No": SYMBOL, "Nl": SYMBOL,
                "Ps": OPEN, "Pe": CLOSE}  # fmt: skip
_TABULATED = 0x3000  # above: ideographs and syllabaries, told apart by range

# Roles of marks, as bits; a straight mark has those that its neighbours leave possible.
OPENS_DOUBLE, CLOSES_DOUBLE, OPENS_SINGLE, CLOSES_SINGLE, STRAIGHT_SINGLE, BULLET, ENUMERATES = (
    1 << bit for bit in range(7)
)
_ROLES = {
    OPENS_DOUBLE: "\u201c\u201e\u201f\u00ab",
    CLOSES_DOUBLE: "\u201d\u00bb",
    OPENS_SINGLE: "\u2018\u201a\u201b",
    CLOSES_SINGLE: "\u2019'\uff07\u02bc\u2032",
    STRAIGHT_SINGLE: "'\uff07",
    BULLET: "•◦▪‣●○■*·–—-»›",
    ENUMERATES: ".)",
}

_ASTRAL_ALPHABETS = (0x1D400, 0x1D800)  # "mathematical" letters, used to dodge filters
_FULL_WIDTH, _TO_ASCII = (0xFF01, 0xFF5F), 0xFEE0  # full-width copies of ASCII


def _class_of(character: str) -> int:
    category = unicodedata.category(character)
    if category in _BY_CATEGORY:
        return _BY_CATEGORY[category]
    if category[0] == "L":
        return LETTER
    if category[0] == "M":
        return MARK
    if category[0] in "ZC":
        return SPACE
    return PUNCTUATION if category[0] == "P" else SYMBOL


def _fold_of(character: str) -> int:
    base = unicodedata.normalize("NFKD", character)[0] if character.isalpha() else character
    lowered = base.lower()
    return ord(lowered[0]) if lowered else ord(character)


@cache
def character_tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint64]]:
    """The class and the folded code of each character below U+10000, shapes (65536,)."""
    classes = np.full(0x10000, LETTER, dtype=np.uint8)
    folds = np.arange(0x10000, dtype=np.uint64)
    for code in range(_TABULATED):
        character = chr(code)
        classes[code] = _class_of(character)
        folds[code] = _fold_of(character)
    classes[0x3000:0x3040] = PUNCTUATION
    classes[0x3000] = SPACE
    classes[0xD800:0xE000] = INVISIBLE  # halves of pairs stand for bytes that were no text
    classes[0xE000:0xF900] = SYMBOL  # private use
    classes[0xFE10:0xFF00] = SYMBOL
    classes[0xFFE0:] = SYMBOL
    groups = (
        (_NEWLINES, NEWLINE),
        (_QUOTES, QUOTE),
        (_APOSTROPHES, APOSTROPHE),
        (_INVISIBLE, INVISIBLE),
    )
    for characters, kind in (*groups, (_TERMINALS, TERMINAL), (_OPENING, OPEN), (_CLOSING, CLOSE)):
        for character in characters:
            classes[ord(character)] = kind
    classes[0xFEFF] = INVISIBLE
    classes[0xFFFD] = INVISIBLE  # a letter or mark that decoding lost
    classes[ord(".")], classes[ord(",")], classes[ord("\r")] = DOT, COMMA, SPACE
    for character, plain in {**_PLAIN, **_LOOKALIKES}.items():
        folds[ord(character)] = ord(plain)
    for code in range(*_FULL_WIDTH):
        classes[code] = classes[code - _TO_ASCII]
        folds[code] = folds[code - _TO_ASCII]
    return classes, folds


@cache
def narrow_folds() -> npt.NDArray[np.uint16]:
    """The folded code of each character below U+10000. Shape (65536,)."""
    return character_tables()[1].astype(np.uint16)


@cache
def _ascii_tables() -> tuple[bytes, bytes]:
    classes, folds = character_tables()
    return bytes(classes[:256].tolist()), bytes((folds[:256] & 0xFF).tolist())


def classify(
    codes: npt.NDArray[np.uint16],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16], npt.NDArray[np.int64]]:
    """The class and the folded code of each character, and where those beyond ASCII stand.

    Most text is ASCII, for which a translation of bytes takes a fraction of a table's look-ups.
    """
    class_bytes, fold_bytes = _ascii_tables()
    low = bytearray(codes.astype(np.uint8))
    classes = np.frombuffer(low.translate(class_bytes), dtype=np.uint8)
    folds = np.frombuffer(low.translate(fold_bytes), dtype=np.uint8).astype(np.uint16)
    late = (codes >= 0x80).nonzero()[0]
    if late.size:
        wide = codes[late]
        classes[late], folds[late] = character_tables()[0].take(wide), narrow_folds().take(wide)
    return classes, folds, late


def look_up(codes: npt.NDArray[np.uint16], table: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """``table[codes]``, quickly where most characters are ASCII; ``table`` has 65536 entries."""
    translated = bytearray(codes.astype(np.uint8)).translate(table[:256].tobytes())
    found: npt.NDArray[np.uint8] = np.frombuffer(translated, dtype=np.uint8)
    late = (codes >= 0x80).nonzero()[0]
    if late.size:
        found[late] = table.take(codes[late])
    return found


def sets_of(*sets: str) -> npt.NDArray[np.uint8]:
    """For each character the bits of the sets that hold it, the first set being bit 0."""
    table = np.zeros(0x10000, dtype=np.uint8)
    for bit, characters in enumerate(sets):
        table[[ord(character) for character in characters]] |= np.uint8(1 << bit)
    return table


@cache
def character_roles() -> npt.NDArray[np.uint8]:
    """What a mark can do, as bits, for each character below U+10000. Shape (65536,)."""
    roles = np.zeros(0x10000, dtype=np.uint8)
    for bit, characters in _ROLES.items():
        for character in characters:
            roles[ord(character)] |= bit
    return roles


def code_points(text: str) -> npt.NDArray[np.uint16]:
    """One uint16 a character; those beyond U+FFFF become U+FFFF, disguised letters plain ones."""
    narrow = text.encode("utf-16-le", "surrogatepass")
    if len(narrow) == 2 * len(text):
        codes: npt.NDArray[np.uint16] = np.frombuffer(narrow, dtype="<u2")
    else:
        codes = _astral(text)
    late = (codes >= 0x80).nonzero()[0]
    return repaired(_half_width(codes, late), late)


def _astral(text: str) -> npt.NDArray[np.uint16]:
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    codes: npt.NDArray[np.uint16] = wide.astype(np.uint16)
    beyond = (wide > 0xFFFF).nonzero()[0]
    codes[beyond] = 0xFFFF
    low, high = _ASTRAL_ALPHABETS
    for position in beyond[(wide[beyond] >= low) & (wide[beyond] < high)].tolist():
        codes[position] = ord(unicodedata.normalize("NFKC", text[position])[0]) & 0xFFFF
    return codes


def _half_width(
    codes: npt.NDArray[np.uint16], late: npt.NDArray[np.intp]
) -> npt.NDArray[np.uint16]:
    """Full-width copies made plain, among the characters at ``late``."""
    wide = codes.take(late)
    copies = late[(wide >= _FULL_WIDTH[0]) & (wide < _FULL_WIDTH[1])]
    if not copies.size:
        return codes
    plain = codes.copy()
    plain[copies] -= np.uint16(_TO_ASCII)
    return plain
