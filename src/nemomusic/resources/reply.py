"""A reply while it comes in, and when it is over."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import attrs

from nemomusic import errors
from nemomusic.clock import outlast, until_done
from nemomusic.models.changes import Changes, compare
from nemomusic.models.events import (
    ErrorEvent,
    Event,
    Heartbeat,
    Notice,
    TextEvent,
    ToolCall,
    ToolResult,
)
from nemomusic.protocol.dialects import Interpreter
from nemomusic.protocol.phrases import detect_language, strip_trailing_apology
from nemomusic.protocol.phrases import translate_instructions as translate
from nemomusic.protocol.sse import LongFrame

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from nemomusic._eventsource import OneShotEventSource
    from nemomusic.models.state import State
    from nemomusic.protocol.phrases import Action
    from nemomusic.protocol.sse import Frame
    from nemomusic.resources.sessions import Session
    from nemomusic.resources.stream import Stream

Outcome = Literal["complete", "recovered"]


@attrs.frozen(kw_only=True)
class Reply:
    """What became of a message. `str()` is what to show.

    Attributes:
        text: what the agent said, without instructions to use a screen; where it said nothing, the
            summary of what changed, in the session's language.
        actions: what the agent asked the user to do on a screen, as calls. Nothing runs by itself.
        tool_calls: the tools it used.
        changes: what is different in the draft, or None if the state could not be read.
        state: the state afterwards, or None if it could not be read.
        silent: whether it ended with no text of its own.
        outcome: `complete`; or `recovered`: the stream was cut, and the state showed the result.
    """

    text: str
    actions: tuple[Action, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    changes: Changes | None = None
    state: State | None = None
    silent: bool = False
    outcome: Outcome = "complete"

    def __str__(self) -> str:
        return self.text


class ReplyStream:
    """A message, sent when entered; typed events while they come; then the reply.

        async with client.stream.send(session, "make it slower") as reply:
            async for event in reply:
                ...
        print(reply.text, reply.changes)

    A task of its own reads the connection, so that a slow reader doesn't stall the agent: up to
    `Settings.buffer_limit` bytes; then partial texts are merged and heartbeats dropped; then the
    socket waits. A normal exit reads to the end; an exception or a cancellation hangs up, which
    aborts the agent's run.

    The baseline for "changed" is read before the message is sent.

    Attributes:
        session: where it is sent.
        message: the words.
        baseline: the state before sending.
        baseline_of: the id of the session it is of, which may have been replaced since.
        sent: whether it was accepted, or may have been.
        sent_at: monotonic seconds.
        before_sending: awaited with the baseline before each attempt, to write the intent down.
        on_accepted: awaited when the stream has opened.
    """

    # Over 30 attributes a dict takes 1.3 kB more, and there may be thousands of replies.
    __slots__ = (
        "__weakref__",
        "_arrived",
        "_bounded",
        "_calls",
        "_closed",
        "_ends_at",
        "_error",
        "_events",
        "_failure",
        "_heard",
        "_held",
        "_holds_turn",
        "_loop",
        "_made",
        "_notice_at",
        "_out_of_time",
        "_outcome",
        "_over",
        "_room",
        "_source",
        "_stream",
        "_task",
        "_texts",
        "_timer",
        "_told",
        "_wanted",
        "baseline",
        "baseline_of",
        "before_sending",
        "message",
        "on_accepted",
        "sent",
        "sent_at",
        "session",
    )

    def __init__(self, stream: Stream, session: Session, text: str) -> None:
        self._stream = stream
        self.session = session
        self.message = text
        self.baseline: State | None = None
        self.baseline_of = ""
        self.sent = False
        self.sent_at = 0.0
        self.before_sending: Callable[[State], Awaitable[object]] | None = None
        self.on_accepted: Callable[[], Awaitable[object]] | None = None
        self._source: OneShotEventSource | None = None
        self._task: asyncio.Task[None] | None = None
        self._outcome: tuple[Outcome, State | None] | None = None  # how it ended
        self._made: Reply | None = None  # of that, when first asked for
        self._error: BaseException | None = None
        self._texts: list[str] = []
        self._calls: list[ToolCall] = []
        self._failure: ErrorEvent | None = None
        self._events: deque[tuple[Event, int]] = deque()  # with the bytes they hold
        self._held = 0
        self._wanted = True
        self._over = False
        self._closed = False
        self._holds_turn = False
        self._told = False
        self._arrived: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._notice_at = self._ends_at = self._heard = 0.0  # by the loop's clock
        self._bounded = False  # by the caller's deadline, and not by the turn's limit
        self._out_of_time: errors.NemoMusicError | None = None

    # ------------------------------------------------------------------ life

    async def __aenter__(self) -> Self:
        """Send the message, once.

        Raises:
            PromptError: there is no word in it.
            APIError: it was refused; nothing was accepted.
            ConnectError: no connection; nothing was sent.
        """
        if self._holds_turn or self._closed:
            raise RuntimeError("a reply can be entered once")
        self._loop = asyncio.get_running_loop()
        await self.session.turn.acquire()
        self._holds_turn = True
        source = None
        try:
            if self._closed:
                raise errors.ReplyClosedError("the reply was closed before it was sent")
            source, cause = await self._stream.begin(self)
            if self._closed:
                raise errors.ReplyClosedError("the reply was closed while it was sent")
            self._source = source
            self._task = asyncio.create_task(self._run(source, cause), name="nemomusic-reply")
            self._stream.readers.add(self)
            self._watch(source)
        except BaseException:
            self._closed = True
            if source is not None:
                source.hang_up()
            self._release()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None and not self._closed:
                await self._finished()
        finally:
            await self.aclose()
        if kind is None and self._error is not None and not self._told:
            raise self._error

    async def aclose(self) -> None:
        """Hang up, if it is not over. A reader elsewhere gets `ReplyClosedError`."""
        self._stop_timer()
        self._stream.readers.discard(self)
        if self._closed:
            return
        self._closed = True
        if self._task is None:
            return  # not entered, or still being entered: that ends with our error, and cleans up
        try:
            await self._end(self._task)
        finally:
            self._release()
            self._wake()

    async def _end(self, task: asyncio.Task[None]) -> None:
        if self._source is not None:
            self._source.hang_up()
        if not task.done():
            task.cancel()
            await outlast(task)

    def _release(self) -> None:
        if self._holds_turn:
            self._holds_turn = False
            self.session.turn.release()

    async def _finished(self) -> None:
        """Read to the end, keeping nothing for a reader."""
        self._wanted = False
        self._events.clear()
        self._held = 0
        self._make_room()
        if self._task is not None:
            await until_done(self._task)

    # --------------------------------------------------------------- reading

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        while not self._events:
            if self._over:
                if self._error is not None:
                    self._told = True
                    raise self._error
                raise StopAsyncIteration
            if self._closed:
                raise errors.ReplyClosedError("the reply was closed while it was read")
            if self._arrived is not None:
                raise RuntimeError("a reply is read by one task at a time")
            self._arrived = asyncio.get_running_loop().create_future()
            try:
                await self._arrived
            finally:
                self._arrived = None
        event, size = self._events.popleft()
        self._held -= size
        if self._room is not None:
            self._make_room()
        return event

    @property
    def done(self) -> bool:
        """Whether it is over."""
        return self._over

    @property
    def result(self) -> Reply:
        """The finished reply.

        Raises:
            NemoMusicError: how it failed, if it did; or it is not over yet.
        """
        if self._error is not None:
            raise self._error
        reply = self._reply
        if reply is None:
            raise errors.StreamError(
                "the reply is not over", remedy="Leave the `async with` block first."
            )
        return reply

    @property
    def _reply(self) -> Reply | None:
        """The reply, made of what came when it is first asked for.

        Who only shows the events as they come needs none, and texts can be long.
        """
        if self._made is None and self._outcome is not None:
            self._made = self.conclude(*self._outcome)
            self._texts.clear()  # it holds them now
        return self._made

    @property
    def text(self) -> str:
        """What was said until now; the finished reply's text when it is over."""
        reply = self._reply
        return reply.text if reply is not None else "".join(self._texts)

    @property
    def changes(self) -> Changes | None:
        """What is different in the draft; None until it is over."""
        reply = self._reply
        return reply.changes if reply is not None else None

    @property
    def state(self) -> State | None:
        """The state afterwards; None until it is over."""
        return None if self._outcome is None else self._outcome[1]

    @property
    def actions(self) -> tuple[Action, ...]:
        """Screen instructions as calls; empty until it is over."""
        reply = self._reply
        return reply.actions if reply is not None else ()

    # ---------------------------------------------------------- the own task

    async def _run(
        self, source: OneShotEventSource | None, cause: errors.NemoMusicError | None
    ) -> None:
        try:
            if source is not None:
                cause = await self._drain(source)
            if cause is None or self._failure is not None:  # cut, but it had said that it failed
                self._outcome = "complete", await self._stream.read_after(self.session)
            else:
                self._push(Notice(_LOOKING[_zh(self.language)], self.elapsed))
                self._outcome = "recovered", await self._stream.settle(self, cause)
            if not any(text.strip() for text in self._texts) and self.result.text:
                self._push(TextEvent(self.result.text))
            if self._failure is not None:
                raise self._agent_error(self._failure, self.result)
        except asyncio.CancelledError:
            self._error = errors.ReplyClosedError("the reply was closed before it was over")
            raise
        except Exception as error:  # noqa: BLE001 - handed to whoever reads
            self._error = error
        finally:
            self._over = True
            self._stop_timer()
            self._wake()

    async def _drain(self, source: OneShotEventSource) -> errors.NemoMusicError | None:
        """Read to the end; the reason if it was not the end of the turn."""
        interpreter = Interpreter()
        clock, limits, time = self._stream.clock, self._stream.timeouts, self._loop.time
        buffer_limit = self._stream.buffer_limit
        alive = clock.monotonic()
        comments = 0
        try:
            while (frames := await source.batch()) is not None:
                now = clock.monotonic()
                self._heard = time()
                busy = self._take(frames, interpreter, plain=source.plain)
                del frames  # not to be held while the next ones are waited for
                if source.decoder.comments != comments:
                    comments = source.decoder.comments
                    self._push(Heartbeat())
                if busy:
                    alive = now
                elif now - alive > limits.heartbeats:
                    return errors.TurnTimeoutError(
                        f"nothing but heartbeats for {limits.heartbeats:g} s"
                    )
                if self._held > buffer_limit:
                    self._merge()
                    while self._held > buffer_limit and self._wanted:
                        self._room = self._loop.create_future()
                        await self._room
                        # Nothing was read meanwhile, so that it was silent can't be said.
                        self._heard, alive = time(), clock.monotonic()
        except (errors.StreamInterruptedError, errors.EventTooLargeError) as error:
            return self._out_of_time or error
        finally:
            await source.close()
        return self._out_of_time

    def _take(self, frames: list[Frame], interpreter: Interpreter, *, plain: bool) -> bool:
        """Keep and queue what frames say; whether it is more than signs of life."""
        events: list[tuple[Event, int]] = []
        busy, held = False, 0
        for frame in frames:
            size = len(frame.source if type(frame) is LongFrame else frame.data)
            held += size
            for event in interpreter.read(frame, plain=plain):
                events.append((event, size))
                size = 0
                if type(event) is TextEvent:
                    self._texts.append(event.text)
                    self._failure = None
                    busy = True
                elif type(event) is not Heartbeat:
                    self._note(event)
                    busy = True
        self._queue(events, held)
        return busy

    def _note(self, event: Event) -> None:
        kind = type(event)
        if kind is ToolCall:
            self._calls.append(event)  # type: ignore[arg-type]
            self._failure = None
        elif kind is ToolResult:
            self._failure = None
        elif kind is ErrorEvent:
            self._failure = event  # type: ignore[assignment]

    def _push(self, event: Event) -> None:
        """Queue something of our own."""
        self._queue([(event, 0)], 0)

    def _queue(self, events: list[tuple[Event, int]], held: int) -> None:
        if self._wanted and events:
            self._events += events
            self._held += held
            self._wake()

    def _wake(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def _make_room(self) -> None:
        room = self._room
        if room is not None and (not self._wanted or self._held <= self._stream.buffer_limit // 2):
            self._room = None
            if not room.done():
                room.set_result(None)

    def _merge(self) -> None:
        """Make one text of neighbouring partial texts, and drop heartbeats."""
        events: deque[tuple[Event, int]] = deque()
        parts: list[str] = []

        def flush() -> None:
            if parts:
                text = "".join(parts)
                parts.clear()
                events.append((TextEvent(text, partial=True), len(text)))

        for event, size in self._events:
            if type(event) is Heartbeat:
                continue
            if type(event) is TextEvent and event.partial:
                parts.append(event.text)
                continue
            flush()
            events.append((event, size))
        flush()
        self._events, self._held = events, sum(size for _, size in events)

    # ------------------------------------------------------------- the end

    @property
    def language(self) -> str:
        """The session's language, or that of the message."""
        return self.session.language or detect_language(self.message)

    @property
    def elapsed(self) -> float:
        """Seconds since it was sent."""
        return self._stream.clock.monotonic() - self.sent_at

    def _watch(self, source: OneShotEventSource | None) -> None:
        """Begin to look after the time: notices; the turn's limit or the deadline; silence.

        aiohttp's own limit of silence, `sock_read`, sets a timer anew for every chunk, which took
        a tenth of the time of an event. One timer here serves all, and looks when it is due.
        """
        timeouts, deadline = self._stream.timeouts, self._stream.deadline
        now = self._loop.time()
        self._heard = now
        self._notice_at = now + timeouts.notice
        seconds = timeouts.turn
        self._bounded = deadline is not None and deadline.left < seconds
        if deadline is not None and self._bounded:
            seconds = deadline.left
        self._ends_at = now + seconds
        self._look(source)

    def _look(self, source: OneShotEventSource | None) -> None:
        timeouts, now = self._stream.timeouts, self._loop.time()
        if now >= self._notice_at:
            self._push(Notice(_WORKING[_zh(self.language)], self.elapsed))
            self._notice_at = now + timeouts.notice
        due = self._notice_at
        if source is not None and self._out_of_time is None:
            silent_at = self._heard + timeouts.heartbeats
            if self._room is not None and silent_at <= now:  # nothing is read, so nothing is heard
                silent_at = now + timeouts.heartbeats
            if now >= self._ends_at:
                self._out_of_time = (
                    errors.DeadlineExceededError("the deadline passed while the agent worked")
                    if self._bounded
                    else errors.TurnTimeoutError(f"the turn took over {timeouts.turn:g} s")
                )
            elif now >= silent_at:
                self._out_of_time = errors.TurnTimeoutError(
                    f"not a sign of life for {timeouts.heartbeats:g} s"
                )
            if self._out_of_time is not None:
                source.hang_up()
            else:
                due = min(due, self._ends_at, silent_at)
        self._timer = self._loop.call_at(due, self._look, source)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def conclude(self, outcome: Outcome, state: State | None, *, said: str | None = None) -> Reply:
        """The reply as far as it is known, given the state afterwards.

        Args:
            outcome: how it ended.
            state: what the message led to.
            said: the words, where they were written down by another process.
        """
        before, words = _last_words([said] if said else self._texts)
        texts = strip_trailing_apology([words] if words else [])
        translated = translate("\n".join(texts).strip())
        changes = None
        if state is not None and self.baseline is not None:
            changes = compare(self.baseline.draft, state.draft)
        said = "".join([*before, translated.text]).strip()
        silent = not said and not any(text.strip() for text in texts)
        if silent and changes is not None:
            said = changes.text(self.language)
        return Reply(
            text=said,
            actions=tuple(translated.actions),
            tool_calls=tuple(self._calls),
            changes=changes,
            state=state,
            silent=silent,
            outcome=outcome,
        )

    def _agent_error(self, event: ErrorEvent, reply: Reply) -> errors.AgentError:
        details: dict[str, Any] = {"agent_code": event.code, "reply": reply}
        if event.code is not None and event.code.isdigit():
            details["code"] = int(event.code)
        return errors.AgentError(f"the agent failed: {event.message}", **details)


_SEARCHED: Final = 16_384
"""Characters of a text, counted from its end, in which apologies and instructions to use a screen
are looked for: ten times what an agent says. It takes 1 to 2 µs each, and the loop waits."""


def _last_words(texts: list[str]) -> tuple[list[str], str]:
    """A text in two: pieces as they came, and a whole of some `_SEARCHED` characters at most."""
    first, size = len(texts), 0
    while first and size < _SEARCHED:
        first -= 1
        size += len(texts[first])
    words, start = "".join(texts[first:]), max(0, size - _SEARCHED)
    if start:  # in the space behind a word, if there is one
        start = max(start, words.find(" ", start))
    return [*texts[:first], words[:start]], words[start:]


def _zh(language: str) -> bool:
    return language.lower().startswith("zh")


_WORKING = {False: "⏳ Still working…", True: "⏳ 仍在处理中…"}
_LOOKING = {
    False: "The connection was lost. The message is not sent again; looking at what became of it…",
    True: "连接已断开。消息不会重复发送，正在查看结果…",
}
