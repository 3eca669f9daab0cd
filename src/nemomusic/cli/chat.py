"""`nemomusic chat`: many messages in one session, which keeps its timeline."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nemomusic import errors
from nemomusic.cli.add_music import export_json, note_warnings, reply_json, source_of
from nemomusic.cli.terminal.connect import client_for, identity, introduce
from nemomusic.cli.terminal.exit_codes import as_json, exit_code, explain
from nemomusic.cli.terminal.runner import first_interrupt
from nemomusic.cli.terminal.stdin import Lines
from nemomusic.files.outputs import default_name, resolve_output
from nemomusic.models.language import Phrase, detect_language
from nemomusic.protocol.agent_text.ui_instructions import Action, ActionKind
from nemomusic.protocol.commands import Command, route_command, upload_sources
from nemomusic.resources.say import (
    CreditsAnswer,
    ExportAnswer,
    ReplyAnswer,
    StateAnswer,
    UploadAnswer,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from nemomusic.cli.terminal.screen import Screen
    from nemomusic.client import Client
    from nemomusic.conversation.reply import Reply
    from nemomusic.files.sources import Source
    from nemomusic.models.drafts.media import Media
    from nemomusic.resources.session import Session

GOODBYE: Final = re.compile(
    r"\s*(?:/quit|/exit|quit|exit|bye|goodbye|q|退出|再见)[\s.!。！]*", re.IGNORECASE
)
"""Lines that end the conversation. They are never sent: a message can cost credits."""
EXPORT_HINT: Final = Phrase('Say "export" when you are happy with it.', "满意的话，说“导出”就行。")
COST: Final = Phrase("This message cost {credits} credits.", "这条消息用了 {credits} 积分。")
INTERRUPTED: Final = Phrase(
    "Interrupted. What was sent may still be done, and paid: /timeline shows what became of it.",
    "已中断。已发送的消息可能仍会执行并计费：用 /timeline 查看结果。",
)
HELP: Final = """\
Say what you want: "warm lo-fi that follows the cuts", "make it slower", a title in quotes.
  export, or /export PATH   render and save the video (free)
  /timeline                 what is on it
  /credits                  the balance
  /do N                     carry out what the last reply offered
  quit                      the end (as Ctrl-D)
A path alone uploads that file. Concrete wishes beat "make it look better"; clips under two
minutes get the best-matched music; MP4 is the safest format."""


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Hold a conversation until its end."""
    source = None if arguments.clip is None else source_of(arguments.clip)
    output = None
    if arguments.output is not None:
        from_path = Path(arguments.clip) if arguments.clip else Path("video")
        output = resolve_output(arguments.output, from_path, overwrite=arguments.overwrite)
    async with client_for(arguments, screen, needs_kept=arguments.session is not None) as (
        client,
        _,
    ):
        chat = Chat(client, screen, arguments, source, output)
        return await chat.run()


