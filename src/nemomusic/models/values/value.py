"""The base classes of results: conversion to dictionaries, and data of the HTTP answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum
from typing import Any, ClassVar, Final, cast

import attrs

from nemomusic.secret import redact

_REQUEST_IDS: Final = ("X-Request-Id", "X-Trace-Id", "X-Amzn-RequestId", "CF-Ray")
_KEPT_BACK: Final = frozenset({"set-cookie", "authorization", "proxy-authorization"})
"""Names of headers that may hold a secret."""


class Value:
    """A result. It can be pickled and copied, and is equal to a result with the same values."""

    __slots__ = ()
    _shown: ClassVar[tuple[str, ...]] = ()
    """The attributes that `to_dict` shows; empty for all public ones."""

    def to_dict(self) -> dict[str, Any]:
        """Return the values by name, ready for `json.dumps`. They contain no secret.

        The names are the names of the attributes. The query of a URL is left out, since it may be a
        signature.
        """
        shown = {name: json_ready(getattr(self, name)) for name in self._shown or _public(self)}
        if isinstance(url := shown.get("url"), str):
            shown["url"] = url.partition("?")[0]
        return shown

    def _repr_html_(self) -> str:
        """Return a small table, which a notebook shows. It loads nothing and names no folder."""
        from nemomusic.models.values.html_table import (
            html_table,  # most programs run in no notebook
        )

        return html_table(type(self).__name__, self._html_rows(), drawing=self._drawing())

    def _html_rows(self) -> dict[str, object]:
        """Return the values of the table by name."""
        return {name: getattr(self, name) for name in self._shown or _public(self)}

    def _drawing(self) -> str:
        """Return the HTML above the table."""
        return ""


def _public(value: Value) -> list[str]:
    kind = cast("type[attrs.AttrsInstance]", type(value))
    names = [field.name for field in attrs.fields(kind)]
    return [name for name in names if not name.startswith("_") and name != "response"]


def json_hash(value: Any) -> int:
    """Return a hash of a JSON value. The order of keys does not count."""
    if isinstance(value, Mapping):
        return hash(frozenset((key, json_hash(held)) for key, held in value.items()))
    if isinstance(value, list | tuple):
        return hash(tuple(map(json_hash, value)))
    return hash(value)


def json_ready(value: Any) -> Any:
    """Return a value that `json.dumps` takes."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Enum):
        return json_ready(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): json_ready(held) for key, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_ready(held) for held in value]
    to_dict = getattr(value, "to_dict", None)
    if callable(to_dict):
        return to_dict()
    if attrs.has(type(value)):
        fields = [field.name for field in attrs.fields(type(value)) if field.repr]
        return {name: json_ready(getattr(value, name)) for name in fields}
    return str(value)


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the id by which the service knows a request, to quote to its support, or None.

    Args:
        headers: Headers of the answer. The mapping ignores case.
    """
    for name in _REQUEST_IDS:
        value = headers.get(name)
        if value:
            return redact(value)[:128]
    return None


class ResponseMeta:
    """Status, id and headers of the answer that held a result.

    Args:
        status: HTTP status.
        request_id: The id that was sent, for an answer that names none.
        headers: The headers of the answer.

    Attributes:
        status: HTTP status; None if nothing was sent because the work was done already.
    """

    __slots__ = ("_headers", "_sent_id", "status")
    status: int | None

    def __init__(
        self, status: int | None, request_id: str | None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self._sent_id = request_id
        self._headers: Mapping[str, str] = {} if headers is None else headers

    @property
    def request_id(self) -> str | None:
        """The id of the request, which the service's support can look up.

        It is the service's id, or else the `X-Request-Id` that was sent. None if nothing was sent.
        """
        return request_id(self._headers) or self._sent_id

    @property
    def headers(self) -> dict[str, str]:
        """The headers, with their names in lower case. Cookies are left out."""
        lower = {name.lower(): value for name, value in self._headers.items()}
        return {name: value for name, value in lower.items() if name not in _KEPT_BACK}

    def to_dict(self) -> dict[str, Any]:
        """Return status and request id by name."""
        return {"status": self.status, "request_id": self.request_id}

    def __repr__(self) -> str:
        return f"<ResponseMeta HTTP {self.status}, request {self.request_id}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return ResponseMeta, (self.status, self.request_id, self.headers)


@attrs.frozen(kw_only=True)
class AnswerValue(Value):
    """A result that came in an answer of the service.

    Attributes:
        response: Status, request id and headers of that answer; None for a result that was made
            from the journal. A comparison of results ignores this attribute.
    """

    response: ResponseMeta | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def request_id(self) -> str | None:
        """The id of the request, which the service's support can look up; None if there is none."""
        return None if self.response is None else self.response.request_id


class LiveHandle:
    """A handle that holds connections. It can't be pickled or copied."""

    __slots__ = ()
    _instead: ClassVar[str] = "Keep its id, and attach it where it is needed."

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError(
            f"a {type(self).__name__} can't be pickled or copied: it holds connections. "
            f"{self._instead}"
        )
