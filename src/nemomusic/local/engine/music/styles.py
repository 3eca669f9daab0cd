"""The styles, as data: what plays, how fast, over which chords, in which patterns."""

from __future__ import annotations

import attrs

from nemomusic.local.engine.music.patterns import KITS, Kit

__all__ = ["STYLES", "Layer", "Style"]


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

    @property
    def drum_kit(self) -> Kit | None:
        """Return the drums, or None."""
        return KITS.get(self.kit)


STYLES: dict[str, Style] = {
    "lofi": Style(
        "lo-fi",
        (70, 90),
        0.1,
        -0.4,
        0.0,
        ("major", "dorian"),
        ((3, 2, 1, 0), (3, 4, 2, 5)),
        ((0, 3, 6, 2), (5, 4, 0, 0)),
        "ninth",
        (
            Layer(
                "comp", "epiano", "epiano", -6.5, "lofi", 60, send=0.16, duck=0.25, busier="lofi2"
            ),
            Layer("bass", "upright", "bass", -7.0, "lofi", 36, 0.28, send=0.02, duck=0.2),
            Layer("melody", "felt", "piano", -8.0, centre=74, low=0.36, send=0.3, pan=0.12),
            Layer("pad", "warmpad", "pad", -15.0, centre=60, low=0.5, send=0.3, duck=0.35),
            Layer("arp", "nylon", "guitar", -13.0, "sparse", 66, 0.66, send=0.25, pan=-0.35),
        ),
        "lofi",
        -6.0,
        0.55,
        fine=True,
        busy=0.35,
        loudness=-17.0,
        room=1.3,
        tape=0.7,
        colour=-0.25,
        loose=0.010,
        pentatonic=True,
    ),
    "cinematic": Style(
        "cinematic",
        (66, 104),
        -0.1,
        0.2,
        0.3,
        ("major", "minor"),
        ((0, 4, 5, 3), (3, 0, 4, 5)),
        ((0, 5, 2, 6), (5, 6, 0, 4)),
        "triad",
        (
            Layer("pad", "strings", "strings", -7.0, centre=60, send=0.4),
            Layer("bass", "lowstrings", "strings", -8.0, "whole", 38, 0.2, send=0.3),
            Layer("arp", "piano", "piano", -10.0, "updown8", 64, 0.0, send=0.35, pan=-0.15),
            Layer(
                "arp",
                "spiccato",
                "strings",
                -9.0,
                "ost8",
                52,
                0.45,
                send=0.3,
                pan=0.2,
                busier="ost16",
            ),
            Layer("melody", "violin", "violin", -8.0, centre=73, low=0.4, send=0.45, pan=-0.1),
            Layer("pad", "brass", "brass", -9.5, centre=52, low=0.66, send=0.35, pan=0.1),
            Layer("counter", "choir", "choir", -11.5, centre=66, low=0.7, send=0.5),
        ),
        "cinematic",
        -6.0,
        busy=0.25,
        loudness=-16.0,
        room=3.0,
        colour=-0.05,
    ),
    "pop": Style(
        "pop",
        (102, 126),
        0.6,
        0.5,
        -0.35,
        ("major", "minor"),
        ((0, 4, 5, 3), (3, 4, 2, 5)),
        ((0, 5, 2, 6), (5, 6, 0, 2)),
        "add9",
        (
            Layer("comp", "piano", "piano", -8.0, "pop", 62, send=0.14, duck=0.15, busier="pop8"),
            Layer("bass", "ebass", "bass", -6.5, "pop", 36, 0.3, send=0.02, busier="pulse8"),
            Layer(
                "arp", "synthpluck", "synth", -10.0, "up8", 70, 0.38, send=0.3, pan=0.25, duck=0.25
            ),
            Layer("melody", "lead", "synth", -8.5, centre=76, low=0.44, send=0.3),
            Layer("comp", "steel", "guitar", -12.0, "strum", 58, 0.55, send=0.12, pan=-0.45),
            Layer("pad", "synthpad", "pad", -14.0, centre=64, low=0.4, send=0.3, duck=0.35),
            Layer("counter", "bells", "bells", -15.0, centre=84, low=0.72, send=0.4, pan=-0.25),
        ),
        "pop",
        -4.5,
        busy=0.55,
        loudness=-14.0,
        room=1.4,
        colour=0.2,
    ),
    "ambient": Style(
        "ambient",
        (56, 76),
        0.15,
        -0.75,
        -0.1,
        ("lydian", "dorian"),
        ((0, 4, 1, 3), (3, 0, 5, 4)),
        ((0, 3, 0, 6), (5, 6, 0, 3)),
        "add9",
        (
            Layer("pad", "airpad", "pad", -4.0, centre=62, send=0.6),
            Layer("pad", "warmpad", "pad", -6.0, centre=50, send=0.4),
            Layer("bass", "subbass", "bass", -11.0, "whole", 36, 0.3, send=0.1),
            Layer("arp", "glasspad", "synth", -11.0, "drops", 74, 0.25, send=0.7, pan=0.2),
            Layer("melody", "felt", "piano", -9.5, centre=74, low=0.3, send=0.7, pan=-0.15),
            Layer("counter", "oohs", "choir", -11.0, centre=66, low=0.55, send=0.6),
        ),
        "",
        busy=0.12,
        loudness=-19.0,
        room=4.2,
        colour=-0.1,
        loose=0.015,
        hold=2,
    ),
    "edm": Style(
        "electronic",
        (120, 130),
        0.2,
        0.85,
        0.1,
        ("major", "minor"),
        ((3, 4, 5, 0), (0, 4, 5, 3)),
        ((0, 5, 2, 6), (5, 6, 0, 0)),
        "add9",
        (
            Layer("comp", "supersaw", "synth", -7.0, "edm", 64, 0.5, send=0.18, duck=0.65),
            Layer(
                "bass",
                "synthbass",
                "bass",
                -6.0,
                "offbeat",
                36,
                0.34,
                send=0.0,
                duck=0.5,
                busier="roll16",
            ),
            Layer("arp", "synthpluck", "synth", -9.0, "up16", 68, 0.0, send=0.3, duck=0.4, pan=0.1),
            Layer("pad", "synthpad", "pad", -12.0, centre=62, send=0.35, duck=0.7),
            Layer("melody", "lead", "synth", -8.0, centre=76, low=0.5, send=0.32, duck=0.3),
        ),
        "edm",
        -4.0,
        busy=0.6,
        loudness=-13.0,
        room=1.9,
        colour=0.3,
        loose=0.0,
    ),
    "acoustic": Style(
        "acoustic",
        (84, 112),
        0.45,
        -0.1,
        -0.3,
        ("major", "minor"),
        ((0, 3, 0, 4), (5, 3, 0, 4)),
        ((0, 5, 2, 6), (3, 0, 4, 0)),
        "add9",
        (
            Layer("arp", "nylon", "guitar", -5.0, "travis", 55, send=0.15, pan=-0.15),
            Layer("comp", "steel", "guitar", -9.5, "strum", 60, 0.5, send=0.12, pan=0.4),
            Layer("bass", "upright", "bass", -8.0, "roots", 36, 0.35, send=0.04),
            Layer("melody", "flute", "flute", -9.0, centre=76, low=0.4, send=0.3, pan=0.1),
            Layer("pad", "strings", "strings", -14.0, centre=62, low=0.6, send=0.35),
        ),
        "acoustic",
        -9.0,
        0.12,
        busy=0.4,
        loudness=-17.0,
        room=1.4,
        colour=0.0,
        loose=0.008,
    ),
    "jazz": Style(
        "jazz",
        (88, 150),
        0.25,
        0.0,
        -0.2,
        ("major", "dorian"),
        ((1, 4, 0, 5), (3, 2, 1, 4)),
        ((0, 3, 1, 4), (3, 6, 0, 4)),
        "seventh",
        (
            Layer("comp", "piano", "piano", -8.0, "charleston", 60, send=0.14, pan=-0.2),
            Layer("bass", "upright", "bass", -6.5, "walk", 38, 0.1, send=0.04),
            Layer("melody", "sax", "sax", -7.5, centre=69, low=0.32, send=0.25, pan=0.1),
            Layer("comp", "jazzguitar", "guitar", -12.0, "freddie", 57, 0.55, send=0.1, pan=0.35),
        ),
        "jazz",
        -7.5,
        0.85,
        busy=0.65,
        loudness=-17.0,
        room=1.4,
        colour=-0.1,
        loose=0.010,
    ),
    "rock": Style(
        "rock",
        (112, 144),
        0.1,
        0.8,
        0.0,
        ("mixolydian", "minor"),
        ((0, 6, 3, 0), (3, 0, 6, 4)),
        ((0, 5, 6, 0), (5, 2, 6, 0)),
        "triad",
        (
            Layer("comp", "power", "eguitar", -5.5, "rock", 43, 0.3, send=0.08, busier="rock8"),
            Layer("arp", "steel", "guitar", -9.0, "up8", 58, 0.0, send=0.15, pan=-0.35),
            Layer("bass", "ebass", "bass", -6.0, "pulse8", 34, 0.2, send=0.02),
            Layer("melody", "lead", "eguitar", -8.0, centre=72, low=0.5, send=0.25),
            Layer("pad", "organ", "organ", -14.0, centre=60, low=0.65, send=0.2, pan=0.3),
        ),
        "rock",
        -4.0,
        busy=0.5,
        loudness=-13.5,
        room=1.2,
        colour=0.1,
        loose=0.005,
    ),
    "classical": Style(
        "classical",
        (76, 120),
        0.25,
        0.0,
        -0.15,
        ("major", "minor"),
        ((0, 3, 4, 0), (5, 1, 4, 0)),
        ((0, 3, 4, 0), (5, 3, 4, 0)),
        "triad",
        (
            Layer("arp", "piano", "piano", -8.0, "alberti", 60, send=0.25, pan=-0.1),
            Layer("bass", "cello", "cello", -8.5, "roots", 43, 0.2, send=0.3, pan=0.25),
            Layer("melody", "violin", "violin", -6.5, centre=75, low=0.25, send=0.35, pan=-0.25),
            Layer("pad", "strings", "strings", -11.0, centre=61, low=0.35, send=0.35),
            Layer("arp", "pizzicato", "strings", -11.0, "up8", 67, 0.6, send=0.3, pan=0.2),
            Layer("counter", "flute", "flute", -12.0, centre=79, low=0.6, send=0.35, pan=0.2),
        ),
        "",
        busy=0.6,
        loudness=-18.0,
        room=2.2,
        loose=0.008,
    ),
    "hiphop": Style(
        "hip-hop",
        (78, 96),
        -0.1,
        0.3,
        0.35,
        ("dorian", "minor"),
        ((0, 3, 0, 5), (3, 5, 0, 6)),
        ((0, 5, 0, 6), (3, 5, 0, 4)),
        "seventh",
        (
            Layer("comp", "epiano", "epiano", -9.0, "stabs", 60, send=0.15, pan=-0.1),
            Layer("bass", "808", "bass", -5.0, "808", 32, 0.25, send=0.0, duck=0.3),
            Layer("arp", "bells", "bells", -12.0, "sparse", 74, 0.3, send=0.35, pan=0.25),
            Layer("melody", "softlead", "synth", -9.5, centre=72, low=0.5, send=0.25),
            Layer("pad", "oohs", "choir", -14.0, centre=62, low=0.55, send=0.35, duck=0.3),
        ),
        "hiphop",
        -4.5,
        0.3,
        fine=True,
        busy=0.35,
        loudness=-14.5,
        room=1.2,
        tape=0.15,
        colour=-0.1,
        loose=0.006,
        pentatonic=True,
    ),
    "piano": Style(
        "piano",
        (62, 92),
        0.1,
        -0.45,
        -0.05,
        ("major", "minor"),
        ((0, 4, 5, 3), (3, 0, 1, 4)),
        ((0, 5, 2, 6), (3, 0, 5, 4)),
        "add9",
        (
            Layer("arp", "piano", "piano", -4.0, "ballad", 52, send=0.28, busier="flow16"),
            Layer("bass", "piano", "piano", -8.0, "whole", 38, 0.2, send=0.2),
            Layer("melody", "piano", "piano", -4.0, centre=75, low=0.22, send=0.3),
            Layer("counter", "piano", "piano", -11.0, centre=67, low=0.6, send=0.3),
        ),
        "",
        busy=0.4,
        loudness=-18.0,
        room=2.4,
        loose=0.010,
    ),
    "synthwave": Style(
        "synthwave",
        (84, 112),
        0.0,
        0.4,
        0.3,
        ("major", "minor"),
        ((5, 3, 0, 4), (3, 4, 5, 0)),
        ((0, 5, 2, 6), (5, 6, 0, 6)),
        "triad",
        (
            Layer(
                "bass",
                "synthbass",
                "bass",
                -6.0,
                "roll8",
                36,
                0.0,
                send=0.02,
                duck=0.35,
                busier="roll16",
            ),
            Layer("pad", "synthpad", "pad", -8.0, centre=60, send=0.3, duck=0.4),
            Layer(
                "arp", "synthpluck", "synth", -9.0, "up16", 67, 0.3, send=0.3, pan=0.25, duck=0.2
            ),
            Layer("melody", "lead", "synth", -8.0, centre=74, low=0.42, send=0.4),
            Layer("comp", "supersaw", "synth", -11.5, "stabs", 62, 0.66, send=0.25, duck=0.3),
        ),
        "synthwave",
        -4.5,
        busy=0.4,
        loudness=-14.0,
        room=2.2,
        colour=0.05,
        loose=0.0,
    ),
    "guofeng": Style(
        "guofeng",
        (66, 100),
        0.15,
        -0.2,
        0.0,
        ("major", "minor"),
        ((0, 3, 4, 0), (5, 3, 1, 4)),
        ((0, 5, 6, 0), (3, 5, 6, 0)),
        "sus2",
        (
            Layer("arp", "guzheng", "guzheng", -6.0, "harp", 62, send=0.3, pan=-0.2),
            Layer("melody", "dizi", "flute", -7.0, centre=76, low=0.25, send=0.4, pan=0.12),
            Layer("pad", "strings", "strings", -11.0, centre=60, send=0.4),
            Layer("bass", "lowstrings", "strings", -10.0, "whole", 38, 0.3, send=0.3),
            Layer("counter", "cello", "cello", -11.0, centre=57, low=0.6, send=0.35, pan=0.2),
        ),
        "guofeng",
        -8.5,
        busy=0.4,
        loudness=-17.0,
        room=2.4,
        loose=0.008,
        pentatonic=True,
    ),
}
