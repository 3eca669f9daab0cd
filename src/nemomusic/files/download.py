"""Fetch a result completely: resumed, checked, and renamed to its path at the end."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from nemomusic import errors
from nemomusic.files.part_file import MP4, PartFile
from nemomusic.files.part_writer import PartWriter
from nemomusic.models.progress import Progress, ProgressMeter
from nemomusic.models.values.response_meta import ResponseMeta
from nemomusic.protocol.envelope import in_words, retry_after
from nemomusic.protocol.foreign_answers import REDIRECTS, redirected
from nemomusic.protocol.routes import RENDER_DOWNLOAD, Route
from nemomusic.transport.messages import Permit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from io import FileIO
    from pathlib import Path

    from nemomusic.files.part_file import ResultKind, Stamp
    from nemomusic.transport.base import OpenFile
    from nemomusic.transport.pipeline import RequestPipeline

CHUNK: Final = 2**20
"""Bytes of one write: 1 MiB, in a thread, while the next bytes arrive. Smaller writes were
slower."""
_OUTPUT: Final = Route("output", "GET", "(the output)", auth=False, replayable=True)
"""The route of a file on another host than the API's. It gets no token and no header of the SDK."""

_LENGTH: Final = re.compile(r"[0-9]{1,18}")
"""A number of bytes. Python does not convert numbers of thousands of digits."""
_CONTENT_RANGE: Final = re.compile(r"bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\*)")


