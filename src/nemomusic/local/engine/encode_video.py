"""Making the film's pictures anew: decode, fit, draw, fade, encode as H.264."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from nemomusic.local.engine.clip import first_picture_time, picture_stream
from nemomusic.local.engine.errors import MediaError
from nemomusic.local.engine.picture import Fitter, planes, still
from nemomusic.local.engine.titles import Overlay, draw_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from av.container import OutputContainer
    from av.packet import Packet

    from nemomusic.local.engine.plan import Plan, Shot
    from nemomusic.local.engine.probe import Probe

__all__ = ["encode_pictures", "overlays_of"]

_TICKS = 90_000  # per second: the clock of MPEG, exact for all common frame rates
_STILL_RATE = 30  # pictures per second of an image, or of whatever else must move smoothly
_SLOW = 1 / 15  # s: a picture that is held longer is repeated while a title or a fade moves on it
# Without B-frames pictures are decoded in the order they are shown, and a track is as long as its
# pictures show whatever their rate; see copy_video. It costs a tenth of the size.
_X264 = {"preset": "veryfast", "crf": "20", "bf": "0"}
_SAME = 1e-6  # s: less than any two pictures are apart
_BT709 = 1
_LIMITED = 1


def overlays_of(plan: Plan, canvas: tuple[int, int]) -> tuple[Overlay, ...]:
    """Draw the titles of a plan.

    Raises:
        MediaError: A title can't be drawn with the fonts of this computer.
    """
    return tuple(draw_title(title, canvas) for title in plan.titles if title.text.strip())


def encode_pictures(
    plan: Plan,
    probes: Mapping[str, Probe],
    canvas: tuple[int, int],
    overlays: tuple[Overlay, ...],
    report: Callable[[float], None],
) -> Callable[[OutputContainer], Iterator[Packet[Any]]]:
    """Return what adds an H.264 stream to a container and yields its packets.

    The times of the source's pictures are kept, so a variable frame rate stays one.

    Args:
        plan: The film.
        probes: What the files of its shots are.
        canvas: Its size; even.
        overlays: Its titles, drawn.
        report: Told the fraction that is done.
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
            for begin, frame in _film(plan, probes, canvas, overlays):
                frame.pts = begin
                frame.time_base = Fraction(1, _TICKS)
                yield from stream.encode(frame)
                report(begin / (plan.duration * _TICKS))
            yield from stream.encode(None)

        return packets()

    return start


def _film(
    plan: Plan,
    probes: Mapping[str, Probe],
    canvas: tuple[int, int],
    overlays: tuple[Overlay, ...],
) -> Iterator[tuple[int, av.VideoFrame]]:
    """Yield (start in ticks, frame) of the pictures of the film."""
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
        for begin, length, frame in _shot(shot, probes[shot.path], canvas, first, last):
            frame.pict_type = 1 if fresh else 0  # a key picture where a shot begins
            fresh = False
            step = length
            if image or (length > _SLOW * _TICKS and _overlaps(begin, begin + length, moving)):
                step = _TICKS // _STILL_RATE
            for tick, rest in _pieces(begin, length, step):
                shows = [
                    (overlay, opacity)
                    for overlay in overlays
                    if (opacity := overlay.opacity(tick / _TICKS)) > 0.0
                ]
                light = _light(plan, tick / _TICKS)
                picture = frame
                if rest < length and (shows or light < 1.0):
                    picture = _copy(frame)
                for overlay, opacity in shows:
                    overlay.blend(picture, opacity)
                if light < 1.0:
                    _dim(picture, light)
                yield tick, picture


def _pieces(begin: int, length: int, step: int) -> Iterator[tuple[int, int]]:
    """Divide a stretch into steps; a short remainder goes to the last of them."""
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


def _light(plan: Plan, time: float) -> float:
    """Return how bright the film is at a time: 0 black, 1 as it is."""
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
    shot: Shot, probe: Probe, canvas: tuple[int, int], first: int, last: int
) -> Iterator[tuple[int, int, av.VideoFrame]]:
    """Yield (start, length, frame) of a shot that lies at [first, last) in the film, in ticks."""
    if probe.kind == "image":
        picture = still(shot.path)
        yield first, last - first, Fitter(probe, canvas).fit(picture)
        return
    fitter = Fitter(probe, canvas)
    waiting: tuple[int, av.VideoFrame] | None = None
    for time, frame in _decoded(shot.path, shot.start_in, probe.fps):
        # A shot begins with a picture even if its clip doesn't.
        tick = first if waiting is None else first + round(time * _TICKS)
        if tick >= last:
            break
        if waiting is not None and tick > waiting[0]:
            yield waiting[0], tick - waiting[0], fitter.fit(waiting[1])
        waiting = tick, frame
    if waiting is None:
        raise MediaError(
            f"{Path(shot.path).name} has no picture at {shot.start_in:.2f} s.",
            remedy="Start the shot earlier, or check that the file is complete.",
        )
    yield waiting[0], last - waiting[0], fitter.fit(waiting[1])


def _decoded(path: str, start: float, fps: float) -> Iterator[tuple[float, av.VideoFrame]]:
    """Yield (seconds since `start`, frame), from the picture that shows at `start` on."""
    if start > 0.0:
        pictures = _read(path, start, fps, seek=True)
        first = next(pictures, None)
        if first is not None and first[0] <= _SAME:
            yield first
            yield from pictures
            return
    # Also where seeking went too far: in a file with several edits, or a wrong index.
    yield from _read(path, start, fps, seek=False)


def _read(
    path: str, start: float, fps: float, *, seek: bool
) -> Iterator[tuple[float, av.VideoFrame]]:
    step = 1.0 / (fps or _STILL_RATE)
    with av.open(path) as container:
        stream = picture_stream(container)
        if stream is None:
            return
        origin = first_picture_time(container)
        stream.thread_type = "AUTO"
        if seek:
            container.seek(int((start + origin) * av.time_base))
        latest: tuple[float, av.VideoFrame] | None = None
        following = 0.0  # when a picture is due that doesn't say
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                continue  # a damaged packet costs its picture, not the film
            for frame in frames:
                time = following if frame.time is None else frame.time - origin
                following = time + step
                if time <= start + _SAME:
                    latest = time - start, frame
                    continue
                if latest is not None:
                    yield latest
                    latest = None
                yield time - start, frame
        if latest is not None:
            yield latest
