"""The gates of the local composer: what is measured in its scores and in its sound.

    python benchmarks/music.py score                 chords, forms, tunes, beats: seconds a style
    python benchmarks/music.py sound [STYLE ...]     the finished sound of three clips a style
    python benchmarks/music.py keys [STYLE ...]      minor pieces: the keys that outsiders hear
    python benchmarks/music.py notes [STYLE ...]     melody and bass, as basic-pitch hears them
    python benchmarks/music.py patches               attacks: a note against where it is written
    python benchmarks/music.py draw FOLDER           drawings of three clips with their music

Clips are values, not files: 30 s with cuts at known times that lie on no grid (mean shots of 7.5,
3.8 and 1.8 s). `sound --clips FILE ...` measures with other clips: video files, whose cuts the
analysis finds. `--seed` is the seed of the first clip. `score` needs the extra `local` only.
`sound` and `keys` need the dependency group `bench`, and essentia for a second finder of keys
(`pip install essentia`). `notes` needs `bench` and `pip install --no-deps basic-pitch==0.4.0`: its
dependency TensorFlow is not used. Loudness is FFmpeg's ebur128. Chance is what the same measure
gives at the same cuts shifted at random. No person listened.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import wave
from collections import Counter
from pathlib import Path
from statistics import median

import av
import numpy as np

from nemomusic.engine.analysis.analyze import analyze
from nemomusic.engine.composition.compose import compose
from nemomusic.engine.composition.notation.score_drawing import to_svg
from nemomusic.engine.composition.planning.harmony import NAMES, SCALES
from nemomusic.engine.composition.style_presets import STYLES
from nemomusic.engine.synthesis import synthesize
from nemomusic.engine.synthesis.patches import PATCHES
from nemomusic.engine.types import Brief, ClipAnalysis, Cut

DURATION = 30.0
SHOTS = {"slow": 7.5, "mid": 3.8, "fast": 1.8}
RATE = 48_000
SEEDS = 40


def clip(name: str, variant: int = 0) -> ClipAnalysis:
    """Return a clip with cuts at known times."""
    rng = np.random.default_rng([int(10 * SHOTS[name]), variant])
    cuts, time = [], 0.0
    while (time := time + SHOTS[name] * rng.uniform(0.55, 1.45)) < DURATION - 1.2:
        cuts.append(Cut(round(float(time), 3), round(float(rng.uniform(0.5, 1.0)), 2)))
    seconds = int(DURATION)
    return ClipAnalysis(
        duration=DURATION,
        width=1280,
        height=720,
        cuts=tuple(cuts),
        motion=tuple(
            np.clip(0.35 + 0.25 * np.sin(np.arange(seconds) / 4 + variant), 0, 1).tolist()
        ),
        brightness=(0.45,) * seconds,
        warmth=(0.1,) * seconds,
        saturation=(0.4,) * seconds,
        speech=(),
        own_loudness=None,
    )


def hits(beats: np.ndarray, cuts: list[float], within: float = 0.06) -> float:
    """Return the share of cuts with a beat (or onset) near them."""
    if not len(beats) or not cuts:
        return 0.0
    return float(np.mean([np.abs(beats - cut).min() <= within for cut in cuts]))


def chance(
    beats: np.ndarray,
    cuts: list[float],
    within: float,
    tries: int = 200,
    duration: float = DURATION,
) -> float:
    """Return the hits of the same cuts shifted at random, around the end of the clip."""
    rng = np.random.default_rng(1)
    shifts = rng.uniform(0.5, duration - 0.5, tries)
    return float(
        np.mean(
            [hits(beats, [(cut + shift) % duration for cut in cuts], within) for shift in shifts]
        )
    )


# What the score says.


def scale_consistency(score) -> float:
    """Return the largest share of pitched notes that any major or minor scale holds."""
    notes = Counter(
        note.pitch % 12 for part in score.parts for note in part.notes if note.patch in PATCHES
    )
    total = sum(notes.values()) or 1
    scales = (SCALES["major"], (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 8, 11))
    return max(
        sum(notes[(tonic + step) % 12] for step in scale) / total
        for tonic in range(12)
        for scale in scales
    )


def relative_chords(score) -> tuple[str, ...]:
    """Return the chords as numerals: what stays when a piece is transposed."""
    return tuple(one.numeral for one in score.chords)


def form_of(score) -> tuple[tuple[str, int], ...]:
    """Return the sections with their bars."""
    return tuple((one.name, one.bars) for one in score.sections)


def arrangement(score) -> frozenset[tuple[str, str]]:
    """Return who plays, with the instruments."""
    return frozenset((part.name, part.notes[0].patch) for part in score.parts if part.instrument)


def diversity(style: str) -> dict[str, object]:
    """Return how many chords, forms, arrangements and tempos 40 seeds give on one clip."""
    analysis = clip("mid")
    scores = [compose(analysis, Brief(style=style), seed=seed) for seed in range(SEEDS)]
    kinds = [
        (relative_chords(one), form_of(one), arrangement(one), round(one.bpm)) for one in scores
    ]
    alike = sum(
        sum(a == b for a, b in zip(one, other, strict=True)) > 2
        for one, other in itertools.combinations(kinds, 2)
    )
    pairs = SEEDS * (SEEDS - 1) / 2
    counts = [len(set(column)) for column in zip(*kinds, strict=True)]
    return {
        "distinct": "/".join(map(str, counts)),
        "pairs alike": f"{100 * alike / pairs:.1f} %",
        "consistency": f"{np.mean([scale_consistency(one) for one in scores]):.2f}",
        **tune_figures(scores),
    }


def tune_figures(scores) -> dict[str, object]:
    """Return where tunes enter and where their notes lie in the bar."""
    entries, late, notes_total, starts, complete_loops, sections, busiest = [], 0, 0, 0, 0, 0, 0.0
    for score in scores:
        tune = next((part for part in score.parts if part.name == "melody"), None)
        bars = np.array(score.downbeats)
        if tune:
            entries.append(tune.notes[0].start)
            beats = {"4/4": 4, "3/4": 3, "6/8": 2}[score.signature]
            for note in tune.notes:
                index = int(np.searchsorted(bars, note.start + 0.03)) - 1
                if 0 <= index < len(bars) - 1:
                    place = (note.start - bars[index]) / (bars[index + 1] - bars[index])
                    late += place >= (beats - 1) / beats - 0.02
                    notes_total += 1
        starts += abs(bars[0]) < 0.03 or score.sections[0].name == "pickup"
        for one in score.sections:
            if one.bars:
                sections += 1
                extra = 1 if one.extension > 0 else 0
                complete_loops += (one.bars - extra) % one.loop == 0
        times = np.array([n.start for p in score.parts for n in p.notes if "echo" not in p.name])
        times.sort()
        counts = np.searchsorted(times, times + 1.0) - np.arange(len(times))
        busiest = max(busiest, float(counts.max()))
    return {
        "enters": f"{median(entries):.1f} s" if entries else "-",
        "on 4 or after": f"{100 * late / max(1, notes_total):.0f} %",
        "starts": f"{starts}/{len(scores)}",
        "whole loops": f"{complete_loops}/{sections}",
        "notes/s": f"{busiest:.0f}",
    }


def beat_at_cut(style: str) -> dict[str, str]:
    """Return the share of cuts with a beat for the three clips, beside chance."""
    row = {}
    for name in SHOTS:
        found, luck = [], []
        for variant in range(3):
            analysis = clip(name, variant)
            cuts = [cut.time for cut in analysis.cuts]
            beats = np.array(compose(analysis, Brief(style=style), seed=variant).beats)
            found.append(hits(beats, cuts))
            luck.append(chance(beats, cuts, 0.06, 40))
        row[name] = f"{np.mean(found):.2f} ({np.mean(luck):.2f})"
    return row


# What the sound says.


def read(path: Path) -> np.ndarray:
    """Read a WAV as [frames, 2]."""
    with wave.open(str(path)) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return raw.reshape(-1, 2).astype(np.float32) / 32_768


def ebur128(path: Path) -> tuple[float, float]:
    """Return integrated loudness (LUFS) and loudness range (LU) by FFmpeg."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        graph = av.filter.Graph()
        source = graph.add_abuffer(template=stream)
        meter = graph.add("ebur128", "metadata=1")
        sink = graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        loudness = spread = float("nan")
        for frame in container.decode(stream):
            graph.push(frame)
            while True:
                try:
                    found = graph.pull()
                except (av.BlockingIOError, av.EOFError):
                    break
                loudness = float(found.metadata.get("lavfi.r128.I", loudness))
                spread = float(found.metadata.get("lavfi.r128.LRA", spread))
    return loudness, spread


