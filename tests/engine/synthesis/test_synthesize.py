from __future__ import annotations

import hashlib
import wave

import numpy as np
import pytest

from nemomusic.engine.audio.limiter import Limiter
from nemomusic.engine.composition.compose import compose
from nemomusic.engine.composition.prompt_parser import parse_prompt
from nemomusic.engine.composition.style_presets import STYLES
from nemomusic.engine.pcm import RATE
from nemomusic.engine.synthesis import synthesize
from nemomusic.engine.synthesis.drums import DRUMS
from nemomusic.engine.synthesis.effects import Convolver, TapeSaturation, room, sidechain
from nemomusic.engine.synthesis.oscillators import additive_pad, hertz, ring
from nemomusic.engine.synthesis.patches import PATCHES
from support.composing import in_style, see
from support.rows import one_in, quick_rows


def play(tmp_path, words, *, seed=1, threads=2, **analysis):
    brief = in_style(words) if words in STYLES else parse_prompt(words)
    path = tmp_path / f"{hashlib.sha1(words.encode()).hexdigest()}-{threads}.wav"
    tone = synthesize(compose(see(**analysis), brief, seed=seed), path, threads=threads)
    return tone, path, samples(path)


def samples(path):
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (48_000, 2, 2)
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return raw.reshape(-1, 2).astype(np.float32) / 32_768


def centroid(sound):
    frames = np.lib.stride_tricks.sliding_window_view(sound.mean(axis=1), 2048)[::1024]
    size = np.abs(np.fft.rfft(frames * np.hanning(2048), axis=1))
    return float((size @ np.fft.rfftfreq(2048, 1 / 48_000)).sum() / size.sum())


def attacks(sound):
    frames = np.lib.stride_tricks.sliding_window_view(sound.mean(axis=1), 1024)[::512]
    size = np.log1p(100 * np.abs(np.fft.rfft(frames * np.hanning(1024), axis=1)))
    rise = np.maximum(0, np.diff(size, axis=0)).sum(axis=1)
    peaks = (rise[1:-1] > rise[:-2]) & (rise[1:-1] >= rise[2:]) & (rise[1:-1] > 2 * np.median(rise))
    return peaks.sum() / (len(sound) / 48_000)


