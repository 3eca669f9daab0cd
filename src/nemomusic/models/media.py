"""What an upload became."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


@attrs.frozen
class Media:
    """A view over one entry of `data.files`.

    Attributes:
        raw: the entry as it came, unknown fields included.
    """

    raw: Mapping[str, Any] = attrs.field(repr=False)

    def _text(self, key: str) -> str | None:
        value = self.raw.get(key)
        return value if isinstance(value, str) else None

    @property
    def filename(self) -> str:
        """The name it was uploaded under; empty if the service did not say."""
        return self._text("filename") or ""

    @property
    def file_type(self) -> str | None:
        """`video`, `image` or `audio`."""
        return self._text("file_type")

    @property
    def cdn_url(self) -> str | None:
        """Where the service keeps it."""
        return self._text("cdn_url")

    @property
    def duration(self) -> float | None:
        """Seconds."""
        return _number(self.raw.get("duration"))

    @property
    def width(self) -> float | None:
        """Pixels."""
        return _number(self.raw.get("width"))

    @property
    def height(self) -> float | None:
        """Pixels."""
        return _number(self.raw.get("height"))

    @property
    def fps(self) -> float | None:
        """Pictures a second."""
        return _number(self.raw.get("fps"))

    @property
    def hash(self) -> str | None:
        """The service's hash of the content; its kind is undocumented."""
        return self._text("hash")

    def __str__(self) -> str:
        length = "" if self.duration is None else f", {self.duration:g} s"
        return f"{self.filename} ({self.file_type or 'file'}{length})"
