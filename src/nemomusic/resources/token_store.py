"""The client id and the anonymous token on disk.

Other NemoVideo tools use the file of the id too. It holds a UUID and no secret (docs/protocol.md).
The file of the token belongs to this SDK, and only its owner can read it. A client id gets one
token per week: a user who loses it has to wait.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
import uuid
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from nemomusic.errors import ConfigurationError
from nemomusic.models.account import Token
from nemomusic.models.values.wire_numbers import as_finite
from nemomusic.runtime.executor import SHARED
from nemomusic.secret import Secret
from nemomusic.settings import UNKNOWN_HOME, known

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from nemomusic.runtime.clock import Clock
    from nemomusic.runtime.executor import Executor

_POLL_SECONDS: Final = 0.05
"""Seconds between two tries to take another process's lock. Acquiring a token takes about a second.
"""

_IDENTIFYING: Final = threading.Lock()
"""Lock for reading or making a client id, so that all clients of a process use the same id."""


def write_complete(path: Path, text: str, *, mode: int) -> None:
    """Write a file so that other processes see the old text or the new text, never a part.

    Raises:
        OSError: The folder can't be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)  # noqa: PTH101 - by name, as mkstemp gave it
        os.replace(name, path)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise


def read_client_id(path: Path) -> str | None:
    """Return the client id that a file holds, or None if there is no file.

    Raises:
        ConfigurationError: The file does not hold a client id.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"the client id in {path} can't be read ({type(error).__name__})",
            remedy="Mend or delete the file, or set NEMO_CLIENT_ID.",
        ) from error
    if not text:
        return None
    if len(text) > 64 or not text.isprintable():
        raise ConfigurationError(
            f"{path} does not hold a client id",
            remedy="Delete the file to have a new one made, or set NEMO_CLIENT_ID.",
        )
    return text


def client_id_in(path: Path) -> str:
    """Return the client id in a file; make one if there is none. Runs in a thread.

    Raises:
        ConfigurationError: The file does not hold a client id.
    """
    with _IDENTIFYING:
        return read_client_id(path) or keep_client_id(path)


def keep_client_id(path: Path) -> str:
    """Make a client id, and save it if the folder can be written to."""
    made = str(uuid.uuid4())
    if path.parts[:1] != UNKNOWN_HOME.parts:
        with suppress(OSError):
            write_complete(path, made + "\n", mode=0o644)
    return made


class TokenFile:
    """Anonymous tokens by base URL and client id, in one JSON file.

    Args:
        path: The file, or None to keep them in memory only.
        clock: Tells the time, for expiry and waiting.
        executor: Threads in which the lock is taken. `load`, `save` and `check` block; run them in
            a thread as well.
    """

    def __init__(self, path: Path | None, clock: Clock, executor: Executor = SHARED) -> None:
        self.path = path
        self._clock = clock
        self._executor = executor

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Hold the lock between processes, so that only one process acquires a token."""
        if self.path is None:
            yield
            return
        from filelock import FileLock, Timeout

        path = known(self.path, "an anonymous token")
        lock = FileLock(f"{path}.lock", mode=0o600, thread_local=False)

        def acquire() -> None:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)

        try:
            while True:
                try:
                    await self._executor.run(acquire)
                    break
                except Timeout:
                    await self._clock.sleep(_POLL_SECONDS)
                except (OSError, NotImplementedError) as error:  # such as ENOLCK, ENOSYS
                    raise self._unwritable(error) from error
            yield
        finally:  # on the loop, since a thread may not be had when the task is canceled
            lock.release()

    def _unwritable(self, error: Exception) -> ConfigurationError:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return ConfigurationError(
            f"anonymous tokens can't be kept in {self.path} ({reason})",
            remedy="Make the folder writable and use a drive with file locks, set NEMO_TOKEN, or "
            "pass settings with another token_file (None keeps the token in memory: the service "
            "gives one token per client id per week).",
        )

    def _all(self) -> dict[str, Any]:
        if self.path is None:
            return {}
        try:
            value = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return value if isinstance(value, dict) else {}

    def load(self, api_url: str, client_id: str) -> Token | None:
        """Return the token of a base URL and client id, or None.

        An expired token is returned too: this machine's clock may be wrong, so only the service
        decides.
        """
        entry = self._all().get(f"{api_url} {client_id}")
        if not isinstance(entry, dict) or not isinstance(entry.get("token"), str):
            return None
        expires = entry.get("expires_at")
        user = entry.get("user_id")
        return Token(
            Secret(entry["token"]),
            user if isinstance(user, str) else "",
            as_finite(expires),
            None,
        )

    def save(self, api_url: str, client_id: str, token: Token) -> None:
        """Save a token, before its first use.

        Raises:
            ConfigurationError: The file can't be written.
        """
        if self.path is None:
            return
        entries = self._all()
        entries[f"{api_url} {client_id}"] = {
            "token": token.secret.reveal(),
            "user_id": token.user_id,
            "expires_at": token.expires_at,
        }
        try:
            write_complete(self.path, json.dumps(entries, indent=1) + "\n", mode=0o600)
        except OSError as error:
            raise self._unwritable(error) from error

    def check(self) -> None:
        """Check that the file can be written, before a token is acquired.

        Raises:
            ConfigurationError: The file can't be written.
        """
        if self.path is None:
            return
        try:
            write_complete(self.path, json.dumps(self._all(), indent=1) + "\n", mode=0o600)
        except OSError as error:
            raise self._unwritable(error) from error
