"""Why a score is what it is: contributions, sentences and passages.

The contributions are the model itself, term by term, so nothing here is estimated after the fact:
``baseline + sum(contributions) == log_odds``. Points share out the difference in the 0-100 score
in proportion to log-odds, so they add up too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from credscore.abstention import FUNCTION_WORDS
from credscore.annotations import Annotations, Span
from credscore.document import Document
from credscore.features import Feature, Measurement
from credscore.registry import Batch, annotate_batch, discover
from credscore.report import Contribution, Evidence, percent
from credscore.tokenization.blocks import BLOCK_KINDS

if TYPE_CHECKING:
    from credscore.model import AdditiveModel
    from credscore.model_format import WordingTable
    from credscore.scorer import Parts, Scorer

__all__ = ["Explainer", "annotations_of", "genre_note", "overall_parts"]

_GENRE_NOTES = {
    "opinion": "it reads like opinion: the scores judge craft and wording, not the view taken",
    "press_release": "it reads like a press release: one side speaks for itself",
    "satire": "it reads like satire, which imitates news on purpose: the scores mislead",
}
# Calling a report a joke is the worse mistake: lively sports and gossip reports reach 0.6.
_SURE_OF_SATIRE = 0.8
_WORDING_SENTENCES = {
    ("credibility", True): "wording that trusted news sources use more than others",
    ("credibility", False): "wording that sources with low expert ratings use more than others",
    ("quality", True): "wording that professional reports use more than others",
    ("quality", False): "wording that promotional and content-farm pages use more than others",
    ("overall", True): "wording that trusted, professional reports use more than others",
    ("overall", False): "wording that distrusted or promotional pages use more than others",
}
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
    builders: dict[str, Callable[[], tuple[Any, ...]]] = {
        "sentences": lambda: _sentences(batch, doc),
        "blocks": lambda: _blocks(batch, doc),
        "quotes": lambda: _quotes(batch, doc),
    }
    for extractor in discover():
        for field in extractor.annotations:
            builders[field] = partial(extractor.annotate, batch, field, doc)
    return Annotations(batch.documents[doc].text, builders)


def _sentences(batch: Batch, doc: int) -> tuple[Span, ...]:
    rows = batch.tokens.spans(batch.tokens.sentence_first, doc)
    return tuple(Span(start, end) for _, start, end in rows)


def _blocks(batch: Batch, doc: int) -> tuple[Span, ...]:
    kinds = batch.tokens.block_kind
    rows = batch.tokens.spans(batch.tokens.block_first, doc)
    return tuple(Span(start, end, BLOCK_KINDS[kinds[row]]) for row, start, end in rows)


def _quotes(batch: Batch, doc: int) -> tuple[Span, ...]:
    quotes = batch.tokens.quotes
    owner, start, end = batch.tokens.char_span(quotes.first, quotes.last)
    mine = owner == doc
    return tuple(Span(*pair) for pair in zip(start[mine].tolist(), end[mine].tolist(), strict=True))


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

    It keeps the article and its measured values; passages are found again by annotating the article
    a second time, which costs a few milliseconds and keeps reports of a million articles small.
    """

    def __init__(
        self,
        document: Document,
        names: tuple[str, ...],
        values: npt.NDArray[np.float64],
        reasons: Mapping[str, str],
        scorer: Scorer,
        batch: Batch | None,
    ) -> None:
        self.document = document
        self._names = names
        self._values = values
        self._reasons = reasons
        self._scorer = scorer
        self._batch = batch

    @property
    def batch(self) -> Batch:
        """The article on its own, annotated."""
        if self._batch is None:
            self._batch = annotate_batch([self.document])
        return self._batch

    @cached_property
    def annotations(self) -> Annotations:
        return annotations_of(self.batch)

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
        extraction = self.batch.done[feature.name.partition(".")[0]]
        found = extraction.findings.get(feature.evidence)
        return found.spans(0) if found is not None else ()

    def _passages(self, feature: Feature) -> tuple[Evidence, ...]:
        text = self.document.text
        return tuple(Evidence(start, end, text[start:end]) for start, end in self._spans(feature))

    def contributions(self, target: str, parts: Parts) -> tuple[Contribution, ...]:
        """A score's terms, strongest first; terms that add nothing are left out."""
        slope = _points_per_log_odds(parts.baseline, parts.log_odds)
        order = np.argsort(-np.abs(parts.contributions), kind="stable").tolist()
        amounts, terms, values = parts.contributions.tolist(), parts.terms, self.values
        tell = partial(self._tell, target)
        return tuple(
            Contribution(
                term := terms[row],
                values.get(term, math.nan),
                amount := amounts[row],
                amount * slope,
                "feature" if term in values else "wording",
                tell,
            )
            for row in order
            if amounts[row] != 0.0
        )

    def _tell(self, target: str, what: str, part: Contribution) -> str | tuple[Evidence, ...]:
        """A contribution's ``summary``, ``sentence`` or ``evidence``."""
        feature = _features().get(part.feature)
        if feature is not None:
            return self._passages(feature) if what == "evidence" else self._say(feature)
        if what == "evidence":
            return self._wording_passages(target, part.feature, part.log_odds)
        if what == "sentence":
            return self._say_wording(target, part.feature, part.log_odds)
        return _WORDING_SENTENCES[target, part.log_odds > 0]

    def _say(self, feature: Feature) -> str:
        if math.isnan(self.values[feature.name]):
            return self._reason(feature.name)
        return feature.say(self.values)

    def _say_wording(self, target: str, term: str, amount: float) -> str:
        sentence = _WORDING_SENTENCES[target, amount > 0]
        shown = _examples(self._wording_passages(target, term, amount))
        return f"{sentence}: " + ", ".join(f"“{text}”" for text in shown) if shown else sentence

    def _wording_passages(self, target: str, term: str, amount: float) -> tuple[Evidence, ...]:
        """Patterns that pull the same way as the term's sum, in order of the text."""
        names = ("credibility", "quality") if target == "overall" else (target,)
        found: dict[tuple[int, int], float] = {}
        for name in names:
            model: AdditiveModel = getattr(self._scorer, name)
            _add_patterns(found, model, term, self.batch, amount > 0)
        text = self.document.text
        return tuple(
            Evidence(start, end, text[start:end], weight)
            for (start, end), weight in sorted(found.items())
        )


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


