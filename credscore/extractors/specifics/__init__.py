"""Specifics: precise-looking claims, and whether a reader could trace them."""

from credscore.extractors.specifics.extractor import SpecificsExtractor

__all__ = ["EXTRACTOR"]

EXTRACTOR = SpecificsExtractor()
