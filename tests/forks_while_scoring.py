"""Fork again and again while threads score; run by ``test_concurrency.py`` in a process of its own.

    python forks_while_scoring.py warm|cold FORKS

``warm``: everything is loaded before the first fork. ``cold``: threads are about to load it. Each
child makes every kind of report of one article and ends; one that waits too long says for what.
Prints the digest that parent and children agree on.
"""

from __future__ import annotations

import faulthandler
import hashlib
import os
import random
import sys
import threading
import time
from pathlib import Path

import credscore

PATIENCE = 60.0  # seconds for a child; it needs some 2 on a busy machine
TEXTS = [
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).resolve().parents[1] / "seeds/articles").glob("*.txt"))
]
STOP = threading.Event()


def told(text: str) -> str:
    report = credscore.score(text)
    pages = (report.to_json(), report.to_markdown(), report.to_html())
    return hashlib.sha256("\0".join(pages).encode("utf-8", "replace")).hexdigest()


def score_on(number: int) -> None:
    while not STOP.is_set():
        told(TEXTS[number % len(TEXTS)])
        number += 1


def child(answer: int) -> None:
    """Never returns."""
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    try:
        os.write(answer, told(TEXTS[0]).encode())
    finally:
        os._exit(0)


def forked() -> str:
    ours, theirs = os.pipe()
    if (pid := os.fork()) == 0:
        child(theirs)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    return answer


def main(state: str, forks: int) -> None:
    if state == "warm":
        told(TEXTS[0])
    threads = [threading.Thread(target=score_on, args=(n,), daemon=True) for n in range(3)]
    for thread in threads:
        thread.start()
    answers = set()
    for _ in range(forks):
        time.sleep(random.random() * 0.02)  # noqa: S311  any moment will do
        answers.add(forked())
    STOP.set()
    for thread in threads:
        thread.join()
    print(*{told(TEXTS[0]), *answers})


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
