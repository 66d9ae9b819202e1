"""Check-worthy sentences, and sentences with figures that nobody vouches for.

    python benchmarks/specifics.py

Check-worthy: ClaimBuster's 7,299 debate sentences (data README: ``checkworthy``), a quarter of them
worth checking. Five folds; stretches of 200 consecutive sentence numbers stay together. The same
answers are shown for a balanced sample, the setting in which such figures are often given, with the
threshold fitted for it. Rules that look for digits are shown in both settings, to tell which one a
figure of .67 for "a digit rule" can belong to: none of them reaches it as the sentences come.
CheckThat's debates are other debates with other labels: sentences that a fact-checker took up, 2 in
100; there the shipped kind of model is only ranked (average precision).

Without attribution: sentences with a digit of PolNeAR's development articles; true where the first
annotator marked no source, cue or content in the sentence. The specifics extractor lets a source
vouch for a whole sentence if a seventh of it is attributed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import sentence_figures as figures

from credscore.document import Document
from credscore.extractors.specifics.tracing import LEAST_ATTRIBUTED
from credscore.registry import annotate_batch
from credscore.training.corpora import data_folder
from credscore.training.sentence_model import Columns, Fitted, fit, read_lines
from credscore.training.specifics import STRENGTH, claim_sentences, debate_sentences, lexicons

RESULT = Path(__file__).resolve().parent / "results" / "specifics.json"
SHARES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)  # that were looked at
NUMBERS = (
    "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty "
    "seventy eighty ninety hundred hundreds thousand thousands million millions billion trillion "
    "percent half twice"
).split()


def digit_rule(texts: list[str]) -> np.ndarray:
    """A digit or a number word."""
    number = re.compile(r"\d|\b(?:" + "|".join(NUMBERS) + r")\b", re.IGNORECASE)
    return np.array([bool(number.search(text)) for text in texts])


def digit_rules(texts: list[str], truth: np.ndarray) -> dict[str, dict[str, float]]:
    """F1 of rules that look for digits and ever more words, as they come and if both classes were
    equally frequent (no sample drawn: from the rates)."""
    words = "|".join(NUMBERS)
    patterns = {
        "a digit": r"\d",
        "a digit, percent, million or billion": r"\d|percent|million|billion",
        "a digit or a number word": rf"\d|\b(?:{words})\b",
        "the same, one and first": rf"\d|\b(?:{words}|one|once|first|third|quarter)\b",
        "the same, dollars and years": rf"\d|\b(?:{words}|dollars?|years?|cents?|points?)\b",
    }
    rows = {}
    for name, pattern in patterns.items():
        said = np.array([bool(re.search(pattern, text, re.IGNORECASE)) for text in texts])
        found, wrong = said[truth].mean(), said[~truth].mean()
        rows[name] = {
            "as_they_come": round(figures.f1(truth, said), 4),
            "balanced": round(float(2 * found / (1 + found + wrong)), 4),
        }
    return rows


def balanced(truth: np.ndarray) -> np.ndarray:
    """All positive rows and as many negative ones."""
    drawn = np.random.default_rng(0).permutation(np.flatnonzero(~truth))[: int(truth.sum())]
    return np.sort(np.concatenate([np.flatnonzero(truth), drawn]))


def average_precision(truth: np.ndarray, scores: np.ndarray) -> float:
    right = truth[np.argsort(-scores, kind="stable")]
    ranks = np.flatnonzero(right) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).mean())


def checkworthy() -> dict[str, dict[str, dict[str, float]]]:
    texts, truth, groups = claim_sentences()
    columns = Columns.count(texts, lexicons())
    fold = figures.folds(groups)
    rows = balanced(truth)
    even = np.zeros(len(truth), dtype=np.bool_)
    even[rows] = True

    def ours(train: np.ndarray) -> np.ndarray:
        fitted = fit(columns, truth, train, STRENGTH)
        return fitted.scores(columns) > fitted.threshold

    def ours_balanced(train: np.ndarray) -> np.ndarray:
        fitted = fit(columns, truth, train & even, STRENGTH)
        return fitted.scores(columns) > fitted.threshold

    systems = {
        "always": np.ones(len(texts), dtype=np.bool_),
        "a digit or a number word": digit_rule(texts),
        "TF-IDF of words and pairs, linear": figures.cross_validated(
            fold, figures.word_model(texts, truth)
        ),
        "the extractor's sentence model": figures.cross_validated(fold, ours),
    }
    natural = {name: figures.figure(truth, said, groups) for name, said in systems.items()}
    systems["the extractor's sentence model"] = figures.cross_validated(fold, ours_balanced)
    word_model = figures.word_model(texts, truth)
    systems["TF-IDF of words and pairs, linear"] = figures.cross_validated(
        fold, lambda train: word_model(train & even)
    )
    sample = {
        name: figures.figure(truth[rows], said[rows], groups[rows])
        for name, said in systems.items()
    }
    figures.show("check-worthy sentences, as they come (a quarter)", natural)
    figures.show("check-worthy sentences, balanced sample", sample)
    rules = digit_rules(texts, truth)
    for name, row in rules.items():
        print(f"{name:44}{row}")
    return {"checkworthy": natural, "checkworthy_balanced": sample, "digit_rules": rules}


def other_debates() -> dict[str, float]:
    texts, truth, _ = claim_sentences()
    columns = Columns.count(texts, lexicons())
    fitted: Fitted = fit(columns, truth, np.ones(len(truth), dtype=np.bool_), STRENGTH)
    seen = set(texts)
    others, other_truth, _ = debate_sentences()
    fresh = np.array([text not in seen for text in others])
    others, other_truth = [t for t, f in zip(others, fresh, strict=True) if f], other_truth[fresh]
    scores = fitted.scores(Columns.count(others, lexicons(), like=columns))
    row = {
        "average_precision": round(average_precision(other_truth, scores), 4),
        "digit_rule": round(average_precision(other_truth, digit_rule(others).astype(float)), 4),
        "share_positive": round(float(other_truth.mean()), 4),
        "n": len(others),
    }
    print(f"\nother debates, average precision: {row}")
    return row


def shares_attributed(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of PolNeAR's sentences with digits: whether annotators left them without any attribution,
    the share of their tokens with a role, and the number of the article. Shapes (n,).
    """
    truth, share, groups = [], [], []
    for number, article in enumerate(read_lines(data_folder() / "gold" / f"{name}.jsonl.zst")):
        batch = annotate_batch([Document(article["text"])])
        tokens, role = batch.tokens, batch.done["attribution"].tokens["role"]
        spans = [
            tuple(span)
            for item in article["annotations"][0]["attributions"]
            for part in ("source", "cue", "content")
            for span in item[part] or ()
        ]
        for start, end in article["sentences_corenlp"] or ():
            if re.search(r"\d", article["text"][start:end]):
                truth.append(not any(s < end and start < e for s, e in spans))
                low, high = np.searchsorted(tokens.starts - tokens.doc_offset[0], [start, end])
                share.append((role[low:high] > 0).sum() / max(high - low, 1))
                groups.append(number)
    return np.array(truth), np.array(share), np.array(groups)


