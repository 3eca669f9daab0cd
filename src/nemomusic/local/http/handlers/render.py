"""The endpoints for exports: start, status, cancel, download."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from nemomusic.engine.types import RenderResult
from nemomusic.errors import ErrorCode
from nemomusic.local.errors import DraftError
from nemomusic.local.http.bodies import read_json
from nemomusic.local.http.handlers.auth import timestamp
from nemomusic.local.http.handlers.files import SentFile, count_download, file_headers
from nemomusic.local.http.responses import (
    SERVICE,
    ApiError,
    ValidationError,
    authenticate,
    json_text,
    ok,
    own_session,
    require,
)
from nemomusic.local.renders.planner import check_size
from nemomusic.local.renders.queue import RenderQueue
from nemomusic.local.storage.drafts import OWN_KEY, compact

if TYPE_CHECKING:
    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import Render, User

RENDERS: Final = web.AppKey("renders", RenderQueue)
_ID: Final = re.compile(r"render_[A-Za-z0-9_.-]{1,120}")
_ATTRIBUTION: Final = ("X-Skill-Source", "X-Skill-Version", "X-Skill-Platform")


def _allowed(request: web.Request, user: User) -> None:
    """Raise unless the user's plan allows exports: the free plan needs the attribution headers."""
    missing = [name for name in _ATTRIBUTION if not request.headers.get(name, "").strip()]
    if missing and user.plan == "free":
        raise ApiError(
            ErrorCode.PLAN_REQUIRED,
            f"export is blocked on the free plan (missing {', '.join(missing)})",
        )


async def start(request: web.Request) -> web.Response:
    """Serve `POST /api/render/proxy/lambda`."""
    user = authenticate(request)
    _allowed(request, user)
    body = await read_json(request)
    render_id = require(body, "id", str)
    session_id, draft = require(body, "sessionId", str), require(body, "draft", dict)
    output = require({"output": {}} | body, "output", dict)
    if not _ID.fullmatch(render_id):
        raise ApiError(400, "the id has to look like render_<unique>", remedy="Choose such an id.")
    if output.get("format", "mp4") != "mp4":
        raise ApiError(400, "the only format is mp4", remedy="Ask for mp4.")
    session = own_session(request, user, session_id)
    try:
        check_size(draft, request.app[SERVICE].limits)
        text = compact(draft)
    except DraftError as error:
        raise ValidationError(
            {"type": "value_error", "loc": ["body", "draft"], "msg": str(error), "input": None}
        ) from None
    except RecursionError:
        raise ValidationError(
            {
                "type": "value_error",
                "loc": ["body", "draft"],
                "msg": "the draft is nested too deeply",
                "input": None,
            }
        ) from None
    render = request.app[RENDERS].start(render_id, user.user_id, session.session_id, text)
    if render is None:
        raise ApiError(409, f"duplicate id: {render_id}")
    # The protocol has this answer only in the second spelling.
    said = {"id": render_id, "status": render.status, "progress": render.progress}
    return json_text(compact({"success": True, "data": said}))


def _not_found(render_id: str) -> ApiError:
    return ApiError(
        404,
        f"render job not found: {render_id[:140]}",
        remedy="Check its id, or export again, which is free.",
    )


def _told(service: Service, render: Render) -> dict[str, Any]:
    """Return a job's status in one of the protocol's two shapes."""
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
    if asset is not None and isinstance(asset.info, RenderResult) and asset.info.warnings:
        told[OWN_KEY] = {"warnings": list(asset.info.warnings)}
    return told


def _answer(service: Service, render: Render | None, render_id: str) -> web.Response:
    if render is None:
        raise _not_found(render_id)
    told = _told(service, render)
    if service.options.envelope == "code":
        return json_text(compact(told))
    return ok(service, told)


async def status(request: web.Request) -> web.Response:
    """Serve `GET /api/render/proxy/lambda/<id>`."""
    user, render_id = authenticate(request), request.match_info["render_id"]
    render = request.app[RENDERS].status(render_id, user.user_id)
    return _answer(request.app[SERVICE], render, render_id)


async def cancel(request: web.Request) -> web.Response:
    """Serve `POST /api/render/proxy/lambda/<id>/cancel`. A second request does no harm."""
    user, render_id = authenticate(request), request.match_info["render_id"]
    render = await request.app[RENDERS].cancel(render_id, user.user_id)
    return _answer(request.app[SERVICE], render, render_id)


async def download(request: web.Request) -> web.StreamResponse:
    """Serve `GET /api/render/proxy/<id>/download`."""
    service = request.app[SERVICE]
    user, render_id = authenticate(request), request.match_info["render_id"]
    render = request.app[RENDERS].status(render_id, user.user_id)
    if render is None:
        raise _not_found(render_id)
    asset = service.store.asset(render.asset) if render.asset else None
    if asset is None or not service.asset_path(asset).is_file():
        raise ApiError(
            409,
            f"the job is {render.status}: there is no video",
            remedy="Wait until it is completed; if it failed, export again, which is free.",
        )
    count_download(service, request, asset.asset)
    headers = {
        **file_headers(asset),
        "Content-Disposition": f'attachment; filename="{asset.name}"',
    }
    return SentFile(service, service.asset_path(asset), headers)
