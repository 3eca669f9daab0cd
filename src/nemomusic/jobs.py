"""The main job as resumable steps: session, upload, message, render, download.

Each step is noted before it is taken and after, so that after a `kill -9` at any moment another
process can go on: without sending an accepted message again, without uploading again what
arrived, without orphaning a render.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic import errors
from nemomusic.clock import outlast
from nemomusic.models.changes import compare
from nemomusic.models.events import Notice
from nemomusic.models.progress import Progress
from nemomusic.models.state import State
from nemomusic.protocol.phrases import detect_language
from nemomusic.resources.download import stamp_of
from nemomusic.resources.outputs import resolve_output
from nemomusic.resources.sources import READ_SIZE, Source, extension, type_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from nemomusic.client import Client
    from nemomusic.journal import JobRecord, Journal, Status
    from nemomusic.models.draft import Draft
    from nemomusic.models.render import RenderStatus
    from nemomusic.models.timeline import Timeline
    from nemomusic.resources.bundle import Resources
    from nemomusic.resources.download import Stamp
    from nemomusic.resources.render import Rendered
    from nemomusic.resources.reply import Reply, ReplyStream
    from nemomusic.resources.sessions import Session
    from nemomusic.resources.uploads import Uploadable

_STATUS_AFTER: Final[Mapping[type[errors.NemoMusicError], Status]] = {
    errors.OutcomeUnknown: "unknown",
    errors.AgentError: "failed",
    errors.NoMusicAdded: "failed",
    errors.SessionLost: "failed",
}
"""What a job is after an error; after any other it is `open`, and worth going on with."""


@attrs.frozen(kw_only=True)
class ScoredVideo:
    """A video with music, on disk.

    Attributes:
        path: the MP4.
        reply: what the agent said and changed.
        state: the session's state that was rendered.
        rendered: the export.
        session: to go on in: `video.session.ask("make it slower")`.
        job_id: its number in the journal, or None.
    """

    path: Path
    reply: Reply
    state: State
    rendered: Rendered
    session: Session
    job_id: str | None = None

    @property
    def draft(self) -> Draft:
        """The draft that was rendered."""
        return self.state.draft

    @property
    def timeline(self) -> Timeline:
        """The draft in words."""
        return self.state.timeline

    @property
    def render(self) -> RenderStatus:
        """What the renderer said last."""
        return self.rendered.status

    def __str__(self) -> str:
        return f"{self.path}: {self.timeline}"


class _Book:
    """Where one job's steps are noted: in the journal, or only in memory."""

    def __init__(
        self,
        journal: Journal | None,
        record: JobRecord | None,
        client: Client,
        data: dict[str, Any],
        *,
        output: Path | None = None,
    ) -> None:
        self.fresh = output is not None  # begun by this call, which has checked everything
        self.output = Path(data["output"]) if output is None else output
        self._journal = journal
        self._now = client.clock.time
        self.id = None if record is None else record.id
        self.data = data

    async def note(
        self, step: str, phase: str, *, status: Status | None = None, **data: Any
    ) -> None:
        self.data.update(data)
        if self._journal is not None and self.id is not None:
            await self._journal.note(self.id, step, phase, data, now=self._now(), status=status)

    async def sending(self, baseline: State) -> None:
        await self.note(
            "message",
            "intent",
            message="sending",
            baseline=dict(baseline.raw),
            sent_at=self._now(),
        )

    async def accepted(self) -> None:
        await self.note("message", "accepted", message="accepted")

    async def rendering(self, render_id: str) -> None:
        await self.note("render", "intent", render_id=render_id)

    async def placing(self, stamp: Stamp) -> None:
        await self.note("download", "whole", placing=list(stamp))


