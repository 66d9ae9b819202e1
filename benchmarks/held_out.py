"""Models that never saw an article's source, kept on disk: what fairness is measured with.

A fitted model knows its training pages too well; an attack on them would look weaker than it is.
So each article is judged by the model of the fold that left its source out, and articles of sources
that no training holds by the shipped model. Fitting takes some minutes; ``--cache`` keeps it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

import credscore
from credscore.model import AdditiveModel
from credscore.model_files import find_model
from credscore.model_format import TARGETS, ModelSpec, Table, dump_model, read_model
from credscore.training.calibrate import conformal_interval, fit_affine, reach
from credscore.training.corpora import Record
from credscore.training.export import to_spec
from credscore.training.fit import fit
from credscore.training.measure import code_hash, extractor_versions, measure
from credscore.training.metrics import sigmoid
from credscore.training.prepare import Prepared, inputs_hash, prepare, records_of
from credscore.training.recipe import Recipe, read_recipe
from credscore.training.splits import grouped_folds

SCORES = ("overall", "credibility", "quality")
FITTED_BY = ("calibrate", "export", "fit", "patterns", "prepare", "shapes", "splits")
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One score of all its training articles, by models that never saw their source.

    Attributes:
        recipe: of the shipped model.
        records: the articles, then their flat copies.
        fold: which fold left the article's source out.
        log_odds, low, high: calibrated on the other folds.
        truth: the rating, put on the same scale; NaN if there is none.
        models: one a fold.
        folder: where all this is kept.
    """

    recipe: Recipe
    records: tuple[Record, ...]
    fold: IntArray
    log_odds: FloatArray
    low: FloatArray
    high: FloatArray
    truth: FloatArray
    models: tuple[AdditiveModel, ...]
    folder: Path

    def column(self, name: str) -> npt.NDArray[np.str_]:
        """A field of all records, as text."""
        return np.array([str(getattr(record, name)) for record in self.records])

    def numbers(self, name: str) -> FloatArray:
        """A field of all records, as numbers."""
        return np.array([float(getattr(record, name)) for record in self.records])

    @property
    def original(self) -> npt.NDArray[np.bool_]:
        return np.array([not record.flat for record in self.records])

    @property
    def score(self) -> FloatArray:
        """0 to 100."""
        return 100 * sigmoid(self.log_odds)

    def fold_of_group(self) -> dict[str, int]:
        pairs = zip(self.records, self.fold.tolist(), strict=True)
        return {record.group: fold for record, fold in pairs}


def held_out(target: str, cache: Path, n_jobs: int = 2) -> HeldOut:
    """Read the folds' models and scores from ``cache``, or fit them."""
    recipe = read_recipe(find_model(target).parent / "recipe.toml")
    records, _ = records_of(recipe)
    if recipe.data.flat:
        records = [*records, *(record.as_flat() for record in records)]
    folder = cache / f"folds-{target}-{_key(records, recipe)}"
    if not (folder / "scores.npz").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        _fit_folds(prepare(recipe, cache, n_jobs), recipe, folder)
    with np.load(folder / "scores.npz", allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    models = [AdditiveModel(read_model(folder / f"{n}.json")) for n in range(recipe.folds)]
    return HeldOut(recipe, tuple(records), models=tuple(models), folder=folder, **arrays)


def _key(records: Sequence[Record], recipe: Recipe) -> str:
    folder = Path(credscore.__file__).parent / "training"
    code = [(folder / f"{name}.py").read_bytes() for name in FITTED_BY]
    parts = [inputs_hash(records, recipe).encode(), code_hash().encode(), *code]
    return hashlib.sha256(b"|".join(parts)).hexdigest()[:24]


def _fit_folds(prepared: Prepared, recipe: Recipe, folder: Path) -> None:
    """The cross-validation of ``credscore.training.evaluation.unseen``, keeping the models."""
    data, words = prepared.data, prepared.wording.words
    folds = grouped_folds([str(code) for code in data.groups], recipe.folds, "evaluation")
    fits, score = [], np.empty(len(folds))
    for fold in range(recipe.folds):
        fitted = fit(data, np.flatnonzero(folds != fold), recipe)
        held = np.flatnonzero(folds == fold)
        score[held] = fitted.score(data, held)[:, 0]
        fits.append(fitted)
    found = {name: np.full(len(score), np.nan) for name in ("log_odds", "low", "high", "truth")}
    for fold, fitted in enumerate(fits):
        held, rest = folds == fold, folds != fold
        weight = data.weight[rest]
        affine = fit_affine(score[rest], prepared.label[rest], weight)
        found["log_odds"][held] = affine(score[held])
        found["truth"][held] = affine(prepared.rating[held])
        interval = conformal_interval(
            affine(score[rest]), affine(prepared.rating[rest]), words[rest], weight,
            recipe.coverage,
        )  # fmt: skip
        ends = reach(interval, found["log_odds"][held], words[held])
        found["low"][held], found["high"][held] = ends
        spec = to_spec(
            fitted, (affine,), data.patterns, recipe, outputs=TARGETS[recipe.target],
            interval=interval, extractors=extractor_versions(), inputs=prepared.inputs,
        )  # fmt: skip
        (folder / f"{fold}.json").write_bytes(dump_model(_rounded(spec)))
    (folder / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1), encoding="utf-8")
    np.savez(folder / "scores.npz", fold=folds, **found)


