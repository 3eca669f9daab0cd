"""The synthesizer: turn a score into a WAV file."""

from __future__ import annotations

from nemomusic.engine.synthesis.synthesize import synthesize
from nemomusic.engine.synthesis.tone import Tone

__all__ = ["Tone", "synthesize"]
