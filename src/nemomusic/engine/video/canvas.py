"""Fit frames of any shape onto the canvas of the video."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.filter import Graph
from av.video.reformatter import Colorspace

from nemomusic.engine.media.decoding.color_space import space_of
from nemomusic.engine.types import MAX_LONG_SIDE, MAX_SHORT_SIDE
from nemomusic.engine.video.color import lookup_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nemomusic.engine.media.decoding.color_space import Space
    from nemomusic.engine.types import Probe

__all__ = ["CanvasFitter", "canvas_for", "planes"]

_HD = 720  # rows from which on frames without a color space count as BT.709, not BT.601
_BLUR = 24  # factor by which the background is reduced for blurring
_TURNS = {0: [], 90: ["transpose=clock"], 180: ["hflip", "vflip"], 270: ["transpose=cclock"]}

_Step = str | tuple[str, dict[str, str]]
"""A filter: "name=arguments", or its name and options that need no escaping."""


def canvas_for(probe: Probe) -> tuple[int, int]:
    """Return the canvas for a clip: as large as allowed, but never larger than the clip.

    The limit is 1920x1080 (or 1080x1920), with even sides, since 4:2:0 needs them.
    """
    width, height = probe.width, probe.height
    box = (MAX_LONG_SIDE, MAX_SHORT_SIDE) if width >= height else (MAX_SHORT_SIDE, MAX_LONG_SIDE)
    scale = min(1.0, box[0] / width, box[1] / height)
    # The tolerance keeps 1919.9999 from becoming 1918.
    across, down = (max(16, int(side * scale + 1e-6) // 2 * 2) for side in (width, height))
    return across, down


def planes(frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
    """Return Y, U and V of a writable yuv420p frame as arrays that share its memory."""
    result = []
    for plane in frame.planes:
        rows: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8)
        result.append(rows.reshape(-1, plane.line_size)[: plane.height, : plane.width])
    return result


class CanvasFitter:
    """Turns frames of one clip upright and fits them on the canvas, 8-bit 4:2:0 BT.709.

    The free part of the canvas is filled with a blurred, darkened enlargement of the frame.

    Args:
        probe: The probe of the clip.
        canvas: Width and height of the video.
    """

    def __init__(self, probe: Probe, canvas: tuple[int, int]) -> None:
        self._canvas = canvas
        flip = ["hflip"] if probe.mirrored else []
        self._turn: list[_Step] = [*flip, *_TURNS[probe.rotation if probe.kind == "video" else 0]]
        self._sideways = probe.kind == "video" and probe.rotation in {90, 270}
        self._first_shown = self._shown = probe.width, probe.height
        self._first: tuple[int, int] | None = None
        self._shape: tuple[int, int, str, Space | None] | None = None
        self._front: Graph | None = None
        self._back: Graph | None = None
        self._inner = canvas

    def fit(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Return a writable frame of the size of the canvas."""
        frame = _on_black(frame)
        shape = frame.width, frame.height, frame.format.name, space_of(frame)
        if shape != self._shape:  # the first frame, or a clip that changes its size in the middle
            self._shape = shape
            self._shown = self._shown_size(frame)
            self._build(frame)
        frame.pts = None
        front = _through(self._front, frame)
        if self._back is None:
            front.make_writable()
            return front
        back = _through(self._back, frame)
        back.make_writable()
        left = (self._canvas[0] - self._inner[0]) // 4 * 2
        top = (self._canvas[1] - self._inner[1]) // 4 * 2
        for index, (below, above) in enumerate(zip(planes(back), planes(front), strict=True)):
            half = 1 if index == 0 else 2
            y, x = top // half, left // half
            below[y : y + above.shape[0], x : x + above.shape[1]] = above
        return back

    def _shown_size(self, frame: av.VideoFrame) -> tuple[int, int]:
        """Return the size of a frame as displayed: pixels have the shape of the first frame's."""
        size = frame.width, frame.height
        if self._first is None:
            self._first = size
        if size == self._first:
            return self._first_shown
        width, height = self._first_shown[::-1] if self._sideways else self._first_shown
        aspect = width / height * self._first[1] / self._first[0]
        shown = max(1, round(size[0] * aspect)), size[1]
        return shown[::-1] if self._sideways else shown

    def _build(self, frame: av.VideoFrame) -> None:
        width, height = self._canvas
        turned = (frame.width, frame.height)
        if self._sideways:
            turned = turned[::-1]
        if all(0 <= have - want <= 1 for have, want in zip(turned, self._canvas, strict=True)) and (
            turned == self._shown
        ):
            # Only an odd last row or column is cut: scaling would blur everything.
            self._inner, fitting = self._canvas, f"crop={width}:{height}:0:0"
            self._back = None
            self._front = _graph(frame, [*self._turn, fitting, *_convert(frame, "iw:ih")])
            return
        self._inner = _inside(self._shown, self._canvas)
        size = f"{self._inner[0]}:{self._inner[1]}"
        self._front = _graph(frame, [*self._turn, *_convert(frame, size)])
        self._back = None
        if self._inner != self._canvas:
            small = f"{max(width // _BLUR, 2)}:{max(height // _BLUR, 2)}"
            aspect = f"{width}/{height}"
            # The middle of the frame, in the shape of the canvas.
            shown = self._shown[0] / self._shown[1]
            if shown > width / height:
                cut = f"crop=iw*({aspect})/{shown:.6f}:ih"
            else:
                cut = f"crop=iw:ih*{shown:.6f}/({aspect})"
            chain: list[_Step] = [
                *self._turn,
                cut,
                *_convert(frame, small),
                "gblur=sigma=2",
                "lutyuv=y=16+(val-16)*0.55:u=128+(val-128)*0.8:v=128+(val-128)*0.8",
                f"scale={width}:{height}:flags=bicubic",
            ]
            self._back = _graph(frame, chain)


