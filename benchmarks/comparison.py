"""Do comparisons keep their promises? Articles needed, coverage of intervals, false alarms.

    python benchmarks/comparison.py [--cache DIR] [--scores DIR] [--targets credibility quality]
    python benchmarks/comparison.py --large [--articles 100000]    # see comparison_large.py

Every article is scored by a model that never saw its source: the recipe's models are fitted again,
fold by fold. ``--cache`` keeps measured features between runs and ``--scores`` unseen scores. Then,
by ``credscore.comparison``'s own arithmetic:

- coverage: articles are drawn with replacement from each source with at least 40 articles; does the
  90 % interval hold the mean of all its articles?
- width: how wide the interval is by number of articles, and how many halve it.
- false alarms: each source with at least 10 articles is cut into random halves. How often are the
  halves called different, (a) alone, and (b) among all pairs of all halves, corrected?

The threshold below which an adjusted p means "different" is chosen on the sources of the first
three folds, for both scores together; false alarms are reported for sources of the other folds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore import __version__
from credscore.comparison import statistics
from credscore.comparison.result import ALPHA
from credscore.comparison.statistics import Estimates, scores_of

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks/results/comparison.json"
RESULT_LARGE = RESULT.with_name("comparison_large.json")
SIZES = (5, 7, 10, 15, 20, 30, 40)
POPULATION = 40  # articles that a source needs to stand for its own truth
HALVED = 10
DRAWS, SPLITS = 200, 100
CHOOSING = 3  # folds, of the recipes' eight
THRESHOLDS = (0.05, 0.04, 0.03, 0.02, 0.01)
MOST_FALSE = 0.05  # of halves tested alone, by the upper end of a 95 % interval over sources
SEED = 20_240

FloatArray = npt.NDArray[np.float64]
Sources = list[FloatArray]


@dataclass(frozen=True, slots=True)
class Unseen:
    """Log-odds of all articles by source, from models that never saw the source, and the fold of
    each source.
    """

    sources: Sources
    folds: npt.NDArray[np.int64]
    articles: int
    width_of_one: float

    def halved(self, choosing: bool) -> Sources:
        """Sources large enough to be cut in halves: of the first folds, or of the others."""
        mine = (self.folds < CHOOSING) == choosing
        return [v for v, own in zip(self.sources, mine, strict=True) if own and len(v) >= HALVED]

    @classmethod
    def read(cls, path: Path) -> Unseen:
        with np.load(path) as kept:
            log_odds, sizes = kept["log_odds"], kept["sizes"]
            sources = np.split(log_odds, np.cumsum(sizes)[:-1])
            return cls(sources, kept["folds"], len(log_odds), float(kept["width_of_one"]))

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        sizes = np.array([len(values) for values in self.sources])
        log_odds = np.concatenate(self.sources)
        np.savez(
            path, log_odds=log_odds, sizes=sizes, folds=self.folds, width_of_one=self.width_of_one
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder that keeps measured features")
    parser.add_argument("--scores", type=Path, help="folder that keeps the unseen scores")
    parser.add_argument("--targets", nargs="+", default=["credibility", "quality"])
    parser.add_argument("--large", action="store_true", help="500 sources, end to end")
    parser.add_argument("--articles", type=int, default=100_000, help="how many with --large")
    options = parser.parse_args()
    if options.large:
        from comparison_large import large

        RESULT_LARGE.write_text(json.dumps(large(options.articles) | stamp(), indent=2) + "\n")
        return
    results = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    found = {target: kept_or_made(target, options) for target in options.targets}
    choice = chosen_threshold(found)
    print(f"threshold: {choice['threshold']} (in use: {ALPHA})")
    for target, scores in found.items():
        start = time.perf_counter()
        results[target] = judge(scores) | {"choice": choice} | stamp()
        results[target]["seconds"] = round(time.perf_counter() - start)
        show(target, results[target])
        RESULT.write_text(json.dumps(results, indent=2) + "\n")


def stamp() -> dict[str, str]:
    return {"date": datetime.now(UTC).date().isoformat(), "version": __version__}


def kept_or_made(target: str, options: argparse.Namespace) -> Unseen:
    kept = options.scores / f"{target}.npz" if options.scores else None
    if kept is not None and kept.exists():
        return Unseen.read(kept)
    found = unseen(target, options.cache)
    if kept is not None:
        found.write(kept)
    return found


def unseen(target: str, cache: Path | None) -> Unseen:
    """Fit the current recipe's folds and keep the scores of what each left out."""
    from credscore.model_files import current_version
    from credscore.training.evaluation import unseen as cross_validated
    from credscore.training.prepare import prepare
    from credscore.training.recipe import read_recipe

    version = current_version(ROOT / "models", target) or "1"
    recipe = read_recipe(ROOT / "models" / target / version / "recipe.toml")
    prepared = prepare(recipe, cache, 1)
    result = cross_validated(prepared, recipe)
    kept = prepared.original
    groups, log_odds = prepared.data.groups[kept], result.log_odds[kept]
    width = scores_of(result.high[kept]) - scores_of(result.low[kept])
    distinct, first = np.unique(groups, return_index=True)
    sources = [log_odds[groups == group] for group in distinct]
    return Unseen(sources, result.folds[kept][first], int(kept.sum()), float(width.mean()))


