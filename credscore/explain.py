"""Why a score is what it is: contributions, sentences and passages.

The contributions are the model itself, term by term, so nothing here is estimated after the fact:
``baseline + sum(contributions) == log_odds``. Points share out the difference in the 0-100 score
in proportion to log-odds, so they add up too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from itertools import repeat, starmap
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from credscore.abstention import FUNCTION_WORDS
from credscore.annotations import Annotations, Span
from credscore.document import Document
from credscore.evidence import Source, sources
from credscore.extractors.wording.families import labels
from credscore.features import Feature, Measurement
from credscore.registry import Batch, Extractor, discover
from credscore.report import Contribution, Evidence, percent
from credscore.tokenization.blocks import BLOCK_KINDS

if TYPE_CHECKING:
    from credscore.model import AdditiveModel
    from credscore.model_format import WordingTable
    from credscore.scorer import Parts, Scorer
    from credscore.wording_term import Wording

__all__ = ["Explainer", "annotations_of", "genre_note", "overall_parts"]

_GENRE_NOTES = {
    "opinion": "it reads like opinion: the scores judge craft and wording, not the view taken",
    "press_release": "it reads like a press release: one side speaks for itself",
    "satire": "it reads like satire, which imitates news on purpose: the scores mislead",
}
# Calling a report a joke is the worse mistake: lively sports and gossip reports reach 0.6.
_SURE_OF_SATIRE = 0.8
_WORDING_OF = {
    ("credibility", True): "trusted news sources",
    ("credibility", False): "sources with low expert ratings",
    ("quality", True): "professional reports",
    ("quality", False): "promotional and content-farm pages",
    ("overall", True): "trusted, professional reports",
    ("overall", False): "distrusted or promotional pages",
}
_UNSPOKEN = ("names", "marks", "building")  # families whose patterns show a reader nothing
_WORDING_EXAMPLES = 4
_LEAST_EXAMPLE = 4  # characters: "the" convinces nobody, though it may count
_READABLE = re.compile(r"[^\W\d_][\w’' -]*[^\W\d_]")  # words, not marks or figures


def genre_note(label: str, chance: float) -> str | None:
    """What the scores mean for a kind of text, where that needs saying."""
    if label == "satire" and chance < _SURE_OF_SATIRE:
        return "it may be satire; if it is, the scores mislead"
    return _GENRE_NOTES.get(label)


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
    return tuple(starmap(Span, batch.cached("sentences", _sentence_spans)(doc)))


def _blocks(batch: Batch, doc: int) -> tuple[Span, ...]:
    return tuple(starmap(Span, batch.cached("blocks", _block_spans)(doc)))


def _quotes(batch: Batch, doc: int) -> tuple[Span, ...]:
    return tuple(starmap(Span, batch.cached("quotes", _quote_spans)(doc)))


def _sentence_spans(batch: Batch) -> _ByArticle:
    tokens = batch.tokens
    end = np.append(tokens.sentence_first, len(tokens))[1:]
    return _ByArticle(tokens.n_docs, *tokens.char_span(tokens.sentence_first, end))


def _block_spans(batch: Batch) -> _ByArticle:
    tokens = batch.tokens
    end = np.append(tokens.block_first, len(tokens))[1:]
    kinds = [BLOCK_KINDS[kind] for kind in tokens.block_kind.tolist()]
    return _ByArticle(tokens.n_docs, *tokens.char_span(tokens.block_first, end), kinds)


def _quote_spans(batch: Batch) -> _ByArticle:
    quotes = batch.tokens.quotes
    return _ByArticle(batch.tokens.n_docs, *batch.tokens.char_span(quotes.first, quotes.last))


class _ByArticle:
    """Rows of columns that are sorted by article, as tuples, one article at a time."""

    __slots__ = ("_bounds", "_columns")

    def __init__(
        self,
        n_docs: int,
        doc: npt.NDArray[np.int64],
        *columns: npt.NDArray[np.generic] | list[Any],
    ) -> None:
        self._bounds: list[int] = doc.searchsorted(np.arange(n_docs + 1)).tolist()
        self._columns = [c if isinstance(c, list) else c.tolist() for c in columns]

    def columns(self, doc: int) -> list[list[Any]]:
        """One article's part of each column."""
        rows = slice(self._bounds[doc], self._bounds[doc + 1])
        return [column[rows] for column in self._columns]

    def __call__(self, doc: int) -> Iterator[tuple[Any, ...]]:
        """One article's rows."""
        return zip(*self.columns(doc), strict=True)


