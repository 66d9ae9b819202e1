"""How hard the sentences and words are to read."""

from credscore.extractors.readability.extractor import EXTRACTOR

__all__ = ["EXTRACTOR"]
