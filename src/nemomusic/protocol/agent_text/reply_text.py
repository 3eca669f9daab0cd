"""Clean the agent's text for a person: remove apologies and screen instructions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.protocol.agent_text.apologies import strip_trailing_apology
from nemomusic.protocol.agent_text.ui_instructions import translate_instructions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.protocol.agent_text.ui_instructions import Action

SEARCHED_CHARACTERS: Final = 16_384
"""Characters of a text, counted from its end, in which apologies and instructions are looked for.

That is ten times what an agent says. Reading a character takes 1 to 2 µs, and the event loop
waits."""


@attrs.frozen
class ReplyText:
    """The agent's text, cleaned.

    Attributes:
        text: The text to show.
        actions: The calls that instructions to use a screen become.
        silent: Whether the agent said nothing at all.
    """

    text: str
    actions: tuple[Action, ...] = ()
    silent: bool = False


def clean_reply(pieces: Sequence[str]) -> ReplyText:
    """Drop a trailing apology and turn instructions to use a screen into actions.

    Args:
        pieces: The texts of one reply, in order. Together they are the text.
    """
    head, tail = split_tail(pieces)
    kept = "\n".join(strip_trailing_apology([tail] if tail else [])).strip()
    translated = translate_instructions(kept)
    text = "".join([*head, translated.text]).strip()
    return ReplyText(text, translated.actions, silent=not text and not kept)


def split_tail(pieces: Sequence[str]) -> tuple[list[str], str]:
    """Split a text into the pieces that came first and a tail of at most SEARCHED characters."""
    first, size = len(pieces), 0
    while first and size < SEARCHED_CHARACTERS:
        first -= 1
        size += len(pieces[first])
    tail, start = "".join(pieces[first:]), max(0, size - SEARCHED_CHARACTERS)
    if start:  # cut at the space behind a word, if there is one
        start = max(start, tail.find(" ", start))
    return [*pieces[:first], tail[:start]], tail[start:]


_LONGEST_ANSWER: Final = 300
"""Characters of the agent's answer in the message of an error."""


def no_music_message(answer: str) -> str:
    """Return the message of a `NoMusicAddedError`, with the first words of the agent's answer."""
    said = " ".join(answer.split())
    if len(said) > _LONGEST_ANSWER:
        said = f"{said[:_LONGEST_ANSWER]}…"
    message = "the agent answered, but added no music"
    return f'{message}. It said: "{said}"' if said else message