def overall_parts(credibility: Parts, quality: Parts) -> Parts:
    """The mean of two additive models is additive: half of each term, terms of one name merged.

    The interval is the mean of both intervals' ends: exact if the two errors go together, wider
    than needed where they do not.
    """
    terms, places = _merged(credibility.terms, quality.terms)
    halves = np.zeros(len(terms))
    for parts, place in zip((credibility, quality), places, strict=True):
        halves[place] += parts.contributions / 2
    return type(credibility)(
        terms,
        (credibility.baseline + quality.baseline) / 2,
        (credibility.log_odds + quality.log_odds) / 2,
        halves,
        (credibility.low + quality.low) / 2,
        (credibility.high + quality.high) / 2,
    )


@cache
def _merged(
    first: tuple[str, ...], second: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """The terms of two models, each once, and where each model's terms stand among them."""
    terms = tuple(dict.fromkeys([*first, *second]))
    place = {term: row for row, term in enumerate(terms)}
    rows = [np.array([place[term] for term in some], dtype=np.int64) for some in (first, second)]
    return terms, (rows[0], rows[1])


class Explainer:
    """Builds one article's sentences and passages, only when asked.

    It keeps the article and its measured values; passages come from ``source``.
    """

    def __init__(
        self,
        document: Document,
        names: tuple[str, ...],
        values: npt.NDArray[np.float64],
        reasons: Mapping[str, str],
        scorer: Scorer,
        source: Source | None,
    ) -> None:
        self.document = document
        self._names = names
        self._values = values
        self._reasons = reasons
        self._scorer = scorer
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
        feature = _features()[name]
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
            text = self.document.text
            self._passages[key] = tuple(
                Evidence(start, end, text[start:end]) for start, end in self._spans(feature)
            )
        return self._passages[key]

    def contributions(self, target: str, parts: Parts) -> tuple[Contribution, ...]:
        """A score's terms, strongest first; terms that add nothing are left out."""
        slope = _points_per_log_odds(parts.baseline, parts.log_odds)
        size = np.abs(parts.contributions)
        order = (-size).argsort(kind="stable")[: np.count_nonzero(size)]
        amounts = parts.contributions[order]
        terms, values = [parts.terms[row] for row in order.tolist()], self.values
        columns = (
            terms,
            [values.get(term, math.nan) for term in terms],
            amounts.tolist(),
            (amounts * slope).tolist(),
            ["feature" if term in values else "wording" for term in terms],
            repeat(_Teller(self, target)),
        )
        return tuple(map(Contribution._make, zip(*columns, strict=False)))

    def tell(self, target: str, what: str, part: Contribution) -> str | tuple[Evidence, ...]:
        """A contribution's ``summary``, ``sentence`` or ``evidence``."""
        feature = _features().get(part.feature)
        if feature is not None:
            return self._evidence(feature) if what == "evidence" else self._say(feature)
        if what == "evidence":
            return self._wording_passages(target, part.feature, part.log_odds)
        if what == "sentence":
            return self._say_wording(target, part.feature, part.log_odds)
        return _wording_summary(target, part.feature, part.log_odds > 0)

    def _say(self, feature: Feature) -> str:
        if math.isnan(self.values[feature.name]):
            return self._reason(feature.name)
        return feature.say(self.values)

    def _say_wording(self, target: str, term: str, amount: float) -> str:
        upwards = amount > 0
        shown = _examples(self._wording_passages(target, term, amount))
        if shown:
            quoted = ", ".join(f"“{text}”" for text in shown)
            return f"{_wording_summary(target, term, upwards)}: {quoted}"
        if _family(term) in _UNSPOKEN:
            return _wording_summary(target, term, upwards)
        return f"few of {_what(term)} are those of {_WORDING_OF[target, not upwards]}"

    def _wording_passages(self, target: str, term: str, amount: float) -> tuple[Evidence, ...]:
        """Patterns that pull the same way as the term's sum, in order of the text."""
        key = target, term, amount > 0
        if key not in self._passages:
            self._passages[key] = self._find_wording(*key)
        return self._passages[key]

    def _find_wording(self, target: str, term: str, upwards: bool) -> tuple[Evidence, ...]:
        names = ("credibility", "quality") if target == "overall" else (target,)
        batch, doc = self.look()
        patterns = _Patterns(tuple(getattr(self._scorer, name) for name in names), term, upwards)
        starts, ends, weights = batch.cached(patterns, patterns.find).columns(doc)
        text = self.document.text
        passages = [text[start:end] for start, end in zip(starts, ends, strict=True)]
        return tuple(map(Evidence._make, zip(starts, ends, passages, weights, strict=True)))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells what a contribution does not hold; equal for equal targets."""

    explainer: Explainer = field(repr=False, compare=False)
    target: str

    def __call__(self, what: str, part: Contribution) -> str | tuple[Evidence, ...]:
        return self.explainer.tell(self.target, what, part)


@cache
def _passages_of(feature: Feature) -> Callable[[Batch], _ByArticle]:
    def find(batch: Batch) -> _ByArticle:
        found = batch.done[feature.name.partition(".")[0]].findings.get(str(feature.evidence))
        if found is None:
            return _ByArticle(len(batch.documents), np.zeros(0, dtype=np.int64), [], [])
        return _ByArticle(len(batch.documents), found.doc, found.start, found.end)

    return find


def _family(term: str) -> str:
    return term.partition(".")[2]


def _what(term: str) -> str:
    return f"its {labels().get(_family(term), 'words')}"


def _wording_summary(target: str, term: str, upwards: bool) -> str:
    return f"{_what(term)} are those of {_WORDING_OF[target, upwards]}"


def _examples(passages: Sequence[Evidence]) -> list[str]:
    """The phrases that weigh most in all, readable ones only, none inside another."""
    weights: dict[str, float] = {}
    for found in passages:
        text = " ".join(found.text.split()).lower()
        if len(text) >= _LEAST_EXAMPLE and _READABLE.fullmatch(text):
            weights[text] = weights.get(text, 0.0) + abs(found.weight)
    shown: list[str] = []
    for text in sorted(weights, key=lambda text: (-weights[text], text)):
        if not any(text in other or other in text for other in shown):
            shown.append(text)
    return shown[:_WORDING_EXAMPLES]


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The occurrences of a wording term's patterns that pull upwards, or downwards."""

    models: tuple[AdditiveModel, ...]
    term: str
    upwards: bool

    def find(self, batch: Batch) -> _ByArticle:
        """Start, end and weight of each, in a whole batch; one passage's weights are added up."""
        from credscore.scorer import wording_of

        wording = wording_of(batch)
        parts = [
            self._placed(batch, wording, _weights(model, number), *found)
            for model in self.models
            for number, (table, found) in enumerate(batch.cached(model, partial(_matches, model)))
            if table.name == self.term
        ]
        doc, start, end, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((end, start, doc))
        doc, start, end, weight = doc[order], start[order], end[order], weight[order]
        other = np.ones(len(doc), dtype=np.bool_)
        other[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1]) | (doc[1:] != doc[:-1])
        first = other.nonzero()[0]
        total = np.add.reduceat(weight, first) if first.size else weight
        return _ByArticle(len(batch.documents), doc[first], start[first], end[first], total)

    def _placed(
        self,
        batch: Batch,
        wording: Wording,
        weights: npt.NDArray[np.float64],
        token: npt.NDArray[np.int64],
        size: npt.NDArray[np.int64],
        pattern: npt.NDArray[np.int64],
    ) -> tuple[npt.NDArray[Any], ...]:
        pulls = weights > 0 if self.upwards else weights < 0
        chosen = pulls[pattern].nonzero()[0]
        first, weight = token[chosen], weights[pattern[chosen]]
        last = first + size[chosen] - 1
        if wording.places is not None:  # a supplied title has words, but no place in the text
            first, last = wording.places[first], wording.places[last]
            there = ((first >= 0) & (last >= first)).nonzero()[0]
            first, last, weight = first[there], last[there], weight[there]
        return *batch.tokens.char_span(first, last + 1), weight


