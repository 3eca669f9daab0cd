"""The client of a command: cloud or embedded backend, as asked; never one for the other."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from nemomusic import errors
from nemomusic.cli import places
from nemomusic.cli.outcome import Interrupted
from nemomusic.cli.running import scratch_folder
from nemomusic.client import Client
from nemomusic.journal import Journal
from nemomusic.settings import Settings, Timeouts

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from nemomusic.cli.screen import Screen
    from nemomusic.journal import JobRecord

LOCAL_TIMEOUTS = Timeouts(recover_first=0.5, recover_next=0.5)
"""The embedded backend lives in this process: a turn that an earlier one began is over."""


class CommandJournal(Journal):
    """A journal that knows which jobs were begun through it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        self.begun: list[str] = []

    async def create(self, backend: str, data: Mapping[str, Any], *, now: float) -> JobRecord:
        """See `Journal.create`."""
        record = await super().create(backend, data, now=now)
        self.begun.append(record.id)
        return record

    async def resumable(self, error: BaseException, output: Path | None = None) -> JobRecord | None:
        """The job begun here (that writes to `output`) which can be gone on with after an error.

        One that never got as far as a session, or whose clip was refused, is forgotten: there is
        nothing to go on with.
        """
        for job_id in self.begun:
            record = await self.get(job_id)
            data = record.data
            if record.status == "done" or (output and data.get("output") != str(output)):
                continue
            refused = isinstance(error, errors.InputError) and not data.get("message")
            if data.get("session_id") and not refused:
                return record
            await self.forget(job_id)
            self.begun.remove(job_id)
            return None
        return None


def chosen_backend(arguments: argparse.Namespace) -> Literal["local", "cloud"]:
    """What `--local`, `--cloud` or `NEMOMUSIC_BACKEND` ask for.

    Raises:
        ConfigurationError: the variable holds something else.
    """
    if arguments.backend is not None:
        return "local" if arguments.backend == "local" else "cloud"
    named = os.environ.get("NEMOMUSIC_BACKEND", "").strip().lower()
    if named not in {"", "local", "cloud"}:
        raise errors.ConfigurationError(
            f"NEMOMUSIC_BACKEND is {named!r}", remedy='Set it to "local" or "cloud", or unset it.'
        )
    return "local" if named == "local" else "cloud"


@asynccontextmanager
async def client_for(
    arguments: argparse.Namespace,
    screen: Screen,
    *,
    backend: Literal["local", "cloud"] | None = None,
    needs_kept: bool = False,
    with_journal: bool = False,
    folder: Path | None = None,
) -> AsyncIterator[tuple[Client, CommandJournal | None]]:
    """An entered client, and its journal if it has one.

    Args:
        arguments: of the command.
        screen: where it is said if a temporary folder has to do.
        backend: instead of what the arguments choose.
        needs_kept: the command is about data of an earlier run.
        with_journal: whether the command's work is noted.
        folder: of the embedded backend, instead of the usual one.

    Raises:
        NemoMusicError: no client could be made.
    """
    where = backend or chosen_backend(arguments)
    seed = getattr(arguments, "seed", None)
    if where == "cloud" and seed is not None:
        raise errors.ConfigurationError(
            "--seed is for the embedded backend", remedy="Add --local, or leave it out."
        )
    async with AsyncExitStack() as stack:
        if where == "cloud":
            journal = _journal(arguments, screen, stack, cloud=True) if with_journal else None
            client = await stack.enter_async_context(Client(journal=journal))
        else:
            client, journal = await _local(
                arguments,
                screen,
                stack,
                folder=folder or places.local_folder(),
                seed=seed,
                needs_kept=needs_kept,
                with_journal=with_journal,
            )
        yield client, journal


async def _local(
    arguments: argparse.Namespace,
    screen: Screen,
    stack: AsyncExitStack,
    *,
    folder: Path,
    seed: int | None,
    needs_kept: bool,
    with_journal: bool,
) -> tuple[Client, CommandJournal | None]:
    screen.chat = "nemomusic chat --local"
    settings = Settings(timeouts=LOCAL_TIMEOUTS)
    journal = _journal(arguments, screen, stack, cloud=False) if with_journal else None
    client = Client.local(settings=settings, journal=journal, folder=folder, seed=seed)
    try:
        return await stack.enter_async_context(client), journal
    except errors.LocalBackendError as error:
        unwritable = isinstance(error.__cause__, OSError)
        if needs_kept or not (error.in_use or unwritable):
            raise
        screen.note(
            f"{error.message}: working in a temporary folder instead, which is not kept"
            + (" (so the job can't be resumed)" if journal is not None else "")
        )
    screen.chat = None
    scratch = stack.enter_context(scratch_folder())
    client = Client.local(settings=settings, folder=scratch, seed=seed)
    return await stack.enter_async_context(client), None


def _journal(
    arguments: argparse.Namespace, screen: Screen, stack: AsyncExitStack, *, cloud: bool
) -> CommandJournal | None:
    if getattr(arguments, "no_journal", False):
        return None
    named = arguments.journal
    try:
        journal = CommandJournal(named or places.journal_file())
    except errors.JournalError as error:
        if cloud or named:  # credits are at stake, or it was asked for
            error.remedy = "Name another with --journal, or go without by --no-journal."
            raise
        screen.note(f"{error.message}: going on without a journal")
        return None
    stack.callback(journal.close)
    return journal


async def identity(client: Client) -> dict[str, Any]:
    """Host, user and credits, for people and scripts; never the token.

    Raises:
        NemoMusicError: there is no token, or it is refused, or nothing answers.
    """
    await client.auth.token()
    known: dict[str, Any] = {
        "host": urlsplit(client.settings.api_url).netloc,
        "backend": "local" if client.backend_name.startswith("local:") else "cloud",
        "anonymous": client.auth.anonymous,
    }
    balance = await client.credits.balance()
    return known | {
        "anonymous": client.auth.anonymous,  # a refused token may have been replaced
        "user_id": client.auth.user_id,
        "available": balance.available,
        "frozen": balance.frozen,
        "total": balance.total,
    }


def who(known: dict[str, Any]) -> str:
    """The user in words."""
    name = f" {known['user_id']}" if known["user_id"] else ""
    return f"anonymous user{name}" if known["anonymous"] else f"registered user{name} (NEMO_TOKEN)"


async def introduce(client: Client, screen: Screen) -> None:
    """Say where something is about to be sent, as whom, and what is left to spend.

    Raises:
        NemoMusicError: as `identity`, before anything was uploaded.
    """
    if client.backend_name.startswith("local:"):
        screen.note("Embedded backend: nothing leaves this machine")
        return
    known = await identity(client)
    name = "Service" if client.settings.is_local else "NemoVideo cloud"
    screen.note(
        f"{name} at {known['host']}, {who(known)}: {known['available']:g} credits "
        f"available, {known['frozen']:g} reserved"
    )


@asynccontextmanager
async def resumable(
    journal: CommandJournal | None, output: Path | None = None
) -> AsyncIterator[None]:
    """Around a job: what ends it is told together with how to go on with it.

    Raises:
        Interrupted: it was cancelled.
    """
    try:
        yield
    except (errors.NemoMusicError, asyncio.CancelledError) as error:
        job = None if journal is None else await journal.resumable(error, output)
        if isinstance(error, asyncio.CancelledError):
            raise Interrupted("interrupted", job=job) from None
        vars(error)["job"] = job
        raise
