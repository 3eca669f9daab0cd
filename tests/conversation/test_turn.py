"""Messages: sent once; events while they come; what becomes of one whose stream was cut."""

from __future__ import annotations

import asyncio
import json
import pickle

import attrs
import pytest
from aiohttp import web

from nemomusic import errors
from nemomusic.files.sources import Source
from nemomusic.local import Limits, LocalOptions
from nemomusic.local.limits import limits_of
from nemomusic.models.events import Heartbeat, Notice, TextEvent, ToolCall, ToolResult
from nemomusic.runtime.open_file_limit import MAX_JOBS, conversations_at_once
from nemomusic.settings import Timeouts
from nemomusic.testing import FakeClock, Fault, Faults, StubBackend
from support.fast import fast

CLIP = b"\0\0\0\x18ftypmp42"
PROMPT = "warm lo-fi music"
DIALECTS = pytest.mark.parametrize("dialect", ["adk", "gateway"])


@pytest.fixture
def clock():
    return FakeClock()


async def ready(client):
    session = await client.sessions.open()
    await session.upload(CLIP)
    return session


def stub(clock, **options):
    return StubBackend(clock=clock, **options)


@DIALECTS
def test_events_come_typed_and_texts_once(clock, dialect):
    @fast
    async def test(clock):
        async with (
            stub(clock, options=LocalOptions(dialect=dialect)) as backend,
            backend.client() as client,
        ):
            session = await ready(client)
            events = []
            async with session.send(PROMPT) as turn:
                async for event in turn:
                    events.append(event)
                    assert turn.sent
            kinds = {type(event) for event in events}
            assert {ToolCall, ToolResult, TextEvent} <= kinds
            said = "".join(event.text for event in events if isinstance(event, TextEvent))
            assert said.strip() == turn.text
            assert turn.done
            result = turn.result
            assert result.outcome == "complete"
            assert [call.name for call in result.tool_calls]
            assert result.changes.added_audio
            assert turn.state.exportable
            assert backend.ledger.messages == {session.id: [PROMPT]}

    test(clock=clock)


@DIALECTS
def test_an_edit_without_words_is_answered_with_what_changed(clock, dialect):
    @fast
    async def test(clock):
        async with (
            stub(clock, options=LocalOptions(dialect=dialect)) as backend,
            backend.client() as client,
        ):
            session = await client.sessions.open("p", "zh-CN")
            await session.upload(CLIP)
            backend.faults.add("stream", Faults.silent())
            reply = await session.ask("温暖的 lo-fi 音乐")
            assert reply.silent
            assert reply.text == reply.changes.text("zh-CN")
            assert reply.text

    test(clock=clock)


