"""Say in words that this Python was built without a module of the standard library."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from nemomusic.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPTIONAL: Final = {
    "ssl": "connections to the service",
    "sqlite3": "the journal and the embedded backend",
}
"""Modules that a Python can be built without, and what needs them."""


@contextmanager
def complete_python() -> Iterator[None]:
    """Turn the failed import of such a module into an error that names it.

    Raises:
        ConfigurationError: The module is missing.
    """
    try:
        yield
    except ImportError as error:
        name = (error.name or "").removeprefix("_")
        if name not in _OPTIONAL:
            raise
        raise ConfigurationError(
            f"this Python was built without the module {name}, which {_OPTIONAL[name]} need",
            remedy="Install a complete Python, such as your system's or the one of python.org.",
        ) from error
