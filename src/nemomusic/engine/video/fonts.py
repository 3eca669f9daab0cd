"""Find a font of the system that can draw a title."""

from __future__ import annotations

import os
import sys
import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from nemomusic.engine.errors import MediaError

__all__ = ["Font", "check_glyphs", "fonts_for"]

Font = ImageFont.FreeTypeFont

# Prefixes of file names, best first: fonts with wide coverage and a plain, bold enough face.
_FAMILIES = (
    "NotoSansCJK",
    "NotoSansSC",
    "NotoSansHans",
    "SourceHanSans",
    "PingFang",
    "Hiragino Sans GB",
    "STHeiti",
    "msyh",
    "wqy-microhei",
    "wqy-zenhei",
    "DroidSansFallback",
    "simhei",
    "NotoSansJP",
    "NotoSansKR",
    "YuGoth",
    "malgun",
    "AppleSDGothicNeo",
    "Arial Unicode",
    "DejaVuSans",
    "NotoSans",
    "segoeui",
    "Arial",
    "LiberationSans",
)
_SUFFIXES = (".ttf", ".ttc", ".otf")
_MISSING = "\U0010ffff"  # not a character, so every font draws its glyph for "missing"
_HAN = "apt install fonts-noto-cjk on Debian and Ubuntu; macOS and Windows bring fonts for it"


def _folders() -> list[Path]:
    try:
        home = Path.home()
    except RuntimeError:  # the user of a container may have no home folder
        home = Path(os.devnull)
    roots: list[str | Path]
    if sys.platform == "darwin":
        roots = ["/System/Library/Fonts", "/Library/Fonts", home / "Library/Fonts"]
    elif sys.platform == "win32":
        roots = [
            Path(os.environ.get("WINDIR", r"C:\\Windows")) / "Fonts",
            Path(os.environ.get("LOCALAPPDATA", str(home))) / "Microsoft/Windows/Fonts",
        ]
    else:
        data = os.environ.get("XDG_DATA_HOME", str(home / ".local/share"))
        roots = [
            home / ".fonts",
            Path(data) / "fonts",
            "/usr/local/share/fonts",
            "/usr/share/fonts",
        ]
    return [Path(root) for root in roots]


@lru_cache(maxsize=1)
def _installed() -> tuple[Path, ...]:
    """Return the font files of the system, with the families above first."""
    found = [
        path
        for folder in _folders()
        if folder.is_dir()
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in _SUFFIXES
    ]

    def rank(path: Path) -> tuple[int, int, int, str]:
        name = path.name.lower()
        family = next(
            (i for i, start in enumerate(_FAMILIES) if name.startswith(start.lower())),
            len(_FAMILIES),
        )
        slanted = any(word in name for word in ("italic", "oblique", "mono", "condensed"))
        return family, slanted, len(name), name

    return tuple(sorted(found, key=rank))


def _draws(font: Font, character: str) -> bool:
    """Return whether a font has a glyph for a character."""
    wanted, missing = font.getmask(character), font.getmask(_MISSING)
    return wanted.size != missing.size or bytes(wanted) != bytes(missing)


def _needs_ink(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"


@lru_cache(maxsize=256)
def _file_for(character: str) -> Path | None:
    """Return the first installed font file that has a character; None for Pillow's own font.

    Raises:
        MediaError: No font has the character.
    """
    default = ImageFont.load_default(24)
    if isinstance(default, Font) and _draws(default, character):
        return None
    for path in _installed():
        try:
            font = ImageFont.truetype(str(path), 24)
            if _draws(font, character):
                return path
        except (OSError, ValueError):
            continue  # a bitmap font, or a broken one
    raise MediaError(
        f"No font on this computer can draw {character!r} ({_name(character)}).",
        remedy=f"Install a font that has it, such as Noto Sans CJK ({_HAN}), or change the title.",
    )


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}").lower()


def fonts_for(text: str, size: int) -> list[tuple[str, Font]]:
    """Split a line into runs of text, each of which one font can draw.

    Args:
        text: One line.
        size: Size of the letters in pixels.

    Raises:
        MediaError: No installed font has one of the characters.
    """
    runs: list[tuple[str, Path | None]] = []
    for character in text:
        if _needs_ink(character):
            path = _file_for(character)
        elif unicodedata.category(character)[0] == "C":
            continue  # a control character draws nothing
        else:
            path = runs[-1][1] if runs else None
        if runs and runs[-1][1] == path:
            runs[-1] = (runs[-1][0] + character, path)
        else:
            runs.append((character, path))
    return [(run, _load(path, size)) for run, path in runs]


def _load(path: Path | None, size: int) -> Font:
    font = ImageFont.load_default(size) if path is None else ImageFont.truetype(str(path), size)
    if not isinstance(font, Font):
        raise MediaError(
            "This installation of Pillow can't draw letters of any size.",
            remedy="Reinstall it from the package index (pip install --force-reinstall pillow).",
        )
    return font


def check_glyphs(text: str) -> None:
    """Check that a title can be drawn with the fonts of this computer.

    Raises:
        MediaError: No font has one of its characters.
    """
    for line in text.splitlines():
        fonts_for(line, 24)
