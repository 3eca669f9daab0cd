"""Notice gevent and eventlet, which replace the threads of Python by greenlets.

Such a library replaces parts of the standard library when the program asks for it. If the program
replaces some of these parts and keeps others, a real thread may wait for a greenlet, or a greenlet
for a real thread. Such a wait never ends.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

from nemomusic.errors import ConfigurationError

_GEVENT: Final = "gevent"
_PATCHERS: Final = {_GEVENT: "gevent.monkey", "eventlet": "eventlet.patcher"}
"""The module of each library that replaces parts of the standard library."""
_PATCH_CALLS: Final = {_GEVENT: "gevent.monkey.patch_all()", "eventlet": "eventlet.monkey_patch()"}


def green_library() -> str | None:
    """Return the name of the library that has replaced the threads of this process, or None."""
    for library, patcher in _PATCHERS.items():
        if patcher in sys.modules and _replaced(library, "_thread", "start_new_thread"):
            return library
    return None


def check_green_threads() -> None:
    """Raise if a library has replaced threads without their waits, or waits without threads.

    Raises:
        ConfigurationError: Calls of this SDK would never return.
    """
    for library, patcher in _PATCHERS.items():
        if patcher not in sys.modules:
            continue
        threads = _replaced(library, "_thread", "start_new_thread")
        selects = _replaced(library, "select", "select")
        if library == _GEVENT:  # its selectors and its queues don't work in real threads
            consistent = threads == selects == _replaced(library, "queue", "SimpleQueue")
        else:
            consistent = selects or not threads
        if not consistent:
            raise patched_wrongly(
                f"{library} has replaced only a part of Python's threads", library
            )


def patched_wrongly(message: str, library: str) -> ConfigurationError:
    """Return the error for a program that has to replace the threads in another way."""
    return ConfigurationError(
        message,
        remedy=f"Call {_PATCH_CALLS[library]} without arguments, before all other imports.",
    )


def _replaced(library: str, module: str, name: str) -> bool:
    """Return whether a library has replaced an attribute of a module of the standard library."""
    found = getattr(import_module(module), name, None)
    return str(getattr(found, "__module__", "")).partition(".")[0] == library
