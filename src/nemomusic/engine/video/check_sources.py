"""Read all files that the render of a plan needs, and write nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.decoding.audio_decoder import Wav, decoded_sound
from nemomusic.engine.media.decoding.frames import read_frames
from nemomusic.engine.media.decoding.images import load_image
from nemomusic.engine.media.probe import probe as probe_file
from nemomusic.engine.pcm import RATE
from nemomusic.engine.video.render import can_copy_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nemomusic.engine.types import AudioTrack, Probe, RenderPlan, Shot

__all__ = ["check_sources"]


def check_sources(
    plan: RenderPlan,
    *,
    progress: Callable[[float], None] | None = None,
    probe: Callable[[str], Probe] = probe_file,
    frames: bool = True,
) -> bool:
    """Read all files that the render of a plan needs, so that damage is found before payment.

    Frames that are copied are not decoded: their packets are read. The own sound of clips was
    decoded when they were analyzed.

    Args:
        plan: The render plan.
        progress: Called at times with the fraction that is done, 0..1.
        probe: Returns the probe of a file; a caller that has it can pass it on.
        frames: Whether the frames of the shots are read too.

    Returns:
        Whether frames were decoded.

    Raises:
        MediaError: The needed part of a file can't be read.
    """
    report = progress or (lambda _: None)
    probes = {shot.path: probe(shot.path) for shot in plan.shots} if frames else {}
    decoded = frames and not can_copy_frames(plan, probes)
    if decoded:
        done = 0.0
        for shot in plan.shots:
            for time in _read_shot(shot, probes[shot.path]):
                report((done + time) / plan.duration)
            done += shot.duration
    for track in plan.music:
        _read_sound(track)
    report(1.0)
    return decoded


def _read_shot(shot: Shot, probe: Probe) -> Iterator[float]:
    """Yield the seconds into the shot that have been read."""
    if probe.kind == "image":
        load_image(shot.path)
        return
    shown = False
    for time, _ in read_frames(shot.path, probe, shot.start_in):
        if shown and time >= shot.duration:
            break
        shown = True
        yield min(time, shot.duration)
    if not shown:
        raise MediaError(
            f"{Path(shot.path).name} has no frame at {shot.start_in:.2f} s.",
            remedy="Start the shot earlier, or check that the file is complete.",
        )


def _read_sound(track: AudioTrack) -> None:
    if (wav := Wav.open(track.path)) is not None:
        with wav:
            return  # its samples are read directly
    end = track.duration * RATE
    for position, sound in decoded_sound(track.path, track.offset):
        if position + len(sound) >= end:
            break
