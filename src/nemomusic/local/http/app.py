"""Make the application: map each endpoint to its handler."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

from aiohttp import web

from nemomusic.local.http.handlers import auth as handlers_auth
from nemomusic.local.http.handlers import files as handlers_files
from nemomusic.local.http.handlers import render as handlers_render
from nemomusic.local.http.handlers import session as handlers_session
from nemomusic.local.http.handlers import stream as handlers_stream
from nemomusic.local.http.handlers import upload as handlers_upload
from nemomusic.local.http.handlers.files import SCORES
from nemomusic.local.http.responses import SERVICE, envelope_middleware, own_host_only
from nemomusic.local.renders.score_files import ScoreFiles
from nemomusic.protocol import routes
from nemomusic.runtime.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp.typedefs import Handler, Middleware

    from nemomusic.local.service import Service

HANDLERS: dict[routes.Route, Handler] = {
    routes.ANONYMOUS_TOKEN: handlers_auth.anonymous_token,
    routes.CLAIM_TOKEN: handlers_auth.claim_token,
    routes.OPEN_SESSION: handlers_session.open_session,
    routes.UPLOAD: handlers_upload.upload,
    routes.STREAM: handlers_stream.run_sse,
    routes.STATE: handlers_session.latest_state,
    routes.CREDITS: handlers_session.balance,
    routes.RENDER_START: handlers_render.start,
    routes.RENDER_STATUS: handlers_render.status,
    routes.RENDER_CANCEL: handlers_render.cancel,
    routes.RENDER_DOWNLOAD: handlers_render.download,
}


def make_app(service: Service, middlewares: Sequence[Middleware] = ()) -> web.Application:
    """Make the application.

    Args:
        service: The service that the handlers use.
        middlewares: Middlewares around everything else. The first one is the outermost.
    """
    app = web.Application(
        middlewares=[*middlewares, own_host_only, envelope_middleware],
        client_max_size=0,  # bodies are read piece by piece, each handler has its own limit
    )
    app[SERVICE] = service
    app[SCORES] = ScoreFiles(service)
    for route, handler in HANDLERS.items():
        if route.method == "GET":
            app.router.add_get(route.template, handler)  # and HEAD
        else:
            app.router.add_post(route.template, handler)
    app.router.add_get("/cdn/{asset}/{name}", handlers_files.cdn)
    if not isinstance(service.clock, SystemClock):  # aiohttp's own `Date` is the system's time
        app.on_response_prepare.append(_add_date)
    return app


async def _add_date(request: web.Request, response: web.StreamResponse) -> None:
    """Set `Date` by the clock of the service. Clients compare its other times with it."""
    response.headers["Date"] = formatdate(request.app[SERVICE].clock.time(), usegmt=True)
