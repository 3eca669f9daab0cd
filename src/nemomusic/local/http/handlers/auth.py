"""The endpoints for anonymous tokens and claim links."""

from __future__ import annotations

import hashlib
import math
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nemomusic.errors import ErrorCode
from nemomusic.local.http.bodies import read_json
from nemomusic.local.http.responses import (
    SERVICE,
    ApiError,
    authenticate,
    ok,
    own_session,
    require,
    well_formed,
)

if TYPE_CHECKING:
    from aiohttp import web

    from nemomusic.local.service import Service


def new_token() -> str:
    """Return a new bearer token, in the form of the service's tokens."""
    return f"nmv_usr_{secrets.token_urlsafe(32)}"


def timestamp(seconds: float) -> str:
    """Return a time in ISO 8601, in UTC, with milliseconds."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _count(service: Service, client_id: str, address: str, now: float) -> None:
    """Hold anonymous users to the limits of the protocol."""
    since = now - service.limits.token_seconds
    for column, value, most in (
        ("client_id", client_id, service.limits.tokens_per_client),
        ("address", address, service.limits.tokens_per_address),
    ):
        issued = service.store.tokens_since(column, value, since)
        if len(issued) >= most:
            wait = max(1, math.ceil(issued[-most] - since))
            raise ApiError(
                ErrorCode.RATE_LIMITED,
                f"too many anonymous tokens for this {column.replace('_', ' ')}: "
                f"at most {most} in {service.limits.token_seconds / 86400:g} days",
                headers={"Retry-After": str(wait)},
            )


def _user(service: Service, client_id: str) -> str:
    """Return the user of a new token: a new user each time, as on the service.

    Only the embedded client stays the same user when a token has expired. Its client id is a secret
    of the backend's folder. Other client ids may be known to others.
    """
    own = secrets.compare_digest(client_id.encode(), service.own_client_id.encode())
    if service.faithful or not own:
        return f"anon_{secrets.token_hex(12)}"
    return f"anon_{hashlib.sha256(client_id.encode()).hexdigest()[:24]}"


async def anonymous_token(request: web.Request) -> web.Response:
    """Serve `POST /api/auth/anonymous-token`."""
    service = request.app[SERVICE]
    client_id = well_formed(request.headers.get("X-Client-Id", "").strip())
    if not client_id or len(client_id) > 64:
        raise ApiError(
            ErrorCode.CLIENT_ID_MISSING, "X-Client-Id header required (1 to 64 characters)"
        )
    now = service.clock.time()
    address = request.remote or ""
    if service.faithful:
        _count(service, client_id, address, now)
    token, user_id = new_token(), _user(service, client_id)
    expires = now + service.limits.token_seconds
    service.store.save_user(user_id, plan="free", available=service.limits.credits)
    service.store.add_token(
        token, user_id, issued=now, expires=expires, client_id=client_id, address=address
    )
    service.ledger.tokens_issued += 1
    return ok(
        service,
        {
            "token": token,
            "user_id": user_id,
            "expires_at": timestamp(expires),
            "credits": service.limits.credits,
        },
    )


async def claim_token(request: web.Request) -> web.Response:
    """Serve `POST /api/auth/claim-token`."""
    service = request.app[SERVICE]
    user = authenticate(request)
    body = await read_json(request)
    task_id, session_id = require(body, "task_id", str), require(body, "session_id", str)
    session = own_session(request, user, session_id)
    if session.task_id != task_id:
        raise ApiError(ErrorCode.SESSION_NOT_FOUND, f"Session not found: {session_id}")
    token, seconds = f"clm_{secrets.token_urlsafe(24)}", service.limits.claim_seconds
    service.store.add_claim(token, session_id, task_id, service.clock.time() + seconds)
    return ok(service, {"claim_token": token, "expires_in": int(seconds)})