class Chat:
    """One conversation."""

    def __init__(
        self,
        client: Client,
        screen: Screen,
        arguments: argparse.Namespace,
        source: Source | str | None,
        output: Path | None,
    ) -> None:
        self._client = client
        self._screen = screen
        self._arguments = arguments
        self._source = source
        self._output = output
        self._mine: set[Path] = set()
        self._session: Session | None = None
        self._offered: tuple[Action, ...] = ()
        self._turns: list[dict[str, Any]] = []
        self._noted: list[str] = []

    async def run(self) -> int:
        """Take line after line. An error ends a script, but not a conversation at a terminal."""
        person = sys.stdin.isatty() and sys.stdout.isatty() and not self._screen.json
        await introduce(self._client, self._screen)
        if person:
            self._screen.note("Say what you want; /help for help, Ctrl-D to end.")
        lines = Lines("> ", editing=person)
        code = 0
        failure: errors.NemoMusicError | None = None
        while (line := await lines.next()) is not None:
            if not line.strip():
                continue
            if GOODBYE.fullmatch(line):
                break
            try:
                if not await self._taken(line.strip(), person=person):
                    continue
            except errors.NemoMusicError as error:
                code, failure = int(exit_code(error)), explain(error, None, self._screen.chat)
                self._screen.error(failure, final=False)
                if not person:
                    break
                code = 0
        self._end(failure if code else None)
        return code

    async def _taken(self, line: str, *, person: bool) -> bool:
        """Take a line.

        If Ctrl-C interrupts it at a terminal, return False: the prompt comes again.
        """
        if not person:
            await self._take(line)
            return True
        work = asyncio.ensure_future(self._take(line))

        def stop() -> None:
            work.cancel()

        try:
            with first_interrupt(stop):
                await asyncio.wait({work})
        finally:
            work.cancel()
        if work.cancelled():
            self._screen.note(INTERRUPTED.text(detect_language(line)))
            return False
        work.result()
        return True

    def _end(self, failure: errors.NemoMusicError | None) -> None:
        session = self._session
        if session is not None and self._screen.chat is not None:
            self._screen.note(f"Go on later with: {self._screen.chat} --session {session.id}")
        result: dict[str, Any] = {
            "session_id": None if session is None else session.id,
            "turns": self._turns,
            "warnings": self._noted,
        }
        if failure is not None:
            result["error"] = as_json(failure)
        self._screen.result(result)

    async def _take(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        if word == "/help":
            self._screen.say(HELP)
        elif word == "/export":
            await self._export(line, rest or None)
        elif word == "/timeline":
            await self._timeline(line)
        elif word == "/credits":
            await self._credits(line)
        elif word == "/do":
            await self._do(line, rest)
        elif word.startswith("/") and not upload_sources(line):
            raise errors.InputError(f"no such command: {word}", remedy="/help lists them.")
        elif route_command(line) is Command.EXPORT:
            await self._export(line, None)
        else:
            await self._say(line, line)

    async def _ready(self, words: str) -> Session:
        """Return the session. It is opened with the first message, so that it gets its language."""
        if self._session is None:
            if self._arguments.session:
                self._session = self._client.sessions.attach(
                    self._arguments.session,
                    language=self._arguments.language or detect_language(words),
                )
            else:
                name = "project" if self._source is None else Path(self._arguments.clip).stem
                language = self._arguments.language or detect_language(words)
                self._session = await self._client.sessions.open(name, language)
        source, self._source = self._source, None
        if source is not None:
            try:
                await self._upload(self._session, source)
            except BaseException:
                self._source = source  # then it is sent with the next message
                raise
        return self._session

    async def _upload(self, session: Session, source: Source | str) -> None:
        if isinstance(source, str):
            async with self._screen.waiting(f"Fetching {source}"):
                media = await session.upload_urls(source)
        else:
            with self._screen.display() as display:
                media = await session.upload(source, on_progress=display.job())
        self._screen.note(f"Uploaded: {', '.join(map(str, media))}")
        self._noted += self._note_media(media)

    def _note_media(self, media: Iterable[Media]) -> list[str]:
        """Print which parts of the files are left out or changed, and return the notes."""
        said = [f"{one.filename}: {warning}" for one in media for warning in one.warnings]
        note_warnings(self._screen, said)
        return said

    async def _say(self, line: str, text: str) -> None:
        session = await self._ready(text)
        async with self._screen.waiting("Working"):
            answer = await session.say(text, files=True)  # the text is this user's own
        turn: dict[str, Any] = {"said": line, "text": answer.text}
        self._screen.say(answer.text)
        match answer:
            case ReplyAnswer(reply=reply):
                state = reply.state
                turn |= {"request": "stream"}
                turn |= reply_json(reply, None if state is None else state.timeline)
                self._reply(reply, detect_language(text))
            case StateAnswer(state=state):
                turn |= {"request": "state", "timeline": str(state.timeline)}
            case UploadAnswer(media=media):
                turn |= {"request": "upload", "files": [one.filename for one in media]}
                turn["warnings"] = self._note_media(media)
            case CreditsAnswer():
                turn |= {"request": "credits"}
            case ExportAnswer(export=export):
                turn |= {"request": "export", **export_json(export)}
                note_warnings(self._screen, export.status.warnings)
        self._turns.append(turn)

    def _reply(self, reply: Reply, language: str) -> None:
        self._offered = reply.actions
        for number, action in enumerate(reply.actions, 1):
            self._screen.say(f"  /do {number}  {action.text}")
        if reply.credits:
            self._screen.note(COST.text(language).format(credits=reply.credits))
        state = reply.state
        if state is not None and reply.changes:
            self._screen.say(state.timeline.text(language))
            if state.exportable:
                self._screen.note(EXPORT_HINT.text(language))

    async def _do(self, line: str, which: str) -> None:
        number = int(which) if which.isascii() and which.isdigit() else 1 if not which else 0
        if not 1 <= number <= len(self._offered):
            raise errors.InputError(
                "nothing like that was offered", remedy="Say what you want in words."
            )
        action = self._offered[number - 1]
        match action.kind:
            case ActionKind.EXPORT:
                await self._export(line, None)
            case ActionKind.CREDITS:
                await self._credits(line)
            case ActionKind.READ_STATE | ActionKind.SUMMARIZE:
                await self._timeline(line)
            case ActionKind.DO | ActionKind.EDIT:
                await self._say(line, action.text)

    async def _timeline(self, line: str) -> None:
        session = await self._ready(line)
        state = await session.state()
        self._screen.say(state.timeline.text(session.language or "en"))
        self._turns.append({"said": line, "request": "state", "timeline": str(state.timeline)})

    async def _credits(self, line: str) -> None:
        known = await identity(self._client)
        self._screen.say(f"{known['available']:g} credits available, {known['frozen']:g} reserved")
        self._turns.append({"said": line, "request": "credits", **known})

    async def _export(self, line: str, named: str | None) -> None:
        session = await self._ready(line)
        path = self._goal() if named is None else Path(named).expanduser()
        with self._screen.display() as display:
            export = await session.export(
                path,
                overwrite=self._arguments.overwrite or path in self._mine,
                on_progress=display.job(),
            )
        self._mine.add(path)
        self._screen.say(str(export.path))
        note_warnings(self._screen, export.status.warnings)
        self._turns.append({"said": line, "request": "export", **export_json(export)})

    def _goal(self) -> Path:
        """Return the output from -o; else a free name beside the clip."""
        if self._output is not None:
            return self._output
        clip = self._arguments.clip
        first = Path("video-with-music.mp4")
        if clip is not None and not clip.startswith(("https://", "http://")):
            first = Path(clip).with_name(default_name(Path(clip)))
        path, number = first, 1
        while path.exists():
            number += 1
            path = first.with_stem(f"{first.stem}-{number}")
        return path
