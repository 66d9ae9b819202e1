"""The additive model at work: tables, wording and intervals, numpy only.

Numerical promise: for every article ``baseline + sum(contributions) == log_odds`` up to rounding
(1e-9), and an article's numbers are the same to the last bit in whatever batch it is scored. That
is why sums run in term order (``cumsum``), and why no function is used whose result could depend on
an element's place in the array.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.arguments import called
from credscore.errors import ModelError
from credscore.model_format import Interval, ModelSpec, Table, WordingTable, read_model
from credscore.wording_term import Wording, WordingTerms

__all__ = ["AdditiveModel", "Prediction", "Wording", "load_model"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prediction:
    """Log-odds of a batch and where they come from.

    For models with one output the last axis of ``log_odds`` and ``contributions`` is dropped.

    Attributes:
        terms: names of the terms: features, then wording terms.
        baseline: what an average training article gets, shape () or (n_outputs,).
        log_odds: shape (n_docs,) or (n_docs, n_outputs).
        contributions: shape (n_docs, n_terms) or (n_docs, n_terms, n_outputs).
        low, high: ends of the interval in log-odds, shape (n_docs,); None if the model has none.
    """

    terms: tuple[str, ...]
    baseline: FloatArray
    log_odds: FloatArray
    contributions: FloatArray
    low: FloatArray | None
    high: FloatArray | None


class AdditiveModel:
    """A trained model, ready to score batches.

    Attributes:
        spec: what the file said.
        features: names of the features that the tables read, in table order.
        terms: names of all terms, in the order of ``Prediction.contributions``.
    """

    __slots__ = ("_lines", "_order", "_reach", "_tables", "features", "spec", "terms", "wording")

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self.features = tuple(table.feature for table in spec.tables)
        self.terms = self.features + tuple(term.name for term in spec.wording)
        self._tables = _PackedTables.of(spec.tables, len(spec.outputs))
        self.wording = WordingTerms(spec.wording)
        self._lines = _WordingLines(spec.wording)
        self._reach = _Reach(spec.interval) if spec.interval else None
        self._order: tuple[tuple[str, ...], npt.NDArray[np.int64]] | None = None

    @classmethod
    def load(cls, path: str | Path) -> AdditiveModel:
        """Read a model file.

        Raises:
            ModelError: it is missing or broken.
        """
        return cls(read_model(path))

    @property
    def target(self) -> str:
        return self.spec.target

    @property
    def version(self) -> str:
        return self.spec.version

    @property
    def outputs(self) -> tuple[str, ...]:
        return self.spec.outputs

    def check_extractors(self, installed: Mapping[str, int]) -> None:
        """Check that the features still mean what they meant in training.

        Args:
            installed: extractor name -> version.

        Raises:
            ModelError: an extractor is missing or has another version.
        """
        for name, version in self.spec.extractors:
            if installed.get(name) != version:
                found = f"version {installed[name]}" if name in installed else "none"
                raise ModelError(
                    f"{self.target} model {self.version} was trained with extractor {name!r} "
                    f"version {version}; installed is {found}: retrain the model or use the "
                    "credscore version that it came with"
                )

    def predict(
        self,
        values: FloatArray,
        names: Sequence[str],
        wording: Wording | None = None,
        sums: npt.NDArray[np.int64] | None = None,
    ) -> Prediction:
        """Score a batch.

        Args:
            values: measured features, float64, shape (n_docs, len(names)); NaN = not measured.
            names: which feature each column is; columns that the model does not read are ignored.
            wording: the same articles as symbols; needed where the model has wording terms.
            sums: what ``self.wording`` sums up, where it is at hand from a ``SharedMatcher``.

        Raises:
            ModelError: a feature or the wording is missing, or shapes do not fit.
        """
        values = self._columns(values, names)
        n_docs, n_outputs = len(values), len(self.outputs)
        parts = np.empty((len(self.terms) + 1, n_docs, n_outputs))
        parts[0] = self.spec.baseline
        self._tables.fill(values, parts[1:])
        words = np.full(n_docs, np.nan) if wording is None else wording.words
        if self.spec.wording:
            if wording is None or len(wording.first) != n_docs + 1:
                raise ModelError(f"the {self.target} model needs the wording of {n_docs} articles")
            counted = self.wording.sums(wording) if sums is None else sums
            self._lines.fill(counted, words, parts[1 + len(self.features) :])
        return self._prediction(parts, words)

    def worth(self, feature: str, value: float) -> float:
        """The log-odds that a feature's value contributes to the first output; 0 if it is no term
        of the model. NaN = not measured.
        """
        if feature not in self.features:
            return 0.0
        place = self.features.index(feature)
        row = np.full((1, len(self.features)), np.nan)
        row[0, place] = value
        out = np.empty((len(self.features), 1, len(self.outputs)))
        self._tables.fill(row, out)
        return float(out[place, 0, 0])

    def _columns(self, values: FloatArray, names: Sequence[str]) -> FloatArray:
        if values.ndim != 2 or values.shape[1] != len(names):
            raise ModelError(
                f"values of shape {values.shape} do not fit {len(names)} feature names"
            )
        wanted = tuple(names)
        if self._order is None or self._order[0] != wanted:
            place = {name: column for column, name in enumerate(wanted)}
            lacking = [name for name in self.features if name not in place]
            if lacking:
                raise ModelError(f"the {self.target} model needs the features {', '.join(lacking)}")
            columns = np.array([place[name] for name in self.features], dtype=np.int64)
            self._order = (wanted, columns)
        return values[:, self._order[1]]

    def _prediction(self, parts: FloatArray, words: FloatArray) -> Prediction:
        # cumsum adds strictly one after the other; sum() may pair terms up differently for one
        # article than for many.
        log_odds = np.cumsum(parts, axis=0)[-1]
        contributions = parts[1:].transpose(1, 0, 2)
        baseline = np.array(self.spec.baseline)
        if len(self.outputs) > 1:
            return Prediction(self.terms, baseline, log_odds, contributions, None, None)
        only = log_odds[:, 0]
        low, high = self._reach.ends(only, words) if self._reach else (None, None)
        return Prediction(self.terms, baseline[0], only, contributions[:, :, 0], low, high)


class _WordingLines:
    """What a model makes of its wording terms' sums: a table for each term and output."""

    __slots__ = ("_root", "_scale", "_shrink", "_tables")

    def __init__(self, terms: Sequence[WordingTable]) -> None:
        self._scale = np.array([term.scale for term in terms])
        self._shrink = np.array([term.shrink for term in terms])
        self._root = np.array([term.denominator == "root_words" for term in terms], dtype=np.bool_)
        lines = [_lines(term, output) for term in terms for output in range(len(term.at))]
        self._tables = _PackedTables.of(lines, 1)

    def fill(self, sums: npt.NDArray[np.int64], words: FloatArray, out: FloatArray) -> None:
        """Write contributions into ``out``, shape (n_terms, n_docs, n_outputs)."""
        size = words[:, None] + self._shrink
        # Square roots are correctly rounded by IEEE 754, hence the same everywhere.
        np.sqrt(size, out=size, where=self._root)
        index = sums.transpose(2, 0, 1).astype(np.float64, order="C")
        index *= self._scale[:, None]
        index /= size[:, :, None]
        n_terms, n_docs, n_outputs = out.shape
        worth = np.empty((n_terms * n_outputs, n_docs, 1))
        self._tables.fill(index.reshape(n_docs, -1), worth)
        out[:] = worth.reshape(n_terms, n_outputs, n_docs).transpose(0, 2, 1)


