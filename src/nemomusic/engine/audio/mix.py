"""Mix the sound of the video before mastering: own sound, music, levels, fades and ducking."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import attrs
import numpy as np

from nemomusic.engine.audio.loudness_meter import Meter, gain_of
from nemomusic.engine.media.decoding.audio_decoder import AudioSource, Wav, decode_into
from nemomusic.engine.media.prefetch import prefetch
from nemomusic.engine.pcm import RATE, PcmScratchFile, sections
from nemomusic.engine.types import MUTED_DB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from nemomusic.engine.pcm import Samples
    from nemomusic.engine.types import AudioTrack, Probe, RenderPlan, Shot

__all__ = ["MixLoudness", "mix"]

_SILENCE = 0.001  # amplitude, -60 dBFS: own sound that never exceeds it is the noise of an input
_REFERENCE = -18.0  # LUFS of speech and music at 100 %, so that "35 %" has a fixed meaning
_MAX_SPEECH = 12.0  # dB by which own sound with speech is raised at most
# Own sound without speech is atmosphere. As in broadcast mixing, dialogue is brought to its level
# but the background under it is not: it keeps its level. Sound that is quieter than this level goes
# through a downward expander of 3:1, since it is mostly the hiss of a room or a camera.
_ROOM_TONE = -30.0  # LUFS
_MAX_EXPANDED = 12.0  # dB
_MAX_MUSIC = 24.0

_DUCK = -15.0  # dB; speech is clear from 14 dB on, beyond 18 dB the music seems to stop
_DUCK_AHEAD = 0.12  # s: the music is down this long before the span begins
_DUCK_DOWN = 0.3  # s: the way down
_DUCK_HOLD = 0.2  # s: the music stays down this long after the span
_DUCK_UP = 0.8  # s: the way up
_JOIN = 0.01  # s: the crossfade from one shot's volume to the next

_SOFTEST = -30.0  # dB below the usual loudness
_UPWARD = 0.55  # share of the decibels above the usual loudness that is applied
_LOUDEST = 5.0  # dB above the usual loudness
_LEVEL_RAMP = 0.25  # s: the way from one level of the music to the next

_SAMPLED = 4  # one second in so many of a long sound is measured to find its level


@attrs.frozen
class _MixLayer:
    source: AudioSource
    at: int  # frame of the video where frame `skip` of the source plays
    skip: int
    frames: int
    gain: Callable[[Samples], Samples]  # of times in the video, in seconds
    power: float = 0.0  # relative power that it adds to the mix
    usual_power: float = 0.0  # the same at the usual volume


@attrs.frozen
class MixLoudness:
    """The loudness of a mix, and the target for it.

    Attributes:
        integrated: Integrated loudness, in LUFS; -inf when the mix is silent.
        offset: Decibels by which the finished sound is louder than usual (negative: softer),
            because its music has another volume than usual.
    """

    integrated: float
    offset: float = 0.0


def mix(
    plan: RenderPlan,
    probes: Mapping[str, Probe],
    frames: int,
    pcm: PcmScratchFile,
    scratch: Path,
    damaged: Counter[str] | None = None,
) -> MixLoudness:
    """Write the mix of a plan's sounds to a file.

    Music and own sound with speech are first brought to one reference loudness. So their volumes
    are relative to each other, not to the levels of the files. Own sound without speech is never
    raised.

    Args:
        plan: The render plan.
        probes: The probes of the files of its shots.
        frames: Its length in frames at 48 kHz.
        pcm: The scratch file for the mix.
        scratch: A folder for files that may be deleted afterward.
        damaged: Gets the number of damaged packets in the own sound of each file.

    Returns:
        The loudness of the mix, and the target offset from the usual loudness.

    Raises:
        MediaError: A file can't be read, or lacks a sound that the plan needs.
    """
    meter = Meter(RATE, peaks=False)
    counted: Counter[str] = Counter() if damaged is None else damaged
    with ExitStack() as stack:
        layers = []
        with ThreadPoolExecutor(1) as thread:
            coming = thread.submit(_own_sound, plan, probes, pcm, stack, scratch, counted)
            for index, sound in enumerate(plan.music):
                layers.append(_music(sound, index, stack, scratch))
            own = coming.result()
        if own is not None:
            layers.append(own)
        for start, total in prefetch(_sums(layers, frames)):
            pcm.write(start, total)
            meter.feed(total)
    return MixLoudness(meter.integrated, _offset(layers))


def _offset(layers: list[_MixLayer]) -> float:
    """Return the offset from the usual loudness, in dB, that the volumes of the music cause.

    If every video had one loudness, the volume of the music would have no effect without other
    sound: 10 % would be as loud as 100 %. A softer volume is applied fully. A louder one is applied
    in part, and never beyond what a limiter can do cleanly.
    """
    usual = sum(layer.usual_power for layer in layers)
    power = sum(layer.power for layer in layers)
    if usual <= 0.0 or power <= 0.0 or usual == power:
        return 0.0
    change = 10.0 * float(np.log10(power / usual))
    return max(change, _SOFTEST) if change < 0 else min(_UPWARD * change, _LOUDEST)


def _sums(layers: list[_MixLayer], frames: int) -> Iterator[tuple[int, Samples]]:
    """Yield the sections of the mix, each with its first frame."""
    for start, stop in sections(frames):
        times = np.arange(start, stop, dtype=np.float32) / np.float32(RATE)
        total = np.zeros((stop - start, 2), np.float32)
        for layer in layers:
            first = max(start, layer.at)
            last = min(stop, layer.at + layer.frames)
            if first < last:
                here = slice(first - start, last - start)
                offset = layer.skip - layer.at
                sound = layer.source.read(first + offset, last + offset)
                total[here] += sound * layer.gain(times[here])[:, None]
        yield start, total


def _music(sound: AudioTrack, index: int, stack: ExitStack, scratch: Path) -> _MixLayer:
    frames = round(sound.duration * RATE)
    skip = round(sound.offset * RATE)
    source: AudioSource
    if (wav := Wav.open(sound.path)) is not None:
        source = stack.enter_context(wav)
    else:
        source = pcm = stack.enter_context(PcmScratchFile(scratch / f"music{index}.raw", frames))
        decode_into(sound.path, pcm, start=sound.offset, frames=frames)
        skip = 0
    frames = min(frames, source.frames - skip)
    level = _level(source, skip, skip + frames)
    raised = min(_REFERENCE - level, _MAX_MUSIC) if level > -np.inf else 0.0
    power = sound.volume**2 * 10.0 ** ((level + raised) / 10.0) if level > -np.inf else 0.0
    usual = sound.volume if sound.usual_volume is None else sound.usual_volume
    return _MixLayer(
        source,
        round(sound.start * RATE),
        skip,
        frames,
        _music_gain(sound, raised),
        power,
        power * (usual / sound.volume) ** 2 if sound.volume else 0.0,
    )


def _music_gain(sound: AudioTrack, raised: float) -> Callable[[Samples], Samples]:
    """Return the gain of a sound as a function of the time in the video."""
    stop = sound.start + sound.duration
    fade_in = min(sound.fade_in, sound.duration / 2)
    fade_out = min(sound.fade_out, sound.duration / 2)
    corners: list[tuple[float, float]] = []
    for start, end in _joined(sound.ducks):
        corners += [
            (start - _DUCK_AHEAD - _DUCK_DOWN, 0.0),
            (start - _DUCK_AHEAD, _DUCK),
            (end + _DUCK_HOLD, _DUCK),
            (end + _DUCK_HOLD + _DUCK_UP, 0.0),
        ]
    factor = sound.volume * gain_of(raised)
    spans = [_span_corners(start, end, change) for start, end, change in sound.levels]

    def gain(times: Samples) -> Samples:
        # Not one breakpoint list: a fade and a duck may overlap.
        result = np.full(len(times), factor, np.float32)
        if fade_in and times[0] < sound.start + fade_in:
            result *= _curve((times - sound.start) / fade_in)
        if fade_out and times[-1] > stop - fade_out:
            result *= _curve((stop - times) / fade_out)
        if corners:
            xs, ys = zip(*corners, strict=True)
            result *= np.power(10.0, np.interp(times, xs, ys) / 20.0).astype(np.float32)
        for at, factors in spans:
            if times[0] <= at[-1] and times[-1] >= at[0]:
                result *= np.interp(times, at, factors).astype(np.float32)
        return result

    return gain


def _span_corners(start: float, end: float, change: float) -> tuple[list[float], list[float]]:
    """Return times, and factors of amplitude, of a span in which the music has another level.

    The ramps lie around the ends of the span, so that the span itself has the new level.
    """
    factor = 0.0 if change <= MUTED_DB else gain_of(change)
    ramp = min(_LEVEL_RAMP, (end - start) / 4)
    return [start - ramp, start, end, end + ramp], [1.0, factor, factor, 1.0]


def _curve(progress: Samples) -> Samples:
    """Return a fade curve with a smooth start and end."""
    risen = np.sin(np.clip(progress, 0.0, 1.0) * np.float32(np.pi / 2))
    return np.asarray(np.square(risen), np.float32)


def _joined(spans: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Join spans that are too close for the music to rise in between."""
    gap = _DUCK_AHEAD + _DUCK_DOWN + _DUCK_HOLD + _DUCK_UP
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _own_sound(
    plan: RenderPlan,
    probes: Mapping[str, Probe],
    mixed: PcmScratchFile,
    stack: ExitStack,
    scratch: Path,
    damaged: Counter[str],
) -> _MixLayer | None:
    """Lay the shots' own sound end to end; return None if none is audible."""
    frames = mixed.frames
    sounding = [
        (at, shot)
        for at, shot in _placed(plan.shots)
        if shot.volume > 0.0 and probes[shot.path].has_audio and probes[shot.path].kind == "video"
    ]
    if not sounding:
        return None
    pcm = stack.enter_context(PcmScratchFile(scratch / "own.raw", frames, mixed.on_write))
    peak = 0.0
    for at, shot in sounding:
        first = round(at * RATE)
        length = round((at + shot.duration) * RATE) - first
        heard = decode_into(
            shot.path,
            pcm,
            start=shot.start_in,
            frames=length,
            at=first,
            tracks=probes[shot.path].tracks,
            on_damage=partial(damaged.update, (shot.path,)),
        )
        peak = max(peak, heard)
    if peak < _SILENCE:
        return None
    raised = 0.0
    level = _level(pcm, 0, frames) if plan.music else -np.inf
    if level > -np.inf:
        speech = any(sound.ducks for sound in plan.music)
        raised = _own_raised(level, speech=speech)
    factor = gain_of(raised)
    power = _own_power(plan, level + raised) if plan.music and level > -np.inf else 0.0
    corners: list[tuple[float, float]] = []
    for at, shot in _placed(plan.shots):
        ramp = min(_JOIN, shot.duration / 4)
        corners += [(at + ramp, shot.volume), (at + shot.duration - ramp, shot.volume)]
    xs, ys = zip(*corners, strict=True)

    def gain(times: Samples) -> Samples:
        return np.asarray(np.interp(times, xs, ys) * factor, np.float32)

    return _MixLayer(pcm, 0, 0, frames, gain, power, power)


