"""`nemomusic jobs`: list, resume and forget jobs, and salvage a damaged journal."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.cli.add_music import tell, video_json
from nemomusic.cli.terminal import paths
from nemomusic.cli.terminal.connect import client_for, introduce, resumable
from nemomusic.jobs.storage.journal import Journal
from nemomusic.jobs.storage.salvage import salvage_journal

if TYPE_CHECKING:
    import argparse
    from typing import Literal

    from nemomusic.cli.terminal.screen import Screen
    from nemomusic.client import Client
    from nemomusic.jobs.steps.scored_video import ScoredVideo
    from nemomusic.jobs.storage.records import JobRecord

_SHOWN_FIELDS = ("sources", "prompt", "output", "session_id", "render_id", "error")
_LOCAL = "local:"


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """List, resume or forget jobs, or salvage a journal."""
    path = Path(arguments.journal or paths.journal_file())
    if arguments.action == "list":
        return await _list(path, screen)
    if arguments.action == "salvage":
        return _salvage(path, screen)
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
    columns = ("job", "state", "step", "changed", "clip", "output")
    screen.table(columns, [_row(record) for record in records])
    if not records:
        screen.note(f"No jobs in {path}")
    screen.result({"journal": str(path), "jobs": [_json(record) for record in records]})
    return 0


def _row(record: JobRecord) -> tuple[str, ...]:
    changed = datetime.fromtimestamp(record.updated).astimezone().isoformat(" ", "seconds")
    return (
        record.id,
        record.state,
        record.step or "start",
        changed,
        ", ".join(map(_name, record.sources)),
        _name(record.output or ""),
    )


def _name(place: str) -> str:
    """Return the last part of a path or an address. `--json` prints the complete one."""
    return re.split(r"[/\\]", place.partition("?")[0].rstrip("/\\"))[-1]


def _json(record: JobRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "state": record.state,
        "step": record.step,
        "created": record.created,
        "updated": record.updated,
        "backend": record.backend,
        **{key: getattr(record, key) for key in _SHOWN_FIELDS},
    }


def _salvage(path: Path, screen: Screen) -> int:
    saved = salvage_journal(path)
    screen.note(
        f"Saved {saved.jobs} jobs with {saved.steps} steps; the damaged file is {saved.put_aside}. "
        "A job that is missing may have paid work in its project: look there before it is begun "
        "again."
    )
    screen.say(str(saved.path))
    screen.result(
        {
            "journal": str(saved.path),
            "jobs": saved.jobs,
            "steps": saved.steps,
            "put_aside": str(saved.put_aside),
        }
    )
    return 0


async def _forget(path: Path, job: str, screen: Screen) -> int:
    with closing(Journal(path)) as journal:
        async with journal.lease(job):
            await journal.forget(job)
    screen.note(f"Forgot {job}")
    screen.result({"forgotten": job})
    return 0


async def _resume(path: Path, arguments: argparse.Namespace, screen: Screen) -> int:
    with closing(Journal(path)) as journal:
        record = await journal.get(arguments.job)
    output = Path(str(record.output))
    if record.state == "done" and output.exists():
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
    ) as (client, kept):
        async with resumable(client, kept=kept):
            await introduce(client, screen)
            video = await _go_on(client, arguments, screen)
        tell(screen, video, None)
        screen.result(video_json(video, kept=kept))
    return 0


def _backend(
    record: JobRecord, arguments: argparse.Namespace
) -> tuple[Literal["local", "cloud"], Path | None]:
    """Return the backend of a job, and its folder. A job can be resumed on its own backend only."""
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


async def _go_on(client: Client, arguments: argparse.Namespace, screen: Screen) -> ScoredVideo:
    """Resume a job, and show its progress."""
    overwrite = True if arguments.overwrite else None
    job = client.jobs.attach(arguments.job)
    with screen.display() as display:
        return await job.result(
            resend=arguments.resend, overwrite=overwrite, on_progress=display.job()
        )
