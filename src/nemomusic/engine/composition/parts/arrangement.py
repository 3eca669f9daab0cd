"""Make the arrangement: choose the instruments, and limit the notes at once."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import attrs

from nemomusic.engine.composition.notation.score import Part
from nemomusic.engine.composition.parts.bass_part import bass_part
from nemomusic.engine.composition.parts.comping import comp_part, figure_part, pad_part
from nemomusic.engine.composition.parts.drum_part import accent_notes, drum_part, section_accents
from nemomusic.engine.composition.parts.melody import counter_part, melody_part, transposed
from nemomusic.engine.composition.parts.thinning import thinned
from nemomusic.engine.composition.planning.plan import Chooser
from nemomusic.engine.composition.style import Groove, Layer

if TYPE_CHECKING:
    from nemomusic.engine.composition.notation.score import Note
    from nemomusic.engine.composition.planning.plan import SongPlan
    from nemomusic.engine.composition.style import Style
    from nemomusic.engine.types import Brief

__all__ = ["chosen_layers", "families", "parts_of"]

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
"""Role, patch and center of a requested instrument that the style does not have."""
_ACCENT_FAMILIES = {
    "nylon": "guitar",
    "steel": "guitar",
    "synthpluck": "synth",
    "celesta": "bells",
    "vibes": "marimba",
}
"""Instruments of the patches that mark cuts, if their names differ."""
_LEVELS = {"pad": -8.0, "comp": -7.5, "arp": -7.0, "melody": -7.0, "bass": -7.0, "counter": -11.0}
_GUEST_ROWS = {
    ("comp", 16): "x-------o-------",
    ("comp", 12): "x-----o-----",
    ("arp", 16): "0.1.2.3.2.1.2.1.",
    ("arp", 12): "0.1.2.3.2.1.",
    ("bass", 16): "r-------5-------",
    ("bass", 12): "r-----5-----",
}
"""Rows for instruments that are added to a style, by role and steps per bar."""
_GUEST_GROOVES = {
    16: Groove(
        name="plain",
        rows={
            "jazzkick": "x.......x.......",
            "softsnare": "....x.......x...",
            "softhat": "o.o.o.o.o.o.o.o.",
        },
        light=("jazzkick", "softhat"),
    ),
    12: Groove(
        name="plain",
        rows={"jazzkick": "x...........", "softsnare": "....o...o...", "softhat": "o.o.o.o.o.o."},
        light=("jazzkick", "softhat"),
    ),
}
"""Drums for styles without drums, by steps per bar."""
_TOGETHER_S = 0.035
"""Seconds around a cut within which a note counts as on the cut."""
_HELD_BACK_S = 0.26
"""Seconds before a cut in which all instruments play softer."""
_SHORT_STOP_S = 0.13
"""The shortest time in seconds before any other cut without struck notes and drums."""
_BREATH_S = 0.07
"""Seconds before a strong cut at which short notes end."""
_STRONGER, _BEFORE, _ELSEWHERE = 1.3, 0.7, 0.86
"""Factors on the velocity of notes on a cut, just before a cut, and elsewhere."""


def families(style: Style) -> list[str]:
    """Return the instruments of a style, once for each layer."""
    return [layer.family for layer in style.layers] + ["drums"] * bool(style.grooves)


def chosen_layers(style: Style, brief: Brief, seed: int) -> list[Layer]:
    """Return the layers of a piece: those that always play, some others, and requested ones."""
    chooser = Chooser(seed, "layers")
    taken = [(layer, chooser.chance(layer.chance)) for layer in style.layers]
    gone = set(brief.unwanted)
    if "guitar" in gone:
        gone.add("eguitar")
    if "strings" in gone:
        gone |= {"violin", "cello"} - set(brief.wanted)
    wanted = set(brief.wanted)
    layers = [
        layer
        for layer, plays in taken
        if layer.family not in gone
        and layer.role not in gone
        and (plays or layer.family in wanted or layer.role in wanted)
    ]
    for name in brief.wanted:
        if name != "drums":
            _invite(layers, name, style, wanted)
    if brief.only:
        layers = [one for one in layers if one.family in wanted or one.role in wanted]
    shift = 0.22 * brief.density
    return [
        attrs.evolve(
            one,
            from_energy=one.from_energy - shift if one.from_energy else 0.0,
            level=one.level + _louder(brief, one.family, one.role),
        )
        for one in layers
    ]


def _invite(layers: list[Layer], name: str, style: Style, wanted: set[str]) -> None:
    """Make a requested instrument louder, or add it."""
    have = [i for i, one in enumerate(layers) if name in {one.family, one.role}]
    for i in have:
        layers[i] = attrs.evolve(
            layers[i], from_energy=min(layers[i].from_energy, 0.15), level=layers[i].level + 2.0
        )
    if have:
        return
    role, patch, center = _GUESTS[name]
    steps = 16 if style.signature == "4/4" else 12
    rows = (_GUEST_ROWS[role, steps],) if (role, steps) in _GUEST_ROWS else ()
    guest = Layer(
        role=role,
        patch=patch,
        family=name,
        level=_LEVELS[role],
        patterns=rows,
        center=center,
        send=0.25,
        pan=0.08,
    )
    # An added instrument replaces the one with its role.
    rivals = [i for i, one in enumerate(layers) if one.role == role and one.family not in wanted]
    if rivals and role in {"melody", "arp", "bass"}:
        layers[rivals[0]] = guest
    else:
        layers.append(guest)


def _louder(brief: Brief, *names: str) -> float:
    """Return the requested change of an instrument's level in decibels, by any of its names."""
    return sum(change for name, change in brief.levels if name in names)


