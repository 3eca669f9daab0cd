"""The intents for music, as values: new pieces, and changes of a piece."""

from __future__ import annotations

from typing import Literal

import attrs

Mode = Literal["major", "minor"]
PartChange = Literal["none", "less", "more", "add", "back", "only"]
"""The action on an instrument."""


@attrs.frozen
class SetKey:
    """Play the music in a key.

    Attributes:
        tonic: Pitch class, 0 (C) to 11 (B), or None to leave it to the composer.
        mode: Major, minor, or None to leave it to the composer.
    """

    tonic: int | None
    mode: Mode | None


@attrs.frozen
class Compose:
    """Compose a new piece.

    Attributes:
        words: The user's words about it.
        other: Whether it only has to differ from the present piece.
        count: The number of pieces to choose from.
        named: Whether the words name a style or a mood; else the picture decides.
        key: The key that is asked for, or None.
    """

    words: str
    other: bool = False
    count: int = 1
    named: bool = True
    key: SetKey | None = None


@attrs.frozen
class SetStyle:
    """Play the music in another style, named as in the engine's `STYLES`."""

    style: str


@attrs.frozen
class SetTempo:
    """Play the music at a tempo, in beats per minute."""

    bpm: float


@attrs.frozen
class ScaleTempo:
    """Play the music faster (a factor above 1) or slower."""

    factor: float


@attrs.frozen
class SetMood:
    """Move the music towards a mood, named as in the engine's `MOODS`.

    Attributes:
        mood: The name of the mood.
        by: The distance; a negative one moves away from it.
    """

    mood: str
    by: float = 1.0


@attrs.frozen
class ChangePart:
    """Change one instrument, named as in the engine's `INSTRUMENTS`."""

    part: str
    how: PartChange


@attrs.frozen
class ChangeDensity:
    """Play more notes (positive) or fewer."""

    by: float


MusicChange = SetStyle | SetTempo | ScaleTempo | SetKey | SetMood | ChangePart | ChangeDensity


@attrs.frozen
class ChangeMusic:
    """Change the present piece, and keep the rest of it.

    Attributes:
        changes: The changes, in the order of the words.
    """

    changes: tuple[MusicChange, ...]
