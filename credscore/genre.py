"""What kind of text an article reads like, and what the scores mean for that kind."""

from __future__ import annotations

import math
from collections.abc import Sequence

from credscore.judgement import Genre

__all__ = ["genre_of"]

_NOTES = {
    "opinion": "it reads like opinion: the scores judge craft and wording, not the view taken",
    "press_release": "it reads like a press release: one side speaks for itself",
    "satire": "it reads like satire, which imitates news on purpose: the scores mislead",
}
# Calling a report a joke is the worse mistake: lively sports and gossip reports reach 0.6.
_SURE_OF_SATIRE = 0.8
_MORE_LIKELY_THAN_NOT = 0.5


def _note(label: str, chance: float) -> str | None:
    """What the scores mean for a kind of text, where that needs saying."""
    if label == "satire" and chance < _SURE_OF_SATIRE:
        return "it may be satire; if it is, the scores mislead"
    note = _NOTES.get(label)
    if note is not None and chance < _MORE_LIKELY_THAN_NOT:
        return note.replace("it reads like", "it may be", 1)
    return note


def genre_of(labels: Sequence[str], log_odds: Sequence[float]) -> Genre:
    """The likeliest kind and every kind's chance (softmax of the log-odds)."""
    top = max(log_odds)
    grown = [math.exp(value - top) for value in log_odds]
    chances = {label: part / sum(grown) for label, part in zip(labels, grown, strict=True)}
    label = max(chances, key=lambda name: chances[name])
    return Genre(label, chances, _note(label, chances[label]))
