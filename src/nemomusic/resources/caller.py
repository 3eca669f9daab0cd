"""One call with everything around it: token, attribution, policy, deadline, throttle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import attrs

from nemomusic import errors
from nemomusic.protocol.routes import ANONYMOUS_TOKEN, registration_link

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping

    from nemomusic.clock import Clock, Deadline
    from nemomusic.protocol.policy import Policy, Rule
    from nemomusic.protocol.routes import Route
    from nemomusic.secret import Secret
    from nemomusic.transport import Transport


class Tokens(Protocol):
    """What a call needs of auth."""

    @property
    def user_id(self) -> str | None:
        """Whose token it is, if known."""
        ...

    async def token(self) -> Secret:
        """The token to use."""
        ...

    async def refresh(self, used: Secret | None, error: errors.NemoMusicError) -> None:
        """Get another one than `used`, or raise."""
        ...


class Replaceable(Protocol):
    """What a call needs of a session."""

    id: str

    async def replace(
        self, error: errors.NemoMusicError, asked: str, *, silently: bool = True
    ) -> None:
        """Be another session than `asked` from now on, or raise `SessionLost`."""
        ...


OnLost = Literal["replace", "report", "raise"]
"""After a 1002: go on in a new session if nothing is lost by it, else `SessionLost`; `SessionLost`
in any case; or leave it at the 1002."""

_SLACK: Final = 0.001
"""Seconds that are not worth waiting for: clocks are rounded."""


class Beforehand(Exception):
    """Wraps an error of something that a call needs first, such as its token.

    It is no answer to the call itself: no rule about the call applies to it, or retries would
    multiply, and a message that was never sent would seem to be in doubt.
    """

    def __init__(self, error: errors.NemoMusicError) -> None:
        super().__init__()
        self.error = error


class Throttle:
    """A 429 of one call slows its siblings: nothing is sent before the moment it named."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._not_before = 0.0

    def hold(self, seconds: float) -> None:
        """Send nothing for that long."""
        self._not_before = max(self._not_before, self._clock.monotonic() + seconds)

    @property
    def wait(self) -> float:
        """Seconds until something may be sent; 0 nearly always."""
        if not self._not_before:
            return 0.0
        left = self._not_before - self._clock.monotonic()
        if left <= 0:
            self._not_before = 0.0
            return 0.0
        return left


