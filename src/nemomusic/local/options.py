"""The options of an embedded backend that most programs do not need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs
from attrs import validators

from nemomusic.errors import ConfigurationError
from nemomusic.local.limits import Limits
from nemomusic.network import is_loopback
from nemomusic.runtime.clock import Clock, SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aiohttp.typedefs import Middleware

Dialect = Literal["adk", "gateway"]
Envelope = Literal["code", "success"]
OnHangup = Literal["continue", "abort"]


def _one_of(*allowed: str) -> Callable[[Any, attrs.Attribute[Any], Any], None]:
    def check(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if value not in allowed:
            raise ConfigurationError(
                f"{attribute.name} is {value!r}",
                remedy=f"Use one of: {', '.join(map(repr, allowed))}.",
            )

    return check


def _loopback(_: Any, __: attrs.Attribute[str], host: str) -> None:
    if not is_loopback(host):
        raise ConfigurationError(
            f"{host} is not a loopback address",
            remedy="The embedded backend serves this machine only: use 127.0.0.1.",
        )


def _port(_: Any, __: attrs.Attribute[int], port: int) -> None:
    if not isinstance(port, int) or not 0 <= port <= 65535:
        raise ConfigurationError(
            f"{port!r} is not a port", remedy="Use a number from 0 to 65535; 0 means any free port."
        )


def _workers(_: Any, __: attrs.Attribute[int | None], workers: int | None) -> None:
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise ConfigurationError(
            f"{workers!r} workers can't do any work", remedy="Use 1 or more, or None."
        )


def _middlewares(given: Iterable[Middleware]) -> tuple[Middleware, ...]:
    return tuple(given)


@attrs.frozen(kw_only=True)
class LocalOptions:
    """Options of a `LocalBackend`, for `LocalBackend(options=…)` and `Client.local(options=…)`.

    Attributes:
        host: A loopback address.
        port: 0 means any free port. A backend with a folder uses its last port again if it is free.
        dialect: The form of the stream's events: `adk` or `gateway`.
        envelope: The form of JSON answers: `code` or `success`.
        on_hangup: What happens to a message when the client closes its connection: `continue`
            finishes the message, `abort` stops it.
        python: The interpreter of the engine's processes, with nemomusic and its extra `local`
            installed. None means the one that `NEMOMUSIC_PYTHON` names, or else the one that runs
            this program. A frozen program has to name one.
        workers: The number of processes for the heavy work. None means one per processor, four at
            most.
        silent_edits: Whether edits end without text, as about 30 % do in the service.
        allow_partial: Whether a truncated file is used as far as possible, with a warning in the
            result.
        allow_private_urls: Whether uploads by address may come from this machine and its network.
        clock: Tells the time.
        limits: Prices, sizes, times and quotas. None means the limits of the mode. Prices count
            only with `faithful=True`.
        middlewares: aiohttp middlewares that see every request. The first one is the outermost.

    Raises:
        ConfigurationError: A value can't be used.
    """

    host: str = attrs.field(default="127.0.0.1", validator=_loopback)
    port: int = attrs.field(default=0, validator=_port)
    dialect: Dialect = attrs.field(default="adk", validator=_one_of("adk", "gateway"))
    envelope: Envelope = attrs.field(default="code", validator=_one_of("code", "success"))
    on_hangup: OnHangup = attrs.field(default="continue", validator=_one_of("continue", "abort"))
    python: str | None = None
    workers: int | None = attrs.field(default=None, validator=_workers)
    silent_edits: bool = False
    allow_partial: bool = False
    allow_private_urls: bool = False
    clock: Clock = attrs.field(factory=SystemClock)
    limits: Limits | None = attrs.field(
        default=None, validator=validators.optional(validators.instance_of(Limits))
    )
    middlewares: tuple[Middleware, ...] = attrs.field(default=(), converter=_middlewares)
