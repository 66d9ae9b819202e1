"""Find every regular expression in credscore and have ``recheck`` look for slow ones.

    npm install --prefix out/recheck recheck
    python benchmarks/regexes.py [--recheck PATH] [--all]   # --all: also what is known

Patterns are found in the syntax tree: the first argument of every ``re.compile``, ``re.search`` and
so on, evaluated in its module. ``recheck`` (https://makenowjust-labs.github.io/recheck/) proves a
pattern linear or finds a text on which backtracking takes more than linear time. What it finds must
be argued in ``BOUNDED``: such a pattern only ever sees texts of a stated length. Verdicts go to
``benchmarks/results/regexes.json``; ``tests/test_regexes.py`` wants every pattern to be there.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks/results/regexes.json"
BINARY = ROOT / "out/recheck/node_modules/recheck-linux-x64/recheck"
CALLS = frozenset(
    ("compile", "search", "match", "fullmatch", "findall", "finditer", "split", "sub", "subn")
)
FLAGS = {re.I: "i", re.M: "m", re.S: "s"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression and where it stands; ``source`` is None where it is made at run time."""

    module: str
    line: int
    source: str | None
    flags: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(
            f"{self.flags}/{self.source}".encode("utf-8", "surrogatepass")
        ).hexdigest()[:16]


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "credscore").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in CALLS
        ):
            yield node


def evaluated(node: ast.expr, names: dict[str, object]) -> object:
    """The value of an expression in a module; None where it holds a function's own names."""
    if not {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} <= {*names, "re"}:
        return None
    return eval(compile(ast.Expression(node), "", "eval"), {**names, "re": re})  # noqa: S307  our own code


def flags_of(call: ast.Call) -> int:
    """The flags argument: always written out as ``re.NAME``, or several joined."""
    place = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(call.func.attr, 2)  # type: ignore[attr-defined]
    given = [k.value for k in call.keywords if k.arg == "flags"] + call.args[place : place + 1]
    return int(evaluated(given[0], {}) or 0) if given else 0  # type: ignore[call-overload]


def patterns() -> list[Pattern]:
    found = []
    for module, path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not any(True for _ in calls(tree)):
            continue
        names = vars(importlib.import_module(module))
        for call in calls(tree):
            source = evaluated(call.args[0], names)
            if isinstance(source, re.Pattern):
                continue  # made elsewhere in this list
            if isinstance(source, bytes):
                source = source.decode("latin-1")
            flags = flags_of(call)
            letters = "".join(letter for flag, letter in FLAGS.items() if flags & flag)
            text = source if isinstance(source, str) else None
            found.append(Pattern(module, call.lineno, text, letters))
    return found


def as_javascript(pattern: Pattern) -> str:
    """In the syntax that recheck reads. Possessive repetition becomes greedy, which backtracks
    more: what is linear without it is linear with it.
    """
    source, flags = pattern.source or "", pattern.flags
    if leading := re.match(r"\(\?([ims]+)\)", source):
        source, flags = source[leading.end() :], flags + leading[1]
    source = source.replace(r"\A", "^").replace(r"\Z", "$")
    source = re.sub(r"(?<!\\)([*+?}])\+", r"\1", source)
    source = source.replace("/", r"\/") if r"\/" not in source else source
    source = re.sub(r"[\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", source)
    return f"/{source}/{''.join(sorted(set(flags)))}".replace("\n", "\\n").replace("\0", "\\x00")


def verdict(binary: Path, pattern: Pattern) -> str:
    command = [str(binary), "--timeout", "30s", as_javascript(pattern)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    first = done.stdout.strip().splitlines() or [done.stderr.strip()[:200]]
    status = next((line for line in first if line.startswith("Status")), first[0])
    detail = next((line for line in first if line.startswith("Complexity")), "")
    return f"{status.partition(':')[2].strip()} {detail.partition(':')[2].strip()}".strip()


# Where recheck finds more than linear time, or cannot tell: why that does not matter. By module.
BOUNDED = {
    "credscore.corroboration.counts": "matched from each number on, never searched for",
    "credscore.extractors.byline.disguise": "one character, never repeated",
    "credscore.extractors.byline.names": "sees at most 400 characters",
    "credscore.extractors.byline.passages": "sees lines of at most 60 words, or 400 characters",
    "credscore.extractors.byline.signals": "sees at most 140 to 600 characters: openings and ends",
    "credscore.model_json": "possessive, and an open text is read to its end: never twice",
    "credscore.suspicious": "one character, never repeated",
    "credscore.page.body": "a run of blanks that does not match holds one line end",
    "credscore.page.authors": "sees one line or name of at most 1,000 characters",
    "credscore.page.candidates": "sees one name of at most 1,000 characters",
    "credscore.page.guard": "sees one tag at a time, or the first bytes of a page",
    "credscore.page.jsonld": "matched at the start, searched in the last 100 characters, or types"
    " of at most 100",
    "credscore.page.names": "sees at most 1,000 characters",
    "credscore.page.places": "sees pieces of one line",
    "credscore.training": "sees our own corpora, never what a user gives",
}


def reason_for(module: str) -> str:
    """Why a pattern of a module may be slow in theory; empty where nothing is said."""
    return next((why for name, why in BOUNDED.items() if module.startswith(name)), "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--recheck", type=Path, default=BINARY, help="its program for this system")
    parser.add_argument("--all", action="store_true", help="check also what was checked before")
    options = parser.parse_args()
    found = [pattern for pattern in patterns() if pattern.source is not None]
    old = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    known = {} if options.all else old.get("patterns", {})
    new = [pattern for pattern in found if pattern.digest not in known]
    with ThreadPoolExecutor(2) as pool:
        said = pool.map(lambda pattern: verdict(options.recheck, pattern), new)
        told = dict(zip((pattern.digest for pattern in new), said, strict=True))
    rows, unargued = {}, []
    for pattern in found:
        word = told.get(pattern.digest) or known[pattern.digest]["verdict"]
        reason = "" if word.startswith("safe") else reason_for(pattern.module)
        rows[pattern.digest] = {"module": pattern.module, "verdict": word, "bounded": reason}
        if not word.startswith("safe") and not reason:
            unargued.append(pattern)
            print(f"{pattern.module}:{pattern.line}: {word}: {pattern.source}")
    safe = sum(row["verdict"].startswith("safe") for row in rows.values())
    print(f"{len(rows)} patterns, {safe} safe, {len(rows) - safe} bounded or not argued")
    out = {
        "date": time.strftime("%Y-%m-%d"),
        "checker": "recheck 4.5.0",
        "safe": safe,
        "bounded": len(rows) - safe - len({p.digest for p in unargued}),
        "unargued": len({p.digest for p in unargued}),
        "patterns": dict(sorted(rows.items(), key=lambda row: (row[1]["module"], row[0]))),
    }
    RESULT.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    return int(bool(unargued))


if __name__ == "__main__":
    sys.exit(main())
