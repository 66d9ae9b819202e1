"""Words in capitals that shout, told from those that are a house style or a name.

Not shouted: titles and headings, which many houses set in capitals; what opens a line and ends
with a mark, as datelines ("LAREDO (AP) - The"), labels ("CORRECTION: An") and speakers ("BRANDT:
We"); names of sources; notes in brackets ("(CROSSTALK)"); parts of web addresses; and short or
dotted words, which may be acronyms.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.registry import Batch
from credscore.tokenization import ALL_CAPS, WORD
from credscore.tokenization import characters as ch
from credscore.tokenization.blocks import BLOCK_KINDS

__all__ = ["shouted"]

_LETTERS = 7, 20  # acronyms are shorter, codes in addresses are longer
_RUNNING = np.array([kind in ("paragraph", "list_item") for kind in BLOCK_KINDS])
_ENDS_A_LABEL, _OPENS, _CLOSES, _IN_ADDRESSES = 1, 2, 4, 8
_LONGEST_LABEL = 5  # words in capitals one after the other
_SOURCE = 1  # role of a token: names who says something

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

_MARKS = ch.sets_of(":-\u2013\u2014(/|,", "([", ")]", "/_=&@#")


def shouted(batch: Batch) -> IntArray:
    """The tokens that shout."""
    tokens = batch.tokens
    at: IntArray = (tokens.flags & ALL_CAPS).nonzero()[0]
    length = tokens.lengths[at]
    at = at[(length >= _LETTERS[0]) & (length <= _LETTERS[1])]
    if not at.size:
        return at
    role = batch.done["attribution"].tokens["role"]
    running = _RUNNING[tokens.block_kind[tokens.block_of[at]]] & (role[at] != _SOURCE)
    at = at[running]
    if not at.size:
        return at
    loud: IntArray = at[~(_opens_a_line(batch, at) | _noted(batch, at) | _coded(batch, at))]
    return loud


def _opens_a_line(batch: Batch, at: IntArray) -> BoolArray:
    """Belongs to what stands before a colon, dash, comma or bracket at the beginning of a block."""
    tokens = batch.tokens
    small = np.zeros(len(tokens) + 1, dtype=np.int64)
    (tokens.classes == ch.LOWER).cumsum(out=small[1:])
    opens: BoolArray = small[at] == small[tokens.block_first[tokens.block_of[at]]]
    last = len(tokens) - 1
    after = np.minimum(at + 1, last)
    for _ in range(_LONGEST_LABEL):
        more = (tokens.kinds[after] == WORD) & (tokens.flags[after] & ALL_CAPS > 0)
        if not more.any():
            break
        after = np.minimum(after + more, last)
    labels: BoolArray = opens & (_MARKS[tokens.first_code[after]] & _ENDS_A_LABEL > 0)
    return labels


def _noted(batch: Batch, at: IntArray) -> BoolArray:
    """In brackets, or part of an address."""
    tokens = batch.tokens
    before, after = np.maximum(at - 1, 0), np.minimum(at + 1, len(tokens) - 1)
    mark, next_mark = _MARKS[tokens.first_code[before]], _MARKS[tokens.first_code[after]]
    noted: BoolArray = (mark & _OPENS > 0) | (next_mark & _CLOSES > 0)
    noted |= (mark & _IN_ADDRESSES > 0) & (tokens.ends[before] == tokens.starts[at])
    noted |= (next_mark & _IN_ADDRESSES > 0) & (tokens.ends[at] == tokens.starts[after])
    return noted


def _coded(batch: Batch, at: IntArray) -> BoolArray:
    """Holds a dot or a digit."""
    tokens = batch.tokens
    place = tokens.starts[at][:, None] + np.arange(_LETTERS[1])
    inside = place < tokens.ends[at][:, None]
    code = tokens.codes[np.minimum(place, len(tokens.codes) - 1)]
    coded: BoolArray = (inside & (code >= ord(".")) & (code <= ord("9"))).any(axis=1)
    return coded
