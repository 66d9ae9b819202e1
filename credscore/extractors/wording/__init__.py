"""Which common, topic-free words a text is made of."""

from credscore.extractors.wording.extractor import EXTRACTOR, wording

__all__ = ["EXTRACTOR", "wording"]
