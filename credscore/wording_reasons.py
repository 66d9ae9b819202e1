"""What a wording term says in words, and the passages that it comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from credscore.abstention import FUNCTION_WORDS
from credscore.evidence import ByArticle
from credscore.extractors.wording import wording as wording_of
from credscore.extractors.wording.families import labels
from credscore.extractors.wording.symbols import LEXICON
from credscore.judgement import Evidence
from credscore.model import AdditiveModel
from credscore.registry import Batch
from credscore.wording_term import PatternMatcher, Wording

_Kind = TypeVar("_Kind", bound=np.generic)

__all__ = ["Patterns", "say_wording", "wording_summary"]

_WORDING_OF = {
    ("credibility", True): "trusted news sources",
    ("credibility", False): "sources with low expert ratings",
    ("quality", True): "professional reports",
    ("quality", False): "promotional and content-farm pages",
    ("overall", True): "trusted, professional reports",
    ("overall", False): "distrusted or promotional pages",
}
_CALLED = {"common": "everyday words"}
_UNSPOKEN = "building"  # its patterns show a reader nothing
_WORDING_EXAMPLES = 4
_LEAST_EXAMPLE = 4  # characters: "the" convinces nobody, though it may count
_SELF = re.compile(r"\bi\b")
_READABLE = re.compile(r"[^\W\d_][\w’' -]*[^\W\d_]")  # words, not marks or figures


def wording_summary(target: str, term: str, upwards: bool) -> str:
    """What pulls a score up or down, without examples."""
    if _family(term) == _UNSPOKEN:
        return f"its sentences are built like those of {_WORDING_OF[target, upwards]}"
    return f"{_what(term)} are those of {_WORDING_OF[target, upwards]}"


def say_wording(target: str, term: str, upwards: bool, passages: Sequence[Evidence]) -> str:
    """The same with the article's own words, where any of them show it.

    Where none do, all that is known is which way the words pull in sum, from an average article's.
    """
    shown = _examples(passages)
    if shown:
        quoted = ", ".join(f"“{text}”" for text in shown)
        return f"{wording_summary(target, term, upwards)}: {quoted}"
    if _family(term) == _UNSPOKEN:
        return wording_summary(target, term, upwards)
    return (
        f"{_what(term)} are less like those of {_WORDING_OF[target, not upwards]} "
        "than an average article’s"
    )


def _family(term: str) -> str:
    return term.partition(".")[2]


def _what(term: str) -> str:
    family = _family(term)
    # A reader sees a few families at a time, so "other common words" would be other than nothing.
    return f"its {_CALLED.get(family) or labels().get(family, 'words')}"


def _examples(passages: Sequence[Evidence]) -> list[str]:
    """The phrases that weigh most in all, readable ones only, none inside another.

    First those of kept words alone: in "those bombs" a pattern saw "those" and some plural.
    """
    weights: dict[str, float] = {}
    for found in passages:
        text = " ".join(found.text.split()).lower()
        if len(text) >= _LEAST_EXAMPLE and _READABLE.fullmatch(text):
            weights[text] = weights.get(text, 0.0) + abs(found.weight)
    shown: list[str] = []
    for text in sorted(weights, key=lambda text: (not _kept(text), -weights[text], text)):
        if not any(text in other or other in text for other in shown):
            shown.append(text)
    return [_SELF.sub("I", text) for text in shown[:_WORDING_EXAMPLES]]


def _kept(text: str) -> bool:
    return all(word in _kept_words() for word in text.replace("’", "'").split())


@cache
def _kept_words() -> frozenset[str]:
    return frozenset(LEXICON.groups["kept"])


@dataclass(frozen=True, slots=True)
class Patterns:
    """The occurrences of a wording term's patterns that pull upwards, or downwards.

    Only those in sentences whose wording as a whole pulls that way: a reader who strikes out such a
    sentence moves the score as the reason says.
    """

    models: tuple[AdditiveModel, ...]
    term: str
    upwards: bool

    def find(self, batch: Batch) -> ByArticle:
        """Start, end and weight of each, in a whole batch; one passage's weights are added up."""
        net = batch.cached(self.models, _net_of(self.models))
        parts = [
            _pulling(batch.cached((matcher, "placed"), _placer(matcher)), term, weights, net, self)
            for model in self.models
            for matcher, term, weights in _weights(model, self.term)
        ]
        doc, start, end, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
        # One key sorts faster than three; texts have fewer than 2**20 characters.
        order = ((doc << 42) | (start << 21) | end).argsort(kind="stable")
        doc, start, end, weight = doc[order], start[order], end[order], weight[order]
        other = np.ones(len(doc), dtype=np.bool_)
        other[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1]) | (doc[1:] != doc[:-1])
        first = other.nonzero()[0]
        total = np.add.reduceat(weight, first) if first.size else weight
        return ByArticle(len(batch.documents), doc[first], start[first], end[first], total)


