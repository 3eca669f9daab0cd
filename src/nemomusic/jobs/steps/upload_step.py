"""The step that uploads a job's clips, except the clips that have already arrived."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.conversation.readings import read_state
from nemomusic.files.sources import Source
from nemomusic.jobs.steps.inputs import find_again
from nemomusic.transport.pipeline import SessionPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.conversation.session_ref import SessionRef
    from nemomusic.jobs.steps.inputs import Clip
    from nemomusic.jobs.steps.step_context import StepContext


class UploadStep:
    """Uploads the clips of a job.

    Args:
        job: The job.
        clips: The sources, if this process has them; None to find them again.
    """

    def __init__(self, job: StepContext, clips: tuple[Clip, ...] | None) -> None:
        self._job = job
        self._clips = clips

    async def take(self, session: SessionRef) -> None:
        """Upload the clips that are not in the session yet."""
        log, data = self._job.log, self._job.log.data
        if data.get("upload") == "done":
            return
        log.begin("upload")
        arrived = 0
        if data.get("upload") == "sending":
            arrived = await self._arrived(session)
        clips = await self._rest(arrived)
        if not clips:
            await log.note("upload", "done", wait=False, upload="done")
            return
        await log.note("upload", "intent", upload="sending")
        media = await self.send_clips(session, clips)
        await log.note(
            "upload",
            "done",
            wait=False,
            upload="done",
            media=media,
            sources=[
                {**one, "sha256": clip.sha256}
                if isinstance(clip, Source) and clip.sha256
                else dict(one)
                for one, clip in zip(self._job.sources, [None] * arrived + [*clips], strict=True)
            ],
        )
        self._clips = None  # free the bytes of the sources

    async def send_clips(self, session: SessionRef, clips: Sequence[Clip]) -> list[dict[str, Any]]:
        """Upload clips in order. Consecutive files go into one request."""
        media: list[dict[str, Any]] = []
        rest = list(clips)
        while rest:
            run = [rest.pop(0)]
            while rest and isinstance(rest[0], str) == isinstance(run[0], str):
                run.append(rest.pop(0))
            if isinstance(run[0], str):
                urls = [one for one in run if isinstance(one, str)]
                sent = await self._job.resources.uploads.send_urls(session, *urls)
            else:
                sources = [one for one in run if isinstance(one, Source)]
                for source in sources:
                    source.hashed = self._job.durable  # so that another process recognizes the file
                sent = await self._job.resources.uploads.send(
                    session, *sources, on_progress=self._job.report.reporter
                )
            media += [dict(one.raw) for one in sent]
        return media

    async def _rest(self, arrived: int) -> tuple[Clip, ...]:
        if self._clips is not None:
            return self._clips[arrived:]
        return await self._found_again(arrived)

    async def found_again(self) -> tuple[Clip, ...]:
        """Find all clips again, for a session that replaces the job's session."""
        return await self._found_again(0)

    async def _found_again(self, arrived: int) -> tuple[Clip, ...]:
        job_id, sources = self._job.log.job_id, self._job.sources[arrived:]
        run = self._job.pipeline.executor.run
        return await run(lambda: tuple(find_again(one, job_id) for one in sources))

    async def _arrived(self, session: SessionRef) -> int:
        """Count the clips that the state holds already. They are the first clips of the job."""
        try:
            state = await read_state(self._job.pipeline, session, SessionPolicy.PROPAGATE)
        except errors.SessionNotFoundError:
            return 0  # the upload itself will get this error, and open another session
        names = Counter(one.filename for one in state.media)
        arrived = 0
        for number, one in enumerate(self._job.sources):
            name = None if one.get("url") else one.get("name")
            known = names[name] > 0 if name else number < len(state.media)
            if not known:
                break
            names[name] -= 1
            arrived += 1
        return arrived


class UploadAgain:
    """Send a job's clips again into a session that replaces the job's session."""

    holds_data = False

    def __init__(self, step: UploadStep) -> None:
        self._step = step

    async def __call__(self, session: SessionRef) -> None:
        """Send the clips into a session."""
        await self._step.send_clips(session, await self._step.found_again())
