"""The main job on the embedded backend, on 30 s, 60 s and 10 min of 1080p, against `ffmpeg`.

    python benchmarks/local_job.py [--seconds 30 60 600] [--clip CLIP] [--keep FOLDER]

Needs the extra `local`, the dependency group `bench` and the `ffmpeg` program, which also makes the
clips: 1080p30 H.264 with noise and a cut every 4 s, and a sound like a voice. Ours is the whole of
`Client.local()` and `add_music`, from an empty folder: start, look, compose, play, duck, mix,
measure, render, fetch. ffmpeg gets ready-made music and does the last part of that alone: mixes it
with the clip's sound, measures the loudness, sets it, encodes AAC, copies the video. Twice: with
`ebur128`, which only measures, and with `loudnorm`, as is usual. Memory is the sum of the
proportional set sizes of all processes, looked at 20 times a second in a last round, which is not
timed: looking takes an eighth of a processor.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
from harness import arguments
from processes import HERE, environment
from table import Goal, Table, finish

MINUTE = 60
SOUND = (
    "aevalsrc='0.2*sin(2*PI*140*t)*gt(sin(2*PI*t/7),0)*abs(sin(2*PI*2*t))"
    "+0.1*sin(2*PI*420*t)*gt(sin(2*PI*t/7),0)*abs(sin(2*PI*2*t))':s=48000"
)
SIZE = "size=1920x1080:rate=30"
SCENES = (
    f"testsrc2={SIZE}",
    f"mandelbrot={SIZE}:start_scale=0.6:end_pts=900",
    f"gradients={SIZE}:speed=0.02:n=5:seed=7",
    f"testsrc={SIZE}:decimals=2",
)
SHOT = 4
MUSIC = "aevalsrc='0.3*sin(2*PI*220*t)*exp(-mod(t,0.5)*4)|0.3*sin(2*PI*330*t)':s=48000"


def ffmpeg(*arguments: str) -> str:
    """Run it; what it told."""
    done = subprocess.run(
        ["ffmpeg", "-hide_banner", "-y", "-nostdin", *arguments],
        check=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    return done.stderr


def a_minute(folder: Path) -> Path:
    """Return shots of 4 s with hard cuts between them, some noise, and something like a voice."""
    minute = folder / "minute.mp4"
    if minute.exists():
        return minute
    shots = []
    for number in range(MINUTE // SHOT):
        scene = f"{SCENES[number % len(SCENES)]},hue=h={50 * number},noise=alls=6:allf=t"
        shot = folder / f"shot-{number}.mp4"
        ffmpeg(
            *("-f", "lavfi", "-i", scene, "-t", str(SHOT), "-c:v", "libx264", "-crf", "23"),
            *("-preset", "veryfast", "-maxrate", "8M", "-bufsize", "8M", "-pix_fmt", "yuv420p"),
            str(shot),
        )
        shots.append(shot)
    listed = folder / "shots.txt"
    listed.write_text("".join(f"file '{shot.name}'\n" for shot in shots), encoding="utf-8")
    ffmpeg(
        *("-f", "concat", "-i", str(listed), "-f", "lavfi", "-i", SOUND, "-t", str(MINUTE)),
        *("-c:v", "copy", "-c:a", "aac", "-b:a", "128k", str(minute)),
    )
    return minute


def make(folder: Path, seconds: int, given: Path | None) -> Path:
    """Make a clip of so many seconds, and music for it; encode a minute of it, copy the rest."""
    clip = folder / f"clip-{seconds}.mp4"
    if not clip.exists():
        endless = ("-stream_loop", "-1", "-i", str(given or a_minute(folder)))
        ffmpeg(*endless, "-t", str(seconds), "-c", "copy", str(clip))
        music = folder / f"music-{seconds}.wav"
        ffmpeg("-f", "lavfi", "-i", MUSIC, "-t", str(seconds), str(music))
    return clip


def by_ffmpeg(clip: Path, target: Path, *, usual: bool) -> None:
    """Run two passes: measure, then set."""
    music = clip.with_name(clip.name.replace("clip", "music")).with_suffix(".wav")
    mixed = (
        "[0:a]aformat=channel_layouts=stereo[a];[1:a]volume=0.35,aformat=channel_layouts=stereo[b];"
        "[a][b]amix=inputs=2:duration=first:normalize=0,aformat=channel_layouts=stereo"
    )
    sources = ("-i", str(clip), "-i", str(music))
    if usual:
        norm = "loudnorm=I=-14:TP=-1:LRA=11"
        said = ffmpeg(
            *sources,
            "-filter_complex",
            f"{mixed},{norm}:print_format=json",
            "-vn",
            "-f",
            "null",
            "-",
        )
        found = json.loads(said[said.rindex("{") : said.rindex("}") + 1])
        settle = (
            f"{norm}:linear=true:measured_I={found['input_i']}:measured_TP={found['input_tp']}"
            f":measured_LRA={found['input_lra']}:measured_thresh={found['input_thresh']}"
            f":offset={found['target_offset']},aresample=48000,aformat=channel_layouts=stereo"
        )
    else:
        measure = f"{mixed},ebur128=peak=true"
        said = ffmpeg(*sources, "-filter_complex", measure, "-vn", "-f", "null", "-")
        loudness = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])
        settle = f"volume={-14 - loudness:.2f}dB,alimiter=limit=0.89:level=false"
    ffmpeg(
        *(*sources, "-filter_complex", f"{mixed},{settle}[out]", "-map", "0:v", "-map", "[out]"),
        *("-c:v", "copy", "-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart", str(target)),
    )


OURS = """
import asyncio, sys, nemomusic

