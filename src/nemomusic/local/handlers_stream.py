"""The conversation: `POST /run_sse`."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from aiohttp import web

from nemomusic.errors import ErrorCode
from nemomusic.local.answers import (
    SERVICE,
    Malformed,
    Refusal,
    authenticate,
    json_text,
    read_json,
    well_formed,
)
from nemomusic.local.dialects import AdkWriter, Failure, GatewayWriter
from nemomusic.local.store import compact
from nemomusic.protocol import routes

if TYPE_CHECKING:
    from nemomusic.local.dialects import Writer
    from nemomusic.local.rows import Session, User
    from nemomusic.local.service import Service
    from nemomusic.local.turns import Turn

_CAMEL = {
    "app_name": "appName",
    "user_id": "userId",
    "session_id": "sessionId",
    "new_message": "newMessage",
}


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    """The four fields, in either spelling, as the real server takes them."""
    fields, problems = {}, []
    for name, camel in _CAMEL.items():
        value = body.get(camel, body.get(name))
        kind = dict if name == "new_message" else str
        if value is None:
            problems.append({"type": "missing", "loc": ["body", camel], "msg": "Field required"})
        elif not isinstance(value, kind):
            word = "dictionary" if kind is dict else "string"
            problems.append(
                {
                    "type": f"{word}_type",
                    "loc": ["body", name],
                    "msg": f"Input should be a valid {word}",
                }
            )
        fields[name] = value
    if problems:
        raise Malformed(*({**problem, "input": body} for problem in problems))
    return fields


def _text(message: dict[str, Any]) -> str | None:
    """The words of a message; None if it has no parts."""
    parts = message.get("parts")
    if parts is None:
        return None
    if not isinstance(parts, list):
        raise Malformed(
            {
                "type": "list_type",
                "loc": ["body", "new_message", "parts"],
                "msg": "Input should be a valid list",
                "input": parts,
            }
        )
    words = []
    for number, part in enumerate(parts):
        where = ["body", "new_message", "parts", number]
        if not isinstance(part, dict):
            raise Malformed(
                {
                    "type": "model_attributes_type",
                    "loc": where,
                    "msg": "Input should be a valid dictionary or object to extract fields from",
                    "input": part,
                }
            )
        for key, value in part.items():
            if key != "text":
                raise Malformed(
                    {
                        "type": "extra_forbidden",
                        "loc": [*where, key],
                        "msg": "Extra inputs are not permitted",
                        "input": value,
                    }
                )
        text = part.get("text")
        if not isinstance(text, str):
            raise Malformed(
                {
                    "type": "string_type",
                    "loc": [*where, "text"],
                    "msg": "Input should be a valid string",
                    "input": text,
                }
            )
        words.append(text)
    return well_formed("\n".join(words)) if words else None


def _session(service: Service, user: User, fields: dict[str, Any]) -> Session | web.Response:
    session_id = fields["session_id"]
    known = fields["app_name"] == routes.APP_NAME and fields["user_id"] == routes.USER
    session = service.store.session(session_id, user.user_id) if known else None
    if session is not None:
        return session
    said = f"Session not found: {session_id}"
    if service.options.dialect == "adk":
        return json_text(compact({"detail": said}), status=404)
    raise Refusal(ErrorCode.SESSION_NOT_FOUND, said)


async def run_sse(request: web.Request) -> web.StreamResponse:
    """`POST /run_sse`."""
    service = request.app[SERVICE]
    user = authenticate(request)
    fields = _fields(await read_json(request))
    text = _text(fields["new_message"])
    session = _session(service, user, fields)
    if isinstance(session, web.Response):
        return session
    adk = service.options.dialect == "adk"
    writer: Writer = AdkWriter(service.clock) if adk else GatewayWriter()
    if text is None:
        response = await _opened(request)
        for frame in writer.frames(Failure("No parts in the new_message.")):
            await response.write(frame)
        return response
    from nemomusic.local import turns  # a tenth of a second, which `upload` has spent already

    # Nothing waits between reading the balance and taking the price from it.
    user = authenticate(request)
    turn = turns.begin(service, user, session, text)
    return await _stream(request, turn, writer)


async def _opened(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    return response


async def _stream(request: web.Request, turn: Turn, writer: Writer) -> web.StreamResponse:
    """Write the events of a turn as they come; the end of the body is the end of the turn."""
    service = request.app[SERVICE]
    try:
        response = await _opened(request)
        async with aclosing(turn.events(service.limits.heartbeat_seconds)) as events:
            async for event in events:
                for frame in writer.frames(event):
                    await response.write(frame)
    except (asyncio.CancelledError, ConnectionError):
        turn.hang_up(service)
        raise
    return response
