"""Read and write JSON. orjson reads it if the extra `speed` is installed.

Facts about orjson, 3.10:

* It reads an integer beyond 64 bits as a float. `loads(exact=True)` does not, since JSON that is
posted back must be equal to the JSON that was received.
* It refuses NaN, Infinity and lone surrogates, which the standard library reads. So the standard
library reads all texts that orjson refuses.
* It spells some floats in another way, such as 1e16. So JSON is always written by the standard
  library.

Apart from integers beyond 64 bits, results are the same with and without orjson, up to some 990
levels of nesting. Beyond that, Python 3.11's own reader gives up before orjson does (at 1024); both
raise a ValueError.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from nemomusic.models.values.json_text import compact_json

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS: Final = bytes(
    0x30 if byte in b"0123456789" else 0x3A if byte in b"[,:- \t\r\n" else 0x20
    for byte in range(256)
)
"""A table for `bytes.translate`: digits become 0, what can precede a number a colon, others a
space."""
_LONG: Final = b"0" * 19
"""The digits of the shortest integer that may need more than 64 bits: 2**63 is above 9 * 10**18."""


def _first_loads(data: bytes | str | memoryview) -> Any:
    """Import orjson, and read the first text with it. So making a client does not import it."""
    global _orjson_loads  # noqa: PLW0603 - bound once, by the first call
    try:
        import orjson
    except ImportError:  # the extra is not installed
        _orjson_loads = None
        raise ValueError("no orjson") from None
    _orjson_loads = orjson.loads
    return orjson.loads(data)


_orjson_loads: Callable[[bytes | str | memoryview], Any] | None = _first_loads


def loads(data: bytes | str | memoryview, *, exact: bool = False) -> Any:
    """Read JSON.

    Args:
        data: The text; a memoryview holds UTF-8.
        exact: Keep integers beyond 64 bits, for JSON that is posted back. Otherwise they may become
            floats.

    Raises:
        ValueError: The text is not JSON, not UTF-8, or nested too deeply.
    """
    if _orjson_loads is not None and not (exact and _has_long_integer(data)):
        try:
            return _orjson_loads(data)
        except ValueError:
            pass
    try:
        return json.loads(str(data, "utf-8") if isinstance(data, memoryview) else data)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _has_long_integer(data: bytes | str | memoryview) -> bool:
    """Return whether 19 digits follow a character that can precede a number.

    Digits after a quotation mark do not count, since session ids are strings of 19 digits.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)
    kinds = raw.translate(_KINDS)
    return b":" + _LONG in kinds or kinds.startswith(_LONG)


def dumps(value: Any) -> bytes:
    """Write compact JSON as UTF-8. It raises the same errors as `compact_json`."""
    return compact_json(value).encode()
