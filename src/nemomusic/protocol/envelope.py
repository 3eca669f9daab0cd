"""Turn an answer (status, headers, body) into the data inside, or into the right exception."""

from __future__ import annotations

import math
import re
import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from nemomusic import errors
from nemomusic.errors import ErrorCode
from nemomusic.models.values.response_meta import request_id
from nemomusic.models.values.wire_numbers import as_finite
from nemomusic.protocol import routes
from nemomusic.protocol.foreign_answers import (
    BLOCKED_REMEDY,
    CACHE_REMEDY,
    LOGIN_REMEDY,
    LOGIN_REQUIRED,
    REDIRECTS,
    describe_page,
    describe_status,
    is_web_page,
    redirect_target,
)
from nemomusic.protocol.json_codec import loads
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
_SUCCESS: Final = int(ErrorCode.SUCCESS)
_SESSION_ROUTES: Final = (routes.STREAM, routes.STATE, routes.UPLOAD)
_OF_STRANGERS: Final = (errors.InvalidRequestError, errors.NotFoundError)
"""Errors that come from a firewall, a proxy or another server if their answer is not JSON."""
_MAX_MESSAGE_CHARACTERS: Final = 300
"""Number of characters of the service's message that are kept."""


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that `Retry-After` asks for, or None.

    The header holds a number or a date (RFC 9110, 10.2.3). Some servers send a fraction. A date is
    compared with the answer's own `Date`, since this machine's clock may be wrong.

    Args:
        headers: Headers of the answer.
        now: Seconds since the epoch, for an answer without `Date`.
    """
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,20}(?:\.[0-9]+)?", value):
        return float(value)
    when = moment(value)
    if when is None:
        return None
    since = moment(headers.get("Date", ""))
    return max(0.0, when - (now if since is None else since))


def moment(text: str) -> float | None:
    """Return seconds since the epoch for an HTTP date, or None."""
    try:
        when = parsedate_to_datetime(text)
        if when.tzinfo is None:  # asctime's format, or "-0000": UTC is meant
            when = when.replace(tzinfo=UTC)
        return when.timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def in_words(seconds: float) -> str:
    """Return a time to wait in words, such as "20 seconds" or "3 hours"."""
    unit, length = "second", 1.0
    for longer, of_it in (("minute", 60.0), ("hour", 3600.0), ("day", 86400.0)):
        if seconds >= 2 * of_it:
            unit, length = longer, of_it
    number = math.ceil(seconds / length)
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _complaint(item: Mapping[str, Any]) -> str:
    """Return one entry of the `detail` of a 422 as words."""
    where = item.get("loc")
    path = ".".join(map(str, where)) if isinstance(where, list) else str(where or "")
    return f"{path}: {item.get('msg')}"


def _said(body: Mapping[str, Any]) -> str | None:
    """Return the service's message without the prompt, which a 422 repeats under `input`."""
    for key in ("message", "error", "detail", "msg"):
        value = body.get(key)
        if isinstance(value, dict):
            value = value.get("message")
        if isinstance(value, list):
            value = "; ".join(_complaint(item) for item in value if isinstance(item, dict))
        if isinstance(value, str) and value.strip():
            return redact(value.strip())
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
    value = body.get("code")
    if type(value) is int:  # nearly always
        return value
    error = body.get("error")
    if value is None and isinstance(error, dict):
        value = error.get("code")
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch("[0-9]{1,18}", value):
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
        words = (said or "not found").lower()  # the answer to a wrong path, or of a proxy
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
) -> errors.APIError | errors.LocalBackendError:
    """Return the exception for an answer that is known to be an error.

    An embedded backend says why its engine can't start, and whether the reason may be temporary. If
    not, the exception is a `LocalBackendError`, after which no request is repeated.

    Args:
        route: The endpoint.
        status: HTTP status.
        headers: Headers of the answer.
        body: The answer, if it is a JSON object.
        now: Seconds since the epoch, for a `Retry-After` that is a date.
    """
    said = _said(body) if body else None
    code = _code(body) if body else None
    kind = _kind(route, status, code, said)
    data = body.get("data") if body else None
    if not isinstance(data, dict):
        data = None
    remedy = _engine_remedy(data) if status >= 500 else None
    told = _told_remedy(body, data)
    if said and told:
        said = said.removesuffix(told).rstrip() or said
    said = said and said[:_MAX_MESSAGE_CHARACTERS]
    if remedy is not None and status == 500:
        return errors.LocalBackendError(
            said or "the engine can't be started",
            remedy=remedy,
            status=status,
            request_id=request_id(headers),
            endpoint=route.endpoint,
        )
    error = kind(
        said or _default_words(kind, status),
        code=code or None,
        status=status,
        request_id=request_id(headers),
        endpoint=route.endpoint,
        data=_without_tokens(data),
    )
    if isinstance(error, errors.RateLimitedError | errors.ServerError):
        now = time.time() if now is None else now
        wait = retry_after(headers, now)
        if wait is not None:
            error.wait_until(now + wait, wait, in_words(wait))
        error.remedy = remedy or error.remedy
    elif isinstance(error, errors.OutOfCreditsError):
        error.available = as_finite(data.get("available")) if data else None
    elif isinstance(error, errors.UnsupportedFileTypeError):
        from nemomusic.models.file_types import ACCEPTED_REMEDY  # few clients need the table

        error.remedy = ACCEPTED_REMEDY
    if told is not None:
        error.remedy = told
    return error


