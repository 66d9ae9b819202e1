"""The subcommand ``credscore batch``; what it costs to import is paid only when it runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

__all__ = ["add_batch"]

_COLUMNS = ("text", "id", "title", "authors", "url", "source", "published")
_EPILOG = """\
IN may be several. Tables: .parquet, .jsonl, .csv, .tsv (the last three also .gz or .zst). In a
folder, .txt, .md, .html and .json files are one article each.

OUT is .parquet, .jsonl (also .gz, .zst), .csv (also .gz), or a folder for a data set of Parquet
files. What was scored and how is kept beside it, in OUT.plan.json.

Killed at any moment, the same command goes on where it was. An article that cannot be scored has
the reason in its column "error"; the exit code is 1 only if that is true of all.
"""


def add_batch(commands: Any) -> None:
    """Add the subcommand to the parser of the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "batch",
        help="score tables and folders of articles, in parallel, resumable",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("inputs", nargs="+", metavar="IN", help="file, folder or pattern")
    parser.add_argument("output", metavar="OUT", type=Path, help="file or folder to write")
    names = parser.add_argument_group("columns of the input, where they have other names")
    for name in _COLUMNS:
        names.add_argument(f"--{name}", default=name, metavar="COLUMN", help=f"default {name}")
    parser.add_argument("--features", action="store_true", help="add all that is measured")
    parser.add_argument("--spans", action="store_true", help="add what was found and where")
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="worker processes (default: one a core)"
    )
    parser.add_argument(
        "--restart", action="store_true", help="begin anew, whatever an earlier run left"
    )
    parser.set_defaults(run=_batch)


def _batch(options: argparse.Namespace) -> int:
    from credscore.pipelines.batch import Options, run
    from credscore.pipelines.rows import Columns

    columns = Columns(**{name: getattr(options, name) for name in _COLUMNS})
    try:
        summary = run(
            options.inputs,
            options.output,
            Options(columns, options.features, options.spans),
            jobs=options.jobs,
            restart=options.restart,
        )
    except (KeyboardInterrupt, SystemExit):
        _say("stopped; the same command goes on from here")
        raise
    _say(f"{summary}: {options.output}")
    return int(summary.rows > 0 and summary.errors == summary.rows)


def _say(text: str) -> None:
    print(f"credscore: {text}", file=sys.stderr)  # noqa: T201  this is the command line
