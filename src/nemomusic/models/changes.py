"""What an edit changed: two drafts compared, told in words.

About 30 % of edits end with no text at all, only tool calls (contract, section 2 "stream"):
then this is what the caller gets to read.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from nemomusic.models.draft import Draft, Segment, TrackKind, fingerprint
from nemomusic.models.timeline import Timeline, TimelineEntry, seconds_text, spoken, tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

ChangeKind = Literal["added", "removed", "changed"]

NOUNS: Final[Mapping[str, Mapping[TrackKind | None, str]]] = {
    "en": {"video": "video", "audio": "music", "text": "title", "unknown": "segment"},
    "zh": {"video": "视频", "audio": "配乐", "text": "标题", "unknown": "片段"},
}
SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "added": "Added {what}.",
        "removed": "{What} removed.",
        "volume": "{What} volume {before} → {after}.",
        "shorter": "{What} trimmed from {before} to {after}.",
        "longer": "{What} extended from {before} to {after}.",
        "start": "{What} moved from {before} to {after}.",
        "name": "{What} replaced: {before} → {after}.",
        "source": "{What} has new content.",
        "text": "{What} text {before} → {after}.",
        "position": "{What} position {before} → {after}.",
        "style": "{What} style {before} → {after}.",
        "bpm": "{What} tempo {before} → {after} bpm.",
        "key": "{What} key {before} → {after}.",
        "fade in": "{What} fade-in {before} → {after}.",
        "fade out": "{What} fade-out {before} → {after}.",
        "picture fade in": "Picture fade-in {before} → {after}.",
        "picture fade out": "Picture fade-out {before} → {after}.",
        "other": "{What} {before} → {after}.",
        "project title": "Project title {before} → {after}.",
        "size": "Picture size {before} → {after}.",
        "length": "Length {before} → {after}.",
        "more": "{count} more changes.",
        "details": "The timeline changed in details this SDK does not know.",
        "nothing": "The timeline did not change.",
        "unset": "none",
    },
    "zh": {
        "added": "已添加{what}。",
        "removed": "已删除{what}。",
        "volume": "{what}音量 {before} → {after}。",
        "shorter": "{what}从 {before} 剪短到 {after}。",
        "longer": "{what}从 {before} 延长到 {after}。",
        "start": "{what}从 {before} 移到 {after}。",
        "name": "{what}已替换：{before} → {after}。",
        "source": "{what}内容已更新。",
        "text": "{what}文字 {before} → {after}。",
        "position": "{what}位置 {before} → {after}。",
        "style": "{what}风格 {before} → {after}。",
        "bpm": "{what}速度 {before} → {after} BPM。",
        "key": "{what}调性 {before} → {after}。",
        "fade in": "{what}淡入 {before} → {after}。",
        "fade out": "{what}淡出 {before} → {after}。",
        "picture fade in": "画面淡入 {before} → {after}。",
        "picture fade out": "画面淡出 {before} → {after}。",
        "other": "{what} {before} → {after}。",
        "project title": "项目标题 {before} → {after}。",
        "size": "画面尺寸 {before} → {after}。",
        "length": "总时长 {before} → {after}。",
        "more": "另有 {count} 处更改。",
        "details": "时间线有变化，但涉及本 SDK 不了解的细节。",
        "nothing": "时间线没有变化。",
        "unset": "无",
    },
}
MOST_SENTENCES: Final = 12
"""A summary is to be read: of more changes than this, the rest is counted."""


def _metadata(key: str) -> Callable[[Segment], Any]:
    def read(segment: Segment) -> Any:
        value = segment.metadata.get(key)
        return value if isinstance(value, str | int | float) else None

    return read


def _fade(holder: Mapping[str, Any], key: str) -> float | None:
    value = holder.get(key)
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return value / 1000 if known and value else None  # no fade and one of no length are the same


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
    # What follows are keys of the embedded backend.
    "style": _metadata("style"),
    "bpm": _metadata("bpm"),
    "key": _metadata("key"),
    "position": _metadata("position"),
    "fade in": lambda segment: _fade(segment.raw, "fi"),
    "fade out": lambda segment: _fade(segment.raw, "fo"),
}
"""What is compared in two versions of one segment, besides its start."""

DRAFT_ATTRIBUTES: Final[Mapping[str, Callable[[Draft], Any]]] = {
    "project title": lambda draft: draft.title,
    "size": lambda draft: f"{draft.width}x{draft.height}" if draft.width and draft.height else None,
    "picture fade in": lambda draft: _picture_fade(draft, "fade_in"),
    "picture fade out": lambda draft: _picture_fade(draft, "fade_out"),
    "length": lambda draft: draft.duration,
}


@attrs.frozen(kw_only=True)
class Change:
    """One difference.

    Attributes:
        kind: "added", "removed" or "changed".
        track: what its track holds; None for the draft as a whole.
        what: "segment", or what changed in it: "start", a key of ATTRIBUTES or
            of DRAFT_ATTRIBUTES.
        before: the entry that was removed, or the old value; times in seconds.
        after: the entry that was added, or the new value; times in seconds.
        subject: the segment it is about, where there are several of its kind.
    """

    kind: ChangeKind
    track: TrackKind | None
    what: str
    before: TimelineEntry | str | float | None = None
    after: TimelineEntry | str | float | None = None
    subject: TimelineEntry | None = None

    def text(self, language: str = "en") -> str:
        """Return the change as a sentence: Chinese for zh, zh-CN and the like, else English."""
        spoken_in = spoken(language)
        sentences = SENTENCES[spoken_in]
        form, noun = self.what, NOUNS[spoken_in].get(self.track, "")
        entry = self.subject
        if self.kind != "changed":
            form = self.kind
            held = self.after if self.kind == "added" else self.before
            entry = held if isinstance(held, TimelineEntry) else None
        elif self.what == "duration":
            numbers = isinstance(self.before, float) and isinstance(self.after, float)
            form = "other"
            if numbers and self.before != self.after:
                form = "shorter" if self.after < self.before else "longer"  # type: ignore[operator]
        between = "" if spoken_in == "zh" else " "
        parts = [noun]
        if entry is not None:
            parts.append(entry.quoted(language))
            if self.kind == "added":
                parts.append(entry.span(language))
        what = between.join(part for part in parts if part)
        return sentences[form].format(
            what=what,
            What=what[:1].upper() + what[1:],
            before=self._value(self.before, language),
            after=self._value(self.after, language),
        )

    def _value(self, value: object, language: str) -> str:
        chinese = spoken(language) == "zh"
        if value is None:
            return SENTENCES[spoken(language)]["unset"]
        if isinstance(value, str):
            quoted = self.what in {"name", "text", "project title"}
            marks = ("“{}”" if chinese else '"{}"') if quoted else "{}"
            return marks.format(tidy(value))
        if isinstance(value, int | float):
            if self.what == "volume":
                return f"{round(value * 100)}%"
            if self.what in {"start", "duration", "length"} or "fade" in self.what:
                return seconds_text(value) + ("秒" if chinese else "s")
            return seconds_text(value)
        return ""

    def __str__(self) -> str:
        return self.text()


@attrs.frozen(kw_only=True)
class Changes:
    """The difference between two drafts. True if there is any.

    Attributes:
        different: whether the drafts differ as JSON at all, unknown keys included. The order of
            the keys of an object is no difference.
        added_audio: whether audio segments are there that were not there like this before.
    """

    different: bool = False
    added_audio: bool = False
    _drafts: tuple[Draft, Draft] | None = attrs.field(default=None, repr=False, alias="drafts")

    @cached_property
    def items(self) -> tuple[Change, ...]:
        """The differences that can be named. Found when first asked for: not everybody asks."""
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
        sentences = SENTENCES[spoken(language)]
        if not self.different:
            return sentences["nothing"]
        if not self.items:
            return sentences["details"]
        told = [change.text(language) for change in self.items[:MOST_SENTENCES]]
        if len(self.items) > MOST_SENTENCES:
            told.append(sentences["more"].format(count=len(self.items) - MOST_SENTENCES))
        return ("" if spoken(language) == "zh" else " ").join(told)

    def __str__(self) -> str:
        return self.text()


def compare(before: Draft | None, after: Draft | None) -> Changes:
    """Compare two drafts. None, for a draft that isn't there, is the same as an empty one."""
    old, new = before or Draft(), after or Draft()
    was, now = _counts(old), _counts(new)
    # More pieces than before are a difference, whatever they are: no need to look into them.
    if was == now and fingerprint(old.raw) == fingerprint(new.raw):
        return Changes()
    added = sum(now["audio"]) > sum(was["audio"]) or _added_audio(old, new)
    return Changes(different=True, added_audio=added, drafts=(old, new))


