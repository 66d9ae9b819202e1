"""Change tables on disk at random; what is left of them is read, or an error says why not.

    python benchmarks/fuzz_files.py [--seconds 300] [--seed 1]

Tables of our own articles in every form that is read (Parquet, JSON lines, CSV and TSV, packed or
not, in UTF-8 and UTF-16) have bytes changed, put in, left out, doubled or cut off, and are read as
``credscore.compare`` reads them, with errors recorded and with errors raised. Fails a table: an
exception other than ``CredscoreError``, one where errors are recorded, an error longer than 1,500
characters, or more than 5 CPU seconds. Writes ``benchmarks/results/fuzz_files.json``; tables that
failed are kept beside each other in ``--keep``.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from credscore.comparison.reading import Unreadable, count, entries
from credscore.errors import CredscoreError

HERE = Path(__file__).resolve().parent
SLOWEST = 5.0  # CPU seconds
LONGEST = 1500  # characters of an error
ARTICLES = sorted((HERE.parent / "seeds/articles").glob("*.txt"))
# Bytes that mean something: ends of lines and fields, marks, braces, parts of byte-order marks.
TELLING = b'\x00\n\r",\t{}[]\\\xff\xfe\x81\xd0'


def rows() -> list[dict[str, str]]:
    return [
        {
            "text": path.read_text(encoding="utf-8")[:900],
            "source": path.stem.partition("-")[0],
            "published": f"2024-05-{number:02}",
        }
        for number, path in enumerate(ARTICLES, 1)
    ]


def lines() -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows())


def fields(delimiter: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ("text", "source", "published"), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows())
    return out.getvalue()


def parquet(**options: object) -> bytes:
    table = pa.Table.from_pylist([{**row, "authors": ["A Name", None]} for row in rows()])
    days = pa.array(range(table.num_rows), pa.timestamp("ns", "UTC"))
    table = table.append_column("day", days)
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def tables() -> dict[str, bytes]:
    """Sound tables by file name."""
    texts = {".jsonl": lines(), ".csv": fields(","), ".tsv": fields("\t")}
    pack: dict[str, Callable[[bytes], bytes]] = {
        "": bytes,
        ".gz": gzip.compress,
        ".zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
    }
    found = {
        f"{coding}{kind}{packed}": change(text.encode(coding))
        for coding in ("utf-8", "utf-16")
        for kind, text in texts.items()
        for packed, change in pack.items()
    }
    found["packed.parquet"] = parquet()
    found["plain.parquet"] = parquet(compression="none", use_dictionary=False, row_group_size=3)
    return found


def changed(data: bytes, dice: random.Random) -> bytes:
    """Up to sixteen changes, each anywhere."""
    result = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        place, other = dice.randrange(len(result) + 1), dice.randrange(len(result) + 1)
        way = dice.randrange(5)
        if way == 0 and place < len(result):
            result[place] = dice.randrange(256)
        elif way == 1:
            result[place:place] = bytes(dice.choices(TELLING, k=dice.choice((1, 1, 3, 50))))
        elif way == 2:
            del result[place : place + dice.choice((1, 2, 10, 200))]
        elif way == 3:
            result[place:place] = result[other : other + dice.choice((5, 100))]
        elif dice.random() < 0.3:
            del result[place:]
    return bytes(result)


def read(path: Path, dice: random.Random) -> str | None:
    """What is wrong with how a table is read."""
    by, cluster = dice.choice(("source", "day", "authors")), dice.choice((None, "source"))
    started = time.process_time()
    try:
        count(path)
        for entry in entries(path, by, cluster, "record"):
            if isinstance(entry, Unreadable) and len(str(entry.error)) > LONGEST:
                return f"an error of {len(str(entry.error))} characters"
    except Exception as error:  # noqa: BLE001  that is what is looked for
        return f"recording errors: {type(error).__name__}: {error!s:.80}"
    try:
        for _ in entries(path, by, cluster):
            pass
    except CredscoreError:
        pass
    except Exception as error:  # noqa: BLE001
        return f"raising errors: {type(error).__name__}: {error!s:.80}"
    spent = time.process_time() - started
    return f"{spent:.1f} s of CPU" if spent > SLOWEST else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for tables that failed")
    options = parser.parse_args()
    dice = random.Random(options.seed)  # noqa: S311  repeatable, no secret
    sound = tables()
    names = list(sound)
    tried: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    end = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            name = dice.choice(names)
            # Now and then under the name of another kind.
            path = Path(folder, dice.choice(names) if dice.random() < 0.1 else name)
            path.write_bytes(changed(sound[name], dice))
            tried[name] += 1
            if wrong := read(path, dice):
                kinds[wrong] += 1
                print(f"{path.name}: {wrong}", flush=True)
                if options.keep:
                    options.keep.mkdir(exist_ok=True)
                    path.rename(options.keep / f"{kinds.total()}-{path.name}")
    result = {
        "date": time.strftime("%Y-%m-%d"),
        "seed": options.seed,
        "inputs": tried.total(),
        "failed": kinds.total(),
        "kinds": dict(kinds),
        "tables": dict(sorted(tried.items())),
    }
    print(f"{result['inputs']:,} tables, {result['failed']} failed")
    out = HERE / "results" / "fuzz_files.json"
    out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
