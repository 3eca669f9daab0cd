"""Uploads: files and web addresses into a session."""

from __future__ import annotations

import secrets
from collections import Counter
from contextlib import aclosing
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs

from nemomusic import errors
from nemomusic.conversation.readings import read_state
from nemomusic.files.sources import Source, check_cloud_type, check_size
from nemomusic.models.drafts.media import Media
from nemomusic.models.progress import ProgressMeter
from nemomusic.progress_reporter import reporting
from nemomusic.protocol import routes
from nemomusic.protocol.multipart import Form
from nemomusic.transport.messages import StreamedBody
from nemomusic.transport.pipeline import SessionPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from nemomusic.conversation.session_ref import AttachSession, SessionLike, SessionRef
    from nemomusic.files.sources import Uploadable
    from nemomusic.models.progress import ProgressCallback
    from nemomusic.progress_reporter import ProgressReporter
    from nemomusic.transport.pipeline import RequestContent, RequestPipeline


class Uploads:
    """`client.uploads`: files and web addresses into a session."""

    def __init__(self, pipeline: RequestPipeline, attach: AttachSession) -> None:
        self._pipeline = pipeline
        self._attach = attach

    async def send(
        self,
        session: SessionLike,
        *sources: Uploadable,
        on_progress: ProgressCallback | None = None,
    ) -> list[Media]:
        """Upload files into a session, in one request.

        Type and size are checked before a byte is sent. If the connection breaks, the SDK reads the
        state, and sends again only the files that did not arrive.

        Args:
            session: The `Session` that gets the files, or its id.
            sources: Paths, bytes, binary file objects, async iterables, or `Source`s.
            on_progress: Called with `Progress` (bytes, rate, estimated time), up to 10 times a
                second.

        Returns:
            One `Media` for each source, in order.

        Raises:
            SourceError: A source is missing, empty, unreadable, changed, or can't be read twice.
            UnsupportedFileTypeError: 4001, found before sending or by the service.
            FileTooLargeError: 4002, found before sending or by the service.
            SessionLostError: The session does not exist any more, and it held work.
            TransportError: The network failed.
        """
        cloud = self._pipeline.settings.is_cloud
        if all(isinstance(one, Source) for one in sources):  # their files were looked at already
            checked = _checked(sources, cloud)
        else:
            checked = await self._pipeline.executor.run(_checked, sources, cloud)
        if not checked:
            raise errors.SourceError("nothing to upload", remedy="Pass at least one source.")
        ref, names = self._attach(session), [source.name for source in checked]
        async with reporting(on_progress) as report:
            form = _FormUpload(self._pipeline, checked, report)
            media = await self._arrive(ref, form, names)
        ref.note_upload(_SourcesAgain(self, checked), names)
        return media

    async def send_urls(self, session: SessionLike, *urls: str) -> list[Media]:
        """Ask the service to download files from web addresses.

        Args:
            session: A `Session` or its id.
            *urls: The addresses, in the order in which the files follow each other.

        Raises:
            SourceError: An address is not a web address, or holds a password, or the cloud can't
                reach it.
            APIError: The service can't or won't download a file.
        """
        if not urls:
            raise errors.SourceError("nothing to upload", remedy="Pass at least one address.")
        from nemomusic.files.web_addresses import check_web_address  # most uploads are files

        for url in urls:
            check_web_address(url, cloud=self._pipeline.settings.is_cloud)
        ref, patience = self._attach(session), self._pipeline.timeouts.read
        names = [PurePosixPath(urlsplit(url).path).name or url for url in urls]
        media = await self._arrive(ref, _UrlUpload(list(urls), patience), names)
        ref.note_upload(_UrlsAgain(self, urls), names)
        return media

    async def _arrive(
        self, session: SessionRef, upload: _FormUpload | _UrlUpload, names: list[str]
    ) -> list[Media]:
        there = await self._names(session) if session.attached else None
        content = upload.request()
        # A request that was held on the way may arrive after the client has repeated it.
        content["headers"] = {"Idempotency-Key": secrets.token_hex(16)}
        done = _AlreadyDone(self._arrived, session, upload, names, there)
        answer = await self._pipeline.request(
            routes.UPLOAD, session=session, already_done=done, **content
        )
        data = answer.data
        files = data.get("files") if isinstance(data, dict) else None
        if not isinstance(files, list) or not all(isinstance(one, dict) for one in files):
            raise errors.UnexpectedAnswerError(
                "the answer to an upload names no files", endpoint=routes.UPLOAD.endpoint
            )
        return [Media(one, response=answer.meta) for one in files]

    async def _names(self, session: SessionRef) -> Counter[str]:
        state = await read_state(self._pipeline, session, SessionPolicy.REPORT)
        return Counter(info.filename for info in state.media if info.filename)

    async def _arrived(
        self,
        session: SessionRef,
        there: Counter[str],
        upload: _FormUpload | _UrlUpload,
        names: list[str],
    ) -> dict[str, Any] | None:
        """Return the uploaded files as the state lists them; None if some have not arrived."""
        try:
            state = await read_state(self._pipeline, session, SessionPolicy.PROPAGATE)
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
class _AlreadyDone:
    """Checks before each attempt of an upload which files have arrived."""

    arrived: Callable[..., Awaitable[dict[str, Any] | None]]
    session: SessionRef
    upload: _FormUpload | _UrlUpload
    names: list[str]
    there: Counter[str] | None
    began: bool = False

    async def __call__(self) -> Any:
        """Find out which files have arrived, before a second or later attempt."""
        if not self.began:
            self.began = True
            return None
        # The contents of a session that was opened here are known; it may have been replaced.
        there = self.there or self.session.uploaded
        found = await self.arrived(self.session, there, self.upload, self.names)
        if found is None and self.upload.spent:
            raise errors.SourceError(
                "the upload broke, and its source can't be read a second time",
                remedy="Pass a path or bytes instead of an iterator or a pipe.",
            )
        return found


