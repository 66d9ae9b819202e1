"""Describes each token for the second pass: what the first one thinks of it and around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.clauses import FEW, joined, row_of, second_part
from credscore.extractors.attribution.columns import (
    Described,
    opening_blocks,
    previous_next,
    sentence_ends,
)
from credscore.extractors.attribution.linking import CONTENT, CUE, NONE, SOURCE
from credscore.extractors.attribution.positions import (
    AnyColumn,
    SmallArray,
    beside,
    bucket_table,
    ranks_beside,
)
from credscore.extractors.attribution.segments import Shared
from credscore.extractors.attribution.slots import N_LABELS, PLAIN, REACH
from credscore.tokenization import Tokenization

__all__ = ["Shared", "add_context", "every_column", "role_chances"]

IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]

_NEAR = bucket_table((1, 2, 3, 5, 9))
# Chances are in thousandths; eight classes.
_CHANCE = bucket_table((30, 100, 250, 450, 650, 850, 970), 1001)
_FILLED = bucket_table((10, 300, 700, 950), 1001)
_QUOTED = bucket_table((100, 500, 900), 1001)
# Counts of cues, content and sources side by side in one number, 21 bits each.
_COUNTED = np.array([0, 1 << 42, 1, 1 << 21])
_COUNT = (1 << 21) - 1
assert (NONE, SOURCE, CUE, CONTENT) == (0, 1, 2, 3)


def role_chances(weights: npt.NDArray[np.integer[Any]]) -> IntArray:
    """Chance of each role but none in thousandths, from unnormalised weights of labels.

    Args:
        weights: not negative, below 2**20, shape (7, n), with a positive sum in each column.

    Returns:
        Shape (3, n): source, cue and content.
    """
    roles = (weights[1] + weights[2], weights[3] + weights[4], weights[5] + weights[6])
    total = (weights[0] + roles[0] + roles[1] + roles[2]).astype(np.float64)
    chances = np.empty((len(roles), len(total)), dtype=np.int64)
    share = np.empty_like(total)
    # Exact: weights stay below 2**20, so a quotient that is no whole number is far from one.
    for role, whole in zip(roles, chances, strict=True):
        np.multiply(role, 1000.0, out=share)
        share /= total
        whole[:] = share
    return chances


def _around(column: SmallArray, found: Described) -> SmallArray:
    """The classes (below 8) of the token before, here and after, joined."""
    return found.seen(_triples(column, found, 0), -1)


def _triples(column: SmallArray, found: Described, outside: int) -> SmallArray:
    """Every three neighbouring padded positions as one number, at the place of the first."""
    spread = np.empty(found.n_padded, dtype=np.int16)
    spread.fill(outside)
    spread[REACH:][found.behind] = column
    triple = spread[:-2] * 8
    triple += spread[1:-1]
    triple *= 8
    triple += spread[2:]
    return triple


def _share(part: IntArray, whole: IntArray) -> IntArray:
    return 1000 * part // np.maximum(whole, 1)


class _Sides:
    """What stands to either side of each token, if in the same sentence."""

    def __init__(self, left: Int32Array, right: Int32Array, found: Described) -> None:
        self.left, self.right = left, right
        self.has_left, self.has_right = left >= found.low, right < found.high


def _distances(label: SmallArray, sides: _Sides, found: Described) -> SmallArray:
    """Classes of the distance to what stands to either side in the sentence, with the label."""
    joint = _NEAR.take(found.index - sides.left, mode="clip")
    joint *= sides.has_left
    joint *= 6
    after = _NEAR.take(sides.right - found.index, mode="clip")
    after *= sides.has_right
    joint += after
    joint *= N_LABELS
    joint += label
    return joint


def _with_none(of_cues: AnyColumn) -> IntArray:
    """A column over cues, with 0 in front for "no cue"."""
    column = np.zeros(len(of_cues) + 2, dtype=np.int64)
    column[1:-1] = of_cues
    return column


def _away(there: npt.NDArray[np.int32], here: npt.NDArray[np.int32], has: BoolArray) -> SmallArray:
    """How many stretches lie between, below ``FEW``: as ``Clauses.away``."""
    there -= here
    np.abs(there, out=there)
    np.minimum(there, FEW - 2, out=there)
    far = there.astype(np.int16)
    none = (~has).astype(np.int16)
    none *= FEW - 1
    np.maximum(far, none, out=far)
    return far


def _add_cues(columns: dict[str, AnyColumn], found: Described, label: SmallArray,
              content: SmallArray, hits: IntArray) -> tuple[Shared, Shared]:  # fmt: skip
    """The cues to either side: how far, which words, and what follows them."""
    left, right, left_rank, right_rank = ranks_beside(hits, len(label))
    sides = _Sides(left, right, found)
    columns["cues"] = _distances(label, sides, found)
    left_rank *= sides.has_left
    right_rank *= sides.has_right
    behind = found.symbol.take(hits + 1, mode="clip")
    behind *= hits + 1 < found.high[hits]
    word, following = _with_none(found.symbol[hits]), _with_none(behind)
    classes = _with_none(found.middle[hits]).astype(np.int16) * 8
    for name, rank in (("left_cue_class", left_rank), ("right_cue_class", right_rank)):
        column = classes.take(rank)
        column += content
        columns[name] = column
    stretch = _with_none(found.clauses.of[hits]).astype(np.int32)
    here = found.clauses.of.astype(np.int32)
    away = _away(stretch.take(left_rank), here, sides.has_left)
    away *= FEW
    away += _away(stretch.take(right_rank), here, sides.has_right)
    away *= N_LABELS
    away += label
    columns["cues_away"] = away
    of_left: dict[str, AnyColumn] = {
        "left_cue": word,
        "after_left_cue": following,
        "cue_pair": joined(word, following),
    }
    of_right = {"right_cue": word, "after_right_cue": following}
    return Shared(of_left, left_rank), Shared(of_right, right_rank)


def _add_clauses(
    columns: dict[str, AnyColumn],
    found: Described,
    chances: SmallArray | IntArray,
    content: SmallArray,
) -> None:
    """What the first pass thinks of each token's stretch and of the ones beside it."""
    parts = found.clauses
    first, of = parts.first, parts.of
    mean = _CHANCE.take(np.add.reduceat(chances[CONTENT - 1].astype(np.int64), first) // parts.size)
    cue = _CHANCE.take(np.maximum.reduceat(chances[CUE - 1], first))
    source = _CHANCE.take(np.maximum.reduceat(chances[SOURCE - 1], first))
    before, after = parts.beside(mean, -2, 8), parts.beside(mean, 2, 8)
    mark_before, mark_after = parts.before, parts.after
    for name, of_part, here in (
        ("own_clause", (mean * 8 + cue) * 8 + source, content),
        ("clauses_beside", (before * 8 + mean) * 9 + after, content),
        ("clause_start", (mark_before * 9 + before) * 8 + mean, parts.from_start),
        ("clause_end", (mark_after * 9 + after) * 8 + mean, parts.to_end),
    ):
        column = (of_part * 8).take(of)
        column += here
        columns[name] = column


def _add_words(columns: dict[str, AnyColumn], found: Described, label: SmallArray) -> None:
    """The token's word and its neighbours', each with the token's label."""
    labels = second_part(label)
    for name, step in (("word_label", 0), ("next_word_label", 1), ("previous_word_label", -1)):
        joint = found.seen(found.first_part, step)
        joint += labels
        columns[name] = row_of(joint)


def _add_sentences(columns: dict[str, AnyColumn], found: Described, tokens: Tokenization,
                   role: SmallArray, label: SmallArray, chances: SmallArray | IntArray,
                   content: SmallArray) -> None:  # fmt: skip
    first, end, doc = tokens.sentence_first, sentence_ends(tokens), tokens.sentence_doc
    size, sentence = end - first, found.sentence
    counts = np.add.reduceat(_COUNTED.take(role), first)
    own = (counts & _COUNT > 0) + 2 * (counts >> 42 > 0)
    own += 4 * _FILLED[1000 * (counts >> 21 & _COUNT) // size]
    before, after = previous_next(own + 1, doc)
    closing, _ = previous_next(label[end - 1], doc)
    _, opening = previous_next(label[first], doc)
    opens = opening_blocks(tokens)
    last = np.ones(len(opens), dtype=np.bool_)
    last[:-1] = opens[1:]
    mean = _CHANCE.take(
        np.add.reduceat(chances[CONTENT - 1].astype(np.int64), first) // size, mode="clip"
    )
    cue = _CHANCE.take(np.add.reduceat(chances[CUE - 1].astype(np.int64), first), mode="clip")
    for name, of_sentence, here, labelled in (
        ("own_sentence", own * (N_LABELS * 8), label * 8 + content, False),
        ("next_sentences", (before * 21 + after) * N_LABELS, label, False),
        ("since_sentence", (closing * 2 + opens) * 9, found.from_start, True),
        ("until_sentence", (opening * 2 + last) * 9, found.to_end, True),
        ("sentence_chances", (cue * 8 + mean) * 8, content, False),
    ):
        column = of_sentence.astype(np.int16).take(sentence)
        column += here
        if labelled:
            column *= N_LABELS
            column += label
        columns[name] = column


def add_context(
    found: Described, tokens: Tokenization, label: AnyColumn, chances: SmallArray | IntArray
) -> tuple[dict[str, AnyColumn], tuple[Shared, ...]]:
    """Make the columns of ``slots.CONTEXT``, some of them for whole groups of tokens.

    Args:
        label: the first pass's label of each token.
        chances: of source, cue and content in thousandths, shape (3, n).
    """
    label = label.astype(np.int16)
    role = label + 1
    role >>= 1  # ``linking.ROLE``
    source, cue, content = (_CHANCE.take(chance) for chance in chances)
    labels = _triples(label, found, N_LABELS)
    columns: dict[str, AnyColumn] = {
        **{slot.name: found.columns[slot.name] for slot in PLAIN if slot.name in found.columns},
        "labels_before": found.seen(labels, -4),
        "labels_here": found.seen(labels, -1),
        "labels_after": found.seen(labels, 2),
        "chances": content * 64 + cue * 8 + source,
        "content_around": _around(content, found),
        "cue_around": _around(cue, found),
    }
    cues = _add_cues(columns, found, label, content, (role == CUE).nonzero()[0])
    columns["sources"] = _distances(label, _Sides(*beside(role == SOURCE), found), found)
    _add_sentences(columns, found, tokens, role, label, chances, content)
    _add_clauses(columns, found, chances, content)
    _add_words(columns, found, label)
    quoted = content * 6
    quoted += found.state
    inside = (found.quote_of >= 0).nonzero()[0]
    if inside.size:
        owner = found.quote_of[inside]
        n_quotes = int(owner.max()) + 1
        hits = np.bincount(owner[role[inside] == CONTENT], minlength=n_quotes)
        part = _share(hits, np.bincount(owner, minlength=n_quotes))
        quoted[inside] += (48 + 48 * _QUOTED[part]).astype(np.int16)[owner]
    columns["own_quotation"] = quoted
    return columns, cues


def every_column(
    found: Described, columns: dict[str, AnyColumn], shared: tuple[Shared, ...]
) -> dict[str, AnyColumn]:
    """The columns of ``add_context`` token by token."""
    groups = (found.shared, *shared)
    spread = {name: rows[one.group] for one in groups for name, rows in one.rows.items()}
    return {**columns, **spread}
