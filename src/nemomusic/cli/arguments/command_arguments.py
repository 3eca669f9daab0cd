"""The arguments of each command."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.cli.arguments.command_parser import CommandParser

    AddCommand = Callable[..., CommandParser]


def add_commands(command: AddCommand, common: Callable[..., None]) -> None:
    """Add all commands, in the order in which the help lists them.

    Args:
        command: Adds a command and returns its parser.
        common: Adds the options that every command has.
    """
    _add_music(command)
    _demo(command)
    _chat(command)
    _batch(command)
    _jobs(command, common)
    command("credits", "show the balance", "balance")
    _serve(command)
    command(
        "doctor",
        "check the installation, and say what to do",
        "doctor",
        " Nothing is spent, and no token is acquired.",
    )
    _clean(command)
    _completion(command)


def _output(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("-o", "--output", metavar="OUT", help=words)
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a file that is there (never the source)"
    )


def _language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language",
        metavar="CODE",
        type=_code,
        help="of the answers, such as en, zh-CN, ja (default: by the script of the prompt)",
    )


def _seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="of the embedded backend's music (default: by clip and prompt)",
    )


def _partial(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--allow-partial",
        action="store_true",
        help="of a truncated clip, use the part that exists (embedded backend)",
    )


def _journal(parser: argparse.ArgumentParser, *, can_go_without: bool) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--journal",
        metavar="PATH",
        help="the file in which jobs are noted (default: in the data folder)",
    )
    if can_go_without:
        group.add_argument(
            "--no-journal",
            action="store_true",
            help="note nothing: an interrupted job can't be resumed",
        )


def _code(text: str) -> str:
    from nemomusic.cli.arguments.languages import checked_language

    return checked_language(text)


def _age(text: str) -> float:
    """Return the seconds of a length of time such as `7d`, `12h` or `30m`."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([dhm])", text.strip().lower())
    if found is None:
        raise argparse.ArgumentTypeError("a number and d, h or m, such as 7d")
    return float(found[1]) * {"d": 86400.0, "h": 3600.0, "m": 60.0}[found[2]]


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _wait(text: str) -> float:
    number = float(text)
    if not 0 < number <= 86_400:
        raise argparse.ArgumentTypeError("seconds, up to a day")
    return number


def _credits(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError("a number of credits")
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


def _scores(parser: argparse.ArgumentParser) -> None:
    for name, metavar, what in (
        ("--stems", "FOLDER", "each part of the music as a WAV, in a folder"),
        ("--midi", "FILE", "the music as a MIDI file"),
        ("--cue-sheet", "FILE", "what happens in the music, as FILE.csv or FILE.json"),
    ):
        parser.add_argument(name, metavar=metavar, help=f"write {what} (embedded backend)")


def _add_music(command: AddCommand) -> None:
    made = command(
        "add-music",
        "put music under one video",
        "add_music",
        " CLIP and OUT may be pipes.",
    )
    made.expect_prompt()
    made.add_argument(
        "clip",
        metavar="CLIP",
        help="a file, an https:// address (with -o), or - for standard input (with -o)",
    )
    made.add_argument(
        "prompt", metavar="PROMPT", nargs="?", help='such as "warm lo-fi that follows the cuts"'
    )
    _output(
        made,
        "file or folder, or - for standard output (default: CLIP-with-music.mp4 beside the clip)",
    )
    _language(made)
    _seed(made)
    _partial(made)
    _scores(made)
    _journal(made, can_go_without=True)


def _demo(command: AddCommand) -> None:
    made = command(
        "demo",
        "draw a short clip with hard cuts and put music under it, on the embedded backend",
        "demo",
        " For people with no clip at hand.",
        chooses=False,
    )
    made.expect_prompt()
    made.add_argument("prompt", metavar="PROMPT", nargs="?")
    _output(made, "file or folder (default: demo.mp4 here; an earlier demo is replaced)")
    made.add_argument(
        "--seconds",
        type=_seconds,
        default=12.0,
        metavar="S",
        help="length of the clip in seconds (12)",
    )
    made.add_argument(
        "--clip-only",
        action="store_true",
        help="draw the silent clip, and put no music under it",
    )
    _language(made)
    _seed(made)


def _chat(command: AddCommand) -> None:
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


def _batch(command: AddCommand) -> None:
    made = command(
        "batch",
        "many clips, each with its own prompt and export",
        "batch",
        """

A manifest is a .csv file with the header "input,prompt,output", a .jsonl file with an object a
line, or a .json file with a list of objects; language and name may be added, and all but input may
be missing. Its inputs are relative to its folder, its outputs to OUT if that is given. A clip that
fails doesn't stop the others; the exit code is that of the first failure. The same command goes on
where it was interrupted.""",
    )
    made.add_argument(
        "files", metavar="FILE", nargs="+", help="clips, folders of clips, or one manifest"
    )
    made.add_argument("-p", "--prompt", help="for those without one of their own")
    _output(made, "folder for the results, or a name with {stem} and {n} (default: beside clips)")
    made.add_argument(
        "--at-once", type=_count, default=4, metavar="N", help="clips worked on at a time (4)"
    )
    made.add_argument(
        "--dry-run", action="store_true", help="say what would be done and cost; send nothing"
    )
    made.add_argument(
        "--watch", action="store_true", help="take new clips of the folder until Ctrl-C"
    )
    made.add_argument(
        "--max-credits", type=_credits, metavar="N", help="spend about N credits at most"
    )
    made.add_argument(
        "--redo",
        action="append",
        choices=("failed", "changed", "all"),
        default=[],
        help="do these again, which sends new messages and costs credits",
    )
    made.add_argument(
        "--report",
        metavar="DIR",
        help="write report.html and report.jsonl, about all clips, into DIR",
    )
    made.add_argument(
        "--executor",
        choices=("own", "dask"),
        default="own",
        help="where the embedded backend's heavy work runs: own workers (default), or Dask",
    )
    made.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of Dask, such as tcp://10.0.0.5:8786 (default: here)",
    )
    made.add_argument(
        "--scheduler-wait",
        type=_wait,
        default=60.0,
        metavar="S",
        help="seconds to wait for a scheduler that is gone (60)",
    )
    made.add_argument(
        "--store", metavar="URL", help="file:///… or s3://…, that this machine and all workers see"
    )
    made.add_argument(
        "--one-session",
        action="store_true",
        help="upload all into one session and take them one by one (keeps no journal)",
    )
    _language(made)
    _seed(made)
    _partial(made)
    _journal(made, can_go_without=True)


