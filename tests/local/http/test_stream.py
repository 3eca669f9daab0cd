"""The conversation with the embedded backend: dialects, heartbeats, hang-ups, two at once."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from nemomusic.engine.errors import MediaError
from nemomusic.local import EngineError, Limits, LocalBackend, LocalOptions, StubEngine
from support.local_api import Api, segments


class Held(StubEngine):
    """Composes only once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.started = asyncio.Event()
        self.stopped = asyncio.Event()
        self.go = asyncio.Event()

    async def compose(self, analysis, brief, seed, out, progress):
        self.started.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.stopped.set()
            raise
        return await super().compose(analysis, brief, seed, out, progress)


class Broken(StubEngine):
    """Fails where it is told to."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def compose(self, analysis, brief, seed, out, progress):
        raise self.error


async def ready(api: Api, *names: str, language: str = "en") -> str:
    await api.sign_in()
    session = await api.open(language)
    await api.uploaded(session, *(names or ("a.mp4",)))
    return session


async def test_adk_events_have_the_keys_of_the_captures():
    async with LocalBackend(engine=StubEngine()) as backend, Api(backend) as api:
        session = await ready(api)
        events = await api.say(session, "warm lo-fi")
    always = ["invocationId", "author", "actions", "nodeInfo", "id", "timestamp"]
    for event in events:
        assert [key for key in event if key not in {"content", "partial"}] == always
        assert event["author"] == "nemo_agent"
        assert list(event["actions"]) == [
            "stateDelta",
            "artifactDelta",
            "requestedAuthConfigs",
            "requestedToolConfirmations",
        ]
    assert len({event["invocationId"] for event in events}) == 1
    assert len({event["id"] for event in events}) == len(events)
    parts = [(part, event) for event in events for part in event["content"]["parts"]]
    calls = [part["functionCall"] for part, _ in parts if "functionCall" in part]
    assert [call["name"] for call in calls] == ["analyze_video", "compose_music"]
    assert all(list(call) == ["id", "args", "name"] for call in calls)
    results = [part["functionResponse"] for part, _ in parts if "functionResponse" in part]
    assert [answer["id"] for answer in results] == [call["id"] for call in calls]
    texts = [(part["text"], event.get("partial")) for part, event in parts if "text" in part]
    partial = [text for text, is_partial in texts if is_partial]
    assert len(partial) > 1
    assert texts[-1] == ("".join(partial), None)
    assert parts[-1][0] == {"text": texts[-1][0]}


async def test_the_state_delta_holds_the_draft():
    async with LocalBackend(engine=StubEngine()) as backend, Api(backend) as api:
        session = await ready(api)
        events = await api.say(session, "warm lo-fi")
        deltas = [event["actions"]["stateDelta"] for event in events]
        assert [delta for delta in deltas if delta][-1]["draft"] == await api.draft(session)


async def test_gateway_events():
    async with (
        LocalBackend(engine=StubEngine(), options=LocalOptions(dialect="gateway")) as backend,
        Api(backend) as api,
    ):
        session = await ready(api)
        events = await api.say(session, "warm lo-fi")
    kinds = [event["type"] for event in events]
    assert kinds[:4] == ["tool_call", "tool_result", "tool_call", "tool_result"]
    assert set(kinds[4:]) == {"text"}
    assert events[2]["name"] == "compose_music"
    assert events[2]["args"]["prompt"] == "warm lo-fi"
    text = "".join(event["content"] for event in events[4:])
    assert "lo-fi" in text
    assert "80 BPM in F major" in text


@pytest.mark.parametrize("dialect", ["adk", "gateway"])
async def test_heartbeats_while_the_engine_works(dialect):
    engine = Held()
    async with (
        LocalBackend(
            engine=engine,
            options=LocalOptions(dialect=dialect, limits=Limits(heartbeat_seconds=0.005)),
        ) as backend,
        Api(backend) as api,
    ):
        session = await ready(api)
        beats = []
        async with api.streaming(session, "warm lo-fi") as answer:
            async for line in answer.content:
                if line.strip() in {b": heartbeat", b"data:", b'data: {"type":"heartbeat"}'}:
                    beats.append(line.strip())
                if len(beats) == 4:
                    engine.go.set()
        assert len(beats) >= 4
        expected = {b": heartbeat", b"data:"}
        assert set(beats) == (expected if dialect == "adk" else {b'data: {"type":"heartbeat"}'})
        assert segments(await api.draft(session), 1)


async def test_credits_are_frozen_while_the_turn_runs():
    engine = Held()
    async with LocalBackend(engine=engine, faithful=True) as backend, Api(backend) as api:
        session = await ready(api)
        async with api.streaming(session, "warm lo-fi") as answer:
            await engine.started.wait()
            assert await api.credits() == (0, 100, 100)
            engine.go.set()
            await answer.read()
        assert await api.credits() == (0, 0, 0)


@pytest.mark.parametrize("dialect", ["adk", "gateway"])
@pytest.mark.parametrize(
    "error",
    [
        MediaError("a.mp4 is damaged.", remedy="Export it again."),
        EngineError("the engine's process died", remedy="Try another clip."),
        RuntimeError("secret details"),
    ],
)
async def test_a_failed_turn_says_so_and_costs_nothing(error, dialect):
    async with (
        LocalBackend(
            engine=Broken(error), faithful=True, options=LocalOptions(dialect=dialect)
        ) as backend,
        Api(backend) as api,
    ):
        session = await ready(api)
        last = (await api.say(session, "warm lo-fi"))[-1]
        said = last["error"] if dialect == "adk" else last["message"]
        expected = "internal error" if isinstance(error, RuntimeError) else str(error)
        assert said == f"The work could not be finished: {expected}"
        assert await api.credits() == (100, 0, 100)
        assert backend.ledger.accepted == 1


class Damaged(StubEngine):
    """Names the file it can't read, as the engine does: by its name on the disk."""

    async def analyze(self, path, progress):
        raise MediaError(f"{path.name} is damaged.", remedy=f"Export {path.name} again.")


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_damaged_file_goes_by_the_name_it_was_uploaded_under(language):
    async with LocalBackend(engine=Damaged(), faithful=True) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open(language)
        await api.uploaded(session, "my trip.mp4")
        last = (await api.say(session, "warm lo-fi"))[-1]
        assert "my trip.mp4 is damaged. Export my trip.mp4 again." in last["error"]
        assert await api.credits() == (100, 0, 100)


