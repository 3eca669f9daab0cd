"""Make answers and errors in both envelopes, and check every request."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from nemomusic.errors import ErrorCode
from nemomusic.local.errors import QuotaError, is_full
from nemomusic.local.service import Service, log
from nemomusic.local.storage.drafts import OWN_KEY, compact
from nemomusic.local.workers.slots import WORK_OWNER
from nemomusic.network import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.typedefs import Handler

    from nemomusic.local.storage.records import SessionRecord, User

SERVICE: Final = web.AppKey("service", Service)

_STATUS: Final[Mapping[int, int]] = {
    ErrorCode.TOKEN_INVALID: 401,
    ErrorCode.SESSION_NOT_FOUND: 404,
    # In place of a stream, the protocol has 2001 as a plain JSON body; 402 means something else.
    ErrorCode.OUT_OF_CREDITS: 200,
    ErrorCode.UNSUPPORTED_FILE_TYPE: 415,
    ErrorCode.FILE_TOO_LARGE: 413,
}


FULL_REMEDY: Final = "Free some space there, then try again."
"""The remedy for a full disk, which is that of the user."""
_IDENTITY: Final = "identity"
_UNCOMPRESSED: Final = "Send it without Content-Encoding."
_MAKE_ROOM: Final = "Delete old projects with `nemomusic clean`, or use another folder."
"""The remedy for a user whose space, or whose number of projects, is used up."""


class ApiError(Exception):
    """A request is answered with an error of the protocol (docs/protocol.md, "Error codes").

    Attributes:
        code: The service's code, or an HTTP status if the protocol has no code.
        message: A sentence for a person.
        headers: Further headers of the answer.
        data: Further data of the answer.

    A `remedy` says what to do next. It is added to the message, for clients of all kinds. It is in
    the data too, for this package's client, which has remedies of its own for most codes.
    """

    def __init__(
        self,
        code: int,
        message: str,
        *,
        remedy: str | None = None,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        if remedy:
            message = f"{message.rstrip('.')}. {remedy}"
            data = dict(data or {})
            data[OWN_KEY] = {**data.get(OWN_KEY, {}), "remedy": remedy}
        super().__init__(message)
        self.code: int = int(code)
        self.message = message
        self.headers = headers
        self.data = data

    @property
    def status(self) -> int:
        """The HTTP status that belongs to the code."""
        return _STATUS.get(self.code, self.code)


class ValidationError(Exception):
    """The body is not valid for the endpoint: 422, in the form of the real server's framework.

    Attributes:
        problems: The problems, as in the captures of a real server: `type`, `loc`, `msg`, `input`.
        remedy: What to do next, or None if the problems say it.
    """

    def __init__(self, *problems: dict[str, Any], remedy: str | None = None) -> None:
        super().__init__("malformed body")
        self.problems = problems
        self.remedy = remedy


def json_text(
    text: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return an answer with data that is JSON text already."""
    return web.Response(
        body=text.encode("utf-8", "surrogatepass"),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def ok(service: Service, data: Any) -> web.Response:
    """Return an answer with data in the chosen envelope."""
    return ok_text(service, compact(data))


def ok_text(service: Service, data: str) -> web.Response:
    """Return an answer with data that is JSON text already, in the chosen envelope."""
    if service.options.envelope == "code":
        return json_text(f'{{"code":0,"message":"success","data":{data}}}')
    return json_text(f'{{"success":true,"data":{data}}}')


def error_response(service: Service, error: ApiError) -> web.Response:
    """Return an error in the chosen envelope."""
    body: dict[str, Any]
    if service.options.envelope == "code":
        body = {"code": error.code, "message": error.message, "data": error.data}
    else:
        body = {"success": False, "error": error.message, "code": error.code}
        if error.data is not None:
            body["data"] = error.data
    return json_text(compact(body), status=error.status, headers=error.headers)


@web.middleware
async def own_host_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests of web pages: for another host name, or from another origin."""
    try:
        host = request.url.host
    except ValueError:
        host = None
    if not is_loopback(host):
        raise web.HTTPMisdirectedRequest(text="this server answers on loopback addresses only")
    origins = request.headers.getall("Origin", ())
    if any(origin != f"http://{request.host}" for origin in origins):
        raise web.HTTPForbidden(text="this server takes no requests from pages of other origins")
    return await handler(request)


@web.middleware
async def envelope_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors into the form of the protocol, unexpected errors too."""
    service = request.app[SERVICE]
    try:
        if request.headers.get("Content-Encoding", _IDENTITY).strip().lower() != _IDENTITY:
            raise ApiError(415, "a compressed body is not read", remedy=_UNCOMPRESSED)
        return await handler(request)
    except ApiError as error:
        return error_response(service, error)
    except QuotaError as error:
        if error.passes:
            refused = ApiError(ErrorCode.RATE_LIMITED, str(error), headers={"Retry-After": "5"})
        else:
            refused = ApiError(ErrorCode.FILE_TOO_LARGE, str(error), remedy=_MAKE_ROOM)
        return error_response(service, refused)
    except ValidationError as malformed:
        body: dict[str, Any] = {"detail": list(malformed.problems)}
        if malformed.remedy:
            body[OWN_KEY] = {"remedy": malformed.remedy}
        return json_text(compact(body), status=422)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return error_response(service, ApiError(error.status, error.reason))
    except ConnectionError:  # the client is gone, so the answer is not sent
        return web.Response()
    except Exception as error:  # noqa: BLE001 - logged, and answered as what it is
        if is_full(error):
            said = service.tell_full(error)
            data = {OWN_KEY: {"engine": {"remedy": FULL_REMEDY}}}
            return error_response(
                service, ApiError(HTTPStatus.INSUFFICIENT_STORAGE, said, data=data)
            )
        # The path and the headers are not logged: they may hold private data.
        log.exception("%s %s broke", request.method, request.match_info.route.resource)
        return error_response(service, ApiError(500, "internal error"))


def well_formed(text: str) -> str:
    """Return a text that can be stored: halves of surrogate pairs become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def too_long(field: str, most: int) -> dict[str, Any]:
    """Return the problem of a text that is too long, for a `ValidationError`."""
    return {
        "type": "string_too_long",
        "loc": ["body", field],
        "msg": f"{field} has at most {most} characters",
        "input": None,
        "ctx": {"max_length": most},
    }


_TYPES: dict[type, str] = {str: "string", dict: "dictionary", list: "list"}


def require(body: dict[str, Any], name: str, kind: type, *, where: str | None = None) -> Any:
    """Return a required field.

    Raises:
        ValidationError: The field is missing, or has another type.
    """
    loc = ["body", where or name]
    if name not in body:
        raise ValidationError(
            {"type": "missing", "loc": loc, "msg": "Field required", "input": None}
        )
    value = body[name]
    if not isinstance(value, kind):
        words = _TYPES.get(kind, kind.__name__)
        raise ValidationError(
            {
                "type": f"{words}_type",
                "loc": loc,
                "msg": f"Input should be a valid {words}",
                "input": None,
            }
        )
    return well_formed(value) if isinstance(value, str) else value


def authenticate(request: web.Request) -> User:
    """Return the user of the request's bearer token.

    Raises:
        ApiError: 1001, the token is missing, wrong or expired.
    """
    service = request.app[SERVICE]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    user = None
    if scheme.lower() == "bearer":
        user = service.store.token_user(token.strip(), service.clock.time())
    if user is None:
        raise ApiError(ErrorCode.TOKEN_INVALID, "token expired or invalid")
    WORK_OWNER.set(user.user_id)
    return user


def own_session(request: web.Request, user: User, session_id: str) -> SessionRecord:
    """Return a session of this user.

    Raises:
        ApiError: 1002, the user has no session with this id.
    """
    session = request.app[SERVICE].store.session(session_id, user.user_id)
    if session is None:
        raise ApiError(ErrorCode.SESSION_NOT_FOUND, f"Session not found: {session_id}")
    return session
