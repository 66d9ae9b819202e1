"""The tagger's vocabulary: frequent lower-case words, and classes of words used alike.

Word vectors are the singular vectors of positive pointwise mutual information with the frequent
words one and two places to either side (Levy & Goldberg 2014), learned from unlabelled articles;
classes are k-means clusters of them. Words that mostly begin with a capital are left out, so the
vocabulary knows next to no names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.lexicon import Vocabulary
from credscore.tokenization import CAPITALISED, NUMBER, Tokenization, split_entries
from credscore.tokenization.sentences import ABBREVIATIONS

__all__ = ["CLASSES", "WordClasses", "learn_words"]

IntArray = npt.NDArray[np.int64]

#: Numbers of classes: coarse, middle, fine.
CLASSES = (64, 256, 1000)
_LONGEST = 20_000  # characters read of one article
_CONTEXTS = 1500
_DIMENSIONS = 80
_PLACES = (-2, -1, 1, 2)


@dataclass(frozen=True, slots=True)
class WordClasses:
    """Words, the most frequent first, and their classes from 1 on, shape (3, n_words)."""

    words: tuple[str, ...]
    classes: npt.NDArray[np.uint16]


@dataclass(slots=True)
class _Stream:
    hashes: list[npt.NDArray[np.uint64]]
    capital: list[npt.NDArray[np.bool_]]  # mid-sentence capitals
    middle: list[npt.NDArray[np.bool_]]  # not at the start of a sentence
    number: list[npt.NDArray[np.bool_]]
    spelling: dict[int, str]


def _read(texts: Sequence[str]) -> _Stream:
    vocabulary = Vocabulary([ABBREVIATIONS])
    stream = _Stream([], [], [], [], {})
    for low in range(0, len(texts), 256):
        chunk = [text[:_LONGEST] for text in texts[low : low + 256]]
        tokens = Tokenization(chunk, vocabulary)
        starts_sentence = np.zeros(len(tokens), dtype=np.bool_)
        starts_sentence[tokens.sentence_first] = True
        capital = tokens.flags & CAPITALISED > 0
        stream.hashes.append(tokens.hashes)
        stream.capital.append(capital & ~starts_sentence)
        stream.middle.append(~starts_sentence)
        stream.number.append(tokens.kinds == NUMBER)
        joined = "\n" + "\n\n".join(chunk) + "\n\n"
        known, at = np.unique(tokens.hashes, return_index=True)
        for key, place in zip(known.tolist(), at.tolist(), strict=True):
            if key not in stream.spelling:
                written = joined[tokens.starts[place] : tokens.ends[place]]
                stream.spelling[key] = written.lower().replace("\u2019", "'")
    return stream


def _vectors(ids: IntArray, n_words: int) -> npt.NDArray[np.float64]:
    from scipy.sparse import csr_matrix, hstack
    from scipy.sparse.linalg import svds

    word, context = np.minimum(ids, n_words), np.minimum(ids, _CONTEXTS)
    parts = []
    for place in _PLACES:
        here, there = (
            (word[:-place], context[place:]) if place > 0 else (word[-place:], context[:place])
        )
        pairs, counts = np.unique(here * (_CONTEXTS + 1) + there, return_counts=True)
        at = pairs // (_CONTEXTS + 1), pairs % (_CONTEXTS + 1)
        parts.append(csr_matrix((counts.astype(float), at), shape=(n_words + 1, _CONTEXTS + 1)))
    counts = hstack(parts).tocsr()[:n_words]
    of_word = np.asarray(counts.sum(axis=1)).ravel()
    of_context = np.asarray(counts.sum(axis=0)).ravel() ** 0.75  # Levy et al. 2015
    of_context /= of_context.sum()
    cells = counts.tocoo()
    with np.errstate(divide="ignore"):
        information = np.log(cells.data / of_word[cells.row] / of_context[cells.col])
    positive = csr_matrix((np.maximum(information, 0), (cells.row, cells.col)), shape=counts.shape)
    left, size, _ = svds(positive, k=_DIMENSIONS, v0=np.ones(min(positive.shape)))
    vectors = left * np.sqrt(size)
    scaled: npt.NDArray[np.float64] = vectors / (
        np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    )
    return scaled


def learn_words(texts: Iterable[str], least: int) -> WordClasses:
    """Learn the vocabulary.

    Args:
        least: occurrences that a word needs.
    """
    from sklearn.cluster import MiniBatchKMeans

    stream = _read(list(texts))
    keys, inverse, counts = np.unique(
        np.concatenate(stream.hashes), return_inverse=True, return_counts=True
    )
    order = np.argsort(-counts, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    ids = rank[inverse]
    n_words = int((counts >= least).sum())
    vectors = _vectors(ids, n_words)
    capital = np.bincount(ids, np.concatenate(stream.capital), len(keys))[:n_words]
    middle = np.bincount(ids, np.concatenate(stream.middle), len(keys))[:n_words]
    number = np.bincount(ids, np.concatenate(stream.number), len(keys))[:n_words]
    written = [stream.spelling[key] for key in keys[order[:n_words]].tolist()]
    plain = (capital < 0.5 * np.maximum(middle, 1)) & (number == 0)
    plain &= np.array([word == word.strip() and word.isprintable() for word in written])
    _, found = split_entries(written)
    plain &= np.array([len(one) == 1 and one[0] == key for one, key in
                       zip(found, keys[order[:n_words]].tolist(), strict=True)])  # fmt: skip
    chosen = np.flatnonzero(plain)
    classes = [
        MiniBatchKMeans(count, n_init=2, random_state=0, batch_size=4096, max_iter=60)
        .fit(vectors)
        .labels_[chosen]
        + 1
        for count in CLASSES
    ]
    return WordClasses(tuple(written[k] for k in chosen), np.array(classes, dtype=np.uint16))
