"""The synthesiser: a score in, a WAV file out."""

from __future__ import annotations

from nemomusic.local.engine.synth.mixer import synthesise
from nemomusic.local.engine.synth.tone import Tone

__all__ = ["Tone", "synthesise"]
