"""The fields of a style of music, which a file in `styles/` fills in."""

from __future__ import annotations

import attrs

__all__ = ["Grammar", "Groove", "Layer", "Progressions", "Style", "TuneStyle"]


@attrs.frozen(kw_only=True)
class Progressions:
    """The chords of one mode, as Roman numerals; a blank is a bar line.

    "I_V" are two chords in one bar, "-" holds the chord of the bar before.

    Attributes:
        loops: Rows of four or eight bars for the themes.
        vamps: Rows of two bars for introductions, breaks and codas.
        cadences: The last bar before the last chord.
        finals: The last chord.
    """

    loops: tuple[str, ...]
    vamps: tuple[str, ...]
    cadences: tuple[str, ...]
    finals: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Grammar:
    """The probabilities (0..1) of changes in a written progression, for each place.

    Attributes:
        secondary: A dominant of the next chord in the second half of a bar.
        borrowed: A chord of the parallel mode (iv in major, IV in minor, the flat sixth).
        tritone: A dominant is played a tritone away.
        turnaround: The last bar of a section leads back in two chords.
        suspension: A fourth before the third of a dominant.
        substitution: A chord is replaced by its relative (I by vi, IV by ii).
        passing: A diminished chord between two that lie a step apart.
    """

    secondary: float = 0.0
    borrowed: float = 0.0
    tritone: float = 0.0
    turnaround: float = 0.0
    suspension: float = 0.0
    substitution: float = 0.0
    passing: float = 0.0


@attrs.frozen(kw_only=True)
class TuneStyle:
    """The options for the tunes of a style.

    Attributes:
        rhythms: Rhythms of one bar of a tune, from calm to busy.
        pickups: Rhythms that lead into a phrase: the last steps before the bar line.
        pickup_chance: 0..1, how often a phrase has a pickup.
        density: 0..1, the density of the chosen rhythms.
        chromatic: 0..1, how often a weak note leads by a semitone.
        blue: 0..1, how often thirds, fifths and sevenths are flattened.
        leap: 0..1, how often a motif leaps.
        pentatonic: Whether tunes keep to five notes.
        legato: The share of its written length for which a note sounds.
    """

    rhythms: tuple[str, ...]
    pickups: tuple[str, ...]
    pickup_chance: float = 0.6
    density: float = 0.5
    chromatic: float = 0.1
    blue: float = 0.0
    leap: float = 0.25
    pentatonic: bool = False
    legato: float = 0.94


@attrs.frozen(kw_only=True)
class Layer:
    """A role in the arrangement.

    Attributes:
        role: "pad", "comp", "arp", "bass", "melody" or "counter".
        patch: A key of `synthesis.patches.PATCHES`.
        family: The instrument, as in `lexicon.INSTRUMENTS`.
        level: LU relative to the mix.
        patterns: Rows of `patterns` for the role; one is chosen for each theme.
        full: Rows for high energy; empty for those of `patterns`.
        center: MIDI number around which the layer plays.
        from_energy: Energy from which the layer plays, 0..1.
        chance: 0..1, how often an arrangement has this layer.
        send: 0..1, to the room.
        pan: -1..1.
        duck: 0..1, how far the kick lowers the layer.
        echo: LU by which an echo is softer than the layer; 0 for none.
        rootless: Whether chords leave the root to the bass.
        strum: Seconds between the notes of a chord.
    """

    role: str
    patch: str
    family: str
    level: float
    patterns: tuple[str, ...] = ()
    full: tuple[str, ...] = ()
    center: int = 62
    from_energy: float = 0.0
    chance: float = 1.0
    send: float = 0.2
    pan: float = 0.0
    duck: float = 0.0
    echo: float = 0.0
    rootless: bool = False
    strum: float = 0.004


@attrs.frozen(kw_only=True)
class Groove:
    """A groove: rows of `patterns`, one for each drum.

    Attributes:
        name: The usual name.
        rows: The groove at middle energy.
        light: The drums of `rows` that play at low energy.
        lift: Rows that are added, or replace one of `rows`, at high energy.
        sections: The sections that the groove is for, such as a bridge in half-time ("C", "C2") or
            the second chorus in double-time ("B2"); empty for the groove of a theme.
    """

    name: str
    rows: dict[str, str]
    light: tuple[str, ...]
    lift: dict[str, str] = attrs.Factory(dict)
    sections: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Style:
    """A style of music.

    Attributes:
        name: The key of the style.
        label: The name of the style in titles.
        tempo_bpm: The slowest and the fastest tempo of the style.
        valence: The usual valence of the style, -1 (sad) .. 1 (happy).
        arousal: -1 (still) .. 1 (driving).
        minor_below: Valence below which the piece is in minor.
        layers: The arrangement, without drums.
        tune: The options for the tunes.
        major: Chords in major.
        minor: Chords in minor.
        scales: Scales for major and minor.
        signature: Time signature.
        chord_color: The chords that plain numerals become, as in `harmony`.
        grammar: The probabilities of changes in the progressions.
        grooves: The drums; empty for none.
        drums_level: Level of the drums, LU relative to the mix.
        drums_from: Energy from which the drums play.
        fill: Drums of a fill, played downwards.
        crash: The drum that is struck where a section starts.
        cut_drums: The drums that are struck on a cut, besides a cymbal and the low drum.
        stop_s: Seconds before a strong cut in which drums, bass and struck chords rest.
        swing: 0 (even) .. 1 (triplets).
        swing_sixteenths: Whether the sixteenths swing, not the eighths.
        loudness: LUFS of the finished music.
        reverb_s: Seconds of reverberation.
        tape_saturation: 0..1.
        tilt: -1 (dark) .. 1 (bright).
        humanize_s: Standard deviation in seconds of the players' distance from the beat.
        ritardando: Share of a beat by which the last chord is delayed; 0 for none.
        accent_notes: The patch that strikes a high note on a cut.
        riser: The drum of `synthesis.drums` that swells into a section.
    """

    name: str
    label: str
    tempo_bpm: tuple[float, float]
    valence: float
    arousal: float
    minor_below: float
    layers: tuple[Layer, ...]
    tune: TuneStyle
    major: Progressions
    minor: Progressions
    scales: tuple[str, str] = ("major", "minor")
    signature: str = "4/4"
    chord_color: str = "triad"
    grammar: Grammar = Grammar()
    grooves: tuple[Groove, ...] = ()
    drums_level: float = -5.0
    drums_from: float = 0.3
    fill: tuple[str, ...] = ("snare", "hightom", "tom")
    crash: tuple[str, ...] = ("crash",)
    cut_drums: tuple[str, ...] = ()
    stop_s: float = 0.2
    swing: float = 0.0
    swing_sixteenths: bool = False
    loudness: float = -16.0
    reverb_s: float = 1.8
    tape_saturation: float = 0.0
    tilt: float = 0.0
    humanize_s: float = 0.004
    ritardando: float = 0.0
    accent_notes: str = "vibes"
    riser: str = "reverse"
