"""Export: start a render, wait for it, cancel it, fetch its result. Export is free."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.conversation.readings import read_state
from nemomusic.conversation.session_ref import checked_id
from nemomusic.files.outputs import resolve_output, temporary_folder
from nemomusic.files.source_readers import DiskReader
from nemomusic.models.drafts.draft import Draft
from nemomusic.models.values.value import LiveHandle
from nemomusic.progress_reporter import reporting
from nemomusic.resources.render_steps import Export, RenderSteps
from nemomusic.transport.pipeline import SessionPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from os import PathLike

    from nemomusic.conversation.session_ref import AttachSession, SessionLike
    from nemomusic.models.progress import ProgressCallback
    from nemomusic.models.render import RenderStatus
    from nemomusic.transport.pipeline import RequestPipeline

__all__ = ["Export", "RenderJob", "Renders"]


class RenderJob(LiveHandle):
    """The handle of a render, which this process or another process started.

    Attributes:
        id: The id of the render. Save it: without the id, no program can find the render again.
    """

    id: str

    def __init__(self, renders: Renders, render_id: str) -> None:
        self._renders = renders
        self.id = render_id

    def __repr__(self) -> str:
        return f"<RenderJob {self.id}>"

    async def status(self) -> RenderStatus:
        """Ask for the status and progress of the render. See `client.render.status`.

        Raises:
            NotFoundError: There is no such render, or it belongs to another token.
        """
        return await self._renders.status(self)

    async def wait(self, on_progress: ProgressCallback | None = None) -> RenderStatus:
        """Wait until the render is completed. See `client.render.wait`.

        Raises:
            RenderFailedError: The renderer failed, or the render was canceled.
            RenderStalledError: See `client.render.wait`.
        """
        return await self._renders.wait(self, on_progress=on_progress)

    async def cancel(self) -> None:
        """Cancel the render. See `client.render.cancel`.

        Raises:
            NotFoundError: There is no such render.
            InvalidRequestError: The render is finished already.
        """
        await self._renders.cancel(self)

    def stream(self, *, on_progress: ProgressCallback | None = None) -> AsyncIterator[bytes]:
        """Yield the result in pieces. See `client.render.stream`.

        Raises:
            RenderFailedError: The render is not completed.
            DownloadError: The file could not be fetched completely.
            OutputError: The disk is full.
        """
        return self._renders.stream(self, on_progress=on_progress)

    async def read(self, *, on_progress: ProgressCallback | None = None) -> bytes:
        """Return the result as bytes. See `client.render.read`.

        Raises:
            RenderFailedError: The render is not completed.
            DownloadError: The file could not be fetched completely.
            OutputError: The disk is full.
        """
        return await self._renders.read(self, on_progress=on_progress)

    async def download(
        self,
        path: str | PathLike[str],
        *,
        overwrite: bool = False,
        on_progress: ProgressCallback | None = None,
    ) -> Export:
        """Download the result to a path. See `client.render.download`.

        Args:
            path: The path of the file.
            overwrite: Whether an existing file may be replaced.
            on_progress: Called with `Progress`.

        Raises:
            OutputError: The file can't be written there.
            RenderFailedError: The render is not completed.
            DownloadError: The file could not be fetched completely.
        """
        return await self._renders.download(
            self, path, overwrite=overwrite, on_progress=on_progress
        )


class Renders:
    """`client.render`: exports. Every call takes a `RenderJob` or its id."""

    def __init__(self, pipeline: RequestPipeline, attach: AttachSession) -> None:
        self._pipeline = pipeline
        self._attach = attach
        self._steps = RenderSteps(pipeline)

    async def start(
        self, session: SessionLike, draft: Draft | Mapping[str, Any] | None = None
    ) -> RenderJob:
        """Start an export.

        If the submission is refused or fails, the SDK asks whether the service has accepted the
        first id. If not, it submits once more with a new id.

        Args:
            session: The `Session` whose draft is rendered, or its id.
            draft: The draft to render, which is sent without change; None for the newest draft of
                the session.

        Raises:
            NotExportableError: No track has segments.
            PlanRequiredError: 402: the plan does not allow an export.
            SessionLostError: The session is gone.
        """
        ref = self._attach(session)
        if draft is None:
            draft = (await read_state(self._pipeline, ref, SessionPolicy.REPORT)).draft
        posted = draft if isinstance(draft, Draft) else Draft(draft)
        return RenderJob(self, await self._steps.start(ref, posted))

    def attach(self, render: RenderJob | str | int) -> RenderJob:
        """Return a handle for a render that exists. No request is sent.

        Raises:
            InputError: The id is empty, or not an id.
        """
        if isinstance(render, RenderJob):
            return render
        return RenderJob(self, checked_id(render, "render"))

    async def status(self, render: RenderJob | str | int) -> RenderStatus:
        """Ask for the status and progress of a render.

        Raises:
            NotFoundError: There is no such render, or it belongs to another token.
        """
        return await self._steps.status(self.attach(render).id)

    async def wait(
        self, render: RenderJob | str | int, *, on_progress: ProgressCallback | None = None
    ) -> RenderStatus:
        """Wait until a render is completed.

        The SDK polls after 5 s, then at growing intervals of up to 30 s (docs/protocol.md). On
        loopback it polls every 0.05 to 0.25 s. Network faults do not end the wait.

        Args:
            render: A `RenderJob` or its id.
            on_progress: Called with `Progress`.

        Raises:
            RenderFailedError: The renderer failed, or the render was canceled.
            RenderStalledError: The render made no progress for `Timeouts.render` (5 minutes), or
                did not end within `Timeouts.render_total` (15 minutes).
        """
        job = self.attach(render)
        try:
            async with reporting(on_progress) as report:
                return await self._steps.wait(job.id, report)
        except errors.RenderStalledError as error:
            error.job = job
            raise

    async def cancel(self, render: RenderJob | str | int) -> None:
        """Cancel a render that is not finished.

        Raises:
            NotFoundError: There is no such render.
            InvalidRequestError: The render is finished already.
        """
        await self._steps.cancel(self.attach(render).id)

    async def download(
        self,
        render: RenderJob | str | int,
        path: str | PathLike[str],
        *,
        status: RenderStatus | None = None,
        overwrite: bool = False,
        on_progress: ProgressCallback | None = None,
    ) -> Export:
        """Download the result of a completed render: from its output URL, else from the API.

        Args:
            render: A `RenderJob` or its id.
            path: The path of the file.
            status: The last known status; None to ask for it.
            overwrite: Whether an existing file may be replaced.
            on_progress: Called with `Progress`.

        Raises:
            OutputError: The file can't be written there.
            RenderFailedError: The render is not completed.
            DownloadError: The file could not be fetched completely.
        """
        job = self.attach(render)
        run = self._pipeline.executor.run
        target = (await run(resolve_output, path, None, overwrite=overwrite)).absolute()
        if status is None:
            status = await self.status(job)
        if status.state != "completed":
            raise errors.RenderFailedError(
                f"the render is {status.state}, so there is nothing to download",
                render_id=job.id,
                remedy="Wait for it with client.render.wait().",
            )
        async with reporting(on_progress) as report:
            return await self._steps.fetch(
                job.id, target, status, overwrite=overwrite, report=report
            )

    async def stream(
        self, render: RenderJob | str | int, *, on_progress: ProgressCallback | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the result of a completed render, in pieces of up to 1 MiB.

        Before the first piece is yielded, the complete result is downloaded into a temporary file
        and checked. So the pieces never come from an incomplete file.

        Args:
            render: A `RenderJob` or its id.
            on_progress: Called with `Progress`.

        Raises:
            RenderFailedError: The render is not completed.
            DownloadError: The file could not be fetched completely.
            OutputError: The disk is full.
        """
        async with temporary_folder(self._pipeline.executor, "nemomusic-result-") as folder:
            export = await self.download(render, folder / "result.mp4", on_progress=on_progress)
            async with aclosing(
                DiskReader(export.path).chunks(self._pipeline.executor, None)
            ) as it:
                async for piece in it:
                    yield piece

    async def read(
        self, render: RenderJob | str | int, *, on_progress: ProgressCallback | None = None
    ) -> bytes:
        """Return the result of a completed render.

        Args:
            render: A `RenderJob` or its id.
            on_progress: Called with `Progress`.

        Raises:
            RenderFailedError: The render is not completed.
            DownloadError: The file could not be fetched completely.
            OutputError: The disk is full.
        """
        return b"".join([piece async for piece in self.stream(render, on_progress=on_progress)])

    async def export(
        self,
        session: SessionLike,
        output: str | PathLike[str],
        *,
        draft: Draft | Mapping[str, Any] | None = None,
        overwrite: bool = False,
        on_progress: ProgressCallback | None = None,
    ) -> Export:
        """Start a render, wait for it, and download its result. The output path is checked first.

        Args:
            session: The `Session` whose draft is rendered, or its id.
            output: The path of the file.
            draft: The draft to render; None for the newest draft of the session.
            overwrite: Whether an existing file may be replaced.
            on_progress: Called with `Progress`.

        Raises:
            OutputError: The file can't be written there.
            NotExportableError: No track has segments.
            RenderFailedError: The renderer failed, or the render was canceled.
            RenderStalledError: See `wait`.
            DownloadError: The file could not be fetched completely.
        """
        run = self._pipeline.executor.run
        target = (await run(resolve_output, output, None, overwrite=overwrite)).absolute()
        async with reporting(on_progress) as report:
            job = await self.start(session, draft)
            status = await self.wait(job, on_progress=report)
            return await self._steps.fetch(
                job.id, target, status, overwrite=overwrite, report=report
            )