PROFILES = {
    "krumhansl": (
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    ),
    "temperley": (
        (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
        (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
    ),
}


def keys_found(path: Path) -> list[str]:
    """Return the keys that outside finders hear: librosa with a key profile, and essentia."""
    import librosa

    sound, rate = librosa.load(path, sr=22_050)
    harmonic = librosa.effects.harmonic(sound)
    chroma = librosa.feature.chroma_cqt(y=harmonic, sr=rate).mean(axis=1)
    found = []
    major, minor = PROFILES["temperley"]
    best = max(
        (np.corrcoef(chroma, np.roll(profile, tonic))[0, 1], f"{NAMES[tonic]} {mode}")
        for tonic in range(12)
        for mode, profile in (("major", major), ("minor", minor))
    )
    found.append(best[1])
    try:
        from essentia.standard import KeyExtractor, MonoLoader
    except ImportError:
        return found
    audio = MonoLoader(filename=str(path), sampleRate=44_100)()
    key, mode, _ = KeyExtractor(profileType="edma")(audio)
    names = {"C#": "D♭", "D#": "E♭", "Eb": "E♭", "Db": "D♭", "Gb": "F♯", "F#": "F♯"}
    names |= {"G#": "A♭", "Ab": "A♭", "A#": "B♭", "Bb": "B♭"}
    return [*found, f"{names.get(key, key)} {mode}"]


def sound_row(style: str, analysis: ClipAnalysis, seed: int, folder: Path) -> dict[str, object]:
    """Return the figures of one piece."""
    import librosa

    duration = analysis.duration
    score = compose(analysis, Brief(style=style), seed=seed)
    path = folder / f"{style}-{seed}.wav"
    synthesize(score, path)
    sound, rate = librosa.load(path, sr=22_050)
    cuts = [cut.time for cut in analysis.cuts]
    strength = librosa.onset.onset_strength(y=sound, sr=rate, hop_length=256)
    onsets = librosa.onset.onset_detect(
        onset_envelope=strength, sr=rate, hop_length=256, units="time"
    )
    frames = np.arange(len(strength)) * 256 / rate

    def at(time: float) -> float:
        return float(strength[np.abs(frames - time) <= 0.06].max(initial=0.0))

    rng = np.random.default_rng(2)
    shifts = rng.uniform(0.5, duration - 0.5, 60)
    shifted = [at((cut + shift) % duration) for shift in shifts for cut in cuts]
    peaks = np.array([at(time) for time in np.arange(0.1, duration - 0.1, 0.12)])
    found, luck = hits(onsets, cuts, 0.05), chance(onsets, cuts, 0.05, duration=duration)
    centroid = librosa.feature.spectral_centroid(y=sound, sr=rate)[0]
    loudness, spread = ebur128(path)
    tail = read(path)[-RATE // 20 :]
    return {
        "LUFS": round(loudness, 1),
        "LRA": round(spread, 1),
        "end dBFS": round(20 * float(np.log10(np.sqrt(np.mean(tail**2)) + 1e-9))),
        "onset at cut": f"{found:.2f}",
        "chance": f"{luck:.2f}",
        "strength": f"{np.mean([at(cut) for cut in cuts]) / max(1e-9, np.mean(shifted)):.1f}x",
        "top 10 %": f"{np.mean([at(cut) >= np.quantile(peaks, 0.9) for cut in cuts]):.2f}",
        "centroid": round(float(np.median(centroid))),
        "key": score.key,
        "heard": ", ".join(keys_found(path)),
    }


def means(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the mean of every figure for each style, and the worst end."""
    found = []
    for style in dict.fromkeys(row["style"] for row in rows):
        mine = [row for row in rows if row["style"] == style]
        values = {
            name: np.mean([float(str(row[name]).rstrip("x")) for row in mine])
            for name in ("LRA", "end dBFS", "onset at cut", "chance", "strength", "top 10 %")
        }
        mean = {"style": style, **{name: f"{value:.2f}" for name, value in values.items()}}
        mean["centroid"] = round(float(np.mean([float(str(row["centroid"])) for row in mine])))
        found.append(mean)
    return found


def gates(rows: list[dict[str, object]]) -> dict[str, object]:
    """Return how many pieces meet each gate of the sound."""
    figures = [
        {name: float(str(row[name]).rstrip("x")) for name in list(row) if name in NUMBERS}
        for row in rows
    ]
    rare = [one for one in figures if one["chance"] <= 0.35]
    often = [one for one in figures if one["chance"] > 0.35]
    return {
        "pieces": len(rows),
        "LRA 4-8": sum(4 <= one["LRA"] <= 8 for one in figures),
        "end": sum(one["end dBFS"] <= -45 for one in figures),
        "onset >= 2.5x chance <= .35": (
            f"{sum(o['onset at cut'] >= 2.5 * o['chance'] for o in rare)} of {len(rare)}"
        ),
        "else onset >= .95": f"{sum(o['onset at cut'] >= 0.95 for o in often)} of {len(often)}",
        "strength >= 2x": sum(one["strength"] >= 2 for one in figures),
    }


NUMBERS = {"LRA", "end dBFS", "onset at cut", "chance", "strength", "top 10 %"}


def keys_row(style: str, folder: Path) -> dict[str, object]:
    """Return how many of two minor pieces of a style each finder of keys gets right."""
    hits = [0, 0, 0]
    for seed, name in ((1, "fast"), (2, "slow")):
        score = compose(clip(name, seed), Brief(style=style, mode="minor"), seed=seed)
        path = folder / f"{style}.wav"
        synthesize(score, path)
        right = [one == score.key for one in keys_found(path)]
        for index, one in enumerate((right[0], right[-1], all(right))):
            hits[index] += one
    return {"style": style, "pieces": 2, "librosa": hits[0], "essentia": hits[1], "both": hits[2]}


def transcriber():
    """Return a function that transcribes a sound file: notes as (start, end, pitch)."""
    import contextlib
    import io
    import logging

    logging.disable(logging.WARNING)
    from basic_pitch import ICASSP_2022_MODEL_PATH
    from basic_pitch.inference import Model, predict

    model = Model(ICASSP_2022_MODEL_PATH)

    def transcribe(path: Path) -> list[tuple[float, float, int]]:
        with contextlib.redirect_stdout(io.StringIO()):
            _, _, events = predict(path, model)
        return [(event[0], event[1], event[2]) for event in events]

    return transcribe


def recall(notes, found: list[tuple[float, float, int]]) -> float:
    """Return the share of notes that were found: within 50 ms, in any octave, each one once."""
    from scipy.optimize import linear_sum_assignment

    if not found:
        return 0.0
    matches = np.array(
        [
            [
                abs(note.start - start) <= 0.05 and (note.pitch - pitch) % 12 == 0
                for start, _, pitch in found
            ]
            for note in notes
        ]
    )
    rows, columns = linear_sum_assignment(matches, maximize=True)
    return float(matches[rows, columns].sum() / len(notes))


def notes_row(style: str, folder: Path, transcribe) -> dict[str, object]:
    """Return the median of three clips of what is found of melody and bass on their stems."""
    found: dict[str, list[float]] = {"melody": [], "bass": []}
    for seed, name in enumerate(SHOTS, 1):
        score = compose(clip(name), Brief(style=style), seed=seed)
        stems = folder / f"{style}-{name}"
        synthesize(score, folder / "mix.wav", stems=stems)
        for part in score.parts:
            if part.name in found:
                heard = transcribe(stems / f"{part.name}.wav")
                found[part.name].append(recall(part.notes, heard))
    values = {name: f"{median(each):.2f}" if each else "-" for name, each in found.items()}
    worst = {f"{name}, worst": f"{min(each):.2f}" for name, each in found.items() if each}
    return {"style": style, **values, **worst}


def attacks() -> list[dict[str, object]]:
    """Return how long each patch takes to half its level, in milliseconds, as it is played."""
    from nemomusic.engine.composition.notation.score import Note, Part
    from nemomusic.engine.synthesis.sampled import Instruments, find_sound_font
    from nemomusic.engine.synthesis.voices import NoteCache, PartRenderer

    rows = []
    instruments = Instruments(find_sound_font())
    for name in PATCHES:
        low = name in {"ebass", "upright", "synthbass", "subbass", "808", "power", "lowstrings"}
        low |= name == "lowcello"
        found = []
        for number, pitch in enumerate((36, 40, 43) if low else (60, 64, 67, 72)):
            note = Note(1.0 + 0.37 * number, 1.5, pitch, 0.7, name)
            part = Part("melody", -14.0, 0.0, 0.0, 0.0, (note,))
            sound = (
                PartRenderer(part, 5 * RATE, NoteCache(instruments)).play(0, 5 * RATE).mean(axis=1)
            )
            level = np.sqrt(np.convolve(sound**2, np.ones(480) / 480, mode="same"))
            first, last = int((note.start - 0.5) * RATE), int((note.start + 0.8) * RATE)
            full = level[first:last].max()
            if PATCHES[name].loops:  # a section of players beats: its usual level counts
                full = float(np.median(level[int((note.start + 0.3) * RATE) : last]))
            at = int(np.argmax(level[first:last] >= 0.5 * full)) / RATE - 0.5
            found.append(1000 * at)
        rows.append(
            {"patch": name, "ms": round(median(found)), "worst": round(max(found, key=abs))}
        )
    return rows


def draw(folder: Path) -> None:
    """Write the drawings that the docs show."""
    for name, style in (("slow", "cinematic"), ("mid", "jazz"), ("fast", "edm")):
        analysis = clip(name)
        score = compose(analysis, Brief(style=style), seed=1)
        path = folder / f"composer-{name}.svg"
        path.write_text(to_svg(analysis, score), encoding="utf-8")


def table(rows: list[dict[str, object]]) -> None:
    """Print rows as Markdown."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    print("| " + " | ".join(names) + " |")
    print("|" + "---|" * len(names))
    for row in rows:
        print("| " + " | ".join(str(row.get(name, "")) for name in names) + " |")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("score", "sound", "keys", "notes", "patches", "draw"))
    parser.add_argument("styles", nargs="*", default=[])
    parser.add_argument("--clips", nargs="+", type=Path, metavar="FILE", default=[])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    styles = options.styles or list(STYLES)
    if options.what == "score":
        table([{"style": style, **diversity(style), **beat_at_cut(style)} for style in styles])
    elif options.what == "draw":
        draw(Path(styles[0]))
    elif options.what == "patches":
        table(attacks())
    elif options.what == "notes":
        transcribe = transcriber()
        with tempfile.TemporaryDirectory() as folder:
            table([notes_row(style, Path(folder), transcribe) for style in styles])
    elif options.what == "keys":
        with tempfile.TemporaryDirectory() as folder:
            rows = [keys_row(style, Path(folder)) for style in styles]
        totals = {name: sum(int(str(row[name])) for row in rows) for name in list(rows[0])[1:]}
        table([*rows, {"style": "all", **totals}])
    else:
        analyses = {path.name: analyze(path) for path in options.clips}
        analyses = analyses or {name: clip(name) for name in SHOTS}
        with tempfile.TemporaryDirectory() as folder:
            rows = [
                {"style": style, "clip": name, **sound_row(style, analysis, seed, Path(folder))}
                for style in styles
                for seed, (name, analysis) in enumerate(analyses.items(), options.seed)
            ]
        for part in (rows, means(rows), [gates(rows)]):
            table(part)
            print()


if __name__ == "__main__":
    main()
