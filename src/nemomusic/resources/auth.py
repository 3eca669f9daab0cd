"""Tokens (supplied, kept from an earlier run, or acquired) and claim links.

The modules for acquiring a token are imported only then, since most clients have one.
"""

from __future__ import annotations

import asyncio
import copy
from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.protocol import routes
from nemomusic.runtime.clock import wait_uncancelled

if TYPE_CHECKING:
    from nemomusic.conversation.session_ref import AttachSession, SessionLike
    from nemomusic.models.account import ClaimLink, Token
    from nemomusic.protocol.retry_policy import Rule
    from nemomusic.runtime.clock import Clock, Deadline
    from nemomusic.runtime.executor import Executor
    from nemomusic.secret import Secret
    from nemomusic.settings import Settings
    from nemomusic.transport.lifetime import Lifetime
    from nemomusic.transport.pipeline import RequestPipeline


class TokenSource:
    """Holds the token of a client and replaces it. All copies of the client share the token.

    Args:
        settings: The settings of the client.
        lifetime: Whether the client may be used now.
        clock: Tells the time.
        executor: Threads for the files of the token and of the client id.
    """

    def __init__(
        self,
        settings: Settings,
        lifetime: Lifetime,
        clock: Clock,
        executor: Executor,
    ) -> None:
        self._settings = settings
        self._lifetime = lifetime
        self._clock = clock
        self._executor = executor
        self._current: Secret | None = settings.token
        self._supplied = settings.token
        self._user_id: str | None = None
        self._client_id: str | None = settings.client_id
        self._acquiring: asyncio.Task[None] | None = None
        self._acquired_by: RequestPipeline | None = None
        self._failures: list[tuple[errors.NemoMusicError, errors.Attempt]] = []

    def use(self, settings: Settings) -> None:
        """Use the settings of an embedded backend that was started."""
        self._settings = settings
        self._client_id = settings.client_id or self._client_id
        self._acquiring = None

    @property
    def user_id(self) -> str | None:
        """The owner of the token, such as `anon_…`; None until an answer names the owner."""
        return self._user_id

    @property
    def anonymous(self) -> bool:
        """Whether the token in use is an anonymous one."""
        return self._current is not None and self._current != self._supplied

    def learn_user(self, user_id: str) -> None:
        """Remember the owner of the token. Some answers name the owner."""
        self._user_id = user_id or self._user_id

    async def _identify(self) -> str:
        """Return the client id: from `NEMO_CLIENT_ID`, from its file, or made and kept.

        Raises:
            ConfigurationError: The file does not hold a client id.
        """
        if self._client_id is None:
            from nemomusic.resources.token_store import client_id_in

            self._client_id = await self._executor.run(client_id_in, self._settings.client_id_file)
        return self._client_id

    @property
    def in_hand(self) -> Secret | None:
        """The token to use; None if one has to be acquired first."""
        return self._current  # used until the service refuses it: clocks may be wrong

    async def token(self, by: RequestPipeline) -> Secret:
        """Return the token to use now.

        Args:
            by: The pipeline of the caller. Its options hold for the acquisition of a token.

        Raises:
            NemoMusicError: There is no token, and none could be acquired.
        """
        self._lifetime.check()
        current = self._current
        if current is not None:
            return current
        await self._single_flight(None, by)
        acquired = self._current
        if acquired is None:
            raise errors.AuthenticationError("no token could be acquired")
        return acquired

    async def refresh(
        self, used: Secret | None, error: errors.NemoMusicError, by: RequestPipeline
    ) -> None:
        """Replace the token `used`, which the service refused with 1001.

        Raises:
            AuthenticationError: The caller supplied the token, and did not allow another one.
        """
        if self._current != used and self._current is not None:
            return  # another call replaced it meanwhile
        if used is not None and used == self._supplied and not self._settings.allow_anonymous:
            raise error
        await self._single_flight(used, by)

    async def _single_flight(self, used: Secret | None, by: RequestPipeline) -> None:
        """Acquire one token for all callers that wait. Canceling one caller does not stop this.

        The options of the first caller hold. If that acquisition fails, a caller whose options
        allow further attempts begins another one.
        """
        while True:
            task = self._acquiring
            if task is None:
                self._acquired_by, self._failures = by, []
                task = self._acquiring = asyncio.create_task(
                    self._acquire(used, by), name="nemomusic-token"
                )
                task.add_done_callback(self._acquired)
            own = self._acquired_by is by
            await self._wait_for(task, by.deadline)
            if task.cancelled():
                raise errors.ConnectionLostError("the client was closed while a token was acquired")
            failure = task.exception()
            if failure is None:
                return
            if not isinstance(failure, errors.NemoMusicError):
                raise failure
            if own or by.policy.rule_for(failure, routes.ANONYMOUS_TOKEN, {}) is None:
                raise copy.copy(failure) from failure.__cause__  # a copy for each caller

    async def _wait_for(self, task: asyncio.Task[None], deadline: Deadline | None) -> None:
        """Wait for an acquisition, up to a deadline. The acquisition itself goes on.

        Raises:
            DeadlineExceededError: The deadline has passed. The error has the attempts so far.
        """
        if deadline is None:
            await asyncio.wait([task])  # unlike `await task`, this does not cancel the task
            return
        try:
            async with deadline.bound():
                await asyncio.wait([task])
        except errors.DeadlineExceededError as passed:
            if not self._failures:
                raise
            last = self._failures[-1][0]
            message = f"{passed.message}; before that, no token came: {last.message}"
            late = errors.DeadlineExceededError(message)
            late.attempts = tuple(attempt for _, attempt in self._failures)
            raise late from last

    def _acquired(self, task: asyncio.Task[None]) -> None:
        self._acquiring = None
        if not task.cancelled():
            task.exception()  # the callers that still wait have seen it; there may be none

    async def _acquire(self, used: Secret | None, by: RequestPipeline) -> None:
        from nemomusic.resources.token_store import TokenFile, read_client_id

        run, api_url = self._executor.run, self._settings.api_url
        if self._client_id is None:  # none may be there yet: it is made under the lock
            self._client_id = await run(read_client_id, self._settings.client_id_file)
        file = TokenFile(self._settings.token_file, self._clock, self._executor)
        async with file.locked():
            client_id = await self._identify()
            kept = await run(file.load, api_url, client_id)
            if kept is None or kept.secret == used:
                await run(file.check)
                kept = await self._request(client_id, by)
                client_id = await self._identify()
                try:
                    await run(file.save, api_url, client_id, kept)
                except asyncio.CancelledError:  # a token that is lost locks its user out for a week
                    file.save(api_url, client_id, kept)
                    raise
        self._current = kept.secret
        self._user_id = kept.user_id or None

    async def _request(self, client_id: str, by: RequestPipeline) -> Token:
        from nemomusic.models.account import Token
        from nemomusic.protocol.envelope import moment
        from nemomusic.resources.token_store import keep_client_id
        from nemomusic.transport.messages import ApiRequest, Permit

        async def once(attempt: int) -> Token:
            request = ApiRequest(
                routes.ANONYMOUS_TOKEN, headers={"X-Client-Id": self._client_id or client_id}
            )
            try:
                answer = await by.exchange.request(request, Permit(None, attempt))
            except errors.NemoMusicError as error:
                what, name = routes.ANONYMOUS_TOKEN.endpoint, type(error).__name__
                tried = errors.Attempt(what, self._clock.time(), status=error.status, error=name)
                self._failures.append((error, tried))
                raise
            sent_at = moment(answer.meta.headers.get("date", ""))
            return Token.from_json(answer.data).by_clock(self._clock.time(), sent_at)

        async def recover(rule: Rule, error: errors.NemoMusicError) -> None:
            del error
            if rule.recovery == "client_id":
                path = self._settings.client_id_file
                self._client_id = await self._executor.run(keep_client_id, path)

        try:
            return await once(1)
        except errors.NemoMusicError as error:
            first = error
        from nemomusic.transport import retry

        try:
            return await retry.retry_call(
                once,
                first,
                route=routes.ANONYMOUS_TOKEN,
                policy=by.policy,
                clock=self._clock,
                deadline=None,
                recover=recover,
                throttle=lambda _: None,
            )
        except errors.RateLimitedError as error:
            from nemomusic.protocol.envelope import in_words

            error.message = (
                "no further anonymous token: one per client id per 7 days, ten per address"
            )
            wait = error.retry_after
            back = "in up to 7 days" if wait is None else f"in {in_words(wait)}"
            error.remedy = f"Set NEMO_TOKEN to a token of your own, or come back {back}."
            raise

    async def close(self) -> None:
        """Cancel an acquisition that is under way."""
        task = self._acquiring
        if task is not None:
            task.cancel()
            await wait_uncancelled(task)


