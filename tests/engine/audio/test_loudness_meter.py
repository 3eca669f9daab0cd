"""Loudness and true peak against the vectors of the standards, and against FFmpeg's own meter."""

from __future__ import annotations

import math

import av
import numpy as np
import pytest

from nemomusic.engine.audio.limiter import limited
from nemomusic.engine.audio.loudness_meter import Meter, decibels, gain_of
from nemomusic.engine.pcm import RATE, PcmScratchFile


def sine(level, seconds, *, pitch=1000.0, rate=RATE, phase=0.0):
    times = np.arange(round(seconds * rate)) / rate
    wave = gain_of(level) * np.sin(2 * np.pi * pitch * times + phase)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def measured(sound, *, rate=RATE, piece=4800):
    meter = Meter(rate)
    for start in range(0, len(sound), piece):
        meter.feed(sound[start : start + piece])
    return meter.integrated, meter.true_peak_db


def noise(seconds, seed=1):
    """Return bursts of noise over a chord: peaks far above its loudness."""
    times = np.arange(round(seconds * RATE)) / RATE
    wild = np.random.default_rng(seed).standard_normal((len(times), 2))
    chord = sum(np.sin(2 * np.pi * pitch * times) for pitch in (110.0, 277.2, 660.0))
    envelope = 0.25 * np.exp(-(times % 0.5) * 20)
    return (wild * envelope[:, None] + 0.05 * chord[:, None]).astype(np.float32)


# EBU Tech 3341 (2016), table 1, cases 1 to 5: levels in dBFS and seconds, the lengths in a quarter.
EBU = [
    ([(-23, 5)], -23.0),
    ([(-33, 5)], -33.0),
    ([(-36, 2.5), (-23, 15), (-36, 2.5)], -23.0),
    ([(-72, 2.5), (-36, 2.5), (-23, 15), (-36, 2.5), (-72, 2.5)], -23.0),
    ([(-26, 5), (-20, 5.025), (-26, 5)], -23.0),
]


@pytest.mark.parametrize(("levels", "expected"), EBU)
def test_ebu_cases(levels, expected):
    sound = np.concatenate([sine(level, seconds) for level, seconds in levels])
    assert measured(sound)[0] == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("rate", [32000, 44100, 96000])
def test_every_rate(rate):
    sound = sine(-23, 3, rate=rate)
    loudness, peak = measured(sound, rate=rate)
    assert loudness == pytest.approx(-23.0, abs=0.1)
    assert peak == pytest.approx(-23.0, abs=0.05)


@pytest.mark.parametrize("piece", [1, 997, 50_000, 10**6])
def test_pieces_make_no_difference(piece):
    sound = noise(4 if piece > 1 else 0.5)
    assert measured(sound, piece=piece) == pytest.approx(measured(sound, piece=4096), abs=1e-4)


@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.41, 1.0])
def test_short_sounds(seconds):
    assert measured(sine(-20, seconds))[0] == pytest.approx(-20.0, abs=0.2)


def test_silence_and_nothing():
    assert measured(np.zeros((RATE, 2), np.float32)) == (-math.inf, -math.inf)
    meter = Meter(RATE)
    assert (meter.integrated, meter.true_peak_db) == (-math.inf, -math.inf)
    assert measured(sine(-75, 5))[0] == -math.inf  # below the absolute gate


def test_peaks_between_samples():
    # EBU Tech 3341, cases 15-18: a quarter of the rate, every sample 3 dB below the crest.
    rise = np.minimum(np.arange(RATE) / 2000, 1.0)  # a sudden start or end has crests of its own
    ramp = (rise * rise[::-1])[:, None].astype(np.float32)
    for phase in (0.0, math.pi / 4, math.pi / 3):
        sound = sine(-6.0, 1, pitch=RATE / 4, phase=phase) * ramp
        assert measured(sound)[1] == pytest.approx(-6.0, abs=0.1)
    for pitch in (997.0, 5000.0, 15000.0, 19000.0):
        assert measured(sine(-6.0, 1, pitch=pitch) * ramp)[1] == pytest.approx(-6.0, abs=0.1)


