"""Which ways of making the attribution tagger better were tried, and what each one measured.

Run: python -m benchmarks.attribution_ways   (writes benchmarks/results/attribution_ways.json)

F1 on the non-space characters of every fourth training article, with a model of the other three
quarters; the second pass learns from first-pass opinions of models that had not seen the article.
Each way is the whole with one thing taken away or added. Needs numba; about five minutes.
"""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.columns import every_base_column
from credscore.extractors.attribution.context import add_context, every_column
from credscore.extractors.attribution.positions import AnyColumn
from credscore.extractors.attribution.slots import BASE, CONTEXT, N_LABELS, PLAIN, Slot
from credscore.extractors.attribution.smoothing import mended
from credscore.extractors.attribution.tables import _arrays, part_shapes, read_header
from credscore.model_files import find_model
from credscore.training import attribution as training
from credscore.training.attribution_data import read_annotated
from credscore.training.attribution_fit import scores
from credscore.training.attribution_words import CLASSES, WordClasses

HERE = Path(__file__).resolve().parent
HELD, FOLDS = 0, 4
STRETCHES = (
    *(f"clause_{part}" for part in ("opening", "second", "next", "previous", "class", "marks")),
    *("own_clause", "clauses_beside", "clause_start", "clause_end"),
)
VERBS = ("verb_pair", "left_verb_away", "right_verb_away")
CUES = ("after_left_cue", "after_right_cue", "cue_pair", "cues_away")
WORD_LABELS = ("word_label", "next_word_label", "previous_word_label")

Rows = npt.NDArray[np.int32]
Scores = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


class _Trial:
    """The training articles, a quarter of them held back."""

    def __init__(self, recipe: dict[str, Any]) -> None:
        self.recipe = recipe
        words = WordClasses(read_header().words, _arrays(read_header())["classes"])
        # No flattened copies: one beyond the last article is all that this number leaves.
        texts = training.own_written(recipe)
        self.data = training._prepare(words, recipe["direct_words"], 10**6, FOLDS, texts)
        self.sizes = part_shapes(recipe["direct_words"], CLASSES[1:])
        own = self.data.tokens.doc_of < self.data.n_own
        self.held = np.flatnonzero(own & (self.data.fold == HELD))
        self.learnt = np.flatnonzero(self.data.fold != HELD)

    def rows(self, slots: tuple[Slot, ...], columns: dict[str, AnyColumn], base: int,
             without: tuple[str, ...]) -> tuple[Rows, int]:  # fmt: skip
        kept = tuple(slot for slot in slots if slot.name not in without)
        return training._picked(kept, columns, self.data, self.sizes, base)

    def fitted(self, rows: Rows, at: IntArray, n_rows: int, seeds: int = 1) -> Scores:
        return training._averaged(rows, self.data, at, n_rows, self.recipe, seeds)

    def measured(self, score: Scores, bonus: list[float]) -> list[float]:
        labels = np.zeros(len(self.data.tokens), dtype=np.uint8)
        labels[self.held] = (score + np.array(bonus, dtype=np.float32)).argmax(axis=1)
        labels = mended(labels, self.data.tokens, self.data.found.clauses.marks)
        found = training._agreement(
            labels[self.held], self.data.target[self.held], self.data.tokens, self.held
        )
        return [found[role] for role in ("content", "source", "cue")]

    def opinions(self, slots: tuple[Slot, ...] = BASE) -> tuple[Rows, int, Scores]:
        """First-pass rows and what models that had not seen the article think of each token."""
        rows, n_rows = self.rows(slots, every_base_column(self.data.found), 0, ())
        unseen = np.zeros((len(rows), N_LABELS), dtype=np.float32)
        unseen[self.held] = scores(rows[self.held], self.fitted(rows, self.learnt, n_rows))
        for fold in range(FOLDS):
            if fold == HELD:
                continue
            at = self.learnt[self.data.fold[self.learnt] == fold]
            others = self.learnt[self.data.fold[self.learnt] != fold]
            unseen[at] = scores(rows[at], self.fitted(rows, others, n_rows))
        return rows, n_rows, unseen

    def second(self, opinions: tuple[Rows, int, Scores], without: tuple[str, ...] = (),
               seeds: int = 1) -> list[float]:  # fmt: skip
        rows, n_rows, unseen = opinions
        label, chances = training._opinions(unseen, self.recipe["bonus"][0])
        found = add_context(self.data.found, self.data.tokens, label, chances)
        more, n_all = self.rows(CONTEXT, every_column(self.data.found, *found), n_rows, without)
        both = np.concatenate([rows, more], axis=1)
        weights = self.fitted(both, self.learnt, n_all, seeds)
        return self.measured(scores(both[self.held], weights), self.recipe["bonus"][1])


def main() -> None:
    path = find_model("attribution").with_name("recipe.toml")
    trial = _Trial(tomllib.loads(path.read_text(encoding="utf-8")))
    whole = trial.opinions()
    ways = {"one pass": trial.measured(whole[2][trial.held], trial.recipe["bonus"][0])}

    def tried(name: str, figures: list[float]) -> None:
        ways[name] = figures
        print(f"{name:50s}" + "  ".join(f"{value:.4f}" for value in figures), flush=True)

    print(f"{'':50s}content source  cue")
    tried("one pass", ways["one pass"])
    tried("two passes", trial.second(whole))
    tried("two passes, two fits averaged", trial.second(whole, seeds=2))
    tried("without words beside cues", trial.second(whole, CUES))
    tried("without words with labels", trial.second(whole, WORD_LABELS))
    names = tuple(slot.name for slot in PLAIN)
    tried("without pairs of words", trial.second(whole, names[:2]))
    tried("without words and distance of verbs", trial.second(whole, VERBS))
    tried("without stretches between marks", trial.second(whole, STRETCHES))
    tried("without all of these", trial.second(whole, (*names, *STRETCHES, *CUES, *WORD_LABELS)))
    wider = trial.opinions((*BASE, *PLAIN))
    tried("one pass that reads all but opinions",
          trial.measured(wider[2][trial.held], trial.recipe["bonus"][0]))  # fmt: skip
    tried("two passes that both read all", trial.second(wider, names))
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "n_articles": len(read_annotated("polnear_train")),
        "held_back": f"every article whose number leaves {HELD} when divided by {FOLDS}",
        "order": ["content", "source", "cue"],
        "f1": ways,
    }
    text = json.dumps(result, indent=1) + "\n"
    (HERE / "results" / "attribution_ways.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
