"""Describes each token for the second pass: what the first one thinks of it and around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.clauses import FEW, joined
from credscore.extractors.attribution.columns import (
    Described,
    opening_blocks,
    previous_next,
    sentence_ends,
)
from credscore.extractors.attribution.linking import CONTENT, CUE, NONE, ROLE, SOURCE
from credscore.extractors.attribution.positions import beside, bucket_table, ranks_beside
from credscore.extractors.attribution.slots import N_LABELS, PLAIN
from credscore.tokenization import Tokenization

__all__ = ["Shared", "add_context", "every_column", "role_chances"]

IntArray = npt.NDArray[np.int64]
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


def role_chances(weights: IntArray) -> IntArray:
    """Chance of each role in thousandths, from unnormalised weights of labels.

    Args:
        weights: not negative, below 2**20, shape (7, n), with a positive sum in each column.

    Returns:
        Shape (4, n), in the order of ``linking.ROLE``.
    """
    roles = (weights[0], weights[1] + weights[2], weights[3] + weights[4], weights[5] + weights[6])
    total = (roles[0] + roles[1] + roles[2] + roles[3]).astype(np.float64)
    chances = np.empty((len(roles), len(total)), dtype=np.int64)
    share = np.empty_like(total)
    # Exact: weights stay below 2**20, so a quotient that is no whole number is far from one.
    for role, whole in zip(roles, chances, strict=True):
        np.multiply(role, 1000.0, out=share)
        share /= total
        whole[:] = share
    return chances


def _around(column: IntArray, found: Described) -> IntArray:
    """The classes (below 8) of the token before, here and after, joined."""
    return _triples(column, found, 0)[found.place - 1]


def _triples(column: IntArray, found: Described, outside: int) -> IntArray:
    """Every three neighbouring padded positions as one number, at the place of the first."""
    spread = np.empty(found.n_padded, dtype=np.int64)
    spread.fill(outside)
    spread[found.place] = column
    triple = spread[:-2] * 8
    triple += spread[1:-1]
    triple *= 8
    triple += spread[2:]
    return triple


def _share(part: IntArray, whole: IntArray) -> IntArray:
    return 1000 * part // np.maximum(whole, 1)


@dataclass(frozen=True, slots=True)
class Shared:
    """Columns that many tokens share: their rows are summed once for all of these.

    Attributes:
        rows: by slot, the row of each group of tokens.
        group: the group of each token.
    """

    rows: dict[str, IntArray]
    group: IntArray


class _Sides:
    """What stands to either side of each token, if in the same sentence."""

    def __init__(self, left: IntArray, right: IntArray, found: Described) -> None:
        self.left, self.right = left, right
        self.has_left, self.has_right = left >= found.low, right < found.high


def _distances(label: IntArray, sides: _Sides) -> IntArray:
    """Classes of the distance to what stands to either side in the sentence, with the label."""
    index = np.arange(len(label))
    joint = _NEAR.take(index - sides.left, mode="clip")
    joint *= sides.has_left
    joint *= 6
    after = _NEAR.take(sides.right - index, mode="clip")
    after *= sides.has_right
    joint += after
    joint *= N_LABELS
    joint += label
    return joint


def _with_none(of_cues: IntArray) -> IntArray:
    """A column over cues, with 0 in front for "no cue"."""
    column = np.zeros(len(of_cues) + 2, dtype=np.int64)
    column[1:-1] = of_cues
    return column


def _add_cues(columns: dict[str, IntArray], found: Described, label: IntArray, content: IntArray,
              hits: IntArray) -> tuple[Shared, Shared]:  # fmt: skip
    """The cues to either side: how far, which words, and what follows them."""
    left, right, left_rank, right_rank = ranks_beside(hits, len(label))
    sides = _Sides(left, right, found)
    columns["cues"] = _distances(label, sides)
    left_rank *= sides.has_left
    right_rank *= sides.has_right
    behind = found.symbol.take(hits + 1, mode="clip")
    behind *= hits + 1 < found.high[hits]
    word, following = _with_none(found.symbol[hits]), _with_none(behind)
    classes = _with_none(found.middle[hits] * 8)
    for name, rank in (("left_cue_class", left_rank), ("right_cue_class", right_rank)):
        column = classes.take(rank)
        column += content
        columns[name] = column
    away = found.clauses.away(sides.has_left, left)
    away *= FEW
    away += found.clauses.away(sides.has_right, right)
    away *= N_LABELS
    away += label
    columns["cues_away"] = away
    of_left = {"left_cue": word, "after_left_cue": following, "cue_pair": joined(word, following)}
    of_right = {"right_cue": word, "after_right_cue": following}
    return Shared(of_left, left_rank), Shared(of_right, right_rank)


def _add_clauses(
    columns: dict[str, IntArray],
    found: Described,
    chances: IntArray,
    content: IntArray,
) -> None:
    """What the first pass thinks of each token's stretch and of the ones beside it."""
    parts = found.clauses
    first, of = parts.first, parts.of
    mean = _CHANCE.take(np.add.reduceat(chances[CONTENT], first) // parts.size)
    cue = _CHANCE.take(np.maximum.reduceat(chances[CUE], first))
    source = _CHANCE.take(np.maximum.reduceat(chances[SOURCE], first))
    before, after = parts.beside(mean, -2, 8), parts.beside(mean, 2, 8)
    mark_before, mark_after = parts.before, parts.after
    for name, of_part, here in (
        ("own_clause", (mean * 8 + cue) * 8 + source, content),
        ("clauses_beside", (before * 8 + mean) * 9 + after, content),
        ("clause_start", (mark_before * 9 + before) * 8 + mean, parts.from_start),
        ("clause_end", (mark_after * 9 + after) * 8 + mean, parts.to_end),
    ):
        column = of_part.take(of)
        column *= 8
        column += here
        columns[name] = column


def _add_words(columns: dict[str, IntArray], found: Described, label: IntArray) -> None:
    """The token's word and its neighbours', each with the token's label."""
    words, place = found.columns["word"], found.place
    columns["word_label"] = joined(found.symbol, label)
    columns["next_word_label"] = joined(words[place + 1], label)
    columns["previous_word_label"] = joined(words[place - 1], label)


def _add_sentences(columns: dict[str, IntArray], found: Described, tokens: Tokenization,
                   role: npt.NDArray[np.uint8], label: IntArray, chances: IntArray,
                   content: IntArray) -> None:  # fmt: skip
    first, end, doc = tokens.sentence_first, sentence_ends(tokens), tokens.sentence_doc
    size, sentence = end - first, tokens.sentence_of
    counts = np.add.reduceat(_COUNTED.take(role), first)
    own = (counts & _COUNT > 0) + 2 * (counts >> 42 > 0)
    own += 4 * _FILLED[1000 * (counts >> 21 & _COUNT) // size]
    before, after = previous_next(own + 1, doc)
    closing, _ = previous_next(label[end - 1], doc)
    _, opening = previous_next(label[first], doc)
    opens = opening_blocks(tokens)
    last = np.ones(len(opens), dtype=np.bool_)
    last[:-1] = opens[1:]
    mean = _CHANCE.take(np.add.reduceat(chances[CONTENT], first) // size, mode="clip")
    cue = _CHANCE.take(np.add.reduceat(chances[CUE], first), mode="clip")
    for name, of_sentence, scale, here in (
        ("own_sentence", own * (N_LABELS * 8), 1, label * 8 + content),
        ("next_sentences", (before * 21 + after) * N_LABELS, 1, label),
        ("since_sentence", (closing * 2 + opens) * 9, N_LABELS, found.from_start),
        ("until_sentence", (opening * 2 + last) * 9, N_LABELS, found.to_end),
        ("sentence_chances", (cue * 8 + mean) * 8, 1, content),
    ):
        column = of_sentence.take(sentence)
        column += here
        if scale > 1:
            column *= scale
            column += label
        columns[name] = column


def add_context(
    found: Described, tokens: Tokenization, label: IntArray, chances: IntArray
) -> tuple[dict[str, IntArray], tuple[Shared, ...]]:
    """Make the columns of ``slots.CONTEXT``, some of them for whole groups of tokens.

    Args:
        label: the first pass's label of each token.
        chances: of the four roles in thousandths, shape (4, n).
    """
    role = ROLE.take(label)
    source, cue, content = (_CHANCE.take(chances[k]) for k in (SOURCE, CUE, CONTENT))
    labels = _triples(label, found, N_LABELS)
    place = found.place
    columns = {
        **{slot.name: found.columns[slot.name] for slot in PLAIN if slot.name in found.columns},
        "labels_before": labels[place - 4],
        "labels_here": labels[place - 1],
        "labels_after": labels[place + 2],
        "chances": content * 64 + cue * 8 + source,
        "content_around": _around(content, found),
        "cue_around": _around(cue, found),
    }
    cues = _add_cues(columns, found, label, content, (role == CUE).nonzero()[0])
    columns["sources"] = _distances(label, _Sides(*beside(role == SOURCE), found))
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
        quoted[inside] += (48 + 48 * _QUOTED[part])[owner]
    columns["own_quotation"] = quoted
    return columns, (*cues, Shared(found.clauses.words, found.clauses.of))


def every_column(columns: dict[str, IntArray], shared: tuple[Shared, ...]) -> dict[str, IntArray]:
    """The columns of ``add_context`` token by token."""
    spread = {name: rows[one.group] for one in shared for name, rows in one.rows.items()}
    return {**columns, **spread}
