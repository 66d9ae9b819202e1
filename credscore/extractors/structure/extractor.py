"""How an article is built: title, paragraphs, headings, lists, and marks of a manner of writing.

What needs line breaks is NaN on a text without them: corpora that lost their line breaks would
otherwise be told apart from those that kept them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.extractors.structure.events import EVENT_FEATURES, EVENTS, NO_WORDS, find_events
from credscore.extractors.structure.titles import NO_TITLE, TITLE_FEATURES, measure_titles
from credscore.extractors.structure.wordlists import LEXICON
from credscore.features import Extraction, Feature, Findings
from credscore.lexicon import Vocabulary
from credscore.registry import Batch
from credscore.tokenization import (
    ALL_CAPS,
    CAPITALISED,
    MIXED_SCRIPT,
    NUMBER,
    WORD,
    Tokenization,
)
from credscore.tokenization import characters as ch
from credscore.tokenization.blocks import HEADING, LIST_ITEM, PARAGRAPH

__all__ = ["EXTRACTOR", "StructureExtractor"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_NO_BREAKS = "the text has no line breaks"
_NO_PROSE = "the text has fewer than two sentences of prose"
_EMPTY = "the text has no words"
_ODD_SPACES = "\u00a0\u2009\u200a\u2011\u202f"  # no-break and thin spaces, the no-break hyphen


def _count(values: Mapping[str, float], rate: str) -> int:
    return round(values[f"structure.{rate}_per_100_words"] * values["structure.body_words"] / 100)


def _say_count(rate: str, one: str, many: str) -> Callable[[Mapping[str, float]], str]:
    def say(values: Mapping[str, float]) -> str:
        found = _count(values, rate)
        if found == 1:
            return f"the text holds one {one}"
        return f"the text holds {found:,} {many}" if found else f"the text holds no {many}"

    return say


def _say_share(name: str, one: str, many: str) -> Callable[[Mapping[str, float]], str]:
    def say(values: Mapping[str, float]) -> str:
        words = values["structure.body_words"]
        found = round(values[name] * words)
        shown = f"{found:,} of its {words:,.0f} words"
        return f"{shown} {one if found == 1 else many}" if found else f"none of its words {one}"

    return say


def _say_spread(values: Mapping[str, float]) -> str:
    return (
        f"its sentences differ in length by {values['structure.sentence_spread_words']:.0f} words"
    )


def _say_paragraph(values: Mapping[str, float]) -> str:
    return f"its paragraphs have {values['structure.paragraph_words']:.0f} words on average"


def _say_words(values: Mapping[str, float]) -> str:
    return f"the article has {values['structure.body_words']:,.0f} words"


def _say_own(values: Mapping[str, float]) -> str:
    return f"{values['structure.own_words']:,.0f} of its words stand outside quotation marks"


FEATURES = (
    *TITLE_FEATURES,
    *EVENT_FEATURES,
    Feature(
        "structure.sentence_spread_words",
        "standard deviation of the number of words in a sentence",
        "words", 0.0, 1e6, _say_spread,
    ),
    Feature(
        "structure.paragraph_words", "mean number of words in a paragraph", "words", 0.0, 1e6,
        _say_paragraph,
    ),
    Feature(
        "structure.headings_per_100_words", "headings for each 100 words", "per_100_words",
        0.0, 100.0, _say_count("headings", "heading", "headings"), evidence="headings",
    ),
    Feature(
        "structure.list_items_per_100_words", "list items for each 100 words", "per_100_words",
        0.0, 100.0, _say_count("list_items", "list item", "list items"), evidence="list_items",
    ),
    Feature(
        "structure.number_share", "share of words that are numbers in digits", "share", 0.0, 1.0,
        _say_share("structure.number_share", "is a number in digits", "are numbers in digits"),
    ),
    Feature(
        "structure.capitalised_share",
        "share of words that begin with a capital inside a sentence: names, mostly",
        "share", 0.0, 1.0,
        _say_share(
            "structure.capitalised_share",
            "is capitalised inside a sentence", "are capitalised inside a sentence",
        ),
    ),
    Feature(
        "structure.disguised_per_100_words",
        "words with look-alike letters of another alphabet, for each 100 words", "per_100_words",
        0.0, 100.0, _say_count("disguised", "word with disguised letters", "disguised words"),
        evidence="disguised",
    ),
    Feature(
        "structure.odd_characters_per_100_words",
        "invisible characters, and no-break spaces and hyphens as machines write them, "
        "for each 100 words", "per_100_words", 0.0, 1e8,
        _say_count("odd_characters", "invisible character", "invisible or no-break characters"),
        evidence="odd_characters", scored=False,  # also the work of typesetters and web editors
    ),
    Feature(
        "structure.own_words", "words outside quotation marks", "words", 0.0, 1e6, _say_own,
        scored=False,
    ),
    Feature(
        "structure.body_words", "words of the article", "words", 0.0, 1e6, _say_words, scored=False,
    ),
)  # fmt: skip


_RATES = tuple(f"structure.{quantity}_per_100_words" for quantity, _, _ in EVENTS.values())


class StructureExtractor:
    """Measures how an article is built; see the README beside this file."""

    name = "structure"
    version = 5  # 5: titles and names of speakers are no shouts; 4: the marks of names
    after = ("attribution", "boilerplate")
    features = FEATURES
    lexicons = (LEXICON,)
    annotations = ()

    def extract(self, batch: Batch) -> Extraction:
        tokens, body = batch.tokens, batch.body
        word = tokens.is_word & body
        own = body & ~tokens.quoted
        own_words = tokens.per_doc(own & word).astype(np.float64)
        words = tokens.per_doc(word).astype(np.float64)
        counts, findings = find_events(batch, own)
        values = measure_titles(batch)
        values["structure.own_words"], values["structure.body_words"] = own_words, words
        with np.errstate(divide="ignore", invalid="ignore"):
            rates = 100.0 * counts / own_words
            rates[:, own_words == 0] = np.nan
            values.update(zip(_RATES, rates, strict=True))
            values |= _shares(batch, word, words)
        _measure_layout(batch, word, words, values, findings)
        _measure_characters(batch, word, words, values, findings)
        return Extraction(values, _REASONS, findings)

    def annotate(self, batch: Batch, field: str, doc: int) -> tuple[Any, ...]:  # noqa: ARG002  the contract's arguments
        return ()


def _reason(name: str) -> str:
    if name.startswith("structure.title_"):
        return NO_TITLE
    if name in {feature.name for feature in EVENT_FEATURES}:
        return NO_WORDS
    if name in {
        "structure.paragraph_words",
        "structure.headings_per_100_words",
        "structure.list_items_per_100_words",
    }:
        return _NO_BREAKS
    return _NO_PROSE if name == "structure.sentence_spread_words" else _EMPTY


_REASONS = {feature.name: _reason(feature.name) for feature in FEATURES}


def _rate(count: npt.NDArray[np.generic], words: FloatArray) -> FloatArray:
    """For each 100 words; NaN without words, even where there are marks."""
    rate: FloatArray = 100.0 * count / words  # type: ignore[operator]
    rate[words == 0] = np.nan
    return rate


def _shares(batch: Batch, word: BoolArray, words: FloatArray) -> dict[str, FloatArray]:
    tokens = batch.tokens
    capital = word & (tokens.flags & (CAPITALISED | ALL_CAPS) == CAPITALISED)
    capital[tokens.sentence_first] = False
    numbers = tokens.per_doc(word & (tokens.kinds == NUMBER))
    return {
        "structure.number_share": numbers / words,
        "structure.capitalised_share": tokens.per_doc(capital) / words,
    }


def _measure_layout(
    batch: Batch,
    word: BoolArray,
    words: FloatArray,
    values: dict[str, FloatArray],
    findings: dict[str, Findings],
) -> None:
    """Sentences and blocks of the article's own text."""
    tokens = batch.tokens
    in_sentence, in_block = tokens.per_sentence(word), tokens.per_block(word)
    own_block = in_block > 0
    n_blocks = np.bincount(tokens.block_doc[own_block], minlength=tokens.n_docs)
    paragraph = own_block & (tokens.block_kind == PARAGRAPH)
    broken = n_blocks > 1
    n_paragraphs = np.bincount(tokens.block_doc[paragraph], minlength=tokens.n_docs)
    in_paragraphs = np.bincount(tokens.block_doc, in_block * paragraph, minlength=tokens.n_docs)
    prose = paragraph | (own_block & (tokens.block_kind == LIST_ITEM))
    sizes = in_sentence * prose[tokens.block_of[tokens.sentence_first]]
    with np.errstate(divide="ignore", invalid="ignore"):
        values["structure.sentence_spread_words"] = _spread(
            sizes, tokens.sentence_doc, tokens.n_docs
        )
        mean = in_paragraphs / n_paragraphs
        mean[~(broken & (n_paragraphs > 0))] = np.nan
        values["structure.paragraph_words"] = mean
        for name, kind in (("headings", HEADING), ("list_items", LIST_ITEM)):
            block = (own_block & (tokens.block_kind == kind)).nonzero()[0]
            findings[name] = _block_findings(batch, block)
            count = np.bincount(tokens.block_doc[block], minlength=tokens.n_docs)
            rate = _rate(count, words)
            rate[~broken] = np.nan
            values[f"structure.{name}_per_100_words"] = rate


