"""Fitting pictures of any shape onto the film's canvas."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.filter import Graph
from PIL import Image, ImageOps

from nemomusic.local.engine.errors import MediaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nemomusic.local.engine.probe import Probe

__all__ = ["Fitter", "canvas_for", "planes", "still"]

_LONG, _SHORT = 1920, 1080  # the most the service delivers, either way up
_HD = 720  # rows from which pictures that don't say are BT.709 rather than BT.601
_BLUR = 24  # how much smaller the background is blurred at
_TURNS = {90: ["transpose=clock"], 180: ["hflip", "vflip"], 270: ["transpose=cclock"]}
_STRAIGHT: list[str] = []


def canvas_for(probe: Probe) -> tuple[int, int]:
    """Return the size of a film that shows a clip as large as allowed, never larger than it is.

    At most 1920x1080 (or 1080x1920), with even sides: 4:2:0 has no others.
    """
    width, height = probe.width, probe.height
    box = (_LONG, _SHORT) if width >= height else (_SHORT, _LONG)
    scale = min(1.0, box[0] / width, box[1] / height)
    # The tolerance keeps 1919.9999 from becoming 1918.
    return tuple(max(16, int(side * scale + 1e-6) // 2 * 2) for side in (width, height))  # type: ignore[return-value]


def planes(frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
    """Return Y, U and V of a writable yuv420p frame as arrays that share its memory."""
    result = []
    for plane in frame.planes:
        rows: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8)
        result.append(rows.reshape(-1, plane.line_size)[: plane.height, : plane.width])
    return result


def still(path: str) -> av.VideoFrame:
    """Return an image as a frame, upright, on black where it is transparent.

    Raises:
        MediaError: It can't be read.
    """
    try:
        with Image.open(path) as file:
            upright = ImageOps.exif_transpose(file).convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise MediaError(
            f"{Path(path).name} can't be read as an image.",
            remedy="Open it in an image editor and save it again as PNG or JPEG.",
        ) from error
    upright.thumbnail((2 * _LONG, 2 * _LONG))
    black = Image.new("RGBA", upright.size, (0, 0, 0, 255))
    pixels = np.asarray(Image.alpha_composite(black, upright).convert("RGB"))
    return av.VideoFrame.from_ndarray(pixels, format="rgb24")


class Fitter:
    """Turns frames of one clip upright and fits them on the canvas, 8-bit 4:2:0 BT.709.

    What the picture leaves free is filled with a blurred, darkened enlargement of it.

    Args:
        probe: What the clip is; of an image, what `still` made of it.
        canvas: Width and height of the film.
    """

    def __init__(self, probe: Probe, canvas: tuple[int, int]) -> None:
        self._canvas = canvas
        self._turn = _TURNS.get(probe.rotation, _STRAIGHT) if probe.kind == "video" else _STRAIGHT
        self._shown = probe.width, probe.height
        self._shape: tuple[int, int, str] | None = None
        self._front: Graph | None = None
        self._back: Graph | None = None
        self._inner = canvas

    def fit(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Return a writable frame of the size of the canvas."""
        shape = frame.width, frame.height, frame.format.name
        if shape != self._shape:  # the first one, or a clip that changes its size on the way
            self._shape = shape
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

    def _build(self, frame: av.VideoFrame) -> None:
        width, height = self._canvas
        turned = (frame.width, frame.height)
        if self._turn and self._turn[0].startswith("transpose"):
            turned = turned[::-1]
        if all(0 <= have - want <= 1 for have, want in zip(turned, self._canvas, strict=True)) and (
            turned == self._shown
        ):
            # Only an odd last row or column is too much: cut it, scaling would blur everything.
            self._inner, fitting = self._canvas, f"crop={width}:{height}:0:0"
            self._back = None
            self._front = _graph(frame, [*self._turn, fitting, _convert(frame, "iw:ih")])
            return
        self._inner = _inside(self._shown, self._canvas)
        size = f"{self._inner[0]}:{self._inner[1]}"
        self._front = _graph(frame, [*self._turn, _convert(frame, size)])
        self._back = None
        if self._inner != self._canvas:
            small = f"{max(width // _BLUR, 2)}:{max(height // _BLUR, 2)}"
            aspect = f"{width}/{height}"
            # The middle of the picture with the shape of the canvas.
            shown = self._shown[0] / self._shown[1]
            if shown > width / height:
                cut = f"crop=iw*({aspect})/{shown:.6f}:ih"
            else:
                cut = f"crop=iw:ih*{shown:.6f}/({aspect})"
            chain = [
                *self._turn,
                cut,
                _convert(frame, small),
                "gblur=sigma=2",
                "lutyuv=y=16+(val-16)*0.55:u=128+(val-128)*0.8:v=128+(val-128)*0.8",
                f"scale={width}:{height}:flags=bicubic",
            ]
            self._back = _graph(frame, chain)


def _inside(shown: tuple[int, int], canvas: tuple[int, int]) -> tuple[int, int]:
    """Return the largest even size with the picture's shape inside the canvas.

    A bar of one or two pixels would look like a mistake: then the picture takes all of it.
    """
    scale = min(canvas[0] / shown[0], canvas[1] / shown[1])
    width, height = (max(2, round(side * scale / 2) * 2) for side in shown)
    return (
        canvas[0] if canvas[0] - width <= 4 else width,
        canvas[1] if canvas[1] - height <= 4 else height,
    )


def _convert(frame: av.VideoFrame, size: str) -> str:
    """Return the filter that scales and brings colours to limited-range BT.709."""
    name = frame.format.name
    options = [size, "flags=bicubic", "out_color_matrix=bt709", "out_range=tv"]
    if not (name.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "pal", "gray"))):
        unsaid = frame.colorspace not in (1, 5, 6, 7, 9)
        if unsaid:
            options.append(f"in_color_matrix={'bt709' if frame.height >= _HD else 'bt601'}")
    return f"scale={':'.join(options)},format=yuv420p,setsar=1"


def _graph(frame: av.VideoFrame, chain: list[str]) -> Graph:
    graph = Graph()
    last = graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        time_base=Fraction(1, 1000),
    )
    for step in ",".join(chain).split(","):
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
