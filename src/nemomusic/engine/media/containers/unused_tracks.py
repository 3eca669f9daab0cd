"""Find the tracks besides video, sound and subtitles, and warn that they are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from av.stream import Disposition

from nemomusic.engine.media.containers.mp4_boxes import joined_files
from nemomusic.engine.media.containers.transport_stream import later_tracks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from av.container import InputContainer

    from nemomusic.engine.media.containers.mp4_boxes import SampleEntry

__all__ = ["unused_tracks"]

_TECHNICAL: Final = frozenset({"mebx", "rtp ", "text"})
"""Codes of technical tracks: measurements of an iPhone during the recording, hints for servers, the
titles of chapters.
"""
_NAMES: Final = {"tmcd": "tmcd, the timecode", "gpmd": "gpmd, the telemetry of a GoPro"}
"""The meanings of some codes of tracks."""
_MAX_NAMES: Final = 5
"""Names that one sentence lists."""


def unused_tracks(
    container: InputContainer, path: Path, entries: Mapping[int, SampleEntry]
) -> list[str]:
    """Return a warning for each part of a file that is left out besides video and sound.

    Args:
        container: The open file.
        path: The file.
        entries: The declared codecs of an MP4's tracks, by stream index; {} for other files.
    """
    said: list[str] = []
    codes = {entries[s.index].code if s.index in entries else "" for s in container.streams.data}
    if data := codes - _TECHNICAL:
        named = _listed(_NAMES.get(code, code.strip() or "of an unknown kind") for code in data)
        said.append(f"Data tracks are left out: {named}.")
    covers = [
        stream
        for stream in container.streams.video
        if stream.disposition & Disposition.attached_pic
    ]
    files = [one.metadata.get("filename", "") for one in covers]
    files += [one.name or "" for one in container.streams.attachments]
    if named := _listed(name for name in files if name):
        said.append(f"Attached files are left out: {named}.")
    if covers and not all(files[: len(covers)]):
        said.append("Its cover picture is left out.")
    if any(entry.spherical for entry in entries.values()):
        said.append("It is a 360-degree video: the result is shown flat.")
    if entries and (count := joined_files(path)) > 1:
        said.append(f"{count} files lie one behind the other in it: only the first one is used.")
    if container.format.name == "mpegts" and later_tracks(path):
        said.append("Tracks of its later parts are left out: its first part has none like them.")
    return said


def _listed(names: Iterable[str]) -> str:
    """Return names in one line, at most some of them."""
    ordered = sorted({name.encode("utf-8", "replace").decode() for name in names})
    more = [f"and {len(ordered) - _MAX_NAMES} more"] if len(ordered) > _MAX_NAMES else []
    return ", ".join([*ordered[:_MAX_NAMES], *more])
