"""JSON in and out, through orjson where it is installed (extra `speed`), with identical results.

orjson reads integers beyond 64 bits as floats and refuses NaN, Infinity and lone surrogates;
the standard library reads them all. So orjson is asked only when no run of 19 digits is in the
text, and the standard library has the last word whenever orjson refuses. Writing is always the
standard library's: the two spell floats such as 1e16 differently, and a draft has to go back as
it came.

Results are the same up to some 990 levels of nesting; beyond, Python 3.11's own reader gives up
before orjson does (at 1024), and says so with the same ValueError.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable


def _first_loads(data: bytes | str | memoryview) -> Any:
    """Stand in for orjson's until there is something to read: a client is made without it."""
    global _orjson_loads  # noqa: PLW0603 - bound once, by whichever call comes first
    try:
        import orjson
    except ImportError:  # the extra is not installed
        _orjson_loads = None
        raise ValueError("no orjson") from None
    _orjson_loads = orjson.loads
    return orjson.loads(data)


_orjson_loads: Callable[[bytes | str | memoryview], Any] | None = _first_loads

_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SHAPES: Final = bytes(
    0x30 if byte in b"0123456789" else 0x3A if byte in b"[,:- \t\r\n" else 0x20
    for byte in range(256)
)
"""Digits become 0, what can stand before a number a colon, and all else a space."""
_LONG: Final = b"0" * 19
"""10**18 has 19 digits; 2**63 is above 9 * 10**18."""
_EDGE: Final = 19
"""Bytes of a number of 19 digits that may lie on either side of a cut, with what begins it."""
_EXACT: Final = 2.0**63
"""orjson reads an integer of 64 bits as one; a longer one becomes a float that is no smaller."""
_FEW: Final = 32
_SAMPLED: Final = 1000
"""Characters from which looking at every ninth first is quicker than looking at all."""


def has_long_number(data: bytes | str) -> bool:
    """Whether there is a run of 19 digits that begins a number, as none inside quotes does.

    Session ids are strings of 19 digits.
    """
    if len(data) > _SAMPLED:  # such a run holds two neighbours of those that are 9 apart
        few = data[8::9]
        raw = few.encode("utf-8", "surrogatepass") if isinstance(few, str) else few
        if b"00" not in raw.translate(_SHAPES):
            return False
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    shapes = raw.translate(_SHAPES)
    return b":" + _LONG in shapes or shapes.startswith(_LONG)


class NumberWatch:
    """Looks for long numbers in a stream, a piece at a time: far quicker than event by event."""

    def __init__(self) -> None:
        self._tail = b""

    def found(self, piece: bytes) -> bool:
        """Whether there may be a number of 19 digits that ends in this piece."""
        if len(piece) < 2 * _EDGE:
            piece = self._tail + piece
            self._tail = piece[-_EDGE:]
            return has_long_number(piece)
        edge = self._tail + piece[:_EDGE]  # long pieces are not copied for the sake of an edge
        self._tail = piece[-_EDGE:]
        return has_long_number(piece) or has_long_number(edge)


def loads(data: bytes | str, *, plain: bool = False) -> Any:
    """Read JSON.

    Args:
        data: the text.
        plain: that it holds no number of 19 digits is known.

    Raises:
        ValueError: it is not JSON, not UTF-8, or nested too deeply.
    """
    if _orjson_loads is not None and (plain or not has_long_number(data)):
        try:
            return _orjson_loads(data)
        except ValueError:
            pass
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def loads_long(data: memoryview) -> Any:
    """Read JSON from UTF-8 that lies in a larger block, without a copy of it.

    What is no UTF-8 is read as U+FFFD, as event streams are. Otherwise as `loads`.
    """
    if _orjson_loads is not None:
        try:
            value = _orjson_loads(data)
        except ValueError:
            pass
        else:
            if _unrounded(value):
                return value
    return loads(str(data, "utf-8", "replace"))


def _unrounded(value: Any) -> bool:
    """Whether a look at what orjson has read shows that it rounded no number.

    Long texts are mostly a few values, one of them long: these are looked at sooner than the text.
    """
    if type(value) is dict:
        for one in value.values():
            if type(one) is not str:
                break
        else:
            return True
    values, seen = [value], 0
    while values:
        one = values.pop()
        kind = type(one)
        if kind is str:
            continue
        if kind is float:
            if not -_EXACT < one < _EXACT:
                return False
        elif kind is dict or kind is list:
            seen += len(one)
            if seen > _FEW:
                return False
            values += one.values() if kind is dict else one
    return True


def dumps(value: Any) -> bytes:
    """Write compact JSON as UTF-8.

    Raises:
        TypeError: the value has no JSON form.
        ValueError: it contains itself.
    """
    try:
        return _COMPACT.encode(value).encode()
    except UnicodeEncodeError:  # a lone surrogate: only an escape can carry it
        return json.dumps(value, separators=(",", ":")).encode()
