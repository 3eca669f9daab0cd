"""A request to the API and its answer, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nemomusic.models.values.value import ResponseMeta
from nemomusic.protocol import envelope
from nemomusic.secret import Secret

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from nemomusic.protocol.routes import Route


@attrs.define
class Permit:
    """The token and the number of one attempt.

    Attributes:
        token: The bearer token, or None.
        attempt: 1 for the first attempt of a call, 2 for the first retry.
    """

    token: Secret | None = None
    attempt: int = 1

    @property
    def authorization(self) -> Secret | None:
        """The value of the header `Authorization`, or None without a token."""
        return None if self.token is None else Secret(f"Bearer {self.token.reveal()}")


@attrs.frozen
class StreamedBody:
    """A body that is made piece by piece, such as an upload.

    Attributes:
        chunks: Returns the pieces, once for each attempt.
        headers: `Content-Type` and, if it is known, `Content-Length`.
    """

    chunks: Callable[[], AsyncGenerator[bytes]]
    headers: Mapping[str, str]


@attrs.define(kw_only=True)
class ApiRequest:
    """A request to the API, before it has an address and headers.

    Attributes:
        route: The endpoint.
        path: Values for its placeholders.
        json: A value to be sent as JSON, or None.
        body: A body to be streamed, or None.
        headers: Further headers.
        timeout: Seconds for all of it, if shorter than `Timeouts.call`.
        read_timeout: Seconds without a byte of the answer, in place of `Timeouts.call`.
    """

    route: Route
    path: Mapping[str, str] | None = None
    json: Any = attrs.field(default=None, repr=False)
    body: StreamedBody | None = None
    headers: Mapping[str, str] | None = attrs.field(default=None, repr=False)
    timeout: float | None = None
    read_timeout: float | None = None


@attrs.frozen
class Response:
    """The answer to a call.

    Attributes:
        data: The data inside, as JSON.
        status: HTTP status; None if nothing was sent because the work was done already.
        headers: A mapping that ignores the case of its keys.
    """

    data: Any = attrs.field(repr=False)
    status: int | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    _sent_id: str | None = None

    @property
    def meta(self) -> ResponseMeta:
        """Status, request id and headers, for the result that is made of the answer."""
        return ResponseMeta(self.status, self.request_id, self.headers)

    @property
    def request_id(self) -> str | None:
        """The id of the request, to quote to the service's support.

        It is the service's id, or else the `X-Request-Id` that was sent.
        """
        return envelope.request_id(self.headers) or self._sent_id
