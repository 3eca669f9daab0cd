"""Sessions, their state, and the credits of their owner."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Any

from nemomusic.local.answers import (
    SERVICE,
    authenticate,
    ok,
    ok_text,
    own_session,
    read_json,
    require,
)
from nemomusic.local.rows import Session
from nemomusic.local.store import compact

if TYPE_CHECKING:
    from aiohttp import web

    from nemomusic.local.rows import Asset
    from nemomusic.local.service import Service


def new_session_id() -> str:
    """19 digits: more than a float can hold, as the service's own."""
    return str(10**18 + secrets.randbelow(8 * 10**18))


async def open_session(request: web.Request) -> web.Response:
    """`POST /api/tasks/me/with-session/nemo_agent`."""
    service = request.app[SERVICE]
    user = authenticate(request)
    body = await read_json(request) if request.can_read_body else {}
    name = require({"task_name": "project"} | body, "task_name", str)
    language = require({"language": "en"} | body, "language", str)
    session = Session(
        session_id=new_session_id(),
        task_id=str(uuid.uuid4()),
        user_id=user.user_id,
        task_name=name,
        language=language,
        draft=compact({"d": 0, "m": {"title": name}, "t": []}),
        canvas={},
        memory={},
    )
    service.store.add_session(session)
    return ok(
        service,
        {
            "task_id": session.task_id,
            "session_id": session.session_id,
            "user_id": user.user_id,
        },
    )


def file_facts(service: Service, asset: Asset) -> dict[str, Any]:
    """An uploaded file in the words of the contract."""
    info = asset.info
    return {
        "filename": asset.name,
        "file_type": asset.kind,
        "cdn_url": service.asset_url(asset),
        "duration": round(float(info["duration"]), 3),
        "width": info["width"],
        "height": info["height"],
        "fps": round(float(info["fps"]), 3),
        "hash": asset.hash,
    }


def _seen(service: Service, asset: Asset) -> dict[str, Any] | None:
    sight = service.store.sight(asset.hash)
    if sight is None:
        return None
    means = {
        name: round(sum(sight[name]) / max(1, len(sight[name])), 3)
        for name in ("motion", "brightness", "warmth", "saturation")
    }
    return {
        "filename": asset.name,
        "duration": sight["duration"],
        "cuts": [round(cut["time"], 3) for cut in sight["cuts"]],
        "speech": sight["speech"],
        **means,
    }


async def latest_state(request: web.Request) -> web.Response:
    """`GET /api/state/nemo_agent/me/<session_id>/latest`."""
    service = request.app[SERVICE]
    user = authenticate(request)
    session = own_session(request, user, request.match_info["session_id"])
    uploads = service.store.assets(session.session_id, "upload")
    seen = {asset.asset: _seen(service, asset) for asset in uploads}
    around = compact(
        {
            "video_infos": [file_facts(service, asset) for asset in uploads],
            "canvas_config": session.canvas,
            "video_analyses": {key: what for key, what in seen.items() if what},
            "generated_media": [
                {"type": "audio", "name": asset.name, "url": service.asset_url(asset), **asset.info}
                for asset in service.store.assets(session.session_id, "music")
            ],
        }
    )
    head = compact(
        {
            "session_id": session.session_id,
            "task_id": session.task_id,
            "task_name": session.task_name,
        }
    )
    # The draft goes in as the text it was saved as, not read and written once more.
    return ok_text(service, f'{head[:-1]},"state":{{"draft":{session.draft},{around[1:]}}}')


async def balance(request: web.Request) -> web.Response:
    """`GET /api/credits/balance/simple`."""
    service = request.app[SERVICE]
    user = authenticate(request)
    if not service.options.faithful:
        full = service.limits.credits
        return ok(service, {"available": full, "frozen": 0, "total": full})
    return ok(
        service,
        {
            "available": user.available,
            "frozen": user.frozen,
            "total": user.available + user.frozen,
        },
    )
