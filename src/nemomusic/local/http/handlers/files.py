"""Serve files by URL, as a CDN does: no token, ranges, entity tags."""

from __future__ import annotations

import asyncio
import os
import re
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, TypeVar

from aiohttp import web

from nemomusic.local.http.responses import SERVICE, ApiError
from nemomusic.local.renders.score_files import ScoreChangedError, ScoreFiles
from nemomusic.local.workers.engine import EngineError
from nemomusic.models.file_types import BY_EXTENSION
from nemomusic.runtime.executor import ThreadCall

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import IO

    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.web import BaseRequest

    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import Asset

_T = TypeVar("_T")

SCORES: Final = web.AppKey("scores", ScoreFiles)
_MEDIA_TYPES: Final = {
    ".zip": "application/zip",
    ".mid": "audio/midi",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}
"""Media types of files that can't be uploaded."""
_FROM_START: Final = re.compile(r"bytes=0-")
_RANGE: Final = re.compile(r"bytes=(?:([0-9]{1,19})-([0-9]{0,19})|-([0-9]{1,19}))")
"""One range of bytes. A request for several ranges is answered with the complete file, which RFC
9110, 14.2, allows.
"""
_READ_BYTES: Final = 2**18
"""Bytes that are read from the disk at a time."""


def count_download(service: Service, request: web.Request, asset: str) -> None:
    """Count a video that is fetched from its start. A resumed download is not counted again."""
    wanted = request.headers.get("Range")
    if request.method == "GET" and (wanted is None or _FROM_START.match(wanted)):
        render_id = service.store.count_download(asset)
        if render_id is not None:
            service.ledger.renders_downloaded[render_id] += 1


class SentFile(web.StreamResponse):
    """An answer with a file, or a range of it, that the backend's threads read.

    aiohttp's own `FileResponse` reads in the executor of the event loop, which may be full of the
    user's work. It also ignores entity tags in `If-Range`.

    Args:
        service: Gives the threads, and the limit for readers that stop reading.
        path: The file.
        headers: Headers of the answer.

    Attributes:
        path: The file.
    """

    def __init__(self, service: Service, path: Path, headers: Mapping[str, str]) -> None:
        super().__init__(headers=headers)
        self.path = path
        self._service = service

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Send the file.

        Raises:
            ConnectionResetError: The reader is gone, or has stopped for too long. Or the file
                became shorter meanwhile.
        """
        if self.prepared:
            return await super().prepare(request)
        try:
            opening = ThreadCall(self._service.threads, lambda: self.path.open("rb"))
            file: IO[bytes] = await opening.result_or_undo(lambda opened: opened.close())
        except OSError:  # deleted after the handler checked it
            self.set_status(404)
            return await super().prepare(request)
        try:
            first, count = self._select(request, os.fstat(file.fileno()))
            writer = await super().prepare(request)
            if writer is not None and request.method != "HEAD":
                await self._send(request, writer, file, first, count)
        finally:
            file.close()
        return writer

    async def _in_thread(self, call: Callable[[], _T]) -> _T:
        return await ThreadCall(self._service.threads, call).result()

    def _select(self, request: BaseRequest, about: os.stat_result) -> tuple[int, int]:
        """Set status and headers (RFC 9110, 13 and 14). Return the first byte and the length."""
        size, changed = about.st_size, int(about.st_mtime)
        tag = f"{about.st_mtime_ns:x}-{size:x}"
        self.etag, self.last_modified = tag, changed
        self.headers["Accept-Ranges"] = "bytes"
        status = _precondition(request, tag, changed)
        if status is not None:
            self.set_status(status)
            if status == 412:
                self.content_length = 0
            return 0, 0
        wanted = _RANGE.fullmatch(request.headers.get("Range", "").strip())
        if wanted is None or not _range_holds(request, tag, changed):
            self.content_length = size
            return 0, size
        first, last = _bytes_of(wanted, size)
        if first > last:
            self.set_status(416)
            self.headers["Content-Range"] = f"bytes */{size}"
            self.content_length = 0
            return 0, 0
        self.set_status(206)
        self.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        self.content_length = last - first + 1
        return first, last - first + 1

    async def _send(
        self,
        request: BaseRequest,
        writer: AbstractStreamWriter,
        file: IO[bytes],
        first: int,
        count: int,
    ) -> None:
        def read(at: int, size: int) -> bytes:
            file.seek(at)
            return file.read(size)

        seconds = self._service.limits.body_silence_seconds
        end = first + count
        while first < end:
            piece = await self._in_thread(partial(read, first, min(_READ_BYTES, end - first)))
            if not piece:
                raise ConnectionResetError("the file became shorter while it was sent")
            first += len(piece)
            try:
                async with asyncio.timeout(seconds):
                    await writer.write(piece)
                    await writer.drain()
            except TimeoutError:
                if request.transport is not None:
                    request.transport.abort()
                raise ConnectionResetError(f"the reader stopped for {seconds:g} s") from None


def _precondition(request: BaseRequest, tag: str, changed: int) -> int | None:
    """Return the status that the request's preconditions demand: 304, 412, or None for none."""
    if (tags := request.if_match) is not None:
        if not any(one.value in {tag, "*"} and not one.is_weak for one in tags):
            return 412
    elif (since := request.if_unmodified_since) is not None and changed > since.timestamp():
        return 412
    if (tags := request.if_none_match) is not None:
        return 304 if any(one.value in {tag, "*"} for one in tags) else None
    if (since := request.if_modified_since) is not None and changed <= since.timestamp():
        return 304
    return None


def _range_holds(request: BaseRequest, tag: str, changed: int) -> bool:
    """Return whether the range belongs to this content. `If-Range` is a tag, a date, or missing."""
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    date = request.if_range
    return condition.strip() == f'"{tag}"' if date is None else changed == date.timestamp()


def _bytes_of(wanted: re.Match[str], size: int) -> tuple[int, int]:
    """Return the first and last byte of a range. The first is greater if the range is empty."""
    first, last, suffix = wanted.groups()
    if suffix is not None:
        return (max(0, size - int(suffix)), size - 1) if int(suffix) else (size, size - 1)
    return int(first), min(int(last), size - 1) if last else size - 1


def file_headers(asset: Asset) -> dict[str, str]:
    """Return headers that make browsers treat the file only as media."""
    return {
        "Content-Type": media_type(asset.file),
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def media_type(name: str) -> str:
    """Return the media type of one of the backend's files, by its extension."""
    suffix = PurePosixPath(name).suffix
    kind = BY_EXTENSION.get(suffix.removeprefix("."))
    if kind is not None:
        return kind.media_type
    return _MEDIA_TYPES.get(suffix, "application/octet-stream")


async def _wanted(request: web.Request) -> Asset | None:
    """Return the requested file. A file of a score is written now, unless it exists already."""
    try:
        return await request.app[SCORES].asset(request.match_info["asset"])
    except ScoreChangedError:
        raise ApiError(
            409,
            "this music was composed by another version of nemomusic",
            remedy="Ask for the music again to get its score.",
        ) from None
    except EngineError as error:
        raise ApiError(500, error.message) from error


async def cdn(request: web.Request) -> web.StreamResponse:
    """Serve `GET` and `HEAD /cdn/<key>/<name>`. Only the key is checked."""
    service = request.app[SERVICE]
    asset = await _wanted(request)
    if asset is None or not service.asset_path(asset).is_file():
        raise web.HTTPNotFound
    count_download(service, request, asset.asset)
    headers = {
        **file_headers(asset),
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    return SentFile(service, service.asset_path(asset), headers)
