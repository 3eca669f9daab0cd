"""Keys, chords and how one chord moves to the next."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import attrs

__all__ = ["NAMES", "SCALES", "Chord", "Key", "lead"]

NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}

# Which steps of the scale a chord of each kind stacks on its root.
_STACKS: dict[str, tuple[int, ...]] = {
    "triad": (0, 2, 4),
    "seventh": (0, 2, 4, 6),
    "ninth": (0, 2, 4, 6, 8),
    "add9": (0, 2, 4, 8),
    "sus": (0, 3, 4),
    "sus2": (0, 1, 4),
    "power": (0, 4),
}


@attrs.frozen
class Chord:
    """A chord.

    Attributes:
        degree: Step of the scale its root is on, 0..6.
        root: Pitch class.
        tones: Pitch classes, the root first.
    """

    degree: int
    root: int
    tones: tuple[int, ...]


@attrs.frozen
class Key:
    """A tonic (pitch class) and a scale."""

    tonic: int
    scale: str

    @property
    def mode(self) -> str:
        """Return "major" or "minor", by the third."""
        return "major" if 4 in SCALES[self.scale] else "minor"

    def __str__(self) -> str:
        return f"{NAMES[self.tonic]} {self.mode}"

    def pitch(self, step: int) -> int:
        """Return the MIDI number of a step of the scale; step 0 is the tonic below middle C."""
        scale = SCALES[self.scale]
        return 48 + self.tonic + 12 * (step // 7) + scale[step % 7]

    def step_near(self, pitch: int) -> int:
        """Return the step of the scale whose pitch is nearest, the lower of two."""
        guess = (pitch - 48 - self.tonic) * 7 // 12
        return min(range(guess - 2, guess + 4), key=lambda step: abs(self.pitch(step) - pitch))

    def chord(self, degree: int, kind: str) -> Chord:
        """Return the chord on a step of the scale.

        The fifth step of a minor key takes its leading note, as cadences do; a chord that would
        be diminished is played without its fifth.
        """
        scale = SCALES[self.scale]
        tones: list[int] = []
        for stack in _STACKS[kind]:
            step = degree + stack
            tones.append((self.tonic + scale[step % 7] + 12 * (step // 7)) % 12)
        root = tones[0]
        if self.scale == "minor" and degree == 4 and kind in {"triad", "seventh"}:
            tones = [(root + 4) % 12 if (tone - root) % 12 == 3 else tone for tone in tones]
        if (root + 6) % 12 in tones and kind != "seventh":
            tones.remove((root + 6) % 12)
        if kind == "ninth" and (root + 1) % 12 in tones:
            tones.remove((root + 1) % 12)
        if kind == "add9" and (root + 1) % 12 in tones:
            tones.remove((root + 1) % 12)
        return Chord(degree, root, tuple(dict.fromkeys(tones)))


@lru_cache(maxsize=4096)
def _voicings(tones: tuple[int, ...], voices: int, centre: int) -> tuple[tuple[int, ...], ...]:
    """Return ways to lay a chord out around a pitch, close and open, lowest voice first."""
    # With more tones than voices the fifth goes first and then the root, which the bass has.
    wanted = list(tones)
    while len(wanted) > voices:
        wanted.remove(wanted[2] if len(wanted) > 3 else wanted[0])
    found: set[tuple[int, ...]] = set()
    for turn in range(len(wanted)):
        order = [wanted[(turn + i) % len(wanted)] for i in range(voices)]
        for base in range(centre - 14, centre + 6):
            if base % 12 != order[0]:
                continue
            close = [base]
            for tone in order[1:]:
                up = (tone - close[-1]) % 12 or 12
                close.append(close[-1] + up)
            found.add(tuple(close))
            if voices >= 4:
                found.add(tuple(sorted([*close[:-2], close[-1], close[-2] - 12])))
    return tuple(sorted(found))


def lead(before: tuple[int, ...] | None, chord: Chord, voices: int, centre: int) -> tuple[int, ...]:
    """Return the chord's voicing that moves least from the one before and stays in its place.

    Args:
        before: The voicing before, of the same number of voices, or None.
        chord: The chord to play.
        voices: How many notes.
        centre: MIDI number around which they lie.
    """

    def cost(notes: tuple[int, ...]) -> float:
        middle = abs(sum(notes) / len(notes) - centre)
        # Seconds between the lowest voices sound muddy.
        mud = sum(2.0 for low, up in pairwise(notes) if low < 53 and up - low < 4)
        if before is None or len(before) != len(notes):
            return middle + mud
        moves = [abs(a - b) for a, b in zip(before, notes, strict=True)]
        return sum(moves) + 0.8 * max(moves) + 0.7 * middle + mud

    return min(_voicings(chord.tones, voices, centre), key=lambda notes: (cost(notes), notes))
