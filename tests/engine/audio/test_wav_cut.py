"""A WAV that ends within a frame."""

from __future__ import annotations

import wave

import numpy as np

from nemomusic.engine.media.decoding.audio_decoder import Wav


def test_the_complete_frames_are_read(tmp_path):
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as out:
        out.setparams((2, 2, 48_000, 0, "NONE", "not compressed"))
        out.writeframes(np.full((100, 2), 16384, "<i2").tobytes())
    path.write_bytes(path.read_bytes()[:-3])
    wav = Wav.open(str(path))
    assert wav is not None
    with wav:
        sound = wav.read(90, 110)
    assert sound[:9].tolist() == [[0.5, 0.5]] * 9
    assert not sound[9:].any()
