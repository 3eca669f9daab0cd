"""The volume of music as it is heard in the finished film, and passages at another level."""

from __future__ import annotations

import numpy as np
import pytest

from nemomusic.engine.audio.mix import mix
from nemomusic.engine.media.probe import probe
from nemomusic.engine.pcm import RATE, PcmScratchFile
from nemomusic.engine.types import MUTED_DB, AudioTrack, RenderPlan, Shot
from nemomusic.engine.video.render import render
from support import drawn_clips

SECONDS = 4.0
USUAL = 0.35


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    path = tmp_path_factory.mktemp("music") / "song.wav"
    return str(drawn_clips.write_sound(path, drawn_clips.tone(SECONDS, 1000.0), "pcm_s16le"))


def clip(tmp_path, *, silent):
    sound = None if silent else drawn_clips.tone(SECONDS, 300.0)
    return str(drawn_clips.write(tmp_path / f"{silent}.mp4", frames=100, sound=sound))


def loudness(tmp_path, path, song, volume):
    music = AudioTrack(song, 0.0, SECONDS, volume=volume, usual_volume=USUAL)
    plan = RenderPlan(shots=(Shot(path, SECONDS),), music=(music,))
    return render(plan, tmp_path / "out.mp4").loudness


@pytest.mark.slow
def test_the_volume_of_music_over_a_silent_clip_is_heard(tmp_path, song):
    path = clip(tmp_path, silent=True)
    measured = {
        volume: loudness(tmp_path, path, song, volume) for volume in (0.1, 0.2, USUAL, 0.7, 1.0)
    }
    assert measured[USUAL] == pytest.approx(-14.0, abs=0.7)
    assert measured[0.1] - measured[USUAL] == pytest.approx(20 * np.log10(0.1 / USUAL), abs=0.7)
    steps = np.diff(list(measured.values()))
    assert min(steps) > 1.5


def test_beside_other_sound_the_video_keeps_its_loudness(tmp_path, song):
    path = clip(tmp_path, silent=False)
    assert loudness(tmp_path, path, song, 0.1) == pytest.approx(-14.0, abs=1.0)


def test_a_passage_of_the_music_is_softer_or_silent(tmp_path, song):
    path = clip(tmp_path, silent=True)

    def level(*levels):
        music = AudioTrack(song, 0.0, SECONDS, levels=levels)
        plan = RenderPlan(shots=(Shot(path, SECONDS),), music=(music,))
        with PcmScratchFile(tmp_path / "mix", round(SECONDS * RATE)) as pcm:
            mix(plan, {path: probe(path)}, round(SECONDS * RATE), pcm, tmp_path)
            sound = pcm.read(0, round(SECONDS * RATE))[:, 0]
        return [
            float(np.sqrt(np.mean(sound[round(a * RATE) : round(b * RATE)] ** 2)))
            for a, b in ((0.2, 1.2), (1.5, 2.5), (2.9, 3.8))
        ]

    plain = level()
    softer = level((1.5, 2.5, -12.0))
    assert softer[1] / plain[1] == pytest.approx(10 ** (-12 / 20), rel=0.05)
    assert [softer[0] / plain[0], softer[2] / plain[2]] == pytest.approx([1.0, 1.0], rel=0.02)
    assert level((1.5, 2.5, MUTED_DB))[1] == 0.0
