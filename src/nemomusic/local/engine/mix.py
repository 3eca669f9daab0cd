"""The sound of the film before it is made loud: own sound, music, levels, fades and ducking."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import attrs
import numpy as np

from nemomusic.local.engine.ahead import ahead
from nemomusic.local.engine.loudness import Meter, gain_of
from nemomusic.local.engine.sound_in import Source, Wav, record
from nemomusic.local.engine.tape import RATE, Tape, sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from nemomusic.local.engine.plan import Plan, Shot, Sound
    from nemomusic.local.engine.probe import Probe
    from nemomusic.local.engine.true_peak import Samples

__all__ = ["mix"]

_SILENCE = 0.001  # amplitude, -60 dBFS: own sound that never gets above it is the noise of an input
_REFERENCE = -18.0  # LUFS that speech and music are brought to, so that "35 %" means something
_MOST_SPEECH = 12.0  # dB that own sound is raised by at most, and only where speech was heard
# Own sound without speech is atmosphere. As in broadcast mixing, dialogue is brought to its level
# but the background under it is not: it stays as it was filmed, and what is quieter than this goes
# through a downward expander of 3:1, for down there is little but the hiss of a room or a camera.
_ROOM_TONE = -30.0  # LUFS
_MOST_EXPANDED = 12.0  # dB
_MOST_MUSIC = 24.0

_DUCK = -15.0  # dB; speech stays clear from 14 dB on, beyond 18 the music seems to stop
_DUCK_AHEAD = 0.12  # s: down this long before the span begins
_DUCK_DOWN = 0.3  # s: the way down
_DUCK_HOLD = 0.2  # s: stays down this long after the span
_DUCK_UP = 0.8  # s: the way up
_JOIN = 0.01  # s: crossing from one shot's volume to the next

_SAMPLED = 4  # of long sound, one second in so many is measured to find its level


@attrs.frozen
class _Layer:
    source: Source
    at: int  # frame of the film where frame `skip` of the source plays
    skip: int
    frames: int
    gain: Callable[[Samples], Samples]  # of times in the film, in seconds


def mix(plan: Plan, probes: Mapping[str, Probe], frames: int, tape: Tape, scratch: Path) -> float:
    """Write the mix of a plan's sounds onto a tape.

    Music and own sound with speech are brought to one reference loudness first, so that their
    volumes are relative to each other and not to how hot the files happen to be. Own sound without
    speech is never raised.

    Args:
        plan: The film.
        probes: What the files of its shots are.
        frames: Its length at 48 kHz.
        tape: Where the mix goes.
        scratch: A folder for files that may be deleted afterwards.

    Returns:
        The integrated loudness of the mix, in LUFS; -inf when it is silent.

    Raises:
        MediaError: A file can't be read or has no sound where it must.
    """
    meter = Meter(RATE, peaks=False)
    with ExitStack() as stack:
        layers = []
        with ThreadPoolExecutor(1) as thread:
            coming = thread.submit(_own_sound, plan, probes, frames, stack, scratch)
            for index, sound in enumerate(plan.music):
                layers.append(_music(sound, index, stack, scratch))
            own = coming.result()
        if own is not None:
            layers.append(own)
        for start, total in ahead(_sums(layers, frames)):
            tape.write(start, total)
            meter.feed(total)
    return meter.integrated


def _sums(layers: list[_Layer], frames: int) -> Iterator[tuple[int, Samples]]:
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


def _music(sound: Sound, index: int, stack: ExitStack, scratch: Path) -> _Layer:
    frames = round(sound.duration * RATE)
    skip = round(sound.offset * RATE)
    source: Source
    if (wav := Wav.open(sound.path)) is not None:
        source = stack.enter_context(wav)
    else:
        source = tape = stack.enter_context(Tape(scratch / f"music{index}.raw", frames))
        record(sound.path, tape, start=sound.offset, frames=frames)
        skip = 0
    frames = min(frames, source.frames - skip)
    level = _level(source, skip, skip + frames)
    raised = min(_REFERENCE - level, _MOST_MUSIC) if level > -np.inf else 0.0
    return _Layer(source, round(sound.start * RATE), skip, frames, _music_gain(sound, raised))


def _music_gain(sound: Sound, raised: float) -> Callable[[Samples], Samples]:
    """Return the gain of a sound as a function of the time in the film."""
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
        return result

    return gain


def _curve(progress: Samples) -> Samples:
    """A fade that starts and ends gently."""
    risen = np.sin(np.clip(progress, 0.0, 1.0) * np.float32(np.pi / 2))
    return np.asarray(np.square(risen), np.float32)


def _joined(spans: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Join spans that lie too close for the music to come up in between."""
    gap = _DUCK_AHEAD + _DUCK_DOWN + _DUCK_HOLD + _DUCK_UP
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _own_sound(
    plan: Plan, probes: Mapping[str, Probe], frames: int, stack: ExitStack, scratch: Path
) -> _Layer | None:
    """Lay the shots' own sound end to end; None when there is none to be heard."""
    sounding = [
        (at, shot)
        for at, shot in _placed(plan.shots)
        if shot.volume > 0.0 and probes[shot.path].has_audio and probes[shot.path].kind == "video"
    ]
    if not sounding:
        return None
    tape = stack.enter_context(Tape(scratch / "own.raw", frames))
    peak = 0.0
    for at, shot in sounding:
        first = round(at * RATE)
        length = round((at + shot.duration) * RATE) - first
        heard = record(shot.path, tape, start=shot.start_in, frames=length, at=first)
        peak = max(peak, heard)
    if peak < _SILENCE:
        return None
    raised = 0.0
    if plan.music and (level := _level(tape, 0, frames)) > -np.inf:
        speech = any(sound.ducks for sound in plan.music)
        raised = _own_raised(level, speech=speech)
    factor = gain_of(raised)
    corners: list[tuple[float, float]] = []
    for at, shot in _placed(plan.shots):
        ramp = min(_JOIN, shot.duration / 4)
        corners += [(at + ramp, shot.volume), (at + shot.duration - ramp, shot.volume)]
    xs, ys = zip(*corners, strict=True)

    def gain(times: Samples) -> Samples:
        return np.asarray(np.interp(times, xs, ys) * factor, np.float32)

    return _Layer(tape, 0, 0, frames, gain)


def _own_raised(level: float, *, speech: bool) -> float:
    """Return by how many dB own sound of a level in LUFS is raised under music."""
    if speech:
        return min(_REFERENCE - level, _MOST_SPEECH)
    if level < _ROOM_TONE:
        return max(2.0 * (level - _ROOM_TONE), -_MOST_EXPANDED)
    return min(_REFERENCE - level, 0.0)


def _placed(shots: tuple[Shot, ...]) -> list[tuple[float, Shot]]:
    """Return the shots with the time in the film where each starts."""
    placed = []
    at = 0.0
    for shot in shots:
        placed.append((at, shot))
        at += shot.duration
    return placed


def _level(source: Source, start: int, stop: int) -> float:
    """Return about how loud a stretch is, in LUFS.

    Of long sound only one second in four is measured: setting a balance needs no better, and what
    the film must be held to is measured whole.
    """
    step = _SAMPLED if stop - start > 8 * _SAMPLED * RATE else 1
    meter = Meter(RATE, peaks=False)
    for second in range(start, stop, step * RATE):
        meter.feed(source.read(second, min(second + RATE, stop)))
    return meter.integrated
