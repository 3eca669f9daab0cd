"""The request pipeline: a call with token, attribution, policy, deadline and throttle."""

from __future__ import annotations

from enum import Enum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypedDict, TypeVar

import attrs

from nemomusic import errors
from nemomusic.models.values.response_meta import ResponseMeta
from nemomusic.protocol.routes import registration_link
from nemomusic.runtime.executor import Executor
from nemomusic.transport.messages import ApiRequest, Identified, Permit, Response
from nemomusic.transport.prerequisite import PrerequisiteError, prerequisite

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping
    from typing import Unpack

    from nemomusic.protocol.retry_policy import Policy, Rule
    from nemomusic.protocol.routes import Route
    from nemomusic.runtime.clock import Clock, Deadline
    from nemomusic.secret import Secret
    from nemomusic.settings import Settings, Timeouts
    from nemomusic.transport.base import EventStream, OpenFile
    from nemomusic.transport.exchange import Exchange
    from nemomusic.transport.lifetime import Lifetime
    from nemomusic.transport.messages import StreamedBody
    from nemomusic.transport.throttle import Throttle

T = TypeVar("T")


class Tokens(Protocol):
    """The source of tokens, as a call needs it."""

    @property
    def user_id(self) -> str | None:
        """The user of the token, if known."""
        ...

    @property
    def in_hand(self) -> Secret | None:
        """The token to use; None if one has to be acquired first."""
        ...

    async def token(self, by: RequestPipeline) -> Secret:
        """Return the token to use. The options of the pipeline `by` hold for getting one."""
        ...

    async def refresh(
        self, used: Secret | None, error: errors.NemoMusicError, by: RequestPipeline
    ) -> None:
        """Get another token than `used`, or raise."""
        ...


class Replaceable(Identified, Protocol):
    """A session, as a call needs it."""

    async def replace(
        self, error: errors.NemoMusicError, asked: str, policy: SessionPolicy
    ) -> None:
        """Replace the session `asked` by another one, or raise."""
        ...


class SessionPolicy(Enum):
    """How a call treats a session that is not found (1002)."""

    REOPEN = "reopen"
    """Repeat the call in a new session if no work is lost; otherwise raise `SessionLostError`."""
    REPORT = "report"
    """Raise `SessionLostError` in any case. It carries a new session."""
    PROPAGATE = "propagate"
    """Raise the `SessionNotFoundError`, which the caller handles."""


class RequestContent(TypedDict, total=False):
    """What a call sends: the attributes of an `ApiRequest` that the caller chooses."""

    path: Mapping[str, str] | None
    json: Any
    body: StreamedBody | None
    headers: Mapping[str, str] | None
    read_timeout: float | None


@cache
def _repeatable(route: Route) -> Route:
    return route._replace(replayable=True)


