"""What is counted by the sentence, and which sentences are shown."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.features import Findings
from credscore.registry import Batch
from credscore.tokenization import Tokenization

__all__ = ["doc_sums", "others_words", "sentence_findings", "sentence_sums"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
_CONTENT = 3  # role of attributed content, see the attribution extractor


def sentence_sums(tokens: Tokenization, column: npt.NDArray[np.generic]) -> IntArray:
    """Sum of an integer or bool token column over each sentence. A running sum of any column but a
    64-bit one converts it bit by bit, which takes ten times as long.
    """
    if not len(column):
        return np.zeros(0, dtype=np.int64)
    sums: IntArray = np.add.reduceat(column, tokens.sentence_first, dtype=np.int64)
    return sums


def doc_sums(tokens: Tokenization, per_sentence: IntArray) -> IntArray:
    """Sum of a sentence column over each article. Shape (n_docs,)."""
    running = np.zeros(len(per_sentence) + 1, dtype=np.int64)
    per_sentence.cumsum(out=running[1:])
    bounds = tokens.sentence_first.searchsorted(tokens.doc_first)
    sums: IntArray = running[bounds[1:]] - running[bounds[:-1]]
    return sums


def others_words(batch: Batch) -> BoolArray:
    """Tokens that are somebody else's words: quoted, or attributed in indirect speech."""
    attribution = batch.done.get("attribution")
    if attribution is None:
        return batch.tokens.quoted
    others: BoolArray = batch.tokens.quoted | (attribution.tokens["role"] == _CONTENT)
    return others


def sentence_findings(tokens: Tokenization, chosen: BoolArray) -> Findings:
    """Chosen sentences as passages, in order. ``chosen``: shape (n_sentences,)."""
    at = chosen.nonzero()[0]
    if not at.size:
        return _NONE
    ends = np.append(tokens.sentence_first, len(tokens))
    doc, start, end = tokens.char_span(tokens.sentence_first[at], ends[at + 1])
    return Findings(doc, start, end, np.zeros(len(doc), dtype=np.int64))


_NOTHING = np.zeros(0, dtype=np.int64)
_NOTHING.flags.writeable = False
_NONE = Findings(_NOTHING, _NOTHING, _NOTHING, _NOTHING)
