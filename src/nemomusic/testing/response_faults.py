"""The faults of responses: statuses, codes and wrong bodies."""

from __future__ import annotations

import json
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final, Literal

from nemomusic.testing.fault_script import fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

    from nemomusic.testing.fault_script import Fault, Moment

Spelling = Literal["code", "success", "status", "detail"]

_STATUS: Final = {0: 200, 1001: 401, 1002: 404, 2001: 200, 4001: 415, 4002: 413}


def json_response(
    body: Any, status: int, headers: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """Return an answer with a JSON body."""
    from aiohttp import web

    return web.Response(
        text=body if isinstance(body, str) else json.dumps(body),
        status=status,
        headers=headers,
        content_type="application/json",
    )


class ResponseFaults:
    """Makes the faults that replace the backend's answer."""

    @staticmethod
    def status(status: int, *, headers: Mapping[str, str] | None = None) -> Fault:
        """Answer with a plain HTTP status and a meaningless text, as a proxy does."""
        from aiohttp import web

        @fault(f"HTTP {status}")
        async def act(moment: Moment) -> web.StreamResponse:
            return web.Response(status=status, text="upstream said no", headers=headers)

        return act

    @staticmethod
    def status_after(status: int) -> Fault:
        """Serve the request, but answer with a plain HTTP status."""
        from aiohttp import web

        @fault(f"HTTP {status} though served")
        async def act(moment: Moment) -> web.StreamResponse:
            await moment.serve_unheard()
            return web.Response(status=status, text="upstream said no")

        return act

    @staticmethod
    def rate_limited(retry_after: float | None = None, *, date: bool = False) -> Fault:
        """Answer with 429, with or without `Retry-After`.

        Args:
            retry_after: Seconds, or None to leave the header out.
            date: Whether the header holds a date.
        """

        @fault(f"429{'' if retry_after is None else f' for {retry_after:g} s'}")
        async def act(moment: Moment) -> web.StreamResponse:
            headers = {}
            if retry_after is not None:
                when = moment.backend.clock.time() + retry_after
                headers["Retry-After"] = (
                    formatdate(when, usegmt=True) if date else f"{retry_after:.0f}"
                )
            return json_response({"code": 429, "message": "too many requests"}, 429, headers)

        return act

    @staticmethod
    def code(code: int, spelling: Spelling = "code", *, status: int | None = None) -> Fault:
        """Answer with an error code of the protocol, in place of an answer or of a stream.

        Args:
            code: A code such as 1001.
            spelling: `code` and `success` are the two envelopes. `status` has only the HTTP status.
                `detail` is the form of the agent server.
            status: HTTP status; None for the status that belongs to the code, which may be 200.
        """

        @fault(f"{code} as {spelling}{'' if status is None else f' with HTTP {status}'}")
        async def act(moment: Moment) -> web.StreamResponse:
            http = status if status is not None else _STATUS.get(code, code)
            words = "Session not found: 1" if code == 1002 else f"error {code}"
            bodies: dict[str, Any] = {
                "code": {"code": code, "message": words, "data": None},
                "success": {"success": False, "error": words, "code": code},
                "status": {},
                "detail": {"detail": words},
            }
            return json_response(bodies[spelling], http)

        return act

    @staticmethod
    def html(status: int = 200) -> Fault:
        """Answer with a web page, as a login or a proxy does."""
        from aiohttp import web

        @fault(f"HTML with HTTP {status}")
        async def act(moment: Moment) -> web.StreamResponse:
            page = "<!doctype html><title>Sign in</title>"
            return web.Response(status=status, text=page, content_type="text/html")

        return act

    @staticmethod
    def broken_json() -> Fault:
        """Answer with JSON that ends in the middle."""

        @fault("broken JSON")
        async def act(moment: Moment) -> web.StreamResponse:
            return json_response('{"code": 0, "data": {"tok', 200)

        return act

    @staticmethod
    def json(body: Any = None, status: int = 200) -> Fault:
        """Answer with some JSON, such as a plain answer in place of a stream."""

        @fault("JSON instead")
        async def act(moment: Moment) -> web.StreamResponse:
            good = {"code": 0, "message": "success", "data": {}}
            return json_response(good if body is None else body, status)

        return act
