"""What a wording term says in words, and the passages that it comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from credscore.abstention import FUNCTION_WORDS
from credscore.evidence import ByArticle
from credscore.extractors.wording.families import labels
from credscore.extractors.wording.symbols import LEXICON
from credscore.registry import Batch
from credscore.report import Evidence

if TYPE_CHECKING:
    from credscore.model import AdditiveModel
    from credscore.wording_term import PatternMatcher, Wording

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
        from credscore.scorer import wording_of

        wording, net = wording_of(batch), batch.cached(self.models, _net_of(self.models))
        parts = [
            self._placed(batch, wording, net, weights, *batch.cached(matcher, _finder(matcher)))
            for model in self.models
            for matcher, weights in _weights(model, self.term)
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

    def _placed(
        self,
        batch: Batch,
        wording: Wording,
        net: npt.NDArray[np.float64],
        weights: npt.NDArray[np.float64],
        token: npt.NDArray[np.int64],
        size: npt.NDArray[np.int64],
        pattern: npt.NDArray[np.int64],
    ) -> tuple[npt.NDArray[Any], ...]:
        pulls = weights > 0 if self.upwards else weights < 0
        chosen = pulls[pattern].nonzero()[0]
        first, last, weight = _in_text(
            wording, token[chosen], size[chosen], weights[pattern[chosen]]
        )
        pull = net[batch.tokens.sentence_of[first]]
        agrees = ((pull > 0) if self.upwards else (pull < 0)).nonzero()[0]
        first, last, weight = first[agrees], last[agrees], weight[agrees]
        return *batch.tokens.char_span(first, last + 1), weight


def _in_text(
    wording: Wording,
    token: npt.NDArray[np.int64],
    size: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """First and last token of each occurrence that stands in the text."""
    first, last = token, token + size - 1
    if wording.places is None:
        return first, last, weight
    # A supplied title has words, but no place in the text.
    first, last = wording.places[first], wording.places[last]
    there = ((first >= 0) & (last >= first)).nonzero()[0]
    return first[there], last[there], weight[there]


@cache
def _net_of(
    models: tuple[AdditiveModel, ...],
) -> Callable[[Batch], npt.NDArray[np.float64]]:
    """What the wording of each sentence adds to the models' indices; shape (n_sentences,)."""

    def find(batch: Batch) -> npt.NDArray[np.float64]:
        from credscore.scorer import wording_of

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
        from credscore.scorer import wording_of

        return matcher.matches(wording_of(batch))

    return find


@cache
def _weights(
    model: AdditiveModel, term: str
) -> tuple[tuple[PatternMatcher, npt.NDArray[np.float64]], ...]:
    """The matcher that finds a wording term's patterns, and what each of its patterns weighs in the
    term's index; 0 for other terms' patterns, and where a pattern shows a reader nothing: no word
    of its own, beyond the function words.

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
            found.append((matcher, weights))
    return tuple(found)


def _tells(pattern: str) -> bool:
    plain = FUNCTION_WORDS.groups["english"]
    return any(
        len(symbol) >= _LEAST_EXAMPLE and symbol.isalpha() and symbol not in plain
        for symbol in pattern.replace(":", " ").split(" ")
    )