@attrs.frozen(kw_only=True)
class Caller:
    """Makes calls. A frozen value: `attrs.evolve` gives one with other options.

    Attributes:
        transport: sends one request.
        tokens: auth.
        policy: what is tried again.
        clock: time.
        deadline: by when everything has to be over, or None.
        headers: further ones for every API request.
        throttle: shared by all callers of one client.
    """

    transport: Transport
    tokens: Tokens
    policy: Policy
    clock: Clock
    throttle: Throttle
    deadline: Deadline | None = None
    headers: Mapping[str, str] | None = None

    def call(
        self,
        route: Route,
        *,
        session: Replaceable | None = None,
        path: Mapping[str, str] | None = None,
        json: Any = None,
        body: Callable[[], AsyncGenerator[bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
        before: Callable[[], Awaitable[Any]] | None = None,
        on_lost: OnLost = "replace",
        patience: float | None = None,
        judged_as: Route | None = None,
    ) -> Coroutine[Any, Any, Any]:
        """Call an endpoint, give the data of its answer.

        Args:
            route: which one.
            session: the session it is about; its id fills `{session_id}`, anew each attempt.
            path: other placeholders.
            json: body; a callable is called for each attempt.
            body: makes a streamed body for each attempt.
            headers: further headers.
            before: runs before each attempt; what it gives, if not None, is the result.
            on_lost: what to do after a 1002.
            patience: seconds without a byte of an answer, in place of `Timeouts.call` in all.
            judged_as: what the policy takes it for, if for something else.

        Raises:
            APIError: the answer is an error, after what the policy says was done.
            TransportError: no answer.
            DeadlineExceededError: the deadline passed.
        """
        request = _Request(self, route, session, path, json, body, headers, before, patience)
        return self.run(judged_as or route, request, session=session, on_lost=on_lost)

    def run(
        self,
        route: Route,
        send: Callable[[Secret | None], Awaitable[Any]],
        *,
        session: Replaceable | None = None,
        on_lost: OnLost = "replace",
    ) -> Coroutine[Any, Any, Any]:
        """Run `send` (one attempt, given the token) under the policy."""
        return _Attempt(self, route, send, session, on_lost).under_policy()

    async def ready(self, route: Route) -> Secret | None:
        """Wait until something may be sent, and give the token to send it with."""
        while (wait := self.throttle.wait) > _SLACK:
            if self.deadline is not None:
                self.deadline.check(wait)
            await self.clock.sleep(wait)
        if self.deadline is None:
            return await self.tokens.token() if route.auth else None
        self.deadline.check()
        async with self.deadline.bound():
            return await self.tokens.token() if route.auth else None

    async def again(self, attempt: _Attempt, first: errors.NemoMusicError, route: Route) -> Any:
        """Attempt it again as the policy says, or raise what went wrong first."""
        if self.policy.rule_for(first, route, {}) is None:
            if not first.attempts:
                first.attempts = (
                    errors.Attempt(
                        route.endpoint,
                        self.clock.time(),
                        status=first.status,
                        error=type(first).__name__,
                    ),
                )
            raise first

        from nemomusic import retry

        return await retry.again(
            attempt.once,
            first,
            route=route,
            policy=self.policy,
            clock=self.clock,
            deadline=self.deadline,
            recover=attempt.recover,
            throttle=(lambda _: None) if route is ANONYMOUS_TOKEN else self.throttle.hold,
        )

    def explain_credits(self, error: errors.OutOfCreditsError) -> None:
        """Say where an anonymous user registers to get more."""
        user = self.tokens.user_id
        if user is not None and user.startswith("anon_"):
            error.registration_url = registration_link(self.transport.settings.web_url, user)
            error.remedy = f"Register to get more and keep your work: {error.registration_url}"


@attrs.define
class _Request:
    """What one attempt of a call sends.

    An object, and not a closure: with hundreds of calls under way, a closure's cells and the
    coroutines in between are a dozen more objects for the garbage collector to look at, each time.
    """

    caller: Caller
    route: Route
    session: Replaceable | None
    path: Mapping[str, str] | None
    json: Any
    body: Callable[[], AsyncGenerator[bytes]] | None
    headers: Mapping[str, str] | None
    before: Callable[[], Awaitable[Any]] | None
    patience: float | None

    def __call__(self, token: Secret | None) -> Awaitable[Any]:
        return self._send(token) if self.before is None else self._look_and_send(token)

    def _send(self, token: Secret | None) -> Awaitable[Any]:
        caller, path, headers = self.caller, self.path, self.headers
        if self.session is not None:
            path = {**(path or {}), "session_id": self.session.id}
        if caller.headers:
            headers = {**caller.headers, **(headers or {})}
        return caller.transport.call(
            self.route,
            token=token,
            path=path,
            json=self.json() if callable(self.json) else self.json,
            body=self.body,
            headers=headers,
            timeout=None if caller.deadline is None else caller.deadline.left,
            patience=self.patience,
        )

    async def _look_and_send(self, token: Secret | None) -> Any:
        try:
            known = None if self.before is None else await self.before()
        except errors.NemoMusicError as error:
            raise Beforehand(error) from None
        return await self._send(token) if known is None else known


class _Attempt:
    """One call, attempted as often as the policy says. Remembers what the last attempt used."""

    __slots__ = ("_asked", "_caller", "_on_lost", "_route", "_send", "_session", "_used")

    def __init__(
        self,
        caller: Caller,
        route: Route,
        send: Callable[[Secret | None], Awaitable[Any]],
        session: Replaceable | None,
        on_lost: OnLost,
    ) -> None:
        self._caller = caller
        self._route = route
        self._send = send
        self._session = session
        self._on_lost: OnLost = on_lost
        self._used: Secret | None = None
        self._asked = ""

    async def under_policy(self) -> Any:
        """Attempt it, and again as the policy says."""
        first: errors.NemoMusicError | None = None
        try:
            try:
                # As in `once`, which would be one more coroutine for each call under way.
                token = await self._ready()
                return await self._send(token)
            except errors.NemoMusicError as error:
                first = self._judged(error)
            return await self._caller.again(self, first, self._route)
        except Beforehand as wrapped:
            inner = wrapped.error
            raise inner from (inner.__cause__ if first is None else first)
        except errors.OutOfCreditsError as error:
            self._caller.explain_credits(error)
            raise

    async def once(self) -> Any:
        """Attempt it once more."""
        token = await self._ready()
        try:
            return await self._send(token)
        except errors.NemoMusicError as error:
            judged = self._judged(error)
            if judged is error:
                raise
            raise judged from error

    async def _ready(self) -> Secret | None:
        try:
            self._used = await self._caller.ready(self._route)
        except errors.NemoMusicError as error:
            raise Beforehand(error) from None
        self._asked = "" if self._session is None else self._session.id
        return self._used

    def _judged(self, error: errors.NemoMusicError) -> errors.NemoMusicError:
        """The error that counts."""
        if isinstance(error, errors.APIError):
            if self._used is not None:  # a service that quotes the token it refuses
                error.message = self._used.hide_in(error.message)
                error.args = (error.message,)
        elif isinstance(error, errors.RequestTimeoutError):
            # Not for a message: whether it was accepted has to be found out, deadline or not.
            deadline = self._caller.deadline
            if deadline is not None and not self._route.spends:
                try:
                    deadline.check()
                except errors.DeadlineExceededError as passed:
                    passed.__context__ = error
                    return passed
        return error

    async def recover(self, rule: Rule, error: errors.NemoMusicError) -> None:
        """Do what the policy asks for before the next attempt."""
        if rule.recovery == "token":
            await self._caller.tokens.refresh(self._used, error)
        elif rule.recovery == "session":
            if self._session is None or self._on_lost == "raise":
                raise error
            await self._session.replace(error, self._asked, silently=self._on_lost == "replace")
