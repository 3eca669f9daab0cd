"""Measure how clearly a plan is heard in its key, by two sets of key profiles."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nemomusic.engine.composition.planning.plan import SongPlan

__all__ = ["key_margin"]

_PROFILES = (
    (
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    ),
    (
        (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
        (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
    ),
)
"""How well each pitch class fits a key, in major and in minor: as listeners rated it (Krumhansl and
Kessler, 1982), and as it occurs in pieces (Temperley, 2007)."""
_BASS = 1.0
"""Weight of the bass, as a share of the weight of a chord tone."""
_TUNE = 0.8
"""Weight of the tune, as a share of the weight of a chord tone."""
_OVERTONES = {7: 0.3, 4: 0.1}
"""Weights of overtones by interval: the third overtone of a tone is a fifth, the fifth one a
third."""


@lru_cache(maxsize=1)
def _keys() -> NDArray[np.float64]:
    """Return the profiles of all keys as unit vectors without mean, [profile, key, pitch class].

    The keys are twelve in major and then twelve in minor.
    """
    rows = np.array(
        [[np.roll(mode, n) for mode in profile for n in range(12)] for profile in _PROFILES]
    )
    rows -= rows.mean(axis=-1, keepdims=True)
    units: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return units


def key_margin(song: SongPlan) -> float:
    """Return the lead of the key over the best other key, as a difference of correlations.

    It is computed with and without overtones, and by two sets of profiles; the lowest value counts.
    It is negative if another key matches better.
    """
    weights = [0.0] * 12
    for span in song.chords:
        length = span.end - span.start
        for tone in span.chord.tones[:4]:
            weights[tone] += length
        weights[span.chord.bass] += _BASS * length
    last = min(6.0, 0.12 * sum(weights))  # the last chord rings out
    for tone in (song.final.bass, *song.final.tones[:3]):
        weights[tone] += 0.25 * last
    for one in song.tune:
        weights[one.pitch % 12] += _TUNE * one.length
    tones = np.array(weights)
    ringing = tones + sum(share * np.roll(tones, up) for up, share in _OVERTONES.items())
    mine = song.key.tonic + (12 if song.key.mode == "minor" else 0)
    return min(_margin(tones, mine), _margin(ringing, mine))


def _margin(tones: NDArray[np.float64], mine: int) -> float:
    heard = tones - tones.mean()
    size = float(np.linalg.norm(heard))
    if not size:
        return 0.0
    matches = _keys() @ heard / size
    own = matches[:, mine].copy()
    matches[:, mine] = -1.0
    return float((own - matches.max(axis=1)).min())
