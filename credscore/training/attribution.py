"""Trains the attribution tagger: ``python -m credscore.training.attribution RECIPE``.

Writes ``model.json``, ``weights.npz`` and ``metrics.json`` beside the recipe. The second pass is
fitted on first-pass opinions from models that had not seen the article.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import time
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.columns import describe, every_base_column
from credscore.extractors.attribution.context import add_context, every_column, role_chances
from credscore.extractors.attribution.linking import CONTENT, CUE, LABELS, ROLE, SOURCE
from credscore.extractors.attribution.positions import AnyColumn
from credscore.extractors.attribution.slots import BASE, CONTEXT, N_LABELS, REACH, SYMBOL, Slot
from credscore.extractors.attribution.tables import (
    FORMAT,
    load_tables,
    part_shapes,
    read_header,
)
from credscore.extractors.attribution.tagger import model_words, symbols, tag
from credscore.extractors.attribution.wordlists import LEXICON
from credscore.lexicon import Lexicon, Vocabulary
from credscore.model_files import find_model
from credscore.tokenization import Tokenization
from credscore.tokenization.sentences import ABBREVIATIONS
from credscore.training.attribution_data import (
    Annotated,
    flattened,
    read_annotated,
    read_own,
    read_unlabelled,
    respelled,
    token_labels,
    turned,
)
from credscore.training.attribution_fit import Settings, fit, scores
from credscore.training.attribution_words import CLASSES, WordClasses, learn_words

IntArray = npt.NDArray[np.int64]
_PARTS = ("words", "middle", "fine")


@dataclass(slots=True)
class _Prepared:
    """Training tokens with their columns."""

    tokens: Tokenization
    found: Any
    target: npt.NDArray[np.int32]
    fold: IntArray
    n_own: int  # articles as they came; flattened copies and own-written texts follow
    symbol_rows: tuple[IntArray, ...]  # word number, middle and fine class by word number


def _names(slots: tuple[Slot, ...]) -> list[tuple[str, int]]:
    """Weight arrays of some slots with their offsets, in the order of the fitted rows."""
    parts = {
        slot.name: [f"{slot.name}.{part}" for part in _PARTS]
        if slot.rows == SYMBOL
        else [slot.name]
        for slot in slots
    }
    return [(name, place) for slot in slots for place in range(len(slot.offsets))
            for name in parts[slot.name]]  # fmt: skip


def _picked(
    slots: tuple[Slot, ...],
    columns: dict[str, AnyColumn],
    prepared: _Prepared,
    sizes: dict[str, tuple[int, ...]],
    base: int,
) -> tuple[npt.NDArray[np.int32], int]:
    """Rows picked by each token, one column a weight array."""
    picked: list[npt.NDArray[np.int32]] = []
    for slot in slots:
        for offset in slot.offsets:
            column = columns[slot.name]
            seen = column[prepared.found.behind + (REACH + offset)] if slot.windowed else column
            symbolic = slot.rows == SYMBOL
            names = [f"{slot.name}.{part}" for part in _PARTS] if symbolic else [slot.name]
            rows = [part[seen] for part in prepared.symbol_rows] if symbolic else [seen]
            for name, row in zip(names, rows, strict=True):
                assert int(row.max()) < sizes[name][1], name
                picked.append(row.astype(np.int32) + np.int32(base))
                base += sizes[name][1]
    return np.stack(picked, axis=1), base


def _prepare(words: WordClasses, direct: int, flat_every: int, folds: int,
             own: Sequence[Annotated]) -> _Prepared:  # fmt: skip
    train = read_annotated("polnear_train")
    copies = [flattened(respelled(turned(article))) for article in train[::flat_every]]
    articles = [*train, *copies, *own]
    numbers = [*range(len(train)), *range(0, len(train), flat_every)]
    numbers += [int(text.id.partition("-")[2]) for text in own]  # copies share their fold
    vocabulary = Vocabulary(
        [ABBREVIATIONS, LEXICON, Lexicon("attribution.model", {"words": words.words})]
    )
    tokens = Tokenization([article.text for article in articles], vocabulary)
    classes = np.zeros((3, len(words.words) + 1), dtype=np.int64)
    classes[:, 1:] = words.classes
    number = np.arange(len(words.words) + 1)
    symbol = symbols(vocabulary, words.words)[tokens.ids]
    found = describe(tokens, symbol, classes[:2].astype(np.int16))
    return _Prepared(
        tokens, found, token_labels(articles, tokens), np.array(numbers)[tokens.doc_of] % folds,
        len(train),
        (np.where(number <= direct, number, 0), classes[1], classes[2]),
    )  # fmt: skip


def own_written(recipe: dict[str, Any]) -> list[Annotated]:
    """The recipe's own-written texts, as often as it says."""
    return read_own(recipe["own_texts"]) * int(recipe["own_texts_times"])


