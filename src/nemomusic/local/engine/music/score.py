"""A piece of music as plain data: what the composer hands to the synthesiser."""

from __future__ import annotations

import attrs

from nemomusic.local.engine.values import Value

__all__ = ["Note", "Part", "Score", "Section", "Sound"]


@attrs.frozen
class Note(Value):
    """One note or stroke.

    Attributes:
        start: Seconds.
        duration: Seconds until it is let go; strokes ring as long as they do.
        pitch: MIDI number, 60 is middle C.
        velocity: 0..1.
        patch: What plays it, a key of `synth.patches.PATCHES` or a drum of `synth.drums`.
    """

    start: float
    duration: float
    pitch: int
    velocity: float
    patch: str


@attrs.frozen
class Part(Value):
    """Notes of one role in the mix.

    Attributes:
        name: "chords", "melody", "bass", "drums", ...
        level: K-weighted loudness the part is brought to, LU relative to the mix.
        pan: -1 (left) .. 1 (right).
        send: 0..1, how much goes to the room.
        duck: 0..1, how deep the kick pushes it down.
        notes: In order of start.
    """

    name: str
    level: float
    pan: float
    send: float
    duck: float
    notes: tuple[Note, ...]


@attrs.frozen
class Section(Value):
    """A stretch of the form; energy 0..1, times in seconds."""

    name: str
    start: float
    end: float
    energy: float


@attrs.frozen
class Sound(Value):
    """How the whole is to sound.

    Attributes:
        loudness: LUFS of the finished file.
        room: Seconds until the room has decayed by 60 dB.
        colour: -1 (dark) .. 1 (bright), a tilt over the mix.
        tape: 0..1, wow, crackle, lost highs and bits of an old tape or record.
    """

    loudness: float
    room: float
    colour: float
    tape: float


@attrs.frozen
class Score(Value):
    """A whole piece.

    Attributes:
        duration: Seconds; the sound ends exactly there.
        bpm: Nominal tempo.
        key: "F major".
        style: A key of `music.repertoire.STYLES`.
        title: "Warm lo-fi".
        beats: Times of the beats, seconds, as bent towards the cuts.
        downbeats: Those that begin a bar.
        sections: The form, end to end over the whole duration.
        parts: The notes.
        sound: How the whole is to sound.
        seed: What every random choice came from.
    """

    duration: float
    bpm: float
    key: str
    style: str
    title: str
    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    sections: tuple[Section, ...]
    parts: tuple[Part, ...]
    sound: Sound
    seed: int
