"""Labels every token of a batch as source, cue or content, in two passes of table look-ups.

The first pass judges each token by the words, marks and quotations around it; the second also by
what the first one thinks of its surroundings, and so agrees on whole spans. All arithmetic is on
integers: an article's labels do not depend on its batch or on the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.clauses import MARKS
from credscore.extractors.attribution.columns import COLON, Described, describe
from credscore.extractors.attribution.context import add_context, role_chances
from credscore.extractors.attribution.interviews import with_turns
from credscore.extractors.attribution.slots import BASE, N_LABELS, REACH
from credscore.extractors.attribution.smoothing import mended
from credscore.extractors.attribution.tables import SUMMED, Packed, Tables, load_tables, read_header
from credscore.lexicon import Lexicon, Vocabulary
from credscore.tokenization import Tokenization

__all__ = ["model_words", "symbols", "tag"]

IntArray = npt.NDArray[np.int64]
Lanes = npt.NDArray[np.int32]

_CHUNK = 1 << 16  # tokens: as many as a batch has, for a table is in the cache once it is read
_ONE = 1 << 16  # weight of a label as good as the best one
_DEEPEST = 12  # logits below the best one count as impossible


def _keep_freed_memory() -> None:
    """Let the C library keep freed memory for the next array.

    glibc gives blocks above 128 kB back to the system when they are freed, and a batch's columns
    are larger: a third of the time went into page faults. Freeing one large block, which is never
    touched and so costs nothing, raises that limit to its size (mallopt(3), M_MMAP_THRESHOLD).
    Elsewhere this does nothing.
    """
    np.empty((32 << 20) - 8192, dtype=np.uint8)


_keep_freed_memory()


def model_words() -> Lexicon:
    """The model's vocabulary, to be looked up together with all word lists."""
    return Lexicon("attribution.model", {"words": read_header().words})


def symbols(vocabulary: Vocabulary, words: tuple[str, ...]) -> IntArray:
    """For each id of the vocabulary the number of the model's word, 0 where it is not one."""
    table = np.zeros(len(vocabulary), dtype=np.int64)
    for number, word in enumerate(words, start=1):
        table[vocabulary.id_of(word)] = number
    table[0] = 0
    return table


def _add_rows(total: Packed, picks: Sequence[tuple[Packed, IntArray]]) -> None:
    """Add to each row of ``total`` the rows that the columns pick."""
    spare = np.empty((_CHUNK, total.shape[1]), dtype=total.dtype)
    for low in range(0, len(total), _CHUNK):
        part = total[low : low + _CHUNK]
        taken = spare[: len(part)]
        for table, column in picks:
            table.take(column[low : low + _CHUNK], 0, taken, "clip")
            part += taken


def _base_sums(tables: Tables, found: Described) -> Packed:
    inner = slice(REACH, found.n_padded - REACH)
    length = inner.stop - inner.start
    (table, column), *others = [
        (table, found.columns[slot.name][REACH + offset : REACH + offset + length])
        for slot in BASE
        if slot.windowed
        for offset, table in zip(slot.offsets, tables.base[slot.name], strict=True)
    ]
    windows = table.take(column, axis=0)
    _add_rows(windows, others)
    total = windows[found.place - REACH]
    picks = [
        (tables.base[slot.name][0], found.columns[slot.name])
        for slot in BASE
        if not slot.windowed and slot.name not in SUMMED
    ]
    picks.append((tables.verbs_and_commas, found.columns["commas"] * 65 + found.coarse))
    _add_rows(total, picks)
    return total


def _summed(tables: Tables, rows: dict[str, IntArray]) -> Packed:
    """A small table for columns that groups of tokens share."""
    parts = [tables.context[name][0].take(row, axis=0) for name, row in rows.items()]
    total = parts[0]
    for part in parts[1:]:
        total += part
    return total


def _labels(lanes: Lanes, bonus: tuple[int, ...]) -> Lanes:
    """The best label of each token; of equals the first. ``lanes`` is (7, n)."""
    # Score and label in one number: the earlier label is the larger one of two equals.
    scores = lanes << 3
    scores += np.array([8 * more + 7 - k for k, more in enumerate(bonus)], dtype=np.int32)[:, None]
    best: Lanes = scores.max(axis=0)
    best &= 7
    np.subtract(7, best, out=best)
    return best


@cache
def _weight_table(units: int) -> IntArray:
    deepest = units * _DEEPEST
    return np.round(_ONE * np.exp(-np.arange(deepest + 1) / units)).astype(np.int64)


def _weights(lanes: Lanes, units: int) -> IntArray:
    """Unnormalised chances of the labels as integers, shape (7, n)."""
    below = lanes.max(axis=0) - lanes
    weights: IntArray = _weight_table(units).take(below, mode="clip")
    return weights


def _lanes(total: Packed, pass_: int) -> Lanes:
    lanes = total.view("<u2").reshape(len(total), -1)
    return lanes[:, 8 * pass_ : 8 * pass_ + N_LABELS].T.astype(np.int32, order="C")


def tag(tokens: Tokenization) -> npt.NDArray[np.uint8]:
    """Label each token: an index into ``linking.LABELS``."""
    if not len(tokens):
        return np.zeros(0, dtype=np.uint8)
    tables = load_tables()
    header = tables.header
    table = tokens.vocabulary.cached(
        "attribution.symbols", lambda vocabulary: symbols(vocabulary, header.words)
    )
    found = describe(tokens, table.take(tokens.ids), tables.classes)
    total = _base_sums(tables, found)
    first = _lanes(total, 0)
    label = _labels(first, header.bonus[0]).astype(np.int64)
    chances = role_chances(_weights(first, header.units_per_logit))
    columns, shared = add_context(found, tokens, label, chances)
    second = np.ascontiguousarray(total[:, 2:])
    picks = [(tables.context[name][0], column) for name, column in columns.items()]
    picks += [(_summed(tables, one.rows), one.group) for one in shared]
    _add_rows(second, picks)
    labels = _labels(_lanes(second, 0), header.bonus[1]).astype(np.uint8)
    colons = (found.shape == COLON).nonzero()[0]
    return with_turns(mended(labels, tokens, MARKS.take(found.shape)), tokens, found.symbol, colons)