def parts_of(song: SongPlan, brief: Brief) -> tuple[Part, ...]:
    """Return all parts of the piece."""
    style = song.style
    layers = chosen_layers(style, brief, song.seed)
    grooves, drums_from = style.grooves, style.drums_from
    if "drums" in brief.wanted:
        grooves = grooves or (_GUEST_GROOVES[song.signature.bar_steps],)
        drums_from = 0.0
    if "drums" in brief.unwanted or (brief.only and "drums" not in brief.wanted):
        grooves = ()
    if not layers and not grooves:
        layers = [style.layers[0]]
    # Some part must sound from the beginning to the end.
    if layers and all(layer.from_energy > 0 or layer.role == "melody" for layer in layers):
        first = next((i for i, one in enumerate(layers) if one.role != "melody"), 0)
        layers[first] = attrs.evolve(layers[first], from_energy=0.0)
    parts = _layer_parts(song, layers)
    if grooves:
        notes = _sorted(drum_part(song, grooves, drums_from))
        level = style.drums_level + _louder(brief, "drums")
        parts.append(_part("drums", level, notes, instrument="drums", send=0.06))
    if "drums" not in brief.unwanted and not brief.only:
        level = style.drums_level + 0.5 if grooves else -12.5
        parts.append(
            _part("accents", level, _sorted(section_accents(song, drums=bool(grooves))), send=0.25)
        )
    family = _ACCENT_FAMILIES.get(style.accent_notes, style.accent_notes)
    if not brief.only and family not in brief.unwanted:
        high = [
            attrs.evolve(note, pitch=transposed(note.pitch, note.patch))
            for note in accent_notes(song)
        ]
        parts.append(_part("accent notes", -9.5, _sorted(high), send=0.4, pan=0.15))
    cuts = [song.time(beat) for beat in (*song.on_cuts, float(song.end))]
    return tuple(part for part in _accented(thinned(parts, cuts), song) if part.notes)


def _accented(parts: list[Part], song: SongPlan) -> list[Part]:
    """Return the parts with all instruments on the cuts, and fewer or softer notes before them."""
    cuts = [song.time(beat) for beat in song.on_cuts]
    if not cuts:
        return parts

    strong, stop = [song.time(beat) for beat in song.accents], song.style.stop_s
    short_stop = max(_SHORT_STOP_S, 0.5 * stop)

    def played(note: Note, *, swell: bool, brief: bool) -> Note | None:
        gap = _gap(cuts, note.start)
        if abs(gap) <= _TOGETHER_S:
            return attrs.evolve(note, velocity=min(1.0, _STRONGER * note.velocity + 0.08))
        if swell:
            return note
        if brief and (gap < short_stop or _TOGETHER_S < _gap(strong, note.start) < stop):
            return None  # a rest before the stroke makes it the strongest moment
        factor = _BEFORE if _TOGETHER_S < gap < _HELD_BACK_S else _ELSEWHERE
        until = _gap(strong, note.start)
        length = note.duration
        if brief and stop <= until < note.duration + _BREATH_S:
            length = max(0.05, until - _BREATH_S)
        return attrs.evolve(note, velocity=max(0.05, factor * note.velocity), duration=length)

    found = []
    for part in parts:
        brief = part.name.split(" ", maxsplit=1)[0] in {"comp", "arp", "drums", "bass"}
        notes = (
            played(note, swell=note.patch in {"reverse", "riser"}, brief=brief)
            for note in part.notes
        )
        found.append(attrs.evolve(part, notes=tuple(note for note in notes if note)))
    return found


def _gap(cuts: list[float], start: float) -> float:
    """Return the seconds from a note to its cut: the cut that it lies on, or the next one."""
    at = bisect_left(cuts, start - _TOGETHER_S)
    return cuts[at] - start if at < len(cuts) else 9.0


def _layer_parts(song: SongPlan, layers: list[Layer]) -> list[Part]:
    functions = {
        "pad": pad_part,
        "comp": comp_part,
        "arp": figure_part,
        "bass": bass_part,
        "melody": melody_part,
        "counter": counter_part,
    }
    parts: list[Part] = []
    seen: dict[str, int] = {}
    for layer in layers:
        seen[layer.role] = count = seen.get(layer.role, 0) + 1
        parts.append(
            Part(
                name=layer.role if count == 1 else f"{layer.role} {count}",
                level=layer.level,
                pan=layer.pan,
                send=layer.send,
                duck=layer.duck,
                notes=_sorted(functions[layer.role](song, layer)),
                instrument=layer.family,
            )
        )
        if layer.echo:
            parts.append(_echo(parts[-1], layer.echo, song))
    return parts


def _sorted(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: (note.start, note.pitch, note.patch)))


def _part(
    name: str,
    level: float,
    notes: tuple[Note, ...],
    *,
    instrument: str = "",
    send: float = 0.2,
    pan: float = 0.0,
) -> Part:
    return Part(name, level, pan, send, 0.0, notes, instrument)


def _echo(part: Part, softer: float, song: SongPlan) -> Part:
    """Return the part as an echo: three quarters of a beat later, from the other side."""
    late = 45.0 / song.grid.bpm
    notes = tuple(
        attrs.evolve(note, start=note.start + late)
        for note in part.notes
        if note.start + note.duration + late < min(song.grid.at(song.end), song.duration)
    )
    pan = -0.6 if part.pan >= 0 else 0.6
    return attrs.evolve(
        part, name=f"{part.name} echo", level=part.level - softer, pan=pan, send=0.5, notes=notes
    )
