"""Subjectivity: how much of the writer's own text judges and feels instead of telling."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.features import Extraction, Feature
from credscore.registry import Batch
from credscore.sentence_model import (
    SentenceModel,
    doc_sums,
    others_words,
    sentence_findings,
    sentence_sums,
    symbols_for,
)
from credscore.tokenization import characters as ch

__all__ = ["SUBJECTIVE", "SubjectivityExtractor"]

IntArray = npt.NDArray[np.int64]

SUBJECTIVE = SentenceModel.read(
    Path(__file__).with_name("sentences.json"), "subjectivity.subjective"
)
_LEAST_WORDS = 4  # of a sentence, which must have an end mark: what has not is a title or a label
_PARTS = 1 << 12  # chances are whole numbers of 1/4096, so that sums are the same in any order


def _chances() -> IntArray:
    """Chance of being subjective, in parts, for each sum of weights from -8 to 8 log-odds."""
    log_odds = np.arange(-8 * SUBJECTIVE.unit, 8 * SUBJECTIVE.unit + 1) / SUBJECTIVE.unit
    return np.round(_PARTS / (1.0 + np.exp(-log_odds))).astype(np.int64)


_CHANCES = _chances()
_PRIOR = 4  # sentences of the usual kind are counted in: a few sentences are little evidence
_USUAL = 0.34  # mean share of rated articles: benchmarks/results/single_features_subjectivity.json
_NO_SENTENCES = "the article has no sentences of the writer’s own"


def _say(values: Mapping[str, float]) -> str:
    sentences = values["subjectivity.sentences_count"]
    if not sentences:
        return _NO_SENTENCES
    which = "only sentence" if sentences == 1 else f"{sentences:,.0f} sentences"
    share = values["subjectivity.subjective_share"]
    return (
        f"the {which} of the writer’s own {'reads' if sentences == 1 else 'read'} as opinion "
        f"rather than fact to {100 * share:.0f} % (usual: {100 * _USUAL:.0f} %)"
    )


FEATURES = (
    Feature(
        "subjectivity.subjective_share",
        "sentences of the writer's own expected to be opinion (judging, guessing, feeling) instead "
        "of fact, as a share of the sentences that are the writer's own and of four usual ones",
        "share",
        0.0,
        1.0,
        _say,
        evidence="subjective",
    ),
    Feature(
        "subjectivity.sentences_count",
        "sentences of four words or more, with an end mark, that are the writer's own",
        "count",
        0.0,
        1e6,
        _say,
        scored=False,
    ),
)


class SubjectivityExtractor:
    """Weighs every sentence of the writer's own; quotations and attributed speech are others'."""

    name = "subjectivity"
    version = 2  # 2: few sentences are drawn to what is usual
    after = ("attribution", "boilerplate", "wording")
    features = FEATURES
    lexicons = SUBJECTIVE.lexicons
    annotations = ()

    def extract(self, batch: Batch) -> Extraction:
        """Weigh the sentences of all articles."""
        tokens = batch.tokens
        words = tokens.is_word & batch.body
        in_all = sentence_sums(tokens, words)
        in_own = sentence_sums(tokens, words & ~others_words(batch))
        end_mark = (tokens.classes == ch.DOT) | (tokens.classes == ch.TERMINAL)
        whole = sentence_sums(tokens, end_mark) > 0
        own = whole & (in_own >= _LEAST_WORDS) & (2 * in_own >= in_all)
        weight = SUBJECTIVE.scores(tokens, symbols_for(batch), in_all)
        middle = len(_CHANCES) // 2
        chance = _CHANCES.take(weight + middle, mode="clip")
        sentences = np.bincount(tokens.sentence_doc[own], minlength=tokens.n_docs)
        parts = doc_sums(tokens, np.where(own, chance, 0))
        share = (parts + _PRIOR * _USUAL * _PARTS) / (_PARTS * (sentences + _PRIOR))
        share[sentences == 0] = np.nan
        return Extraction(
            values={
                "subjectivity.subjective_share": share,
                "subjectivity.sentences_count": sentences.astype(np.float64),
            },
            reasons={"subjectivity.subjective_share": _NO_SENTENCES},
            findings={"subjective": sentence_findings(tokens, own & (weight > 0))},
        )
