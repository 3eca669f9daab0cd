"""`nemomusic batch`: many clips, each with its own prompt and export."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nemomusic import errors
from nemomusic.cli.batching.batch_executor import check_engine, engine_of
from nemomusic.cli.batching.batch_folder import clips_in, watch
from nemomusic.cli.batching.batch_report import BatchReport
from nemomusic.cli.batching.manifest import (
    Defaults,
    ListedOrder,
    check_no_table,
    is_manifest,
    orders_of_clips,
    read_manifest,
    wanted,
)
from nemomusic.cli.batching.unreadable_clips import with_unreadable
from nemomusic.cli.terminal import paths
from nemomusic.cli.terminal.connect import chosen_backend, client_for, introduce, unentered_client
from nemomusic.cli.terminal.exit_codes import CommandInterruptedError, Exit
from nemomusic.cli.terminal.runner import first_interrupt
from nemomusic.files.outputs import default_name
from nemomusic.models.file_types import VIDEO_TYPES
from nemomusic.models.prompts import DEFAULT_PROMPT
from nemomusic.report import Report
from nemomusic.report.writer import PAGE, refused_row
from nemomusic.runtime.clock import SystemClock

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterable, AsyncIterator, Iterable

    from nemomusic.batches.order import Order
    from nemomusic.batches.plan import PlannedOrder
    from nemomusic.cli.terminal.screen import Screen
    from nemomusic.client import Client
    from nemomusic.local import DaskEngine

AGAIN = "Run the same command again: it continues where it stopped."

MAX_NAMED_RESULTS: Final = 5
"""The largest number of results of earlier runs that are named one by one."""


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Score the clips. The path of each result goes to standard output as it is finished."""
    folder, name = _output(arguments.output)
    defaults = Defaults(
        prompt=wanted(arguments.prompt, DEFAULT_PROMPT),
        output=name,
        language=arguments.language,
        into_folder=folder is not None,
    )
    watched = _watched(arguments)
    listed = [] if watched is not None else _listed(arguments.files, defaults, screen)
    if arguments.dry_run:
        return await _dry_run(arguments, screen, listed, folder)
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise errors.OutputError(
                f"the folder {folder} can't be made ({error.strerror})",
                remedy="Choose another folder with -o.",
            ) from error
    report = BatchReport(screen, None if watched is not None else len(listed))
    for one in listed:
        if one.error is not None:
            report.refused(one.number, one.label, one.error)
        elif one.order is not None:
            report.numbers[id(one.order)] = one.number
    ready = [one.order for one in listed if one.order is not None]
    if ready or watched is not None:
        orders = ready if watched is None else _coming(watched, defaults)
        await _with_client(arguments, screen, listed, orders, folder, report)
    if arguments.report is not None:
        screen.note(f"Report: {Path(arguments.report) / PAGE}")
    return report.end()


async def _with_client(
    arguments: argparse.Namespace,
    screen: Screen,
    listed: list[ListedOrder],
    orders: list[Order] | AsyncIterator[Order],
    folder: Path | None,
    report: BatchReport,
) -> None:
    """Open the report, the client and the engine, and carry the orders out with them."""
    engine = engine_of(arguments)
    alone = not arguments.one_session
    async with AsyncExitStack() as stack:
        if arguments.report is not None:
            report.write_to(await stack.enter_async_context(Report(arguments.report)))
        for one in listed:
            if report.page is not None and one.error is not None:
                report.page.write(refused_row(one.number, one.label, one.error))
        client, kept = await stack.enter_async_context(
            client_for(arguments, screen, with_journal=alone, engine=engine)
        )
        await check_engine(engine)
        await introduce(client, screen)
        if isinstance(orders, list) and not alone:
            from nemomusic.cli.batching.one_session import in_one_session

            await in_one_session(client, arguments, screen, orders, folder, report)
            return
        if kept:
            report.keep()
        if isinstance(orders, list):
            await _warn_of_credits(client, screen, orders, folder, arguments)
        await _carry_out(client, arguments, screen, orders, folder, report, engine)


def _output(given: str | None) -> tuple[Path | None, str | None]:
    """Return the folder of the results and the pattern of their names, from `-o`."""
    if given is None:
        return None, None
    path = Path(given)
    fixed = list(takewhile(lambda part: "{" not in part, path.parts))
    if len(fixed) == len(path.parts):
        return path, None
    return Path(*fixed), str(Path(*path.parts[len(fixed) :]))


def _watched(arguments: argparse.Namespace) -> Path | None:
    if not arguments.watch:
        return None
    folder = Path(arguments.files[0])
    if len(arguments.files) != 1 or not folder.is_dir():
        raise errors.InputError("--watch needs one folder", remedy="Name the folder alone.")
    if arguments.one_session or arguments.dry_run:
        raise errors.InputError(
            "--watch goes with neither --one-session nor --dry-run", remedy="Leave one out."
        )
    return folder


