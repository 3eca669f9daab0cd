"""Scripted faults: what goes wrong, at which endpoint, how often."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from nemomusic.protocol import routes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from aiohttp import web
    from aiohttp.typedefs import Handler, Middleware

    from nemomusic.testing.backend import StubBackend

Spelling = Literal["code", "success", "status", "detail"]

_NAMES: Final[Mapping[tuple[str, str], str]] = {
    (route.method, route.template): route.name for route in routes.ROUTES
}
_STATUS: Final = {0: 200, 1001: 401, 1002: 404, 2001: 200, 4001: 415, 4002: 413}


@attrs.frozen
class Moment:
    """A request that a fault is about to meet."""

    request: web.Request
    handler: Handler
    backend: StubBackend

    async def serve(self) -> web.StreamResponse:
        """What would have happened without the fault."""
        response = await self.handler(self.request)
        by_hand(response)
        return response

    async def serve_to_nobody(self) -> None:
        """The same, and what the handler writes goes nowhere: another answer can follow."""
        from nemomusic.testing.writers import Discard

        nobody = Discard(self.request)
        try:
            await self.handler(self.request)
        finally:
            nobody.restore()


@attrs.frozen
class Fault:
    """One thing that goes wrong; made by `Faults`, or by you.

    Attributes:
        name: what it is called in tables.
        act: a coroutine function that answers in place of the backend.
    """

    name: str
    act: Callable[[Moment], Awaitable[web.StreamResponse]] = attrs.field(repr=False)

    def __str__(self) -> str:
        return self.name


@attrs.define
class _Entry:
    route: str
    fault: Fault
    times: int
    skip: int


class FaultScript:
    """Which faults strike where. The first entry that matches a request is used up by it.

    Attributes:
        requests: how many requests each endpoint has had, faulty or not.
        struck: `(route, fault name)` of each fault that did strike, in order.
    """

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self.requests: Counter[str] = Counter()
        self.struck: list[tuple[str, str]] = []

    def add(self, route: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """Plan a fault.

        Args:
            route: the name of an endpoint in `nemomusic.protocol.routes` (`stream`, `upload`,
                `state`, `render-start`, …), `cdn` for results by URL, or `*` for all.
            fault: what happens.
            times: to how many requests.
            after: how many requests to that endpoint get through first.

        Raises:
            ValueError: there is no such endpoint.
        """
        if route not in {*_NAMES.values(), "cdn", "*"}:
            raise ValueError(f"no endpoint is called {route!r}")
        self._entries.append(_Entry(route, fault, times, after))

    def clear(self) -> None:
        """Forget what is planned."""
        self._entries.clear()

    @property
    def pending(self) -> bool:
        """Whether something planned has not struck yet."""
        return bool(self._entries)

    def _next(self, route: str) -> Fault | None:
        for entry in self._entries:
            if entry.route in {route, "*"}:
                if entry.skip:
                    entry.skip -= 1
                    continue
                entry.times -= 1
                if entry.times <= 0:
                    self._entries.remove(entry)
                return entry.fault
        return None

    def middleware(self, backend: StubBackend) -> Middleware:
        """The middleware that does it."""
        from aiohttp import web

        @web.middleware
        async def faulty(request: web.Request, handler: Handler) -> web.StreamResponse:
            route = route_of(request)
            self.requests[route] += 1
            fault = self._next(route)
            if fault is None:
                return await handler(request)
            self.struck.append((route, fault.name))
            try:
                return await fault.act(Moment(request, handler, backend))
            except ConnectionError:  # scripted: there is nobody left to answer
                return web.Response()

        return faulty


def route_of(request: web.Request) -> str:
    """The name of the endpoint that a request is for."""
    resource = request.match_info.route.resource
    path = "" if resource is None else resource.canonical
    method = "GET" if request.method == "HEAD" else request.method
    return _NAMES.get((method, path), "cdn" if path.startswith("/cdn/") else path)


def by_hand(response: web.StreamResponse) -> None:
    """Make a file go through the response's writer, where it can be spoiled, not by sendfile."""
    from aiohttp import web

    if not isinstance(response, web.FileResponse):
        return

    async def send(request: web.Request, file: Any, offset: int, count: int) -> Any:
        writer = await web.StreamResponse.prepare(response, request)
        return await response._sendfile_fallback(writer, file, offset, count)  # type: ignore[arg-type]  # noqa: SLF001

    response._sendfile = send  # type: ignore[method-assign,assignment]  # noqa: SLF001


def _fault(name: str) -> Callable[[Callable[[Moment], Awaitable[Any]]], Fault]:
    return lambda act: Fault(name, act)


def _json(body: Any, status: int, headers: Mapping[str, str] | None = None) -> Any:
    from aiohttp import web

    return web.Response(
        text=body if isinstance(body, str) else json.dumps(body),
        status=status,
        headers=headers,
        content_type="application/json",
    )