def _jobs(command: AddCommand, common: Callable[..., None]) -> None:
    made = command("jobs", "list, resume, forget and salvage jobs", "jobs")
    _journal(made, can_go_without=False)
    made.set_defaults(action="list")
    actions = made.add_subparsers(title="actions", metavar="ACTION")

    def action(name: str, words: str) -> argparse.ArgumentParser:
        parser = actions.add_parser(name, help=words, description=f"{words}.")
        parser.set_defaults(action=name)
        parser.add_argument(
            "--journal", metavar="PATH", default=argparse.SUPPRESS, help="the journal's file"
        )
        common(parser, top=False)
        return parser

    action("list", "all jobs of the journal, oldest first (default)")
    resume = action("resume", "continue a job where it stopped")
    resume.add_argument("job", metavar="ID")
    resume.add_argument(
        "--resend",
        action="store_true",
        help="send a message again whose outcome is unknown: it may be paid for twice",
    )
    resume.add_argument("--overwrite", action="store_true", help="replace a file at the output")
    forget = action("forget", "delete a job's record; nothing is canceled on the service")
    forget.add_argument("job", metavar="ID")
    action("salvage", "save what can be read of a damaged journal, and put its file aside")


def _serve(command: AddCommand) -> None:
    made = command(
        "serve",
        "run the embedded backend by itself, on a loopback port",
        "serve",
        """

Prints its address when it is ready to answer (with --json: {"url": "http://127.0.0.1:…"}), and
runs until Ctrl-C. Point a client at it with NEMO_API_URL.""",
        chooses=False,
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
    _partial(made)


def _clean(command: AddCommand) -> None:
    made = command(
        "clean",
        "delete old data of the embedded backend, and finished jobs",
        "clean",
        """

Deletes sessions of the embedded backend that were not used for a time, with their clips, music and
renders, and the records of jobs that are over. Sessions of jobs that can be resumed are kept. Your
own files (clips and results) are never touched.""",
        chooses=False,
    )
    made.add_argument(
        "--older-than",
        type=_age,
        default=7 * 86400.0,
        metavar="TIME",
        help="not used for so long, such as 7d, 12h or 30m (7d)",
    )
    made.add_argument("-n", "--dry-run", action="store_true", help="only say what would be deleted")
    _journal(made, can_go_without=False)


def _completion(command: AddCommand) -> None:
    made = command(
        "completion",
        "print a script with which a shell completes commands and options",
        "completion",
        """

bash: eval "$(nemomusic completion bash)" in ~/.bashrc
zsh:  eval "$(nemomusic completion zsh)" in ~/.zshrc, after compinit
fish: nemomusic completion fish > ~/.config/fish/completions/nemomusic.fish""",
        chooses=False,
    )
    made.add_argument("shell", choices=("bash", "zsh", "fish"))