class Auth:
    """`client.auth`."""

    def __init__(
        self, pipeline: RequestPipeline, source: TokenSource, attach: AttachSession
    ) -> None:
        self._pipeline = pipeline
        self._source = source
        self._attach = attach

    async def token(self) -> Secret:
        """Return the bearer token in use; acquire one if there is none.

        `str()` and `repr()` of the result show `***`. Its method `reveal()` returns the token.

        Raises:
            RateLimitedError: The service gives no further anonymous token in these 7 days.
            TransportError: The service can't be reached.
            DeadlineExceededError: The deadline of `with_options` passed.
        """
        return await self._source.token(self._pipeline)

    @property
    def anonymous(self) -> bool:
        """Whether the token in use is an anonymous one."""
        return self._source.anonymous

    @property
    def user_id(self) -> str | None:
        """The owner of the token, such as `anon_…`; None until an answer names the owner."""
        return self._source.user_id

    async def claim_link(self, session: SessionLike) -> ClaimLink:
        """Return a link that a person can open to see this project. The link works for 7 days.

        Raises:
            SessionNotFoundError: The session is gone.
            InputError: The session was attached by its id alone, so its task is not known.
        """
        from nemomusic.conversation.readings import read_state
        from nemomusic.models.account import ClaimLink, ClaimToken
        from nemomusic.models.values.convert import structure
        from nemomusic.transport.pipeline import SessionPolicy

        ref = self._attach(session)
        task_id = ref.task_id
        if not task_id:
            task_id = (await read_state(self._pipeline, ref, SessionPolicy.REPORT)).task_id
        if not task_id:
            raise errors.InputError(
                "the task id of this session is not known",
                remedy="Attach it with client.sessions.attach(session_id, task_id=…).",
            )
        answer = await self._pipeline.request(
            routes.CLAIM_TOKEN,
            session=ref,
            json=lambda: {"task_id": task_id, "session_id": ref.id},
        )
        wire = structure(answer.data, ClaimToken, endpoint=routes.CLAIM_TOKEN.endpoint)
        url = routes.claim_link(self._pipeline.settings.web_url, wire.claim_token)
        return ClaimLink(url, wire.expires_in, response=answer.meta)
