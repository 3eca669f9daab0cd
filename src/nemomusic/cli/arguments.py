"""The words of the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn

from nemomusic._version import __version__
from nemomusic.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

EPILOG = """\
exit codes:
  0    done
  1    unexpected: a bug; run it again with --verbose
  2    wrong use, bad input, a setting that makes no sense
  3    token or plan refused
  4    out of credits
  5    network or service failed
  6    no music was added, or it is not known what became of the message
  7    render or download failed
  130  interrupted (Ctrl-C)

environment:
  NEMO_TOKEN            bearer token; without one an anonymous token is acquired and kept
  NEMO_API_URL          another address of the service
  NEMO_CLIENT_ID        client identifier, instead of the one in ~/.config/nemovideo/client_id
  NEMOMUSIC_BACKEND     "local" for the embedded backend, "cloud" for the service (default)

Unofficial: not made or endorsed by NemoVideo.
"""
_PLAIN = argparse.RawDescriptionHelpFormatter


class UsageError(ConfigurationError):
    """The words make no sense."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message, remedy=f"See `{self.prog} --help`.")


def make_parser() -> argparse.ArgumentParser:
    """The parser. It raises `UsageError` instead of ending the process."""
    parser = _Parser(
        prog="nemomusic",
        description="Put music under a video.",
        epilog=EPILOG,
        formatter_class=_PLAIN,
    )
    parser.add_argument("--version", action="version", version=f"nemomusic {__version__}")
    _common(parser, top=True)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, words: str, module: str, more: str = "") -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.{more}",
            formatter_class=_PLAIN,
        )
        made.set_defaults(module=module)
        _common(made, top=False)
        return made

    _add_music(command)
    _demo(command)
    _chat(command)
    _batch(command)
    _jobs(command)
    command("credits", "show the balance", "balance")
    _serve(command)
    command(
        "doctor",
        "check the installation, and say what to do",
        "doctor",
        " Nothing is spent, and no token is acquired.",
    )
    return parser


def _common(parser: argparse.ArgumentParser, *, top: bool) -> None:
    """Options that may stand before the command or after it."""

    def default(value: object) -> object:
        return value if top else argparse.SUPPRESS

    group = parser.add_argument_group("for every command")
    where = group.add_mutually_exclusive_group()
    where.add_argument(
        "--local",
        dest="backend",
        action="store_const",
        const="local",
        default=default(None),
        help="use the embedded backend: no network, no account",
    )
    where.add_argument(
        "--cloud",
        dest="backend",
        action="store_const",
        const="cloud",
        default=default(None),
        help="use the service (default)",
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


def _output(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("-o", "--output", metavar="OUT", help=words)
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a file that is there (never the source)"
    )


def _language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language",
        metavar="CODE",
        help="of the answers, such as en, zh-CN, ja (default: by the script of the prompt)",
    )


def _seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", type=int, metavar="N", help="of the embedded backend's music (default: by clip)"
    )


def _journal(parser: argparse.ArgumentParser, *, can_go_without: bool) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--journal",
        metavar="PATH",
        help="where work in hand is noted (default: in our data folder)",
    )
    if can_go_without:
        group.add_argument(
            "--no-journal",
            action="store_true",
            help="note nothing: an interrupted job can't be resumed",
        )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 65536:
        raise argparse.ArgumentTypeError("0 to 65535")
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 1 <= number <= 600:
        raise argparse.ArgumentTypeError("1 to 600")
    return number


def _add_music(command: Callable[..., argparse.ArgumentParser]) -> None:
    made = command("add-music", "put music under one video", "add_music")
    made.add_argument("clip", metavar="CLIP", help="a file, or an https:// address (with -o)")
    made.add_argument(
        "prompt", metavar="PROMPT", nargs="?", help='such as "warm lo-fi that follows the cuts"'
    )
    _output(made, "file or folder (default: CLIP-with-music.mp4 beside the clip)")
    _language(made)
    _seed(made)
    _journal(made, can_go_without=True)


