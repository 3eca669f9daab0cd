"""Read and write drafts, and find the files of their segments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from nemomusic.local.errors import DraftError
from nemomusic.models.values.json_text import compact_json

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_KEY: Final = "nemomusic"
"""The key of the backend's extensions of the protocol. It is never in a draft."""
VIDEO: Final = 0
"""The type of a video track (`tt`)."""
AUDIO: Final = 1
"""The type of an audio track."""
TEXT: Final = 7
"""The type of a text track."""
MUSIC_VOLUME: Final = 0.35
"""The volume of new music, as in the service's own summaries ("BGM: Lo-fi (0-10s, 35%)")."""

compact: Final = compact_json
"""Return JSON text in the form that the whole backend uses."""


def parse_json(text: str | bytes) -> Any:
    """Read JSON text that this backend has written or accepted."""
    return json.loads(text)


def asset_key(segment: Mapping[str, Any]) -> str:
    """Return the key of the file that a segment shows or plays.

    The key is `m.asset`, else the part of `m.url` that follows `/cdn/`.

    Raises:
        DraftError: The segment names no file.
    """
    about = segment.get("m") or {}
    if not isinstance(about, dict):
        raise DraftError("a segment's 'm' is not an object")
    key = about.get("asset")
    if isinstance(key, str) and key:
        return key
    url = about.get("url")
    if isinstance(url, str):
        try:
            parts = urlsplit(url).path.split("/")
        except ValueError:
            parts = []
        if len(parts) >= 3 and parts[1] == "cdn":
            return parts[2]
    raise DraftError("a segment names no file (m.asset or m.url) of this backend")
