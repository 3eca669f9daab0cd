"""Run render jobs. Each belongs to the user whose token started it, and survives a restart."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.engine.errors import MediaError
from nemomusic.local.display_names import display_names
from nemomusic.local.errors import DraftError, is_full
from nemomusic.local.renders.plans import make_plan
from nemomusic.local.service import log
from nemomusic.local.storage.drafts import parse_json
from nemomusic.local.storage.records import Asset, Render
from nemomusic.local.workers.engine import EngineError
from nemomusic.local.workers.slots import WORK_OWNER

if TYPE_CHECKING:
    from nemomusic.engine.types import RenderResult
    from nemomusic.local.service import Service

_FIRST_PERCENT: Final = 5
"""The progress of an accepted job, in percent (docs/protocol.md, "Export")."""


class RenderQueue:
    """The render jobs of a running backend."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._progress: dict[str, int] = {}
        self._ended: dict[
            str, Render
        ] = {}  # jobs that are not stored yet, because the disk is full

    def resume(self) -> None:
        """Resume the jobs that an earlier run of the backend left unfinished."""
        for render in self._service.store.unfinished_renders():
            again = attrs.evolve(render, status="pending", progress=_FIRST_PERCENT)
            self._service.store.save_render(again)
            self._launch(again)

    def start(self, render_id: str, user_id: str, session_id: str, draft: str) -> Render | None:
        """Accept a job. Return None if its id was used before.

        Raises:
            QuotaError: The user has too many jobs under way.
        """
        render = Render(
            render_id=render_id,
            user_id=user_id,
            session_id=session_id,
            draft=draft,
            status="pending",
            progress=_FIRST_PERCENT,
            error=None,
            asset=None,
            duration=0.0,
            size=0,
            created=self._service.clock.time(),
            completed=None,
        )
        if self._service.store.render_exists(render_id):
            return None
        end = self._service.begin_work("exports", user_id, self._service.limits.renders_per_user)
        if not self._service.store.add_render(render):
            end()
            return None
        self._service.ledger.renders_started.append(render_id)
        self._launch(render).add_done_callback(lambda _: end())
        return render

    def status(self, render_id: str, user_id: str) -> Render | None:
        """Return the status of a user's job."""
        render = self._service.store.render(render_id, user_id)
        if render is not None:
            render = self._ended.get(render_id, render)
        if render is None or render.status in {"completed", "failed"}:
            return render
        percent = self._progress.get(render_id, 0)
        if percent:
            return attrs.evolve(render, status="processing", progress=percent)
        return render

    async def cancel(self, render_id: str, user_id: str) -> Render | None:
        """Stop a job. A job that is over is not changed."""
        render = self.status(render_id, user_id)
        task = self._tasks.get(render_id)
        if render is None or task is None or render.status in {"completed", "failed"}:
            return render
        task.cancel()
        await asyncio.wait([task])
        render = self.status(render_id, user_id)
        if render is None or render.status in {"completed", "failed"}:
            return render
        render = self._over(render, status="failed", error="cancelled")
        self._service.store.save_render(render, cancelled=True)
        self._service.ledger.renders_cancelled.append(render_id)
        return render

    def _launch(self, render: Render) -> asyncio.Task[Any]:
        task = self._service.spawn(self._run(render), render.render_id)
        self._tasks[render.render_id] = task
        task.add_done_callback(lambda _: self._forget(render.render_id))
        return task

    def _forget(self, render_id: str) -> None:
        self._tasks.pop(render_id, None)
        self._progress.pop(render_id, None)

    def _over(self, render: Render, **changes: Any) -> Render:
        return attrs.evolve(render, completed=self._service.clock.time(), **changes)

    def _refund(self, render: Render) -> None:
        """Give back the cost of a draft that can't be rendered, unless the client has edited it."""
        service = self._service
        session = service.store.session(render.session_id, render.user_id)
        if session is not None and parse_json(session.draft) == parse_json(render.draft):
            service.ledger.credits_spent -= service.store.refund(render.session_id)

    def _named(self, made: RenderResult, used: list[Asset]) -> RenderResult:
        """Return a result whose warnings use the users' names of files."""
        names = [(asset.file, asset.name) for asset in used]
        return attrs.evolve(
            made, warnings=tuple(display_names(said, names) for said in made.warnings)
        )

    async def _run(self, render: Render) -> None:
        service = self._service
        key = secrets.token_urlsafe(18)
        WORK_OWNER.set(render.user_id)

        def progress(fraction: float) -> None:
            percent = _FIRST_PERCENT + int(min(1.0, max(0.0, fraction)) * (99 - _FIRST_PERCENT))
            self._progress[render.render_id] = max(percent, self._progress.get(render.render_id, 0))

        used: list[Asset] = []
        try:
            plan, used, warnings = await make_plan(service, render.user_id, render.draft)
            async with service.scratch() as folder:
                path = folder / f"{key}.mp4"
                made = await service.engine.render(plan, path, progress)
                path.replace(service.folder / "renders" / path.name)
        except (DraftError, MediaError, EngineError) as error:
            said = display_names(str(error), [(asset.file, asset.name) for asset in used])
            self._fail(render, said, refund=not isinstance(error, DraftError))
        except Exception as error:  # noqa: BLE001 - logged; this job fails, the others go on
            if is_full(error):
                self._fail(render, service.tell_full(error), refund=True)
                return
            log.exception("render %s broke", render.render_id)
            self._fail(render, "the renderer broke down", refund=True)
        else:
            made = attrs.evolve(made, warnings=(*warnings, *made.warnings))
            self._complete(render, key, self._named(made, used))

    def _fail(self, render: Render, why: str, *, refund: bool) -> None:
        over = self._ended[render.render_id] = self._over(render, status="failed", error=why)

        def save() -> None:
            if refund:
                self._refund(render)
            self._service.store.save_render(over)
            self._ended.pop(render.render_id, None)

        self._service.save_when_possible(save, f"the end of {render.render_id}")

    def _complete(self, render: Render, key: str, made: RenderResult) -> None:
        asset = Asset(
            asset=key,
            session_id=render.session_id,
            user_id=render.user_id,
            origin="render",
            kind="video",
            name=f"{render.render_id}.mp4",
            hash="",
            file=f"renders/{key}.mp4",
            info=made,
            bytes=made.size,
        )
        over = self._over(
            render,
            status="completed",
            progress=100,
            asset=key,
            duration=made.duration,
            size=made.size,
        )

        def save() -> None:
            if self._service.store.asset(key) is None:
                self._service.store.add_assets([asset])
            self._service.store.save_render(over)
            self._ended.pop(render.render_id, None)

        self._ended[render.render_id] = attrs.evolve(render, status="processing", progress=99)
        self._service.save_when_possible(save, f"the end of {render.render_id}")
