"""Instruments with a pitch: each is a function from pitch and touch to a tone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from nemomusic.local.engine.synth.waves import (
    RATE,
    bed,
    chance,
    envelope,
    glide,
    hertz,
    hiss,
    ring,
    shape,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nemomusic.local.engine.synth.waves import Wave

__all__ = ["PATCHES", "Patch"]


@attrs.frozen
class Patch:
    """An instrument.

    Attributes:
        make: (pitch, touch 0 soft .. 2 hard, seconds) -> sound, mono or stereo.
        attack: Seconds, laid over the sound when it is played.
        release: Seconds from letting go to silence.
        loops: The sound is a seamless loop; else it is played from its start, once.
        held: The sound's length follows the note's, so `make` is asked for as many seconds.
        spread: How far pitch moves the tone across the stage (keys: lows left, highs right).
    """

    make: Callable[[int, int, float], Wave]
    attack: float = 0.002
    release: float = 0.15
    loops: bool = False
    held: bool = False
    spread: float = 0.0


def _body(
    hz: NDArray[np.float64], modes: tuple[tuple[float, float, float], ...]
) -> NDArray[np.float64]:
    """Return the gain of a wooden body with (Hz, width, gain) resonances."""
    gain = np.ones_like(hz)
    for centre, width, extra in modes:
        gain += extra / (1.0 + ((hz - centre) / width) ** 2)
    return gain


def _plucked(
    pitch: int,
    touch: int,
    *,
    position: float,
    slope: float,
    cutoff: float,
    decay: float,
    damping: float,
    stiffness: float = 2e-5,
    modes: tuple[tuple[float, float, float], ...] = (),
    knock: float = 0.0,
    seconds: float = 4.0,
) -> Wave:
    """Return a plucked string: harmonics of the ideal pluck, losses that grow with frequency."""
    base = hertz(pitch)
    k = np.arange(1, max(3, min(60, int(15_000 / base))) + 1)
    hz = k * base * np.sqrt(1.0 + stiffness * k**2)
    bright = cutoff * (0.62, 1.0, 1.45)[touch]
    level = (
        np.abs(np.sin(np.pi * k * position)) / k**slope * np.exp(-hz / bright) * _body(hz, modes)
    )
    fall = decay * (base / 200.0) ** 0.35 * (1.0 + damping * (hz / 1000.0) ** 1.5)
    # The string moves in two planes that lose their energy at different speeds.
    tone = ring(
        np.concatenate([hz, hz * 1.0004]),
        np.concatenate([0.6 * level, 0.4 * level]),
        np.concatenate([1.6 * fall, 0.6 * fall]),
        min(seconds, 6.0 / (0.6 * decay * (base / 200.0) ** 0.35) + 0.1),
    )
    tone *= 0.3 / (np.abs(tone[:, :4800]).max() + 1e-9)
    if knock:
        count = min(tone.shape[1], RATE // 8)
        thump = ring([98.0, 187.0, 265.0, 391.0], [1.0, 0.7, 0.4, 0.25], [38, 45, 55, 70], 0.125)
        tone[:, :count] += knock * 0.1 * thump[:, :count]
        count = RATE // 50
        scrape = hiss(0.02, ("pick", pitch), low=1500, high=5000) * envelope(count, 0.001, 300.0)
        tone[:, :count] += knock * 0.02 * scrape
    return tone


def _piano(pitch: int, touch: int, *, cutoff: float, thump: float) -> Wave:
    """Return a struck string: three strings a note, two-stage decay, stiff partials."""
    base = hertz(pitch)
    k = np.arange(1, max(3, min(44, int(14_000 / base))) + 1)
    stiff = 1.1e-4 * 2.0 ** ((pitch - 48) / 10.0) if pitch > 48 else 1.1e-4
    hz = k * base * np.sqrt(1.0 + stiff * k**2)
    bright = (cutoff * (0.55, 1.0, 1.7)[touch]) * (base / 260.0) ** 0.35
    level = np.abs(np.sin(np.pi * k / 8.0)) ** 0.7 / k**0.75 * np.exp(-hz / bright)
    level *= 1.0 / (1.0 + (70.0 / hz) ** 2)  # a soundboard gives little below 70 Hz
    fall = 0.42 * 2.0 ** ((pitch - 60) / 16.0) * (1.0 + 0.14 * (k - 1) ** 0.9)
    rng = chance("piano", pitch)
    drift = 1.0 + rng.uniform(-2.2e-4, 2.2e-4, (2, k.size))
    tone = ring(
        np.concatenate([hz * drift[0], hz, hz * drift[1]]),
        np.concatenate([0.55 * level, 0.25 * level, 0.2 * level]),
        np.concatenate([3.2 * fall, 1.1 * fall, 0.75 * fall]),
        float(np.clip(5.5 / (0.75 * fall[0]), 0.8, 6.5)),
        phases=rng.uniform(-0.4, 0.4, 3 * k.size) - np.pi / 2,
    )
    tone *= 0.3 / (np.abs(tone[:, :9600]).max() + 1e-9)
    count = RATE // 14
    felt = hiss(1 / 14, ("hammer", pitch), low=60, high=420)[:, :count]
    tone[:, :count] += thump * 0.03 * felt * envelope(count, 0.002, 60.0)
    tone[:, : RATE // 400] *= np.linspace(0.0, 1.0, RATE // 400, dtype=np.float32)
    return tone


def _epiano(pitch: int, touch: int) -> Wave:
    """Return a tine piano by frequency modulation: a bell that fades, a body that stays."""
    base = hertz(pitch)
    seconds = float(np.clip(4.5 * 2.0 ** ((60 - pitch) / 24.0), 1.5, 6.0))
    time = np.arange(round(seconds * RATE)) / RATE
    turn = 2.0 * np.pi * base * time
    index = (0.35, 0.8, 1.35)[touch] * np.exp(-2.2 * time) * (220.0 / max(base, 110.0)) ** 0.3
    body = np.sin(turn + index * np.sin(turn)) * np.exp(-time * 0.9 * 2.0 ** ((pitch - 60) / 24.0))
    bell = np.sin(turn + 0.6 * np.exp(-18.0 * time) * np.sin(min(14.0, 7000.0 / base) * turn))
    tone = 0.24 * body + (0.03, 0.05, 0.08)[touch] * bell * np.exp(-7.0 * time)
    sway = 0.22 * np.sin(2.0 * np.pi * 4.3 * time)
    return np.stack([tone * (1.0 + sway), tone * (1.0 - sway)]).astype(np.float32)


def _bars(pitch: int, touch: int, ratios: tuple[float, ...], fall: float, *, hard: float) -> Wave:
    """Return a struck bar or bell with these ratios of its modes."""
    base = hertz(pitch)
    ratio = np.array(ratios)
    level = hard ** np.arange(ratio.size) * (0.7 + 0.3 * touch) ** np.arange(ratio.size)
    slow = fall * (base / 500.0) ** 0.5
    tone = ring(
        base * ratio, 0.3 * level, slow * (1.0 + 1.1 * np.arange(ratio.size)), min(5.0, 6.5 / slow)
    )
    count = RATE // 60
    tap = hiss(1 / 60, ("mallet", pitch), low=300, high=2500)[:, :count]
    tone[:, :count] += 0.012 * tap * envelope(count, 0.001, 250.0)
    return tone


def _ensemble(
    pitch: int,
    touch: int,
    name: str,
    *,
    slope: float,
    cutoff: float,
    cents: float,
    modes: tuple[tuple[float, float, float], ...] = (),
    lower: float = 0.0,
    upper: float = 0.0,
    lows: float = 0.0,
    width: float = 0.8,
) -> Wave:
    """Return a section, choir or pad: bands around the harmonics of a rich wave."""
    base = hertz(pitch)
    k = np.arange(1, max(3, min(70, int(15_000 / base))) + 1)
    hz = k * base
    level = 1.0 / k**slope * np.exp(-hz / (cutoff * (0.7, 1.0, 1.4)[touch])) * _body(hz, modes)
    if lows:
        level *= 1.0 / (1.0 + (lows / hz) ** 2)
    if lower:
        hz, level = np.append(hz, base / 2), np.append(level, lower * level[0])
    if upper:
        hz = np.concatenate([hz, k[:8] * base * 2.003])
        level = np.concatenate([level, upper * level[:8]])
    return bed(hz, level, cents, (name, pitch, touch), width=width)


def _supersaw(pitch: int, touch: int) -> Wave:
    """Return seven detuned saws with a soft top."""
    base = hertz(pitch)
    tune = np.array([-0.0105, -0.0062, -0.002, 0.0, 0.0021, 0.006, 0.0108]) * 0.8
    k = np.arange(1, max(3, min(50, int(14_000 / base))) + 1)
    hz = (k[:, None] * base * (1.0 + tune[None, :])).ravel()
    level = (np.exp(-k * base / (2600, 4200, 6500)[touch]) / k)[:, None] * np.array(
        [0.6, 0.75, 0.8, 1.0, 0.8, 0.75, 0.6]
    )
    return bed(hz, level.ravel(), 0.6, ("saw", pitch, touch), width=0.9)


def _solo(
    pitch: int,
    touch: int,
    seconds: float,
    *,
    slope: float,
    cutoff: float,
    vibrato: float,
    scoop: float = 0.0,
    odd: float = 1.0,
    modes: tuple[tuple[float, float, float], ...] = (),
    breath: float = 0.0,
    rate: float = 5.3,
) -> Wave:
    """Return one player's long note: vibrato that comes late, a body, some breath or bow."""
    base = hertz(pitch)
    count = round(seconds * RATE)
    time = np.arange(count) / RATE
    k = np.arange(1, max(3, min(50, int(15_000 / base))) + 1)
    hz = k * base
    level = 1.0 / k**slope * np.exp(-hz / (cutoff * (0.65, 1.0, 1.4)[touch])) * _body(hz, modes)
    level[1::2] *= odd
    depth = vibrato * np.clip((time - 0.22) / 0.5, 0.0, 1.0)
    rng = chance("solo", pitch, touch)
    slow = np.interp(
        time,
        np.arange(0.0, seconds + 0.6, 0.25),
        rng.uniform(-4, 4, int(seconds * 4) + 4)[: len(np.arange(0.0, seconds + 0.6, 0.25))],
    )
    cents = depth * np.sin(2 * np.pi * rate * time) + slow - scoop * np.exp(-time * 22.0)
    tone = glide(level, base * 2.0 ** (cents / 1200.0))
    tone *= (1.0 + 0.06 * np.sin(2 * np.pi * rate * time + 0.6) * depth / max(vibrato, 1.0)).astype(
        np.float32
    )
    if breath:
        air = hiss(seconds, ("breath", pitch), low=base * 1.5, high=min(9000.0, base * 9))
        tone = tone + breath * 0.02 * air * (1.0 + 2.0 * np.exp(-time * 12.0)).astype(np.float32)
    return tone.astype(np.float32)


