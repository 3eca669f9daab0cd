"""Synthesize pitched instruments: functions that make a tone from pitch and touch."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nemomusic.engine.pcm import RATE
from nemomusic.engine.synthesis.oscillators import (
    additive_pad,
    chance,
    columns,
    cycles,
    envelope,
    glide,
    hertz,
    noise_burst,
    ring,
    shape,
    single,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nemomusic.engine.synthesis.oscillators import Wave

__all__ = [
    "closing_saw",
    "driven_guitar",
    "ensemble",
    "piano",
    "plucked",
    "solo",
    "struck_bar",
    "sub_bass",
    "sung",
    "supersaw",
    "tine_piano",
]

_SLOW = 16  # samples between the points of a vibrato
_LONGEST_TINE = 6.0  # s, the lowest note of the tine piano
_SETTLE = 160.0
"""How fast the pitch of a sub bass falls into place, 1/s: to within a semitone in 0.02 s."""


def _body(
    hz: NDArray[np.float64], modes: tuple[tuple[float, float, float], ...]
) -> NDArray[np.float64]:
    """Return the gain of a wooden body with (Hz, width, gain) resonances."""
    gain = np.ones_like(hz)
    for center, width, extra in modes:
        gain += extra / (1.0 + ((hz - center) / width) ** 2)
    return gain


def plucked(
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
    k = np.arange(1.0, max(3, min(60, int(15_000 / base))) + 1)
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
    tone *= 0.3 / (np.abs(tone[:4800]).max() + 1e-9)
    if knock:
        count = min(len(tone), RATE // 8)
        thump = ring([98.0, 187.0, 265.0, 391.0], [1.0, 0.7, 0.4, 0.25], [38, 45, 55, 70], 0.125)
        tone[:count] += knock * 0.1 * thump[:count]
        count = RATE // 50
        scrape = noise_burst(0.02, ("pick", pitch), low=1500, high=5000) * envelope(
            count, 0.001, 300.0
        )
        tone[:count] += knock * 0.02 * scrape
    return tone


def piano(pitch: int, touch: int, *, cutoff: float, thump: float) -> Wave:
    """Return a struck string: three strings a note, two-stage decay, stiff partials."""
    base = hertz(pitch)
    k = np.arange(1.0, max(3, min(44, int(14_000 / base))) + 1)
    stiff = 1.1e-4 * 2.0 ** ((pitch - 48) / 10.0) if pitch > 48 else 1.1e-4
    hz = k * base * np.sqrt(1.0 + stiff * k**2)
    bright = (cutoff * (0.55, 1.0, 1.7)[touch]) * (base / 260.0) ** 0.35
    level = np.abs(np.sin(np.pi * k / 8.0)) ** 0.7 / k**0.75 * np.exp(-hz / bright)
    level *= 1.0 / (1.0 + (70.0 / hz) ** 2)  # a soundboard is weak below 70 Hz
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
    tone *= 0.3 / (np.abs(tone[:9600]).max() + 1e-9)
    count = RATE // 14
    felt = noise_burst(1 / 14, ("hammer", pitch), low=60, high=420)[:count]
    tone[:count] += thump * 0.03 * felt * envelope(count, 0.002, 60.0)
    tone[: RATE // 400] *= np.linspace(0.0, 1.0, RATE // 400, dtype=np.float32)[:, None]
    return tone


def tine_piano(pitch: int, touch: int) -> Wave:
    """Return a tine piano by frequency modulation: a bell that fades, a body that stays."""
    base = hertz(pitch)
    seconds = float(np.clip(4.5 * 2.0 ** ((60 - pitch) / 24.0), 1.5, _LONGEST_TINE))
    count = round(seconds * RATE)
    time, dull, strike, fade, sway = (curve[:count] for curve in _tine_curves())
    turn = cycles(base, count)
    index = single((0.35, 0.8, 1.35)[touch] * (220.0 / max(base, 110.0)) ** 0.3)
    body = np.sin(turn + index * dull * np.sin(turn))
    body *= np.exp(time * np.float32(-0.9 * 2.0 ** ((pitch - 60) / 24.0)))
    tine = np.sin(cycles(base * min(14.0, 7000.0 / base), count))
    bell = np.sin(turn + strike * tine)
    tone = 0.24 * body + (0.03, 0.05, 0.08)[touch] * bell * fade
    return np.stack([tone * (1.0 + sway), tone * (1.0 - sway)]).T


@lru_cache(maxsize=1)
def _tine_curves() -> tuple[Wave, ...]:
    """Return what is the same for every pitch of a tine piano: time, decays and tremolo."""
    time = np.arange(round(_LONGEST_TINE * RATE), dtype=np.float32) / RATE
    decays = (np.exp(-2.2 * time), 0.6 * np.exp(-18.0 * time), np.exp(-7.0 * time))
    sway = 0.22 * np.sin(cycles(4.3, len(time)))
    return tuple(single(curve) for curve in (time, *decays, sway))


def struck_bar(
    pitch: int, touch: int, ratios: tuple[float, ...], fall: float, *, hard: float
) -> Wave:
    """Return a struck bar or bell with these ratios of its modes."""
    base = hertz(pitch)
    ratio = np.array(ratios)
    level = hard ** np.arange(ratio.size) * (0.7 + 0.3 * touch) ** np.arange(ratio.size)
    slow = fall * (base / 500.0) ** 0.5
    tone = ring(
        base * ratio, 0.3 * level, slow * (1.0 + 1.1 * np.arange(ratio.size)), min(5.0, 6.5 / slow)
    )
    count = RATE // 60
    tap = noise_burst(1 / 60, ("mallet", pitch), low=300, high=2500)[:count]
    tone[:count] += 0.012 * tap * envelope(count, 0.001, 250.0)
    return tone


def ensemble(
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
    k = np.arange(1.0, max(3, min(70, int(15_000 / base))) + 1)
    hz = k * base
    level = 1.0 / k**slope * np.exp(-hz / (cutoff * (0.7, 1.0, 1.4)[touch])) * _body(hz, modes)
    if lows:
        level *= 1.0 / (1.0 + (lows / hz) ** 2)
    if lower:
        hz, level = np.append(hz, base / 2), np.append(level, lower * level[0])
    if upper:
        hz = np.concatenate([hz, k[:8] * base * 2.003])
        level = np.concatenate([level, upper * level[:8]])
    return additive_pad(hz, level, cents, (name, pitch, touch), width=width)


def supersaw(pitch: int, touch: int) -> Wave:
    """Return seven detuned saws with a soft top."""
    base = hertz(pitch)
    tune = np.array([-0.0105, -0.0062, -0.002, 0.0, 0.0021, 0.006, 0.0108]) * 0.8
    k = np.arange(1.0, max(3, min(50, int(14_000 / base))) + 1)
    hz = (k[:, None] * base * (1.0 + tune[None, :])).ravel()
    level = (np.exp(-k * base / (2600, 4200, 6500)[touch]) / k)[:, None] * np.array(
        [0.6, 0.75, 0.8, 1.0, 0.8, 0.75, 0.6]
    )
    return additive_pad(hz, level.ravel(), 0.6, ("saw", pitch, touch), width=0.9)


def solo(
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
    """Return one player's long note: delayed vibrato, a body, and some noise of breath or bow."""
    base = hertz(pitch)
    count = round(seconds * RATE)
    k = np.arange(1.0, max(3, min(50, int(15_000 / base))) + 1)
    hz = k * base
    level = 1.0 / k**slope * np.exp(-hz / (cutoff * (0.65, 1.0, 1.4)[touch])) * _body(hz, modes)
    level[1::2] *= odd
    # Slow movements are computed every third of a millisecond, with straight lines in between.
    time = np.arange(-(-count // _SLOW) + 1) * (_SLOW / RATE)
    depth = vibrato * np.clip((time - 0.22) / 0.5, 0.0, 1.0)
    rng = chance("solo", pitch, touch)
    marks = np.arange(0.0, seconds + 0.6, 0.25)
    slow = np.interp(time, marks, rng.uniform(-4, 4, int(seconds * 4) + 4)[: marks.size])
    cents = depth * np.sin(2 * np.pi * rate * time) + slow - scoop * np.exp(-time * 22.0)
    tone = glide(level, _lines(base * 2.0 ** (cents / 1200.0), count))
    swell = 1.0 + 0.06 * np.sin(2 * np.pi * rate * time + 0.6) * depth / max(vibrato, 1.0)
    tone *= single(_lines(swell, count))[:, None]
    if breath:
        air = noise_burst(seconds, ("breath", pitch), low=base * 1.5, high=min(6500.0, base * 6))
        gust = _lines(breath * 0.008 * (1.0 + 2.0 * np.exp(-time * 12.0)), count)
        tone += air * single(gust)[:, None]
    return tone


_FORMANTS = (
    ((800.0, 80.0, 0.0), (1150.0, 90.0, -4.0), (2900.0, 120.0, -20.0), (3900.0, 130.0, -22.0)),
    ((450.0, 70.0, 0.0), (800.0, 80.0, -9.0), (2830.0, 100.0, -16.0), (3800.0, 130.0, -28.0)),
    ((600.0, 70.0, 0.0), (1700.0, 100.0, -12.0), (2700.0, 120.0, -20.0), (3700.0, 150.0, -26.0)),
)
"""The vowels "ah", "oh" and "eh" of a soprano: (Hz, half width in Hz, dB) of four formants."""


def sung(pitch: int, touch: int, seconds: float) -> Wave:
    """Return a note of a sung vowel, as from a chopped sample: each pitch has its own vowel."""
    base = hertz(pitch)
    count = round(seconds * RATE)
    k = np.arange(1.0, max(3, min(60, int(9000 / base))) + 1)
    level = np.full(k.size, 0.004)
    for center, half, loud in _FORMANTS[pitch % len(_FORMANTS)]:
        level += 10.0 ** (loud / 20.0) / np.sqrt(1.0 + ((k * base - center) / half) ** 2)
    level /= k ** (1.0 - 0.15 * touch)
    time = np.arange(-(-count // _SLOW) + 1) * (_SLOW / RATE)
    depth = 22.0 * np.clip((time - 0.25) / 0.4, 0.0, 1.0)
    marks = np.arange(0.0, seconds + 0.6, 0.12)
    rng = chance("sung", pitch, touch)
    jitter = np.interp(time, marks, rng.uniform(-9, 9, int(seconds / 0.12) + 8)[: marks.size])
    cents = depth * np.sin(2 * np.pi * 5.5 * time) + jitter - 60.0 * np.exp(-time * 20.0)
    tone = glide(level, _lines(base * 2.0 ** (cents / 1200.0), count))
    air = noise_burst(seconds, ("sung", pitch), low=1500, high=8000)
    tone += air * single(_lines(0.006 + 0.04 * np.exp(-time * 14.0), count))[:, None]
    return single(tone * (0.3 / (np.abs(tone).max() + 1e-9)))


def _lines(points: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return `count` samples on straight lines between points `_SLOW` samples apart."""
    steps = np.arange(_SLOW) / _SLOW
    return (points[:-1, None] + np.diff(points)[:, None] * steps).reshape(-1)[:count]


def closing_saw(
    pitch: int, touch: int, *, decay: float, close: float, cutoff: float, sub: float
) -> Wave:
    """Return a saw whose filter closes: highs decay faster the higher they are."""
    base = hertz(pitch)
    k = np.arange(1.0, max(4, min(60, int(12_000 / base))) + 1)
    level = np.exp(-k * base / (cutoff * (0.6, 1.0, 1.5)[touch])) / k
    hz = np.concatenate([k * base, k * base * 1.0022, [base / 2]])
    fall = decay + close * (k - 1) ** 0.85
    tone = ring(
        hz,
        np.concatenate([0.6 * level, 0.4 * level, [sub * level[0]]]),
        np.concatenate([fall, fall * 1.05, [decay]]),
        min(4.0, 6.5 / decay),
    )
    return single(tone * (0.3 / (np.abs(tone).max() + 1e-9)))


def sub_bass(
    pitch: int, touch: int, *, decay: float, drop: float, drive: float, grit: float = 0.0
) -> Wave:
    """Return a sine bass whose pitch falls at the start, with some distortion.

    Args:
        pitch: MIDI number.
        touch: 0 soft .. 2 hard.
        decay: How fast the tone dies away, 1/s.
        drop: By how much higher the frequency is at first, as a share of it.
        drive: How hard the tone is driven.
        grit: Level of the first octave above the tone. With it, the pitch is heard at once, also
            on small loudspeakers.
    """
    base = hertz(pitch)
    time = np.arange(round(min(4.0, 6.0 / decay) * RATE)) / RATE
    turn = 2 * np.pi * (base * time + drop * base * (1.0 - np.exp(-time * _SETTLE)) / _SETTLE)
    wave = np.sin(turn)
    if grit:
        bite = np.exp(-2.0 * time)
        wave += grit * bite * (np.sin(2 * turn) + 0.5 * bite * np.sin(4 * turn))
    wave *= np.exp(-decay * time)
    hot = drive * (0.8 + 0.35 * touch)
    tone = np.tanh(hot * wave) / np.tanh(hot)
    return single(0.3 * tone).reshape(-1, 1)


def driven_guitar(pitch: int, touch: int, intervals: tuple[int, ...] = (0,)) -> Wave:
    """Return picked strings of an electric guitar, clipped together by a loud amplifier.

    Args:
        pitch: MIDI number.
        touch: 0 soft .. 2 hard.
        intervals: The strings, in semitones above the pitch; a power chord is (0, 7, 12).
    """
    strings = [
        plucked(
            pitch + one,
            touch,
            position=0.07,
            slope=0.8,
            cutoff=6000.0,
            decay=0.6,
            damping=0.4,
            stiffness=5e-5,
            knock=1.5,
        )
        for one in intervals
    ]
    count = min(len(one) for one in strings)
    dry = columns(count, 1)
    for one in strings:
        dry += one[:count]
    hot = np.tanh(np.float32((14.0, 20.0, 26.0)[touch] / float(np.abs(dry).max())) * dry)
    cabinet = (
        (40.0, -30.0),
        (90.0, 0.0),
        (400.0, -2.0),
        (2200.0, 3.0),
        (4500.0, 0.0),
        (7000.0, -20.0),
        (20000.0, -60.0),
    )
    return shape(single(0.22 * hot), cabinet)
