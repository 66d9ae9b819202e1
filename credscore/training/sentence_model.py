"""Fits the integer sentence models of the hedging and the specifics extractor.

Columns are the entries of the extractor's own word lists, neighbouring wording symbols and the bins
of a sentence's shape; no word comes from the training sentences, as wording symbols keep only
common words that were chosen on other texts. A logistic regression gives weights, which are rounded
to 1/64 log-odds (phrases to a grid of levels). The threshold with the best F1 on training sentences
that a third's fit has not seen goes with them.
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

from credscore.extractors.wording import symbols as wording
from credscore.lexicon import Lexicon, Vocabulary
from credscore.sentence_model.pairs import ALONE, OPENING
from credscore.sentence_model.weights import FORMAT_VERSION, SHAPES, shapes
from credscore.tokenization import Tokenization, split_entries
from credscore.tokenization.sentences import ABBREVIATIONS

__all__ = ["Columns", "Fitted", "f1", "fit", "read_lines", "write_model"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
UNIT = 64  # weights are multiples of 1/64 log-odds
PHRASE_STEP = 16  # a quarter of a log-odd; at most 31 levels fit a lexicon
LEVELS = 15
LEAST_TEXTS = 3  # sentences that a pair must stand in to get a weight
PAIR_SCALE = 0.3  # pairs are many: each is kept smaller than an entry of the lists
SMALLEST = 3  # of a pair's weight; what is smaller is left out
_STRETCH = 15  # texts side by side, for folds inside the training sentences
_PARTS = 3


def read_lines(path: Path) -> list[dict[str, Any]]:
    """One record a line of a ``.jsonl.zst`` file."""
    import zstandard

    with path.open("rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(file)
        return [json.loads(line) for line in io.TextIOWrapper(reader, encoding="utf-8")]


@dataclass(frozen=True, slots=True)
class Columns:
    """What the entries of some word lists, the shapes, and pairs of symbols count in each text.

    ``pairs`` names the columns of ``pair_counts``, a sparse matrix.
    """

    words: tuple[str, ...]
    phrases: tuple[str, ...]
    bins: tuple[tuple[str, int], ...]
    counts: FloatArray
    groups: FloatArray
    pairs: tuple[str, ...]
    pair_counts: Any

    @classmethod
    def count(
        cls, texts: Sequence[str], lexicons: Sequence[Lexicon], like: Columns | None = None
    ) -> Columns:
        """Count in texts of one sentence each; a longer text counts as one.

        Args:
            like: columns whose pairs are to be counted, instead of the frequent ones.
        """
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
        groups = _group_table(lexicons, words + phrases)
        pairs, pair_counts = _pair_counts(texts, like.pairs if like is not None else None)
        return cls(words, phrases, bins, np.hstack(parts), groups, pairs, pair_counts)


def _pair_counts(
    texts: Sequence[str], wanted: tuple[str, ...] | None
) -> tuple[tuple[str, ...], Any]:
    """Pairs of wording symbols, and symbols alone: wanted ones, or those of a few texts."""
    from scipy.sparse import csr_matrix

    tokens = Tokenization(texts, Vocabulary([ABBREVIATIONS, wording.LEXICON]))
    symbols = wording.symbols_of(tokens).astype(np.int64)
    size = len(wording.SYMBOL_NAMES) + 2
    before = np.empty_like(symbols)
    before[1:] = symbols[:-1]
    before[tokens.sentence_first] = size - 2
    keys = np.concatenate([before * size + symbols, (size - 1) * size + symbols])
    doc = np.concatenate([tokens.doc_of, tokens.doc_of])
    names = (*wording.SYMBOL_NAMES, OPENING, ALONE)
    if wanted is not None:
        number = {name: position for position, name in enumerate(names)}
        split = [pair.split(" ") for pair in wanted]
        found = np.array([number[first] * size + number[second] for first, second in split])
        order = np.argsort(found)
        column = order[np.minimum(found.searchsorted(keys, sorter=order), len(found) - 1)]
        known = found[column] == keys
        keys, doc, column = keys[known], doc[known], column[known]
    else:
        found, column = np.unique(keys, return_inverse=True)
    counts = csr_matrix((np.ones(len(keys)), (doc, column)), shape=(len(texts), len(found)))
    if wanted is not None:
        return wanted, counts
    often = (counts > 0).sum(axis=0).A1 >= LEAST_TEXTS
    named = [f"{names[key // size]} {names[key % size]}" for key in found[often].tolist()]
    return tuple(named), counts[:, often]


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
    pairs: npt.NDArray[np.int64]
    intercept: int
    threshold: int

    def scores(self, columns: Columns) -> npt.NDArray[np.int64]:
        """The sums that the extractor would make."""
        listed: npt.NDArray[np.int64] = columns.counts.astype(np.int64) @ self.weights
        paired: npt.NDArray[np.int64] = (columns.pair_counts @ self.pairs).astype(np.int64)
        return listed + paired + self.intercept

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
            "pairs": {
                pair: weight
                for pair, weight in sorted(zip(columns.pairs, self.pairs.tolist(), strict=True))
                if weight
            },
            "shapes": table,
        }


def fit(columns: Columns, truth: BoolArray, rows: BoolArray, strength: float) -> Fitted:
    """Fit on ``rows``.

    Args:
        strength: inverse of the penalty of the logistic regression.
    """
    part = np.arange(len(truth)) // _STRETCH % _PARTS
    scores = np.zeros(len(truth), dtype=np.int64)
    for held_out in range(_PARTS):
        rest = rows & (part != held_out)
        scores[part == held_out] = _fit(columns, truth, rest, strength).scores(columns)[
            part == held_out
        ]
    candidates = np.unique(np.quantile(scores[rows], np.linspace(0.02, 0.98, 97)).astype(np.int64))
    reached = np.array([f1(truth[rows], scores[rows] > cut) for cut in candidates.tolist()])
    level = np.convolve(np.pad(reached, 2, "edge"), np.full(5, 0.2), "valid")  # no lucky spike
    whole = _fit(columns, truth, rows, strength)
    return Fitted(whole.weights, whole.pairs, whole.intercept, int(candidates[level.argmax()]))


def write_model(
    folder: Path,
    texts: Sequence[str],
    truth: BoolArray,
    lexicons: Sequence[Lexicon],
    strength: float,
    changed: str,
) -> None:
    """Fit on all texts and write ``sentences.json`` into an extractor's folder."""
    columns = Columns.count(texts, lexicons)
    fitted = fit(columns, truth, np.ones(len(truth), dtype=np.bool_), strength)
    path = folder / "sentences.json"
    path.write_text(json.dumps(fitted.content(columns, changed), indent=1) + "\n", "utf-8")
    print(f"{path}: {len(columns.words)} words, {len(columns.phrases)} phrases")


