"""What is measured, and the sentence that each value makes for a reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from credscore.features import Feature

__all__ = ["FEATURES"]

Values = Mapping[str, float]


def _times(count: float) -> str:
    return {1: "once", 2: "twice"}.get(int(count), f"{int(count)} times")


def _engagement(values: Values) -> str:
    count = values["boilerplate.engagement_count"]
    if not count:
        return "it does not court the reader with hooks or calls to comment and share"
    return f"it courts the reader {_times(count)} with hooks or calls to comment, share or follow"


def _promotion(values: Values) -> str:
    count = values["boilerplate.promotion_count"]
    if not count:
        return "it sells nothing and asks for no subscription"
    return f"it asks the reader {_times(count)} to subscribe, buy, donate or click"


def _template(values: Values) -> str:
    count = int(values["boilerplate.template_count"])
    if not count:
        return "it has no template headings or stock transitions"
    heading = "template heading or stock transition" if count == 1 else (
        "template headings or stock transitions")  # fmt: skip
    return (
        f"it reads like a template: {count} {heading} (FAQ, key takeaways, scenarios and the like)"
    )


def _counted(kind: str, one: str, many: str) -> Callable[[Values], str]:
    def say(values: Values) -> str:
        count = int(values[f"boilerplate.{kind}_count"])
        if not count:
            return f"no {many} in the text"
        return f"{count} {one if count == 1 else many} in the text"

    return say


def _words(values: Values) -> str:
    count = int(values["boilerplate.body_words"])
    return f"the article itself has {count} {'word' if count == 1 else 'words'}"


def _outside(values: Values) -> str:
    share = values["boilerplate.outside_share"]
    if not share:
        return "the text holds nothing but the article"
    return f"{100 * share:.0f} % of the text's words are page furniture, left out of the measures"


def _rate(kind: str, what: str, say: Callable[[Values], str]) -> Feature:
    return Feature(
        name=f"boilerplate.{kind}_per_100_words",
        description=f"{what}, per 100 words of the article itself",
        unit="per_100_words",
        low=0.0,
        high=100.0,
        say=say,
        evidence=kind,
    )


def _helper(kind: str, one: str, many: str) -> Feature:
    return Feature(
        name=f"boilerplate.{kind}_count",
        description=f"number of {many}",
        unit="count",
        low=0.0,
        high=1e6,
        say=_counted(kind, one, many),
        evidence=kind,
        scored=False,
    )


FEATURES: tuple[Feature, ...] = (
    _rate("engagement", "hooks and calls to comment, share or follow", _engagement),
    _rate("promotion", "calls to subscribe, buy, donate or click", _promotion),
    _rate("template", "template headings and stock transitions", _template),
    _helper("navigation", "navigation line", "navigation lines"),
    _helper("engagement", "call to the reader", "calls to the reader"),
    _helper("promotion", "promotional passage", "promotional passages"),
    _helper("legal", "line of small print", "lines of small print"),
    _helper("template", "stock passage", "stock passages"),
    _helper("teaser", "teaser of another story", "teasers of other stories"),
    Feature(
        "boilerplate.body_words", "words of the article itself, page furniture left out",
        "words", 0.0, 1e6, _words, scored=False,
    ),
    Feature(
        "boilerplate.outside_share", "share of the text's words that are page furniture",
        "share", 0.0, 1.0, _outside, scored=False,
    ),
)  # fmt: skip
