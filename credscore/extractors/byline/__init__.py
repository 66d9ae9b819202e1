"""Who wrote the article, and other marks of its making."""

from credscore.extractors.byline.extractor import EXTRACTOR

__all__ = ["EXTRACTOR"]