def chosen_threshold(found: Mapping[str, Unseen]) -> dict[str, Any]:
    """The largest threshold at which two halves of one source, tested alone, are called different
    rarely enough, for each of the scores, on the sources set apart for choosing.
    """
    rng = np.random.default_rng(SEED)
    tried: dict[str, dict[str, list[float]]] = {}
    rare = np.ones(len(THRESHOLDS), dtype=bool)
    for target, scores in found.items():
        halved = scores.halved(choosing=True)
        p = np.array([alone(halves_of(halved, rng)) for _ in range(SPLITS)])
        tried[target] = {}
        for place, threshold in enumerate(THRESHOLDS):
            by_source = (p <= threshold).mean(axis=0)
            low, high = interval(by_source, rng)
            rare[place] &= high <= MOST_FALSE
            tried[target][str(threshold)] = [
                round(x, 4) for x in (float(by_source.mean()), low, high)
            ]
    return {
        "threshold": next((t for t, fine in zip(THRESHOLDS, rare, strict=True) if fine), None),
        "folds": CHOOSING,
        "sources": {target: len(scores.halved(choosing=True)) for target, scores in found.items()},
        "called_different_low_high": tried,
    }


def interval(by_source: FloatArray, rng: np.random.Generator) -> tuple[float, float]:
    """95 % of a mean over sources: they, not draws, are what could have come out otherwise."""
    boot = [rng.choice(by_source, len(by_source)).mean() for _ in range(2000)]
    low, high = np.quantile(boot, [0.025, 0.975])
    return float(low), float(high)


def judge(found: Unseen) -> dict[str, Any]:
    """All three promises."""
    rng = np.random.default_rng(SEED)
    large = [values for values in found.sources if len(values) >= POPULATION]
    return {
        "articles": found.articles,
        "sources": len(found.sources),
        "coverage": coverage(large, rng),
        "width": widths(large, rng, found.width_of_one),
        "false_alarms": false_alarms(found.halved(choosing=False), rng),
    }


def estimated(samples: Sources) -> Estimates:
    n = np.array([len(values) for values in samples])
    mean = np.array([values.mean() for values in samples])
    variance = np.array([values.var(ddof=1) for values in samples])
    return statistics.estimate(mean, variance, n, n)


