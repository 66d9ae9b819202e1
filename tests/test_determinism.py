"""The same article gives the same numbers to the last bit: in any order, batch, thread, process
and hash seed. Every comparison is of bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
import random
import struct
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

import credscore
from credscore.document import Document
from credscore.registry import annotate_batch
from credscore.report import Report
from credscore.scorer import Scored, default_scorer

ROOT = Path(__file__).resolve().parents[1]
ODD = (
    "",
    "Short.",
    "By Ann Lee\n",
    "“Unclosed, she said.\n" * 9,
    "\U0001f600 12,5 % caf\u0301 " * 40,
)


@cache
def documents() -> tuple[Document, ...]:
    """Own articles, whole and in halves, and odd ones between them."""
    found = []
    for path in sorted((ROOT / "seeds/articles").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        found += [Document(text, title=path.stem), Document(text[: len(text) // 2])]
    return (*found, *map(Document, ODD))


def digest(scored: Scored) -> str:
    """Every number of an article, byte for byte."""
    known = hashlib.sha256(scored.values.tobytes())
    for parts in (scored.credibility, scored.quality):
        known.update(parts.contributions.tobytes())
        known.update(struct.pack("<4d", parts.baseline, parts.log_odds, parts.low, parts.high))
    known.update(struct.pack(f"<{len(scored.genre)}d", *scored.genre))
    known.update(repr(scored.reason).encode())
    return known.hexdigest()


def digests(some: Sequence[Document]) -> list[str]:
    return [digest(scored) for scored in default_scorer().measure(annotate_batch(some))]


def digest_of(place: int) -> str:
    """In a worker: one article alone."""
    return digests([documents()[place]])[0]


@cache
def alone() -> tuple[str, ...]:
    return tuple(map(digest_of, range(len(documents()))))


@pytest.mark.parametrize("size", [2, 3, 7, 64])
def test_batch_sizes(size: int) -> None:
    some = documents()
    found = [d for i in range(0, len(some), size) for d in digests(some[i : i + size])]
    assert found == list(alone())


@pytest.mark.parametrize("seed", range(3))
def test_orders_and_neighbours(seed: int) -> None:
    places = list(range(len(documents()))) * 2
    random.Random(seed).shuffle(places)  # noqa: S311  an order, no secret
    found = digests([documents()[place] for place in places])
    assert found == [alone()[place] for place in places]


def test_again_and_again() -> None:
    assert [digest_of(place) for place in range(len(documents()))] == list(alone())


def test_threads() -> None:
    places = list(range(len(documents()))) * 3
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(digest_of, places)) == [alone()[place] for place in places]


def test_reports_read_by_many_threads() -> None:
    """Lazy parts of one report, first looked at by eight threads at once."""
    text = documents()[0].text
    expected = credscore.score(text).to_json()
    for _ in range(5):
        report = credscore.score(text)
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: report.to_json(), range(8))) == {expected}  # noqa: B023


def test_asyncio_executors() -> None:
    async def everything() -> list[str]:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(4) as pool:
            tasks = [loop.run_in_executor(pool, digest_of, n) for n in range(len(documents()))]
            return list(await asyncio.gather(*tasks))

    assert asyncio.run(everything()) == list(alone())


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} on this system")
    alone()  # so that a fork inherits a scorer in use
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(digest_of, range(len(documents())))) == list(alone())


def overall(report: object) -> float | None:
    assert isinstance(report, Report)
    return report.overall.log_odds


def test_joblib_workers() -> None:
    one = list(map(overall, credscore.score_many(documents())))
    assert list(map(overall, credscore.score_many(documents(), n_jobs=2))) == one


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_hash_seeds(seed: str) -> None:
    """Other runs, with sets and dicts of strings in another order: numbers and pages."""
    code = (
        "import test_determinism as t, credscore\n"
        "print('\\n'.join(t.digests(t.documents())))\n"
        "print(t.told(t.documents()[0].text))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    search = [str(ROOT / "tests"), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(search)
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=environment, capture_output=True, text=True, timeout=240, check=True,
    )  # fmt: skip
    *numbers, pages = done.stdout.split()
    assert numbers == list(alone())
    assert pages == told(documents()[0].text)


def told(text: str) -> str:
    """Everything that is written about an article, and about it beside another."""
    report = credscore.score(text)
    some = [Document(text, source="a"), Document(documents()[2].text, source="b")]
    pages = [
        report.to_json(), report.to_html(), report.to_markdown(),
        credscore.compare(some, min_articles=1).to_json(),
        credscore.corroborate(some).to_json(),
    ]  # fmt: skip
    return hashlib.sha256("\0".join(pages).encode("utf-8", "replace")).hexdigest()
