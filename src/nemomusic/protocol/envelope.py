"""(status, headers, body) to the data inside, or to the right exception."""

from __future__ import annotations

import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from nemomusic import errors
from nemomusic.errors import ErrorCode
from nemomusic.protocol import routes
from nemomusic.protocol.jsontext import loads
from nemomusic.secret import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nemomusic.protocol.routes import Route

_BY_CODE: Final[Mapping[int, type[errors.APIError]]] = {
    ErrorCode.TOKEN_INVALID: errors.AuthenticationError,
    ErrorCode.SESSION_NOT_FOUND: errors.SessionNotFoundError,
    ErrorCode.OUT_OF_CREDITS: errors.OutOfCreditsError,
    ErrorCode.UNSUPPORTED_FILE_TYPE: errors.UnsupportedFileTypeError,
    ErrorCode.FILE_TOO_LARGE: errors.FileTooLargeError,
    ErrorCode.PLAN_REQUIRED: errors.PlanRequiredError,
    ErrorCode.RATE_LIMITED: errors.RateLimitedError,
    401: errors.AuthenticationError,
}
_SESSION_ROUTES: Final = (routes.STREAM, routes.STATE, routes.UPLOAD)
_REQUEST_IDS: Final = ("X-Request-Id", "X-Trace-Id", "X-Amzn-RequestId", "CF-Ray")
_LONGEST: Final = 300
"""Characters of a service's own message that are kept."""


def request_id(headers: Mapping[str, str]) -> str | None:
    """The id that names this request to the service's support, if the answer holds one."""
    for name in _REQUEST_IDS:
        value = headers.get(name)
        if value:
            return redact(value)[:128]
    return None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that `Retry-After` asks for (a number or a date; RFC 9110, 10.2.3), or None.

    Args:
        headers: of the answer.
        now: seconds since the epoch.
    """
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:  # asctime's format, or "-0000": UTC is meant
        when = when.replace(tzinfo=UTC)
    return max(0.0, when.timestamp() - now)


def _said(body: Mapping[str, Any]) -> str | None:
    """The service's own words, never the caller's: a 422 echoes the prompt under `input`."""
    for key in ("message", "error", "detail", "msg"):
        value = body.get(key)
        if isinstance(value, dict):
            value = value.get("message")
        if isinstance(value, list):
            found = (
                f"{'.'.join(map(str, item.get('loc', ())))}: {item.get('msg')}"
                for item in value
                if isinstance(item, dict)
            )
            value = "; ".join(found)
        if isinstance(value, str) and value.strip():
            return redact(value.strip())[:_LONGEST]
    return None


def _without_tokens(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _without_tokens(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_tokens(inner) for inner in value]
    return value


def _code(body: Mapping[str, Any]) -> int | None:
    error = body.get("error")
    value = body.get("code")
    if value is None and isinstance(error, dict):
        value = error.get("code")
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return None


def _kind(route: Route, status: int, code: int | None, said: str | None) -> type[errors.APIError]:
    if code == ErrorCode.CLIENT_ID_MISSING or (status == 400 and not code):
        if route is routes.ANONYMOUS_TOKEN:
            return errors.ClientIdError
        return errors.InvalidRequestError
    if code and code in _BY_CODE:
        return _BY_CODE[code]
    by_status = code if code and 400 <= code < 600 and status < 400 else status
    if by_status in (401, 402, 429):
        return _BY_CODE[by_status]
    if by_status == 404:
        words = (said or "not found").lower()  # which is what a wrong path or a proxy says
        lost = words.startswith("session not found") or (
            route in _SESSION_ROUTES and words != "not found"
        )
        return errors.SessionNotFoundError if lost else errors.NotFoundError
    if by_status == 413 and route is routes.UPLOAD:
        return errors.FileTooLargeError
    if by_status == 415 and route is routes.UPLOAD:
        return errors.UnsupportedFileTypeError
    if by_status >= 500:
        return errors.ServerError
    return errors.InvalidRequestError


def failure(
    route: Route,
    status: int,
    headers: Mapping[str, str],
    body: Mapping[str, Any] | None,
    *,
    now: float | None = None,
) -> errors.APIError:
    """The exception for an answer that is known to be an error."""
    said = _said(body) if body else None
    code = _code(body) if body else None
    kind = _kind(route, status, code, said)
    details: dict[str, Any] = {}
    if kind is errors.RateLimitedError:
        now = time.time() if now is None else now
        wait = retry_after(headers, now)
        details = {"retry_after": wait, "retry_at": None if wait is None else now + wait}
    if body and isinstance(body.get("data"), dict):
        details["data"] = _without_tokens(body["data"])
    if kind is errors.OutOfCreditsError and body and isinstance(body.get("data"), dict):
        available = body["data"].get("available")
        details["available"] = available if isinstance(available, int | float) else None
    return kind(
        said or _default_words(kind, status),
        code=code or None,
        status=status,
        request_id=request_id(headers),
        endpoint=route.endpoint,
        **details,
    )


def _default_words(kind: type[errors.APIError], status: int) -> str:
    words: Mapping[type[errors.APIError], str] = {
        errors.AuthenticationError: "the token is expired or invalid",
        errors.SessionNotFoundError: "the session was not found",
        errors.OutOfCreditsError: "no credits left",
        errors.UnsupportedFileTypeError: "this file type is not supported",
        errors.FileTooLargeError: "the file is too large",
        errors.ClientIdError: "the X-Client-Id header is missing",
        errors.PlanRequiredError: "export is blocked on the free plan",
        errors.RateLimitedError: "too many requests",
        errors.ServerError: "the service failed",
    }
    return words.get(kind, f"the service answered {status}")


def unwrap(
    route: Route, status: int, headers: Mapping[str, str], body: bytes, *, now: float | None = None
) -> Any:
    """The data inside an answer.

    Args:
        route: what was asked.
        status: HTTP status.
        headers: of the answer; looked up case-insensitively by the mapping given.
        body: the whole body.
        now: seconds since the epoch, for a `Retry-After` that is a date.

    Raises:
        APIError: the answer is an error, or makes no sense.
    """
    try:
        raw: Any = loads(body) if body else None
    except ValueError:
        raw = None
        if 200 <= status < 300:
            raise _unexpected(route, status, headers, "the answer is not JSON") from None
    if 300 <= status < 400:
        raise _unexpected(route, status, headers, "the service redirects, which an API should not")
    if not 200 <= status < 300:
        raise failure(route, status, headers, raw if isinstance(raw, dict) else None, now=now)
    if not isinstance(raw, dict):
        raise _unexpected(route, status, headers, "the answer is not a JSON object")
    if refused(raw):
        raise failure(route, status, headers, raw, now=now)
    if "data" in raw and ("code" in raw or "success" in raw):
        return raw["data"]
    if route.envelope == "either":
        return raw
    raise _unexpected(route, status, headers, "the answer holds no data")


def refused(raw: Mapping[str, Any]) -> bool:
    """Whether a JSON object says that it is an error, in either spelling of the envelope."""
    if raw.get("success") is False:
        return True
    code = _code(raw)
    if code is not None:
        return code != ErrorCode.SUCCESS
    return "data" not in raw and "status" not in raw and bool(raw.get("error") or raw.get("detail"))


def _unexpected(
    route: Route, status: int, headers: Mapping[str, str], message: str
) -> errors.UnexpectedAnswerError:
    kind = headers.get("Content-Type", "")
    return errors.UnexpectedAnswerError(
        f"{message} ({redact(kind)[:80]})" if kind and "json" not in kind else message,
        status=status,
        request_id=request_id(headers),
        endpoint=route.endpoint,
    )
