"""The commands in README and docs are ones that the command line takes."""

from __future__ import annotations

import contextlib
import io
import re
import shlex

import pytest

from nemomusic.cli.arguments.parser import make_parser
from support.snippets import ALL, PAGES

COMMANDS = [
    pytest.param(line, id=f"{one.name}: {line[:60]}")
    for one in ALL
    if one.language == "sh"
    for line in re.findall(r"^(?:\w+=\w+ )*(?:\S*/)?nemomusic (.*)$", one.code, re.MULTILINE)
]
INLINE = re.compile(r"`(?:\.venv/bin/)?nemomusic ([a-z-]+)([^`]*)`")


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_in_a_block_is_understood(line):
    make_parser().parse_args(shlex.split(line))


def options_of(command: str) -> str:
    """Return the help of a command."""
    words = io.StringIO()
    with pytest.raises(SystemExit), contextlib.redirect_stdout(words):
        make_parser().parse_args([command, "--help"])
    return words.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_command_in_a_sentence_exists(page):
    for command, rest in INLINE.findall(page.read_text("utf-8")):
        known = options_of(command)  # an unknown command is a UsageError
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in known, f"nemomusic {command} has no {option}"
