"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code (`nemomusic --help` lists them).

    Args:
        argv: the words after the program's name; None for those of this process.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what a terminal's encoding lacks must not end a job
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(words)
    except KeyboardInterrupt:  # before or after the time in which `running` looks after it
        print("nemomusic: error: interrupted", file=sys.stderr, flush=True)
        return 130
    except BrokenPipeError:  # in the middle of --help
        from nemomusic.cli.screen import let_go

        let_go(sys.stdout)
        return 0


def _run(words: list[str]) -> int:
    from nemomusic.cli.arguments import UsageError, make_parser

    try:
        arguments = make_parser().parse_args(words)
    except SystemExit as end:  # --help and --version
        sys.stdout.flush()
        return end.code if isinstance(end.code, int) else 0
    except UsageError as error:
        from nemomusic.cli.screen import Screen

        Screen(json="--json" in words).error(error)
        return 2
    return _perform(arguments)


def _perform(arguments: argparse.Namespace) -> int:
    from nemomusic.cli.running import run_command
    from nemomusic.cli.screen import Screen

    screen = Screen(json=arguments.json, quiet=arguments.quiet, verbose=arguments.verbose)
    command = import_module(f"nemomusic.cli.{arguments.module}")
    return run_command(command.run, arguments, screen)
