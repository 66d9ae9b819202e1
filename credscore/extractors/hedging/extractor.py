"""Hedging: how far the writer commits to what the article says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from credscore.annotations import Hedge
from credscore.extractors.hedging.cues import KINDS, LEXICON, Cues, find_cues
from credscore.extractors.hedging.measures import FEATURES, REASONS
from credscore.features import Extraction, Findings
from credscore.registry import Batch
from credscore.tokenization import Tokenization

__all__ = ["HedgingExtractor"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_CONTENT = 3  # role of attributed content, see the attribution extractor
# Which kinds make up which rate; each kind counts once.
_TABLES = {
    "hedges": ("modal", "epistemic", "verb", "first_person", "reported", "frequency", "softener"),
    "weasels": ("weasel",),
    "approximations": ("approximator",),
    "boosters": ("booster",),
}
_TABLE_OF_KIND = np.array(
    [next(i for i, kinds in enumerate(_TABLES.values()) if kind in kinds) for kind in KINDS]
)


class HedgingExtractor:
    """Finds hedges, weasel attributions, approximations and boosters.

    A cue inside quotation marks, or inside what the article attributes to somebody, is the
    speaker's and counts apart from the writer's own.
    """

    name = "hedging"
    version = 1
    after = ("attribution", "boilerplate")
    features = FEATURES
    lexicons = (LEXICON,)
    annotations = ("hedges",)

    def extract(self, batch: Batch) -> Extraction:
        """Find the cues of all articles and count them by kind and by speaker."""
        tokens, body = batch.tokens, batch.body
        cues = find_cues(tokens)
        if not body.all():
            inside = body[cues.start]
            cues = Cues(cues.start[inside], cues.end[inside], cues.kind[inside])
        others = _others_words(batch)
        words = tokens.is_word & body
        own_words = tokens.per_doc(words & ~others)
        quoted = others[cues.start]
        table = np.where(quoted, len(_TABLES), _TABLE_OF_KIND[cues.kind])
        counts = _counts(tokens, cues, table, quoted)
        return Extraction(
            values=_values(counts, own_words, tokens.per_doc(words)),
            reasons=REASONS,
            findings=_findings(tokens, cues, table, quoted),
        )

    def annotate(self, batch: Batch, field: str, doc: int) -> tuple[Hedge, ...]:
        """One article's cues, in order of position."""
        assert field == "hedges"
        table = batch.done[self.name].findings["cues"]
        rows = table.rows(doc)
        text = batch.documents[doc].text
        columns = table.start, table.end, table.kind, table.extra["quoted"]
        cells = zip(*(column[rows].tolist() for column in columns), strict=True)
        return tuple(
            Hedge(start, end, text[start:end].lower(), KINDS[kind], bool(quoted))
            for start, end, kind, quoted in cells
        )


def _others_words(batch: Batch) -> BoolArray:
    """Tokens that are somebody else's words: quoted, or attributed in indirect speech."""
    attribution = batch.done.get("attribution")
    if attribution is None:
        return batch.tokens.quoted
    others: BoolArray = batch.tokens.quoted | (attribution.tokens["role"] == _CONTENT)
    return others


def _counts(
    tokens: Tokenization, cues: Cues, table: IntArray, quoted: BoolArray
) -> Mapping[str, IntArray]:
    width = len(_TABLES) + 1
    cell = tokens.doc_of[cues.start] * width + table
    grid = np.bincount(cell, minlength=tokens.n_docs * width).reshape(tokens.n_docs, width)
    counts = {name: grid[:, column] for column, name in enumerate(_TABLES)}
    hedge = quoted & (_TABLE_OF_KIND[cues.kind] == 0)
    counts["quoted_hedges"] = np.bincount(tokens.doc_of[cues.start[hedge]], minlength=tokens.n_docs)
    return counts


def _values(
    counts: Mapping[str, IntArray], own_words: IntArray, words: IntArray
) -> dict[str, npt.NDArray[np.float64]]:
    values = {}
    divisor = np.maximum(own_words, 1)
    for name in _TABLES:
        rate = 100 * counts[name] / divisor
        values[f"hedging.{name}_per_100_words"] = np.where(own_words > 0, rate, np.nan)
        values[f"hedging.{name}_count"] = counts[name].astype(np.float64)
    both = counts["hedges"] + counts["quoted_hedges"]
    share = counts["quoted_hedges"] / np.maximum(both, 1)
    values["hedging.quoted_share"] = np.where(both > 0, share, np.nan)
    values["hedging.quoted_hedges_count"] = counts["quoted_hedges"].astype(np.float64)
    values["hedging.own_words_count"] = own_words.astype(np.float64)
    values["hedging.words_count"] = words.astype(np.float64)
    return values


def _findings(
    tokens: Tokenization, cues: Cues, table: IntArray, quoted: BoolArray
) -> dict[str, Findings]:
    doc, start, end = tokens.char_span(cues.start, cues.end)
    findings = {"cues": Findings(doc, start, end, cues.kind, KINDS, {"quoted": quoted})}
    chosen = {name: table == column for column, name in enumerate(_TABLES)}
    chosen["quoted_hedges"] = quoted & (_TABLE_OF_KIND[cues.kind] == 0)
    for name, mask in chosen.items():
        findings[name] = Findings(doc[mask], start[mask], end[mask], cues.kind[mask], KINDS)
    return findings
