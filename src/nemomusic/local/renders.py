"""Render jobs: each belongs to the user whose token started it, and survives a restart."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.local.engine.errors import MediaError
from nemomusic.local.engines import EngineFailure
from nemomusic.local.media_files import in_their_names
from nemomusic.local.render_plan import BadDraft, Planner
from nemomusic.local.rows import Asset, Render
from nemomusic.local.service import log

if TYPE_CHECKING:
    from nemomusic.local.service import Service

_FIRST: Final = 5
"""Percent that a job has as soon as it is accepted (contract, section 2, render)."""


class Renders:
    """The jobs of a running backend."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._progress: dict[str, int] = {}

    def resume(self) -> None:
        """Take up the jobs that an earlier run of the backend left unfinished."""
        for render in self._service.store.unfinished_renders():
            again = attrs.evolve(render, status="pending", progress=_FIRST)
            self._service.store.save_render(again)
            self._launch(again)

    def start(self, render_id: str, user_id: str, session_id: str, draft: str) -> Render | None:
        """Accept a job; None if its id was used before."""
        render = Render(
            render_id=render_id,
            user_id=user_id,
            session_id=session_id,
            draft=draft,
            status="pending",
            progress=_FIRST,
            error=None,
            asset=None,
            duration=0.0,
            size=0,
            created=self._service.clock.time(),
            completed=None,
        )
        if not self._service.store.add_render(render):
            return None
        self._service.ledger.renders_started.append(render_id)
        self._launch(render)
        return render

    def status(self, render_id: str, user_id: str) -> Render | None:
        """How a user's job stands."""
        render = self._service.store.render(render_id, user_id)
        if render is None or render.status in {"completed", "failed"}:
            return render
        percent = self._progress.get(render_id, 0)
        if percent:
            return attrs.evolve(render, status="processing", progress=percent)
        return render

    async def cancel(self, render_id: str, user_id: str) -> Render | None:
        """Stop a job; one that is over stays as it is."""
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

    def _launch(self, render: Render) -> None:
        task = self._service.spawn(self._run(render), render.render_id)
        self._tasks[render.render_id] = task
        task.add_done_callback(lambda _: self._forget(render.render_id))

    def _forget(self, render_id: str) -> None:
        self._tasks.pop(render_id, None)
        self._progress.pop(render_id, None)

    def _over(self, render: Render, **changes: Any) -> Render:
        return attrs.evolve(render, completed=self._service.clock.time(), **changes)

    def _planner(self, user_id: str, used: list[Asset]) -> Planner:
        """A planner over one user's files; it notes in `used` which ones it was asked for."""
        service = self._service

        def find(key: str) -> Asset | None:
            asset = service.store.asset(key)
            if asset is None or asset.user_id != user_id:
                return None
            used.append(asset)
            return asset

        return Planner(find, service.asset_path, lambda asset: service.store.sight(asset.hash))

    async def _run(self, render: Render) -> None:
        service = self._service
        key = secrets.token_urlsafe(18)
        path = service.folder / "tmp" / f"{key}.mp4"

        def progress(fraction: float) -> None:
            percent = _FIRST + int(min(1.0, max(0.0, fraction)) * (99 - _FIRST))
            self._progress[render.render_id] = max(percent, self._progress.get(render.render_id, 0))

        used: list[Asset] = []
        try:
            plan = self._planner(render.user_id, used).plan(json.loads(render.draft))
            made = await service.engine.render(plan, path, progress)
            path.replace(service.folder / "renders" / path.name)
        except (BadDraft, MediaError, EngineFailure) as error:
            said = in_their_names(str(error), [(asset.file, asset.name) for asset in used])
            service.store.save_render(self._over(render, status="failed", error=said))
            return
        except Exception:  # noqa: BLE001 - logged; this job fails, the others go on
            log.exception("render %s broke", render.render_id)
            service.store.save_render(
                self._over(render, status="failed", error="the renderer broke down")
            )
            return
        finally:
            path.unlink(missing_ok=True)
        asset = Asset(
            asset=key,
            session_id=render.session_id,
            user_id=render.user_id,
            origin="render",
            kind="video",
            name=f"{render.render_id}.mp4",
            hash="",
            file=f"renders/{path.name}",
            info=made,
        )
        service.store.add_assets([asset])
        service.store.save_render(
            self._over(
                render,
                status="completed",
                progress=100,
                asset=key,
                duration=float(made["duration"]),
                size=int(made["size"]),
            )
        )