@dataclass(frozen=True, slots=True)
class _Placed:
    """All occurrences of a matcher's patterns in a batch's texts: those of one term together, each
    term's in the order in which they were found. ``bounds`` says where each
    term's begin, and where the last ones end.
    """

    pattern: npt.NDArray[np.int64]
    sentence: npt.NDArray[np.int32]
    doc: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    bounds: npt.NDArray[np.int64]


@cache
def _placer(matcher: PatternMatcher) -> Callable[[Batch], _Placed]:
    def place(batch: Batch) -> _Placed:
        token, size, pattern = batch.cached(matcher, _finder(matcher))
        first, last, pattern = _in_text(wording_of(batch), token, size, pattern)
        term = matcher.term_of(pattern)
        order = term.argsort(kind="stable")
        first, last, pattern = first[order], last[order], pattern[order]
        bounds = term[order].searchsorted(np.arange(matcher.n_terms + 1))
        sentence = batch.tokens.sentence_of[first]
        return _Placed(pattern, sentence, *batch.tokens.char_span(first, last + 1), bounds)

    return place


def _pulling(
    found: _Placed,
    term: int,
    weights: npt.NDArray[np.float64],
    net: npt.NDArray[np.float64],
    wanted: Patterns,
) -> tuple[npt.NDArray[Any], ...]:
    """Article, start, end and weight of a term's occurrences that pull as wanted."""
    rows = slice(found.bounds[term], found.bounds[term + 1])
    weight, pull = weights[found.pattern[rows]], net[found.sentence[rows]]
    agrees = (weight > 0) & (pull > 0) if wanted.upwards else (weight < 0) & (pull < 0)
    at = agrees.nonzero()[0]
    return found.doc[rows][at], found.start[rows][at], found.end[rows][at], weight[at]


def _in_text(
    wording: Wording,
    token: npt.NDArray[np.int64],
    size: npt.NDArray[np.int64],
    column: npt.NDArray[_Kind],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[_Kind]]:
    """First and last token of each occurrence that stands in the text, and what ``column`` says."""
    first, last = token, token + size - 1
    if wording.places is None:
        return first, last, column
    # A supplied title has words, but no place in the text.
    first, last = wording.places[first], wording.places[last]
    there = ((first >= 0) & (last >= first)).nonzero()[0]
    return first[there], last[there], column[there]


@cache
def _net_of(
    models: tuple[AdditiveModel, ...],
) -> Callable[[Batch], npt.NDArray[np.float64]]:
    """What the wording of each sentence adds to the models' indices; shape (n_sentences,)."""

    def find(batch: Batch) -> npt.NDArray[np.float64]:
        wording = wording_of(batch)
        net = np.zeros(len(batch.tokens.sentence_first))
        for model in models:
            for matcher, weights in _all_weights(model):
                token, size, pattern = batch.cached(matcher, _finder(matcher))
                first, _, weight = _in_text(wording, token, size, weights[pattern])
                sentence = batch.tokens.sentence_of[first]
                net += np.bincount(sentence, weight, minlength=len(net))
        return net

    return find


@cache
def _all_weights(
    model: AdditiveModel,
) -> tuple[tuple[PatternMatcher, npt.NDArray[np.float64]], ...]:
    """Each matcher, and what each of its patterns weighs in its term's index."""
    found = []
    for matcher in model.wording.matchers:
        weights = matcher.weights[0].astype(np.float64)
        for term in model.spec.wording:
            weights[matcher.rows_of(term.name)] *= term.scale
        found.append((matcher, weights))
    return tuple(found)


@cache
def _finder(
    matcher: PatternMatcher,
) -> Callable[[Batch], tuple[npt.NDArray[np.int64], ...]]:
    def find(batch: Batch) -> tuple[npt.NDArray[np.int64], ...]:
        return matcher.matches(wording_of(batch))

    return find


@cache
def _weights(
    model: AdditiveModel, term: str
) -> tuple[tuple[PatternMatcher, int, npt.NDArray[np.float64]], ...]:
    """The matcher that finds a wording term's patterns, the term's number in it, and what each of
    its patterns weighs in the term's index; 0 for other terms' patterns, and where a pattern shows
    a reader nothing: no word of its own, beyond the function words.

    The others (marks, "of the", a name before a number) weigh too, but would convince nobody.
    """
    scale = next((t.scale for t in model.spec.wording if t.name == term), 0.0)
    found = []
    for matcher in model.wording.matchers:
        rows = matcher.rows_of(term)
        if rows.start < rows.stop:
            weights = np.zeros(len(matcher.patterns))
            telling = [_tells(pattern) for pattern in matcher.patterns[rows]]
            weights[rows] = np.where(telling, matcher.weights[0, rows], 0) * scale
            number = int(matcher.term_of(np.array([rows.start]))[0])
            found.append((matcher, number, weights))
    return tuple(found)


def _tells(pattern: str) -> bool:
    plain = FUNCTION_WORDS.groups["english"]
    return any(
        len(symbol) >= _LEAST_EXAMPLE and symbol.isalpha() and symbol not in plain
        for symbol in pattern.replace(":", " ").split(" ")
    )
