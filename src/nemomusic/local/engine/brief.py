"""What was asked of the music, as a value. How it is read from words is in `brief_reading`."""

from __future__ import annotations

from typing import Literal

import attrs

from nemomusic.local.engine.values import Value

__all__ = ["Brief"]


@attrs.frozen
class Brief(Value):
    """What was asked of the music. What is None or zero is left to the picture.

    Attributes:
        words: The prompt, with its later edits on lines of their own.
        style: A key of `music.repertoire.STYLES`, or None.
        mood: The name of the mood that was named first ("warm"), or None.
        valence: -1 (sad) .. 1 (happy), or None.
        arousal: -1 (still) .. 1 (driving), or None.
        tempo_scale: Times the tempo that would be chosen; edits multiply it.
        bpm: Beats a minute that were asked for, or None.
        density: -1 (few notes) .. 1 (many).
        loudness: dB on top of the style's own loudness.
        colour: -1 (dark timbre) .. 1 (bright).
        wanted: Instruments asked for, names as in `music.words.INSTRUMENTS`.
        unwanted: Instruments to leave out.
        only: The wanted instruments and no others.
        mode: "major", "minor" or None.
        recognised: The words of the last text that were acted on; empty if it said nothing of
            music.
    """

    words: str = ""
    style: str | None = None
    mood: str | None = None
    valence: float | None = None
    arousal: float | None = None
    tempo_scale: float = 1.0
    bpm: float | None = None
    density: float = 0.0
    loudness: float = 0.0
    colour: float = 0.0
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    only: bool = False
    mode: Literal["major", "minor"] | None = None
    recognised: tuple[str, ...] = ()
