"""The fields of an instrument: its tone, and how it is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.engine.synthesis.oscillators import Wave

__all__ = ["Patch"]


@attrs.frozen
class Patch:
    """An instrument.

    Attributes:
        make: (pitch, touch 0 soft .. 2 hard, seconds) -> sound, mono or stereo.
        attack: Seconds of the fade-in when the sound is played.
        onset: Seconds from the start of the sound until it has half of its level. A note begins
            earlier by this time, so that it is heard at its written time.
        release: Seconds from the release of the note to silence.
        loops: Whether the sound is a seamless loop. Otherwise it is played once, from its start.
        held: Whether the sound has the length of the note. Then `make` gets the seconds of the
            note.
        fades: Whether the sound fades while it is held, like a struck string.
        spread: How far the pitch sets the pan (piano: low notes left, high notes right).
    """

    make: Callable[[int, int, float], Wave]
    attack: float = 0.002
    onset: float = 0.0
    release: float = 0.15
    loops: bool = False
    held: bool = False
    fades: bool = False
    spread: float = 0.0