def _told_remedy(body: Mapping[str, Any] | None, data: Mapping[str, Any] | None) -> str | None:
    """Return the remedy that an embedded backend sends with an error of the caller, or None."""
    own = (data or {}).get("nemomusic") or (body or {}).get("nemomusic")
    remedy = own.get("remedy") if isinstance(own, dict) else None
    return redact(remedy)[:_MAX_MESSAGE_CHARACTERS] if isinstance(remedy, str) and remedy else None


def _engine_remedy(data: Mapping[str, Any] | None) -> str | None:
    """Return the remedy of an embedded backend whose engine can't start, or None."""
    own = data.get("nemomusic") if data else None
    engine = own.get("engine") if isinstance(own, dict) else None
    remedy = engine.get("remedy") if isinstance(engine, dict) else None
    return redact(remedy)[:_MAX_MESSAGE_CHARACTERS] if isinstance(remedy, str) and remedy else None


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
    """Return the data inside an answer.

    Args:
        route: The endpoint that was called.
        status: HTTP status.
        headers: Headers of the answer. The mapping has to ignore case.
        body: The complete body.
        now: Seconds since the epoch, for a `Retry-After` that is a date.

    Raises:
        APIError: The answer is an error, or makes no sense.
        LocalBackendError: The engine of an embedded backend can't be started.
    """
    try:
        raw: Any = loads(body, exact=route.exact) if body else None
    except ValueError:
        raw = None
        if 200 <= status < 300:
            page = is_web_page(headers, body)
            what = f"{describe_page(body)}, not JSON" if page else "not JSON"
            raise _unexpected(route, status, headers, f"the answer is {what}") from None
    if not 200 <= status < 300:
        if 300 <= status < 400 or status == LOGIN_REQUIRED:
            raise _detour(route, status, headers)
        error = failure(route, status, headers, raw if isinstance(raw, dict) else None, now=now)
        if raw is None and is_web_page(headers, body):
            shown = describe_page(body)
            by_service = error.message.startswith("the service ")
            error.message += f", and sent {shown}" if by_service else f"; the answer was {shown}"
            error.args = (error.message,)
        if raw is None and type(error) in _OF_STRANGERS:
            error.remedy = BLOCKED_REMEDY
        raise error
    if not isinstance(raw, dict):
        raise _unexpected(route, status, headers, "the answer is not a JSON object")
    if refused(raw):
        raise failure(route, status, headers, raw, now=now)
    if "data" in raw and ("code" in raw or "success" in raw):
        return raw["data"]
    if route.envelope == "either":
        return raw
    raise _unexpected(route, status, headers, "the answer holds no data")


def _detour(route: Route, status: int, headers: Mapping[str, str]) -> errors.UnexpectedAnswerError:
    """Return the exception for an answer that sends the caller elsewhere, unlike an API."""
    if status in REDIRECTS:
        place = redirect_target(headers)
        to = "" if place is None else f" to {place}"
        return _unexpected(route, status, headers, f"the service redirects{to}, unlike an API")
    if status == LOGIN_REQUIRED:
        portal = _unexpected(route, status, headers, "the network wants a login first")
        portal.remedy = LOGIN_REMEDY
        return portal
    foreign = _unexpected(route, status, headers, describe_status(status))
    foreign.remedy = CACHE_REMEDY if status == 304 else foreign.remedy
    return foreign


def refused(raw: Mapping[str, Any]) -> bool:
    """Return whether a JSON object is an error, in either spelling of the envelope."""
    if raw.get("success") is False:
        return True
    code = _code(raw)
    if code is not None:
        return code != _SUCCESS
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
