"""What the specifics extractor measures, and the sentences that say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from credscore.features import Feature

__all__ = ["FEATURES", "REASONS"]

Say = Callable[[Mapping[str, float]], str]
_NO_WORDS = "the article has no words"
_NO_CLAIMS = "it cites no number, amount, study or programme, so none can be traced or not"

# Feature name -> why its NaNs are NaN.
REASONS = {
    "specifics.claims_per_100_words": _NO_WORDS,
    "specifics.untraced_per_100_words": _NO_WORDS,
    "specifics.vague_time_per_100_words": _NO_WORDS,
    "specifics.vague_quantity_per_100_words": _NO_WORDS,
    "specifics.traced_share": _NO_CLAIMS,
    "specifics.checkable_sentence_share": "the article has no sentences",
}


def _counted(count: float, noun: str) -> str:
    return f"{count:,.0f} {noun}{'' if count == 1 else 's'}"


def _words(values: Mapping[str, float]) -> str:
    return _counted(values["specifics.words_count"], "word")


def _say_claims(values: Mapping[str, float]) -> str:
    count = values["specifics.claims_count"]
    if not count:
        return f"no number, amount, study or programme is cited in {_words(values)}"
    return (
        f"{_counted(count, 'specific')} (numbers, amounts, studies, programmes) in {_words(values)}"
    )


def _say_traced(values: Mapping[str, float]) -> str:
    claims, traced = values["specifics.claims_count"], values["specifics.traced_count"]
    if claims == 1:
        return f"the one specific it gives {'can' if traced else 'cannot'} be traced"
    return f"{traced:.0f} of its {claims:.0f} specifics can be traced"


def _say_untraced(values: Mapping[str, float]) -> str:
    claims, untraced = values["specifics.claims_count"], values["specifics.untraced_count"]
    if not claims:
        return "it gives no specifics that a reader would have to trace"
    if claims == 1:
        return f"the one specific it gives {'cannot' if untraced else 'can'} be traced"
    if not untraced:
        return f"all its {claims:.0f} specifics can be traced"
    if untraced == claims:
        return f"none of its {claims:.0f} specifics can be traced"
    return f"{untraced:.0f} of its {claims:.0f} specifics cannot be traced"


def _say_checkable(values: Mapping[str, float]) -> str:
    checkable, sentences = values["specifics.checkable_count"], values["specifics.sentences_count"]
    if sentences == 1:
        return f"the only sentence states {'something' if checkable else 'nothing'} checkable"
    states = "states" if checkable == 1 else "state"
    return f"{checkable:.0f} of {sentences:.0f} sentences {states} something that can be checked"


def _vague(name: str, what: str) -> Say:
    def say(values: Mapping[str, float]) -> str:
        count = values[f"specifics.{name}_count"]
        if not count:
            return f"no {what} is left vague in {_words(values)}"
        times = {1: "once", 2: "twice"}.get(int(count), f"{count:.0f} times")
        article = "an" if what.startswith("a") else "a"
        return f"{article} {what} is left vague {times} in {_words(values)}"

    return say


_say_vague_time = _vague("vague_time", "time")
_say_vague_quantity = _vague("vague_quantity", "amount")


def _rate(name: str, description: str, say: Say) -> Feature:
    return Feature(
        f"specifics.{name}_per_100_words",
        f"{description}, per 100 words",
        "per_100_words",
        0.0,
        100.0,
        say,
        evidence=name,
    )


def _helper(name: str, description: str, say: Say, evidence: str | None) -> Feature:
    return Feature(
        f"specifics.{name}_count",
        description,
        "count",
        0.0,
        1e6,
        say,
        evidence=evidence,
        scored=False,
    )


FEATURES = (
    _rate(
        "claims",
        "numbers, amounts, percentages, durations and cited studies, documents, programmes, laws "
        "and meetings",
        _say_claims,
    ),
    Feature(
        "specifics.traced_share",
        "specifics with a source, an address, or a day and place, as a share of all specifics",
        "share",
        0.0,
        1.0,
        _say_traced,
        evidence="traced",
    ),
    _rate("untraced", "specifics that a reader could not trace", _say_untraced),
    _rate(
        "vague_time", "times that cannot be looked up (recently, in recent years)", _say_vague_time
    ),
    _rate(
        "vague_quantity", "amounts that cannot be checked (many, countless)", _say_vague_quantity
    ),
    Feature(
        "specifics.checkable_sentence_share",
        "sentences that state something that could be checked, as a share of all sentences",
        "share",
        0.0,
        1.0,
        _say_checkable,
        evidence="checkable",
    ),
    _helper("checkable", "sentences that could be checked", _say_checkable, "checkable"),
    _helper("sentences", "sentences", _say_checkable, None),
    _helper("claims", "specifics", _say_claims, "claims"),
    _helper("traced", "specifics that a reader could trace", _say_traced, "traced"),
    _helper("untraced", "specifics that a reader could not trace", _say_untraced, "untraced"),
    _helper("vague_time", "times left vague", _say_vague_time, "vague_time"),
    _helper("vague_quantity", "amounts left vague", _say_vague_quantity, "vague_quantity"),
    _helper("words", "words of the article", _say_claims, None),
)
