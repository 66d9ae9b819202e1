"""Labels every token of a batch as source, cue or content, in two passes of table look-ups.

The first pass judges each token by the words, marks and quotations around it; the second also by
what the first one thinks of its surroundings, and so agrees on whole spans. All arithmetic is on
integers: an article's labels do not depend on its batch or on the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.columns import Described, describe
from credscore.extractors.attribution.context import add_context, role_chances
from credscore.extractors.attribution.interviews import with_turns
from credscore.extractors.attribution.positions import AnyColumn, SmallArray
from credscore.extractors.attribution.segments import Shared
from credscore.extractors.attribution.shapes import COLON
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


def symbols(vocabulary: Vocabulary, words: tuple[str, ...]) -> SmallArray:
    """For each id of the vocabulary the number of the model's word, 0 where it is not one."""
    table = np.zeros(len(vocabulary), dtype=np.int16)
    for number, word in enumerate(words, start=1):
        table[vocabulary.id_of(word)] = number
    table[0] = 0
    return table


def _chunks(n_rows: int) -> Iterator[slice]:
    for low in range(0, n_rows, _CHUNK):
        yield slice(low, min(low + _CHUNK, n_rows))


def _add_rows(total: Packed, picks: Sequence[tuple[Packed, AnyColumn]]) -> None:
    """Add to each row of ``total`` the rows that the columns pick."""
    spare = np.empty((min(_CHUNK, len(total)), total.shape[1]), dtype=total.dtype)
    for rows in _chunks(len(total)):
        part = total[rows]
        taken = spare[: len(part)]
        for table, column in picks:
            table.take(column[rows], 0, taken, "clip")
            part += taken


def _window_sums(tables: Tables, found: Described, low: int, high: int) -> Packed:
    """Sums over what stands around some padded positions, ``REACH`` places before each."""

    def seen(column: AnyColumn, offset: int) -> AnyColumn:
        return column[REACH + offset + low : REACH + offset + high]

    columns, shapes = found.columns, found.columns["shape"]

    def pairs(offset: int) -> AnyColumn:
        joint = seen(shapes, offset) * len(tables.base["shape"][0])
        joint += seen(shapes, offset + 1)
        return joint

    windows = tables.shapes_left.take(pairs(-2), 0, mode="clip")
    others: list[tuple[Packed, AnyColumn]] = [
        (tables.shapes_right, pairs(1)),
        *(
            (table, seen(columns[slot.name], offset))
            for slot in BASE
            if slot.windowed and slot.name not in MERGED
            for offset, table in zip(slot.offsets, tables.base[slot.name], strict=True)
        ),
    ]
    _add_rows(windows, others)
    return windows


def _base_sums(tables: Tables, found: Described, rows: slice) -> Packed:
    """Sums of both passes for some neighbouring tokens, but for what the first one gives."""
    behind, columns = found.behind[rows], found.columns
    low, high = int(behind[0]), int(behind[-1]) + 1
    total = _window_sums(tables, found, low, high).take(behind - low, 0, mode="clip")
    picks: list[tuple[Packed, AnyColumn]] = [
        (tables.base[slot.name][0], columns[slot.name][rows])
        for slot in BASE
        if not slot.windowed and slot.name in columns and slot.name not in MERGED
    ]
    segment = found.shared.group[rows]
    some = slice(int(segment[0]), int(segment[-1]) + 1)
    picks.append((_segment_sums(tables, found.shared, some), segment - some.start))
    picks.append((tables.verbs_and_commas, columns["commas"][rows] * 65 + found.coarse[rows]))
    picks.append((tables.edge_and_shape, columns["edges"][rows] * 22 + found.shape[rows]))
    _add_rows(total, picks)
    return total


def _sum_rows(tables: Mapping[str, tuple[Packed, ...]], rows: Mapping[str, AnyColumn]) -> Packed:
    """A small table for columns that groups of tokens share."""
    names = [name for name in rows if name in tables]
    total = tables[names[0]][0].take(rows[names[0]], 0, mode="clip")
    _add_rows(total, [(tables[name][0], rows[name]) for name in names[1:]])
    return total


def _segment_sums(tables: Tables, shared: Shared, some: slice) -> Packed:
    """What the tokens of each of some segments share, for both passes."""
    rows = {name: column[some] for name, column in shared.rows.items()}
    total = _sum_rows(tables.base, rows)
    total[:, 2:] += _sum_rows(tables.context, rows)
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


def _first_pass(tables: Tables, found: Described) -> tuple[SmallArray, SmallArray, Packed]:
    """The label of each token, the chances of its roles, and its sums for the second pass."""
    n_tokens, header = len(found.index), tables.header
    label = np.empty(n_tokens, dtype=np.int16)
    chances = np.empty((3, n_tokens), dtype=np.int16)
    second = np.empty((n_tokens, tables.shapes_left.shape[1] - 2), tables.shapes_left.dtype)
    for rows in _chunks(n_tokens):
        total = _base_sums(tables, found, rows)
        second[rows] = total[:, 2:]
        lanes = _lanes(total, 0)
        label[rows] = _labels(lanes, header.bonus[0])
        chances[:, rows] = role_chances(_weights(lanes, header.units_per_logit))
    return label, chances, second


def _second_pass(
    sums: Packed, picks: Sequence[tuple[Packed, AnyColumn]], bonus: tuple[int, ...]
) -> npt.NDArray[np.uint8]:
    """The label of each token; ``sums`` grow by what the columns pick."""
    _add_rows(sums, picks)
    labels = np.empty(len(sums), dtype=np.uint8)
    for rows in _chunks(len(sums)):
        labels[rows] = _labels(_lanes(sums[rows], 0), bonus)
    return labels


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
    label, chances, second = _first_pass(tables, found)
    found = found.after_first_pass()
    columns, shared = add_context(found, tokens, label, chances)
    picks = [(tables.context[name][0], column) for name, column in columns.items()]
    picks += [(_sum_rows(tables.context, one.rows), one.group) for one in shared]
    labels = _second_pass(second, picks, header.bonus[1])
    colons = (found.shape == COLON).nonzero()[0]
    return with_turns(mended(labels, tokens, found.clauses.marks), tokens, found.symbol, colons)
