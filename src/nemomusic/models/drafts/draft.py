"""The draft as views over the JSON that the service sent.

The SDK sends a draft back as it came, so it never builds a part of the draft again.

The keys `t`, `tt`, `sg`, `d` and `m` are documented (docs/protocol.md, "State"). The other keys
that this module reads (`s`, `vol`, `m.name`, `m.text`, `m.url`) are keys of the embedded backend
and of recorded streams. If a key is missing, or its value has another type, the property is None.
The raw value stays in `raw`.
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import attrs

from nemomusic.models.track_kinds import TRACK_KINDS, TrackKind
from nemomusic.models.values.json_text import compact_json
from nemomusic.models.values.wire_numbers import as_number

_SORTED: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def fingerprint(value: object) -> str:
    """Hash the JSON text of `value` (hex). The order of keys doesn't count; 5000 is not 5000.0."""
    text = _SORTED.encode(value)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def as_mapping(value: object) -> Mapping[str, Any]:
    """Return `value` if it is a JSON object, else an empty object."""
    return value if type(value) is dict or isinstance(value, Mapping) else {}


def as_views(value: object) -> tuple[tuple[int, Mapping[str, Any]], ...]:
    """Return the JSON objects of an array with their positions; () if it is not an array."""
    if not isinstance(value, list | tuple):
        return ()
    return tuple(
        (at, item)
        for at, item in enumerate(value)
        if type(item) is dict or isinstance(item, Mapping)
    )


def as_text(value: object) -> str | None:
    """Return a string that holds more than white space; None for anything else."""
    return value if isinstance(value, str) and value.strip() else None


def as_whole(value: object, *, at_least: int = 0) -> int | None:
    """Return a whole number of at least `at_least`; None for anything else."""
    number = as_number(value, at_least=at_least)
    return int(number) if number is not None and number.is_integer() else None


def as_size(value: object) -> int | None:
    """Return a whole number of pixels above 0; None for anything else."""
    return as_whole(value, at_least=1)


def _seconds(value: object) -> float | None:
    milliseconds = as_number(value)
    return None if milliseconds is None else milliseconds / 1000


def _milliseconds(seconds: float) -> int:
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"a time is a finite number of seconds from 0 on, not {seconds!r}")
    return round(seconds * 1000)


def must_be_object(_: object, field: attrs.Attribute[Any], value: object) -> None:
    """Validate that a view looks at a JSON object.

    Raises:
        TypeError: The value is something else.
    """
    if type(value) is not dict and not isinstance(value, Mapping):
        raise TypeError(f"{field.name} is a JSON object, not {type(value).__name__}")


@attrs.frozen(eq=False, repr=False)
class _View:
    """A JSON object as received. Two views of one class are equal if their JSON is equal.

    Attributes:
        raw: The object. Do not change it.
    """

    raw: Mapping[str, Any] = attrs.field(factory=dict, validator=must_be_object)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as received, copied."""
        return copy.deepcopy(dict(self.raw))

    def to_json(self) -> str:
        """Return the compact JSON text: keys in the order received, unknown ones included."""
        return compact_json(self.raw)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The object under `m`; empty if there is none. Do not change it."""
        return as_mapping(self.raw.get("m"))

    def with_metadata(self, **values: object) -> Self:
        """Return a copy with these keys of `m` set."""
        return self._with(m={**self.metadata, **values})

    def _with(self, **values: object) -> Self:
        raw = copy.deepcopy(dict(self.raw))
        raw.update(copy.deepcopy(values))
        return type(self)(raw)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return fingerprint(self.raw) == fingerprint(other.raw)

    def __hash__(self) -> int:
        return hash(fingerprint(self.raw))


class Segment(_View):
    """One piece of a track: a shot, a piece of music, a title."""

    __slots__ = ()

    @property
    def id(self) -> str | None:
        """The segment's id; None if it has no id."""
        return as_text(self.raw.get("id"))

    @property
    def duration(self) -> float | None:
        """Length in seconds."""
        return _seconds(self.raw.get("d"))

    @property
    def start(self) -> float | None:
        """The start on the timeline, in seconds; None if the draft doesn't say."""
        return _seconds(self.raw.get("s"))

    @property
    def name(self) -> str | None:
        """The name or title of the segment."""
        return as_text(self.metadata.get("name")) or as_text(self.metadata.get("title"))

    @property
    def text(self) -> str | None:
        """The text of a title."""
        return as_text(self.metadata.get("text"))

    @property
    def volume(self) -> float | None:
        """The volume from 0 to 1; None if it is unknown or has another scale."""
        return as_number(self.raw.get("vol"), at_most=1.0)

    @property
    def url(self) -> str | None:
        """The address of the media."""
        return as_text(self.metadata.get("url"))

    def with_volume(self, volume: float) -> Self:
        """Return a copy with this volume.

        Raises:
            ValueError: The volume is not a number from 0 to 1.
        """
        if as_number(volume, at_most=1.0) is None:
            raise ValueError(f"a volume is a number from 0 to 1, not {volume!r}")
        return self._with(vol=volume)

    def with_start(self, seconds: float) -> Self:
        """Return a copy that starts at `seconds`.

        Raises:
            ValueError: The time is negative, infinite or NaN.
        """
        return self._with(s=_milliseconds(seconds))

    def with_duration(self, seconds: float) -> Self:
        """Return a copy that lasts `seconds`.

        Raises:
            ValueError: The time is negative, infinite or NaN.
        """
        return self._with(d=_milliseconds(seconds))

    def with_name(self, name: str) -> Self:
        """Return a copy called `name`."""
        return self.with_metadata(name=name)

    def with_text(self, text: str) -> Self:
        """Return a copy that shows `text`."""
        return self.with_metadata(text=text)

    def __repr__(self) -> str:
        volume = "" if self.volume is None else f", volume={self.volume}"
        return f"Segment(name={self.name!r}, start={self.start}, duration={self.duration}{volume})"