async def test_a_turn_that_takes_too_long_fails():
    engine = Held()
    limits = Limits(turn_seconds=0.01)
    async with (
        LocalBackend(engine=engine, faithful=True, options=LocalOptions(limits=limits)) as backend,
        Api(backend) as api,
    ):
        session = await ready(api)
        events = await api.say(session, "warm lo-fi")
        assert "longer than" in events[-1]["error"]
        assert await api.credits() == (100, 0, 100)


async def test_after_a_hang_up_the_work_goes_on():
    engine = Held()
    async with LocalBackend(engine=engine, faithful=True) as backend, Api(backend) as api:
        session = await ready(api)
        async with api.streaming(session, "warm lo-fi"):
            await engine.started.wait()
        engine.go.set()
        while not segments(await api.draft(session), 1):
            pass
        while (await api.credits())[1]:
            pass
        assert await api.credits() == (0, 0, 0)


async def test_after_a_hang_up_the_work_stops_if_told_to():
    engine = Held()
    async with (
        LocalBackend(
            engine=engine, faithful=True, options=LocalOptions(on_hangup="abort")
        ) as backend,
        Api(backend) as api,
    ):
        session = await ready(api)
        async with api.streaming(session, "warm lo-fi"):
            await engine.started.wait()
        await engine.stopped.wait()
        while (await api.credits())[1]:
            pass
        assert await api.credits() == (100, 0, 100)
        assert backend.ledger.accepted == 1


async def test_two_messages_at_once_both_take_effect():
    engine = Held()
    async with LocalBackend(engine=engine) as backend, Api(backend) as api:
        session = await ready(api)
        async with api.streaming(session, "warm lo-fi") as answer:
            await engine.started.wait()
            await api.say(session, 'add a title saying "Meanwhile"')
            engine.go.set()
            await answer.read()
        draft = await api.draft(session)
        assert [track["tt"] for track in draft["t"]] == [0, 1, 7]
    assert backend.ledger.messages[session] == ["warm lo-fi", 'add a title saying "Meanwhile"']


async def test_closing_ends_an_open_stream():
    engine = Held()
    backend = LocalBackend(engine=engine)
    await backend.start()
    async with Api(backend) as api:
        session = await ready(api)
        async with api.streaming(session, "warm lo-fi") as answer:
            await engine.started.wait()
            await backend.close()
            assert b'{"error":"The work could not be finished: it was stopped"}' in (
                await answer.read()
            )
    assert engine.stopped.is_set()


