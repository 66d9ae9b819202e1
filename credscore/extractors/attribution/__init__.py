"""Attribution: who is said to have said what."""

from credscore.extractors.attribution.extractor import AttributionExtractor

__all__ = ["EXTRACTOR"]

EXTRACTOR = AttributionExtractor()
