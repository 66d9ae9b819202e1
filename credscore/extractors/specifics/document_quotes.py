"""Finds what is quoted word for word from a report, a letter, a filing or another document."""

from __future__ import annotations

import numpy as np

from credscore.annotations import SourceKind
from credscore.extractors.specifics.words import KINDS, Candidates
from credscore.registry import Batch

__all__ = ["find_document_quotes"]

_LEAST_TOKENS = 4  # what is shorter is a term or a scare quote
_SOURCE: SourceKind = "document"


def find_document_quotes(batch: Batch) -> Candidates:
    """The quoted parts of what the article attributes to a document, sorted by position."""
    attribution = batch.done.get("attribution")
    quotes = batch.tokens.quotes
    nothing = np.zeros(0, dtype=np.int64)
    none = Candidates(nothing, nothing, nothing, nothing.astype(np.bool_))
    if attribution is None or not len(quotes.first):
        return none
    table, pieces = attribution.findings["attributions"], attribution.findings["pieces"]
    if not len(table):
        return none
    direct = table.extra["direct"].astype(np.bool_, copy=False)
    wanted = direct & (table.kind == table.kinds.index(_SOURCE))
    rows = wanted[pieces.extra["owner"].astype(np.int64, copy=False)].nonzero()[0]
    if not rows.size:
        return none
    tokens = batch.tokens
    offset = tokens.doc_offset[pieces.doc[rows]]
    first = tokens.starts.searchsorted(pieces.start[rows] + offset)
    last = tokens.starts.searchsorted(pieces.end[rows] + offset)
    # Each piece with each quotation that it touches.
    low = quotes.last.searchsorted(first, side="right")
    count = np.maximum(quotes.first.searchsorted(last) - low, 0)
    piece = np.repeat(np.arange(len(rows)), count)
    before = count.cumsum() - count
    quote = np.arange(len(piece)) - before[piece] + low[piece]
    start = np.maximum(first[piece], quotes.first[quote])
    end = np.minimum(last[piece], quotes.last[quote])
    long = end - start >= _LEAST_TOKENS
    start, order = np.unique(start[long], return_index=True)
    kind = np.full(len(start), KINDS.index("quote_of_document"), dtype=np.int64)
    return Candidates(start, end[long][order], kind, np.zeros(len(start), dtype=np.bool_))