def _opinions(score: npt.NDArray[np.float32], bonus: list[float]) -> tuple[IntArray, IntArray]:
    """Labels and chances in thousandths, as the tagger makes them of its first pass."""
    weights = np.exp(score - score.max(axis=1, keepdims=True))
    chances = role_chances(np.round(weights.T * 65536).astype(np.int64))
    judged = score + np.array(bonus, dtype=np.float32)
    return judged.argmax(axis=1).astype(np.int64), chances


def _settings(recipe: dict[str, Any], seed: int) -> Settings:
    return Settings(recipe["epochs"], recipe["rate"], recipe["dropout"], recipe["ridge"], seed)


def _averaged(rows: npt.NDArray[np.int32], prepared: _Prepared, at: IntArray, n_rows: int,
              recipe: dict[str, Any], seeds: int) -> npt.NDArray[np.float32]:  # fmt: skip
    """Mean weights of several fits; the model is linear, so this is the ensemble."""
    fits = [
        fit(rows, prepared.target, at, n_rows, N_LABELS, _settings(recipe, seed))
        for seed in range(seeds)
    ]
    mean: npt.NDArray[np.float32] = np.mean(fits, axis=0, dtype=np.float32)
    return mean


def _quantised(weights: npt.NDArray[np.float32], units: int) -> npt.NDArray[np.int8]:
    return np.clip(np.round(weights * units), -127, 127).astype(np.int8)


