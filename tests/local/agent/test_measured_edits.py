"""What was asked for is heard in the exported film: the real engine, real films, measured."""

from __future__ import annotations

import av
import numpy as np
import pytest

from nemomusic.engine.audio.loudness_meter import Meter
from nemomusic.engine.pcm import RATE
from nemomusic.local import LocalBackend, LocalOptions
from support import drawn_clips
from support.local_api import Api

pytestmark = pytest.mark.slow

OWN_HZ = 7000.0
"""Pitch of the clips' own sound: music and own sound can be told apart."""


def clip(path, seconds, *, silent=False):
    sound = None if silent else 0.2 * drawn_clips.tone(seconds, OWN_HZ)
    return drawn_clips.write(path, frames=round(25 * seconds), sound=sound).read_bytes()


class Film:
    """The sound of an exported film."""

    def __init__(self, path):
        with av.open(str(path)) as container:
            frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        self.sound = np.concatenate(frames, axis=1).mean(axis=0)

    def part(self, start=0.0, end=None):
        return self.sound[round(start * RATE) : None if end is None else round(end * RATE)]

    def spectrum(self, start=0.0, end=None):
        part = self.part(start, end)
        power = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
        return np.fft.rfftfreq(len(part), 1 / RATE), power

    def share_below(self, hertz):
        """Return the share of the power below a frequency, without the clips' own sound."""
        at, power = self.spectrum()
        power = np.where(np.abs(at - OWN_HZ) < 200, 0.0, power)
        return power[at < hertz].sum() / power.sum()

    def balance(self):
        """Return decibels of the own sound over all else.

        The own sound is one line of the spectrum. The music's cymbals fill the 400 Hz around it
        with 22 dB less than the own sound, and these 10 Hz with 39 dB less.
        """
        at, power = self.spectrum()
        away = np.abs(at - OWN_HZ)
        return 10 * np.log10(power[away < 5].sum() / power[away >= 200].sum())

    def level(self, start, end):
        """Return decibels of a stretch, without the own sound."""
        at, power = self.spectrum(start, end)
        power = power[np.abs(at - OWN_HZ) >= 200].sum() / max(1, len(self.part(start, end))) ** 2
        return 10 * np.log10(power + 1e-14)

    def loudness(self):
        meter = Meter(RATE, peaks=False)
        meter.feed(np.repeat(self.sound[:, None], 2, axis=1).astype(np.float32))
        return meter.integrated


class Talk:
    """One session on the real engine."""

    def __init__(self, api, folder):
        self.api, self.folder, self.count = api, folder, 0

    async def open(self, *clips):
        self.session = await self.api.open()
        status, body = await self.api.upload(self.session, *clips)
        assert status == 200, body

    async def say(self, text):
        """Say something that changes the film; it costs credits."""
        before = (await self.api.credits())[0]
        said = await self.api.reply(self.session, text)
        assert (await self.api.credits())[0] < before, said
        return said

    async def video(self):
        self.count += 1
        render_id = f"render_{self.session}_{self.count}"
        status, body = await self.api.render(self.session, render_id)
        assert status == 200, body
        job = await self.api.rendered(render_id)
        assert job["status"] == "completed", job
        path = self.folder / f"{render_id}.mp4"
        async with self.api.http.get(job["output"]["url"]) as answer:
            path.write_bytes(await answer.read())
        return Film(path)


@pytest.fixture
async def talk(tmp_path):
    options = LocalOptions(workers=2)
    async with LocalBackend(seed=1, faithful=True, options=options) as backend, Api(backend) as api:
        api.token = backend.issue_token(user_id="user_1", credits=10_000, plan="pro")
        yield Talk(api, tmp_path)


async def test_the_volume_of_music_over_a_silent_clip(talk, tmp_path):
    await talk.open(("a.mp4", clip(tmp_path / "a.mp4", 6.0, silent=True)))
    await talk.say("warm lo-fi")
    usual = (await talk.video()).loudness()
    await talk.say("background music at 10%")
    softer = (await talk.video()).loudness()
    await talk.say("音乐音量70%")
    louder = (await talk.video()).loudness()
    assert usual == pytest.approx(-14.0, abs=1.5)
    assert usual - softer == pytest.approx(10.9, abs=1.5)
    assert louder - usual > 1.5


