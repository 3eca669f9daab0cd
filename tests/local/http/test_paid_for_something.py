"""Nothing is paid for that gives no video: damage is found before, or the credits come back."""

from __future__ import annotations

import io
import random

import attrs
import pytest
from PIL import Image

from nemomusic.engine.errors import MediaError
from nemomusic.local import EngineError, LocalBackend, LocalOptions, StubEngine
from support.local_api import Api


def image(kind: str) -> bytes:
    noise = random.Random(1).randbytes(160 * 90 * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (160, 90), noise).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp"])
async def test_half_an_image_is_refused_at_the_upload(kind):
    content = image(kind)
    async with LocalBackend(options=LocalOptions(workers=1)) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        assert (await api.upload(session, (f"a.{kind}", content)))[0] == 200
        status, body = await api.upload(session, (f"b.{kind}", content[: len(content) // 2]))
        assert (status, body["code"]) == (415, 4001)
        assert f"b.{kind}" in body["message"]


async def test_an_image_of_too_many_pixels_is_refused_by_its_header():
    async with LocalBackend(options=LocalOptions(workers=1)) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        for side, words in ((9000, "has 81 megapixels"), (15000, "has too many pixels")):
            out = io.BytesIO()
            Image.new("1", (side, side)).save(out, "PNG")
            status, body = await api.upload(session, ("a.png", out.getvalue()))
            assert (status, body["code"]) == (415, 4001)
            assert f"a.png {words}: at most 64" in body["message"]


class Damaged(StubEngine):
    """Checks sources, or renders, and finds damage."""

    checks = 0
    decoded = False
    frames_read: list[bool]
    broken: Exception | None = None
    render_broken: Exception | None = None

    async def check_sources(self, plan, progress, *, frames=True):
        self.checks += 1
        self.frames_read = [*getattr(self, "frames_read", []), frames]
        if self.broken is not None:
            raise self.broken
        return True

    async def analyze(self, path, progress):
        return attrs.evolve(await super().analyze(path, progress), decoded=self.decoded)

    async def render(self, plan, out, progress):
        if self.render_broken is not None:
            raise self.render_broken
        return await super().render(plan, out, progress)


@pytest.fixture
async def paid():
    """Give a backend that counts credits, and a session of a user who has many."""
    engine = Damaged()
    async with LocalBackend(engine=engine, faithful=True) as backend, Api(backend) as api:
        api.token = backend.issue_token(credits=1000)
        session = await api.open()
        await api.uploaded(session, "trip.mp4")
        yield engine, backend, api, session


async def test_damage_is_found_before_the_turn_is_paid(paid):
    engine, backend, api, session = paid
    engine.broken = MediaError("trip.mp4 is damaged at 3.0 s.", remedy="Give another copy.")
    events = await api.say(session, "warm lo-fi")
    assert "damaged at 3.0 s" in events[-1]["error"]
    assert await api.credits() == (1000, 0, 1000)
    engine.broken = None
    await api.say(session, "fast edm")
    assert backend.ledger.credits_spent == 100
    await api.say(session, "music at 30%")
    assert engine.checks == 2  # the same stretches of the same files
    await api.say(session, "trim to the first 5 seconds")
    assert engine.checks == 3


@pytest.mark.parametrize("decoded", [True, False])
async def test_frames_that_the_analysis_has_decoded_are_not_decoded_again(paid, decoded):
    engine, _, api, session = paid
    engine.decoded = decoded
    await api.say(session, "warm lo-fi")
    await api.say(session, "trim to the first 5 seconds")
    assert engine.frames_read == [not decoded] * engine.checks
    assert engine.checks >= 1


@pytest.mark.parametrize(
    "error",
    [MediaError("trip.mp4 is damaged.", remedy="Give another copy."), EngineError("it died")],
)
async def test_a_render_that_fails_gives_the_credits_back(paid, error):
    engine, backend, api, session = paid
    await api.say(session, "warm lo-fi")
    await api.say(session, "music at 30%")
    assert await api.credits() == (850, 0, 850)
    engine.render_broken = error
    await api.render(session, "render_1")
    assert (await api.rendered("render_1"))["status"] == "failed"
    assert await api.credits() == (1000, 0, 1000)
    assert backend.ledger.credits_spent == 0
    turns = (await api.state(session))["nemomusic"]["turns"]
    assert [turn["charged"] for turn in turns] == [0, 0]
    await api.render(session, "render_2")
    await api.rendered("render_2")
    assert await api.credits() == (1000, 0, 1000)  # nothing is given back twice


async def test_what_was_exported_before_stays_paid(paid):
    engine, _, api, session = paid
    await api.say(session, "warm lo-fi")
    await api.render(session, "render_1")
    assert (await api.rendered("render_1"))["status"] == "completed"
    await api.say(session, "music at 30%")
    engine.render_broken = MediaError("trip.mp4 is damaged.", remedy="Give another copy.")
    await api.render(session, "render_2")
    await api.rendered("render_2")
    assert await api.credits() == (900, 0, 900)


async def test_a_draft_of_ones_own_that_fails_gives_nothing_back(paid):
    engine, _, api, session = paid
    await api.say(session, "warm lo-fi")
    engine.render_broken = MediaError("no font", remedy="Use another title.")
    draft = await api.draft(session)
    draft["t"].append({"tt": 7, "sg": [{"m": {"text": "mine"}}]})
    await api.render(session, "render_1", draft)
    await api.rendered("render_1")
    assert await api.credits() == (900, 0, 900)
