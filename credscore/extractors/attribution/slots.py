"""The tagger's weight tables: their names, sizes and places.

Every token is described by a few dozen small numbers ("what kind of token stands two places to the
right", "how far is the next verb of saying"). Each number picks one row of one table; the sum of
the picked rows is the token's score for each label.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BASE", "CONTEXT", "N_LABELS", "REACH", "SYMBOL", "Slot"]

N_LABELS = 7
REACH = 4  # tokens to either side that a window looks at
SYMBOL = 0  # stands for "one row a word of the model's vocabulary"


@dataclass(frozen=True, slots=True)
class Slot:
    """A weight table.

    Attributes:
        name: of the table, and of the column that picks its rows.
        rows: number of rows, or ``SYMBOL``.
        offsets: places relative to the token from which the column is read; one table for each.
    """

    name: str
    rows: int
    offsets: tuple[int, ...] = (0,)

    @property
    def windowed(self) -> bool:
        """Whether the column is read at neighbouring tokens."""
        return self.offsets != (0,)


# Read by both passes.
BASE = (
    Slot("word", SYMBOL, tuple(range(-REACH, REACH + 1))),
    Slot("shape", 22 * 6, tuple(range(-3, 4))),
    Slot("pair", 65 * 65, (-1, 0)),
    Slot("shapes", 22 * 22 * 22),
    Slot("quotation", 1541 * 6),
    Slot("edges", 9 * 9 * 6),
    Slot("after_quote", 8 * 36),
    Slot("before_quote", 8 * 36),
    Slot("sentence", 64 * 6 * 27),
    Slot("verbs", 7 * 7 * 8 * 8 * 6),
    Slot("left_verb", SYMBOL),
    Slot("right_verb", SYMBOL),
    Slot("from_verb", 7 * 65),
    Slot("to_verb", 7 * 65),
    Slot("opening", SYMBOL),
    Slot("commas", 5 * 7 * 7),
)
# Read by the second pass alone, which knows what the first one thinks.
CONTEXT = (
    Slot("labels_before", 512),
    Slot("labels_here", 512),
    Slot("labels_after", 512),
    Slot("chances", 512),
    Slot("content_around", 512),
    Slot("cue_around", 512),
    Slot("source_around", 512),
    Slot("cues", 6 * 6 * 7),
    Slot("sources", 6 * 6 * 7),
    Slot("nearest", 256),
    Slot("left_cue", SYMBOL),
    Slot("right_cue", SYMBOL),
    Slot("left_cue_class", 257 * 8),
    Slot("right_cue_class", 257 * 8),
    Slot("own_sentence", 20 * 7 * 8),
    Slot("next_sentences", 21 * 21 * 7),
    Slot("since_sentence", 7 * 2 * 9 * 7),
    Slot("until_sentence", 7 * 2 * 9 * 7),
    Slot("sentence_chances", 512),
    Slot("article", 6 * 64),
    Slot("own_quotation", 5 * 8 * 6),
)
