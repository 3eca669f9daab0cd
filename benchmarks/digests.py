"""Digests of what the engine makes, to show that a change moves no note, sample or byte.

    python benchmarks/digests.py write FOLDER CLIPS   make scores, WAVs and MP4s; list their digests
    python benchmarks/digests.py compare OLD NEW      say what differs between two such folders

Run `write` with the old and with the new commit on one machine (bits differ between processors),
then `compare`. CLIPS is a folder that both share: the clips are drawn there if they are not. A
score is compared as JSON text, a WAV by its samples, an MP4 by its bytes. An MP4 whose frames
x264 has encoded may differ from run to run (x264 reads what lies beyond the edge of a frame)
and is not counted. Where a WAV differs, its largest difference in dBFS and both loudnesses in
LUFS are printed. `compare` ends with 1 if any score differs, if audio differs by more than -80
dBFS, or if the loudness differs by more than 0.05 LU. Needs the extra `local` only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import wave
from pathlib import Path

import av
import numpy as np

from nemomusic.engine.analysis.analyze import analyze
from nemomusic.engine.composition.compose import compose
from nemomusic.engine.composition.prompt_parser import parse_prompt
from nemomusic.engine.demo.clip import draw_clip
from nemomusic.engine.synthesis import synthesize
from nemomusic.engine.types import AudioTrack, RenderPlan, Shot, Title
from nemomusic.engine.video.render import render

MAX_DBFS = -80.0
MAX_LU = 0.05
PROMPTS = (
    "warm lo-fi that follows the cuts",
    "epic cinematic, dark and slow",
    "upbeat pop",
    "ambient",
    "edm at 128 bpm",
    "acoustic guitar, happy",
    "mellow jazz with piano",
    "rock",
    "classical, in a minor key",
    "hip hop without drums",
    "solo piano, sad",
    "synthwave",
    "guofeng",
)


def clips(folder: Path) -> dict[str, Path]:
    """Draw clips: the demo twice, one of them with a voice-like sound."""
    found = {}
    for seed, (seconds, size) in enumerate(((12.0, (640, 352)), (20.0, (352, 640)))):
        silent = folder / f"clip-{seed}.mp4"
        if not silent.exists():
            draw_clip(silent, seconds=seconds, size=size, fps=25, seed=seed)
        found[f"silent-{seed}"] = silent
    found["sounding"] = folder / "clip-sounding.mp4"
    if not found["sounding"].exists():
        add_sound(found["silent-0"], found["sounding"])
    return found


def add_sound(source: Path, target: Path) -> Path:
    """Copy a clip and give it a sound of buzzing syllables, in mono at 44.1 kHz."""
    rate, seconds = 44100, 12
    t = np.arange(rate * seconds) / rate
    buzz = sum(np.sin(2 * np.pi * 140 * n * t) / n for n in range(1, 12))
    sound = (buzz * np.clip(np.sin(2 * np.pi * 4 * t), 0, 1) * (t > 4) * (t < 8) * 0.15).astype(
        "f4"
    )
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        video = new.add_stream_from_template(old.streams.video[0])
        audio = new.add_stream("aac", rate=rate, layout="mono")
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                new.mux(packet)
        frame = av.AudioFrame.from_ndarray(sound[np.newaxis], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = rate, 0
        new.mux(audio.encode(frame))
        new.mux(audio.encode(None))
    return target


def digest(data: bytes) -> str:
    """Give the first 16 hexadecimal digits of a SHA-256."""
    return hashlib.sha256(data).hexdigest()[:16]


def values(data: object) -> object:
    """Give the values of JSON data without their names: a renamed field is no change."""
    if isinstance(data, dict):
        return [values(one) for one in data.values()]
    return [values(one) for one in data] if isinstance(data, list | tuple) else data


def make(folder: Path, drawn: Path) -> dict[str, str]:
    """Make everything and give its digests by name."""
    for needed in (folder, drawn):
        needed.mkdir(parents=True, exist_ok=True)
    found: dict[str, str] = {}
    for name, clip in clips(drawn).items():
        found[f"{name} clip"] = digest(clip.read_bytes())
        analysis = analyze(clip)
        found[f"{name} analysis"] = digest(json.dumps(values(analysis.to_json())).encode())
        prompts = PROMPTS if name == "silent-0" else PROMPTS[:4]
        for number, prompt in enumerate(prompts):
            for seed in (1, 2) if name == "silent-0" else (3,):
                score = compose(analysis, parse_prompt(prompt), seed=seed)
                text = json.dumps(values(score.to_json()))
                key = f"{name} {number} {seed}"
                (folder / f"{key}.json").write_text(text, encoding="utf-8")
                found[f"{key} score"] = digest(text.encode())
                if seed == 2:
                    continue
                sound = folder / f"{key}.wav"
                synthesize(score, sound)
                found[f"{key} wav"] = digest(sound.read_bytes())
        music = folder / f"{name} 0 {1 if name == 'silent-0' else 3}.wav"
        for kind, plan in plans(clip, music).items():
            finished_video = folder / f"{name} {kind}.mp4"
            render(plan, finished_video)
            found[f"{name} {kind} mp4"] = digest(finished_video.read_bytes())
        print(name, "is done", file=sys.stderr)
    return found


def plans(clip: Path, music: Path) -> dict[str, RenderPlan]:
    """Plan a film that is copied, and one that is encoded with a title and a fade."""
    sound = AudioTrack(path=str(music), start=0.0, duration=12.0, ducks=((4.0, 8.0),))
    complete = Shot(path=str(clip), duration=12.0)
    parts = (Shot(path=str(clip), duration=2.0, start_in=1.0), Shot(str(clip), 1.0, 5.0, 0.5))
    title = Title(text="Digest", start=0.5, duration=1.5)
    return {
        "copied": RenderPlan(shots=(complete,), music=(sound,)),
        "encoded": RenderPlan(
            shots=parts, canvas=(320, 240), music=(sound,), titles=(title,), fade_in=0.5
        ),
    }


def samples(path: Path) -> np.ndarray:
    """Read a 16-bit WAV as floats."""
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768.0


def loudness(path: Path) -> float:
    """Measure a sound in LUFS with FFmpeg's ebur128."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        graph = av.filter.Graph()
        source = graph.add_abuffer(template=stream)
        meter = graph.add("ebur128", "metadata=1")
        sink = graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        value = float("-inf")
        for frame in container.decode(stream):
            graph.push(frame)
            while True:
                try:
                    measured = graph.pull()
                except (av.BlockingIOError, av.EOFError):
                    break
                value = float(measured.metadata.get("lavfi.r128.I", value))
    return value


