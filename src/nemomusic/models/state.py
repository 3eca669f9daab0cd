"""What `GET state` answers, as a view: a project's draft, its media and what was generated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nemomusic.models.draft import (
    Draft,
    as_mapping,
    as_number,
    as_size,
    as_text,
    as_views,
    fingerprint,
    must_be_object,
)
from nemomusic.models.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Mapping


@attrs.frozen(repr=False)
class VideoInfo:
    """One entry of `video_infos`.

    The contract doesn't list its keys. Those of an upload's answer are tried; a property is
    None where the entry has no such key. `raw` holds the entry as received.
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
        """The service's hash of the content."""
        return as_text(self.raw.get("hash"))

    def __repr__(self) -> str:
        return f"VideoInfo(filename={self.filename!r}, duration={self.duration})"


@attrs.frozen(repr=False)
class State:
    """The `data` of `GET state`, as received in `raw`."""

    raw: Mapping[str, Any] = attrs.field(factory=dict, validator=must_be_object)

    @property
    def session_id(self) -> str | None:
        """The session; a string of digits too long for a float."""
        return _identifier(self.raw.get("session_id"))

    @property
    def task_id(self) -> str | None:
        """The task the session belongs to."""
        return _identifier(self.raw.get("task_id"))

    @property
    def task_name(self) -> str | None:
        """The project's name."""
        return as_text(self.raw.get("task_name"))

    @property
    def draft(self) -> Draft:
        """The timeline as kept by the service; an empty one when there is none yet."""
        return Draft(as_mapping(self._inner.get("draft")))

    @property
    def timeline(self) -> Timeline:
        """The draft in words."""
        return Timeline.of(self.draft)

    @property
    def media(self) -> tuple[VideoInfo, ...]:
        """What has been uploaded into the session (`video_infos`)."""
        return tuple(VideoInfo(item) for _, item in as_views(self._inner.get("video_infos")))

    @property
    def video_analyses(self) -> Mapping[str, Any]:
        """What the service saw in the media; its keys are undocumented."""
        return as_mapping(self._inner.get("video_analyses"))

    @property
    def generated_media(self) -> Any:
        """What the service made, as received; its shape is undocumented."""
        return self._inner.get("generated_media")

    @property
    def canvas(self) -> Mapping[str, Any]:
        """The canvas (`canvas_config`), as received."""
        return as_mapping(self._inner.get("canvas_config"))

    @property
    def exportable(self) -> bool:
        """Whether the draft has something to export."""
        return self.draft.exportable

    @property
    def fingerprint(self) -> str:
        """A hash (hex) that changes when the draft or the generated media change."""
        return fingerprint([self.draft.raw, self.generated_media])

    @property
    def _inner(self) -> Mapping[str, Any]:
        return as_mapping(self.raw.get("state"))

    def __repr__(self) -> str:
        return f"State(session_id={self.session_id!r}, {self.timeline})"


def _identifier(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return as_text(value)
