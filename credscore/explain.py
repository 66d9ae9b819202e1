"""Why a score is what it is: contributions, sentences and passages.

The contributions are the model itself, term by term, so nothing here is estimated after the fact:
``baseline + sum(contributions) == log_odds``. Points share out the difference in the 0-100 score
in proportion to log-odds, so they add up too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.annotations import Annotations, Span, all_of
from credscore.document import Document
from credscore.evidence import ByArticle, Source, sources
from credscore.features import Feature, Measurement
from credscore.judgement import Contribution, Evidence, percent
from credscore.lazy import cached_property
from credscore.model import AdditiveModel
from credscore.parts import Parts
from credscore.registry import Batch, Extractor, discover, features_by_name
from credscore.tokenization.blocks import BLOCK_KINDS
from credscore.wording_reasons import Patterns, say_wording, wording_summary

__all__ = ["Explainer", "annotations_of"]


def annotations_of(batch: Batch, doc: int = 0) -> Annotations:
    """One article's annotations, each field built when first looked at."""
    return _annotations(batch.documents[doc].text, lambda: (batch, doc))


def _annotations(text: str, look: Callable[[], tuple[Batch, int]]) -> Annotations:
    """The same, from a batch that is looked for only when a field is."""

    def build(make: Callable[[Batch, int], tuple[Any, ...]]) -> tuple[Any, ...]:
        return make(*look())

    return Annotations(text, {field: partial(build, make) for field, make in _builders().items()})


@cache
def _builders() -> Mapping[str, Callable[[Batch, int], tuple[Any, ...]]]:
    """For each field of ``Annotations`` what builds it for one article of a batch."""
    found: dict[str, Callable[[Batch, int], tuple[Any, ...]]] = {
        "sentences": _sentences,
        "blocks": _blocks,
        "quotes": _quotes,
    }
    for extractor in discover():
        for name in extractor.annotations:
            found[name] = partial(_annotate, extractor, name)
    return found


def _annotate(extractor: Extractor, field: str, batch: Batch, doc: int) -> tuple[Any, ...]:
    return extractor.annotate(batch, field, doc)


def _sentences(batch: Batch, doc: int) -> tuple[Span, ...]:
    return _all_spans(batch.cached("sentences", _sentence_spans), doc)


def _blocks(batch: Batch, doc: int) -> tuple[Span, ...]:
    return _all_spans(batch.cached("blocks", _block_spans), doc)


def _quotes(batch: Batch, doc: int) -> tuple[Span, ...]:
    return _all_spans(batch.cached("quotes", _quote_spans), doc)


def _all_spans(found: ByArticle, doc: int) -> tuple[Span, ...]:
    starts, ends, *kinds = found.columns(doc)
    return all_of(Span, len(starts), starts, ends, *(kinds or [[""] * len(starts)]))


def _sentence_spans(batch: Batch) -> ByArticle:
    tokens = batch.tokens
    end = np.append(tokens.sentence_first, len(tokens))[1:]
    return ByArticle(tokens.n_docs, *tokens.char_span(tokens.sentence_first, end))


def _block_spans(batch: Batch) -> ByArticle:
    tokens = batch.tokens
    end = np.append(tokens.block_first, len(tokens))[1:]
    kinds = [BLOCK_KINDS[kind] for kind in tokens.block_kind.tolist()]
    return ByArticle(tokens.n_docs, *tokens.char_span(tokens.block_first, end), kinds)


def _quote_spans(batch: Batch) -> ByArticle:
    quotes = batch.tokens.quotes
    return ByArticle(batch.tokens.n_docs, *batch.tokens.char_span(quotes.first, quotes.last))


