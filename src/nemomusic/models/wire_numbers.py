"""Read numbers of the wire. What is no finite number, such as NaN, is read as missing."""

from __future__ import annotations

import math


def as_number(value: object, *, at_least: float = 0.0, at_most: float = math.inf) -> float | None:
    """Return a finite number within the limits as a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and at_least <= number <= at_most else None


def as_finite(value: object) -> float | None:
    """Return a finite number of any sign as a float; None for anything else."""
    return as_number(value, at_least=-math.inf)
