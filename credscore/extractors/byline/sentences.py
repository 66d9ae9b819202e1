"""What is measured, and the sentence that each value makes for a reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from credscore.features import Feature

__all__ = ["FEATURES", "NO_PAGE"]

Values = Mapping[str, float]

NO_PAGE = (
    "no authors were supplied, and the text holds the article only: "
    "a byline may have stood around it"
)


def _present(values: Values, name: str) -> bool:
    return values.get(f"byline.{name}", 0.0) > 0  # False for NaN


def _author(values: Values) -> str:
    count = int(values["byline.authors_count"])
    if not count:
        return _nobody(values)
    who = "its author" if count == 1 else f"its {count} authors"
    told = " and tells who that is" if count == 1 else " and tells who they are"
    return f"it names {who}{told if _present(values, 'biography') else ''}"


def _nobody(values: Values) -> str:
    if _present(values, "generic_count"):
        return "it is signed with a role, not with an author a reader could contact"
    if _present(values, "handles_count"):
        return "it is signed with a screen name, not with an author a reader could contact"
    if _present(values, "organisations_count") or _present(values, "agencies_count"):
        return "it is signed by an organisation, not by a person"
    return "it names no author"


def _generic(values: Values) -> str:
    if values["byline.generic_author"]:
        return "the byline is a role such as “Editor” or “Staff”, not a person"
    return "the byline is not a mere role"


def _signal(name: str, there: str, absent: str) -> Callable[[Values], str]:
    def say(values: Values) -> str:
        return f"it {there if values[f'byline.{name}'] else absent}"

    return say


def _flag(name: str, description: str, say: Callable[[Values], str], evidence: str,
          scored: bool = True) -> Feature:  # fmt: skip
    return Feature(f"byline.{name}", description, "present", 0.0, 1.0, say, evidence, scored)


def _count(kind: str, one: str, many: str, evidence: str) -> Feature:
    def say(values: Values) -> str:
        count = int(values[f"byline.{kind}_count"])
        return f"the byline names {count or 'no'} {one if count == 1 else many}"

    return Feature(
        f"byline.{kind}_count", f"{many} in the byline", "count", 0.0, 1e6, say, evidence, False
    )


FEATURES: tuple[Feature, ...] = (
    _flag("named_author", "whether a person is named as author", _author, "person"),
    _flag(
        "generic_author",
        "whether the byline is a role or 'staff' and names nobody",
        _generic,
        "generic",
    ),
    _flag(
        "biography",
        "whether a note tells who the author is",
        _signal("biography", "tells who the author is", "does not tell who the author is"),
        "biography",
    ),
    _flag(
        "dateline",
        "whether the article says where it was reported from",
        _signal("dateline", "says where it was reported from", "has no dateline"),
        "dateline",
    ),
    _flag(
        "published",
        "whether the text gives a date of publication",
        _signal("published", "gives its date of publication", "gives no date of publication"),
        "published",
    ),
    _flag(
        "updated",
        "whether the text says when it was last changed",
        _signal("updated", "says when it was last changed", "does not say whether it was changed"),
        "updated",
    ),
    _flag(
        "correction",
        "whether the text says what was put right",
        _signal("correction", "says openly what was put right", "carries no correction"),
        "correction",
    ),
    _flag(
        "photo_credit",
        "whether a caption says who made the picture",
        _signal("photo_credit", "credits its pictures", "credits no pictures in the text"),
        "photo_credit",
    ),
    _flag(
        "contact",
        "whether the text gives an address to write to",
        _signal("contact", "gives an address to write to", "gives no address to write to"),
        "contact",
    ),
    _count("authors", "person", "persons", "person"),
    _count("organisations", "organisation", "organisations", "organisation"),
    _count("agencies", "wire agency", "wire agencies", "agency"),
    _count("generic", "role without a name", "roles without a name", "generic"),
    _count("handles", "screen name", "screen names", "handle"),
)
