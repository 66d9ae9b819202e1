"""What kind of word, number or mark each token is: 22 shapes."""

from __future__ import annotations

import numpy as np

from credscore.extractors.attribution.positions import SmallArray
from credscore.tokenization import ALL_CAPS, CAPITALISED, CLITIC, NUMBER, PUNCT, Tokenization
from credscore.tokenization import characters as ch

__all__ = ["COLON", "COMMA", "shapes"]

_MARKS = ",.:;?!-()"
_SHOUT = 4  # words in capitals in one sentence, and more than half of it
_NUMBER, COLON = 4, 10  # shapes of numbers and colons
_OTHER_MARK, COMMA, _DASH, _DOUBLE, _SINGLE = 7, 8, 19, 17, 18  # shapes of marks
_JOINING = 20  # the shape of signs that stand inside what one writes, and part nothing
_OF_NUMBERS = "%‰$€£¥₹₽¢°±½¼¾′″№§"  # signs that belong to a number: of its shape, and no marks


def _shape_table() -> SmallArray:
    """Shape of a punctuation mark by its character code."""
    table = np.full(0x10000, _OTHER_MARK, dtype=np.int16)
    for place, mark in enumerate(_MARKS):
        table[ord(mark)] = COMMA + place
    for code in (0x2012, 0x2013, 0x2014, 0x2015):
        table[code] = _DASH
    for signs, shape in ((_OF_NUMBERS, _NUMBER), ("&/@#+=_~⁄", _JOINING)):
        table[[ord(sign) for sign in signs]] = shape
    return table


def _flag_table() -> SmallArray:
    """Shape of a word by its flags."""
    flags = np.arange(256)
    capitals = (flags & CAPITALISED > 0).astype(np.int64) | (flags & ALL_CAPS > 0)
    return np.where(flags & CLITIC > 0, 6, 1 + capitals).astype(np.int16)


_SHAPE_OF_MARK = _shape_table()
_SHAPE_OF_FLAGS = _flag_table()


def shapes(tokens: Tokenization, symbol: SmallArray) -> SmallArray:
    """The shape of each token.

    Args:
        symbol: word number of each token in the model's vocabulary, 0 where it is not in it.
    """
    shape = _SHAPE_OF_FLAGS.take(tokens.flags)
    shape[tokens.kinds == NUMBER] = _NUMBER
    marks = (tokens.kinds == PUNCT).nonzero()[0]
    of_mark = _SHAPE_OF_MARK[tokens.codes[tokens.starts[marks]]]
    kind = tokens.classes[marks]
    of_mark[kind == ch.QUOTE] = _DOUBLE
    of_mark[kind == ch.APOSTROPHE] = _SINGLE
    shape[marks] = of_mark
    _uncap(shape, symbol, tokens)
    return shape


def _uncap(shape: SmallArray, symbol: SmallArray, tokens: Tokenization) -> None:
    """In sentences written in capitals, read frequent words as small and others as names."""
    capitals = (tokens.flags & ALL_CAPS).nonzero()[0]
    first, sentence = tokens.sentence_first, tokens.sentence_of[capitals]
    counts = np.bincount(sentence, minlength=len(first))
    shouted = counts >= _SHOUT
    if not shouted.any():
        return
    words = np.add.reduceat(tokens.is_word, first, dtype=np.int64)
    shouted &= 2 * counts > words
    at = capitals[shouted[sentence]]
    shape[at] = np.where(symbol[at] > 0, 1, 2)
