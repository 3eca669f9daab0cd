"""The main job against the embedded backend with a stub engine: upload, ask, render, download."""

from __future__ import annotations

import pytest

from nemomusic.local import LocalBackend, LocalOptions, StubEngine
from support.local_api import Api, segments


@pytest.mark.parametrize("envelope", ["code", "success"])
@pytest.mark.parametrize("dialect", ["adk", "gateway"])
async def test_a_clip_gets_music_and_comes_back_as_a_video(dialect, envelope):
    async with (
        LocalBackend(
            engine=StubEngine(), options=LocalOptions(dialect=dialect, envelope=envelope)
        ) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        session = await api.open()
        (file,) = await api.uploaded(session, "city timelapse.mp4")
        assert file["filename"] == "city timelapse.mp4"
        assert (file["file_type"], file["duration"], file["width"]) == ("video", 10.0, 1280)

        events = await api.say(session, "warm lo-fi that follows the cuts")
        assert events
        draft = await api.draft(session)
        assert [track["tt"] for track in draft["t"]] == [0, 1]
        (music,) = segments(draft, 1)
        assert (music["m"]["name"], music["vol"], music["d"]) == ("Lofi", 0.35, 10000)

        status, body = await api.render(session, "render_1", draft)
        assert (status, body["success"], body["data"]["progress"]) == (200, True, 5)
        job = await api.rendered("render_1")
        assert (job["status"], job["progress"]) == ("completed", 100)
        url = job["output"]["url"] if envelope == "code" else job["outputUrl"]
        async with api.http.get(url) as answer:  # no token
            video = await answer.read()
        assert video[4:8] == b"ftyp"

        async with api.http.get(
            f"{backend.url}/api/render/proxy/render_1/download",
            headers={"Authorization": f"Bearer {api.token}"},
        ) as answer:
            assert await answer.read() == video

        assert backend.ledger.messages == {session: ["warm lo-fi that follows the cuts"]}
        assert backend.ledger.renders_downloaded == {"render_1": 2}
        assert backend.ledger.uploads == {file["hash"]: 1}
    assert backend.ledger.accepted == 1