class Explainer:
    """Builds one article's sentences and passages, only when asked.

    It keeps the article and its measured values; passages come from ``source``.

    Args:
        names, values: every feature and its measured value.
        reasons: why a value is NaN, by feature.
        models: of credibility and of quality.
        source: where the article's evidence is; without one it is annotated when somebody looks.
    """

    def __init__(
        self,
        document: Document,
        names: tuple[str, ...],
        values: npt.NDArray[np.float64],
        reasons: Mapping[str, str],
        models: tuple[AdditiveModel, AdditiveModel],
        source: Source | None,
    ) -> None:
        self.document = document
        self._names = names
        self._values = values
        self._reasons = reasons
        self._all_models = models
        self._source = source
        self._passages: dict[tuple[str, str, bool], tuple[Evidence, ...]] = {}

    def look(self) -> tuple[Batch, int]:
        """A batch that holds the article, annotated, and which of its articles it is."""
        if self._source is None:
            (self._source,) = sources([self.document])
        return self._source.look()

    @cached_property
    def annotations(self) -> Annotations:
        if self._source is None:
            (self._source,) = sources([self.document])
        return _annotations(self.document.text, self._source.look)

    @cached_property
    def values(self) -> Mapping[str, float]:
        """Every measured value by feature name."""
        return dict(zip(self._names, self._values.tolist(), strict=True))

    def measurements(self) -> Mapping[str, Measurement]:
        """Every feature of the article, by name, sorted."""
        return {name: self._measurement(name) for name in self._names}

    def _measurement(self, name: str) -> Measurement:
        feature = features_by_name()[name]
        value = self.values[name]
        reason = self._reason(name) if math.isnan(value) else None
        return Measurement(
            name=name,
            value=value,
            unit=feature.unit,
            sentence=reason or feature.say(self.values),
            reason=reason,
            spans=self._spans(feature),
        )

    def _reason(self, name: str) -> str:
        return self._reasons.get(name, "this could not be measured in this text")

    def _spans(self, feature: Feature) -> tuple[tuple[int, int], ...]:
        if feature.evidence is None:
            return ()
        batch, doc = self.look()
        return tuple(batch.cached(feature.name, _passages_of(feature))(doc))

    def _evidence(self, feature: Feature) -> tuple[Evidence, ...]:
        key = "", feature.name, True
        if key not in self._passages:
            starts: list[int] = []
            ends: list[int] = []
            if feature.evidence is not None:
                batch, doc = self.look()
                starts, ends = batch.cached(feature.name, _passages_of(feature)).columns(doc)
            self._passages[key] = _shown(self.document.text, starts, ends, repeat(math.nan))
        return self._passages[key]

    def contributions(
        self, target: str, parts: Parts, most: int | None = None
    ) -> tuple[Contribution, ...]:
        """A score's ``most`` strongest terms, by default all, strongest first; terms that add
        nothing are left out.
        """
        slope = _points_per_log_odds(parts.baseline, parts.log_odds)
        size = np.abs(parts.contributions)
        order = (-size).argsort(kind="stable")[: np.count_nonzero(size)][:most]
        amounts = parts.contributions.take(order)
        terms = _terms(parts.terms, self._names)
        columns = (
            terms.names.take(order).tolist(),
            terms.measured(self._values).take(order).tolist(),
            amounts.tolist(),
            (amounts * slope).tolist(),
            terms.kinds.take(order).tolist(),
            repeat(_Teller(self, target)),
        )
        return tuple(map(_CONTRIBUTION, zip(*columns, strict=False)))

    def tell(self, target: str, what: str, part: Contribution) -> str | tuple[Evidence, ...]:
        """A contribution's ``summary``, ``sentence`` or ``evidence``."""
        feature = features_by_name().get(part.feature)
        if feature is not None:
            if what == "evidence":
                return self._evidence(feature) if self._comes_of(target, part) else ()
            return self._say(feature)
        if what == "evidence":
            return self._wording_passages(target, part.feature, part.log_odds)
        if what == "sentence":
            found = self._wording_passages(target, part.feature, part.log_odds)
            return say_wording(target, part.feature, part.log_odds > 0, found)
        return wording_summary(target, part.feature, part.log_odds > 0)

    def _comes_of(self, target: str, part: Contribution) -> bool:
        """Whether what was found moved the score that way, and not how little of it there is.

        Two quotations in a long text may count against it; striking them out would not help.
        """
        beyond = part.log_odds - _at_zero(self._models(target), part.feature)
        return bool(beyond * part.log_odds > 0)

    def _models(self, target: str) -> tuple[AdditiveModel, ...]:
        if target == "overall":
            return self._all_models
        return (self._all_models[0 if target == "credibility" else 1],)

    def _say(self, feature: Feature) -> str:
        if math.isnan(self.values[feature.name]):
            return self._reason(feature.name)
        return feature.say(self.values)

    def _wording_passages(self, target: str, term: str, amount: float) -> tuple[Evidence, ...]:
        """Patterns that pull the same way as the term's sum, in order of the text."""
        key = target, term, amount > 0
        if key not in self._passages:
            self._passages[key] = self._find_wording(*key)
        return self._passages[key]

    def _find_wording(self, target: str, term: str, upwards: bool) -> tuple[Evidence, ...]:
        batch, doc = self.look()
        patterns = _patterns(self._models(target), term, upwards)
        return _shown(self.document.text, *batch.cached(patterns, patterns.find).columns(doc))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells what a contribution does not hold; equal for equal targets."""

    explainer: Explainer = field(repr=False, compare=False)
    target: str

    def __call__(self, what: str, part: Contribution) -> str | tuple[Evidence, ...]:
        return self.explainer.tell(self.target, what, part)


# A named tuple from a tuple, as ``_make`` without its steps in Python.
_CONTRIBUTION: Callable[[tuple[Any, ...]], Contribution] = partial(tuple.__new__, Contribution)
_EVIDENCE: Callable[[tuple[Any, ...]], Evidence] = partial(tuple.__new__, Evidence)


def _shown(
    text: str, starts: list[int], ends: list[int], weights: Iterable[float]
) -> tuple[Evidence, ...]:
    """Passages of a text, with what each weighs."""
    passages = map(text.__getitem__, map(slice, starts, ends))
    return tuple(map(_EVIDENCE, zip(starts, ends, passages, weights, strict=False)))


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of a score, in their order: names, ``"feature"`` or ``"wording"``, and where their
    values stand among the measured ones.
    """

    names: npt.NDArray[np.object_]
    kinds: npt.NDArray[np.object_]
    places: npt.NDArray[np.intp]
    wording: npt.NDArray[np.intp]

    def measured(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The terms' values, NaN for wording."""
        found = values.take(self.places)
        found[self.wording] = math.nan
        return found


@cache
def _terms(terms: tuple[str, ...], names: tuple[str, ...]) -> _Terms:
    place = {name: row for row, name in enumerate(names)}
    features = np.array([term in place for term in terms], dtype=np.bool_)
    return _Terms(
        np.array(terms, dtype=np.object_),
        np.where(features, "feature", "wording").astype(np.object_),
        np.array([place.get(term, 0) for term in terms], dtype=np.intp),
        np.flatnonzero(~features),
    )


@cache
def _patterns(models: tuple[AdditiveModel, ...], term: str, upwards: bool) -> Patterns:
    """One object for each, found in a batch's tables without comparing."""
    return Patterns(models, term, upwards)


@cache
def _passages_of(feature: Feature) -> Callable[[Batch], ByArticle]:
    def find(batch: Batch) -> ByArticle:
        found = batch.done[feature.name.partition(".")[0]].findings.get(str(feature.evidence))
        if found is None:
            return ByArticle(len(batch.documents), np.zeros(0, dtype=np.int64), [], [])
        return ByArticle(len(batch.documents), found.doc, found.start, found.end)

    return find


@cache
def _at_zero(models: tuple[AdditiveModel, ...], feature: str) -> float:
    """What a feature would contribute to the models' mean log-odds if nothing were found."""
    return sum(model.worth(feature, 0.0) for model in models) / len(models)


def _points_per_log_odds(baseline: float, log_odds: float) -> float:
    """Mean slope of the score between an average article and this one."""
    if abs(log_odds - baseline) < 1e-6:
        share = percent(log_odds) / 100
        return 100 * share * (1 - share)
    return (percent(log_odds) - percent(baseline)) / (log_odds - baseline)
