"""One pass over a batch of articles, from characters to numpy arrays.

A ``Tokenization`` always covers a batch: a single article is a batch of one. Positions of tokens,
sentences and blocks count through the whole batch; ``char_span`` turns them into offsets of one
article's text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from credscore.lazy import cached_property
from credscore.tokenization import characters as ch
from credscore.tokenization.words import (
    ALL_CAPS,
    CAPITALISED,
    CLITIC,
    MIXED_SCRIPT,
    NUMBER,
    PUNCT,
    WORD,
    Words,
    split_words,
    suffix_hashes,
)

if TYPE_CHECKING:
    from credscore.lexicon import Lexicon, Matches, Vocabulary
    from credscore.tokenization.quotation import Quotes

__all__ = [
    "ALL_CAPS",
    "CAPITALISED",
    "CLITIC",
    "MIXED_SCRIPT",
    "NUMBER",
    "PUNCT",
    "WORD",
    "Tokenization",
    "split_entries",
]

IntArray = npt.NDArray[np.int64]


def split_entries(entries: Sequence[str]) -> tuple[list[list[str]], list[list[int]]]:
    """Tokenize short texts: their tokens as written, and the tokens' hashes."""
    joined, codes, offsets = _join(entries)
    words = split_words(codes)
    doc = np.searchsorted(offsets, words.starts, side="right") - 1
    tokens: list[list[str]] = [[] for _ in entries]
    hashes: list[list[int]] = [[] for _ in entries]
    columns = doc.tolist(), words.starts.tolist(), words.ends.tolist(), words.hashes.tolist()
    for entry, start, end, key in zip(*columns, strict=True):
        tokens[entry].append(joined[start:end])
        hashes[entry].append(key)
    return tokens, hashes


def _join(texts: Sequence[str]) -> tuple[str, npt.NDArray[np.uint16], IntArray]:
    """All texts as one, its characters, and the offset at which each text begins."""
    parts = [part for text in texts for part in ("\n\n", text)]
    joined = "".join(["\n", *parts[1:], "\n\n"])
    codes = ch.code_points(joined)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    offsets = np.concatenate([[1], 1 + np.cumsum(lengths + 2)[:-1]]) if len(texts) else lengths
    if "\r" in joined:
        codes = _with_line_ends(codes, texts, offsets.tolist())
    return joined, codes, offsets.astype(np.int64)


def _with_line_ends(
    codes: npt.NDArray[np.uint16], texts: Sequence[str], offsets: Sequence[int]
) -> npt.NDArray[np.uint16]:
    """Carriage returns as line ends in texts that have no other, as old Macintosh files."""
    changed = codes
    for text, offset in zip(texts, offsets, strict=True):
        if "\r" in text and "\n" not in text:
            if changed is codes:
                changed = codes.copy()
            mine = changed[offset : offset + len(text)]
            mine[mine == ord("\r")] = ord("\n")
    return changed


