"""The features: how much of an article somebody is said to have said, and who."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from credscore.features import Feature

__all__ = ["FEATURES", "NOTHING_ATTRIBUTED", "NO_WORDS"]

NO_WORDS = "the article has no words of its own"
NOTHING_ATTRIBUTED = "nothing is attributed to anybody"

Values = Mapping[str, float]


def _n(value: float, one: str, many: str | None = None) -> str:
    count = int(value)
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _percent(share: float) -> str:
    if 0 < share < 0.005:
        return "less than 1 %"
    return f"{round(100 * share)} %"


def _say_words(values: Values) -> str:
    share = values["attribution.word_share"]
    if not share:
        return "none of the article's words are given as what somebody said, wrote or thinks"
    return f"{_percent(share)} of the words are given as what somebody said, wrote or thinks"


def _say_sentences(values: Values) -> str:
    done, total = (
        values["attribution.attributed_sentences_count"],
        values["attribution.sentences_count"],
    )
    if not done:
        return f"none of {_n(total, 'sentence')} says where its words come from"
    verb = "is" if int(done) == 1 else "are"
    named = values["attribution.named_sources_count"]
    sources = f"to {_n(named, 'named source')}" if named else "to no named source"
    return f"{int(done):,} of {_n(total, 'sentence')} {verb} attributed, {sources}"


def _say_named(values: Values) -> str:
    named = values["attribution.named_sources_count"]
    return (
        f"{_n(named, 'named source')} speak{'s' if int(named) == 1 else ''}"
        if named
        else ("no source is named")
    )


def _say_anonymous(values: Values) -> str:
    count, total = values["attribution.anonymous_count"], values["attribution.attributions_count"]
    if not count:
        return f"none of {_n(total, 'attribution')} goes to people nobody could look up"
    verb = "goes" if int(count) == 1 else "go"
    return f"{int(count):,} of {_n(total, 'attribution')} {verb} to people nobody could look up"


def _say_weak(values: Values) -> str:
    count = values["attribution.weak_count"]
    if not count:
        return 'no claim rests on a vague source such as "experts say"'
    verb = "rests" if int(count) == 1 else "rest"
    return f"{_n(count, 'claim')} {verb} on a vague source, or on none that could be looked up"


def _say_direct(values: Values) -> str:
    share = values["attribution.direct_quote_share"]
    if not share:
        return "no named or described source is quoted word for word"
    return f"{_percent(share)} of the words are quoted word for word, with their source nearby"


def _say_sources(values: Values) -> str:
    count, words = values["attribution.sources_count"], values["attribution.body_words"]
    if not count:
        return "no source is given for anything"
    return f"{_n(count, 'different source')} in {_n(words, 'word')}"


def _say_longest(values: Values) -> str:
    longest = values["attribution.longest_unattributed_words"]
    if not longest:
        return "every sentence is attributed to somebody"
    return f"the longest stretch without any source is {_n(longest, 'word')}"


def _share(name: str, text: str, say: Callable[[Values], str], evidence: str | None) -> Feature:
    return Feature(f"attribution.{name}", text, "share", 0.0, 1.0, say, evidence)


def _rate(name: str, text: str, say: Callable[[Values], str], evidence: str) -> Feature:
    return Feature(f"attribution.{name}", text, "per_100_words", 0.0, 100.0, say, evidence)


def _count(name: str, text: str, say: Callable[[Values], str], evidence: str | None) -> Feature:
    unit = "words" if name.endswith("_words") else "count"
    return Feature(f"attribution.{name}", text, unit, 0.0, 1e6, say, evidence, scored=False)


FEATURES: tuple[Feature, ...] = (
    _share("word_share", "words given as what somebody said, wrote or thinks, of all words",
           _say_words, "content"),
    _share("sentence_share", "sentences with attributed words, of all sentences",
           _say_sentences, "content"),
    _share("direct_quote_share", "words quoted word for word, their source told nearby, of all",
           _say_direct, "direct"),
    _share("anonymous_share", "attributions to people nobody could look up, of all attributions",
           _say_anonymous, "anonymous"),
    _share("longest_unattributed_share",
           "words of the longest run of sentences without any source, of all words",
           _say_longest, "unattributed"),
    _rate("sources_per_100_words", "different sources in 100 words", _say_sources, "sources"),
    _rate("named_sources_per_100_words", "different named sources in 100 words",
          _say_named, "named"),
    _rate("weak_per_100_words", "claims that rest on a vague source or none, in 100 words",
          _say_weak, "weak"),
    _count("named_sources_count", "different named sources", _say_named, "named"),
    _count("sources_count", "different sources", _say_sources, "sources"),
    _count("anonymous_count", "attributions to people nobody could look up", _say_anonymous,
           "anonymous"),
    _count("weak_count", "claims that rest on a vague source or none", _say_weak, "weak"),
    _count("attributions_count", "attributions", _say_sentences, "content"),
    _count("attributed_sentences_count", "sentences with attributed words", _say_sentences,
           "content"),
    _count("sentences_count", "sentences of the article", _say_sentences, None),
    _count("body_words", "words of the article", _say_sources, None),
    _count("longest_unattributed_words", "words of the longest run of sentences without any source",
           _say_longest, "unattributed"),
)  # fmt: skip
