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

from credscore.annotations import Boilerplate, all_of
from credscore.extractors.boilerplate.furniture import FURNITURE_GROUPS
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
_RATED_ROWS = [KINDS.index(kind) for kind in _RATED]
_COUNTS = tuple(f"boilerplate.{kind}_count" for kind in KINDS)
_RATES = tuple(f"boilerplate.{kind}_per_100_words" for kind in _RATED)


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
    others = tokens.matches(LEXICON, *FURNITURE_GROUPS)
    if len(matches):
        matches = matches.only(~quoted[matches.start])
    if len(others):
        others = others.only(~quoted[others.start])
    block = tokens.block_of[matches.start].astype(np.int64)
    lines = describe(tokens, matches, block)
    kinds, inside = line_kinds(tokens, matches, block, lines, weights)
    passages: Passages = find_passages(tokens, matches, block, lines, kinds, others)
    owner = tokens.block_of
    body = (kinds == ARTICLE).take(owner)
    for first, end in zip(passages.aside_first.tolist(), passages.aside_end.tolist(), strict=True):
        body[first:end] = False
    shown = ((kinds >= 0) & (kinds < len(KINDS))).nonzero()[0]
    stretch = inside.take(owner)
    if not shown.size and not passages.first.size:
        return Found(_NOTHING, _NOTHING, _NOTHING, body, stretch)
    line_end = np.append(tokens.block_first, len(tokens))[shown + 1]
    starts = np.concatenate([tokens.block_first[shown], passages.first])
    order = starts.argsort(kind="stable")
    return Found(
        first=starts[order],
        end=np.concatenate([line_end, passages.end])[order],
        kind=np.concatenate([kinds[shown], passages.kind])[order],
        body=body,
        stretch=stretch,
    )


_NOTHING = np.zeros(0, dtype=np.int64)
_NOTHING.flags.writeable = False
_NOT_FOUND = Findings(_NOTHING, _NOTHING, _NOTHING, _NOTHING, KINDS)


def _tables(found: Found, doc: IntArray, start: IntArray, end: IntArray) -> dict[str, Findings]:
    """All findings, and those of each kind."""
    if not doc.size:
        return {"all": _NOT_FOUND, **dict.fromkeys(KINDS, _NOT_FOUND)}
    kinds = found.kind
    tables = {"all": Findings(doc, start, end, kinds, KINDS)}
    seen = set(kinds.tolist())
    for number, kind in enumerate(KINDS):
        if number not in seen:
            tables[kind] = _NOT_FOUND
        elif len(seen) == 1:
            tables[kind] = tables["all"]
        else:
            rows = (kinds == number).nonzero()[0]
            tables[kind] = Findings(doc[rows], start[rows], end[rows], kinds[rows], KINDS)
    return tables


def _values(
    found: Found, tokens: Tokenization, doc: IntArray
) -> dict[str, npt.NDArray[np.float64]]:
    everything = tokens.per_doc(tokens.is_word)
    words = everything
    if not found.body.all():
        words = tokens.per_doc(found.body & tokens.is_word)
    unknown = everything == 0
    n_kinds = len(KINDS)
    pairs = np.bincount(doc * n_kinds + found.kind, minlength=tokens.n_docs * n_kinds)
    counts = pairs.reshape(tokens.n_docs, n_kinds).T.astype(np.float64)
    values = dict(zip(_COUNTS, counts, strict=True))
    values["boilerplate.body_words"] = words.astype(np.float64)
    values["boilerplate.outside_share"] = (everything - words) / np.maximum(everything, 1)
    rates = np.minimum(100 * counts[_RATED_ROWS] / np.maximum(words, 1), 100.0)
    values.update(zip(_RATES, rates, strict=True))
    if unknown.any():
        return {name: np.where(unknown, np.nan, column) for name, column in values.items()}
    return values


class BoilerplateExtractor:
    """See the module's docstring."""

    name = "boilerplate"
    version = 2
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
            nowhere = np.zeros(0, dtype=np.bool_)
            found = Found(_NOTHING, _NOTHING, _NOTHING, nowhere, nowhere)
        doc, start, end = tokens.char_span(found.first, found.end)
        tables = _tables(found, doc, start, end)
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
        starts, ends = table.start[rows].tolist(), table.end[rows].tolist()
        kinds = map(KINDS.__getitem__, table.kind[rows].tolist())
        return all_of(Boilerplate, len(starts), starts, ends, kinds)


EXTRACTOR = BoilerplateExtractor()