def chosen_elsewhere(truth: np.ndarray, share: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """What is said where each half of the articles takes the share that is best on the other."""
    said = np.zeros(len(truth), dtype=np.bool_)
    for half in (0, 1):
        mine = groups % 2 == half
        best = max(SHARES, key=lambda least: figures.f1(truth[~mine], share[~mine] < least))
        said[mine] = share[mine] < best
    return said


def unattributed() -> dict[str, dict[str, Any]]:
    """Sentences with digits that nobody vouches for, and what other shares would have given."""
    truth, share, groups = shares_attributed("polnear_dev")
    shipped = f"less than {LEAST_ATTRIBUTED:.0%} of it attributed"
    rows = {
        "always without": figures.figure(truth, np.ones_like(truth), groups),
        "no attribution found": figures.figure(truth, share == 0, groups),
        shipped: figures.figure(truth, share < LEAST_ATTRIBUTED, groups),
        "less than a share chosen on the other half": figures.figure(
            truth, chosen_elsewhere(truth, share, groups), groups
        ),
    }
    figures.show("sentences with digits that nobody vouches for (PolNeAR)", rows)
    train, train_share, _ = shares_attributed("polnear_train")
    by_share = {
        f"{least:.2f}": {
            "development": round(figures.f1(truth, share < least), 4),
            "training of the tagger": round(figures.f1(train, train_share < least), 4),
        }
        for least in SHARES
    }
    print("F1 by share:", by_share)
    return {"unattributed": rows, "unattributed_by_share": by_share}


def main() -> None:
    tables = checkworthy()
    tables |= unattributed()
    figures.write(RESULT, "specifics", {**tables, "other_debates": other_debates()})


if __name__ == "__main__":
    main()
