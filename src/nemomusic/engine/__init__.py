"""The engine: analyze a clip, compose music that fits, and render the MP4.

Its verbs are here. Each takes and returns values of `nemomusic.engine.types`, and is imported
when it is first used: PyAV and NumPy take a quarter of a second to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nemomusic.engine.analysis.analyze import analyze
    from nemomusic.engine.composition.compose import compose
    from nemomusic.engine.composition.notation.cue_sheet import cue_sheet
    from nemomusic.engine.composition.notation.midi import to_midi
    from nemomusic.engine.composition.notation.score_drawing import to_svg
    from nemomusic.engine.media.probe import probe
    from nemomusic.engine.synthesis.sampled import find_sound_font
    from nemomusic.engine.synthesis.synthesize import synthesize
    from nemomusic.engine.video.check_sources import check_sources
    from nemomusic.engine.video.fonts import check_glyphs
    from nemomusic.engine.video.overview import overview
    from nemomusic.engine.video.render import render

__all__ = [
    "analyze",
    "check_glyphs",
    "check_sources",
    "compose",
    "cue_sheet",
    "find_sound_font",
    "overview",
    "probe",
    "render",
    "synthesize",
    "to_midi",
    "to_svg",
]

_VERBS = {
    "analyze": "analysis.analyze",
    "check_glyphs": "video.fonts",
    "compose": "composition.compose",
    "cue_sheet": "composition.notation.cue_sheet",
    "find_sound_font": "synthesis.sampled",
    "overview": "video.overview",
    "probe": "media.probe",
    "check_sources": "video.check_sources",
    "render": "video.render",
    "synthesize": "synthesis.synthesize",
    "to_midi": "composition.notation.midi",
    "to_svg": "composition.notation.score_drawing",
}
"""The module of each verb, below this package."""


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _VERBS:
        raise AttributeError(f"module 'nemomusic.engine' has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_VERBS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
