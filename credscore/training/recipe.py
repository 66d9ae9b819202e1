"""A model's recipe: everything that training may choose, in one TOML file beside the model."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from credscore.errors import InputError
from credscore.model_format import Count, Denominator

__all__ = ["DataRecipe", "Recipe", "ShapeRecipe", "WordingRecipe", "read_recipe"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DataRecipe:
    """Which articles, and what each weighs.

    Attributes:
        per_group: at most so many articles a source or site.
        flat: also train on copies without line breaks, headline and authors.
        group_exponent: an article of a group with n articles weighs ``n ** -group_exponent``: 0
            counts articles, 1 counts groups.
        corpus_weights: factor by corpus.
        kind_weights: factor by kind of text, in fitting alone: calibration counts all kinds alike.
        balance: whether each kind (for genre: genre) weighs the same in all.
    """

    per_group: int = 60
    flat: bool = True
    group_exponent: float = 0.5
    corpus_weights: Mapping[str, float] = field(default_factory=dict)
    kind_weights: Mapping[str, float] = field(default_factory=dict)
    balance: bool = False


@dataclass(frozen=True, slots=True)
class WordingRecipe:
    """How pattern weights are found.

    Attributes:
        patterns: at most so many; 0 leaves wording out.
        min_groups: a pattern must occur in so many groups.
        count, denominator, shrink: as in ``WordingTable``.
        ridge: penalty, in units of a row's mean square.
        corpus_effect: how freely a corpus may have a level of its own while weights are fitted (0:
            not at all). It keeps weights from learning which corpus a text is from.
        folds: folds of groups for the out-of-fold index.
        exclude: symbols that no pattern may hold, in a title or elsewhere: what anybody can type in
            would be cheap to fake.
    """

    patterns: int = 10_000
    min_groups: int = 40
    count: Count = "log"
    denominator: Denominator = "root_words"
    shrink: float = 50.0
    ridge: float = 3.0
    corpus_effect: float = 0.0
    folds: int = 5
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShapeRecipe:
    """How features become tables.

    Attributes:
        knots: at most so many for a feature.
        ridge: penalty on each knot-to-knot change, in units of the mean row weight times rows.
        exclude: features left out, each for a reason the recipe states in a comment.
        up, down: features whose table must not fall, or not rise.
        corpus_effect: as in ``WordingRecipe``.
        cap: feature -> largest distance, in the target's unit, between its table's ends.
        given: feature -> that distance, set and not learned: a straight line from the first to the
            last knot, in the feature's direction. For a criterion that these texts cannot teach,
            because their sources differ in it for other reasons; all else is fitted around it.
    """

    knots: int = 7
    ridge: float = 0.002
    exclude: tuple[str, ...] = ()
    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    corpus_effect: float = 0.0
    cap: Mapping[str, float] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One model's recipe.

    ``craft_share`` of what the features alone explain is taken from the target before wording is
    fitted. Words such as "said" and features such as attribution tell much the same; a reader can
    check the feature, so it gets the credit. ``craft`` names the extractors whose features count as
    craft. The price is a little accuracy: train with 0 to see it in ``metrics.json``.
    """

    target: str
    version: str
    data: DataRecipe = DataRecipe()
    wording: WordingRecipe = WordingRecipe()
    shape: ShapeRecipe = ShapeRecipe()
    folds: int = 8
    coverage: float = 0.9
    craft_share: float = 0.0
    craft: tuple[str, ...] = ("attribution", "boilerplate", "byline", "hedging", "specifics")


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        InputError: unknown keys or a missing file.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: not a readable recipe: {error}") from error
    parts = {"data": DataRecipe, "wording": WordingRecipe, "shape": ShapeRecipe}
    for name, kind in parts.items():
        content[name] = _filled(kind, content.get(name, {}), f"{path}: [{name}]")
    return _filled(Recipe, content, str(path))


def _filled(kind: type[T], content: dict[str, Any], place: str) -> T:
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]  # all are dataclasses
    unknown = sorted(set(content) - known)
    if unknown:
        raise InputError(
            f"{place}: unknown {', '.join(unknown)}; known are {', '.join(sorted(known))}"
        )
    kept = {k: tuple(v) if isinstance(v, list) else v for k, v in content.items()}
    return kind(**kept)
