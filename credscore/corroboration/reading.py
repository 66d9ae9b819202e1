"""Reads what can be compared out of articles: specifics with value and context, quotations."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore import registry
from credscore.annotations import Attribution, Specific
from credscore.corroboration.copying import Shingles, shingles_of
from credscore.corroboration.counts import WHY, read_counts
from credscore.corroboration.items import Item
from credscore.corroboration.names import read_names
from credscore.corroboration.values import parse
from credscore.document import MAX_CHARACTERS, Document
from credscore.registry import Batch, annotate_batch

__all__ = ["BUCKETS", "Item", "Reading", "Speech", "read_articles"]

BUCKETS = 1024  # context words are hashed into so many; a context has about ten
_STEM = 6  # letters: "inspected" and "inspectors" meet
_NEAR = 3.0  # words; a context word this far away counts half
_BATCH = 64
_LEAST_QUOTE_WORDS = 4
_TITLES = ("document", "law", "meeting", "programme", "study")  # in quotation marks, but not speech
_QUOTED = "quote_of_document"  # compared as a quotation
IntArray = npt.NDArray[np.int64]
_WORD = re.compile(r"[^\W\d_]{3,}")
_STOP = frozenset(
    "about after again against all also and another any are around because been before being "
    "between both but can could did does down during each even every few first for from had has "
    "have her here him his how into its just last like made many may might more most much must new "
    "next not now off once one only other our out over own per said same say says she should since "
    "some such than that the their them then there these they this those through told too two "
    "under until upon very was way were what when where which while who whom whose why will with "
    "within without would year years yet you your percent per cent million billion thousand "
    "hundred according reported news".split()
)


@dataclass(frozen=True, slots=True)
class Speech:
    """A quotation: its words' hashes in order, and who is said to have said it."""

    article: int
    start: int
    end: int
    hashes: npt.NDArray[np.uint64]
    speaker: str
    traceable: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from all articles."""

    items: list[Item]
    speeches: list[Speech]
    names: list[Item]
    shingles: list[Shingles]


def read_articles(documents: Sequence[Document]) -> Reading:
    """Annotate the articles and read them."""
    reading = Reading([], [], [], [])
    extractors = {extractor.name: extractor for extractor in registry.discover()}
    for low in range(0, len(documents), _BATCH):
        batch = annotate_batch(documents[low : low + _BATCH])
        for doc, document in enumerate(batch.documents):
            specifics = extractors["specifics"].annotate(batch, "specifics", doc)
            reading.items.extend(_items(batch, doc, low + doc, specifics))
            attributions = extractors["attribution"].annotate(batch, "attributions", doc)
            text = document.text[:MAX_CHARACTERS]
            titles = [s for s in specifics if s.kind in _TITLES]
            reading.speeches.extend(
                speech
                for speech in _speeches(batch, doc, low + doc, text, attributions)
                if not any(s.start <= speech.start and speech.end <= s.end for s in titles)
            )
            reading.names.extend(read_names(batch, doc, low + doc))
            reading.shingles.append(shingles_of(batch.tokens, doc))
    return reading


def _items(batch: Batch, doc: int, article: int, specifics: Sequence[Specific]) -> list[Item]:
    text = batch.documents[doc].text
    sentences = batch.tokens.spans(batch.tokens.sentence_first, doc)
    starts = np.array([start for _, start, _ in sentences])
    found = []

    def context(start: int, end: int) -> dict[int, float]:
        row = int(np.searchsorted(starts, start, side="right")) - 1
        _, low, high = sentences[row]
        return _context(text[low:high], start - low, end - low)

    for s in specifics:
        value = parse(s.kind, text[s.start : s.end]) if s.kind != _QUOTED else None
        if value is not None:
            words = context(s.start, s.end)
            found.append(Item(article, s.start, s.end, s.kind, s.traceable, s.why, value, words))
    taken = [(s.start, s.end) for s in specifics if s.kind != _QUOTED]
    for start, end, kind, value in read_counts(batch, doc, taken):
        words = context(start, end)
        found.append(Item(article, start, end, kind, False, WHY, value, words, True))
    return found


def _context(sentence: str, start: int, end: int) -> dict[int, float]:
    """Meaning-bearing words of a sentence, the nearer to the specific the heavier."""
    matches = [m for m in _WORD.finditer(sentence.lower()) if m.group() not in _STOP]
    before = [m.group() for m in matches if m.end() <= start]
    inside = [m.group() for m in matches if m.start() < end and m.end() > start]
    after = [m.group() for m in matches if m.start() >= end]
    words: dict[int, float] = {}
    for side in (inside, before[::-1], after):
        for distance, word in enumerate(side):
            weight = 1.0 / (1.0 + (0 if side is inside else distance + 1) / _NEAR)
            bucket = zlib.crc32(_stem(word).encode()) % BUCKETS
            words[bucket] = max(words.get(bucket, 0.0), weight)
    return words


def _stem(word: str) -> str:
    return word.removesuffix("s")[:_STEM]


def _speeches(
    batch: Batch, doc: int, article: int, text: str, attributions: Sequence[Attribution]
) -> list[Speech]:
    tokens, quotes, voices = batch.tokens, batch.tokens.quotes, _voices(text, attributions)
    offset = int(tokens.doc_offset[doc])
    low, high = np.searchsorted(quotes.first, tokens.doc_first[doc : doc + 2])
    found = []
    for row in range(int(low), int(high)):
        at = np.arange(quotes.first[row], quotes.last[row])
        words = at[tokens.is_word[at]]
        if len(words) < _LEAST_QUOTE_WORDS:
            continue
        start, end = int(tokens.starts[at[0]]) - offset, int(tokens.ends[at[-1]]) - offset
        speaker, named = voices.over(start, end)
        found.append(Speech(article, start, end, tokens.hashes[words], speaker, named))
    return found


@dataclass(frozen=True, slots=True)
class _Voices:
    """What an article attributes to somebody it names, by where that begins.

    Attributes:
        starts, ends: of the contents; ``reach`` is the last end so far.
        order: the row in ``names``, which follows the attributions.
    """

    starts: IntArray
    ends: IntArray
    reach: IntArray
    order: IntArray
    names: tuple[str, ...]

    def over(self, start: int, end: int) -> tuple[str, bool]:
        """Who the article says said it, "" where that is nobody; and whether by name."""
        low = np.searchsorted(self.reach, start, "right")
        high = np.searchsorted(self.starts, end, "left")
        found = self.order[low:high][self.ends[low:high] > start]
        return (self.names[found.min()], True) if len(found) else ("", False)


def _voices(text: str, attributions: Sequence[Attribution]) -> _Voices:
    names: list[str] = []
    rows = []
    for item in attributions:
        name = item.resolved
        if name is None and item.source is not None and item.source_kind == "named":
            name = text[item.source.start : item.source.end]
        if name is not None and item.source is not None:
            rows += [(content.start, content.end, len(names)) for content in item.content]
            names.append(" ".join(name.split()))
    starts, ends, order = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3).T
    return _Voices(starts, ends, np.maximum.accumulate(ends), order, tuple(names))
