"""The records of jobs and their steps, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self

import attrs

from nemomusic.models.values.value import Value

if TYPE_CHECKING:
    import builtins
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

JobState = Literal["open", "done", "failed", "unknown", "cancelled", "damaged"]
"""A job that is `open` can be resumed. `unknown` means that it ended with an `OutcomeUnknownError`.
`damaged` means that its record in the journal can't be read. The other states are final.
"""


@attrs.frozen(kw_only=True)
class Step(Value):
    """One noted step of a job.

    Attributes:
        at: Seconds since the epoch.
        step: `token`, `session`, `upload`, `message`, `render`, `download`.
        phase: `intent` before the step, `done` after it, or `failed`.
        data: The data of the step, such as an id.
    """

    _shown: ClassVar[tuple[str, ...]] = ("at", "step", "phase")
    at: float
    step: str
    phase: str
    data: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash((self.at, self.step, self.phase))


@attrs.frozen(kw_only=True)
class JobRecord(Value):
    """The record of a job.

    Attributes:
        id: The id, `job_…`.
        state: The state of the job, see `JobState`. Of a `damaged` job, only the id and the
            `error` are known.
        created: Seconds since the epoch.
        updated: Seconds since the epoch.
        backend: The API's address, or `local:` and a folder.
        key: The key that the caller passed to `submit`, or None.
        data: Everything that was noted about the job.
    """

    _shown: ClassVar[tuple[str, ...]] = (
        "id",
        "state",
        "created",
        "updated",
        "backend",
        "key",
        "sources",
        "prompt",
        "output",
        "session_id",
        "render_id",
        "step",
        "error",
    )
    id: str
    state: JobState
    created: float
    updated: float
    backend: str
    key: str | None = None
    data: Mapping[str, Any] = attrs.field(repr=False)  # the whole draft is in it

    def _html_rows(self) -> dict[str, object]:
        names = ("id", "state", "step", "sources", "prompt", "output", "session_id", "error")
        return {name: getattr(self, name) for name in names}

    @property
    def sources(self) -> tuple[str, ...]:
        """Paths, addresses or names of the clips."""
        listed = self.data.get("sources")
        return tuple(
            str(one.get("path") or one.get("url") or one.get("name"))
            for one in (listed if isinstance(listed, list) else [])
            if isinstance(one, dict)
        )

    @property
    def prompt(self) -> str | None:
        """The message of the job."""
        return as_text(self.data.get("prompt"))

    @property
    def output(self) -> str | None:
        """The path of the result."""
        return as_text(self.data.get("output"))

    @property
    def session_id(self) -> str | None:
        """The id of the session; None before the session is opened."""
        return as_text(self.data.get("session_id"))

    @property
    def render_id(self) -> str | None:
        """The id of the render; None before the render is started."""
        return as_text(self.data.get("render_id"))

    @property
    def step(self) -> str | None:
        """The step that was noted last."""
        return as_text(self.data.get("step"))

    @property
    def error(self) -> str | None:
        """The message of the last error."""
        return as_text(self.data.get("error"))

    @property
    def error_type(self) -> str | None:
        """The class name of the last error, such as `NoMusicAddedError`."""
        return as_text(self.data.get("error_type"))

    @property
    def remedy(self) -> str | None:
        """What to do about the last error, in words for a developer."""
        return as_text(self.data.get("remedy"))

    @property
    def answer(self) -> str | None:
        """The agent's answer to the job's message; None before there is one."""
        return as_text(self.data.get("text"))

    def __hash__(self) -> int:
        return hash((self.id, self.state, self.updated))

    def __str__(self) -> str:
        what = f"{', '.join(self.sources) or '?'} -> {self.output}".replace("\n", "\\n")
        at = f" after {self.step}" if self.state != "done" and self.step else ""
        return f"{self.id} {self.state}{at}: {what}"


@attrs.frozen(kw_only=True)
class JobStatus(Value):
    """The status of a job.

    Attributes:
        id: The id of the job.
        state: The state of the job, see `JobState`.
        step: The step that was noted last, or None.
        active: Whether a living process works on the job.
        session_id: The id of the session; None before the session is opened.
        render_id: The id of the render; None before the render is started.
        error: The message of the last error, or None.
        error_type: The class name of this error, such as `NoMusicAddedError`, or None.
        remedy: What to do about this error, in words for a developer, or None.
        answer: The agent's answer to the job's message; None before there is one.
    """

    id: str
    state: JobState
    step: str | None
    active: bool
    session_id: str | None = None
    render_id: str | None = None
    error: str | None = None
    error_type: str | None = None
    remedy: str | None = None
    answer: str | None = None

    @property
    def final(self) -> bool:
        """Whether the job is over: its state will not change by itself."""
        return self.state in {"done", "failed", "cancelled"}


class Lease(Protocol):
    """The right to work on a job."""

    async def __aenter__(self) -> Self:
        """Take the lease.

        Raises:
            JobBusyError: Another owner holds it.
        """
        ...

    async def __aexit__(self, *_: object) -> None:
        """Give the lease back."""
        ...


class JobStore(Protocol):
    """A store of job records: the journal, or its counterpart in memory."""

    @property
    def durable(self) -> bool:
        """Whether the notes outlive this process."""
        ...

    async def create(
        self, backend: str, data: Mapping[str, Any], *, now: float, key: str | None = None
    ) -> JobRecord:
        """Note a new job."""
        ...

    async def get(self, job_id: str) -> JobRecord:
        """Return one job."""
        ...

    async def find(self, backend: str, key: str) -> JobRecord | None:
        """Return the job with a key."""
        ...

    async def list(self) -> builtins.list[JobRecord]:
        """Return all jobs, oldest first."""
        ...

    async def keys(self, backend: str, prefix: str) -> builtins.list[str]:
        """Return the keys of a backend's jobs that begin with a prefix, in order."""
        ...

    async def steps(self, job_id: str) -> builtins.list[Step]:
        """Return the steps of a job, oldest first."""
        ...

    async def note(
        self,
        job_id: str,
        step: str,
        phase: str,
        data: Mapping[str, Any],
        *,
        now: float,
        state: JobState | None = None,
        wait: bool = True,
    ) -> None:
        """Note a step, and merge `data` into the job's; `wait=False` does not await the disk."""
        ...

    async def forget(self, job_id: str) -> None:
        """Delete a job's record."""
        ...

    def work_on(self, job_id: str) -> AbstractAsyncContextManager[JobRecord]:
        """Hold the lease of a job, and yield its present record."""
        ...

    def lease(self, name: str) -> Lease:
        """Return the lease of a job, or of another name."""
        ...

    async def held(self, name: str) -> bool:
        """Return whether a living process holds a lease."""
        ...


def as_text(value: object) -> str | None:
    """Return a noted value if it is a text with at least one character, else None."""
    return value if isinstance(value, str) and value else None
