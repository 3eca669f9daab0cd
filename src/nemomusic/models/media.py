"""A file in a session: what an upload answers, and what the state lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nemomusic.models.draft import as_number, as_size, as_text, must_be_object

if TYPE_CHECKING:
    from collections.abc import Mapping


@attrs.frozen(repr=False)
class Media:
    """A view over one entry of an upload's `files`, or of a state's `video_infos`.

    The contract lists the keys of the former only; those are tried on both. A property is None
    where the entry has no such key.

    Attributes:
        raw: the entry as received, unknown fields included.
    """

    raw: Mapping[str, Any] = attrs.field(factory=dict, validator=must_be_object)

    @property
    def filename(self) -> str | None:
        """The name it was uploaded under."""
        return as_text(self.raw.get("filename"))

    @property
    def file_type(self) -> str | None:
        """Normally "video", "image" or "audio"."""
        return as_text(self.raw.get("file_type"))

    @property
    def url(self) -> str | None:
        """Where it is kept."""
        return as_text(self.raw.get("cdn_url"))

    @property
    def duration(self) -> float | None:
        """Length in seconds."""
        return as_number(self.raw.get("duration"))

    @property
    def width(self) -> int | None:
        """Width in pixels."""
        return as_size(self.raw.get("width"))

    @property
    def height(self) -> int | None:
        """Height in pixels."""
        return as_size(self.raw.get("height"))

    @property
    def fps(self) -> float | None:
        """Frames per second."""
        return as_number(self.raw.get("fps"))

    @property
    def hash(self) -> str | None:
        """The service's hash of the content; its kind is undocumented."""
        return as_text(self.raw.get("hash"))

    def __str__(self) -> str:
        length = "" if self.duration is None else f", {self.duration:g} s"
        return f"{self.filename or 'a file'} ({self.file_type or 'unknown type'}{length})"

    def __repr__(self) -> str:
        return f"Media(filename={self.filename!r}, duration={self.duration})"