def test_a_peak_on_the_border_of_two_pieces_is_found_once_the_rest_is_there():
    sound = np.zeros((RATE, 2), np.float32)
    sound[24_000:24_002] = 0.5
    at_once = measured(sound)[1]
    assert at_once > decibels(0.5) + 1.0  # two equal samples have a crest between them
    meter = Meter(RATE)
    meter.feed(sound[:24_001])
    meter.feed(sound[24_001:])
    assert meter.true_peak_db == pytest.approx(at_once, abs=1e-5)


def test_agrees_with_ffmpeg():
    sound = noise(12)
    graph = av.filter.Graph()
    graph.link_nodes(
        graph.add_abuffer(sample_rate=RATE, format="flt", layout="stereo"),
        graph.add("ebur128", "peak=true:metadata=1"),
        graph.add("abuffersink"),
    ).configure()
    found = {}
    for start in range(0, len(sound), RATE):
        piece = np.ascontiguousarray(sound[start : start + RATE]).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(piece, format="flt", layout="stereo")
        frame.sample_rate, frame.pts = RATE, start
        graph.push(frame)
        while True:
            try:
                found.update(graph.pull().metadata)
            except (av.BlockingIOError, av.EOFError):
                break
    loudness, peak = measured(sound)
    assert loudness == pytest.approx(float(found["lavfi.r128.I"]), abs=0.1)
    assert peak == pytest.approx(decibels(float(found["lavfi.r128.true_peak"])), abs=0.3)


@pytest.mark.parametrize(("gain", "ceiling"), [(1.0, 0.84), (4.0, 0.84), (8.0, 0.5)])
def test_the_limiter_holds_the_ceiling(tmp_path, gain, ceiling):
    sound = noise(7)
    with PcmScratchFile(tmp_path / "tape", len(sound)) as pcm_file:
        pcm_file.write(0, sound)
        result = np.concatenate(list(limited(pcm_file, gain, ceiling)))
    assert len(result) == len(sound)
    assert measured(result)[1] <= decibels(ceiling) + 0.05
    untouched = np.abs(result - gain * sound).max(axis=1) < 1e-6
    reduction = np.abs(result) <= np.abs(gain * sound) + 1e-6
    assert reduction.all()
    assert untouched.any() or gain > 1.0


def test_the_limiter_has_no_seams(tmp_path, monkeypatch):
    sound = noise(7)
    with PcmScratchFile(tmp_path / "tape", len(sound)) as pcm_file:
        pcm_file.write(0, sound)
        at_once = np.concatenate(list(limited(pcm_file, 4.0, 0.5)))
        monkeypatch.setattr("nemomusic.engine.pcm.SECTION", 50_001)
        pieces = np.concatenate(list(limited(pcm_file, 4.0, 0.5)))
    assert np.abs(at_once - pieces).max() < 1e-5


def test_below_the_ceiling_the_limiter_does_nothing(tmp_path):
    sound = sine(-12, 4)
    with PcmScratchFile(tmp_path / "tape", len(sound)) as pcm_file:
        pcm_file.write(0, sound)
        assert np.array_equal(np.concatenate(list(limited(pcm_file, 1.0, 0.9))), sound)


def test_a_tape_is_silent_outside_of_what_was_written(tmp_path):
    with PcmScratchFile(tmp_path / "tape", 100) as pcm_file:
        pcm_file.write(-5, np.full((10, 2), 0.5, np.float32))
        pcm_file.write(95, np.full((10, 2), 0.25, np.float32))
        sound = pcm_file.read(-10, 110)
    assert sound[10:15].tolist() == [[0.5, 0.5]] * 5
    assert sound[105:110].tolist() == [[0.25, 0.25]] * 5
    assert np.count_nonzero(sound) == 20
