"""What the hedging extractor measures, and the sentences that say it.

Rates are per 100 words of the writer's own text: quotations and attributed speech are left out of
both numerator and denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from credscore.features import Feature

__all__ = ["FEATURES", "REASONS"]

Say = Callable[[Mapping[str, float]], str]
_NO_WORDS = "the article has no words of the writer's own"
_NO_HEDGES = "nothing is hedged, so whose hedges they are cannot be said"

# Feature name -> why its NaNs are NaN.
REASONS = {
    "hedging.hedges_per_100_words": _NO_WORDS,
    "hedging.weasels_per_100_words": _NO_WORDS,
    "hedging.approximations_per_100_words": _NO_WORDS,
    "hedging.boosters_per_100_words": _NO_WORDS,
    "hedging.quoted_share": _NO_HEDGES,
    "hedging.uncertain_sentence_share": "the article has no sentences of the writer's own",
}


def _times(count: float) -> str:
    return {1: "once", 2: "twice"}.get(int(count), f"{count:.0f} times")


def _counted(name: str, none: str, some: str) -> Say:
    """Both have a place for the number of words looked at, ``some`` one for how often as well."""

    def say(values: Mapping[str, float]) -> str:
        count, own = values[f"hedging.{name}_count"], values["hedging.own_words_count"]
        words = f"{own:,.0f} word{'' if own == 1 else 's'}"
        return (some if count else none).format(words=words, times=_times(count))

    return say


def _say_quoted(values: Mapping[str, float]) -> str:
    quoted = values["hedging.quoted_hedges_count"]
    total = quoted + values["hedging.hedges_count"]
    if total == 1:
        return f"the only hedge is {'a speaker' if quoted else 'the writer'}'s"
    return f"{quoted:.0f} of {total:.0f} hedges are the speakers', not the writer's"


def _say_uncertain(values: Mapping[str, float]) -> str:
    uncertain, sentences = values["hedging.uncertain_count"], values["hedging.sentences_count"]
    if sentences == 1:
        return f"the only sentence of the writer's own reads as {'un' if uncertain else ''}certain"
    return f"{uncertain:.0f} of {sentences:.0f} sentences of the writer's own read as uncertain"


def _say_words(values: Mapping[str, float]) -> str:
    own, words = values["hedging.own_words_count"], values["hedging.words_count"]
    return f"{own:.0f} of {words:.0f} words are the writer's own"


def _rate(name: str, description: str, none: str, some: str) -> Feature:
    return Feature(
        f"hedging.{name}_per_100_words",
        f"{description}, per 100 words of the writer's own",
        "per_100_words",
        0.0,
        100.0,
        _counted(name, none, some),
        evidence=name,
    )


_RATES = (
    _rate(
        "hedges",
        "words that withhold full commitment (may, probably, appears to, usually)",
        "the writer never hedges in {words} of their own",
        "the writer hedges {times} in {words} of their own",
    ),
    _rate(
        "weasels",
        "claims put into the mouth of a crowd without a name (some say, experts agree)",
        "no nameless crowd is made to vouch for anything in {words} of the writer’s own",
        "a nameless crowd is made to vouch {times} in {words} of the writer’s own",
    ),
    _rate(
        "approximations",
        "numbers given as approximate or as a bound (about 40, up to 30 percent)",
        "no number is given as approximate in {words} of the writer’s own",
        "a number is approximate or only a bound {times} in {words} of the writer’s own",
    ),
    _rate(
        "boosters",
        "words that insist on certainty (undoubtedly, of course, it is no secret)",
        "the writer never insists on certainty in {words} of their own",
        "the writer insists on certainty {times} in {words} of their own",
    ),
)
_UNCERTAIN = Feature(
    "hedging.uncertain_sentence_share",
    "sentences that read as uncertain (hedges, weasels, vague selections and praise weighed "
    "together), as a share of the sentences that are the writer's own",
    "share",
    0.0,
    1.0,
    _say_uncertain,
    evidence="uncertain",
)
_QUOTED = Feature(
    "hedging.quoted_share",
    "hedges that stand in quotations or attributed speech, as a share of all hedges",
    "share",
    0.0,
    1.0,
    _say_quoted,
    evidence="quoted_hedges",
)


def _helper(name: str, description: str, say: Say, evidence: str | None) -> Feature:
    return Feature(
        f"hedging.{name}_count",
        description,
        "count",
        0.0,
        1e6,
        say,
        evidence=evidence,
        scored=False,
    )


def _same_sentence(rate: Feature) -> Feature:
    name = rate.name.removeprefix("hedging.").removesuffix("_per_100_words")
    return _helper(name, rate.description.split(", per 100")[0], rate.say, name)


FEATURES = (
    *_RATES,
    _QUOTED,
    _UNCERTAIN,
    *map(_same_sentence, _RATES),
    _helper(
        "quoted_hedges", "hedges in quotations or attributed speech", _say_quoted, "quoted_hedges"
    ),
    _helper("uncertain", "sentences that read as uncertain", _say_uncertain, "uncertain"),
    _helper("sentences", "sentences that are the writer's own", _say_uncertain, None),
    _helper("own_words", "words outside quotations and attributed speech", _say_words, None),
    _helper("words", "words of the article", _say_words, None),
)
