"""The lock file and the bill of materials: complete, hashed, in step with each other and with
pyproject.toml, and naming no index.
"""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
if not LOCK.is_file():
    pytest.skip("no lock file beside these tests", allow_module_level=True)


def locked() -> dict[str, list[tuple[int, ...]]]:
    """Versions by package; two where Python versions differ."""
    found: dict[str, list[tuple[int, ...]]] = {}
    for name, version in re.findall(r"^([a-z0-9][\w.-]*)==([\d.]+)", LOCK.read_text(), re.M):
        found.setdefault(name, []).append(tuple(map(int, version.strip(".").split("."))))
    return found


def asked() -> list[tuple[str, tuple[int, ...]]]:
    """Packages that pyproject.toml names, with the oldest version admitted."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    found = []
    for line in lines:
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[\w,]+\])?(?:>=([\d.]+))?", line)
        assert match is not None, line
        name = re.sub(r"[-_.]+", "-", match[1]).lower()
        if name != "credscore":
            assert match[2], f"{line}: no oldest version"
            found.append((name, tuple(map(int, match[2].split(".")))))
    return found


def test_every_package_asked_for_is_locked_at_a_version_admitted() -> None:
    versions = locked()
    for name, oldest in asked():
        assert name in versions, f"{name}: run python benchmarks/supply_chain.py"
        assert all(version >= oldest for version in versions[name]), name


def test_every_package_has_hashes() -> None:
    entries = re.split(r"^(?=[a-z0-9])", LOCK.read_text(), flags=re.M)[1:]
    assert len(entries) > 50
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:60]


@pytest.mark.parametrize("name", ["requirements.lock", "sbom.cdx.json"])
def test_names_no_index_and_no_path(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|index-url|find-links", text)
    # A path from a root: a slash, or a drive, that no word stands before, and a name behind.
    assert not re.search(r"(?<![\w.-])(/|~|[A-Za-z]:[\\/])[\w.-]", text)


def test_the_bill_lists_what_is_locked() -> None:
    bill = json.loads((ROOT / "sbom.cdx.json").read_text(encoding="utf-8"))
    listed = {f"{item['name']}=={item['version']}" for item in bill["components"]}
    assert listed == set(re.findall(r"^([a-z0-9][\w.-]*==[^ \\\n;]+)", LOCK.read_text(), re.M))
    assert all(item["hashes"] for item in bill["components"])


def audit() -> ModuleType:
    path = ROOT / "benchmarks" / "vulnerabilities.py"
    spec = importlib.util.spec_from_file_location("vulnerabilities", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SOUND = {"name": "a", "version": "1", "vulns": []}
BROKEN = {"name": "b", "version": "2", "vulns": [{"id": "X-1", "aliases": ["Y-2"]}]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "explained", "code", "said"),
    [
        ([SOUND], {}, 0, "clean: 1 packages"),
        ([], {}, 2, "could not ask"),
        ([SKIPPED], {}, 2, "could not ask"),
        ([SOUND, SKIPPED], {}, 2, "answers for 1 of 2"),
        ([SOUND, BROKEN], {}, 1, "vulnerable: b 2: X-1"),
        ([SKIPPED, BROKEN], {}, 1, "vulnerable: b 2: X-1"),
        ([SOUND, BROKEN], {"Y-2": "never called"}, 0, "explained: b 2: X-1 (never called)"),
    ],
)
def test_an_audit_calls_clean_only_what_was_asked_for(
    packages: list[dict[str, object]],
    explained: dict[str, str],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = audit()
    monkeypatch.setattr(module, "EXPLAINED", explained)
    found, told = module.verdict(module.judged(packages))
    assert found == code
    assert said in told
