"""The difference between two drafts, as values and in words.

About 30 % of edits end without text, only with tool calls (docs/protocol.md, "Message"). The caller
then gets this difference.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

import attrs

from nemomusic.models import language as texts
from nemomusic.models.drafts.draft import Draft, Segment, as_views, fingerprint
from nemomusic.models.drafts.timeline import Timeline, TimelineEntry, seconds_text, tidy
from nemomusic.models.values.value import Value
from nemomusic.models.values.wire_numbers import as_finite

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from nemomusic.models.track_kinds import TrackKind

ChangeKind = Literal["added", "removed", "changed"]

MAX_SENTENCES: Final = 12
"""Sentences that a summary may have; further changes are only counted."""
SILENCE_DB: Final = -90.0
"""Decibels from which on a part of the music is silent (docs/local-backend.md, "Keys")."""


def _metadata(key: str) -> Callable[[Segment], Any]:
    def read(segment: Segment) -> Any:
        value = segment.metadata.get(key)
        known = isinstance(value, str | bool) or as_finite(value) is not None
        return value if known else None

    return read


def _fade(fields: Mapping[str, Any], key: str) -> float | None:
    value = fields.get(key)
    number = as_finite(value)
    return number / 1000 if number else None  # no fade and a fade of length 0 are the same


def _picture_fade(draft: Draft, key: str) -> float | None:
    about = draft.raw.get("m")
    return _fade(about, key) if isinstance(about, dict) else None


def _source(segment: Segment) -> str | None:
    # The query of a URL is often a signature, new at every reading.
    return None if segment.url is None else segment.url.partition("?")[0]


ATTRIBUTES: Final[Mapping[str, Callable[[Segment], Any]]] = {
    "name": lambda segment: segment.name,
    "source": _source,
    "text": lambda segment: segment.text,
    "duration": lambda segment: segment.duration,
    "volume": lambda segment: segment.volume,
    # The other keys belong to the embedded backend.
    "style": _metadata("style"),
    "bpm": _metadata("bpm"),
    "key": _metadata("key"),
    "position": _metadata("position"),
    "fade in": lambda segment: _fade(segment.raw, "fi"),
    "fade out": lambda segment: _fade(segment.raw, "fo"),
    "duck": lambda segment: "off" if segment.raw.get("duck") is False else None,
}
"""The values that are compared in two versions of one segment, besides its start."""

DRAFT_ATTRIBUTES: Final[Mapping[str, Callable[[Draft], Any]]] = {
    "project title": lambda draft: draft.title,
    "size": lambda draft: f"{draft.width}x{draft.height}" if draft.width and draft.height else None,
    "picture fade in": lambda draft: _picture_fade(draft, "fade_in"),
    "picture fade out": lambda draft: _picture_fade(draft, "fade_out"),
    "length": lambda draft: draft.duration,
}


@attrs.frozen(kw_only=True)
class Change(Value):
    """One difference.

    Attributes:
        kind: "added", "removed" or "changed".
        track: The kind of the track; None for the draft itself.
        what: "segment", or the name of the value that changed: "start", "level", a key of
            ATTRIBUTES or a key of DRAFT_ATTRIBUTES.
        before: The entry that was removed, or the old value; times in seconds, levels in decibels.
        after: The entry that was added, or the new value; times in seconds, levels in decibels.
        subject: The segment that changed, if there are several segments of its kind. For a "level",
            the part of the segment that has this level.
    """

    kind: ChangeKind
    track: TrackKind | None
    what: str
    before: TimelineEntry | str | float | None = None
    after: TimelineEntry | str | float | None = None
    subject: TimelineEntry | None = None

    def text(self, language: str = "en") -> str:
        """Return the change as a sentence: Chinese for zh, zh-CN and the like, else English."""
        form, entry = self.what, self.subject
        if self.kind != "changed":
            form = self.kind
            held = self.after if self.kind == "added" else self.before
            entry = held if isinstance(held, TimelineEntry) else None
        elif self.what == "duration":
            form = "other"
            if isinstance(self.before, float) and isinstance(self.after, float):
                if self.after < self.before:
                    form = "shorter"
                elif self.after > self.before:
                    form = "longer"
        elif self.what == "duck":
            form = "duck off" if self.after else "duck on"
        elif self.what == "level":
            form = self._level_form()
        parts = [texts.NOUNS[self.track].text(language)]
        if entry is not None:
            parts.append(entry.quoted(language))
            if self.kind == "added":
                parts.append(entry.span(language))
        what = texts.WORD_GAP.text(language).join(part for part in parts if part)
        return texts.CHANGES[form].text(
            language,
            what=what,
            What=what[:1].upper() + what[1:],
            before=self._value(self.before, language),
            after=self._value(self.after, language),
            level=f"{abs(self.after):g}" if isinstance(self.after, float) else "",
            span="" if self.subject is None else self.subject.from_to(language),
        )

    def _level_form(self) -> str:
        level = self.after if isinstance(self.after, float) else 0.0
        if level <= SILENCE_DB:
            return "silent"
        return "quieter" if level < 0 else "louder" if level > 0 else "usual level"

    def _value(self, value: object, language: str) -> str:
        if value is None:
            return texts.UNSET.text(language)
        if isinstance(value, str):
            if self.what in {"name", "text", "project title"}:
                return texts.QUOTED.text(language, tidy(value))
            return tidy(value)
        if isinstance(value, int | float):
            if self.what == "volume":
                return f"{round(value * 100)}%"
            if self.what in {"start", "duration", "length"} or "fade" in self.what:
                return texts.SECONDS.text(language, seconds_text(value))
            return seconds_text(value)
        return ""

    def __str__(self) -> str:
        return self.text()


@attrs.frozen(kw_only=True)
class Changes(Value):
    """The difference between two drafts. As a boolean, it is true if there is any difference.

    Attributes:
        different: Whether the drafts differ as JSON, unknown keys included. The order of an
            object's keys does not count.
        added_audio: Whether the new draft has an audio segment that is new or was changed.
    """

    _shown: ClassVar[tuple[str, ...]] = ("different", "added_audio", "items")
    different: bool = False
    added_audio: bool = False
    _drafts: tuple[Draft, Draft] | None = attrs.field(default=None, repr=False, alias="drafts")

    @cached_property
    def items(self) -> tuple[Change, ...]:
        """The differences that have a name. They are computed when a program first reads them."""
        return () if self._drafts is None else tuple(_items(*self._drafts))

    def __repr__(self) -> str:
        return (
            f"Changes(different={self.different}, added_audio={self.added_audio}, "
            f"items={self.items!r})"
        )

    def __bool__(self) -> bool:
        return self.different

    def text(self, language: str = "en") -> str:
        """Return a summary in sentences: Chinese for zh, zh-CN and the like, else English."""
        if not self.different:
            return texts.NO_CHANGES.text(language)
        if not self.items:
            return texts.UNNAMED_CHANGES.text(language)
        sentences = [change.text(language) for change in self.items[:MAX_SENTENCES]]
        if len(self.items) > MAX_SENTENCES:
            count = len(self.items) - MAX_SENTENCES
            sentences.append(texts.MORE_CHANGES.text(language, count=count))
        return texts.SENTENCE_GAP.text(language).join(sentences)

    def __str__(self) -> str:
        return self.text()


def compare(before: Draft | None, after: Draft | None) -> Changes:
    """Compare two drafts. None means a missing draft, and is equal to an empty draft."""
    old, new = before or Draft(), after or Draft()
    was, now = _counts(old), _counts(new)
    # Other counts of segments are a difference by themselves.
    if was == now and fingerprint(old.raw) == fingerprint(new.raw):
        return Changes()
    added = sum(now["audio"]) > sum(was["audio"]) or _added_audio(old, new)
    return Changes(different=True, added_audio=added, drafts=(old, new))


def _counts(draft: Draft) -> dict[TrackKind, list[int]]:
    """Return how many segments the tracks of each kind have."""
    counts: dict[TrackKind, list[int]] = {"audio": []}
    for track in draft.tracks:
        counts.setdefault(track.kind, []).append(len(track.segments))
    return counts


def _items(old: Draft, new: Draft) -> list[Change]:
    items: list[Change] = []
    placed_before, placed_after = _placed(old), _placed(new)
    kinds: tuple[TrackKind, ...] = ("video", "audio", "text", "unknown")
    for kind in kinds:
        items += _compare_kind(kind, placed_before.get(kind, []), placed_after.get(kind, []))
    for what, read in DRAFT_ATTRIBUTES.items():
        was, now = read(old), read(new)
        # The length follows from the segments. It is mentioned only when nothing else explains it.
        if was != now and not (what == "length" and items):
            items.append(
                Change(kind="changed", track=None, what=what, before=was, after=now),
            )
    return items


@attrs.frozen(eq=False)
class _Placed:
    """A segment, its place on the timeline, and a hash of its JSON."""

    segment: Segment
    entry: TimelineEntry
    digest: str


def _placed(draft: Draft) -> dict[TrackKind, list[_Placed]]:
    placed: dict[TrackKind, list[_Placed]] = {}
    for track, shown in zip(draft.tracks, Timeline.of(draft).tracks, strict=True):
        for segment, entry in zip(track.segments, shown.entries, strict=True):
            placed.setdefault(track.kind, []).append(
                _Placed(segment, entry, fingerprint(segment.raw))
            )
    return placed


def _piece(item: _Placed) -> Hashable:
    # Two pieces of one source differ in where in the source they begin.
    source, inside = _source(item.segment), item.segment.raw.get("in")
    return None if source is None else (source, inside if isinstance(inside, int) else None)


def _text_at(item: _Placed) -> Hashable:
    return item.entry.start if item.entry.kind == "text" else None


MATCHES: Final[tuple[Callable[[_Placed], Hashable], ...]] = (
    lambda item: item.segment.id,
    lambda item: item.digest,
    _piece,
    lambda item: _source(item.segment),
    lambda item: item.entry.name,
    _text_at,
)
"""The ways to find a segment again in the other draft, the most certain first."""


def _compare_kind(kind: TrackKind, before: list[_Placed], after: list[_Placed]) -> list[Change]:
    pairs: list[tuple[_Placed, _Placed]] = []
    gone, come = before, after
    for way in MATCHES:
        if not gone or not come:
            break
        by_sign: dict[Hashable, list[_Placed]] = {}
        for new in reversed(come):
            by_sign.setdefault(way(new), []).append(new)
        by_sign.pop(None, None)
        found = [(item, same.pop()) for item in gone if (same := by_sign.get(way(item)))]
        matched = {id(item) for pair in found for item in pair}
        gone = [item for item in gone if id(item) not in matched]
        come = [item for item in come if id(item) not in matched]
        pairs += found
    several = len(before) > 1 or len(after) > 1
    order = {id(new): place for place, new in enumerate(after)}
    pairs.sort(key=lambda pair: order[id(pair[1])])
    changes = [Change(kind="removed", track=kind, what="segment", before=i.entry) for i in gone]
    changes += [Change(kind="added", track=kind, what="segment", after=i.entry) for i in come]
    for was, now in pairs:
        changes += _compare_segment(kind, was, now, subject=was.entry if several else None)
    return changes


def _compare_segment(
    kind: TrackKind, was: _Placed, now: _Placed, *, subject: TimelineEntry | None
) -> Iterable[Change]:
    if was.digest == now.digest:
        return
    values = [(what, read(was.segment), read(now.segment)) for what, read in ATTRIBUTES.items()]
    # A start that is in neither draft follows from the segments before it.
    if was.segment.start is not None or now.segment.start is not None:
        values.append(("start", was.entry.start, now.entry.start))
    for what, before, after in values:
        if before != after:
            yield Change(
                kind="changed", track=kind, what=what, before=before, after=after, subject=subject
            )
    yield from _compare_levels(kind, was, now, name=None if subject is None else subject.name)


def _levels(segment: Segment) -> dict[tuple[float, float], float]:
    """Return the levels of the embedded backend: decibels, by start and end in seconds."""
    levels: dict[tuple[float, float], float] = {}
    for _, span in as_views(segment.raw.get("env")):
        start, length, level = (as_finite(span.get(key)) for key in ("s", "d", "db"))
        if start is not None and length is not None and level is not None:
            levels[start / 1000, (start + length) / 1000] = level
    return levels


def _compare_levels(
    kind: TrackKind, was: _Placed, now: _Placed, *, name: str | None
) -> Iterable[Change]:
    old, new = _levels(was.segment), _levels(now.segment)
    for (start, end), level in {**dict.fromkeys(old), **new}.items():
        before = old.get((start, end))
        covered = level is None and any(first < end and start < last for first, last in new)
        over = now.entry.end is not None and start >= now.entry.end
        if before != level and not covered and not over:
            part = TimelineEntry(kind=kind, name=name, start=start, end=end, duration=end - start)
            yield Change(
                kind="changed", track=kind, what="level", before=before, after=level, subject=part
            )


def _added_audio(before: Draft, after: Draft) -> bool:
    def held(draft: Draft) -> Counter[str]:
        return Counter(
            fingerprint(segment.raw) for track in draft.audio_tracks for segment in track.segments
        )

    return bool(held(after) - held(before))
