"""The result of the synthesizer."""

from __future__ import annotations

import attrs

from nemomusic.engine.serialization import JsonValue

__all__ = ["SynthesisResult"]


@attrs.frozen
class SynthesisResult(JsonValue):
    """A finished sound.

    Attributes:
        loudness: Integrated, LUFS.
        peak: Highest sample, 0..1.
        duration: Seconds.
        instruments: What played: "synthesis", or the file name and digest of a sound font.
    """

    loudness: float
    peak: float
    duration: float
    instruments: str = "synthesis"
