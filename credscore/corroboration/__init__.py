"""Several articles on one story: who carries which claim, who stands alone, and who copies."""

from credscore.corroboration.build import corroborate
from credscore.corroboration.records import Claim, Copy, Corroboration, Mention, Quote

__all__ = ["Claim", "Copy", "Corroboration", "Mention", "Quote", "corroborate"]