def _inside(shown: tuple[int, int], canvas: tuple[int, int]) -> tuple[int, int]:
    """Return the largest even size with the frame's shape inside the canvas.

    A bar of one or two pixels would look like a fault, so the frame then fills the canvas.
    """
    scale = min(canvas[0] / shown[0], canvas[1] / shown[1])
    width, height = (max(2, round(side * scale / 2) * 2) for side in shown)
    return (
        canvas[0] if canvas[0] - width <= 4 else width,
        canvas[1] if canvas[1] - height <= 4 else height,
    )


def _convert(frame: av.VideoFrame, size: str) -> list[_Step]:
    """Return the filters that scale and bring colors to limited-range BT.709."""
    name = frame.format.name
    end: list[_Step] = ["format=yuv420p", "setsar=1"]
    target = ["flags=bicubic", "out_color_matrix=bt709", "out_range=tv"]
    is_yuv = not name.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "pal", "gray"))
    space = space_of(frame)
    if space is not None:
        matrix = "bt709" if frame.colorspace == 1 or space == "p3" else "bt2020"
        source = [f"in_color_matrix={matrix}"] if is_yuv else []
        table: _Step = ("lut3d", {"file": str(lookup_table(space)), "interp": "tetrahedral"})
        scale = ":".join([size, "flags=bicubic", *source])
        return [f"scale={scale}", "format=gbrp10le", table, f"scale={':'.join(target)}", *end]
    options = [size, *target]
    if is_yuv and frame.colorspace not in (1, 5, 6, 7, 9):
        options.append(f"in_color_matrix={'bt709' if frame.height >= _HD else 'bt601'}")
    return [f"scale={':'.join(options)}", *end]


def _on_black(frame: av.VideoFrame) -> av.VideoFrame:
    """Return a frame without transparency, on black."""
    name = frame.format.name
    if not any(one.is_alpha for one in frame.format.components) and name != "pal8":
        return frame
    hd = frame.colorspace == 1 or frame.height >= _HD
    matrix = Colorspace.ITU709 if hd else Colorspace.ITU601
    pixels = frame.reformat(format="rgba", src_colorspace=matrix).to_ndarray()
    alpha = pixels[:, :, 3:].astype(np.uint16)
    solid = ((pixels[:, :, :3] * alpha + 127) // 255).astype(np.uint8)
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(solid), format="rgb24")


def _graph(frame: av.VideoFrame, chain: list[_Step]) -> Graph:
    graph = Graph()
    last = graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        time_base=Fraction(1, 1000),
    )
    for step in chain:
        if isinstance(step, tuple):
            node = graph.add(step[0], **step[1])
        else:
            name, _, arguments = step.partition("=")
            node = graph.add(name, arguments or None)
        last.link_to(node)
        last = node
    last.link_to(graph.add("buffersink"))
    graph.configure()
    return graph


def _through(graph: Graph | None, frame: av.VideoFrame) -> av.VideoFrame:
    if graph is None:
        raise RuntimeError("no graph was built")
    graph.vpush(frame)
    return graph.vpull()
