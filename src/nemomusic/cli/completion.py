"""`nemomusic completion`: a script with which a shell completes commands and options."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nemomusic.cli.terminal.screen import Screen

_BASH: Final = """\
# bash completion for nemomusic
_nemomusic() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in @COMMANDS@) command=${COMP_WORDS[i]}; break ;; esac
  done
  case $command:$prev in
    jobs:resume|jobs:forget)
      words=$("${COMP_WORDS[0]}" jobs list 2>/dev/null | cut -f1 | grep '^job_')
      COMPREPLY=($(compgen -W "$words" -- "$cur")); return ;;
@CHOICES@
  esac
  case $command in
    '') words='@TOP@' ;;
@OPTIONS@
  esac
  if [[ -z $command || $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  else
    words=$(printf '%s\\n' $words | grep -v '^-')
    COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F _nemomusic nemomusic
"""
_ZSH: Final = """\
#compdef nemomusic
_nemomusic() {
  local command= word prev=${words[CURRENT-1]}
  for word in ${words[2,CURRENT-1]}; do
    case $word in (@COMMANDS@) command=$word; break ;; esac
  done
  local -a known
  case $command:$prev in
    (jobs:resume|jobs:forget)
      known=(${(f)"$($words[1] jobs list 2>/dev/null | cut -f1 | grep '^job_')"})
      compadd -- $known; return ;;
@CHOICES@
  esac
  case $command in
    ('') known=(@TOP@) ;;
@OPTIONS@
  esac
  if [[ -z $command || $PREFIX == -* ]]; then
    compadd -- $known
  else
    compadd -- ${known:#-*}
    _files
  fi
}
compdef _nemomusic nemomusic
"""


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Print the script."""
    from nemomusic.cli.arguments.parser import make_parser

    text = script(arguments.shell, make_parser())
    if screen.json:
        screen.result({"shell": arguments.shell, "script": text})
    else:
        screen.say(text.rstrip("\n"))
    return 0


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """Return the script for a shell, made from the parser."""
    commands = dict(_commands(parser))
    if shell == "fish":
        return "\n".join(_fish(parser, commands)) + "\n"
    bash = shell == "bash"
    options, choices = [], []
    for name, made in commands.items():
        words = " ".join([*(action for action, _ in _commands(made)), *_options(made)])
        options.append(
            f"    {name}) words='{words}' ;;" if bash else f"    ({name}) known=({words}) ;;"
        )
        for option, values in _choices(made):
            chosen = " ".join(values)
            choices.append(
                f"    {name}:{option}) COMPREPLY=($(compgen -W '{chosen}' -- \"$cur\")); return ;;"
                if bash
                else f"    ({name}:{option}) compadd -- {chosen}; return ;;"
            )
    filled = _BASH if bash else _ZSH
    for mark, text in (
        ("@COMMANDS@", "|".join(commands)),
        ("@TOP@", " ".join([*commands, *_options(parser)])),
        ("@OPTIONS@", "\n".join(options)),
        ("@CHOICES@", "\n".join(choices)),
    ):
        filled = filled.replace(mark, text)
    return filled


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to list them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            yield from action.choices.items()


def _options(parser: argparse.ArgumentParser) -> list[str]:
    found = [name for action in _shown(parser) for name in action.option_strings]
    return [*found, *(word for word in _positional_choices(parser))]


def _shown(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [one for one in parser._actions if one.help is not argparse.SUPPRESS]  # noqa: SLF001


def _positional_choices(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in _shown(parser):
        if not action.option_strings and action.choices and not isinstance(action.choices, dict):
            yield from map(str, action.choices)


def _choices(parser: argparse.ArgumentParser) -> Iterator[tuple[str, list[str]]]:
    for action in _shown(parser):
        for name in action.option_strings:
            if action.choices:
                yield name, [str(one) for one in action.choices]


def _fish(
    parser: argparse.ArgumentParser, commands: dict[str, argparse.ArgumentParser]
) -> Iterator[str]:
    yield "# fish completion for nemomusic"
    for name, made in commands.items():
        words = _quoted(made.description or "")
        yield f"complete -c nemomusic -n __fish_use_subcommand -f -a {name} -d {words}"
    for name, made in commands.items():
        seen = f"-n '__fish_seen_subcommand_from {name}'"
        for action, child in _commands(made):
            yield f"complete -c nemomusic {seen} -a {action} -d {_quoted(child.description or '')}"
        for word in _positional_choices(made):
            yield f"complete -c nemomusic {seen} -f -a {word}"
        yield from (f"complete -c nemomusic {seen} {option}" for option in _fish_options(made))
    yield (
        "complete -c nemomusic -n '__fish_seen_subcommand_from resume forget' -f "
        "-a '(nemomusic jobs list 2>/dev/null | cut -f1 | string match \"job_*\")'"
    )
    yield from (
        f"complete -c nemomusic -n __fish_use_subcommand {option}"
        for option in _fish_options(parser)
    )


def _fish_options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in _shown(parser):
        if not action.option_strings:
            continue
        names = [
            f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
            for name in action.option_strings
        ]
        value = "" if action.nargs == 0 else " -r"
        if action.choices:
            value = f" -x -a '{' '.join(map(str, action.choices))}'"
        yield f"{' '.join(names)}{value} -d {_quoted(action.help or '')}"


def _quoted(text: str) -> str:
    first = re.split(r"\.\s", text.replace("%%", "%"), maxsplit=1)[0].strip().rstrip(".")
    return "'" + " ".join(first.split()).replace("\\", "\\\\").replace("'", "\\'") + "'"