class Tokenization:
    """Tokens, sentences, blocks and quotations of a batch of articles.

    Attributes (n is the number of tokens):
        n_docs: number of articles.
        starts, ends: offsets into the batch's joined characters, end exclusive, int64 (n,).
        kinds: WORD, NUMBER or PUNCT, uint8 (n,).
        classes: class of the first character (``characters``), uint8 (n,).
        flags: CAPITALISED | ALL_CAPS | CLITIC | MIXED_SCRIPT, uint8 (n,).
        hashes: of the folded token, uint64 (n,).
        ids: of the token in ``vocabulary``, 0 where it is not in it, int32 (n,).
        doc_first: first token of each article, and n at the end, int64 (n_docs + 1,).
        doc_of, block_of, sentence_of: where each token belongs, int32 (n,).
        block_first, sentence_first: first token of each block, sentence, int64.
        block_doc, sentence_doc: article of each block, sentence, int64.
        block_kind: index into ``blocks.BLOCK_KINDS``, uint8.
        codes: the characters, uint16 (characters beyond U+FFFF as U+FFFF).
    """

    def __init__(self, texts: Sequence[str], vocabulary: Vocabulary) -> None:
        from credscore.tokenization.blocks import find_lines, join_wrapped

        self.n_docs = len(texts)
        self.vocabulary = vocabulary
        _, self.codes, self.doc_offset = _join(texts)
        self.words: Words = split_words(self.codes)
        self.starts, self.ends = self.words.starts, self.words.ends
        self.kinds, self.classes = self.words.kinds, self.words.classes
        self.flags, self.hashes = self.words.flags, self.words.hashes
        self.ids = vocabulary.ids(self.hashes)
        bounds = np.concatenate([self.doc_offset, [len(self.codes)]])
        self.doc_first: IntArray = np.searchsorted(self.starts, bounds)
        self.lines = find_lines(self.words, self.words.breaks, self.doc_first)
        self.block_first: IntArray = join_wrapped(self.words, self.lines, self.n_docs)

    def __len__(self) -> int:
        return len(self.starts)

    def _owners(self, first: IntArray) -> npt.NDArray[np.int32]:
        marks = np.zeros(len(self), dtype=np.int32)
        marks[first] = 1
        owners: npt.NDArray[np.int32] = np.cumsum(marks, dtype=np.int32)
        owners -= 1
        return owners

    @cached_property
    def doc_of(self) -> npt.NDArray[np.int32]:
        counts = np.diff(self.doc_first)
        return np.repeat(np.arange(self.n_docs, dtype=np.int32), counts)

    @cached_property
    def block_of(self) -> npt.NDArray[np.int32]:
        return self._owners(self.block_first)

    @cached_property
    def block_doc(self) -> IntArray:
        return np.searchsorted(self.doc_first, self.block_first, side="right") - 1

    @cached_property
    def block_kind(self) -> npt.NDArray[np.uint8]:
        from credscore.tokenization.blocks import block_kinds

        return block_kinds(
            self.words, self.ids, self.codes, self.block_first, self.block_doc, self.vocabulary
        )

    @cached_property
    def sentence_first(self) -> IntArray:
        from credscore.tokenization.sentences import sentence_starts

        return sentence_starts(self.words, self.ids, self.block_first, self.vocabulary)

    @cached_property
    def sentence_of(self) -> npt.NDArray[np.int32]:
        return self._owners(self.sentence_first)

    @cached_property
    def sentence_doc(self) -> IntArray:
        return np.searchsorted(self.doc_first, self.sentence_first, side="right") - 1

    @cached_property
    def quotes(self) -> Quotes:
        """Quotations, see ``quotation.Quotes``."""
        from credscore.tokenization.quotation import find_quotes

        return find_quotes(
            self.words,
            self.codes,
            self.block_of,
            self.block_first,
            self.block_doc,
            self.sentence_of,
            self.sentence_first,
        )

    @cached_property
    def quoted(self) -> npt.NDArray[np.bool_]:
        """True for tokens inside quotation marks, the marks themselves left out. Shape (n,)."""
        steps = np.zeros(len(self) + 1, dtype=np.int32)
        np.add.at(steps, self.quotes.first, 1)
        np.add.at(steps, self.quotes.last, -1)
        inside: npt.NDArray[np.bool_] = np.cumsum(steps[:-1]) > 0
        return inside

    @cached_property
    def is_word(self) -> npt.NDArray[np.bool_]:
        """True for tokens that a reader would count as words: no marks, no clitic 's."""
        words: npt.NDArray[np.bool_] = (self.kinds != PUNCT) & (self.flags & CLITIC == 0)
        return words

    @cached_property
    def first_fold(self) -> npt.NDArray[np.uint16]:
        """The folded first character of each token. Shape (n,)."""
        return ch.narrow_folds().take(self.first_code)

    @cached_property
    def first_code(self) -> npt.NDArray[np.uint16]:
        """The first character of each token. Shape (n,)."""
        return self.codes.take(self.starts)

    @cached_property
    def lengths(self) -> IntArray:
        """Characters of each token. Shape (n,)."""
        return self.ends - self.starts

    @cached_property
    def phrases(self) -> tuple[IntArray, IntArray, npt.NDArray[np.int32]]:
        """All phrases of the vocabulary found: token start, token end, place in the vocabulary."""
        return self.vocabulary.find_phrases(self.ids, self.hashes, self.block_of)

    def matches(self, lexicon: Lexicon, *groups: str) -> Matches:
        """Where entries of these groups (all, where none is named) stand, longest first."""
        return self.vocabulary.matches(self, lexicon, groups)

    def suffix_hashes(self, length: int) -> npt.NDArray[np.uint64]:
        """Hashes of each token's last ``length`` folded characters. Shape (n,)."""
        return suffix_hashes(self.words, length)

    def per_doc(self, mask: npt.NDArray[np.generic]) -> IntArray:
        """Sum of an integer or bool token column over each article. Shape (n_docs,), int64."""
        if mask.dtype == np.bool_:  # counting is quicker, and articles are few
            limits = self.doc_first.tolist()
            counts = [np.count_nonzero(mask[low:high]) for low, high in pairwise(limits)]
            return np.array(counts, dtype=np.int64)
        return self._sums(mask, self.doc_first)

    def per_sentence(self, mask: npt.NDArray[np.generic]) -> IntArray:
        """Sum of an integer or bool token column over each sentence, int64."""
        return self._sums(mask, self._sentence_bounds)

    def per_block(self, mask: npt.NDArray[np.generic]) -> IntArray:
        """Sum of an integer or bool token column over each block, int64."""
        return self._sums(mask, self._block_bounds)

    @cached_property
    def _sentence_bounds(self) -> IntArray:
        return np.concatenate([self.sentence_first, [len(self)]])

    @cached_property
    def _block_bounds(self) -> IntArray:
        return np.concatenate([self.block_first, [len(self)]])

    def _sums(self, column: npt.NDArray[np.generic], bounds: IntArray) -> IntArray:
        running = np.empty(len(self) + 1, dtype=np.int64)
        running[0] = 0
        column.cumsum(dtype=np.int64, out=running[1:])
        ends = running.take(bounds)
        sums: IntArray = ends[1:] - ends[:-1]
        return sums

    def char_span(self, first: IntArray, end: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Articles and character offsets of token ranges (``end`` exclusive, none empty).

        Returns:
            doc, start, end: int64, offsets into that article's ``Document.text``.
        """
        doc = self.doc_of.take(first).astype(np.int64)
        offset = self.doc_offset.take(doc)
        start = self.starts.take(first)
        start -= offset
        stop = self.ends.take(end - 1)
        stop -= offset
        return doc, start, stop

    def spans(self, first: IntArray, doc: int) -> list[tuple[int, int, int]]:
        """Character spans of one article's blocks or sentences: (position, start, end)."""
        low, high = self.doc_first[doc], self.doc_first[doc + 1]
        rows = np.arange(*np.searchsorted(first, [low, high]))
        ends = np.append(first, len(self))[rows + 1]
        offset = self.doc_offset[doc]
        starts, stops = self.starts[first[rows]] - offset, self.ends[ends - 1] - offset
        return list(zip(rows.tolist(), starts.tolist(), stops.tolist(), strict=True))
