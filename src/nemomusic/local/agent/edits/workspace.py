"""One session as the agent works on it: its draft, its memory, and the history of both.

Every change reads the session, changes it and saves it without an `await` in between. So two
messages in one session cannot corrupt each other's timeline.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.engine.types import ScoreSummary
from nemomusic.local.agent.edits import timeline
from nemomusic.local.agent.events import ToolFinished, ToolStarted, TurnEvent
from nemomusic.local.agent.intents.intent_memory import from_memory
from nemomusic.local.agent.intents.message_intents import MessageContext
from nemomusic.local.storage.drafts import VIDEO, asset_key, compact

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import Asset, SessionRecord

Memory = dict[str, Any]

MAX_STEPS: Final = 30
"""Steps that can be undone."""
MAX_PIECES: Final = 60
"""Pieces of music that a session can go back to."""
_WITH_DRAFT: Final = ("brief", "seed", "take", "span", "focus", "parked", "canvas", "unmuted")
"""Keys of the memory that belong to a state of the draft, and go back with it."""


def clips_of(service: Service, session_id: str) -> list[Asset]:
    """Return a session's uploaded videos and pictures."""
    uploads = service.store.assets(session_id, "upload")
    return [asset for asset in uploads if asset.kind != "audio"]


def songs_of(service: Service, session_id: str) -> list[Asset]:
    """Return a session's uploaded sounds."""
    uploads = service.store.assets(session_id, "upload")
    return [asset for asset in uploads if asset.kind == "audio"]


def context_of(service: Service, session: SessionRecord) -> MessageContext:
    """Return the facts of a session that parsing a message needs."""
    clips = clips_of(service, session.session_id)
    draft = timeline.load(session.draft)
    music = timeline.music(draft)
    numbers = {asset.asset: number for number, asset in enumerate(clips)}
    shown = [numbers.get(asset) for asset in timeline.shown_clips(draft)]
    return MessageContext(
        clips=tuple(asset.name for asset in clips),
        songs=tuple(asset.name for asset in songs_of(service, session.session_id)),
        has_music=music is not None,
        pending=bool(session.memory.get("pending")),
        composed=bool(session.memory.get("pieces")),
        shown=tuple(number for number in shown if number is not None),
        last=from_memory(session.memory.get("last")),
        silenced=not music["vol"] if music is not None else "removed" in session.memory,
    )


