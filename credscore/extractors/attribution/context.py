"""Describes each token for the second pass: what the first one thinks of it and around it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.columns import Described
from credscore.extractors.attribution.linking import CONTENT, CUE, ROLE, SOURCE
from credscore.extractors.attribution.positions import bucket_table, last_before, next_after
from credscore.extractors.attribution.slots import N_LABELS
from credscore.tokenization import Tokenization

__all__ = ["add_context", "role_chances"]

IntArray = npt.NDArray[np.int64]

_FAR = 63
_NEAR = bucket_table((1, 2, 3, 5, 9))
# Chances are in thousandths; eight classes.
_CHANCE = bucket_table((30, 100, 250, 450, 650, 850, 970), 1001)
_FILLED = bucket_table((10, 300, 700, 950), 1001)
_DENSITY = bucket_table((150, 300, 450, 600, 750), 1001)
_QUOTED = bucket_table((100, 500, 900), 1001)


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
    spread = np.full(found.n_padded, outside, dtype=np.int64)
    spread[found.place] = column
    return (spread[:-2] * 8 + spread[1:-1]) * 8 + spread[2:]


def _neighbours(column: IntArray, doc: IntArray) -> tuple[IntArray, IntArray]:
    same = doc[1:] == doc[:-1]
    before, after = np.zeros_like(column), np.zeros_like(column)
    before[1:] = np.where(same, column[:-1], 0)
    after[:-1] = np.where(same, column[1:], 0)
    return before, after


def _share(part: IntArray, whole: IntArray) -> IntArray:
    return 1000 * part // np.maximum(whole, 1)


def _add_near(columns: dict[str, IntArray], found: Described, role: npt.NDArray[np.uint8],
              label: IntArray, content: IntArray) -> None:  # fmt: skip
    n = len(label)
    index = np.arange(n)
    distances = {}
    for name, wanted in (("cues", CUE), ("sources", SOURCE)):
        mask = role == wanted
        left, right = last_before(mask), next_after(mask)
        has_left, has_right = left >= found.low, right < found.high
        before = np.where(has_left, _NEAR[np.minimum(index - left, _FAR)], 0)
        after = np.where(has_right, _NEAR[np.minimum(right - index, _FAR)], 0)
        columns[name] = (before * 6 + after) * N_LABELS + label
        distances[name] = np.minimum(before, 3) * 4 + np.minimum(after, 3)
        if wanted == CUE:
            right = np.minimum(right, n - 1)
            columns["left_cue"] = np.where(has_left, found.symbol[left], 0)
            columns["right_cue"] = np.where(has_right, found.symbol[right], 0)
            for side, there, at in (("left", has_left, left), ("right", has_right, right)):
                kind = np.where(there, found.middle[at], 0)
                columns[f"{side}_cue_class"] = kind * 8 + content
    columns["nearest"] = distances["cues"] * 16 + distances["sources"]


def _add_sentences(columns: dict[str, IntArray], found: Described, tokens: Tokenization,
                   role: npt.NDArray[np.uint8], label: IntArray, chances: IntArray,
                   content: IntArray) -> None:  # fmt: skip
    n, first, doc = len(tokens), tokens.sentence_first, tokens.sentence_doc
    end = np.append(first[1:], n)
    size, sentence = end - first, tokens.sentence_of
    filled = _FILLED[_share(tokens.per_sentence(role == CONTENT), size)]
    own = (tokens.per_sentence(role == CUE) > 0) + 2 * (tokens.per_sentence(role == SOURCE) > 0)
    own = own + 4 * filled
    before, after = _neighbours(own + 1, doc)
    columns["own_sentence"] = (own[sentence] * N_LABELS + label) * 8 + content
    columns["next_sentences"] = (before * 21 + after)[sentence] * N_LABELS + label
    closing, _ = _neighbours(label[end - 1], doc)
    _, opening = _neighbours(label[first], doc)
    opens = np.isin(first, tokens.block_first, assume_unique=True) * 1
    last = np.append(opens[1:], 1)
    since = (closing * 2 + opens)[sentence] * 9 + found.from_start
    until = (opening * 2 + last)[sentence] * 9 + found.to_end
    columns["since_sentence"] = since * N_LABELS + label
    columns["until_sentence"] = until * N_LABELS + label
    mean = _CHANCE[np.minimum(tokens.per_sentence(chances[CONTENT]) // np.maximum(size, 1), 1000)]
    cue = _CHANCE[np.minimum(tokens.per_sentence(chances[CUE]), 1000)]
    columns["sentence_chances"] = (cue * 8 + mean)[sentence] * 8 + content


def add_context(
    found: Described, tokens: Tokenization, label: IntArray, chances: IntArray
) -> dict[str, IntArray]:
    """Make the columns of ``slots.CONTEXT``.

    Args:
        label: the first pass's label of each token.
        chances: of the four roles in thousandths, shape (4, n).
    """
    role = ROLE[label]
    source, cue, content = (_CHANCE[chances[k]] for k in (SOURCE, CUE, CONTENT))
    labels = _triples(label, found, N_LABELS)
    place = found.place
    columns = {
        "labels_before": labels[place - 4],
        "labels_here": labels[place - 1],
        "labels_after": labels[place + 2],
        "chances": (content * 8 + cue) * 8 + source,
        "content_around": _around(content, found),
        "cue_around": _around(cue, found),
        "source_around": _around(source, found),
    }
    _add_near(columns, found, role, label, content)
    _add_sentences(columns, found, tokens, role, label, chances, content)
    density = _DENSITY[_share(tokens.per_doc(role == CONTENT), np.diff(tokens.doc_first))]
    columns["article"] = density[tokens.doc_of] * 64 + content * 8 + cue
    quoted = np.zeros(len(tokens), dtype=np.int64)
    inside = np.flatnonzero(found.quote_of >= 0)
    if inside.size:
        owner = found.quote_of[inside]
        n_quotes = int(owner.max()) + 1
        hits = np.bincount(owner[role[inside] == CONTENT], minlength=n_quotes)
        part = _share(hits, np.bincount(owner, minlength=n_quotes))
        quoted[inside] = 1 + _QUOTED[part[owner]]
    columns["own_quotation"] = (quoted * 8 + content) * 6 + found.state
    return columns
