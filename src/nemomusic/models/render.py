"""The status of an export, in one of its two forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs

from nemomusic.models.drafts.media import as_warnings
from nemomusic.models.values.value import AnswerValue, json_hash
from nemomusic.models.values.wire_numbers import as_finite, as_number

if TYPE_CHECKING:
    from collections.abc import Mapping

RenderState = Literal["pending", "processing", "completed", "failed", "cancelled", "unknown"]
_STATES: dict[str, RenderState] = {
    "pending": "pending",
    "processing": "processing",
    "completed": "completed",
    "failed": "failed",
    "error": "failed",
    "expired": "failed",
    "timeout": "failed",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}


@attrs.frozen
class RenderStatus(AnswerValue):
    """A render job's status, as a view over the renderer's answer.

    Attributes:
        raw: The answer as received, unknown fields included.
    """

    _shown: ClassVar[tuple[str, ...]] = (
        "id",
        "state",
        "progress",
        "url",
        "duration",
        "size",
        "error",
        "warnings",
    )
    raw: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def _output(self) -> Mapping[str, Any]:
        output = self.raw.get("output")
        return output if isinstance(output, dict) else {}

    @property
    def id(self) -> str | None:
        """The id of the render (`taskId` in one form, `id` in the other)."""
        value = self.raw.get("taskId") or self.raw.get("id")
        return value if isinstance(value, str) else None

    @property
    def state(self) -> RenderState:
        """`pending`, `processing`, `completed`, `failed` or `cancelled`; else `unknown`.

        `error`, `expired` and `timeout` count as `failed`. An unknown status counts as `completed`
        if the answer has the address of the result.
        """
        value = self.raw.get("status")
        word = value.strip().lower() if isinstance(value, str) else ""
        return _STATES.get(word, "unknown" if self.url is None else "completed")

    @property
    def progress(self) -> float:
        """The part of the render that is done, in percent from 0 to 100."""
        value = as_finite(self.raw.get("progress"))
        if value is not None:
            return max(0.0, min(100.0, value))
        return 100.0 if self.state == "completed" else 0.0

    @property
    def url(self) -> str | None:
        """The address of the result; None until the render is completed."""
        value = self._output.get("url") or self.raw.get("outputUrl")
        return value if isinstance(value, str) and value else None

    @property
    def duration(self) -> float | None:
        """The length of the result in seconds; None when the service does not say."""
        return as_number(self._output.get("duration"))

    @property
    def size(self) -> int | None:
        """The size of the result in bytes; None when the service does not say."""
        value = self._output.get("size")
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def error(self) -> str | None:
        """The renderer's message about a failure, or None."""
        for key in ("error", "errorMessage", "message"):
            value = self.raw.get(key)
            if isinstance(value, dict):
                value = value.get("message")
            if isinstance(value, str) and value:
                return value
        return None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about parts of the sources that are left out or changed.

        Only the embedded backend sends them.
        """
        return as_warnings(self.raw)

    @property
    def final(self) -> bool:
        """Whether the render is over: completed, failed or canceled."""
        return self.state in {"completed", "failed", "cancelled"}

    def __hash__(self) -> int:
        return json_hash(self.raw)

    def __str__(self) -> str:
        return f"{self.state} {self.progress:.0f} %"
