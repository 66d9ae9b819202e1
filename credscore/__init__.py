"""credscore: how credible and how well made an article is, with reasons.

>>> import credscore
>>> credscore.score("Too short to judge.").abstained
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from credscore.forks import loading

__version__ = "0.1.0"

if TYPE_CHECKING:
    from credscore.annotations import Annotations
    from credscore.comparison import Comparison, compare
    from credscore.corroboration import Corroboration, corroborate
    from credscore.document import Document
    from credscore.errors import (
        CredscoreError,
        ExtractorError,
        FetchError,
        InputError,
        MissingExtraError,
        ModelError,
    )
    from credscore.model import load_model
    from credscore.registry import list_features
    from credscore.report import Report
    from credscore.scorer import Scorer, annotate, score, score_many

# Public names and where they live. They are imported when first used, so that `import credscore`
# costs next to nothing.
_HOMES = {
    "Annotations": "annotations",
    "Comparison": "comparison",
    "Corroboration": "corroboration",
    "CredscoreError": "errors",
    "Document": "document",
    "ExtractorError": "errors",
    "FetchError": "errors",
    "InputError": "errors",
    "MissingExtraError": "errors",
    "ModelError": "errors",
    "Report": "report",
    "Scorer": "scorer",
    "annotate": "scorer",
    "compare": "comparison",
    "corroborate": "corroboration",
    "list_features": "registry",
    "load_model": "model",
    "score": "scorer",
    "score_many": "scorer",
}

__all__ = [
    "Annotations",
    "Comparison",
    "Corroboration",
    "CredscoreError",
    "Document",
    "ExtractorError",
    "FetchError",
    "InputError",
    "MissingExtraError",
    "ModelError",
    "Report",
    "Scorer",
    "__version__",
    "annotate",
    "compare",
    "corroborate",
    "list_features",
    "load_model",
    "score",
    "score_many",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'credscore' has no attribute {name!r}")
    with loading:
        value = getattr(importlib.import_module(f"credscore.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
