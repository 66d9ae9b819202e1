"""What is kept from article to article does not grow with their number."""

from __future__ import annotations

import functools
import gc
import random

from expected_rows import ARTICLES

from credscore.pipelines.rows import score_rows

PIECE = 600  # characters: short, so that many differ in what counts most


def unbounded() -> dict[str, int]:
    """Entries of each cache of ours that never lets go of any."""
    caches = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
    return {
        f"{one.__module__}.{one.__qualname__}": one.cache_info().currsize
        for one in caches
        if str(one.__module__).startswith("credscore") and one.cache_info().maxsize is None
    }


def pieces(count: int) -> list[dict[str, str]]:
    dice = random.Random(1)  # noqa: S311  repeatable, no secret
    texts = sorted(text for text in ARTICLES.values() if len(text) > PIECE)
    begins = [(text, dice.randrange(len(text) - PIECE)) for text in dice.choices(texts, k=count)]
    return [{"text": text[begin : begin + PIECE]} for text, begin in begins]


def test_caches_do_not_grow_with_the_articles() -> None:
    rows = pieces(400)
    score_rows(rows[:200], spans=True)
    before = unbounded()
    score_rows(rows[200:], spans=True)
    after = unbounded()
    grown = {name: size - before.get(name, 0) for name, size in after.items()}
    # What stands there by feature may still meet a feature for the first time, and by no more.
    assert {name: more for name, more in grown.items() if more > 5} == {}
