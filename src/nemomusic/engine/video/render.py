"""Render a plan to the finished MP4."""

from __future__ import annotations

import errno
import os
import tempfile
import uuid
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

import attrs
import av

from nemomusic.engine.audio.master import SoundTrack, master
from nemomusic.engine.audio.mix import mix
from nemomusic.engine.errors import NO_ROOM, MediaError
from nemomusic.engine.media.probe import probe as probe_file
from nemomusic.engine.pcm import RATE, PcmScratchFile
from nemomusic.engine.types import RenderResult
from nemomusic.engine.video.canvas import canvas_for
from nemomusic.engine.video.encoder import encode_frames, overlays_of
from nemomusic.engine.video.metadata import Extras, read_extras
from nemomusic.engine.video.mux import write_mp4
from nemomusic.engine.video.remux import PacketCopy, scan_packets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nemomusic.engine.types import Probe, RenderPlan

__all__ = ["can_copy_frames", "render"]

_SAME_LENGTH = (
    0.05  # s by which a shot may differ from its clip and still count as the complete clip
)
_PASSES_HALF = 2  # passes over the sound until half of its share is reported
_SOUND_SHARE = 0.25  # share of the work if frames are encoded; most of it if they are copied


def render(
    plan: RenderPlan,
    out_path: str | Path,
    *,
    progress: Callable[[float], None] | None = None,
    probe: Callable[[str], Probe] = probe_file,
) -> RenderResult:
    """Make the video: H.264 and AAC (48 kHz stereo) in an MP4 that starts to play at once.

    The frames of a complete single clip are copied packet by packet if the packets allow it and
    nothing is drawn on them. Otherwise they are encoded. The sound has -14 LUFS with no true peak
    above -1 dBTP, both measured on the decoded AAC, and ends with the frames. The video is written
    to a temporary file beside its path, and renamed at the end. After a failure no file is left.

    Args:
        plan: The render plan.
        out_path: The path of the MP4. An existing file is replaced.
        progress: Called at times with the fraction that is done, 0..1.
        probe: Returns the probe of a file; a caller that has it can pass it on.

    Raises:
        MediaError: A file of the plan can't be used, or a title can't be drawn.
        OSError: The video can't be written.
    """
    report = progress or (lambda _: None)
    goal = Path(out_path)
    probes = {path: probe(path) for path in {shot.path for shot in plan.shots}}
    for path, what in probes.items():
        if what.kind == "audio":
            raise MediaError(
                f"{Path(path).name} has no picture.", remedy="Use it as music, not as a shot."
            )
    part = goal.with_name(f".{goal.name}.{uuid.uuid4().hex[:8]}.part")
    with tempfile.TemporaryDirectory(prefix="nemomusic-") as folder:
        try:
            try:
                rendered = _render(plan, probes, part, Path(folder), report)
            except av.FFmpegError as error:
                raise _impossible(plan, error) from error
            os.replace(part, goal)  # noqa: PTH105 - atomic, and replaces on Windows as well
        finally:
            part.unlink(missing_ok=True)
    report(1.0)
    return rendered


_OF_DISKS: Final = {
    *NO_ROOM,
    *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.EROFS),
}
"""Codes of errors of the output's folder or disk, not of a clip."""


def _impossible(plan: RenderPlan, error: av.FFmpegError) -> Exception:
    """Return the error for a clip that FFmpeg can't process.

    An error of the disk is not changed.
    """
    if error.errno in _OF_DISKS:
        return OSError(error.errno, error.strerror)
    names = ", ".join(dict.fromkeys(Path(shot.path).name for shot in plan.shots))
    return MediaError(
        f"No video can be made of {names}: {error.strerror}.",
        remedy="The file may be damaged: play it, or export it again from where it came from.",
    )


def _render(
    plan: RenderPlan,
    probes: Mapping[str, Probe],
    part: Path,
    scratch: Path,
    report: Callable[[float], None],
) -> RenderResult:
    copy = _copyable(plan, probes)
    extras = _extras(plan, probes)
    canvas = plan.canvas or canvas_for(probes[plan.shots[0].path])
    overlays = overlays_of(plan, canvas)  # before the long work: a title may fail
    silent: Counter[str] = Counter()
    if copy is not None:
        sound = _sound(plan, probes, copy.end, scratch, lambda done: report(0.9 * done), silent)
        report(0.9)
        write_mp4(part, sound.path, copy.packets, copy.hidden + copy.end, extras)
        made = _taken_over(part, probes[plan.shots[0].path])
        if made is not None:
            done = _rendered(part, made, sound, copy.end, copied=True)
            return attrs.evolve(done, warnings=(*_said(probes, extras), *_silent(silent)))
        silent.clear()
    sound = _sound(
        plan, probes, plan.duration, scratch, lambda done: report(_SOUND_SHARE * done), silent
    )
    report(_SOUND_SHARE)

    def share(done: float) -> None:
        report(_SOUND_SHARE + (0.99 - _SOUND_SHARE) * done)

    damaged: Counter[str] = Counter()
    add_video = encode_frames(plan, probes, canvas, overlays, share, damaged)
    write_mp4(part, sound.path, add_video, plan.duration, extras)
    done = _rendered(part, probe_file(part), sound, plan.duration, copied=False)
    lost = [
        f"{Path(path).name}: {count} damaged frame{'s are' if count > 1 else ' is'} left out."
        for path, count in damaged.items()
    ]
    return attrs.evolve(done, warnings=(*_said(probes, extras), *lost, *_silent(silent)))


