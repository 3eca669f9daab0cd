"""A timeline as a summary of one line, in English or Chinese (docs/protocol.md, "State")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Self

import attrs

from nemomusic.models import language as texts
from nemomusic.models.file_types import EXTENSION_PATTERN
from nemomusic.models.values.value import Value

if TYPE_CHECKING:
    from nemomusic.models.drafts.draft import Draft, Segment, Track
    from nemomusic.models.svg_drawing import DrawnSegment
    from nemomusic.models.track_kinds import TrackKind

MEDIA_SUFFIX: Final = re.compile(rf"(?<=.){EXTENSION_PATTERN}$", re.IGNORECASE)
LONGEST_NAME: Final = 60
"""The highest number of characters of a name that are shown."""


def seconds_text(seconds: float) -> str:
    """Write seconds with at most one decimal: 5.3, 58."""
    return f"{seconds:.1f}".removesuffix(".0")


def tidy(name: str, *, longest: int = LONGEST_NAME) -> str:
    """Return a name on one line, without control characters and not too long to read."""
    shown = "".join(char if char.isprintable() else " " for char in name)
    shown = " ".join(shown.split())
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…"


def without_suffix(name: str) -> str:
    """Drop the extension of a media file: trip.mp4 is "trip", "v1.2 final" stays."""
    return MEDIA_SUFFIX.sub("", name)


@attrs.frozen(kw_only=True)
class TimelineEntry(Value):
    """One segment on the timeline.

    Attributes:
        kind: The kind of its track.
        name: The name of the segment, or the text of a title; None if it is not known.
        start: Start in seconds. If the draft has no start, the end of the segment before it.
        end: End in seconds; None if start or duration is not known.
        duration: Length in seconds.
        volume: Volume from 0 to 1.
    """

    kind: TrackKind
    name: str | None = None
    start: float | None = None
    end: float | None = None
    duration: float | None = None
    volume: float | None = None

    @classmethod
    def of(cls, kind: TrackKind, segment: Segment, *, start: float | None) -> Self:
        """Return the entry of `segment` of a track of this `kind`; it begins at `start` seconds."""
        name = segment.text or segment.name if kind == "text" else segment.name or segment.text
        if name is not None:
            name = tidy(name if kind == "text" else without_suffix(name)) or None
        length = segment.duration
        return cls(
            kind=kind,
            name=name,
            start=start,
            end=None if start is None or length is None else start + length,
            duration=length,
            volume=segment.volume,
        )

    def quoted(self, language: str = "en") -> str:
        """Return the name in the quotation marks of the language; "" if it is not known."""
        return "" if self.name is None else texts.QUOTED.text(language, self.name)

    def span(self, language: str = "en") -> str:
        """Return time and volume, such as (0-10s, 35%); "" if both are not known."""
        seconds, parts = texts.SECONDS, []
        if self.start is not None and self.end is not None:
            both = f"{seconds_text(self.start)}-{seconds_text(self.end)}"
            parts.append(seconds.text(language, both))
        elif self.start is not None:
            start = seconds.text(language, seconds_text(self.start))
            parts.append(texts.STARTS_AT.text(language, start))
        elif self.duration is not None:
            parts.append(seconds.text(language, seconds_text(self.duration)))
        # The full volume of a shot is the usual one, so it is not mentioned.
        if self.volume is not None and (self.kind == "audio" or self.volume < 1):
            muted = self.volume == 0
            parts.append(texts.MUTED.text(language) if muted else f"{round(self.volume * 100)}%")
        if not parts:
            return ""
        return texts.IN_BRACKETS.text(language, texts.COMMA.text(language).join(parts))

    def from_to(self, language: str = "en") -> str:
        """Return start and end in words, such as "from 4s to 6s"; "" if both are not known."""
        if self.start is None or self.end is None:
            return ""
        times = (texts.SECONDS.text(language, seconds_text(one)) for one in (self.start, self.end))
        return texts.FROM_TO.text(language, *times)

    def text(self, language: str = "en") -> str:
        """Return name and span, such as `Lo-fi (0-10s, 35%)`."""
        name = self.quoted(language) if self.kind == "text" else self.name or ""
        parts = [part for part in (name, self.span(language)) if part]
        return texts.WORD_GAP.text(language).join(parts)

    def __str__(self) -> str:
        return self.text()


@attrs.frozen(kw_only=True)
class TimelineTrack(Value):
    """One track of the timeline.

    Attributes:
        number: The position of the track, from 1.
        kind: The kind of its segments.
        entries: The segments of the track, in order.
    """

    number: int
    kind: TrackKind
    entries: tuple[TimelineEntry, ...] = ()

    @classmethod
    def of(cls, number: int, track: Track) -> Self:
        """Return the view of `track`, which has this `number` in the timeline, from 1.

        Segments without a start follow each other without a gap.
        """
        entries = []
        at: float | None = 0.0
        for segment in track.segments:
            start = segment.start if segment.start is not None else at
            entry = TimelineEntry.of(track.kind, segment, start=start)
            entries.append(entry)
            at = entry.end
        return cls(number=number, kind=track.kind, entries=tuple(entries))

    def text(self, language: str = "en") -> str:
        """Return the track's part of the summary, such as `2. BGM: Lo-fi (0-10s, 35%)`."""
        label = f"{self.number}. {texts.TRACKS[self.kind].text(language)}"
        if not self.entries:
            return texts.EMPTY_TRACK.text(language, label)
        shown = [text for text in (entry.text(language) for entry in self.entries) if text]
        if not shown:
            return label
        named = any(entry.name for entry in self.entries)
        between = (texts.COLON if named else texts.WORD_GAP).text(language)
        return f"{label}{between}{texts.LIST_COMMA.text(language).join(shown)}"

    def __str__(self) -> str:
        return self.text()


