"""What a style of music is made of."""

from __future__ import annotations

import attrs

from nemomusic.local.engine.music.patterns import KITS, Kit

__all__ = ["Layer", "Style"]


@attrs.frozen
class Layer:
    """A role in the arrangement.

    Attributes:
        role: "pad", "comp", "arp", "bass", "melody" or "counter".
        patch: A key of `synth.patches.PATCHES`.
        family: The instrument it is, as in `music.words.INSTRUMENTS`.
        level: LU relative to the whole mix.
        pattern: A key of the role's table in `music.patterns`; "" where the role has none.
        centre: MIDI number around which it plays.
        low: Energy from which it plays.
        send: 0..1, to the room.
        pan: -1..1.
        duck: 0..1, how far the kick pushes it down.
        busier: Pattern from an energy of 0.68, if another.
        echo: LU by which an echo is softer than the layer; 0 for none.
    """

    role: str
    patch: str
    family: str
    level: float
    pattern: str = ""
    centre: int = 62
    low: float = 0.0
    send: float = 0.2
    pan: float = 0.0
    duck: float = 0.0
    busier: str = ""
    echo: float = 0.0


@attrs.frozen
class Style:
    """A style of music.

    Attributes:
        label: What titles call it.
        bpm: Slowest and fastest tempo it is played at.
        valence: Where it is at home, -1..1.
        arousal: Likewise.
        minor: Valence below which it turns to minor.
        scales: For major and minor.
        in_major: Progressions in major for the first and the second theme, steps 0..6, a bar each.
        in_minor: Likewise in minor.
        chords: Kind of chord, as in `music.harmony`.
        layers: The arrangement, without drums.
        kit: The drums, a key of `music.patterns.KITS`, or "".
        drums: Level of the drums.
        swing: 0 (even) .. 1 (triplets), of eighths or, with `fine`, sixteenths.
        fine: Whether it is the sixteenths that swing.
        busy: 0..1, how many notes a melody has.
        loudness: LUFS of the finished music.
        room: Seconds of reverberation.
        tape: 0..1.
        colour: -1..1.
        loose: Seconds by which players miss the beat, standard deviation.
        hold: Bars a chord lasts.
        pentatonic: Whether melodies keep to five notes.
        glint: What strikes a high note on a cut where no drums play.
    """

    label: str
    bpm: tuple[float, float]
    valence: float
    arousal: float
    minor: float
    scales: tuple[str, str]
    in_major: tuple[tuple[int, ...], tuple[int, ...]]
    in_minor: tuple[tuple[int, ...], tuple[int, ...]]
    chords: str
    layers: tuple[Layer, ...]
    kit: str = ""
    drums: float = -5.0
    swing: float = 0.0
    fine: bool = False
    busy: float = 0.5
    loudness: float = -16.0
    room: float = 1.8
    tape: float = 0.0
    colour: float = 0.0
    loose: float = 0.004
    hold: int = 1
    pentatonic: bool = False
    glint: str = "vibes"

    @property
    def drum_kit(self) -> Kit | None:
        """Return the drums, or None."""
        return KITS.get(self.kit)
