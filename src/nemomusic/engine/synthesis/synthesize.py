"""Mix a score: parts to buses, buses to a file, a few seconds at a time."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np

from nemomusic.engine.audio.dynamics import fader_ride
from nemomusic.engine.audio.limiter import Limiter
from nemomusic.engine.audio.loudness_meter import Meter, gated_loudness
from nemomusic.engine.media.prefetch import prefetch
from nemomusic.engine.pcm import RATE
from nemomusic.engine.synthesis.effects import (
    Convolver,
    TapeSaturation,
    room,
    sidechain,
    tone_filter,
)
from nemomusic.engine.synthesis.oscillators import columns
from nemomusic.engine.synthesis.sampled import Instruments, find_sound_font
from nemomusic.engine.synthesis.stems import MixFiles, curve, stem_paths
from nemomusic.engine.synthesis.synthesis_result import SynthesisResult
from nemomusic.engine.synthesis.voices import NoteCache, PartRenderer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from nemomusic.engine.composition.notation.score import Part, Score
    from nemomusic.engine.synthesis.oscillators import Wave
    from nemomusic.engine.synthesis.stems import Revision

__all__ = ["synthesize"]

_BLOCK = 6 * RATE
_CEILING = 0.84
"""Highest sample, -1.5 dBFS, so that true peaks and AAC have room."""
_FADE_IN = 0.004
"""Seconds of the fade at the start."""
_FADE_OUT = 0.45
"""Seconds of the fade at the end."""
_FLOW = 25
"""Length in tenths of a second of the transition from one section's energy to the next."""
_SWELL = 0.12
"""Energy that a section gains from its start to its end."""
_GROWTH = 0.2
"""Energy that a piece gains from its start to its end."""
_GATED = 4
"""Length in tenths of a second that a gated loudness needs."""


def synthesize(
    score: Score,
    out_path: str | Path,
    *,
    progress: Callable[[float], None] | None = None,
    threads: int = 2,
    instruments: Instruments | None = None,
    stems: Path | None = None,
) -> SynthesisResult:
    """Play a score into a 16-bit 48 kHz stereo WAV of exactly `round(duration * 48000)` frames.

    The same score gives the same bytes, whatever the number of threads.

    Args:
        score: The score to play.
        out_path: The path of the file, which is replaced if it exists.
        progress: Called with 0..1 after every block of six seconds.
        threads: The number of parts that are played at the same time.
        instruments: The instruments; None for synthesized ones and those of the sound font that
            `find_sound_font` finds.
        stems: A folder that gets each part of the mix as a WAV of its own. "room" is the reverb
            that all parts share, and "tape" the effect of a tape. Their sum is the mix, except for
            rounding. None for no stems.

    Raises:
        OSError: A file can't be written.
        MediaError: The sound font that was named can't be read.
    """
    total = round(score.duration * RATE)
    instruments = instruments or Instruments(find_sound_font())
    meter = Meter(RATE, peaks=False)
    mix = _Mix(score, instruments, threads, split=stems is not None)
    if stems:
        stems.mkdir(parents=True, exist_ok=True)
    with MixFiles(Path(out_path), stem_paths(stems, mix.stems) if stems else []) as files:
        done = 0
        for block in prefetch(_faded(_master(mix, total), total)):
            meter.feed(np.ascontiguousarray(block[:, :2]))
            files.append(block)
            done += len(block)
            if progress:
                progress(0.97 * done / total)
    powers = meter.powers
    ride = fader_ride(powers, _plan(score, len(powers)))
    loudness, peak = _finish(files, meter, ride, score.sound.loudness, total)
    if progress:
        progress(1.0)
    return SynthesisResult(
        loudness=max(-70.0, float(loudness)),
        peak=min(1.0, float(peak)),
        duration=total / RATE,
        instruments=instruments.source,
    )