async def test_music_and_own_sound_are_two_things(talk, tmp_path):
    await talk.open(("a.mp4", clip(tmp_path / "a.mp4", 6.0)))
    await talk.say("warm lo-fi")
    before = (await talk.video()).balance()
    await talk.say("voice at 80, music at 20")
    assert (await talk.video()).balance() - before == pytest.approx(
        20 * np.log10(0.8 / 1.0) - 20 * np.log10(0.2 / 0.35), abs=1.5
    )
    await talk.say("原声静音")
    assert (await talk.video()).balance() < before - 25
    await talk.say("取消原声静音")
    assert (await talk.video()).balance() > before - 3


async def test_one_instrument_is_softer_louder_and_gone(talk, tmp_path):
    await talk.open(("a.mp4", clip(tmp_path / "a.mp4", 8.0, silent=True)))
    await talk.say("pop without drums")  # a kick drum has most of its power there, too
    shares = [(await talk.video()).share_below(150)]
    for text in ("less bass", "低音多一点", "no bass"):
        await talk.say(text)
        shares.append((await talk.video()).share_below(150))
    plain, less, again, none = shares
    assert none < less < plain
    assert less > 0.2 * plain
    assert again == pytest.approx(plain, rel=0.1)


async def test_when_music_plays_and_where_it_is_quiet(talk, tmp_path):
    await talk.open(("a.mp4", clip(tmp_path / "a.mp4", 10.0, silent=True)))
    await talk.say("rock")
    await talk.say("start the music at 2 seconds")
    await talk.say("no music from 5 to 6 seconds")
    video = await talk.video()
    assert video.level(0.2, 1.8) < -90
    assert video.level(2.2, 4.5) > -60
    assert video.level(5.1, 5.9) < -90
    assert video.level(6.5, 9.0) > -60
    await talk.say("music over the whole video")
    assert (await talk.video()).level(0.4, 1.8) > -60


async def test_a_quiet_passage_and_a_bigger_ending(talk, tmp_path):
    await talk.open(("a.mp4", clip(tmp_path / "a.mp4", 12.0, silent=True)))
    await talk.say("edm")
    before = await talk.video()
    await talk.say("第4秒到第6秒音乐安静一点")
    quiet = await talk.video()
    step = [one.level(4.2, 5.8) - one.level(1.0, 3.5) for one in (before, quiet)]
    assert step[1] - step[0] == pytest.approx(-10.0, abs=2.0)
    await talk.say("make the ending bigger")
    bigger = await talk.video()
    step = [one.level(9.2, 11.0) - one.level(1.0, 3.5) for one in (quiet, bigger)]
    assert step[1] - step[0] > 3.0


async def test_another_order_keeps_the_music(talk, tmp_path):
    clips = [(f"{name}.mp4", clip(tmp_path / f"{name}.mp4", 4.0)) for name in "ab"]
    await talk.open(*clips)
    await talk.say("jazz")
    before = await talk.video()
    await talk.say("put clip 2 first, then clip 1")
    after = await talk.video()
    assert after.level(0.5, 7.0) == pytest.approx(before.level(0.5, 7.0), abs=6.0)
    assert after.balance() == pytest.approx(before.balance(), abs=6.0)


@pytest.mark.parametrize("style", ["lofi", "jazz", "cinematic", "edm"])
async def test_changes_of_a_real_piece_are_measured(talk, tmp_path, style):
    await talk.open(("a.mp4", clip(tmp_path / "a.mp4", 10.0, silent=True)))
    await talk.say(style)
    summary = None
    for text in ("in D minor", "set the tempo to 92 bpm", "make it slower", "happier", "calmer"):
        said = await talk.say(text)
        state = (await talk.api.state(talk.session))["nemomusic"]["music"]
        draft = await talk.api.draft(talk.session)
        key = next(one for track in draft["t"] if track["tt"] == 1 for one in track["sg"])
        before, summary = summary, state[key["m"]["asset"]]
        assert summary["style"] == style, said
        assert summary["key"] == "D minor", said
        if text.startswith("set"):
            assert summary["bpm"] == pytest.approx(92.0, rel=0.03)
        if text == "make it slower":
            assert summary["bpm"] < 0.97 * before["bpm"]