class Track(_View):
    """One layer of the timeline and its segments."""

    __slots__ = ()

    @property
    def kind(self) -> TrackKind:
        """The kind of the segments, from `tt`; "unknown" for an undocumented type."""
        number = as_whole(self.raw.get("tt"))
        return "unknown" if number is None else TRACK_KINDS.get(number, "unknown")

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments in the order of the draft, without entries that are not objects."""
        return tuple(Segment(item) for _, item in as_views(self.raw.get("sg")))

    @property
    def is_empty(self) -> bool:
        """Whether `sg` is missing or empty: such a track has nothing to render."""
        held = self.raw.get("sg")
        return not (isinstance(held, list | tuple) and held)

    def with_segments(self, segments: Iterable[Segment]) -> Self:
        """Return a copy that holds these segments and no others."""
        return self._with(sg=[segment.raw for segment in segments])

    def with_segment(self, index: int, segment: Segment) -> Self:
        """Return a copy with `segments[index]` replaced by `segment`.

        Raises:
            IndexError: There is no object at this index.
        """
        return self._with(sg=_replaced(self.raw.get("sg"), index, segment.raw))

    def __repr__(self) -> str:
        return f"Track(kind={self.kind!r}, segments={len(self.segments)})"


class Draft(_View):
    """A project's timeline as the service keeps it."""

    __slots__ = ()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a draft from JSON text.

        Raises:
            ValueError: The text is not a JSON object.
        """
        value = json.loads(text)
        if not isinstance(value, dict):  # the text is wrong, not the type of the argument
            raise ValueError(f"a draft is a JSON object, not {type(value).__name__}")  # noqa: TRY004
        return cls(value)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The tracks in the order of the draft, without entries that are not objects."""
        return tuple(Track(item) for _, item in as_views(self.raw.get("t")))

    @property
    def video_tracks(self) -> tuple[Track, ...]:
        """The tracks of kind "video"."""
        return self._of_kind("video")

    @property
    def audio_tracks(self) -> tuple[Track, ...]:
        """The tracks of kind "audio"."""
        return self._of_kind("audio")

    @property
    def text_tracks(self) -> tuple[Track, ...]:
        """The tracks of kind "text"."""
        return self._of_kind("text")

    @property
    def duration(self) -> float | None:
        """The length in seconds, as `d` of the draft says."""
        return _seconds(self.raw.get("d"))

    @property
    def title(self) -> str | None:
        """The name of the project, which is not drawn. `text_tracks` has the drawn titles."""
        return as_text(self.metadata.get("title"))

    @property
    def width(self) -> int | None:
        """Width of the frame in pixels."""
        return as_size(self.metadata.get("width"))

    @property
    def height(self) -> int | None:
        """Height of the frame in pixels."""
        return as_size(self.metadata.get("height"))

    @property
    def exportable(self) -> bool:
        """Whether a track has segments; otherwise there is nothing to export (docs/protocol.md)."""
        return any(not track.is_empty for track in self.tracks)

    def with_title(self, title: str) -> Self:
        """Return a copy with another name of the project, which is not drawn into the video."""
        return self.with_metadata(title=title)

    def with_size(self, width: int, height: int) -> Self:
        """Return a copy with another frame size: `width` and `height`, in pixels.

        Raises:
            ValueError: A side is not a whole number from 1 on.
        """
        if as_size(width) is None or as_size(height) is None:
            raise ValueError(f"a size is two whole numbers from 1 on, not {width!r} x {height!r}")
        return self.with_metadata(width=width, height=height)

    def with_duration(self, seconds: float) -> Self:
        """Return a copy whose `d` says `seconds`.

        Raises:
            ValueError: The time is negative, infinite or NaN.
        """
        return self._with(d=_milliseconds(seconds))

    def with_tracks(self, tracks: Iterable[Track]) -> Self:
        """Return a copy that holds these tracks and no others."""
        return self._with(t=[track.raw for track in tracks])

    def with_track(self, index: int, track: Track) -> Self:
        """Return a copy with `tracks[index]` replaced by `track`.

        Raises:
            IndexError: There is no object at this index.
        """
        return self._with(t=_replaced(self.raw.get("t"), index, track.raw))

    def _of_kind(self, kind: TrackKind) -> tuple[Track, ...]:
        return tuple(track for track in self.tracks if track.kind == kind)

    def __repr__(self) -> str:
        # The content is not shown: URLs in a draft may be signed.
        return f"Draft(tracks={len(self.tracks)}, duration={self.duration})"


def _replaced(held: object, index: int, raw: Mapping[str, Any]) -> list[Any]:
    """Return the array with its `index`-th object replaced."""
    position = as_views(held)[index][0]
    items = list(held) if isinstance(held, list | tuple) else []
    items[position] = raw
    return items
