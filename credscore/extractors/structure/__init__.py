"""How an article is built: its title, its paragraphs, and marks of a manner of writing."""

from credscore.extractors.structure.extractor import EXTRACTOR

__all__ = ["EXTRACTOR"]