class Download:
    """The download of one result to one path.

    The bytes are kept in `NAME.nemomusic.part`, and the file's validators in
    `NAME.nemomusic.part.json`, so that another process can continue. A file that changed on the
    server is fetched from its beginning.

    Args:
        pipeline: Makes calls.
        path: The path of the result.
        expected: Size of the result in bytes, as the renderer reports it, or None.
        on_progress: Called with `Progress`.
        replace: Whether a file may be replaced that exists when the result is complete.
        before_placing: Awaited with the stamp of the complete result, before the result gets its
            name.
        kind: The kind of the result. Its first bytes must show it.

    Attributes:
        response: Status and headers of the answer that held the result, once it is fetched.
    """

    def __init__(
        self,
        pipeline: RequestPipeline,
        path: Path,
        expected: int | None = None,
        on_progress: Callable[[Progress], object] | None = None,
        *,
        replace: bool = False,
        before_placing: Callable[[Stamp], Awaitable[None]] | None = None,
        kind: ResultKind = MP4,
    ) -> None:
        self._pipeline = pipeline
        self._path = path
        self._file = PartFile(path, replace=replace, kind=kind)
        self._expected = expected
        self._unexpected: int | None = None  # another size, given by one address
        self._tell = on_progress
        self._before_placing = before_placing
        self.response: ResponseMeta | None = None

    async def fetch(self, render_id: str, url: str | None) -> int:
        """Fetch from the output's URL, or else by the API's own route; return the bytes.

        Network faults are retried under the policy. Each retry continues where the last one
        stopped.

        Raises:
            DownloadError: Neither address gave the complete result. What arrived is kept as
                `NAME.nemomusic.part`.
            OutputError: The disk is full, or the folder can't be written to.
        """
        failures: list[str] = []
        last: errors.NemoMusicError | None = None
        try:
            for place in [url, None] if url else [None]:
                try:
                    return await self._fetch_from(render_id, place)
                except errors.OutputError:
                    self._file.delete()
                    raise
                except (errors.DownloadError, errors.TransportError, errors.APIError) as error:
                    failures.append(error.message)
                    last = error
        except asyncio.CancelledError:
            self._file.delete()
            raise
        raise errors.DownloadError(
            f"the result could not be fetched completely: {'; '.join(failures)}",
            attempts=() if last is None else last.attempts,
            status=None if last is None else last.status,
            request_id=None if last is None else last.request_id,
            render_id=render_id,
        ) from last

    async def fetch_url(self, url: str) -> int:
        """Fetch from an address that is not a render's; return the bytes.

        Raises:
            DownloadError: The file could not be fetched completely, or is of another kind.
            OutputError: The disk is full, or the folder can't be written to.
            TransportError: There was no answer.
        """
        try:
            return await self._fetch_from("", url)
        except (errors.OutputError, asyncio.CancelledError):
            self._file.delete()
            raise

    async def _fetch_from(self, render_id: str, url: str | None) -> int:
        """Fetch from one address, under the policy.

        Args:
            render_id: The id of the render.
            url: The address of the output; None for the API's own route. Only that route gets the
                token.
        """
        route = RENDER_DOWNLOAD if url is None else _OUTPUT
        if url is None:
            url = self._pipeline.exchange.url(RENDER_DOWNLOAD, {"render_id": render_id})

        async def attempt(permit: Permit) -> int:
            return await self._attempt(route, url, permit)

        return await self._pipeline.run(route, attempt)

    async def _attempt(self, route: Route, url: str, permit: Permit) -> int:
        have, validator = await self._pipeline.executor.run(self._file.resumable)
        headers = {"Range": f"bytes={have}-", "If-Range": validator} if have else {}
        redirect: str | None = None
        size, tail = 0, list[bytes]()
        async with aclosing(await self._pipeline.fetch(route, url, permit, headers)) as file:
            if permit.token is not None and file.status in REDIRECTS:
                redirect = file.headers.get("Location")  # the token is not sent there
            if redirect is None:
                size, tail = await self._receive(file, route, have, validator)
                self.response = ResponseMeta(file.status, None, file.headers)
        if redirect is not None:
            elsewhere = Permit(None, permit.attempt)
            target = redirected(url, redirect, file.status)
            return await self._attempt(_OUTPUT, target, elsewhere)
        if self._expected is not None and size not in (self._expected, self._unexpected):
            # If two addresses give the same size, the size that the renderer reported was wrong.
            self._unexpected = size
            self._file.delete()
            raise errors.DownloadError(f"{size} bytes came, and the result has {self._expected}")
        run = self._pipeline.executor.run
        if self._before_placing is None:
            await run(self._file.complete, tail)
        else:
            await self._before_placing(await run(self._file.finish, tail))
            await run(self._file.place)
        return size

    async def _receive(
        self, file: OpenFile, route: Route, have: int, validator: str
    ) -> tuple[int, list[bytes]]:
        """Read an answer into the part file.

        Return the file's size, and the pieces still to be written.
        """
        status, headers = file.status, file.headers
        if status == 416 and have:
            if headers.get("Content-Range") == f"bytes */{have}":
                return have, []  # the part was complete already
            self._file.delete()
            raise errors.ConnectionLostError("the result changed on the server")
        await self._check(file, route, have)
        start = have if status == 206 else 0
        if start:
            complete = _total_in(headers.get("Content-Range", ""), start)
            if complete is None or headers.get("ETag", validator) != validator:
                self._file.delete()
                raise errors.ConnectionLostError("another part came than the one asked for")
        length = headers.get("Content-Length", "")
        total = start + int(length) if _LENGTH.fullmatch(length) else None
        part, noted = await self._open_part(resume=start > 0)
        async with aclosing(PartWriter(part, self._path, self._pipeline.executor)) as writer:
            # A small result comes in one piece, so there is hardly ever a part of it to resume.
            small = total is not None and total <= CHUNK and not noted
            self._file.expect_note(expected=not small)
            if not start and not small:  # only then can it be of another file
                self._file.keep_validator(headers.get("ETag", ""))
            try:
                size, tail = await self._write(file, writer, start, total)
                if total is not None and size != total:
                    await writer.write(tail)
                    await writer.flush()
                    raise errors.ConnectionLostError(f"{size} of {total} bytes came")
            except BaseException:
                if not start and small:
                    self._file.keep_validator(headers.get("ETag", ""))
                raise
        return size, tail

    async def _open_part(self, *, resume: bool) -> tuple[FileIO, bool]:
        """Open the part file. Return it, and whether a note says which result it belongs to."""
        opening = self._pipeline.executor.begin(self._file.open, resume=resume)
        return await opening.result_or_undo(lambda opened: opened[0].close())

    async def _check(self, file: OpenFile, route: Route, have: int) -> None:
        """Raise unless an answer holds the result, or the range that was asked for."""
        if file.status not in (200, 206):
            if route is RENDER_DOWNLOAD:
                raise await self._pipeline.exchange.error_of(route, file)
            raise _error_of(file, self._pipeline.clock.time())
        if file.status == 206 and not have:
            raise errors.DownloadError("a part came where the complete file was asked for")
        if "text/html" in file.headers.get("Content-Type", "").lower():
            raise errors.DownloadError("a web page came in place of the file")

    async def _write(
        self, file: OpenFile, writer: PartWriter, start: int, total: int | None
    ) -> tuple[int, list[bytes]]:
        clock, deadline = self._pipeline.clock, self._pipeline.deadline
        meter = ProgressMeter("download", total, self._path.name, clock.monotonic(), start)
        if start:
            writer.start_at(start)
        done = start
        pieces: list[bytes] = []
        held = 0
        while True:
            try:
                piece = await file.read()
            except errors.TransportError:
                if held:  # these bytes are kept: the next attempt continues after them
                    await writer.write(pieces)
                    await writer.flush()
                raise
            if piece:
                pieces.append(piece)
                held += len(piece)
            if held >= CHUNK or (held and not piece):
                done += held
                if piece:  # the last pieces are written when the file is completed, in one call
                    await writer.write(pieces)
                    pieces = []
                held = 0
                try:
                    progress = meter.at(done, clock.monotonic(), last=done == total)
                    if progress is not None and self._tell is not None:
                        self._tell(progress)
                    if deadline is not None:
                        deadline.check()
                except BaseException:  # the callback may raise; the received bytes are kept anyway
                    await writer.write(pieces)
                    await writer.flush()
                    raise
            if not piece:
                await writer.flush()
                return done, pieces


def _total_in(content_range: str, start: int) -> str | None:
    """Return the length of the file in a `Content-Range` that begins at `start`, else None."""
    found = _CONTENT_RANGE.fullmatch(content_range.strip())
    return found[2] if found is not None and int(found[1]) == start else None


def _error_of(file: OpenFile, now: float) -> errors.NemoMusicError:
    """Return the exception for an answer from another host than the API's."""
    status, message = file.status, f"the download answered {file.status}"
    if status != 429 and status < 500:
        return errors.DownloadError(message, status=status)
    kind = errors.RateLimitedError if status == 429 else errors.ServerError
    error = kind(message, status=status)
    wait = retry_after(file.headers, now)
    if wait is not None:
        error.wait_until(now + wait, wait, in_words(wait))
    return error
