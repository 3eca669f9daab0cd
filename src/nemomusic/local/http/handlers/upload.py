"""The endpoint for uploads: write files to the disk, then append them to the timeline."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import attrs
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from nemomusic.engine.types import Probe
from nemomusic.errors import ErrorCode
from nemomusic.local.agent.edits import timeline
from nemomusic.local.errors import QuotaError
from nemomusic.local.http.bodies import SEND_AGAIN, UNDECODABLE, in_time, read_json
from nemomusic.local.http.forms import FormReader, media_type
from nemomusic.local.http.handlers.session import file_facts
from nemomusic.local.http.incoming_files import Incoming, Received, examine, plain_name, too_much
from nemomusic.local.http.message_reader import prepare_reader
from nemomusic.local.http.responses import (
    SERVICE,
    ApiError,
    ValidationError,
    authenticate,
    ok,
    own_session,
    require,
)
from nemomusic.local.http.url_fetcher import fetched
from nemomusic.local.storage.drafts import OWN_KEY, compact
from nemomusic.local.storage.records import Asset
from nemomusic.protocol.minimum_speed import MinimumSpeed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from nemomusic.local.limits import Limits
    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import SessionRecord, User


async def _pieces(part: BodyPartReader, seconds: float) -> AsyncGenerator[bytes]:
    speed = MinimumSpeed(seconds)
    while True:
        try:
            piece = await in_time(part.read_chunk(2**18), speed)
        except TimeoutError:
            raise ApiError(
                408, f"the upload stopped for {seconds:g} s", remedy=SEND_AGAIN
            ) from None
        if not piece:
            return
        yield piece


async def _skip(part: BodyPartReader, limits: Limits) -> None:
    """Read a field that is no file, and forget it.

    Raises:
        ApiError: 413, it is too large. 408, the sender stopped sending.
    """
    size = 0
    async with aclosing(_pieces(part, limits.body_silence_seconds)) as pieces:
        async for piece in pieces:
            size += len(piece)
            if size > limits.json_bytes:
                raise ApiError(
                    413,
                    f"a field of the form is too large: at most {limits.json_bytes / 2**20:g} MB",
                    remedy="Send files in fields with the name files.",
                )


async def _from_form(request: web.Request, incoming: Incoming) -> list[Received]:
    limits = request.app[SERVICE].limits
    received: list[Received] = []
    try:
        reader = FormReader.of(request)
        for _ in range(2 * limits.upload_files + 1):  # forms may have other fields beside the files
            async with asyncio.timeout(limits.body_silence_seconds):
                part = await reader.next()
            if part is None:
                break
            if isinstance(part, BodyPartReader) and reader.name == "files" and reader.filename:
                _check_count(len(received) + 1, limits)
                name = plain_name(reader.filename)
                async with aclosing(_pieces(part, limits.body_silence_seconds)) as pieces:
                    received.append(await incoming.receive(name, pieces))
            elif isinstance(part, BodyPartReader):
                await _skip(part, limits)
        else:
            _check_count(limits.upload_files + 1, limits)
    except TimeoutError:
        raise ApiError(
            408, f"the upload stopped for {limits.body_silence_seconds:g} s", remedy=SEND_AGAIN
        ) from None
    except web.RequestPayloadError:
        raise ApiError(400, UNDECODABLE) from None
    except (ValueError, AssertionError, HttpProcessingError, RuntimeError) as error:
        raise ValidationError(
            {
                "type": "value_error",
                "loc": ["body"],
                "msg": "There was an error parsing the body",
                "input": None,
            }
        ) from error
    if not received:
        raise ValidationError(
            {"type": "missing", "loc": ["body", "files"], "msg": "Field required", "input": None}
        )
    return received


def _check_count(count: int, limits: Limits) -> None:
    if count > limits.upload_files:
        raise ValidationError(
            {
                "type": "too_long",
                "loc": ["body", "files"],
                "msg": f"An upload has at most {limits.upload_files} files",
                "input": None,
            },
            remedy="Send them in several uploads.",
        )


async def _from_urls(request: web.Request, incoming: Incoming) -> list[Received]:
    service = request.app[SERVICE]
    urls = require(await read_json(request), "urls", list)
    if not urls or not all(isinstance(url, str) for url in urls):
        raise ValidationError(
            {
                "type": "string_type",
                "loc": ["body", "urls"],
                "msg": "Input should be a list of URLs",
                "input": None,
            }
        )
    _check_count(len(urls), service.limits)
    received = []
    for url in urls:
        private = service.options.allow_private_urls
        async with fetched(url, service.threads, allow_private=private) as (name, pieces):
            received.append(await incoming.receive(plain_name(name), pieces))
    return received


def _keep(
    service: Service,
    session: SessionRecord,
    incoming: Incoming,
    found: list[tuple[Received, Probe]],
) -> list[Asset]:
    """Add all files to the session in one step."""
    known = {one for one, _ in found if incoming.has(one)}
    try:
        return _add(service, session, incoming, found)
    except BaseException:
        for one, _ in found:
            if one not in known:
                incoming.discard(one)
        raise


def _add(
    service: Service,
    session: SessionRecord,
    incoming: Incoming,
    found: list[tuple[Received, Probe]],
) -> list[Asset]:
    assets = [
        Asset(
            asset=secrets.token_urlsafe(18),
            session_id=session.session_id,
            user_id=session.user_id,
            origin="upload",
            kind=probe.kind,
            name=received.name,
            hash=received.hash,
            file=incoming.keep(received),
            info=probe,
            bytes=received.size,
        )
        for received, probe in found
    ]
    draft, still = timeline.load(session.draft), service.limits.still_seconds
    for asset in assets:
        if asset.kind != "audio":  # a song is not used before a message asks for it
            timeline.append_clip(draft, asset, service.asset_url(asset), still_seconds=still)
    service.store.add_assets(
        assets,
        attrs.evolve(
            session,
            draft=compact(timeline.normalize(draft)),
            memory={key: what for key, what in session.memory.items() if key != "focus"},
        ),
    )
    for asset in assets:
        service.ledger.uploads[asset.hash] += 1
    return assets


def _check_work(received: Received, probe: Probe, limits: Limits) -> None:
    """Refuse a clip that needs much more work than clips of its size usually need.

    Still frames compress to next to nothing: an hour of video fits into half a megabyte. Working
    on it takes minutes, so that a few small requests would keep the backend busy for hours.

    Raises:
        ApiError: 4002, the clip is too long, or has too many pixels, for its size.
    """
    if probe.kind != "video":
        return
    size = received.size
    share = limits.length_of(probe, size) + limits.work_of(probe, size)
    if share > 1.0:
        raise ApiError(
            ErrorCode.FILE_TOO_LARGE,
            f"{received.name} lasts {probe.duration:.0f} s in {size / 2**20:.2g} MB: at most "
            f"{probe.duration / share:.0f} s for a file of this size and picture",
            remedy="Trim it, or export it with a higher bit rate.",
        )


def _check_space(
    service: Service, session: SessionRecord, found: list[tuple[Received, Probe]]
) -> None:
    """Refuse files that are too long, or for which there is no space.

    Raises:
        ApiError: 4002, a clip or the timeline would be too long.
        QuotaError: The user's space is used up.
    """
    limits = service.limits
    total = float(timeline.load(session.draft)["d"]) / 1000
    for received, probe in found:
        if probe.duration > limits.video_seconds:
            raise too_much(
                received.name, f"lasts {probe.duration:.0f} s", f"{limits.video_seconds:.0f} s"
            )
        _check_work(received, probe, limits)
        if probe.kind != "audio":
            total += probe.duration or limits.still_seconds
    if total > limits.timeline_seconds:
        most = f"{limits.timeline_seconds:.0f} s"
        raise too_much(found[-1][0].name, f"makes the timeline {total:.0f} s long", most)
    used = service.store.used_bytes(session.user_id)
    if used + sum(received.size for received, _ in found) > limits.bytes_per_user:
        raise QuotaError(
            f"the space of this user in {service.folder} is used up "
            f"({limits.bytes_per_user / 2**30:g} GB at most)",
            passes=False,
        )


def _left_out(asset: Asset) -> dict[str, Any]:
    """Add notes about unused parts of a file, under the backend's own key."""
    said = asset.info.warnings if isinstance(asset.info, Probe) else ()
    return {OWN_KEY: {"warnings": list(said)}} if said else {}


