"""The larger objects of the demo clip: a sailing boat, conifers, hot-air balloons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from nemomusic.engine.demo.layers import drawn, ridge

if TYPE_CHECKING:
    from nemomusic.engine.demo.layers import Color, DrawnLayer

__all__ = ["balloon", "conifers", "sailing_boat"]


def sailing_boat(side: int) -> Image.Image:
    """Return a boat with a white and a red sail, `side` pixels wide and high."""
    k = 3
    image = Image.new("RGBA", (side * k, side * k), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    s = side * k
    pen.polygon(
        [(0.50 * s, 0.05 * s), (0.50 * s, 0.74 * s), (0.86 * s, 0.74 * s)], fill=(250, 250, 246)
    )
    pen.polygon(
        [(0.47 * s, 0.14 * s), (0.47 * s, 0.74 * s), (0.18 * s, 0.74 * s)], fill=(232, 92, 70)
    )
    pen.line((0.485 * s, 0.03 * s, 0.485 * s, 0.8 * s), fill=(96, 70, 52), width=k * 2)
    hull = [(0.08 * s, 0.78 * s), (0.94 * s, 0.78 * s), (0.8 * s, 0.93 * s), (0.22 * s, 0.93 * s)]
    pen.polygon(hull, fill=(64, 44, 52))
    pen.line((0.08 * s, 0.79 * s, 0.94 * s, 0.79 * s), fill=(240, 226, 200), width=k * 2)
    return image.resize((side, side), Image.Resampling.BOX)


def conifers(
    size: tuple[int, int],
    rng: np.random.Generator,
    tall: float,
    ground: float,
    apart: float,
    color: Color,
    soil: Color,
) -> DrawnLayer:
    """Return a row of conifers on a strip of ground. Lengths are given as shares of the height."""
    width, h = size
    period = 2 * width
    count = max(3, round(period / (apart * h)))
    trees = [
        (
            (n + 0.7 * rng.random()) * period / count,
            tall * h * (0.55 + 0.45 * rng.random()),
            rng.random(),
        )
        for n in range(count)
    ]
    earth = ridge(period, rng, waves=[3, 7, 16, 41], fall=1.0)

    def draw(paint: ImageDraw.ImageDraw, mask: ImageDraw.ImageDraw, k: int) -> None:
        r, g, b = color
        paint.rectangle((0, 0, (period + 2 * width) * k, h * k), fill=color)
        for shift in (-period, 0, period):
            for x, height, shade in trees:
                dim = 0.86 + 0.28 * shade
                tint = (int(r * dim), int(g * dim), int(b * dim))
                _conifer(paint, mask, (x + shift) * k, (ground + 0.03) * h * k, height * k, tint)
        line = [
            (x * k, (ground - 0.035 * earth[x % period]) * h * k) for x in range(period + 2 * width)
        ]
        corners = [(line[-1][0], h * k), (0, h * k)]
        paint.polygon([*line, *corners], fill=soil)
        mask.polygon([*line, *corners], fill=255)

    return drawn(size, period, draw)


def _conifer(
    paint: ImageDraw.ImageDraw,
    mask: ImageDraw.ImageDraw,
    x: float,
    foot: float,
    height: float,
    color: Color,
) -> None:
    tiers = 7
    half = height * 0.19
    trunk = (x - height * 0.014, foot - height * 0.2, x + height * 0.014, foot)
    for pen, fill in ((paint, color), (mask, 255)):
        pen.rectangle(trunk, fill=fill)
    lit = (min(255, color[0] + 16), min(255, color[1] + 18), min(255, color[2] + 6))
    for tier in range(tiers):
        top = foot - height * (1.0 - 0.115 * tier)
        low = foot - height * (0.76 - 0.115 * tier)
        wide = half * (tier + 1.6) / (tiers + 0.6)
        shape = [(x, top), (x + wide, low), (x + wide * 0.4, low - height * 0.02)]
        shape += [(x - wide * 0.4, low - height * 0.02), (x - wide, low)]
        mask.polygon(shape, fill=255)
        paint.polygon(shape, fill=color)
        paint.polygon([(x, top), (x + wide, low), (x + wide * 0.25, low - height * 0.03)], fill=lit)


def balloon(height: int, dye: Color, stripe: Color) -> Image.Image:
    """Return a striped hot-air balloon with its basket, shaded from the left."""
    k = 3 if height < 200 else 2
    rows, columns = height * k, round(height * 0.76) * k
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    y, x = y / rows, (x / columns - 0.5) * 0.76
    down = (y / 0.76).clip(0.0, 1.0)
    half = np.where(
        down < 0.46,
        0.36 * np.sqrt((1 - ((0.46 - down) / 0.46) ** 2).clip(0, 1)),
        0.07 + 0.29 * np.cos((down - 0.46) / 0.54 * np.pi / 2) ** 1.2,
    )
    inside = (np.abs(x) < half) & (y < 0.76)
    round_x = (x / np.maximum(half, 1e-6)).clip(-1.0, 1.0)
    gore = np.floor((np.arcsin(round_x) / np.pi + 0.5) * 9).astype(int) % 2
    colors = np.where(gore[..., None] == 0, np.array(dye), np.array(stripe)).astype(np.float64)
    band = (down > 0.40) & (down < 0.5)
    colors = np.where(band[..., None], np.array(stripe) * 0.4 + np.array(dye) * 0.6, colors)
    shade = 1.08 - 0.42 * ((round_x + 0.35) / 1.35).clip(0.0, 1.0) ** 1.6 - 0.12 * down
    colors *= shade[..., None]
    pixels = np.dstack([colors.clip(0, 255), inside * 255.0]).astype(np.uint8)
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    middle, wide = columns / 2, 0.055 * rows
    for side in (-1, 1):
        line = (middle + side * 0.065 * rows, 0.755 * rows, middle + side * wide, 0.9 * rows)
        pen.line(line, fill=(86, 56, 44, 255), width=max(1, k))
    pen.rectangle((middle - wide, 0.9 * rows, middle + wide, 0.985 * rows), fill=(112, 70, 46, 255))
    pen.rectangle(
        (middle - wide, 0.9 * rows, middle + wide, 0.915 * rows), fill=(168, 116, 74, 255)
    )
    return image.resize((columns // k, height), Image.Resampling.BOX)
