"""The city of the demo clip: a street at night, with lights in the windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw

from nemomusic.engine.demo.layers import SCROLL_STEP, DrawnLayer, drawn, glow, gradient, place

if TYPE_CHECKING:
    from nemomusic.engine.demo.layers import Color

__all__ = ["City"]


class City:
    """A skyline at night over water, lit windows, stars and a moon."""

    _SHORE: Final = 0.80

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        self._width, self._height = size
        h = self._height
        self._sky = gradient(
            size,
            [(0.0, (5, 8, 26)), (0.5, (16, 24, 62)), (0.8, (46, 44, 96)), (1.0, (60, 50, 98))],
            rng,
        )
        for x, y, light in rng.random((160, 3)):
            level = int(90 + 160 * light**2)
            spot = glow(max(2, round(h * 0.0035 * (1 + light))), core=0.3)
            place(
                self._sky, (level, level, min(255, level + 20)), spot, x * self._width, y * h * 0.6
            )
        moon = glow(round(h * 0.26), core=0.2, strength=0.45)
        place(self._sky, (226, 228, 240), moon, self._width * 0.2, h * 0.2)
        self._far = self._towers(rng, low=0.16, high=0.42, wide=0.075, walls=(24, 28, 66), lit=0.22)
        self._near = self._towers(rng, low=0.06, high=0.5, wide=0.11, walls=(9, 11, 28), lit=0.34)
        self._boats = rng.random((3, 2))

    def _towers(
        self,
        rng: np.random.Generator,
        *,
        low: float,
        high: float,
        wide: float,
        walls: Color,
        lit: float,
    ) -> DrawnLayer:
        h, period = self._height, 2 * self._width
        shore = self._SHORE * h
        blocks: list[tuple[float, float, float]] = []
        x = 0.0
        while x < period - wide * h * 0.6:
            across = h * wide * (0.6 + 0.9 * rng.random())
            blocks.append(
                (x, min(across, period - x), h * (low + (high - low) * rng.random() ** 1.7))
            )
            x += across + h * 0.012 * rng.random()
        lamps: list[Color] = [(255, 214, 140), (255, 186, 96), (255, 236, 196), (160, 204, 255)]
        cell = max(3.0, h * 0.0155)

        def draw(paint: ImageDraw.ImageDraw, mask: ImageDraw.ImageDraw, k: int) -> None:
            copies = np.random.default_rng(int(rng.integers(2**31)))
            windows: list[tuple[float, float, Color]] = []
            for left, across, tall in blocks:
                top = shore - tall
                for column in np.arange(left + cell * 0.6, left + across - cell, cell):
                    for row in np.arange(top + cell * 0.7, shore - cell, cell * 1.25):
                        if copies.random() < lit:
                            shade = lamps[int(copies.choice(4, p=(0.45, 0.3, 0.17, 0.08)))]
                            dim = 0.45 + 0.55 * copies.random()
                            r, g, b = (int(c * dim) for c in shade)
                            windows.append((float(column), float(row), (r, g, b)))
            for shift in (0, period):
                for left, across, tall in blocks:
                    box = (
                        (left + shift) * k,
                        (shore - tall) * k,
                        (left + shift + across) * k,
                        shore * k,
                    )
                    paint.rectangle(box, fill=walls)
                    mask.rectangle(box, fill=255)
                    if tall > 0.85 * high * h:
                        middle = (left + shift + across / 2) * k
                        line = (middle, (shore - tall - 0.06 * h) * k, middle, (shore - tall) * k)
                        paint.line(line, fill=walls, width=2 * k)
                        mask.line(line, fill=255, width=2 * k)
                for column, row, shade in windows:
                    x, y = (column + shift) * k, row * k
                    paint.rectangle((x, y, x + cell * 0.5 * k, y + cell * 0.62 * k), fill=shade)

        return drawn((self._width, h), period, draw)

    def draw(self, time: float) -> Image.Image:
        """Return the frame at `time`."""
        canvas = self._sky.copy()
        w, h = self._width, self._height
        self._far.onto(canvas, h * SCROLL_STEP * time)
        self._near.onto(canvas, h * 2 * SCROLL_STEP * time)
        shore = round(self._SHORE * h)
        rows = np.arange(h - shore)
        above = np.asarray(canvas)
        # what is further up is reflected further down; the ripples widen toward the viewer
        source = (shore - 1 - rows * 1.9).clip(0, shore - 1).astype(int)
        near = rows / max(1, len(rows))
        ripple = (1.0 + 9.0 * near) * h / 720 * np.sin(rows / (1.5 + 5.0 * near) - 5.0 * time)
        columns = np.arange(w)[None, :] + ripple.astype(int)[:, None]
        water = above[source[:, None], columns.clip(0, w - 1)].astype(np.uint16)
        water = (water * 140 >> 8) + np.array((4, 8, 22), np.uint16)
        canvas.paste(Image.fromarray(water.astype(np.uint8)), (0, shore))
        pen = ImageDraw.Draw(canvas, "RGBA")
        pen.line((0, shore, w, shore), fill=(255, 200, 130, 70), width=max(1, round(h / 360)))
        for number, (start, lane) in enumerate(self._boats):
            x = (start * w + (1 - 2 * (number % 2)) * h * 0.22 * time) % w
            y = shore + h * (0.03 + 0.1 * lane)
            pen.ellipse((x - h * 0.05, y, x + h * 0.05, y + h * 0.006), fill=(255, 190, 120, 60))
            pen.ellipse((x - h * 0.006, y - h * 0.012, x + h * 0.006, y), fill=(255, 226, 160, 235))
        return canvas
