"""The last steps of a job: render the draft, and download the result."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.files.outputs import resolve_output
from nemomusic.files.part_file import stamp_of
from nemomusic.jobs.steps.inputs import file_digest
from nemomusic.models.render import RenderStatus
from nemomusic.resources.render_steps import Export

if TYPE_CHECKING:
    from pathlib import Path

    from nemomusic.conversation.session_ref import SessionRef
    from nemomusic.jobs.steps.step_context import StepContext
    from nemomusic.models.state import State


class RenderStep:
    """Renders the draft, and fetches the result.

    Args:
        job: The job.
    """

    def __init__(self, job: StepContext) -> None:
        self._job = job

    async def check_output(self) -> None:
        """Check the path of a job that goes on later, before its message is paid for.

        Raises:
            OutputError: The result can't be written at its path.
        """
        await self._job.pipeline.executor.run(
            resolve_output,
            self._job.output,
            None,
            overwrite=bool(self._job.log.data.get("overwrite")),
        )

    async def take(self, session: SessionRef, state: State) -> Export:
        """Render the draft unless a render is under way, and download the result.

        Raises:
            OutputError: The result can't be written at its path.
            RenderError: The renderer failed.
            DownloadError: The result could not be fetched completely.
        """
        log, data, steps = self._job.log, self._job.log.data, self._job.resources.render_steps
        log.begin("render")
        target = self._job.output
        # The file may be this job's result: the process may have ended before it noted that.
        finalizing = data.get("finalizing")
        own = finalizing is not None and await self._job.pipeline.executor.run(
            stamp_of, target
        ) == tuple(finalizing)
        overwrite = bool(data.get("overwrite"))
        # The path was checked when the job began, perhaps days ago. A render that can't be saved is
        # not started.
        target = await self._job.pipeline.executor.run(
            resolve_output, target, None, overwrite=overwrite or own, tried=self._job.fresh
        )
        if own:
            export = await self._placed_before(target)
            await self._note_done(export)
            return export
        render_id = await self._render_again()
        if render_id is None:
            render_id = await steps.start(session, state.draft, before=log.rendering)
            await log.note("render", "submitted", wait=False, render_id=render_id)
        self._job.report.has_render(render_id)
        status = await steps.wait(render_id, self._job.report.reporter)
        log.begin("download")
        await log.note("download", "intent", download="begun")
        export = await steps.fetch(
            render_id,
            target,
            status,
            overwrite=overwrite,
            report=self._job.report.reporter,
            before_finalizing=log.finalizing,
        )
        await self._note_done(export)
        return export

    async def _note_done(self, export: Export) -> None:
        found: dict[str, Any] = {}
        if self._job.log.data.get("hash_output"):
            with suppress(OSError):  # the file is placed, and its stamp was noted before that
                digest = await self._job.pipeline.executor.run(file_digest, export.path)
                found["output_sha256"] = digest
        await self._job.log.note(
            "download",
            "done",
            job_state="done",
            download="done",
            size=export.size,
            render=dict(export.status.raw),
            credits=self._job.log.data.get("credits"),
            error=None,
            error_type=None,
            remedy=None,
            **found,
        )

    async def _placed_before(self, target: Path) -> Export:
        """Return the result that this job had placed before its process ended.

        It was complete. Fetching it again would note the stamp of another file, and a second
        `kill -9` would then leave a file that the job does not know.
        """
        render_id = str(self._job.log.data.get("render_id"))
        try:
            status = await self._job.resources.render_steps.status(render_id)
        except (errors.APIError, errors.TransportError):  # the result is here all the same
            status = RenderStatus({"status": "completed"})
        size = await self._job.pipeline.executor.run(lambda: target.stat().st_size)
        return Export(path=target, size=size, render_id=render_id, status=status)

    async def _render_again(self) -> str | None:
        """Return the render that was started before, unless it was not accepted or has failed."""
        render_id = self._job.log.data.get("render_id")
        if not render_id:
            return None
        try:
            status = await self._job.resources.render_steps.status(render_id)
        except errors.NotFoundError:
            return None
        return None if status.state in {"failed", "cancelled"} else str(render_id)
