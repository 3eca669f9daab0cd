"""Keys, chords written as Roman numerals, and how one chord moves to the next."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import attrs

__all__ = ["NAMES", "SCALES", "Chord", "Key", "lead", "nearest", "voices_of"]

NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}

_DEGREES = {"i": 0, "ii": 1, "iii": 2, "iv": 3, "v": 4, "vi": 5, "vii": 6}

_QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "o": (0, 3, 6),
    "+": (0, 4, 8),
    "5": (0, 7),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "9sus4": (0, 5, 7, 10, 2),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "69": (0, 4, 7, 9, 2),
    "m69": (0, 3, 7, 9, 2),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "mmaj7": (0, 3, 7, 11),
    "o7": (0, 3, 6, 9),
    "ø": (0, 3, 6, 10),
    "9": (0, 4, 7, 10, 2),
    "m9": (0, 3, 7, 10, 2),
    "maj9": (0, 4, 7, 11, 2),
    "add9": (0, 4, 7, 2),
    "madd9": (0, 3, 7, 2),
    "13": (0, 4, 7, 10, 9),
    "m11": (0, 3, 7, 10, 5),
    "7b9": (0, 4, 7, 10, 1),
    "7#9": (0, 4, 7, 10, 3),
    "maj7#11": (0, 4, 7, 11, 6),
}
"""Semitones above the root of every kind of chord, in the order 1, 3, 5, 7, 9."""

_NUMERAL = re.compile(r"^([b#]*)([iv]+|[IV]+)([^/]*)(?:/(.+))?$")


@attrs.frozen
class Chord:
    """A chord.

    Attributes:
        numeral: The Roman numeral, as in a style: "V7/ii".
        root: Pitch class of the root.
        tones: Pitch classes, the root first, then third, fifth, seventh and ninth.
        bass: Pitch class of the lowest voice.
    """

    numeral: str
    root: int
    tones: tuple[int, ...]
    bass: int

    @property
    def name(self) -> str:
        """Return the chord's name for a cue sheet: "Cm7", "F/A"."""
        steps = tuple((tone - self.root) % 12 for tone in self.tones)
        kind = next((name for name, one in _QUALITIES.items() if one == steps), "maj")
        label = {"maj": "", "min": "m", "madd9": "m(add9)", "add9": "(add9)", "ø": "m7♭5"}
        text = NAMES[self.root] + label.get(kind, kind)
        return text if self.bass == self.root else f"{text}/{NAMES[self.bass]}"


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

    def chord(self, numeral: str, color: str = "triad") -> Chord:
        """Return the chord that a Roman numeral means in this key.

        Numerals are steps of the major scale in a major key and of the natural minor scale in a
        minor one; `b` and `#` alter them. "V7/ii" is the dominant of the second step, "I/3" has its
        third in the bass.

        Args:
            numeral: The numeral, upper case for major, lower case for minor, with its additions.
            color: The chord that a plain numeral becomes: "triad", "seventh", "ninth", "add9",
                "sus2" or "power".

        Raises:
            ValueError: The numeral can't be read.
        """
        return _chord(self, numeral, color)

    def notes_with(self, chord: Chord) -> tuple[int, ...]:
        """Return the seven pitch classes of the scale, changed to contain the chord's tones."""
        return _notes_with(self, chord)

    def pitch(self, step: int, chord: Chord) -> int:
        """Return the MIDI number of a step of the scale; step 0 is the tonic below middle C."""
        octave, place = divmod(step, 7)
        notes = self.notes_with(chord)
        return 48 + self.tonic + 12 * octave + (notes[place] - self.tonic) % 12

    def step_near(self, pitch: int, chord: Chord) -> int:
        """Return the step of the scale whose pitch is nearest, the lower of two."""
        guess = (pitch - 48 - self.tonic) * 7 // 12
        return min(range(guess - 2, guess + 4), key=lambda s: abs(self.pitch(s, chord) - pitch))


@lru_cache(maxsize=4096)
def _notes_with(key: Key, chord: Chord) -> tuple[int, ...]:
    notes = [(key.tonic + step) % 12 for step in SCALES[key.scale]]
    tones = chord.tones[:4]
    for tone in tones:
        if tone in notes:
            continue
        # A neighbor that is not a tone of the chord is replaced; the lower one first.
        for other in ((tone + 1) % 12, (tone - 1) % 12):
            if other in notes and other not in tones:
                notes[notes.index(other)] = tone
                break
    return tuple(notes)


