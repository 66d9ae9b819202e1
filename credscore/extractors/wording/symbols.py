"""Turns every token into a wording symbol: a common, topic-free word stands for itself, any other
for its class.

==============  ====================================================================================
symbol          stands for
==============  ====================================================================================
``said``        a kept word (``lexicon.toml``, group ``kept``), whatever its capitals
``N``, ``N+``   a name: its first word, and each further one
``D``           a number
``~ing`` ...    another word, by its ending; ``~x`` any other ending, ``~short`` up to four letters
``~day``        a weekday; ``~month`` a month ("May" and "March" pass for names)
``'s``          the clitic
``.`` ``,`` ... a mark; ``~sym`` any other
``_``           not counted: boilerplate, and a title line beside a supplied title
``T:said`` ...  the same in a title, where capitals are never read and every other word is ``T:~x``
==============  ====================================================================================

So no topic, place, person, party or outlet can carry weight. A name is a capitalised word that does
not begin a sentence, or begins one and is not kept. Where most words of a sentence are capitalised
(headlines, shouting) capitals say nothing, and only kept words and endings are told apart.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.lexicon import Lexicon, Vocabulary
from credscore.tokenization import ALL_CAPS, CAPITALISED, CLITIC, NUMBER, PUNCT, WORD, Tokenization
from credscore.tokenization.characters import character_tables

__all__ = ["LEXICON", "NOT_COUNTED", "SYMBOL_NAMES", "in_title", "symbols_of"]

LEXICON = Lexicon.read(Path(__file__).with_name("lexicon.toml"))

_MARKS = (".", ",", "!", "?", ";", ":", '"', "'", "(", ")", "-", "—", "...", "$", "%")
_SAME_MARK = {"…": "...", "€": "$", "£": "$"}
# Endings of three letters at most, in the order in which they are tried.
_ENDINGS = ("ing", "ion", "ity", "ous", "ive", "ble", "ful", "ess", "ent", "ant", "nce", "ize",
            "ise", "ate", "ify", "ed", "ly", "er", "or", "al", "ic", "s")  # fmt: skip
_CLASSES = ("~x", "~short", "N", "N+", "D", "~day", "~month", "'s", "~sym")
_SHORT = 4  # letters
_ACRONYM = 2  # letters: "US" is a name, "NOT" and "NEVER" are shouted words
_FEW = 2  # long words: too few to judge a sentence's capitals by
_CAPITALS_SHARE = 0.8  # of the words of a sentence: title case and shouting

_TITLE_CLASSES = ("~x", "D", "~day", "~month", "'s", "~sym")

SYMBOL_NAMES: tuple[str, ...] = (
    *LEXICON.groups["kept"], *_CLASSES, *(f"~{ending}" for ending in _ENDINGS), *_MARKS, "_",
    *(f"T:{name}" for name in (*LEXICON.groups["kept"], *_TITLE_CLASSES, *_MARKS)),
)  # fmt: skip
_NUMBER_OF = {name: number for number, name in enumerate(SYMBOL_NAMES)}
NOT_COUNTED = _NUMBER_OF["_"]

Int32Array = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]


def _kept_symbols(vocabulary: Vocabulary) -> Int32Array:
    """The symbol of each word id, -1 for words that are not kept."""
    table = np.full(len(vocabulary), -1, dtype=np.int32)
    for group, name in (("days", "~day"), ("months", "~month")):
        for word in LEXICON.groups[group]:
            table[vocabulary.id_of(word)] = _NUMBER_OF[name]
    for word in LEXICON.groups["kept"]:
        table[vocabulary.id_of(word)] = _NUMBER_OF[word]
    table[0] = -1
    return table


def _ending_symbols(_: Vocabulary) -> Int32Array:
    """The symbol for each combination of a word's last three letters, numbered in base 27."""
    table = np.full(27**3, _NUMBER_OF["~x"], dtype=np.int32)
    grid = np.arange(27**3)
    letters = np.stack([grid // 729, grid // 27 % 27, grid % 27])
    for ending in reversed(_ENDINGS):
        fits = np.ones(len(grid), dtype=np.bool_)
        for back in range(1, len(ending) + 1):
            fits &= letters[-back] == ord(ending[-back]) - ord("a") + 1
        table[fits] = _NUMBER_OF[f"~{ending}"]
    return table


def _letter_numbers(_: Vocabulary) -> npt.NDArray[np.uint16]:
    """1 to 26 for each character below U+10000 that is folded to a letter from a to z, else 0."""
    letters = character_tables()[1].astype(np.int64) - (ord("a") - 1)
    letters[(letters < 1) | (letters > 26)] = 0
    return letters.astype(np.uint16)


def _mark_symbols(_: Vocabulary) -> Int32Array:
    """The symbol of each folded character below U+10000 that is a token of its own."""
    table = np.full(0x10000, _NUMBER_OF["~sym"], dtype=np.int32)
    for mark in _MARKS:
        table[ord(mark[0])] = _NUMBER_OF[mark]
    for mark, same in _SAME_MARK.items():
        table[ord(mark)] = _NUMBER_OF[same]
    table[ord(".")] = _NUMBER_OF["."]
    return table


def _opening_marks(_: Vocabulary) -> BoolArray:
    """True for marks after which a capital says nothing: a sentence may begin there."""
    table = np.zeros(0x10000, dtype=np.bool_)
    for mark in "\"'([:—•*…!?":
        table[ord(mark)] = True
    return table


def _never_names(_: Vocabulary) -> BoolArray:
    """True for symbols that are no names however they are capitalised."""
    table = np.zeros(len(SYMBOL_NAMES) + 1, dtype=np.bool_)  # the last entry answers for -1
    for name in (*LEXICON.groups["always_capital"], "~day", "~month"):
        table[_NUMBER_OF[name]] = True
    return table


def _title_symbols(_: Vocabulary) -> Int32Array:
    """For each symbol its symbol in a title; names and endings are all ``T:~x``."""
    other = _NUMBER_OF["T:~x"]
    table = [_NUMBER_OF.get(f"T:{name}", other) for name in SYMBOL_NAMES]
    return np.array(table, dtype=np.int32)


def in_title(
    tokens: Tokenization, symbols: Int32Array, at: npt.NDArray[np.int64] | slice
) -> Int32Array:
    """The symbols that these tokens of titles have, whatever their capitals."""
    known = tokens.vocabulary
    kept: Int32Array = known.cached("wording.kept", _kept_symbols)[tokens.ids[at]]
    result: Int32Array = known.cached("wording.titles", _title_symbols)[
        np.where(kept >= 0, kept, symbols[at])
    ]
    return result


def symbols_of(tokens: Tokenization) -> Int32Array:
    """The wording symbol of every token: index into ``SYMBOL_NAMES``, int32, shape (n,)."""
    known = tokens.vocabulary
    symbols: Int32Array = known.cached("wording.kept", _kept_symbols).take(tokens.ids)
    first = tokens.first_fold
    word, mark = tokens.kinds == WORD, tokens.kinds == PUNCT
    kept = symbols >= 0
    name = (
        word
        & (tokens.flags & CAPITALISED > 0)
        & ~known.cached("wording.never", _never_names).take(symbols, mode="wrap")
    )
    opening = np.zeros(len(tokens), dtype=np.bool_)
    opening[1:] = (mark & known.cached("wording.opening", _opening_marks).take(first))[:-1]
    opening[tokens.sentence_first] = True
    shouting = (tokens.flags & ALL_CAPS > 0) & (tokens.lengths > _ACRONYM)
    name &= ~(kept & (opening | shouting)) & ~_capital_sentences(tokens, word, kept)
    rest = (word & ~kept & ~name).nonzero()[0]
    symbols[rest] = _by_ending(tokens, rest)
    symbols[name] = _NUMBER_OF["N"]
    after_name = np.zeros(len(tokens), dtype=np.bool_)
    after_name[1:] = name[:-1]
    # No name reaches into the next article; the first tokens of empty ones may lie behind the end.
    after_name[tokens.doc_first[tokens.doc_first < len(tokens)]] = False
    symbols[name & after_name] = _NUMBER_OF["N+"]
    symbols[tokens.kinds == NUMBER] = _NUMBER_OF["D"]
    marks = mark.nonzero()[0]
    symbols[marks] = _by_mark(tokens, first, marks)
    symbols[tokens.flags & CLITIC > 0] = _NUMBER_OF["'s"]
    return symbols


_LOW = (1 << 20) - 1
# Not long; long and small; small and kept; capital (3) and capital and kept (4).
_PACKED = np.array([0, 1, 1 | 1 << 40, 1 | 1 << 20, 1 | 1 << 20], dtype=np.int64)


def _capital_sentences(tokens: Tokenization, word: BoolArray, kept: BoolArray) -> BoolArray:
    """Tokens of sentences in title case or capitals, where a capital marks no name.

    Nearly all words of four or more letters are capitalised then, those that are no names too; in a
    sentence with many names the kept words are small.
    """
    long = word & (tokens.lengths >= _SHORT)
    capital = tokens.flags & CAPITALISED > 0
    # Three counts in one running sum: a sentence has fewer than 2**20 tokens.
    sums = tokens.per_sentence(_PACKED.take(long * (np.uint8(1) + capital + capital + kept)))
    n_long, n_capital, n_small = sums & _LOW, sums >> 20 & _LOW, sums >> 40
    every = (n_capital >= _CAPITALS_SHARE * n_long) & (n_long > _FEW) & (n_small <= n_long // 5)
    capitals: BoolArray = every.take(tokens.sentence_of)
    return capitals


def _by_ending(tokens: Tokenization, at: npt.NDArray[np.int64]) -> Int32Array:
    """Symbols of the words at these positions by their last three letters."""
    letters = tokens.vocabulary.cached("wording.letters", _letter_numbers)
    ends = tokens.ends.take(at)
    place = np.zeros(len(at), dtype=np.uint16)
    for back in (3, 2, 1):
        place *= np.uint16(27)
        place += letters.take(tokens.codes.take(ends - back))
    symbols: Int32Array = tokens.vocabulary.cached("wording.endings", _ending_symbols).take(place)
    symbols[tokens.lengths.take(at) <= _SHORT] = _NUMBER_OF["~short"]
    return symbols


def _by_mark(
    tokens: Tokenization, first: npt.NDArray[np.uint16], marks: npt.NDArray[np.int64]
) -> Int32Array:
    """Symbols of the punctuation tokens by their character; dots and hyphens in a row are one."""
    symbols: Int32Array = tokens.vocabulary.cached("wording.marks", _mark_symbols).take(
        first.take(marks)
    )
    run = tokens.lengths.take(marks) > 1
    symbols[run & (symbols == _NUMBER_OF["."])] = _NUMBER_OF["..."]
    symbols[run & (symbols == _NUMBER_OF["-"])] = _NUMBER_OF["—"]
    return symbols
