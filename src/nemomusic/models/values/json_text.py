"""Write JSON as compact text. The whole package writes JSON by this function."""

from __future__ import annotations

import json
from typing import Final

_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ESCAPING: Final = json.JSONEncoder(separators=(",", ":"))


def compact_json(value: object) -> str:
    """Return `value` as JSON text without white space, with keys in their order.

    Characters beyond ASCII stay readable. If the text has half of a surrogate pair, which UTF-8
    can't encode, all characters beyond ASCII are escaped.

    Raises:
        TypeError: The value has no JSON form.
        ValueError: The value contains itself.
    """
    text = _COMPACT.encode(value)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _ESCAPING.encode(value)
    return text
