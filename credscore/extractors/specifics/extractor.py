"""Specifics: the precise-looking claims of an article, and which of them a reader could trace."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.annotations import Specific
from credscore.extractors.specifics.document_quotes import find_document_quotes
from credscore.extractors.specifics.frames import in_address
from credscore.extractors.specifics.measures import FEATURES, REASONS
from credscore.extractors.specifics.named import find_cited, find_dated_names, find_titles
from credscore.extractors.specifics.numbers import find_numbers
from credscore.extractors.specifics.proper import find_named
from credscore.extractors.specifics.tracing import TRACEABLE, WHY, trace
from credscore.extractors.specifics.words import (
    KINDS,
    LEXICON,
    VAGUE,
    BoolArray,
    Candidates,
    IntArray,
    View,
)
from credscore.features import Extraction, Findings
from credscore.registry import Batch
from credscore.sentence_model import (
    SentenceModel,
    doc_sums,
    sentence_findings,
    sentence_sums,
    symbols_for,
)
from credscore.tokenization import NUMBER

__all__ = ["SpecificsExtractor"]

CHECKABLE = SentenceModel.read(Path(__file__).with_name("sentences.json"), "specifics.checkable")
_DATE = KINDS.index("date")


class SpecificsExtractor:
    """Finds numbers, amounts, percentages, durations and dates, studies, documents, programmes,
    laws and meetings, and quotations of documents. Dates are no claims: they place other claims.
    """

    name = "specifics"
    version = 4  # 4: no numbers in "8kun", "501(c)(3)" and "PO Box 1520"
    after = ("attribution", "boilerplate", "wording")
    features = FEATURES
    lexicons = (LEXICON, VAGUE, *CHECKABLE.lexicons)
    annotations = ("specifics",)

    def extract(self, batch: Batch) -> Extraction:
        """Find the specifics of all articles, trace them, and count."""
        tokens = batch.tokens
        view = View(tokens)
        found = _merged(
            find_titles(view),
            find_dated_names(view),
            find_cited(view),
            find_named(view),
            find_numbers(view),
        )
        found = _beside(found, find_document_quotes(batch))
        body = batch.body
        found = _only(found, body[found.start] & ~in_address(view, found.start))
        why = trace(batch, view, found)
        words = tokens.is_word & body
        in_sentence = sentence_sums(tokens, words)
        checkable = CHECKABLE.holds(tokens, symbols_for(batch), in_sentence)
        vague = tokens.matches(VAGUE)
        number_next = view.kinds(view.place[vague.end - 1] + 1) == NUMBER
        vague = vague.only(body[vague.start] & ~number_next)
        findings = _findings(batch, found, why)
        for group in VAGUE.groups:
            chosen = vague.only(vague.groups & VAGUE.bits(group) > 0)
            doc, start, end = tokens.char_span(chosen.start, chosen.end)
            findings[group] = Findings(doc, start, end, np.zeros(len(doc), dtype=np.int64))
        findings["checkable"] = sentence_findings(tokens, checkable)
        sentences = np.bincount(tokens.sentence_doc[in_sentence > 0], minlength=tokens.n_docs)
        return Extraction(
            values=_values(findings, doc_sums(tokens, in_sentence), sentences),
            reasons=REASONS,
            findings=findings,
        )

    def annotate(self, batch: Batch, field: str, doc: int) -> tuple[Specific, ...]:
        """One article's specifics, in order of position."""
        assert field == "specifics"
        table = batch.done[self.name].findings["specifics"]
        rows = table.rows(doc)
        columns = table.start, table.end, table.kind, table.extra["why"]
        cells = zip(*(column[rows].tolist() for column in columns), strict=True)
        return tuple(
            Specific(start, end, KINDS[kind], bool(TRACEABLE[why]), WHY[why])
            for start, end, kind, why in cells
        )


def _only(found: Candidates, keep: BoolArray) -> Candidates:
    return Candidates(found.start[keep], found.end[keep], found.kind[keep], found.exact[keep])


def _merged(*parts: Candidates) -> Candidates:
    """All candidates by position; of overlapping ones the first found stays."""
    start = np.concatenate([part.start for part in parts])
    end = np.concatenate([part.end for part in parts])
    kind = np.concatenate([part.kind for part in parts])
    exact = np.concatenate([part.exact for part in parts])
    order = np.lexsort((-end, start))
    found = Candidates(start[order], end[order], kind[order], exact[order])
    if len(found) < 2:
        return found
    reach = np.maximum.accumulate(found.end)
    clear = found.start[1:] >= reach[:-1]
    if clear.all():
        return found
    return _only(found, np.append(True, clear))


def _beside(found: Candidates, quotes: Candidates) -> Candidates:
    """Quotations of documents join what else was found; a number inside one stays a claim."""
    if not len(quotes):
        return found
    columns = zip(
        (found.start, found.end, found.kind, found.exact),
        (quotes.start, quotes.end, quotes.kind, quotes.exact),
        strict=True,
    )
    start, end, kind, exact = (np.concatenate(pair) for pair in columns)
    order = np.lexsort((end, start))
    return Candidates(start[order], end[order], kind[order], exact[order])


def _findings(batch: Batch, found: Candidates, why: IntArray) -> dict[str, Findings]:
    doc, start, end = batch.tokens.char_span(found.start, found.end)
    claim = found.kind != _DATE
    traced = TRACEABLE[why] if len(why) else why.astype(np.bool_)
    masks = {
        "specifics": np.ones(len(found), dtype=np.bool_),
        "claims": claim,
        "traced": claim & traced,
        "untraced": claim & ~traced,
    }
    return {
        name: Findings(doc[m], start[m], end[m], found.kind[m], KINDS, {"why": why[m]})
        for name, m in masks.items()
    }


def _values(
    findings: dict[str, Findings], words: IntArray, sentences: IntArray
) -> dict[str, npt.NDArray[np.float64]]:
    tables = ("claims", "traced", "untraced", "vague_time", "vague_quantity", "checkable")
    counts = {name: np.bincount(findings[name].doc, minlength=len(words)) for name in tables}
    rated = ("claims", "untraced", "vague_time", "vague_quantity")
    rates = 100 * np.array([counts[name] for name in rated]) / np.maximum(words, 1)
    rates = np.where(words > 0, rates, np.nan)
    values = {
        f"specifics.{name}_per_100_words": rate for name, rate in zip(rated, rates, strict=True)
    }
    claims = counts["claims"]
    share = counts["traced"] / np.maximum(claims, 1)
    values["specifics.traced_share"] = np.where(claims > 0, share, np.nan)
    part = counts["checkable"] / np.maximum(sentences, 1)
    values["specifics.checkable_sentence_share"] = np.where(sentences > 0, part, np.nan)
    values["specifics.sentences_count"] = sentences.astype(np.float64)
    for name in tables:
        values[f"specifics.{name}_count"] = counts[name].astype(np.float64)
    values["specifics.words_count"] = words.astype(np.float64)
    return values
