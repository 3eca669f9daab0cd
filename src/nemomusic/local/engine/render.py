"""From a plan to the finished MP4."""

from __future__ import annotations

import os
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from nemomusic.local.engine.copy_video import PacketCopy, survey
from nemomusic.local.engine.encode_video import encode_pictures, overlays_of
from nemomusic.local.engine.errors import MediaError
from nemomusic.local.engine.master import SoundTrack, master
from nemomusic.local.engine.mix import mix
from nemomusic.local.engine.mux import write_mp4
from nemomusic.local.engine.picture import canvas_for
from nemomusic.local.engine.probe import Probe, probe
from nemomusic.local.engine.tape import RATE, Tape
from nemomusic.local.engine.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nemomusic.local.engine.plan import Plan

__all__ = ["Rendered", "render"]

_WHOLE = 0.05  # s by which a shot may differ from its clip and still be the whole of it
_SOUND_SHARE = 0.25  # of the work, where pictures are encoded; most of it where they are copied


@attrs.frozen
class Rendered(Value):
    """A finished film.

    Attributes:
        duration: Seconds of picture.
        size: Bytes.
        width: Pixels across as displayed.
        height: Pixels down as displayed.
        loudness: Integrated, of the decoded sound track, in LUFS; None when it is silent.
        true_peak: Of the decoded sound track, in dBTP; None when it is silent.
        copied: Whether the pictures are the source's own packets.
    """

    duration: float
    size: int
    width: int
    height: int
    loudness: float | None
    true_peak: float | None
    copied: bool


def render(
    plan: Plan,
    out_path: str | Path,
    *,
    progress: Callable[[float], None] | None = None,
    look_at: Callable[[str], Probe] = probe,
) -> Rendered:
    """Make the film: H.264 and AAC (48 kHz stereo) in an MP4 that starts to play at once.

    The pictures of a whole single clip are taken over packet by packet where it is allowed and
    nothing is drawn on them; otherwise they are encoded. The sound plays at -14 LUFS with no true
    peak above -1 dBTP, both measured on the decoded AAC, and ends with the picture.

    The film is written beside its goal and renamed over it at the end; nothing is left of it on
    failure.

    Args:
        plan: The film.
        out_path: Where it goes; an existing file is replaced.
        progress: Told the fraction that is done, now and then.
        look_at: Tells what a file of the plan is, if the caller knows already.

    Raises:
        MediaError: Something is wrong with a file of the plan, or a title can't be drawn.
        OSError: The film can't be written.
    """
    report = progress or (lambda _: None)
    goal = Path(out_path)
    probes = {path: look_at(path) for path in {shot.path for shot in plan.shots}}
    for path, what in probes.items():
        if what.kind == "audio":
            raise MediaError(
                f"{Path(path).name} has no picture.", remedy="Use it as music, not as a shot."
            )
    part = goal.with_name(f".{goal.name}.{uuid.uuid4().hex[:8]}.part")
    with tempfile.TemporaryDirectory(prefix="nemomusic-") as folder:
        try:
            rendered = _render(plan, probes, part, Path(folder), report)
            os.replace(part, goal)  # noqa: PTH105 - atomic, and replaces on Windows as well
        finally:
            part.unlink(missing_ok=True)
    report(1.0)
    return rendered


def _render(
    plan: Plan,
    probes: Mapping[str, Probe],
    part: Path,
    scratch: Path,
    report: Callable[[float], None],
) -> Rendered:
    copy = _copyable(plan, probes)
    canvas = plan.canvas or canvas_for(probes[plan.shots[0].path])
    overlays = overlays_of(plan, canvas)  # before the long work: a title may be impossible
    if copy is not None:
        sound = _sound(plan, probes, copy.end, scratch)
        report(0.9)
        write_mp4(part, sound.path, copy.packets, copy.hidden + copy.end)
        made = _taken_over(part, probes[plan.shots[0].path])
        if made is not None:
            return _rendered(part, made, sound, copy.end, copied=True)
    sound = _sound(plan, probes, plan.duration, scratch)
    report(_SOUND_SHARE)

    def share(done: float) -> None:
        report(_SOUND_SHARE + (0.99 - _SOUND_SHARE) * done)

    pictures = encode_pictures(plan, probes, canvas, overlays, share)
    write_mp4(part, sound.path, pictures, plan.duration)
    return _rendered(part, probe(part), sound, plan.duration, copied=False)


def _copyable(plan: Plan, probes: Mapping[str, Probe]) -> PacketCopy | None:
    """Return what a packet copy needs, or None where the pictures have to be encoded."""
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
    copy = survey(shot.path)
    if copy is None or abs(copy.end - shot.duration) > _WHOLE:
        return None
    return copy


def _taken_over(part: Path, clip: Probe) -> Probe | None:
    """Return what a copy is if it shows what the clip shows: as large, as upright and as long."""
    try:
        copied = probe(part)
    except MediaError:
        return None
    alike = (copied.width, copied.height, copied.rotation) == (
        clip.width,
        clip.height,
        clip.rotation,
    ) and abs(copied.duration - clip.duration) <= _WHOLE
    return copied if alike else None


def _sound(plan: Plan, probes: Mapping[str, Probe], duration: float, scratch: Path) -> SoundTrack:
    frames = max(1, round(duration * RATE))
    with Tape(scratch / "mix.raw", frames) as tape:
        loudness = mix(plan, probes, frames, tape, scratch)
        return master(tape, loudness, scratch)


def _rendered(
    part: Path, made: Probe, sound: SoundTrack, duration: float, *, copied: bool
) -> Rendered:
    silent = sound.loudness < -200.0
    return Rendered(
        duration=duration,
        size=part.stat().st_size,
        width=made.width,
        height=made.height,
        loudness=None if silent else sound.loudness,
        true_peak=None if silent else sound.true_peak,
        copied=copied,
    )
