"""A message that goes on from the last change, and what such a message makes of the change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

import attrs

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.words import elliptical_words as words
from nemomusic.local.agent.parsing.words.music import named_music

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.message_intents import Intent, MessageContext
    from nemomusic.local.agent.intents.music_intents import MusicChange

Object = Literal["music", "own", "picture", "both"]
"""What a message names: the music, the clips' own sound, the picture, or picture and music."""

_OBJECTS: Final[tuple[tuple[Object, re.Pattern[str]], ...]] = (
    ("music", words.MUSIC),
    ("own", words.OWN),
    ("picture", words.PICTURE),
    ("both", words.BOTH),
)
_INVERSE: Final[dict[str, music.PartChange]] = {
    "more": "less",
    "less": "more",
    "none": "back",
    "add": "none",
    "back": "none",
}


@attrs.frozen
class FollowUp:
    """A message without the words around it, and the session that it goes on in.

    Attributes:
        said: The words.
        context: The session.
        denied: Whether the message says that the last change was not meant like that.
        opening: The words before, such as "ok" and "and".
    """

    said: str
    context: MessageContext
    denied: bool = attrs.field(kw_only=True)
    opening: str = attrs.field(kw_only=True, default="")

    @property
    def last(self) -> Intent:
        """The newest intent of the last change."""
        return self.context.last[-1]

    @property
    def undo(self) -> list[Intent] | None:
        """The step that takes the last change back, if it did nothing else."""
        paid = any(isinstance(one, music.Compose) for one in self.context.last)
        return [kinds.Undo()] if len(self.context.last) == 1 and not paid else None

    def fits(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the match of a pattern with the complete message."""
        return pattern.fullmatch(self.said)


def group_of(match: re.Match[str]) -> str:
    """Return the first group of a match that is not empty."""
    return next((one for one in match.groups() if one), "")


def target_of(said: str) -> Object | None:
    """Return the name of what words name: the music, the own sound, the picture, or both."""
    for name, pattern in _OBJECTS:
        if pattern.fullmatch(said):
            return name
    return None


def only_parts(said: str) -> list[str]:
    """Return the instruments that words name, if they name nothing else."""
    rest = list(said)
    for one in named_music.terms(said, "instrument"):
        rest[one.start : one.end] = " " * (one.end - one.start)
    named = re.fullmatch(r"(?:\s|\bthe\b|\band\b|[和跟、,，s])*", "".join(rest))
    return named_music.parts(said) if named else []


def sign_of(one: Intent) -> int:
    """Return whether a change went up (1) or down (-1); 0 for a change without degrees."""
    match one:
        case kinds.Volume(to=None, by=by):
            return (by > 1) - (by < 1)
        case music.ChangeMusic((music.ScaleTempo(factor),)):
            return (factor > 1) - (factor < 1)
        case music.ChangeMusic((music.SetMood(_, by),)) | music.ChangeMusic(
            (music.ChangeDensity(by),)
        ):
            return (by > 0) - (by < 0)
        case music.ChangeMusic((music.ChangePart(_, how),)):
            return (how == "more") - (how == "less")
    return 0


def inverse_of(change: MusicChange) -> MusicChange | None:
    """Return the change of the music in the other direction, or None."""
    match change:
        case music.ScaleTempo(factor):
            return music.ScaleTempo(1 / factor)
        case music.SetMood(mood, by):
            return music.SetMood(mood, -by)
        case music.ChangeDensity(by):
            return music.ChangeDensity(-by)
        case music.ChangePart(part, how) if how in _INVERSE:
            return music.ChangePart(part, _INVERSE[how])
    return None


def of_target(last: Intent, target: Object) -> Intent | None:
    """Return a volume or a fade of something else; None if it already is that."""
    if isinstance(last, kinds.Volume) and (target == "music" or target == "own"):  # noqa: PLR1714 - narrows the type
        return None if target == last.of else attrs.evolve(last, of=target)
    if isinstance(last, kinds.Fade) and target != "own":
        return None if target == last.of else attrs.evolve(last, of=target)
    return None
