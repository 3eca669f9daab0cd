"""The embedded backend: the whole contract on a loopback port, with a composer of its own.

Importing this costs little: `aiohttp.web` comes in when a backend is started, PyAV and numpy
only in its worker processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nemomusic.local.backend import LocalBackend
    from nemomusic.local.engines import Engine, EngineFailure, StubEngine
    from nemomusic.local.ledger import Ledger
    from nemomusic.local.limits import Clock, Limits

__all__ = [
    "Clock",
    "Engine",
    "EngineFailure",
    "Ledger",
    "Limits",
    "LocalBackend",
    "StubEngine",
]

_HOMES = {
    "Clock": "limits",
    "Engine": "engines",
    "EngineFailure": "engines",
    "Ledger": "ledger",
    "Limits": "limits",
    "LocalBackend": "backend",
    "StubEngine": "engines",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