@attrs.frozen
class Timeline(Value):
    """The tracks of a draft. `str(timeline)` is the one-line summary in English.

    Attributes:
        tracks: The tracks, in the order of the draft.
    """

    tracks: tuple[TimelineTrack, ...] = ()

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """Return the timeline of `draft`."""
        return cls(
            tuple(TimelineTrack.of(number, track) for number, track in enumerate(draft.tracks, 1))
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """One line per track, in English."""
        return tuple(track.text() for track in self.tracks)

    @property
    def duration(self) -> float:
        """The end of the last entry, in seconds; 0 if no end is known."""
        ends = [entry.end for track in self.tracks for entry in track.entries]
        return max((end for end in ends if end is not None), default=0.0)

    def _drawing(self) -> str:
        from nemomusic.models.svg_drawing import draw_bars

        return draw_bars(bars_of(self), str(self), length=self.duration, width=480)

    def _html_rows(self) -> dict[str, object]:
        return {str(track.number): track.text().partition(" ")[2] for track in self.tracks}

    def text(self, language: str = "en") -> str:
        """Return the summary in one line: Chinese for zh, zh-CN and the like, else English."""
        if not self.tracks:
            return texts.EMPTY_TIMELINE.text(language)
        count = len(self.tracks)
        tracks = " ".join(track.text(language) for track in self.tracks)
        summary = texts.TIMELINE_OF_ONE if count == 1 else texts.TIMELINE
        return summary.text(language, count=count, tracks=tracks)

    def __str__(self) -> str:
        return self.text()


def bars_of(timeline: Timeline) -> list[DrawnSegment]:
    """Return the segments of a timeline as the bars of a drawing."""
    from nemomusic.models.svg_drawing import DrawnSegment  # most programs draw nothing

    return [
        DrawnSegment(
            row=row,
            kind=entry.kind,
            start=entry.start,
            end=entry.end,
            name=entry.name or "",
            words=str(entry),
        )
        for row, track in enumerate(timeline.tracks)
        for entry in track.entries
        if entry.start is not None
    ]
