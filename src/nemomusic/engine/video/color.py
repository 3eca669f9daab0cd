"""Convert colors to BT.709: from high dynamic range (HLG, PQ), BT.2020 and Display P3.

PyAV's wheels have no `zscale`. A table of colors is computed once, and FFmpeg's `lut3d` reads
colors from it. The formulas are those of `zscale` (zimg) and `tonemap` in FFmpeg.
"""

from __future__ import annotations

import atexit
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nemomusic.engine.media.decoding.color_space import Space

    Signal = NDArray[np.float64]
    """Colors [n, 3], red, green and blue, 0..1."""

__all__ = ["lookup_table", "to_bt709"]

_GRID: Final = 49
"""Points of the table along each of red, green and blue. Colors in between are interpolated."""
_WHITE_NITS: Final = 203.0
"""Brightness of white paper in PQ material, in cd/m² (ITU-R BT.2408)."""
_HLG_NITS: Final = 1000.0
"""Brightness of the display that HLG is made for, in cd/m² (ITU-R BT.2100)."""
_SDR_NITS: Final = 100.0
"""Brightness of white on the display that BT.709 is made for, in cd/m² (ITU-R BT.2035)."""
_KNEE: Final = 0.3
"""Light up to which tone mapping changes nothing; FFmpeg's default for `mobius`."""
_PEAK: Final = 10.0
"""Light that tone mapping makes white, in multiples of white paper; FFmpeg's default."""
_DESATURATED: Final = 2.0
"""Light from which colors fade to white; FFmpeg's default."""

_LUMA: Final = np.array([0.2126, 0.7152, 0.0722])
_FROM_BT2020: Final = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)
"""Linear BT.2020 to linear BT.709 (ITU-R BT.2087)."""
_FROM_P3: Final = np.array(
    [[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]]
)
"""Linear Display P3 to linear BT.709 (SMPTE EG 432-1)."""


def to_bt709(signal: Signal, space: Space) -> Signal:
    """Return colors [n, 3] of a space as signals of BT.709, 0..1."""
    if space == "hlg":
        # The display's own curve over the scene's light, then relative to the white of BT.709.
        light = _hlg_scene(signal) ** 1.2 * (_HLG_NITS / _SDR_NITS) @ _FROM_BT2020.T
    elif space == "pq":
        light = _tone_mapped(_pq_nits(signal) / _WHITE_NITS @ _FROM_BT2020.T)
    else:
        light = signal**2.4 @ (_FROM_BT2020 if space == "bt2020" else _FROM_P3).T
    return np.asarray(np.clip(light, 0.0, 1.0) ** (1 / 2.4), np.float64)


def _hlg_scene(signal: Signal) -> Signal:
    """Return the light of the scene, 0..1 (ITU-R BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)


def _pq_nits(signal: Signal) -> Signal:
    """Return the light of the display in cd/m² (ITU-R BT.2100, table 4)."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    power = signal ** (1 / m2)
    nits = 10_000 * (np.maximum(power - c1, 0.0) / (c2 - c3 * power)) ** (1 / m1)
    return np.asarray(nits, np.float64)


def _tone_mapped(light: Signal) -> Signal:
    """Return light compressed below white, like FFmpeg's `tonemap=mobius`."""
    luma = np.maximum(light @ _LUMA, 1e-6)[:, None]
    faded = np.where(luma > _DESATURATED, (luma - _DESATURATED) / luma, 0.0)
    light = light + (luma - light) * faded
    brightest = np.maximum(light.max(axis=1, keepdims=True), 1e-6)
    j, peak = _KNEE, _PEAK
    a = -j * j * (peak - 1) / (j * j - 2 * j + peak)
    b = (j * j - 2 * j * peak + peak) / (peak - 1)
    bent = (b * b + 2 * b * j + j * j) / (b - a) * (brightest + a) / (brightest + b)
    return np.asarray(light * np.where(brightest <= j, brightest, bent) / brightest, np.float64)


@cache
def lookup_table(space: Space) -> Path:
    """Return the table of a space, a "cube" file that is deleted when the process ends."""
    steps = np.linspace(0.0, 1.0, _GRID)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")  # red changes fastest
    colors = to_bt709(np.stack([red, green, blue], axis=-1).reshape(-1, 3), space)
    lines = [f"LUT_3D_SIZE {_GRID}", *(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in colors)]
    with tempfile.NamedTemporaryFile(
        "w", prefix="nemomusic-", suffix=".cube", delete=False, encoding="ascii"
    ) as file:
        file.write("\n".join(lines) + "\n")
    path = Path(file.name)
    atexit.register(path.unlink, missing_ok=True)
    return path
