"""Draw titles: lay them out and draw them once, then blend them into frames."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import attrs
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from nemomusic.engine.video.canvas import planes
from nemomusic.engine.video.fonts import Font, fonts_for

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

    from nemomusic.engine.types import Title

__all__ = ["Overlay", "draw_title"]

_LETTER_HEIGHT = 0.085  # height of the letters, as a share of the canvas's shorter side
_MIN_LETTER_HEIGHT = 0.035
_MAX_FULL_SIZE_LINES = 3  # lines above which the letters get smaller
_MAX_WIDTH = 0.84  # share of the canvas's width
_MARGIN = 0.1  # share of the height that is free above or below: inside every "title safe" area
_LEADING = 1.22
_FADE_SECONDS = 0.5  # s


@attrs.frozen(eq=False)
class Overlay:
    """A drawn title.

    Attributes:
        title: Its text and time.
        left: First column of the arrays on the canvas; even.
        top: First row of the arrays on the canvas; even.
        ink: Y, U and V of the title times its opacity, in fractions of 255.
        clear: Share of the frame that remains visible in Y, U and V, 0..1.
    """

    title: Title
    left: int
    top: int
    ink: tuple[NDArray[np.float32], ...]
    clear: tuple[NDArray[np.float32], ...]

    def opacity(self, time: float) -> float:
        """Return the title's opacity at a time of the video: it fades in and out."""
        fade = min(_FADE_SECONDS, self.title.duration / 3)
        into = min(time - self.title.start, self.title.start + self.title.duration - time) / fade
        return min(max(into, 0.0), 1.0)

    def blend(self, frame: av.VideoFrame, opacity: float) -> None:
        """Draw the title into a writable yuv420p frame of the size of the canvas."""
        for index, plane in enumerate(planes(frame)):
            half = 1 if index == 0 else 2
            ink, clear = self.ink[index], self.clear[index]
            y, x = self.top // half, self.left // half
            part = plane[y : y + ink.shape[0], x : x + ink.shape[1]]
            part[:] = part * (1.0 - opacity * (1.0 - clear)) + opacity * ink + 0.5


def draw_title(title: Title, canvas: tuple[int, int]) -> Overlay:
    """Lay out and draw a title in white with a soft shadow.

    Raises:
        MediaError: No font on this computer can draw the title.
    """
    width, height = canvas
    size, lines = _lay_out(title.text, canvas)
    step = round(size * _LEADING)
    block = step * len(lines)
    free = round(height * _MARGIN)
    top = {"top": free, "center": (height - block) // 2, "bottom": height - free - block}
    letters = Image.new("L", canvas)
    pen = ImageDraw.Draw(letters)
    for number, line in enumerate(lines):
        runs = fonts_for(line, size)
        x = (width - sum(font.getlength(text) for text, font in runs)) / 2
        baseline = top[title.position] + number * step + size
        for text, font in runs:
            pen.text((x, baseline), text, fill=255, font=font, anchor="ls", stroke_width=size // 48)
            x += font.getlength(text)
    blur = max(size * 0.09, 1.0)
    shadow = letters.filter(ImageFilter.GaussianBlur(blur))
    shadow = Image.eval(shadow, lambda value: min(255, round(value * 1.5 * 0.6)))
    drop = max(round(size * 0.04), 1)
    dark = Image.new("L", canvas)
    dark.paste(shadow, (drop, drop))
    return _overlay(title, letters, dark)


def _overlay(title: Title, letters: Image.Image, dark: Image.Image) -> Overlay:
    box = Image.eval(dark, lambda value: 255 if value else 0).getbbox() or (0, 0, 2, 2)
    left, top = box[0] // 2 * 2, box[1] // 2 * 2
    right, bottom = -(-box[2] // 2) * 2, -(-box[3] // 2) * 2
    area = (left, top, right, bottom)
    white = np.asarray(letters.crop(area), np.float32) / np.float32(255)
    black = np.asarray(dark.crop(area), np.float32) / np.float32(255)
    opacity = white + (1.0 - white) * black
    quads = opacity.reshape((bottom - top) // 2, 2, (right - left) // 2, 2)
    small = quads.mean(axis=(1, 3))
    luma = 235.0 * white + 16.0 * (opacity - white)  # limited range: white is 235, black 16
    ink = [np.asarray(plane, np.float32) for plane in (luma, 128.0 * small, 128.0 * small)]
    clear = [np.asarray(1.0 - plane, np.float32) for plane in (opacity, small, small)]
    return Overlay(title, left, top, tuple(ink), tuple(clear))


def _lay_out(text: str, canvas: tuple[int, int]) -> tuple[int, list[str]]:
    """Return the size of the letters and the lines: the largest size that fits."""
    short = min(canvas)
    size = max(round(short * _LETTER_HEIGHT), 10)
    least = max(round(short * _MIN_LETTER_HEIGHT), 8)
    while True:
        lines = _wrap(text, size, canvas[0] * _MAX_WIDTH)
        if (
            len(lines) <= _MAX_FULL_SIZE_LINES and _widest(lines, size) <= canvas[0] * _MAX_WIDTH
        ) or size <= least:
            return size, lines
        size = max(least, round(size * 0.9))


def _widest(lines: list[str], size: int) -> float:
    return max((_length(fonts_for(line, size)) for line in lines), default=0.0)


def _length(runs: list[tuple[str, Font]]) -> float:
    return sum(font.getlength(text) for text, font in runs)


def _wrap(text: str, size: int, width: float) -> list[str]:
    """Break lines at spaces, and between any two characters of Chinese, Japanese and Korean."""
    lines: list[str] = []
    for paragraph in text.strip().splitlines():
        line = ""
        for piece in _pieces(paragraph.strip()):
            if line and _length(fonts_for((line + piece).rstrip(), size)) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    return lines or [""]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        # Closing punctuation never begins a line.
        closing = unicodedata.category(character) in ("Pe", "Po", "Pf")
        stays = closing or character == " "
        if pieces and (stays or not (wide or pieces[-1][-1] == " " or _is_wide(pieces[-1]))):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_wide(piece: str) -> bool:
    return unicodedata.east_asian_width(piece[-1]) in "WF"
