"""A story that several articles tell, and the ways to tell of it: data, a page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from credscore.corroboration.records import Claim, Quote, Story, status
from credscore.json_text import json_text

__all__ = ["FORMAT", "Corroboration"]

FORMAT = "credscore-corroboration/1"


@dataclass(frozen=True, slots=True, repr=False)
class Corroboration(Story):
    """What several articles on one story share; what it holds stands in ``Story``."""

    def to_dict(self) -> dict[str, Any]:
        """As plain data with the passages' words."""
        return {
            "format": FORMAT,
            "articles": [
                {"title": title, "source": document.source, "url": document.url}
                for title, document in zip(self.titles(), self.documents, strict=True)
            ],
            "claims": [self._item(claim) for claim in self.claims],
            "quotes": [self._item(quote) for quote in self.quotes],
            "names": [self._item(name) for name in self.names],
            "copies": [
                asdict(copy) | {"passages": [list(p) for p in copy.passages]}
                for copy in self.copies
            ],
            "families": [list(family) for family in self.families],
        }

    def _item(self, item: Claim | Quote) -> dict[str, Any]:
        data = asdict(item)
        data |= {key: list(value) for key, value in data.items() if isinstance(value, tuple)}
        mentions = [asdict(m) | {"text": self.text(m)} for m in item.mentions]
        return data | {"status": status(item), "mentions": mentions}

    def to_json(self, indent: int | None = 2) -> str:
        """``to_dict`` as JSON."""
        return json_text(self.to_dict(), indent)

    def to_html(self) -> str:
        """One self-contained page with the passages side by side."""
        from credscore.corroboration.page import render

        return render(self)

    def _repr_html_(self) -> str:
        return self.to_html()
