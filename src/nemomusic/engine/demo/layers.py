"""The layers of the demo clip: gradients, silhouettes that scroll, glows, clouds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = [
    "SCROLL_STEP",
    "Color",
    "DrawnLayer",
    "clouds",
    "drawn",
    "flakes",
    "glow",
    "gradient",
    "place",
    "ridge",
    "silhouette",
]

Color = tuple[int, int, int]

_FINER: Final = 2
"""Factor by which shapes are drawn larger. They are shrunk afterward, which smooths their edges.
"""
SCROLL_STEP: Final = 1 / 24
"""Speed of scrolling, in heights per second: one pixel per frame in 720 lines at 30 fps.
Layers that scroll in such steps stay sharp, and cost no blending."""
_SAME_PLACE: Final = 0.02
"""Rounding of offsets, in pixels: a smaller distance to a whole number can't be seen."""


def gradient(
    size: tuple[int, int], stops: Sequence[tuple[float, Color]], rng: np.random.Generator
) -> Image.Image:
    """Return a vertical gradient through `stops` (0 top .. 1 bottom), dithered against banding."""
    width, height = size
    at = np.linspace(0.0, 1.0, height)
    places = [place for place, _ in stops]
    rows = np.stack([np.interp(at, places, [c[i] for _, c in stops]) for i in range(3)], axis=-1)
    noise = rng.random((height, width, 1))
    return Image.fromarray((rows[:, None, :] + noise).clip(0, 255).astype(np.uint8))


@attrs.frozen(eq=False)
class DrawnLayer:
    """An image that repeats from left to right without a seam and can be pasted at any offset.

    Attributes:
        mask: The opaque part, mode "L", one screen wider than `period`.
        paint: Its colors: as wide as `mask`, or as the screen if they don't scroll.
        period: Pixels after which it repeats.
        above: Rows at the top that are left out because they are transparent.
    """

    mask: Image.Image
    paint: Image.Image
    period: int
    above: int

    @classmethod
    def of(cls, mask: Image.Image, paint: Image.Image, period: int) -> DrawnLayer:
        """Return a layer of the opaque part of a mask, without transparent rows above and below."""
        _, first, _, end = mask.getbbox() or (0, 0, mask.width, mask.height)
        return cls(
            mask.crop((0, first, mask.width, end)),
            paint.crop((0, first, paint.width, end)),
            period,
            first,
        )

    def onto(self, canvas: Image.Image, offset: float, top: float = 0.0) -> None:
        """Paste the layer, moved left by `offset` pixels. Fractions of a pixel are used."""
        pixels = math.floor(offset + _SAME_PLACE)
        part = offset - pixels
        left = pixels % self.period
        box = (left, 0, left + canvas.width, self.mask.height)
        mask, paint = self.mask.crop(box), self.paint
        scrolls = paint.width > canvas.width
        if scrolls:
            paint = paint.crop(box)
        if part > _SAME_PLACE:
            after = (left + 1, 0, left + 1 + canvas.width, self.mask.height)
            mask = Image.blend(mask, self.mask.crop(after), part)
            if scrolls:
                paint = Image.blend(paint, self.paint.crop(after), part)
        canvas.paste(paint, (0, self.above + round(top)), mask)


def ridge(
    length: int, rng: np.random.Generator, *, waves: Sequence[int], fall: float = 1.0
) -> NDArray[np.float64]:
    """Return a random profile that repeats after `length`, 0..1: a sum of sines.

    Args:
        length: Length of the profile in pixels.
        rng: Gives phases and strengths.
        waves: The number of waves of each sine in the length.
        fall: The decrease of strength with that number; 1.0 looks like hills, 0.8 rugged.
    """
    at = np.arange(length) / length * 2.0 * np.pi
    total = np.zeros(length)
    for number in waves:
        strength = (0.6 + 0.8 * rng.random()) / number**fall
        total += strength * np.sin(at * number + rng.random() * 2.0 * np.pi)
    total -= total.min()
    return np.asarray(total / total.max(), np.float64)


def silhouette(
    screen: tuple[int, int],
    tops: NDArray[np.float64],
    colors: Sequence[tuple[float, Color]],
    rng: np.random.Generator,
) -> DrawnLayer:
    """Return everything below a profile.

    Args:
        screen: Width and height of the clip.
        tops: Height of each column, in pixels from the top; its length is the period.
        colors: Stops of the gradient below, as in `gradient`, from the top of the screen.
        rng: Gives the dither.
    """
    width, height = screen
    rows = np.arange(height)[:, None]
    cover = ((rows - tops[None, :] + 0.5).clip(0.0, 1.0) * 255.0).astype(np.uint8)
    cover = np.concatenate([cover, np.take(cover, range(width + 1), axis=1, mode="wrap")], axis=1)
    return DrawnLayer.of(Image.fromarray(cover), gradient(screen, colors, rng), len(tops))


