"""Labels every token of a batch as source, cue or content, in two passes of table look-ups.

The first pass judges each token by the words, marks and quotations around it; the second also by
what the first one thinks of its surroundings, and so agrees on whole spans. All arithmetic is on
integers: an article's labels do not depend on its batch or on the machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.columns import COLON, Described, describe
from credscore.extractors.attribution.context import add_context, role_chances
from credscore.extractors.attribution.interviews import with_turns
from credscore.extractors.attribution.positions import AnyColumn
from credscore.extractors.attribution.segments import Shared
from credscore.extractors.attribution.slots import BASE, N_LABELS, REACH
from credscore.extractors.attribution.smoothing import mended
from credscore.extractors.attribution.tables import MERGED, Packed, Tables, load_tables, read_header
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


def _add_rows(total: Packed, picks: Sequence[tuple[Packed, AnyColumn]]) -> None:
    """Add to each row of ``total`` the rows that the columns pick."""
    spare = np.empty((min(_CHUNK, len(total)), total.shape[1]), dtype=total.dtype)
    for low in range(0, len(total), _CHUNK):
        part = total[low : low + _CHUNK]
        taken = spare[: len(part)]
        for table, column in picks:
            table.take(column[low : low + _CHUNK], 0, taken, "clip")
            part += taken


def _window_sums(tables: Tables, found: Described) -> Packed:
    """Sums over what stands around each padded position, ``REACH`` places before it."""
    length = found.n_padded - 2 * REACH

    def seen(column: AnyColumn, offset: int) -> AnyColumn:
        return column[REACH + offset : REACH + offset + length]

    columns, shapes = found.columns, found.columns["shape"]
    pairs = shapes[:-1] * len(tables.base["shape"][0])
    pairs += shapes[1:]
    (table, column), *others = [
        (tables.shapes_left, seen(pairs, -2)),
        (tables.shapes_right, seen(pairs, 1)),
        *(
            (table, seen(columns[slot.name], offset))
            for slot in BASE
            if slot.windowed and slot.name not in MERGED
            for offset, table in zip(slot.offsets, tables.base[slot.name], strict=True)
        ),
    ]
    windows = table.take(column, 0, mode="clip")
    _add_rows(windows, others)
    return windows


def _base_sums(tables: Tables, found: Described) -> Packed:
    total = _window_sums(tables, found).take(found.behind, 0, mode="clip")
    columns = found.columns
    picks: list[tuple[Packed, AnyColumn]] = [
        (tables.base[slot.name][0], columns[slot.name])
        for slot in BASE
        if not slot.windowed and slot.name in columns and slot.name not in MERGED
    ]
    picks.append((_segment_sums(tables, found.shared), found.shared.group))
    picks.append((tables.verbs_and_commas, columns["commas"] * 65 + found.coarse))
    picks.append((tables.edge_and_shape, columns["edges"] * 22 + found.shape))
    _add_rows(total, picks)
    return total


def _sum_rows(tables: Mapping[str, tuple[Packed, ...]], rows: Mapping[str, AnyColumn]) -> Packed:
    """A small table for columns that groups of tokens share."""
    names = [name for name in rows if name in tables]
    total = tables[names[0]][0].take(rows[names[0]], 0, mode="clip")
    _add_rows(total, [(tables[name][0], rows[name]) for name in names[1:]])
    return total


def _segment_sums(tables: Tables, shared: Shared) -> Packed:
    """What the tokens of each segment share, for both passes."""
    total = _sum_rows(tables.base, shared.rows)
    total[:, 2:] += _sum_rows(tables.context, shared.rows)
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
def _weight_table(units: int) -> Lanes:
    deepest = units * _DEEPEST
    return np.round(_ONE * np.exp(-np.arange(deepest + 1) / units)).astype(np.int32)


def _weights(lanes: Lanes, units: int) -> Lanes:
    """Unnormalised chances of the labels as integers, shape (7, n)."""
    below = lanes.max(axis=0) - lanes
    weights: Lanes = _weight_table(units).take(below, mode="clip")
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
    label = _labels(first, header.bonus[0]).astype(np.int16)
    chances = role_chances(_weights(first, header.units_per_logit))
    columns, shared = add_context(found, tokens, label, chances)
    second = np.ascontiguousarray(total[:, 2:])
    picks = [(tables.context[name][0], column) for name, column in columns.items()]
    picks += [(_sum_rows(tables.context, one.rows), one.group) for one in shared]
    _add_rows(second, picks)
    labels = _labels(_lanes(second, 0), header.bonus[1]).astype(np.uint8)
    colons = (found.shape == COLON).nonzero()[0]
    return with_turns(mended(labels, tokens, found.clauses.marks), tokens, found.symbol, colons)
