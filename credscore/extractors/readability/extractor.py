"""How hard the text is to read: formulas over sentence and word lengths, and variety of words.

Only paragraphs and list items without boilerplate are measured: headings and navigation lines are
no sentences. Rates are quotients of whole numbers, so they do not depend on the batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.extractors.readability.syllables import syllable_counts
from credscore.features import Extraction, Feature, Findings
from credscore.lexicon import Lexicon
from credscore.registry import Batch
from credscore.tokenization import CLITIC, WORD
from credscore.tokenization.blocks import LIST_ITEM, PARAGRAPH

__all__ = ["EXTRACTOR", "ReadabilityExtractor"]

LEXICON = Lexicon.read(Path(__file__).with_name("lexicon.toml"))

LONG_LETTERS = 7  # Björnsson 1968: more than six letters
LONG_SENTENCE = 30  # words; twice the mean of English news text
POLYSYLLABLE = 3  # Gunning 1952
SEGMENT = 50  # words; the usual length for mean segmental type-token ratio (Johnson 1944)

USUAL = 42  # different words among 50: the mean of rated sources' articles; see the README

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_NO_PROSE = "the text has no paragraph with a word in it"
_TOO_SHORT = f"the text has no {SEGMENT} words of prose"


def _plural(count: float, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,.0f} {noun}s"


def _say_words(values: Mapping[str, float]) -> str:
    total, mean = values["readability.sentences_count"], values["readability.sentence_words"]
    if not total:
        return "it has no sentence of prose"
    if total == 1:
        return f"its one sentence has {_plural(mean, 'word')}"
    return f"its {total:,.0f} sentences have {mean:.0f} words on average"


def _say_long(values: Mapping[str, float]) -> str:
    total = values["readability.sentences_count"]
    found = round(values["readability.long_sentence_share"] * total)
    if not found:
        return f"no sentence is longer than {LONG_SENTENCE} words"
    verb = "is" if found == 1 else "are"
    return f"{found:,} of {_plural(total, 'sentence')} {verb} longer than {LONG_SENTENCE} words"


def _say_grade(values: Mapping[str, float], name: str) -> str:
    grade = values[name]
    if grade < 1:
        return "its short words and sentences need no schooling to follow"
    return f"going by its words and sentences, a reader of US school grade {grade:.0f} can follow"


def _say_share(values: Mapping[str, float], name: str, what: str) -> str:
    return f"{100 * values[name]:.0f} % of its words have {what}"


def _say_variety(values: Mapping[str, float]) -> str:
    distinct = round(values["readability.distinct_word_share"] * SEGMENT)
    degree = "less than" if distinct > USUAL else "more than" if distinct < USUAL else "as much as"
    return (
        f"its words repeat {degree} is usual: {distinct} of {SEGMENT} in a row are different ones, "
        f"on average (usual: about {USUAL})"
    )


FEATURES = (
    Feature(
        "readability.sentence_words",
        "mean number of words in a sentence",
        "words", 0.0, 1e6, _say_words,
    ),
    Feature(
        "readability.sentences_count",
        "number of sentences in the article's paragraphs",
        "count", 0.0, 1e6, _say_words, scored=False,
    ),
    Feature(
        "readability.long_sentence_share",
        f"share of sentences with more than {LONG_SENTENCE} words",
        "share", 0.0, 1.0, _say_long, evidence="long_sentences",
    ),
    Feature(
        "readability.long_word_share",
        f"share of words with {LONG_LETTERS} or more letters (Björnsson 1968)",
        "share", 0.0, 1.0,
        lambda values: _say_share(values, "readability.long_word_share", "seven or more letters"),
    ),
    Feature(
        "readability.polysyllable_share",
        "share of words with three or more syllables, counted by groups of vowels (Gunning 1952)",
        "share", 0.0, 1.0,
        lambda values: _say_share(
            values, "readability.polysyllable_share", "three or more syllables"
        ),
    ),
    Feature(
        "readability.distinct_word_share",
        f"share of different words among each {SEGMENT} words in a row, averaged (Johnson 1944)",
        "share", 0.0, 1.0, _say_variety,
    ),
    Feature(
        "readability.flesch_kincaid_grade",
        "US school grade by words a sentence and syllables a word (Kincaid et al. 1975)",
        "grade", -16.0, 1e6,
        lambda values: _say_grade(values, "readability.flesch_kincaid_grade"),
    ),
    Feature(
        "readability.gunning_fog_grade",
        "US school grade by words a sentence and share of words of three syllables (Gunning 1952)",
        "grade", 0.0, 1e6,
        lambda values: _say_grade(values, "readability.gunning_fog_grade"), scored=False,
    ),
    Feature(
        "readability.coleman_liau_grade",
        "US school grade by letters and sentences per 100 words (Coleman & Liau 1975)",
        "grade", -60.0, 1e7,
        lambda values: _say_grade(values, "readability.coleman_liau_grade"),
    ),
    Feature(
        "readability.automated_readability_grade",
        "US school grade by letters and digits a word and words a sentence (Senter & Smith 1967)",
        "grade", -22.0, 1e7,
        lambda values: _say_grade(values, "readability.automated_readability_grade"), scored=False,
    ),
    Feature(
        "readability.lix_index",
        "words a sentence plus long words per 100 words (Björnsson 1968)",
        "index", 0.0, 1e6,
        lambda values: f"its LIX is {values['readability.lix_index']:.0f} "
        "(40 to 50 is usual for newspapers)", scored=False,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Counts:
    """Whole numbers of each article, float64 only for the divisions to come."""

    at: IntArray  # tokens that are words, of all articles
    words: FloatArray  # words and numbers
    lettered: FloatArray  # words that begin with a letter
    sentences: FloatArray
    characters: FloatArray
    long_words: FloatArray
    syllables: FloatArray
    polysyllables: FloatArray


class ReadabilityExtractor:
    """Measures sentence and word lengths; see the README beside this file."""

    name = "readability"
    version = 1
    after = ("boilerplate",)
    features = FEATURES
    lexicons = (LEXICON,)
    annotations = ()

    def extract(self, batch: Batch) -> Extraction:
        tokens = batch.tokens
        prose = _prose(batch)
        is_word = tokens.is_word & prose
        per_sentence = tokens.per_sentence(is_word)
        counts = _count(batch, is_word, per_sentence)
        long_sentence = (per_sentence > LONG_SENTENCE).nonzero()[0]
        doc = tokens.sentence_doc[long_sentence]
        n_long = np.bincount(doc, minlength=tokens.n_docs).astype(np.float64)
        values = _grades(counts)
        with np.errstate(divide="ignore", invalid="ignore"):
            values["readability.long_sentence_share"] = n_long / counts.sentences
        values["readability.sentences_count"] = counts.sentences
        values["readability.distinct_word_share"] = _variety(batch, counts)
        first = tokens.sentence_first[long_sentence]
        end = np.append(tokens.sentence_first, len(tokens))[long_sentence + 1]
        owner, start, stop = tokens.char_span(first, end)
        found = Findings(owner, start, stop, np.zeros_like(owner))
        return Extraction(values, _REASONS, {"long_sentences": found})

    def annotate(self, batch: Batch, field: str, doc: int) -> tuple[Any, ...]:  # noqa: ARG002  the contract's arguments
        return ()


_REASONS = {feature.name: _NO_PROSE for feature in FEATURES}
_REASONS["readability.distinct_word_share"] = _TOO_SHORT


def _prose(batch: Batch) -> npt.NDArray[np.bool_]:
    """Tokens of the article's own paragraphs and list items."""
    kind = batch.tokens.block_kind
    block = (kind == PARAGRAPH) | (kind == LIST_ITEM)
    prose: npt.NDArray[np.bool_] = block.take(batch.tokens.block_of) & batch.body
    return prose