@attrs.frozen
class _SourcesAgain:
    """Send the same sources into another session."""

    uploads: Uploads
    sources: list[Source]

    @property
    def holds_data(self) -> bool:
        """Whether a source keeps its bytes in memory."""
        return any(source.path is None for source in self.sources)

    async def __call__(self, session: SessionRef) -> list[Media]:
        return await self.uploads.send(session, *self.sources)


@attrs.frozen
class _UrlsAgain:
    """Ask the service to download the same addresses into another session."""

    uploads: Uploads
    urls: tuple[str, ...]
    holds_data = False

    async def __call__(self, session: SessionRef) -> list[Media]:
        return await self.uploads.send_urls(session, *self.urls)


class _UrlUpload:
    spent = False
    names_known = False

    def __init__(self, urls: list[str], patience: float) -> None:
        self._urls = urls
        self._patience = patience

    def request(self) -> RequestContent:
        return {
            "json": {"urls": self._urls, "source_type": "url"},
            "read_timeout": self._patience,  # the service fetches them before it answers
        }


def _checked(sources: Sequence[Uploadable], cloud: bool) -> list[Source]:
    """Return the sources. Making a `Source` looks at its file, for which a thread is needed."""
    checked = [one if isinstance(one, Source) else Source(one) for one in sources]
    for one in checked if cloud else ():
        check_cloud_type(one.name)
    return checked


class _FormUpload:
    """One multipart request, made again for each attempt."""

    names_known = True

    def __init__(
        self,
        pipeline: RequestPipeline,
        sources: list[Source],
        report: ProgressReporter,
    ) -> None:
        self._clock = pipeline.clock
        self._executor = pipeline.executor
        self._sources = sources
        self._report = report
        self._form = Form()

    @property
    def spent(self) -> bool:
        """Whether one of the sources can't be read again."""
        return any(source.spent for source in self._sources)

    def _length(self) -> int | None:
        """Return the bytes of the whole body; None unless every source knows its size."""
        total = len(self._form.tail)
        for index, source in enumerate(self._sources):
            if source.size is None:
                return None
            total += source.size
            total += len(self._form.head(source.name, source.media_type, first=index == 0))
        return total

    def request(self) -> RequestContent:
        headers = {"Content-Type": self._form.content_type}
        length = self._length()
        if length is not None:
            headers["Content-Length"] = str(length)
        return {"body": StreamedBody(self._body, headers)}

    async def _body(self) -> AsyncGenerator[bytes]:
        """Yield the bytes of the form."""
        sizes = [source.size for source in self._sources]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        done = 0
        for index, source in enumerate(self._sources):
            meter = ProgressMeter("upload", total, source.name, self._clock.monotonic(), done)
            yield self._form.head(source.name, source.media_type, first=index == 0)
            own = 0
            async with aclosing(source.chunks(self._executor)) as chunks:
                async for chunk in chunks:
                    yield chunk
                    done += len(chunk)
                    own += len(chunk)
                    if source.size is None:
                        check_size(source.name, own)
                    step = meter.at(done, self._clock.monotonic(), last=done == total)
                    if step is not None:
                        self._report(step)
            if own == 0:
                check_size(source.name, own)
            if source.size is not None and own != source.size:
                raise errors.SourceError(
                    f"{source.name} gave {own} bytes instead of {source.size}",
                    remedy="The file changed while it was read; try again when it is complete.",
                )
        yield self._form.tail
