"""Annotations: many of them at once, as the class itself would make them."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from credscore.annotations import Boilerplate, Span, all_of

MANY = 20_000


@pytest.fixture(params=[True, False], ids=["collector on", "collector off"])
def collector(request: pytest.FixtureRequest) -> Iterator[bool]:
    was = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if was else gc.disable)()


@pytest.mark.parametrize("count", [0, 3, MANY])
def test_all_of_makes_what_the_class_makes(count: int) -> None:
    starts, ends, kinds = range(count), range(1, count + 1), ["by"] * count
    assert all_of(Boilerplate, count, starts, ends, kinds) == tuple(
        map(Boilerplate, starts, ends, kinds)
    )


def test_the_garbage_collector_is_left_as_it_was(collector: bool) -> None:
    """It is paused while many objects are made, which it would walk through again and again."""
    seen = []

    def columns() -> Iterator[int]:
        seen.append(gc.isenabled())
        yield from range(MANY)

    all_of(Span, MANY, columns(), range(MANY), [""] * MANY)
    assert seen == [False]
    assert gc.isenabled() is collector


def test_a_failure_does_not_leave_the_collector_off(collector: bool) -> None:
    with pytest.raises(ValueError, match="zip"):
        all_of(Span, MANY, range(MANY))
    assert gc.isenabled() is collector
