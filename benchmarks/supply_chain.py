"""Write what credscore is built from: locked versions with hashes, and a bill of materials.

    python -m pip install uv
    python benchmarks/supply_chain.py [--uv PATH]

Writes ``requirements.lock`` (every package of every extra, with the hashes of all its files, for
any platform) and ``sbom.cdx.json`` (CycloneDX 1.6: names, versions, hashes, and which package asks
for which). Neither names an index: both hold for the public one. ``make audit`` then asks for known
vulnerabilities.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, BILL = ROOT / "requirements.lock", ROOT / "sbom.cdx.json"
HEADER = """\
# Every package that credscore and its extras may install, for any platform, with hashes.
# pip install --require-hashes -r requirements.lock && pip install --no-deps .
# Made by: python benchmarks/supply_chain.py
"""
PACKAGE = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ \\;]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
VIA = re.compile(r"^ {4}#(?: via)? +([a-z0-9][a-z0-9._-]*)")


def locked(uv: str) -> str:
    command = [
        uv, "pip", "compile", "pyproject.toml", "--all-extras", "--universal", "--generate-hashes",
        "--python-version", "3.11", "--no-header", "--quiet", "--no-config",
        "--no-emit-index-url", "--no-emit-find-links",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return HEADER + done.stdout


def components(lock: str) -> tuple[dict[str, dict[str, object]], dict[str, set[str]]]:
    """Packages by name and version, and for each package the ones that it asks for."""
    found: dict[str, dict[str, object]] = {}
    needs: dict[str, set[str]] = {}
    reference = name = ""
    for line in lock.splitlines():
        if match := PACKAGE.match(line):
            name, version = match.groups()
            reference = f"pkg:pypi/{name}@{version}"
            found[reference] = {
                "type": "library", "bom-ref": reference, "name": name, "version": version,
                "purl": reference, "hashes": [],
            }  # fmt: skip
        elif match := HASH.search(line):
            hashes = found[reference]["hashes"]
            assert isinstance(hashes, list)
            hashes.append({"alg": "SHA-256", "content": match[1]})
        elif (match := VIA.match(line)) and reference:
            needs.setdefault(match[1], set()).add(reference)
    return found, needs


def bill(lock: str) -> dict[str, object]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    found, needs = components(lock)
    names = {str(item["name"]): reference for reference, item in found.items()}
    names[project["name"]] = own
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library", "bom-ref": own, "purl": own,
                "name": project["name"], "version": project["version"],
                "licenses": [{"expression": project["license"]}],
            }
        },
        "components": list(found.values()),
        "dependencies": [
            {"ref": names[name], "dependsOn": sorted(asked)}
            for name, asked in sorted(needs.items())
            if name in names
        ],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--uv", default="uv", help="the program uv")
    options = parser.parse_args()
    lock = locked(options.uv)
    LOCK.write_text(lock, encoding="utf-8")
    BILL.write_text(json.dumps(bill(lock), indent=1) + "\n", encoding="utf-8")
    print(f"{len(components(lock)[0])} packages")


if __name__ == "__main__":
    main()
