"""A timeline in words: the one-line summary users know, in English or Chinese."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Self

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nemomusic.models.draft import Draft, Segment, Track, TrackKind

LABELS: Final[Mapping[str, Mapping[TrackKind, str]]] = {
    "en": {"video": "Video", "audio": "BGM", "text": "Title", "unknown": "Track"},
    "zh": {"video": "视频", "audio": "配乐", "text": "标题", "unknown": "轨道"},
}
MEDIA_SUFFIX: Final = re.compile(
    r"(?<=.)\.(?:mp4|mov|avi|webm|mkv|jpe?g|png|gif|webp|mp3|wav|m4a|aac)$", re.IGNORECASE
)
"""Extensions of the types the service accepts (contract, section 2 "uploads")."""
LONGEST_NAME: Final = 60


def spoken(language: str) -> str:
    """Return the language summaries are written in: "zh" for any Chinese, else "en"."""
    return "zh" if language.replace("_", "-").lower().split("-")[0] == "zh" else "en"


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
class TimelineEntry:
    """One segment on the timeline.

    Attributes:
        kind: what its track holds.
        name: its name, or the words of a title; None when unknown.
        start: in seconds; laid behind the segment before it when the draft doesn't say.
        end: in seconds; None when start or duration is unknown.
        duration: in seconds.
        volume: from 0 to 1.
    """

    kind: TrackKind
    name: str | None = None
    start: float | None = None
    end: float | None = None
    duration: float | None = None
    volume: float | None = None

    @classmethod
    def of(cls, kind: TrackKind, segment: Segment, *, start: float | None) -> Self:
        """Look at `segment`, which begins at `start`."""
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
        """Return the name in the quotation marks of the language; empty when unknown."""
        if self.name is None:
            return ""
        return f"“{self.name}”" if spoken(language) == "zh" else f'"{self.name}"'

    def span(self, language: str = "en") -> str:
        """Return time and volume in brackets, such as (0-10s, 35%); empty when both unknown."""
        chinese = spoken(language) == "zh"
        unit = "秒" if chinese else "s"
        parts = []
        if self.start is not None and self.end is not None:
            parts.append(f"{seconds_text(self.start)}-{seconds_text(self.end)}{unit}")
        elif self.start is not None:
            start = f"{seconds_text(self.start)}{unit}"
            parts.append(f"从{start}起" if chinese else f"from {start}")
        elif self.duration is not None:
            parts.append(f"{seconds_text(self.duration)}{unit}")
        # A shot at its own full volume is nothing to mention.
        if self.volume is not None and (self.kind == "audio" or self.volume < 1):
            parts.append(f"{round(self.volume * 100)}%")
        if not parts:
            return ""
        return f"（{'，'.join(parts)}）" if chinese else f"({', '.join(parts)})"

    def text(self, language: str = "en") -> str:
        """Return name and span, such as `Lo-fi (0-10s, 35%)`."""
        name = self.quoted(language) if self.kind == "text" else self.name or ""
        between = "" if spoken(language) == "zh" else " "
        return between.join(part for part in (name, self.span(language)) if part)

    def __str__(self) -> str:
        return self.text()


@attrs.frozen(kw_only=True)
class TimelineTrack:
    """One track of the timeline: its number from 1 on, its kind and its entries."""

    number: int
    kind: TrackKind
    entries: tuple[TimelineEntry, ...] = ()

    @classmethod
    def of(cls, number: int, track: Track) -> Self:
        """Look at `track`. Segments without a start are laid end to end."""
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
        chinese = spoken(language) == "zh"
        label = f"{self.number}. {LABELS[spoken(language)][self.kind]}"
        shown = [entry.text(language) for entry in self.entries]
        shown = [text for text in shown if text]
        if not self.entries:
            return f"{label}（空）" if chinese else f"{label} (empty)"
        if not shown:
            return label
        named = any(entry.name for entry in self.entries)
        if chinese:
            return f"{label}{'：' if named else ''}{'、'.join(shown)}"
        return f"{label}{':' if named else ''} {', '.join(shown)}"

    def __str__(self) -> str:
        return self.text()


@attrs.frozen
class Timeline:
    """What is on the timeline. `str(timeline)` is the one-line summary in English."""

    tracks: tuple[TimelineTrack, ...] = ()

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """Look at `draft`."""
        return cls(
            tuple(TimelineTrack.of(number, track) for number, track in enumerate(draft.tracks, 1))
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """One line per track, in English."""
        return tuple(track.text() for track in self.tracks)

    @property
    def duration(self) -> float:
        """Where the last entry ends, in seconds; 0 when nothing is known."""
        ends = [entry.end for track in self.tracks for entry in track.entries]
        return max((end for end in ends if end is not None), default=0.0)

    def text(self, language: str = "en") -> str:
        """Return the summary in one line: Chinese for zh, zh-CN and the like, else English."""
        count = len(self.tracks)
        parts = [track.text(language) for track in self.tracks]
        if spoken(language) == "zh":
            return f"时间线（{count} 条轨道）：{' '.join(parts)}" if count else "时间线（空）"
        if not count:
            return "Timeline (empty)"
        return f"Timeline ({count} track{'s' if count > 1 else ''}): {' '.join(parts)}"

    def __str__(self) -> str:
        return self.text()
