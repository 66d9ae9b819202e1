"""Judges single sentences by sums of integer weights: uncertain, checkable, subjective.

Extractors bring the numbers (``sentences.json`` in their folders);
``credscore.training.sentence_model`` fits them.
"""

from credscore.sentence_model.sentences import (
    doc_sums,
    others_words,
    sentence_findings,
    sentence_sums,
)
from credscore.sentence_model.weights import SentenceModel, symbols_for

__all__ = [
    "SentenceModel",
    "doc_sums",
    "others_words",
    "sentence_findings",
    "sentence_sums",
    "symbols_for",
]
