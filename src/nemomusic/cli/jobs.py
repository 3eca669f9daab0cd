"""`nemomusic jobs`: work in hand."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.cli import places
from nemomusic.cli.add_music import tell, video_json
from nemomusic.cli.connect import client_for, introduce, resumable
from nemomusic.journal import JobRecord, Journal

if TYPE_CHECKING:
    import argparse
    from typing import Literal

    from nemomusic.cli.screen import Screen
    from nemomusic.client import Client
    from nemomusic.jobs import ScoredVideo

_SHOWN = ("source", "url", "prompt", "output", "session_id", "render_id", "error")
_LOCAL = "local:"


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """List, resume or forget."""
    path = Path(arguments.journal or places.journal_file())
    if arguments.action == "list":
        return await _list(path, screen)
    if not path.exists():
        raise errors.JobNotFoundError(f"no job {arguments.job!r}: {path} does not exist")
    if arguments.action == "forget":
        return await _forget(path, arguments.job, screen)
    return await _resume(path, arguments, screen)


async def _list(path: Path, screen: Screen) -> int:
    records: list[JobRecord] = []
    if path.exists():
        with closing(Journal(path)) as journal:
            records = await journal.list()
    columns = ("job", "status", "at", "changed", "clip", "output")
    screen.table(columns, [_row(record) for record in records])
    if not records:
        screen.note(f"No jobs in {path}")
    screen.result({"journal": str(path), "jobs": [_json(record) for record in records]})
    return 0


def _row(record: JobRecord) -> tuple[str, ...]:
    data = record.data
    changed = datetime.fromtimestamp(record.updated).astimezone().isoformat(" ", "seconds")
    return (
        record.id,
        record.status,
        str(data.get("step") or "start"),
        changed,
        str(data.get("source") or data.get("url") or data.get("name")),
        str(data.get("output")),
    )


def _json(record: JobRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "status": record.status,
        "step": record.data.get("step"),
        "created": record.created,
        "updated": record.updated,
        "backend": record.backend,
        **{key: record.data.get(key) for key in _SHOWN},
    }


async def _forget(path: Path, job: str, screen: Screen) -> int:
    with closing(Journal(path)) as journal:
        await journal.get(job)
        with journal.lease(job) as lease:
            await journal.forget(job)
            lease.remove()
    screen.note(f"Forgot {job}")
    screen.result({"forgotten": job})
    return 0


async def _resume(path: Path, arguments: argparse.Namespace, screen: Screen) -> int:
    with closing(Journal(path)) as journal:
        record = await journal.get(arguments.job)
    output = Path(str(record.data.get("output")))
    if record.status == "done" and output.exists():
        screen.note(f"{record.id} is done already")
        screen.say(str(output))
        screen.result({"job_id": record.id, "path": str(output), "done_already": True})
        return 0
    backend, folder = _backend(record, arguments)
    async with client_for(
        arguments,
        screen,
        backend=backend,
        folder=folder,
        needs_kept=True,
        with_journal=True,
    ) as (client, opened):
        if opened is not None:
            opened.begun.append(record.id)
        async with resumable(opened):
            await introduce(client, screen)
            video = await _go_on(client, arguments, screen, free=backend == "local")
        tell(screen, video, None)
        screen.result(video_json(video))
    return 0


def _backend(
    record: JobRecord, arguments: argparse.Namespace
) -> tuple[Literal["local", "cloud"], Path | None]:
    """Where the job belongs: that is no choice, so it need not be said again."""
    if record.backend.startswith(_LOCAL):
        if arguments.backend == "cloud":
            raise errors.JobError(
                f"{record.id} was started on the embedded backend", remedy="Leave --cloud out."
            )
        return "local", Path(record.backend.removeprefix(_LOCAL))
    if arguments.backend == "local":
        raise errors.JobError(
            f"{record.id} was started on {record.backend}", remedy="Leave --local out."
        )
    return "cloud", None


async def _go_on(
    client: Client, arguments: argparse.Namespace, screen: Screen, *, free: bool
) -> ScoredVideo:
    """Resume; where asking again costs nothing, ask again rather than leave it open."""
    overwrite = True if arguments.overwrite else None
    with screen.display() as display:
        try:
            return await client.jobs.resume(
                arguments.job,
                resend=arguments.resend,
                overwrite=overwrite,
                on_progress=display.job(),
            )
        except (errors.OutcomeUnknown, errors.NoMusicAdded):
            if not free or arguments.resend:
                raise
        screen.note("The message was interrupted; asking again, which costs nothing here")
        return await client.jobs.resume(
            arguments.job, resend=True, overwrite=overwrite, on_progress=display.job()
        )