def _unless_done(
    already_done: Callable[[], Awaitable[Any]],
    send: Callable[[Permit], Awaitable[Response]],
) -> Callable[[Permit], Awaitable[Response]]:
    """Return a function that sends a request unless an earlier attempt has had its effect."""

    async def send_unless_done(permit: Permit) -> Response:
        known = await prerequisite(already_done())
        return await send(permit) if known is None else Response(known, ResponseMeta(None, None))

    return send_unless_done


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RequestPipeline:
    """Makes calls. It is a frozen value: `attrs.evolve` returns a copy with other options.

    Attributes:
        exchange: Sends one request.
        tokens: The source of tokens.
        policy: What is tried again; None for the default policy.
        throttle: Shared by all pipelines of one client.
        executor: Threads for disks, shared by all pipelines of one client.
        deadline: The latest end of everything, or None.
        headers: Further headers for every API request.
    """

    exchange: Exchange
    tokens: Tokens
    _policy: Policy | None
    throttle: Throttle
    executor: Executor = attrs.field(factory=Executor)
    deadline: Deadline | None = None
    headers: Mapping[str, str] | None = None

    @property
    def policy(self) -> Policy:
        """What is tried again."""
        if self._policy is not None:
            return self._policy
        from nemomusic.protocol.retry_policy import Policy  # calls that succeed need no rules

        return Policy()

    @property
    def settings(self) -> Settings:
        """Addresses, timeouts and limits."""
        return self.exchange.settings

    @property
    def timeouts(self) -> Timeouts:
        """The time limits."""
        return self.exchange.settings.timeouts

    @property
    def clock(self) -> Clock:
        """The time."""
        return self.exchange.clock

    @property
    def lifetime(self) -> Lifetime:
        """The open handles, which are closed with the client."""
        return self.exchange.lifetime

    def request(
        self,
        route: Route,
        *,
        session: Replaceable | None = None,
        on_lost: SessionPolicy = SessionPolicy.REOPEN,
        already_done: Callable[[], Awaitable[Any]] | None = None,
        **content: Unpack[RequestContent],
    ) -> Coroutine[Any, Any, Response]:
        """Call an endpoint and return its answer, to be awaited.

        Args:
            route: The endpoint.
            session: The session that the call is about, or None.
            on_lost: What to do when the session is not found.
            already_done: Awaited before each attempt. It returns the call's data if an earlier
                attempt has had its effect, else None. So the call may be repeated after any fault.
            content: See `RequestContent`.

        Raises:
            APIError: The answer is an error, and no rule of the policy applies (any more).
            TransportError: There was no answer.
            DeadlineExceededError: The deadline passed.
        """
        if self.headers:
            content["headers"] = {**self.headers, **(content.get("headers") or {})}
        send: Callable[[Permit], Awaitable[Response]] = partial(
            self.exchange.request,
            ApiRequest(route, self.deadline, session, **content),
        )
        if already_done is not None:
            route, send = _repeatable(route), _unless_done(already_done, send)
        return _Attempts(self, route, send, session, on_lost).run()

    async def open_stream(self, route: Route, permit: Permit, json: Any) -> EventStream:
        """Send one message, once: one attempt of `run`.

        Raises:
            APIError: The answer was not a stream.
            TransportError: No answer came.
        """
        request = ApiRequest(route, self.deadline, json=json, headers=self.headers)
        return await self.exchange.open_stream(request, permit)

    async def fetch(
        self, route: Route, url: str, permit: Permit, headers: Mapping[str, str]
    ) -> OpenFile:
        """Open a file: one attempt of `run`. With a token, the API's further headers are sent too.

        Raises:
            TransportError: No answer began.
        """
        further = self.headers if permit.token is not None else None
        return await self.exchange.fetch(
            route,
            url,
            permit,
            headers={**(further or {}), **headers},
            timeout=None if self.deadline is None else self.deadline.left,
        )

    def run(
        self,
        route: Route,
        send: Callable[[Permit], Awaitable[T]],
        *,
        session: Replaceable | None = None,
        on_lost: SessionPolicy = SessionPolicy.REOPEN,
    ) -> Coroutine[Any, Any, T]:
        """Run `send`, which makes one attempt, under the policy, to be awaited.

        Args:
            route: The endpoint, for the rules.
            send: Makes one attempt with a permit.
            session: The session that the call is about, or None.
            on_lost: What to do when the session is not found.

        Raises:
            APIError: As `request`.
            TransportError: As `request`.
            DeadlineExceededError: As `request`.
        """
        return _Attempts(self, route, send, session, on_lost).run()

    async def permit(self, route: Route, attempt: int) -> Permit:
        """Wait until a request may be sent, and return its permit.

        Raises:
            NemoMusicError: There is no token.
            DeadlineExceededError: The deadline passed, or the wait would pass it.
        """
        while (wait := self.throttle.wait) > 0:
            if self.deadline is not None:
                self.deadline.check(wait)
            await self.clock.sleep(wait)
        if (gap := self.throttle.claim()) > 0:
            await self.clock.sleep(gap)
        if self.deadline is not None:
            self.deadline.check()
        if not route.auth:
            return Permit(None, attempt)
        return Permit(await self.tokens.token(self), attempt)

    def explain_credits(self, error: errors.OutOfCreditsError) -> None:
        """Add the link with which an anonymous user can register to get more credits."""
        user = self.tokens.user_id
        if user is not None and user.startswith("anon_"):
            error.registration_url = registration_link(self.settings.web_url, user)
            if error.remedy == error.default_remedy:  # an embedded backend sends its own
                error.remedy = f"Register to get more and keep your work: {error.registration_url}"


