"""Uploads: files on their way to the disk, then to the end of the timeline."""

from __future__ import annotations

import asyncio
import importlib
import secrets
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import attrs
from aiohttp import BodyPartReader, web

from nemomusic.local import timeline
from nemomusic.local.answers import (
    SERVICE,
    Malformed,
    authenticate,
    ok,
    own_session,
    read_json,
    require,
)
from nemomusic.local.fetch import fetched
from nemomusic.local.handlers_session import file_facts
from nemomusic.local.media_files import Incoming, Received, examine, plain_name
from nemomusic.local.rows import Asset
from nemomusic.local.store import compact

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from nemomusic.local.rows import Session
    from nemomusic.local.service import Service


async def _pieces(part: BodyPartReader) -> AsyncGenerator[bytes]:
    while piece := await part.read_chunk(2**18):
        yield piece


async def _from_form(request: web.Request, incoming: Incoming) -> list[Received]:
    try:
        reader = await request.multipart()
        received = []
        async for part in reader:
            if isinstance(part, BodyPartReader) and part.name == "files" and part.filename:
                name = plain_name(part.filename)
                async with aclosing(_pieces(part)) as pieces:
                    received.append(await incoming.receive(name, pieces))
    except (ValueError, AssertionError) as error:
        raise Malformed(
            {
                "type": "value_error",
                "loc": ["body"],
                "msg": "There was an error parsing the body",
                "input": None,
            }
        ) from error
    if not received:
        raise Malformed(
            {"type": "missing", "loc": ["body", "files"], "msg": "Field required", "input": None}
        )
    return received


async def _from_urls(request: web.Request, incoming: Incoming) -> list[Received]:
    service = request.app[SERVICE]
    urls = require(await read_json(request), "urls", list)
    if not urls or not all(isinstance(url, str) for url in urls):
        raise Malformed(
            {
                "type": "string_type",
                "loc": ["body", "urls"],
                "msg": "Input should be a list of URLs",
                "input": None,
            }
        )
    received = []
    for url in urls:
        async with fetched(url, allow_private=service.options.allow_private_urls) as (name, pieces):
            received.append(await incoming.receive(plain_name(name), pieces))
    return received


def _keep(
    service: Service,
    session: Session,
    incoming: Incoming,
    found: list[tuple[Received, Any, dict[str, Any]]],
) -> list[Asset]:
    """Make files part of the session: all of them, in one step."""
    assets = [
        Asset(
            asset=secrets.token_urlsafe(18),
            session_id=session.session_id,
            user_id=session.user_id,
            origin="upload",
            kind=kind,
            name=received.name,
            hash=received.hash,
            file=incoming.keep(received),
            info=probe,
        )
        for received, kind, probe in found
    ]
    service.store.add_assets(assets)
    for asset in assets:
        service.ledger.uploads[asset.hash] += 1
    draft, still = timeline.load(session.draft), service.limits.still_seconds
    for asset in assets:
        if asset.kind != "audio":  # a song waits until it is asked for
            timeline.append_clip(draft, asset, service.asset_url(asset), still_seconds=still)
    service.store.save_session(
        attrs.evolve(
            session,
            draft=compact(timeline.settle(draft)),
            memory={key: what for key, what in session.memory.items() if key != "focus"},
        )
    )
    return assets


async def upload(request: web.Request) -> web.Response:
    """`POST /api/upload-video/nemo_agent/me/<session_id>`, multipart or JSON."""
    service = request.app[SERVICE]
    user = authenticate(request)
    session_id = request.match_info["session_id"]
    own_session(request, user, session_id)
    service.engine.warm()
    with Incoming(service) as incoming:
        by_url = request.content_type == "application/json"
        received = await (_from_urls if by_url else _from_form)(request, incoming)
        # What reads messages takes a tenth of a second to import: now, while the worker is busy.
        asyncio.get_running_loop().call_soon(importlib.import_module, "nemomusic.local.turns")
        found = [(one, *await examine(service.engine, one)) for one in received]
        session = own_session(request, user, session_id)
        assets = _keep(service, session, incoming, found)
    return ok(
        service,
        {
            "files": [file_facts(service, asset) for asset in assets],
            "session_state_applied": True,
        },
    )
