"""Threads that fork, threads that load everything at once, executors of asyncio and notebooks:
the same bytes as one thread, and nobody waits for ever.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import forks_while_scoring as forks
import pytest

import credscore

TESTS = Path(__file__).resolve().parent


def environment() -> dict[str, str]:
    search = [str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(search)}


def printed(*arguments: str) -> str:
    """What a Python of its own prints; it may take four minutes."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment(), capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.parametrize(("state", "count"), [("warm", 20), ("cold", 3), ("cold", 1)])
def test_forks_while_threads_score(state: str, count: int) -> None:
    """A child whose parent's other threads were scoring, or loading, scores as they do."""
    found = printed("-W", "ignore", str(TESTS / "forks_while_scoring.py"), state, str(count))
    assert found == forks.told(forks.TEXTS[0])


def test_threads_that_begin_together() -> None:
    """Eight threads in a process where nothing is loaded yet."""
    code = (
        "import forks_while_scoring as f\n"
        "from concurrent.futures import ThreadPoolExecutor as Pool\n"
        "with Pool(8) as pool:\n"
        "    print(*set(pool.map(f.told, [f.TEXTS[0]] * 8)))"
    )
    assert printed("-c", code) == forks.told(forks.TEXTS[0])


def test_executors_of_asyncio() -> None:
    """Threads, processes and the loop's own executor, all awaited at once."""

    async def everything() -> list[str]:
        loop = asyncio.get_running_loop()
        spawn = multiprocessing.get_context("spawn")
        with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(2, spawn) as processes:
            tasks: list[Any] = [asyncio.to_thread(forks.told, text) for text in forks.TEXTS]
            for pool in (threads, processes):
                tasks += [loop.run_in_executor(pool, forks.told, text) for text in forks.TEXTS]
            return list(await asyncio.gather(*tasks))

    assert asyncio.run(everything()) == [forks.told(text) for text in forks.TEXTS] * 3


CELLS = """\
import asyncio, forks_while_scoring as f
answers = await asyncio.gather(*(asyncio.to_thread(f.told, t) for t in f.TEXTS))
answers.append(f.told(f.TEXTS[0]))
print(*answers)
f.credscore.score(f.TEXTS[0])
"""


def test_notebook() -> None:
    """A cell that awaits threads, and the report that the notebook shows under it."""
    manager = pytest.importorskip("jupyter_client.manager")
    pytest.importorskip("ipykernel")
    shown: dict[str, Any] = {}
    printed_there: list[str] = []

    def note(message: dict[str, Any]) -> None:
        content = message["content"]
        assert message["msg_type"] != "error", content
        if message["msg_type"] == "stream":
            printed_there.append(content["text"])
        shown.update(content.get("data", {}))

    with manager.run_kernel(kernel_name="python3", env=environment()) as client:
        client.execute_interactive(CELLS, timeout=240, output_hook=note)
    *answers, last = "".join(printed_there).split()
    assert answers == [forks.told(text) for text in forks.TEXTS]
    assert last == answers[0]
    assert shown["text/html"] == credscore.score(forks.TEXTS[0])._repr_html_()
