"""A backend of the client's own that was stopped in mid-turn: when the message is sent again."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from nemomusic import Client, errors
from nemomusic.conversation.message import Message
from nemomusic.conversation.outcome_recovery import listed_outcome
from nemomusic.conversation.session_ref import SessionRef
from nemomusic.jobs.steps.restarted_backend import MAX_LISTED_MESSAGES, was_lost
from nemomusic.local import LocalOptions
from nemomusic.local.workers.stub import StubEngine
from nemomusic.models.state import State
from nemomusic.settings import Settings, Timeouts
from nemomusic.testing import ScriptedEngine

PROMPT = "warm lo-fi music that follows the cuts"
CLIP = b"\0\0\0\x18ftypmp42" + bytes(5000)
SHA256 = hashlib.sha256(PROMPT.encode()).hexdigest()


def state(turns) -> State:
    return State({"state": {"nemomusic": {"turns": turns}}})


def turn(how: str, charged: object = 0, sha256: str = SHA256, number: object = 1) -> dict:
    return {"number": number, "sha256": sha256, "state": how, "charged": charged}


@pytest.mark.parametrize(
    ("turns", "lost"),
    [
        ([], True),
        ([turn("interrupted")], True),
        ([turn("interrupted"), turn("interrupted")], True),
        ([turn("applied", sha256="other")], True),
        ([turn("interrupted", 100)], False),
        ([turn("applied")], False),
        ([turn("running")], False),
        ([turn("failed")], False),
        ([turn("interrupted"), turn("applied", 100)], False),
        ([turn("applied", sha256="other")] * MAX_LISTED_MESSAGES, False),
        (None, False),
        ("[]", False),
    ],
)
def test_what_the_backends_list_says(turns, lost):
    assert was_lost(state(turns), PROMPT) is lost
    assert not was_lost(State({}), PROMPT)


@pytest.mark.parametrize(
    ("before", "turns", "outcome"),
    [
        ([], [turn("interrupted")], "interrupted"),
        ([], [turn("failed")], "failed"),
        ([], [turn("applied", 100)], "applied"),
        ([], [turn("applied", 100), turn("interrupted")], "applied"),
        (
            [turn("failed", number=7)],
            [turn("failed", number=7), turn("failed", number=8)],
            "failed",
        ),
        ([], [turn("running")], None),
        ([], [turn("failed"), turn("running", number=2)], None),
        ([], [turn("interrupted", 100)], None),
        ([], [turn("interrupted", "0")], None),
        ([], [turn("something else")], None),
        ([], [turn("failed", sha256="other")], None),  # perhaps it is still on its way
        ([turn("failed", number=7)], [turn("failed", number=7)], None),
        ([], [turn("failed", number="1")], None),
        ([], [7, None, []], None),
        (None, [turn("failed")], None),
        ([], None, None),
        ([], "[]", None),
    ],
)
def test_how_the_backends_list_says_that_a_message_has_ended(before, turns, outcome):
    session = SessionRef("1", host=None, turns=None)
    message = Message.sent_earlier(session, PROMPT, baseline=state(before), sent_at=0.0)
    assert listed_outcome(message, state(turns)) == outcome
    message.baseline = None
    assert listed_outcome(message, state(turns)) is None


def client_for(folder, engine, **options) -> Client:
    return Client.local(
        folder / "backend",
        engine=engine,
        faithful=True,
        options=LocalOptions(on_hangup="continue"),
        settings=Settings(timeouts=Timeouts(recover_first=0.01, recover_next=0.01, close=0)),
        journal=folder / "jobs.sqlite",
        **options,
    )


async def stopped_in_mid_turn(folder, *, engine=None) -> str:
    """Begin a job, and stop client and backend while the agent composes."""
    engine = engine or ScriptedEngine()
    engine.working.clear()
    clip = folder / "trip.mp4"
    clip.write_bytes(CLIP)
    async with client_for(folder, engine) as client:
        job = await client.jobs.submit(clip, PROMPT, output=folder / "out.mp4")
        while (await job.record()).data.get("message") != "accepted":
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        spent = 100 - (await client.credits.balance()).total
        assert spent == 0
    return job.id


async def test_a_message_that_was_lost_with_the_backend_is_sent_again(tmp_path):
    job_id = await stopped_in_mid_turn(tmp_path)
    async with client_for(tmp_path, StubEngine()) as client:
        (job,) = await client.jobs.resume_all()
        assert job.id == job_id
        video = await job.result()
        assert video.path.stat().st_size
        assert video.credits == 100
        assert (await client.credits.balance()).total == 0  # paid once
        steps = [(step.step, step.phase) for step in await client.jobs.log(job_id)]
        assert steps.count(("message", "resend")) == 1
        assert steps.count(("message", "accepted")) == 2


async def test_a_backend_that_this_client_did_not_start_is_not_asked_again(tmp_path):
    job_id = await stopped_in_mid_turn(tmp_path)
    async with client_for(tmp_path, StubEngine()) as owner:
        backend = owner._core._backend
        assert backend.running
        async with Client.local(
            backend=backend,
            journal=tmp_path / "jobs.sqlite",
            settings=Settings(timeouts=Timeouts(recover_first=0.01, recover_next=0.01)),
        ) as client:
            with pytest.raises(errors.AgentError, match="nothing was charged"):
                await client.jobs.attach(job_id).result()
            assert (await client.jobs.attach(job_id).status()).state == "failed"
            assert (await client.credits.balance()).total == 100


async def test_never_after_an_answer_without_music(tmp_path):
    clip = tmp_path / "trip.mp4"
    clip.write_bytes(CLIP)
    async with client_for(tmp_path, StubEngine()) as client:
        with pytest.raises(errors.NoMusicAddedError) as caught:
            await client.add_music(clip, "what can you do?", output=tmp_path / "out.mp4")
    async with client_for(tmp_path, StubEngine()) as client:
        with pytest.raises(errors.NoMusicAddedError):
            await client.jobs.attach(caught.value.job_id).result()
        steps = [(step.step, step.phase) for step in await client.jobs.log(caught.value.job_id)]
        assert steps.count(("message", "accepted")) == 1


async def test_a_refused_upload_ends_its_job(tmp_path):
    clip = tmp_path / "damaged.mp4"
    clip.write_bytes(b"this is no video at all" * 100)
    async with Client.local(tmp_path / "real", journal=tmp_path / "jobs.sqlite") as client:
        with pytest.raises(errors.UnsupportedFileTypeError) as caught:
            await client.add_music(clip, PROMPT, output=tmp_path / "out.mp4")
        record = await client.jobs.get(caught.value.job_id)
        assert record.state == "failed"
        assert await client.jobs.resume_all() == []
