"""Fits the integer sentence models of the hedging and the specifics extractor.

Columns are the entries of the extractor's own word lists and the bins of a sentence's shape; no
word comes from the training sentences. A logistic regression gives weights, which are rounded to
1/64 log-odds (phrases to a grid of levels), and the threshold with the best F1 on the training
sentences goes with them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.extractors.hedging.sentences import FORMAT_VERSION, SHAPES, shapes
from credscore.lexicon import Lexicon, Vocabulary
from credscore.tokenization import Tokenization, split_entries
from credscore.tokenization.sentences import ABBREVIATIONS

__all__ = ["Columns", "Fitted", "f1", "fit", "read_lines"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
UNIT = 64  # weights are multiples of 1/64 log-odds
PHRASE_STEP = 16  # a quarter of a log-odd; at most 31 levels fit a lexicon
LEVELS = 15


def read_lines(path: Path) -> list[dict[str, Any]]:
    """One record a line of a ``.jsonl.zst`` file."""
    import zstandard

    with path.open("rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(file)
        return [json.loads(line) for line in io.TextIOWrapper(reader, encoding="utf-8")]


@dataclass(frozen=True, slots=True)
class Columns:
    """What the entries of some word lists, and the shapes, count in each text."""

    words: tuple[str, ...]
    phrases: tuple[str, ...]
    bins: tuple[tuple[str, int], ...]
    counts: FloatArray
    groups: FloatArray

    @classmethod
    def count(cls, texts: Sequence[str], lexicons: Sequence[Lexicon]) -> Columns:
        """Count in texts of one sentence each; a longer text counts as one."""
        entries = sorted({e for lex in lexicons for group in lex.groups.values() for e in group})
        vocabulary = Vocabulary([ABBREVIATIONS, Lexicon("all", {"all": tuple(entries)})])
        words = tuple(entry for entry in entries if vocabulary.id_of(entry))
        phrases = tuple(entry for entry in entries if not vocabulary.id_of(entry))
        tokens = Tokenization(texts, vocabulary)
        table = np.zeros((len(texts), len(words)))
        column = np.full(len(vocabulary), -1)
        column[[vocabulary.id_of(word) for word in words]] = np.arange(len(words))
        at = column[tokens.ids]
        np.add.at(table, (tokens.doc_of[at >= 0], at[at >= 0]), 1.0)
        parts = [table, _phrase_counts(texts, phrases), _shape_counts(tokens)]
        bins = tuple((name, b) for name, bounds in SHAPES.items() for b in range(len(bounds) + 1))
        return cls(words, phrases, bins, np.hstack(parts), _group_table(lexicons, words + phrases))


def _group_table(lexicons: Sequence[Lexicon], entries: tuple[str, ...]) -> FloatArray:
    """Which entries belong to which group. Shape (n_entries, n_groups)."""
    groups = [set(group) for lexicon in lexicons for group in lexicon.groups.values()]
    return np.array([[entry in group for group in groups] for entry in entries], dtype=np.float64)


def _phrase_counts(texts: Sequence[str], phrases: tuple[str, ...]) -> FloatArray:
    """Longest matches only, as the extractor counts them."""
    counts = np.zeros((len(texts), len(phrases)))
    if not phrases:
        return counts
    lexicon = Lexicon("phrases", {"all": phrases})
    tokens = Tokenization(texts, Vocabulary([ABBREVIATIONS, lexicon]))
    column = {tuple(keys): place for place, keys in enumerate(split_entries(phrases)[1])}
    matches = tokens.matches(lexicon)
    for start, end in zip(matches.start.tolist(), matches.end.tolist(), strict=True):
        key = tuple(tokens.hashes[start:end].tolist())
        counts[tokens.doc_of[start], column[key]] += 1
    return counts


def _shape_counts(tokens: Tokenization) -> FloatArray:
    """Shapes of each text's first sentence with words."""
    words = tokens.per_sentence(tokens.is_word)
    found = shapes(tokens, words)
    parts = []
    for name, bounds in SHAPES.items():
        part = np.zeros((tokens.n_docs, len(bounds) + 1))
        part[tokens.sentence_doc, found[name]] = 1.0
        parts.append(part)
    return np.hstack(parts)


def f1(truth: BoolArray, said: BoolArray) -> float:
    """F1 of the positive class; 0 where nothing is right."""
    both = float((truth & said).sum())
    return 2 * both / max(float(truth.sum() + said.sum()), 1.0)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Integer weights in the order of ``Columns``, ready to be written."""

    weights: npt.NDArray[np.int64]
    intercept: int
    threshold: int

    def scores(self, columns: Columns) -> npt.NDArray[np.int64]:
        """The sums that the extractor would make."""
        return columns.counts.astype(np.int64) @ self.weights + self.intercept

    def content(self, columns: Columns, changed: str) -> Mapping[str, Any]:
        """The model file's content; entries with weight 0 are left out."""
        n_words, n_phrases = len(columns.words), len(columns.phrases)
        weights = self.weights.tolist()
        words = dict(zip(columns.words, weights[:n_words], strict=True))
        levels: dict[int, list[str]] = {}
        for phrase, weight in zip(
            columns.phrases, weights[n_words : n_words + n_phrases], strict=True
        ):
            levels.setdefault(weight, []).append(phrase)
        table: dict[str, list[int]] = {name: [] for name in SHAPES}
        for (name, _), weight in zip(columns.bins, weights[n_words + n_phrases :], strict=True):
            table[name].append(weight)
        return {
            "format": FORMAT_VERSION,
            "changed": changed,
            "unit": UNIT,
            "intercept": self.intercept,
            "threshold": self.threshold,
            "words": {word: weight for word, weight in sorted(words.items()) if weight},
            "phrases": {str(level): sorted(levels[level]) for level in sorted(levels)},
            "shapes": table,
        }


def fit(columns: Columns, truth: BoolArray, rows: BoolArray, strength: float) -> Fitted:
    """Fit on ``rows``.

    Args:
        strength: inverse of the penalty of the logistic regression.
    """
    from sklearn.linear_model import LogisticRegression

    n_words, n_phrases = len(columns.words), len(columns.phrases)
    n_entries = n_words + n_phrases
    # A group's weight is shared by its entries, so that rare ones learn from their kin; it is
    # added to each of them afterwards.
    shared = columns.counts[:, :n_entries] @ columns.groups
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=1000, random_state=0)
    model.fit(np.hstack([columns.counts, shared])[rows], truth[rows])
    own, of_groups = np.split(model.coef_[0], [columns.counts.shape[1]])
    own[:n_entries] += columns.groups @ of_groups
    weights = np.round(own * UNIT).astype(np.int64)
    middle = slice(n_words, n_words + n_phrases)
    level = np.round(weights[middle] / PHRASE_STEP).clip(-LEVELS, LEVELS)
    weights[middle] = level.astype(np.int64) * PHRASE_STEP
    intercept = int(np.round(model.intercept_[0] * UNIT))
    scores = Fitted(weights, intercept, 0).scores(columns)[rows]
    candidates = np.unique(np.quantile(scores, np.linspace(0.02, 0.98, 97)).astype(np.int64))
    best = max(candidates.tolist(), key=lambda cut: f1(truth[rows], scores > cut))
    return Fitted(weights, intercept, int(best))
