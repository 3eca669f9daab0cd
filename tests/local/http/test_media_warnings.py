"""What of a clip is left out reaches the user: upload's answer, render's status, client."""

from __future__ import annotations

import attrs
import pytest

from nemomusic import Client
from nemomusic.errors import ConfigurationError
from nemomusic.local import LocalBackend, LocalOptions, StubEngine
from support.local_api import Api

SAID = "Sound track 2 is left out: track 1 is used."


class Telling(StubEngine):
    """An engine that leaves something out of each clip."""

    async def probe(self, path):
        return attrs.evolve(await super().probe(path), warnings=(SAID,))

    async def render(self, plan, out, progress):
        made = await super().render(plan, out, progress)
        name = plan.shots[0].path.replace("\\", "/").rpartition("/")[2]
        return attrs.evolve(made, warnings=(f"{name}: {SAID}",))


@pytest.mark.parametrize("envelope", ["code", "success"])
async def test_the_answers_tell_under_the_backends_own_key(envelope):
    options = LocalOptions(envelope=envelope)
    async with LocalBackend(engine=Telling(), options=options) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        (file,) = await api.uploaded(session, "trip.mp4")
        assert file["nemomusic"] == {"warnings": [SAID]}
        assert "nemomusic" not in await api.draft(session)
        await api.render(session, "render_1")
        told = await api.rendered("render_1")
        assert told["nemomusic"] == {"warnings": [f"trip.mp4: {SAID}"]}


async def test_nothing_is_added_where_nothing_is_left_out():
    async with LocalBackend(engine=StubEngine()) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        (file,) = await api.uploaded(session, "trip.mp4")
        assert "nemomusic" not in file
        await api.render(session, "render_1")
        assert "nemomusic" not in await api.rendered("render_1")


async def test_the_client_hands_them_on(tmp_path):
    clip = tmp_path / "trip.mp4"
    clip.write_bytes(b"a clip")
    async with Client.local(engine=Telling()) as client:
        video = await client.add_music(clip, "warm lo-fi")
        assert video.warnings == (f"trip.mp4: {SAID}",)
        assert video.export.status.warnings == video.warnings
        session = await client.sessions.open()
        (media,) = await client.uploads.send(session, clip)
        assert media.warnings == (SAID,)


def test_a_client_passes_the_option_to_a_backend_of_its_own_only():
    with pytest.raises(ConfigurationError, match="allow_partial"):
        Client.local(allow_partial=True, backend=LocalBackend(engine=StubEngine()))
    assert not LocalOptions().allow_partial
