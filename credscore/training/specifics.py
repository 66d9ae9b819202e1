"""Fits ``credscore/extractors/specifics/sentences.json``: can what a sentence states be checked?

    python -m credscore.training.specifics

Data: ClaimBuster's sentences of US presidential debates (Hassan et al. 2017, two classes). What
ships is fitted on all of them; ``benchmarks/specifics.py`` measures by cross-validation over
stretches of the debates.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.extractors import specifics
from credscore.lexicon import Lexicon
from credscore.training.corpora import data_folder
from credscore.training.sentence_model import read_lines, write_model

__all__ = ["STRENGTH", "claim_sentences", "debate_sentences", "lexicons"]

STRENGTH = 0.3  # of 0.1 and 0.3 in cross-validation
_FOLDER = Path(specifics.__file__).parent
_CHANGED = "2026-11-22"
_STRETCH = 200  # consecutive sentence numbers: about half an hour of one debate

Sentences = tuple[list[str], npt.NDArray[np.bool_], npt.NDArray[np.int64]]


def claim_sentences() -> Sentences:
    """ClaimBuster: sentences, whether they are worth checking, and the stretch of a debate."""
    lines = read_lines(data_folder() / "gold" / "checkworthy.jsonl.zst")
    lines = [line for line in lines if line["source"].startswith("claimbuster")]
    groups = np.array([int(line["id"]) // _STRETCH for line in lines])
    return [line["text"] for line in lines], _labels(lines), groups


def debate_sentences() -> Sentences:
    """CheckThat 2019: all sentences of other debates, whether a fact-checker checked them, and the
    debate. Few were checked (2 in 100), by journalists' interest.
    """
    lines = read_lines(data_folder() / "gold" / "checkworthy.jsonl.zst")
    lines = [line for line in lines if line["source"].startswith("checkthat")]
    debates = [line["id"].split("#")[0] for line in lines]
    return (
        [line["text"] for line in lines],
        _labels(lines),
        np.unique(debates, return_inverse=True)[1],
    )


def _labels(lines: list[dict[str, object]]) -> npt.NDArray[np.bool_]:
    return np.array([line["label"] == 1 for line in lines])


def lexicons() -> list[Lexicon]:
    """The word lists whose entries get weights."""
    names = "claims", "lexicon"
    return [Lexicon.read(_FOLDER / f"{name}.toml", f"specifics.{name}") for name in names]


def main() -> None:
    """Fit on all sentences and write the file."""
    texts, truth, _ = claim_sentences()
    write_model(_FOLDER, texts, truth, lexicons(), STRENGTH, _CHANGED)


if __name__ == "__main__":
    main()
