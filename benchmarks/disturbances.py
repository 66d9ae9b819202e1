"""Ways to disturb ``credscore batch``, each at a moment or an amount of chance.

A way starts the command once, disturbs it, and says whether it was disturbed before it was done.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from long_memory import children

DICE = random.Random(1)  # noqa: S311  repeatable, no secret
PATIENCE = 600.0  # seconds for a run on a busy machine
Way = Callable[[Path, Path, float], bool]


def command(source: Path, out: Path, jobs: int) -> list[str]:
    words = ["batch", str(source), str(out), "--jobs", str(jobs)]
    return [sys.executable, "-m", "credscore.cli", *words]


def batch(source: Path, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command(source, out, 2), stderr=subprocess.PIPE)


def run(source: Path, out: Path) -> tuple[int, str]:
    """Undisturbed: the exit code and what was said."""
    process = subprocess.Popen(command(source, out, 1), stderr=subprocess.PIPE)
    said = process.communicate(timeout=PATIENCE)[1].decode()
    return process.returncode, said


def _moment(process: subprocess.Popen[bytes], span: float) -> bool:
    """Wait up to ``span`` seconds; whether it still runs."""
    stop = time.monotonic() + DICE.random() * span
    while process.poll() is None and time.monotonic() < stop:
        time.sleep(0.005)
    return process.poll() is None


# What Python itself says in a worker that was starting when its parent was killed outright.
_ORPHANED = re.compile(
    r"Traceback \(most recent call last\):\n  File \"<string>\", line 1, in <module>\n"
    r"(?:  .*\n)+EOFError: Ran out of input\n"
)


def _killed(process: subprocess.Popen[bytes], kill: Callable[[], None], span: float) -> bool:
    running = _moment(process, span)
    if running:
        with contextlib.suppress(ProcessLookupError):
            kill()
    said = process.communicate(timeout=PATIENCE)[1].decode()
    if process.returncode == -signal.SIGKILL:
        said = _ORPHANED.sub("", said)
    if "Traceback" in said:
        raise SystemExit(f"a traceback after a kill:\n{said}")
    return running


def by_signal(number: int) -> Way:
    def disturb(source: Path, out: Path, span: float) -> bool:
        process = batch(source, out)
        return _killed(process, lambda: process.send_signal(number), span)

    return disturb


def by_worker(source: Path, out: Path, span: float) -> bool:
    """SIGKILL to one of the workers; the run goes on by itself."""
    process, killed = batch(source, out), []
    while process.poll() is None and not _workers(process):
        time.sleep(0.005)

    def kill() -> None:
        if workers := _workers(process):
            os.kill(DICE.choice(workers), signal.SIGKILL)
            killed.append(True)

    return _killed(process, kill, span / 2) and bool(killed)


def _workers(process: subprocess.Popen[bytes]) -> list[int]:
    found = []
    for one in children(process.pid):
        with contextlib.suppress(OSError):
            if "spawn_main" in Path(f"/proc/{one}/cmdline").read_text():
                found.append(one)
    return found


def by_full_pipe(source: Path, out: Path, span: float) -> bool:
    """Standard error is a pipe that is full to the brim, and whose reader goes away."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"x")
    os.set_blocking(writing, True)
    process = subprocess.Popen(command(source, out, 1), stderr=writing)
    os.close(writing)
    running = _moment(process, 1.2 * span)
    os.close(reading)
    process.wait(timeout=PATIENCE)
    return running


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[int], None]]:
    """A file system of its own in memory; yields what sets its size in kilobytes. Needs root."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(folder)], check=True)

    def resize(kilobytes: int) -> None:
        option = f"remount,size={kilobytes}k"
        subprocess.run(["mount", "-o", option, str(folder)], check=True)

    try:
        yield resize
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def by_full_disk(source: Path, out: Path, _: float) -> bool:
    """``out`` lies on a ``small_disk``, whose size is set before; no space is an orderly end."""
    code, said = run(source, out)
    if code not in (0, 1) or "Traceback" in said or (code == 1 and "No space left" not in said):
        raise SystemExit(f"without space it ended with {code}:\n{said}")
    return code == 1


def limited(source: Path, out: Path, most: int) -> tuple[int, str]:
    """A run whose files may hold ``most`` bytes each."""

    def restrict() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = subprocess.run(
        command(source, out, 1),
        capture_output=True,
        preexec_fn=restrict,
        check=False,
    )
    return done.returncode, done.stderr.decode()