def _synth_string(
    pitch: int, touch: int, *, decay: float, close: float, cutoff: float, sub: float
) -> Wave:
    """Return a saw whose filter closes: highs decay faster the higher they are."""
    base = hertz(pitch)
    k = np.arange(1, max(4, min(60, int(12_000 / base))) + 1)
    level = np.exp(-k * base / (cutoff * (0.6, 1.0, 1.5)[touch])) / k
    hz = np.concatenate([k * base, k * base * 1.0022, [base / 2]])
    fall = decay + close * (k - 1) ** 0.85
    tone = ring(
        hz,
        np.concatenate([0.6 * level, 0.4 * level, [sub * level[0]]]),
        np.concatenate([fall, fall * 1.05, [decay]]),
        min(4.0, 6.5 / decay),
    )
    return tone * np.float32(0.3 / (np.abs(tone).max() + 1e-9))


def _sub(pitch: int, touch: int, *, decay: float, drop: float, drive: float) -> Wave:
    """Return a sine bass whose pitch falls into place, driven a little."""
    base = hertz(pitch)
    time = np.arange(round(min(4.0, 6.0 / decay) * RATE)) / RATE
    turn = 2 * np.pi * (base * time + drop * base * (1.0 - np.exp(-time * 40.0)) / 40.0)
    wave = np.sin(turn) * np.exp(-decay * time)
    hot = drive * (0.8 + 0.35 * touch)
    tone = np.tanh(hot * wave) / np.tanh(hot)
    return (0.3 * tone).astype(np.float32).reshape(1, -1)


