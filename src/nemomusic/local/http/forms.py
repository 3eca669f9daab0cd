"""Parts of a form (RFC 7578), and the names in their headers, whatever the names hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from aiohttp import BodyPartReader, MultipartReader, hdrs
from multidict import CIMultiDict, CIMultiDictProxy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

_PARAMETER: Final = re.compile(
    r""";\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"\s*(?=;|$)|"([^"]*)"|([^;]*))""", re.DOTALL
)
"""A parameter of `Content-Disposition`: its name, then its value, which is in quotation marks with
or without escapes, or bare."""
_MOST_LINES: Final = 1000
"""Lines before and between the parts of a form. A part needs up to three."""


class FormReader(MultipartReader):
    """aiohttp's reader of forms, with names of files that aiohttp's own parser does not read.

    This reader also limits the number of lines outside of the files, such as the lines before the
    first part. aiohttp reads all such lines that have arrived. The event loop waits until then.

    aiohttp's parser refuses a name with two semicolons, writes a warning with the name to standard
    error, and removes leading slashes.

    Attributes:
        name: The name of the part that was read last, or None.
        filename: The name of its file, or None.
    """

    name: str | None = None
    filename: str | None = None
    _lines = 0

    @classmethod
    def of(cls, request: web.Request) -> FormReader:
        """Return the reader of a request's body.

        Raises:
            ValueError: The body is no form.
        """
        return cls(request.headers, request.content)

    async def fetch_next_part(self) -> MultipartReader | BodyPartReader:
        """See `MultipartReader.fetch_next_part`."""
        part = await super().fetch_next_part()
        headers = CIMultiDict(part.headers)
        said = parameters(headers.popall(hdrs.CONTENT_DISPOSITION, [""])[0])
        self.name, self.filename = said.get("name"), said.get("filename")
        part.headers = CIMultiDictProxy(headers)
        return part

    async def _readline(self) -> bytes:
        self._lines += 1
        if self._lines > _MOST_LINES:
            raise ValueError("too many lines between the parts of the form")
        return await super()._readline()


def media_type(headers: Mapping[str, str]) -> str:
    """Return the media type that headers name, without its parameters, in lower case."""
    return headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip().lower()


def parameters(disposition: str) -> dict[str, str]:
    """Return the parameters of a `Content-Disposition`, by their names in lower case.

    A `filename*` (RFC 8187) goes before `filename`. Of a parameter that is there twice, the first
    counts.
    """
    found: dict[str, str] = {}
    for name, escaped, quoted, bare in _PARAMETER.findall(disposition):
        value = re.sub(r'\\(["\\])', r"\1", escaped) if escaped else quoted or bare.strip()
        found.setdefault(name.lower(), value)
    extended = found.pop("filename*", "").split("'", 2)
    if len(extended) == 3 and extended[0].lower() in {"utf-8", "iso-8859-1"}:
        found["filename"] = unquote(extended[2], extended[0], "replace")
    return found
