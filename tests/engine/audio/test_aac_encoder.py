"""AAC in sections: nothing is lost, and no seam can be heard."""

from __future__ import annotations

import av
import numpy as np
import pytest

from nemomusic.engine.audio import aac_encoder as aac
from nemomusic.engine.audio.aac_encoder import BLOCK, encoded
from nemomusic.engine.audio.master import _encode
from nemomusic.engine.pcm import RATE, PcmScratchFile


def drums(seconds: float) -> np.ndarray:
    """Return strokes that make an encoder change its windows, over a chord."""
    time = np.arange(round(seconds * RATE)) / RATE
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((len(time), 2)) * np.exp(-30 * (time % 0.23))[:, None] * 0.3
    chord = sum(np.sin(2 * np.pi * hz * time) for hz in (220.0, 277.2, 329.6)) * 0.1
    return (noise + chord[:, None]).astype(np.float32)


def taped(tmp_path, sound: np.ndarray) -> PcmScratchFile:
    pcm_file = PcmScratchFile(tmp_path / "tape.raw", len(sound))
    pcm_file.write(0, sound)
    return pcm_file


def decoded(tmp_path, pcm_file: PcmScratchFile) -> np.ndarray:
    path = tmp_path / "sound.mp4"
    _encode(pcm_file, path)
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(frames, axis=1).T[: pcm_file.frames]


def noise_of(tmp_path, pcm_file: PcmScratchFile, sound: np.ndarray) -> np.ndarray:
    """Return what AAC has added, in dB, block by block."""
    error = decoded(tmp_path, pcm_file) - sound
    blocks = error[: len(error) // BLOCK * BLOCK].reshape(-1, 2 * BLOCK)
    return 10 * np.log10(np.mean(blocks**2, axis=1) + 1e-12)


@pytest.mark.parametrize("frames", [100, 1024, 1025, 48_000, 48_128])
def test_every_frame_is_there(tmp_path, frames):
    time = np.arange(frames) / RATE
    sound = np.repeat(np.sin(2 * np.pi * 440 * time)[:, None] * 0.5, 2, axis=1).astype(np.float32)
    with taped(tmp_path, sound) as pcm_file:
        packets = [packet for part in encoded(pcm_file) for packet in part]
        got = decoded(tmp_path, pcm_file)
    assert len(packets) == 1 + -(-frames // BLOCK)
    assert abs(len(got) - frames) <= 1  # MP4 tells what to play in milliseconds
    assert np.mean((got - sound[: len(got)]) ** 2) < 2e-3


@pytest.mark.slow
def test_seams_are_no_noisier_than_the_rest(tmp_path, monkeypatch):
    sound = drums(20.0)
    with taped(tmp_path, sound) as pcm_file:
        unsewn = noise_of(tmp_path, pcm_file, sound)
        monkeypatch.setattr(aac, "_SECTION", 3 * RATE // BLOCK)
        parts = list(encoded(pcm_file))
        sewn = noise_of(tmp_path, pcm_file, sound)
    seams = np.cumsum([len(part) for part in parts])[:-1]
    assert len(seams) > 4
    more = sewn - unsewn
    beside = np.unique(np.clip([seams - 2, seams - 1, seams, seams + 1], 0, len(more) - 1))
    assert more[beside].max() <= np.delete(more, beside).max()
    assert np.mean(more) < 0.3


def test_a_section_takes_over_where_both_have_the_same_windows(tmp_path, monkeypatch):
    monkeypatch.setattr(aac, "_SECTION", 3 * RATE // BLOCK)
    with taped(tmp_path, drums(9.0)) as pcm_file:
        early = aac._section(pcm_file, 0, 200)
        late = aac._section(pcm_file, 150, 300)
    forms = [(aac._form(early[150 + n]), aac._form(late[aac._LEAD + n])) for n in range(50)]
    known = [pair for pair in forms if None not in pair]
    assert len({one for one, _ in known}) > 2  # long and short ones, and those between
    assert all(one == other for one, other in known)
    assert aac._seam([b"\x21\x00", b"\x21\x20"], [b"\x21\x10", b"\x21\x20"]) == 2
    assert aac._seam([b"\x20\x00"], [b"\x20\x00"]) == 1


def test_the_same_tape_gives_the_same_packets(tmp_path, monkeypatch):
    monkeypatch.setattr(aac, "_SECTION", 2 * RATE // BLOCK)
    with taped(tmp_path, drums(8.0)) as pcm_file:
        assert list(encoded(pcm_file)) == list(encoded(pcm_file))
