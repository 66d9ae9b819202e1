"""Uncertain sentences: the hedging extractor against trivial baselines.

    python benchmarks/hedging.py

Data: 1,823 Wikipedia sentences of CoNLL-2010, about half of them uncertain (data README:
``hedge_wiki``). Five folds; runs of 15 lines stay together, because they come from one page. The
sentence model is fitted anew in each fold; the word lists were written with two thirds of the
sentences in view, so the last third is shown apart. On that third nothing was looked at.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import sentence_figures as figures

from credscore.document import Document
from credscore.extractors.hedging import EXTRACTOR
from credscore.registry import make_batch
from credscore.training.hedging import STRENGTH, hedge_sentences, lexicons
from credscore.training.sentence_model import Columns, fit

RESULT = Path(__file__).resolve().parent / "results" / "hedging.json"
SEEN_OF_THREE = 2

# A short list such as anybody would write down.
SHORT = (
    "may might could perhaps maybe possibly probably likely apparently seemingly presumably "
    "reportedly allegedly supposedly some many several various certain often usually generally "
    "sometimes widely believed considered thought claimed suggested suggests seems appears "
    "believe argue critics roughly"
).split()


def with_cues(texts: list[str]) -> np.ndarray:
    """Sentences in which the extractor finds any cue but a booster."""
    batch = make_batch([Document(text) for text in texts])
    cues = EXTRACTOR.extract(batch).findings["cues"]
    hedge = cues.kind != cues.kinds.index("booster")
    return np.bincount(cues.doc[hedge], minlength=len(texts)) > 0


def main() -> None:
    texts, truth, groups = hedge_sentences()
    columns = Columns.count(texts, lexicons())

    def ours(rows: np.ndarray) -> np.ndarray:
        fitted = fit(columns, truth, rows, STRENGTH)
        return fitted.scores(columns) > fitted.threshold

    words = [set(re.findall(r"[a-z]+", text.lower())) for text in texts]
    fold = figures.folds(groups)
    systems = {
        "always uncertain": np.ones(len(texts), dtype=np.bool_),
        f"a list of {len(SHORT)} words": np.array([bool(w & set(SHORT)) for w in words]),
        "TF-IDF of words and pairs, linear": figures.cross_validated(
            fold, figures.word_model(texts, truth)
        ),
        "any cue of the extractor": with_cues(texts),
        "the extractor's sentence model": figures.cross_validated(fold, ours),
    }
    everything = {name: figures.figure(truth, said, groups) for name, said in systems.items()}
    third = groups % 3 >= SEEN_OF_THREE
    systems["the extractor's sentence model"] = ours(~third)
    systems["TF-IDF of words and pairs, linear"] = figures.word_model(texts, truth)(~third)
    unseen = {
        name: figures.figure(truth[third], said[third], groups[third])
        for name, said in systems.items()
    }
    figures.show("cross-validated, all sentences", everything)
    figures.show("the third that was never looked at, fitted on the others", unseen)
    figures.write(RESULT, "hedging", {"cross_validated": everything, "unseen_third": unseen})


if __name__ == "__main__":
    main()
