"""Finds what is not the article: navigation, calls to the reader, selling, small print and
scaffolding.

Lines are judged by a small additive classifier of how they look and where they stand; sentences of
running text by strong phrases alone. Offsets are code points into ``Document.text``, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.annotations import Boilerplate
from credscore.extractors.boilerplate.kinds import ARTICLE, KINDS, line_kinds
from credscore.extractors.boilerplate.lines import LEXICON, PHRASE_GROUPS, describe
from credscore.extractors.boilerplate.passages import Passages, find_passages
from credscore.extractors.boilerplate.sentences import FEATURES
from credscore.extractors.boilerplate.weights import Weights, read_weights
from credscore.features import Extraction, Findings
from credscore.registry import Batch
from credscore.tokenization import Tokenization

__all__ = ["EXTRACTOR", "BoilerplateExtractor", "Found", "find"]

IntArray = npt.NDArray[np.int64]

_WEIGHTS = read_weights()
_NO_WORDS = "the text holds no words"
_RATED = ("engagement", "promotion", "template")  # kinds that say something about quality


@dataclass(frozen=True, slots=True)
class Found:
    """Token ranges of everything found, the mask of the article's own tokens, and the mask of the
    stretch of lines in which it stands, furniture between its paragraphs included.
    """

    first: IntArray
    end: IntArray
    kind: IntArray
    body: npt.NDArray[np.bool_]
    stretch: npt.NDArray[np.bool_]


def find(tokens: Tokenization, quoted: npt.NDArray[np.bool_], weights: Weights) -> Found:
    """Find everything in a batch that is not empty."""
    matches = tokens.matches(LEXICON, *PHRASE_GROUPS)
    matches = matches.only(~quoted[matches.start])
    block = tokens.block_of[matches.start].astype(np.int64)
    lines = describe(tokens, matches, block)
    kinds, inside = line_kinds(tokens, matches, block, lines, weights)
    passages: Passages = find_passages(tokens, matches, block, lines, kinds)
    article = kinds == ARTICLE
    lengths = np.diff(np.append(tokens.block_first, len(tokens)))
    body = np.repeat(article, lengths)
    for first, end in zip(passages.aside_first.tolist(), passages.aside_end.tolist(), strict=True):
        body[first:end] = False
    shown = np.flatnonzero((kinds >= 0) & (kinds < len(KINDS)))
    line_end = np.append(tokens.block_first, len(tokens))[shown + 1]
    first = np.concatenate([tokens.block_first[shown], passages.first])
    order = np.argsort(first, kind="stable")
    return Found(
        first=first[order],
        end=np.concatenate([line_end, passages.end])[order],
        kind=np.concatenate([kinds[shown], passages.kind])[order],
        body=body,
        stretch=np.repeat(inside, lengths),
    )


def _values(
    found: Found, tokens: Tokenization, doc: IntArray
) -> dict[str, npt.NDArray[np.float64]]:
    words = tokens.per_doc(found.body & tokens.is_word)
    everything = tokens.per_doc(tokens.is_word)
    unknown = everything == 0
    n_kinds = len(KINDS)
    pairs = np.bincount(doc * n_kinds + found.kind, minlength=tokens.n_docs * n_kinds)
    counts = pairs.reshape(tokens.n_docs, n_kinds).astype(np.float64)
    values = {f"boilerplate.{kind}_count": counts[:, row] for row, kind in enumerate(KINDS)}
    values["boilerplate.body_words"] = words.astype(np.float64)
    values["boilerplate.outside_share"] = (everything - words) / np.maximum(everything, 1)
    for kind in _RATED:
        rate = 100 * values[f"boilerplate.{kind}_count"] / np.maximum(words, 1)
        values[f"boilerplate.{kind}_per_100_words"] = np.minimum(rate, 100.0)
    if unknown.any():
        return {name: np.where(unknown, np.nan, column) for name, column in values.items()}
    return values


class BoilerplateExtractor:
    """See the module's docstring."""

    name = "boilerplate"
    version = 1
    after: tuple[str, ...] = ()
    features = FEATURES
    lexicons = (LEXICON,)
    annotations = ("boilerplate",)

    def extract(self, batch: Batch) -> Extraction:
        """Measure every article of the batch; ``tokens["body"]`` marks the article's own tokens."""
        tokens = batch.tokens
        if len(tokens):
            found = find(tokens, tokens.quoted, _WEIGHTS)
        else:
            nothing = np.zeros(0, dtype=np.int64)
            nowhere = np.zeros(0, dtype=np.bool_)
            found = Found(nothing, nothing, nothing, nowhere, nowhere)
        doc, start, end = tokens.char_span(found.first, found.end)
        tables = {"all": Findings(doc, start, end, found.kind, KINDS)}
        for kind in KINDS:
            rows = found.kind == KINDS.index(kind)
            tables[kind] = Findings(doc[rows], start[rows], end[rows], found.kind[rows], KINDS)
        values = _values(found, tokens, doc)
        return Extraction(
            values=values,
            reasons=dict.fromkeys(values, _NO_WORDS),
            findings=tables,
            tokens={"body": found.body, "stretch": found.stretch},
        )

    def annotate(self, batch: Batch, field: str, doc: int) -> tuple[Any, ...]:  # noqa: ARG002  one field
        """The passages found in one article."""
        table = batch.done[self.name].findings["all"]
        rows = table.rows(doc)
        columns = table.start[rows].tolist(), table.end[rows].tolist(), table.kind[rows].tolist()
        return tuple(Boilerplate(a, b, KINDS[k]) for a, b, k in zip(*columns, strict=True))


EXTRACTOR = BoilerplateExtractor()
