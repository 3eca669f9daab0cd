"""Uploads: files and web addresses into a session."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs

from nemomusic import errors
from nemomusic.models.media import Media
from nemomusic.models.progress import Meter, Progress
from nemomusic.protocol import routes
from nemomusic.protocol.multipart import Form
from nemomusic.resources.sources import Source, check_size

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
    from typing import IO, TypeAlias

    from nemomusic.resources.caller import Caller
    from nemomusic.resources.sessions import Session
    from nemomusic.resources.state import States

    Uploadable: TypeAlias = (
        str | os.PathLike[str] | bytes | bytearray | IO[bytes] | AsyncIterable[bytes] | Source
    )

_LOOKED_FOR = attrs.evolve(routes.UPLOAD, replayable=True)
"""An upload that looks first whether it has arrived may be repeated."""


class Uploads:
    """`client.uploads`."""

    def __init__(self, caller: Caller, states: States) -> None:
        self._caller = caller
        self._states = states

    async def send(
        self,
        session: Session,
        *sources: Uploadable,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> list[Media]:
        """Upload files into a session, in one request.

        Type and size are checked before a byte is sent. After a fault in the middle the state is
        read first: only what did not arrive is sent again.

        Args:
            session: where to.
            sources: paths, bytes, binary file objects, async iterables, or `Source`s.
            on_progress: called with `Progress` (bytes, rate, estimated time), some 10 times a
                second.

        Returns:
            One `Media` for each source, in order.

        Raises:
            SourceError: a source is missing, empty, unreadable, changed, or can't be read twice.
            UnsupportedFileTypeError: 4001, here or there.
            FileTooLargeError: 4002, here or there.
            SessionLost: the session is gone and can't be replaced silently.
            TransportError: the network failed.
        """
        checked = [one if isinstance(one, Source) else Source(one) for one in sources]
        if not checked:
            raise errors.SourceError("nothing to upload", remedy="Pass at least one source.")
        media = await self._arrive(
            session, _FormUpload(self._caller, checked, on_progress), [s.name for s in checked]
        )
        session.note_upload(_Again(self, checked), [s.name for s in checked])
        return media

    async def send_urls(self, session: Session, *urls: str) -> list[Media]:
        """Have the service fetch files from web addresses.

        Raises:
            SourceError: not a web address.
            APIError: the service can't or won't fetch it.
        """
        if not urls:
            raise errors.SourceError("nothing to upload", remedy="Pass at least one address.")
        for url in urls:
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise errors.SourceError(
                    f"not a web address: {url!r}", remedy="It has to begin with https://."
                )
        patience = self._caller.transport.settings.timeouts.read
        names = [os.path.basename(urlsplit(url).path) or url for url in urls]  # noqa: PTH119
        media = await self._arrive(session, _UrlUpload(list(urls), patience), names)
        session.note_upload(lambda again: self.send_urls(again, *urls), names)
        return media

    async def _arrive(
        self, session: Session, upload: _FormUpload | _UrlUpload, names: list[str]
    ) -> list[Media]:
        there = await self._names(session) if session.attached else None
        data = await self._caller.call(
            routes.UPLOAD,
            session=session,
            before=_Before(self._arrived, session, upload, names, there),
            judged_as=_LOOKED_FOR,
            **upload.request(),
        )
        files = data.get("files") if isinstance(data, dict) else None
        if not isinstance(files, list) or not all(isinstance(one, dict) for one in files):
            raise errors.UnexpectedAnswerError(
                "the answer to an upload names no files", endpoint=routes.UPLOAD.endpoint
            )
        return [Media(one) for one in files]

    async def _names(self, session: Session) -> Counter[str]:
        state = await self._states.read(session, on_lost="report")
        return Counter(info.filename for info in state.media if info.filename)

    async def _arrived(
        self,
        session: Session,
        there: Counter[str],
        upload: _FormUpload | _UrlUpload,
        names: list[str],
    ) -> dict[str, Any] | None:
        """The files as the state tells them, if all have arrived besides those that were there."""
        try:
            state = await self._states.read(session, on_lost="raise")
        except errors.SessionNotFoundError:
            return None  # the upload itself will meet it, and knows what to do
        media = [dict(info.raw) for info in state.media]
        if not upload.names_known:  # the service chooses names of what it fetches
            new = media[there.total() :]
            return {"files": new} if len(new) >= len(names) else None
        seen = Counter(info.filename for info in state.media if info.filename)
        if any(seen[name] - there[name] < count for name, count in Counter(names).items()):
            return None
        newest = {info.get("filename"): info for info in media}
        return {"files": [newest[name] for name in names]}


@attrs.define
class _Before:
    """What is done before each attempt of an upload."""

    arrived: Callable[..., Awaitable[dict[str, Any] | None]]
    session: Session
    upload: _FormUpload | _UrlUpload
    names: list[str]
    there: Counter[str] | None
    began: bool = False

    async def __call__(self) -> Any:
        """From the second attempt on: what of it has arrived?"""
        if not self.began:
            self.began = True
            return None
        # Of a session that was opened here we know what was in it; it may have been replaced.
        there = self.there or self.session.uploaded
        found = await self.arrived(self.session, there, self.upload, self.names)
        if found is None and self.upload.spent:
            raise errors.SourceError(
                "the upload broke, and its source can't be read a second time",
                remedy="Pass a path or bytes instead of an iterator or a pipe.",
            )
        return found


@attrs.frozen
class _Again:
    """Sends the same sources into another session."""

    uploads: Uploads
    sources: list[Source]

    def __call__(self, session: Session) -> Awaitable[list[Media]]:
        return self.uploads.send(session, *self.sources)


class _UrlUpload:
    spent = False
    names_known = False

    def __init__(self, urls: list[str], patience: float) -> None:
        self._urls = urls
        self._patience = patience

    def request(self) -> dict[str, Any]:
        return {
            "json": {"urls": self._urls, "source_type": "url"},
            "patience": self._patience,  # the service fetches them before it answers
        }


class _FormUpload:
    """One multipart request, made anew for each attempt."""

    names_known = True

    def __init__(
        self,
        caller: Caller,
        sources: list[Source],
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        self._clock = caller.clock
        self._sources = sources
        self._tell = on_progress
        self._form = Form()

    @property
    def spent(self) -> bool:
        """Whether a source of it can't be read again."""
        return any(source.spent for source in self._sources)

    def _length(self) -> int | None:
        """Bytes of the whole body, if every source knows its size."""
        total = len(self._form.tail)
        for index, source in enumerate(self._sources):
            if source.size is None:
                return None
            total += source.size
            total += len(self._form.head(source.name, source.media_type, first=index == 0))
        return total

    def request(self) -> dict[str, Any]:
        headers = {"Content-Type": self._form.content_type}
        length = self._length()
        if length is not None:
            headers["Content-Length"] = str(length)
        return {"body": self._body, "headers": headers}

    async def _body(self) -> AsyncGenerator[bytes]:
        """The bytes of the form."""
        sizes = [source.size for source in self._sources]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        done = 0
        for index, source in enumerate(self._sources):
            meter = Meter("upload", total, source.name, self._clock.monotonic(), done)
            yield self._form.head(source.name, source.media_type, first=index == 0)
            own = 0
            async with aclosing(source.chunks()) as chunks:
                async for chunk in chunks:
                    yield chunk
                    done += len(chunk)
                    own += len(chunk)
                    if source.size is None:
                        check_size(source.name, own)
                    self._told(meter.at(done, self._clock.monotonic(), last=done == total))
            if own == 0:
                check_size(source.name, own)
            if source.size is not None and own != source.size:
                raise errors.SourceError(
                    f"{source.name} gave {own} bytes instead of {source.size}",
                    remedy="It changed while it was read; try again when it is complete.",
                )
        yield self._form.tail

    def _told(self, progress: Progress | None) -> None:
        if progress is not None and self._tell is not None:
            self._tell(progress)