def _fit(columns: Columns, truth: BoolArray, rows: BoolArray, strength: float) -> Fitted:
    """Weights without a threshold."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    n_words, n_phrases = len(columns.words), len(columns.phrases)
    n_entries = n_words + n_phrases
    # A group's weight is shared by its entries, so that rare ones learn from their kin; it is
    # added to each of them afterwards.
    shared = columns.counts[:, :n_entries] @ columns.groups
    table = hstack(
        [csr_matrix(columns.counts), csr_matrix(shared), columns.pair_counts * PAIR_SCALE]
    ).tocsr()
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=1000, random_state=0)
    model.fit(table[rows], truth[rows])
    n_own = columns.counts.shape[1]
    own, of_groups, pairs = np.split(model.coef_[0], [n_own, n_own + columns.groups.shape[1]])
    own[:n_entries] += columns.groups @ of_groups
    weights = np.round(own * UNIT).astype(np.int64)
    middle = slice(n_words, n_words + n_phrases)
    level = np.round(weights[middle] / PHRASE_STEP).clip(-LEVELS, LEVELS)
    weights[middle] = level.astype(np.int64) * PHRASE_STEP
    of_pairs = np.round(pairs * PAIR_SCALE * UNIT).astype(np.int64)
    of_pairs[np.abs(of_pairs) < SMALLEST] = 0
    intercept = int(np.round(model.intercept_[0] * UNIT))
    return Fitted(weights, of_pairs, intercept, 0)
