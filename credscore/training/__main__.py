"""``python -m credscore.training models/<target>/<version>/recipe.toml``: train, measure, export.

Writes ``model.json``, ``metrics.json`` and ``CARD.md`` beside the recipe. The same machine with the
same inputs writes the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from credscore.errors import CredscoreError, InputError
from credscore.model_format import TARGETS, Interval, ModelSpec, dump_model
from credscore.training.calibrate import Affine, conformal_interval, fit_affine
from credscore.training.card import render_card
from credscore.training.evaluation import (
    corpus_figures,
    score_figures,
    trivial_figures,
    unseen,
)
from credscore.training.export import assert_parity, to_spec
from credscore.training.fit import fit
from credscore.training.genres import genre_figures
from credscore.training.kinds import kind_figures, quality_figures
from credscore.training.measure import extractor_versions
from credscore.training.metrics import Figure
from credscore.training.prepare import Prepared, prepare
from credscore.training.recipe import Recipe, read_recipe

Tables = dict[str, dict[str, dict[str, Figure]]]
PARITY_ROWS = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """What evaluation hands to export."""

    tables: Tables
    affine: tuple[Affine, ...]
    interval: Interval | None


def main(arguments: list[str] | None = None) -> int:
    """Train one recipe; exit code 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m credscore.training", description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--cache", type=Path, help="folder that keeps measured features")
    parser.add_argument("--jobs", type=int, default=2, help="processes for measuring (default 2)")
    parser.add_argument(
        "--quick", action="store_true", help="leave out TF-IDF and left-out corpora"
    )
    options = parser.parse_args(arguments)
    try:
        train(options.recipe, options.cache, options.jobs, quick=options.quick)
    except CredscoreError as error:
        print(f"credscore.training: {error}", file=sys.stderr)
        return 1
    return 0


def train(path: Path, cache: Path | None, n_jobs: int, *, quick: bool) -> None:
    """Train, measure and write."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # untyped

    recipe = read_recipe(path)
    folder = path.resolve().parent
    if (folder.parent.name, folder.name) != (recipe.target, recipe.version):
        raise InputError(f"{path}: belongs in models/{recipe.target}/{recipe.version}/")
    with threadpool_limits(1):  # several threads add in another order, and bytes would differ
        say = _clock()
        prepared = prepare(recipe, cache, n_jobs)
        say(f"measured {len(prepared.records):,} texts, {len(prepared.data.names)} features")
        judged = _judge(prepared, recipe, quick=quick)
        say("evaluated")
        spec = _export(prepared, recipe, judged)
        say("exported")
    _write(folder, spec, judged.tables, prepared)


def _clock() -> Any:
    start = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - start:6.0f} s  {what}", file=sys.stderr)

    return say


def _judge(prepared: Prepared, recipe: Recipe, *, quick: bool) -> Judged:
    if recipe.target == "genre":
        found, affine = genre_figures(prepared, recipe, TARGETS["genre"], tfidf=not quick)
        return Judged(found, affine, None)
    result = unseen(prepared, recipe)
    score = result.scores[:, 0]
    weight = prepared.data.weight
    one = fit_affine(score, prepared.label, weight)
    interval = conformal_interval(
        one(score), one(prepared.rating), prepared.wording.words, weight, recipe.coverage
    )
    tables: Tables = {"Unseen sources": score_figures(prepared, result)}
    if recipe.target == "quality":
        tables["Reports against others, sites never seen"] = quality_figures(prepared, result)
    else:
        tables["Kinds, sources never seen"] = kind_figures(prepared, result)
    tables["Trivial models and TF-IDF, same folds"] = trivial_figures(
        prepared, result.folds, tfidf=not quick
    )
    if not quick:
        tables["Corpora left out with all their sources"] = corpus_figures(prepared, recipe)
    return Judged(tables, (one,), interval)


def _export(prepared: Prepared, recipe: Recipe, judged: Judged) -> ModelSpec:
    every = np.arange(len(prepared.records))
    fitted = fit(prepared.data, every, recipe)
    spec = to_spec(
        fitted,
        judged.affine,
        prepared.data.patterns,
        recipe,
        outputs=TARGETS[recipe.target],
        interval=judged.interval,
        extractors=extractor_versions(),
        inputs=prepared.inputs,
    )
    some = every[:: max(1, len(every) // PARITY_ROWS)]
    assert_parity(spec, fitted, judged.affine, prepared.data, prepared.wording, some)
    return spec


def _write(folder: Path, spec: ModelSpec, tables: Tables, prepared: Prepared) -> None:
    content: dict[str, Any] = {
        "target": spec.target,
        "version": spec.version,
        "inputs": spec.inputs,
        "trained_on": _counts(prepared),
        "tables": {
            title: {
                row: {name: item.content() for name, item in figures.items()}
                for row, figures in rows.items()
            }
            for title, rows in tables.items()
        },
    }
    (folder / "model.json").write_bytes(dump_model(spec))
    (folder / "metrics.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    (folder / "CARD.md").write_text(render_card(spec, content), encoding="utf-8")


def _counts(prepared: Prepared) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for record in prepared.records:
        if not record.flat:
            counts.setdefault(record.corpus, Counter())[record.kind] += 1
    return {corpus: dict(sorted(kinds.items())) for corpus, kinds in sorted(counts.items())}


if __name__ == "__main__":
    raise SystemExit(main())
