"""Status, request id and headers of the answer that held a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nemomusic.secret import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

_REQUEST_IDS: Final = ("X-Request-Id", "X-Trace-Id", "X-Amzn-RequestId", "CF-Ray")
_KEPT_BACK: Final = frozenset({"set-cookie", "authorization", "proxy-authorization"})
"""Names of headers that may hold a secret."""


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the id by which the service knows a request, to quote to its support, or None.

    Args:
        headers: Headers of the answer. The mapping ignores case.
    """
    for name in _REQUEST_IDS:
        value = headers.get(name)
        if value:
            return redact(value)[:128]
    return None


class ResponseMeta:
    """Status, id and headers of the answer that held a result.

    Args:
        status: HTTP status.
        request_id: The id that was sent, for an answer that names none.
        headers: The headers of the answer.

    Attributes:
        status: HTTP status; None if nothing was sent because the work was done already.
    """

    __slots__ = ("_headers", "_sent_id", "status")
    status: int | None

    def __init__(
        self, status: int | None, request_id: str | None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self._sent_id = request_id
        self._headers: Mapping[str, str] = {} if headers is None else headers

    @property
    def request_id(self) -> str | None:
        """The id of the request, which the service's support can look up.

        It is the service's id, or else the `X-Request-Id` that was sent. None if nothing was sent.
        """
        return request_id(self._headers) or self._sent_id

    @property
    def headers(self) -> dict[str, str]:
        """The headers, with their names in lower case. Cookies are left out."""
        lower = {name.lower(): value for name, value in self._headers.items()}
        return {name: value for name, value in lower.items() if name not in _KEPT_BACK}

    def to_dict(self) -> dict[str, Any]:
        """Return status and request id by name."""
        return {"status": self.status, "request_id": self.request_id}

    def __repr__(self) -> str:
        return f"<ResponseMeta HTTP {self.status}, request {self.request_id}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return ResponseMeta, (self.status, self.request_id, self.headers)
