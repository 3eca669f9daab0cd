"""The known styles: one file each in `styles/`."""

from __future__ import annotations

from nemomusic.engine.composition.styles import (
    acoustic,
    ambient,
    celtic,
    cinematic,
    classical,
    classical_piano,
    corporate,
    drum_and_bass,
    edm,
    epic,
    funk,
    guofeng,
    hip_hop,
    house,
    jazz,
    latin,
    lofi,
    pop,
    reggae,
    rock,
    solo_piano,
    synthwave,
    trap,
    waltz,
)

__all__ = ["STYLES"]

STYLES = {
    one.STYLE.name: one.STYLE
    for one in (
        lofi,
        cinematic,
        pop,
        ambient,
        edm,
        acoustic,
        jazz,
        rock,
        classical,
        hip_hop,
        solo_piano,
        synthwave,
        guofeng,
        epic,
        corporate,
        house,
        trap,
        classical_piano,
        reggae,
        latin,
        celtic,
        funk,
        drum_and_bass,
        waltz,
    )
}
"""The styles by their key."""
