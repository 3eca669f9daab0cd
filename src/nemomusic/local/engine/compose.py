"""From what was seen and what was asked to a score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs
import numpy as np

from nemomusic.local.engine.music.beats import Pulse, find_pulse
from nemomusic.local.engine.music.form import accents, last_beat, lay_out, met
from nemomusic.local.engine.music.harmony import Chord, Key
from nemomusic.local.engine.music.patterns import KITS
from nemomusic.local.engine.music.players import glint, play
from nemomusic.local.engine.music.repertoire import STYLES
from nemomusic.local.engine.music.rhythm import drum, mark
from nemomusic.local.engine.music.score import Note, Part, Score, Section, Sound
from nemomusic.local.engine.music.song import Song, Stretch, dice
from nemomusic.local.engine.music.styles import Layer, Style

if TYPE_CHECKING:
    from nemomusic.local.engine.brief import Brief
    from nemomusic.local.engine.sight import Sight

__all__ = ["Note", "Part", "Score", "Section", "Sound", "compose"]

# Styles that the picture alone may choose; the others are for those who ask.
_OPEN = ("lofi", "cinematic", "pop", "ambient", "edm", "acoustic", "piano")

# Who plays an instrument that was asked for and that the style hasn't got: role, patch, centre.
_GUESTS: dict[str, tuple[str, str, int]] = {
    "piano": ("arp", "piano", 62),
    "epiano": ("comp", "epiano", 60),
    "guitar": ("arp", "nylon", 57),
    "eguitar": ("comp", "power", 43),
    "strings": ("pad", "strings", 62),
    "violin": ("melody", "violin", 75),
    "cello": ("melody", "cello", 57),
    "flute": ("melody", "flute", 77),
    "brass": ("pad", "brass", 56),
    "sax": ("melody", "sax", 68),
    "choir": ("pad", "choir", 64),
    "bells": ("arp", "bells", 76),
    "marimba": ("arp", "marimba", 66),
    "harp": ("arp", "harp", 66),
    "guzheng": ("arp", "guzheng", 64),
    "organ": ("pad", "organ", 60),
    "pad": ("pad", "warmpad", 60),
    "synth": ("arp", "synthpluck", 68),
    "bass": ("bass", "ebass", 36),
    "melody": ("melody", "softlead", 74),
}
# Instruments of the patches that mark cuts, where their names differ.
_GLINTS = {
    "nylon": "guitar",
    "steel": "guitar",
    "synthpluck": "synth",
    "celesta": "bells",
    "vibes": "marimba",
}
_PATTERNS = {"comp": "whole", "arp": "up8", "bass": "roots"}
_BRISK = 1.15  # times a style's fastest tempo: what it can take before it is another style
_LEVELS = {"pad": -8.0, "comp": -7.5, "arp": -7.0, "melody": -7.0, "bass": -7.0}


def compose(sight: Sight, brief: Brief, *, seed: int) -> Score:
    """Compose music for a clip.

    The same sight, brief and seed give the same score in every process.

    Args:
        sight: What the clip looks like; `duration` decides how long the music is.
        brief: What was asked.
        seed: Of every choice that neither decides.
    """
    valence, arousal = _affect(sight, brief)
    name = brief.style if brief.style in STYLES else _choose(brief, valence, arousal)
    style = STYLES[name]
    if brief.style and brief.arousal is None:
        arousal = 0.6 * style.arousal + 0.4 * arousal
    if brief.style and brief.valence is None:
        valence = 0.4 * style.valence + 0.6 * valence
    rng = dice(seed, "key")
    mode = brief.mode or ("major" if valence >= style.minor else "minor")
    key = Key(int(rng.choice([0, 2, 3, 4, 5, 7, 9, 10])), style.scales[mode == "minor"])
    pulse = _pulse(sight, brief, style, arousal)
    end = last_beat(pulse, sight.duration)
    strong = accents(sight, pulse, end)
    stretches = lay_out(sight, pulse, end, arousal, strong)
    song = Song(
        style=style,
        key=key,
        pulse=pulse,
        duration=sight.duration,
        end=end,
        stretches=stretches,
        chords=_chords(style, key, stretches, end),
        final=key.chord(0, "sus2" if style.chords == "sus2" else "triad"),
        speech=sight.speech,
        accents=strong,
        met=met(sight, pulse, end),
        busy=float(np.clip(style.busy + 0.15 * arousal + 0.3 * brief.density, 0.02, 1.0)),
        seed=seed,
    )
    return Score(
        duration=sight.duration,
        bpm=round(pulse.bpm, 2),
        key=str(key),
        style=name,
        title=_title(brief, style, valence, arousal),
        beats=tuple(t for t in pulse.times if -0.02 <= t < sight.duration),
        downbeats=tuple(t for t in pulse.times[::4] if -0.02 <= t < sight.duration),
        sections=_sections(song),
        parts=_parts(song, brief),
        sound=Sound(
            loudness=float(np.clip(style.loudness + brief.loudness, -26.0, -12.0)),
            room=style.room,
            colour=float(
                np.clip(style.colour + 0.7 * brief.colour + 0.25 * _light(sight), -1.0, 1.0)
            ),
            tape=style.tape,
        ),
        seed=seed,
    )


def _mean(values: tuple[float, ...], default: float) -> float:
    return float(np.mean(values)) if values else default


def _light(sight: Sight) -> float:
    """Return how bright the picture is, -1..1; 0.42 is an ordinary mean luma of daylight film."""
    return float(np.clip(2.2 * (_mean(sight.brightness, 0.42) - 0.42), -1.0, 1.0))


def _affect(sight: Sight, brief: Brief) -> tuple[float, float]:
    """Return valence and arousal: words first, the picture for the rest and as a nuance."""
    cuts = 60.0 * len(sight.cuts) / max(sight.duration, 1.0)
    arousal = float(
        np.clip(-0.65 + 1.3 * _mean(sight.motion, 0.3) + 0.5 * min(1.0, cuts / 25), -1, 1)
    )
    glow = (
        0.7 * _mean(sight.warmth, 0.0)
        + 0.6 * _light(sight)
        + 0.3 * (_mean(sight.saturation, 0.35) - 0.35)
    )
    valence = float(np.clip(0.1 + glow, -1.0, 1.0))
    if brief.valence is not None:
        valence = 0.85 * brief.valence + 0.15 * valence
    if brief.arousal is not None:
        arousal = 0.8 * brief.arousal + 0.2 * arousal
    return valence, arousal


def _choose(brief: Brief, valence: float, arousal: float) -> str:
    """Return the style that is at home nearest to the mood and has what is wanted."""

    def distance(name: str) -> float:
        style = STYLES[name]
        families = [layer.family for layer in style.layers] + ["drums"] * bool(style.kit)
        share = {family: families.count(family) / len(families) for family in families}
        has = sum(0.3 + share[one] for one in brief.wanted if one in share)
        has -= sum(0.3 + share[one] for one in brief.unwanted if one in share)
        # Valence says less about a style than arousal does.
        return math.hypot(0.6 * (style.valence - valence), style.arousal - arousal) - 0.6 * has

    return min(_OPEN, key=distance)


def _pulse(sight: Sight, brief: Brief, style: Style, arousal: float) -> Pulse:
    """Return the beats: asked for, or within 11 % of what style and arousal suggest.

    Where the cuts ask for more, it goes on within an octave of tempos, because every even grid of
    cuts has its tempo, or half or double of it, in there. Most of that octave lies below the
    style's own tempos: lo-fi at 56 is heard as lo-fi in half-time, but at 112 it would be pop.
    """
    if brief.bpm:
        return find_pulse(sight.cuts, sight.duration, brief.bpm * 0.985, brief.bpm * 1.015)
    low, high = style.bpm
    middle = low + (high - low) * (0.5 + 0.5 * arousal)
    plain = find_pulse(
        sight.cuts,
        sight.duration,
        max(0.9 * middle, 0.94 * low),
        min(1.11 * middle, 1.06 * high),
        widest=(_BRISK * high / 2, _BRISK * high),
    )
    if brief.tempo_scale == 1.0:
        return plain
    # Against the tempo there would have been, so that "slower" is slower whatever the cuts say.
    goal = max(40.0, min(200.0, plain.bpm * brief.tempo_scale))
    return find_pulse(sight.cuts, sight.duration, goal * 0.955, goal * 1.045)


def _chords(
    style: Style, key: Key, stretches: tuple[Stretch, ...], end: float
) -> tuple[Chord, ...]:
    """Return a chord for every bar; the last one leads to the tonic."""
    rows = style.in_major if key.mode == "major" else style.in_minor
    chords: list[Chord] = []
    for stretch in stretches:
        row = rows[stretch.theme]
        kind = style.chords
        chords += [
            key.chord(row[(bar // style.hold) % len(row)], kind) for bar in range(stretch.bars)
        ]
    if len(chords) > 1:
        chords[-1] = key.chord(3 if key.scale in {"lydian", "dorian"} else 4, style.chords)
    return tuple(chords[: math.ceil(end / 4)])


def _sections(song: Song) -> tuple[Section, ...]:
    """Return the form in seconds, covering the whole duration."""
    starts = [0.0] + [song.pulse.times[4 * one.first] for one in song.stretches[1:]]
    last = song.pulse.at(song.end)
    names = [(one.name, one.energy) for one in song.stretches]
    if song.end > 0:
        starts.append(last)
    ending = song.stretches[-1].energy if song.stretches else 0.5
    names.append(("end", ending))
    return tuple(
        Section(name, start, after, energy)
        for (name, energy), start, after in zip(
            names, starts, [*starts[1:], song.duration], strict=True
        )
    )


def _layers(style: Style, brief: Brief) -> list[Layer]:
    """Return the arrangement as asked: without the unwanted, with the wanted."""
    gone = set(brief.unwanted)
    if "guitar" in gone:
        gone.add("eguitar")
    if "strings" in gone:
        gone |= {"violin", "cello"} - set(brief.wanted)
    layers = [
        layer for layer in style.layers if layer.family not in gone and layer.role not in gone
    ]
    for name in brief.wanted:
        if name == "drums":
            continue
        have = [i for i, one in enumerate(layers) if name in {one.family, one.role}]
        if have:
            for i in have:
                layers[i] = attrs.evolve(
                    layers[i], low=min(layers[i].low, 0.15), level=layers[i].level + 2.0
                )
            continue
        role, patch, centre = _GUESTS[name]
        guest = Layer(
            role, patch, name, _LEVELS[role], _PATTERNS.get(role, ""), centre, send=0.25, pan=0.08
        )
        # A guest takes the place of the one who had the role, rather than crowding it.
        rivals = [
            i for i, one in enumerate(layers) if one.role == role and one.family not in brief.wanted
        ]
        if rivals and role in {"melody", "arp", "bass"}:
            layers[rivals[0]] = guest
        else:
            layers.append(guest)
    if brief.only:
        layers = [one for one in layers if one.family in brief.wanted or one.role in brief.wanted]
    shift = 0.22 * brief.density
    return [attrs.evolve(one, low=one.low - shift if one.low else 0.0) for one in layers]


def _parts(song: Song, brief: Brief) -> tuple[Part, ...]:
    style = song.style
    layers = _layers(style, brief)
    kit = style.drum_kit
    if "drums" in brief.wanted:
        kit = attrs.evolve(kit or KITS["acoustic"], low=0.0)
    if "drums" in brief.unwanted or (brief.only and "drums" not in brief.wanted):
        kit = None
    if not layers and kit is None:
        layers = [style.layers[0]]
    parts: list[Part] = []
    seen: dict[str, int] = {}
    # Something must sound from the first moment to the last.
    if layers and all(layer.low > 0 for layer in layers):
        layers[0] = attrs.evolve(layers[0], low=0.0)
    for layer in layers:
        seen[layer.role] = seen.get(layer.role, 0) + 1
        count = seen[layer.role]
        notes = tuple(play(song, layer))
        parts.append(
            Part(
                name=layer.role if count == 1 else f"{layer.role} {count}",
                level=layer.level,
                pan=layer.pan,
                send=layer.send,
                duck=layer.duck,
                notes=notes,
            )
        )
        if layer.echo:
            parts.append(_echo(parts[-1], layer.echo, song))
    if kit:
        notes = tuple(sorted(drum(song, kit), key=lambda note: (note.start, note.patch)))
        parts.append(Part("drums", style.drums, 0.0, 0.06, 0.0, notes))
    if "drums" not in brief.unwanted and not brief.only:
        notes = tuple(sorted(mark(song, kit), key=lambda note: (note.start, note.patch)))
        parts.append(Part("marks", style.drums - 5.0 if kit else -17.0, 0.0, 0.25, 0.0, notes))
    family = _GLINTS.get(style.glint, style.glint)
    if not brief.only and family not in brief.unwanted:
        # Every cut that has a beat shall be heard, drums or none.
        notes = tuple(glint(song, kit.low if kit else 2.0))
        parts.append(Part("glints", -13.0, 0.15, 0.4, 0.0, notes))
    return tuple(part for part in parts if part.notes)


def _echo(part: Part, softer: float, song: Song) -> Part:
    """Return the part again three quarters of a beat later, from the other side of the stage."""
    late = 45.0 / song.pulse.bpm
    notes = tuple(
        attrs.evolve(note, start=note.start + late)
        for note in part.notes
        if note.start + note.duration + late < min(song.pulse.at(song.end), song.duration)
    )
    pan = -0.6 if part.pan >= 0 else 0.6
    return attrs.evolve(
        part, name=f"{part.name} echo", level=part.level - softer, pan=pan, send=0.5, notes=notes
    )


def _title(brief: Brief, style: Style, valence: float, arousal: float) -> str:
    """Return "Warm lo-fi": the mood that was named, or the one it came out as."""
    if brief.mood:
        mood = brief.mood
    elif arousal > 0.35:
        mood = "bright" if valence > 0.3 else "tense" if valence < -0.35 else "driving"
    elif arousal < -0.35:
        mood = "warm" if valence > 0.15 else "sad" if valence < -0.35 else "calm"
    else:
        mood = "sunny" if valence > 0.3 else "dark" if valence < -0.35 else "mellow"
    return f"{mood.capitalize()} {style.label}"
