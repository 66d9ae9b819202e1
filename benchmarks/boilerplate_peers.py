"""Page furniture told by readers of HTML: trafilatura and jusText on the same pages.

    python benchmarks/boilerplate_peers.py

They see the markup of the English pages of ``boilerplate.py``, which the plain-text copies have
lost, so this is what HTML is worth, not a like for like comparison. A line counts as flagged if its
letters and digits do not occur in what the reader gives as the page's main text. Lines of three
words or more; intervals as in ``boilerplate.py``, whose phrases are counted again here. Writes
``benchmarks/results/boilerplate_peers.json``.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from boilerplate import BoolArray, by_phrases, by_shape, counted, summary

from credscore.page.names import name_key
from credscore.training.boilerplate_data import Page, data_folder, pages, read_rows

RESULT = Path(__file__).resolve().parent / "results/boilerplate_peers.json"


def main() -> None:
    if not data_folder().is_dir():
        raise SystemExit(f"skipped: no data in {data_folder()}; set CREDSCORE_DATA")
    found = pages()
    markup = html_of(found)
    systems = {
        "20 phrases": [by_phrases(page) for page in found],
        "no closing mark and under 10 words": [by_shape(page) for page in found],
    }
    for name, read in READERS.items():
        if find_spec(name) is None:
            print(f"{name}: not installed, left out")
            continue
        texts = [name_key(read(html)) for html in markup]
        systems[f"{name}, from HTML"] = [
            absent(page, text) for page, text in zip(found, texts, strict=True)
        ]
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name) for name in READERS if find_spec(name)},
        "pages": len(found),
        "sites": len({page.site for page in found}),
        "interval": "95 %, bootstrap over sites",
        "systems": {
            name: summary([counted(page, flag) for page, flag in zip(found, flags, strict=True)])
            for name, flags in systems.items()
        },
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    for name, figures in result["systems"].items():
        cells = (
            f"{figure} {v:.3f} ({low:.2f} to {high:.2f})"
            for figure, (v, low, high) in figures.items()
        )
        print(f"{name:36}", "; ".join(cells))


def html_of(found: list[Page]) -> list[bytes]:
    """The markup of each page, found by its lines."""
    files = {}
    for row in read_rows("gold/boilerplate_lines.jsonl.zst"):
        lines = tuple(" ".join(b["text"].split()) for b in row["blocks"] if b["text"].strip())
        files[lines] = data_folder() / "gold" / row["html"]
    return [gzip.decompress(files[page.lines].read_bytes()) for page in found]


def absent(page: Page, text: str) -> BoolArray:
    """Which lines do not occur in a reader's text."""
    return np.array([name_key(line) not in text for line in page.lines])


def trafilatura_text(html: bytes) -> str:
    import trafilatura

    return trafilatura.extract(html, include_comments=False) or ""


def justext_text(html: bytes) -> str:
    import justext

    paragraphs = justext.justext(html, justext.get_stoplist("English"))
    return "\n".join(p.text for p in paragraphs if not p.is_boilerplate)


READERS: dict[str, Callable[[bytes], str]] = {
    "trafilatura": trafilatura_text,
    "justext": justext_text,
}


if __name__ == "__main__":
    main()
