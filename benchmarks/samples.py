"""Articles of about 4 kB, for timings."""

from __future__ import annotations

import os
from itertools import cycle, islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("CREDSCORE_DATA", HERE.parent.parent / "shared" / "data"))
WANTED = 3_000, 5_500  # characters


def sample(n: int) -> list[str]:
    """Real articles of about 4 kB; without the data, the demonstration articles over and over."""
    path = DATA / "credibility_articles.parquet"
    if path.is_file():
        import pyarrow.parquet as pq

        texts = pq.read_table(path, columns=["text"]).column("text").to_pylist()
        texts = [text for text in texts if WANTED[0] <= len(text) <= WANTED[1]]
        return texts[:: max(1, len(texts) // n)][:n]
    files = sorted((HERE.parent / "seeds" / "articles").glob("*.txt"))
    return list(islice(cycle(path.read_text(encoding="utf-8") for path in files), n))
