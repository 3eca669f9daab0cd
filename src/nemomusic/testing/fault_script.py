"""Plan faults, and apply them to requests."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from nemomusic.protocol import routes

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from aiohttp import web
    from aiohttp.typedefs import Handler, Middleware

_NAMES: Final[Mapping[tuple[str, str], str]] = {
    (route.method, route.template): route.name for route in routes.ROUTES
}
LATE: Final = "X-Delivered-Late"
"""The header of a request that a fault delayed."""
ROUTES: Final = frozenset({*_NAMES.values(), "cdn"})
"""The names of the endpoints that a fault can strike; `cdn` serves results by URL."""
STREAM_ONLY: Final = frozenset({routes.STREAM.name})
"""The endpoint for faults of an event stream."""
RENDER_START_ONLY: Final = frozenset({routes.RENDER_START.name})
"""The endpoint for faults of the submission of a render."""
FILES_ONLY: Final = frozenset({routes.RENDER_DOWNLOAD.name, "cdn"})
"""The endpoints for faults of a file on its way to the client."""
WITH_BODY: Final = frozenset(route.name for route in routes.ROUTES if route.method == "POST")
"""The endpoints for faults of a request's body."""


class FaultClock(Protocol):
    """The clock, with the methods that a fault needs."""

    def time(self) -> float:
        """Return the seconds since the epoch."""
        ...


class FaultEngine(Protocol):
    """The engine, with the methods that a fault needs."""

    failures: deque[str]
    """The errors of the next renders, in order."""


class FaultyBackend(Protocol):
    """The backend, as a fault needs it. `StubBackend` is one."""

    @property
    def clock(self) -> FaultClock:
        """The backend's clock."""
        ...

    @property
    def scripted_engine(self) -> FaultEngine:
        """The backend's engine."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait by the backend's clock."""
        ...

    async def down(self, seconds: float | None = None) -> None:
        """Refuse connections for a time."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine beside the request, until the backend is closed."""
        ...

    def lose_sessions(self) -> None:
        """Lose all sessions that were opened so far."""
        ...


@attrs.frozen
class Moment:
    """A request that a fault applies to.

    Attributes:
        request: The request.
        handler: Answers the request as without the fault.
        backend: The backend that got the request.
    """

    request: web.Request
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    backend: FaultyBackend

    async def serve(self) -> web.StreamResponse:
        """Answer the request as without the fault."""
        return await self.handler(self.request)

    async def serve_unheard(self) -> None:
        """Answer the request, and discard the answer. Another answer can follow."""
        from nemomusic.testing.writers import DiscardWriter

        unheard = DiscardWriter(self.request)
        try:
            await self.handler(self.request)
        finally:
            unheard.restore()


@attrs.frozen
class Fault:
    """One fault. `Faults` makes the usual ones, and you can make your own.

    Attributes:
        name: The name in tables.
        act: A coroutine function that answers in place of the backend.
        routes: The endpoints that the fault can strike. None means all.
    """

    name: str
    act: Callable[[Moment], Awaitable[web.StreamResponse]] = attrs.field(repr=False)
    routes: frozenset[str] | None = attrs.field(default=None, repr=False)

    def __str__(self) -> str:
        return self.name

    def can_strike(self, route: str) -> bool:
        """Return whether the fault can strike an endpoint."""
        return self.routes is None or route in self.routes


@attrs.define
class _Entry:
    route: str
    fault: Fault
    times: int
    skip: int

    def matches(self, route: str) -> bool:
        return self.route in {route, "*"} and self.fault.can_strike(route)


class FaultScript:
    """The plan of faults.

    The first entry that matches a request is applied to it, and then removed.

    Attributes:
        requests: The number of requests to each endpoint, with or without a fault.
        struck: `(route, fault name)` of each fault that was applied, in order.
    """

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self.requests: Counter[str] = Counter()
        self.struck: list[tuple[str, str]] = []

    def add(self, route: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """Plan a fault.

        Args:
            route: The name of an endpoint in `nemomusic.protocol.routes` (`stream`, `upload`,
                `state`, `render-start`, …), `cdn` for results by URL, or `*` for all that the fault
                can strike.
            fault: The fault.
            times: How many requests it strikes.
            after: How many requests to that endpoint are served before it.

        Raises:
            ValueError: There is no such endpoint, the fault can't strike it, or a number makes no
                sense. With a fault that never happens, a test would pass without testing anything.
        """
        if route not in {*ROUTES, "*"}:
            known = ", ".join(sorted(ROUTES))
            raise ValueError(f"no endpoint is called {route!r}; there are: {known}, and * for all")
        if route != "*" and not fault.can_strike(route):
            possible = ", ".join(sorted(fault.routes or ()))
            raise ValueError(f"{fault.name!r} can't strike {route!r}, only: {possible}")
        if times < 1 or after < 0:
            raise ValueError(f"times={times} has to be 1 or more, and after={after} 0 or more")
        self._entries.append(_Entry(route, fault, times, after))

    def clear(self) -> None:
        """Forget the plan."""
        self._entries.clear()

    @property
    def pending(self) -> bool:
        """Whether a planned fault has not struck yet."""
        return bool(self._entries)

    def _next(self, route: str) -> Fault | None:
        for entry in self._entries:
            if entry.matches(route):
                if entry.skip:
                    entry.skip -= 1
                    continue
                entry.times -= 1
                if entry.times <= 0:
                    self._entries.remove(entry)
                return entry.fault
        return None

    def middleware(self, backend: FaultyBackend) -> Middleware:
        """Return the middleware that applies the plan."""
        from aiohttp import web

        @web.middleware
        async def faulty(request: web.Request, handler: Handler) -> web.StreamResponse:
            if LATE in request.headers:
                return await handler(request)  # its fault was applied already
            route = route_of(request)
            self.requests[route] += 1
            fault = self._next(route)
            if fault is None:
                return await handler(request)
            self.struck.append((route, fault.name))
            try:
                return await fault.act(Moment(request, handler, backend))
            except ConnectionError:  # scripted: there is no connection left to answer on
                return web.Response()

        return faulty


def route_of(request: web.Request) -> str:
    """Return the name of the endpoint that a request is for."""
    resource = request.match_info.route.resource
    path = "" if resource is None else resource.canonical
    method = "GET" if request.method == "HEAD" else request.method
    return _NAMES.get((method, path), "cdn" if path.startswith("/cdn/") else path)


def fault(
    name: str, routes: frozenset[str] | None = None
) -> Callable[[Callable[[Moment], Awaitable[Any]]], Fault]:
    """Make a fault from a coroutine function.

    Args:
        name: The name in tables.
        routes: The endpoints that it can strike. None means all.
    """
    return lambda act: Fault(name, act, routes)