def coverage(large: Sources, rng: np.random.Generator) -> dict[str, Any]:
    """Sizes are mixed within a comparison, as they are in life."""
    truth = np.array([values.mean() for values in large])
    held: dict[int, list[bool]] = {size: [] for size in SIZES}
    runs = []
    for _ in range(DRAWS):
        sizes = rng.choice(SIZES, len(large))
        made = estimated([rng.choice(v, n) for v, n in zip(large, sizes, strict=True)])
        inside = np.abs(made.value - truth) <= made.reach()
        runs.append(inside)
        for size in SIZES:
            held[size] += inside[sizes == size].tolist()
    by_source = np.mean(runs, axis=0)
    low, high = interval(by_source, rng)
    return {
        "sources": len(large),
        "draws": DRAWS,
        "share": round(float(by_source.mean()), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "by_articles": {str(size): round(float(np.mean(held[size])), 4) for size in SIZES},
    }


def widths(large: Sources, rng: np.random.Generator, one: float) -> dict[str, Any]:
    """Mean width of the interval in points, every source having the same number of articles."""
    sizes = range(5, POPULATION + 1)
    mean = {}
    for size in sizes:
        drawn = []
        for _ in range(20):
            made = estimated([rng.choice(values, size) for values in large])
            drawn.append(
                scores_of(made.value + made.reach()) - scores_of(made.value - made.reach())
            )
        mean[size] = float(np.mean(drawn))
    return {
        "one_article": round(one, 1),
        "by_articles": {str(size): round(mean[size], 1) for size in SIZES},
        "articles_to_halve_that_of_5": first_below(mean, mean[5] / 2),
        "articles_to_halve_that_of_one": first_below(mean, one / 2),
    }


def first_below(mean: dict[int, float], limit: float) -> int | None:
    return next((size for size, width in mean.items() if width <= limit), None)


def halves_of(sources: Sources, rng: np.random.Generator) -> Sources:
    halves: Sources = []
    for values in sources:
        mixed = rng.permutation(values)
        halves += [mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]]
    return halves


def alone(halves: Sources) -> list[float]:
    """p of each source's two halves, as if they were all there is to compare."""
    return [float(p_of(estimated(halves[i : i + 2]))[0]) for i in range(0, len(halves), 2)]


def false_alarms(halved: Sources, rng: np.random.Generator) -> dict[str, Any]:
    single, together, proportion, found = [], [], [], []
    for _ in range(SPLITS):
        halves = halves_of(halved, rng)
        single.append(np.array(alone(halves)) <= ALPHA)
        called, same = all_pairs(estimated(halves))
        together.append(called[same].mean())
        proportion.append(called[same].sum() / max(called.sum(), 1))
        found.append(called[~same].mean())
    low, high = interval(np.mean(single, axis=0), rng)
    return {
        "threshold": ALPHA,
        "sources": len(halved),
        "splits": SPLITS,
        "halves_alone_called_different": round(float(np.mean(single)), 4),
        "halves_alone_low_high": [round(low, 4), round(high, 4)],
        "halves_among_all_pairs_called_different": round(float(np.mean(together)), 5),
        "false_share_of_all_called_different": round(float(np.mean(proportion)), 5),
        "different_sources_called_different": round(float(np.mean(found)), 4),
    }


def p_of(made: Estimates) -> FloatArray:
    i, j = np.triu_indices(len(made.mean), 1)
    variance, freedom = made.mean_variance, made.freedom
    error = np.sqrt(np.maximum(variance[i] + variance[j], 1e-18))
    welch = (variance[i] + variance[j]) ** 2 / (
        variance[i] ** 2 / freedom[i] + variance[j] ** 2 / freedom[j]
    )
    return statistics.two_sided_p((made.mean[i] - made.mean[j]) / error, welch)


def all_pairs(made: Estimates) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which pairs are called different, and which are two halves of one source."""
    i, j = np.triu_indices(len(made.mean), 1)
    return statistics.adjusted_p(p_of(made)) <= ALPHA, (j == i + 1) & (i % 2 == 0)


def show(target: str, result: dict[str, Any]) -> None:
    held, width, alarms = result["coverage"], result["width"], result["false_alarms"]
    print(f"{target}: {result['articles']:,} articles of {result['sources']} unseen sources")
    print(
        f"  coverage of 90 % intervals  {held['share']:.1%} ({held['low']:.1%}-{held['high']:.1%})"
    )
    print(f"  by number of articles       {held['by_articles']}")
    print(
        f"  width in points             {width['by_articles']}; one article {width['one_article']}"
    )
    halves = (width["articles_to_halve_that_of_one"], width["articles_to_halve_that_of_5"])
    print(f"  articles to halve it        {halves[0]} from that of one article, {halves[1]} from 5")
    print(f"  two halves called different {alarms['halves_alone_called_different']:.1%} alone")
    print(f"  false among all called so   {alarms['false_share_of_all_called_different']:.2%}")


if __name__ == "__main__":
    main()
