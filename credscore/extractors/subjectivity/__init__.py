"""Sentences of the writer's own that judge instead of telling."""

from credscore.extractors.subjectivity.extractor import SubjectivityExtractor

__all__ = ["EXTRACTOR"]

EXTRACTOR = SubjectivityExtractor()
