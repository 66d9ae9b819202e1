"""Every error that credscore raises on purpose.

CredscoreError
├── InputError            the article cannot be read: wrong type, no text, missing file
│   └── FetchError        a URL could not be fetched: offline, refused, too large, too slow
├── ModelError            a model file is missing or broken; the message names the place in the file
├── ExtractorError        an extractor folder is broken; nothing is skipped silently
└── MissingExtraError     an optional package is needed; the message names the extra to install
"""

from __future__ import annotations

__all__ = [
    "CredscoreError",
    "ExtractorError",
    "FetchError",
    "InputError",
    "MissingExtraError",
    "ModelError",
]


class CredscoreError(Exception):
    """Base of all errors raised on purpose: says what was wrong, where, and what to do next."""


class InputError(CredscoreError, ValueError):
    """The article cannot be read as given."""


class FetchError(InputError):
    """A URL could not be fetched."""


class ModelError(CredscoreError, ValueError):
    """A model file is missing, broken, or does not fit the installed extractors."""


class ExtractorError(CredscoreError, RuntimeError):
    """An extractor folder is incomplete or contradicts itself."""


class MissingExtraError(CredscoreError, ImportError):
    """An optional dependency is needed for what was asked."""