@fast
async def test_prompts_without_a_word_are_not_sent(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        for text in (" \n", "\0\x1b\u200b", "warm lo-fi \ud83c"):
            with pytest.raises(errors.PromptError):
                await session.ask(text)
        assert "stream" not in backend.faults.requests
        assert not session.busy


@fast
async def test_messages_on_one_session_wait_for_each_other(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.scripted_engine.working.clear()
        first = asyncio.create_task(session.ask(PROMPT))
        second = asyncio.create_task(session.ask("make it slower"))
        while not backend.ledger.accepted:
            await asyncio.sleep(0.01)
        await asyncio.sleep(5)
        assert backend.ledger.accepted == 1
        backend.scripted_engine.working.set()
        await asyncio.gather(first, second)
        assert backend.ledger.messages[session.id] == [PROMPT, "make it slower"]


# ------------------------------------------------------------------- recovery


@fast
async def test_unchanged_after_five_readings_is_unknown_not_failed(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.faults.add("stream", Faults.reset_before())
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            await session.ask(PROMPT)
        error = caught.value
        assert clock.slept == [30.0, 60.0, 60.0, 60.0, 60.0]
        assert error.readings == 5
        assert (error.session_id, error.text) == (session.id, PROMPT)
        assert error.baseline.media
        assert error.credits.frozen == 0
        (attempt,) = error.attempts
        assert attempt.what == "POST /run_sse"
        assert isinstance(error.__cause__, errors.ConnectionLostError)
        assert backend.faults.requests["stream"] == 1

        with pytest.raises(errors.OutcomeUnknownError) as again:
            await error.look_again()
        assert again.value.readings == 6
        assert len(clock.slept) == 5
        copy = pickle.loads(pickle.dumps(error))
        assert copy.look_again is None
        assert copy.baseline.raw == error.baseline.raw
        with pytest.raises(errors.OutcomeUnknownError):
            await client.stream.look_again(copy, session)
        assert backend.faults.requests["stream"] == 1


@fast
async def test_frozen_credits_keep_the_readings_going(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.scripted_engine.working.clear()
        backend.faults.add("stream", Faults.cut_after(0))

        async def at_last():
            await clock.sleep(500)  # longer than five readings take
            backend.scripted_engine.working.set()

        finishing = asyncio.create_task(at_last())
        reply = await session.ask(PROMPT)
        await finishing
        assert reply.outcome == "recovered"
        assert reply.changes.added_audio
        assert backend.ledger.messages == {session.id: [PROMPT]}


@fast
async def test_frozen_credits_end_with_the_turns_15_minutes(clock):
    async with (
        stub(clock, options=LocalOptions(limits=Limits(turn_seconds=9000))) as backend,
        backend.client() as client,
    ):
        session = await ready(client)
        backend.scripted_engine.working.clear()
        backend.faults.add("stream", Faults.cut_after(0))
        began = clock.monotonic()
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            await session.ask(PROMPT)
        assert 900 <= clock.monotonic() - began < 970
        assert caught.value.credits.frozen == 100
        backend.scripted_engine.working.set()
        await asyncio.sleep(1)
        reply = await caught.value.look_again()
        assert reply.changes.added_audio
        assert backend.ledger.accepted == 1


@fast
async def test_a_draft_that_is_still_changing_is_read_again(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.faults.add("stream", Faults.cut_after(0))
        reply = await session.ask(PROMPT)
        assert reply.outcome == "recovered"
        assert clock.slept == [30.0, 30.0]  # changed, and the same again


@fast
async def test_the_user_is_told_while_the_outcome_is_looked_up(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.faults.add("stream", Faults.cut_after(900))
        async with session.send(PROMPT) as turn:
            notices = [event.text async for event in turn if isinstance(event, Notice)]
        assert any("not sent again" in text for text in notices)
        assert turn.result.tool_calls  # what had come before the cut is not lost


@fast
async def test_ten_minutes_of_heartbeats_end_the_turn(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.faults.add("stream", Faults.heartbeats_only(15, accepted=False))
        began = clock.monotonic()
        heartbeats = notices = 0
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            async with session.send(PROMPT) as turn:
                async for event in turn:
                    heartbeats += isinstance(event, Heartbeat)
                    notices += isinstance(event, Notice) and "Still" in event.text
        assert isinstance(caught.value.__cause__, errors.TurnTimeoutError)
        assert heartbeats == pytest.approx(41, abs=1)
        assert notices >= 4  # one every two minutes
        assert 600 < clock.monotonic() - began <= 600 + 30 + 4 * 60 + 20


@fast
async def test_a_turn_ends_after_15_minutes(clock):
    async with stub(clock) as backend:
        async with backend.client(timeouts=Timeouts(heartbeats=5000)) as client:
            session = await ready(client)
            backend.faults.add("stream", Faults.heartbeats_only(15, accepted=False))
            began = clock.monotonic()
            with pytest.raises(errors.OutcomeUnknownError) as caught:
                await session.ask(PROMPT)
            assert isinstance(caught.value.__cause__, errors.TurnTimeoutError)
            assert clock.monotonic() - began == pytest.approx(930, abs=5)


@fast
async def test_a_deadline_ends_a_turn_and_says_that_the_outcome_is_open(clock):
    async with stub(clock) as backend, backend.client() as client:
        opened = await ready(client)
        hurried = client.with_options(deadline=50)
        session = hurried.sessions.attach(opened.id)
        backend.faults.add("stream", Faults.stall_before())
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            await session.ask(PROMPT)
        assert clock.monotonic() == pytest.approx(50, abs=1)
        assert isinstance(caught.value.__cause__, errors.DeadlineExceededError)


@pytest.mark.parametrize(("said", "code"), [("2001", 2001), ("²", None), ("9" * 5000, None)])
@fast
async def test_an_error_frame_is_an_agents_error_even_if_the_stream_is_cut_after_it(
    clock, said, code
):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.faults.add("stream", Faults.agent_error("quota", said))
        with pytest.raises(errors.AgentError) as caught:
            await session.ask(PROMPT)
        assert (caught.value.agent_code, caught.value.code) == (said, code)
        assert caught.value.reply.outcome == "complete"
        assert clock.slept == []
        assert session._ref.messages == [PROMPT]


@fast
async def test_a_state_read_that_fails_before_sending_leaves_nothing_in_doubt(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.faults.add("state", Faults.reset_before(), times=10)
        turn = session.send(PROMPT)
        with pytest.raises(errors.ConnectionLostError) as caught:
            async with turn:
                pass
        assert len(caught.value.attempts) == 5
        assert not turn.sent
        assert session._ref.messages == []
        backend.faults.clear()
        assert (await session.ask(PROMPT)).changes.added_audio


# ----------------------------------------------------------- leaving and closing


@fast
async def test_closing_from_another_task_ends_the_reader_with_our_error(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.scripted_engine.working.clear()
        entered = asyncio.Event()

        async def read():
            async with session.send(PROMPT) as turn:
                turns.append(turn)
                entered.set()
                async for event in turn:
                    if not isinstance(event, Heartbeat):
                        await asyncio.sleep(0)

        turns = []
        reader = asyncio.create_task(read())
        await entered.wait()
        await asyncio.sleep(7)
        await turns[0].aclose()
        with pytest.raises(errors.TurnClosedError):
            await reader
        assert not session.busy
        await turns[0].aclose()
        backend.scripted_engine.working.set()


@fast
async def test_closing_while_it_is_drained(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.scripted_engine.working.clear()
        turn = session.send(PROMPT)

        async def drain():
            async with turn:
                await turn.finished()

        draining = asyncio.create_task(drain())
        await asyncio.sleep(3)
        await turn.aclose()
        with pytest.raises(errors.TurnClosedError):
            await draining
        backend.scripted_engine.working.set()


@fast
async def test_closing_a_reply_that_was_never_entered_frees_nobody_elses_turn(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        async with session.send(PROMPT) as turn:
            await session.send("another").aclose()
            assert session.busy
            await turn.finished()
        assert not session.busy


@fast
async def test_closing_one_that_waits_for_its_turn(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        waiting = session.send("make it slower")

        async def enter():
            async with waiting:
                pass

        async with session.send(PROMPT) as turn:
            entering = asyncio.create_task(enter())
            await asyncio.sleep(0)
            await waiting.aclose()
            with pytest.raises(errors.TurnClosedError):
                await entering
            await turn.finished()
        assert backend.ledger.messages == {session.id: [PROMPT]}
        assert not session.busy


class Leave(BaseException):
    """Leaves a block in a way that no handler of the library expects."""


@pytest.mark.parametrize("how", ["end", "break", "exception", "cancellation", "leave"])
def test_a_turn_that_is_left_is_read_to_its_end(clock, how):
    @fast
    async def test(clock):
        async with (
            stub(clock, options=LocalOptions(on_hangup="abort")) as backend,
            backend.client() as client,
        ):
            session = await ready(client)
            backend.scripted_engine.working.clear()
            turn = session.send(PROMPT)
            entered = asyncio.Event()

            async def leave():
                async with turn:
                    entered.set()
                    if how == "exception":
                        raise ZeroDivisionError
                    if how == "leave":
                        raise Leave
                    async for _ in turn:
                        if how == "break":
                            break
                        if how == "cancellation":
                            await asyncio.sleep(3600)
                        if how == "end":
                            return

            leaving = asyncio.create_task(leave())
            await entered.wait()
            if how == "cancellation":
                await asyncio.sleep(1)
                leaving.cancel()
            before = clock.monotonic()
            await asyncio.wait([leaving])
            assert clock.monotonic() - before <= 0.05 or how in {"break", "end"}
            if not leaving.cancelled():
                assert type(leaving.exception()) is {
                    "exception": ZeroDivisionError, "leave": Leave
                }.get(how, type(None))  # fmt: skip
            assert session.busy
            assert not turn.done
            following = asyncio.create_task(session.ask("make it slower"))
            await asyncio.sleep(5)
            assert backend.ledger.accepted == 1
            backend.scripted_engine.working.set()
            assert (await turn.finished()).changes.added_audio
            await following
            assert backend.ledger.messages == {session.id: [PROMPT, "make it slower"]}

    test(clock=clock)


@fast
async def test_hanging_up_aborts_the_run(clock):
    async with (
        stub(clock, options=LocalOptions(on_hangup="abort")) as backend,
        backend.client() as client,
    ):
        session = await ready(client)
        backend.scripted_engine.working.clear()
        async with session.send(PROMPT) as turn:
            turn.hang_up()
            with pytest.raises(errors.TurnClosedError):
                await turn.finished()
        await asyncio.sleep(1)
        assert (await client.credits.balance()).frozen == 0
        assert not session.busy
        backend.scripted_engine.working.set()


@pytest.mark.parametrize(("seconds", "heard"), [(3, True), (60, False)])
def test_closing_the_client_waits_a_while_for_a_turn_that_was_left(clock, seconds, heard):
    @fast
    async def test(clock):
        async with stub(clock, options=LocalOptions(on_hangup="abort")) as backend:
            async with backend.client(timeouts=Timeouts(close=5)) as client:
                session = await ready(client)
                backend.scripted_engine.working.clear()
                async with session.send(PROMPT) as turn:
                    pass

                async def work():
                    await asyncio.sleep(seconds)
                    backend.scripted_engine.working.set()

                working = asyncio.create_task(work())
                before = clock.monotonic()
            assert clock.monotonic() - before == pytest.approx(min(seconds, 5), abs=0.5)
            assert turn.done
            assert (turn._error is None) == heard
            await working

    test(clock=clock)


@fast
async def test_two_handles_of_one_session_wait_for_each_other(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        other = client.with_options(deadline=5000).sessions.attach(session.id)
        backend.scripted_engine.working.clear()
        first = asyncio.create_task(session.ask(PROMPT))
        while not backend.ledger.accepted:
            await asyncio.sleep(0.01)
        second = asyncio.create_task(other.ask("make it slower"))
        await asyncio.sleep(5)
        assert backend.ledger.accepted == 1
        backend.scripted_engine.working.set()
        await asyncio.gather(first, second)
        assert backend.ledger.messages[session.id] == [PROMPT, "make it slower"]


@pytest.mark.parametrize("passes", [*range(40), 60, 90, 130, 200])
def test_cancelling_anywhere_is_a_cancellation_and_leaves_nothing(clock, passes):
    @fast
    async def test(clock):
        async with stub(clock) as backend:
            async with backend.client() as client:
                session = await ready(client)
                backend.scripted_engine.working.clear()
                asking = asyncio.create_task(session.ask(PROMPT))
                for _ in range(passes):
                    await asyncio.sleep(0)
                if passes % 2:
                    await asyncio.sleep(1)
                asking.cancel()
                await asyncio.sleep(0)
                asking.cancel()  # Ctrl-C twice
                with pytest.raises(asyncio.CancelledError):
                    await asking
                names = {task.get_name() for task in asyncio.all_tasks()}
                # A message that may have been accepted is read to its end; any other is dropped.
                assert session.busy == ("nemomusic-turn" in names)
                assert session.busy or not session._ref.messages
                backend.scripted_engine.working.set()
                if session.busy:
                    await session.ask("make it slower")  # waits for its turn
                    assert backend.ledger.accepted == 2
                if session._ref.messages:  # no call takes the session for an untouched one
                    backend.lose_sessions()
                    with pytest.raises(errors.SessionLostError):
                        await session.state()

    test(clock=clock)


@fast
async def test_a_callers_own_timeout_stays_a_timeout_of_theirs(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        for route, call in (
            ("stream", lambda: session.ask(PROMPT)),
            ("state", session.state),
            ("upload", lambda: session.upload(CLIP)),
            ("credits", client.credits.balance),
        ):
            backend.faults.add(route, Faults.stall_before())
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(1):
                    await call()
            assert not isinstance(caught.value, errors.NemoMusicError)


@fast
async def test_an_error_that_the_reader_has_seen_is_not_raised_twice(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.faults.add("stream", Faults.agent_error())
        seen = []
        async with session.send(PROMPT) as turn:
            try:
                async for _ in turn:
                    pass
            except errors.AgentError as error:
                seen.append(error)
        assert len(seen) == 1
        with pytest.raises(errors.AgentError):
            _ = turn.result


# ------------------------------------------------------------- the slow reader


@DIALECTS
def test_a_slow_reader_loses_nothing_but_seams_and_heartbeats(clock, dialect):
    @fast
    async def test(clock):
        texts = {}
        for limit in (64 * 2**20, 300):
            async with stub(clock, options=LocalOptions(dialect=dialect)) as backend:
                async with backend.client(buffer_limit=limit) as client:
                    session = await ready(client)
                    said, tools = [], []
                    async with session.send(PROMPT) as turn:
                        await asyncio.sleep(30)  # everything has come, or waits
                        async for event in turn:
                            await asyncio.sleep(0.5)
                            if isinstance(event, TextEvent):
                                said.append(event.text)
                            elif isinstance(event, ToolCall | ToolResult):
                                tools.append((type(event), event.name))
                    texts[limit] = "".join(said), tools
        first, second = texts.values()
        assert first == second

    test(clock=clock)


@fast
async def test_a_pause_of_the_reader_is_no_silence_of_the_agent(clock):
    async def in_two_parts(moment):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(moment.request)
        for text, times, wait in (("x" * 100, 50, 1500), (" and the end", 1, 0)):
            event = json.dumps({"type": "text", "content": text})
            await response.write(f"data: {event}\n\n".encode() * times)
            await asyncio.sleep(wait)
        await response.write_eof()
        return response

    async with stub(clock) as backend:
        backend.faults.add("stream", Fault("in two parts", in_two_parts))
        limits = Timeouts(heartbeats=600, turn=10_000)
        async with backend.client(timeouts=limits, buffer_limit=2000) as client:
            session = await ready(client)
            async with session.send(PROMPT) as turn:
                await anext(turn)
                await asyncio.sleep(1300)  # what came first fills the buffer, and nothing is read
                assert (await turn.finished()).text.endswith("and the end")


@fast
async def test_a_turn_is_entered_once(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        async with session.send(PROMPT) as turn:
            with pytest.raises(errors.StreamError, match="has not begun"):
                await anext(session.send(PROMPT))
            with pytest.raises(errors.ConfigurationError, match="entered once"):
                async with turn:
                    pass
            await turn.finished()
        assert backend.ledger.accepted == 1


@fast
async def test_one_task_reads(clock):
    async with stub(clock) as backend, backend.client() as client:
        session = await ready(client)
        backend.scripted_engine.working.clear()
        async with session.send(PROMPT) as turn:
            while not turn._buffer._arrival:
                waiting = asyncio.ensure_future(anext(turn))
                await asyncio.sleep(1)
            with pytest.raises(errors.ConfigurationError, match="one task"):
                await anext(turn)
            backend.scripted_engine.working.set()
            await waiting


@pytest.mark.slow
async def test_more_conversations_are_open_at_once_than_jobs_may_be():
    count = MAX_JOBS + 20
    if conversations_at_once() < count:
        pytest.skip("this process may open too few files")
    limits = attrs.evolve(limits_of(faithful=True), turns_per_user=count)
    async with (
        StubBackend(options=LocalOptions(limits=limits)) as backend,
        backend.client(credits=1_000_000) as client,
    ):
        backend.scripted_engine.working.clear()
        sessions = [await client.sessions.open() for _ in range(count)]
        clip = b"\0\0\0\x18ftypmp42"
        for one in sessions:
            await one.upload(Source(clip, "a.mp4"))
        asked = [asyncio.create_task(one.say(PROMPT)) for one in sessions]
        async with asyncio.timeout(180):
            while backend.ledger.accepted < count:
                await asyncio.sleep(0.01)
        backend.scripted_engine.working.set()
        assert len(await asyncio.gather(*asked)) == count
