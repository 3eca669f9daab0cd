from __future__ import annotations

import wave

import numpy as np
import pytest

from nemomusic.engine.errors import MediaError
from nemomusic.engine.pcm import RATE
from nemomusic.engine.synthesis import sampled, soundfont, synthesize
from nemomusic.engine.synthesis.drums import DRUMS
from nemomusic.engine.synthesis.patches import PATCHES
from nemomusic.engine.synthesis.sampled import Instruments, find_sound_font
from nemomusic.engine.synthesis.soundfont import SoundFont
from support.composing import score_of
from support.soundfonts import write_font


def hertz(sound):
    """Return the frequency of a steady sound by its zero crossings."""
    line = sound[RATE // 4 : RATE // 4 + RATE, 0]
    return float(np.sum((line[:-1] < 0) & (line[1:] >= 0)))


@pytest.fixture(params=[False, True], ids=["sf2", "sf3"])
def font(request, tmp_path):
    return SoundFont(write_font(tmp_path / "font.sf2", compressed=request.param))


@pytest.mark.parametrize(("key", "expected"), [(69, 441.0), (81, 882.0), (57, 220.5)])
def test_a_key_has_its_pitch_beyond_the_end_of_the_sample(font, key, expected):
    (zone,) = font.zones(0, 0, key, 100)
    sound = font.play(zone, key, 2.0)
    assert sound.shape == (2 * RATE, 2)
    assert hertz(sound) == pytest.approx(expected, abs=2.0)
    # The loop has no seam: no step is larger than a sine of that pitch makes.
    steps = np.abs(np.diff(sound[RATE // 4 :, 0])).max()
    assert steps < 1.6 * 2 * np.pi * expected / RATE * np.abs(sound).max()


def test_the_same_key_is_the_same_bits(font):
    (zone,) = font.zones(0, 0, 60, 100)
    assert np.array_equal(font.play(zone, 60, 1.0), font.play(zone, 60, 1.0))


def test_keys_and_presets_outside_are_silent(tmp_path):
    font = SoundFont(write_font(tmp_path / "font.sf2", keys=(60, 72)))
    assert font.has(0, 0)
    assert not font.has(128, 0)
    assert font.zones(0, 0, 59, 100) == font.zones(0, 5, 60, 100) == ()
    assert len(font.zones(0, 0, 72, 1)) == 1


def test_the_envelope_and_the_attenuation_are_heard(tmp_path):
    generators = ((34, -1200), (48, 100))  # half a second of attack, 10 dB written
    soft = SoundFont(write_font(tmp_path / "soft.sf2", generators=generators))
    (zone,) = soft.zones(0, 0, 69, 100)
    sound = soft.play(zone, 69, 1.0)
    quarter, end = np.abs(sound[RATE // 4 - 500 : RATE // 4]), np.abs(sound[-2000:])
    assert quarter.max() == pytest.approx(0.5 * end.max(), rel=0.05)
    plain = SoundFont(write_font(tmp_path / "plain.sf2"))
    (zone,) = plain.zones(0, 0, 69, 100)
    full = np.abs(plain.play(zone, 69, 1.0)[-2000:]).max()
    assert 20 * np.log10(end.max() / full) == pytest.approx(-4.0, abs=0.2)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\x08\0\0\0sfbk", b"x" * 400])
def test_what_is_no_font_is_refused_with_a_remedy(tmp_path, data):
    path = tmp_path / "broken.sf2"
    path.write_bytes(data)
    with pytest.raises(MediaError) as caught:
        SoundFont(path)
    assert "NEMOMUSIC_SOUNDFONT" in str(caught.value.remedy)


def test_a_font_that_is_cut_off_in_its_samples_is_refused_when_it_is_played(tmp_path):
    font = SoundFont(write_font(tmp_path / "font.sf2"))
    (zone,) = font.zones(0, 0, 69, 100)
    with pytest.raises(MediaError):
        font.play(zone._replace(sample=7), 69, 1.0)


def test_the_font_that_is_named_is_played_and_an_empty_name_means_none(tmp_path, monkeypatch):
    path = write_font(tmp_path / "mine.sf2")
    monkeypatch.setenv(sampled.VARIABLE, str(path))
    assert find_sound_font().path == path
    monkeypatch.setenv(sampled.VARIABLE, "")
    assert find_sound_font() is None
    monkeypatch.setenv(sampled.VARIABLE, str(tmp_path / "gone.sf2"))
    with pytest.raises(MediaError):
        find_sound_font()


def test_instruments_that_the_font_has_not_are_our_own(tmp_path):
    ours = Instruments(None)
    font = SoundFont(write_font(tmp_path / "font.sf2"))
    mixed = Instruments(font)
    assert mixed.patch("piano") is not PATCHES["piano"]
    assert mixed.patch("violin") is ours.patch("violin") is PATCHES["violin"]
    assert mixed.patch("warmpad") is PATCHES["warmpad"]
    assert mixed.patch("kick") is None
    assert ours.source == "synthesis"
    assert font.digest in mixed.source


@pytest.mark.parametrize("more", [0, 8], ids=["at the last point", "before it"])
def test_a_loop_has_no_seam_where_it_ends(more):
    wave_points = np.sin(2 * np.pi * np.arange(100 + more) / 50).astype(np.float32)
    wave_points[100:] = 0.0
    place = np.arange(0.0, 300.0, 0.7)
    place[place >= 100] = 50 + (place[place >= 100] - 50) % 50
    played = soundfont._interpolated(wave_points, place, (50, 100))
    assert np.abs(played - np.sin(2 * np.pi * place / 50))[2:].max() < 0.001


def test_a_sampled_drum_is_as_loud_as_the_synthesized_one():
    written = {name: preset.peak for name, preset in sampled._SAMPLED_DRUMS.items()}
    assert written == {
        name: pytest.approx(float(np.abs(DRUMS[name]()).max()), rel=1e-4) for name in written
    }


def test_a_score_is_played_from_a_font_with_the_same_bits(tmp_path):
    instruments = Instruments(SoundFont(write_font(tmp_path / "font.sf2")))
    score = score_of("solo piano", duration=3.0)
    one, two, own = tmp_path / "1.wav", tmp_path / "2.wav", tmp_path / "own.wav"
    tone = synthesize(score, one, instruments=instruments, threads=1)
    synthesize(score, two, instruments=instruments, threads=2)
    synthesize(score, own, instruments=Instruments(None))
    assert one.read_bytes() == two.read_bytes() != own.read_bytes()
    assert tone.instruments.startswith("font.sf2 ")


@pytest.mark.slow
def test_stems_add_up_to_the_mix(tmp_path):
    score = score_of("lo-fi", duration=4.0)
    mix, alone, folder = tmp_path / "mix.wav", tmp_path / "alone.wav", tmp_path / "stems"
    synthesize(score, mix, instruments=Instruments(None), stems=folder)
    synthesize(score, alone, instruments=Instruments(None))
    assert mix.read_bytes() == alone.read_bytes()

    def read(path):
        with wave.open(str(path)) as file:
            raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return raw.reshape(-1, 2).astype(int)

    stems = {path.stem: read(path) for path in folder.iterdir()}
    names = {"melody", "bass", "drums", "room", "tape"}
    assert names <= stems.keys()
    assert all(np.abs(stems[name]).max() > 300 for name in names), "a stem is silent"
    off = int(np.abs(sum(stems.values()) - read(mix)).max())
    assert off <= 4 * len(stems)  # what is rounded, twice for each stem
