"""The subcommand ``credscore completion``: shell completion, written by shtab from the parser.

The script is static, so that the Tab key starts no Python and nothing is imported for it later.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

__all__ = ["SHELLS", "add_completion", "script"]

SHELLS = ("bash", "zsh", "fish")
_FILES = frozenset({"FILE", "PATH", "IN", "OUT"})  # the metavars of what names a file
_EPILOG = """\
bash  credscore completion bash > ~/.local/share/bash-completion/completions/credscore
zsh   credscore completion zsh > ~/.zfunc/_credscore     (with ~/.zfunc in fpath)
fish  credscore completion fish > ~/.config/fish/completions/credscore.fish
"""


def add_completion(commands: Any, parser: argparse.ArgumentParser) -> None:
    """Add the subcommand; ``parser`` is what the script completes."""
    completion = commands.add_parser(
        "completion",
        help="print a script that lets a shell complete commands",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    completion.add_argument("shell", choices=SHELLS, help="bash, zsh or fish")
    completion.set_defaults(run=lambda options: _print(parser, options.shell))


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The completion script of one shell, file names included.

    Raises:
        MissingExtraError: shtab is not installed.
    """
    try:
        import shtab
    except ImportError as error:
        from credscore.errors import MissingExtraError

        raise MissingExtraError("completion needs shtab: pip install shtab") from error
    for action in _actions(parser):
        if action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    return str(shtab.complete(parser, shell))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument, those of the subcommands included."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _actions(below)


def _print(parser: argparse.ArgumentParser, shell: str) -> int:
    print(script(parser, shell))  # noqa: T201  this is the command line
    return 0
