"""Ask two public services for known vulnerabilities of every package in requirements.lock.

    python -m pip install pip-audit
    python benchmarks/vulnerabilities.py [--pip-audit PATH]        (or: make audit)

Says one of three things, and ends with its number: 0, clean or explained; 1, vulnerable; 2, the
services could not be asked. pip-audit alone says "No known vulnerabilities found" of packages that
it skipped; here a package counts as clean only when a service has answered for it. Writes
``benchmarks/results/vulnerabilities.json``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
RESULT = ROOT / "benchmarks/results/vulnerabilities.json"
SERVICES = ("pypi", "osv")
# Identifier of a vulnerability -> why it does not touch credscore. None is known.
EXPLAINED: dict[str, str] = {}
CLEAN, VULNERABLE, NOT_ASKED = range(3)


def ask(program: str, service: str) -> list[dict[str, Any]]:
    """What a service answers, one entry a package; empty if it cannot be reached."""
    command = [
        program, "--requirement", str(LOCK), "--require-hashes", "--disable-pip",
        "--vulnerability-service", service, "--format", "json", "--progress-spinner", "off",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return []
    return found


def judged(packages: list[dict[str, Any]]) -> dict[str, Any]:
    """What the answers of one service come to."""
    answered = [package for package in packages if "skip_reason" not in package]
    known = {
        f"{package['name']} {package['version']}: {found['id']}": sorted(found.get("aliases", ()))
        for package in answered
        for found in package["vulns"]
    }
    explained = {
        name: EXPLAINED[one]
        for name, others in known.items()
        for one in (name.split(": ")[1], *others)
        if one in EXPLAINED
    }
    return {
        "packages": len(packages),
        "answered": len(answered),
        "vulnerable": sorted(known.keys() - explained.keys()),
        "explained": explained,
    }


def verdict(found: dict[str, Any]) -> tuple[int, str]:
    if found["vulnerable"]:
        return VULNERABLE, "vulnerable: " + "; ".join(found["vulnerable"])
    if not found["answered"] or found["answered"] < found["packages"]:
        return NOT_ASKED, (
            f"could not ask: answers for {found['answered']} of {found['packages']} packages; "
            "run it where the services can be reached"
        )
    if found["explained"]:
        return CLEAN, "explained: " + "; ".join(f"{k} ({v})" for k, v in found["explained"].items())
    return CLEAN, f"clean: {found['answered']} packages, no known vulnerability"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pip-audit", default="pip-audit", help="the program pip-audit")
    options = parser.parse_args()
    best: dict[str, Any] = judged([])
    for service in SERVICES:
        found = {"service": service, **judged(ask(options.pip_audit, service))}
        best = max(best, found, key=lambda one: (one["answered"], one["packages"]))
        if best["answered"] == best["packages"] > 0:
            break
    code, told = verdict(best)
    print(told)
    stamp = {"date": time.strftime("%Y-%m-%d"), "verdict": told.split(":")[0]}
    RESULT.write_text(json.dumps({**stamp, **best}, indent=1) + "\n", encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
