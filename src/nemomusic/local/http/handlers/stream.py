"""The endpoint for messages to the agent: `POST /run_sse`."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from aiohttp import web

from nemomusic.errors import ErrorCode
from nemomusic.local.agent.events import TurnFailed
from nemomusic.local.errors import CreditsShortageError
from nemomusic.local.http.bodies import echoed, read_json
from nemomusic.local.http.event_writers import AdkWriter, GatewayWriter
from nemomusic.local.http.message_reader import load_reader
from nemomusic.local.http.responses import (
    SERVICE,
    ApiError,
    ValidationError,
    authenticate,
    json_text,
    well_formed,
)
from nemomusic.local.storage.drafts import OWN_KEY, compact
from nemomusic.protocol import routes

if TYPE_CHECKING:
    from nemomusic.local.agent.turns import AgentTurn
    from nemomusic.local.http.event_writers import Writer
    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import SessionRecord, User

_CAMEL = {
    "app_name": "appName",
    "user_id": "userId",
    "session_id": "sessionId",
    "new_message": "newMessage",
}


def _fields(request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
    """Return the four fields, in either spelling, as on the real server."""
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
        shown = echoed(request, body)
        raise ValidationError(*({**problem, "input": shown} for problem in problems))
    return fields


def _text(request: web.Request, message: dict[str, Any]) -> str | None:
    """Return the text of a message; None if it has no parts."""
    parts = message.get("parts")
    if parts is None:
        return None
    if not isinstance(parts, list):
        raise ValidationError(
            {
                "type": "list_type",
                "loc": ["body", "new_message", "parts"],
                "msg": "Input should be a valid list",
                "input": echoed(request, parts),
            }
        )
    words = []
    for number, part in enumerate(parts):
        where = ["body", "new_message", "parts", number]
        if not isinstance(part, dict):
            raise ValidationError(
                {
                    "type": "model_attributes_type",
                    "loc": where,
                    "msg": "Input should be a valid dictionary or object to extract fields from",
                    "input": echoed(request, part),
                }
            )
        for key, value in part.items():
            if key != "text":
                raise ValidationError(
                    {
                        "type": "extra_forbidden",
                        "loc": [*where, key],
                        "msg": "Extra inputs are not permitted",
                        "input": echoed(request, value),
                    }
                )
        text = part.get("text")
        if not isinstance(text, str):
            raise ValidationError(
                {
                    "type": "string_type",
                    "loc": [*where, "text"],
                    "msg": "Input should be a valid string",
                    "input": echoed(request, text),
                }
            )
        words.append(text)
    most = request.app[SERVICE].limits.message_characters
    if sum(map(len, words)) + len(words) - 1 > most:
        raise ValidationError(
            {
                "type": "string_too_long",
                "loc": ["body", "new_message", "parts"],
                "msg": f"A message has at most {most} characters",
                "input": None,
                "ctx": {"max_length": most},
            },
            remedy="Make the message shorter, or send it in several messages.",
        )
    return well_formed("\n".join(words)) if words else None


def _session(service: Service, user: User, fields: dict[str, Any]) -> SessionRecord | web.Response:
    session_id = fields["session_id"]
    known = fields["app_name"] == routes.APP_NAME and fields["user_id"] == routes.USER
    session = service.store.session(session_id, user.user_id) if known else None
    if session is not None:
        return session
    said = f"Session not found: {session_id}"
    if service.options.dialect == "adk":
        return json_text(compact({"detail": said}), status=404)
    raise ApiError(ErrorCode.SESSION_NOT_FOUND, said)


async def run_sse(request: web.Request) -> web.StreamResponse:
    """Serve `POST /run_sse`."""
    service = request.app[SERVICE]
    user = authenticate(request)
    fields = _fields(request, await read_json(request))
    text = _text(request, fields["new_message"])
    session = _session(service, user, fields)
    if isinstance(session, web.Response):
        return session
    adk = service.options.dialect == "adk"
    writer: Writer = AdkWriter(service.clock) if adk else GatewayWriter()
    if text is None:
        response = await _opened(request)
        for frame in writer.frames(TurnFailed("No parts in the new_message.")):
            await response.write(frame)
        return response
    await load_reader(service, session)
    from nemomusic.local.agent import turns

    asked = await turns.read_message(service, session, text)
    # There is no `await` between reading the balance and taking the price from it.
    user = authenticate(request)
    session = service.store.known_session(session.session_id, session.user_id)
    end = service.begin_work("messages", user.user_id, service.limits.turns_per_user)
    try:
        turn = turns.begin(service, user, session, text, asked)
    except CreditsShortageError as short:
        end()
        raise ApiError(
            ErrorCode.OUT_OF_CREDITS,
            str(short),
            remedy=service.shortage_remedy,
            data={"available": short.available, OWN_KEY: {"required": short.needed}},
        ) from None
    if turn.task is not None:
        turn.task.add_done_callback(lambda _: end())
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


async def _stream(request: web.Request, turn: AgentTurn, writer: Writer) -> web.StreamResponse:
    """Write the events of a turn as they come. The end of the body is the end of the turn."""
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
