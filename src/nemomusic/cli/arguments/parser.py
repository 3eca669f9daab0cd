"""The parser of the command line."""

from __future__ import annotations

import argparse

from nemomusic._version import __version__
from nemomusic.cli.arguments.command_arguments import add_commands
from nemomusic.cli.arguments.command_parser import CommandParser

EPILOG = """\
exit codes:
  0    done
  1    unexpected: a bug; run it again with --verbose
  2    wrong use, bad input, a setting that makes no sense
  3    token or plan refused
  4    out of credits, or --max-credits is reached
  5    network or service failed
  6    no music was added, or the outcome of a message is unknown
  7    render or download failed
  130  interrupted (Ctrl-C)

environment:
  NEMO_TOKEN            bearer token; without one an anonymous token is acquired and kept
  NEMO_API_URL          another address of the service
  NEMO_CLIENT_ID        client identifier, instead of the one in ~/.config/nemovideo/client_id
  NEMOMUSIC_BACKEND     "local" for the embedded backend, "cloud" for the service (default)
  NEMOMUSIC_LOG         "debug" or "info": a log on standard error
  HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE are read too.

Unofficial: not made or endorsed by NemoVideo.
"""
_PLAIN = argparse.RawDescriptionHelpFormatter


def make_parser() -> argparse.ArgumentParser:
    """Return the parser. It raises `UsageError` instead of ending the process."""
    parser = CommandParser(
        prog="nemomusic",
        description="Put music under a video.",
        epilog=EPILOG,
        formatter_class=_PLAIN,
    )
    parser.add_argument("--version", action="version", version=f"nemomusic {__version__}")
    add_common_options(parser, top=True)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, words: str, module: str, more: str = "", *, chooses: bool = True
    ) -> CommandParser:
        made = commands.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.{more}",
            formatter_class=_PLAIN,
        )
        made.set_defaults(module=module)
        add_common_options(made, top=False, chooses=chooses)
        return made

    add_commands(command, add_common_options)
    made = commands.add_parser(
        "help", help="show the help of a command", description="Show the help of a command."
    )
    made.add_argument("words", metavar="COMMAND", nargs="*")
    return parser


def add_common_options(parser: argparse.ArgumentParser, *, top: bool, chooses: bool = True) -> None:
    """Add the options that may stand before the command or after it.

    Args:
        parser: Gets the options.
        top: Whether they stand before the command.
        chooses: Whether the command has a choice between cloud and embedded backend.
    """

    def default(value: object) -> object:
        return value if top else argparse.SUPPRESS

    group = parser.add_argument_group("for every command")
    where = group.add_mutually_exclusive_group() if chooses else parser
    where.add_argument(
        "--local",
        dest="backend",
        action="store_const",
        const="local",
        default=default(None),
        help="use the embedded backend: no network, no account" if chooses else argparse.SUPPRESS,
    )
    where.add_argument(
        "--cloud",
        dest="backend",
        action="store_const",
        const="cloud",
        default=default(None),
        help="use the service (default)" if chooses else argparse.SUPPRESS,
    )
    group.add_argument(
        "--json",
        action="store_true",
        default=default(False),
        help="print one JSON object on standard output",
    )
    group.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        default=default(False),
        help="no progress, only results and errors",
    )
    group.add_argument(
        "-v", "--verbose", action="store_true", default=default(False), help="a log on stderr"
    )
