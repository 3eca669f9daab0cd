"""Exports: start, status, cancel, download."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from nemomusic.errors import ErrorCode
from nemomusic.local.answers import (
    SERVICE,
    Refusal,
    authenticate,
    json_text,
    ok,
    own_session,
    read_json,
    require,
)
from nemomusic.local.handlers_auth import timestamp
from nemomusic.local.handlers_files import SentFile, count_download
from nemomusic.local.renders import Renders
from nemomusic.local.store import compact

if TYPE_CHECKING:
    from nemomusic.local.rows import Render, User
    from nemomusic.local.service import Service

RENDERS: Final = web.AppKey("renders", Renders)
_ID: Final = re.compile(r"render_[A-Za-z0-9_.-]{1,120}")
_ATTRIBUTION: Final = ("X-Skill-Source", "X-Skill-Version", "X-Skill-Platform")


def _allowed(request: web.Request, user: User) -> None:
    """The free plan exports only for tools that say who they are."""
    missing = [name for name in _ATTRIBUTION if not request.headers.get(name, "").strip()]
    if missing and user.plan == "free":
        raise Refusal(
            ErrorCode.PLAN_REQUIRED,
            f"export is blocked on the free plan (missing {', '.join(missing)})",
        )


async def start(request: web.Request) -> web.Response:
    """`POST /api/render/proxy/lambda`."""
    user = authenticate(request)
    _allowed(request, user)
    body = await read_json(request)
    render_id = require(body, "id", str)
    session_id, draft = require(body, "sessionId", str), require(body, "draft", dict)
    output = require({"output": {}} | body, "output", dict)
    if not _ID.fullmatch(render_id):
        raise Refusal(400, "the id has to look like render_<unique>")
    if output.get("format", "mp4") != "mp4":
        raise Refusal(400, "the only format is mp4")
    session = own_session(request, user, session_id)
    render = request.app[RENDERS].start(render_id, user.user_id, session.session_id, compact(draft))
    if render is None:
        raise Refusal(409, f"duplicate id: {render_id}")
    # The contract knows this one answer in the second spelling only.
    said = {"id": render_id, "status": render.status, "progress": render.progress}
    return json_text(compact({"success": True, "data": said}))


def _told(service: Service, render: Render) -> dict[str, Any]:
    """A job's status in one of the contract's two shapes."""
    asset = service.store.asset(render.asset) if render.asset else None
    url = service.asset_url(asset) if asset is not None else None
    told: dict[str, Any]
    if service.options.envelope == "code":
        told = {"taskId": render.render_id, "status": render.status, "progress": render.progress}
        if url is not None:
            told["output"] = {"url": url, "duration": render.duration, "size": render.size}
    else:
        told = {"id": render.render_id, "status": render.status, "progress": render.progress}
        if url is not None:
            told["outputUrl"] = url
        told["createdAt"] = timestamp(render.created)
        if render.completed is not None:
            told["completedAt"] = timestamp(render.completed)
    if render.error is not None:
        told["error"] = render.error
    return told


def _answer(service: Service, render: Render | None, render_id: str) -> web.Response:
    if render is None:
        raise Refusal(404, f"render job not found: {render_id[:140]}")
    told = _told(service, render)
    if service.options.envelope == "code":
        return json_text(compact(told))
    return ok(service, told)


async def status(request: web.Request) -> web.Response:
    """`GET /api/render/proxy/lambda/<id>`."""
    user, render_id = authenticate(request), request.match_info["render_id"]
    render = request.app[RENDERS].status(render_id, user.user_id)
    return _answer(request.app[SERVICE], render, render_id)


async def cancel(request: web.Request) -> web.Response:
    """`POST /api/render/proxy/lambda/<id>/cancel`; asking twice does no harm."""
    user, render_id = authenticate(request), request.match_info["render_id"]
    render = await request.app[RENDERS].cancel(render_id, user.user_id)
    return _answer(request.app[SERVICE], render, render_id)


async def download(request: web.Request) -> web.StreamResponse:
    """`GET /api/render/proxy/<id>/download`."""
    service = request.app[SERVICE]
    user, render_id = authenticate(request), request.match_info["render_id"]
    render = request.app[RENDERS].status(render_id, user.user_id)
    if render is None:
        raise Refusal(404, f"render job not found: {render_id[:140]}")
    asset = service.store.asset(render.asset) if render.asset else None
    if asset is None or not service.asset_path(asset).is_file():
        raise Refusal(409, f"the job is {render.status}: there is no film")
    count_download(service, request, asset.asset)
    return SentFile(
        service.asset_path(asset),
        chunk_size=2**18,
        headers={"Content-Disposition": f'attachment; filename="{asset.name}"'},
    )
