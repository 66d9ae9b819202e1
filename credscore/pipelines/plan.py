"""What a run was told to do, kept beside its output so that it can be resumed and never mixed.

Beside ``scores.parquet`` lies ``scores.parquet.plan.json`` and, until all is done, the folder
``scores.parquet.parts`` with the finished parts and a journal of them. A folder as output holds
its parts for good, the plan as ``_plan.json`` and the journal as ``_journal.jsonl``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from credscore import __version__
from credscore.errors import InputError
from credscore.pipelines.encoding import FORMATS

__all__ = [
    "Place",
    "Tally",
    "clear",
    "differences",
    "journal",
    "load_plan",
    "note",
    "open_place",
    "save_plan",
    "software",
    "sweep",
    "whole_file",
]

PLAN_VERSION = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of one part."""

    part: int
    rows: int
    errors: int
    size: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run keeps things; ``whole`` is None where the parts themselves are the output."""

    output: Path
    suffix: str
    whole: Path | None
    parts: Path
    plan: Path

    @property
    def everything(self) -> tuple[Path, ...]:
        """Whatever a run writes; never its own input."""
        return self.output, self.parts, self.plan

    @property
    def journal(self) -> Path:
        return self.parts / "_journal.jsonl"

    def part(self, number: int) -> Path:
        return self.parts / f"part-{number:06d}{self.suffix}"


def open_place(output: Path) -> Place:
    """Read an output's kind off its name.

    Raises:
        InputError: its suffix is no format that can be written.
    """
    name = output.name.lower()
    suffix = next((s for s in FORMATS if name.endswith(s)), None)
    if suffix is not None and not output.is_dir():
        parts = output.with_name(output.name + ".parts")
        plan = output.with_name(output.name + ".plan.json")
        return Place(output, suffix, output, parts, plan)
    if output.suffix and not output.is_dir():
        raise InputError(
            f"{output}: cannot write {output.suffix!r}; give one of {', '.join(FORMATS)}, or a "
            "folder (for a data set of Parquet files)"
        )
    return Place(output, ".parquet", None, output, output / "_plan.json")


def software() -> dict[str, Any]:
    """All that scores depend on besides the article."""
    from credscore.model_files import find_model
    from credscore.registry import discover

    models = {t: _hash(find_model(t)) for t in ("credibility", "quality", "genre")}
    extractors = {extractor.name: extractor.version for extractor in discover()}
    return {"credscore": __version__, "models": models, "extractors": extractors}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_plan(path: Path) -> dict[str, Any] | None:
    """The plan of an earlier run; None if there is none.

    Raises:
        InputError: it cannot be read.
    """
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}); --restart begins anew") from error
    if not isinstance(content, dict) or content.get("plan") != PLAN_VERSION:
        raise InputError(f"{path} is no plan of this version; --restart begins anew")
    return cast(dict[str, Any], content)


def differences(old: Mapping[str, Any], new: Mapping[str, Any], path: str = "") -> list[str]:
    """Where two plans differ, in words."""
    found = []
    for key in sorted(old.keys() | new.keys()):
        before, now, name = old.get(key), new.get(key), f"{path}{key}"
        if isinstance(before, dict) and isinstance(now, dict):
            found += differences(before, now, f"{name}.")
        elif before != now:
            found.append(f"{name} was {_short(before)}, is {_short(now)}")
    return found


def _short(value: object) -> str:
    return f"{value[:12]}…" if isinstance(value, str) and len(value) == 64 else repr(value)


def save_plan(place: Place, content: Mapping[str, Any]) -> None:
    """Write the plan, whole or not at all."""
    with whole_file(place.plan) as file:
        data = {"plan": PLAN_VERSION, **content}
        text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
        # Names may hold bytes that are no UTF-8; as escapes JSON gives them back.
        file.write(text.encode("utf-8", "backslashreplace"))


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when all of it is written.

    Raises:
        InputError: it cannot be written.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written: {error.strerror or error}. "
            "What is finished is kept: the same command goes on"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def journal(place: Place) -> dict[int, Tally]:
    """The parts that are done. A last line torn by a kill does not count: its part is redone."""
    done: dict[int, Tally] = {}
    try:
        lines = place.journal.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return done
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            tally = Tally(**json.loads(line))
            if place.part(tally.part).is_file():
                done[tally.part] = tally
    return done


def note(place: Place, tally: Tally) -> None:
    """Add a part to the journal, after its file is in place.

    Raises:
        InputError: the journal cannot be written.
    """
    line = {name: getattr(tally, name) for name in Tally.__dataclass_fields__}
    try:
        with place.journal.open("a", encoding="utf-8") as file:
            # The newline comes first too: after a torn line it starts a new one.
            file.write("\n" + json.dumps(line) + "\n")
    except OSError as error:
        raise InputError(f"{place.journal}: cannot be written: {error.strerror}") from error


def clear(place: Place) -> None:
    """Forget an earlier run. A finished single file stays until the new one replaces it."""
    place.plan.unlink(missing_ok=True)
    sweep(place)
    if place.whole is None:
        for part in place.parts.glob("part-*"):
            part.unlink(missing_ok=True)


def sweep(place: Place) -> None:
    """Remove what only a resumed run would need."""
    place.journal.unlink(missing_ok=True)
    if place.whole is not None:
        for part in place.parts.glob("part-*"):
            part.unlink(missing_ok=True)
