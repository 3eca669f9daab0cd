"""Jobs of a blocking client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nemomusic.jobs.steps.scored_video import VideoResult
from nemomusic.models.values.value import LiveHandle
from nemomusic.sync.conversation import Session, unwrap

if TYPE_CHECKING:
    import builtins
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nemomusic.conversation.session_ref import SessionLike
    from nemomusic.files.sources import Uploadable
    from nemomusic.jobs import job, jobs
    from nemomusic.jobs.steps import scored_video
    from nemomusic.jobs.storage.records import JobRecord, JobStatus, Step
    from nemomusic.models.cue_sheet import CueSheet
    from nemomusic.models.progress import Progress, ProgressCallback
    from nemomusic.sync.bridge import Bridge


@attrs.frozen(kw_only=True)
class ScoredVideo(VideoResult):
    """A video with music, on disk. See `nemomusic.ScoredVideo`. Its session has blocking calls."""

    @property
    def session(self) -> Session:
        """The session, for further messages: `video.session.ask("make it slower")`.

        Raises:
            ConfigurationError: This object is a copy, which has only the id of the session.
        """
        session: Session = self._live()
        return session

    def stems(
        self, folder: str | os.PathLike[str] | None = None, *, overwrite: bool = False
    ) -> dict[str, Path]:
        """Write each part of the music as a WAV file. All files together sound like the music."""
        target = self._beside("-stems") if folder is None else folder
        return self.session.stems(target, draft=self.draft, overwrite=overwrite)

    def midi(self, path: str | os.PathLike[str] | None = None, *, overwrite: bool = False) -> Path:
        """Write the music as a MIDI file. Its tempo map follows the music's own beats."""
        target = self._beside(".mid") if path is None else path
        return self.session.midi(target, draft=self.draft, overwrite=overwrite)

    def cue_sheet(self) -> CueSheet:
        """Return the events of the music with their times, and the cuts that they are placed on."""
        return self.session.cue_sheet(draft=self.draft)


def blocking_video(bridge: Bridge, video: scored_video.ScoredVideo) -> ScoredVideo:
    """Return a result whose session has blocking calls."""
    return ScoredVideo(
        path=video.path,
        reply=video.reply,
        state=video.state,
        export=video.export,
        session=Session(bridge, video.session),
        job_id=video.job_id,
        credits=video.credits,
        warnings=video.warnings,
    )


class Job(LiveHandle):
    """The handle of one job: a video that gets music. See `nemomusic.Job`."""

    def __init__(self, bridge: Bridge, inner: job.Job) -> None:
        self._bridge = bridge
        self._inner = inner

    def __repr__(self) -> str:
        return f"<sync.Job {self.id}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def id(self) -> str:
        """The id, `job_…`. Save it to find the job again, also from another process."""
        return self._inner.id

    def status(self) -> JobStatus:
        """Return the status of the job. This does not continue the job."""
        return self._bridge.run(self._inner.status())

    def record(self) -> JobRecord:
        """Return everything that is noted about the job. This does not continue the job."""
        return self._bridge.run(self._inner.record())

    def progress(self) -> Iterator[Progress]:
        """Yield the job's progress until the job is over. See `nemomusic.Job.progress`."""
        return self._bridge.iterate(self._inner.progress, lambda step: step)

    def result(
        self,
        *,
        resend: bool = False,
        overwrite: bool | None = None,
        on_progress: ProgressCallback | None = None,
    ) -> ScoredVideo:
        """Wait for the finished video."""
        video = self._bridge.run(
            self._inner.result(resend=resend, overwrite=overwrite, on_progress=on_progress)
        )
        return blocking_video(self._bridge, video)

    def cancel(self) -> None:
        """Cancel the job: close the connection of its message, and cancel its render."""
        self._bridge.run(self._inner.cancel())


class Jobs:
    """`client.jobs`: submit jobs, find them again, list them."""

    def __init__(self, bridge: Bridge, inner: jobs.Jobs) -> None:
        self._bridge = bridge
        self._inner = inner

    def submit(
        self,
        source: Uploadable | Sequence[Uploadable],
        prompt: str,
        *,
        output: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        language: str | None = None,
        name: str | None = None,
        key: str | None = None,
    ) -> Job:
        """Start a job that puts music under a video, and return as soon as it is noted."""
        begun = self._bridge.run(
            self._inner.submit(
                source,
                prompt,
                output=output,
                overwrite=overwrite,
                language=language,
                name=name,
                key=key,
            )
        )
        return Job(self._bridge, begun)

    def add_music(
        self,
        source: Uploadable | Sequence[Uploadable],
        prompt: str,
        *,
        output: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        language: str | None = None,
        name: str | None = None,
        on_progress: ProgressCallback | None = None,
    ) -> ScoredVideo:
        """Submit a job and wait for its result."""
        video = self._bridge.run(
            self._inner.add_music(
                source,
                prompt,
                output=output,
                overwrite=overwrite,
                language=language,
                name=name,
                on_progress=on_progress,
            )
        )
        return blocking_video(self._bridge, video)

    def attach(self, job_id: str) -> Job:
        """Return a handle for a job that exists. Nothing is read or sent."""
        return Job(self._bridge, self._inner.attach(job_id))

    def resume_all(self) -> builtins.list[Job]:
        """Resume every unfinished job of this backend that no process works on."""
        begun = self._bridge.run(self._inner.resume_all())
        return [Job(self._bridge, one) for one in begun]

    def recover(
        self,
        session: SessionLike,
        *,
        output: str | os.PathLike[str],
        overwrite: bool = False,
    ) -> ScoredVideo:
        """Render and download the draft of a session that has no job."""
        video = self._bridge.run(
            self._inner.recover(unwrap(session), output=output, overwrite=overwrite)
        )
        return blocking_video(self._bridge, video)

    def list(self) -> builtins.list[JobRecord]:
        """Return all jobs, oldest first."""
        return self._bridge.run(self._inner.list())

    def get(self, job_id: str) -> JobRecord:
        """Return the record of one job."""
        return self._bridge.run(self._inner.get(job_id))

    def log(self, job_id: str) -> builtins.list[Step]:
        """Return the noted steps of one job, oldest first."""
        return self._bridge.run(self._inner.log(job_id))

    def forget(self, job_id: str) -> None:
        """Delete a job's record. This cancels nothing on the service."""
        self._bridge.run(self._inner.forget(job_id))
