"""Uploaded files on their way to the disk: named, counted, hashed, never in memory."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.errors import ACCEPTED_TYPES, ErrorCode
from nemomusic.local.answers import Refusal
from nemomusic.local.engine.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from types import TracebackType
    from typing import BinaryIO, Self

    from nemomusic.local.engines import Engine
    from nemomusic.local.rows import Kind
    from nemomusic.local.service import Service

_VIDEO: Final = frozenset({"video"})
_IMAGE: Final = frozenset({"image"})
_AUDIO: Final = frozenset({"audio"})
_MOVING: Final = frozenset({"image", "video"})
KINDS: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys((".mp4", ".mov", ".avi", ".webm", ".mkv"), _VIDEO),
    **dict.fromkeys((".jpg", ".jpeg", ".png"), _IMAGE),
    **dict.fromkeys((".gif", ".webp"), _MOVING),  # both may be animated
    **dict.fromkeys((".mp3", ".wav", ".m4a", ".aac"), _AUDIO),
}
"""What a file of each accepted type may turn out to be."""
_BLOCK: Final = 2**20


def unsupported(name: str, why: str) -> Refusal:
    """4001, with the reason in words."""
    return Refusal(ErrorCode.UNSUPPORTED_FILE_TYPE, f"{name}: {why}")


def plain_name(raw: str | None) -> str:
    """The last part of a file name, fit to be shown and to stand in a URL."""
    name = PurePosixPath((raw or "").replace("\\", "/")).name
    name = "".join(sign for sign in name if sign.isprintable()).strip()
    return name[-200:] or "upload"


def accepted_suffix(name: str) -> str:
    """The file's type by its name.

    Raises:
        Refusal: 4001, not an accepted one.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS:
        raise unsupported(name, f"unsupported file type; accepted: {ACCEPTED_TYPES}")
    return suffix


@attrs.frozen
class Received:
    """A file that has arrived whole, still in the folder for unfinished things."""

    name: str
    suffix: str
    path: Path
    hash: str
    size: int


class Incoming:
    """Files of one request. What isn't kept when it ends is deleted."""

    def __init__(self, service: Service) -> None:
        self._folder = service.folder / "tmp"
        self._files = service.folder / "files"
        self._limit = service.limits.upload_bytes
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
        """Write one file; reading goes on while the disk works.

        Raises:
            Refusal: 4001 by the name, 4002 as soon as it is too long.
        """
        suffix = accepted_suffix(name)
        path = self._folder / f"{secrets.token_hex(8)}{suffix}"
        self._mine.append(path)
        digest, size, block = hashlib.sha256(), 0, bytearray()
        writing: asyncio.Future[None] | None = None
        loop = asyncio.get_running_loop()

        def write(target: BinaryIO, data: bytearray) -> None:
            digest.update(data)
            target.write(data)

        with path.open("wb") as target:
            try:
                async for piece in pieces:
                    size += len(piece)
                    if size > self._limit:
                        raise Refusal(
                            ErrorCode.FILE_TOO_LARGE,
                            f"{name}: over {self._limit // 2**20} MB; compress or trim it",
                        )
                    block += piece
                    if len(block) >= _BLOCK:
                        if writing is not None:
                            await writing
                        writing = loop.run_in_executor(None, write, target, block)
                        block = bytearray()
            finally:
                if writing is not None:  # the thread must be done before the file is closed
                    await asyncio.wait([writing])
            if writing is not None:
                writing.result()
            write(target, block)
        return Received(name, suffix, path, digest.hexdigest(), size)

    def keep(self, received: Received) -> str:
        """Move a file among the kept ones; gives its path relative to the backend's folder."""
        goal = self._files / f"{received.hash}{received.suffix}"
        received.path.replace(goal)
        return f"files/{goal.name}"


def in_their_names(said: str, names: Iterable[tuple[str, str]]) -> str:
    """What the engine said of files, under the names that users know them by.

    Args:
        said: a message.
        names: of each file: its path or name here, and the name it was uploaded under.
    """
    for here, known in names:
        said = said.replace(PurePosixPath(here).name, known)
    return said


async def examine(engine: Engine, received: Received) -> tuple[Kind, dict[str, object]]:
    """What a file is by its content, which has to agree with its name.

    Raises:
        Refusal: 4001, it can't be read or is something else.
    """
    try:
        probe = await engine.probe(received.path)
    except MediaError as error:
        said = in_their_names(str(error), [(received.path.name, received.name)])
        raise Refusal(ErrorCode.UNSUPPORTED_FILE_TYPE, said) from error
    kind: Kind = probe["kind"]
    if kind not in KINDS[received.suffix]:
        raise unsupported(
            received.name, f"this is {kind} under a name that ends in {received.suffix}; rename it"
        )
    return kind, probe
