"""Fits ``credscore/extractors/subjectivity/sentences.json``: does a sentence judge or tell?

    python -m credscore.training.subjectivity

Data: sentences of news articles marked as subjective or objective (CheckThat 2025, task 1,
English). What ships is fitted on all of them; ``benchmarks/subjectivity.py`` measures on the part
that was held out by its authors.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.extractors import subjectivity, wording
from credscore.lexicon import Lexicon
from credscore.training.corpora import data_folder
from credscore.training.sentence_model import read_lines, write_model

__all__ = ["STRENGTH", "lexicons", "news_sentences"]

# Of .02 to .5, fitted on "train" and judged on "dev" and the other way round; they differ by .01.
STRENGTH = 0.1
_FOLDER = Path(subjectivity.__file__).parent
_CHANGED = "2026-11-22"
_GROUPS = ("loaded", "emotional", "promotional", "plain_reporting", "colloquial")


def news_sentences() -> tuple[list[str], npt.NDArray[np.bool_], npt.NDArray[np.str_]]:
    """Sentences, whether annotators call them subjective, and the part of the data."""
    lines = read_lines(data_folder() / "gold" / "subjectivity.jsonl.zst")
    return (
        [line["text"] for line in lines],
        np.array([line["label"] == "SUBJ" for line in lines]),
        np.array([line["split"] for line in lines]),
    )


def lexicons() -> list[Lexicon]:
    """The word lists whose entries get weights: how something is told, see the wording folder."""
    lists = Lexicon.read(Path(wording.__file__).with_name("lexicon.toml"))
    return [Lexicon("wording", {name: lists.groups[name] for name in _GROUPS})]


def main() -> None:
    """Fit on all sentences and write the file."""
    texts, truth, _ = news_sentences()
    write_model(_FOLDER, texts, truth, lexicons(), STRENGTH, _CHANGED)


if __name__ == "__main__":
    main()
