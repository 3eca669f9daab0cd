"""One exchange with the API: send one request, unwrap its answer. No retries."""

from __future__ import annotations

import asyncio
import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from nemomusic import errors, log
from nemomusic.models.values.response_meta import ResponseMeta, request_id
from nemomusic.protocol import envelope
from nemomusic.protocol.json_codec import dumps
from nemomusic.secret import Secret
from nemomusic.transport.base import HttpRequest, HttpResponse, HttpTimeout
from nemomusic.transport.lifetime import NOT_STARTED, OPEN_REMEDY, Lifetime
from nemomusic.transport.messages import Response
from nemomusic.transport.observer import Observer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nemomusic.protocol.routes import Route
    from nemomusic.runtime.clock import Clock
    from nemomusic.settings import Settings
    from nemomusic.transport.base import EventStream, OpenFile, Transport
    from nemomusic.transport.messages import ApiRequest, Permit, StreamedBody

_JSON: Final = "application/json"
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_STREAM_HEADERS: Final = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}


class Exchange:
    """Sends requests to the API, each once. A copy with other settings shares the connections.

    Args:
        transport: The interface to an HTTP library; None until `connect` is called.
        settings: The address, the identity and the limits.
        clock: For the dates of `Retry-After`, and for durations.
        observer: The hooks.
        lifetime: Decides whether anything may be sent; None makes a new one.

    Attributes:
        settings: As passed.
        clock: As passed.
        observer: As passed.
        lifetime: As passed, or the new one.
    """

    settings: Settings
    clock: Clock
    observer: Observer
    lifetime: Lifetime

    def __init__(
        self,
        transport: Transport | None,
        settings: Settings,
        clock: Clock,
        *,
        observer: Observer | None = None,
        lifetime: Lifetime | None = None,
    ) -> None:
        log.enable_from(os.environ)
        self.clock = clock
        self.observer = Observer() if observer is None else observer
        self.lifetime = Lifetime() if lifetime is None else lifetime
        self._token: Secret | None = None
        self._bearer: Secret | None = None
        self.connect(transport, settings)

    def connect(self, transport: Transport | None, settings: Settings) -> None:
        """Use another transport, or the address that has become known."""
        timeouts = settings.timeouts
        self._transport = transport
        self.settings = settings
        self._headers: dict[str, str] = {"Accept": _JSON, **settings.attribution}
        self._timeout = HttpTimeout(timeouts.call, timeouts.connect)

    @property
    def transport(self) -> Transport:
        """The interface to an HTTP library.

        Raises:
            ConfigurationError: There is none yet.
        """
        if self._transport is None:
            raise errors.ConfigurationError(NOT_STARTED, remedy=OPEN_REMEDY)
        return self._transport

    def with_settings(self, settings: Settings) -> Exchange:
        """Return a copy with other settings that shares connections, hooks and lifetime."""
        return Exchange(
            self.transport,
            settings,
            self.clock,
            observer=self.observer,
            lifetime=self.lifetime,
        )

    def url(self, route: Route, path: Mapping[str, str] | None = None) -> str:
        """Return the address of an endpoint, percent-encoded."""
        return self.settings.api_url + (route.path(**path) if path else route.template)

    async def request(self, request: ApiRequest, permit: Permit) -> Response:
        """Send one request and unwrap its answer.

        Raises:
            APIError: The answer is an error, or makes no sense.
            TransportError: No answer came.
            ConfigurationError: The client is closed.
        """
        route = request.route
        sent = self._http_request(request, permit, request.within(self._timeout))
        with _ObservedAttempt(self, route, permit, sent.headers) as attempt:
            if request.body is None:
                answer = await self.transport.request(sent)
            else:
                answer = await self._upload(sent, request.body, request.time_left)
            attempt.status, attempt.headers = answer.status, answer.headers
            data = envelope.unwrap(
                route, answer.status, answer.headers, answer.body, now=self.clock.time()
            )
        return Response(data, ResponseMeta(answer.status, attempt.sent_id, answer.headers))

    async def open_stream(self, request: ApiRequest, permit: Permit) -> EventStream:
        """Send one message, once, and return the open stream.

        The stream must open within `Timeouts.heartbeats`, and before the request's deadline.

        Raises:
            APIError: The answer was not a stream.
            TransportError: No answer came.
            ConfigurationError: The client is closed.
        """
        timeouts = self.settings.timeouts
        patience = timeouts.heartbeats
        if (left := request.time_left) is not None:
            patience = min(patience, left)
        # The reader of the stream has its own limit of silence.
        sent = self._http_request(request, permit, HttpTimeout(connect=timeouts.connect))
        sent.headers = {**sent.headers, **_STREAM_HEADERS}
        sent.max_event_bytes = self.settings.max_event_bytes
        with _ObservedAttempt(self, request.route, permit, sent.headers) as attempt:
            try:
                async with asyncio.timeout(patience):
                    answer = await self.transport.open_stream(sent)
            except TimeoutError as error:
                if isinstance(error, errors.NemoMusicError):
                    raise
                raise errors.RequestTimeoutError("the service did not answer in time") from None
            if isinstance(answer, HttpResponse):
                attempt.status, attempt.headers = answer.status, answer.headers
                raise self._error_in(request.route, answer, "a stream")
            attempt.status, attempt.headers = 200, answer.headers
            answer.request_id = attempt.request_id
            return answer

    async def fetch(
        self,
        route: Route,
        url: str,
        permit: Permit,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> OpenFile:
        """Open a file. Redirects are followed only without a token.

        Args:
            route: The endpoint, for logs and errors.
            url: The address.
            permit: The permit holds a token only if `url` is the API's own.
            headers: Further headers.
            timeout: Seconds for the whole transfer.

        Raises:
            TransportError: No answer began.
            ConfigurationError: The client is closed.
        """
        from nemomusic.transport.timed_file import TimedFile  # most calls fetch no file

        sent = {"Accept-Encoding": "identity", **(headers or {})}
        if permit.token is not None:
            sent = self._api_headers({"Accept": "*/*", **sent})
        timeouts = self.settings.timeouts
        with _ObservedAttempt(self, route, permit, sent) as attempt:
            file = await self.transport.fetch(
                HttpRequest(
                    "GET",
                    url,
                    sent,
                    HttpTimeout(total=timeout, connect=timeouts.connect, read=timeouts.read),
                    authorization=self._authorization(permit.token),
                    follow_redirects=permit.token is None,
                )
            )
            attempt.status, attempt.headers = file.status, file.headers
            return TimedFile(file, self.clock, timeouts.read)

    async def error_of(self, route: Route, file: OpenFile) -> errors.NemoMusicError:
        """Read an answer of the API that came in place of a file, and return its exception."""
        pieces: list[bytes] = []
        size = 0
        while size <= self.settings.max_answer_bytes and (piece := await file.read()):
            pieces.append(piece)
            size += len(piece)
        return self._error_in(
            route, HttpResponse(file.status, file.headers, b"".join(pieces)), "a file"
        )

    def _error_in(self, route: Route, answer: HttpResponse, wanted: str) -> errors.NemoMusicError:
        try:
            envelope.unwrap(
                route, answer.status, answer.headers, answer.body, now=self.clock.time()
            )
        except (errors.APIError, errors.LocalBackendError) as error:
            return error
        return errors.UnexpectedAnswerError(
            f"a plain answer came where {wanted} was expected",
            status=answer.status,
            endpoint=route.endpoint,
            request_id=request_id(answer.headers),
        )

    def _authorization(self, token: Secret | None) -> Secret | None:
        """Return the value of the header `Authorization`, made once for each token."""
        if token is not self._token:
            self._token = token
            self._bearer = None if token is None else Secret(f"Bearer {token.reveal()}")
        return self._bearer

    def _api_headers(self, further: Mapping[str, str] | None) -> dict[str, str]:
        headers = {**self._headers, "X-Request-Id": os.urandom(16).hex()}
        if further:
            headers.update(further)
        return headers

    def _http_request(
        self, request: ApiRequest, permit: Permit, timeout: HttpTimeout
    ) -> HttpRequest:
        """Return a request with its address, headers and JSON.

        Raises:
            InputError: A value can't be written as JSON.
        """
        route, path, json = request.route, request.path, request.json
        if request.session is not None:
            path = {**(path or {}), "session_id": request.session.id}
        headers = self._api_headers(request.headers)
        body = None
        if json is not None:
            body = _written(json() if callable(json) else json)
            headers["Content-Type"] = _JSON
        sent = HttpRequest(route.method, self.url(route, path), headers, timeout)
        sent.authorization = self._authorization(permit.token)
        sent.body = body
        sent.fresh_connection = not (route.replayable or route.method == "GET")
        sent.max_bytes = self.settings.max_answer_bytes
        return sent

    async def _upload(
        self, sent: HttpRequest, body: StreamedBody, time_left: float | None
    ) -> HttpResponse:
        """Send a request with a streamed body. Its time is limited by the lack of progress."""
        from nemomusic.transport.upload_watch import UploadWatch  # most calls upload nothing

        timeouts = self.settings.timeouts
        watch = UploadWatch(body.chunks(), timeouts.upload_stall, timeouts.read)
        sent.headers = {**sent.headers, **body.headers}
        sent.timeout = HttpTimeout(total=time_left, connect=timeouts.connect)
        sent.fresh_connection = True
        async with watch.watching():
            sent.body = watch.chunks()
            return await self.transport.request(sent)


def _written(value: Any) -> bytes:
    """Return a value as JSON.

    Raises:
        InputError: The value can't be written. Nothing was sent.
    """
    try:
        return dumps(value)
    except (TypeError, ValueError) as error:
        raise errors.InputError(
            f"a value can't be written as JSON ({error})",
            remedy="Pass text, numbers, lists and dicts.",
        ) from error


class _ObservedAttempt:
    """One attempt: checks that it is allowed, reports it to the hooks, completes its errors.

    Attributes:
        sent_id: The `X-Request-Id` that is sent.
        status: The HTTP status of the answer, as soon as it is there.
        headers: The headers of the answer.
    """

    __slots__ = ("_began", "_exchange", "_permit", "_route", "headers", "sent_id", "status")
    sent_id: str
    status: int | None
    headers: Mapping[str, str]

    def __init__(
        self, exchange: Exchange, route: Route, permit: Permit, headers: Mapping[str, str]
    ) -> None:
        self._exchange = exchange
        self._route = route
        self._permit = permit
        self._began: float | None = None  # it stays None if nothing takes reports
        self.sent_id = headers.get("X-Request-Id", "")
        self.status = None
        self.headers = _NO_HEADERS

    def __enter__(self) -> Self:
        exchange = self._exchange
        exchange.lifetime.check()
        if exchange.observer.active:
            from nemomusic.transport.request_info import RequestInfo  # most clients have no hook

            self._began = exchange.clock.monotonic()
            exchange.observer.sending(
                RequestInfo(
                    method=self._route.method,
                    route=self._route.template,
                    attempt=self._permit.attempt,
                    request_id=self.sent_id,
                )
            )
        return self

    @property
    def request_id(self) -> str:
        return request_id(self.headers) or self.sent_id

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and isinstance(error, errors.APIError | errors.TransportError):
            error.endpoint = error.endpoint or self._route.endpoint
            error.request_id = error.request_id or self.request_id or None
            self.status = self.status or error.status
        if self._began is not None:
            from nemomusic.transport.request_info import ResponseInfo

            exchange = self._exchange
            exchange.observer.ended(
                ResponseInfo(
                    method=self._route.method,
                    route=self._route.template,
                    attempt=self._permit.attempt,
                    status=self.status,
                    milliseconds=(exchange.clock.monotonic() - self._began) * 1000,
                    request_id=self.request_id,
                    error=None if error is None else type(error).__name__,
                )
            )