def _add_patterns(
    found: dict[tuple[int, int], float],
    model: AdditiveModel,
    term: str,
    batch: Batch,
    upwards: bool,
) -> None:
    from credscore.scorer import wording_of

    wording = wording_of(batch)
    for table, (token, size, pattern) in model.matches(wording):
        if table.name != term or not len(token):
            continue
        weights = np.array(table.weights[0], dtype=np.float64)[pattern] * table.scale
        first, last = token, token + size - 1
        chosen = (weights > 0 if upwards else weights < 0) & _telling(table)[pattern]
        if wording.places is not None:  # a supplied title has words, but no place in the text
            first, last = wording.places[first], wording.places[last]
            chosen &= (first >= 0) & (last >= first)
        _, start, end = batch.tokens.char_span(first[chosen], last[chosen] + 1)
        rows = zip(start.tolist(), end.tolist(), weights[chosen].tolist(), strict=True)
        for low, high, weight in rows:
            found[low, high] = found.get((low, high), 0.0) + weight


@cache
def _telling(table: WordingTable) -> npt.NDArray[np.bool_]:
    """Patterns that show a reader something: with a word of their own, beyond the function words.

    The others (marks, "of the", a name before a number) weigh too, but would convince nobody.
    """
    plain = set(FUNCTION_WORDS.groups["english"])
    return np.array(
        [
            any(
                len(symbol) >= _LEAST_EXAMPLE and symbol.isalpha() and symbol not in plain
                for symbol in pattern.replace(":", " ").split(" ")
            )
            for pattern in table.patterns
        ],
        dtype=np.bool_,
    )


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
