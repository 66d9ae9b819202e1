"""Cheap edits that a page's owner could make to look more credible; each in several variants.

An edit changes as little as it can and adds no reporting: a good score should not be for sale. All
phrases, names and days are made up here and stand for nobody.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from credscore.document import Document
from credscore.explain import annotations_of
from credscore.registry import annotate_batch, make_batch
from credscore.training.corpora import Record

Attack = Callable[[Record, random.Random], Record]

FIRST = ("Jordan", "Helen", "Marcus", "Priya", "Daniel", "Ruth", "Omar", "Claire")
LAST = ("Miller", "Okafor", "Bennett", "Larsen", "Whitfield", "Moreno", "Hale", "Novak")
BYLINES = ("By {name}", "By {name}, Staff Writer", "Written by {name}", "By {name} | Reporter")
OFFICIALS = (
    ", according to officials", ", officials said", ", according to local officials",
    ", authorities said", ", according to people familiar with the matter",
)  # fmt: skip
SPOKESPERSON = (
    ", a spokesperson said", ", a company spokesman said", ", a spokeswoman told reporters",
    ", said a spokesperson for the group",
)  # fmt: skip
SPOKEN = (
    "A spokesperson said that more details would follow.",
    "A spokesman said the group would not comment further.",
    "A spokeswoman said a statement would be released soon.",
)
DATES = (
    " on Tuesday", " on March 3, 2024", " last Thursday", " on 14 June 2023", " on Monday morning",
    " in September 2022",
)  # fmt: skip
_QUOTE = re.compile('["“”«»]')
_WORDS = range(8, 41)  # a sentence that a few words more do not disfigure


def sentences(text: str) -> list[tuple[int, int]]:
    """Plain statements without quote marks, where words can be put in."""
    found = []
    tokens = make_batch([Document(text)]).tokens
    for _, start, end in tokens.spans(tokens.sentence_first, 0):
        words = text[start:end]
        plain = words.rstrip().endswith(".") and not _QUOTE.search(words) and "\n" not in words
        if plain and len(words.split()) in _WORDS:
            found.append((start, start + len(words.rstrip())))
    return found


def edited(record: Record, rng: random.Random, change: Callable[[str], str], times: int) -> Record:
    """The article with ``times`` of its statements changed."""
    places = sentences(record.text)
    chosen = sorted(rng.sample(places, min(times, len(places))), reverse=True)
    text = record.text
    for start, end in chosen:
        text = text[:start] + change(text[start:end]) + text[end:]
    return replace(record, text=text)


def byline(record: Record, rng: random.Random) -> Record:
    """A name above the text, or in the page's author field, or both."""
    name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
    way = rng.choice(("line", "field", "both"))
    line = rng.choice(BYLINES).format(name=name)
    return replace(
        record,
        text=record.text if way == "field" else f"{line}\n\n{record.text}",
        authors=record.authors if way == "line" else (name,),
    )


def officials(record: Record, rng: random.Random, times: int = 0) -> Record:
    """One to three statements put down to officials."""
    return edited(
        record, rng, lambda s: f"{s[:-1]}{rng.choice(OFFICIALS)}.", times or rng.randint(1, 3)
    )


def spokesperson(record: Record, rng: random.Random, times: int = 0) -> Record:
    """One to three statements put down to a spokesperson, or statements of one added."""

    def change(sentence: str) -> str:
        if rng.random() < 0.5:
            return f"{sentence} {rng.choice(SPOKEN)}"
        return f"{sentence[:-1]}{rng.choice(SPOKESPERSON)}."

    return edited(record, rng, change, times or rng.randint(1, 3))


def quote_marks(record: Record, rng: random.Random, times: int = 0) -> Record:
    """Quote marks around one to three statements that nobody said."""
    left, right = rng.choice((("“", "”"), ('"', '"')))
    return edited(record, rng, lambda s: f"{left}{s}{right}", times or rng.randint(1, 3))


def dates(record: Record, rng: random.Random, times: int = 0) -> Record:
    """A day added to one to three statements."""
    return edited(
        record, rng, lambda s: f"{s[:-1]}{rng.choice(DATES)}.", times or rng.randint(1, 3)
    )


def without_boilerplate(record: Record, rng: random.Random) -> Record:
    """Without the lines that the tool itself calls furniture of the page."""
    del rng
    text = record.text
    found = annotations_of(annotate_batch([Document(text)])).boilerplate
    for item in sorted(found, key=lambda item: -item.start):
        text = text[: item.start] + text[item.end :]
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return replace(record, text=text) if len(text.split()) >= 50 else record


def together(record: Record, rng: random.Random) -> Record:
    """All of them."""
    for attack in ATTACKS.values():
        record = attack(record, rng)
    return record


def five_of_each(record: Record, rng: random.Random) -> Record:
    """Beyond the goal: all of them, five statements each."""
    record = without_boilerplate(record, rng)
    for attack in (officials, spokesperson, quote_marks, dates):
        record = attack(record, rng, 5)
    return byline(record, rng)


ATTACKS: Mapping[str, Attack] = {
    "boilerplate lines deleted": without_boilerplate,
    "according to officials": officials,
    "a spokesperson said": spokesperson,
    "quote marks": quote_marks,
    "dates": dates,
    "byline": byline,
}
