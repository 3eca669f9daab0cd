"""Read numbers of the wire. What is no finite number, such as NaN, is read as missing."""

from __future__ import annotations

import math
from typing import Final

_NUMBERS: Final = (int, float)
"""The types of JSON numbers. A tuple is checked faster than `int | float`."""
_PLAIN: Final = 2**53
"""A float represents every integer below 2**53 exactly (IEEE 754, double precision)."""


def as_number(value: object, *, at_least: float = 0.0, at_most: float = math.inf) -> float | None:
    """Return a finite number within the limits as a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and at_least <= number <= at_most else None


def as_finite(value: object) -> float | None:
    """Return a finite number of any sign as a float; None for anything else."""
    if type(value) is int and -_PLAIN < value < _PLAIN:  # most numbers are
        return float(value)
    return as_number(value, at_least=-math.inf)
