"""The base classes of results, and their conversion to dictionaries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, cast

import attrs

if TYPE_CHECKING:
    from nemomusic.models.values.response_meta import ResponseMeta


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