def _rounded(spec: ModelSpec) -> ModelSpec:
    """Flat stretches of a table with a direction can miss it by the last bit; put that right."""
    return replace(spec, tables=tuple(_in_order(table) for table in spec.tables))


def _in_order(table: Table) -> Table:
    follow = {"up": np.maximum, "down": np.minimum}.get(table.direction)
    if follow is None:
        return table
    values = tuple(tuple(follow.accumulate(np.array(row)).tolist()) for row in table.values)
    return replace(table, values=values)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of some articles and what each term adds, log-odds; ``points`` are 0 to 100."""

    terms: tuple[str, ...]
    log_odds: Mapping[str, FloatArray]
    contributions: Mapping[str, FloatArray]  # (n_docs, n_terms)

    @property
    def points(self) -> dict[str, FloatArray]:
        return {name: 100 * sigmoid(value) for name, value in self.log_odds.items()}


@dataclass(frozen=True, slots=True)
class Judges:
    """For each article the models that never saw its source."""

    credibility: HeldOut
    quality: HeldOut
    shipped: Mapping[str, AdditiveModel]

    @classmethod
    def load(cls, cache: Path, n_jobs: int = 2) -> Judges:
        shipped = {
            target: AdditiveModel.load(find_model(target)) for target in ("credibility", "quality")
        }
        for model in shipped.values():
            model.check_extractors(extractor_versions())
        return cls(
            held_out("credibility", cache, n_jobs), held_out("quality", cache, n_jobs), shipped
        )

    def models(self, target: str, groups: Sequence[str]) -> list[tuple[AdditiveModel, IntArray]]:
        """Models with the rows that each is to judge."""
        known = self.of(target)
        fold = known.fold_of_group()
        mine = np.array([fold.get(group, -1) for group in groups], dtype=np.int64)
        pairs = [(self.shipped[target], -1), *((m, n) for n, m in enumerate(known.models))]
        chosen = [(model, np.flatnonzero(mine == number)) for model, number in pairs]
        return [(model, rows) for model, rows in chosen if len(rows)]

    def of(self, target: str) -> HeldOut:
        return self.credibility if target == "credibility" else self.quality

    def score(self, records: Sequence[Record], n_jobs: int = 2) -> Scores:
        """Credibility, quality and overall of articles as they are given."""
        measured = measure(records, None, n_jobs)
        groups = [record.group for record in records]
        judged = {t: self.models(t, groups) for t in ("credibility", "quality")}
        every = [model for pairs in judged.values() for model, _ in pairs]
        terms = tuple(dict.fromkeys(term for model in every for term in model.terms))
        place = {term: column for column, term in enumerate(terms)}
        log_odds, parts = {}, {}
        for target, pairs in judged.items():
            log_odds[target] = np.empty(len(records))
            parts[target] = np.zeros((len(records), len(terms)))
            for model, rows in pairs:
                found = model.predict(
                    measured.values[rows], measured.names, measured.wording.rows(rows)
                )
                log_odds[target][rows] = found.log_odds
                parts[target][np.ix_(rows, [place[term] for term in model.terms])] = (
                    found.contributions
                )
        log_odds["overall"] = (log_odds["credibility"] + log_odds["quality"]) / 2
        parts["overall"] = (parts["credibility"] + parts["quality"]) / 2
        return Scores(terms, log_odds, parts)
