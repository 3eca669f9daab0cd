"""A file in a session, from the answer to an upload or from the state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from nemomusic.models.drafts.draft import as_size, as_text, must_be_object
from nemomusic.models.values.value import AnswerValue, json_hash
from nemomusic.models.values.wire_numbers import as_number

if TYPE_CHECKING:
    from collections.abc import Mapping


@attrs.frozen(repr=False)
class Media(AnswerValue):
    """A view over one entry of an upload's `files`, or of a state's `video_infos`.

    Only the keys of an upload's `files` are documented (docs/protocol.md); they are read from both.
    A property is None where the entry has no such key.

    Attributes:
        raw: The entry as received, unknown fields included.
    """

    _shown: ClassVar[tuple[str, ...]] = (
        "filename",
        "file_type",
        "url",
        "duration",
        "width",
        "height",
        "fps",
        "hash",
        "warnings",
    )
    raw: Mapping[str, Any] = attrs.field(factory=dict, validator=must_be_object)

    @property
    def filename(self) -> str | None:
        """The name of the file at its upload."""
        return as_text(self.raw.get("filename"))

    @property
    def file_type(self) -> str | None:
        """Normally "video", "image" or "audio"."""
        return as_text(self.raw.get("file_type"))

    @property
    def url(self) -> str | None:
        """The address of the file."""
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
        """The service's hash of the content. The hash algorithm is not documented."""
        return as_text(self.raw.get("hash"))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about parts that are left out, and about assumptions.

        Only the embedded backend sends them.
        """
        return as_warnings(self.raw)

    def __str__(self) -> str:
        length = "" if self.duration is None else f", {self.duration:g} s"
        return f"{self.filename or 'a file'} ({self.file_type or 'unknown type'}{length})"

    def __hash__(self) -> int:
        return json_hash(self.raw)

    def __repr__(self) -> str:
        return f"Media(filename={self.filename!r}, duration={self.duration})"


def as_warnings(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the warnings under the embedded backend's own key (docs/protocol.md)."""
    own = raw.get("nemomusic")
    said = own.get("warnings") if isinstance(own, dict) else None
    return tuple(one for one in said if isinstance(one, str)) if isinstance(said, list) else ()
