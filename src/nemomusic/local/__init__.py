"""The embedded backend: the whole protocol on a loopback port, with a composer of its own.

Importing this is cheap. `aiohttp.web` is imported when a backend is started, PyAV and numpy only in
its worker processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nemomusic.local.backend import LocalBackend
    from nemomusic.local.cluster.dask_engine import DaskEngine
    from nemomusic.local.limits import Limits
    from nemomusic.local.options import LocalOptions
    from nemomusic.local.storage.ledger import Ledger
    from nemomusic.local.workers.engine import Engine, EngineError
    from nemomusic.local.workers.stub import StubEngine

__all__ = [
    "DaskEngine",
    "Engine",
    "EngineError",
    "Ledger",
    "Limits",
    "LocalBackend",
    "LocalOptions",
    "StubEngine",
]

_HOMES = {
    "DaskEngine": "cluster.dask_engine",
    "Engine": "workers.engine",
    "EngineError": "workers.engine",
    "Ledger": "storage.ledger",
    "Limits": "limits",
    "LocalBackend": "backend",
    "LocalOptions": "options",
    "StubEngine": "workers.stub",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        from nemomusic._annotations import prepare
        from nemomusic.runtime.python_modules import complete_python

        with complete_python():
            value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        prepare(value)
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