def _power(pitch: int, touch: int) -> Wave:
    """Return a power chord of a driven guitar: root, fifth and octave clipped together."""
    parts = [hertz(pitch), hertz(pitch + 7) * 1.0006, hertz(pitch + 12) * 0.9994]
    k = np.arange(1, 15)
    seconds = 4.0
    sides = []
    for side in (0, 1):
        hz = np.concatenate([k * base * (1.0 + 0.0012 * side) for base in parts])
        level = np.tile(np.abs(np.sin(np.pi * k * (0.13 + 0.03 * side))) / k**0.9, 3)
        fall = np.tile(0.55 + 0.07 * k, 3)
        dry = ring(hz, level, fall, seconds)
        hot = np.tanh((5.0 + 3.0 * touch) * dry / np.abs(dry).max())
        sides.append(hot[0])
    cab = (
        (40.0, -30.0),
        (90.0, 0.0),
        (400.0, -2.0),
        (2200.0, 2.0),
        (3800.0, -3.0),
        (6000.0, -26.0),
        (20000.0, -60.0),
    )
    return shape(np.stack(sides) * np.float32(0.22), cab)


_VIOLIN = ((280.0, 60.0, 1.2), (460.0, 90.0, 1.4), (1100.0, 300.0, 0.6), (2700.0, 600.0, 0.9))
_CELLO = ((110.0, 40.0, 1.0), (220.0, 60.0, 1.3), (400.0, 120.0, 0.9), (1500.0, 500.0, 0.5))
_GUITAR = ((105.0, 18.0, 1.3), (205.0, 30.0, 1.2), (390.0, 60.0, 0.7), (900.0, 300.0, 0.3))
_AH = ((720.0, 110.0, 5.0), (1180.0, 140.0, 2.8), (2750.0, 260.0, 1.6), (3500.0, 350.0, 0.8))
_OO = ((360.0, 90.0, 5.0), (800.0, 120.0, 1.4), (2500.0, 300.0, 0.4))
_GLOCK = (1.0, 2.756, 5.404, 8.933)