def _lines(term: WordingTable, output: int) -> Table:
    """What one output makes of a wording term's index."""
    return Table(term.name, "lines", term.at[output], (term.values[output],), (0.0,))


class _Reach:
    """The interval around log-odds, by how far they are out and by the words of the article."""

    __slots__ = ("_above", "_below", "_cuts", "_factors", "_words")

    def __init__(self, interval: Interval) -> None:
        self._cuts, self._words = np.array(interval.cuts), np.array(interval.words)
        self._below, self._above = np.array(interval.below), np.array(interval.above)
        self._factors = np.array(interval.factors)

    def ends(self, log_odds: FloatArray, words: FloatArray) -> tuple[FloatArray, FloatArray]:
        place = self._cuts.searchsorted(log_odds, side="left")
        row = np.where(np.isnan(words), 0, self._words.searchsorted(words, side="left"))
        factor = self._factors.take(row)
        low = log_odds - self._below.take(place) * factor
        return low, log_odds + self._above.take(place) * factor


@dataclass(frozen=True, slots=True)
class _PackedTables:
    """All tables side by side, padded to the longest, so that a batch needs no loop over features.

    In bin ``b`` (number of cuts below x) a table is worth ``value + slope * (x - origin)``.
    """

    cuts: FloatArray  # (longest, n_tables), padded with inf
    low: FloatArray  # (n_tables,) x is held between low and high, so that inf stays finite
    high: FloatArray
    value: FloatArray  # (n_tables * n_bins, n_outputs)
    slope: FloatArray
    origin: FloatArray  # (n_tables * n_bins,)
    missing: FloatArray  # (n_tables, n_outputs)
    first: npt.NDArray[np.int64]  # (n_tables,) where each table's bins begin

    @classmethod
    def of(cls, tables: Sequence[Table], n_outputs: int) -> _PackedTables:
        longest = max((len(table.at) for table in tables), default=0)
        n_bins = longest + 1
        cuts = np.full((longest, len(tables)), np.inf)
        value = np.zeros((len(tables), n_bins, n_outputs))
        slope = np.zeros_like(value)
        origin = np.zeros((len(tables), n_bins))
        for row, table in enumerate(tables):
            at, size = np.array(table.at), len(table.at)
            columns = np.array(table.values).T
            cuts[:size, row] = at
            if table.shape == "steps":
                value[row, : size + 1] = columns
                continue
            value[row, 0], value[row, 1 : size + 1] = columns[0], columns
            slope[row, 1:size] = np.diff(columns, axis=0) / np.diff(at)[:, None]
            origin[row, 1 : size + 1] = at
        return cls(
            cuts=cuts,
            low=np.array([table.at[0] for table in tables]),
            high=np.array([table.at[-1] for table in tables]),
            value=value.reshape(-1, n_outputs),
            slope=slope.reshape(-1, n_outputs),
            origin=origin.ravel(),
            missing=np.array([table.missing for table in tables]).reshape(len(tables), n_outputs),
            first=np.arange(len(tables), dtype=np.int64) * n_bins,
        )

    def fill(self, values: FloatArray, out: FloatArray) -> None:
        """Write contributions into ``out[:n_tables]``, shape (n_tables, n_docs, n_outputs)."""
        n_tables = values.shape[1]
        if n_tables == 0:
            return
        above = values[:, None, :] > self.cuts[None, :, :]
        place = above.sum(axis=1, dtype=np.int64) + self.first
        held = np.minimum(np.maximum(values, self.low), self.high)
        offset = (held - self.origin.take(place))[:, :, None]
        worth = self.slope.take(place, axis=0)
        worth *= offset
        worth += self.value.take(place, axis=0)
        gone = np.isnan(values)
        if gone.any():
            worth = np.where(gone[:, :, None], self.missing[None], worth)
        out[:n_tables] = worth.transpose(1, 0, 2)


def load_model(path: str | PathLike[str]) -> AdditiveModel:
    """Read a ``model.json``, or the folder that holds it.

    Raises:
        ModelError: it is missing or broken; the message names the place in the file.
    """
    if not isinstance(path, str | PathLike):
        raise ModelError(f"the path is {called(path)}; a str or a Path is needed")
    path = Path(path)
    return AdditiveModel.load(path / "model.json" if path.is_dir() else path)
