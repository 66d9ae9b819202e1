"""Counts that are no claims by themselves but tell when two articles give them: "three arrests",
"one in three", "the past ten days".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from credscore.corroboration.values import Value, parse
from credscore.extractors.specifics.words import LEXICON
from credscore.registry import Batch
from credscore.tokenization import NUMBER

__all__ = ["WHY", "read_counts"]

WHY = "a count by the way, whose source was not looked for"
# The number, one space or hyphen, and the small word after it.
_COUNT = re.compile(
    r"(\d{1,4}(?=[ -][a-z])|[A-Za-z]+)[ -]([A-Za-z]{3,})(?![\w@]|[ -]old\b)"
)  # "2 Diabetes" and "9 October" are none
_CHANCE = re.compile(r"(\w+)[ -](?:in|out of)[ -](\w+)", re.IGNORECASE)
_APART = re.compile(r"[\w$€£.,:/%°#@-]")  # before a number: part of a word, a sum or an address
_UNITS = re.compile(r"(?:second|minute|hour|day|week|month|year|decade)s?\b", re.IGNORECASE)
_NO_NOUN = frozenset(
    "and are but can did does for from had has have her him his its not off our out percent per "
    "she than that the their them then there these they this those was were what when where which "
    "while who will with would you your pst gmt est edt old".split()
)
_NUMBER_WORD = LEXICON.bits("number_word")
_NO_COUNT = frozenset("double half third thirds triple twice".split())

Found = tuple[int, int, str, Value]


def read_counts(batch: Batch, doc: int, taken: Sequence[tuple[int, int]]) -> Iterator[Found]:
    """Start, end, kind and value of each count of an article that overlaps nothing of ``taken``."""
    tokens, text = batch.tokens, batch.documents[doc].text
    low, high = tokens.doc_first[doc : doc + 2]
    mask = tokens.vocabulary.word_mask(LEXICON)[tokens.ids[low:high]]
    here = ((tokens.kinds[low:high] == NUMBER) | (mask & _NUMBER_WORD > 0)).nonzero()[0] + low
    spans, place, reach = sorted(taken), 0, -1
    for start in (tokens.starts[here] - tokens.doc_offset[doc]).tolist():
        while place < len(spans) and spans[place][1] <= start:
            place += 1
        if start < reach or (place < len(spans) and spans[place][0] <= start):
            continue
        if start and _APART.match(text, start - 1):
            continue
        found = _chance(text, start) or _counted(text, start)
        if found is not None:
            reach = found[1]
            yield found


def _chance(text: str, start: int) -> Found | None:
    """One number out of another: "1 in 3", "two-in-three"."""
    match = _CHANCE.match(text, start)
    if match is None:
        return None
    value = parse("number", f"{match[1]} out of {match[2]}")
    if value is None or len(value.amounts) != 1:
        return None
    return start, match.end(), "number", value


def _counted(text: str, start: int) -> Found | None:
    match = _COUNT.match(text, start)
    if match is None or match[2].lower() in _NO_NOUN or match[1].lower() in _NO_COUNT:
        return None
    kind = "duration" if _UNITS.match(match[2]) else "number"
    value = parse(kind, match[0] if kind == "duration" else match[1])
    if value is None or not value.amounts:
        return None
    return start, match.end(), kind, value