async def main():
    async with nemomusic.Client.local(seed=1) as client:
        await client.add_music(sys.argv[1], "warm lo-fi that follows the cuts", output=sys.argv[2])

asyncio.run(main())
"""
"""A program of its own, without what this one imports; timed from its start to its end."""


class Watch:
    """The memory of a process and of all that it started."""

    def __init__(self, pid: int) -> None:
        self.most = 0
        self._process = psutil.Process(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._measure)
        self._thread.start()

    def _measure(self) -> None:
        while not self._over.wait(0.05):
            held = 0
            try:
                for process in (self._process, *self._process.children(recursive=True)):
                    held += process.memory_full_info().pss
            except psutil.Error:
                continue
            self.most = max(self.most, held)

    def end(self) -> int:
        self._over.set()
        self._thread.join()
        return self.most


def once(who: str, clip: Path, target: Path, *, watched: bool) -> dict[str, float]:
    """Run a contender in a process of its own, and either watch it or time it."""
    began = time.perf_counter()
    program = ["-c", OURS] if who == "nemomusic" else [str(HERE / "local_job.py"), "--one", who]
    with subprocess.Popen(
        [sys.executable, *program, str(clip), str(target)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        watch = Watch(process.pid) if watched else None
        told, said = process.communicate()
        took = float(told or time.perf_counter() - began)
        most = watch.end() if watch is not None else 0
    if process.returncode:
        raise RuntimeError(said.decode())
    return {"memory": most} if watched else {"wall": took}


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--seconds", type=int, nargs="*", default=[30, 60, 600])
    parser.add_argument("--keep", type=Path, help="where the clips are kept for the next time")
    parser.add_argument("--clip", type=Path, help="a clip to use over and over instead")
    parser.add_argument("--one", nargs=3, metavar=("WHO", "CLIP", "TARGET"))
    parser.set_defaults(rounds=3)
    options = parser.parse_args()
    if options.one:
        who, clip, target = options.one
        began = time.perf_counter()
        by_ffmpeg(Path(clip), Path(target), usual="loudnorm" in who)
        print(time.perf_counter() - began)  # without the start of Python
        return
    tables = []
    names = ["nemomusic", "ffmpeg, ebur128", "ffmpeg, loudnorm"]
    with tempfile.TemporaryDirectory() as text:
        folder = options.keep or Path(text)
        folder.mkdir(parents=True, exist_ok=True)
        for seconds in options.seconds:
            clip = make(folder, seconds, options.clip)
            table = Table(
                f"the main job on {seconds} s of 1080p30",
                "nemomusic",
                [
                    Goal("wall", "ffmpeg, ebur128", most=3.0),
                    Goal("times real time", None, least=10.0),
                    Goal("memory", None, most=500.0),
                ],
                {"memory": (1e-6, "MB"), "wall": (1.0, "s")},
            )
            for number in range(options.rounds + 1):
                for name in names if number % 2 == 0 else reversed(names):
                    target = Path(text) / "result.mp4"
                    target.unlink(missing_ok=True)
                    figures = once(name, clip, target, watched=number == options.rounds)
                    if target.stat().st_size < 0.9 * clip.stat().st_size:
                        raise AssertionError(f"{name} wrote {target.stat().st_size} bytes")
                    if "wall" in figures:
                        figures["times real time"] = seconds / figures["wall"]
                    table.add(name, **figures)
            table.samples = {name: table.samples[name] for name in names}
            tables.append(table)
    finish(tables, as_json=options.json)


if __name__ == "__main__":
    main()
