"""`nemomusic batch --one-session`: several clips in one session, one after the other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.batches.order import OrderOutcome
from nemomusic.batches.plan import output_path
from nemomusic.cli.add_music import checked
from nemomusic.files.sources import Source
from nemomusic.jobs.steps.scored_video import ScoredVideo
from nemomusic.models.events import Notice
from nemomusic.models.language import detect_language
from nemomusic.models.progress import Progress
from nemomusic.protocol.agent_text.reply_text import no_music_message

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from nemomusic.batches.order import Order
    from nemomusic.cli.batching.batch_report import BatchReport
    from nemomusic.cli.terminal.screen import Display, Screen
    from nemomusic.client import Client
    from nemomusic.resources.session import Session

_HOPELESS = (errors.OutOfCreditsError, errors.AuthenticationError, errors.SessionLostError)
"""Errors after which the next clip would fail the same way."""


async def in_one_session(
    client: Client,
    arguments: argparse.Namespace,
    screen: Screen,
    orders: list[Order],
    folder: Path | None,
    report: BatchReport,
) -> None:
    """Upload all clips into one session, then score and export them one by one."""
    tasks: list[tuple[int, Order, Source | str, Path]] = []
    taken: dict[Path, str] = {}
    for place, order in enumerate(orders, 1):
        number = report.numbers.get(id(order), place)
        try:
            if not isinstance(order.source, str):
                raise errors.InputError(
                    "several inputs for one result can't share a session with other results",
                    remedy="Leave out --one-session.",
                )
            path = output_path(order, folder)
            if path in taken:
                raise errors.DuplicateOutputError(
                    f"the output {path} is also the output of the order of {taken[path]}"
                )
            taken[path] = order.label
            source, target = checked(order.source, str(path), overwrite=arguments.overwrite)
            tasks.append((number, order, source, target))
        except errors.NemoMusicError as error:
            report.add(OrderOutcome(order=order, number=number, state="failed", error=error))
    if not tasks:
        return
    with screen.display() as display:
        report.tells(display)
        language = arguments.language or detect_language(tasks[0][1].prompt)
        session = await client.sessions.open("batch", language)
        files = _named_apart([source for _, _, source, _ in tasks if isinstance(source, Source)])
        urls = [source for _, _, source, _ in tasks if isinstance(source, str)]
        media = []
        if files:
            media += await session.upload(*files, on_progress=display.job())
        if urls:
            media += await session.upload_urls(*urls)
        names = iter([one.filename for one in media])
        tasks.sort(key=lambda task: isinstance(task[2], str))
        for place, (number, order, _, target) in enumerate(tasks):
            name = next(names, None) or order.label
            began = time.monotonic()
            try:
                video = await _take(session, order, name, target, display, arguments)
            except errors.NemoMusicError as error:
                report.add(OrderOutcome(order=order, number=number, state="failed", error=error))
                if isinstance(error, _HOPELESS):
                    report.leave(len(tasks) - place - 1)
                    return
            else:
                report.add(
                    OrderOutcome(
                        order=order,
                        number=number,
                        state="done",
                        path=video.path,
                        video=video,
                        seconds=time.monotonic() - began,
                    )
                )


async def _take(
    session: Session,
    order: Order,
    name: str,
    target: Path,
    display: Display,
    arguments: argparse.Namespace,
) -> ScoredVideo:
    tell = display.job(order.label)
    tell(Progress(stage="compose"))
    async with session.send(f'only "{name}": {order.prompt}') as turn:
        async for event in turn:
            if isinstance(event, Notice):
                tell(Progress(stage="compose", text=event.text))
        reply = await turn.finished()
    if reply.changes is None or not reply.changes.added_audio:
        raise errors.NoMusicAddedError(
            no_music_message(reply.text),
            reply=reply,
            session=session,
            session_id=session.id,
        )
    rendered = await session.export(target, overwrite=arguments.overwrite, on_progress=tell)
    tell(Progress(stage="done"))
    state = reply.state if reply.state is not None else await session.state()
    return ScoredVideo(
        path=rendered.path,
        reply=reply,
        state=state,
        export=rendered,
        session=session,
        job_id="",  # a session that several results share is not noted as a job
        warnings=rendered.status.warnings,
    )


def _named_apart(sources: list[Source]) -> list[Source]:
    """Return the sources with different names, since a message names its clip."""
    seen: set[str] = set()
    apart: list[Source] = []
    for source in sources:
        name, number = source.name, 1
        while name.lower() in seen:
            number += 1
            name = f"{number}-{source.name}"
        seen.add(name.lower())
        if name == source.name or source.path is None:
            apart.append(source)
        else:
            apart.append(Source(source.path, name=name))
    return apart
