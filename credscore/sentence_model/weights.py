"""Judges sentences by a sum of integers: weights of words and phrases, of neighbouring wording
symbols, and of a sentence's shape.

The numbers are learned (``credscore/training/sentence_model.py``) and stored in a JSON file
that is checked on reading. Sums of integers are the same in any order and on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.errors import ModelError
from credscore.extractors.wording.symbols import symbols_of
from credscore.lexicon import Lexicon, Vocabulary
from credscore.registry import Batch
from credscore.sentence_model.pairs import Pairs
from credscore.sentence_model.sentences import sentence_sums
from credscore.tokenization import CAPITALISED, NUMBER, WORD, Tokenization
from credscore.tokenization import characters as ch

__all__ = [
    "FORMAT_VERSION",
    "SHAPES",
    "SentenceModel",
    "Symbols",
    "shapes",
    "symbols_for",
]

IntArray = npt.NDArray[np.int64]
Symbols = npt.NDArray[np.integer[Any]]

FORMAT_VERSION = 2  # 2: pairs of wording symbols
_KEYS = {
    "format",
    "changed",
    "unit",
    "intercept",
    "threshold",
    "words",
    "phrases",
    "pairs",
    "shapes",
}
_LARGEST = 1 << 16
_MOST_LEVELS = 31  # of phrase weights: each is a group of a lexicon

# Shape of a sentence -> lower bounds of its bins (after 0).
SHAPES: Mapping[str, tuple[int, ...]] = {
    "words": (4, 8, 12, 17, 23, 31),
    "capitals": (1, 2, 3, 5),  # words with a capital that do not open the sentence
    "numbers": (1, 2, 3),
    "questions": (1,),
}


_BOUNDS = {name: np.array(bounds, dtype=np.int64) for name, bounds in SHAPES.items()}


def shapes(tokens: Tokenization, words_per_sentence: IntArray) -> dict[str, IntArray]:
    """The bin of each sentence in each of ``SHAPES``."""
    count, sentence_of = len(tokens.sentence_first), tokens.sentence_of
    capital = tokens.flags & CAPITALISED > 0
    capital &= tokens.kinds == WORD
    capital[tokens.sentence_first] = False
    question = (tokens.classes == ch.TERMINAL).nonzero()[0]
    question = question[tokens.codes[tokens.starts[question]] == ord("?")]
    marks = capital.nonzero()[0], (tokens.kinds == NUMBER).nonzero()[0], question
    capitals, numbers, questions = (np.bincount(sentence_of[at], minlength=count) for at in marks)
    counts = {
        "words": words_per_sentence,
        "capitals": capitals,
        "numbers": numbers,
        "questions": questions,
    }
    return {
        name: bounds.searchsorted(counts[name], side="right") for name, bounds in _BOUNDS.items()
    }


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """Weights in units of 1/``unit`` log-odds; a sentence above ``threshold`` is a case.

    Attributes:
        name: of the lexicons that hold its words.
        words: single word -> weight.
        phrases: weight -> phrases.
        pairs: of neighbouring wording symbols.
        shapes: name of a shape -> one weight a bin.
    """

    name: str
    unit: int
    intercept: int
    threshold: int
    words: Mapping[str, int]
    phrases: Mapping[int, tuple[str, ...]]
    pairs: Pairs
    shapes: Mapping[str, tuple[int, ...]]
    lexicons: tuple[Lexicon, ...]

    @classmethod
    def read(cls, path: Path, name: str) -> SentenceModel:
        """Read and check a model.

        Raises:
            ModelError: names what is missing, unknown, of the wrong length, or no integer.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError) as error:
            raise ModelError(f"{path}: {error}") from error
        if not isinstance(data, dict) or set(data) != _KEYS:
            odd = sorted(set(data) ^ _KEYS) if isinstance(data, dict) else type(data).__name__
            raise ModelError(f"{path}: missing or unknown keys: {odd}")
        if data["format"] != FORMAT_VERSION:
            raise ModelError(f"{path}: format {data['format']!r}; {FORMAT_VERSION} is read here")
        words = _words(data["words"], f"{path}: words")
        phrases = _phrases(data["phrases"], f"{path}: phrases")
        return cls(
            name=name,
            unit=_integer(data["unit"], f"{path}: unit"),
            intercept=_integer(data["intercept"], f"{path}: intercept"),
            threshold=_integer(data["threshold"], f"{path}: threshold"),
            words=words,
            phrases=phrases,
            pairs=_pairs(data["pairs"], f"{path}: pairs"),
            shapes=_shapes(data["shapes"], f"{path}: shapes"),
            lexicons=_lexicons(name, words, phrases),
        )

    def scores(
        self, tokens: Tokenization, symbols: Symbols, words_per_sentence: IntArray
    ) -> IntArray:
        """The sum of each sentence. Shape (n_sentences,), int64.

        Args:
            symbols: the wording symbol of each token.
        """
        table = tokens.vocabulary.cached(f"{self.name}.weights", self._word_table)
        weights = table.take(tokens.ids)
        weights += self.pairs.weigh(tokens, symbols)
        total = sentence_sums(tokens, weights)
        total += self.intercept
        if self.phrases:
            matches = tokens.matches(self.lexicons[1])
            if len(matches):
                levels = np.array(list(self.phrases), dtype=np.int64)
                level = np.round(np.log2(matches.groups.astype(np.float64))).astype(np.int64)
                np.add.at(total, tokens.sentence_of[matches.start], levels[level])
        for name, bins in shapes(tokens, words_per_sentence).items():
            total += np.array(self.shapes[name], dtype=np.int64)[bins]
        return total

    def holds(
        self, tokens: Tokenization, symbols: Symbols, words_per_sentence: IntArray
    ) -> npt.NDArray[np.bool_]:
        """Which sentences are a case; never one without words. Shape (n_sentences,)."""
        above = self.scores(tokens, symbols, words_per_sentence) > self.threshold
        return above & (words_per_sentence > 0)

    def _word_table(self, vocabulary: Vocabulary) -> npt.NDArray[np.int32]:
        table = np.zeros(len(vocabulary), dtype=np.int32)
        for word, weight in self.words.items():
            table[vocabulary.id_of(word)] = weight
        table[0] = 0
        return table


