"""Gather what was tried to break credscore: one table for README, one file of figures.

    python benchmarks/reliability.py [--check]

Reads the results that ``fuzz.py``, ``fuzz_guided.py``, ``fuzz_memory.py``, ``fuzz_files.py``,
``linear_time.py``, ``regexes.py``, ``long_runs.py`` and ``vulnerabilities.py`` left, counts the
cases of the tests that need no measuring, and writes ``benchmarks/results/reliability.json`` and
the table in README.md. ``--check`` compares only.
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


def forks() -> list[int]:
    """How often each test of forks forks."""
    text = (ROOT / "tests/test_concurrency.py").read_text(encoding="utf-8")
    return [int(count) for count in re.findall(r'\("(?:warm|cold)", (\d+)\)', text)]


def row(tried: str, number: str, failed: str, command: str) -> Row:
    return {"tried": tried, "number": number, "failed": failed, "command": command}


def fuzzed() -> list[Row]:
    rows = []
    for name, what in (
        ("fuzz_guided", "inputs changed by coverage"),
        ("fuzz_guided_again", "the same from nothing"),
        ("fuzz", "inputs changed at random"),
    ):
        if (found := read(name)) is not None:
            tried = {name: t for name, t in found["targets"].items() if t["inputs"]}
            kinds = {kind for target in tried.values() for kind in target.get("kinds", {})}
            left = sum(not kind.startswith(MENDED) for kind in kinds)
            failed = f"{found['failed']}"
            failed += f", of {len(kinds)} kinds; {left} not mended" if kinds else ""
            states = len(found.get("code", {}))
            on = f", on {states} later states of the code" if states > 1 else ""
            targets = f"{what}{on} ({', '.join(tried)})"
            command = f"python benchmarks/{name.removesuffix('_again')}.py"
            command += " --again" if name.endswith("_again") else ""
            rows.append(row(targets, f"{found['inputs']:,}", failed, command))
            rows += died(found)
    if (found := read("fuzz_files")) is not None:
        kinds = len(found["tables"])
        tried = f"tables of {kinds} forms changed at random, read as `compare` reads them"
        command = "python benchmarks/fuzz_files.py"
        rows.append(row(tried, f"{found['inputs']:,}", f"{found['failed']}", command))
    return rows


def died(found: dict[str, Any]) -> list[Row]:
    """What ended processes of the fuzzer that had found nothing."""
    ends = found.get("died_of", {})
    if not ends:
        return []
    told = ", ".join(f"{count} by {end}" for end, count in ends.items())
    if set(ends) == {"libFuzzer's memory limit"} and (memory := read("fuzz_memory")) is not None:
        ways = {name: way["kilobytes_per_execution"] for name, way in memory["ways"].items()}
        told += (
            f": the fuzzer lost {ways['traced']:.0f} kB an execution, and {ways['untraced']:.0f} "
            f"where it traces nothing; now {ways['without_arrays']:.0f}"
        )
    number = f"{found['processes_that_died']} processes"
    return [row("of these, processes that died", number, told, "python benchmarks/fuzz_memory.py")]


def linear() -> list[Row]:
    rows = []
    if (time := read("linear_time")) is not None:
        families = time["families"]
        size = f"{len(families)} families to {max(time['lengths']):,} characters"
        told = (
            f"{len(families) - time['within_goal']} above 1.1; highest {time['worst_exponent']:.2f}"
        )
        if "worst_exponent_of_user" in time:
            above = len(families) - time["user_within_goal"]
            told += (
                f" (without the kernel's share {above}, {time['worst_exponent_of_user']:.2f}); "
                f"10 MB cost {time['most_at_10_mb']:.1f} times the longest at most"
            )
        rows.append(row("time over length", size, told, "python benchmarks/linear_time.py"))
    if (known := read("regexes")) is not None:
        total = len(known["patterns"])
        told = f"{known['unargued']}; {known['bounded']} are bounded instead"
        rows.append(
            row("regular expressions linear", f"{total}", told, "python benchmarks/regexes.py")
        )
    return rows


def killed(kills: dict[str, Any]) -> Row:
    ways = {name: found for name, found in kills.items() if isinstance(found, dict)}
    number = ", ".join(str(found.get("times", found.get("kills"))) for found in ways.values())
    told = f"{sum(found['outputs_that_differ'] for found in ways.values())} outputs differ"
    tried = f"at random moments, then begun again: {', '.join(ways)}"
    return row(tried, number, told, "python benchmarks/long_runs.py kills")


def held(memory: dict[str, Any], what: str, command: str) -> Row:
    if "grows_by" in memory:
        told = f"second half {memory['grows_by']:+.1%} over the first"
    else:
        spread = memory["highest_over_lowest_after_the_first_tenth"]
        told = f"{memory['most_megabytes']:.0f} MB at most; highest tenth {spread:+.1%} over lowest"
    looked_at = memory["rows"] - memory.get("rows_before_looking", 0)
    number = f"{looked_at:,}"
    number += f" of {memory['articles']:,}" if looked_at < memory["articles"] else ""
    return row(f"memory of {what}", f"{number} articles", told, command)


def measured() -> list[Row]:
    rows, runs = linear(), read("long_runs") or {}
    command = "python benchmarks/long_runs.py"
    if "kills" in runs:
        rows.append(killed(runs["kills"]))
    for name, what in (("memory", "`credscore batch`"), ("spark", "the Python workers of Spark")):
        if name in runs:
            rows.append(held(runs[name], what, f"{command} {name}"))
    if (full := runs.get("full")) is not None:
        tries = len(full["exit_codes_as_the_limit_rises"])
        told = "0" if full["equal_at_last"] and not full["traceback"] else "see the file"
        rows.append(
            row("files that may not grow, then may", f"{tries} tries", told, f"{command} full")
        )
    if (audit := read("vulnerabilities")) is not None:
        number = f"{audit['packages']} packages"
        told = audit["verdict"]
        told += f": a service answered for {audit['answered']}" if told == "could not ask" else ""
        rows.append(row("known vulnerabilities of what is locked", number, told, "make audit"))
    return rows


def tested() -> list[Row]:
    return [
        row("model files tampered with", str(cases("test_hostile_models.py", "TAMPERED", "BYTES")),
            "0", "pytest tests/test_hostile_models.py"),
        row("odd characters through whole articles", str(cases("test_disguises.py", "CHANGES")),
            "0 bylines hidden but one in mojibake", "pytest tests/test_disguises.py"),
        row("forks while threads score or load", str(sum(forks())), "0 hang",
            "pytest tests/test_concurrency.py"),
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