async def test_silent_edits_end_without_a_word():
    async with (
        LocalBackend(engine=StubEngine(), options=LocalOptions(silent_edits=True)) as backend,
        Api(backend) as api,
    ):
        session = await ready(api)
        assert await api.reply(session, "warm lo-fi")
        events = await api.say(session, "music at 80%")
        parts = [part for event in events for part in event["content"]["parts"]]
        assert [set(part) for part in parts] == [{"functionCall"}, {"functionResponse"}]
        (music,) = segments(await api.draft(session), 1)
        assert music["vol"] == 0.8


async def test_large_and_strange_texts_survive():
    async with LocalBackend(engine=StubEngine()) as backend, Api(backend) as api:
        session = await ready(api)
        await api.say(session, 'add a title saying "雨 \u2028 ☔ 💧 \ud83d half"')
        titles = segments(await api.draft(session), 7)
        assert titles[0]["m"]["text"] == "雨 \u2028 ☔ 💧 \ufffd half"
        assert await api.reply(session, "x" * 10_000)
        async with api.streaming(session, "x" * 10_001) as answer:
            assert answer.status == 422
            assert "at most 10000 characters" in await answer.text()
    assert backend.ledger.accepted == 2


async def turns_of(api, session):
    return [
        (turn["number"], turn["state"], turn["charged"])
        for turn in (await api.state(session))["nemomusic"]["turns"]
    ]


async def test_the_state_tells_what_became_of_each_message(tmp_path):
    engine = Held()
    async with (
        LocalBackend(tmp_path, engine=engine, faithful=True) as backend,
        Api(backend) as api,
    ):
        token = api.token = backend.issue_token(credits=1000)
        session = await api.open()
        await api.uploaded(session, "trip.mp4")
        assert await turns_of(api, session) == []
        async with api.streaming(session, "warm lo-fi") as answer:
            await engine.started.wait()
            assert await turns_of(api, session) == [(1, "running", 0)]
            engine.go.set()
            await answer.read()
        (turn,) = (await api.state(session))["nemomusic"]["turns"]
        assert turn["sha256"] == hashlib.sha256(b"warm lo-fi").hexdigest()
        await api.say(session, "what's on the timeline?")
        expected = [(1, "applied", 100), (2, "applied", 0)]
        assert await turns_of(api, session) == expected
        engine.go.clear()
        engine.started.clear()
        async with api.streaming(session, "fast edm"):
            await engine.started.wait()
            await backend.close()  # in the middle of the turn
    async with (
        LocalBackend(tmp_path, engine=Broken(ValueError("oops")), faithful=True) as backend,
        Api(backend, token) as api,
    ):
        expected.append((3, "interrupted", 0))
        assert await turns_of(api, session) == expected
        await api.say(session, "fast edm")
        assert await turns_of(api, session) == [*expected, (4, "failed", 0)]
        assert (await api.credits())[2] == 900
        for _ in range(20):
            await api.say(session, "hello there")
        assert [number for number, *_ in await turns_of(api, session)] == list(range(5, 25))


class Counting(StubEngine):
    """Counts its analyses, and fails at the first one if it is told to."""

    def __init__(self, *, fails: bool) -> None:
        super().__init__()
        self.fails = fails
        self.analyses = 0

    async def analyze(self, path, progress):
        self.analyses += 1
        if self.fails and self.analyses == 1:
            raise EngineError("the engine failed", remedy="Try again.")
        return await super().analyze(path, progress)


@pytest.mark.parametrize(("fails", "count"), [(False, 1), (True, 2)])
async def test_a_clip_is_analyzed_while_the_reader_of_messages_is_loaded(fails, count):
    engine = Counting(fails=fails)
    async with LocalBackend(engine=engine) as backend, Api(backend) as api:
        session = await ready(api, "a.mp4", "song.mp3")
        service = backend._service
        await service.loading_reader
        service.loading_reader = None  # as before the first message of a process
        await api.say(session, "what can you do?")
        assert [task.done() for task in service.analyses.values()] == [True]
        assert engine.analyses == 1
        await api.say(session, "warm lo-fi")
        assert engine.analyses == count  # a failed analysis is tried again
        assert service.analyses == {}
        assert segments(await api.draft(session), 1)
