"""Report requests: one line in the log for each, and calls of the application's hooks."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from nemomusic import log
from nemomusic.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

LOG: Final = log.logger("http")


@attrs.frozen(kw_only=True)
class RequestInfo:
    """A request that is about to be sent. It holds no header, no body and no id of a session.

    Attributes:
        method: HTTP method.
        route: The path with its placeholders, such as
            `/api/state/nemo_agent/me/{session_id}/latest`.
        attempt: 1 for the first attempt of a call, 2 for the first retry.
        request_id: The `X-Request-Id` that is sent.
    """

    method: str
    route: str
    attempt: int
    request_id: str


@attrs.frozen(kw_only=True)
class ResponseInfo:
    """The end of a request, with or without an answer. For a stream or a file it is the beginning.

    Attributes:
        method: HTTP method.
        route: The path with its placeholders.
        attempt: 1 for the first attempt of a call, 2 for the first retry.
        status: HTTP status, or None when no answer came.
        milliseconds: The time from sending to the end of the answer; for a stream or a file to its
            beginning.
        request_id: The id of the request, to quote to the service's support: the service's id, or
            else the `X-Request-Id` that was sent.
        error: The class name of the exception that the answer became, or None.
    """

    method: str
    route: str
    attempt: int
    status: int | None
    milliseconds: float
    request_id: str
    error: str | None = None


def _checked(hook: Any) -> Any:
    if hook is not None and (not callable(hook) or inspect.iscoroutinefunction(hook)):
        raise ConfigurationError(
            "a hook is a plain function, which is not awaited",
            remedy="Pass a function that returns at once; it may start a task.",
        )
    return hook


@attrs.frozen
class Observer:
    """The hooks that are called for each attempt of each request.

    The first exception of each hook is logged, with its traceback.

    Attributes:
        on_request: Called before a request is sent.
        on_response: Called after its end, with or without an answer.
    """

    on_request: Callable[[RequestInfo], object] | None = attrs.field(
        default=None, converter=_checked
    )
    on_response: Callable[[ResponseInfo], object] | None = attrs.field(
        default=None, converter=_checked
    )
    _hooked: bool = attrs.field(init=False, eq=False, repr=False)
    _faulty: set[str] = attrs.field(factory=set, init=False, eq=False, repr=False)

    @_hooked.default
    def _has_hook(self) -> bool:
        return self.on_request is not None or self.on_response is not None

    @property
    def active(self) -> bool:
        """Whether a hook or the log takes reports."""
        return self._hooked or LOG.logger.isEnabledFor(logging.DEBUG)

    def sending(self, info: RequestInfo) -> None:
        """Tell the hook that a request is about to be sent."""
        self._call("on_request", self.on_request, info)

    def ended(self, info: ResponseInfo) -> None:
        """Log the end of a request, and tell the hook."""
        LOG.debug(
            "%s %s -> %s in %.0f ms (attempt %d, request %s)",
            info.method,
            info.route,
            info.error if info.status is None else info.status,
            info.milliseconds,
            info.attempt,
            info.request_id,
        )
        self._call("on_response", self.on_response, info)

    def _call(self, name: str, hook: Callable[[T], object] | None, info: T) -> None:
        if hook is None:
            return
        try:
            result = hook(info)
        except (Exception, asyncio.CancelledError):  # noqa: BLE001 - it must not end a paid request
            self._warn(name, hook, "raised", trace=True)
            return
        if inspect.iscoroutine(result):
            result.close()
            fault = "returned a coroutine, which is not awaited: pass a plain function"
            self._warn(name, hook, fault, trace=False)

    def _warn(self, name: str, hook: Callable[..., object], fault: str, *, trace: bool) -> None:
        if name in self._faulty:
            return
        self._faulty.add(name)
        LOG.warning(
            "the hook %s (%s) %s; it is called again, and its next faults are not logged",
            name,
            getattr(hook, "__qualname__", type(hook).__name__),
            fault,
            exc_info=trace,
        )
