"""`nemomusic clean`: delete old data of the embedded backend, and the records of finished jobs."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from nemomusic.cli.terminal import paths
from nemomusic.jobs.storage.journal import Journal
from nemomusic.runtime.executor import SHARED

if TYPE_CHECKING:
    import argparse

    from nemomusic.cli.terminal.screen import Screen
    from nemomusic.jobs.storage.records import JobRecord

_FINAL_STATES = frozenset({"done", "failed", "cancelled"})
"""The states of jobs that can't be resumed."""


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Delete old data. Data of jobs that can be resumed is kept."""
    from nemomusic.local.storage.cleaning import clean_folder

    before = time.time() - arguments.older_than
    journal = Path(arguments.journal or paths.journal_file())
    over, open_jobs = await _jobs(journal, before)
    keep = {job.session_id for job in open_jobs if job.session_id is not None}
    found = await SHARED.run(
        clean_folder, paths.local_folder(), before=before, keep=keep, dry_run=arguments.dry_run
    )
    outputs = {job.output for job in open_jobs}
    piped = [
        path
        for path in paths.piped_folder().glob("*")
        if str(path) not in outputs and path.stat().st_mtime < before
    ]
    size = found.bytes + sum(path.stat().st_size for path in piped)
    files = found.files + len(piped)
    if not arguments.dry_run:
        for path in piped:
            path.unlink(missing_ok=True)
        await _forget(journal, over)
    verb = "Would delete" if arguments.dry_run else "Deleted"
    screen.say(
        f"{verb} {_counted(found.sessions, 'session')}, {_counted(files, 'file')} "
        f"({size / 2**20:.1f} MB) and {_counted(len(over), 'record')} of jobs"
    )
    screen.result(
        {
            "dry_run": arguments.dry_run,
            "sessions": found.sessions,
            "files": files,
            "bytes": size,
            "jobs": [job.id for job in over],
        }
    )
    return 0


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


async def _jobs(path: Path, before: float) -> tuple[list[JobRecord], list[JobRecord]]:
    """Return the old jobs that are over, and all jobs that are not over."""
    if not path.exists():
        return [], []
    with closing(Journal(path)) as journal:
        records = await journal.list()
    over = [job for job in records if job.state in _FINAL_STATES and job.updated < before]
    return over, [job for job in records if job.state not in _FINAL_STATES]


async def _forget(path: Path, jobs: list[JobRecord]) -> None:
    if jobs:
        with closing(Journal(path)) as journal:
            for job in jobs:
                await journal.forget(job.id)