def _silent(damaged: Mapping[str, int]) -> list[str]:
    """Return a warning for each file whose own sound has damaged packets."""
    return [
        f"{Path(path).name}: {count} packet{'s' if count > 1 else ''} of its sound"
        f" {'are' if count > 1 else 'is'} damaged: it is silent there."
        for path, count in damaged.items()
    ]


def _extras(plan: RenderPlan, probes: Mapping[str, Probe]) -> Extras:
    """Return the tags, chapters and subtitles that are kept: all of a single clip."""
    shot = plan.shots[0]
    clip = probes[shot.path]
    is_all = not shot.start_in and abs(clip.duration - shot.duration) <= _SAME_LENGTH
    if len(plan.shots) == 1 and is_all:
        return read_extras(shot.path, clip)
    cut = [read_extras(path, one).cut(path) for path, one in probes.items()]
    return Extras(warnings=tuple(said for one in cut for said in one.warnings))


def _said(probes: Mapping[str, Probe], extras: Extras) -> tuple[str, ...]:
    """Return warnings about parts of the clips that are left out, with the clips' names."""
    said = [f"{Path(path).name}: {one}" for path, clip in probes.items() for one in clip.warnings]
    return tuple(dict.fromkeys([*said, *extras.warnings]))


def can_copy_frames(plan: RenderPlan, probes: Mapping[str, Probe]) -> bool:
    """Return whether the render of a plan copies the frames of its clip, packet by packet."""
    return _copyable(plan, probes) is not None


def _copyable(plan: RenderPlan, probes: Mapping[str, Probe]) -> PacketCopy | None:
    """Return the facts for a packet copy, or None if the frames have to be encoded."""
    shot = plan.shots[0]
    clip = probes[shot.path]
    if (
        len(plan.shots) > 1
        or not clip.copyable
        or plan.canvas not in (None, (clip.width, clip.height))
        or any(title.text.strip() for title in plan.titles)
        or plan.fade_in
        or plan.fade_out
        or shot.start_in
    ):
        return None
    copy = scan_packets(shot.path, clip)
    if copy is None or abs(copy.end - shot.duration) > _SAME_LENGTH:
        return None
    return copy


def _shape(clip: Probe) -> tuple[int, int, int, bool]:
    return clip.width, clip.height, clip.rotation, clip.mirrored


def _taken_over(part: Path, clip: Probe) -> Probe | None:
    """Return the size, rotation and length of the copied clip."""
    try:
        copied = probe_file(part)
    except MediaError:
        return None
    alike = _shape(copied) == _shape(clip) and abs(copied.duration - clip.duration) <= _SAME_LENGTH
    return copied if alike else None


def _sound(
    plan: RenderPlan,
    probes: Mapping[str, Probe],
    duration: float,
    scratch: Path,
    report: Callable[[float], None],
    damaged: Counter[str],
) -> SoundTrack:
    frames = max(1, round(duration * RATE))
    lock, written = Lock(), 0

    def note(more: int) -> None:
        """Report a fraction that rises with each write. The total number of writes is not known."""
        nonlocal written
        with lock:  # own sound is decoded in a thread
            written += more
            report(1.0 - 0.5 ** (written / (_PASSES_HALF * frames)))

    with PcmScratchFile(scratch / "mix.raw", frames, note) as pcm:
        loudness = mix(plan, probes, frames, pcm, scratch, damaged)
        return master(pcm, loudness, scratch)


def _rendered(
    part: Path, made: Probe, sound: SoundTrack, duration: float, *, copied: bool
) -> RenderResult:
    silent = sound.loudness < -200.0
    return RenderResult(
        duration=duration,
        size=part.stat().st_size,
        width=made.width,
        height=made.height,
        loudness=None if silent else sound.loudness,
        true_peak=None if silent else sound.true_peak,
        copied=copied,
    )