def _listed(files: list[str], defaults: Defaults, screen: Screen) -> list[ListedOrder]:
    """Return the orders that the arguments name: a manifest, folders, clips.

    Raises:
        ManifestError: The manifest can't be understood.
        SourceError: A folder holds no clips.
    """
    first = Path(files[0])
    if len(files) == 1 and is_manifest(first) and not first.is_dir():
        return read_manifest(first, defaults)
    clips: list[str] = []
    for file in files:
        path = Path(file)
        if path.is_dir():
            found = clips_in(path)
            if not found:
                raise errors.SourceError(
                    f"{path} holds no videos", remedy=f"Name a folder with videos: {VIDEO_TYPES}."
                )
            clips += map(str, found)
        elif is_manifest(path):
            raise errors.InputError(
                f"{path} is a manifest, and stands beside other files",
                remedy="Name the manifest alone.",
            )
        else:
            check_no_table(path)
            clips.append(file)
    return orders_of_clips(_without_results(clips, screen), defaults)


def _without_results(clips: list[str], screen: Screen) -> list[str]:
    """Leave out the results of other clips, which the shell's `*.mp4` names in a second run."""
    results = {
        str(path.parent / default_name(path)): clip for clip in clips if (path := Path(clip))
    }
    kept = []
    for clip in clips:
        source = results.get(str(Path(clip)))
        if source is None:
            kept.append(clip)
        else:
            screen.note(f"Note: {clip} is left out: it has the name of the result of {source}")
    return kept


async def _coming(folder: Path, defaults: Defaults) -> AsyncIterator[Order]:
    number = 0
    async for path in watch(folder, SystemClock()):
        number += 1
        (listed,) = orders_of_clips([str(path)], defaults, first=number)
        if listed.order is not None:
            yield listed.order


async def _warn_of_credits(
    client: Client,
    screen: Screen,
    orders: list[Order],
    folder: Path | None,
    arguments: argparse.Namespace,
) -> None:
    """Warn if there are too few credits. The batch begins anyway."""
    price = client.batches.price
    if not price or not orders:
        return
    planned = await client.batches.plan(
        orders, folder=folder, overwrite=arguments.overwrite, redo=arguments.redo
    )
    cost = price * sum(one.state in {"new", "redo"} for one in planned)
    available = (await client.credits.balance()).available
    if cost > available:
        screen.note(
            f"This may cost about {cost:g} credits, and {available:g} are available: the batch "
            "will pause when they are used up"
        )


async def _carry_out(
    client: Client,
    arguments: argparse.Namespace,
    screen: Screen,
    orders: Iterable[Order] | AsyncIterable[Order],
    folder: Path | None,
    report: BatchReport,
    engine: DaskEngine | None,
) -> None:
    with screen.display() as display:
        tells = report.tells(display)
        run = client.batches.run(
            orders,
            concurrency=arguments.at_once,
            folder=folder,
            overwrite=arguments.overwrite,
            max_credits=arguments.max_credits,
            redo=arguments.redo,
            on_progress=lambda order, progress: tells(order)(progress),
        )

        if engine is not None:
            engine.call_when_gone(lambda _: run.stop())

        def drain() -> None:
            run.drain()
            report.interrupt()
            screen.note("Finishing the clips under way; Ctrl-C again stops them")

        again = AGAIN if report.kept else None
        with first_interrupt(drain, again):
            try:
                async with run:
                    async for outcome in run:
                        report.add(outcome)
            except errors.BatchPausedError as paused:
                report.paused(paused)
            except asyncio.CancelledError:
                raise CommandInterruptedError("interrupted", remedy=again) from None
        report.leave(run.left)
        if engine is not None and engine.gone is not None:
            report.lost(engine.gone)
        gone = await run.gone()
        for path in gone[:MAX_NAMED_RESULTS]:
            screen.note(f"{path} is of an earlier run, and no longer in the list; it is kept")
        if len(gone) > MAX_NAMED_RESULTS:
            screen.note(f"So are {len(gone) - MAX_NAMED_RESULTS} more")


async def _dry_run(
    arguments: argparse.Namespace,
    screen: Screen,
    listed: list[ListedOrder],
    folder: Path | None,
) -> int:
    """Print what a run would do, and what it would cost. Nothing is sent."""
    where = chosen_backend(arguments)
    journal = Path(arguments.journal or paths.journal_file())
    client = unentered_client(
        where, None if arguments.no_journal or not journal.exists() else journal
    )
    code = Exit.OK
    counts: dict[str, int] = {}
    try:
        orders = [one.order for one in listed if one.order is not None]
        planned: list[PlannedOrder] = await client.batches.plan(
            orders, folder=folder, overwrite=arguments.overwrite, redo=arguments.redo
        )
        if where == "local":
            planned = await with_unreadable(planned, allow_partial=arguments.allow_partial)
        coming = iter(planned)
        for one in listed:
            plan = next(coming) if one.order is not None else None
            state = "bad" if plan is None else plan.state
            counts[state] = counts.get(state, 0) + 1
            bad = one.error if plan is None else plan.error
            printed = BatchReport.planned(screen, one, plan, bad)
            code = code or printed
        price = client.batches.price
    finally:
        await client.aclose()
    cost = price * (counts.get("new", 0) + counts.get("redo", 0))
    words = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    screen.note(f"{words}; about {cost:g} credits. Nothing was sent")
    screen.result({"plan": counts, "credits": cost, "exit_code": int(code)})
    return int(code)
