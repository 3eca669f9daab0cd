"""What came out of the synthesiser."""

from __future__ import annotations

import attrs

from nemomusic.local.engine.values import Value

__all__ = ["Tone"]


@attrs.frozen
class Tone(Value):
    """A finished sound.

    Attributes:
        loudness: Integrated, LUFS.
        peak: Highest sample, 0..1.
        duration: Seconds.
    """

    loudness: float
    peak: float
    duration: float