@lru_cache(maxsize=4096)
def _chord(key: Key, numeral: str, color: str) -> Chord:
    match = _NUMERAL.match(numeral)
    if not match or match[2].lower() not in _DEGREES:
        raise ValueError(f"{numeral!r} is no chord: write a Roman numeral such as ii7, bVI or V7/V")
    accidental, step, kind, below = match.groups()
    base = SCALES["major" if key.mode == "major" else "minor"]
    root = key.tonic + base[_DEGREES[step.lower()]]
    root += accidental.count("#") - accidental.count("b")
    if below and not below.isdigit():
        target = _chord(key, below, "triad")
        root = target.root + (7 if step.lower() == "v" else 11)
    quality = _quality(step, kind, color, dominant=step == "V" or bool(below and step == "V"))
    tones = tuple((root + one) % 12 for one in _QUALITIES[quality])
    bass = root % 12
    if below and below.isdigit():
        bass = tones[{"3": 1, "5": 2, "7": 3}.get(below, 0) % len(tones)]
    if color == "add9" and not kind and (tones[-1] - key.tonic) % 12 not in SCALES[key.scale]:
        tones = tones[:3]  # a ninth outside of the key would be a wrong note
    return Chord(numeral, root % 12, tones, bass)


def _quality(step: str, kind: str, color: str, *, dominant: bool) -> str:
    """Return the kind of chord: the written one, or the one that a plain numeral becomes."""
    major = step.isupper()
    if kind:
        name = kind if major or kind in {"o", "o7", "ø", "sus2", "sus4", "5"} else f"m{kind}"
        if name not in _QUALITIES:
            raise ValueError(f"{step}{kind}: there is no chord {name!r}")
        return name
    if color == "power":
        return "5"
    if color == "sus2":
        return "sus2" if step not in {"iii", "vii"} else "min"
    if color == "add9":
        return "add9" if major else "madd9"
    if color == "seventh":
        return ("7" if dominant else "maj7") if major else "m7"
    if color == "ninth":
        return ("9" if dominant else "maj9") if major else ("m7" if step == "iii" else "m9")
    return "maj" if major else "min"


def voices_of(chord: Chord, count: int, *, rootless: bool = False) -> tuple[int, ...]:
    """Return the pitch classes that so many voices play.

    With more tones than voices, the fifth is left out first, then the root, which the bass has.
    """
    tones = list(chord.tones)
    if rootless and len(tones) >= 4:
        tones.pop(0)
    while len(tones) > count:
        tones.remove(tones[2] if len(tones) > 4 else tones[0] if len(tones) > 3 else tones[-1])
    return tuple(tones)


def nearest(pitch_class: int, center: float) -> int:
    """Return the MIDI number of a pitch class that is nearest to a pitch."""
    low = round(center) - 6
    return low + (pitch_class - low) % 12


@lru_cache(maxsize=8192)
def _voicings(tones: tuple[int, ...], voices: int, center: int) -> tuple[tuple[int, ...], ...]:
    """Return voicings of a chord around a pitch, close and open, lowest voice first."""
    found: set[tuple[int, ...]] = set()
    for turn in range(len(tones)):
        order = [tones[(turn + i) % len(tones)] for i in range(voices)]
        for base in range(center - 14, center + 6):
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


@lru_cache(maxsize=16384)
def lead(
    before: tuple[int, ...] | None, tones: tuple[int, ...], voices: int, center: int
) -> tuple[int, ...]:
    """Return the voicing that moves least from the one before, and stays near the center.

    Args:
        before: The voicing before, or None.
        tones: Pitch classes to play.
        voices: The number of notes.
        center: MIDI number around which the notes lie.
    """

    def cost(notes: tuple[int, ...]) -> float:
        middle = abs(sum(notes) / len(notes) - center)
        # Seconds between the lowest voices sound muddy.
        mud = sum(2.0 for low, up in pairwise(notes) if low < 53 and up - low < 4)
        spread = max(0.0, notes[-1] - notes[0] - 19) * 0.5
        if before is None or len(before) != len(notes):
            return middle + mud + spread
        moves = [abs(a - b) for a, b in zip(before, notes, strict=True)]
        return (
            sum(moves) + 0.8 * max(moves) + 0.7 * middle + mud + spread + _parallels(before, notes)
        )

    return min(_voicings(tones, voices, center), key=lambda notes: (cost(notes), notes))


def _parallels(before: tuple[int, ...], after: tuple[int, ...]) -> float:
    """Return the cost of parallel fifths and octaves."""
    cost = 0.0
    for i in range(len(before)):
        for j in range(i + 1, len(before)):
            if before[i] != after[i] and (before[j] - before[i]) % 12 in {0, 7}:
                cost += 2.5 * ((after[j] - after[i]) % 12 == (before[j] - before[i]) % 12)
    return cost
