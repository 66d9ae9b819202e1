"""Turns records into what fitting and evaluation read."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.model_format import GENRES
from credscore.training.corpora import (
    Record,
    credibility_records,
    genre_records,
    quality_records,
)
from credscore.training.fit import Training
from credscore.training.measure import Measured, extractor_versions, measure, records_hash
from credscore.training.patterns import count_patterns
from credscore.training.recipe import Recipe
from credscore.training.splits import group_codes
from credscore.wording_term import Wording

__all__ = ["Prepared", "inputs_hash", "prepare", "records_of", "training_of"]

FloatArray = npt.NDArray[np.float64]
MIN_GROUPS_SMALLEST_SPLIT = 0.5  # candidate patterns: enough groups even where half are held out


@dataclass(frozen=True, slots=True)
class Prepared:
    """Articles, their measurements and labels; a flat copy follows all originals, in order.

    Attributes:
        records: originals, then flat copies.
        data: what fitting reads.
        wording: symbols of all records.
        label: 1, 0 or NaN; for genre, whether the article is a report.
        rating: the target between 0 and 1, NaN where unknown (never filled in).
        truth: class of each row (genre), else zeros.
        words: number of words, split at blanks, boilerplate included (for slices by length).
        inputs: hash of articles, recipe and extractor versions.
    """

    records: tuple[Record, ...]
    data: Training
    wording: Wording
    label: FloatArray
    rating: FloatArray
    truth: npt.NDArray[np.int64]
    words: FloatArray
    inputs: str

    @property
    def original(self) -> npt.NDArray[np.bool_]:
        """True for articles as they came, False for flat copies."""
        return np.array([not record.flat for record in self.records])

    def column(self, name: str) -> npt.NDArray[np.str_]:
        """A field of all records, as text."""
        return np.array([str(getattr(record, name)) for record in self.records])


def prepare(recipe: Recipe, cache: Path | None = None, n_jobs: int = 2) -> Prepared:
    """Read, mask and measure everything that a recipe asks for."""
    records, genres = records_of(recipe)
    if recipe.data.flat:
        records = [*records, *(record.as_flat() for record in records)]
        genres = [*genres, *genres]
    measured = measure(records, cache, n_jobs)
    label = np.array([record.label for record in records])
    rating = np.array([record.rating for record in records])
    truth = np.array([GENRES.index(genre) if genre else 0 for genre in genres], dtype=np.int64)
    if recipe.target == "genre":
        target = np.eye(len(GENRES))[truth]
        label = (truth == 0).astype(np.float64)
    else:
        target = _filled_targets(rating, label)[:, None]
    return Prepared(
        records=tuple(records),
        data=training_of(records, measured, target, recipe),
        wording=measured.wording,
        label=label,
        rating=rating,
        truth=truth,
        words=np.array([float(record.words) for record in records]),
        inputs=inputs_hash(records, recipe),
    )


def records_of(recipe: Recipe) -> tuple[list[Record], list[str]]:
    """The articles that a recipe trains on, and the genre of each ("" where it is not asked)."""
    if recipe.target == "genre":
        pairs = genre_records(recipe.data.per_group)
        return [record for record, _ in pairs], [genre for _, genre in pairs]
    read = {"credibility": credibility_records, "quality": quality_records}[recipe.target]
    records = read(recipe.data.per_group)
    return records, [""] * len(records)


def _filled_targets(rating: FloatArray, label: FloatArray) -> FloatArray:
    """Ratings; where there is only a label, the mean rating of articles with that label."""
    target = rating.copy()
    for value in (0.0, 1.0):
        rated = (label == value) & ~np.isnan(rating)
        if rated.any():
            target[(label == value) & np.isnan(rating)] = float(rating[rated].mean())
    return target


def training_of(
    records: Sequence[Record], measured: Measured, target: FloatArray, recipe: Recipe
) -> Training:
    """Assemble what fitting reads."""
    kept = [place for place, name in enumerate(measured.names) if name not in recipe.shape.exclude]
    names = tuple(measured.names[place] for place in kept)
    values = measured.values[:, kept].copy()
    # Without an author column, bylines measure the scraper.
    byline = [place for place, name in enumerate(names) if name.startswith("byline.")]
    supplied = np.array([record.authors is not None for record in records])
    values[np.ix_(~supplied, np.array(byline, dtype=np.int64))] = np.nan
    groups = group_codes([record.group for record in records])
    flat = np.array([record.flat for record in records])
    least = max(5, round(recipe.wording.min_groups * MIN_GROUPS_SMALLEST_SPLIT))
    weight = _weights(records, target, recipe)
    factor = recipe.data.kind_weights
    return Training(
        names=names,
        values=values,
        patterns=count_patterns(measured.wording, groups, flat, least, recipe.wording),
        target=target,
        weight=weight,
        fit_weight=weight * np.array([factor.get(record.kind, 1.0) for record in records]),
        groups=groups,
        corpora=group_codes([record.corpus for record in records]),
        flat=flat,
    )


def _weights(records: Sequence[Record], target: FloatArray, recipe: Recipe) -> FloatArray:
    """Small sources count more an article, as do small corpora where the recipe says so."""
    size = Counter(record.group for record in records)
    factor = recipe.data.corpus_weights
    weight = [
        size[record.group] ** -recipe.data.group_exponent * factor.get(record.corpus, 1.0)
        for record in records
    ]
    result: FloatArray = np.array(weight)
    if recipe.data.balance:
        result = result / (target.T @ result)[target.argmax(axis=1)]
    normalised: FloatArray = result / result.mean()
    return normalised


def inputs_hash(records: Sequence[Record], recipe: Recipe) -> str:
    """SHA-256 of what a model is made from: articles, recipe and extractors' versions."""
    content = {
        "records": records_hash(records),
        "recipe": asdict(recipe),
        "extractors": extractor_versions(),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
