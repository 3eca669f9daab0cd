"""The main job as resumable steps: session, upload, message, render, download.

Each step is noted before it begins and after it ends. So another process can continue the job after
a `kill -9` at any moment. It does not send an accepted message again, does not repeat a finished
upload, and does not lose a render.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.jobs.steps.message_step import MessageStep
from nemomusic.jobs.steps.render_step import RenderStep
from nemomusic.jobs.steps.scored_video import ScoredVideo
from nemomusic.jobs.steps.session_step import SessionStep
from nemomusic.jobs.steps.upload_step import UploadStep
from nemomusic.models.progress import Progress

if TYPE_CHECKING:
    from nemomusic.conversation.turn import Turn
    from nemomusic.jobs.steps.inputs import Clip
    from nemomusic.jobs.steps.step_context import StepContext
    from nemomusic.models.state import State


class JobSteps:
    """Takes the remaining steps of one job.

    Args:
        job: The job.
        clips: The sources, if this process has them; None to find them again.
        turn: The turn under way of an earlier call of this client, which was canceled.
    """

    def __init__(
        self, job: StepContext, *, clips: tuple[Clip, ...] | None, turn: Turn | None = None
    ) -> None:
        self._job = job
        self._upload = UploadStep(job, clips)
        self._session = SessionStep(job, self._upload)
        self._message = MessageStep(job, turn)
        self._render = RenderStep(job)

    @property
    def turn(self) -> Turn | None:
        """The message under way, if there is one."""
        return self._message.turn

    async def run(self) -> ScoredVideo:
        """Take the remaining steps.

        Raises:
            NemoMusicError: See `Client.add_music`.
        """
        job = self._job
        job.report(Progress(stage="connect"))
        if job.durable:
            await self._session.identify()
        if not job.fresh and job.log.data.get("message") in {None, "again"}:
            await self._render.check_output()
        session = await self._session.take()
        with session.observed_by(self._session):
            await self._upload.take(session)
            reply, state = await self._message.take(session)
            export = await self._render.take(session, state)
        job.report(
            Progress(stage="done", fraction=1.0, text=f"Ready! {export.path.name}"), last=True
        )
        return ScoredVideo(
            path=export.path,
            reply=reply,
            state=state,
            export=export,
            session=job.resources.session_store.handle(session),
            job_id=job.log.job_id,
            credits=job.log.data.get("credits"),
            warnings=(*_warnings(len(job.sources), state), *export.status.warnings),
        )


def _warnings(sources: int, state: State) -> tuple[str, ...]:
    """Return the warnings of the job."""
    clips = sum(len(track.segments) for track in state.draft.tracks if track.kind == "video")
    if sources > 1 and clips < sources:
        return (f"{sources} clips were uploaded, and the timeline shows {clips} of them",)
    return ()