class _Attempts(Generic[T]):
    """The attempts of one call. They remember the permit of the last attempt."""

    def __init__(
        self,
        pipeline: RequestPipeline,
        route: Route,
        send: Callable[[Permit], Awaitable[T]],
        session: Replaceable | None,
        on_lost: SessionPolicy,
    ) -> None:
        self._route = route
        self._pipeline = pipeline
        self._send = send
        self._session = session
        self._on_lost = on_lost
        self._token: Secret | None = None
        self._session_id = ""

    async def run(self) -> T:
        """Make the first attempt, and further ones as the policy says."""
        first: errors.NemoMusicError | None = None
        try:
            try:
                return await self._begin(1)
            except errors.NemoMusicError as error:
                first = self._judged(error)
            return await self._repeat(first)
        except PrerequisiteError as wrapped:
            inner = wrapped.error
            raise inner from (inner.__cause__ if first is None else first)
        except errors.OutOfCreditsError as error:
            self._pipeline.explain_credits(error)
            raise

    def _begin(self, number: int) -> Awaitable[T]:
        """Begin one attempt. Its errors still have to be judged."""
        pipeline, route = self._pipeline, self._route
        token = pipeline.tokens.in_hand if route.auth else None
        waits = pipeline.deadline is not None or pipeline.throttle.slowed
        if token is None or route.spends or waits:
            return self._begin_when_permitted(number)
        return self._send_with(Permit(token, number))

    async def _begin_when_permitted(self, number: int) -> T:
        permit = await prerequisite(self._pipeline.permit(self._route, number))
        return await self._send_with(permit)

    def _send_with(self, permit: Permit) -> Awaitable[T]:
        self._token = permit.token
        self._session_id = "" if self._session is None else self._session.id
        return self._send(permit)

    async def _repeat(self, first: errors.NemoMusicError) -> T:
        """Repeat the call after a first error as the policy says, or raise the error."""
        pipeline, route = self._pipeline, self._route
        if pipeline.policy.rule_for(first, route, {}) is None:
            if not first.attempts:
                first.attempts = (
                    errors.Attempt(
                        route.endpoint,
                        pipeline.clock.time(),
                        status=first.status,
                        error=type(first).__name__,
                    ),
                )
            raise first

        from nemomusic.transport import (
            retry,
        )  # this imports tenacity, which most clients never need

        return await retry.retry_call(
            self._again,
            first,
            route=route,
            policy=pipeline.policy,
            clock=pipeline.clock,
            deadline=pipeline.deadline,
            recover=self._recover,
            throttle=pipeline.throttle.hold,
        )

    async def _again(self, number: int) -> T:
        """Make a further attempt."""
        try:
            return await self._begin(number)
        except errors.NemoMusicError as error:
            judged = self._judged(error)
            if judged is error:
                raise
            raise judged from error

    def _judged(self, error: errors.NemoMusicError) -> errors.NemoMusicError:
        """Return the error that counts: `DeadlineExceededError` for a timeout at the deadline.

        The service's words lose the token, which a service may quote when it refuses the token.
        """
        if isinstance(error, errors.APIError):
            if self._token is not None:
                error.message = self._token.hide_in(error.message)
                error.args = (error.message,)
            return error
        deadline = self._pipeline.deadline
        # Not for a message: its outcome has to be found out, even after the deadline.
        if (
            isinstance(error, errors.RequestTimeoutError)
            and deadline is not None
            and not self._route.spends
        ):
            try:
                deadline.check()
            except errors.DeadlineExceededError as passed:
                late = errors.DeadlineExceededError(f"{passed.message}: {error.message}")
                late.__cause__ = error
                return late
        return error

    async def _recover(self, rule: Rule, error: errors.NemoMusicError) -> None:
        """Do the recovery of a rule before the next attempt."""
        if rule.recovery == "token":
            await self._pipeline.tokens.refresh(self._token, error, self._pipeline)
        elif rule.recovery == "session":
            if self._session is None:
                raise error
            await self._session.replace(error, self._session_id, self._on_lost)
