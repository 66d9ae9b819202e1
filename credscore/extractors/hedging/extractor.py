"""Hedging: how far the writer commits to what the article says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.annotations import Hedge
from credscore.extractors.hedging.cues import KINDS, LEXICON, Cues, find_cues
from credscore.extractors.hedging.measures import FEATURES, REASONS
from credscore.features import Extraction, Findings
from credscore.registry import Batch
from credscore.sentence_model import (
    SentenceModel,
    doc_sums,
    others_words,
    sentence_findings,
    sentence_sums,
    symbols_for,
)
from credscore.tokenization import Tokenization

__all__ = ["HedgingExtractor"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

UNCERTAIN = SentenceModel.read(Path(__file__).with_name("sentences.json"), "hedging.uncertain")
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
    version = 3  # 3: rank and choice ("one of the best") are no weasels; 2: neighbouring symbols
    after = ("attribution", "boilerplate", "wording")
    features = FEATURES
    lexicons = (LEXICON, *UNCERTAIN.lexicons)
    annotations = ("hedges",)

    def extract(self, batch: Batch) -> Extraction:
        """Find the cues of all articles and count them by kind and by speaker."""
        tokens, body = batch.tokens, batch.body
        cues = find_cues(tokens)
        if not body.all():
            inside = body[cues.start]
            cues = Cues(cues.start[inside], cues.end[inside], cues.kind[inside])
        others = others_words(batch)
        words = tokens.is_word & body
        in_all = sentence_sums(tokens, words)
        words &= ~others
        in_own = sentence_sums(tokens, words)
        own_words, all_words = doc_sums(tokens, in_own), doc_sums(tokens, in_all)
        quoted = others[cues.start]
        table = np.where(quoted, len(_TABLES), _TABLE_OF_KIND[cues.kind])
        counts = _counts(tokens, cues, table, quoted)
        own = (in_own > 0) & (2 * in_own >= in_all)  # at least half of the words are the writer's
        uncertain = own & UNCERTAIN.holds(tokens, symbols_for(batch), in_all)
        for name, mask in (("sentences", own), ("uncertain", uncertain)):
            counts[name] = np.bincount(tokens.sentence_doc[mask], minlength=tokens.n_docs)
        findings = _findings(tokens, cues, table, quoted)
        findings["uncertain"] = sentence_findings(tokens, uncertain)
        return Extraction(
            values=_values(counts, own_words, all_words),
            reasons=REASONS,
            findings=findings,
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


_NOTHING = np.zeros(0, dtype=np.int64)
_NOTHING.flags.writeable = False
_NO_CUES = Findings(_NOTHING, _NOTHING, _NOTHING, _NOTHING, KINDS)


def _counts(
    tokens: Tokenization, cues: Cues, table: IntArray, quoted: BoolArray
) -> dict[str, IntArray]:
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
    rates = 100 * np.stack([counts[name] for name in _TABLES]) / np.maximum(own_words, 1)
    rates[:, own_words == 0] = np.nan
    for name, rate in zip(_TABLES, rates, strict=True):
        values[f"hedging.{name}_per_100_words"] = rate
        values[f"hedging.{name}_count"] = counts[name].astype(np.float64)
    sentences, uncertain = counts["sentences"], counts["uncertain"]
    part = uncertain / np.maximum(sentences, 1)
    part[sentences == 0] = np.nan
    values["hedging.uncertain_sentence_share"] = part
    values["hedging.sentences_count"] = sentences.astype(np.float64)
    values["hedging.uncertain_count"] = uncertain.astype(np.float64)
    both = counts["hedges"] + counts["quoted_hedges"]
    share = counts["quoted_hedges"] / np.maximum(both, 1)
    share[both == 0] = np.nan
    values["hedging.quoted_share"] = share
    values["hedging.quoted_hedges_count"] = counts["quoted_hedges"].astype(np.float64)
    values["hedging.own_words_count"] = own_words.astype(np.float64)
    values["hedging.words_count"] = words.astype(np.float64)
    return values


def _findings(
    tokens: Tokenization, cues: Cues, table: IntArray, quoted: BoolArray
) -> dict[str, Findings]:
    doc, start, end = tokens.char_span(cues.start, cues.end)
    findings = {"cues": Findings(doc, start, end, cues.kind, KINDS, {"quoted": quoted})}
    seen = set(table.tolist())
    chosen = {name: table == column for column, name in enumerate(_TABLES) if column in seen}
    if len(_TABLES) in seen:
        chosen["quoted_hedges"] = quoted & (_TABLE_OF_KIND[cues.kind] == 0)
    findings |= dict.fromkeys((*_TABLES, "quoted_hedges"), _NO_CUES)
    for name, mask in chosen.items():
        rows = mask.nonzero()[0]
        findings[name] = Findings(doc[rows], start[rows], end[rows], cues.kind[rows], KINDS)
    return findings
