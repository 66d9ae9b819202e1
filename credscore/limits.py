"""What is read of an article at most."""

from __future__ import annotations

__all__ = ["MAX_CHARACTERS"]

# Longer than any novel. What lies beyond is not read, and the report says so: a bound on time and
# memory matters more than page 900 of a dump.
MAX_CHARACTERS = 1_000_000
