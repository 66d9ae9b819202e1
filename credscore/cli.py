"""The command ``credscore``.

Exit codes: 0 all done; 1 an article could not be read (the others were scored), or the output
cannot be written; 2 wrong usage; 3 a model or an extractor is broken, or an optional package is
missing; 130 interrupted.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from credscore import __version__
from credscore.completion import add_completion
from credscore.errors import CredscoreError, InputError, MissingExtraError
from credscore.pipelines.command import add_batch

if TYPE_CHECKING:
    from credscore.document import Document
    from credscore.report import Report

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

__all__ = ["main"]

MIN_ARTICLES = 5  # as credscore.comparison has it, which takes longer to import
DONE, UNREADABLE, USAGE, BROKEN, INTERRUPTED = 0, 1, 2, 3, 130
_SAID = 5  # articles that could not be read
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_EPILOG = """\
exit codes:
  0    all done
  1    an article could not be read (the others were scored), or the output not written
  2    wrong usage
  3    a model or an extractor is broken, or an optional package is missing
  130  interrupted

Output is plain text without colours, with or without NO_COLOR; progress is shown on terminals only.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="credscore",
        description="How credible and how well made an article is, with reasons.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"credscore {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_score(commands)
    _add_compare(commands)
    add_batch(commands)
    _add_features(commands)
    _add_model(commands)
    add_completion(commands, parser)
    return parser


def _add_score(commands: Commands) -> None:
    score = commands.add_parser("score", help="score articles and say why")
    score.add_argument(
        "articles",
        nargs="+",
        metavar="FILE",
        help=".txt, .md, .html or .json file, an http(s) address (.html and addresses need "
        "pip install 'credscore[html]'), or - for standard input",
    )
    score.add_argument("--json", action="store_true", help="print JSON, one document an article")
    score.add_argument("--html", metavar="OUT", type=Path, help="write a page with the evidence")
    score.add_argument(
        "--panel",
        action="store_true",
        help="add readability formulas to the page (loads textstat: some seconds)",
    )
    score.add_argument("--reasons", type=_positive, default=6, metavar="N", help="default 6")
    score.set_defaults(run=_score)


def _add_compare(commands: Commands) -> None:
    compare = commands.add_parser("compare", help="compare sources or articles side by side")
    compare.add_argument(
        "paths", nargs="+", metavar="PATH", help="articles, folders, tables as 'batch' reads them"
    )
    compare.add_argument(
        "--by",
        default="source",
        metavar="FIELD",
        help="what to group by: source (default), site, article, or any field",
    )
    compare.add_argument(
        "--cluster",
        metavar="FIELD",
        help="articles that share it are not independent (default: source, if not --by source)",
    )
    compare.add_argument(
        "--min-articles",
        type=_positive,
        default=MIN_ARTICLES,
        metavar="N",
        help=f"independent articles that a number takes (default {MIN_ARTICLES})",
    )
    compare.add_argument("--html", metavar="OUT", type=Path, help="write the full report as a page")
    compare.add_argument(
        "--json", metavar="OUT", help="write the comparison as JSON; - prints it instead"
    )
    compare.add_argument(
        "--jobs", type=_positive, default=1, metavar="N", help="processes (default 1)"
    )
    compare.set_defaults(run=_compare)


def _add_features(commands: Commands) -> None:
    features = commands.add_parser("features", help="list everything that is measured")
    features.add_argument("--json", action="store_true", help="print JSON")
    features.set_defaults(run=_features)


def _add_model(commands: Commands) -> None:
    model = commands.add_parser("model", help="look into the trained models")
    actions = model.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="print a model's terms and measured quality")
    show.add_argument(
        "model",
        nargs="?",
        default=None,
        help="credibility, quality, genre, or a model file (default: all three, in short)",
    )
    show.set_defaults(run=_model_show)


def _positive(text: str) -> int:
    """A whole number from 1 on, as an argument's type."""
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    _prepare_streams()
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has gone; nothing is left to say, not even at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            print(file=sys.stderr)  # below the line of progress
        return INTERRUPTED
    except OSError as error:
        if error.errno in _NO_SPACE:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _complain(f"the output cannot be written: {error.strerror}")
        elif error.filename is None:
            raise
        else:  # a name that is too long, a folder that may not be looked into
            _complain(f"{error.filename}: {error.strerror}")
        return UNREADABLE
    except InputError as error:
        _complain(error)
        return UNREADABLE
    except CredscoreError as error:
        _complain(error)
        return BROKEN
    return code


def _prepare_streams() -> None:
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and out.errors in ("strict", "surrogateescape"):
        out.reconfigure(errors="backslashreplace")  # articles hold what terminals cannot


def _complain(error: object) -> None:
    print(f"credscore: {error}", file=sys.stderr)


def _width() -> int:
    return min(shutil.get_terminal_size((80, 24)).columns, 110)


def _read(name: str) -> Document:
    from credscore.document import Document, decode
    from credscore.limits import read_whole

    if name == "-":
        data = read_whole(sys.stdin.buffer, "standard input")
        if not data.strip():
            raise InputError("standard input is empty")
        return Document(decode(data), source="-")
    if name.startswith(("http://", "https://")):
        _need_html(name)
        return Document.from_url(name)
    return Document.from_file(name)


def _need_html(address: str) -> None:
    """Say what is missing before anything is fetched."""
    from importlib.util import find_spec

    if find_spec("lxml") is None or find_spec("trafilatura") is None:
        raise MissingExtraError(
            f"{address}: reading web pages needs the extra html: pip install 'credscore[html]'"
        )


