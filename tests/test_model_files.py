"""Where models are looked for, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from credscore import model_files
from credscore.errors import ModelError
from credscore.model_files import find_model


def make_models(folder: Path, current: str, *models: str) -> Path:
    for model in models:
        path = folder / model / "model.json"
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    folder.mkdir(exist_ok=True)
    (folder / "current.toml").write_text(current)
    return folder


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout without models, in place of the real one."""
    folder = tmp_path / "checkout" / "credscore"
    folder.mkdir(parents=True)
    (folder.parent / "pyproject.toml").touch()
    monkeypatch.setattr(model_files, "_PACKAGE", folder)
    monkeypatch.delenv(model_files.MODELS_VARIABLE, raising=False)
    return folder


def test_takes_the_version_that_current_toml_names(package: Path) -> None:
    models = make_models(
        package / "_models", 'quality = "2"', "quality/1", "quality/2", "quality/3"
    )
    assert find_model("quality") == models / "quality" / "2" / "model.json"


def test_takes_the_version_asked_for(package: Path) -> None:
    models = make_models(package / "_models", 'quality = "2"', "quality/1", "quality/2")
    assert find_model("quality", "1") == models / "quality" / "1" / "model.json"


def test_an_editable_install_reads_the_checkout(package: Path) -> None:
    models = make_models(package.parent / "models", 'quality = "1"', "quality/1")
    assert find_model("quality") == models / "quality" / "1" / "model.json"


def test_a_folder_models_beside_an_installed_package_is_left_alone(package: Path) -> None:
    make_models(package.parent / "models", 'quality = "1"', "quality/1")
    (package.parent / "pyproject.toml").unlink()
    with pytest.raises(ModelError, match="no model of quality"):
        find_model("quality")


def test_looks_at_the_argument_then_the_variable_then_the_package(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = make_models(
        package / "_models", 'quality = "1"\ngenre = "1"', "quality/1", "genre/1"
    )
    named = make_models(tmp_path / "named", 'quality = "1"', "quality/1")
    given = make_models(tmp_path / "given", 'quality = "1"', "quality/1")
    monkeypatch.setenv(model_files.MODELS_VARIABLE, str(named))
    assert find_model("quality", root=given).is_relative_to(given)
    assert find_model("quality").is_relative_to(named)
    assert find_model("genre").is_relative_to(installed)  # a folder may replace one target only


def test_says_where_it_looked(package: Path) -> None:
    make_models(package / "_models", "", "quality/1")
    make_models(package.parent / "models", 'quality = "7"')
    with pytest.raises(ModelError) as caught:
        find_model("quality")
    message = str(caught.value)
    assert f"{package / '_models'} (its current.toml names no version of it)" in message
    assert str(package.parent / "models" / "quality" / "7" / "model.json") in message


def test_a_folder_of_models_that_is_not_there_is_an_error(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_models(package / "_models", 'quality = "1"', "quality/1")
    with pytest.raises(ModelError, match=r"root is .*missing"):
        find_model("quality", root=tmp_path / "missing")
    monkeypatch.setenv(model_files.MODELS_VARIABLE, str(tmp_path / "missing"))
    with pytest.raises(ModelError, match=r"CREDSCORE_MODELS is .*missing"):
        find_model("quality")


@pytest.mark.parametrize("name", ["", ".", "..", "../quality", "a/b", "a\\b", "C:x", "a\0b"])
def test_names_that_lead_elsewhere_are_refused(package: Path, name: str) -> None:
    with pytest.raises(ModelError, match="plain name"):
        find_model(name)
    with pytest.raises(ModelError, match="plain name"):
        find_model("quality", name)


@pytest.mark.parametrize(
    "current", ["quality = 1", "quality = '../1'", "quality =", "quality = '\xff'"]
)
def test_a_broken_list_of_versions_is_named(package: Path, current: str) -> None:
    models = make_models(package / "_models", "", "quality/1")
    (models / "current.toml").write_bytes(current.encode("latin-1"))
    with pytest.raises(ModelError, match=r"current\.toml"):
        find_model("quality")
