"""Fetch a result whole: resumed, checked, renamed over the goal (design, section 6)."""

from __future__ import annotations

import asyncio
import json
import os
import re
from contextlib import suppress
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from yarl import URL

from nemomusic import errors
from nemomusic.clock import outlast
from nemomusic.models.progress import Meter, Progress
from nemomusic.protocol.envelope import retry_after
from nemomusic.protocol.routes import RENDER_DOWNLOAD, Route
from nemomusic.resources.outputs import note_of
from nemomusic.transport import reading

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    import aiohttp

    from nemomusic.resources.caller import Caller
    from nemomusic.secret import Secret

_T = TypeVar("_T")

CHUNK: Final = 2**20
"""Bytes a write: 1 MiB, in a thread, while the next ones arrive; less was slower."""
_OUTPUT: Final = Route("output", "GET", "(the output)", auth=False, replayable=True)
"""Not the API's: it gets no token and no header of ours."""
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

Stamp = tuple[int, int]
"""Bytes and time of the last change (ns) of a file: renaming leaves both as they are."""


def part_of(path: Path) -> Path:
    """Where a result is kept until it is whole."""
    return path.with_name(f"{path.name}.part")


class Download:
    """One result on its way to one path.

    Bytes go into `NAME.part`, with what identifies them in `NAME.part.json`, so that another
    process can go on too. A file that changed on the server is begun anew.

    Args:
        caller: what makes calls.
        path: where to.
        expected: bytes that the renderer says it has, or None.
        on_progress: called with `Progress`.
        replace: whether a file that is there by now may be replaced.
        before_placing: told the stamp of the whole result, before it gets its name.
    """

    def __init__(
        self,
        caller: Caller,
        path: Path,
        expected: int | None = None,
        on_progress: Callable[[Progress], object] | None = None,
        *,
        replace: bool = False,
        before_placing: Callable[[Stamp], Awaitable[None]] | None = None,
    ) -> None:
        self._caller = caller
        self._path = path
        self._part = part_of(path)
        self._note = note_of(path)
        self._expected = expected
        self._odd: int | None = None
        self._noted = True  # whether there may be a note
        self._tell = on_progress
        self._replace = replace
        self._before_placing = before_placing

    async def fetch(self, render_id: str, url: str | None) -> int:
        """Fetch from the output's URL, or else by the API's own route; bytes of the result.

        Network faults are tried again under the policy, each time going on where the last one
        stopped.

        Raises:
            DownloadError: neither gave it whole. What arrived is kept as `NAME.part`.
            OutputError: the disk is full, or the folder can't be written to.
        """
        failures: list[str] = []
        last: errors.NemoMusicError | None = None
        try:
            for place in [url, None] if url else [None]:
                try:
                    return await self._from(render_id, place)
                except errors.OutputError:
                    self._forget()
                    raise
                except (errors.DownloadError, errors.TransportError, errors.APIError) as error:
                    failures.append(error.message)
                    last = error
        except asyncio.CancelledError:
            self._forget()
            raise
        raise errors.DownloadError(
            f"the result could not be fetched whole: {'; '.join(failures)}",
            attempts=() if last is None else last.attempts,
            status=None if last is None else last.status,
        ) from last

    def _forget(self) -> None:
        for path in (self._part, self._note):
            with suppress(OSError):
                path.unlink()

    async def _from(self, render_id: str, url: str | None) -> int:
        """From one place, under the policy.

        Args:
            render_id: the job.
            url: the output's; None for the API's own route, the only one that gets the token.
        """
        caller = self._caller
        if url is not None:
            return int(await caller.run(_OUTPUT, partial(self._elsewhere, url)))
        own = str(caller.transport.url(RENDER_DOWNLOAD, {"render_id": render_id}))
        return int(await caller.run(RENDER_DOWNLOAD, partial(self._attempt, own)))

    def _elsewhere(self, url: str, _: Secret | None) -> Awaitable[int]:
        return self._attempt(url, None)

    def _resumable(self) -> tuple[int, str]:
        """Bytes that are there, and the validator that says of what."""
        try:
            size = self._part.stat().st_size
            note = json.loads(self._note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0, ""
        validator = note.get("validator") if isinstance(note, dict) else None
        return (size, validator) if size and isinstance(validator, str) and validator else (0, "")

    async def _attempt(self, url: str, token: Secret | None) -> int:
        have, validator = self._resumable()
        headers = {"Range": f"bytes={have}-", "If-Range": validator} if have else {}
        caller = self._caller
        elsewhere: str | None = None
        size, tail = 0, list[bytes]()
        response = await caller.transport.file(
            url,
            token=token,
            headers={**(caller.headers or {}), **headers} if token is not None else headers,
            timeout=None if caller.deadline is None else caller.deadline.left,
        )
        async with response:
            if token is not None and response.status in _REDIRECTS:
                # Where to is not our business, but the token does not go there.
                elsewhere = response.headers.get("Location")
            if elsewhere is None:
                size, tail = await self._take(response, token, have, validator)
        if elsewhere is not None:
            return await self._attempt(str(URL(url).join(URL(elsewhere))), None)
        if self._expected is not None and size not in (self._expected, self._odd):
            # A second place that gives as much outweighs what the renderer said.
            self._odd = size
            self._forget()
            raise errors.DownloadError(f"{size} bytes came, and the film has {self._expected}")
        if self._before_placing is None:
            await _in_thread(self._complete, tail)
        else:
            await self._before_placing(await _in_thread(self._finish, tail))
            await _in_thread(self._place)
        return size

    async def _take(
        self, response: aiohttp.ClientResponse, token: Secret | None, have: int, validator: str
    ) -> tuple[int, list[bytes]]:
        """Read an answer into the part: its size then, and the pieces that are still to write."""
        status, said = response.status, response.headers
        if status == 416 and have:
            if said.get("Content-Range") == f"bytes */{have}":
                return have, []  # nothing was missing but the end of the work
            self._forget()
            raise errors.ConnectionLostError("the result changed on the server")
        if status not in (200, 206):
            if token is not None:
                raise await self._caller.transport.refusal(RENDER_DOWNLOAD, response)
            raise _refusal(response, self._caller.clock.time())
        if status == 206 and not have:
            raise errors.DownloadError("a part came where the whole was asked for")
        if "text/html" in response.content_type:
            raise errors.DownloadError("a web page came in place of the video")
        start = have if status == 206 else 0
        if start:
            whole = _whole(said.get("Content-Range", ""), start)
            if whole is None or said.get("ETag", validator) != validator:
                self._forget()
                raise errors.ConnectionLostError("another part came than the one asked for")
        length = response.content_length
        total = None if length is None else start + length
        with _disk(self._path):
            file = self._part.open("r+b" if start else "wb", buffering=0)
        writer = _Writer(file, self._path)
        try:
            # It comes in one piece: there will be no half of it to go on from, or hardly ever.
            small = total is not None and total <= CHUNK and not self._note.exists()
            self._noted = not small
            if not start and not small:  # the part is empty now: only then may it be another's
                self._keep_validator(said.get("ETag", ""))
            try:
                size, tail = await self._write(response, writer, start, total)
                if total is not None and size != total:
                    await writer.write(tail)
                    await writer.written()
                    raise errors.ConnectionLostError(f"{size} of {total} bytes came")
            except BaseException:
                if not start and small:
                    self._keep_validator(said.get("ETag", ""))
                raise
        finally:
            await writer.close()
        return size, tail

    def _keep_validator(self, etag: str) -> None:
        self._noted = True
        # Only a strong validator may be used with If-Range (RFC 9110, 13.1.5).
        validator = "" if etag.startswith("W/") else etag
        with _disk(self._path):
            self._note.write_text(json.dumps({"validator": validator}), encoding="utf-8")

    async def _write(
        self, response: aiohttp.ClientResponse, writer: _Writer, start: int, total: int | None
    ) -> tuple[int, list[bytes]]:
        clock, deadline = self._caller.clock, self._caller.deadline
        meter = Meter("download", total, self._path.name, clock.monotonic(), start)
        await writer.go_to(start)
        done = start
        pieces: list[bytes] = []
        held = 0
        while True:
            try:
                with reading():
                    piece = await response.content.readany()
            except errors.TransportError:
                if held:  # what came is kept: the next attempt goes on after it
                    await writer.write(pieces)
                    await writer.written()
                raise
            if piece:
                pieces.append(piece)
                held += len(piece)
            if held >= CHUNK or (held and not piece):
                done += held
                if piece:  # the last ones are written by who completes it: one trip to a thread
                    await writer.write(pieces)
                    pieces = []
                held = 0
                try:
                    progress = meter.at(done, clock.monotonic(), last=done == total)
                    if progress is not None and self._tell is not None:
                        self._tell(progress)
                    if deadline is not None:
                        deadline.check()
                except BaseException:  # whoever is told may raise; what came is kept all the same
                    await writer.write(pieces)
                    await writer.written()
                    raise
            if not piece:
                await writer.written()
                return done, pieces

    def _complete(self, tail: list[bytes]) -> None:
        self._finish(tail)
        self._place()

    def _finish(self, tail: list[bytes]) -> Stamp:
        """Write what is left, and see that it is a film; its stamp. In a thread."""
        with self._part.open("rb+", buffering=0) as file:
            if tail:
                with _disk(self._path):
                    file.seek(0, os.SEEK_END)
                    write_all(file, tail)
                    file.seek(0)
            head = file.read(12)
            if len(head) == 12 and head[4:8] == b"ftyp":
                with _disk(self._path):
                    os.fsync(file.fileno())
            else:
                head = b""
            info = os.fstat(file.fileno())
        if not head:
            self._forget()
            raise errors.DownloadError("what came is not an MP4")
        return info.st_size, info.st_mtime_ns

    def _place(self) -> None:
        """Give it its name. In a thread."""
        if self._path.exists() and not self._replace:
            raise errors.OutputExistsError(f"{self._path} has come into being meanwhile")
        with _disk(self._path):
            self._part.replace(self._path)
        if self._noted:
            with suppress(OSError):
                self._note.unlink()


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of what is there; None if nothing is."""
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_size, info.st_mtime_ns


async def _in_thread(work: Callable[..., _T], *arguments: Any) -> _T:
    """Do it in a thread, to its end, also if we are cancelled meanwhile."""
    working = asyncio.get_running_loop().run_in_executor(None, work, *arguments)
    await outlast(working)
    return working.result()


class _Writer:
    """Writes in a thread, while the next bytes arrive."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self._writing: asyncio.Future[None] | None = None

    async def go_to(self, start: int) -> None:
        """Cut off what lies behind the start."""
        if start:  # else it was opened empty
            with _disk(self._path):
                self._file.seek(start)
                self._file.truncate()

    async def write(self, pieces: list[bytes]) -> None:
        """Begin to write, once what was begun before is done."""
        await self.written()
        loop = asyncio.get_running_loop()
        self._writing = loop.run_in_executor(None, write_all, self._file, pieces)

    async def written(self) -> None:
        """Wait until all is written."""
        writing, self._writing = self._writing, None
        if writing is not None:
            await outlast(writing)
            with _disk(self._path):
                writing.result()

    async def close(self) -> None:
        """Close the file, once the thread is done with it."""
        try:
            if self._writing is not None:
                await outlast(self._writing)
                if not self._writing.cancelled():
                    self._writing.exception()
        finally:
            self._file.close()


class _disk:  # noqa: N801 - reads as a statement
    """Turns an OSError of the disk into an `OutputError`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, OSError) and not isinstance(error, errors.NemoMusicError):
            raise errors.OutputError(
                f"{self._path} can't be written ({error.strerror or type(error).__name__})",
                remedy="Make room or choose another place, then download again.",
            ) from error


def write_all(file: Any, pieces: list[bytes]) -> None:
    """Write all of it; an unbuffered file may take a part at a time. Runs in a thread."""
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[file.write(view) :]


def _whole(content_range: str, start: int) -> str | None:
    """The length of the whole in a `Content-Range` that begins at `start`; None for another."""
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", content_range.strip())
    return found[2] if found is not None and int(found[1]) == start else None


def _refusal(response: aiohttp.ClientResponse, now: float) -> errors.NemoMusicError:
    """The exception for an answer of another host than the API."""
    status, words = response.status, f"the download answered {response.status}"
    if status == 429:
        wait = retry_after(response.headers, now)
        at = None if wait is None else now + wait
        return errors.RateLimitedError(words, status=status, retry_after=wait, retry_at=at)
    if status >= 500:
        return errors.ServerError(words, status=status)
    return errors.DownloadError(words, status=status)
