"""What a clip looks and sounds like, as far as a composer cares."""

from __future__ import annotations

import attrs

from nemomusic.local.engine.cuts import Cut
from nemomusic.local.engine.values import Value

__all__ = ["Cut", "Sight"]


@attrs.frozen
class Sight(Value):
    """What was seen and heard in a clip; times in seconds on its presentation clock.

    Attributes:
        duration: Of the picture, as presented.
        width: Pixels across as displayed.
        height: Pixels down as displayed.
        cuts: Hard cuts, in order of time.
        motion: How much moves, 0..1, for each second; a last partial second included.
        brightness: Mean luma, 0..1, for each second.
        warmth: -1 (cold, blue) .. +1 (warm, orange), for each second.
        saturation: 0..1, for each second.
        speech: Spans (start, end) of the clip's own sound that sound like speech.
        own_loudness: Of the clip's own sound, about LUFS; None without sound or when silent.
    """

    duration: float
    width: int
    height: int
    cuts: tuple[Cut, ...]
    motion: tuple[float, ...]
    brightness: tuple[float, ...]
    warmth: tuple[float, ...]
    saturation: tuple[float, ...]
    speech: tuple[tuple[float, float], ...]
    own_loudness: float | None
