"""The first steps of a job: check its token, and open its session."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.jobs.steps.upload_step import UploadAgain

if TYPE_CHECKING:
    from nemomusic.conversation.session_ref import SessionRef
    from nemomusic.jobs.steps.step_context import StepContext
    from nemomusic.jobs.steps.upload_step import UploadStep


class SessionStep:
    """Opens the job's session, or attaches it again.

    Args:
        job: The job.
        uploads: Sends its clips again if the session has to be replaced.
    """

    def __init__(self, job: StepContext, uploads: UploadStep) -> None:
        self._job = job
        self._uploads = uploads

    async def identify(self) -> None:
        """Check that the job was started with this token: the session belongs to the token.

        Raises:
            JobError: The job was started with another token.
        """
        fingerprint = await self._token_fingerprint()
        known = self._job.log.data.get("token")
        if known is None:
            await self._job.log.note(
                "token",
                "done",
                wait=False,
                token=fingerprint,
                user_id=self._job.resources.auth.user_id,
            )
        elif known != fingerprint:
            raise errors.JobError(
                "this job was started with another token",
                job_id=self._job.log.job_id,
                remedy="Resume it with the token that started it: jobs belong to their token.",
            )

    async def _token_fingerprint(self) -> str:
        """Return a fingerprint of a token for the journal. It does not reveal the token."""
        token = await self._job.resources.auth.token()
        return hashlib.sha256(f"nemomusic {token.reveal()}".encode()).hexdigest()[:16]

    async def take(self) -> SessionRef:
        """Return the session of the job, opened if there is none yet."""
        log, data = self._job.log, self._job.log.data
        log.begin("session")
        store = self._job.resources.session_store
        if data.get("session_id"):
            # Before its message, the session is as good as opened here: it may be replaced.
            untouched = data.get("message") is None and not data.get("recovering")
            session = store.attach(
                data["session_id"],
                task_id=data.get("task_id"),
                name=self._job.project,
                language=data.get("language"),
                opened_here=untouched,
            )
            if untouched and data.get("upload") == "done":
                names = [str(one.get("name")) for one in self._job.sources]
                session.note_upload(UploadAgain(self._uploads), names)
        else:
            await log.note("session", "intent")
            session = await store.reopen(self._job.project, data["language"])
            await log.note(
                "session", "done", wait=False, session_id=session.id, task_id=session.task_id
            )
        self._job.report.in_session(session.id)
        return session

    async def replaced(self, session: SessionRef) -> None:
        """Note the new id of the session."""
        self._job.report.in_session(session.id)
        more: dict[str, Any] = {}
        if self._job.durable:
            more["token"] = await self._token_fingerprint()
        # The token may have been replaced. A new token does not find the sessions of the old one.
        await self._job.log.note(
            "session", "done", session_id=session.id, task_id=session.task_id, **more
        )
