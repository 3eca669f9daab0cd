"""The synthesizer: turn a score into a WAV file."""

from __future__ import annotations

from nemomusic.engine.synthesis.synthesis_result import SynthesisResult
from nemomusic.engine.synthesis.synthesize import synthesize

__all__ = ["SynthesisResult", "synthesize"]