class Workspace:
    """A session, and the methods that change it.

    Args:
        service: The running backend.
        ids: The ids of session and user.
        emit: Called with each event.
    """

    def __init__(
        self, service: Service, ids: tuple[str, str], emit: Callable[[TurnEvent], None]
    ) -> None:
        self.service = service
        self.ids = ids
        self.emit = emit

    @property
    def session(self) -> SessionRecord:
        """The session in its present state."""
        return self.service.store.known_session(*self.ids)

    @property
    def draft(self) -> timeline.Draft:
        """A copy of the present draft."""
        return timeline.load(self.session.draft)

    @property
    def memory(self) -> Memory:
        """A copy of the present memory."""
        return dict(self.session.memory)

    @property
    def clips(self) -> list[Asset]:
        """The uploaded videos and pictures."""
        return clips_of(self.service, self.ids[0])

    @property
    def songs(self) -> list[Asset]:
        """The uploaded sounds."""
        return songs_of(self.service, self.ids[0])

    def save(self, draft: timeline.Draft, memory: Memory) -> None:
        """Put a changed draft in order and keep it."""
        timeline.normalize(draft)
        about = draft["m"]
        asked = memory.get("canvas") or about.get("canvas")  # older backends noted it in the draft
        canvas = {key: about[key] for key in ("width", "height")} if asked else {}
        self.service.store.save_session(
            attrs.evolve(self.session, draft=compact(draft), canvas=canvas, memory=memory)
        )

    def remember(self, **facts: Any) -> None:
        """Keep facts in the memory."""
        session = self.session
        self.service.store.save_session(attrs.evolve(session, memory=session.memory | facts))

    def start_tool(self, name: str, args: dict[str, Any]) -> str:
        """Report that a tool begins. Return the id of the call."""
        call = f"call_{secrets.token_hex(6)}"
        self.emit(ToolStarted(call, name, args))
        return call

    def finish_tool(
        self,
        call: str,
        name: str,
        response: dict[str, Any],
        delta: dict[str, Any] | None = None,
        *,
        summary: ScoreSummary | None = None,
    ) -> None:
        """Report that a tool has finished, and the facts of the music that it composed."""
        self.emit(ToolFinished(call, name, response, delta or {}, summary))

    def edit(
        self, operation: str, args: dict[str, Any], change: Callable[[timeline.Draft, Memory], bool]
    ) -> bool:
        """Change the draft in one step, between a tool's start and its end.

        Args:
            operation: The name of the tool in the stream.
            args: The arguments of the tool.
            change: Changes the draft and the memory; returns False if there is nothing to change.

        Returns:
            Whether the video has changed.
        """
        call = self.start_tool("edit_timeline", {"operation": operation, **args})
        if not self.commit(change):
            self.finish_tool(call, "edit_timeline", {"status": "unchanged"})
            return False
        delta: dict[str, Any] = {"draft": self.draft}
        if operation == "set_canvas":
            delta["canvas_config"] = self.session.canvas
        self.finish_tool(call, "edit_timeline", {"status": "success"}, delta)
        return True

    def commit(self, change: Callable[[timeline.Draft, Memory], bool]) -> bool:
        """Change draft and memory in one step. Return whether the video has changed.

        If the video is the same as before, the draft keeps its JSON.
        """
        session = self.session
        draft, memory = timeline.load(session.draft), dict(session.memory)
        if not change(draft, memory):
            return False
        timeline.normalize(draft)
        old = timeline.load(session.draft)
        changed = timeline.content(draft) != timeline.content(old)
        self.save(draft if changed else old, memory)
        return changed

    # The music

    def composed(self) -> tuple[Asset, ScoreSummary] | None:
        """Return the composed piece on the timeline, or None."""
        music = timeline.music(self.draft)
        asset = self.service.store.asset(asset_key(music)) if music is not None else None
        if asset is None or not isinstance(asset.info, ScoreSummary):
            return None
        return asset, asset.info

    # History

    def snapshot(self) -> dict[str, Any]:
        """Return the state that an undo restores."""
        session = self.session
        memory = session.memory
        return {
            "draft": session.draft,
            "memory": {key: memory[key] for key in _WITH_DRAFT if key in memory},
            "uploads": [asset.asset for asset in self.clips],
        }

    def keep_step(self, before: dict[str, Any]) -> None:
        """Keep the state before a change, so that the change can be undone."""
        steps = [*self.memory.get("undo", []), before][-MAX_STEPS:]
        self.remember(undo=steps, redo=[])

    def steps(self, taken_from: str, kept_in: str, most: int | None) -> int:
        """Go up to `most` steps back or forward, or all of them. Return how many there were."""
        count = 0
        while (most is None or count < most) and self.step(taken_from, kept_in):
            count += 1
        return count

    def step(self, taken_from: str, kept_in: str) -> bool:
        """Go a step back ("undo", "redo") or forward ("redo", "undo"), unless none is left."""
        memory = self.memory
        steps = list(memory.get(taken_from, []))
        if not steps:
            return False
        here = self.snapshot()
        there = steps.pop()
        old = timeline.load(there["draft"])
        self._keep_uploads(old, known=there["uploads"])
        for key in _WITH_DRAFT:
            memory.pop(key, None)
        memory |= there["memory"]
        memory |= {taken_from: steps, kept_in: [*memory.get(kept_in, []), here][-MAX_STEPS:]}

        def restore(draft: timeline.Draft, kept: Memory) -> bool:
            draft.clear()
            draft.update(old)
            kept.clear()
            kept.update(memory)
            return True

        self.edit(taken_from, {}, restore)
        return True

    def _keep_uploads(self, old: timeline.Draft, *, known: list[str]) -> None:
        """Append clips that were uploaded later to an old draft: an undo loses no upload."""
        for segment in timeline.segments(self.draft, VIDEO):
            if asset_key(segment) not in known:
                timeline.append_segment(old, segment)
