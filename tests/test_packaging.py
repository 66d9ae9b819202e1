"""The built wheel as a user gets it: complete, offline, quick to load, and free of article data."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest

pytestmark = pytest.mark.wheel

SUFFIXES = {".py", ".toml", ".json", ".md", ".typed", ".jinja", ".css", ".js", ".svg", ".npz"}
MODEL_FILES = {
    "current.toml",
    "model.json",
    "metrics.json",
    "recipe.toml",
    "CARD.md",
    "weights.npz",
}
NO_SOCKETS = """\
import sys
def refuse(event, arguments):
    if event.startswith("socket."):
        raise RuntimeError(f"reached for the network: {event} {arguments}")
sys.addaudithook(refuse)
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command outside the checkout, with warnings as errors, and insist that it succeeds."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CREDSCORE_"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | {"PYTHONIOENCODING": "utf-8"} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (
        f"{command[:3]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    )
    return done


@pytest.fixture(scope="session")
def project(root: Path) -> dict[str, object]:
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert isinstance(table, dict)
    return table


@pytest.fixture(scope="session")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without an isolated environment, which would have to be downloaded."""
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", out, root, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="session")
def binaries(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``bin`` of an environment with the wheel, and this environment's packages behind it."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    packages = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
    ).stdout.strip()
    behind = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(packages, "behind.pth").write_text("\n".join(sorted(behind)), encoding="utf-8")
    return scripts


def test_models_travel_inside(root: Path, names: list[str]) -> None:
    models = root / "models"
    current = tomllib.loads((models / "current.toml").read_text(encoding="utf-8"))
    assert set(current) >= {"credibility", "quality"}
    for target, version in current.items():
        assert f"credscore/_models/{target}/{version}/model.json" in names


def test_lexicons_and_type_marker_travel_inside(root: Path, names: list[str]) -> None:
    assert "credscore/py.typed" in names
    wanted = {
        f"credscore/{p.relative_to(root / 'credscore').as_posix()}"
        for p in (root / "credscore").rglob("*.toml")
    }
    assert wanted <= set(names)


def test_nothing_else_travels_inside(project: dict[str, object], names: list[str]) -> None:
    information = f"credscore-{project['version']}.dist-info/"
    for name in names:
        if name.startswith(information):
            continue
        path = PurePosixPath(name)
        assert path.parts[0] == "credscore", name
        assert path.suffix in SUFFIXES, f"{name}: no data belongs in the package"
        assert not {"seeds", "tests", "data"} & set(path.parts), name
        if path.parts[1] == "_models":
            assert path.name in MODEL_FILES, f"{name}: a model folder holds {sorted(MODEL_FILES)}"


def test_licence_travels_inside(names: list[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_is_what_runs(binaries: Path, tmp_path: Path, project: dict[str, object]) -> None:
    where = "import credscore; print(credscore.__file__)"
    module = Path(run(binaries / "python", "-c", where, cwd=tmp_path).stdout.strip())
    assert module.is_relative_to(binaries.parent)
    shown = run(binaries / "credscore", "--version", cwd=tmp_path).stdout
    assert str(project["version"]) in shown
    assert metadata.version("credscore") == project["version"]


def test_scores_a_file_from_the_wheel(binaries: Path, article_file: Path) -> None:
    command = (binaries / "credscore", "score", article_file.name, "--json")
    report = json.loads(run(*command, cwd=article_file.parent).stdout)
    assert "overall" in json.dumps(report)


def test_imports_and_scores_without_sockets(binaries: Path, article_file: Path) -> None:
    program = NO_SOCKETS + (
        "import credscore, pathlib\n"
        f"text = pathlib.Path({article_file.name!r}).read_text(encoding='utf-8')\n"
        "report = credscore.score(text)\n"
        "assert not report.abstained, report.abstention_reason\n"
        "assert all(0 <= s.value <= 100 for s in"
        " (report.overall, report.credibility, report.quality))\n"
        "report.to_json(), report.to_markdown(), report.to_html(), credscore.annotate(text)\n"
        "print('offline')\n"
    )
    command = (binaries / "python", "-W", "error", "-c", program)
    assert run(*command, cwd=article_file.parent).stdout.endswith("offline\n")


def test_the_refusal_of_sockets_is_no_dummy(binaries: Path, tmp_path: Path) -> None:
    program = NO_SOCKETS + (
        "import socket\n"
        "try: socket.create_connection(('192.0.2.1', 9), timeout=0.1)\n"
        "except RuntimeError: print('refused')\n"
    )
    assert run(binaries / "python", "-c", program, cwd=tmp_path).stdout == "refused\n"


def loaded(*command: str | Path, cwd: Path) -> set[str]:
    """Top-level modules of installed packages that a command loads, as the interpreter tells.

    It also tells of imports that were only tried, and the standard library tries some in vain.
    """
    told = run(*command, cwd=cwd, PYTHONPROFILEIMPORTTIME="1").stderr
    names = set(re.findall(r"^import time:[^|]*\|[^|]*\|\s*(\w+)", told, re.MULTILINE))
    return names & {"credscore", *metadata.packages_distributions()}


@pytest.mark.parametrize("what", ["import", "score"])
def test_loads_numpy_and_nothing_heavier(what: str, binaries: Path, article_file: Path) -> None:
    folder = article_file.parent
    idle = loaded(binaries / "python", "-c", "", cwd=folder)
    if what == "import":
        found = loaded(binaries / "python", "-c", "import credscore; credscore.score", cwd=folder)
    else:
        found = loaded(binaries / "credscore", "score", article_file.name, cwd=folder)
    assert found - idle == {"credscore", "numpy"}


@pytest.mark.parametrize("file", ["CITATION.cff", "CHANGELOG.md"])
def test_the_version_is_the_same_everywhere(
    root: Path, project: dict[str, object], file: str
) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert re.search(
        rf"(^version: |^## \[?){re.escape(str(project['version']))}\b", text, re.MULTILINE
    )
