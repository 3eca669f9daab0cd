"""Which endpoint is served by which function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from nemomusic.local import (
    handlers_auth,
    handlers_files,
    handlers_render,
    handlers_session,
    handlers_stream,
    handlers_upload,
)
from nemomusic.local.answers import SERVICE, in_envelopes, own_host_only
from nemomusic.protocol import routes

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
    """The whole application.

    Args:
        service: what its handlers work on.
        middlewares: put around everything else, first one outermost.
    """
    app = web.Application(
        middlewares=[*middlewares, own_host_only, in_envelopes],
        client_max_size=0,  # bodies are read piece by piece, each handler has its own limit
    )
    app[SERVICE] = service
    for route, handler in HANDLERS.items():
        if route.method == "GET":
            app.router.add_get(route.template, handler)  # and HEAD
        else:
            app.router.add_post(route.template, handler)
    app.router.add_get("/cdn/{asset}/{name}", handlers_files.cdn)
    return app
