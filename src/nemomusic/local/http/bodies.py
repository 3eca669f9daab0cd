"""Read the bodies of requests, within limits."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from nemomusic.local.http.responses import SERVICE, ApiError, ValidationError
from nemomusic.protocol.minimum_speed import MinimumSpeed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

    from nemomusic.local.limits import Limits

_BLOCK: Final = 2**18
_SIGNS: Final = (b"[", b"]", b"{", b"}", b",")
_DIGITS: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER: Final = b"0" * 400
"""The digits of a number that is too long. Python needs quadratic time to read a long number."""
_MAX_UNCHECKED_BYTES: Final = 2**18
"""Bytes of a body below which its numbers are not checked, since they are read quickly."""
UNDECODABLE: Final = "the body is not in the encoding that its headers name"
"""The error for a body that is damaged, or was compressed in another way than its headers say."""
SEND_AGAIN: Final = "Check the network, then send it again."
"""The remedy for a body that stopped."""
_MAX_ECHOED_BYTES: Final = 2**12
"""Bytes of a body that an error may repeat."""


async def pieces(request: web.Request) -> AsyncIterator[bytes]:
    """Yield the pieces of a body.

    Raises:
        ApiError: 408, the sender stopped sending, or sends hardly anything. 400, the body can't be
            decoded.
    """
    seconds = request.app[SERVICE].limits.body_silence_seconds
    speed = MinimumSpeed(seconds)
    while True:
        try:
            piece = await in_time(request.content.readany(), speed)
        except TimeoutError:
            raise ApiError(408, f"the body stopped for {seconds:g} s", remedy=SEND_AGAIN) from None
        except web.RequestPayloadError:
            raise ApiError(400, UNDECODABLE) from None
        if not piece:
            return
        for start in range(0, len(piece), _BLOCK):
            yield piece[start : start + _BLOCK]


async def in_time(piece: Awaitable[bytes | bytearray], speed: MinimumSpeed) -> bytes:
    """Return the next piece of a body.

    Raises:
        TimeoutError: The piece does not come in time, or the body is too slow.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(speed.left):
        read = await piece
    if read and not speed.received(len(read), loop.time() - began):
        raise TimeoutError
    return read if isinstance(read, bytes) else bytes(read)


def _invalid(message: str, position: int = 0, why: str | None = None) -> ValidationError:
    problem: dict[str, Any] = {
        "type": "json_invalid",
        "loc": ["body", position],
        "msg": message,
        "input": {},
    }
    if why is not None:
        problem["ctx"] = {"error": why}
    return ValidationError(problem)


def _check_cost(body: bytes, limits: Limits) -> None:
    """Refuse a body that takes long to parse, since the parser blocks the event loop."""
    if sum(map(body.count, _SIGNS)) > limits.json_signs:
        raise _invalid(f"The body has more than {limits.json_signs} brackets and commas")
    if len(body) > _MAX_UNCHECKED_BYTES and _LONG_NUMBER in body.translate(_DIGITS):
        raise _invalid(f"The body has a number of more than {len(_LONG_NUMBER) - 1} digits")


async def read_json(request: web.Request) -> dict[str, Any]:
    """Return the JSON object in a body.

    Raises:
        ValidationError: The body is no JSON object, or would take too long to read.
        ApiError: The body is too long, or the sender stopped sending.
    """
    limits = request.app[SERVICE].limits
    too_large = ApiError(
        413,
        f"the body is too large: at most {limits.json_bytes / 2**20:g} MB",
        remedy="Send less at once.",
    )
    if (request.content_length or 0) > limits.json_bytes:
        raise too_large
    read = bytearray()
    async for piece in pieces(request):
        read += piece
        if len(read) > limits.json_bytes:
            raise too_large
    body = bytes(read)
    _check_cost(body, limits)
    await asyncio.sleep(0)  # each step is short, and the event loop runs between them
    try:
        value = json.loads(body)
    except json.JSONDecodeError as error:
        raise _invalid("JSON decode error", error.pos, error.msg) from None
    except (ValueError, RecursionError):
        raise _invalid("JSON decode error") from None
    await asyncio.sleep(0)
    if not isinstance(value, dict):
        raise ValidationError(
            {
                "type": "model_attributes_type",
                "loc": ["body"],
                "msg": "Input should be a valid dictionary or object to extract fields from",
                "input": None,
            }
        )
    return value


def echoed(request: web.Request, value: Any) -> Any:
    """Return the part of the body that an error shows: all of it if it is small, else nothing."""
    return value if (request.content_length or _MAX_ECHOED_BYTES + 1) <= _MAX_ECHOED_BYTES else None
