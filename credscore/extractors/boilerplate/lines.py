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
        present: mask of the lexicon's groups of which any line holds a phrase.
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
    present: int


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


_SHIFTS = np.array([[0], [21], [42]], dtype=np.int64)


def _unpack(packed: IntArray) -> IntArray:
    """The three counters of each row. Shape (n_rows, 3, n_lines)."""
    counters: IntArray = (packed[:, None] >> _SHIFTS) & _MASK
    return counters


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
    found = np.zeros(len(doc), dtype=np.int64)
    same = (ordered[1:] == ordered[:-1]).nonzero()[0]
    if same.size:
        same = same[words[order[same + 1]] >= 3]
        found[order[same]] = 1
        found[order[same + 1]] = 2
    return found


_BIT_OF_ROW = tuple(int(LEXICON.bits(group)) for group in PHRASE_GROUPS)


def _phrase_counts(matches: Matches, block: IntArray, n_lines: int) -> tuple[IntArray, int]:
    counts = np.zeros((len(PHRASE_GROUPS), n_lines), dtype=np.int64)
    if not block.size:
        return counts, 0
    present = int(np.bitwise_or.reduce(matches.groups))
    for row, bit in enumerate(_BIT_OF_ROW):
        if present & bit:
            hit = block[(matches.groups & np.uint32(bit)).nonzero()[0]]
            counts[row] = np.bincount(hit, minlength=n_lines)
    return counts, present


def _counted(tokens: Tokenization) -> IntArray:
    """What each line holds, three counts in each of four groups, as ``describe`` takes them."""
    first = tokens.block_first
    group_a, group_b = tokens.vocabulary.cached("boilerplate.words", _word_counters)
    packed = np.empty((4, len(first)), dtype=np.int64)
    np.add.reduceat(group_a.take(tokens.ids), first, out=packed[0])
    np.add.reduceat(group_b.take(tokens.ids), first, out=packed[1])
    shape = _SHAPES.take(tokens.kinds * np.uint8(16) + tokens.flags)
    np.add.reduceat(shape, first, out=packed[2])
    marks = _CLASSES.take(tokens.classes)
    marks += _IS_SEPARATOR.take(tokens.first_code)
    np.add.reduceat(marks, first, out=packed[3])
    return _unpack(packed)


def describe(tokens: Tokenization, matches: Matches, block: IntArray) -> Lines:
    """Count what each line holds.

    Args:
        matches: phrases of ``PHRASE_GROUPS``.
        block: the line in which each match stands.
    """
    first = tokens.block_first
    counted = _counted(tokens)
    function, labels, clock = counted[0]
    speech, staff, slashes = counted[1]
    words, capitals, numbers = counted[2]
    quotes, stops, separators = counted[3]
    doc = tokens.block_doc.astype(np.int64, copy=False)
    last = np.empty_like(first)
    last[:-1] = first[1:]
    last[-1] = len(tokens)
    last -= 1
    phrases, present = _phrase_counts(matches, block, len(first))
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
        ending=_endings(tokens, last),
        opening=tokens.classes[first].astype(np.int64),
        phrases=phrases,
        repeated=_repeated(tokens, doc, words),
        present=present,
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


_SHARES = slice(1, 4)
_WITH_LENGTH = slice(4, 11 + len(PHRASE_GROUPS))  # rows of counts beside the coarse length
_MOST = np.array([11, 2, 5, 0, 3, 2, 3, *(2 for _ in PHRASE_GROUPS)])[:, None]


def local_codes(lines: Lines) -> IntArray:
    """One code a feature and line. Shape (n_features, n_lines); see ``LOCAL_SIZES``."""
    words = lines.words
    codes = np.empty((len(LOCAL_SIZES), len(words)), dtype=np.int64)
    coarse = _COARSE.searchsorted(words, side="right")
    codes[0] = _LENGTHS.searchsorted(words, side="right") * _ENDS + lines.ending
    codes[1], codes[2], codes[3] = lines.function, lines.capitals, lines.labels
    shares = codes[_SHARES]
    shares *= 8
    shares //= np.maximum(words, 1)
    np.minimum(shares, 8, out=shares)
    codes[4] = np.minimum(lines.clock, 3) * 3 + np.minimum(lines.numbers, 2)
    codes[5] = lines.staff
    codes[6] = np.minimum(lines.speech, 1) * 3 + np.minimum(lines.quotes, 2)
    codes[7] = 0
    codes[8] = lines.separators + lines.slashes
    codes[9] = lines.repeated
    codes[10] = lines.marks
    codes[11 : 11 + len(PHRASE_GROUPS)] = lines.phrases
    counts = codes[_WITH_LENGTH]
    np.minimum(counts, _MOST, out=counts)
    beside = codes[1 : _WITH_LENGTH.stop]
    beside *= 5
    beside += coarse
    codes[7] = lines.opening
    np.minimum(words, _MOST_WORDS - 1, out=codes[-1])
    return codes
