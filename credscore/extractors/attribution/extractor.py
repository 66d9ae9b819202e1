"""Attribution: who is said to have said what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import numpy.typing as npt

from credscore.annotations import Attribution, Span
from credscore.extractors.attribution.columns import sentence_ends
from credscore.extractors.attribution.linking import CONTENT, Links, link, roles
from credscore.extractors.attribution.measures import FEATURES, NO_WORDS, NOTHING_ATTRIBUTED
from credscore.extractors.attribution.resolution import name_words, resolve
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

# By role: words, words with a role, and words of content side by side, 21 bits each.
_COUNTED = np.array([1, 1 + (1 << 21), 1 + (1 << 21), 1 + (1 << 21) + (1 << 42)])
_COUNT = (1 << 21) - 1
assert CONTENT == 3
_QUOTED_WORDS = 2


class AttributionExtractor:
    """Finds sources, cues and what is attributed to them.

    ``Extraction.tokens["role"]`` gives each token's role (``linking.ROLE``: 0 none, 1 source,
    2 cue, 3 content) to the extractors that run later.
    """

    name = "attribution"
    version = 4
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
        role = roles(labels)
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
        # Made for the whole batch when the first annotation is asked for; scoring needs it not.
        known = cast("dict[str, npt.NDArray[np.bool_]]", batch.done[self.name].tokens)
        if "name" not in known:
            known["name"] = name_words(batch.tokens)
        names = resolve(batch.tokens, known["name"], batch.documents[doc].text, doc, sources)
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


def _before(mask: BoolArray) -> npt.NDArray[np.int32]:
    """How many tokens of a mask stand before each token, and before the end."""
    count = np.zeros(len(mask) + 1, dtype=np.int32)
    mask.cumsum(dtype=np.int32, out=count[1:])
    return count


class _Measured:
    """Counts and passages of one batch."""

    def __init__(
        self, batch: Batch, role: npt.NDArray[np.uint8], links: Links, sources: Sources
    ) -> None:
        self.tokens: Tokenization = batch.tokens
        self.links, self.sources = links, sources
        body = batch.body
        self.words = self.tokens.is_word & body
        self.direct = (role == CONTENT) & body
        self.direct &= self.tokens.quoted
        self.vouched = self.direct & self._vouched_for()
        self.doc = self.tokens.doc_of[links.first].astype(np.int64)
        self.in_body = body[links.first]
        self.has_source = links.source_first >= 0
        self._find_distinct()
        self._find_sentences(role)

    def _vouched_for(self) -> npt.NDArray[np.bool_]:
        """Tokens of contents whose source stands in their own or a neighbouring sentence and is no
        vague one: quotation marks alone, or "officials said", are cheap.
        """
        links, sentence = self.links, self.tokens.sentence_of
        source_at = sentence[np.maximum(links.source_first, 0)][links.piece_owner]
        near = source_at >= sentence[links.piece_first] - 1
        near &= source_at <= sentence[links.piece_end - 1] + 1
        near &= ((links.source_first >= 0) & ~self.sources.weak)[links.piece_owner]
        edges = np.zeros(len(sentence) + 1, dtype=np.int64)
        np.add.at(edges, links.piece_first[near], 1)
        np.add.at(edges, links.piece_end[near], -1)
        covered: npt.NDArray[np.bool_] = edges[:-1].cumsum() > 0
        return covered

    def _find_distinct(self) -> None:
        """The first attribution of every different source: sources with one head word are one."""
        self.distinct = np.zeros(len(self.links), dtype=np.bool_)
        able = (self.has_source & self.in_body & (self.sources.kind != PRONOUN)).nonzero()[0]
        if not able.size:
            return
        keys, doc = self.tokens.hashes[self.sources.head[able]], self.doc[able]
        order = np.lexsort((keys, doc))  # stable: of equals the first stays in front
        keys, doc = keys[order], doc[order]
        fresh = np.ones(len(order), dtype=np.bool_)
        fresh[1:] = (keys[1:] != keys[:-1]) | (doc[1:] != doc[:-1])
        self.distinct[able[order[fresh]]] = True

    def _find_sentences(self, role: npt.NDArray[np.uint8]) -> None:
        tokens = self.tokens
        counts = _COUNTED.take(role)
        counts *= self.words
        if len(counts):
            counts = np.add.reduceat(counts, tokens.sentence_first)
        sentence_words = counts & _COUNT
        self.sentence_words, self.content_words = sentence_words, counts >> 42
        self.real = sentence_words > 0
        self.attributed = counts >> 21 & _COUNT > 0
        # Runs of sentences without any source: words run up to each sentence, reset at others.
        doc = tokens.sentence_doc
        stop = self.attributed.copy()
        stop[1:] |= doc[1:] != doc[:-1]
        stop[:1] = True
        own = sentence_words * ~self.attributed
        total = own.cumsum()
        starts = stop.nonzero()[0]
        opened = starts[stop.cumsum() - 1]
        run = total - (total - own)[opened]
        self.longest = np.zeros(tokens.n_docs, dtype=np.int64)
        np.maximum.at(self.longest, doc, run)
        at = ((run == self.longest[doc]) & (run > 0)).nonzero()[0]
        fresh = np.ones(len(at), dtype=np.bool_)
        fresh[1:] = doc[at[1:]] != doc[at[:-1]]
        last = at[fresh]
        first = opened[last]
        first = first + self.attributed[first]
        self.unattributed = tokens.sentence_first[first], sentence_ends(tokens)[last]

    def _count(self, mask: BoolArray) -> IntArray:
        return np.bincount(self.doc[mask & self.in_body], minlength=self.tokens.n_docs)

    def _per_doc(self, column: IntArray) -> IntArray:
        """Sums of a sentence column; exact, for they stay far below 2**53."""
        sums = np.bincount(self.tokens.sentence_doc, column, self.tokens.n_docs)
        return sums.astype(np.int64)

    def _direct_words(self) -> IntArray:
        return self.tokens.per_doc(self.vouched & self.words)

    def values(self) -> dict[str, npt.NDArray[np.float64]]:
        tokens, kind = self.tokens, self.sources.kind
        words = self._per_doc(self.sentence_words)
        n_docs = tokens.n_docs
        sentence_doc = tokens.sentence_doc
        counts = {
            "named_sources_count": self._count(self.distinct & (kind == NAMED)),
            "sources_count": self._count(self.distinct),
            "anonymous_count": self._count(kind == ANONYMOUS),
            "weak_count": self._count(self.sources.weak),
            "attributions_count": np.bincount(self.doc[self.in_body], minlength=n_docs),
            "attributed_sentences_count": np.bincount(
                sentence_doc[self.attributed], minlength=n_docs
            ),
            "sentences_count": np.bincount(sentence_doc[self.real], minlength=n_docs),
            "body_words": words,
            "longest_unattributed_words": self.longest,
        }
        quotients = {
            "word_share": (self._per_doc(self.content_words), words, 1),
            "sentence_share": (counts["attributed_sentences_count"], counts["sentences_count"], 1),
            "direct_quote_share": (self._direct_words(), words, 1),
            "anonymous_share": (counts["anonymous_count"], counts["attributions_count"], 1),
            "longest_unattributed_share": (self.longest, words, 1),
            "sources_per_100_words": (counts["sources_count"], words, 100),
            "named_sources_per_100_words": (counts["named_sources_count"], words, 100),
            "weak_per_100_words": (counts["weak_count"], words, 100),
        }
        parts, wholes, scales = zip(*quotients.values(), strict=True)
        whole = np.array(wholes)
        part = np.array(parts) * np.array(scales)[:, None]
        shares = np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
        columns = np.where(words > 0, np.array(list(counts.values())), np.nan)
        names = [f"attribution.{name}" for name in (*counts, *quotients)]
        return dict(zip(names, (*columns, *shares), strict=True))

    def _chosen(self, *masks: BoolArray) -> list[tuple[IntArray, IntArray]]:
        """For each mask the sources of the attributions chosen, in order of position; the whole
        attribution where there is no source.
        """
        links, there = self.links, self.has_source
        first = np.where(there, links.source_first, links.first)
        end = np.where(there, links.source_end, links.end)
        order = first.argsort(kind="stable")
        order = order[self.in_body[order]]
        chosen = [order[mask[order]] for mask in masks]
        return [(first[at], end[at]) for at in chosen]

    def findings(self) -> dict[str, Findings]:
        links, kind, quotes = self.links, self.sources.kind, self.tokens.quotes
        inside = _before(self.vouched)
        quoting = (inside[quotes.last] > inside[quotes.first]).nonzero()[0]
        named = self.distinct & (kind == NAMED)
        spans = [
            (links.piece_first, links.piece_end),
            (quotes.first[quoting], quotes.last[quoting]),
            *self._chosen(self.distinct, named, kind == ANONYMOUS, self.sources.weak),
            self.unattributed,
        ]
        names = ("content", "direct", "sources", "named", "anonymous", "weak", "unattributed")
        found = dict(zip(names, self._passages(spans), strict=True))
        pieces = found["content"]
        return {
            "attributions": self._table(),
            "pieces": Findings(
                pieces.doc,
                pieces.start,
                pieces.end,
                pieces.kind,
                extra={"owner": links.piece_owner},
            ),
            **found,
        }

    def _passages(self, spans: list[tuple[IntArray, IntArray]]) -> Iterator[Findings]:
        """Tables of some lists of token ranges, turned into passages all at once."""
        firsts, ends = zip(*spans, strict=True)
        doc, start, end = self.tokens.char_span(np.concatenate(firsts), np.concatenate(ends))
        kind = np.zeros(len(doc), dtype=np.int64)
        low = 0
        for first in firsts:
            rows = slice(low, low + len(first))
            yield Findings(doc[rows], start[rows], end[rows], kind[rows])
            low = rows.stop

    def _piece_words(self, mask: BoolArray | None) -> IntArray:
        """Words of each attribution's content, of those in ``mask``."""
        is_word, links = self.tokens.is_word, self.links
        words = _before(is_word if mask is None else is_word & mask)
        counts = np.zeros(len(links), dtype=np.int64)
        np.add.at(counts, links.piece_owner, words[links.piece_end] - words[links.piece_first])
        return counts

    def _quoting(self) -> BoolArray:
        """Attributions that quote: two of their words stand in quotation marks, or all of them. One
        word in marks inside a report is more often irony or a term.
        """
        quoted, written = self._piece_words(self.direct), self._piece_words(None)
        found: BoolArray = (quoted >= _QUOTED_WORDS) | ((quoted > 0) & (quoted == written))
        return found

    def _table(self) -> Findings:
        links, tokens = self.links, self.tokens
        doc, start, end = tokens.char_span(links.first, links.end)
        offset = tokens.doc_offset[doc]
        extra: dict[str, npt.NDArray[np.generic]] = {
            "direct": self._quoting(),
            "weak": self.sources.weak,
            "source_first": links.source_first,
            "source_last": links.source_end,
            "source_head": self.sources.head,
        }
        for name in ("source", "cue"):
            first, last = getattr(links, f"{name}_first"), getattr(links, f"{name}_end")
            there = first >= 0
            low = tokens.starts[np.maximum(first, 0)] - offset
            high = tokens.ends[np.maximum(last, 1) - 1] - offset
            extra[f"{name}_start"] = np.where(there, low, -1)
            extra[f"{name}_end"] = np.where(there, high, -1)
        return Findings(doc, start, end, self.sources.kind, KINDS, extra)