def _score(options: argparse.Namespace) -> int:
    from credscore.scorer import score

    if options.panel and options.html is None:
        _complain("--panel adds formulas to the page; name it with --html OUT")
        return USAGE
    _spare(options.articles, options.html)
    names: list[str] = []
    reports: list[Report] = []
    code = DONE
    for name in options.articles:
        try:
            reports.append(score(_read(name)))
            names.append("standard input" if name == "-" else name)
        except InputError as error:
            _complain(error)
            code = UNREADABLE
    if not reports:
        return code
    if options.json:
        _print_json(reports, names)
    else:
        _print_reports(reports, names, options.reasons)
    if options.html is not None:
        _write_page(reports, names, options.html, panel=options.panel)
    return code


def _print_json(reports: Sequence[Report], names: Sequence[str]) -> None:
    from credscore.json_text import json_text

    for report, name in zip(reports, names, strict=True):
        print(json_text({"file": name, **report.to_dict()}))


def _print_reports(reports: Sequence[Report], names: Sequence[str], reasons: int) -> None:
    from credscore.report_text import DISCLAIMER, LEGEND, terminal, terminal_table

    width = _width()
    short = [Path(name).name or name for name in names]
    if len(reports) > 1:
        print(terminal_table(reports, short, width=width), end="\n\n")
    for report, name in zip(reports, short, strict=True):
        print(terminal(report, name, reasons=reasons, width=width), end="\n\n")
    if not all(report.abstained for report in reports):
        print(textwrap.fill(LEGEND, width))
    print(textwrap.fill(DISCLAIMER, width))


def _write_page(
    reports: Sequence[Report], names: Sequence[str], path: Path, *, panel: bool
) -> None:
    """One article becomes its page; several become a comparison, each under its file's name."""
    if len(reports) == 1:
        page = reports[0].to_html(panel=panel)
    else:
        from credscore.comparison import compare

        files = [Path(name) for name in names]
        known = all(file.is_file() for file in files)
        page = compare(files if known else reports, by="article").to_html(panel=panel)
    write_text(path, page)
    print(f"wrote {path}", file=sys.stderr)


def _compare(options: argparse.Namespace) -> int:
    from credscore.comparison import compare
    from credscore.progress import progress

    _spare(options.paths, options.html, None if options.json == "-" else options.json)
    comparison = compare(
        [Path(path) for path in options.paths],
        by=options.by,
        cluster=options.cluster,
        min_articles=options.min_articles,
        n_jobs=options.jobs,
        on_error="record",
        progress=progress(),
    )
    if options.json == "-":
        print(comparison.to_json())
    else:
        print(comparison.to_table(_width()))
        if options.json is not None:
            write_text(Path(options.json), comparison.to_json())
            print(f"wrote {options.json}", file=sys.stderr)
    if options.html is not None:
        write_text(options.html, comparison.to_html())
        print(f"wrote {options.html}", file=sys.stderr)
    if comparison.single and options.by not in ("source", "site", "article"):
        _complain(f"no article has a field {options.by!r}, so each stands on its own")
    if comparison.unreadable:
        _complain(_unread(comparison.unreadable, comparison.unreadable_names))
        return UNREADABLE
    return DONE


def _unread(count: int, names: Sequence[str]) -> str:
    """How many articles could not be read, and why the first of them."""
    if count == 1:
        return f"1 could not be read: {names[0]}"
    lines = [f"{count:,} could not be read:", *(f"  {name}" for name in names[:_SAID])]
    return "\n".join(lines + [f"  and {count - _SAID:,} more"] * (count > _SAID))


def _spare(inputs: Sequence[str], *outputs: Path | str | None) -> None:
    """See that no output takes an article's place.

    Raises:
        InputError: one would.
    """
    for output in outputs:
        if output is not None and any(_holds(Path(name), Path(output)) for name in inputs):
            raise InputError(f"{output} is itself among the articles; give the output another name")


def _holds(article: Path, output: Path) -> bool:
    """Whether an article or a folder of articles is, or holds, a file that is already there."""
    try:
        inside = article.is_dir() and article.resolve() in output.resolve().parents
        return output.exists() if inside else output.samefile(article)
    except OSError:  # one of them is not there
        return False


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises:
        InputError: it cannot be written.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8", errors="replace")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error


def _features(options: argparse.Namespace) -> int:
    from credscore.registry import list_features

    if options.json:
        import json

        fields = ("name", "description", "unit", "low", "high", "scored")
        rows = [{name: getattr(feature, name) for name in fields} for feature in list_features()]
        print(json.dumps([{k: _finite(v) for k, v in row.items()} for row in rows], indent=2))
        return DONE
    for feature in list_features():
        print(f"{feature.name}  [{feature.unit}]")
        print(textwrap.fill(feature.description, _width(), initial_indent="    ",
                            subsequent_indent="    "))  # fmt: skip
    return DONE


def _finite(value: object) -> object:
    """JSON knows no infinity."""
    return None if isinstance(value, float) and value in (float("inf"), float("-inf")) else value


def _model_show(options: argparse.Namespace) -> int:
    from credscore.model_text import describe, summary

    if options.model is None:
        for target in ("credibility", "quality", "genre"):
            print(summary(target), end="\n\n")
    else:
        print(describe(options.model))
    return DONE


if __name__ == "__main__":
    sys.exit(main())
