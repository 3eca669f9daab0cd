"""The steps of an export: submit a render, wait for it, fetch its result."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import attrs

from nemomusic import errors
from nemomusic.files.download import Download
from nemomusic.models.progress import Progress
from nemomusic.models.render import RenderStatus
from nemomusic.models.values.value import AnswerValue
from nemomusic.protocol import routes
from nemomusic.transport.pipeline import SessionPolicy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from nemomusic.conversation.session_ref import SessionRef
    from nemomusic.files.part_file import Stamp
    from nemomusic.models.drafts.draft import Draft
    from nemomusic.progress_reporter import ProgressReporter
    from nemomusic.transport.pipeline import RequestPipeline

_FINAL_REFUSALS = (
    errors.AuthenticationError,
    errors.PlanRequiredError,
    errors.RateLimitedError,
    errors.OutOfCreditsError,
    errors.SessionNotFoundError,
)
"""Errors after which a new id would not help."""


@attrs.frozen(kw_only=True)
class Export(AnswerValue):
    """A finished export on disk.

    Attributes:
        path: The file.
        size: Bytes of the file.
        render_id: The render that made it.
        status: The last status of the render.
    """

    path: Path
    size: int
    render_id: str
    status: RenderStatus


def new_render_id() -> str:
    """Return a new id: `render_` and a unique part."""
    return f"render_{uuid.uuid4().hex}"


class RenderSteps:
    """The steps of an export, for `client.render` and for jobs.

    A job notes each of them in its journal.
    """

    def __init__(self, pipeline: RequestPipeline) -> None:
        self._pipeline = pipeline

    async def start(
        self,
        session: SessionRef,
        draft: Draft,
        *,
        before: Callable[[str], Awaitable[object]] | None = None,
    ) -> str:
        """Submit a draft to be rendered.

        If the submission is refused or fails, the SDK asks whether the service has accepted the
        first id. If not, it submits once more with a new id.

        Args:
            session: The session of the draft.
            draft: The draft to render, which is sent without change.
            before: Awaited with each id before it is submitted, so that a journal can note it.

        Returns:
            The id of the render.

        Raises:
            NotExportableError: No track has segments.
            PlanRequiredError: 402: the plan does not allow an export.
            SessionLostError: The session is gone.
        """
        if not draft.exportable:
            raise errors.NotExportableError("the timeline is empty: no track has segments")
        first = new_render_id()
        try:
            return await self._submit(session, first, draft, before)
        except _FINAL_REFUSALS:
            raise
        except (errors.APIError, errors.TransportError) as refused:
            if await self._exists(first, refused):
                return first
        second = new_render_id()
        try:
            return await self._submit(session, second, draft, before)
        except (errors.ServerError, errors.UnexpectedAnswerError, errors.TransportError) as refused:
            if await self._exists(second, refused):
                return second
            raise

    async def _submit(
        self,
        session: SessionRef,
        render_id: str,
        draft: Draft,
        before: Callable[[str], Awaitable[object]] | None,
    ) -> str:
        if before is not None:
            await before(render_id)
        asked = session.id
        try:
            answer = await self._pipeline.request(
                routes.RENDER_START, json=routes.render_body(render_id, asked, draft.raw)
            )
        except errors.SessionNotFoundError as error:
            await session.replace(error, asked, SessionPolicy.REPORT)
            raise
        status = RenderStatus(answer.data if isinstance(answer.data, dict) else {})
        return status.id or render_id

    async def _exists(self, render_id: str, refused: errors.NemoMusicError) -> bool:
        """Return whether the service has accepted a submission that seemed to fail."""
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

    async def status(self, render_id: str) -> RenderStatus:
        """Ask for the status and progress of a render.

        Raises:
            NotFoundError: There is no such render, or it belongs to another token.
        """
        answer = await self._pipeline.request(routes.RENDER_STATUS, path={"render_id": render_id})
        data = answer.data if isinstance(answer.data, dict) else {}
        return RenderStatus(data, response=answer.meta)

    async def wait(self, render_id: str, report: ProgressReporter) -> RenderStatus:
        """Wait until a render is completed.

        The SDK polls after 5 s, then at growing intervals of up to 30 s (docs/protocol.md). On
        loopback it polls after 0.25 s, then each time the waiting time has grown by a tenth. So it
        finds a finished render within 0.05 to 0.25 s. Network faults do not end the wait.

        Raises:
            RenderFailedError: The renderer failed, or the render was canceled.
            RenderStalledError: The render made no progress for `Timeouts.render` seconds, or did
                not end within `Timeouts.render_total` seconds.
        """
        pipeline = self._pipeline
        intervals = _intervals(local=pipeline.settings.is_local)
        patience = pipeline.timeouts.render
        began = moved = pipeline.clock.monotonic()
        seen = -1.0
        while True:
            interval = next(intervals)
            if pipeline.deadline is not None:
                try:
                    pipeline.deadline.check(interval)
                except errors.DeadlineExceededError as error:
                    error.remedy = f"The render goes on: client.render.attach({render_id!r})."
                    raise
            await pipeline.clock.sleep(interval)
            status, fault = await self._read_status(render_id)
            now = pipeline.clock.monotonic()
            if status is not None:
                if status.progress > seen or status.final:
                    moved, seen = now, max(seen, status.progress)
                    share = (100.0 if status.final else status.progress) / 100
                    report(Progress(stage="render", fraction=share))
                if status.state == "completed":
                    return status
                if status.state in {"failed", "cancelled"}:
                    raise _failed(render_id, status)
            if now - moved >= patience:
                raise _stalled(render_id, f"made no progress for {patience:g} s") from fault
            if now - began >= pipeline.timeouts.render_total:
                limit = pipeline.timeouts.render_total
                raise _stalled(render_id, f"was not completed within {limit:g} s") from fault

    async def _read_status(
        self, render_id: str
    ) -> tuple[RenderStatus | None, errors.NemoMusicError | None]:
        """Read the status. After a fault that does not end the wait, return None and the fault."""
        try:
            return await self.status(render_id), None
        except errors.RateLimitedError as error:
            if error.retry_after is not None and error.retry_after > self._pipeline.timeouts.render:
                raise  # it says when to come back
            return None, error
        except (
            errors.TransportError,
            errors.ServerError,
            errors.UnexpectedAnswerError,
        ) as error:
            return None, error

    async def cancel(self, render_id: str) -> None:
        """Cancel a render that is not finished.

        Raises:
            NotFoundError: There is no such render.
            InvalidRequestError: The render is finished already.
        """
        await self._pipeline.request(routes.RENDER_CANCEL, path={"render_id": render_id})

    async def fetch(
        self,
        render_id: str,
        target: Path,
        status: RenderStatus,
        *,
        overwrite: bool,
        report: ProgressReporter,
        before_finalizing: Callable[[Stamp], Awaitable[None]] | None = None,
    ) -> Export:
        """Download the result of a completed render to a path that was checked."""
        download = Download(
            self._pipeline,
            target,
            status.size,
            report,
            replace=overwrite,
            before_placing=before_finalizing,
        )
        size = await download.fetch(render_id, status.url)
        return Export(
            path=target,
            size=size,
            render_id=render_id,
            status=status,
            response=download.response,
        )


def _stalled(render_id: str, how: str) -> errors.RenderStalledError:
    return errors.RenderStalledError(
        f"the render {how}", render_id=render_id, endpoint=routes.RENDER_STATUS.endpoint
    )


def _failed(render_id: str, status: RenderStatus) -> errors.RenderFailedError:
    why = f": {status.error}" if status.error else ""
    said = "the render was canceled" if status.state == "cancelled" else "the render failed"
    return errors.RenderFailedError(
        f"{said}{why}", render_id=render_id, endpoint=routes.RENDER_STATUS.endpoint
    )


def _intervals(*, local: bool) -> Iterator[float]:
    """Yield the seconds between polls, endlessly."""
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
