"""The endpoints for sessions, their state, and the credits of their owner."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from typing import TYPE_CHECKING, Any, Final

from nemomusic.engine.types import Probe
from nemomusic.local.errors import QuotaError
from nemomusic.local.http.bodies import read_json
from nemomusic.local.http.responses import (
    SERVICE,
    ValidationError,
    authenticate,
    ok,
    ok_text,
    own_session,
    require,
    too_long,
)
from nemomusic.local.renders.score_files import score_urls
from nemomusic.local.storage.drafts import OWN_KEY, compact
from nemomusic.local.storage.records import SessionRecord

if TYPE_CHECKING:
    from aiohttp import web

    from nemomusic.engine.types import ClipAnalysis
    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import Asset, TurnRecord

_LANGUAGE_CHARACTERS: Final = 35
"""Characters of the longest language tag in use (RFC 5646)."""
_LISTED_TURNS: Final = 20
"""How many messages the state lists with their outcomes: the last ones."""


def new_session_id() -> str:
    """Return a new id of 19 digits, too long for a float, like the service's ids."""
    return str(10**18 + secrets.randbelow(8 * 10**18))


async def open_session(request: web.Request) -> web.Response:
    """Serve `POST /api/tasks/me/with-session/nemo_agent`."""
    service = request.app[SERVICE]
    user = authenticate(request)
    body = await read_json(request) if request.can_read_body else {}
    name = require({"task_name": "project"} | body, "task_name", str)
    language = require({"language": "en"} | body, "language", str)
    limits = service.limits
    for field, text, most in (
        ("task_name", name, limits.name_characters),
        ("language", language, _LANGUAGE_CHARACTERS),
    ):
        if len(text) > most:
            raise ValidationError(too_long(field, most), remedy="Make it shorter.")
    if service.store.count_sessions(user.user_id) >= limits.sessions_per_user:
        raise QuotaError(f"a user has at most {limits.sessions_per_user} projects", passes=False)
    session = SessionRecord(
        session_id=new_session_id(),
        task_id=str(uuid.uuid4()),
        user_id=user.user_id,
        task_name=name,
        language=language,
        draft=compact({"d": 0, "m": {"title": name}, "t": []}),
        canvas={},
        memory={},
        opened=service.clock.time(),
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
    """Return an uploaded file in the form of the protocol."""
    info = asset.info
    width, height = asset.size
    return {
        "filename": asset.name,
        "file_type": asset.kind,
        "cdn_url": service.asset_url(asset),
        "duration": round(asset.duration, 3),
        "width": width,
        "height": height,
        "fps": round(info.fps if isinstance(info, Probe) else 0.0, 3),
        "hash": asset.hash,
    }


def _seen(asset: Asset, analysis: ClipAnalysis) -> dict[str, Any]:
    """Return the analysis of a clip, in the backend's extension of the protocol."""
    rows = {
        "motion": analysis.motion,
        "brightness": analysis.brightness,
        "warmth": analysis.warmth,
        "saturation": analysis.saturation,
    }
    return {
        "filename": asset.name,
        "duration": analysis.duration,
        "cuts": [round(cut.time, 3) for cut in analysis.cuts],
        "speech": analysis.speech,
        **{name: round(sum(row) / max(1, len(row)), 3) for name, row in rows.items()},
    }


def _turn(turn: TurnRecord) -> dict[str, Any]:
    """Return the outcome of a message, in the backend's extension of the protocol."""
    return {
        "number": turn.number,
        "sha256": hashlib.sha256(turn.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "state": turn.state,
        "charged": turn.spent,
    }


async def latest_state(request: web.Request) -> web.Response:
    """Serve `GET /api/state/nemo_agent/me/<session_id>/latest`."""
    service = request.app[SERVICE]
    user = authenticate(request)
    session_id = request.match_info["session_id"]
    session = own_session(request, user, session_id)
    uploads = service.store.assets(session.session_id, "upload")
    music = service.store.assets(session.session_id, "music")
    analyzed = [
        (asset, analysis)
        for asset in uploads
        if (analysis := service.store.analysis(asset.hash)) is not None
    ]
    around = compact(
        {
            "video_infos": [file_facts(service, asset) for asset in uploads],
            "canvas_config": session.canvas,
            "video_analyses": {asset.asset: {"filename": asset.name} for asset, _ in analyzed},
            "generated_media": [
                {"type": "audio", "name": asset.name, "url": service.asset_url(asset)}
                for asset in music
            ],
            OWN_KEY: {
                "music": {
                    asset.asset: asset.info.to_json() | {"files": score_urls(service, asset)}
                    for asset in music
                },
                "analyses": {asset.asset: _seen(asset, what) for asset, what in analyzed},
                "turns": [_turn(turn) for turn in service.store.turns(session_id, _LISTED_TURNS)],
            },
        }
    )
    head = compact(
        {
            "session_id": session.session_id,
            "task_id": session.task_id,
            "task_name": session.task_name,
        }
    )
    # The draft is inserted as its saved text, so it is not parsed and written again.
    return ok_text(service, f'{head[:-1]},"state":{{"draft":{session.draft},{around[1:]}}}')


async def balance(request: web.Request) -> web.Response:
    """Serve `GET /api/credits/balance/simple`."""
    service = request.app[SERVICE]
    user = authenticate(request)
    if not service.faithful:
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
