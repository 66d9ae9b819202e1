"""The extractor's word lists."""

from __future__ import annotations

from pathlib import Path

from credscore.lexicon import Lexicon

__all__ = ["LEXICON"]

LEXICON = Lexicon.read(Path(__file__).with_name("lexicon.toml"))