def _demo(command: Callable[..., argparse.ArgumentParser]) -> None:
    made = command(
        "demo",
        "draw a short film with hard cuts and score it, on the embedded backend",
        "demo",
        " For people with no clip at hand.",
    )
    made.add_argument("prompt", metavar="PROMPT", nargs="?")
    _output(made, "file or folder (default: demo.mp4 here; an earlier demo is replaced)")
    made.add_argument(
        "--seconds", type=_seconds, default=12.0, metavar="S", help="length of the film (12)"
    )
    _language(made)
    _seed(made)


def _chat(command: Callable[..., argparse.ArgumentParser]) -> None:
    made = command(
        "chat",
        "a conversation: say something, see the timeline, export when ready",
        "chat",
        " Reads line by line from standard input; /help lists what it knows by itself.",
    )
    made.add_argument("clip", metavar="CLIP", nargs="?", help="uploaded with the first message")
    made.add_argument("--session", metavar="ID", help="go on in a session that exists")
    _output(made, "where exports go (default: beside the clip, never over a file)")
    _language(made)
    _seed(made)


def _batch(command: Callable[..., argparse.ArgumentParser]) -> None:
    made = command(
        "batch",
        "several clips, each with its own prompt and export",
        "batch",
        """

A manifest is a .csv file with the header "clip,prompt,output", or a .json file with a list of
objects with these keys; prompt and output may be missing. Its paths are relative to its folder.
A clip that fails doesn't stop the others; the exit code is that of the first failure.""",
    )
    made.add_argument("files", metavar="FILE", nargs="+", help="clips, or one manifest")
    made.add_argument("-p", "--prompt", help="for those without one of their own")
    _output(made, "folder for the results (default: beside each clip)")
    made.add_argument(
        "--at-once", type=_count, default=2, metavar="N", help="clips worked on at a time (2)"
    )
    made.add_argument(
        "--one-session",
        action="store_true",
        help="upload all into one session and take them one by one (keeps no journal)",
    )
    _language(made)
    _seed(made)
    _journal(made, can_go_without=True)


def _jobs(command: Callable[..., argparse.ArgumentParser]) -> None:
    made = command("jobs", "work in hand: list, resume, forget", "jobs")
    _journal(made, can_go_without=False)
    made.set_defaults(action="list")
    actions = made.add_subparsers(title="actions", metavar="ACTION")

    def action(name: str, words: str) -> argparse.ArgumentParser:
        parser = actions.add_parser(name, help=words, description=f"{words}.")
        parser.set_defaults(action=name)
        _common(parser, top=False)
        return parser

    action("list", "all jobs of the journal, oldest first (default)")
    resume = action("resume", "go on with a job where it stopped")
    resume.add_argument("job", metavar="ID")
    resume.add_argument(
        "--resend",
        action="store_true",
        help="send a message again whose outcome is unknown: it may be paid for twice",
    )
    resume.add_argument("--overwrite", action="store_true", help="replace a file at the output")
    forget = action("forget", "delete a job's record; nothing is cancelled on the service")
    forget.add_argument("job", metavar="ID")


def _serve(command: Callable[..., argparse.ArgumentParser]) -> None:
    made = command(
        "serve",
        "the embedded backend by itself, on a loopback port",
        "serve",
        """

Prints its address when it is ready to answer (with --json: {"url": "http://127.0.0.1:…"}), and
runs until Ctrl-C. Point a client at it with NEMO_API_URL.""",
    )
    made.add_argument("--port", type=_port, default=0, help="0 for any that is free (default)")
    made.add_argument(
        "--folder",
        metavar="DIR",
        help="where everything is kept (default: the data folder; with --faithful a temporary one)",
    )
    made.add_argument(
        "--faithful",
        action="store_true",
        help="with the service's limits: 100 credits, prices, tokens per week",
    )
    made.add_argument("--dialect", choices=("adk", "gateway"), default="adk", help="of the stream")
    made.add_argument(
        "--envelope", choices=("code", "success"), default="code", help="of JSON answers"
    )
    _seed(made)
