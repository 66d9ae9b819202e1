"""Several articles on one story: who carries which claim, who stands alone, and who copies."""

from credscore.corroboration.build import corroborate
from credscore.corroboration.records import Claim, Copy, Mention, Quote, Story
from credscore.corroboration.result import Corroboration

__all__ = ["Claim", "Copy", "Corroboration", "Mention", "Quote", "Story", "corroborate"]
