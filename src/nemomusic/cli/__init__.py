"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (`nemomusic --help` lists them).

    Args:
        argv: The arguments after the program's name; None for those of this process.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(
            stream, "reconfigure"
        ):  # a character that the terminal can't show must not end a job
            stream.reconfigure(errors="backslashreplace")
    with _ending_at_ctrl_c(restore=argv is not None):
        try:
            return _run(words)
        except KeyboardInterrupt:  # signals can't be handled here, such as in another thread
            print("nemomusic: error: interrupted", file=sys.stderr, flush=True)
            return 130
        except BrokenPipeError:  # in the middle of --help
            from nemomusic.cli.terminal.screen import let_go

            let_go(sys.stdout)
            return 0


def _open_missing_streams() -> None:
    """Open the null device in place of the standard streams that are closed.

    Notes would otherwise go to standard output, and the journal could get the descriptor of
    standard error, to which the interpreter writes.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller; or Windows without a console
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123


@contextmanager
def _ending_at_ctrl_c(*, restore: bool) -> Iterator[None]:
    """End the process at once by Ctrl-C, until `run_command` handles signals, and after it.

    Python's own handler raises `KeyboardInterrupt`. In the middle of an import that exception can
    be lost, and the command would go on.

    Args:
        restore: Whether to restore the handler afterward, because the calling program continues.
    """
    before = None
    with suppress(ValueError):  # not the main thread
        before = signal.signal(signal.SIGINT, _end_at_once)
    try:
        yield
    finally:
        if before is not None and restore:
            signal.signal(signal.SIGINT, before)


def _end_at_once(*_: object) -> None:
    with suppress(OSError):
        os.write(2, b"nemomusic: error: interrupted\n")
    os._exit(130)


def _run(words: list[str]) -> int:
    from nemomusic.cli.arguments.parser import make_parser
    from nemomusic.errors import ConfigurationError

    if words[:1] == ["help"] or not words:
        words = [*words[1:], "--help"]
    try:
        arguments = make_parser().parse_args(words)
    except SystemExit as end:  # --help and --version
        sys.stdout.flush()
        return end.code if isinstance(end.code, int) else 0
    except ConfigurationError as error:
        from nemomusic.cli.terminal.screen import Screen

        Screen(json="--json" in words).error(error)
        return 2
    return _perform(arguments)


def _perform(arguments: argparse.Namespace) -> int:
    from nemomusic import log
    from nemomusic.cli.terminal.screen import Screen
    from nemomusic.errors import ConfigurationError

    try:
        level = log.LEVELS["debug"] if arguments.verbose else log.level_from(os.environ)
    except ConfigurationError as error:
        Screen(json=arguments.json).error(error)
        return 2
    screen = Screen(json=arguments.json, quiet=arguments.quiet, log_level=level)
    from nemomusic.cli.terminal.runner import run_command

    command = import_module(f"nemomusic.cli.{arguments.module}")
    return run_command(command.run, arguments, screen)
