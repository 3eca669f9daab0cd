"""Compute how many connections and jobs the limit of open files allows at once.

With too many of them, the operating system refuses a file or a socket in the middle of the work. So
a job waits for its turn before it notes that it is about to send anything.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Final

from nemomusic.errors import ConfigurationError

RESERVED_FILES: Final = 64
"""Descriptors that are reserved for the program, the interpreter, the journal and the embedded
backend.
"""
FILES_PER_JOB: Final = 5
"""Descriptors that one job may hold. They are a connection, its other end if the backend is
embedded, the source, the `.part` file of the result, and a share of the connections for calls.
"""
MAX_CALL_CONNECTIONS: Final = 100
"""Connections that one client may hold for calls. It may hold as many for files."""
MAX_JOBS: Final = 64
"""Jobs that one client may have under way; the others wait. The embedded backend works on 100
messages of a user at once, and the event loop stays quick."""
MIN_OPEN_FILES: Final = 64
"""Open files that a batch needs to begin: two jobs, and what the process itself holds."""
RECOMMENDED_OPEN_FILES: Final = 1024
"""Open files that are enough for every batch."""
ASSUMED_OPEN_FILES: Final = 8192
"""Open files that are assumed as the limit where the system names none."""


def file_limit() -> int:
    """Return how many files this process may have open."""
    if sys.platform != "win32":  # sockets don't count there
        with suppress(ImportError):  # such as on WebAssembly
            import resource

            soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
            if soft != resource.RLIM_INFINITY:
                return soft
    return ASSUMED_OPEN_FILES


def check_file_limit() -> None:
    """Check that the limit of open files is high enough for a batch.

    Raises:
        ConfigurationError: The process may open too few files.
    """
    limit = file_limit()
    if limit < MIN_OPEN_FILES:
        raise ConfigurationError(
            f"this process may open {limit} files, and a batch needs {MIN_OPEN_FILES}",
            remedy=f"Raise the limit, such as with `ulimit -n {RECOMMENDED_OPEN_FILES}`. "
            "Nothing was sent.",
        )


def calls_at_once() -> int:
    """Return how many connections a client may have open for calls."""
    return max(4, min(MAX_CALL_CONNECTIONS, file_limit() // 16))


def conversations_at_once() -> int:
    """Return how many conversations a client may have open."""
    return max(2, (file_limit() - RESERVED_FILES - 2 * calls_at_once()) // FILES_PER_JOB)


def jobs_at_once() -> int:
    """Return how many jobs a client may have under way."""
    return min(MAX_JOBS, conversations_at_once())
