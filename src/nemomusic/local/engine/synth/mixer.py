"""The mix: parts to buses, buses to a file, a few seconds at a time."""

from __future__ import annotations

import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np

from nemomusic.local.engine.ahead import ahead
from nemomusic.local.engine.loudness import Meter
from nemomusic.local.engine.synth.effects import Convolver, Limiter, Tape, pump, room, tone_filter
from nemomusic.local.engine.synth.player import Player, Tones
from nemomusic.local.engine.synth.tone import Tone
from nemomusic.local.engine.synth.waves import RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nemomusic.local.engine.music.score import Part, Score
    from nemomusic.local.engine.synth.waves import Wave

__all__ = ["synthesise"]

_BLOCK = 6 * RATE
_CEILING = 0.84  # -1.5 dBFS, so that true peaks and AAC have room
_FADE_IN = 0.004  # s
_FADE_OUT = 0.35  # s, "a short fade in the last moments at most"
_HEADER = 44  # bytes that the wave module writes before the samples


def synthesise(
    score: Score,
    out_path: str | Path,
    *,
    progress: Callable[[float], None] | None = None,
    threads: int = 2,
) -> Tone:
    """Play a score into a 16-bit 48 kHz stereo WAV of exactly `round(duration * 48000)` frames.

    The same score gives the same bytes, whatever the number of threads.

    Args:
        score: What to play.
        out_path: Where the file goes; replaced if it exists.
        progress: Called with 0..1 after every block of six seconds.
        threads: Parts played side by side.

    Raises:
        OSError: The file can't be written.
    """
    total = round(score.duration * RATE)
    meter = Meter(RATE, peaks=False)
    peak = 0.0
    with wave.open(str(out_path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        done = 0
        for block in _faded(_master(score, total, threads), total):
            pairs = np.ascontiguousarray(block.T)
            meter.feed(pairs)
            peak = max(peak, float(np.abs(block).max()))
            file.writeframes(np.rint(np.clip(pairs, -1.0, 1.0) * 32_767.0).astype("<i2").tobytes())
            done += block.shape[1]
            if progress:
                progress(0.97 * done / total)
    loudness = meter.integrated
    gain = min(10.0 ** ((score.sound.loudness - loudness) / 20.0), 0.92 / max(peak, 1e-6))
    if np.isfinite(loudness) and abs(20.0 * np.log10(gain)) > 0.2:
        _scale(out_path, gain)
        loudness, peak = float(loudness + 20.0 * np.log10(gain)), peak * gain
    if progress:
        progress(1.0)
    return Tone(
        loudness=max(-70.0, float(loudness)), peak=min(1.0, float(peak)), duration=total / RATE
    )


def _scale(path: str | Path, gain: float) -> None:
    """Multiply the samples of a finished file."""
    with Path(path).open("r+b") as file:
        at = _HEADER
        file.seek(at)
        while raw := file.read(4 * _BLOCK):
            part = np.frombuffer(raw, "<i2") * np.float32(gain)
            np.rint(np.clip(part, -32_767, 32_767, out=part), out=part)
            file.seek(at)
            file.write(part.astype("<i2").data)
            at += len(raw)


def _mixed(score: Score, total: int, threads: int) -> Iterator[Wave]:
    """Yield blocks of all parts and the room, `total` samples in all."""
    base = score.sound.loudness
    parts = [attrs.evolve(part, level=base + part.level) for part in score.parts if part.notes]
    strokes = _kicks(score.parts)
    recovery = min(0.45, 0.85 * 60.0 / score.bpm)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        reverb = pool.submit(lambda: Convolver(room(score.sound.room), _BLOCK))
        tones = Tones()
        tones.prepare((note for part in parts for note in part.notes), pool)
        players = list(pool.map(lambda part: Player(part, _BLOCK, tones), parts))
        hall = reverb.result()
        for start in range(0, total, _BLOCK):
            count = min(_BLOCK, total - start)
            dry = np.zeros((2, count), np.float32)
            wet = np.zeros((2, count), np.float32)
            depth = pump(strokes, start, count, recovery)
            # The order of the sum is that of the parts, so threads don't change the outcome.
            blocks = pool.map(lambda one, at=start, n=count: one.play(at, n), players)
            for player, block in zip(players, blocks, strict=True):
                if player.part.duck:
                    np.multiply(block, 1.0 - np.float32(player.part.duck) * depth, out=block)
                dry += block
                wet += np.multiply(block, np.float32(player.part.send), out=block)
            dry += hall(wet)
            yield dry


def _kicks(parts: tuple[Part, ...]) -> list[float]:
    return sorted(
        note.start for part in parts for note in part.notes if note.patch.endswith("kick")
    )


def _master(score: Score, total: int, threads: int) -> Iterator[Wave]:
    """Yield the mix after tape, tone and limiter, from the first sample on."""
    tape = Tape(score.sound.tape, score.seed, _BLOCK) if score.sound.tape else None
    highs = 19_000.0 - 9500.0 * score.sound.tape
    tone = Convolver(tone_filter(score.sound.colour, highs), _BLOCK)
    limiter = Limiter(_CEILING)
    skip = Limiter.latency
    start = 0
    for mix in ahead(_mixed(score, limiter.whole(total), threads)):
        block = limiter(tone(tape(mix, start) if tape else mix))
        start += mix.shape[1]
        yield block[:, skip:]
        skip = 0


def _faded(blocks: Iterator[Wave], total: int) -> Iterator[Wave]:
    """Yield blocks up to `total` samples, with a soft first and last moment."""
    start = 0
    rise = round(_FADE_IN * RATE)
    fall = min(round(_FADE_OUT * RATE), total // 3)
    while start < total:
        block = next(blocks)[:, : total - start]
        place = np.arange(start, start + block.shape[1])
        if start < rise:
            block = block * np.clip(place / rise, 0.0, 1.0).astype(np.float32)
        if place[-1] >= total - fall:
            left = np.clip((total - place) / max(fall, 1), 0.0, 1.0)
            block = block * np.sin(0.5 * np.pi * left).astype(np.float32)
        start += block.shape[1]
        yield block
