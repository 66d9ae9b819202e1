"""Recipes other than the shipped ones, each through the whole training: what they would cost.

    python benchmarks/recipe_ways.py --cache DIR

Cross-validated by source or site as in the model cards, without the tables of left-out corpora for
quality. Style pairs are those of the stories that ``benchmarks/style_pairs.py`` does not report
(``--quick`` there): choices were made with them in view. Writes
``benchmarks/results/recipe_ways.json``.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from style_pairs import SOBER, STYLES, versions

from credscore.model import AdditiveModel
from credscore.model_format import TARGETS
from credscore.training.calibrate import fit_affine
from credscore.training.evaluation import Unseen, corpus_figures, score_figures, unseen
from credscore.training.export import to_spec
from credscore.training.fit import fit
from credscore.training.genres import genre_figures
from credscore.training.kinds import kind_figures, quality_figures
from credscore.training.measure import extractor_versions, measure
from credscore.training.prepare import Prepared, prepare
from credscore.training.recipe import Recipe, read_recipe

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "benchmarks" / "results" / "recipe_ways.json"
HARDEST = "farm site Titan-Segurity splog"

Change = Callable[[Recipe], Recipe]
Figures = dict[str, float]


def shaped(**changes: Any) -> Change:
    return lambda recipe: replace(recipe, shape=replace(recipe.shape, **changes))


def worded(**changes: Any) -> Change:
    return lambda recipe: replace(recipe, wording=replace(recipe.wording, **changes))


def weighed(**changes: Any) -> Change:
    return lambda recipe: replace(recipe, data=replace(recipe.data, **changes))


def given(factor: float, **more: float) -> Change:
    """What a recipe gives, times a factor, and more."""

    def change(recipe: Recipe) -> Recipe:
        every = {name: factor * spread for name, spread in recipe.shape.given.items()}
        more_named = {name.replace("__", "."): spread for name, spread in more.items()}
        kept = {name: spread for name, spread in (every | more_named).items() if spread}
        return shaped(given=kept)(recipe)

    return change


WAYS: dict[str, dict[str, Change]] = {
    "credibility": {
        "as shipped": lambda recipe: recipe,
        "nothing given": given(0.0),
        "twice as much given": given(2.0),
        "sources given too": given(
            1.0,
            attribution__named_sources_per_100_words=0.1,
            attribution__anonymous_share=0.05,
            hedging__weasels_per_100_words=0.05,
        ),
    },
    "quality": {
        "as shipped": lambda recipe: recipe,
        "nothing given": given(0.0),
        "twice as much given": given(2.0),
        "machine-written texts left out": weighed(kind_weights={"ai": 0.0}),
        "machine-written texts like others": weighed(kind_weights={}),
    },
    "genre": {
        "as shipped": lambda recipe: recipe,
        "a third of the patterns": worded(patterns=4_000),
    },
}


def corpora_by_root(prepared: Prepared, recipe: Recipe) -> Recipe:
    """Each corpus weighs the root of its size instead of its size."""
    size = Counter(record.corpus for record in prepared.records)
    return weighed(corpus_weights={name: n**-0.5 for name, n in size.items()})(recipe)


def judged(prepared: Prepared, recipe: Recipe, cache: Path) -> Figures:
    """The figures of one way."""
    if recipe.target == "genre":
        tables, _ = genre_figures(prepared, recipe, TARGETS["genre"], tfidf=False)
        return {name: one.value for name, one in tables["Unseen sites"]["all"].items()}
    result = unseen(prepared, recipe)
    slices = score_figures(prepared, result)
    found = {name: one.value for name, one in slices["all"].items()}
    if recipe.target == "quality":
        rows = quality_figures(prepared, result)
        found |= {
            "auc, reports against farms": rows["farm"]["auc formatted"].value,
            "the same, flat": rows["farm"]["auc flat"].value,
            "auc, hardest farm site": rows[HARDEST]["auc formatted"].value,
            "auc, reports against machine-written": rows["ai"]["auc formatted"].value,
        }
    else:
        found["auc, 300-900 words"] = slices["300-900 words"]["auc"].value
        satire = kind_figures(prepared, result)["modern reports against satire"]
        found["auc, modern reports against satire"] = satire["auc formatted"].value
        for name, row in corpus_figures(prepared, recipe, tfidf=False).items():
            found[f"auc, {name} left out"] = row["auc"].value
    found["style pairs in order"] = in_order(prepared, recipe, result, cache)
    return found


def in_order(prepared: Prepared, recipe: Recipe, result: Unseen, cache: Path) -> float:
    """Share of lurid rewrites below sober ones, by a model of all articles."""
    data = prepared.data
    fitted = fit(data, np.arange(len(prepared.records)), recipe)
    affine = fit_affine(result.scores[:, 0], prepared.label, data.weight)
    spec = to_spec(
        fitted,
        (affine,),
        data.patterns,
        recipe,
        outputs=TARGETS[recipe.target],
        interval=None,
        extractors=extractor_versions(),
        inputs=prepared.inputs,
    )
    records, place = versions(quick=True)
    found = measure(records, cache, 1)
    z = AdditiveModel(spec).predict(found.values, found.names, found.wording).log_odds.ravel()
    pairs = [
        z[low] < z[high]
        for (story, style, truth), low in place.items()
        for sober in SOBER
        if style in STYLES and (high := place.get((story, sober, truth))) is not None
    ]
    return float(np.mean(pairs))


def main() -> None:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # untyped

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cache", type=Path, required=True, help="keeps measured features")
    cache = parser.parse_args().cache
    found: dict[str, dict[str, Figures]] = {}
    with threadpool_limits(1):
        for target, ways in WAYS.items():
            shipped = read_recipe(ROOT / "models" / target / "1" / "recipe.toml")
            recipes = {name: change(shipped) for name, change in ways.items()}
            if target == "credibility":
                recipes["corpora by the root of their size"] = corpora_by_root(
                    prepare(shipped, cache, 1), shipped
                )
            for name, recipe in recipes.items():
                figures = judged(prepare(recipe, cache, 1), recipe, cache)
                rounded = {key: round(value, 4) for key, value in figures.items()}
                found.setdefault(target, {})[name] = rounded
                print(f"{target}, {name}: {rounded}", flush=True)
    content = {
        "command": "python benchmarks/recipe_ways.py --cache DIR",
        "date": datetime.now(UTC).date().isoformat(),
        "extractors": extractor_versions(),
        "ways": found,
    }
    OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
