"""The client of a command: cloud or embedded backend. Neither falls back to the other."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import attrs

from nemomusic import errors
from nemomusic.cli.terminal import paths
from nemomusic.cli.terminal.exit_codes import CommandInterruptedError, explain
from nemomusic.cli.terminal.runner import note_remedy, scratch_folder
from nemomusic.client import Client
from nemomusic.jobs.storage.journal import Journal
from nemomusic.settings import Settings, Timeouts, read_variable

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator
    from pathlib import Path

    from nemomusic.cli.terminal.screen import Screen
    from nemomusic.jobs.storage.records import JobRecord
    from nemomusic.local import Engine

LOCAL_TIMEOUTS = Timeouts(recover_first=0.5, recover_next=0.5, close=0.0)
"""Timeouts of commands with the embedded backend. The backend runs in this process, so a turn of an
earlier process is over. Ctrl-C ends a command at once, since closing waits for no turn.
"""
CLOUD_TIMEOUTS = Timeouts(close=0.0)
"""Timeouts of commands with the cloud. Ctrl-C ends a command at once, since closing waits for no
turn.
"""


def chosen_backend(arguments: argparse.Namespace) -> Literal["local", "cloud"]:
    """Return the backend that `--local`, `--cloud` or `NEMOMUSIC_BACKEND` choose.

    Raises:
        ConfigurationError: The variable holds something else.
    """
    if arguments.backend is not None:
        return "local" if arguments.backend == "local" else "cloud"
    named = (read_variable(os.environ, "NEMOMUSIC_BACKEND") or "").lower()
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
    engine: Engine | None = None,
) -> AsyncIterator[tuple[Client, bool]]:
    """Yield an entered client, and whether a later command can resume its jobs.

    Args:
        arguments: The arguments of the command.
        screen: Gets a note when a temporary folder is used.
        backend: The backend, in place of the one that the arguments choose.
        needs_kept: Whether the command needs data of an earlier run.
        with_journal: Whether the jobs of the command are noted in a journal.
        folder: The folder of the embedded backend, in place of the default one.
        engine: The engine of the embedded backend, in place of its own workers.

    Raises:
        NemoMusicError: No client could be made.
    """
    where = backend or chosen_backend(arguments)
    seed = getattr(arguments, "seed", None)
    if where == "cloud" and seed is not None:
        raise errors.ConfigurationError(
            "--seed is for the embedded backend", remedy="Add --local, or leave it out."
        )
    if where == "cloud" and getattr(arguments, "allow_partial", False):
        raise errors.ConfigurationError(
            "--allow-partial is for the embedded backend", remedy="Add --local, or leave it out."
        )
    async with AsyncExitStack() as stack:
        if where == "cloud":
            if backend is None:
                screen.offer_offline()
            journal = _journal(arguments, screen, stack, cloud=True) if with_journal else None
            settings = attrs.evolve(Settings.from_env(), timeouts=CLOUD_TIMEOUTS)
            client = await stack.enter_async_context(Client(settings=settings, journal=journal))
            resumable_ = journal is not None
        else:
            client, resumable_ = await _local(
                arguments,
                screen,
                stack,
                folder=folder,
                seed=seed,
                needs_kept=needs_kept or engine is not None,
                with_journal=with_journal,
                engine=engine,
            )
        yield client, resumable_


def unentered_client(where: Literal["local", "cloud"], journal: Path | None) -> Client:
    """Return a client that only reads the journal. It starts no backend and sends nothing."""
    if where == "cloud":
        return Client(settings=Settings.from_env(), journal=journal)
    return Client.local(paths.local_folder(), journal=journal)


async def _local(
    arguments: argparse.Namespace,
    screen: Screen,
    stack: AsyncExitStack,
    *,
    folder: Path | None,
    seed: int | None,
    needs_kept: bool,
    with_journal: bool,
    engine: Engine | None,
) -> tuple[Client, bool]:
    screen.continue_with("nemomusic chat --local")
    settings = Settings(timeouts=LOCAL_TIMEOUTS)
    journal = _journal(arguments, screen, stack, cloud=False) if with_journal else None
    partial = getattr(arguments, "allow_partial", False)
    try:
        where = folder or paths.local_folder()
        client = Client.local(
            settings=settings,
            journal=journal,
            folder=where,
            seed=seed,
            allow_partial=partial and engine is None,
            engine=engine,
        )
        return await stack.enter_async_context(client), journal is not None
    except (errors.LocalBackendError, errors.ConfigurationError) as error:
        unusable = isinstance(error.__cause__, OSError) or getattr(error, "in_use", False)
        homeless = isinstance(error, errors.ConfigurationError) and folder is None
        if needs_kept or isinstance(error, errors.MissingExtraError) or not (unusable or homeless):
            raise
        screen.note(
            f"{error.message}: working in a temporary folder instead, which is not kept"
            + (" (so the job can't be resumed)" if journal is not None else "")
        )
    screen.continue_with(None)
    scratch = stack.enter_context(scratch_folder())
    client = Client.local(settings=settings, folder=scratch, seed=seed, allow_partial=partial)
    return await stack.enter_async_context(client), False


def _journal(
    arguments: argparse.Namespace, screen: Screen, stack: AsyncExitStack, *, cloud: bool
) -> Journal | None:
    if getattr(arguments, "no_journal", False):
        return None
    named = arguments.journal
    try:
        journal = Journal(named or paths.journal_file())
    except (errors.JournalError, errors.ConfigurationError) as error:
        if cloud or named:  # credits are at stake, or the user named this journal
            error.remedy = "Name another with --journal, or go without by --no-journal."
            raise
        screen.note(f"{error.message}: continuing without a journal")
        return None
    stack.callback(journal.close)
    return journal


async def identity(client: Client) -> dict[str, Any]:
    """Return host, user and credits, for people and scripts; never the token.

    Raises:
        NemoMusicError: There is no token, the token is refused, or the service does not answer.
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
    """Return a description of the user."""
    name = f" {known['user_id']}" if known["user_id"] else ""
    return f"anonymous user{name}" if known["anonymous"] else f"registered user{name} (NEMO_TOKEN)"


async def introduce(client: Client, screen: Screen) -> None:
    """Print host, user and balance before the first upload.

    Raises:
        NemoMusicError: As `identity`. Nothing was uploaded.
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
async def resumable(client: Client, *, kept: bool) -> AsyncIterator[None]:
    """Add the job to an error that ends it, so that the error names the command to resume.

    Args:
        client: The client of the command.
        kept: Whether a later command can resume the job.

    Raises:
        CommandInterruptedError: The command was canceled.
    """
    try:
        yield
    except (errors.NemoMusicError, asyncio.CancelledError) as error:
        job = await _worth_resuming(client, error) if kept else None
        if isinstance(error, asyncio.CancelledError):
            error = CommandInterruptedError("interrupted")
            vars(error)["job"] = job
            if (
                job is not None
            ):  # closing the client may take longer than an interrupted command has
                note_remedy(explain(error, job).remedy or "")
            raise error from None
        vars(error)["job"] = job
        raise


async def _worth_resuming(client: Client, error: BaseException) -> JobRecord | None:
    """Return the job that an error ended, if resuming it makes sense.

    A job without a session, or whose clip was refused, is forgotten.
    """
    job_id = getattr(error, "job_id", None)
    if job_id is None:
        return None
    record = await client.jobs.get(job_id)
    if record.state == "done":
        return None
    refused = isinstance(error, errors.InputError) and not record.data.get("message")
    if record.session_id and not refused:
        return record
    await client.jobs.forget(job_id)
    return None
