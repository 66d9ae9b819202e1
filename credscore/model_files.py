"""Finds the folder of a trained model: where you say, inside the package, or in the checkout.

A wheel carries the models as ``credscore/_models``. An editable install has no such copy and reads
``models/`` beside the package. ``current.toml`` in either names the version used by default.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

from credscore.errors import ModelError

__all__ = ["MODELS_VARIABLE", "current_version", "find_model", "model_roots"]

#: Environment variable with a folder of models that is looked at before the installed ones.
MODELS_VARIABLE = "CREDSCORE_MODELS"

_PACKAGE = Path(__file__).resolve().parent


def _explicit_root(root: str | os.PathLike[str] | None) -> Path | None:
    given = root if root is not None else os.environ.get(MODELS_VARIABLE)
    if given is None or given == "":
        return None
    path = Path(given)
    if not path.is_dir():
        origin = "root" if root is not None else MODELS_VARIABLE
        raise ModelError(
            f"{origin} is {str(path)!r}, which is not a folder; name a folder of models"
        )
    return path


def model_roots(root: str | os.PathLike[str] | None = None) -> Iterator[Path]:
    """Folders that may hold ``<target>/<version>/model.json``, the first to look at first.

    Args:
        root: a folder of models; without it, the one in ``CREDSCORE_MODELS`` if set.

    Raises:
        ModelError: the folder named is not there. Going on would score with another model
            than the one asked for.
    """
    explicit = _explicit_root(root)
    if explicit is not None:
        yield explicit
    yield _PACKAGE / "_models"
    # Only a checkout has pyproject.toml here. Beside an installed package stands site-packages,
    # where a folder "models" would be somebody else's.
    if (_PACKAGE.parent / "pyproject.toml").is_file():
        yield _PACKAGE.parent / "models"


def current_version(root: Path, target: str) -> str | None:
    """The version that ``current.toml`` in ``root`` names for ``target``; None if it names none.

    Raises:
        ModelError: ``current.toml`` cannot be read, or its entry is not a version.
    """
    path = root / "current.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    version = table.get(target)
    if version is not None and not (isinstance(version, str) and _is_folder_name(version)):
        raise ModelError(f'{path}: {target} is {version!r}; write a version such as "1"')
    return version


def find_model(
    target: str,
    version: str | None = None,
    *,
    root: str | os.PathLike[str] | None = None,
) -> Path:
    """The ``model.json`` of a target.

    Args:
        target: what the model estimates: ``"credibility"`` or ``"quality"``.
        version: a folder below the target; without it, the one that ``current.toml`` names.
        root: a folder of models to look at before the installed ones.

    Raises:
        ModelError: there is none; the message names every place looked at.
    """
    for label, name in (("target", target), ("version", version)):
        if name is not None and not _is_folder_name(name):
            raise ModelError(f"{label} is {name!r}; it must be the plain name of a folder")
    looked: list[str] = []
    for folder in model_roots(root):
        wanted = version if version is not None else current_version(folder, target)
        if wanted is None:
            looked.append(f"{folder} (its current.toml names no version of it)")
            continue
        path = folder / target / wanted / "model.json"
        if path.is_file():
            return path
        looked.append(str(path))
    kind = target if version is None else f"{target}, version {version}"
    raise ModelError(f"no model of {kind}; looked at " + "; ".join(looked))


def _is_folder_name(name: str) -> bool:
    return name not in ("", ".", "..") and not set(name) & set("/\\:\0")