async def upload(request: web.Request) -> web.Response:
    """Serve `POST /api/upload-video/nemo_agent/me/<session_id>`, multipart or JSON."""
    service = request.app[SERVICE]
    user = authenticate(request)
    session_id = request.match_info["session_id"]
    own_session(request, user, session_id)
    end = service.begin_work("uploads", user.user_id, service.limits.uploads_per_user)
    try:
        return await _upload(request, user, session_id)
    finally:
        end()


async def _upload(request: web.Request, user: User, session_id: str) -> web.Response:
    service = request.app[SERVICE]
    service.engine.prewarm()
    with Incoming(service) as incoming:
        by_url = media_type(request.headers) == "application/json"
        received = await (_from_urls if by_url else _from_form)(request, incoming)
        prepare_reader(service)  # it is loaded while the worker is busy
        found = [(one, await examine(service.engine, one)) for one in received]
        session = own_session(request, user, session_id)
        # There is no `await` from here on: of two requests with one key, only one has an effect.
        idempotency_key = request.headers.get("Idempotency-Key")
        once = (session_id, idempotency_key, *((one.name, one.hash) for one in received))
        answer = service.uploads.get(once) if idempotency_key else None
        if answer is None:
            _check_space(service, session, found)
            assets = _keep(service, session, incoming, found)
            files = [file_facts(service, asset) | _left_out(asset) for asset in assets]
            answer = {"files": files, "session_state_applied": True}
            if idempotency_key:
                service.uploads.remember(once, answer)
    return ok(service, answer)
