"""Where a source begins and ends, and which labelled stretches are none.

The tagger judges token by token, so a stretch may open with a comma or a dateline, stop inside a
name or a hyphened word, or hold nothing but an article. A reader is shown a name or a description.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.extractors.attribution.positions import inside_spans, next_at
from credscore.extractors.attribution.wordlists import LEXICON
from credscore.tokenization import ALL_CAPS, CAPITALISED, CLITIC, PUNCT, WORD, Tokenization

__all__ = ["DASH", "bounded"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_JOINTS = 6  # tokens by which an edge moves to the end of a word with joints
_NAME = 3  # tokens by which it moves to the end of a name
_ADVERB = 5  # characters
_DATELINE = 16  # tokens in which a dateline has ended
_AFTER = 6  # tokens behind a dateline, in which there is a word without a capital


def _characters(marks: str) -> BoolArray:
    table = np.zeros(1 << 16, dtype=np.bool_)
    table[[ord(mark) for mark in marks]] = True
    return table


_JOINT = _characters("-‐‑/")
_HELD = _characters(".%'’")  # open no source: what they belong to stands before them
DASH = _characters("—–―-")
_OPENING, _CLOSING = _characters("([{“\"‘'«„"), _characters(")]}”\"’'»“")
_SIGN = _characters("%$£€#@&")  # are read as words


class _Edges:
    """The batch as the edges of sources see it."""

    def __init__(self, tokens: Tokenization, labels: npt.NDArray[np.uint8]) -> None:
        self.tokens, self.labels = tokens, labels
        self.groups = tokens.vocabulary.word_mask(LEXICON)

    def listed(self, at: IntArray, *groups: str) -> BoolArray:
        found: BoolArray = self.groups.take(self.tokens.ids.take(at)) & LEXICON.bits(*groups) > 0
        return found

    def code(self, at: IntArray) -> npt.NDArray[np.uint16]:
        return self.tokens.codes.take(self.tokens.starts.take(at))

    def capital(self, at: IntArray) -> BoolArray:
        flags = self.tokens.flags.take(at) & (CAPITALISED | CLITIC) == CAPITALISED
        capital: BoolArray = flags & (self.tokens.kinds.take(at) == WORD)
        return capital

    def pairs(self, edge: IntArray, rows: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """The tokens before and behind the edges of these rows that part one sentence."""
        behind = edge[rows]
        within = (behind > 0) & (behind < len(self.tokens))
        rows, behind = rows[within], behind[within]
        before = behind - 1
        sentence = self.tokens.sentence_of
        within = sentence.take(before) == sentence.take(behind)
        return rows[within], before[within], behind[within]

    def to_words(self, first: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
        """Edges inside words with joints ("hard|-line", "CNN/|ORC") moved to the words' ends."""
        edge, rows = np.concatenate([first, end]), np.arange(2 * len(first))
        for _ in range(_JOINTS):
            rows, before, behind = self.pairs(edge, rows)
            touch = self.tokens.ends.take(before) == self.tokens.starts.take(behind)
            rows, before, behind = rows[touch], before[touch], behind[touch]
            code, opens = self.code(behind), rows < len(first)
            joint = _JOINT[code] | _JOINT[self.code(before)] | (opens & _HELD[code])
            rows = rows[joint | ((code == ord(".")) & self.goes_on(behind))]
            if not rows.size:
                break
            edge[rows] += np.where(rows < len(first), -1, 1)
        return edge[: len(first)], edge[len(first) :]

    def to_names(self, first: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
        """Edges inside names ("Supreme |Court") moved to the names' ends."""
        edge, rows = np.concatenate([first, end]), np.arange(2 * len(first))
        for _ in range(_NAME):
            rows, before, behind = self.pairs(edge, rows)
            # A full stop inside a sentence is an abbreviation's: "Gov.| Jan Ek".
            dot = (self.code(before) == ord(".")) & (rows >= len(first))
            inside = (self.capital(before) | dot) & self.capital(behind)
            rows, before, behind = rows[inside], before[inside], behind[inside]
            taken = np.where(rows < len(first), before, behind)
            rows = rows[(self.labels.take(taken) == 0) & ~self._no_name(taken)]
            if not rows.size:
                break
            edge[rows] += np.where(rows < len(first), -1, 1)
        return edge[: len(first)], edge[len(first) :]

    def goes_on(self, at: IntArray) -> BoolArray:
        """Whether the sentences of these tokens go on behind them."""
        sentence = self.tokens.sentence_of
        goes_on: BoolArray = sentence.take(at + 1, mode="clip") == sentence.take(at)
        return goes_on & (at + 1 < len(sentence))

    def _no_name(self, at: IntArray) -> BoolArray:
        none = self.listed(at, "pronouns", "determiners", "hollow", "days")
        none |= self.tokens.sentence_first.take(self.tokens.sentence_of.take(at)) == at
        return none

    def to_article(self, first: IntArray) -> IntArray:
        """First tokens moved to the article or title right before them."""
        rows, before, behind = self.pairs(first, np.arange(len(first)))
        led = self.listed(before, "articles", "definite", "titles")
        led &= ~self.listed(before, "relatives")  # "steamed that Trump refused"
        led &= (self.labels.take(before) == 0) & ~self.listed(behind, "pronouns", "definite")
        first = first.copy()
        first[rows[led]] -= 1
        return first


def _behind_dashes(edges: _Edges, first: IntArray) -> IntArray:
    """For sources that open in capitals the token behind the dash of a dateline, -1 where there is
    none: no small word nor colon before it, a capital or a mark right behind it, small words soon.
    """
    tokens = edges.tokens
    place = np.arange(_DATELINE + _AFTER)
    at = np.minimum(first[:, None] + place, len(tokens) - 1)
    here = (tokens.block_of[at] == tokens.block_of[first][:, None]) & (at == first[:, None] + place)
    mark, capital, code = tokens.kinds[at] == PUNCT, edges.capital(at), edges.code(at)
    small = (tokens.kinds[at] == WORD) & (tokens.flags[at] & CAPITALISED == 0) & here
    apart = np.ones((len(first), len(place) + 1), dtype=np.bool_)
    apart[:, 1:-1] = tokens.starts[at[:, 1:]] > tokens.ends[at[:, :-1]]
    hyphen = (code == ord("-")) & (tokens.ends[at] == tokens.starts[at] + 1)
    leads = DASH[code] & mark & (~hyphen | (apart[:, :-1] & apart[:, 1:])) & here
    leads[:, :-1] &= ((capital | mark) & here)[:, 1:]
    stop = small | (code == ord(":"))
    stops = np.where(stop.any(axis=1), stop.argmax(axis=1), len(place))[:, None]
    leads &= place < np.minimum(stops, _DATELINE)
    found = leads.any(axis=1) & (small & (place >= stops)).any(axis=1)
    return np.where(found, first + np.where(leads, place, 0).max(axis=1) + 1, -1)


def _after_datelines(edges: _Edges, first: IntArray, end: IntArray) -> tuple[IntArray, BoolArray]:
    """First tokens moved behind a dateline ("LEEDS, Maine (AP) — |The council"), and which sources
    are nothing but a dateline.
    """
    tokens = edges.tokens
    none = np.zeros(len(first), dtype=np.bool_)
    opens = tokens.sentence_first.take(tokens.sentence_of.take(first)) == first
    rows = (opens & (tokens.flags.take(first) & ALL_CAPS > 0)).nonzero()[0]
    if not rows.size:
        return first, none
    behind = _behind_dashes(edges, first[rows])
    none[rows[behind >= end[rows]]] = True
    moved = first.copy()
    inside = (behind >= 0) & (behind < end[rows])
    moved[rows[inside]] = behind[inside]
    return moved, none


class _Inside:
    """The tokens of all sources, one source after the other."""

    def __init__(self, edges: _Edges, first: IntArray, end: IntArray) -> None:
        self.tokens, self.edges = edges.tokens, edges
        self.at, self.owner = inside_spans(first, end)
        self.end = (end - first).cumsum()
        self.first = self.end - (end - first)
        self.groups = edges.groups.take(self.tokens.ids.take(self.at))
        self.code, kinds = edges.code(self.at), self.tokens.kinds.take(self.at)
        self.mark = (kinds == PUNCT) & ~_SIGN[self.code]
        self.capital = edges.capital(self.at)
        self.idle = self.mark | (self.tokens.flags.take(self.at) & CLITIC > 0)
        self.idle |= self.listed("joining")
        self.relative = self.listed("relatives")
        self.hollow = self.listed("days") | (self.listed("hollow") & ~self.capital)

    def listed(self, *groups: str) -> BoolArray:
        found: BoolArray = self.groups & LEXICON.bits(*groups) > 0
        return found

    def _before_somebody(self) -> BoolArray:
        """Relatives that stand for what is said: "that Obama [called]", "which he"."""
        somebody = self.capital | (self.listed("pronouns", "determiners") & ~self.relative)
        found: BoolArray = self.relative.copy()
        found[:-1] &= somebody[1:] & (self.owner[1:] == self.owner[:-1])
        found[-1:] = False
        return found

    def _abbreviates(self) -> BoolArray:
        """Full stops that touch their word: no sentence ends inside a source."""
        found: BoolArray = self.code == ord(".")
        found[1:] &= self.tokens.starts[self.at[1:]] == self.tokens.ends[self.at[:-1]]
        return found

    def _adverbs(self) -> BoolArray:
        """Small words that end in "ly", but for listed ones such as "family"."""
        end, folds = self.tokens.ends.take(self.at), self.tokens.words.folds
        found: BoolArray = (folds[end - 1] == ord("y")) & (folds[end - 2] == ord("l"))
        found &= end - self.tokens.starts.take(self.at) >= _ADVERB
        found &= ~self.capital & ~self.listed("roles", "organisations", "anonymous", "documents")
        return found

    def trimmed(self) -> tuple[IntArray, IntArray, BoolArray]:
        """How many tokens to leave out at each source's ends, and which sources are nobody."""
        n = len(self.at)
        first = next_at(~(self.idle | self._before_somebody()), n + 1)[self.first]
        empty = first >= self.end
        first = np.minimum(first, self.end - 1)
        opened = _running(self.mark & _OPENING[self.code])
        closes = self.mark & _CLOSING[self.code]
        closes &= opened[:-1] > opened[first][self.owner]
        lost = self.idle & ~self._abbreviates() & ~closes
        lost |= self.relative | self.hollow | self._adverbs()
        last = np.maximum.accumulate(np.where(lost, -1, np.arange(n)))[self.end - 1]
        last = np.maximum(last, first)
        solid = self.owner[~(self.mark | self.listed("hollow", "days"))]
        hollow = np.bincount(solid, minlength=len(first)) == 0
        final = self.at[self.end - 1]
        behind = np.minimum(final + 1, len(self.tokens) - 1)
        colon = self.edges.code(behind) == ord(":")  # "A: In May."
        empty |= hollow & ~(colon & self.edges.goes_on(final))
        return first - self.first, self.end - 1 - last, empty


def _running(mask: BoolArray) -> IntArray:
    running = np.zeros(len(mask) + 1, dtype=np.int64)
    mask.cumsum(out=running[1:])
    return running


def bounded(
    first: IntArray, end: IntArray, labels: npt.NDArray[np.uint8], tokens: Tokenization
) -> tuple[IntArray, IntArray, BoolArray]:
    """Sources from their first word to their last one, and which of them name anybody.

    Left out: datelines, marks, clitics, conjunctions and relatives at the edges. Taken in: the rest
    of a word or a name that an edge cuts, and the article before it. None is left of sources that
    hold only words such as "the" or "please".

    Args:
        labels: index into ``linking.LABELS`` for each token.
    """
    if not len(first):
        return first, end, np.ones(0, dtype=np.bool_)
    edges = _Edges(tokens, labels)
    first, end = edges.to_words(first, end)
    first, nobody = _after_datelines(edges, first, end)
    inside = _Inside(edges, first, end)
    ahead, rest, empty = inside.trimmed()
    first, end = first + ahead, end - rest
    first, end = edges.to_names(first, end)
    return edges.to_article(first), end, ~(nobody | empty)
