"""500 sources and 100,000 articles through ``credscore compare``: memory, time, size, progress.

Run by ``python benchmarks/comparison.py --large``. The articles reach the command as a file of JSON
lines and are put together from sentences of real ones (``samples.sample``), each with words of its
own, so that none is another's reprint and nothing that remembers words could hide. The command has
a terminal of its own, whose lines of progress say how far it is when its memory is read.
"""

from __future__ import annotations

import json
import os
import pty
import random
import re
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from pipelines import memory
from samples import sample

SOURCES, ARTICLES = 500, 100_000
PAGE_SOURCES = 50  # whose page must stay under 2 MB
SMALLER = 4  # the same with this many times fewer articles shows what grows with their number
SENTENCES = 26  # some 4,000 characters
_COUNT = re.compile(r"([\d,]+) (?:of [\d,]+ )?articles")
_SENTENCE = re.compile(r"[^.!?\n]{40,240}[.!?]")


def articles(count: int, sources: int) -> Iterator[dict[str, str]]:
    """Articles in turn of all sources; each source has sentences that it prefers, and dates."""
    rng = random.Random(7)  # noqa: S311  not a secret
    pool = [found for text in sample(600) for found in _SENTENCE.findall(text)]
    rng.shuffle(pool)
    share = len(pool) // 40
    for number in range(count):
        source = number % sources
        own = pool[share * (source % 40) : share * (source % 40 + 1)]
        said = [rng.choice(own if rng.random() < 0.6 else pool).strip() for _ in range(SENTENCES)]
        said[0] = f"Ward {number:x}q and kr{number:o}l met. {said[0]}"
        body = "\n\n".join(" ".join(said[i : i + 4]) for i in range(0, len(said), 4))
        day = f"{2015 + number * 9 // count}-{1 + number // sources % 12:02}-{1 + number % 28:02}"
        yield {"source": f"Source {source:03}", "published": day, "text": body}


@dataclass(slots=True)
class Watch:
    """What was seen of a run: (articles done, resident bytes) now and then, and its last lines."""

    seen: list[tuple[int, int]]
    lines: int
    last: str
    after: int
    seconds: float
    cpu_seconds: float


def watched(command: Sequence[str]) -> Watch:
    """Run a command with a terminal for standard error, and look at its memory while it works."""
    ours, theirs = pty.openpty()
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    found = Watch([], 0, "", 0, 0.0, 0.0)
    while True:
        done, status, usage = os.wait4(process.pid, os.WNOHANG)
        _listen(ours, found)
        held = memory(process.pid)
        count = _COUNT.search(found.last)
        if held and count:
            found.seen.append((int(count[1].replace(",", "")), held))
        if held:
            found.after = max(found.after, held)
        if done:
            break
        time.sleep(0.2)
    os.close(ours)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {found.last}")
    found.seconds = time.monotonic() - start
    found.cpu_seconds = usage.ru_utime + usage.ru_stime
    return found


def _listen(terminal: int, found: Watch) -> None:
    while select.select([terminal], [], [], 0)[0]:
        try:
            said = os.read(terminal, 65_536).decode("utf-8", "replace")
        except OSError:  # the other end has gone
            return
        if not said:
            return
        for line in filter(None, re.split(r"[\r\n]+", said)):
            found.lines += bool(line.strip())
            found.last = line.strip()  # empty once the line of progress is wiped


def run(count: int, sources: int) -> dict[str, Any]:
    """Write the articles, compare them, and say what it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, page, data = folder / "in.jsonl", folder / "out.html", folder / "out.json"
        with table.open("w", encoding="utf-8") as file:
            for row in articles(count, sources):
                file.write(json.dumps(row) + "\n")
        size = table.stat().st_size
        command = [sys.executable, "-m", "credscore.cli", "compare", str(table), "--html"]
        found = watched([*command, str(page), "--json", str(data)])
        compared = json.loads(data.read_text(encoding="utf-8"))
        html = page.stat().st_size
    held = [megabytes for _, megabytes in found.seen]
    tenth = [m for done, m in found.seen if done <= count / 10] or held[:1]
    last = [m for done, m in found.seen if done >= count * 0.9] or held[-1:]
    return {
        "articles": count,
        "sources": len(compared["sources"]),
        "judged": compared["n_articles"],
        "with_a_trend": sum(source["trend"] is not None for source in compared["sources"]),
        "characters": round(size / count),
        "memory_mb": {
            "first_tenth": round(median(tenth) / 1e6),
            "median": round(median(held) / 1e6),
            "last_tenth": round(median(last) / 1e6),
            "most_while_reading": round(max(held) / 1e6),
            "most_of_all": round(found.after / 1e6),
        },
        "seconds": round(found.seconds),
        "cpu_seconds": round(found.cpu_seconds),
        "lines_of_progress": found.lines,
        "html_mb": round(html / 1e6, 2),
        "json_mb": round(len(json.dumps(compared)) / 1e6, 2),
    }


def large(count: int = ARTICLES, sources: int = SOURCES) -> dict[str, Any]:
    """The whole, after a smaller one of as many sources, and one of fewer sources."""
    page = run(count // 40, PAGE_SOURCES)
    print(json.dumps(page), flush=True)
    few = run(count // SMALLER, sources)
    print(json.dumps(few), flush=True)
    many = run(count, sources)
    print(json.dumps(many), flush=True)
    grown = many["memory_mb"]["most_of_all"] - few["memory_mb"]["most_of_all"]
    more = many["articles"] - few["articles"]
    return {
        f"page_of_{PAGE_SOURCES}_sources": page,
        "fewer": few,
        "all": many,
        "bytes_an_article_more": round(1e6 * grown / more),
    }
