"""What each line looks like, as small whole numbers that index a table of weights.

Everything here is integer arithmetic over token columns, so a line's codes do not depend, to the
last bit, on which other articles are in the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.lexicon import Lexicon, Matches, Vocabulary
from credscore.tokenization import CAPITALISED, NUMBER, PUNCT, Tokenization
from credscore.tokenization import characters as ch

__all__ = ["LEXICON", "LOCAL_SIZES", "PHRASE_GROUPS", "Lines", "describe", "local_codes"]

IntArray = npt.NDArray[np.int64]

LEXICON = Lexicon.read(Path(__file__).with_name("lexicon.toml"))
WORD_GROUPS = ("function", "labels", "clock", "speech", "staff", "slashes")
PHRASE_GROUPS = (
    "navigation",
    "engagement",
    "engagement_weak",
    "promotion",
    "promotion_weak",
    "legal",
    "legal_weak",
    "hook",
    "template",
    "template_heading",
    "faq",
)

_FIELD = np.int64(21)  # bits a counter: an article has fewer than 2**20 tokens
_MASK = np.int64((1 << 21) - 1)
_SEPARATORS = "|»›·•←→×▸►©"
_LENGTHS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 25, 40])  # words: 13 bins
_COARSE = np.array([4, 8, 13, 25])  # words: 5 bins
_MOST_WORDS = 256
_ENDS = 6  # no mark, full stop, ? or !, colon or comma, broken off ("..."), closing mark


@dataclass(frozen=True, slots=True)
class Lines:
    """Counts over each line of a batch. All arrays int64, shape (n_lines,).

    Attributes:
        doc: the article a line belongs to.
        words, capitals, numbers: words (numbers among them), capitalised words, numbers.
        function, labels, clock, speech, staff: words of these groups of the lexicon.
        quotes, marks, separators, slashes: quotation marks, sentence-ending marks, ``|`` and the
            like, and ``/``.
        ending: 0 no mark, 1 full stop, 2 ``?`` or ``!``, 3 colon or comma, 4 ``...``, 5 closing.
        opening: class of the first character.
        phrases: number of phrases of each group in ``PHRASE_GROUPS``, shape (n_groups, n_lines).
        repeated: 0 said once, 1 said again later, 2 said before; lines of three words or more.
    """

    doc: IntArray
    words: IntArray
    capitals: IntArray
    numbers: IntArray
    function: IntArray
    labels: IntArray
    clock: IntArray
    speech: IntArray
    staff: IntArray
    quotes: IntArray
    marks: IntArray
    separators: IntArray
    slashes: IntArray
    ending: IntArray
    opening: IntArray
    phrases: IntArray
    repeated: IntArray


def _word_counters(vocabulary: Vocabulary) -> tuple[IntArray, IntArray]:
    """For each word id, which groups hold it, as counters packed three to an integer."""
    mask = vocabulary.word_mask(LEXICON)
    bits = [(mask & LEXICON.bits(group) > 0).astype(np.int64) for group in WORD_GROUPS]
    first = bits[0] | bits[1] << _FIELD | bits[2] << (2 * _FIELD)
    return first, bits[3] | bits[4] << _FIELD | bits[5] << (2 * _FIELD)


def _shape_counters() -> tuple[IntArray, IntArray]:
    """Packed counters for (kind, flags) and for the class of the first character."""
    shape = np.zeros(4 * 16, dtype=np.int64)
    for kind in range(4):
        for flags in range(16):
            word = kind != PUNCT and not flags & 4  # a clitic 's is no word
            capital = word and bool(flags & CAPITALISED)
            shape[kind * 16 + flags] = word | capital << 21 | (word and kind == NUMBER) << 42
    classes = np.zeros(17, dtype=np.int64)
    classes[ch.QUOTE] = 1
    classes[[ch.DOT, ch.TERMINAL]] = 1 << 21
    return shape, classes


_SHAPES, _CLASSES = _shape_counters()
_IS_SEPARATOR = np.zeros(0x10000, dtype=np.int64)
_IS_SEPARATOR[[ord(mark) for mark in _SEPARATORS]] = 1 << 42
_END_OF_CLASS = np.zeros(17, dtype=np.int64)
_END_OF_CLASS[[ch.DOT, ch.TERMINAL, ch.COMMA, ch.QUOTE, ch.APOSTROPHE, ch.CLOSE]] = 1, 2, 3, 5, 5, 5


def _unpack(packed: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    return packed & _MASK, packed >> _FIELD & _MASK, packed >> (2 * _FIELD)


def _endings(tokens: Tokenization, last: IntArray) -> IntArray:
    codes = tokens.codes[tokens.starts[last]]
    ending = _END_OF_CLASS[tokens.classes[last]]
    ending[codes == ord(":")] = 3
    dots = (codes == ord(".")) & (tokens.ends[last] - tokens.starts[last] > 1)
    ending[dots | (codes == 0x2026)] = 4
    return ending


def _repeated(tokens: Tokenization, doc: IntArray, words: IntArray) -> IntArray:
    """Which lines of three words or more are said again, word for word, in the same article."""
    keys = np.add.reduceat(tokens.hashes, tokens.block_first)
    keys = (keys ^ doc.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    same = (ordered[1:] == ordered[:-1]) & (words[order[1:]] >= 3)
    found = np.zeros(len(doc), dtype=np.int64)
    found[order[:-1][same]] = 1
    found[order[1:][same]] = 2
    return found


def _phrase_counts(matches: Matches, block: IntArray, n_lines: int) -> IntArray:
    counts = np.zeros((len(PHRASE_GROUPS), n_lines), dtype=np.int64)
    if len(matches):
        for row, group in enumerate(PHRASE_GROUPS):
            hit = block[matches.groups & LEXICON.bits(group) > 0]
            if hit.size:
                counts[row] = np.bincount(hit, minlength=n_lines)
    return counts


def describe(tokens: Tokenization, matches: Matches, block: IntArray) -> Lines:
    """Count what each line holds.

    Args:
        matches: phrases of ``PHRASE_GROUPS``.
        block: the line in which each match stands.
    """
    first = tokens.block_first
    group_a, group_b = tokens.vocabulary.cached("boilerplate.words", _word_counters)
    function, labels, clock = _unpack(np.add.reduceat(group_a[tokens.ids], first))
    speech, staff, slashes = _unpack(np.add.reduceat(group_b[tokens.ids], first))
    shape = _SHAPES[tokens.kinds.astype(np.intp) * 16 + tokens.flags]
    words, capitals, numbers = _unpack(np.add.reduceat(shape, first))
    marks = _CLASSES[tokens.classes] + _IS_SEPARATOR[tokens.codes[tokens.starts]]
    quotes, stops, separators = _unpack(np.add.reduceat(marks, first))
    doc = tokens.block_doc.astype(np.int64)
    return Lines(
        doc=doc,
        words=words,
        capitals=capitals,
        numbers=numbers,
        function=function,
        labels=labels,
        clock=clock,
        speech=speech,
        staff=staff,
        quotes=quotes,
        marks=stops,
        separators=separators,
        slashes=slashes,
        ending=_endings(tokens, np.append(first[1:], len(tokens)) - 1),
        opening=tokens.classes[first].astype(np.int64),
        phrases=_phrase_counts(matches, block, len(first)),
        repeated=_repeated(tokens, doc, words),
    )


# Number of codes of each local feature, in the order of ``local_codes``.
LOCAL_SIZES = (
    13 * _ENDS,  # length and ending
    9 * 5,  # share of function words
    9 * 5,  # share of capitalised words
    9 * 5,  # share of label words
    4 * 3 * 5,  # clock words and numbers
    3 * 5,  # words of bylines and credits
    2 * 3 * 5,  # reported speech and quotation marks
    17,  # first character
    4 * 5,  # separators
    3 * 5,  # repeated
    4 * 5,  # sentence-ending marks
    *(3 * 5 for _ in PHRASE_GROUPS),
    _MOST_WORDS,  # words
)


def local_codes(lines: Lines) -> IntArray:
    """One code a feature and line. Shape (n_features, n_lines); see ``LOCAL_SIZES``."""
    coarse = np.searchsorted(_COARSE, lines.words, side="right")
    at_least_one = np.maximum(lines.words, 1)

    def share(count: IntArray) -> IntArray:
        return np.minimum(8 * count // at_least_one, 8) * 5 + coarse

    two = np.minimum(lines.phrases, 2) * 5 + coarse
    clock = np.minimum(lines.clock, 3) * 3 + np.minimum(lines.numbers, 2)
    speech = np.minimum(lines.speech, 1) * 3 + np.minimum(lines.quotes, 2)
    return np.concatenate(
        [
            [
                np.searchsorted(_LENGTHS, lines.words, side="right") * _ENDS + lines.ending,
                share(lines.function),
                share(lines.capitals),
                share(lines.labels),
                clock * 5 + coarse,
                np.minimum(lines.staff, 2) * 5 + coarse,
                speech * 5 + coarse,
                lines.opening,
                np.minimum(lines.separators + lines.slashes, 3) * 5 + coarse,
                lines.repeated * 5 + coarse,
                np.minimum(lines.marks, 3) * 5 + coarse,
            ],
            two,
            [np.minimum(lines.words, _MOST_WORDS - 1)],
        ]
    )