class Jobs:
    """`client.jobs`: the work in hand."""

    def __init__(
        self,
        client: Client,
        resources: Resources,
        journal: Callable[[], Journal | None] | None,
    ) -> None:
        self._client = client
        self._resources = resources
        self._journal = journal

    @property
    def journal(self) -> Journal | None:
        """The journal, opened when first needed; None without one."""
        return None if self._journal is None else self._journal()

    async def _opened(self) -> Journal | None:
        """The journal, opened in a thread: SQLite waits while another process writes."""
        if self._journal is None:
            return None
        opening = asyncio.get_running_loop().run_in_executor(None, self._journal)
        await outlast(opening)
        return opening.result()

    async def _needed(self) -> Journal:
        journal = await self._opened()
        if journal is None:
            raise errors.ConfigurationError(
                "this client keeps no journal",
                remedy="Make it with Client(journal='jobs.sqlite').",
            )
        return journal

    async def list(self) -> list[JobRecord]:
        """All jobs of the journal, oldest first.

        Raises:
            ConfigurationError: the client has no journal.
        """
        return await (await self._needed()).list()

    async def get(self, job_id: str) -> JobRecord:
        """One job.

        Raises:
            JobNotFoundError: there is no such job.
        """
        return await (await self._needed()).get(job_id)

    async def forget(self, job_id: str) -> None:
        """Delete a job's record. Nothing is cancelled on the service.

        Raises:
            JobNotFoundError: there is no such job.
            JobBusyError: it is being worked on.
        """
        journal = await self._needed()
        await journal.get(job_id)
        with journal.lease(job_id) as lease:
            await journal.forget(job_id)
            lease.remove()

    async def add_music(
        self,
        source: Uploadable,
        prompt: str,
        *,
        output: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        language: str | None = None,
        name: str | None = None,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> ScoredVideo:
        """See `Client.add_music`, which calls this."""
        if not prompt.strip():
            raise errors.PromptError("the prompt is empty")
        url = source if _is_url(source) else None
        checked = None if url else (source if isinstance(source, Source) else Source(source))
        path = None if checked is None else checked.path
        _check_picture(checked.name if checked is not None else str(url).partition("?")[0])
        target = resolve_output(output, path, overwrite=overwrite).absolute()
        shown = name or (checked.name if checked is not None else str(url))
        data: dict[str, Any] = {
            "source": None if path is None else str(path.absolute()),
            "url": url,
            "name": shown,
            "prompt": prompt,
            "output": str(target),
            "overwrite": overwrite,
            "language": language or detect_language(prompt),
        }
        journal = await self._opened()
        if journal is None:
            book = _Book(None, None, self._client, data, output=target)
            return await self._work(book, checked, on_progress)
        if path is not None:
            data["sha256"] = await asyncio.to_thread(_digest, path)
        record = await journal.create(
            self._client.backend_name, data, now=self._client.clock.time()
        )
        return await self._leased(journal, record, checked, on_progress, output=target)

    async def resume(
        self,
        job_id: str,
        *,
        resend: bool = False,
        overwrite: bool | None = None,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> ScoredVideo:
        """Go on with a job where it stopped, with the token that started it.

        A message that may have been accepted is not sent again: the state is read until it tells
        what became of it.

        Args:
            job_id: which one.
            resend: send the message again after an `OutcomeUnknown` or a failed turn. It may be
                paid for twice: nothing else in this SDK does that.
            overwrite: replace a file at the output; None: as the job was started.
            on_progress: called with `Progress`.

        Raises:
            JobNotFoundError: there is no such job.
            JobBusyError: another process works on it.
            JobError: it belongs to another backend or token, or its source is gone.
            OutcomeUnknown: still not known.
        """
        journal = await self._needed()
        record = await journal.get(job_id)
        if record.backend != self._client.backend_name:
            raise errors.JobError(
                f"job {job_id} was started on {record.backend}, not {self._client.backend_name}",
                job_id=job_id,
                remedy="Resume it with a client of that backend.",
            )
        changes: dict[str, Any] = {} if overwrite is None else {"overwrite": overwrite}
        return await self._leased(journal, record, None, on_progress, resend=resend, **changes)

    async def _leased(
        self,
        journal: Journal,
        record: JobRecord,
        source: Source | None,
        on_progress: Callable[[Progress], object] | None,
        *,
        resend: bool = False,
        output: Path | None = None,
        **changes: Any,
    ) -> ScoredVideo:
        with journal.lease(record.id) as lease:
            record = await journal.get(record.id)  # another process may have gone on meanwhile
            data = {**record.data, **changes}
            book = _Book(journal, record, self._client, data, output=output)
            if record.status == "done" and book.output.exists() and not data.get("overwrite"):
                raise errors.JobError(
                    f"job {record.id} is done: {book.output}",
                    job_id=record.id,
                    remedy="Pass overwrite=True to fetch its result again.",
                )
            if resend and book.data.get("message") in {"sending", "accepted", "failed"}:
                await book.note("message", "resend", status="open", message="again")
            try:
                video = await self._work(book, source, on_progress)
            except errors.NemoMusicError as error:
                with suppress(errors.JobError):  # the journal's own trouble is not the news
                    await book.note(
                        book.data.get("step_now", "start"),
                        "failed",
                        status=_STATUS_AFTER.get(type(error), "open"),
                        error=error.message,
                    )
                raise
            lease.remove()
            return video

    # ------------------------------------------------------------- the steps

    async def _work(
        self,
        book: _Book,
        source: Source | None,
        on_progress: Callable[[Progress], object] | None,
    ) -> ScoredVideo:
        tell = on_progress if on_progress is not None else _nobody
        tell(Progress(stage="connect"))
        await self._identify(book)
        session = await self._session(book)
        try:
            await self._upload(book, session, source, tell)
            reply, state = await self._message(book, session, tell)
            rendered = await self._render(book, session, state, tell)
        finally:
            session.on_replaced = None  # what becomes of it now is not this job's affair
        tell(Progress(stage="done", fraction=1.0, text=f"Ready! {rendered.path}"))
        return ScoredVideo(
            path=rendered.path,
            reply=reply,
            state=state,
            rendered=rendered,
            session=session,
            job_id=book.id,
        )

    async def _identify(self, book: _Book) -> None:
        """The token that started a job goes on with it: its session and renders belong to it."""
        if book.id is None:
            return  # there is no journal to go on from
        mark = await self._mark()
        known = book.data.get("token")
        if known is None:
            await book.note("token", "done", token=mark, user_id=self._resources.auth.user_id)
        elif known != mark:
            raise errors.JobError(
                "this job was started with another token",
                job_id=book.id,
                remedy="Resume it with the token that started it: jobs belong to their token.",
            )

    async def _mark(self) -> str:
        """What the journal knows a token by; tells nothing of it."""
        token = await self._resources.auth.token()
        return hashlib.sha256(f"nemomusic {token.reveal()}".encode()).hexdigest()[:16]

    async def _session(self, book: _Book) -> Session:
        data = book.data
        sessions = self._resources.sessions
        if data.get("session_id"):
            session = sessions.attach(
                data["session_id"], task_id=data.get("task_id"), language=data.get("language")
            )
            session.name = _project(data)
            if data.get("message") is None:
                self._own(book, session)
        else:
            book.data["step_now"] = "session"
            await book.note("session", "intent")
            session = await sessions.open(_project(data), data["language"])
            await book.note("session", "done", session_id=session.id, task_id=session.task_id)

        if book.id is None:
            return session

        async def replaced() -> None:
            # Perhaps by another token's: the old one's sessions can't be found with it.
            await book.note(
                "session",
                "done",
                session_id=session.id,
                task_id=session.task_id,
                token=await self._mark(),
            )

        session.on_replaced = replaced
        return session

    def _own(self, book: _Book, session: Session) -> None:
        """This job opened it, and sent no message in it: should it be gone, nothing is lost."""
        session.attached = False
        if book.data.get("upload") != "done":
            return

        async def again(fresh: Session) -> None:
            if book.data.get("url"):
                await fresh.upload_urls(book.data["url"])
            else:
                await fresh.upload(await self._source_again(book))

        session.note_upload(again, [book.data["name"]])

    async def _upload(
        self,
        book: _Book,
        session: Session,
        source: Source | None,
        tell: Callable[[Progress], object],
    ) -> None:
        data = book.data
        if data.get("upload") == "done":
            return
        book.data["step_now"] = "upload"
        if data.get("upload") == "sending" and await self._arrived(session):
            await book.note("upload", "done", upload="done")
            return
        if source is None and not data.get("url"):
            source = await self._source_again(book)
        await book.note("upload", "intent", upload="sending")
        if source is not None:
            media = await session.upload(source, on_progress=tell)
        else:
            media = await session.upload_urls(data["url"])
        await book.note("upload", "done", upload="done", media=[dict(one.raw) for one in media])

    async def _arrived(self, session: Session) -> bool:
        """Whether an upload that was under way is in the state: this session holds no other."""
        try:
            state = await self._resources.state.read(session, on_lost="raise")
        except errors.SessionNotFoundError:
            return False  # the upload itself will meet it, and open another
        return bool(state.media)

    async def _source_again(self, book: _Book) -> Source:
        path = book.data.get("source")
        if not path:
            raise errors.JobError(
                "the job's source was not a file, and it did not arrive before the interruption",
                job_id=book.id,
                remedy="Start it again with the source; nothing was spent.",
            )
        source = Source(path)
        known = book.data.get("sha256")
        if known and await asyncio.to_thread(_digest, Path(path)) != known:
            raise errors.JobError(
                f"{path} is not the file it was when the job began",
                job_id=book.id,
                remedy="Start a new job for it; nothing was spent on this one.",
            )
        return source

    async def _message(
        self, book: _Book, session: Session, tell: Callable[[Progress], object]
    ) -> tuple[Reply, State]:
        data = book.data
        book.data["step_now"] = "message"
        known = data.get("message")
        tell(Progress(stage="compose"))
        turn = self._resources.stream.send(session, data["prompt"])
        if known in {"sending", "accepted", "applied", "failed"} and data.get("baseline"):
            reply, state = await self._what_became(book, session, turn, known)
        else:
            reply, state = await self._ask(book, session, turn, tell)
        changes = reply.changes
        if changes is None:
            changes = compare(None if turn.baseline is None else turn.baseline.draft, state.draft)
        if not changes.added_audio:
            raise errors.NoMusicAdded(
                "the agent answered, but added no music",
                reply=reply,
                session=session,
                session_id=session.id,
            )
        return reply, state

    async def _ask(
        self,
        book: _Book,
        session: Session,
        turn: ReplyStream,
        tell: Callable[[Progress], object],
    ) -> tuple[Reply, State]:
        if book.id is not None:
            turn.before_sending = book.sending
            turn.on_accepted = book.accepted
        try:
            async with turn:
                async for event in turn:
                    if isinstance(event, Notice):
                        tell(Progress(stage="compose", text=event.text))
        except errors.AgentError:
            await book.note("message", "failed", message="failed")
            raise
        except errors.NemoMusicError:
            if not turn.sent and book.data.get("message") == "sending":
                # Refused, or never sent: the intent is withdrawn, and resuming may send it.
                await book.note("message", "refused", message=None)
            raise
        reply = turn.result
        state = reply.state if reply.state is not None else await session.state()
        await book.note("message", "done", message="applied", text=reply.text)
        return reply, state

    async def _what_became(
        self, book: _Book, session: Session, turn: ReplyStream, known: str
    ) -> tuple[Reply, State]:
        """A message that was sent, or may have been: look, never send."""
        ago = max(0.0, self._client.clock.time() - float(book.data.get("sent_at") or 0.0))
        turn.baseline = State(book.data["baseline"])
        turn.sent_at = self._client.clock.monotonic() - ago
        if known in {"applied", "failed"}:
            state = await session.state()
        else:
            cause = errors.StreamInterruptedError("the process that sent the message is gone")
            state = await self._resources.stream.settle(turn, cause, waited=ago)
            await book.note("message", "done", message="applied")
        return turn.conclude("recovered", state, said=book.data.get("text")), state

    async def _render(
        self, book: _Book, session: Session, state: State, tell: Callable[[Progress], object]
    ) -> Rendered:
        data = book.data
        book.data["step_now"] = "render"
        renders = self._resources.render
        target, kept = book.output, book.id is not None
        # What is there may be this job's: it ended before it could say so.
        ours = data.get("placing") is not None and stamp_of(target) == tuple(data["placing"])
        overwrite = bool(data.get("overwrite")) or ours
        # Checked when the job began: minutes ago, perhaps days. A render is not begun in vain.
        target = resolve_output(target, None, overwrite=overwrite, tried=book.fresh)
        job = await self._render_again(book)
        if job is None:
            before = book.rendering if kept else None
            job = await renders.start(session, state.draft, before=before)
            await book.note("render", "submitted", render_id=job.id)
        status = await renders.wait(job, on_progress=tell)
        book.data["step_now"] = "download"
        await book.note("download", "intent", download="begun")
        rendered = await renders.fetch(
            job,
            target,
            status,
            overwrite=overwrite,
            on_progress=tell,
            before_placing=book.placing if kept else None,
        )
        await book.note(
            "download", "done", status="done", download="done", size=rendered.size, error=None
        )
        return rendered

    async def _render_again(self, book: _Book) -> Any:
        """The render that was started before, unless it was never accepted or has failed."""
        render_id = book.data.get("render_id")
        if not render_id:
            return None
        job = self._resources.render.attach(render_id)
        try:
            status = await job.status()
        except errors.NotFoundError:
            return None
        return None if status.phase in {"failed", "cancelled"} else job


def _project(data: Mapping[str, Any]) -> str:
    return Path(data["name"]).stem or "project"


def _is_url(source: object) -> bool:
    return isinstance(source, str) and source.startswith(("https://", "http://"))


def _check_picture(name: str) -> None:
    if type_of.get(extension(name), "").startswith("audio/"):
        raise errors.SourceError(
            f"add_music needs a video, and {Path(name).name} is sound alone",
            remedy="Give the video; a song of your own goes in with session.upload().",
        )


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(READ_SIZE):
            digest.update(chunk)
    return digest.hexdigest()


def _nobody(_: Progress) -> None:
    pass