def drawn(
    screen: tuple[int, int],
    period: int,
    draw: Callable[[ImageDraw.ImageDraw, ImageDraw.ImageDraw, int], None],
) -> DrawnLayer:
    """Return a layer of drawn shapes.

    Args:
        screen: Width and height of the clip.
        period: Pixels after which it repeats. Shapes may extend beyond it on both sides.
        draw: Called with the canvas of the paint, the canvas of the mask (255 is opaque) and the
            factor by which both are larger than the clip.
    """
    width, height = screen
    margin = width
    size = ((period + 2 * margin) * _FINER, height * _FINER)
    paint, mask = Image.new("RGB", size), Image.new("L", size)
    draw(ImageDraw.Draw(paint), ImageDraw.Draw(mask), _FINER)
    small = (period + 2 * margin, height)
    paint, mask = (
        paint.resize(small, Image.Resampling.BOX),
        mask.resize(small, Image.Resampling.BOX),
    )
    box = (0, 0, period + width + 1, height)
    return DrawnLayer.of(mask.crop(box), paint.crop(box), period)


def glow(radius: int, *, core: float, strength: float = 1.0) -> Image.Image:
    """Return the mask of a shining disc with a halo, `2 * radius` pixels wide and high.

    Args:
        radius: Radius of the halo, in pixels.
        core: Share of the radius that is the disc itself.
        strength: Brightness of the halo, 0..1.
    """
    y, x = np.mgrid[-radius:radius, -radius:radius] + 0.5
    far = np.hypot(x, y) / radius
    edge = 1.5 / radius
    disc = ((core - far) / edge + 0.5).clip(0.0, 1.0) if core > 0 else 0.0
    halo = strength * (1.0 - far).clip(0.0, 1.0) ** 2.2
    return Image.fromarray((np.maximum(disc, halo) * 255.0).astype(np.uint8))


def place(canvas: Image.Image, color: Color, mask: Image.Image, x: float, y: float) -> None:
    """Paint `color` through a mask centered on (x, y)."""
    paint = Image.new("RGB", mask.size, color)  # pasted in less than half the time of a color
    canvas.paste(paint, (round(x - mask.width / 2), round(y - mask.height / 2)), mask)


def clouds(
    screen: tuple[int, int], height: int, rng: np.random.Generator, *, cover: float, color: Color
) -> DrawnLayer:
    """Return a band of soft clouds, `height` pixels high.

    `cover` (0..1) sets how many there are.
    """
    width, _ = screen
    period = 2 * width
    field = np.zeros((height, period))
    for octave in range(5):
        columns, rows = 6 * 2**octave, 3 * 2**octave
        grid = rng.random((rows + 3, columns))
        grid = np.concatenate([grid, grid[:, :2]], axis=1)
        image = Image.fromarray((grid * 255).astype(np.uint8)).resize(
            (period * (columns + 2) // columns, height), Image.Resampling.BICUBIC
        )
        field += np.asarray(image, np.float64)[:, :period] / 255.0 / 1.7**octave
    field = (field - field.min()) / (field.max() - field.min())
    shape = np.sin(np.linspace(0.0, np.pi, height)) ** 0.7
    alpha = ((field * shape[:, None] - (1.0 - cover)) / 0.35).clip(0.0, 1.0) ** 1.3 * 235.0
    alpha = np.concatenate([alpha, alpha[:, : width + 1]], axis=1)
    mask = Image.fromarray(alpha.astype(np.uint8)).filter(ImageFilter.GaussianBlur(height / 90))
    return DrawnLayer.of(mask, Image.new("RGB", (width, height), color), period)


def flakes(
    screen: tuple[int, int], rng: np.random.Generator, *, count: int, radius: float
) -> Image.Image:
    """Return a mask of soft dots, twice as high as the screen, which repeats after one screen."""
    width, height = screen
    tile = Image.new("L", (width * _FINER, height * _FINER))
    pen = ImageDraw.Draw(tile)
    for x, y, size in rng.random((count, 3)) * (width, height, 1.0):
        r = radius * (0.6 + 0.6 * size) * _FINER
        level = int(150 + 105 * rng.random())
        box = (x * _FINER - r, y * _FINER - r, x * _FINER + r, y * _FINER + r)
        pen.ellipse(box, fill=level)
    tile = tile.resize(screen, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(radius / 3))
    both = Image.new("L", (width * 2, height * 2))
    for corner in ((0, 0), (width, 0), (0, height), (width, height)):
        both.paste(tile, corner)
    return both