def compare(old: Path, new: Path) -> int:
    """Print what differs; 1 if it is more than may differ."""
    before = json.loads((old / "digests.json").read_text("utf-8"))
    after = json.loads((new / "digests.json").read_text("utf-8"))
    bad = sorted(set(before) ^ set(after))
    differ = [key for key in before if key in after and before[key] != after[key]]
    for key in bad:
        print(f"{key}: only in one of them")
    for key in differ:
        if key.endswith(" wav"):
            name = key.removesuffix(" wav") + ".wav"
            one, two = samples(old / name), samples(new / name)
            if len(one) != len(two):
                print(f"{key}: {len(one)} and {len(two)} samples")
                bad.append(key)
                continue
            peak = 20 * np.log10(max(1e-9, float(np.abs(one - two).max())))
            levels = loudness(old / name), loudness(new / name)
            print(f"{key}: differs by {peak:.1f} dBFS, {levels[0]:.2f} and {levels[1]:.2f} LUFS")
            if peak > MAX_DBFS or abs(levels[0] - levels[1]) > MAX_LU:
                bad.append(key)
        else:
            print(f"{key}: differs")
            if not key.endswith(" encoded mp4"):
                bad.append(key)
    print(f"{len(before)} digests, {len(differ)} differ, {len(bad)} by more than they may")
    return 1 if bad else 0  # a copied MP4 follows its WAV: look at that first


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write")
    writing.add_argument("folder", type=Path)
    writing.add_argument("clips", type=Path)
    comparing = commands.add_parser("compare")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    options = parser.parse_args()
    if options.command == "compare":
        sys.exit(compare(options.old, options.new))
    found = make(options.folder, options.clips)
    text = json.dumps(found, indent=1, sort_keys=True)
    (options.folder / "digests.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
