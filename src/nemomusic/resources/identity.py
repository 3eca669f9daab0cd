"""The client id and the anonymous token on disk.

The id's file is shared with other NemoVideo tools and holds a UUID and no secret (contract,
section 1). The token's file is our own, readable by its owner only: an anonymous token that isn't
kept locks its user out for a week (design, section 8).
"""

from __future__ import annotations

import json
import os
import tempfile
import uuid
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from nemomusic.errors import ConfigurationError
from nemomusic.models.account import Token
from nemomusic.secret import Secret

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from nemomusic.clock import Clock

_POLL: Final = 0.05
"""Seconds between looks at another process's lock; acquiring a token takes about a second."""


def write_whole(path: Path, text: str, *, mode: int) -> None:
    """Write a file so that others see the old text or the new one, never a part.

    Raises:
        OSError: the folder can't be written to.
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
    """The id that is kept there, or None.

    Raises:
        ConfigurationError: the file holds something else.
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


def keep_client_id(path: Path) -> str:
    """Make an id and keep it; where the folder can't be written to, it lasts for this process."""
    made = str(uuid.uuid4())
    with suppress(OSError):
        write_whole(path, made + "\n", mode=0o644)
    return made


class TokenFile:
    """Anonymous tokens by base URL and client id, in one JSON file.

    Args:
        path: the file, or None to keep them in memory only.
        clock: for expiry and waiting.
    """

    def __init__(self, path: Path | None, clock: Clock) -> None:
        self.path = path
        self._clock = clock

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Hold the lock across processes: of many that lack a token, one acquires it."""
        if self.path is None:
            yield
            return
        from filelock import FileLock, Timeout

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(f"{self.path}.lock", thread_local=False)
        except OSError as error:
            raise self._unwritable(error) from error
        while True:
            try:
                lock.acquire(timeout=0)
                break
            except Timeout:
                await self._clock.sleep(_POLL)
            except OSError as error:
                raise self._unwritable(error) from error
        try:
            yield
        finally:
            lock.release()

    def _unwritable(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(
            f"anonymous tokens can't be kept in {self.path} ({type(error).__name__})",
            remedy="Make the folder writable, set NEMO_TOKEN, or pass settings with another "
            "token_file (None keeps it in memory: one token per client id per week!).",
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
        """The token kept for these, unless it has expired."""
        entry = self._all().get(f"{api_url} {client_id}")
        if not isinstance(entry, dict) or not isinstance(entry.get("token"), str):
            return None
        expires = entry.get("expires_at")
        if isinstance(expires, int | float) and expires <= self._clock.time():
            return None
        user = entry.get("user_id")
        return Token(
            Secret(entry["token"]),
            user if isinstance(user, str) else "",
            expires if isinstance(expires, int | float) else None,
            None,
        )

    def save(self, api_url: str, client_id: str, token: Token) -> None:
        """Keep a token, before its first use.

        Raises:
            ConfigurationError: the file can't be written.
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
            write_whole(self.path, json.dumps(entries, indent=1) + "\n", mode=0o600)
        except OSError as error:
            raise self._unwritable(error) from error

    def check(self) -> None:
        """See that the file can be written, before a token is spent on finding out.

        Raises:
            ConfigurationError: it can't.
        """
        if self.path is None:
            return
        try:
            write_whole(self.path, json.dumps(self._all(), indent=1) + "\n", mode=0o600)
        except OSError as error:
            raise self._unwritable(error) from error
