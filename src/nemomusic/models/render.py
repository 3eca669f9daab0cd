"""The status of an export, in either of its two shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

Phase = Literal["pending", "processing", "completed", "failed", "cancelled", "unknown"]
_PHASES: dict[str, Phase] = {
    "pending": "pending",
    "processing": "processing",
    "completed": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}


@attrs.frozen
class RenderStatus:
    """A view over what the renderer says of a job.

    Attributes:
        raw: as it came, unknown fields included.
    """

    raw: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def _output(self) -> Mapping[str, Any]:
        output = self.raw.get("output")
        return output if isinstance(output, dict) else {}

    @property
    def id(self) -> str | None:
        """The job's id (`taskId` in one shape, `id` in the other)."""
        value = self.raw.get("taskId") or self.raw.get("id")
        return value if isinstance(value, str) else None

    @property
    def phase(self) -> Phase:
        """`pending`, `processing`, `completed`, `failed`, `cancelled`; `unknown` for others."""
        value = self.raw.get("status")
        return _PHASES.get(value.lower(), "unknown") if isinstance(value, str) else "unknown"

    @property
    def progress(self) -> float:
        """Percent, 0 to 100."""
        value = self.raw.get("progress")
        if isinstance(value, int | float) and not isinstance(value, bool):
            return max(0.0, min(100.0, float(value)))
        return 100.0 if self.phase == "completed" else 0.0

    @property
    def url(self) -> str | None:
        """Where the result is, once completed."""
        value = self._output.get("url") or self.raw.get("outputUrl")
        return value if isinstance(value, str) and value else None

    @property
    def duration(self) -> float | None:
        """Seconds of the result, if the service says so."""
        value = self._output.get("duration")
        return float(value) if isinstance(value, int | float) else None

    @property
    def size(self) -> int | None:
        """Bytes of the result, if the service says so."""
        value = self._output.get("size")
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def error(self) -> str | None:
        """The renderer's own words on a failure."""
        for key in ("error", "errorMessage", "message"):
            value = self.raw.get(key)
            if isinstance(value, dict):
                value = value.get("message")
            if isinstance(value, str) and value:
                return value
        return None

    @property
    def done(self) -> bool:
        """Whether it will not change any more."""
        return self.phase in {"completed", "failed", "cancelled"}

    def __str__(self) -> str:
        return f"{self.phase} {self.progress:.0f} %"
