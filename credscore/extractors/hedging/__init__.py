"""Hedges, weasels, approximations and boosters; the writer's own told from quoted ones."""

from credscore.extractors.hedging.extractor import HedgingExtractor

__all__ = ["EXTRACTOR"]

EXTRACTOR = HedgingExtractor()
