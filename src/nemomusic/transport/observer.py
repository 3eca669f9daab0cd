"""Report requests: one line in the log for each, and calls of the application's hooks."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import TYPE_CHECKING, Any, Final, TypeVar

from nemomusic import log
from nemomusic.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.transport.request_info import RequestInfo, ResponseInfo

T = TypeVar("T")

LOG: Final = log.logger("http")


def _checked(hook: Any) -> Any:
    if hook is not None and (not callable(hook) or inspect.iscoroutinefunction(hook)):
        raise ConfigurationError(
            "a hook is a plain function, which is not awaited",
            remedy="Pass a function that returns at once; it may start a task.",
        )
    return hook


class Observer:
    """The hooks that are called for each attempt of each request.

    The first exception of each hook is logged, with its traceback.

    Args:
        on_request: Called before a request is sent.
        on_response: Called after its end, with or without an answer.

    Raises:
        ConfigurationError: A hook is no plain function.
    """

    def __init__(
        self,
        on_request: Callable[[RequestInfo], object] | None = None,
        on_response: Callable[[ResponseInfo], object] | None = None,
    ) -> None:
        self._on_request = _checked(on_request)
        self._on_response = _checked(on_response)
        self._hooked = on_request is not None or on_response is not None
        self._faulty: set[str] = set()

    @property
    def active(self) -> bool:
        """Whether a hook or the log takes reports."""
        return self._hooked or LOG.logger.isEnabledFor(logging.DEBUG)

    def sending(self, info: RequestInfo) -> None:
        """Tell the hook that a request is about to be sent."""
        self._call("on_request", self._on_request, info)

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
        self._call("on_response", self._on_response, info)

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
