"""Attribution: who is said to have said what."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.annotations import Attribution, Span
from credscore.extractors.attribution.linking import CONTENT, ROLE, Links, link
from credscore.extractors.attribution.measures import FEATURES, NO_WORDS, NOTHING_ATTRIBUTED
from credscore.extractors.attribution.resolution import resolve
from credscore.extractors.attribution.source_kinds import (
    ANONYMOUS,
    KINDS,
    NAMED,
    PRONOUN,
    Sources,
    type_sources,
)
from credscore.extractors.attribution.tagger import model_words, tag
from credscore.extractors.attribution.wordlists import LEXICON
from credscore.features import Extraction, Findings
from credscore.registry import Batch
from credscore.tokenization import Tokenization

__all__ = ["AttributionExtractor"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


class AttributionExtractor:
    """Finds sources, cues and what is attributed to them.

    ``Extraction.tokens["role"]`` gives each token's role (``linking.ROLE``: 0 none, 1 source,
    2 cue, 3 content) to the extractors that run later.
    """

    name = "attribution"
    version = 1
    after = ("boilerplate",)
    features = FEATURES
    lexicons = (LEXICON, model_words())
    annotations = ("attributions",)

    def extract(self, batch: Batch) -> Extraction:
        """Tag every token, join the tags into attributions, and measure."""
        tokens = batch.tokens
        labels = tag(tokens)
        links = link(labels, tokens)
        sources = type_sources(links, tokens)
        role = ROLE[labels]
        measured = _Measured(batch, role, links, sources)
        return Extraction(
            values=measured.values(),
            reasons={
                **dict.fromkeys((f.name for f in FEATURES), NO_WORDS),
                "attribution.anonymous_share": NOTHING_ATTRIBUTED,
            },
            findings=measured.findings(),
            tokens={"role": role},
        )

    def annotate(self, batch: Batch, field: str, doc: int) -> tuple[Attribution, ...]:
        """One article's attributions, in order of position."""
        assert field == "attributions"
        findings = batch.done[self.name].findings
        table, pieces = findings["attributions"], findings["pieces"]
        rows, piece_rows = table.rows(doc), pieces.rows(doc)
        spans: dict[int, list[Span]] = {}
        columns = (
            pieces.extra["owner"][piece_rows],
            pieces.start[piece_rows],
            pieces.end[piece_rows],
        )
        for owner, start, end in zip(*(column.tolist() for column in columns), strict=True):
            spans.setdefault(owner, []).append(Span(start, end))
        parts = ("source_first", "source_last", "source_head")
        sources = [table.extra[part][rows].tolist() for part in parts]
        sources.append(table.kind[rows].tolist())
        names = resolve(batch.tokens, batch.documents[doc].text, doc, sources)
        return _attributions(table, rows, spans, names)


def _attributions(
    table: Findings, rows: slice, spans: dict[int, list[Span]], names: list[str | None]
) -> tuple[Attribution, ...]:
    parts = ("source_start", "source_end", "cue_start", "cue_end", "direct", "weak")
    columns = [table.start, table.end, table.kind, *(table.extra[part] for part in parts)]
    lists = [column[rows].tolist() for column in columns]
    numbers = range(rows.start, rows.stop)
    return tuple(
        Attribution(
            start=start,
            end=end,
            source=_span(source_start, source_end),
            cue=_span(cue_start, cue_end),
            content=tuple(spans.get(row, ())),
            source_kind=KINDS[kind],
            direct=direct,
            weak=weak,
            resolved=name,
        )
        for row, name, start, end, kind, source_start, source_end, cue_start, cue_end, direct, weak
        in zip(numbers, names, *lists, strict=True)
    )  # fmt: skip


def _span(start: int, end: int) -> Span | None:
    return Span(start, end) if start >= 0 else None


