"""The result of the synthesizer."""

from __future__ import annotations

import attrs

from nemomusic.engine.serialization import JsonValue

__all__ = ["SynthesisResult"]


@attrs.frozen
class SynthesisResult(JsonValue):
    """A finished sound.

    Attributes:
        loudness: Integrated loudness in LUFS.
        peak: Highest sample, 0..1.
        duration: Seconds.
        instruments: The source of the sounds: "synthesis", or the file name and digest of a font.
    """

    loudness: float
    peak: float
    duration: float
    instruments: str = "synthesis"