def _count(batch: Batch, is_word: npt.NDArray[np.bool_], per_sentence: IntArray) -> _Counts:
    tokens = batch.tokens
    at = is_word.nonzero()[0]
    lettered = tokens.kinds.take(at) == WORD
    starts, ends = tokens.starts.take(at), tokens.ends.take(at)
    syllables = syllable_counts(tokens.codes, starts, ends)
    syllables *= lettered
    length = ends - starts
    # The s of a 's is a letter of the word before it, as for a reader.
    length += (tokens.flags[np.minimum(at + 1, len(tokens) - 1)] & CLITIC) > 0
    columns = np.zeros((6, len(at) + 1), dtype=np.int64)
    columns[0, 1:] = lettered
    columns[1, 1:] = length
    columns[2, 1:] = length >= LONG_LETTERS
    columns[3, 1:] = syllables
    columns[4, 1:] = syllables >= POLYSYLLABLE
    columns[5, 1:] = 1
    columns.cumsum(axis=1, out=columns)
    bounds = at.searchsorted(tokens.doc_first)
    sums = (columns[:, bounds[1:]] - columns[:, bounds[:-1]]).astype(np.float64)
    sentences = np.bincount(tokens.sentence_doc[per_sentence > 0], minlength=tokens.n_docs)
    return _Counts(
        at=at,
        words=sums[5],
        lettered=sums[0],
        sentences=sentences.astype(np.float64),
        characters=sums[1],
        long_words=sums[2],
        syllables=sums[3],
        polysyllables=sums[4],
    )


def _grades(counts: _Counts) -> dict[str, FloatArray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        sentence = counts.words / counts.sentences
        letters = counts.characters / counts.words
        long_share = counts.long_words / counts.words
        syllables = counts.syllables / counts.lettered
        many = counts.polysyllables / counts.lettered
        per_word = counts.sentences / counts.words
    return {
        "readability.sentence_words": sentence,
        "readability.long_word_share": long_share,
        "readability.polysyllable_share": many,
        "readability.flesch_kincaid_grade": 0.39 * sentence + 11.8 * syllables - 15.59,
        "readability.gunning_fog_grade": 0.4 * (sentence + 100.0 * many),
        "readability.coleman_liau_grade": 5.88 * letters - 29.6 * per_word - 15.8,
        "readability.automated_readability_grade": 4.71 * letters + 0.5 * sentence - 21.43,
        "readability.lix_index": sentence + 100.0 * long_share,
    }


_IN_SEGMENT = np.arange(SEGMENT)


def _variety(batch: Batch, counts: _Counts) -> FloatArray:
    """Mean share of different words in whole segments of 50; a shorter rest is not read."""
    tokens = batch.tokens
    n_words = counts.words.astype(np.int64)
    segments = n_words // SEGMENT
    first_word = n_words.cumsum() - n_words
    doc = np.arange(tokens.n_docs).repeat(segments)
    rank = np.arange(len(doc)) - (segments.cumsum() - segments)[doc]
    place = (first_word[doc] + rank * SEGMENT)[:, None] + _IN_SEGMENT
    rows = tokens.hashes.take(counts.at.take(place))
    rows.sort(axis=1)
    different = 1 + np.count_nonzero(rows[:, 1:] != rows[:, :-1], axis=1)
    total = np.bincount(
        doc, different, minlength=tokens.n_docs
    )  # whole numbers: exact in any order
    with np.errstate(divide="ignore", invalid="ignore"):
        share: FloatArray = total / (segments * float(SEGMENT))
    return share


EXTRACTOR = ReadabilityExtractor()
