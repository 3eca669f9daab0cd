"""Sessions, and what becomes of work in one that is lost."""

from __future__ import annotations

import asyncio
import gc
import pickle
import weakref

import attrs
import pytest

from nemomusic import Client, errors
from nemomusic.files.sources import Source
from nemomusic.local import LocalOptions, StubEngine
from nemomusic.testing import FakeClock, Faults, StubBackend
from support.fast import fast

CLIP = b"\0\0\0\x18ftypmp42"


@pytest.fixture
def clock():
    return FakeClock()


@fast
async def test_open_and_attach(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open("trip", "zh-CN")
        assert session.id.isdigit()
        assert len(session.id) > 17
        state = await client.sessions.attach(session.id).state()
        assert (state.session_id, state.task_name) == (session.id, "trip")
        assert client.sessions.attach(session) is session
        by_number = client.sessions.attach(int(session.id))  # as a database keeps it
        assert (await by_number.state()).session_id == session.id
        with pytest.raises(errors.InputError):
            client.sessions.attach("  ")


@fast
async def test_words_of_a_stranger_never_touch_the_disk_unless_asked(clock, tmp_path):
    """Not even to see whether a file is there."""
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        replies = [await session.say(f"upload {path}") for path in (secret, tmp_path / "none.mp4")]
        assert [type(answer).__name__ for answer in replies] == ["ReplyAnswer"] * 2
        assert not any("exist" in answer.text for answer in replies)
        with pytest.raises(errors.OutputError, match="an export needs a place"):
            await session.say("export")
        assert not backend.ledger.uploads
        answer = await session.say(f"upload {secret}", files=True)
        assert [media.filename for media in answer.media] == ["secret.mp4"]
        assert len(backend.ledger.uploads) == 1


async def test_a_reply_says_what_its_message_cost(tmp_path):
    local = Client.local(tmp_path / "backend", engine=StubEngine(), faithful=True)
    async with local as client:
        session = await client.sessions.open()
        await session.upload(Source(CLIP, name="a.mp4"))
        replies = [await session.ask(text) for text in ("warm lo-fi", "what did that cost?")]
        assert [reply.credits for reply in replies] == [100, 0]
        assert attrs.evolve(replies[0], state=None).credits is None


@pytest.mark.parametrize("dialect", ["adk", "gateway"])
def test_an_untouched_session_is_replaced_with_its_uploads(clock, dialect):
    @fast
    async def test(clock):
        async with (
            StubBackend(clock=clock, options=LocalOptions(dialect=dialect)) as backend,
            backend.client() as client,
        ):
            session = await client.sessions.open("trip")
            before = session.id
            await session.upload(CLIP)
            noted = []

            class Observer:
                async def replaced(self, ref):
                    noted.append(ref.id)

            backend.faults.add("stream", Faults.lose_sessions())
            with session._ref.observed_by(Observer()):
                reply = await session.ask("warm lo-fi music")
            assert session.id != before
            assert noted == [session.id]
            assert reply.changes.added_audio
            assert max(backend.ledger.uploads.values()) == 2
            assert backend.ledger.messages == {session.id: ["warm lo-fi music"]}
            assert (await session.state()).task_name == "trip"

    test(clock=clock)


@fast
async def test_calls_that_fail_together_open_one_new_session(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        backend.lose_sessions()
        names = [f"{n}.mp4" for n in range(8)]
        await asyncio.gather(*(session.upload(Source(CLIP + n.encode(), n)) for n in names))
        state = await session.state()
        assert sorted(media.filename for media in state.media) == names
        assert backend.faults.requests["open-session"] == 2
        assert set(backend.ledger.uploads.values()) == {1}


@fast
async def test_a_session_with_paid_work_is_not_replaced_silently(clock, tmp_path):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        clip = tmp_path / "clip.mp4"
        clip.write_bytes(CLIP)
        await session.upload(clip)
        await session.ask("warm lo-fi music")
        backend.lose_sessions()
        with pytest.raises(errors.SessionLostError) as caught:
            await session.ask("make it slower")
        error = caught.value
        assert error.session_id == session.id
        assert error.lost == ("upload of clip.mp4", "message 'warm lo-fi music'")
        assert backend.ledger.accepted == 1
        copy = pickle.loads(pickle.dumps(error))
        assert (copy.session, copy.lost) == (None, error.lost)

        fresh = error.session
        assert (await fresh.state()).media == ()
        assert backend.ledger.credits_spent == 100
        first, second = await asyncio.gather(fresh.replay(), fresh.replay(), return_exceptions=True)
        (reply,) = first
        assert reply.changes.added_audio
        assert isinstance(second, errors.InputError)  # the work was repeated once
        assert backend.ledger.credits_spent == 200
        with pytest.raises(errors.InputError):
            await fresh.replay()
        assert backend.ledger.accepted == 2


@fast
async def test_replay_goes_on_without_sending_anything_twice(clock, tmp_path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(CLIP)
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(clip)
        await session.ask("warm lo-fi music")
        await session.ask("make it slower")
        backend.lose_sessions()
        with pytest.raises(errors.SessionLostError) as caught:
            await session.state()
        fresh = caught.value.session
        backend.faults.add("stream", Faults.stall_before())
        with pytest.raises(errors.OutcomeUnknownError):
            await fresh.replay()
        assert len(await fresh.replay()) == 1
        assert backend.ledger.messages[fresh.id] == ["make it slower"]
        assert backend.ledger.uploads.total() == 2


@fast
async def test_bytes_are_let_go_when_a_message_was_accepted(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        data = bytearray(CLIP + bytes(1000))
        source = Source(bytes(data), name="clip.mp4")
        kept = weakref.ref(source)
        await session.upload(source)
        del source
        assert kept() is not None  # to be sent again, should the session be gone
        await session.ask("warm lo-fi music")
        gc.collect()
        assert kept() is None
        backend.lose_sessions()
        with pytest.raises(errors.SessionLostError) as caught:
            await session.state()
        with pytest.raises(errors.SourceError, match="no longer kept"):
            await caught.value.session.replay()
        assert backend.ledger.accepted == 1


@pytest.mark.parametrize("call", ["state", "upload", "ask", "export"])
def test_an_attached_session_is_not_replaced(clock, call, tmp_path):
    @fast
    async def test(clock):
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            opened = await client.sessions.open()
            await opened.upload(CLIP)
            session = client.sessions.attach(opened.id)
            draft = (await session.state()).draft
            backend.lose_sessions()
            with pytest.raises(errors.SessionLostError) as caught:
                if call == "state":
                    await session.state()
                elif call == "upload":
                    await session.upload(CLIP)
                elif call == "ask":
                    await session.ask("warm lo-fi music")
                else:
                    await client.render.start(session, draft)
            assert caught.value.session.id != opened.id
            assert "before it was attached" in caught.value.lost[0]
            assert backend.ledger.accepted == 0
            assert backend.ledger.renders_started == []

    test(clock=clock)


@fast
async def test_the_state_of_a_lost_session_is_not_that_of_a_new_one(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(CLIP)
        backend.lose_sessions()
        with pytest.raises(errors.SessionLostError) as caught:
            await client.state.latest(session)
        assert caught.value.lost == ("upload of clip.mp4",)
        assert await caught.value.session.replay() == []
        assert len((await caught.value.session.state()).media) == 1


@fast
async def test_what_can_not_be_uploaded_again_is_lost_loudly(clock):
    async def pieces():
        yield CLIP

    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(Source(pieces(), "clip.mp4"))
        backend.lose_sessions()
        with pytest.raises(errors.SessionLostError) as caught:
            await session.ask("warm lo-fi music")
        assert isinstance(caught.value.__cause__, errors.SourceError)
        assert caught.value.lost == ("upload of clip.mp4",)
        assert backend.ledger.accepted == 0


@fast
async def test_no_new_session_is_to_be_had(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(CLIP)
        await session.ask("warm lo-fi music")
        backend.lose_sessions()
        backend.faults.add("open-session", Faults.status(403))
        with pytest.raises(errors.SessionLostError) as caught:
            await session.ask("slower")
        assert caught.value.session is None


@fast
async def test_an_upload_that_fails_while_replacing_leaves_the_session_to_the_next_try(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(CLIP)
        backend.lose_sessions()
        backend.faults.add("upload", Faults.status(403))
        with pytest.raises(errors.InvalidRequestError):
            await session.ask("warm lo-fi music")
        reply = await session.ask("warm lo-fi music")
        assert reply.changes.added_audio
        assert backend.ledger.accepted == 1
