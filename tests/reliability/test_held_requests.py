"""A request that is held on the way and delivered later: "not there yet" is not "not sent"."""

from __future__ import annotations

import pytest

from nemomusic import errors
from nemomusic.local.service import LastAnswers
from nemomusic.testing import FakeClock, Faults, StubBackend, run
from support.rows import one_in

CLIP = b"\0\0\0\x18ftypmp42"


@pytest.mark.parametrize("seconds", one_in(3, [1, 5, 20, 29, 31, 45, 60, 89, 95, 300]))
def test_a_held_message_is_accepted_once(seconds, tmp_path):
    clock = FakeClock()

    async def main() -> tuple[str, StubBackend]:
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            backend.faults.add("stream", Faults.delivered_late(seconds))
            try:
                await client.add_music(CLIP, "warm lo-fi", output=tmp_path / "out.mp4")
            except errors.OutcomeUnknownError:
                outcome = "unknown"
            else:
                outcome = "video"
            await clock.sleep(600)  # it arrives, however late
            return outcome, backend

    outcome, backend = run(main(), clock=clock)
    assert backend.ledger.accepted == 1
    assert backend.ledger.credits_spent == 100
    assert outcome == ("video" if (tmp_path / "out.mp4").exists() else "unknown")
    if seconds <= 20:
        assert outcome == "video"


@pytest.mark.parametrize("route", ["upload", "render-start", "open-session"])
def test_another_held_request_makes_no_second_message(route, tmp_path):
    clock = FakeClock()

    async def main() -> StubBackend:
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            backend.faults.add(route, Faults.delivered_late(20))
            await client.add_music(CLIP, "warm lo-fi", output=tmp_path / "out.mp4")
            await clock.sleep(600)
            assert sum(backend.ledger.uploads.values()) == 1  # the clip is on the timeline once
            return backend

    backend = run(main(), clock=clock)
    assert backend.ledger.accepted == 1
    assert (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("arrives", [True, False], ids=["late message", "lost message"])
def test_an_upload_that_arrives_late_is_no_effect_of_the_message(arrives, tmp_path, monkeypatch):
    """The draft has changed, and yet it is not known whether the message has arrived."""
    monkeypatch.setattr(LastAnswers, "remember", lambda *_: None)  # a service without the key
    clock = FakeClock()

    async def main() -> tuple[str, StubBackend]:
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            backend.faults.add("upload", Faults.delivered_late(40))
            fault = Faults.delivered_late(100) if arrives else Faults.reset_before()
            backend.faults.add("stream", fault)
            try:
                await client.add_music(CLIP, "warm lo-fi", output=tmp_path / "out.mp4")
            except errors.OutcomeUnknownError:
                return "unknown", backend
            return "video", backend

    outcome, backend = run(main(), clock=clock)
    assert outcome == ("video" if arrives else "unknown")
    assert backend.ledger.accepted == arrives
    assert backend.ledger.credits_spent == 100 * arrives
