"""The tagger's weight tables: their names, sizes and places.

Every token is described by a few dozen small numbers ("what kind of token stands two places to the
right", "how far is the next verb of saying"). Each number picks one row of one table; the sum of
the picked rows is the token's score for each label.
"""

from __future__ import annotations

from dataclasses import dataclass

from credscore.extractors.attribution.clauses import FEW, PAIRS

__all__ = ["BASE", "CONTEXT", "N_LABELS", "PLAIN", "REACH", "SYMBOL", "Slot"]

N_LABELS = 7
REACH = 4  # tokens to either side that a window may look at
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
    Slot("word", SYMBOL, tuple(range(-3, 4))),
    Slot("shape", 22 * 6, tuple(range(-2, 3))),
    Slot("class_pair", 65 * 65, (-1, 0)),
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
# Read by the second pass alone. The first of them are there from the beginning, but a first pass
# that reads them too measured no better after the second one, and costs more.
PLAIN = (
    Slot("pair_before", PAIRS),
    Slot("pair_after", PAIRS),
    Slot("verb_pair", PAIRS),
    Slot("left_verb_away", PAIRS),
    Slot("right_verb_away", PAIRS),
    Slot("clause_opening", SYMBOL),
    Slot("clause_second", SYMBOL),
    Slot("clause_next", SYMBOL),
    Slot("clause_previous", SYMBOL),
    Slot("clause_class", 257 * 8),
    Slot("clause_marks", 22 * 22 * 64),
)
CONTEXT = (
    *PLAIN,
    Slot("labels_before", 512),
    Slot("labels_here", 512),
    Slot("labels_after", 512),
    Slot("chances", 512),
    Slot("content_around", 512),
    Slot("cue_around", 512),
    Slot("cues", 6 * 6 * 7),
    Slot("sources", 6 * 6 * 7),
    Slot("left_cue", SYMBOL),
    Slot("right_cue", SYMBOL),
    Slot("left_cue_class", 257 * 8),
    Slot("right_cue_class", 257 * 8),
    Slot("own_sentence", 20 * 7 * 8),
    Slot("next_sentences", 21 * 21 * 7),
    Slot("since_sentence", 7 * 2 * 9 * 7),
    Slot("until_sentence", 7 * 2 * 9 * 7),
    Slot("sentence_chances", 512),
    Slot("own_quotation", 5 * 8 * 6),
    Slot("own_clause", 8 * 8 * 8 * 8),
    Slot("clauses_beside", 9 * 8 * 9 * 8),
    Slot("clause_start", 22 * 9 * 8 * 8),
    Slot("clause_end", 22 * 9 * 8 * 8),
    Slot("after_left_cue", SYMBOL),
    Slot("after_right_cue", SYMBOL),
    Slot("cue_pair", PAIRS),
    Slot("cues_away", FEW * FEW * N_LABELS),
    Slot("word_label", PAIRS),
    Slot("next_word_label", PAIRS),
    Slot("previous_word_label", PAIRS),
)
