"""Speech in a clip's own sound, told from music and noise; and how loud it is."""

from __future__ import annotations

import numpy as np
import pytest

from nemomusic.engine.analysis.analyze import analyze
from nemomusic.engine.analysis.speech_detector import RATE, SpeechDetector
from support.drawn_clips import tone, tune, voice, write


def heard(sound, *, piece=1024):
    """Return spans of speech in 48 kHz sound, fed in pieces."""
    spectrum = np.fft.rfft(sound)
    thinned = np.fft.irfft(spectrum[: len(sound) // 6 + 1], len(sound) // 3) / 3
    finder = SpeechDetector()
    for start in range(0, len(thinned), piece):
        finder.feed(thinned[start : start + piece].astype(np.float32))
    return finder.finish()


def noise(seconds, level=0.1, seed=1):
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal(round(seconds * 48000))).astype(np.float32)


def gap(seconds):
    return np.zeros(round(seconds * 48000), np.float32)


@pytest.mark.parametrize("pitch", [95.0, 130.0, 210.0, 280.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_voices(pitch, seed):
    ((start, end),) = heard(voice(6.0, pitch=pitch, seed=seed))
    assert start < 0.4
    assert end > 5.4


def test_where_somebody_speaks_between_silence():
    sound = np.concatenate([gap(3), voice(4.0), gap(4), voice(3.0, seed=5), gap(2)])
    (first, second) = heard(sound)
    assert first == pytest.approx((3.0, 7.0), abs=0.35)
    assert second == pytest.approx((11.0, 14.0), abs=0.35)


@pytest.mark.parametrize("other", [noise(6.0, 0.02), 0.3 * tune(6.0)], ids=["noise", "music"])
def test_voices_over_something_else(other):
    spans = heard(voice(6.0) + other)
    assert sum(end - start for start, end in spans) > 4.5


def beating(seconds):
    t = np.arange(round(seconds * 48000)) / 48000
    return noise(seconds) * (np.sin(2 * np.pi * 4 * t) > 0)


def glide(seconds):
    t = np.arange(round(seconds * 48000)) / 48000
    return (0.2 * np.sin(2 * np.pi * 300 * t + 40 * np.sin(2 * np.pi * 0.7 * t))).astype("f4")


@pytest.mark.parametrize(
    "sound",
    [tune(8.0, seed=1), tune(8.0, seed=2), noise(8.0), tone(8.0), beating(8.0), glide(8.0), gap(8)],
    ids=["tune", "another", "noise", "tone", "beating", "siren", "silence"],
)
def test_what_is_not_a_voice(sound):
    assert heard(sound) == ()


def test_however_it_is_fed():
    sound = np.concatenate([gap(1), voice(9.0)])
    assert heard(sound, piece=317) == heard(sound, piece=len(sound))


@pytest.mark.parametrize("samples", [0, 100, 639, 640, RATE // 2])
def test_too_little_to_tell(samples):
    finder = SpeechDetector()
    finder.feed(np.zeros(samples, np.float32))
    assert finder.finish() == ()


def test_a_clip_with_a_voice(tmp_path):
    sound = np.concatenate([gap(2), voice(4.0), gap(2)])
    analysis = analyze(write(tmp_path / "a.mp4", frames=150, sound=sound))
    ((start, end),) = analysis.speech
    assert start == pytest.approx(2.0, abs=0.35)
    assert end == pytest.approx(6.0, abs=0.35)  # where the video ends
    assert end <= analysis.duration


def test_time_is_that_of_the_video(tmp_path):
    """An edit list hides the first 0.8 s of video; the sound starts with what is left."""
    sound = np.concatenate([gap(1), voice(3.0), gap(1)])
    path = write(
        tmp_path / "a.mp4",
        frames=range(-20, 125),
        sound=sound,
        muxing={"avoid_negative_ts": "disabled"},
    )
    ((start, end),) = analyze(path).speech
    assert (start, end) == pytest.approx((1.0, 4.0), abs=0.35)


def test_loudness(tmp_path):
    """A sine at 997 Hz whose peak is 0 dBFS, in one channel, is -3.01 LUFS (ITU-R BS.1770)."""
    t = np.arange(3 * 48000) / 48000
    sine = (0.1 * np.sin(2 * np.pi * 997 * t)).astype(np.float32)
    analysis = analyze(write(tmp_path / "a.mp4", frames=75, sound=sine))
    assert analysis.own_loudness == pytest.approx(-23.0, abs=0.3)
    louder = analyze(write(tmp_path / "b.mp4", frames=75, sound=3 * sine))
    assert louder.own_loudness == pytest.approx(analysis.own_loudness + 9.54, abs=0.3)


def test_silence_has_no_loudness(tmp_path):
    assert analyze(write(tmp_path / "a.mp4", frames=50, sound=gap(2))).own_loudness is None
    assert analyze(write(tmp_path / "b.mp4", frames=50)).own_loudness is None