def _own_power(plan: RenderPlan, level: float) -> float:
    """Return the relative power that own sound of a level in LUFS adds to the mix."""
    volume = sum(shot.duration * shot.volume**2 for shot in plan.shots) / plan.duration
    return float(volume * 10.0 ** (level / 10.0))


def _own_raised(level: float, *, speech: bool) -> float:
    """Return the gain in dB of own sound under music, by its level in LUFS."""
    if speech:
        return min(_REFERENCE - level, _MAX_SPEECH)
    if level < _ROOM_TONE:
        return max(2.0 * (level - _ROOM_TONE), -_MAX_EXPANDED)
    return min(_REFERENCE - level, 0.0)


def _placed(shots: tuple[Shot, ...]) -> list[tuple[float, Shot]]:
    """Return the shots with their start times in the video."""
    placed = []
    at = 0.0
    for shot in shots:
        placed.append((at, shot))
        at += shot.duration
    return placed


def _level(source: AudioSource, start: int, stop: int) -> float:
    """Return the approximate loudness of a range, in LUFS.

    Only one second in four of a long sound is measured. That is enough for a balance; the finished
    sound is measured completely.
    """
    step = _SAMPLED if stop - start > 8 * _SAMPLED * RATE else 1
    meter = Meter(RATE, peaks=False)
    for second in range(start, stop, step * RATE):
        meter.feed(source.read(second, min(second + RATE, stop)))
    return meter.integrated
