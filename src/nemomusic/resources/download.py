"""Fetch a result whole: resumed, checked, renamed over the goal (design, section 6)."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic import errors
from nemomusic.models.progress import Meter, Progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nemomusic.resources.caller import Caller
    from nemomusic.secret import Secret

CHUNK: Final = 2**20
"""Bytes a write: 1 MiB, in a thread, while the next ones arrive."""


@attrs.frozen(kw_only=True)
class Place:
    """Where a result can be had.

    Attributes:
        url: address.
        token: only for the API's own download route.
    """

    url: str = attrs.field(repr=False)
    token: Secret | None = None


class Download:
    """One result on its way to one path.

    Bytes go into `NAME.part`, with what identifies them in `NAME.part.json`, so that another
    process can go on too. A file that changed on the server is begun anew.
    """

    def __init__(
        self,
        caller: Caller,
        path: Path,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> None:
        self._caller = caller
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._note = path.with_name(f"{path.name}.part.json")
        self._tell = on_progress

    async def fetch(self, places: list[Place]) -> int:
        """Fetch from the first place that gives it; bytes of the result.

        Network faults are tried again under the policy's `network` rule, each time going on where
        the last one stopped.

        Raises:
            DownloadError: no place gave it whole. What arrived is kept as `NAME.part`.
            OutputError: the disk is full, or the folder can't be written to.
        """
        failures: list[str] = []
        last: errors.NemoMusicError | None = None
        try:
            for place in places:
                try:
                    return await self._from(place)
                except errors.OutputError:
                    raise
                except (errors.DownloadError, errors.TransportError, errors.APIError) as error:
                    failures.append(error.message)
                    last = error
        except asyncio.CancelledError:
            self._forget()
            raise
        raise errors.DownloadError(
            f"the result could not be fetched whole: {'; '.join(failures) or 'no address for it'}",
            attempts=() if last is None else last.attempts,
            status=None if last is None else last.status,
        ) from last

    def _forget(self) -> None:
        for path in (self._part, self._note):
            with suppress(OSError):
                path.unlink()

    async def _from(self, place: Place) -> int:
        from nemomusic import retry
        from nemomusic.protocol.routes import RENDER_DOWNLOAD

        caller = self._caller

        async def once() -> int:
            if caller.deadline is not None:
                caller.deadline.check()
            return await self._attempt(place)

        async def nothing(*_: object) -> None:
            pass

        try:
            return await once()
        except errors.NemoMusicError as error:
            first = error
        return await retry.again(
            once,
            first,
            route=RENDER_DOWNLOAD,
            policy=caller.policy,
            clock=caller.clock,
            deadline=caller.deadline,
            recover=nothing,
            throttle=caller.throttle.hold,
        )

    def _resumable(self) -> tuple[int, str]:
        """Bytes that are there, and the validator that says of what."""
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            size = self._part.stat().st_size
        except (OSError, ValueError):
            return 0, ""
        validator = note.get("validator") if isinstance(note, dict) else None
        return (size, validator) if size and isinstance(validator, str) and validator else (0, "")

    async def _attempt(self, place: Place) -> int:
        have, validator = self._resumable()
        headers = {"Range": f"bytes={have}-", "If-Range": validator} if have else {}
        async with self._caller.transport.file(
            place.url, token=place.token, headers=headers
        ) as response:
            if response.status == 416 and have:
                self._forget()
                raise errors.ConnectionLostError("the result changed on the server")
            if response.status not in (200, 206):
                raise _refusal(response.status)
            if response.status == 206 and not have:
                raise errors.DownloadError("a part came where the whole was asked for")
            if "text/html" in response.content_type:
                raise errors.DownloadError("a web page came in place of the video")
            start = have if response.status == 206 else 0
            length = response.content_length
            total = None if length is None else start + length
            if response.status == 206 and not _continues(
                response.headers.get("Content-Range", ""), start
            ):
                self._forget()
                raise errors.ConnectionLostError("another part came than the one asked for")
            self._keep_validator(response.headers)
            size = await self._write(response.content, start, total)
        if total is not None and size != total:
            raise errors.ConnectionLostError(f"{size} of {total} bytes came")
        await asyncio.to_thread(self._complete)
        return size

    def _keep_validator(self, headers: Any) -> None:
        etag = headers.get("ETag", "")
        # Only a strong validator may be used with If-Range (RFC 9110, 13.1.5).
        validator = etag if etag and not etag.startswith("W/") else ""
        with _disk(self._path):
            self._note.write_text(json.dumps({"validator": validator}), encoding="utf-8")

    async def _write(self, content: Any, start: int, total: int | None) -> int:
        loop = asyncio.get_running_loop()
        clock = self._caller.clock
        meter = Meter("download", total, self._path.name, clock.monotonic(), start)
        deadline = self._caller.deadline
        with _disk(self._path):
            file = self._part.open("r+b" if start else "wb", buffering=0)
        done = start
        writing: asyncio.Future[None] | None = None
        try:
            if start:
                file.seek(start)
                file.truncate()
            pieces: list[bytes] = []
            held = 0
            while True:
                piece = await content.readany()
                if piece:
                    pieces.append(piece)
                    held += len(piece)
                if held >= CHUNK or (held and not piece):
                    if writing is not None:
                        with _disk(self._path):
                            await asyncio.shield(writing)
                    writing = loop.run_in_executor(None, _write_all, file, pieces)
                    done += held
                    pieces, held = [], 0
                    progress = meter.at(done, clock.monotonic(), last=done == total)
                    if progress is not None and self._tell is not None:
                        self._tell(progress)
                    if deadline is not None:
                        deadline.check()
                if not piece:
                    break
            if writing is not None:
                with _disk(self._path):
                    await asyncio.shield(writing)
            return done
        finally:
            if writing is not None and not writing.done():
                await asyncio.wait([writing])
            file.close()

    def _complete(self) -> None:
        with self._part.open("rb") as file:
            head = file.read(12)
        if len(head) < 12 or head[4:8] != b"ftyp":
            self._forget()
            raise errors.DownloadError("what came is not an MP4")
        with _disk(self._path):
            with self._part.open("rb+") as file:
                os.fsync(file.fileno())
            self._part.replace(self._path)
        with suppress(OSError):
            self._note.unlink()


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


def _write_all(file: Any, pieces: list[bytes]) -> None:
    view = memoryview(b"".join(pieces))
    while view:
        view = view[file.write(view) :]


def _continues(content_range: str, start: int) -> bool:
    return content_range.startswith(f"bytes {start}-")


def _refusal(status: int) -> errors.NemoMusicError:
    if status >= 500:
        return errors.ServerError(f"the download answered {status}", status=status)
    return errors.DownloadError(f"the download answered {status}", status=status)
