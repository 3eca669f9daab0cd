"""Copy tags, chapters and subtitles of a clip."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import av
from av.packet import Packet

from nemomusic.engine.media.containers.tag_encodings import readable_tag
from nemomusic.engine.media.decoding.opening import open_media
from nemomusic.engine.media.decoding.timestamps import demux

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer, OutputContainer
    from av.container.core import Chapter
    from av.subtitles.stream import SubtitleStream

    from nemomusic.engine.types import Probe

__all__ = ["Cue", "Extras", "Subtitles", "read_extras"]

_TEXT_CODECS: Final = frozenset(
    {"mov_text", "subrip", "srt", "text", "ass", "ssa", "webvtt", "hdmv_text_subtitle"}
)
"""FFmpeg's names of subtitles that are text. Others are images, captions in codes, or teletext."""
_STYLED: Final = frozenset({"ass", "ssa"})
"""FFmpeg's names of subtitles that contain their own style and position."""
_KEPT_TAGS: Final = frozenset(
    [
        "title",
        "artist",
        "album_artist",
        "album",
        "composer",
        "date",
        "creation_time",
        "comment",
        "genre",
        "copyright",
        "description",
        "synopsis",
        "grouping",
        "lyrics",
        "show",
        "episode_id",
        "network",
        "keywords",
        "location",
    ]
)
"""Tags that an MP4 can hold."""
_RENAMED: Final = {
    "com.apple.quicktime.location.iso6709": "location",
    "com.apple.quicktime.creationdate": "date",
    "com.apple.quicktime.title": "title",
    "com.apple.quicktime.description": "description",
    "com.apple.quicktime.artist": "artist",
    "location-eng": "location",
}
"""Tags that an MP4 holds under another name."""
_TECHNICAL: Final = re.compile(
    r"major_brand|minor_version|compatible_brands|encoder|software|handler_name|vendor_id|duration"
    r"|language|com\..*|creation_date|isft|tsre|timecode|.*statistics.*|bps.*|number_of_.*"
    r"|(application|company|product|generation|toolkit|operational|file_package|reel)_.*|.*_umid|uid"
)
"""Technical tags of programs, which are dropped without a warning."""
_DRAWING: Final = re.compile(r"\{[^}]*\\p[1-9][^}]*\}.*?(?=\{[^}]*\\p0|$)", re.DOTALL)
"""A shape that a subtitle draws, in numbers that are no text (Advanced SubStation Alpha)."""
_TICKS: Final = 1000
"""Ticks per second in the times of subtitles."""
_MAX_SUBTITLE_BYTES: Final = 65_535
"""The largest number of bytes of a subtitle: its length is stored in two bytes."""
_ASS_HEADER: Final = (
    b"[Script Info]\r\nScriptType: v4.00+\r\nPlayResX: 384\r\nPlayResY: 288\r\n\r\n"
    b"[V4+ Styles]\r\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour,"
    b" OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing,"
    b" Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\r\n"
    b"Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1\r\n"
    b"\r\n[Events]\r\n"
    b"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n"
)
"""The codec parameters from which FFmpeg writes the default style of an MP4's subtitles."""


@attrs.frozen
class Cue:
    """One subtitle: seconds into the video, and its text."""

    start: float
    end: float
    text: str


@attrs.frozen
class Subtitles:
    """One track of subtitles.

    Attributes:
        language: ISO 639-2, or "und".
        cues: In order of time.
    """

    language: str
    cues: tuple[Cue, ...]

    def packets(self, container: OutputContainer) -> Iterator[Packet[Any]]:
        """Add a stream to an MP4; return its packets, with silence between the cues."""
        stream: Any = container.add_stream("mov_text")
        stream.codec_context.subtitle_header = _ASS_HEADER
        stream.time_base = Fraction(1, _TICKS)
        stream.metadata["language"] = self.language

        def written() -> Iterator[Packet[Any]]:
            at = 0
            for cue in self.cues:
                start, end = round(cue.start * _TICKS), round(cue.end * _TICKS)
                start = max(start, at)
                if start > at:
                    yield _packet(stream, at, start, "")
                if end > start:
                    yield _packet(stream, start, end, cue.text)
                    at = end
            yield _packet(stream, at, at + 1, "")

        return written()


def _packet(stream: Any, start: int, end: int, text: str) -> Packet[Any]:
    data = text.encode("utf-8", "replace")[:_MAX_SUBTITLE_BYTES]
    packet = Packet(len(data).to_bytes(2, "big") + data)
    packet.pts = packet.dts = start
    packet.duration = end - start
    packet.time_base = Fraction(1, _TICKS)
    packet.stream = stream
    return packet


