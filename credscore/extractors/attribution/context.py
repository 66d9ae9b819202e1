"""Describes each token for the second pass: what the first one thinks of it and around it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.columns import (
    Described,
    opening_blocks,
    previous_next,
    sentence_ends,
)
from credscore.extractors.attribution.linking import CONTENT, CUE, NONE, ROLE, SOURCE
from credscore.extractors.attribution.positions import beside, bucket_table
from credscore.extractors.attribution.slots import N_LABELS
from credscore.tokenization import Tokenization

__all__ = ["add_context", "role_chances"]

IntArray = npt.NDArray[np.int64]

_NEAR = bucket_table((1, 2, 3, 5, 9))
# Both distances, each below 6, as one number below 16.
_NEAREST = np.array(
    [min(before, 3) * 4 + min(after, 3) for before in range(6) for after in range(6)]
)
# Chances are in thousandths; eight classes.
_CHANCE = bucket_table((30, 100, 250, 450, 650, 850, 970), 1001)
_FILLED = bucket_table((10, 300, 700, 950), 1001)
_DENSITY = bucket_table((150, 300, 450, 600, 750), 1001)
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
    total = roles[0] + roles[1] + roles[2] + roles[3]
    # Exact: weights stay below 2**20, so a quotient that is no whole number is far from one.
    return np.stack([(1000.0 * role / total).astype(np.int64) for role in roles])


def _around(column: IntArray, found: Described) -> IntArray:
    """The classes (below 8) of the token before, here and after, joined."""
    return _triples(column, found, 0)[found.place - 1]


def _triples(column: IntArray, found: Described, outside: int) -> IntArray:
    """Every three neighbouring padded positions as one number, at the place of the first."""
    spread = np.empty(found.n_padded, dtype=np.int64)
    spread.fill(outside)
    spread[found.place] = column
    joined = spread[:-2] * 8
    joined += spread[1:-1]
    joined *= 8
    joined += spread[2:]
    return joined


def _share(part: IntArray, whole: IntArray) -> IntArray:
    return 1000 * part // np.maximum(whole, 1)


def _add_near(columns: dict[str, IntArray], found: Described, role: npt.NDArray[np.uint8],
              label: IntArray, content: IntArray) -> None:  # fmt: skip
    index = np.arange(len(label))
    distances = []
    for name, wanted in (("cues", CUE), ("sources", SOURCE)):
        left, right = beside(role == wanted)
        has_left, has_right = left >= found.low, right < found.high
        joint = _NEAR.take(index - left, mode="clip")
        joint *= has_left
        joint *= 6
        after = _NEAR.take(right - index, mode="clip")
        after *= has_right
        joint += after
        distances.append(_NEAREST.take(joint))
        joint *= N_LABELS
        joint += label
        columns[name] = joint
        if wanted != CUE:
            continue
        for side, there, at in (("left", has_left, left), ("right", has_right, right)):
            word = found.symbol.take(at, mode="clip")
            word *= there
            kind = found.middle.take(at, mode="clip")
            kind *= there
            kind *= 8
            kind += content
            columns[f"{side}_cue"], columns[f"{side}_cue_class"] = word, kind
    nearest = distances[0] * 16
    nearest += distances[1]
    columns["nearest"] = nearest


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
) -> dict[str, IntArray]:
    """Make the columns of ``slots.CONTEXT``.

    Args:
        label: the first pass's label of each token.
        chances: of the four roles in thousandths, shape (4, n).
    """
    role = ROLE.take(label)
    source, cue, content = (_CHANCE.take(chances[k]) for k in (SOURCE, CUE, CONTENT))
    labels = _triples(label, found, N_LABELS)
    place = found.place
    columns = {
        "labels_before": labels[place - 4],
        "labels_here": labels[place - 1],
        "labels_after": labels[place + 2],
        "chances": content * 64 + cue * 8 + source,
        "content_around": _around(content, found),
        "cue_around": _around(cue, found),
        "source_around": _around(source, found),
    }
    _add_near(columns, found, role, label, content)
    _add_sentences(columns, found, tokens, role, label, chances, content)
    bounds = tokens.doc_first
    density = _DENSITY[_share(tokens.per_doc(role == CONTENT), bounds[1:] - bounds[:-1])]
    article = (density * 64).take(tokens.doc_of)
    article += content * 8
    article += cue
    columns["article"] = article
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
    return columns
