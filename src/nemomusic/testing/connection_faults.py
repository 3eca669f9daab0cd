"""The faults of connections: resets, cuts, silence, refusal."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs

from nemomusic.testing.fault_script import LATE, STREAM_ONLY, WITH_BODY, fault, route_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

    from nemomusic.testing.fault_script import Fault, FaultyBackend, Moment


@attrs.frozen
class HeldRequest:
    """A request that a proxy holds back."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    async def deliver(self, backend: FaultyBackend, seconds: float) -> None:
        """Send the request after a time, and read the answer to its end."""
        import aiohttp

        await backend.sleep(seconds)
        async with (
            aiohttp.ClientSession(trust_env=False) as http,
            http.request(self.method, self.url, headers=self.headers, data=self.body) as answer,
        ):
            await answer.read()


class ConnectionFaults:
    """Makes the faults of connections."""

    @staticmethod
    def reset_before() -> Fault:
        """Reset the connection before the request is read."""
        from nemomusic.testing.writers import reset

        @fault("reset before")
        async def act(moment: Moment) -> web.StreamResponse:
            reset(moment.request.transport)
            raise ConnectionResetError("reset, as scripted")

        return act

    @staticmethod
    def reset_during_request(after: int = 1000) -> Fault:
        """Reset the connection after that many bytes of the request's body."""
        from nemomusic.testing.writers import reset

        @fault(f"reset after {after} B of the request", WITH_BODY)
        async def act(moment: Moment) -> web.StreamResponse:
            left = after
            while left > 0 and (piece := await moment.request.content.read(left)):
                left -= len(piece)
            reset(moment.request.transport)
            raise ConnectionResetError("reset, as scripted")

        return act

    @staticmethod
    def reset_after() -> Fault:
        """Serve the request, and reset the connection before the first byte of the answer."""
        from nemomusic.testing.writers import CutWriter, reset

        @fault("reset instead of the answer")
        async def act(moment: Moment) -> web.StreamResponse:
            CutWriter(moment.request, -1, hard=True)
            await moment.serve()
            reset(moment.request.transport)
            raise ConnectionResetError("reset, as scripted")

        return act

    @staticmethod
    def cut_after(bytes: int, *, hard: bool = False) -> Fault:  # noqa: A002 - reads well
        """End an answer, a stream or a file after that many bytes of its body.

        Args:
            bytes: Bytes of the body that are sent; 0 for the headers only.
            hard: Whether the connection is reset, not closed.
        """
        from nemomusic.testing.writers import CutWriter

        @fault(f"cut after {bytes} B")
        async def act(moment: Moment) -> web.StreamResponse:
            CutWriter(moment.request, bytes, hard=hard)
            return await moment.serve()

        return act

    @staticmethod
    def stall_before() -> Fault:
        """Accept the request, do nothing, and never answer."""

        @fault("stall before")
        async def act(moment: Moment) -> web.StreamResponse:
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        return act

    @staticmethod
    def stall_after() -> Fault:
        """Serve the request, and never send the answer."""

        @fault("stall instead of the answer")
        async def act(moment: Moment) -> web.StreamResponse:
            from nemomusic.testing.writers import MuteWriter

            if route_of(moment.request) in STREAM_ONLY:
                MuteWriter(moment.request)
            await moment.serve()
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        return act

    @staticmethod
    def delivered_late(seconds: float) -> Fault:
        """Reset the connection, and serve the request later.

        The fault acts like a proxy that held the request back. A client must not believe that a
        request was lost because its effect is not visible yet.
        """
        from nemomusic.testing.writers import reset

        @fault(f"delivered {seconds:g} s late", WITH_BODY)
        async def act(moment: Moment) -> web.StreamResponse:
            request = moment.request
            held = HeldRequest(
                request.method,
                str(request.url),
                {**request.headers, LATE: "1"},
                await request.content.read(),
            )
            moment.backend.spawn(held.deliver(moment.backend, seconds))
            reset(request.transport)
            raise ConnectionResetError("held, as scripted")

        return act

    @staticmethod
    def then_refuse(seconds: float) -> Fault:
        """Serve the request. Then refuse connections, and close idle ones, for a time."""

        @fault(f"refused for {seconds:g} s")
        async def act(moment: Moment) -> web.StreamResponse:
            response = await moment.serve()
            await response.prepare(moment.request)
            await response.write_eof()
            await moment.backend.down(seconds)
            raise ConnectionResetError("down, as scripted")

        return act