class _Measured:
    """Counts and passages of one batch."""

    def __init__(
        self, batch: Batch, role: npt.NDArray[np.uint8], links: Links, sources: Sources
    ) -> None:
        self.tokens: Tokenization = batch.tokens
        self.links, self.sources = links, sources
        self.words = self.tokens.is_word & batch.body
        self.content = (role == CONTENT) & batch.body
        self.direct = self.content & self.tokens.quoted
        self.doc = self.tokens.doc_of[links.first].astype(np.int64)
        self.in_body = batch.body[links.first] if len(links) else np.zeros(0, dtype=np.bool_)
        self.has_source = links.source_first >= 0
        self._find_distinct()
        self._find_sentences(role > 0)

    def _find_distinct(self) -> None:
        """The first attribution of every different source: sources with one head word are one."""
        able = np.flatnonzero(self.has_source & self.in_body & (self.sources.kind != PRONOUN))
        keys = self.tokens.hashes[self.sources.head[able]]
        order = able[np.lexsort((able, keys, self.doc[able]))]
        hashes = self.tokens.hashes[self.sources.head[order]]
        fresh = np.ones(len(order), dtype=np.bool_)
        fresh[1:] = (hashes[1:] != hashes[:-1]) | (self.doc[order][1:] != self.doc[order][:-1])
        self.distinct = np.zeros(len(self.links), dtype=np.bool_)
        self.distinct[order[fresh]] = True

    def _find_sentences(self, tagged: BoolArray) -> None:
        tokens = self.tokens
        sentence_words = tokens.per_sentence(self.words)
        self.real = sentence_words > 0
        self.attributed = self.real & (tokens.per_sentence(tagged & self.words) > 0)
        # Runs of sentences without any source: words run up to each sentence, reset at others.
        doc = tokens.sentence_doc
        stop = self.attributed.copy()
        if len(stop):
            stop[1:] |= doc[1:] != doc[:-1]
            stop[0] = True
        total = np.cumsum(np.where(self.attributed, 0, sentence_words))
        starts = np.flatnonzero(stop)
        before = total - np.where(self.attributed, 0, sentence_words)
        opened = starts[np.cumsum(stop) - 1] if len(stop) else starts
        run = total - before[opened]
        self.longest = np.zeros(tokens.n_docs, dtype=np.int64)
        np.maximum.at(self.longest, doc, run)
        at = np.flatnonzero((run == self.longest[doc]) & (run > 0))
        _, first_of_doc = np.unique(doc[at], return_index=True)
        last = at[first_of_doc]
        first = opened[last] + self.attributed[opened[last]]
        bounds = np.append(tokens.sentence_first, len(tokens))
        self.unattributed = bounds[first], bounds[last + 1]

    def _count(self, mask: BoolArray) -> IntArray:
        return np.bincount(self.doc[mask & self.in_body], minlength=self.tokens.n_docs)

    def values(self) -> dict[str, npt.NDArray[np.float64]]:
        tokens, kind = self.tokens, self.sources.kind
        words = tokens.per_doc(self.words)
        everything = np.ones(len(kind), dtype=np.bool_)
        n_docs = tokens.n_docs
        sentence_doc = tokens.sentence_doc
        counts = {
            "named_sources_count": self._count(self.distinct & (kind == NAMED)),
            "sources_count": self._count(self.distinct),
            "anonymous_count": self._count(kind == ANONYMOUS),
            "weak_count": self._count(self.sources.weak),
            "attributions_count": self._count(everything),
            "attributed_sentences_count": np.bincount(
                sentence_doc[self.attributed], minlength=n_docs
            ),
            "sentences_count": np.bincount(sentence_doc[self.real], minlength=n_docs),
            "body_words": words,
            "longest_unattributed_words": self.longest,
        }
        quotients = {
            "word_share": (tokens.per_doc(self.content & self.words), words, 1),
            "sentence_share": (counts["attributed_sentences_count"], counts["sentences_count"], 1),
            "direct_quote_share": (tokens.per_doc(self.direct & self.words), words, 1),
            "anonymous_share": (counts["anonymous_count"], counts["attributions_count"], 1),
            "longest_unattributed_share": (self.longest, words, 1),
            "sources_per_100_words": (counts["sources_count"], words, 100),
            "named_sources_per_100_words": (counts["named_sources_count"], words, 100),
            "weak_per_100_words": (counts["weak_count"], words, 100),
        }
        values = {name: np.where(words > 0, count, np.nan) for name, count in counts.items()}
        for name, (part, whole, scale) in quotients.items():
            values[name] = np.where(whole > 0, scale * part / np.maximum(whole, 1), np.nan)
        return {f"attribution.{name}": column for name, column in values.items()}

    def _passages(self, first: IntArray, end: IntArray) -> Findings:
        doc, start, stop = self.tokens.char_span(first, end)
        return Findings(doc, start, stop, np.zeros(len(doc), dtype=np.int64))

    def _chosen(self, mask: BoolArray) -> Findings:
        """The sources of the chosen attributions, or the cue where there is no source."""
        links, at = self.links, np.flatnonzero(mask & self.in_body)
        named = links.source_first[at] >= 0
        first = np.where(named, links.source_first[at], links.first[at])
        end = np.where(named, links.source_end[at], links.end[at])
        order = np.argsort(first, kind="stable")
        return self._passages(first[order], end[order])

    def findings(self) -> dict[str, Findings]:
        links, kind = self.links, self.sources.kind
        pieces = self._passages(links.piece_first, links.piece_end)
        quotes = self.tokens.quotes
        inside = np.concatenate([[0], np.cumsum(self.direct)])
        quoting = np.flatnonzero(inside[quotes.last] > inside[quotes.first])
        return {
            "attributions": self._table(),
            "pieces": Findings(
                pieces.doc,
                pieces.start,
                pieces.end,
                pieces.kind,
                extra={"owner": links.piece_owner},
            ),
            "content": pieces,
            "direct": self._passages(quotes.first[quoting], quotes.last[quoting]),
            "sources": self._chosen(self.distinct),
            "named": self._chosen(self.distinct & (kind == NAMED)),
            "anonymous": self._chosen(kind == ANONYMOUS),
            "weak": self._chosen(self.sources.weak),
            "unattributed": self._passages(*self.unattributed),
        }

    def _table(self) -> Findings:
        links, tokens = self.links, self.tokens
        doc, start, end = tokens.char_span(links.first, links.end)
        quoted = np.concatenate([[0], np.cumsum(self.direct)])
        direct = np.zeros(len(links), dtype=np.int64)
        np.add.at(direct, links.piece_owner, quoted[links.piece_end] - quoted[links.piece_first])
        extra: dict[str, npt.NDArray[np.generic]] = {
            "direct": direct > 0,
            "weak": self.sources.weak,
            "source_first": links.source_first,
            "source_last": links.source_end,
            "source_head": self.sources.head,
        }
        for name in ("source", "cue"):
            first, last = getattr(links, f"{name}_first"), getattr(links, f"{name}_end")
            there = first >= 0
            low = tokens.starts[np.maximum(first, 0)] - tokens.doc_offset[doc]
            high = tokens.ends[np.maximum(last, 1) - 1] - tokens.doc_offset[doc]
            extra[f"{name}_start"] = np.where(there, low, -1)
            extra[f"{name}_end"] = np.where(there, high, -1)
        return Findings(doc, start, end, self.sources.kind, KINDS, extra)
