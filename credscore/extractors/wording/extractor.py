"""Words that say how something is told: judging, emotional, selling, machine-like, plain reporting.

Counted in the writer's own words only: what stands inside quotation marks is somebody else's. The
extractor also gives every token a wording symbol, from which models count patterns.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.extractors.wording.symbols import (
    LEXICON,
    NOT_COUNTED,
    SYMBOL_NAMES,
    in_title,
    symbols_of,
)
from credscore.features import Extraction, Feature, Findings
from credscore.lexicon import Matches
from credscore.registry import Batch
from credscore.tokenization import Tokenization
from credscore.tokenization.blocks import BLOCK_KINDS
from credscore.wording_term import Wording

__all__ = ["EXTRACTOR", "ZONE_NAMES", "WordingExtractor", "wording"]

ZONE_NAMES = ("own", "quoted", "title")
_OWN, _QUOTED, _TITLE = range(3)

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_NO_WORDS = "the text has no words of the writer's own"
_GROUPS = {
    "loaded": ("words that judge", "one word that judges"),
    "emotional": ("words that say what to feel", "one word that says what to feel"),
    "promotional": ("words that sell", "one word that sells"),
    "machine": ("phrases typical of machine-made text", "one phrase typical of machine-made text"),
    "plain_reporting": ("plain words of reporting", "one plain word of reporting"),
    "colloquial": ("words of casual talk", "one word of casual talk"),
}  # fmt: skip


def _say(group: str, values: Mapping[str, float]) -> str:
    many, one = _GROUPS[group]
    words = values["wording.own_words"]
    found = round(values[f"wording.{group}_per_100_words"] * words / 100)
    if not found:
        return f"no {many} outside quotation marks"
    shown = one if found == 1 else f"{found:,} {many}"
    return f"{shown} in {words:,.0f} words outside quotation marks"


def _say_words(values: Mapping[str, float]) -> str:
    words = values["wording.own_words"]
    return f"{words:,.0f} words stand outside quotation marks" if words != 1 else "it has one word"


FEATURES = (
    *(
        Feature(
            f"wording.{group}_per_100_words",
            f"{many} outside quotation marks, for each 100 words there",
            "per_100_words", 0.0, 100.0, partial(_say, group), evidence=group,
        )
        for group, (many, _) in _GROUPS.items()
    ),
    Feature(
        "wording.own_words",
        "words of the article outside quotation marks",
        "words", 0.0, 1e6, _say_words, scored=False,
    ),
)  # fmt: skip


class WordingExtractor:
    """Counts words by how they tell, and gives tokens their wording symbols."""

    name = "wording"
    version = 4  # 4: no words that reports need in a plain sense ("blast"); 3: titles' own symbols
    after = ("boilerplate",)
    features = FEATURES
    lexicons = (LEXICON,)
    annotations = ()

    def extract(self, batch: Batch) -> Extraction:
        tokens = batch.tokens
        body = batch.body
        own = body & ~tokens.quoted
        words = tokens.per_doc(own & tokens.is_word).astype(np.float64)
        found = tokens.matches(LEXICON, *_GROUPS)
        found = found.only(own[found.start])
        findings = _by_group(tokens, found)
        values = {"wording.own_words": words}
        with np.errstate(divide="ignore", invalid="ignore"):
            for group, hits in findings.items():
                count = np.bincount(hits.doc, minlength=tokens.n_docs)
                values[f"wording.{group}_per_100_words"] = 100.0 * count / words
        symbols, zones = symbols_of(tokens), _zones(tokens)
        title = (zones == _TITLE).nonzero()[0]
        if title.size:
            symbols[title] = in_title(tokens, symbols, title)
            supplied = np.diff(batch.titles.doc_first) > 0  # then the title is counted there
            symbols[title[supplied[tokens.doc_of[title]]]] = NOT_COUNTED
        if not body.all():
            symbols[~body] = NOT_COUNTED
        return Extraction(
            values,
            _REASONS,
            findings,
            {"symbols": symbols, "zones": zones},
        )

    def annotate(self, batch: Batch, field: str, doc: int) -> tuple[Any, ...]:  # noqa: ARG002  the contract's arguments
        return ()


def _by_group(tokens: Tokenization, found: Matches) -> dict[str, Findings]:
    findings = dict.fromkeys(_GROUPS, _NOWHERE)
    if not len(found):
        return findings
    doc, start, end = tokens.char_span(found.start, found.end)
    present = int(np.bitwise_or.reduce(found.groups))
    for group in _GROUPS:
        bit = LEXICON.bits(group)
        if present & int(bit):
            rows = (found.groups & bit).nonzero()[0]
            columns = doc[rows], start[rows], end[rows], np.zeros(len(rows), dtype=np.int64)
            findings[group] = Findings(*columns)
    return findings


_NOTHING = np.zeros(0, dtype=np.int64)
_NOTHING.flags.writeable = False
_NOWHERE = Findings(_NOTHING, _NOTHING, _NOTHING, _NOTHING)
_REASONS = {feature.name: _NO_WORDS for feature in FEATURES}


def _zones(tokens: Tokenization) -> npt.NDArray[np.int8]:
    """Whose words, index into ``ZONE_NAMES``: int8, shape (n,)."""
    zones = tokens.quoted.astype(np.int8)
    is_title = tokens.block_kind == BLOCK_KINDS.index("title")
    if is_title.any():
        zones[is_title.take(tokens.block_of)] = _TITLE
    return zones


def wording(batch: Batch) -> Wording:
    """A batch as wording symbols; the extractor must have run.

    Where titles were supplied, each article's title stands before its text.
    """
    tokens, titles, done = batch.tokens, batch.titles, batch.done["wording"].tokens
    words = batch.n_own_words.astype(np.float64)
    symbols = done["symbols"].astype(np.int32, copy=False)
    zones = done["zones"].astype(np.int8, copy=False)
    if not len(titles):
        return Wording(symbols, tokens.doc_first, words, SYMBOL_NAMES, zones, ZONE_NAMES)
    before = np.cumsum(np.diff(titles.doc_first))  # title tokens up to and with each article's own
    text_place = np.arange(len(tokens)) + before[tokens.doc_of]
    title_place = np.arange(len(titles)) + tokens.doc_first[titles.doc_of]
    size = len(tokens) + len(titles)
    all_symbols, all_zones = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int8)
    all_symbols[text_place], all_zones[text_place] = symbols, zones
    all_symbols[title_place], all_zones[title_place] = (
        in_title(titles, symbols_of(titles), slice(None)),
        _TITLE,
    )
    places = np.full(size, -1, dtype=np.int64)
    places[text_place] = np.arange(len(tokens))
    return Wording(
        symbols=all_symbols,
        first=tokens.doc_first + titles.doc_first,
        words=words,
        names=SYMBOL_NAMES,
        zones=all_zones,
        zone_names=ZONE_NAMES,
        places=places,
    )


EXTRACTOR = WordingExtractor()
