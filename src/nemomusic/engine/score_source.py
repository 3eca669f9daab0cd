"""The input from which a piece is composed, and the forms in which a piece can be written."""

from __future__ import annotations

from typing import Literal

import attrs

from nemomusic.engine.serialization import JsonValue
from nemomusic.engine.types import Brief, ClipAnalysis  # noqa: TC001 - cattrs reads annotations

__all__ = ["ScoreForm", "ScoreSource"]

ScoreForm = Literal["stems", "midi", "csv", "json"]
"""The forms of a score: a ZIP of WAV files, a MIDI file, a cue sheet as CSV or as JSON."""


@attrs.frozen
class ScoreSource(JsonValue):
    """All that a piece is composed from: the same source gives the same piece.

    Attributes:
        analysis: The analysis of the timeline under the music.
        brief: The wishes for the music.
        seed: The seed of all random choices.
    """

    analysis: ClipAnalysis
    brief: Brief
    seed: int
