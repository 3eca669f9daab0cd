"""Mutated media files, each pushed through a whole job of the real engine.

    python tests/support/mutated_media.py --count 2000 --seed 1

Every container and codec that PyAV writes is a seed. Each mutated file has to end as a video or as
a typed error; nothing may be paid for that gives no video; nothing may be left behind.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import attrs
import av
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import nemomusic
from nemomusic import errors
from nemomusic.local import LocalBackend, LocalOptions
from nemomusic.settings import Settings
from support.worker_processes import workers

MEDIA = (
    ("h264.mp4", "libx264", "aac"),
    ("h264.mov", "libx264", "aac"),
    ("h264.mkv", "libx264", "aac"),
    ("hevc.mp4", "libx265", "aac"),
    ("mpeg4.avi", "mpeg4", "libmp3lame"),
    ("mjpeg.avi", "mjpeg", "pcm_s16le"),
    ("vp8.webm", "libvpx", "libopus"),
    ("vp9.webm", "libvpx-vp9", "libopus"),
    ("mpeg2.mkv", "mpeg2video", "ac3"),
    ("prores.mov", "prores_ks", "pcm_s16le"),
    ("song.mp3", None, "libmp3lame"),
    ("song.wav", None, "pcm_s16le"),
    ("song.m4a", None, "aac"),
    ("song.aac", None, "aac"),
)
SECONDS, RATE, FPS = 1.2, 48_000, 10


def _write(path: Path, video: str | None, audio: str) -> None:
    rng = np.random.default_rng(7)
    with av.open(str(path), "w") as out:
        if video is not None:
            frames = out.add_stream(video, rate=FPS)
            frames.width, frames.height = 160, 90
            frames.pix_fmt = {"mjpeg": "yuvj420p", "prores_ks": "yuv422p10le"}.get(video, "yuv420p")
            if video == "libx265":
                frames.options = {"x265-params": "log-level=none"}
        sound = out.add_stream(audio, rate=RATE)
        sound.layout = "stereo"
        if video is not None:
            for number in range(int(SECONDS * FPS)):
                noise = rng.integers(0, 256, (9, 16, 3), np.uint8).repeat(10, 0).repeat(10, 1)
                frame = av.VideoFrame.from_ndarray(noise if number % 4 == 0 else noise // 2)
                out.mux(frames.encode(frame.reformat(format=frames.pix_fmt)))
            out.mux(frames.encode(None))
        wave = np.sin(np.arange(int(SECONDS * RATE)) * 2 * np.pi * 440 / RATE) * 8000
        samples = np.repeat(wave.astype(np.int16), 2)[None]
        fifo, given = av.AudioFifo(), av.AudioFrame.from_ndarray(samples, "s16", "stereo")
        given.sample_rate = RATE
        for piece in av.AudioResampler(sound.format, "stereo", RATE).resample(given):
            piece.pts = None
            fifo.write(piece)
        size, at = sound.codec_context.frame_size or 1024, 0
        while (piece := fifo.read(size)) is not None:
            piece.pts, at = at, at + piece.samples
            out.mux(sound.encode(piece))
        out.mux(sound.encode(None))


def seeds(folder: Path) -> list[Path]:
    """Write the seeds that this FFmpeg can write."""
    for name, video, audio in MEDIA:
        try:
            _write(folder / name, video, audio)
        except (av.FFmpegError, ValueError) as error:  # no such encoder here
            sys.stderr.write(f"no {name}: {error}\n")
            (folder / name).unlink(missing_ok=True)
    noise = random.Random(3).randbytes(160 * 90 * 3)
    image = Image.frombytes("RGB", (160, 90), noise)
    for name in ("a.png", "b.jpg", "c.webp", "d.gif"):
        image.save(folder / name)
    turned = [image.rotate(angle) for angle in (90, 180)]
    for name in ("e.gif", "f.webp"):
        image.save(folder / name, save_all=True, append_images=turned, duration=200)
    return sorted(folder.iterdir())


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Damage a file in one of the ways in which files get damaged, or are made to harm."""
    out, size = bytearray(data), len(data)
    kind = rng.randrange(8)
    where = rng.randrange(size)
    length = min(size - where, rng.choice([1, 16, 512, 20_000]))
    if kind == 0:
        del out[where:]
    elif kind == 1:
        del out[where : where + length]
    elif kind == 2:
        out[where : where + length] = bytes(length)
    elif kind == 3:
        out[where:where] = rng.randbytes(length)
    elif kind == 4:
        out[where:where] = out[where : where + length]
    elif kind == 5:  # a number in the head, such as a size, a count or a time
        at = rng.randrange(max(1, min(size, 3000) - 4))
        value = rng.choice([0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, rng.getrandbits(32)])
        out[at : at + 4] = value.to_bytes(4, rng.choice(["big", "little"]))
    else:
        for _ in range(rng.choice([1, 8, 60, 400])):
            out[rng.randrange(size)] = rng.randrange(256)
    return bytes(out) or b"\0"


