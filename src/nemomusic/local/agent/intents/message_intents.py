"""The intents of a message, as values. `parsing/` finds them in English and Chinese words."""

from __future__ import annotations

from typing import Literal

import attrs

from nemomusic.local.agent.intents.music_intents import ChangeMusic, Compose

Target = Literal["music", "own"]
"""The music, or the clips' own sound."""
Topic = Literal[
    "state",
    "key",
    "tempo",
    "style",
    "instruments",
    "cuts",
    "length",
    "cost",
    "credits",
    "versions",
    "volume",
    "last_change",
    "help",
]
"""What a question is about."""


# Clips and picture


@attrs.frozen
class Focus:
    """Show these clips, in this order, and no others.

    Attributes:
        clips: Numbers of the session's clips, from 0; None for all of them.
    """

    clips: tuple[int, ...] | None


@attrs.frozen
class Trim:
    """Keep a part of the video.

    Attributes:
        start: Seconds; negative counts from the end.
        end: Seconds; None for the end, negative counts from it.
    """

    start: float
    end: float | None


@attrs.frozen
class CutOut:
    """Take a part out of the middle of the video. Both times are seconds."""

    start: float
    end: float


@attrs.frozen
class Canvas:
    """Choose the size of the frame.

    Attributes:
        ratio: The name for the user, such as `9:16`; `original` for the size of the first clip.
        width: Pixels; 0 for the width of the first clip.
        height: Pixels; 0 for the height of the first clip.
    """

    ratio: str
    width: int
    height: int


@attrs.frozen
class AddTitle:
    """Show words over the picture.

    Attributes:
        text: The words.
        start: Seconds, negative counts from the end; None for the beginning.
        duration: Seconds, or None for the usual 3.
        position: The place in the frame.
    """

    text: str
    start: float | None
    duration: float | None
    position: Literal["top", "center", "bottom"]


@attrs.frozen
class ChangeTitle:
    """Give the newest title other words, another time (seconds) or place. None keeps each."""

    text: str | None = None
    start: float | None = None
    duration: float | None = None
    position: Literal["top", "center", "bottom"] | None = None
    adds: bool = attrs.field(default=False, eq=False)  # if there is none: "it should say …"


@attrs.frozen
class RemoveTitles:
    """Remove titles.

    Attributes:
        text: The words of the titles to remove; None for all titles.
        number: The number of the title to remove, from 1 in the order of their times (-1 for the
            last one); None for all titles with these words.
    """

    text: str | None = None
    number: int | None = None


@attrs.frozen
class Fade:
    """Fade at one end or both ends of the video.

    Attributes:
        side: The end.
        of: The picture, the music, or both.
        seconds: Length of the fade; 0 removes the fade.
    """

    side: Literal["in", "out", "both"]
    of: Literal["picture", "music", "both"]
    seconds: float


# Sound


@attrs.frozen
class Volume:
    """Set a volume.

    Attributes:
        of: The music, or the clips' own sound.
        to: 0..1, or None.
        by: Factor on the present volume, if `to` is None.
    """

    of: Target
    to: float | None
    by: float = 1.0


@attrs.frozen
class Duck:
    """Turn the music down under speech if it is on; else leave its level as it is."""

    on: bool


@attrs.frozen
class Passage:
    """Give the music another level between two times.

    Attributes:
        start: Seconds of the video.
        end: Seconds of the video.
        silent: Whether the music is silent there; else it is quiet.
    """

    start: float
    end: float
    silent: bool


@attrs.frozen
class MusicSpan:
    """Choose when the music plays.

    Attributes:
        start: Seconds of the video, or None to leave the start where it is.
        end: Seconds of the video, or None to leave the end where it is. Both None: the music plays
            over the complete video.
    """

    start: float | None
    end: float | None


@attrs.frozen
class Drop:
    """Keep the music quiet, and let it start fully at a time, in seconds of the video."""

    time: float


@attrs.frozen
class LevelOut:
    """Play the music at one level again where it was quiet, silent, or held back.

    Attributes:
        what: The passages, the drop or the bigger ending.
    """

    what: Literal["passages", "drop", "ending"]


@attrs.frozen
class BiggerEnding:
    """Let the music end bigger than it begins."""


@attrs.frozen
class RemoveMusic:
    """Play no music."""


