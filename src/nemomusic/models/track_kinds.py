"""The kinds of a draft's tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

TrackKind = Literal["video", "audio", "text", "unknown"]

TRACK_KINDS: Final[Mapping[int, TrackKind]] = {0: "video", 1: "audio", 7: "text"}
"""The track types (`tt`) that are documented (docs/protocol.md, "State")."""
