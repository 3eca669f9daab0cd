"""What a piece is composed from, and what can be written of it."""

from __future__ import annotations

from typing import Literal

import attrs

from nemomusic.engine.serialization import JsonValue
from nemomusic.engine.types import Brief, ClipAnalysis  # noqa: TC001 - cattrs reads annotations

__all__ = ["ScoreForm", "ScoreSource"]

ScoreForm = Literal["stems", "midi", "csv", "json"]
"""What can be written of a score: a ZIP of WAV files, a MIDI file, a cue sheet in two spellings."""


@attrs.frozen
class ScoreSource(JsonValue):
    """All that a piece is composed from: the same source gives the same piece.

    Attributes:
        analysis: What is seen where the music plays.
        brief: What was asked of the music.
        seed: Of all that is left to chance.
    """

    analysis: ClipAnalysis
    brief: Brief
    seed: int
