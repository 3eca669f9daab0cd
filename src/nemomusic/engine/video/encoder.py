"""Encode the video's frames: decode, fit, draw, fade, encode as H.264."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.decoding.frames import read_frames
from nemomusic.engine.media.decoding.images import load_image
from nemomusic.engine.video.canvas import CanvasFitter, planes
from nemomusic.engine.video.titles import Overlay, draw_title

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator, Mapping

    from av.container import OutputContainer
    from av.packet import Packet

    from nemomusic.engine.types import Probe, RenderPlan, Shot

__all__ = ["encode_frames", "overlays_of"]

_TICKS = 90_000  # per second: the clock of MPEG, exact for all common frame rates
_STILL_RATE = 30  # frames per second of an image, and of fades
_MAX_HELD_SECONDS = (
    1 / 15
)  # s: a frame that is held longer is repeated while a title or a fade changes on it
# Without B-frames, decoding order is presentation order, and a track has the length of its frames
# at any frame rate; see `remux`. It makes the file a tenth larger.
_X264 = {"preset": "veryfast", "crf": "20", "bf": "0"}
_BT709 = 1
_LIMITED = 1


def overlays_of(plan: RenderPlan, canvas: tuple[int, int]) -> tuple[Overlay, ...]:
    """Draw the titles of a plan.

    Raises:
        MediaError: A title can't be drawn with the fonts of this computer.
    """
    return tuple(draw_title(title, canvas) for title in plan.titles if title.text.strip())


def encode_frames(
    plan: RenderPlan,
    probes: Mapping[str, Probe],
    canvas: tuple[int, int],
    overlays: tuple[Overlay, ...],
    report: Callable[[float], None],
    damaged: Counter[str],
) -> Callable[[OutputContainer], Iterator[Packet[Any]]]:
    """Return a function that adds an H.264 stream to a container and yields its packets.

    The times of the source's frames are kept, so a variable frame rate is kept too.

    Args:
        plan: The render plan.
        probes: The probes of the files of its shots.
        canvas: Width and height, both even.
        overlays: The drawn titles.
        report: Called with the fraction that is done, 0..1.
        damaged: Gets the number of damaged packets of each file, while packets are made.
    """

    def start(container: OutputContainer) -> Iterator[Packet[Any]]:
        rates = [probes[shot.path].fps for shot in plan.shots]
        rate = Fraction(max(rates) or _STILL_RATE).limit_denominator(1001)
        stream = container.add_stream("libx264", rate=rate, options=dict(_X264))
        stream.width, stream.height = canvas
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, _TICKS)
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED

        def packets() -> Iterator[Packet[Any]]:
            for begin, frame in _timed_frames(plan, probes, canvas, overlays, damaged):
                frame.pts = begin
                frame.time_base = Fraction(1, _TICKS)
                yield from stream.encode(frame)
                report(begin / (plan.duration * _TICKS))
            yield from stream.encode(None)

        return packets()

    return start


def _timed_frames(
    plan: RenderPlan,
    probes: Mapping[str, Probe],
    canvas: tuple[int, int],
    overlays: tuple[Overlay, ...],
    damaged: Counter[str],
) -> Iterator[tuple[int, av.VideoFrame]]:
    """Yield (start in ticks, frame) of the video."""
    moving = [(o.title.start, o.title.start + o.title.duration) for o in overlays]
    end = plan.duration
    moving += [(0.0, plan.fade_in)] if plan.fade_in else []
    moving += [(end - plan.fade_out, end)] if plan.fade_out else []
    at = 0.0
    for shot in plan.shots:
        first = round(at * _TICKS)
        at += shot.duration
        last = round(at * _TICKS)
        image = probes[shot.path].kind == "image"
        fresh = True
        for begin, length, frame in _shot(shot, probes[shot.path], canvas, (first, last), damaged):
            frame.pict_type = 1 if fresh else 0  # a key frame where a shot begins
            fresh = False
            step = length
            if image or (
                length > _MAX_HELD_SECONDS * _TICKS and _overlaps(begin, begin + length, moving)
            ):
                step = _TICKS // _STILL_RATE
            for tick, rest in _pieces(begin, length, step):
                shows = [
                    (overlay, opacity)
                    for overlay in overlays
                    if (opacity := overlay.opacity(tick / _TICKS)) > 0.0
                ]
                light = _light(plan, tick / _TICKS)
                drawn = frame
                if rest < length and (shows or light < 1.0):
                    drawn = _copy(frame)
                for overlay, opacity in shows:
                    overlay.blend(drawn, opacity)
                if light < 1.0:
                    _dim(drawn, light)
                yield tick, drawn


def _pieces(begin: int, length: int, step: int) -> Iterator[tuple[int, int]]:
    """Divide a range into steps. A short remainder goes to the last one."""
    count = max(1, round(length / step))
    for number in range(count):
        tick = begin + number * step
        yield tick, step if number < count - 1 else begin + length - tick


def _overlaps(begin: int, end: int, spans: list[tuple[float, float]]) -> bool:
    return any(begin < stop * _TICKS and end > start * _TICKS for start, stop in spans)


def _copy(frame: av.VideoFrame) -> av.VideoFrame:
    twin = av.VideoFrame.from_ndarray(frame.to_ndarray(), format="yuv420p")
    twin.pict_type = frame.pict_type
    return twin


def _light(plan: RenderPlan, time: float) -> float:
    """Return the brightness factor of the video at a time, from 0 (black) to 1 (unchanged)."""
    light = min(1.0, time / plan.fade_in) if plan.fade_in else 1.0
    if plan.fade_out:
        light = min(light, (plan.duration - time) / plan.fade_out)
    return max(light, 0.0)


def _dim(frame: av.VideoFrame, light: float) -> None:
    values = np.arange(256, dtype=np.float32)
    for plane, black in zip(planes(frame), (16.0, 128.0, 128.0), strict=True):
        table = np.clip(np.round(black + (values - black) * light), 0, 255).astype(np.uint8)
        plane[:] = table[plane]


def _shot(
    shot: Shot,
    probe: Probe,
    canvas: tuple[int, int],
    place: tuple[int, int],
    damaged: Counter[str],
) -> Iterator[tuple[int, int, av.VideoFrame]]:
    """Yield (start, length, frame) of a shot at the place [first, last) in the video, in ticks."""
    first, last = place
    if probe.kind == "image":
        image = load_image(shot.path)
        yield first, last - first, CanvasFitter(probe, canvas).fit(image)
        return
    fitter = CanvasFitter(probe, canvas)
    waiting: tuple[int, av.VideoFrame] | None = None

    def count() -> None:
        damaged[shot.path] += 1

    for time, frame in read_frames(shot.path, probe, shot.start_in, on_damage=count):
        # A shot begins with a frame even if its clip does not.
        tick = first if waiting is None else first + round(time * _TICKS)
        if tick >= last:
            break
        if waiting is not None and tick < waiting[0]:
            continue  # joined recordings may overlap by some frames
        if waiting is not None and tick > waiting[0]:
            yield waiting[0], tick - waiting[0], waiting[1]
        # Fitted now, since a stored frame of 8K takes a hundred megabytes.
        waiting = (tick, fitter.fit(frame))
        del frame
    if waiting is None:
        raise MediaError(
            f"{Path(shot.path).name} has no frame at {shot.start_in:.2f} s.",
            remedy="Start the shot earlier, or check that the file is complete.",
        )
    yield waiting[0], last - waiting[0], waiting[1]