@attrs.define
class Fuzz:
    """What came of the files.

    Attributes:
        ends: How many ended how.
        wrong: What should not have happened, with the file.
        slowest: Seconds.
    """

    ends: Counter[str] = attrs.field(factory=Counter)
    wrong: list[str] = attrs.field(factory=list)
    slowest: float = 0.0


async def _one(client: nemomusic.Client, path: Path, good: Path, out: Path) -> None:
    if path.stem.endswith("song"):
        session = await client.sessions.open("fuzz")
        await session.upload(good)
        await session.upload(path)
        await session.ask(f'use "{path.name}" as the music')
        await session.export(out, overwrite=True)
    else:
        await client.add_music(path, "calm piano", output=out, overwrite=True)


async def fuzz(count: int, seed: int, *, limit: float = 60.0) -> Fuzz:
    """Push that many mutated files through whole jobs.

    Args:
        count: Files.
        seed: Of the mutations.
        limit: Seconds in which each has to end.
    """
    found, rng = Fuzz(), random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "seeds").mkdir()
        files = seeds(folder / "seeds")
        good = next(one for one in files if one.suffix == ".mp4")
        options = LocalOptions(workers=1)
        backend = LocalBackend(folder / "backend", faithful=True, options=options)
        async with backend:
            settings = Settings(api_url=backend.url, web_url=backend.url, token_file=None)
            token = backend.issue_token(credits=10**9)
            async with nemomusic.Client(token, settings=settings) as client:
                for number in range(count):
                    source = rng.choice(files)
                    path = folder / f"{number}{source.stem}{source.suffix}"
                    data = source.read_bytes()
                    for _ in range(rng.choice([1, 1, 2])):
                        data = mutate(data, rng)
                    path.write_bytes(data)
                    out = folder / "out.mp4"
                    out.unlink(missing_ok=True)
                    before, since = backend.ledger.credits_spent, time.monotonic()
                    end = "video"
                    try:
                        async with asyncio.timeout(limit):
                            await _one(client, path, good, out)
                    except errors.NemoMusicError as error:
                        end = type(error).__name__
                        for sign in ("internal error", "broke down", "Please report"):
                            if sign in str(error):
                                found.wrong.append(f"{path.name}: {error}")
                    except TimeoutError:
                        found.wrong.append(f"{path.name}: no end in {limit:g} s")
                        end = "no end"
                    found.ends[end] += 1
                    found.slowest = max(found.slowest, time.monotonic() - since)
                    if end != "video" and backend.ledger.credits_spent > before:
                        found.wrong.append(f"{path.name}: paid for, and no video ({end})")
                    left = [one for one in (folder / "backend" / "tmp").rglob("*") if one.is_file()]
                    if left:
                        found.wrong.append(f"{path.name}: left {left}")
                    if found.wrong and found.wrong[-1].startswith(path.name):
                        sys.stdout.write(f"{found.wrong[-1]}\n")
                    path.unlink()
        if workers():
            found.wrong.append("worker processes are left")
    return found


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    found = asyncio.run(fuzz(chosen.count, chosen.seed))
    sys.stdout.write(
        f"{dict(found.ends)} slowest {found.slowest:.1f} s, wrong: {len(found.wrong)}\n"
    )
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
