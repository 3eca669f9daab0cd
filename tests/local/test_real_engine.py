"""The main job with the real engine: worker processes, real clips, films that are decoded."""

from __future__ import annotations

import io
import wave

import av
import pytest
from PIL import Image

from nemomusic.local import LocalBackend, LocalOptions
from support.local_api import Api, segments


@pytest.fixture(scope="module")
def video_of(tmp_path_factory):
    """Fetch a finished film and open it."""
    folder = tmp_path_factory.mktemp("films")

    async def fetch(api, session, render_id, draft=None):
        status, body = await api.render(session, render_id, draft)
        assert status == 200, body
        job = await api.rendered(render_id)
        assert job["status"] == "completed", job
        path = folder / f"{render_id}.mp4"
        async with api.http.get(job["output"]["url"]) as answer:
            path.write_bytes(await answer.read())
        assert job["output"]["size"] == path.stat().st_size
        return path

    return fetch


def facts(path):
    """Codec, size and length of the video; loudest sample of the sound."""
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        seconds = float(video.duration * video.time_base)
        size = (video.codec_context.name, video.width, video.height)
        peak = max(abs(frame.to_ndarray()).max() for frame in container.decode(audio))
    return (*size, round(seconds, 2), peak)


async def test_two_messages_and_a_video(talking_clip, video_of):
    async with LocalBackend(options=LocalOptions(workers=1)) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        status, body = await api.upload(session, ("trip.mp4", talking_clip.read_bytes()))
        assert status == 200, body
        (file,) = body["data"]["files"]
        assert (file["duration"], file["width"], file["height"]) == (2.4, 320, 180)
        assert "lo-fi" in await api.reply(session, "warm lo-fi that follows the cuts")
        (music,) = segments(await api.draft(session), 1)
        assert (music["m"]["name"], music["d"]) == ("Warm lo-fi", 2400)
        told = (await api.state(session))["nemomusic"]
        (seen,) = told["analyses"].values()
        assert seen["cuts"] == pytest.approx([0.8, 1.6], abs=0.07)
        path = await video_of(api, session, "render_1")
        codec, width, height, seconds, peak = facts(path)
        assert (codec, width, height, seconds) == ("h264", 320, 180, 2.4)
        assert 0.05 < peak <= 1.0
        await api.say(session, 'square, and a title saying "Rain"')
        path = await video_of(api, session, "render_2")
        assert facts(path)[:4] == ("h264", 1080, 1080, 2.4)


@pytest.mark.slow
async def test_one_prompt_on_one_clip_is_the_same_music_bit_by_bit(tiny_clip):
    hashes = []
    for _ in range(2):
        async with LocalBackend(options=LocalOptions(workers=1)) as backend, Api(backend) as api:
            await api.sign_in()
            for prompt in ("warm lo-fi", "fast edm"):
                session = await api.open()
                await api.upload(session, ("trip.mp4", tiny_clip.read_bytes()))
                await api.say(session, prompt)
                (made,) = (await api.state(session))["generated_media"]
                async with api.http.get(made["url"]) as answer:
                    hashes.append(await answer.read())
    assert hashes[:2] == hashes[2:]
    assert hashes[0] != hashes[1]


async def test_images_and_a_song(video_of):
    image = io.BytesIO()
    Image.new("RGB", (322, 180), "teal").save(image, "PNG")
    song = io.BytesIO()
    with wave.open(song, "wb") as sound:
        sound.setparams((1, 2, 44100, 0, "NONE", "not compressed"))
        sound.writeframes((b"\x00\x20" * 50 + b"\x00\xe0" * 50) * 441)  # 441 Hz, 1 s
    async with LocalBackend(options=LocalOptions(workers=1)) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open("zh-CN")
        status, body = await api.upload(
            session, ("图.png", image.getvalue()), ("歌.wav", song.getvalue())
        )
        assert status == 200, body
        assert "歌.wav" in await api.reply(session, "用歌.wav作为背景音乐")
        path = await video_of(api, session, "render_song")
        assert facts(path)[3] == 3.0


async def test_what_is_not_a_clip_is_4001_with_a_remedy(tiny_clip):
    original = tiny_clip.read_bytes()
    async with LocalBackend(options=LocalOptions(workers=1)) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        for name, content in (
            ("empty.mp4", b""),
            ("notes.mp4", b"just some text"),
            ("cut.mp4", original[: len(original) // 8]),
            ("film.mp3", original),
        ):
            status, body = await api.upload(session, (name, content))
            assert (status, body["code"]) == (415, 4001), name
            assert name in body["message"]
            remedy = body["data"]["nemomusic"]["remedy"]
            assert body["message"].endswith(remedy)
            assert name != "cut.mp4" or "allow_partial" in remedy