def _matches(
    model: AdditiveModel, batch: Batch
) -> tuple[tuple[WordingTable, tuple[npt.NDArray[np.int64], ...]], ...]:
    from credscore.scorer import wording_of

    return model.matches(wording_of(batch))


@cache
def _weights(model: AdditiveModel, number: int) -> npt.NDArray[np.float64]:
    """What each pattern of a model's wording term weighs in the term's index; 0 where it shows a
    reader nothing: no word of its own, beyond the function words.

    The others (marks, "of the", a name before a number) weigh too, but would convince nobody.
    """
    table = model.spec.wording[number]
    plain = set(FUNCTION_WORDS.groups["english"])
    telling = [
        any(
            len(symbol) >= _LEAST_EXAMPLE and symbol.isalpha() and symbol not in plain
            for symbol in pattern.replace(":", " ").split(" ")
        )
        for pattern in table.patterns
    ]
    weights: npt.NDArray[np.float64] = np.where(telling, table.weights[0], 0) * table.scale
    return weights


def _points_per_log_odds(baseline: float, log_odds: float) -> float:
    """Mean slope of the score between an average article and this one."""
    if abs(log_odds - baseline) < 1e-6:
        share = percent(log_odds) / 100
        return 100 * share * (1 - share)
    return (percent(log_odds) - percent(baseline)) / (log_odds - baseline)


@cache
def _features() -> Mapping[str, Feature]:
    from credscore.scorer import list_features

    return {feature.name: feature for feature in list_features()}


def strongest(
    contributions: Sequence[Contribution], n: int, upwards: bool | None = None
) -> tuple[Contribution, ...]:
    """The ``n`` strongest contributions, of one direction where asked."""
    chosen = [c for c in contributions if upwards is None or (c.log_odds > 0) == upwards]
    return tuple(chosen[:n])
