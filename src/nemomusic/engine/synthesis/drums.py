"""Synthesize drums, cymbals and effects: each stroke is made once and played many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nemomusic.engine.pcm import RATE
from nemomusic.engine.synthesis.instruments import sung
from nemomusic.engine.synthesis.oscillators import (
    chance,
    columns,
    envelope,
    noise_burst,
    ring,
    shape,
    single,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nemomusic.engine.synthesis.oscillators import Wave

__all__ = ["DRUMS", "PANS"]


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE)) / RATE


def _drop(
    low: float, high: float, fall: float, decay: float, seconds: float, drive: float = 1.0
) -> Wave:
    """Return a drum head: a sine that falls from `high` to `low` Hz."""
    time = _time(seconds)
    turn = 2 * np.pi * (low * time + (high - low) * (1.0 - np.exp(-fall * time)) / fall)
    wave = np.sin(turn) * np.exp(-decay * time)
    tone = (np.tanh(drive * wave) / np.tanh(drive)).astype(np.float32).reshape(-1, 1)
    return single(tone * envelope(len(tone), 0.0006))


def _add(*layers: tuple[float, Wave]) -> Wave:
    """Return the sum of layers of different lengths; stereo if one of them is stereo."""
    channels = max(sound.shape[1] for _, sound in layers)
    total = columns(max(len(sound) for _, sound in layers), channels)
    for gain, sound in layers:
        total[: len(sound)] += np.float32(gain) * sound
    return total


def _closed(sound: Wave) -> Wave:
    """Return a stroke whose last 10 ms fade to silence."""
    sound[-RATE // 100 :] *= np.linspace(1.0, 0.0, RATE // 100, dtype=np.float32)[:, None]
    return sound


def _burst(
    name: str, seconds: float, decay: float, low: float, high: float, attack: float = 0.0008
) -> Wave:
    noise = noise_burst(seconds, (name,), low=low, high=high)
    return _closed(noise * envelope(len(noise), attack, decay))


def _kick(low: float, high: float, decay: float, click: float, drive: float) -> Wave:
    return _add(
        (0.8, _drop(low, high, 38.0, decay, min(0.7, 6.5 / decay), drive)),
        (click * 0.12, _burst("click", 0.02, 320.0, 1500.0, 6000.0)),
    )


def _snare(body: float, tone: float, noise: float, decay: float, low: float, high: float) -> Wave:
    return _add(
        (tone * 0.5, _drop(body, body * 1.7, 60.0, 22.0, 0.25)),
        (tone * 0.22, ring([body * 1.73, body * 2.6], [1.0, 0.5], [30.0, 40.0], 0.2)),
        (noise * 0.16, _burst("wires", min(0.6, 6.5 / decay), decay, low, high)),
        (noise * 0.1, _burst("crack", 0.03, 150.0, 1200.0, 7000.0)),
    )


def _clap() -> Wave:
    total = columns(RATE // 3)
    for index, start in enumerate((0.0, 0.011, 0.021, 0.031)):
        last = index == 3
        noise = noise_burst(
            0.28 if last else 0.012, ("clap", index), low=800, high=5200, channels=2
        )
        begin = round(start * RATE)
        total[begin : begin + len(noise)] += noise * envelope(
            len(noise), 0.0006, 17.0 if last else 180.0
        )
    return total * np.float32(0.16)


def _metal(name: str, count: int, low: float, high: float, decay: float, seconds: float) -> Wave:
    """Return a cymbal: many inharmonic modes, mixed differently on each side."""
    rng = chance("metal", name)
    hz = low * (high / low) ** rng.random(count)
    fall = decay * (0.6 + 0.9 * (hz / high)) * rng.uniform(0.7, 1.5, count)
    sides = []
    for _ in range(2):
        phase = rng.uniform(0.0, 2 * np.pi, count)
        sides.append(
            ring(hz, rng.rayleigh(1.0, count) / np.sqrt(count), fall, seconds, phases=phase)[:, 0]
        )
    sound = np.stack(sides).T
    return _closed(sound * envelope(len(sound), 0.0012))


def _hat(decay: float, seconds: float, level: float) -> Wave:
    return _add(
        (0.09 * level, _metal("hat", 110, 3800.0, 14_000.0, decay, seconds)),
        (0.014 * level, _burst("hat", seconds, decay * 1.1, 6500.0, 13_500.0)),
    )


def _crash(decay: float, seconds: float, low: float) -> Wave:
    return _add(
        (0.16, _metal(f"crash{low}", 340, low, 12_500.0, decay, seconds)),
        (0.01, _burst("crash", seconds, decay * 1.6, 2500.0, 11_000.0, 0.002)),
    )


def _ride() -> Wave:
    return _add(
        (0.06, _metal("ride", 130, 900.0, 11_000.0, 3.0, 1.6)),
        (0.05, ring([3150.0, 4420.0, 5230.0], [1.0, 0.7, 0.5], [16.0, 20.0, 24.0], 0.4)),
    )


def _shaker(attack: float, decay: float) -> Wave:
    return np.float32(0.09) * _burst("shaker", 0.16, decay, 4800.0, 11_000.0, attack)


def _tambourine() -> Wave:
    return _add(
        (0.07, _metal("jingle", 40, 4500.0, 12_000.0, 16.0, 0.35)),
        (0.04, _burst("jingle", 0.2, 28.0, 5000.0, 12_000.0, 0.003)),
    )


def _boom() -> Wave:
    return _add(
        (0.9, _drop(34.0, 95.0, 9.0, 1.5, 3.2, 1.6)),
        (0.12, _burst("boom", 1.4, 5.0, 40.0, 420.0, 0.003)),
    )


def _swell(seconds: float, *, tonal: bool) -> Wave:
    """Return a swell that ends at its peak: a reversed cymbal, or noise with an opening filter."""
    if tonal:
        return _crash(2.6, seconds, 400.0)[::-1].copy(order="F")
    noise = noise_burst(seconds, ("riser",), low=300.0, high=9000.0, channels=2)
    time = _time(seconds)
    half = shape(noise, ((20.0, -40.0), (900.0, 0.0), (1800.0, -18.0), (20_000.0, -60.0)))
    open_ = (time / seconds).astype(np.float32)[:, None] ** 2
    return single((half * (1.0 - open_) + noise * open_) * open_ * np.float32(0.11))


_SCRATCHES = ((0.0, 0.07, 1), (0.085, 0.07, -1), (0.17, 0.09, 1))
"""Strokes of a hand on a record: start and length in seconds, and the direction."""


def _scratch() -> Wave:
    """Return a scratch: a hand moves a record with a sung vowel under the needle, to and fro."""
    record = sung(62, 1, 1.0).mean(axis=1)
    record = record / np.abs(record).max()
    record = record + 0.12 * chance("scratch").standard_normal(record.size)
    tone = np.zeros(round(0.32 * RATE))
    for start, seconds, way in _SCRATCHES:
        count, first = round(seconds * RATE), round(start * RATE)
        speed = np.sin(np.pi * np.arange(count) / count) ** 0.7
        place = 2.2 * np.cumsum(speed)
        place = 2000.0 + (place if way > 0 else place[-1] - place)
        played = np.interp(place, np.arange(record.size), record)
        tone[first : first + count] += played * speed
    return single(0.5 * tone[:, None])


DRUMS: dict[str, Callable[[], Wave]] = {
    "kick": lambda: _kick(50.0, 190.0, 11.0, 1.0, 1.4),
    "softkick": lambda: _kick(52.0, 120.0, 13.0, 0.15, 1.1),
    "clubkick": lambda: _kick(47.0, 260.0, 9.0, 1.3, 2.2),
    "rockkick": lambda: _kick(58.0, 170.0, 16.0, 1.8, 1.5),
    "jazzkick": lambda: _kick(64.0, 100.0, 15.0, 0.2, 1.0),
    "snare": lambda: _snare(190.0, 1.0, 1.0, 19.0, 1300.0, 8500.0),
    "softsnare": lambda: _snare(185.0, 0.8, 0.6, 24.0, 900.0, 4800.0),
    "rocksnare": lambda: _snare(200.0, 1.2, 1.2, 13.0, 1100.0, 9000.0),
    "trapsnare": lambda: _snare(215.0, 0.7, 1.1, 20.0, 1800.0, 10_000.0),
    "gatedsnare": lambda: _add(
        (
            1.0,
            _snare(180.0, 1.1, 1.1, 9.0, 800.0, 7500.0)[: round(0.26 * RATE)]
            * np.clip(np.arange(round(0.26 * RATE), 0, -1) / (0.03 * RATE), 0, 1).astype(
                np.float32
            )[:, None],
        ),
    ),
    "clap": _clap,
    "rim": lambda: _add(
        (0.4, ring([480.0, 820.0, 1720.0], [1.0, 0.8, 0.5], [60.0, 75.0, 95.0], 0.12)),
        (0.06, _burst("rim", 0.02, 260.0, 1500.0, 7000.0)),
    ),
    "snap": lambda: _add(
        (0.13, _burst("snap", 0.09, 60.0, 1400.0, 3600.0)),
        (0.1, ring([2150.0], [1.0], [90.0], 0.06)),
    ),
    "brush": lambda: np.float32(0.11) * _burst("brush", 0.3, 15.0, 900.0, 5200.0, 0.012),
    "sweep": lambda: np.float32(0.05) * _burst("sweep", 0.45, 6.0, 700.0, 4200.0, 0.16),
    "hat": lambda: _hat(62.0, 0.12, 1.0),
    "softhat": lambda: shape(
        _hat(70.0, 0.1, 0.8), ((20.0, 0.0), (6000.0, 0.0), (10_000.0, -8.0), (20_000.0, -20.0))
    ),
    "openhat": lambda: _hat(9.0, 0.55, 0.9),
    "ride": _ride,
    "crash": lambda: _crash(1.7, 3.2, 380.0),
    "softcrash": lambda: np.float32(0.6) * _crash(2.2, 2.6, 500.0),
    "shaker": lambda: _shaker(0.018, 36.0),
    "tambourine": _tambourine,
    "tom": lambda: _add(
        (0.7, _drop(92.0, 150.0, 22.0, 8.0, 0.6)), (0.04, _burst("tom", 0.06, 60.0, 300.0, 3000.0))
    ),
    "hightom": lambda: _add(
        (0.65, _drop(140.0, 215.0, 24.0, 9.0, 0.5)),
        (0.04, _burst("tom", 0.06, 60.0, 300.0, 3000.0)),
    ),
    "taiko": lambda: _add(
        (0.7, _drop(62.0, 118.0, 26.0, 6.5, 1.0, 1.5)),
        (0.24, ring([131.0, 178.0, 243.0], [1.0, 0.6, 0.4], [9.0, 12.0, 16.0], 0.6)),
        (0.16, _burst("taiko", 0.14, 36.0, 150.0, 3200.0)),
    ),
    "lowperc": lambda: _add(
        (0.5, _drop(84.0, 120.0, 30.0, 9.0, 0.5)), (0.05, _burst("palm", 0.08, 60.0, 200.0, 1800.0))
    ),
    "conga": lambda: _add(
        (0.5, _drop(196.0, 232.0, 40.0, 13.0, 0.4)),
        (0.05, _burst("skin", 0.03, 160.0, 500.0, 3200.0)),
    ),
    "highconga": lambda: _add(
        (0.45, _drop(262.0, 320.0, 45.0, 17.0, 0.3)),
        (0.07, _burst("slap", 0.03, 150.0, 800.0, 4800.0)),
    ),
    "bodhran": lambda: _add(
        (0.65, _drop(88.0, 128.0, 26.0, 9.0, 0.5)),
        (0.06, _burst("tipper", 0.04, 110.0, 400.0, 2600.0)),
    ),
    "cowbell": lambda: (
        np.float32(0.22) * ring([587.0, 845.0, 1320.0], [1.0, 0.8, 0.3], [13.0, 16.0, 30.0], 0.4)
    ),
    "scratch": _scratch,
    "boom": _boom,
    "reverse": lambda: _swell(1.6, tonal=True),
    "riser": lambda: _swell(3.0, tonal=False),
    "woodblock": lambda: (
        np.float32(0.35) * ring([880.0, 1340.0, 2510.0], [1.0, 0.5, 0.2], [45.0, 60.0, 80.0], 0.15)
    ),
}

# The pan of the strokes: -1 left .. 1 right, as a listener sees the kit.
PANS: dict[str, float] = {
    "hat": 0.22,
    "softhat": 0.22,
    "openhat": 0.22,
    "ride": -0.3,
    "shaker": -0.35,
    "tambourine": 0.4,
    "hightom": -0.25,
    "tom": 0.25,
    "lowperc": 0.3,
    "woodblock": -0.4,
    "rim": -0.12,
    "snap": 0.1,
    "conga": -0.25,
    "highconga": -0.1,
    "cowbell": 0.3,
}