def _write(folder: Path, recipe: dict[str, Any], words: WordClasses,
           arrays: dict[str, npt.NDArray[Any]]) -> None:  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # a fixed date: equal numbers, equal file
            with io.BytesIO() as member:
                np.save(member, array, allow_pickle=False)
                archive.writestr(entry, member.getvalue(), zipfile.ZIP_DEFLATED)
    data = buffer.getvalue()
    (folder / "weights.npz").write_bytes(data)
    units = recipe["units_per_logit"]
    header = {
        "format": FORMAT,
        "labels": list(LABELS),
        "units_per_logit": units,
        "bonus": [[round(units * value) for value in values] for values in recipe["bonus"]],
        "direct_words": recipe["direct_words"],
        "class_counts": list(CLASSES[1:]),
        "weights": "weights.npz",
        "sha256": hashlib.sha256(data).hexdigest(),
        "words": list(words.words),
    }
    (folder / "model.json").write_text(
        json.dumps(header, indent=0, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _agreement(found: npt.NDArray[Any], gold: npt.NDArray[Any], tokens: Tokenization,
               at: IntArray) -> dict[str, float]:  # fmt: skip
    """F1 of each role, tokens weighted by their characters."""
    size = (tokens.ends - tokens.starts)[at]
    result = {}
    for number, name in ((SOURCE, "source"), (CUE, "cue"), (CONTENT, "content")):
        mine, theirs = ROLE[found] == number, ROLE[gold] == number
        both = int(size[mine].sum() + size[theirs].sum())
        result[name] = round(2 * int(size[mine & theirs].sum()) / max(both, 1), 4)
    return result


def _measure(folder: Path) -> dict[str, float] | None:
    """Agreement of the model in ``folder`` with the dev articles; None where it is not in use."""
    read_header.cache_clear()
    load_tables.cache_clear()
    if find_model("attribution").parent.resolve() != folder.resolve():
        return None
    articles = read_annotated("polnear_dev")
    vocabulary = Vocabulary([ABBREVIATIONS, LEXICON, model_words()])
    tokens = Tokenization([article.text for article in articles], vocabulary)
    everything = np.arange(len(tokens))
    return _agreement(tag(tokens), token_labels(articles, tokens), tokens, everything)


def _unseen(
    rows: npt.NDArray[np.int32],
    n_rows: int,
    prepared: _Prepared,
    recipe: dict[str, Any],
    report: Callable[[str], None],
) -> npt.NDArray[np.float32]:
    """Scores of the first pass for each token, by models that had not seen its article."""
    unseen = np.zeros((len(rows), N_LABELS), dtype=np.float32)
    for fold in range(recipe["folds"]):
        at = np.flatnonzero(prepared.fold != fold)
        held = np.flatnonzero(prepared.fold == fold)
        unseen[held] = scores(rows[held], _averaged(rows, prepared, at, n_rows, recipe, 1))
        report(f"fold {fold}")
    return unseen


def _write_metrics(folder: Path, n_articles: int, crossed: dict[str, float]) -> dict[str, Any]:
    metrics = {
        "date": datetime.now(UTC).date().isoformat(),
        "articles": n_articles,
        "first_pass_cross_validated": crossed,
        "both_passes_dev": _measure(folder),
        "unit": "F1 on non-space characters, first annotator",
    }
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    return metrics


def train(path: Path) -> None:
    """Train by a recipe and write the model beside it."""
    recipe = tomllib.loads(path.read_text(encoding="utf-8"))
    began = time.monotonic()

    def report(step: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {step}", flush=True)

    words = learn_words(read_unlabelled(), recipe["least_occurrences"])
    report(f"{len(words.words)} words")
    direct = recipe["direct_words"]
    sizes = part_shapes(direct, CLASSES[1:])
    prepared = _prepare(words, direct, recipe["flat_every"], recipe["folds"], own_written(recipe))
    columns = every_base_column(prepared.found)
    rows, n_rows = _picked(BASE, columns, prepared, sizes, 0)
    report(f"{len(rows)} tokens, {rows.shape[1]} rows each of {n_rows}")
    unseen = _unseen(rows, n_rows, prepared, recipe, report)
    everything = np.arange(len(rows))
    first = _averaged(rows, prepared, everything, n_rows, recipe, recipe["seeds"])
    report("first pass")
    own = np.flatnonzero(prepared.tokens.doc_of < prepared.n_own)
    crossed = _agreement(unseen[own].argmax(axis=1), prepared.target[own], prepared.tokens, own)
    label, chances = _opinions(unseen, recipe["bonus"][0])
    context = add_context(prepared.found, prepared.tokens, label, chances)
    columns = every_column(prepared.found, *context)
    more, n_all = _picked(CONTEXT, columns, prepared, sizes, n_rows)
    both = np.concatenate([rows, more], axis=1)
    second = _averaged(both, prepared, everything, n_all, recipe, recipe["seeds"])
    report("second pass")
    _write(path.parent, recipe, words, _arrays(first, second, sizes, words, recipe))
    report(f"written: {_write_metrics(path.parent, prepared.n_own, crossed)}")


def _arrays(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32],
            sizes: dict[str, tuple[int, ...]], words: WordClasses,
            recipe: dict[str, Any]) -> dict[str, npt.NDArray[Any]]:  # fmt: skip
    """Cut the fitted rows into the file's arrays."""
    arrays: dict[str, npt.NDArray[Any]] = {
        name: np.zeros(shape, dtype=np.int8) for name, shape in sizes.items()
    }
    units, low = recipe["units_per_logit"], 0
    for slots, passes in ((BASE, (first, second)), (CONTEXT, (second,))):
        for name, place in _names(slots):
            high = low + sizes[name][1]
            cut = np.concatenate([weights[low:high] for weights in passes], axis=1)
            arrays[name][place] = _quantised(cut, units)
            low = high
    arrays["classes"] = words.classes
    return arrays


def main() -> int:
    """Command line."""
    if len(sys.argv) != 2:
        print("usage: python -m credscore.training.attribution RECIPE.toml", file=sys.stderr)
        return 2
    train(Path(sys.argv[1]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
