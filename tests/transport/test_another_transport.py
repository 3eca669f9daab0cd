"""All resources run over another HTTP library than aiohttp: `Transport` is the whole seam."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from nemomusic import errors
from nemomusic.testing import Faults, StubBackend
from support.socket_transport import SocketTransport


@asynccontextmanager
async def place():
    async with StubBackend() as backend, backend.client() as client:
        transport = SocketTransport()
        client._core._exchange.connect(transport, client.settings)
        yield backend, client, transport


async def test_each_resource_works(tmp_path):
    clip, out = tmp_path / "trip.mp4", tmp_path / "out.mp4"
    clip.write_bytes(b"clip" * 100_000)
    async with place() as (backend, client, transport):
        assert (await client.credits.balance()).total == 1000
        session = await client.sessions.open("trip")
        (media,) = await session.upload(clip)
        assert media.duration == 10.0
        async with session.send("warm lo-fi") as turn:
            kinds = {type(event).__name__ async for event in turn}
            reply = await turn.finished()
        assert "ToolCall" in kinds
        assert reply.outcome == "complete"
        assert reply.request_id
        assert (await session.state()).timeline.tracks
        export = await session.export(out)
        assert export.size == out.stat().st_size > 0
        assert await client.render.read(export.render_id) == out.read_bytes()
        video = await client.add_music(clip, "calm ambient", output=tmp_path / "second.mp4")
        assert video.path.exists()
        assert backend.ledger.accepted == 2
    assert transport.sent["request"] > 10
    assert transport.sent["open_stream"] == 2
    assert transport.sent["fetch"] >= 3


@pytest.mark.parametrize(
    ("route", "fault", "outcome"),
    [
        ("stream", Faults.cut_after(120), "recovered"),
        ("stream", Faults.status(503), errors.OutcomeUnknownError),
        ("stream", Faults.rate_limited(retry_after=3), "complete"),
        ("upload", Faults.status(503), "complete"),
        ("state", Faults.status(503), "complete"),
    ],
)
async def test_faults_are_handled_as_over_aiohttp(tmp_path, route, fault, outcome):
    clip = tmp_path / "trip.mp4"
    clip.write_bytes(b"clip")
    async with place() as (backend, client, _):
        backend.faults.add(route, fault)
        job = client.add_music(clip, "warm lo-fi", output=tmp_path / "out.mp4")
        if isinstance(outcome, str):
            assert (await job).reply.outcome == outcome
            assert backend.ledger.accepted == 1
        else:
            with pytest.raises(outcome):
                await job
            assert backend.ledger.accepted == 0


async def test_errors_of_the_service_are_the_same():
    async with place() as (_, client, _):
        with pytest.raises(errors.SessionNotFoundError):
            await client.state.latest("1234567890123456789")
        with pytest.raises(errors.NotFoundError):
            await client.render.status("no-such-render")
        with pytest.raises(errors.InputError):
            await client.stream.ask("1234567890123456789", " ")
