"""The values that the engine takes and returns. They need only attrs, and can be turned into JSON.

All times are seconds, all sizes pixels, unless a name or a sentence says otherwise.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import attrs
from attrs import validators

from nemomusic.engine.boundary_types import Cut, Transition
from nemomusic.engine.media_types import Probe, TrackChoice
from nemomusic.engine.serialization import JsonValue

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "MAX_LONG_SIDE",
    "MAX_SHORT_SIDE",
    "MUTED_DB",
    "ON_CUT_SECONDS",
    "AudioTrack",
    "Brief",
    "ClipAnalysis",
    "Cut",
    "Probe",
    "RenderPlan",
    "RenderResult",
    "ScoreSummary",
    "Shot",
    "Title",
    "TrackChoice",
    "Transition",
    "length_to_end",
]

MAX_LONG_SIDE = 1920
"""The largest longer side of a finished video, in pixels."""
MAX_SHORT_SIDE = 1080
"""The largest shorter side of a finished video, in pixels."""
ON_CUT_SECONDS = 0.06
"""Seconds within which a listener feels a beat and a cut as simultaneous."""
MUTED_DB = -90.0
"""The level in decibels at and below which a span of music counts as silent."""
ROUNDING_SECONDS = 0.0015
"""The rounding error of a time in a draft, in seconds: drafts count in whole milliseconds."""

_not_negative = validators.ge(0.0)
_positive = validators.gt(0.0)
_fraction = validators.and_(validators.ge(0.0), validators.le(1.0))


def length_to_end(start: float, length: float, total: float) -> float:
    """Return the length of a range, set to the end of the file if it ends almost there.

    Drafts count in whole milliseconds. Without this rule a complete clip would lose or gain up to a
    millisecond, and its frames could not be copied.

    Args:
        start: Seconds into the file where the range starts.
        length: Length of the range in seconds.
        total: Length of the file in seconds.
    """
    return total - start if abs(start + length - total) <= ROUNDING_SECONDS else length


@attrs.frozen
class Shot(JsonValue):
    """A range of one clip, or a still image. Shots are laid end to end.

    Attributes:
        path: The clip or image.
        duration: Length in the video in seconds. A shorter clip holds its last frame.
        start_in: Seconds into the clip where the shot starts, on the clip's presentation clock;
            without meaning for an image.
        volume: The volume of the clip's own sound, as a factor of amplitude, 0..1.
    """

    path: str
    duration: float = attrs.field(validator=_positive)
    start_in: float = attrs.field(default=0.0, validator=_not_negative)
    volume: float = attrs.field(default=1.0, validator=_fraction)


@attrs.frozen
class ClipAnalysis(JsonValue):
    """The analysis of a clip, or of several shots. Times are on the video's clock.

    Attributes:
        duration: Seconds of video, as presented.
        width: Pixels across as displayed.
        height: Pixels down as displayed.
        cuts: Hard cuts, in order of time.
        motion: The amount of motion, 0..1, for each second; a last partial second included.
        brightness: Mean luma, 0..1, for each second.
        warmth: -1 (cold, blue) .. +1 (warm, orange), for each second.
        saturation: 0..1, for each second.
        speech: Spans (start, end) of the clip's own sound that sound like speech.
        own_loudness: Loudness of the clip's own sound, in LUFS; None without sound or when silent.
        decoded: Whether all frames were decoded, so that a render can decode them too.
        transitions: Dissolves and fades, in order of time.
    """

    duration: float
    width: int
    height: int
    cuts: tuple[Cut, ...]
    motion: tuple[float, ...]
    brightness: tuple[float, ...]
    warmth: tuple[float, ...]
    saturation: tuple[float, ...]
    speech: tuple[tuple[float, float], ...]
    own_loudness: float | None
    decoded: bool = False
    transitions: tuple[Transition, ...] = ()

    @property
    def dissolves(self) -> tuple[float, ...]:
        """The middles of the dissolves, in seconds."""
        return tuple(one.middle for one in self.transitions if one.kind == "dissolve")

    @classmethod
    def still(cls, width: int, height: int, seconds: float) -> ClipAnalysis:
        """Return the analysis of a still image: no motion, and medium values for the rest."""
        count = max(1, math.ceil(seconds))
        return cls(
            duration=seconds,
            width=width,
            height=height,
            cuts=(),
            motion=(0.0,) * count,
            brightness=(0.5,) * count,
            warmth=(0.0,) * count,
            saturation=(0.5,) * count,
            speech=(),
            own_loudness=None,
        )

    @classmethod
    def concatenate(cls, shots: Sequence[tuple[ClipAnalysis, Shot]]) -> ClipAnalysis:
        """Return the analysis of shots that are laid end to end.

        There is a cut between one shot and the next.

        Args:
            shots: At least one: the analysis of the complete clip, and the shot in it.
        """
        cuts: list[Cut] = []
        transitions: list[Transition] = []
        speech: list[tuple[float, float]] = []
        loudness: list[float] = []
        offset = 0.0
        for number, (clip, shot) in enumerate(shots):
            start, stop = shot.start_in, shot.start_in + shot.duration
            if number:
                cuts.append(Cut(offset, 1.0))
            cuts += [
                Cut(cut.time - start + offset, cut.strength)
                for cut in clip.cuts
                if start < cut.time < stop
            ]
            transitions += [
                one.moved(offset - start) for one in clip.transitions if start < one.middle < stop
            ]
            if shot.volume > 0.0:
                for begin, end in clip.speech:
                    first, last = max(begin, start), min(end, stop)
                    if last > first:
                        speech.append((first - start + offset, last - start + offset))
                if clip.own_loudness is not None:
                    loudness.append(clip.own_loudness + 20.0 * math.log10(shot.volume))
            offset += shot.duration
        return cls(
            duration=offset,
            width=shots[0][0].width,
            height=shots[0][0].height,
            cuts=tuple(cuts),
            motion=_sampled([(clip.motion, shot) for clip, shot in shots], offset),
            brightness=_sampled([(clip.brightness, shot) for clip, shot in shots], offset),
            warmth=_sampled([(clip.warmth, shot) for clip, shot in shots], offset),
            saturation=_sampled([(clip.saturation, shot) for clip, shot in shots], offset),
            speech=tuple(speech),
            own_loudness=max(loudness, default=None),
            transitions=tuple(transitions),
        )


def _sampled(rows: Sequence[tuple[tuple[float, ...], Shot]], total: float) -> tuple[float, ...]:
    """Return one value for each second of the video, the last partial one included."""
    values = []
    for second in range(max(1, math.ceil(total - 1e-9))):
        time = min(second + 0.5, (second + total) / 2)  # the middle of its remaining part
        begin, value = 0.0, 0.0
        for row, shot in rows:
            if row and begin <= time:
                value = row[min(len(row) - 1, int(shot.start_in + time - begin))]
            begin += shot.duration
        values.append(value)
    return tuple(values)


@attrs.frozen
class Brief(JsonValue):
    """The wishes for the music.

    Attributes that are None or zero are chosen by the analysis of the clip.

    Attributes:
        words: The prompt, with its later edits on lines of their own.
        style: A key of `STYLES` in `composition/style_presets.py`, or None.
        mood: The name of the mood that was named first ("warm"), or None.
        valence: -1 (sad) .. 1 (happy), or None.
        arousal: -1 (still) .. 1 (driving), or None.
        tempo_scale: Factor on the tempo that would be chosen; edits multiply it.
        bpm: The requested beats per minute, or None.
        density: -1 (few notes) .. 1 (many).
        loudness: dB on top of the style's own loudness.
        color: -1 (dark timbre) .. 1 (bright).
        wanted: Instruments asked for, named as in `INSTRUMENTS` of `composition/lexicon.py`.
        unwanted: Instruments to leave out.
        only: Whether the wanted instruments are the only ones.
        mode: "major", "minor" or None.
        tonic: Pitch class of the key that was asked for, 0 (C) to 11 (B), or None.
        levels: Instruments and the decibels by which each is louder (negative: softer) than in the
            style.
        recognized: The words of the last text that had an effect; empty if none was about music.
    """

    words: str = ""
    style: str | None = None
    mood: str | None = None
    valence: float | None = None
    arousal: float | None = None
    tempo_scale: float = 1.0
    bpm: float | None = None
    density: float = 0.0
    loudness: float = 0.0
    color: float = 0.0
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    only: bool = False
    mode: Literal["major", "minor"] | None = None
    tonic: int | None = None
    levels: tuple[tuple[str, float], ...] = ()
    recognized: tuple[str, ...] = ()


@attrs.frozen
class ScoreSummary(JsonValue):
    """The facts of a composed piece.

    Attributes:
        style: The style.
        title: The name of the piece, such as "Warm lo-fi".
        bpm: Nominal beats per minute, rounded to a tenth.
        key: Such as "F major".
        duration: Seconds.
        cuts: The number of cuts in the video.
        hits: The number of these cuts with a beat, or a note that marks them between two beats,
            within `ON_CUT_SECONDS`.
        levels: The instruments that play, named as in `INSTRUMENTS` of `composition/lexicon.py`,
            and the loudness of each in LU relative to the mix.
        notes_per_second: Mean over the piece.
        color: -1 (dark timbre) .. 1 (bright), of the mix.
        energy: 0..1, mean of the sections.
        fingerprint: Digest of everything that is heard: equal only for pieces that sound alike.
        instruments: The source of the sounds: "synthesis", or the file name and digest of a sound
            font.
    """

    style: str
    title: str
    bpm: float
    key: str
    duration: float
    cuts: int
    hits: int
    levels: tuple[tuple[str, float], ...] = ()
    notes_per_second: float = 0.0
    color: float = 0.0
    energy: float = 0.0
    fingerprint: str = ""
    instruments: str = ""


@attrs.frozen
class AudioTrack(JsonValue):
    """Music, or another sound, laid over the video.

    Attributes:
        path: A sound file; 48 kHz stereo WAV is read fastest.
        start: Seconds into the video where it starts.
        duration: Seconds that it plays. If the file is shorter, silence follows.
        offset: Seconds into the file where it starts.
        volume: Factor of amplitude, 0..1.
        fade_in: Seconds of the fade at its start.
        fade_out: Seconds of the fade at its end.
        ducks: Spans (start, end) *of the video* in which it is turned down, such as speech.
        levels: Spans (start, end) *of the video* and the decibels by which it is louder there
            (negative: softer). `MUTED_DB` and less is silence.
        usual_volume: The volume at which the video has its usual loudness. At another volume the
            video becomes softer or louder by the share of the music. So the volume of music over a
            silent clip is heard too. None for a video that always has the usual loudness.
    """

    path: str
    start: float = attrs.field(validator=_not_negative)
    duration: float = attrs.field(validator=_positive)
    offset: float = attrs.field(default=0.0, validator=_not_negative)
    volume: float = attrs.field(default=1.0, validator=_fraction)
    fade_in: float = attrs.field(default=0.0, validator=_not_negative)
    fade_out: float = attrs.field(default=0.0, validator=_not_negative)
    ducks: tuple[tuple[float, float], ...] = ()
    levels: tuple[tuple[float, float, float], ...] = ()
    usual_volume: float | None = None


@attrs.frozen
class Title(JsonValue):
    """Words drawn over the video.

    Attributes:
        text: What to write; line breaks are kept, long lines are wrapped.
        start: Seconds into the video.
        duration: Seconds that it shows, its fades included.
        position: The place in the frame.
    """

    text: str
    start: float = attrs.field(validator=_not_negative)
    duration: float = attrs.field(validator=_positive)
    position: Literal["top", "center", "bottom"] = "bottom"


def _even_size(
    _: object, attribute: attrs.Attribute[tuple[int, int] | None], value: tuple[int, int] | None
) -> None:
    if value is not None and any(side < 16 or side % 2 for side in value):
        raise ValueError(f"{attribute.name} must be even and at least 16, not {value}")


@attrs.frozen
class RenderPlan(JsonValue):
    """The render plan of a video.

    Attributes:
        shots: Its shots, end to end; at least one.
        canvas: Width and height of the video, both even; None for the size of the first shot,
            scaled down if it is larger than 1920x1080 (landscape) or 1080x1920 (portrait).
        music: The sounds laid over it.
        titles: The words drawn over it.
        fade_in: Seconds over which the video comes up from black.
        fade_out: Seconds over which the video goes to black at the end.
    """

    shots: tuple[Shot, ...] = attrs.field(validator=validators.min_len(1))
    canvas: tuple[int, int] | None = attrs.field(default=None, validator=_even_size)
    music: tuple[AudioTrack, ...] = ()
    titles: tuple[Title, ...] = ()
    fade_in: float = attrs.field(default=0.0, validator=_not_negative)
    fade_out: float = attrs.field(default=0.0, validator=_not_negative)

    @property
    def duration(self) -> float:
        """Return the seconds from the start of the first shot to the end of the last."""
        return sum((shot.duration for shot in self.shots), 0.0)


@attrs.frozen
class RenderResult(JsonValue):
    """A finished video.

    Attributes:
        duration: Seconds of video.
        size: Bytes.
        width: Pixels across as displayed.
        height: Pixels down as displayed.
        loudness: Integrated loudness of the decoded sound track, in LUFS; None when it is silent.
        true_peak: True peak of the decoded sound track, in dBTP; None when it is silent.
        copied: Whether the frames are the source's own packets.
        warnings: Parts of the sources that are left out or changed, one sentence each.
    """

    duration: float
    size: int
    width: int
    height: int
    loudness: float | None
    true_peak: float | None
    copied: bool
    warnings: tuple[str, ...] = ()
