"""What a finished film is made of: pure data, to be turned into an MP4 by `render`."""

from __future__ import annotations

from typing import Literal

import attrs
from attrs import validators

from nemomusic.local.engine.values import Value

__all__ = ["Plan", "Shot", "Sound", "Title"]

_not_negative = validators.ge(0.0)
_positive = validators.gt(0.0)
_fraction = validators.and_(validators.ge(0.0), validators.le(1.0))


def _even_size(
    _: object, attribute: attrs.Attribute[tuple[int, int] | None], value: tuple[int, int] | None
) -> None:
    if value is not None and any(side < 16 or side % 2 for side in value):
        raise ValueError(f"{attribute.name} must be even and at least 16, not {value}")


@attrs.frozen
class Shot(Value):
    """A stretch of one clip, or a still picture. Shots are laid end to end.

    Attributes:
        path: The clip or image.
        duration: Seconds it takes in the film. A clip that ends sooner holds its last picture.
        start_in: Seconds into the clip where the shot starts, on the clip's presentation clock;
            without meaning for an image.
        volume: Of the clip's own sound, as a factor of amplitude, 0..1.
    """

    path: str
    duration: float = attrs.field(validator=_positive)
    start_in: float = attrs.field(default=0.0, validator=_not_negative)
    volume: float = attrs.field(default=1.0, validator=_fraction)


@attrs.frozen
class Sound(Value):
    """Music, or any other sound, laid over the film. All times are seconds.

    Attributes:
        path: A sound file; 48 kHz stereo WAV is read fastest.
        start: Where it starts in the film.
        duration: How long it plays; silence follows if the file is shorter.
        offset: Where in the file it starts.
        volume: Factor of amplitude, 0..1.
        fade_in: Length of the fade at its start.
        fade_out: Length of the fade at its end.
        ducks: Spans (start, end) *of the film* under which it is turned down, such as speech.
    """

    path: str
    start: float = attrs.field(validator=_not_negative)
    duration: float = attrs.field(validator=_positive)
    offset: float = attrs.field(default=0.0, validator=_not_negative)
    volume: float = attrs.field(default=1.0, validator=_fraction)
    fade_in: float = attrs.field(default=0.0, validator=_not_negative)
    fade_out: float = attrs.field(default=0.0, validator=_not_negative)
    ducks: tuple[tuple[float, float], ...] = ()


@attrs.frozen
class Title(Value):
    """Words drawn over the picture.

    Attributes:
        text: What to write; line breaks are kept, long lines are wrapped.
        start: Seconds into the film.
        duration: Seconds it shows, its fades included.
        position: Where on the picture.
    """

    text: str
    start: float = attrs.field(validator=_not_negative)
    duration: float = attrs.field(validator=_positive)
    position: Literal["top", "center", "bottom"] = "bottom"


@attrs.frozen
class Plan(Value):
    """A film.

    Attributes:
        shots: Its pictures, end to end; at least one.
        canvas: Width and height of the film, both even; None for the size of the first shot, scaled
            down where it is larger than 1920x1080 (landscape) or 1080x1920 (portrait).
        music: The sounds laid over it.
        titles: The words drawn over it.
        fade_in: Seconds over which the picture comes up from black.
        fade_out: Seconds over which the picture goes to black at the end.
    """

    shots: tuple[Shot, ...] = attrs.field(validator=validators.min_len(1))
    canvas: tuple[int, int] | None = attrs.field(default=None, validator=_even_size)
    music: tuple[Sound, ...] = ()
    titles: tuple[Title, ...] = ()
    fade_in: float = attrs.field(default=0.0, validator=_not_negative)
    fade_out: float = attrs.field(default=0.0, validator=_not_negative)

    @property
    def duration(self) -> float:
        """Seconds from the first picture to the end of the last."""
        return sum((shot.duration for shot in self.shots), 0.0)