def _spread(sizes: IntArray, doc: IntArray, n_docs: int) -> FloatArray:
    """Standard deviation of the non-zero sizes of each article; NaN below two of them."""
    n = np.bincount(doc[sizes > 0], minlength=n_docs).astype(np.float64)
    total = np.bincount(doc, sizes, minlength=n_docs)  # whole numbers: exact in any order
    squares = np.bincount(doc, sizes * sizes, minlength=n_docs)
    spread: FloatArray = np.sqrt(np.maximum(n * squares - total * total, 0.0)) / n
    spread[n < 2] = np.nan
    return spread


_NOTHING = np.zeros(0, dtype=np.int64)
_NOTHING.flags.writeable = False
_NOWHERE = Findings(_NOTHING, _NOTHING, _NOTHING, _NOTHING)


def _block_findings(batch: Batch, block: IntArray) -> Findings:
    if not block.size:
        return _NOWHERE
    tokens = batch.tokens
    end = np.append(tokens.block_first, len(tokens))[block + 1]
    doc, start, stop = tokens.char_span(tokens.block_first[block], end)
    return Findings(doc, start, stop, np.zeros_like(doc))


def _measure_characters(
    batch: Batch,
    word: BoolArray,
    words: FloatArray,
    values: dict[str, FloatArray],
    findings: dict[str, Findings],
) -> None:
    """Disguised letters, and characters that show as nothing or as a plain space."""
    tokens = batch.tokens
    findings["disguised"] = findings["odd_characters"] = _NOWHERE
    mixed = (tokens.flags & MIXED_SCRIPT).nonzero()[0]
    if mixed.size:
        at = mixed[word[mixed] & (tokens.kinds[mixed] == WORD)]
        doc, start, end = tokens.char_span(at, at + 1)
        findings["disguised"] = Findings(doc, start, end, np.zeros_like(doc))
    place = _odd_characters(tokens)
    if place.size:
        owner = tokens.doc_offset.searchsorted(place, side="right") - 1
        offset = place - tokens.doc_offset[owner]
        findings["odd_characters"] = Findings(owner, offset, offset + 1, np.zeros_like(owner))
    with np.errstate(divide="ignore", invalid="ignore"):
        for name in ("disguised", "odd_characters"):
            count = np.bincount(findings[name].doc, minlength=tokens.n_docs)
            values[f"structure.{name}_per_100_words"] = _rate(count, words)


def _odd_characters(tokens: Tokenization) -> IntArray:
    """Positions of invisible and no-break characters."""
    late = (tokens.codes >= 0xA0).nonzero()[0]  # plain ASCII holds none
    if not late.size:
        return late
    places: IntArray = late[
        tokens.vocabulary.cached("structure.odd", _odd_table)[tokens.codes[late]]
    ]
    return places


def _odd_table(_: Vocabulary) -> BoolArray:
    odd: BoolArray = ch.character_tables()[0] == ch.INVISIBLE
    odd[0xFE00:0xFE10] = False  # variation selectors and joiners make emoji
    odd[0x200D] = False
    odd[[ord(character) for character in _ODD_SPACES]] = True
    return odd


EXTRACTOR = StructureExtractor()
