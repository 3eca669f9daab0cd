"""The answer of `GET state` as a view: a project's draft, its media and its generated media."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from nemomusic.models.drafts.draft import (
    Draft,
    as_mapping,
    as_text,
    as_views,
    fingerprint,
    must_be_object,
)
from nemomusic.models.drafts.media import Media
from nemomusic.models.drafts.timeline import Timeline
from nemomusic.models.values.value import AnswerValue, json_hash

if TYPE_CHECKING:
    from collections.abc import Mapping


@attrs.frozen(repr=False)
class State(AnswerValue):
    """The `data` of `GET state`.

    Attributes:
        raw: The data as received, unknown fields included.
    """

    _shown: ClassVar[tuple[str, ...]] = (
        "session_id",
        "task_id",
        "task_name",
        "draft",
        "timeline",
        "media",
    )

    raw: Mapping[str, Any] = attrs.field(factory=dict, validator=must_be_object)

    @property
    def session_id(self) -> str | None:
        """The session's id, a string of digits that is too long for a float."""
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
        """The timeline as the service keeps it; an empty draft if there is none yet."""
        return Draft(as_mapping(self._inner.get("draft")))

    @property
    def timeline(self) -> Timeline:
        """The draft in words."""
        return Timeline.of(self.draft)

    @property
    def media(self) -> tuple[Media, ...]:
        """The files that were uploaded into the session (`video_infos`)."""
        return tuple(Media(item) for _, item in as_views(self._inner.get("video_infos")))

    @property
    def video_analyses(self) -> Mapping[str, Any]:
        """The service's analysis of the media. Its keys are not documented."""
        return as_mapping(self._inner.get("video_analyses"))

    @property
    def generated_media(self) -> Any:
        """The media that the service made, as received. Their keys are not documented."""
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

    def _drawing(self) -> str:
        return self.timeline._drawing()  # noqa: SLF001 - of the same layer

    def _html_rows(self) -> dict[str, object]:
        return {"project": self.task_name, "timeline": self.timeline, "media": self.media}

    def __hash__(self) -> int:
        return json_hash(self.raw)

    def __repr__(self) -> str:
        return f"State(session_id={self.session_id!r}, {self.timeline})"


def _identifier(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return as_text(value)