def _counts(draft: Draft) -> dict[TrackKind, list[int]]:
    """How many segments the tracks of each kind have."""
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
        # The length follows from the segments: told only when nothing else explains it.
        if was != now and not (what == "length" and items):
            items.append(
                Change(kind="changed", track=None, what=what, before=was, after=now),
            )
    return items


@attrs.frozen(eq=False)
class _Placed:
    """A segment, where it lies, and its JSON as a hash."""

    segment: Segment
    entry: TimelineEntry
    print: str


def _placed(draft: Draft) -> dict[TrackKind, list[_Placed]]:
    placed: dict[TrackKind, list[_Placed]] = {}
    for track, shown in zip(draft.tracks, Timeline.of(draft).tracks, strict=True):
        for segment, entry in zip(track.segments, shown.entries, strict=True):
            placed.setdefault(track.kind, []).append(
                _Placed(segment, entry, fingerprint(segment.raw))
            )
    return placed


def _piece(item: _Placed) -> Hashable:
    # Pieces of one source are told apart by where in it they begin.
    source, inside = _source(item.segment), item.segment.raw.get("in")
    return None if source is None else (source, inside if isinstance(inside, int) else None)


def _text_at(item: _Placed) -> Hashable:
    return item.entry.start if item.entry.kind == "text" else None


MATCHES: Final[tuple[Callable[[_Placed], Hashable], ...]] = (
    lambda item: item.segment.id,
    lambda item: item.print,
    _piece,
    lambda item: _source(item.segment),
    lambda item: item.entry.name,
    _text_at,
)
"""How a segment is found again in the other draft, the surest way first."""


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
    if was.print == now.print:
        return
    values = [(what, read(was.segment), read(now.segment)) for what, read in ATTRIBUTES.items()]
    # A start that neither draft says follows from the segments before it.
    if was.segment.start is not None or now.segment.start is not None:
        values.append(("start", was.entry.start, now.entry.start))
    for what, before, after in values:
        if before != after:
            yield Change(
                kind="changed", track=kind, what=what, before=before, after=after, subject=subject
            )


def _added_audio(before: Draft, after: Draft) -> bool:
    def held(draft: Draft) -> Counter[str]:
        return Counter(
            fingerprint(segment.raw) for track in draft.audio_tracks for segment in track.segments
        )

    return bool(held(after) - held(before))