@pytest.mark.parametrize("name", one_in(4, PATCHES))
def test_every_patch_sounds_at_its_pitch(name):
    patch = PATCHES[name]
    pitch = 40 if "bass" in name or name in {"808", "upright", "power"} else 64
    for touch in range(3):
        sound = patch.make(pitch, touch, 1.0)
        assert sound.dtype == np.float32
        assert np.isfinite(sound).all()
        assert 0.05 < np.abs(sound).max() < 1.6
    size = np.abs(np.fft.rfft(sound.mean(axis=1)[: RATE // 2], n=1 << 17))
    hz = np.fft.rfftfreq(1 << 17, 1 / RATE)
    base = hertz(pitch)

    def near(target):
        return size[(hz > target * 0.97) & (hz < target * 1.03)].max()

    # Its own harmonics stand out from what lies between them.
    assert max(near(base), near(2 * base)) > 4 * near(base * 1.41)


@pytest.mark.parametrize("name", DRUMS)
def test_every_drum_sounds(name):
    sound = DRUMS[name]()
    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()
    assert 0.05 < np.abs(sound).max() < 1.7
    if name not in {"riser", "reverse"}:
        assert np.abs(sound[-240:]).max() < 0.1 * np.abs(sound).max()


def test_the_matrix_product_is_a_sum_of_sines():
    sound = ring([440.0, 1000.0], [0.5, 0.2], [3.0, 9.0], 0.5)[:, 0]
    time = np.arange(sound.size) / RATE
    expected = 0.5 * np.exp(-3 * time) * np.sin(2 * np.pi * 440 * time)
    expected += 0.2 * np.exp(-9 * time) * np.sin(2 * np.pi * 1000 * time)
    assert np.abs(sound - expected).max() < 1e-5


def test_a_bed_has_no_seam():
    loop = additive_pad([220.0, 440.0], [1.0, 0.5], 8.0, ("test",), size=1 << 15)
    twice = np.concatenate([loop, loop])
    jump = np.abs(np.diff(twice, axis=0))
    assert jump[len(loop) - 1].max() <= jump.max() * 1.0001
    assert jump[len(loop) - 1].max() < 0.05


def test_convolution_in_blocks_is_convolution():
    rng = np.random.default_rng(1)
    sound = rng.standard_normal((3000, 2)).astype(np.float32)
    impulse = rng.standard_normal((700, 2)).astype(np.float32)
    convolver = Convolver(impulse, 500)
    got = np.concatenate([convolver(sound[i : i + 500]) for i in range(0, 3000, 500)])
    for side in (0, 1):
        expected = np.convolve(sound[:, side], impulse[:, side])[:3000]
        assert np.abs(got[:, side] - expected).max() < 1e-3


@pytest.mark.parametrize("length", [2000, 30_000])
def test_a_filter_may_end_with_a_short_block(length):
    rng = np.random.default_rng(3)
    impulse = (rng.standard_normal((length, 2)) / 100).astype(np.float32)
    sound = rng.standard_normal((41_000, 2)).astype(np.float32)
    convolver = Convolver(impulse, 20_000)
    blocks = [convolver(sound[start : start + 20_000]) for start in (0, 20_000, 40_000)]
    size = 1 << 17
    for side in (0, 1):
        spectra = np.fft.rfft(sound[:, side], size) * np.fft.rfft(impulse[:, side], size)
        expected = np.fft.irfft(spectra, size)[:41_000]
        assert np.abs(np.concatenate(blocks)[:, side] - expected).max() < 1e-3


def test_the_limiter_holds_its_ceiling_and_leaves_the_rest_alone():
    rng = np.random.default_rng(2)
    sound = (0.1 * rng.standard_normal((48_000, 2))).clip(-0.3, 0.3).astype(np.float32)
    loud = sound.copy()
    loud[20_000:21_000] *= 8
    limiter = Limiter(0.5)
    got = np.concatenate([limiter(part) for part in np.split(loud, 10)])
    late = Limiter.latency
    assert np.abs(got).max() <= 0.5 + 1e-5
    assert np.abs(got).max() > 0.4
    assert np.array_equal(got[late : late + 15_000], loud[:15_000])


def test_the_tape_goes_on_across_blocks():
    tone = np.sin(2 * np.pi * 220 * np.arange(9600) / RATE).astype(np.float32)
    tone = np.stack([tone, tone]).T
    saturation = TapeSaturation(0.7, 1, 4800)
    got = np.concatenate([saturation(tone[:4800], 0), saturation(tone[4800:], 4800)])
    steps = np.abs(np.diff(got[1000:], axis=0))
    assert steps[3780:3830].max() < 0.08


def test_the_pump_recovers():
    depth = sidechain([0.5], 0, RATE, 0.3)
    assert depth[int(0.505 * RATE)] > 0.9
    assert depth[int(0.4 * RATE)] == 0
    assert depth[int(0.85 * RATE)] == 0
    assert np.array_equal(
        sidechain([0.5], RATE // 2, 1000, 0.3), depth[RATE // 2 : RATE // 2 + 1000]
    )


def test_a_room_decays():
    impulse = room(1.0)
    early, late = impulse[:4800], impulse[-4800:]
    assert np.sum(late**2) < 1e-4 * np.sum(early**2)


QUICK = {"lofi", "celtic", "classical"}
"""Styles that differ most: meter, swing, drums or none, samples or synthesis; the rest is slow."""


@pytest.mark.parametrize("style", quick_rows(QUICK, STYLES))
def test_every_style_fills_its_time_without_clipping(style, tmp_path):
    tone, _, sound = play(tmp_path, style, duration=5.13)
    assert len(sound) == round(5.13 * RATE)
    assert tone.duration == len(sound) / RATE
    assert 0.1 < np.abs(sound).max() < 0.95
    assert tone.peak == pytest.approx(float(np.abs(sound).max()), abs=0.01)
    assert tone.loudness == pytest.approx(STYLES[style].loudness, abs=1.5)
    assert np.abs(sound.mean(axis=0)).max() < 1e-3
    level = np.abs(sound).max(axis=1)
    # No gap as long as half a second; the last chord rings out and is gone at the end.
    loud = np.flatnonzero(level > 10 ** (-60 / 20))
    assert np.diff(loud).max() < 0.5 * RATE
    assert loud[0] < 0.25 * RATE
    assert loud[-1] > len(sound) - 0.5 * RATE
    assert np.abs(sound[-2:]).max() < 0.01


@pytest.mark.parametrize("duration", quick_rows({0.5}, [0.5, 1.0, 2.2]))
def test_short_clips_get_a_gesture(duration, tmp_path):
    _, _, sound = play(tmp_path, "cinematic", duration=duration)
    assert len(sound) == round(duration * RATE)
    assert np.abs(sound).max() > 0.1
    assert np.sqrt(np.mean(sound[: len(sound) // 2] ** 2)) > 0.01


def test_the_same_bits_whatever_the_threads(tmp_path):
    _, one, _ = play(tmp_path, "warm lo-fi", duration=4.0, threads=1)
    _, two, _ = play(tmp_path, "warm lo-fi", duration=4.0, threads=2)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.slow
def test_prompts_are_heard(tmp_path):
    _, _, calm = play(tmp_path, "calm ambient", duration=12.0)
    _, _, wild = play(tmp_path, "energetic edm", duration=12.0)
    assert centroid(wild) > 1.3 * centroid(calm)
    assert attacks(wild) > 1.5 * attacks(calm)
    _, _, dark = play(tmp_path, "dark pop", duration=8.0)
    _, _, bright = play(tmp_path, "bright pop", duration=8.0)
    assert centroid(bright) > 1.1 * centroid(dark)


@pytest.mark.slow
def test_louder_is_louder(tmp_path):
    quiet, _, _ = play(tmp_path, "ambient, quieter", duration=6.0)
    loud, _, _ = play(tmp_path, "ambient, louder", duration=6.0)
    assert loud.loudness > quiet.loudness + 5


def test_progress_ends_at_one(tmp_path):
    heard = []
    score = compose(see(2.0), parse_prompt("piano"), seed=1)
    synthesize(score, tmp_path / "a.wav", progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


@pytest.mark.parametrize("frames", [1, 2])
def test_a_clip_of_a_frame_gets_a_sound_of_its_length(tmp_path, frames):
    score = compose(see(duration=frames / 25), parse_prompt("warm lo-fi"), seed=1)
    synthesize(score, tmp_path / "short.wav")
    with wave.open(str(tmp_path / "short.wav")) as sound:
        assert sound.getnframes() == pytest.approx(frames / 25 * RATE, abs=2)
