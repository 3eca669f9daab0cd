"""What a message asks for, as values. How it is read from words is in `agent_reading`."""

from __future__ import annotations

from typing import Literal

import attrs


@attrs.frozen
class Focus:
    """Show these clips, in this order, and no others.

    Attributes:
        clips: numbers of the session's clips, from 0; None for all of them.
    """

    clips: tuple[int, ...] | None


@attrs.frozen
class Trim:
    """Keep a part of the film.

    Attributes:
        start: seconds; negative counts from the end.
        end: seconds; None for the end, negative counts from it.
    """

    start: float
    end: float | None


@attrs.frozen
class Canvas:
    """Another picture size.

    Attributes:
        ratio: as said to the user, such as `9:16`.
        width: pixels.
        height: pixels.
    """

    ratio: str
    width: int
    height: int


@attrs.frozen
class Volume:
    """How loud something is.

    Attributes:
        of: the music, or the clips' own sound.
        to: 0..1, or None.
        by: factor on what it is now, if `to` is None.
    """

    of: Literal["music", "own"]
    to: float | None
    by: float = 1.0


@attrs.frozen
class RemoveMusic:
    """No music."""


@attrs.frozen
class UseUpload:
    """An uploaded song as the music.

    Attributes:
        song: number of the session's audio files, from 0.
    """

    song: int


@attrs.frozen
class Compose:
    """Music is to be composed.

    Attributes:
        words: what was said about it.
        fresh: a new piece, not a change of the one that is there.
        other: explicitly not the same again.
    """

    words: str
    fresh: bool
    other: bool = False


@attrs.frozen
class AddTitle:
    """Words over the picture.

    Attributes:
        text: what they say.
        start: seconds, negative counts from the end; None for the beginning.
        duration: seconds, or None for the usual 3.
        position: where.
    """

    text: str
    start: float | None
    duration: float | None
    position: Literal["top", "center", "bottom"]


@attrs.frozen
class ChangeTitle:
    """Other words in the title that is there."""

    text: str


@attrs.frozen
class RemoveTitles:
    """No words over the picture."""


@attrs.frozen
class Fade:
    """Fades at the two ends of the film.

    Attributes:
        side: where.
        of: the picture, the music, or both.
        seconds: how long; 0 takes the fade away.
    """

    side: Literal["in", "out", "both"]
    of: Literal["picture", "music", "both"]
    seconds: float


@attrs.frozen
class Describe:
    """Tell what is on the timeline."""


@attrs.frozen
class ExportHint:
    """The film was asked for: exporting is another call, and free."""


Intent = (
    Focus
    | Trim
    | Canvas
    | Volume
    | RemoveMusic
    | UseUpload
    | Compose
    | AddTitle
    | ChangeTitle
    | RemoveTitles
    | Fade
    | Describe
    | ExportHint
)

FREE = (Describe, ExportHint)


@attrs.frozen
class Scene:
    """What reading a message needs to know of the session.

    Attributes:
        clips: names of the uploaded videos and pictures.
        songs: names of the uploaded sounds.
        has_music: whether there is music on the timeline.
    """

    clips: tuple[str, ...] = ()
    songs: tuple[str, ...] = ()
    has_music: bool = False


@attrs.frozen
class Understanding:
    """What a message asks for.

    Attributes:
        intents: in the order in which they are carried out.
        refused: the user's own words for things that were understood to be beyond us.
    """

    intents: tuple[Intent, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def work(self) -> tuple[Intent, ...]:
        """The intents that change something."""
        return tuple(one for one in self.intents if not isinstance(one, FREE))

    @property
    def generates(self) -> bool:
        """Whether it is a generation (about 100 credits) rather than an edit (about 50)."""
        return any(isinstance(one, Compose) and one.fresh for one in self.intents)