@attrs.frozen
class UseUpload:
    """Play an uploaded song as the music.

    Attributes:
        song: Number of the session's audio files, from 0.
    """

    song: int


# History and talk


@attrs.frozen
class Undo:
    """Undo the newest changes.

    Attributes:
        steps: The number of changes; None for all of them.
    """

    steps: int | None = 1


@attrs.frozen
class Redo:
    """Redo the changes that were undone last.

    Attributes:
        steps: The number of changes; None for all of them.
    """

    steps: int | None = 1


@attrs.frozen
class GoBack:
    """Go back to an earlier piece of music.

    Attributes:
        style: The style of the piece, or None.
        mood: The mood of the piece, or None.
        number: The number of the piece, from 1 (-1 for the last one), or None: of the versions
            that were asked for together, else of all new pieces in this session.
        original: Whether the first piece of the session is meant.
        other: Whether neither the present piece is meant nor the one that played before it.
    """

    style: str | None = None
    mood: str | None = None
    number: int | None = None
    original: bool = False
    other: bool = False


@attrs.frozen
class Question:
    """Answer a question about the project, for free."""

    topic: Topic


@attrs.frozen
class Talk:
    """Answer a remark that asks for no work, for free.

    Attributes:
        kind: What the remark is.
    """

    kind: Literal[
        "hello", "thanks", "praise", "small_talk", "opinion", "statement", "decline", "other"
    ]


@attrs.frozen
class Confirm:
    """Say yes to the question in the agent's last answer."""


@attrs.frozen
class ExportHint:
    """Tell the user how to export the video. Exporting is another call, and free."""


Intent = (
    Focus
    | Trim
    | CutOut
    | Canvas
    | AddTitle
    | ChangeTitle
    | RemoveTitles
    | Fade
    | Volume
    | Duck
    | Passage
    | MusicSpan
    | Drop
    | LevelOut
    | BiggerEnding
    | RemoveMusic
    | UseUpload
    | Compose
    | ChangeMusic
    | Undo
    | Redo
    | GoBack
    | Question
    | Talk
    | Confirm
    | ExportHint
)

STEPS = (Undo, Redo, GoBack)
"""Steps through the history of the draft."""
FREE = (*STEPS, Question, Talk, Confirm, ExportHint)
"""Intents that never cost credits, since they make nothing new."""


@attrs.frozen
class MessageContext:
    """The facts of the session that parsing a message needs.

    Attributes:
        clips: Names of the uploaded videos and pictures.
        songs: Names of the uploaded sounds.
        has_music: Whether there is music on the timeline.
        pending: Whether the agent's last answer was a question that "yes" answers.
        composed: Whether music was composed in this session before.
        shown: Numbers of the clips that the timeline shows, in their order; empty for all clips in
            the order of their uploads.
        silenced: Whether the music was removed or is muted, and can play again.
        last: The intents of the last message that changed the video.
    """

    clips: tuple[str, ...] = ()
    songs: tuple[str, ...] = ()
    has_music: bool = False
    pending: bool = False
    composed: bool = False
    shown: tuple[int, ...] = ()
    silenced: bool = False
    last: tuple[Intent, ...] = ()

    @property
    def order(self) -> tuple[int, ...]:
        """The present order of the clips, if several are shown; else that of the uploads."""
        return self.shown if len(self.shown) > 1 else tuple(range(len(self.clips)))


@attrs.frozen
class ParsedMessage:
    """A parsed message.

    Attributes:
        intents: The intents, in the order in which they are carried out.
        refused: The user's own words for wishes that were understood, but cannot be fulfilled.
        unsure: Intents that the words may mean. The agent asks before it carries them out.
        unknown_style: The name of a style that the composer does not know, or None.
        unread: The user's own words for wishes that no intent explains.
    """

    intents: tuple[Intent, ...] = ()
    refused: tuple[str, ...] = ()
    unsure: tuple[Intent, ...] = ()
    unknown_style: str | None = None
    unread: tuple[str, ...] = ()

    @property
    def work(self) -> tuple[Intent, ...]:
        """The intents that change something and cost credits."""
        return tuple(one for one in self.intents if not isinstance(one, FREE))

    @property
    def pieces(self) -> int:
        """The number of new pieces of music that are asked for."""
        return sum(one.count for one in self.intents if isinstance(one, Compose))
