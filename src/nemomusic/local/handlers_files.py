"""Files by URL, as a CDN serves them: no token, ranges, entity tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import web

from nemomusic.local.answers import SERVICE

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.web import BaseRequest

    from nemomusic.local.service import Service

_FROM_START = re.compile(r"bytes=0-")


def count_download(service: Service, request: web.Request, asset: str) -> None:
    """Count a film that is fetched from its start; going on with one is no second download."""
    wanted = request.headers.get("Range")
    if request.method == "GET" and (wanted is None or _FROM_START.match(wanted)):
        render_id = service.store.count_download(asset)
        if render_id is not None:
            service.ledger.renders_downloaded[render_id] += 1


class SentFile(web.FileResponse):
    """aiohttp's file response, which knows dates in `If-Range`, but not entity tags.

    A tag that is no longer right means that the whole file is wanted (RFC 9110, 13.1.5).
    """

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """See `web.FileResponse.prepare`."""
        tag = request.headers.get("If-Range", "")
        if tag.startswith(('"', "W/")) and tag != self._own_tag():
            headers = request.headers.copy()
            headers.popall("Range", None)
            request = request.clone(headers=headers)
        return await super().prepare(request)

    def _own_tag(self) -> str:
        about = self._path.stat()
        return f'"{about.st_mtime_ns:x}-{about.st_size:x}"'


async def cdn(request: web.Request) -> web.StreamResponse:
    """`GET` and `HEAD /cdn/<key>/<name>`; the key alone decides."""
    service = request.app[SERVICE]
    asset = service.store.asset(request.match_info["asset"])
    if asset is None or not service.asset_path(asset).is_file():
        raise web.HTTPNotFound
    count_download(service, request, asset.asset)
    return SentFile(
        service.asset_path(asset),
        chunk_size=2**18,
        headers={"Cache-Control": "private, max-age=31536000, immutable"},
    )
