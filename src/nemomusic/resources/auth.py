"""Tokens: supplied, kept from last time, or acquired; and claim links.

What acquiring one needs is imported when it is done: most clients have a token.
"""

from __future__ import annotations

import asyncio
import copy
from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.clock import outlast
from nemomusic.protocol import routes

if TYPE_CHECKING:
    from nemomusic.clock import Clock
    from nemomusic.models.account import ClaimLink, Token
    from nemomusic.protocol.policy import Policy, Rule
    from nemomusic.resources.caller import Caller
    from nemomusic.resources.sessions import Session
    from nemomusic.secret import Secret
    from nemomusic.settings import Settings
    from nemomusic.transport import Transport


class TokenSource:
    """The client's one token, whatever happens to it. Shared by all copies of a client."""

    def __init__(
        self, settings: Settings, transport: Transport, clock: Clock, policy: Policy
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._policy = policy
        self._current: Secret | None = settings.token
        self._supplied = settings.token
        self._expires_at: float | None = None
        self._user_id: str | None = None
        self._client_id: str | None = settings.client_id
        self._acquiring: asyncio.Task[None] | None = None

    @property
    def user_id(self) -> str | None:
        """`anon_…` for an anonymous token; None until the service has said."""
        return self._user_id

    @property
    def anonymous(self) -> bool:
        """Whether the token in use is an anonymous one."""
        return self._current is not None and self._current != self._supplied

    def learn_user(self, user_id: str) -> None:
        """Note whose token it is; answers say so now and then."""
        self._user_id = user_id or self._user_id

    def client_id(self) -> str:
        """The client identifier: `NEMO_CLIENT_ID`, or kept in a file, or made and kept.

        Raises:
            ConfigurationError: the file holds something else.
        """
        if self._client_id is None:
            from nemomusic.resources.identity import keep_client_id, read_client_id

            path = self._settings.client_id_file
            self._client_id = read_client_id(path) or keep_client_id(path)
        return self._client_id

    async def token(self) -> Secret:
        """The token to use now.

        Raises:
            NemoMusicError: there is none, and none could be acquired.
        """
        current = self._current
        if current is not None and (
            self._expires_at is None or self._clock.time() < self._expires_at
        ):
            return current
        await self._single_flight(current)
        if self._current is None:
            raise errors.AuthenticationError("no token could be acquired")
        return self._current

    async def refresh(self, used: Secret | None, error: errors.NemoMusicError) -> None:
        """After a 1001: see that `used` is not used again.

        Raises:
            AuthenticationError: the caller supplied the token, and did not allow another one.
        """
        if self._current != used and self._current is not None:
            return  # somebody else did it meanwhile
        if used is not None and used == self._supplied and not self._settings.allow_anonymous:
            raise error
        await self._single_flight(used)

    async def _single_flight(self, used: Secret | None) -> None:
        """However many ask together, one acquisition; a cancelled asker doesn't end it."""
        task = self._acquiring
        if task is None:
            task = self._acquiring = asyncio.create_task(
                self._acquire(used), name="nemomusic-token"
            )
            task.add_done_callback(self._acquired)
        await asyncio.wait([task])  # which, unlike `await task`, leaves the task alone
        if task.cancelled():
            raise errors.ConnectionLostError("the client was closed while a token was acquired")
        failure = task.exception()
        if isinstance(failure, errors.NemoMusicError):
            raise copy.copy(failure) from failure.__cause__  # one each: many may be told
        if failure is not None:
            raise failure

    def _acquired(self, task: asyncio.Task[None]) -> None:
        self._acquiring = None
        if not task.cancelled():
            task.exception()  # seen by whoever still waits; nobody may be left

    async def _acquire(self, used: Secret | None) -> None:
        from nemomusic.resources.identity import TokenFile

        api_url, client_id = self._settings.api_url, self.client_id()
        file = TokenFile(self._settings.token_file, self._clock)
        async with file.locked():
            kept = file.load(api_url, client_id)
            if kept is None or kept.secret == used:
                file.check()
                kept = await self._request(client_id)
                file.save(api_url, self.client_id(), kept)
        self._current = kept.secret
        self._expires_at = kept.expires_at
        self._user_id = kept.user_id or None

    async def _request(self, client_id: str) -> Token:
        from nemomusic.models.account import Token
        from nemomusic.resources.identity import keep_client_id

        async def once() -> Token:
            data = await self._transport.call(
                routes.ANONYMOUS_TOKEN, headers={"X-Client-Id": self._client_id or client_id}
            )
            return Token.from_json(data)

        async def recover(rule: Rule, error: errors.NemoMusicError) -> None:
            del error
            if rule.recovery == "client_id":
                self._client_id = keep_client_id(self._settings.client_id_file)

        try:
            return await once()
        except errors.NemoMusicError as error:
            first = error
        from nemomusic import retry

        try:
            return await retry.again(
                once,
                first,
                route=routes.ANONYMOUS_TOKEN,
                policy=self._policy,
                clock=self._clock,
                deadline=None,
                recover=recover,
                throttle=lambda _: None,
            )
        except errors.RateLimitedError as error:
            error.message = (
                "no further anonymous token: one per client id per 7 days, ten per address"
            )
            back = "in up to 7 days" if error.retry_after is None else _when(error.retry_after)
            error.remedy = f"Set NEMO_TOKEN to a token of your own, or come back {back}."
            raise

    async def close(self) -> None:
        """End an acquisition that is under way."""
        task = self._acquiring
        if task is not None:
            task.cancel()
            await outlast(task)


def _when(seconds: float) -> str:
    if seconds < 120:
        return f"in {seconds:.0f} seconds"
    if seconds < 2 * 86400:
        return f"in {seconds / 3600:.0f} hours"
    return f"in {seconds / 86400:.0f} days"


class Auth:
    """`client.auth`."""

    def __init__(self, caller: Caller, source: TokenSource) -> None:
        self._caller = caller
        self._source = source

    async def token(self) -> Secret:
        """The bearer token in use, acquired now if there is none.

        `str()` and `repr()` of it show `***`; `.reveal()` tells.

        Raises:
            RateLimitedError: no further anonymous token this week.
            TransportError: the service can't be reached.
        """
        return await self._source.token()

    @property
    def anonymous(self) -> bool:
        """Whether the token in use is an anonymous one."""
        return self._source.anonymous

    @property
    def user_id(self) -> str | None:
        """Whose token it is (`anon_…` for an anonymous one); None until the service has said."""
        return self._source.user_id

    async def claim_link(self, session: Session) -> ClaimLink:
        """A link that a person may open to see this one project; lives 7 days.

        Raises:
            SessionNotFoundError: the session is gone.
            InputError: the session was attached by its id alone, so its task is not known.
        """
        from nemomusic.models.account import ClaimLink, ClaimToken
        from nemomusic.models.convert import structure

        task_id = session.task_id
        if not task_id:
            task_id = (await session.state()).task_id
        if not task_id:
            raise errors.InputError(
                "the task id of this session is not known",
                remedy="Attach it with client.sessions.attach(session_id, task_id=…).",
            )
        data = await self._caller.call(
            routes.CLAIM_TOKEN,
            session=session,
            json=lambda: {"task_id": task_id, "session_id": session.id},
        )
        wire = structure(data, ClaimToken, endpoint=routes.CLAIM_TOKEN.endpoint)
        url = routes.claim_link(self._caller.transport.settings.web_url, wire.claim_token)
        return ClaimLink(url, wire.expires_in)
