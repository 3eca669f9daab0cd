"""What is seen along a timeline: the sights of its clips, cut and laid end to end."""

from __future__ import annotations

import math
from typing import Any

Sight = dict[str, Any]


def still(width: int, height: int, seconds: float) -> Sight:
    """A picture that was not looked at: nothing moves, the rest is in the middle."""
    count = max(1, math.ceil(seconds))
    return {
        "duration": seconds,
        "width": width,
        "height": height,
        "cuts": [],
        "motion": [0.0] * count,
        "brightness": [0.5] * count,
        "warmth": [0.0] * count,
        "saturation": [0.5] * count,
        "speech": [],
        "own_loudness": None,
    }


def along(shots: list[tuple[Sight, float, float, float]]) -> Sight:
    """The sight of a film.

    Args:
        shots: in order: a clip's sight, the seconds into it where the shot starts, the seconds it
            lasts, and the volume of its own sound.

    Returns:
        A sight with the film's own times. Where one shot meets the next there is a cut.
    """
    cuts: list[dict[str, float]] = []
    speech: list[tuple[float, float]] = []
    loudness: list[float] = []
    offset = 0.0
    for number, (sight, start, length, volume) in enumerate(shots):
        if number:
            cuts.append({"time": offset, "strength": 1.0})
        cuts += [
            {"time": cut["time"] - start + offset, "strength": cut["strength"]}
            for cut in sight["cuts"]
            if start < cut["time"] < start + length
        ]
        if volume > 0:
            for begin, end in sight["speech"]:
                first, last = max(begin, start), min(end, start + length)
                if last > first:
                    speech.append((first - start + offset, last - start + offset))
            if sight["own_loudness"] is not None:
                loudness.append(sight["own_loudness"] + 20 * math.log10(volume))
        offset += length
    film: Sight = {
        "duration": offset,
        "width": shots[0][0]["width"],
        "height": shots[0][0]["height"],
        "cuts": cuts,
        "speech": speech,
        "own_loudness": max(loudness, default=None),
    }
    for name in ("motion", "brightness", "warmth", "saturation"):
        film[name] = _sampled(shots, name, offset)
    return film


def _sampled(
    shots: list[tuple[Sight, float, float, float]], name: str, total: float
) -> list[float]:
    """One value for each second of the film, the last partial one included."""
    values = []
    for second in range(max(1, math.ceil(total - 1e-9))):
        time = min(second + 0.5, (second + total) / 2)  # the middle of what is left of it
        begin, value = 0.0, 0.0
        for sight, start, length, _ in shots:
            row = sight[name]
            if row and begin <= time:
                value = row[min(len(row) - 1, int(start + time - begin))]
            begin += length
        values.append(value)
    return values
