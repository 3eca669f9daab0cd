"""The faults of the service: its agent, sessions, renders and files."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from nemomusic.testing.connection_faults import ConnectionFaults
from nemomusic.testing.fault_script import (
    FILES_ONLY,
    RENDER_START_ONLY,
    STREAM_ONLY,
    fault,
)
from nemomusic.testing.response_faults import ResponseFaults, json_response

if TYPE_CHECKING:
    from aiohttp import web

    from nemomusic.testing.fault_script import Fault, Moment


class Faults(ConnectionFaults, ResponseFaults):
    """All faults: `backend.faults.add("stream", Faults.cut_after(120))`."""

    @staticmethod
    def silent() -> Fault:
        """Run the turn, and send no text of the agent."""
        from nemomusic.testing.writers import SilentWriter

        @fault("silent", STREAM_ONLY)
        async def act(moment: Moment) -> web.StreamResponse:
            SilentWriter(moment.request)
            return await moment.serve()

        return act

    @staticmethod
    def heartbeats_only(every: float = 15.0, *, accepted: bool = True) -> Fault:
        """Send nothing but heartbeats, for ever.

        Args:
            every: Seconds between two heartbeats.
            accepted: Whether the turn runs meanwhile.
        """
        from aiohttp import web

        @fault(f"heartbeats only{'' if accepted else ', not accepted'}", STREAM_ONLY)
        async def act(moment: Moment) -> web.StreamResponse:
            if accepted:
                await moment.serve_unheard()
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(moment.request)
            while True:
                await response.write(b": heartbeat\n\n")
                await moment.backend.sleep(every)

        return act

    @staticmethod
    def agent_error(message: str = "tool crashed", code: str | None = None) -> Fault:
        """Send a stream whose only event is a failure of the agent."""
        from aiohttp import web

        @fault("agent error", STREAM_ONLY)
        async def act(moment: Moment) -> web.StreamResponse:
            event: dict[str, Any] = {"error": message}
            if code is not None:
                event = {"type": "error", "code": code, "message": message}
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(moment.request)
            await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")
            await response.write_eof()
            return response

        return act

    @staticmethod
    def lose_sessions() -> Fault:
        """Lose all sessions, then serve the request."""

        @fault("sessions lost")
        async def act(moment: Moment) -> web.StreamResponse:
            moment.backend.lose_sessions()
            return await moment.serve()

        return act

    @staticmethod
    def failed_render(why: str = "out of memory") -> Fault:
        """Let the render that this request starts fail in the renderer."""

        @fault("failed render", RENDER_START_ONLY)
        async def act(moment: Moment) -> web.StreamResponse:
            moment.backend.scripted_engine.failures.append(why)
            return await moment.serve()

        return act

    @staticmethod
    def duplicate_id(*, accepted: bool = True) -> Fault:
        """Answer a render submission with `duplicate id`.

        Args:
            accepted: Whether the submission was accepted (a proxy sent it twice).
        """

        @fault(f"duplicate id{'' if accepted else ', not accepted'}", RENDER_START_ONLY)
        async def act(moment: Moment) -> web.StreamResponse:
            if accepted:
                await moment.serve()
            return json_response({"code": 409, "message": "duplicate id"}, 409)

        return act

    @staticmethod
    def changed_file() -> Fault:
        """Serve the file as a changed one: the same bytes, another entity tag."""
        from nemomusic.local.http.handlers.files import SentFile

        @fault("changed file", FILES_ONLY)
        async def act(moment: Moment) -> web.StreamResponse:
            response = await moment.handler(moment.request)
            if isinstance(response, SentFile):
                stamp = response.path.stat().st_mtime_ns + 10**9
                os.utime(response.path, ns=(stamp, stamp))
            return response

        return act

    @staticmethod
    def wrong_length(delta: int) -> Fault:
        """Send a `Content-Length` that is too large by that much (or too small)."""
        from aiohttp import web

        from nemomusic.local.http.handlers.files import SentFile

        @fault(f"length off by {delta:+d}", FILES_ONLY)
        async def act(moment: Moment) -> web.StreamResponse:
            response = await moment.handler(moment.request)
            if not isinstance(response, SentFile):
                return response
            content = response.path.read_bytes()
            said = len(content) + delta
            wrong = web.StreamResponse(headers={"Content-Length": str(said)})
            wrong.content_type = "video/mp4"
            await wrong.prepare(moment.request)
            await wrong.write(content[:said])
            if delta > 0 and moment.request.transport is not None:
                moment.request.transport.close()
                raise ConnectionResetError("ended early, as scripted")
            await wrong.write_eof()
            return wrong

        return act
