"""Write uploaded files to the disk: named, counted, hashed, never completely in memory."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.engine.errors import MediaError
from nemomusic.errors import ErrorCode
from nemomusic.local.display_names import display_names
from nemomusic.local.http.responses import ApiError
from nemomusic.local.private_files import create
from nemomusic.local.storage.drafts import OWN_KEY
from nemomusic.local.workers.engine import EngineError, EngineStartError
from nemomusic.models.file_types import ACCEPTED_TYPES, BY_EXTENSION, EMBEDDED_EXTENSIONS
from nemomusic.runtime.clock import wait_done, wait_uncancelled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import TracebackType
    from typing import IO, Self

    from nemomusic.engine.types import Probe
    from nemomusic.local.service import Service
    from nemomusic.local.workers.engine import Engine

KINDS: Final[dict[str, frozenset[str]]] = {
    **{f".{extension}": frozenset({one.kind}) for extension, one in BY_EXTENSION.items()},
    **dict.fromkeys((".gif", ".webp", ".png"), frozenset({"image", "video"})),  # or animated
}
"""The kinds of media that a file of each accepted type may hold."""
_BLOCK: Final = 2**20
_LESS: Final = "Compress or trim it."


def unsupported(name: str, why: str, remedy: str | None) -> ApiError:
    """Return the error 4001, with the reason."""
    return ApiError(ErrorCode.UNSUPPORTED_FILE_TYPE, f"{name}: {why}", remedy=remedy)


def too_much(name: str, what: str, most: str) -> ApiError:
    """Return the error 4002, with the limit."""
    return ApiError(ErrorCode.FILE_TOO_LARGE, f"{name} {what}: at most {most}", remedy=_LESS)


def plain_name(raw: str | None) -> str:
    """Return the last part of a file name, in a form for people and for URLs."""
    name = PurePosixPath((raw or "").replace("\\", "/")).name
    name = "".join(sign for sign in name if sign.isprintable()).strip()
    if name.startswith(".") and name.count(".") == 1:  # nothing but a suffix is left
        name = f"upload{name}"
    return name[-200:] or "upload"


def accepted_suffix(name: str, *, faithful: bool) -> str:
    """Return the file's type by its name.

    Args:
        name: The file's name.
        faithful: Whether only the types are accepted that the service accepts.

    Raises:
        ApiError: 4001, the type is not accepted.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS or (faithful and BY_EXTENSION[suffix[1:]].embedded_only):
        more = "" if faithful else f"; as videos also {EMBEDDED_EXTENSIONS}"
        raise unsupported(
            name,
            f"unsupported file type; accepted: {ACCEPTED_TYPES}{more}",
            "Convert it to one of these types.",
        )
    return suffix


@attrs.frozen
class Received:
    """A file that has arrived completely, still in the folder for unfinished files."""

    name: str
    suffix: str
    path: Path
    hash: str
    size: int


class Incoming:
    """The files of one request. Files that are not kept at the end of the request are deleted."""

    def __init__(self, service: Service) -> None:
        self._folder = service.folder / "tmp"
        self._files = service.folder / "files"
        self._limit = service.limits.upload_bytes
        self._faithful = service.faithful
        self._threads = service.threads
        self._mine: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for path in self._mine:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    async def receive(self, name: str, pieces: AsyncIterator[bytes]) -> Received:
        """Write one file, and read the next piece while the disk works.

        Raises:
            ApiError: 4001 by the name, 4002 as soon as the file is too long.
        """
        suffix = accepted_suffix(name, faithful=self._faithful)
        path = self._folder / f"{secrets.token_hex(8)}{suffix}"
        self._mine.append(path)
        digest, size, block = hashlib.sha256(), 0, bytearray()
        writing: asyncio.Future[None] | None = None
        loop = asyncio.get_running_loop()

        def write(target: IO[bytes], data: bytearray) -> None:
            digest.update(data)
            target.write(data)

        with create(path) as target:
            try:
                async for piece in pieces:
                    size += len(piece)
                    if size > self._limit:
                        raise ApiError(
                            ErrorCode.FILE_TOO_LARGE,
                            f"{name}: over {self._limit // 2**20} MB",
                            remedy=_LESS,
                        )
                    block += piece
                    if len(block) >= _BLOCK:
                        if writing is not None:
                            await wait_done(writing)
                            writing.result()
                        writing = loop.run_in_executor(self._threads, write, target, block)
                        block = bytearray()
                if writing is not None:
                    await wait_done(writing)
                    writing.result()
                writing = loop.run_in_executor(self._threads, write, target, block)
                await wait_done(writing)
                writing.result()
            finally:
                if writing is not None:  # the thread must be done before the file is closed
                    await wait_uncancelled(writing)
                    if not writing.cancelled():
                        writing.exception()  # retrieved, or asyncio would report it as lost
        return Received(name, suffix, path, digest.hexdigest(), size)

    def keep(self, received: Received) -> str:
        """Move a file to the kept files. Return its path relative to the backend's folder."""
        goal = self._goal(received)
        received.path.replace(goal)
        return f"files/{goal.name}"

    def has(self, received: Received) -> bool:
        """Return whether a file with this content is kept already."""
        return self._goal(received).exists()

    def discard(self, received: Received) -> None:
        """Delete a kept file."""
        self._goal(received).unlink(missing_ok=True)

    def _goal(self, received: Received) -> Path:
        return self._files / f"{received.hash}{received.suffix}"


async def examine(engine: Engine, received: Received) -> Probe:
    """Find out what a file is by its content, which must match its name.

    Raises:
        ApiError: 4001 if the file can't be read, has another type, or needs too much work. 500 if
            the engine can't be started. 503 if the engine may start at a later try.
    """
    try:
        probe = await engine.probe(received.path)
    except MediaError as error:
        said = display_names(error.message, [(received.path.name, received.name)])
        raise ApiError(
            ErrorCode.UNSUPPORTED_FILE_TYPE, said, remedy=error.remedy or None
        ) from error
    except EngineStartError as error:
        data = {OWN_KEY: {"engine": {"remedy": error.remedy}}}
        raise ApiError(503 if error.passes else 500, error.message, data=data) from error
    except EngineError as error:  # a second try would fail too: it is the same file
        said = display_names(error.message, [(received.path.name, received.name)])
        remedy = error.remedy or "Play the file to see whether it is damaged, or give another copy."
        raise unsupported(received.name, said, remedy) from error
    if probe.kind not in KINDS[received.suffix]:
        raise unsupported(
            received.name,
            f"this is {probe.kind} under a name that ends in {received.suffix}",
            "Give it the name that belongs to its type.",
        )
    return probe
