"""`nemomusic batch`: several clips, each with its own instruction and its own export."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.cli.add_music import export_json, reply_json, video_json
from nemomusic.cli.connect import client_for, introduce, resumable
from nemomusic.cli.manifest import Task, check, read_orders
from nemomusic.cli.outcome import Exit, as_json, exit_code, explain
from nemomusic.models.events import Notice
from nemomusic.models.progress import Progress
from nemomusic.protocol.phrases import detect_language
from nemomusic.resources.sources import Source

if TYPE_CHECKING:
    import argparse

    from nemomusic.cli.connect import CommandJournal
    from nemomusic.cli.screen import Display, Screen
    from nemomusic.client import Client
    from nemomusic.resources.sessions import Session

_HOPELESS = {Exit.AUTH, Exit.CREDITS}
"""After these the next clip would fail the same way."""


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Score them all. The paths of the results go to standard output."""
    if arguments.output is not None:
        Path(arguments.output).mkdir(parents=True, exist_ok=True)
    orders = read_orders(arguments.files, arguments.prompt, arguments.output)
    tasks = check(orders, overwrite=arguments.overwrite)
    report = _Report(screen, tasks)
    ready = [task for task in tasks if task.error is None]
    if ready:
        one_session = arguments.one_session
        async with (
            client_for(arguments, screen, with_journal=not one_session) as (client, journal),
            resumable(None),
        ):
            await introduce(client, screen)
            with screen.display() as display:
                batch = _Batch(client, journal, arguments, display, report)
                await (batch.in_one_session(ready) if one_session else batch.side_by_side(ready))
    return report.end()


class _Report:
    """What became of each clip, in the order in which they were given."""

    def __init__(self, screen: Screen, tasks: list[Task]) -> None:
        self._screen = screen
        self._tasks = tasks
        self._found: dict[int, dict[str, Any]] = {}
        self.code = Exit.OK
        for task in tasks:
            if task.error is not None:
                self.failed(task, task.error)

    def done(self, task: Task, result: dict[str, Any]) -> None:
        """It is on disk."""
        self._found[id(task)] = {"clip": task.order.clip, **result}
        self._screen.note(f"{task.order.clip}: {result['timeline']}")
        self._screen.say(result["path"])

    def failed(self, task: Task, error: Exception) -> None:
        """It is not."""
        code = exit_code(error)
        self.code = self.code or code
        shown = explain(error, getattr(error, "job", None), self._screen.chat)
        self._screen.error(shown, about=f"{task.order.clip}: ", final=False)
        self._found[id(task)] = {"clip": task.order.clip, "error": as_json(shown)}

    @property
    def hopeless(self) -> bool:
        """Whether going on makes no sense."""
        return self.code in _HOPELESS

    def end(self) -> int:
        """Sum up; the exit code."""
        videos = [
            self._found.get(id(task), {"clip": task.order.clip, "skipped": True})
            for task in self._tasks
        ]
        good = sum("path" in video for video in videos)
        self._screen.note(f"{good} of {len(videos)} done")
        self._screen.result({"videos": videos, "done": good, "exit_code": int(self.code)})
        return int(self.code)


class _Batch:
    """The two ways to do it."""

    def __init__(
        self,
        client: Client,
        journal: CommandJournal | None,
        arguments: argparse.Namespace,
        display: Display,
        report: _Report,
    ) -> None:
        self._client = client
        self._journal = journal
        self._arguments = arguments
        self._display = display
        self._report = report

    async def side_by_side(self, tasks: list[Task]) -> None:
        """A session for each, some at a time."""
        places = asyncio.Semaphore(self._arguments.at_once)

        async def one(task: Task) -> None:
            async with places:
                if self._report.hopeless or task.source is None:
                    return
                try:
                    async with resumable(self._journal, task.target):
                        video = await self._client.add_music(
                            task.source,
                            task.order.prompt,
                            output=task.target,
                            overwrite=self._arguments.overwrite,
                            language=self._arguments.language,
                            on_progress=self._display.job(task.order.clip),
                        )
                except Exception as error:  # noqa: BLE001 - one clip fails, the others go on
                    self._report.failed(task, error)
                else:
                    self._report.done(task, video_json(video))

        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(one(task))

    async def in_one_session(self, tasks: list[Task]) -> None:
        """All uploaded into one session, then taken one by one (contract, section 4)."""
        language = self._arguments.language or detect_language(tasks[0].order.prompt)
        session = await self._client.sessions.open("batch", language)
        files = _named_apart([task.source for task in tasks if isinstance(task.source, Source)])
        urls = [task.source for task in tasks if isinstance(task.source, str)]
        media = []
        if files:
            media += await session.upload(*files, on_progress=self._display.job())
        if urls:
            media += await session.upload_urls(*urls)
        names = iter([one.filename for one in media])
        for task in sorted(tasks, key=lambda task: isinstance(task.source, str)):
            name = next(names, None) or task.order.clip
            if self._report.hopeless:
                return
            try:
                result = await self._take(session, task, name)
            except errors.SessionLost as error:
                self._report.failed(task, error)
                return
            except errors.NemoMusicError as error:
                self._report.failed(task, error)
            else:
                self._report.done(task, result)

    async def _take(self, session: Session, task: Task, name: str) -> dict[str, Any]:
        if task.target is None:
            raise errors.OutputError("no output")
        tell = self._display.job(task.order.clip)
        tell(Progress(stage="compose"))
        async with session.send(f'only "{name}": {task.order.prompt}') as turn:
            async for event in turn:
                if isinstance(event, Notice):
                    tell(Progress(stage="compose", text=event.text))
        reply = turn.result
        if reply.changes is None or not reply.changes.added_audio:
            raise errors.NoMusicAdded(
                "the agent answered, but added no music",
                reply=reply,
                session=session,
                session_id=session.id,
            )
        rendered = await session.export(
            task.target, overwrite=self._arguments.overwrite, on_progress=tell
        )
        tell(Progress(stage="done"))
        timeline = None if reply.state is None else reply.state.timeline
        return {**export_json(rendered), **reply_json(reply, timeline), "session_id": session.id}


def _named_apart(sources: list[Source]) -> list[Source]:
    """The same sources under names that differ: a message names the clip it is about."""
    seen: set[str] = set()
    apart: list[Source] = []
    for source in sources:
        name, number = source.name, 1
        while name.lower() in seen:
            number += 1
            name = f"{number}-{source.name}"
        seen.add(name.lower())
        same = name == source.name or source.path is None
        apart.append(source if same else Source(source.path, name=name))  # type: ignore[arg-type]
    return apart