class Faults:
    """The faults there are. `backend.faults.add("stream", Faults.cut_after(120))`."""

    # ------------------------------------------------------------ connection

    @staticmethod
    def reset_before() -> Fault:
        """The connection is reset before the request is looked at."""
        from nemomusic.testing.writers import reset

        @_fault("reset before")
        async def act(moment: Moment) -> web.StreamResponse:
            reset(moment.request.transport)
            raise ConnectionResetError("reset, as scripted")

        return act

    @staticmethod
    def reset_during_request(after: int = 1000) -> Fault:
        """The connection is reset when that many bytes of the request's body have come."""
        from nemomusic.testing.writers import reset

        @_fault(f"reset after {after} B of the request")
        async def act(moment: Moment) -> web.StreamResponse:
            left = after
            while left > 0 and (piece := await moment.request.content.read(left)):
                left -= len(piece)
            reset(moment.request.transport)
            raise ConnectionResetError("reset, as scripted")

        return act

    @staticmethod
    def reset_after() -> Fault:
        """The request is served, and the connection reset before a byte of the answer."""
        from nemomusic.testing.writers import Cut, reset

        @_fault("reset instead of the answer")
        async def act(moment: Moment) -> web.StreamResponse:
            Cut(moment.request, -1, hard=True)
            await moment.serve()
            reset(moment.request.transport)
            raise ConnectionResetError("reset, as scripted")

        return act

    @staticmethod
    def cut_after(bytes: int, *, hard: bool = False) -> Fault:  # noqa: A002 - reads well
        """The answer, a stream or a file ends after that many bytes of its body.

        Args:
            bytes: that get through; 0: the head only.
            hard: with a reset rather than an end.
        """
        from nemomusic.testing.writers import Cut

        @_fault(f"cut after {bytes} B")
        async def act(moment: Moment) -> web.StreamResponse:
            Cut(moment.request, bytes, hard=hard)
            return await moment.serve()

        return act

    @staticmethod
    def stall_before() -> Fault:
        """The request is taken and never answered; nothing is done."""

        @_fault("stall before")
        async def act(moment: Moment) -> web.StreamResponse:
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        return act

    @staticmethod
    def stall_after() -> Fault:
        """The request is served, and the answer kept back for ever."""

        @_fault("stall instead of the answer")
        async def act(moment: Moment) -> web.StreamResponse:
            from nemomusic.testing.writers import Mute

            if route_of(moment.request) == routes.STREAM.name:
                Mute(moment.request)
            await moment.serve()
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        return act

    @staticmethod
    def then_refuse(seconds: float) -> Fault:
        """The request is served; then connections are refused, and idle ones closed, for a time."""

        @_fault(f"refused for {seconds:g} s")
        async def act(moment: Moment) -> web.StreamResponse:
            response = await moment.serve()
            await response.prepare(moment.request)
            await response.write_eof()
            await moment.backend.down(seconds)
            raise ConnectionResetError("down, as scripted")

        return act

    # ------------------------------------------------------------- answers

    @staticmethod
    def status(status: int, *, headers: Mapping[str, str] | None = None) -> Fault:
        """A plain HTTP status with words of no meaning, as a proxy gives it."""
        from aiohttp import web

        @_fault(f"HTTP {status}")
        async def act(moment: Moment) -> web.StreamResponse:
            return web.Response(status=status, text="upstream said no", headers=headers)

        return act

    @staticmethod
    def status_after(status: int) -> Fault:
        """The request is served, and answered with a plain HTTP status all the same."""
        from aiohttp import web

        @_fault(f"HTTP {status} though served")
        async def act(moment: Moment) -> web.StreamResponse:
            await moment.serve_to_nobody()
            return web.Response(status=status, text="upstream said no")

        return act

    @staticmethod
    def rate_limited(retry_after: float | None = None, *, date: bool = False) -> Fault:
        """429, with or without `Retry-After`.

        Args:
            retry_after: seconds, or None for no such header.
            date: spell it as a date.
        """

        @_fault(f"429{'' if retry_after is None else f' for {retry_after:g} s'}")
        async def act(moment: Moment) -> web.StreamResponse:
            headers = {}
            if retry_after is not None:
                when = moment.backend.clock.time() + retry_after
                headers["Retry-After"] = (
                    formatdate(when, usegmt=True) if date else f"{retry_after:.0f}"
                )
            return _json({"code": 429, "message": "too many requests"}, 429, headers)  # type: ignore[no-any-return]

        return act

    @staticmethod
    def code(code: int, spelling: Spelling = "code", *, status: int | None = None) -> Fault:
        """An error code of the contract, in place of an answer or of a stream.

        Args:
            code: such as 1001.
            spelling: `code` and `success` are the two envelopes; `status` has the HTTP status
                alone; `detail` is the words of the agent server.
            status: HTTP status; None for the one that goes with the code, 200 included.
        """

        @_fault(f"{code} as {spelling}{'' if status is None else f' with HTTP {status}'}")
        async def act(moment: Moment) -> web.StreamResponse:
            http = status if status is not None else _STATUS.get(code, code)
            words = "Session not found: 1" if code == 1002 else f"error {code}"
            bodies: dict[str, Any] = {
                "code": {"code": code, "message": words, "data": None},
                "success": {"success": False, "error": words, "code": code},
                "status": {},
                "detail": {"detail": words},
            }
            return _json(bodies[spelling], http)  # type: ignore[no-any-return]

        return act

    @staticmethod
    def html(status: int = 200) -> Fault:
        """A web page, as a login or a proxy gives it."""
        from aiohttp import web

        @_fault(f"HTML with HTTP {status}")
        async def act(moment: Moment) -> web.StreamResponse:
            page = "<!doctype html><title>Sign in</title>"
            return web.Response(status=status, text=page, content_type="text/html")

        return act

    @staticmethod
    def broken_json() -> Fault:
        """JSON that ends in the middle."""

        @_fault("broken JSON")
        async def act(moment: Moment) -> web.StreamResponse:
            return _json('{"code": 0, "data": {"tok', 200)  # type: ignore[no-any-return]

        return act

    @staticmethod
    def json(body: Any = None, status: int = 200) -> Fault:
        """Some JSON, such as a plain answer where a stream was asked for."""

        @_fault("JSON instead")
        async def act(moment: Moment) -> web.StreamResponse:
            good = {"code": 0, "message": "success", "data": {}}
            return _json(good if body is None else body, status)  # type: ignore[no-any-return]

        return act

    # ------------------------------------------------------------- the stream

    @staticmethod
    def silent() -> Fault:
        """The turn runs, and ends without a word of its own."""
        from nemomusic.testing.writers import Silent

        @_fault("silent")
        async def act(moment: Moment) -> web.StreamResponse:
            Silent(moment.request)
            return await moment.serve()

        return act

    @staticmethod
    def heartbeats_only(every: float = 15.0, *, accepted: bool = True) -> Fault:
        """Nothing but heartbeats, for ever.

        Args:
            every: seconds.
            accepted: whether the turn runs behind them.
        """
        from aiohttp import web

        @_fault(f"heartbeats only{'' if accepted else ', not accepted'}")
        async def act(moment: Moment) -> web.StreamResponse:
            if accepted:
                await moment.serve_to_nobody()
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(moment.request)
            while True:
                await response.write(b": heartbeat\n\n")
                await moment.backend.sleep(every)

        return act

    @staticmethod
    def agent_error(message: str = "tool crashed", code: str | None = None) -> Fault:
        """The agent reports a failure as the only event of its stream."""
        from aiohttp import web

        @_fault("agent error")
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

    # --------------------------------------------------- sessions and renders

    @staticmethod
    def lose_sessions() -> Fault:
        """Before the request is served, every session there is has been lost."""

        @_fault("sessions lost")
        async def act(moment: Moment) -> web.StreamResponse:
            moment.backend.lose_sessions()
            return await moment.serve()

        return act

    @staticmethod
    def failed_render(why: str = "out of memory") -> Fault:
        """The render that is started here fails in the renderer."""

        @_fault("failed render")
        async def act(moment: Moment) -> web.StreamResponse:
            moment.backend.scripted_engine.failures.append(why)
            return await moment.serve()

        return act

    @staticmethod
    def duplicate_id(*, accepted: bool = True) -> Fault:
        """A render submission is answered with `duplicate id`.

        Args:
            accepted: whether it was accepted all the same (a proxy sent it twice).
        """

        @_fault(f"duplicate id{'' if accepted else ', not accepted'}")
        async def act(moment: Moment) -> web.StreamResponse:
            if accepted:
                await moment.serve()
            return _json({"code": 409, "message": "duplicate id"}, 409)  # type: ignore[no-any-return]

        return act

    # ------------------------------------------------------------- downloads

    @staticmethod
    def changed_file() -> Fault:
        """The file is another one than before: same bytes, another entity tag."""
        from aiohttp import web

        @_fault("changed file")
        async def act(moment: Moment) -> web.StreamResponse:
            response = await moment.handler(moment.request)
            if isinstance(response, web.FileResponse):
                path = response._path  # noqa: SLF001 - only aiohttp knows it
                stamp = path.stat().st_mtime_ns + 10**9
                os.utime(path, ns=(stamp, stamp))
            by_hand(response)
            return response

        return act

    @staticmethod
    def wrong_length(delta: int) -> Fault:
        """`Content-Length` says that much more (or less) than comes."""
        from aiohttp import web

        @_fault(f"length off by {delta:+d}")
        async def act(moment: Moment) -> web.StreamResponse:
            response = await moment.handler(moment.request)
            if not isinstance(response, web.FileResponse):
                return response
            content = response._path.read_bytes()  # noqa: SLF001
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
