"""State: the draft as it came; fingerprints; readiness."""

from __future__ import annotations

import json

import aiohttp
import pytest

from nemomusic import errors
from nemomusic.local import LocalOptions
from nemomusic.testing import FakeClock, Faults, StubBackend
from support.fast import fast

CLIP = b"\0\0\0\x18ftypmp42"
ODD = (
    '{"t":[{"tt":0,"sg":[],"x":1.0}],"z":null,"a":[5000.0,1e16,"\\u2028"],"d":12345678901234567890}'
)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.mark.parametrize("envelope", ["code", "success"])
def test_the_draft_comes_as_it_is_kept(clock, envelope):
    @fast
    async def test(clock):
        async with StubBackend(clock=clock, options=LocalOptions(envelope=envelope)) as backend:
            async with backend.client() as client:
                session = await client.sessions.open("trip")
                await session.upload(CLIP)
                await session.ask("warm lo-fi music")
                state = await session.state()
                async with aiohttp.ClientSession() as http:
                    token = (await client.auth.token()).reveal()
                    async with http.get(
                        f"{backend.url}/api/state/nemo_agent/me/{session.id}/latest",
                        headers={"Authorization": f"Bearer {token}"},
                    ) as answer:
                        raw = (await answer.json())["data"]
                assert json.dumps(state.raw) == json.dumps(raw)
                assert state.exportable
                assert state.draft.exportable
                assert str(state.timeline).startswith("Timeline (2 tracks): 1. Video: clip")

    test(clock=clock)


@fast
async def test_what_is_unknown_survives(clock):
    body = {"code": 0, "data": {"session_id": "1", "state": {"draft": json.loads(ODD)}, "new": 1}}
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        backend.faults.add("state", Faults.json(body))
        state = await session.state()
        assert json.dumps(state.draft.raw) == json.dumps(json.loads(ODD))
        assert state.raw["new"] == 1
        assert not state.exportable


@fast
async def test_an_answer_that_is_no_state(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        for fault in (Faults.json({"code": 0, "data": [1]}), Faults.json([1]), Faults.html()):
            backend.faults.add("state", fault)
            with pytest.raises(errors.UnexpectedAnswerError):
                await session.state()
