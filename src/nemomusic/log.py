"""The loggers of this package. They are quiet until an application or NEMOMUSIC_LOG turns them on.

    nemomusic.http    DEBUG: one line per request. WARNING: each retry, with its rule and wait.
    nemomusic.jobs    the steps of a job
    nemomusic.local   the embedded backend

No line holds a body, a prompt, a token or an address with an id in it. A handler or a filter of the
application that raises does not end the work: its error is printed, as `logging` prints the errors
of its own handlers.
"""

from __future__ import annotations

import logging
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from nemomusic.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE: Final = "NEMOMUSIC_LOG"
"""The environment variable that turns the log on."""
LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO}
"""The levels that the variable can name."""


class GuardedLogger(logging.LoggerAdapter[logging.Logger]):
    """Writes lines. An error in the application's handlers or filters does not reach the caller."""

    def __init__(self, inner: logging.Logger) -> None:
        super().__init__(inner, {})

    def debug(self, msg: object, *args: Any, **kwargs: Any) -> None:
        """Write a line of the level DEBUG. Most programs have turned it off, so it is quick."""
        if self.logger.isEnabledFor(logging.DEBUG):
            self._write(logging.DEBUG, msg, args, kwargs)

    def log(self, level: int, msg: object, *args: Any, **kwargs: Any) -> None:
        """Write a line. All other methods call this one."""
        if self.logger.isEnabledFor(level):
            self._write(level, msg, args, kwargs)

    def _write(
        self, level: int, msg: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 2  # the line names the caller
        try:
            self.logger.log(level, msg, *args, **kwargs)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # noqa: BLE001 - the application's code; the work may be paid for
            _print_error()


def _print_error() -> None:
    """Print the current exception, as `logging.Handler.handleError` does."""
    if not logging.raiseExceptions or sys.stderr is None:  # windowed programs have no stderr
        return
    import traceback

    try:
        sys.stderr.write("--- Logging error ---\n")
        traceback.print_exc(file=sys.stderr)
    except Exception:  # noqa: BLE001, S110 - stderr is closed, and there is no other place
        pass


def logger(part: str) -> GuardedLogger:
    """Return the logger `nemomusic.<part>`.

    Without a handler, Python would print warnings on standard error. A library leaves that to the
    application, so a handler that does nothing is added.
    """
    found = logging.getLogger(f"nemomusic.{part}")
    if not found.handlers:
        found.addHandler(logging.NullHandler())
    return GuardedLogger(found)


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
