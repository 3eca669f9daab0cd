"""The score: a piece of music as plain data, from the composer to the synthesizer."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import attrs

from nemomusic.engine.serialization import JsonValue
from nemomusic.engine.types import ON_CUT_SECONDS, ScoreSummary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nemomusic.engine.types import Cut

__all__ = ["ChordEvent", "Note", "Part", "Score", "Section", "Timbre"]


@attrs.frozen
class Note(JsonValue):
    """One note or stroke.

    Attributes:
        start: Seconds.
        duration: Seconds until the note is released. Strokes of drums ring for their own time.
        pitch: MIDI number, 60 is middle C.
        velocity: 0..1.
        patch: The sound, a key of `synthesis.patches.PATCHES` or a drum of `synthesis.drums`.
    """

    start: float
    duration: float
    pitch: int
    velocity: float
    patch: str


@attrs.frozen
class Part(JsonValue):
    """Notes of one role in the mix.

    Attributes:
        name: "chords", "melody", "bass", "drums", ...
        level: K-weighted loudness of the part, in LU relative to the mix.
        pan: -1 (left) .. 1 (right).
        send: 0..1, the share that goes to the room.
        duck: 0..1, how far the kick lowers the part.
        notes: The notes in order of their start.
        instrument: The instrument of the part, named as in `INSTRUMENTS` of
            `engine/composition/lexicon.py`; "" for strokes on cuts and section boundaries, which
            belong to no player.
    """

    name: str
    level: float
    pan: float
    send: float
    duck: float
    notes: tuple[Note, ...]
    instrument: str = ""


@attrs.frozen
class Section(JsonValue):
    """A section of the form.

    Attributes:
        name: "pickup", "intro", "A", "A2", "B", "break", "outro", "end", ...
        start: Seconds.
        end: Seconds.
        energy: 0..1.
        bars: Bars, an extension included; 0 for the pickup and for the last chord.
        loop: Bars of the loop of chords that the section repeats.
        extension: Beats by which the section is longer (or shorter) than its loops: a tag, or a
            bar of half the length.
    """

    name: str
    start: float
    end: float
    energy: float
    bars: int = 0
    loop: int = 0
    extension: int = 0


@attrs.frozen
class ChordEvent(JsonValue):
    """A change of chord.

    Attributes:
        time: Seconds.
        name: "Am7".
        numeral: The chord in its key, "vi7".
    """

    time: float
    name: str
    numeral: str


@attrs.frozen
class Timbre(JsonValue):
    """The sound of the whole piece.

    Attributes:
        loudness: Loudness of the finished file in LUFS.
        room: Seconds until the room has decayed by 60 dB.
        color: -1 (dark) .. 1 (bright), a tilt over the mix.
        tape_saturation: 0..1, the effects of an old tape or record: wow, crackle, and the loss of
            high frequencies and bits.
    """

    loudness: float
    room: float
    color: float
    tape_saturation: float


@attrs.frozen
class Score(JsonValue):
    """A whole piece.

    Attributes:
        duration: Seconds; the sound ends exactly there.
        bpm: Nominal tempo.
        key: "F major".
        style: A key of `style_presets.STYLES`.
        title: "Warm lo-fi".
        beats: Times of the beats in seconds, bent toward the cuts.
        downbeats: The times of the beats that begin a bar.
        sections: The form, end to end over the whole duration.
        parts: The notes.
        sound: The timbre of the whole piece.
        seed: The seed of all random choices.
        chords: The changes of chord.
        signature: Time signature.
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
    sound: Timbre
    seed: int
    chords: tuple[ChordEvent, ...] = ()
    signature: str = "4/4"

    def hits_near(self, time: float) -> tuple[float, ...]:
        """Return when a note is struck to mark a cut at this time, within `ON_CUT_SECONDS`."""
        struck = {
            round(note.start, 3)
            for part in self.parts
            if part.name in {"accents", "accent notes"}
            for note in part.notes
            if note.patch not in {"reverse", "riser"}  # they swell before the cut
        }
        return tuple(sorted(_near(struck, time)))

    def beats_near(self, time: float) -> tuple[float, ...]:
        """Return the beats within `ON_CUT_SECONDS` of this time."""
        return tuple(_near(self.beats, time))

    def summarize(self, cuts: Sequence[Cut]) -> ScoreSummary:
        """Return the summary of the piece, with the number of cuts that the music answers."""
        hits = sum(bool(self.beats_near(cut.time) or self.hits_near(cut.time)) for cut in cuts)
        return ScoreSummary(
            style=self.style,
            title=self.title,
            bpm=round(self.bpm, 1),
            key=self.key,
            duration=self.duration,
            cuts=len(cuts),
            hits=hits,
            levels=self._levels(),
            notes_per_second=round(
                sum(len(part.notes) for part in self.parts) / max(self.duration, 0.1), 2
            ),
            color=round(self.sound.color, 3),
            energy=round(
                sum(one.energy * (one.end - one.start) for one in self.sections)
                / max(self.duration, 0.1),
                3,
            ),
            fingerprint=hashlib.sha256(
                repr((self.duration, self.parts, self.sound)).encode()
            ).hexdigest()[:16],
        )

    def _levels(self) -> tuple[tuple[str, float], ...]:
        """Return each instrument with the level of its loudest part, in order of name."""
        levels: dict[str, float] = {}
        for part in self.parts:
            for name in {part.instrument, part.name if part.name == "melody" else ""} - {""}:
                levels[name] = max(levels.get(name, part.level), part.level)
        return tuple(sorted((name, round(level, 2)) for name, level in levels.items()))


def _near(times: Iterable[float], time: float) -> list[float]:
    return [one for one in times if abs(one - time) <= ON_CUT_SECONDS]
