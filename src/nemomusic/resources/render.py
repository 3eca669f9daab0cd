"""Export: start a render, wait for it, cancel it, fetch its result. Export is free."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import attrs

from nemomusic import errors
from nemomusic.models.draft import Draft
from nemomusic.models.progress import Progress
from nemomusic.models.render import RenderStatus
from nemomusic.protocol import routes
from nemomusic.resources.download import Download
from nemomusic.resources.outputs import resolve_output

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from os import PathLike
    from pathlib import Path

    from nemomusic.resources.caller import Caller
    from nemomusic.resources.download import Stamp
    from nemomusic.resources.sessions import Session
    from nemomusic.resources.state import States

_FINAL_REFUSALS = (
    errors.AuthenticationError,
    errors.PlanRequiredError,
    errors.RateLimitedError,
    errors.OutOfCreditsError,
    errors.SessionNotFoundError,
)
"""A new id would change nothing about these."""


@attrs.frozen(kw_only=True)
class Rendered:
    """A finished export on disk.

    Attributes:
        path: the file.
        size: bytes.
        render_id: the job.
        status: what the renderer said last.
    """

    path: Path
    size: int
    render_id: str
    status: RenderStatus


class RenderJob:
    """An export under way, here or started by another process.

    Attributes:
        id: keep it: a job whose id is forgotten is orphaned.
    """

    def __init__(self, renders: Renders, render_id: str) -> None:
        self._renders = renders
        self.id = render_id

    def __repr__(self) -> str:
        return f"<RenderJob {self.id}>"

    async def status(self) -> RenderStatus:
        """See `client.render.status`."""
        return await self._renders.status(self)

    async def wait(self, on_progress: Callable[[Progress], object] | None = None) -> RenderStatus:
        """See `client.render.wait`."""
        return await self._renders.wait(self, on_progress=on_progress)

    async def cancel(self) -> None:
        """See `client.render.cancel`."""
        await self._renders.cancel(self)

    async def download(
        self,
        path: str | PathLike[str],
        *,
        overwrite: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Rendered:
        """See `client.render.download`."""
        return await self._renders.download(
            self, path, overwrite=overwrite, on_progress=on_progress
        )


def new_render_id() -> str:
    """`render_` and what no other job has."""
    return f"render_{uuid.uuid4().hex}"


class Renders:
    """`client.render`."""

    def __init__(self, caller: Caller, states: States) -> None:
        self._caller = caller
        self._states = states

    async def start(
        self,
        session: Session,
        draft: Draft | Mapping[str, Any] | None = None,
        *,
        before: Callable[[str], Awaitable[object]] | None = None,
    ) -> RenderJob:
        """Start an export.

        A refused or failed submission is tried once more with a new id, after asking whether the
        first one really was not accepted.

        Args:
            session: whose draft.
            draft: what to render, posted as it is; None for the newest.
            before: awaited with each id before it is submitted, to write it down.

        Raises:
            NotExportableError: no track has segments.
            PlanRequiredError: 402.
            SessionLost: the session is gone.
        """
        if draft is None:
            draft = (await self._states.latest(session)).draft
        whole = draft if isinstance(draft, Draft) else Draft(draft)
        if not whole.exportable:
            raise errors.NotExportableError("the timeline is empty: no track has segments")
        first = new_render_id()
        try:
            return await self._submit(session, first, whole, before)
        except _FINAL_REFUSALS:
            raise
        except (errors.APIError, errors.TransportError) as refused:
            if await self._exists(first, refused):
                return RenderJob(self, first)
        second = new_render_id()
        try:
            return await self._submit(session, second, whole, before)
        except (errors.ServerError, errors.UnexpectedAnswerError, errors.TransportError) as refused:
            if await self._exists(second, refused):
                return RenderJob(self, second)
            raise

    async def _submit(
        self,
        session: Session,
        render_id: str,
        draft: Draft,
        before: Callable[[str], Awaitable[object]] | None,
    ) -> RenderJob:
        if before is not None:
            await before(render_id)
        asked = session.id
        try:
            data = await self._caller.call(
                routes.RENDER_START, json=routes.render_body(render_id, asked, draft.raw)
            )
        except errors.SessionNotFoundError as error:
            await session.replace(error, asked, silently=False)
            raise
        status = RenderStatus(data if isinstance(data, dict) else {})
        return RenderJob(self, status.id or render_id)

    async def _exists(self, render_id: str, refused: errors.NemoMusicError) -> bool:
        """Whether a submission that seemed to fail was accepted after all."""
        if isinstance(refused, errors.TransportError) and not refused.sent:
            return False
        try:
            await self.status(render_id)
        except (errors.NotFoundError, errors.InvalidRequestError):
            return False
        except errors.NemoMusicError:
            refused.remedy = (
                f"It may have been accepted: client.render.attach({render_id!r}).status() tells."
            )
            raise refused from None
        return True

    def attach(self, render_id: str | RenderJob) -> RenderJob:
        """A handle for a job that exists. Asks nothing.

        Raises:
            InputError: the id is empty.
        """
        if isinstance(render_id, RenderJob):
            return render_id
        if not render_id.strip():
            raise errors.InputError("an empty render id", remedy="Pass the id of a render job.")
        return RenderJob(self, render_id.strip())

    async def status(self, job: RenderJob | str) -> RenderStatus:
        """How far it is.

        Raises:
            NotFoundError: no such job, or another token's.
        """
        data = await self._caller.call(
            routes.RENDER_STATUS, path={"render_id": self.attach(job).id}
        )
        return RenderStatus(data if isinstance(data, dict) else {})

    async def wait(
        self, job: RenderJob | str, *, on_progress: Callable[[Progress], object] | None = None
    ) -> RenderStatus:
        """Wait until it is completed.

        Polls after 5 s, then less and less often, every 30 s in the end (the service's own figure).
        On loopback after 0.25 s, then each time a tenth more has passed: what is done is found
        within 0.05 to 0.25 s. Network faults are outlived.

        Raises:
            RenderFailedError: the renderer failed, or the job was cancelled.
            RenderStalledError: no progress for `Timeouts.render` (5 minutes).
        """
        caller = self._caller
        job = self.attach(job)
        intervals = _intervals(local=caller.transport.settings.is_local)
        patience = caller.transport.settings.timeouts.render
        moved, seen = caller.clock.monotonic(), -1.0
        fault: errors.NemoMusicError | None = None
        while True:
            interval = next(intervals)
            if caller.deadline is not None:
                try:
                    caller.deadline.check(interval)
                except errors.DeadlineExceededError as error:
                    error.remedy = f"The render goes on: client.render.attach({job.id!r})."
                    raise
            await caller.clock.sleep(interval)
            try:
                status = await self.status(job)
            except errors.RateLimitedError as error:
                if error.retry_after is not None and error.retry_after > patience:
                    raise  # it says when to come back
                fault, status = error, None
            except (
                errors.TransportError,
                errors.ServerError,
                errors.UnexpectedAnswerError,
            ) as error:
                fault, status = error, None
            now = caller.clock.monotonic()
            if status is not None:
                if status.progress > seen or status.done:
                    moved, seen = now, max(seen, status.progress)
                    if on_progress is not None:
                        on_progress(
                            Progress(
                                stage="render",
                                fraction=(100.0 if status.done else status.progress) / 100,
                            )
                        )
                if status.phase == "completed":
                    return status
                if status.phase in {"failed", "cancelled"}:
                    why = f": {status.error}" if status.error else ""
                    raise errors.RenderFailedError(
                        f"the render was {status.phase}{why}"
                        if status.phase == "cancelled"
                        else f"the render failed{why}",
                        render_id=job.id,
                        endpoint=routes.RENDER_STATUS.endpoint,
                    )
            if now - moved >= patience:
                raise errors.RenderStalledError(
                    f"the render made no progress for {patience:g} s",
                    render_id=job.id,
                    job=job,
                    endpoint=routes.RENDER_STATUS.endpoint,
                ) from fault

    async def cancel(self, job: RenderJob | str) -> None:
        """Cancel a job that is not finished.

        Raises:
            NotFoundError: no such job.
            InvalidRequestError: it is finished already.
        """
        await self._caller.call(routes.RENDER_CANCEL, path={"render_id": self.attach(job).id})

    async def download(
        self,
        job: RenderJob | str,
        path: str | PathLike[str],
        *,
        status: RenderStatus | None = None,
        overwrite: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Rendered:
        """Fetch the result of a completed job: from its output URL, else by the API's own route.

        Raises:
            OutputError: it can't be written there.
            RenderFailedError: the job is not completed.
            DownloadError: it could not be fetched whole.
        """
        job = self.attach(job)
        target = resolve_output(path, None, overwrite=overwrite)
        if status is None:
            status = await self.status(job)
        if status.phase != "completed":
            raise errors.RenderFailedError(
                f"the render is {status.phase}, so there is nothing to download",
                render_id=job.id,
                remedy="Wait for it with client.render.wait().",
            )
        return await self.fetch(job, target, status, overwrite=overwrite, on_progress=on_progress)

    async def fetch(
        self,
        job: RenderJob,
        target: Path,
        status: RenderStatus,
        *,
        overwrite: bool,
        on_progress: Callable[[Progress], object] | None,
        before_placing: Callable[[Stamp], Awaitable[None]] | None = None,
    ) -> Rendered:
        """The last part of `download`: for a target that was checked, and a job that is done."""
        download = Download(
            self._caller,
            target,
            status.size,
            on_progress,
            replace=overwrite,
            before_placing=before_placing,
        )
        size = await download.fetch(job.id, status.url)
        return Rendered(path=target, size=size, render_id=job.id, status=status)

    async def export(
        self,
        session: Session,
        output: str | PathLike[str],
        *,
        draft: Draft | None = None,
        overwrite: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Rendered:
        """Start, wait, download. Raises as those do; the output is checked first."""
        target = resolve_output(output, None, overwrite=overwrite)
        job = await self.start(session, draft)
        status = await self.wait(job, on_progress=on_progress)
        return await self.fetch(job, target, status, overwrite=overwrite, on_progress=on_progress)


def _intervals(*, local: bool) -> Iterator[float]:
    """Seconds between polls, without end."""
    if local:
        interval = waited = 0.25
        while True:
            yield interval
            interval = min(0.25, max(0.05, waited / 10))
            waited += interval
    interval = 5.0
    while True:
        yield interval
        interval = min(30.0, interval * 1.5)