PATCHES: dict[str, Patch] = {
    "piano": Patch(
        lambda p, t, _: _piano(p, t, cutoff=1900.0, thump=1.0), release=0.22, spread=0.35
    ),
    "felt": Patch(lambda p, t, _: _piano(p, t, cutoff=720.0, thump=2.2), release=0.3, spread=0.3),
    "epiano": Patch(lambda p, t, _: _epiano(p, t), release=0.18),
    "nylon": Patch(
        lambda p, t, _: _plucked(
            p,
            t,
            position=0.21,
            slope=1.25,
            cutoff=2300.0,
            decay=1.15,
            damping=0.9,
            modes=_GUITAR,
            knock=1.0,
        ),
        release=0.12,
    ),
    "steel": Patch(
        lambda p, t, _: _plucked(
            p,
            t,
            position=0.16,
            slope=1.05,
            cutoff=3600.0,
            decay=0.85,
            damping=0.5,
            stiffness=5e-5,
            modes=_GUITAR,
            knock=0.8,
        ),
        release=0.1,
    ),
    "jazzguitar": Patch(
        lambda p, t, _: _plucked(
            p, t, position=0.25, slope=1.3, cutoff=1300.0, decay=1.1, damping=1.1, knock=0.5
        ),
        release=0.1,
    ),
    "harp": Patch(
        lambda p, t, _: _plucked(
            p, t, position=0.4, slope=1.5, cutoff=2600.0, decay=0.9, damping=0.6, knock=0.3
        ),
        release=0.6,
        spread=0.4,
    ),
    "guzheng": Patch(
        lambda p, t, _: _plucked(
            p,
            t,
            position=0.11,
            slope=1.0,
            cutoff=3000.0,
            decay=1.0,
            damping=0.45,
            stiffness=6e-5,
            modes=((310.0, 60.0, 0.8), (620.0, 120.0, 0.6)),
            knock=0.6,
        ),
        release=0.5,
        spread=0.2,
    ),
    "pizzicato": Patch(
        lambda p, t, _: _plucked(
            p,
            t,
            position=0.2,
            slope=1.2,
            cutoff=1700.0,
            decay=6.0,
            damping=0.8,
            modes=_VIOLIN,
            knock=0.8,
        ),
        release=0.15,
        spread=0.2,
    ),
    "power": Patch(lambda p, t, _: _power(p, t), release=0.07),
    "bells": Patch(lambda p, t, _: _bars(p, t, _GLOCK, 1.7, hard=0.32), release=0.8, spread=0.3),
    "celesta": Patch(
        lambda p, t, _: _bars(p, t, (1.0, 2.0, 3.01, 5.4), 2.4, hard=0.28), release=0.5, spread=0.3
    ),
    "marimba": Patch(
        lambda p, t, _: _bars(p, t, (1.0, 3.93, 9.2), 5.5, hard=0.25), release=0.3, spread=0.3
    ),
    "vibes": Patch(
        lambda p, t, _: _bars(p, t, (1.0, 3.98, 10.1), 1.3, hard=0.18), release=0.4, spread=0.2
    ),
    "strings": Patch(
        lambda p, t, _: _ensemble(
            p, t, "strings", slope=1.1, cutoff=3200.0, cents=13.0, modes=_VIOLIN
        ),
        attack=0.22,
        release=0.5,
        loops=True,
    ),
    "lowstrings": Patch(
        lambda p, t, _: _ensemble(
            p, t, "low", slope=1.1, cutoff=1900.0, cents=11.0, modes=_CELLO, lows=45.0
        ),
        attack=0.16,
        release=0.45,
        loops=True,
    ),
    "spiccato": Patch(
        lambda p, t, _: (
            _ensemble(p, t, "spic", slope=1.05, cutoff=2800.0, cents=9.0, modes=_CELLO)[:, :24_000]
            * envelope(24_000, 0.012, 8.5)
        ),
        release=0.1,
    ),
    "brass": Patch(
        lambda p, t, _: _ensemble(
            p, t, "brass", slope=0.75, cutoff=1500.0, cents=6.0, modes=((520.0, 200.0, 0.8),)
        ),
        attack=0.07,
        release=0.22,
        loops=True,
    ),
    "choir": Patch(
        lambda p, t, _: _ensemble(p, t, "choir", slope=1.15, cutoff=4200.0, cents=15.0, modes=_AH),
        attack=0.35,
        release=0.7,
        loops=True,
    ),
    "oohs": Patch(
        lambda p, t, _: _ensemble(p, t, "oohs", slope=1.2, cutoff=2200.0, cents=14.0, modes=_OO),
        attack=0.45,
        release=0.8,
        loops=True,
    ),
    "warmpad": Patch(
        lambda p, t, _: _ensemble(p, t, "warm", slope=1.15, cutoff=1100.0, cents=9.0, lower=0.25),
        attack=0.5,
        release=1.1,
        loops=True,
    ),
    "airpad": Patch(
        lambda p, t, _: _ensemble(
            p, t, "air", slope=1.5, cutoff=2600.0, cents=16.0, upper=0.45, width=1.0
        ),
        attack=0.9,
        release=1.8,
        loops=True,
    ),
    "glasspad": Patch(
        lambda p, t, _: bed(
            hertz(p) * np.array([1.0, 2.0, 3.0, 4.01, 6.02, 8.0]),
            np.array([1.0, 0.5, 0.16, 0.22, 0.06, 0.05]) * (0.8 + 0.2 * t),
            5.0,
            ("glass", p),
        ),
        attack=0.6,
        release=1.6,
        loops=True,
    ),
    "organ": Patch(
        lambda p, t, _: bed(
            hertz(p) * np.array([0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0]),
            np.array([0.5, 1.0, 0.45, 0.6, 0.3, 0.22, 0.08 * t]),
            1.2,
            ("organ", p),
            width=0.6,
        ),
        attack=0.012,
        release=0.08,
        loops=True,
    ),
    "supersaw": Patch(lambda p, t, _: _supersaw(p, t), attack=0.012, release=0.18, loops=True),
    "synthpad": Patch(
        lambda p, t, _: _ensemble(p, t, "syn", slope=1.0, cutoff=1700.0, cents=7.0, lower=0.15),
        attack=0.25,
        release=0.8,
        loops=True,
    ),
    "violin": Patch(
        lambda p, t, s: _solo(
            p, t, s, slope=1.0, cutoff=3200.0, vibrato=15.0, scoop=18.0, modes=_VIOLIN, breath=0.25
        ),
        attack=0.06,
        release=0.16,
        held=True,
    ),
    "cello": Patch(
        lambda p, t, s: _solo(
            p,
            t,
            s,
            slope=1.05,
            cutoff=2000.0,
            vibrato=13.0,
            scoop=14.0,
            modes=_CELLO,
            breath=0.2,
            rate=4.9,
        ),
        attack=0.08,
        release=0.22,
        held=True,
    ),
    "flute": Patch(
        lambda p, t, s: _solo(
            p, t, s, slope=1.9, cutoff=2600.0, vibrato=11.0, scoop=10.0, odd=0.8, breath=1.3
        ),
        attack=0.05,
        release=0.12,
        held=True,
    ),
    "dizi": Patch(
        lambda p, t, s: _solo(
            p,
            t,
            s,
            slope=1.35,
            cutoff=3600.0,
            vibrato=18.0,
            scoop=40.0,
            modes=((2600.0, 700.0, 1.2),),
            breath=1.0,
            rate=5.7,
        ),
        attack=0.035,
        release=0.1,
        held=True,
    ),
    "sax": Patch(
        lambda p, t, s: _solo(
            p,
            t,
            s,
            slope=0.95,
            cutoff=1700.0,
            vibrato=12.0,
            scoop=35.0,
            odd=0.9,
            modes=((650.0, 200.0, 1.0), (1400.0, 350.0, 0.7)),
            breath=0.8,
            rate=5.0,
        ),
        attack=0.03,
        release=0.09,
        held=True,
    ),
    "trumpet": Patch(
        lambda p, t, s: _solo(
            p,
            t,
            s,
            slope=0.6,
            cutoff=1500.0,
            vibrato=9.0,
            scoop=16.0,
            modes=((1200.0, 400.0, 0.8),),
            breath=0.3,
        ),
        attack=0.035,
        release=0.1,
        held=True,
    ),
    "lead": Patch(
        lambda p, t, s: _solo(p, t, s, slope=1.0, cutoff=2600.0, vibrato=9.0, scoop=30.0, rate=5.6),
        attack=0.012,
        release=0.14,
        held=True,
    ),
    "softlead": Patch(
        lambda p, t, s: _solo(p, t, s, slope=1.6, cutoff=1500.0, vibrato=8.0, scoop=12.0, odd=0.5),
        attack=0.03,
        release=0.2,
        held=True,
    ),
    "synthpluck": Patch(
        lambda p, t, _: _synth_string(p, t, decay=4.0, close=1.9, cutoff=3600.0, sub=0.0),
        release=0.2,
        spread=0.3,
    ),
    "ebass": Patch(
        lambda p, t, _: _plucked(
            p, t, position=0.2, slope=1.15, cutoff=1000.0, decay=1.4, damping=2.0, knock=0.3
        ),
        release=0.07,
    ),
    "upright": Patch(
        lambda p, t, _: _plucked(
            p,
            t,
            position=0.28,
            slope=1.3,
            cutoff=620.0,
            decay=2.4,
            damping=2.0,
            modes=((98.0, 30.0, 0.8),),
            knock=0.9,
        ),
        release=0.09,
    ),
    "synthbass": Patch(
        lambda p, t, _: _synth_string(p, t, decay=1.2, close=0.75, cutoff=1000.0, sub=0.5),
        release=0.05,
    ),
    "subbass": Patch(
        lambda p, t, _: _sub(p, t, decay=0.9, drop=0.0, drive=1.3), attack=0.008, release=0.08
    ),
    "808": Patch(lambda p, t, _: _sub(p, t, decay=1.1, drop=1.5, drive=2.4), release=0.06),
}
