"""Gather what was tried to break credscore: one table for README, one file of figures.

    python benchmarks/reliability.py [--check]

Reads the results that ``fuzz.py``, ``fuzz_guided.py``, ``linear_time.py``, ``regexes.py`` and
``long_runs.py`` left, counts the cases of the tests that need no measuring, and writes
``benchmarks/results/reliability.json`` and the table in README.md. ``--check`` compares only.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks/results"
OUT = RESULTS / "reliability.json"
PLACE = re.compile(r"(<!-- reliability -->\n).*?(<!-- /reliability -->)", re.DOTALL)
Row = dict[str, str]
# Kinds of failures that the fuzzers' state still counts, and that the code no longer has.
MENDED = (
    "fuzz.BrokenError: another score alone than in a batch",  # tests/test_fuzz_findings.py
    "fuzz.BrokenError: specifics not sorted",  # tests/test_fuzz_findings.py
    "ValueError: Exceeds the limit (4300 digits)",  # tests/test_document.py
    "ValueError: All strings must be XML compatible",  # tests/test_page_hostile.py
)


def read(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def cases(test: str, *names: str) -> int:
    """How many entries the tables of a test hold."""
    tree = ast.parse((ROOT / "tests" / test).read_text(encoding="utf-8"))
    found = 0
    for node in tree.body:
        if isinstance(node, ast.AnnAssign | ast.Assign):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            named = {target.id for target in targets if isinstance(target, ast.Name)}
            if named & set(names) and isinstance(node.value, ast.Dict):
                found += len(node.value.keys)
    return found


def row(tried: str, number: str, failed: str, command: str) -> Row:
    return {"tried": tried, "number": number, "failed": failed, "command": command}


def fuzzed() -> list[Row]:
    rows = []
    for name, what in (
        ("fuzz_guided", "inputs changed by coverage"),
        ("fuzz", "inputs changed at random"),
    ):
        if (found := read(name)) is not None:
            tried = {name: t for name, t in found["targets"].items() if t["inputs"]}
            kinds = {kind for target in tried.values() for kind in target.get("kinds", {})}
            left = sum(not kind.startswith(MENDED) for kind in kinds)
            failed = f"{found['failed']}"
            failed += f", of {len(kinds)} kinds; {left} not mended" if kinds else ""
            targets = f"{what} ({', '.join(tried)})"
            rows.append(
                row(targets, f"{found['inputs']:,}", failed, f"python benchmarks/{name}.py")
            )
    return rows


def measured() -> list[Row]:
    rows = []
    if (time := read("linear_time")) is not None:
        families = time["families"]
        above = len(families) - time["within_goal"]
        size = f"{len(families)} families to {max(time['lengths']):,} characters"
        told = f"{above} above 1.1; highest {time['worst_exponent']:.2f}"
        rows.append(row("time over length", size, told, "python benchmarks/linear_time.py"))
    if (known := read("regexes")) is not None:
        total = len(known["patterns"])
        told = f"{known['unargued']}; {known['bounded']} are bounded instead"
        rows.append(
            row("regular expressions linear", f"{total}", told, "python benchmarks/regexes.py")
        )
    runs = read("long_runs") or {}
    if (kills := runs.get("kills")) is not None:
        kinds = [kills[k] for k in ("SIGTERM", "SIGKILL", "killed worker")]
        number = ", ".join(f"{k['kills']}" for k in kinds)
        told = f"{sum(k['outputs_that_differ'] for k in kinds)} outputs differ"
        rows.append(
            row("SIGTERM, SIGKILL and killed workers at random moments", number, told,
                "python benchmarks/long_runs.py kills")
        )  # fmt: skip
    if (memory := runs.get("memory")) is not None:
        told = f"second half {memory['grows_by']:+.1%} over the first"
        number = f"{memory['articles']:,} articles"
        rows.append(
            row(
                "memory of `credscore batch`", number, told, "python benchmarks/long_runs.py memory"
            )
        )
    if (full := runs.get("full")) is not None:
        tries = len(full["exit_codes_as_the_limit_rises"])
        told = "0" if full["equal_at_last"] and not full["traceback"] else "see the file"
        rows.append(
            row("a full disk, then more space", f"{tries} tries", told,
                "python benchmarks/long_runs.py full")
        )  # fmt: skip
    return rows


def tested() -> list[Row]:
    return [
        row("model files tampered with", str(cases("test_hostile_models.py", "TAMPERED", "BYTES")),
            "0", "pytest tests/test_hostile_models.py"),
        row("odd characters through whole articles", str(cases("test_disguises.py", "CHANGES")),
            "0 bylines hidden but one in mojibake", "pytest tests/test_disguises.py"),
        row("hostile web pages in linear time", str(cases("test_page_hostile.py", "HOSTILE")),
            "0", "pytest tests/test_page_hostile.py"),
    ]  # fmt: skip


def table(rows: list[Row]) -> str:
    lines = ["| what was tried | how many | what failed | command |", "| --- | --- | --- | --- |"]
    lines += [f"| {r['tried']} | {r['number']} | {r['failed']} | `{r['command']}` |" for r in rows]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if they differ")
    options = parser.parse_args()
    rows = [*fuzzed(), *measured(), *tested()]
    text = json.dumps({"rows": rows}, indent=1) + "\n"
    readme = ROOT / "README.md"
    old = readme.read_text(encoding="utf-8")
    new = PLACE.sub(lambda match: match[1] + table(rows) + match[2], old)
    if options.check:
        same = new == old and OUT.is_file() and OUT.read_text(encoding="utf-8") == text
        if not same:
            print("README's reliability is out of date: python benchmarks/reliability.py")
        return int(not same)
    OUT.write_text(text, encoding="utf-8")
    readme.write_text(new, encoding="utf-8")
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