def symbols_for(batch: Batch) -> Symbols:
    """The wording symbols of a batch; the wording extractor's, where it has run."""
    wording = batch.done.get("wording")
    if wording is None:
        return symbols_of(batch.tokens)
    symbols: Symbols = wording.tokens["symbols"].astype(np.int32, copy=False)
    return symbols


def _integer(value: Any, where: str) -> int:
    if type(value) is not int or abs(value) > _LARGEST:
        raise ModelError(f"{where} is {value!r}; an integer within +-{_LARGEST} is expected")
    return value


def _words(table: Any, where: str) -> dict[str, int]:
    if not isinstance(table, dict) or not table:
        raise ModelError(f"{where}: a table of words is expected")
    return {_entry(word, where): _integer(weight, where) for word, weight in table.items()}


def _phrases(table: Any, where: str) -> dict[int, tuple[str, ...]]:
    if not isinstance(table, dict) or len(table) > _MOST_LEVELS:
        raise ModelError(f"{where}: at most {_MOST_LEVELS} weights with their phrases are expected")
    found: dict[int, tuple[str, ...]] = {}
    for key, phrases in table.items():
        if not isinstance(phrases, list) or not phrases or not key.lstrip("-").isdigit():
            raise ModelError(f"{where}: {key!r} must be an integer with a list of phrases")
        found[_integer(int(key), where)] = tuple(_entry(phrase, where) for phrase in phrases)
    return found


def _pairs(table: Any, where: str) -> Pairs:
    if not isinstance(table, dict):
        raise ModelError(f"{where}: a table of pairs is expected")
    try:
        return Pairs.of({pair: _integer(weight, where) for pair, weight in table.items()})
    except ValueError as error:
        raise ModelError(f"{where}: {error}") from error


def _entry(entry: Any, where: str) -> str:
    if not isinstance(entry, str) or not entry or entry != entry.strip().lower():
        raise ModelError(f"{where}: {entry!r} is not lower-case text")
    return entry


def _shapes(table: Any, where: str) -> dict[str, tuple[int, ...]]:
    if not isinstance(table, dict) or set(table) != set(SHAPES):
        raise ModelError(f"{where}: the shapes {sorted(SHAPES)} are expected")
    for name, bounds in SHAPES.items():
        if not isinstance(table[name], list) or len(table[name]) != len(bounds) + 1:
            raise ModelError(f"{where}: {name} needs {len(bounds) + 1} weights")
    return {name: tuple(_integer(w, where) for w in table[name]) for name in SHAPES}


def _lexicons(
    name: str, words: Iterable[str], phrases: Mapping[int, tuple[str, ...]]
) -> tuple[Lexicon, ...]:
    single = Lexicon(f"{name}.words", {"words": tuple(sorted(words))})
    if not phrases:
        return (single,)
    return single, Lexicon(f"{name}.phrases", {str(w): p for w, p in phrases.items()})
