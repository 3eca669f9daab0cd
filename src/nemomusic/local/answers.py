"""Answers and refusals in both envelopes, and the checks every request goes through."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from nemomusic.errors import ErrorCode
from nemomusic.local.service import Service, log
from nemomusic.local.store import compact
from nemomusic.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.typedefs import Handler

    from nemomusic.local.rows import Session, User

SERVICE: Final = web.AppKey("service", Service)

_STATUS: Final[Mapping[int, int]] = {
    ErrorCode.TOKEN_INVALID: 401,
    ErrorCode.SESSION_NOT_FOUND: 404,
    # In place of a stream the contract shows 2001 as a plain JSON body; 402 means something else.
    ErrorCode.OUT_OF_CREDITS: 200,
    ErrorCode.UNSUPPORTED_FILE_TYPE: 415,
    ErrorCode.FILE_TOO_LARGE: 413,
}


class Refusal(Exception):
    """A request that is answered with an error of the contract, section 3.

    Attributes:
        code: the service's code, or an HTTP status where the contract has no code.
        message: for a person.
        headers: more headers for the answer.
        data: what else the answer tells.
    """

    def __init__(
        self,
        code: int,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = int(code)
        self.message = message
        self.headers = headers
        self.data = data

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return _STATUS.get(self.code, self.code)


class Malformed(Exception):
    """A body that is not what the endpoint takes: 422, in the words of the real server's framework.

    Attributes:
        problems: as in the captures of a real server: `type`, `loc`, `msg`, `input`.
    """

    def __init__(self, *problems: dict[str, Any]) -> None:
        super().__init__("malformed body")
        self.problems = problems


def json_text(
    text: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An answer that is JSON text already."""
    return web.Response(
        body=text.encode("utf-8", "surrogatepass"),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def ok(service: Service, data: Any) -> web.Response:
    """Data in the chosen envelope."""
    return ok_text(service, compact(data))


def ok_text(service: Service, data: str) -> web.Response:
    """Data that is JSON text already, in the chosen envelope."""
    if service.options.envelope == "code":
        return json_text(f'{{"code":0,"message":"success","data":{data}}}')
    return json_text(f'{{"success":true,"data":{data}}}')


def refuse(service: Service, refusal: Refusal) -> web.Response:
    """An error in the chosen envelope."""
    body: dict[str, Any]
    if service.options.envelope == "code":
        body = {"code": refusal.code, "message": refusal.message, "data": refusal.data}
    else:
        body = {"success": False, "error": refusal.message, "code": refusal.code}
        if refusal.data is not None:
            body["data"] = refusal.data
    return json_text(compact(body), status=refusal.status, headers=refusal.headers)


@web.middleware
async def own_host_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn away what a web page sends here under a name of its own (DNS rebinding)."""
    try:
        host = request.url.host
    except ValueError:
        host = None
    if not is_loopback(host):
        raise web.HTTPMisdirectedRequest(text="this server answers on loopback addresses only")
    return await handler(request)


@web.middleware
async def in_envelopes(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give refusals, and what breaks, the shape of the contract."""
    service = request.app[SERVICE]
    try:
        return await handler(request)
    except Refusal as refusal:
        return refuse(service, refusal)
    except Malformed as malformed:
        return json_text(compact({"detail": list(malformed.problems)}), status=422)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return refuse(service, Refusal(error.status, error.reason))
    except ConnectionError:  # the client is gone: nobody gets this, and nothing is logged
        return web.Response()
    except Exception:  # noqa: BLE001 - logged, and answered as what it is
        # The path and the headers stay out of it: they may hold what is nobody's business.
        log.exception("%s %s broke", request.method, request.match_info.route.resource)
        return refuse(service, Refusal(500, "internal error"))


async def read_json(request: web.Request) -> dict[str, Any]:
    """The JSON object in a body.

    Raises:
        Malformed: it is none.
        Refusal: it is longer than we read.
    """
    limit = request.app[SERVICE].limits.json_bytes
    if (request.content_length or 0) > limit:
        raise Refusal(413, "the body is too large")
    body = bytearray()
    async for piece in request.content.iter_chunked(2**18):
        body += piece
        if len(body) > limit:
            raise Refusal(413, "the body is too large")
    try:
        value = json.loads(bytes(body))
    except json.JSONDecodeError as error:
        raise Malformed(
            {
                "type": "json_invalid",
                "loc": ["body", error.pos],
                "msg": "JSON decode error",
                "input": {},
                "ctx": {"error": error.msg},
            }
        ) from None
    except (ValueError, RecursionError):
        raise Malformed(
            {"type": "json_invalid", "loc": ["body", 0], "msg": "JSON decode error", "input": {}}
        ) from None
    if not isinstance(value, dict):
        raise Malformed(
            {
                "type": "model_attributes_type",
                "loc": ["body"],
                "msg": "Input should be a valid dictionary or object to extract fields from",
                "input": None,
            }
        )
    return value


def well_formed(text: str) -> str:
    """A text that can be kept: halves of surrogate pairs become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_TYPES: dict[type, str] = {str: "string", dict: "dictionary", list: "list"}


def require(body: dict[str, Any], name: str, kind: type, *, where: str | None = None) -> Any:
    """A field that has to be there.

    Raises:
        Malformed: it is not, or of another type.
    """
    loc = ["body", where or name]
    if name not in body:
        raise Malformed({"type": "missing", "loc": loc, "msg": "Field required", "input": None})
    value = body[name]
    if not isinstance(value, kind):
        words = _TYPES.get(kind, kind.__name__)
        raise Malformed(
            {
                "type": f"{words}_type",
                "loc": loc,
                "msg": f"Input should be a valid {words}",
                "input": None,
            }
        )
    return well_formed(value) if isinstance(value, str) else value


def authenticate(request: web.Request) -> User:
    """Whose bearer token came with the request.

    Raises:
        Refusal: 1001, there is none, or it is wrong or expired.
    """
    service = request.app[SERVICE]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    user = None
    if scheme.lower() == "bearer":
        user = service.store.token_user(token.strip(), service.clock.time())
    if user is None:
        raise Refusal(ErrorCode.TOKEN_INVALID, "token expired or invalid")
    return user


def own_session(request: web.Request, user: User, session_id: str) -> Session:
    """A session of this user.

    Raises:
        Refusal: 1002, there is none with this id.
    """
    session = request.app[SERVICE].store.session(session_id, user.user_id)
    if session is None:
        raise Refusal(ErrorCode.SESSION_NOT_FOUND, f"Session not found: {session_id}")
    return session
