"""`client.jobs`: submit jobs, find them again, list them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.conversation.session_ref import checked_id
from nemomusic.jobs.job import Job
from nemomusic.jobs.steps.inputs import check_inputs, check_label, same_content
from nemomusic.progress_reporter import ProgressReporter, reporting
from nemomusic.runtime.clock import bound_by

if TYPE_CHECKING:
    import builtins
    import os
    from collections.abc import Callable, Sequence

    from nemomusic.conversation.session_ref import SessionLike
    from nemomusic.files.sources import Uploadable
    from nemomusic.jobs.driver import JobDriver
    from nemomusic.jobs.job_queue import JobRun
    from nemomusic.jobs.steps.inputs import JobInputs
    from nemomusic.jobs.steps.scored_video import ScoredVideo
    from nemomusic.jobs.storage.records import JobRecord, Step
    from nemomusic.models.progress import ProgressCallback
    from nemomusic.resources.registry import Resources


class Jobs:
    """`client.jobs`. With a journal, jobs are noted on disk; without one, in memory."""

    def __init__(self, driver: JobDriver, resources: Resources) -> None:
        self._driver = driver
        self._resources = resources
        self._threads = resources.pipeline.executor
        self._check = partial(check_inputs, cloud=resources.pipeline.settings.is_cloud)

    async def submit(
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
        """Start a job that puts music under a video, and return as soon as it is noted.

        A task of the client does the work. If the client is closed, the job can be resumed later.

        Args:
            source: A path, an `https://` address, bytes, a binary file object, an async iterable, a
                `Source`; or a list of them, which are uploaded in order.
            prompt: The wish for the music, in a sentence.
            output: The path of the result. None means `<stem>-with-music.mp4` beside the (first)
                source. A folder means a file of that name in it.
            overwrite: Whether an existing file may be replaced (never the source).
            language: Language code of the agent's answers, such as `en`. None means that the script
                (writing system) of the prompt decides.
            name: The project's name. None means the name of the file.
            key: Your own name for the job, such as `"order-17"`. A second submission with the same
                key and content returns the same job.

        Raises:
            InputError: The source, prompt or output can't be used, or the key was used with other
                content. Nothing was sent.
            JournalError: The job can't be noted. Nothing was sent.
        """
        self._resources.pipeline.lifetime.check()
        check_label(key, "key")
        check = partial(self._check, source, prompt, output=output, language=language, name=name)
        found = await self._known(key, check)
        if found is not None:
            return found
        inputs = await self._threads.run(check, overwrite=overwrite)
        try:
            with self._driver.outputs.claiming(str(inputs.target), key):
                record = await self._noted(inputs, key)
                self._begin(record, inputs, None)
        except (errors.JobBusyError, errors.OutputExistsError):
            found = await self._known(key, check)  # a submission of the same moment was faster
            if found is None:
                raise
            return found
        return Job(self._driver, record.id)

    async def add_music(
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
        """Submit a job and wait for its result.

        The arguments are those of `Client.add_music`, which explains them.

        Raises:
            NemoMusicError: The errors of `Client.add_music`.
        """
        self._resources.pipeline.lifetime.check()
        inputs = await self._threads.run(
            self._check,
            source,
            prompt,
            output=output,
            overwrite=overwrite,
            language=language,
            name=name,
        )
        async with reporting(on_progress) as reporter:
            with self._driver.outputs.claiming(str(inputs.target), None):
                record = await self._noted(inputs, None)
                run = self._begin(record, inputs, reporter)
            try:
                return await self._driver.wait(run)
            except asyncio.CancelledError as first:
                cancellation = first
                try:
                    await self._driver.stop(run)
                except asyncio.CancelledError as again:  # the caller gets the last one
                    cancellation = again
                vars(cancellation).update(
                    job_id=record.id,
                    session_id=run.progress.session_id,
                    render_id=run.progress.render_id,
                )
                try:
                    raise cancellation from None
                finally:
                    del cancellation  # its frames refer to this one

    async def _known(self, key: str | None, check: Callable[..., JobInputs]) -> Job | None:
        """Return the job that was submitted with this key, if there is one."""
        if key is None:
            return None
        store = await self._driver.store()
        record = await store.find(self._driver.backend, key)
        if record is None:
            return None
        again = await self._threads.run(check, overwrite=True)
        if not await self._threads.run(same_content, again.data, record.data):
            raise errors.InputError(
                f"the key {key!r} belongs to job {record.id}, which has another content",
                job_id=record.id,
                remedy="Use another key for another job.",
            )
        return Job(self._driver, record.id)

    async def _noted(self, inputs: JobInputs, key: str | None) -> JobRecord:
        async with bound_by(self._resources.pipeline.deadline):
            store = await self._driver.store()
            now = self._resources.pipeline.clock.time()
            return await store.create(self._driver.backend, inputs.data, now=now, key=key)

    def _begin(
        self, record: JobRecord, inputs: JobInputs, reporter: ProgressReporter | None
    ) -> JobRun:
        return self._driver.start(record, reporter=reporter, clips=inputs.clips)

    def attach(self, job_id: str) -> Job:
        """Return a handle for a job that exists. Nothing is read or sent.

        Raises:
            InputError: The id is empty, or not an id.
        """
        job_id = checked_id(job_id, "job")
        return Job(self._driver, job_id.strip())

    async def resume_all(self) -> builtins.list[Job]:
        """Resume every unfinished job of this backend that no process works on.

        Returns:
            The handles of these jobs, oldest first. `await job.result()` waits for one job.

        Raises:
            JournalError: The journal can't be read.
        """
        store = await self._driver.store()
        begun = []
        for record in await store.list():
            if record.backend != self._driver.backend or record.state not in {"open", "unknown"}:
                continue
            if (await self._driver.status(record.id)).active:
                continue
            self._driver.start(record)
            begun.append(Job(self._driver, record.id))
        return begun

    async def recover(
        self,
        session: SessionLike,
        *,
        output: str | os.PathLike[str],
        overwrite: bool = False,
    ) -> ScoredVideo:
        """Render and download the draft of a session that has no job. No message is sent.

        Args:
            session: A `Session` or its id.
            output: The path of the result.
            overwrite: Whether an existing file may be replaced.

        Raises:
            OutputError: The file can't be written there.
            NoMusicAddedError: The session's timeline has no music.
            NemoMusicError: The errors of `Client.add_music`.
        """
        from nemomusic.files.outputs import resolve_output

        self._resources.pipeline.lifetime.check()
        target = await self._threads.run(resolve_output, output, None, overwrite=overwrite)
        target = target.absolute()
        ref = self._resources.session_store.attach(session)
        data: dict[str, Any] = {
            "sources": [],
            "name": ref.name,
            "prompt": "",
            "output": str(target),
            "overwrite": overwrite,
            "language": ref.language or "en",
            "session_id": ref.id,
            "task_id": ref.task_id,
            "upload": "done",
            "recovering": True,
        }
        store = await self._driver.store()
        now = self._resources.pipeline.clock.time()
        record = await store.create(self._driver.backend, data, now=now)
        return await self._driver.result(record.id, ProgressReporter(None))

    async def list(self) -> builtins.list[JobRecord]:
        """Return all jobs, oldest first.

        Raises:
            JournalError: The journal can't be read.
        """
        return await (await self._driver.store()).list()

    async def get(self, job_id: str) -> JobRecord:
        """Return the record of one job.

        Raises:
            JobNotFoundError: There is no such job.
        """
        return await (await self._driver.store()).get(job_id)

    async def log(self, job_id: str) -> builtins.list[Step]:
        """Return the noted steps of one job, oldest first.

        Raises:
            JobNotFoundError: There is no such job.
        """
        store = await self._driver.store()
        await store.get(job_id)
        return await store.steps(job_id)

    async def forget(self, job_id: str) -> None:
        """Delete a job's record. This cancels nothing on the service.

        Raises:
            JobNotFoundError: There is no such job.
            JobBusyError: A process works on the job.
        """
        store = await self._driver.store()
        async with store.lease(job_id):
            await store.forget(job_id)