@attrs.frozen
class Extras:
    """The parts of a clip that are kept besides frames and sound.

    Attributes:
        tags: Names and values.
        chapters: Chapters in PyAV's form, on the video's clock.
        subtitles: The tracks of text subtitles.
        warnings: Parts that can't be kept, one sentence each.
    """

    tags: dict[str, str] = attrs.Factory(dict)
    chapters: tuple[Chapter, ...] = ()
    subtitles: tuple[Subtitles, ...] = ()
    warnings: tuple[str, ...] = ()

    def cut(self, path: str) -> Extras:
        """Return the extras that are kept if a part of the clip or several clips are used."""
        lost = [word for word, some in self._named() if some]
        if not lost:
            return Extras()
        said = (
            f"{Path(path).name}: its {' and '.join(lost)} are left out,"
            " because the video is not made of this clip alone, or not of all of it."
        )
        return Extras(warnings=(said,))

    def _named(self) -> tuple[tuple[str, bool], ...]:
        return ("chapters", bool(self.chapters)), ("subtitles", bool(self.subtitles))

    def start(self, container: OutputContainer) -> list[Iterator[Packet[Any]]]:
        """Add the extras to a new MP4; return the packets of its subtitles."""
        container.metadata.update(self.tags)
        if self.chapters:
            container.set_chapters(list(self.chapters))
        return [track.packets(container) for track in self.subtitles]


def read_extras(path: str, probe: Probe) -> Extras:
    """Read tags, chapters and subtitles of a clip.

    Args:
        path: The clip.
        probe: The probe of the clip.
    """
    if probe.kind != "video" or probe.tracks.video is None:
        return Extras()
    name = Path(path).name
    warnings: list[str] = []
    with open_media(path, frames=False) as container:
        tags, lost = _tags(container)
        if lost:
            warnings.append(f"{name}: tags left out: {', '.join(sorted(lost))}.")
        chapters = _chapters(container, probe)
        texts = [s for s in container.streams.subtitles if _codec(s) in _TEXT_CODECS]
        others = [s for s in container.streams.subtitles if s not in texts]
        if others:
            named = ", ".join(sorted({_codec(s) or "unknown" for s in others}))
            warnings.append(f"{name}: subtitles that are not text are left out ({named}).")
        subtitles = _subtitles(container, texts, probe) if texts else ()
        if subtitles and any(_codec(s) in _STYLED for s in texts):
            warnings.append(f"{name}: the style of its subtitles is left out.")
    return Extras(tags, chapters, subtitles, tuple(warnings))


def _codec(stream: SubtitleStream) -> str:
    context: Any = stream.codec_context
    return "" if context is None else str(context.codec.canonical_name)


def _tags(container: InputContainer) -> tuple[dict[str, str], set[str]]:
    """Return the tags that can be kept, and the names of those that can't."""
    kept: dict[str, str] = {}
    lost: set[str] = set()
    for key, value in container.metadata.items():
        name = _RENAMED.get(key.lower(), key.lower())
        if not value.strip():
            continue
        if name in _KEPT_TAGS and (text := readable_tag(value)) is not None:
            kept.setdefault(name, text)
        elif not _TECHNICAL.fullmatch(name):
            lost.add(_replaced(key))
    return kept, lost


def _chapters(container: InputContainer, probe: Probe) -> tuple[Chapter, ...]:
    milliseconds: Any = Fraction(1, _TICKS)  # PyAV 19 declares a type of its own, and takes both
    found: list[Chapter] = []
    for chapter in container.chapters():
        base = chapter["time_base"] or Fraction(1, _TICKS)
        start, end = (
            min(max(float(chapter[side] * base) - probe.tracks.origin, 0.0), probe.duration)
            for side in ("start", "end")
        )
        if end > start:
            found.append(
                {
                    "id": chapter["id"],
                    "start": round(start * _TICKS),
                    "end": round(end * _TICKS),
                    "time_base": milliseconds,
                    "metadata": {
                        key: readable_tag(value) or _replaced(value)
                        for key, value in chapter["metadata"].items()
                    },
                }
            )
    return tuple(found)


def _subtitles(
    container: InputContainer, streams: list[SubtitleStream], probe: Probe
) -> tuple[Subtitles, ...]:
    cues: dict[int, list[Cue]] = {stream.index: [] for stream in streams}
    codecs = {stream.index: _codec(stream) for stream in streams}
    try:
        for packet in demux(container, streams):
            if packet.pts is None or not packet.size:
                continue
            text = _plain(bytes(packet), codecs[packet.stream_index])
            start = float(packet.pts * packet.time_base) - probe.tracks.origin
            end = start + float((packet.duration or 0) * packet.time_base)
            start, end = max(start, 0.0), min(end, probe.duration)
            if text and end > start:
                cues[packet.stream_index].append(Cue(start, end, text))
    except av.FFmpegError:
        pass  # cues after the damage are lost; earlier cues are kept
    return tuple(
        Subtitles(stream.language or "und", tuple(sorted(cues[stream.index], key=_start)))
        for stream in streams
        if cues[stream.index]
    )


def _replaced(value: str) -> str:
    """Return a text without the bytes that could not be decoded."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _start(cue: Cue) -> float:
    return cue.start


def _plain(data: bytes, codec: str) -> str:
    """Return the text of a subtitle without its style codes."""
    if codec == "mov_text":
        return data[2 : 2 + int.from_bytes(data[:2], "big")].decode("utf-8", "replace").strip()
    text = data.decode("utf-8", "replace")
    if codec in {"ass", "ssa"}:
        text = _DRAWING.sub("", text.split(",", 8)[-1])
        text = (
            re.sub(r"\{[^}]*\}", "", text)
            .replace("\\N", "\n")
            .replace("\\n", "\n")
            .replace("\\h", " ")
        )
    return re.sub(r"<[^>]*>|\{\\[^}]*\}", "", text).replace("\r\n", "\n").strip()
