"""JSON in and out, through orjson where it is installed (extra `speed`), with identical results.

orjson reads integers beyond 64 bits as floats and refuses NaN, Infinity and lone surrogates;
the standard library reads them all. So orjson is asked only when no run of 19 digits is in the
text, and the standard library has the last word whenever orjson refuses. Writing is always the
standard library's: the two spell floats such as 1e16 differently, and a draft has to go back as
it came.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import orjson
except ImportError:  # the extra is not installed
    _orjson_loads: Callable[[bytes], Any] | None = None
else:
    _orjson_loads = orjson.loads

_DIGITS: Final = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_LONG: Final = b"0" * 19
"""10**18 has 19 digits; 2**63 is above 9 * 10**18."""


def loads(data: bytes | str) -> Any:
    """Read JSON.

    Raises:
        ValueError: it is not JSON (or not UTF-8).
    """
    if _orjson_loads is not None:
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        if _LONG not in raw.translate(_DIGITS):
            try:
                return _orjson_loads(raw)
            except ValueError:
                pass
    return json.loads(data)


def dumps(value: Any) -> bytes:
    """Write compact JSON as UTF-8.

    Raises:
        TypeError: the value has no JSON form.
        ValueError: it contains itself.
    """
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # a lone surrogate: only an escape can carry it
        return json.dumps(value, separators=(",", ":")).encode()
