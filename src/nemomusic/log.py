"""The loggers of this package. They are quiet until an application or NEMOMUSIC_LOG turns them on.

    nemomusic.http    DEBUG: one line per request. WARNING: each retry, with its rule and wait.
    nemomusic.jobs    the steps of a job
    nemomusic.local   the embedded backend

No line holds a body, a prompt, a token or an address with an id in it.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE: Final = "NEMOMUSIC_LOG"
"""The environment variable that turns the log on."""
LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO}
"""Its values."""


def logger(part: str) -> logging.Logger:
    """Return the logger `nemomusic.<part>`.

    Without a handler, Python would print warnings on standard error. A library leaves that to the
    application, so a handler that does nothing is added.
    """
    found = logging.getLogger(f"nemomusic.{part}")
    if not found.handlers:
        found.addHandler(logging.NullHandler())
    return found


def level_from(environ: Mapping[str, str]) -> int | None:
    """Return the level that NEMOMUSIC_LOG names, or None if it is not set.

    Raises:
        ConfigurationError: The variable holds an unknown value.
    """
    value = environ.get(VARIABLE, "").strip().lower()
    if not value:
        return None
    level = LEVELS.get(value)
    if level is None:
        raise ConfigurationError(
            f"{VARIABLE} is {value!r}", remedy=f"Set it to {' or '.join(LEVELS)}, or unset it."
        )
    return level


def enable_from(environ: Mapping[str, str]) -> None:
    """Turn the log on as NEMOMUSIC_LOG says, once for each value.

    Lines go to standard error, unless the application has set up logging itself.

    Raises:
        ConfigurationError: The variable holds an unknown value.
    """
    level = level_from(environ)
    if level is not None:
        _enable(level)


@cache
def _enable(level: int) -> None:
    package = logging.getLogger("nemomusic")
    package.setLevel(level)
    if not logging.getLogger().handlers and not package.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        package.addHandler(handler)