def _plan(score: Score, tenths: int) -> NDArray[np.float64]:
    """Return the planned energy of the score for each tenth of a second.

    Sections flow into each other, every section grows a little, and so does the piece.
    """
    time = np.arange(tenths) / 10.0
    plan = np.zeros(tenths)
    if not tenths:
        return plan
    for section in score.sections:
        inside = (time >= section.start) & (time < section.end)
        grown = (time[inside] - section.start) / max(0.1, section.end - section.start)
        plan[inside] = section.energy + _SWELL * grown
    plan += _GROWTH * time / max(0.1, score.duration)
    width = min(_FLOW, max(1, tenths))
    padded = np.pad(plan, width // 2, mode="edge")
    return np.convolve(padded, np.full(width, 1.0 / width), mode="same")[width // 2 :][:tenths]


def _finish(
    files: MixFiles, meter: Meter, ride: NDArray[np.float64], target: float, total: int
) -> tuple[float, float]:
    """Apply the fader ride to the finished files, and bring the mix to its loudness.

    Returns:
        The loudness in LUFS, and the peak.
    """
    powers = meter.powers * 10.0 ** (ride / 10.0)
    loudness = gated_loudness(powers) if len(powers) >= _GATED else meter.integrated
    silent = not np.isfinite(loudness)
    gains = (ride if len(ride) else np.zeros(1)) + (0.0 if silent else target - loudness)
    heard = Meter(RATE, peaks=False)
    peak, written = 0.0, 0
    with files.revise() as revision:
        for block in prefetch(_revised(revision, gains, files.channels, total)):
            done = block[: total - written]
            heard.feed(np.ascontiguousarray(done[:, :2]))
            peak = max(peak, float(np.abs(done[:, :2]).max(initial=0.0)))
            revision.write(written, done)
            written += len(done)
    return (-math.inf, 0.0) if silent else (heard.integrated, peak)


def _revised(
    revision: Revision, gains: NDArray[np.float64], channels: int, total: int
) -> Iterator[Wave]:
    """Yield the frames of the files with the gains, in dB, and limited; at least `total`."""
    limiter = Limiter(_CEILING, channels)
    length, skip = limiter.padded_length(total), limiter.latency
    for start in range(0, length, _BLOCK):
        count = min(_BLOCK, length - start)
        yield limiter(revision.read(start, count) * curve(gains, start, count))[skip:]
        skip = 0


@attrs.frozen
class _Mix:
    """The input of a mix: score, instruments, number of threads, whether to keep parts apart."""

    score: Score
    instruments: Instruments
    threads: int
    split: bool = False

    @property
    def stems(self) -> list[str]:
        """The names of the stems, in the order of their channels; none if there are no stems."""
        if not self.split:
            return []
        names = [part.name for part in self.score.parts if part.notes] + ["room"]
        return [*names, "tape"] if self.score.sound.tape_saturation else names

    def blocks(self, length: int) -> Iterator[Wave]:
        """Yield blocks of the mix, with two channels for each stem after those of the mix."""
        score = self.score
        base = score.sound.loudness
        parts = [attrs.evolve(part, level=base + part.level) for part in score.parts if part.notes]
        strokes = _kicks(score.parts)
        recovery = min(0.45, 0.85 * 60.0 / score.bpm)
        with ThreadPoolExecutor(max(1, self.threads)) as pool:
            reverb = pool.submit(lambda: Convolver(room(score.sound.room), _BLOCK))
            tones = NoteCache(self.instruments)
            tones.prepare((note for part in parts for note in part.notes), pool)
            renderers = list(pool.map(lambda part: PartRenderer(part, _BLOCK, tones), parts))
            hall = reverb.result()
            for start in range(0, length, _BLOCK):
                count = min(_BLOCK, length - start)
                wide, wet = columns(count, 2 + 2 * len(self.stems)), columns(count)
                dry = wide[:, :2]
                depth = sidechain(strokes, start, count, recovery)[:, None]
                # The order of the sum is that of the parts, so threads don't change the outcome.
                played = pool.map(lambda one, at=start, n=count: one.play(at, n), renderers)
                for number, (renderer, block) in enumerate(zip(renderers, played, strict=True), 1):
                    if renderer.part.duck:
                        np.multiply(block, 1.0 - np.float32(renderer.part.duck) * depth, out=block)
                    dry += block
                    if self.split:
                        wide[:, 2 * number : 2 * number + 2] = block
                    wet += np.multiply(block, np.float32(renderer.part.send), out=block)
                rung = hall(wet)
                if self.split:
                    wide[:, 2 * len(renderers) + 2 : 2 * len(renderers) + 4] = rung
                dry += rung
                yield wide


def _kicks(parts: tuple[Part, ...]) -> list[float]:
    return sorted(
        note.start for part in parts for note in part.notes if note.patch.endswith("kick")
    )


def _master(mix: _Mix, total: int) -> Iterator[Wave]:
    """Yield the mix after tape, tone and limiter, from the first frame on."""
    score = mix.score
    wear = score.sound.tape_saturation
    channels = 2 + 2 * len(mix.stems)
    limiter = Limiter(_CEILING, channels)
    blocks = prefetch(mix.blocks(limiter.padded_length(total)))
    first = next(blocks)  # the tape and the filter are made while the second block is
    recorder = TapeSaturation(wear, score.seed, _BLOCK, channels) if wear else None
    highs = 19_000.0 - 9500.0 * wear
    tone = Convolver(np.tile(tone_filter(score.sound.color, highs), channels // 2), _BLOCK)
    skip = Limiter.latency
    start = 0
    for block in chain((first,), blocks):
        mastered = limiter(tone(recorder(block, start) if recorder else block))
        start += len(block)
        yield mastered[skip:]
        skip = 0


def _faded(blocks: Iterator[Wave], total: int) -> Iterator[Wave]:
    """Yield blocks up to `total` samples, with a fade at the start and at the end."""
    start = 0
    rise = round(_FADE_IN * RATE)
    fall = min(round(_FADE_OUT * RATE), total // 3)
    while start < total:
        block = next(blocks)[: total - start]
        place = np.arange(start, start + len(block))[:, None]
        if start < rise:
            block = block * np.clip(place / rise, 0.0, 1.0).astype(np.float32)
        if place[-1, 0] >= total - fall:
            left = np.clip((total - place) / max(fall, 1), 0.0, 1.0)
            block = block * (np.sin(0.5 * np.pi * left) ** 2).astype(np.float32)
        start += len(block)
        yield block
