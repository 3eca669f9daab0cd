"""The scenes of the demo clip. Each is prepared once and then drawn frame by frame."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Protocol

from PIL import Image, ImageDraw, ImageFilter

from nemomusic.engine.demo.city import City
from nemomusic.engine.demo.layers import (
    SCROLL_STEP,
    DrawnLayer,
    clouds,
    flakes,
    glow,
    gradient,
    place,
    ridge,
    silhouette,
)
from nemomusic.engine.demo.shapes import balloon, conifers, sailing_boat

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from nemomusic.engine.demo.layers import Color

__all__ = ["SCENES", "Scene"]


class Scene(Protocol):
    """One shot of the clip."""

    def draw(self, time: float) -> Image.Image:
        """Return the frame `time` seconds after the shot began. The caller may draw on it."""
        ...


class Sunrise:
    """The sun comes up behind mountains."""

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        self._width, self._height = size
        h = self._height
        self._sky = gradient(
            size,
            [
                (0.0, (38, 44, 98)),
                (0.25, (112, 74, 132)),
                (0.48, (236, 126, 98)),
                (0.66, (255, 190, 112)),
                (1.0, (255, 228, 170)),
            ],
            rng,
        )
        self._halo = glow(round(h * 0.75), core=0.0, strength=0.85)
        self._sun = glow(round(h * 0.16), core=0.52, strength=0.9)
        self._clouds = clouds(size, round(h * 0.42), rng, cover=0.42, color=(255, 176, 148))
        self._hills: list[tuple[float, DrawnLayer]] = []
        shades: list[tuple[Color, Color]] = [
            ((214, 128, 116), (250, 190, 140)),
            ((156, 88, 108), (216, 138, 120)),
            ((98, 58, 92), (142, 84, 100)),
            ((44, 30, 60), (72, 44, 72)),
        ]
        for depth, (crest, foot) in enumerate(shades):
            waves = [2, 3, 5, 8, 13, 21, 34, 55, 89]
            tops = ridge(2 * self._width, rng, waves=waves, fall=0.95 + 0.05 * depth)
            base, tall = 0.66 + 0.11 * depth, 0.26 - 0.04 * depth
            layer = silhouette(
                size, (base - tall * tops) * h, [(base - tall, crest), (base + 0.12, foot)], rng
            )
            self._hills.append((h * 0.012 * 2.1**depth, layer))

    def draw(self, time: float) -> Image.Image:
        """Return the frame at `time`."""
        canvas = self._sky.copy()
        h = self._height
        x, y = self._width * 0.62, h * (0.60 - 0.075 * time)
        place(canvas, (255, 206, 130), self._halo, x, y)
        self._clouds.onto(canvas, h * 0.03 * time, h * 0.06)
        place(canvas, (255, 244, 214), self._sun, x, y)
        for speed, layer in self._hills:
            layer.onto(canvas, speed * time)
        return canvas


class Sea:
    """A bright day at sea: waves, clouds and a sailing boat."""

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        self._width, self._height = size
        h = self._height
        self._sky = gradient(
            size, [(0.0, (74, 158, 226)), (0.35, (150, 208, 242)), (0.55, (226, 244, 250))], rng
        )
        place(
            self._sky,
            (255, 255, 240),
            glow(round(h * 0.5), core=0.12),
            self._width * 0.78,
            h * 0.16,
        )
        self._clouds = clouds(size, round(h * 0.46), rng, cover=0.5, color=(255, 255, 255))
        self._waves: list[tuple[float, float, float, DrawnLayer]] = []
        for depth in range(7):
            near = depth / 6
            top = 0.53 + 0.38 * near**1.5
            many = [round(n * (1.0 - 0.55 * near)) for n in (26, 38, 61)]
            tops = ridge(2 * self._width, rng, waves=many, fall=1.2)
            tall = h * (0.006 + 0.05 * near)
            crest = (int(96 - 70 * near), int(190 - 62 * near), int(214 - 58 * near))
            foot = (int(60 - 52 * near), int(150 - 84 * near), int(192 - 74 * near))
            layer = silhouette(
                size,
                top * h - tall * tops**1.6,
                [(top - 0.06 * near, crest), (min(1.0, top + 0.02 + 0.12 * near), foot)],
                rng,
            )
            way = 1 if depth % 2 else -0.6
            self._waves.append(
                (way * h * (0.03 + 0.13 * near), tall * 0.5, rng.random() * 6, layer)
            )
        self._boat = sailing_boat(round(h * 0.2))
        self._sparkles = rng.random((90, 4))

    def draw(self, time: float) -> Image.Image:
        """Return the frame at `time`."""
        canvas = self._sky.copy()
        w, h = self._width, self._height
        self._clouds.onto(canvas, h * 0.045 * time, h * 0.02)
        for depth, (speed, bob, phase, layer) in enumerate(self._waves):
            layer.onto(canvas, speed * time, bob * (1 + math.sin(1.7 * time + phase)))
            if depth == 3:
                lean = 3.5 * math.sin(1.9 * time)
                boat = self._boat.rotate(lean, Image.Resampling.BILINEAR)
                x = w * (0.30 + 0.035 * time) - boat.width / 2
                y = h * (0.502 + 0.006 * math.sin(2.3 * time))
                canvas.paste(boat, (round(x), round(y)), boat)
        pen = ImageDraw.Draw(canvas, "RGBA")
        for x, y, phase, size in self._sparkles:
            light = math.sin(4.0 * time + 6.28 * phase) ** 5
            if light > 0.05:
                deep = 0.56 + 0.4 * y * y
                middle = w * (0.78 + (x - 0.5) * (0.12 + 0.7 * y))
                long = h * (0.004 + 0.016 * y) * (0.5 + size)
                box = (middle - long, deep * h, middle + long, deep * h + max(1.0, h * 0.003))
                pen.ellipse(box, fill=(255, 255, 246, int(210 * light)))
        return canvas


class Forest:
    """A ride past a forest: near trees rush by, far ones hardly move."""

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        self._width, self._height = size
        h = self._height
        self._sky = gradient(
            size, [(0.0, (206, 228, 160)), (0.5, (238, 240, 190)), (0.75, (196, 214, 130))], rng
        )
        sun = glow(round(h * 0.8), core=0.0, strength=0.9)
        place(self._sky, (255, 252, 214), sun, self._width * 0.66, h * 0.22)
        self._layers: list[tuple[float, DrawnLayer]] = []
        kinds: list[tuple[int, float, float, float, Color, Color]] = [
            # steps, tallest, ground, distance between trees (of the height), leaves, soil
            (2, 0.50, 0.66, 0.045, (158, 190, 118), (136, 171, 94)),
            (5, 0.62, 0.72, 0.085, (104, 152, 84), (89, 137, 67)),
            (11, 0.74, 0.80, 0.17, (58, 108, 62), (50, 97, 50)),
            (27, 0.98, 0.92, 0.42, (20, 52, 38), (17, 47, 30)),
        ]
        for steps, tall, ground, apart, leaves, soil in kinds:
            trees = conifers(size, rng, tall, ground, apart, leaves, soil)
            self._layers.append((steps * SCROLL_STEP * h, trees))
        shafts = Image.new("L", size)
        pen = ImageDraw.Draw(shafts)
        for number in range(6):
            x = self._width * (0.1 + 0.17 * number)
            wide = self._width * (0.02 + 0.03 * rng.random())
            pen.polygon(
                [(x + 0.3 * h, 0), (x + 0.3 * h + wide, 0), (x + wide * 2.4, h), (x - 0.1 * h, h)],
                fill=int(26 + 26 * rng.random()),
            )
        self._shafts = shafts.filter(ImageFilter.GaussianBlur(h / 45))

    def draw(self, time: float) -> Image.Image:
        """Return the frame at `time`."""
        canvas = self._sky.copy()
        for number, (speed, layer) in enumerate(self._layers):
            layer.onto(canvas, speed * time)
            if number == 2:
                place(canvas, (255, 250, 200), self._shafts, canvas.width / 2, canvas.height / 2)
        return canvas


class Snow:
    """Snow falls on hills at dusk; an aurora hangs in the sky."""

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        self._width, self._height = size
        h = self._height
        self._sky = gradient(
            size,
            [
                (0.0, (34, 44, 92)),
                (0.35, (84, 104, 160)),
                (0.58, (170, 178, 212)),
                (0.7, (222, 214, 228)),
            ],
            rng,
        )
        self._veil = clouds(size, round(h * 0.5), rng, cover=0.5, color=(128, 232, 204))
        self._hills: list[tuple[float, DrawnLayer]] = []
        for depth in range(3):
            tops = ridge(2 * self._width, rng, waves=[2, 3, 5, 9], fall=1.3)
            base = 0.66 + 0.13 * depth
            light = 206 + 18 * depth
            crest, foot = (
                (light, light + 6, 250),
                (150 + 24 * depth, 170 + 20 * depth, 214 + 8 * depth),
            )
            layer = silhouette(
                size, (base - 0.1 * tops) * h, [(base - 0.1, crest), (base + 0.15, foot)], rng
            )
            self._hills.append((h * 0.02 * 2**depth, layer))
        self._trees = [
            (
                h * SCROLL_STEP,
                conifers(size, rng, 0.2, 0.72, 0.1, (112, 132, 172), (214, 220, 240)),
            ),
            (
                h * 2 * SCROLL_STEP,
                conifers(size, rng, 0.36, 0.85, 0.34, (56, 74, 112), (228, 233, 247)),
            ),
        ]
        self._flakes = [
            (speed * h, sway * h, flakes(size, rng, count=count, radius=max(0.8, radius * h)))
            for speed, sway, count, radius in (
                (0.09, 0.01, 420, 0.0018),
                (0.17, 0.02, 200, 0.0032),
                (0.32, 0.035, 70, 0.006),
            )
        ]

    def draw(self, time: float) -> Image.Image:
        """Return the frame at `time`."""
        canvas = self._sky.copy()
        w, h = self._width, self._height
        self._veil.onto(canvas, -h * 0.05 * time)
        for (speed, hill), trees in zip(self._hills, [*self._trees, None], strict=True):
            hill.onto(canvas, speed * time)
            if trees is not None:
                trees[1].onto(canvas, trees[0] * time)
        for number, (speed, sway, mask) in enumerate(self._flakes):
            down = h - 1 - round(speed * time) % h
            across = round(sway * (1 + math.sin(1.3 * time + 2 * number)) + 0.3 * speed * time) % w
            part = mask.crop((across, down, across + w, down + h))
            place(canvas, (255, 255, 255), part, w / 2, h / 2)
        return canvas


class Balloons:
    """Balloons rise over dunes in the evening."""

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        self._width, self._height = size
        h = self._height
        self._sky = gradient(
            size,
            [(0.0, (255, 170, 130)), (0.4, (255, 206, 150)), (0.72, (255, 236, 190))],
            rng,
        )
        sun = glow(round(h * 0.6), core=0.13, strength=0.8)
        place(self._sky, (255, 250, 222), sun, self._width * 0.3, h * 0.62)
        self._clouds = clouds(size, round(h * 0.5), rng, cover=0.4, color=(255, 226, 206))
        self._dunes: list[tuple[float, DrawnLayer]] = []
        shades: list[tuple[Color, Color]] = [
            ((246, 186, 128), (236, 160, 104)),
            ((226, 140, 88), (204, 112, 74)),
            ((176, 86, 64), (126, 58, 54)),
        ]
        for depth, (crest, foot) in enumerate(shades):
            tops = ridge(2 * self._width, rng, waves=[2, 3, 5 + depth, 9], fall=1.2)
            base = 0.78 + 0.09 * depth
            layer = silhouette(
                size, (base - 0.1 * tops) * h, [(base - 0.1, crest), (base + 0.1, foot)], rng
            )
            self._dunes.append((h * 0.02 * 2**depth, layer))
        dyes: list[tuple[Color, Color]] = [
            ((196, 52, 62), (250, 220, 150)),
            ((38, 110, 140), (244, 236, 214)),
            ((228, 132, 40), (120, 44, 84)),
            ((92, 78, 150), (250, 196, 92)),
            ((226, 84, 96), (255, 240, 220)),
        ]
        spots = [(0.80, 0.34, 0.10), (0.58, 0.50, 0.13), (0.12, 0.36, 0.15), (0.42, 0.24, 0.2)]
        spots.append((0.68, 0.42, 0.46))
        self._balloons = [
            (x, y, share, rng.random() * 6, balloon(round(share * h), *dye))
            for (x, y, share), dye in zip(spots, dyes, strict=True)
        ]

    def draw(self, time: float) -> Image.Image:
        """Return the frame at `time`."""
        canvas = self._sky.copy()
        w, h = self._width, self._height
        self._clouds.onto(canvas, h * 0.025 * time, h * 0.08)
        for number, (x, y, share, phase, sprite) in enumerate(self._balloons):
            if number == len(self._balloons) - 1:
                for speed, layer in self._dunes:
                    layer.onto(canvas, speed * time)
            left = w * x + h * 0.02 * math.sin(0.9 * time + phase) - h * 0.12 * share * time
            top = h * y - h * (0.02 + 0.17 * share) * time
            canvas.paste(sprite, (round(left), round(top)), sprite)
        return canvas


SCENES: Final[tuple[Callable[[tuple[int, int], np.random.Generator], Scene], ...]] = (
    Sunrise,
    City,
    Sea,
    Forest,
    Snow,
    Balloons,
)
