"""Marks of a manner of writing: questions, exclamations, capitals, ellipses, dashes, "I" and "you".

Each is one token of one kind, so one pass finds all of them with their places.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from credscore.extractors.structure.shouting import shouted
from credscore.extractors.structure.wordlists import LEXICON
from credscore.features import Feature, Findings
from credscore.lexicon import Vocabulary
from credscore.registry import Batch
from credscore.tokenization import ALL_CAPS, CAPITALISED, PUNCT, WORD, Tokenization
from credscore.tokenization import characters as ch
from credscore.tokenization.characters import character_tables

__all__ = ["EVENTS", "EVENT_FEATURES", "NO_WORDS", "find_events"]

NO_WORDS = "the text has no words of the writer's own"

# Event -> feature quantity, and how one and many are called.
EVENTS = {
    "question": ("questions", "one question mark", "question marks"),
    "exclamation": ("exclamations", "one exclamation mark", "exclamation marks"),
    "ellipsis": ("ellipses", "one ellipsis", "ellipses"),
    "dash": ("dashes", "one dash", "dashes"),
    "shouted": ("shouted", "one word in capitals", "words in capitals"),
    "first_person": ("first_person", "one word such as “I” or “we”", "words such as “I” and “we”"),
    "second_person": (
        "second_person",
        "one word such as “you” or “your”",
        "words such as “you” and “your”",
    ),
    "link": ("links", "one web address", "web addresses"),
}
_NUMBER = {name: number + 1 for number, name in enumerate(EVENTS)}
_APOSTROPHES = np.array([ord("'"), ord("’")])
_GOING_ON = np.array([ord(mark) for mark in ".,;:"])

FloatArray = npt.NDArray[np.float64]


def _say(event: str, values: Mapping[str, float]) -> str:
    quantity, one, many = EVENTS[event]
    words = values["structure.own_words"]
    found = round(values[f"structure.{quantity}_per_100_words"] * words / 100)
    if not found:
        return f"no {many.replace(' and ', ' or ')} outside quotation marks"
    shown = one if found == 1 else f"{found:,} {many}"
    return f"{shown} in {words:,.0f} words outside quotation marks"


EVENT_FEATURES = tuple(
    Feature(
        f"structure.{quantity}_per_100_words",
        f"{many} for each 100 words, both outside quotation marks",
        "per_100_words", 0.0, 1e6, partial(_say, event), evidence=event,
        # Where links stand as text says how a page was copied, and training texts have none.
        scored=event != "link",
    )
    for event, (quantity, _, many) in EVENTS.items()
)  # fmt: skip


def _word_events(vocabulary: Vocabulary) -> npt.NDArray[np.uint8]:
    groups = vocabulary.word_mask(LEXICON)
    table = np.zeros(len(groups), dtype=np.uint8)
    for event, group in (
        ("first_person", "first_person"), ("second_person", "second_person"), ("link", "links"),
    ):  # fmt: skip
        table[groups & LEXICON.bits(group) > 0] = _NUMBER[event]
    return table


def _mark_events(_: Vocabulary) -> npt.NDArray[np.uint8]:
    fold = character_tables()[1]
    table = np.zeros(0x10000, dtype=np.uint8)
    for mark, event in (("?", "question"), ("!", "exclamation"), ("…", "ellipsis")):
        table[ord(mark)] = _NUMBER[event]
    table[ord("‽")] = _NUMBER["question"]
    table[fold == ord("—")] = _NUMBER["dash"]
    return table


def _in_name(tokens: Tokenization, at: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Marks that end a name, not a sentence: "the Brisk! stage", "told Brisk!." Before them stands
    a capital, and the sentence goes on.
    """
    after = np.minimum(at + 1, len(tokens) - 1)
    named = (after > at) & (tokens.block_of[after] == tokens.block_of[at])
    named &= (tokens.flags[np.maximum(at - 1, 0)] & CAPITALISED > 0) & (tokens.lengths[at] == 1)
    goes_on = np.isin(tokens.first_code[after], _GOING_ON)
    letter = np.minimum(at + 2, len(tokens) - 1)
    possessive = np.isin(tokens.first_code[after], _APOSTROPHES) & (tokens.lengths[letter] == 1)
    goes_on |= possessive & (tokens.first_code[letter] == ord("s"))
    goes_on |= (tokens.classes[after] == ch.LOWER) & (tokens.kinds[after] == WORD)
    in_name: npt.NDArray[np.bool_] = named & goes_on
    return in_name


def find_events(batch: Batch, own: npt.NDArray[np.bool_]) -> tuple[FloatArray, dict[str, Findings]]:
    """How often each event happens in each article, shape (n_events, n_docs), and where.

    Args:
        batch: the articles.
        own: tokens of the writer's own words; nothing else is searched.
    """
    tokens, known = batch.tokens, batch.tokens.vocabulary
    mark = tokens.kinds == PUNCT
    length = tokens.lengths
    event: npt.NDArray[np.uint8] = known.cached("structure.words", _word_events).take(tokens.ids)
    place = (mark & own).nonzero()[0]
    code = tokens.first_code.take(place)
    event[place] = known.cached("structure.marks", _mark_events)[code]
    exclaimed = (code == ord("!")).nonzero()[0]
    if exclaimed.size:
        event[place[exclaimed[_in_name(tokens, place[exclaimed])]]] = 0
    run = (length[place] > 1).nonzero()[0]
    if run.size:
        repeated, place = code[run], place[run]
        event[place[repeated == ord(".")]] = _NUMBER["ellipsis"]
        event[place[repeated == ord("-")]] = _NUMBER["dash"]
    capitals = (tokens.flags & ALL_CAPS).nonzero()[0]
    if capitals.size:
        event[capitals[event[capitals] == _NUMBER["first_person"]]] = 0  # US
    event[shouted(batch)] = _NUMBER["shouted"]
    event *= own
    at = event.nonzero()[0]
    doc, start, end = tokens.char_span(at, at + 1)
    kind = event[at]
    counts = np.bincount(doc * len(EVENTS) + kind - 1, minlength=tokens.n_docs * len(EVENTS))
    order = kind.argsort(kind="stable")  # one sort, then slices, instead of a search for each
    bounds = kind[order].searchsorted(_BOUNDS).tolist()
    doc, start, end, none = doc[order], start[order], end[order], np.zeros_like(order)
    findings = {}
    for number, name in enumerate(EVENTS):
        rows = slice(bounds[number], bounds[number + 1])
        findings[name] = Findings(doc[rows], start[rows], end[rows], none[rows])
    return counts.reshape(tokens.n_docs, len(EVENTS)).T.astype(np.float64), findings


_BOUNDS = np.arange(1, len(EVENTS) + 2)
