"""Fits ``credscore/extractors/hedging/sentences.json``: is a sentence uncertain?

    python -m credscore.training.hedging

Data: the Wikipedia sample of CoNLL-2010 (Farkas et al. 2010). What ships is fitted on all of its
sentences; ``benchmarks/hedging.py`` measures by cross-validation.
"""

from __future__ import annotations

import html
from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.extractors import hedging
from credscore.extractors.hedging.cues import KINDS
from credscore.lexicon import Lexicon
from credscore.training.corpora import data_folder
from credscore.training.sentence_model import read_lines, write_model

__all__ = ["STRENGTH", "hedge_sentences", "lexicons"]

STRENGTH = 0.2  # of 0.05, 0.1, 0.2 and 0.4 in cross-validation; they differ by .01
_FOLDER = Path(hedging.__file__).parent
_CHANGED = "2026-11-22"
# The other groups of the word list are contexts for rules on single cues.
_GROUPS = (*KINDS, "mental", "quantifier", "vague", "evaluative", "concession")
_NEIGHBOURS = 15  # lines; sentences of one page stand together and must not be separated


def hedge_sentences() -> tuple[list[str], npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Sentences, whether annotators call them uncertain, and the group each belongs to."""
    lines = read_lines(data_folder() / "gold" / "hedge_wiki.jsonl.zst")
    texts = [html.unescape(line["text"]) for line in lines]
    truth = np.array([line["label"] == "uncertain" for line in lines])
    return texts, truth, np.arange(len(lines)) // _NEIGHBOURS


def lexicons() -> list[Lexicon]:
    """The word lists whose entries get weights: cues, and what a sentence with a cue looks like."""
    lists = Lexicon.read(_FOLDER / "lexicon.toml")
    return [Lexicon("hedging", {name: lists.groups[name] for name in _GROUPS})]


def main() -> None:
    """Fit on all sentences and write the file."""
    texts, truth, _ = hedge_sentences()
    write_model(_FOLDER, texts, truth, lexicons(), STRENGTH, _CHANGED)


if __name__ == "__main__":
    main()
