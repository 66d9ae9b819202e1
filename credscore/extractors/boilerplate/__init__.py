"""Page furniture and formulaic passages."""

from credscore.extractors.boilerplate.extractor import EXTRACTOR

__all__ = ["EXTRACTOR"]
